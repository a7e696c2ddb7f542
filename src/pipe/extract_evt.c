/*
 * evt.*: the event itself, its result, its times and its kind.
 */
#include "pipe/alert.h"
#include "pipe/extract_parts.h"

#define SECOND UINT64_C(1000000000)

/* Falco's open flags, see flags_open. */
#define OPEN_READ    1u
#define OPEN_WRITE   2u
#define OPEN_CREAT   4u
#define OPEN_EXCL    32u
#define OPEN_TMPFILE 8192u
#define MODE_X_BITS  0111u

static unsigned
facts_of(const struct ask *q)
{
	return event_info(q->x->event->type)->facts;
}

/* --- identity ------------------------------------------------------------ */

void
get_evt_num(const struct ask *q, struct value *out)
{
	set_u64(out, q->x->event->num);
}

static enum event_type
type_in(const struct ask *q)
{
	enum event_type t = q->x->event->type;

	/* Rules know a successful execveat as execve. */
	return t == EVENT_EXECVEAT && q->lane == LANE_OK ? EVENT_EXECVE : t;
}

void
get_evt_type(const struct ask *q, struct value *out)
{
	set_text(out, event_info(type_in(q))->name);
}

void
get_evt_type_is(const struct ask *q, struct value *out)
{
	set_u64(out, str_eq(q->f->key, str_from(event_info(type_in(q))->name)));
}

void
get_syscall_type(const struct ask *q, struct value *out)
{
	if (!(facts_of(q) & EF_NOTCALL))
		set_text(out, event_info(q->x->event->type)->name);
}

static const char *
category_of_fd(enum fd_kind kind)
{
	switch (kind) {
	case FD_FILE:
	case FD_DIRECTORY:
	case FD_MEMFD:
		return "file";
	case FD_IPV4:
	case FD_IPV6:
	case FD_UNIX:
	case FD_NETLINK:
		return "net";
	case FD_PIPE:
	case FD_EVENT:
		return "IPC";
	case FD_UNKNOWN:
	case FD_SIGNALFD:
	case FD_EVENTPOLL:
	case FD_INOTIFY:
	case FD_TIMERFD:
	case FD_BPF:
	case FD_USERFAULTFD:
	case FD_IO_URING:
	case FD_PIDFD:
	case FD_OTHER:
	case FD_KIND_COUNT:
		break;
	}
	return NULL;
}

void
get_evt_category(const struct ask *q, struct value *out)
{
	static const struct {
		unsigned fact;
		const char *name;
	} categories[] = {
		{ EF_FILE, "file" },
		{ EF_NET, "net" },
		{ EF_PROCESS, "process" },
		{ EF_MEMORY, "memory" },
		{ EF_SIGNAL, "signal" },
		{ EF_USER, "user" },
		{ EF_IPC, "IPC" },
		{ EF_TIME, "time" },
		{ EF_SYSTEM, "system" },
		{ EF_WAIT, "wait" },
	};
	const char *name = NULL;

	/* Input and output is what its descriptor is. */
	if (facts_of(q) & (EF_READ | EF_WRITE))
		name = category_of_fd(fd_existing(q->x)->kind);
	for (size_t i = 0;
	     !name && i < sizeof(categories) / sizeof(*categories); i++)
		if (facts_of(q) & categories[i].fact)
			name = categories[i].name;
	set_text(out, name ? name : "other");
}

void
get_evt_source(const struct ask *q, struct value *out)
{
	(void)q;
	set_str(out, STR("syscall"));
}

void
get_evt_is_async(const struct ask *q, struct value *out)
{
	(void)q;
	set_bool(out, false);
}

void
get_evt_hostname(const struct ask *q, struct value *out)
{
	set_filled(out, q->x->context->hostname);
}

void
get_evt_dir(const struct ask *q, struct value *out)
{
	(void)q;
	set_str(out, STR("<"));
}

void
get_evt_count(const struct ask *q, struct value *out)
{
	(void)q;
	set_u64(out, 1);
}

void
get_util_cnt(const struct ask *q, struct value *out)
{
	set_u64(out, ++q->x->memo->prints);
}

/* --- times --------------------------------------------------------------- */

static struct str
time_text(const struct ask *q, bool iso, bool local)
{
	struct buf b = scratch_buf(q->x, 64);
	uint64_t t = q->x->event->time_ns;
	long (*offset)(int64_t) = q->x->context->utc_offset;

	if (iso && local && offset)
		t +=
		    (uint64_t)(offset((int64_t)(t / SECOND)) * (int64_t)SECOND);
	alert_put_time(&b, t, iso, iso ? NULL : offset);
	return scratch_text(&b);
}

static struct str
before(struct str s, char c)
{
	ptrdiff_t at = str_find_char(s, c);

	return at < 0 ? s : str_sub(s, 0, (size_t)at);
}

