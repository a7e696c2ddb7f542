/*
 * The agent's field source: picks the class of a field and the lane to answer
 * for; and the --events view.
 */
#include "pipe/extract.h"

#include "pipe/alert.h"
#include "pipe/extract_parts.h"

struct extract *
extract_new(struct arena *a, const struct extract_context *context)
{
	struct extract *x = arena_alloc(a, sizeof(*x));

	if (!x)
		return NULL;
	x->context = context;
	x->memo = arena_alloc(a, sizeof(*x->memo));
	if (!x->memo)
		return NULL;
	x->memo->sent = arena_array(a, SENT_CELLS, sizeof(*x->memo->sent));
	return x->memo->sent ? x : NULL;
}

void
extract_begin(struct extract *x, const struct event *ev, struct proc *proc,
    struct arena *scratch)
{
	struct extract_memo *m = x->memo;

	if (m->num != ev->num) {
		x->last_time_ns = m->time_ns;
		m->num = ev->num;
		m->time_ns = ev->time_ns;
	}
	x->event = ev;
	x->proc = proc;
	x->scratch = scratch;
	m->fd_case = fd_case_of(ev->type);
	m->fd_ready = m->socket_ready = false;
	m->ends[0].ready = m->ends[1].ready = false;
	m->name_ready = m->raw_ready = false;
	m->args_ready = m->pargs_ready = false;
}

struct buf
scratch_buf(struct extract *x, size_t size)
{
	char *p = arena_bytes(x->scratch, size);

	return buf_fixed(p, p ? size : 0);
}

struct str
scratch_text(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}

const struct param *
param_named(const struct extract *x, const char *name)
{
	int i = event_param_index(x->event->type, str_from(name));

	return i < 0 || (unsigned)i >= x->event->n_params
	    ? NULL
	    : &x->event->params[i];
}

bool
param_usable(const struct param *p)
{
	return p && p->state == PARAM_KNOWN && !p->null;
}

static extract_get *const getters[FIELD_COUNT] = {
#define GET(id, function) [FIELD_##id] = function,
#include "pipe/extract.def"
#undef GET
};

/* An exec that may still succeed changes what its process is. */
static bool
will_exec(const struct extract *x, enum field_scope scope)
{
	return !x->event->has_result &&
	    (x->event->type == EVENT_EXECVE ||
		x->event->type == EVENT_EXECVEAT) &&
	    (scope == FS_PROCESS || scope == FS_VOLATILE);
}

static void
get(void *ctx, const struct field_ref *f, unsigned lanes, struct value *out)
{
	struct ask q = { .x = ctx, .f = f };
	const struct event *ev = q.x->event;
	enum field_scope scope = field_info(f->id)->scope;

	q.lane = lanes & LANE_OK ? LANE_OK : LANE_FAIL;
	if (ev->has_result)
		q.lane = is_error(ev->result) ? LANE_FAIL : LANE_OK;
	out->kind = VALUE_NONE;
	out->lanes = scope == FS_RESULT ? q.lane : LANE_BOTH;
	if (will_exec(q.x, scope)) {
		out->lanes = q.lane;
		if (q.lane == LANE_OK) {
			out->kind = VALUE_UNKNOWN;
			return;
		}
	}
	if (getters[f->id])
		getters[f->id](&q, out);
	else
		out->lanes = LANE_BOTH;
	/* Once the result is known there is only its lane. */
	out->lanes = ev->has_result ? lanes : out->lanes & lanes;
}

struct field_source
extract_source(struct extract *x)
{
	return (struct field_source){ get, x };
}

static void
put_result(struct buf *b, const struct event *ev)
{
	const char *name;

	buf_zput(b, " = ");
	if (!ev->has_result) {
		buf_char(b, '?');
		return;
	}
	buf_i64(b, ev->result);
	name = is_error(ev->result) ? event_errno_name((int)-ev->result) : NULL;
	if (name) {
		buf_char(b, ' ');
		buf_zput(b, name);
	}
}

/* Control bytes would spoil a terminal. */
static void
make_printable(struct str line, char *p)
{
	for (size_t i = 0; i < line.n; i++)
		if ((unsigned char)p[i] < ' ' || p[i] == 0x7f)
			p[i] = '.';
}

/*
 * What a listing leaves out: what it says elsewhere in the line, what is no
 * argument of the call but a fact of the process, and the environment, which
 * holds secrets.
 */
static bool
is_listed(const char *name)
{
	static const char *const hidden[] = { "res", "fdlimit", "pgft_maj",
		"pgft_min", "vm_size", "vm_rss", "vm_swap", "comm", "cgroups",
		"env" };

	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		if (strcmp(name, hidden[i]) == 0)
			return false;
	return true;
}

static void
put_listed_args(struct extract *x, struct buf *b, unsigned lane)
{
	const struct event_info *info = event_info(x->event->type);
	bool first = true;

	for (unsigned i = 0; i < x->event->n_params; i++) {
		if (!is_listed(info->params[i].name))
			continue;
		if (!first)
			buf_char(b, ' ');
		first = false;
		put_arg(x, b, i, lane);
	}
}

void
extract_print_event(struct extract *x, struct buf *b)
{
	const struct event *ev = x->event;
	unsigned lane =
	    ev->has_result && is_error(ev->result) ? LANE_FAIL : LANE_OK;
	size_t from = b->n;

	alert_put_time(b, ev->time_ns, false, x->context->utc_offset);
	buf_char(b, ' ');
	buf_str_put(b, x->proc ? proc_comm(x->proc) : STR("?"));
	buf_printf(b, "(%d) %s(", (int)ev->tid, event_info(ev->type)->name);
	put_listed_args(x, b, lane);
	buf_char(b, ')');
	if (!(event_info(ev->type)->facts & EF_NOTCALL))
		put_result(b, ev);
	make_printable((struct str){ b->p + from, b->n - from }, b->p + from);
}