void
get_evt_time(const struct ask *q, struct value *out)
{
	set_str(out, time_text(q, false, true));
}

void
get_evt_time_s(const struct ask *q, struct value *out)
{
	set_str(out, before(time_text(q, false, true), '.'));
}

void
get_evt_time_iso8601(const struct ask *q, struct value *out)
{
	set_str(out, time_text(q, true, false));
}

/* ISO 8601 with a blank for the T and without the zone. */
static struct str
datetime(const struct ask *q)
{
	struct str s = before(time_text(q, true, true), '+');
	ptrdiff_t t = str_find_char(s, 'T');
	struct buf b = scratch_buf(q->x, s.n + 1);

	if (t < 0)
		return s;
	buf_str_put(&b, str_sub(s, 0, (size_t)t));
	buf_char(&b, ' ');
	buf_str_put(&b, str_sub(s, (size_t)t + 1, s.n));
	return scratch_text(&b);
}

void
get_evt_datetime(const struct ask *q, struct value *out)
{
	set_str(out, datetime(q));
}

void
get_evt_datetime_s(const struct ask *q, struct value *out)
{
	set_str(out, before(datetime(q), '.'));
}

/* Whole, whole seconds, or the fraction, by the last part of the name. */
static void
set_span(const struct ask *q, uint64_t ns, struct value *out)
{
	struct str name = str_from(field_info(q->f->id)->name);

	if (str_ends(name, STR(".s")))
		ns = ns / SECOND;
	else if (str_ends(name, STR(".ns")))
		ns = ns % SECOND;
	set_u64(out, ns);
}

void
get_evt_rawtime(const struct ask *q, struct value *out)
{
	set_span(q, q->x->event->time_ns, out);
}

void
get_evt_reltime(const struct ask *q, struct value *out)
{
	uint64_t start = q->x->context->start_ns, now = q->x->event->time_ns;

	set_span(q, now > start ? now - start : 0, out);
}

void
get_evt_deltatime(const struct ask *q, struct value *out)
{
	uint64_t last = q->x->last_time_ns, now = q->x->event->time_ns;

	set_span(q, last && now > last ? now - last : 0, out);
}

/* --- results ------------------------------------------------------------- */

void
get_evt_rawres(const struct ask *q, struct value *out)
{
	const struct event *ev = q->x->event;

	if (facts_of(q) & EF_NOTCALL) {
		out->lanes = LANE_BOTH;
		return;
	}
	if (ev->has_result) {
		set_i64(out, ev->result);
		return;
	}
	if (q->lane == LANE_FAIL) {
		set_range(out, -4095, -1);
		return;
	}
	switch (event_info(ev->type)->result) {
	case RESULT_ZERO:
		set_i64(out, 0);
		break;
	case RESULT_FD:
	case RESULT_COUNT:
		set_range(out, 0, INT32_MAX);
		break;
	case RESULT_ARG1:
		set_i64(out, (int32_t)ev->args[1]);
		break;
	case RESULT_ANY:
		set_unknown(out);
		break;
	}
}

void
get_evt_res(const struct ask *q, struct value *out)
{
	const struct event *ev = q->x->event;
	const char *name;
	struct buf b;

	if (facts_of(q) & EF_NOTCALL) {
		out->lanes = LANE_BOTH;
		return;
	}
	if (q->lane == LANE_OK) {
		set_str(out, STR("SUCCESS"));
		return;
	}
	if (!ev->has_result) {
		set_unknown(out);
		return;
	}
	name = event_errno_name((int)-ev->result);
	if (name) {
		set_text(out, name);
		return;
	}
	b = scratch_buf(q->x, 24);
	buf_i64(&b, ev->result);
	set_str(out, scratch_text(&b));
}

void
get_evt_failed(const struct ask *q, struct value *out)
{
	set_bool(out, q->lane == LANE_FAIL);
}

/* 1 on failed calls of a kind, else no value. */
static void
count_error(const struct ask *q, bool kind, struct value *out)
{
	if (q->lane == LANE_FAIL && kind)
		set_u64(out, 1);
}

void
get_evt_count_error(const struct ask *q, struct value *out)
{
	count_error(q, true, out);
}

void
get_evt_count_error_file(const struct ask *q, struct value *out)
{
	count_error(q, facts_of(q) & EF_FILE, out);
}

void
get_evt_count_error_net(const struct ask *q, struct value *out)
{
	count_error(q, facts_of(q) & EF_NET, out);
}

void
get_evt_count_error_memory(const struct ask *q, struct value *out)
{
	count_error(q, facts_of(q) & EF_MEMORY, out);
}

void
get_evt_count_error_other(const struct ask *q, struct value *out)
{
	count_error(q, !(facts_of(q) & (EF_FILE | EF_NET | EF_MEMORY)), out);
}

/* --- input and output ---------------------------------------------------- */

void
get_evt_is_io(const struct ask *q, struct value *out)
{
	set_bool(out, facts_of(q) & (EF_READ | EF_WRITE));
}

void
get_evt_is_io_read(const struct ask *q, struct value *out)
{
	set_bool(out, facts_of(q) & EF_READ);
}

void
get_evt_is_io_write(const struct ask *q, struct value *out)
{
	set_bool(out, facts_of(q) & EF_WRITE);
}

void
get_evt_io_dir(const struct ask *q, struct value *out)
{
	if (facts_of(q) & EF_READ)
		set_str(out, STR("read"));
	else if (facts_of(q) & EF_WRITE)
		set_str(out, STR("write"));
}

void
get_evt_is_wait(const struct ask *q, struct value *out)
{
	set_bool(out, facts_of(q) & EF_WAIT);
}

void
get_evt_is_syslog(const struct ask *q, struct value *out)
{
	const struct fd_facts *fd;

	set_bool(out, false);
	if (!(facts_of(q) & EF_WRITE))
		return;
	fd = fd_with_socket(q->x);
	set_bool(out,
	    fd->kind == FD_UNIX &&
		str_eq(fd->sock.remote.path, STR("/dev/log")));
}

void
get_evt_buffer(const struct ask *q, struct value *out)
{
	const struct param *p = param_named(q->x, "data");

	if (!p) {
		out->lanes = LANE_BOTH;
	} else if (p->state == PARAM_LATER) {
		if (q->lane == LANE_OK)
			set_unknown(out);
	} else if (param_usable(p)) {
		out->kind = VALUE_BYTES;
		out->s = p->s;
	}
}

/* Whether the buflen field wants this event: "file", "net", "in", "out". */
static bool
buflen_applies(const struct ask *q)
{
	struct str name = str_from(field_info(q->f->id)->name);
	unsigned facts = facts_of(q);
	enum fd_kind kind;

	if (!(facts & (EF_READ | EF_WRITE)) ||
	    (str_ends(name, STR(".in")) && !(facts & EF_READ)) ||
	    (str_ends(name, STR(".out")) && !(facts & EF_WRITE)))
		return false;
	if (str_find(name, STR(".file")) >= 0) {
		kind = fd_existing(q->x)->kind;
		return kind == FD_FILE || kind == FD_DIRECTORY;
	}
	if (str_find(name, STR(".net")) >= 0) {
		kind = fd_existing(q->x)->kind;
		return kind == FD_IPV4 || kind == FD_IPV6;
	}
	return true;
}

void
get_evt_buflen(const struct ask *q, struct value *out)
{
	const struct event *ev = q->x->event;

	if (q->lane == LANE_FAIL || !buflen_applies(q))
		return;
	if (ev->has_result)
		set_u64(out, (uint64_t)ev->result);
	else
		set_range(out, 0, INT64_MAX);
}

/* --- opening ------------------------------------------------------------- */

static bool
is_open(enum event_type t)
{
	return t == EVENT_OPEN || t == EVENT_OPENAT || t == EVENT_OPENAT2 ||
	    t == EVENT_OPEN_BY_HANDLE_AT;
}

/* False when the event has no flags that could be read. */
static bool
open_flags(const struct ask *q, uint64_t *flags)
{
	const struct param *p = param_named(q->x, "flags");

	if (!is_open(q->x->event->type) || !p || p->state != PARAM_KNOWN)
		return false;
	*flags = p->raw;
	return true;
}

void
get_evt_is_open_read(const struct ask *q, struct value *out)
{
	uint64_t flags;

	if (open_flags(q, &flags))
		set_bool(out, flags & OPEN_READ);
}

void
get_evt_is_open_write(const struct ask *q, struct value *out)
{
	uint64_t flags;

	if (open_flags(q, &flags))
		set_bool(out, flags & OPEN_WRITE);
}

void
get_evt_is_open_exec(const struct ask *q, struct value *out)
{
	const struct param *mode = param_named(q->x, "mode");
	uint64_t flags = 0;
	bool creates = q->x->event->type == EVENT_CREAT;

	if (!creates && !open_flags(q, &flags))
		return;
	if (flags & (OPEN_CREAT | OPEN_TMPFILE))
		creates = true;
	set_bool(out,
	    creates && mode && mode->state == PARAM_KNOWN &&
		(mode->raw & MODE_X_BITS));
}

/*
 * The kernel does not tell a tracer whether a file was new. With O_EXCL it was,
 * or the call failed; without it this stays false.
 */
void
get_evt_is_open_create(const struct ask *q, struct value *out)
{
	uint64_t flags, both = OPEN_CREAT | OPEN_EXCL;

	if (open_flags(q, &flags))
		set_bool(out,
		    q->lane == LANE_OK &&
			((flags & both) == both || (flags & OPEN_TMPFILE)));
}
