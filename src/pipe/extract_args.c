/*
 * evt.arg, evt.rawarg and evt.args: parameters as they print. The plain form is
 * the number or text; the resolved one is what it stands for.
 */
#include "pipe/extract_parts.h"
#include "pipe/extract_supply.h"

#define FDCWD      (-100)
#define ARGS_BYTES (12 * 1024)
#define ARG_BYTES  4400 /* a path and what goes with it */

/* --- one parameter ------------------------------------------------------- */

static void
put_printable(struct buf *b, struct str bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];

		buf_char(b, c < ' ' || c == 0x7f ? '.' : c);
	}
}

static void
put_address(struct buf *b, const struct sock_addr *a)
{
	if (a->ip.family) {
		event_put_ip(b, &a->ip);
		buf_char(b, ':');
		buf_u64(b, a->port);
	} else if (a->path.n) {
		buf_str_put(b, a->path);
	} else {
		buf_printf(b, "family %u", a->family);
	}
}

static void
put_tuple(struct extract *x, struct buf *b, unsigned lane)
{
	struct value name = { .kind = VALUE_NONE };

	if (x->memo->fd_case == FD_CASE_NONE)
		return;
	fd_name(x, lane, &name);
	if (name.kind == VALUE_STR)
		buf_str_put(b, name.s);
}

/* Numbers as the kernel's type has them. */
static void
put_number(struct buf *b, enum param_type type, uint64_t raw)
{
	switch (type) {
	case PT_RES:
	case PT_I64:
		buf_i64(b, (int64_t)raw);
		return;
	case PT_FD:
	case PT_PID:
		buf_i64(b, (int32_t)raw);
		return;
	case PT_UID:
	case PT_GID:
		buf_i64(b,
		    (uint32_t)raw == UINT32_MAX ? -1 : (int64_t)(uint32_t)raw);
		return;
	case PT_HEX:
		buf_printf(b, "%llX", (unsigned long long)raw);
		return;
	case PT_NONE:
	case PT_PATH:
	case PT_STR:
	case PT_U64:
	case PT_FLAGS:
	case PT_ENUM:
	case PT_MODE:
	case PT_SIG:
	case PT_BUF:
	case PT_ADDR:
	case PT_TUPLE:
		break;
	}
	buf_u64(b, raw);
}

static void
put_plain(struct extract *x, struct buf *b, const struct param_info *info,
    const struct param *p, unsigned lane)
{
	switch (info->type) {
	case PT_PATH:
	case PT_STR:
		buf_str_put(b, p->null ? STR("<NULL>") : p->s);
		return;
	case PT_BUF:
		put_printable(b, p->s);
		return;
	case PT_ADDR:
		put_address(b, &p->addr);
		return;
	case PT_TUPLE:
		put_tuple(x, b, lane);
		return;
	case PT_NONE:
	case PT_RES:
	case PT_FD:
	case PT_I64:
	case PT_U64:
	case PT_HEX:
	case PT_FLAGS:
	case PT_ENUM:
	case PT_MODE:
	case PT_UID:
	case PT_GID:
	case PT_PID:
	case PT_SIG:
		put_number(b, info->type, p->raw);
		return;
	}
}

static bool
put_fd(struct extract *x, struct buf *b, unsigned i, int fd, unsigned lane)
{
	const char *name;

	if (fd == FDCWD) {
		buf_zput(b, "AT_FDCWD");
		return true;
	}
	if (fd < 0) {
		name = event_errno_name(-fd);
		buf_zput(b, name ? name : "");
		return name;
	}
	/* The new descriptor is known without looking at it. */
	if (i == 0 && x->memo->fd_case != FD_CASE_NONE &&
	    (event_info(x->event->type)->facts & EF_NEWFD))
		return fd_put_own(x, b, lane);
	return fd_put(x, b, fd);
}

static bool
put_user(struct extract *x, struct buf *b, uint32_t uid)
{
	struct user_names names;

	state_user(state_of(x), acting_tid(x), uid, &names);
	buf_str_put(b, names.name);
	return true;
}

static bool
put_pid(struct extract *x, struct buf *b, int64_t pid)
{
	const struct proc *p = pid > 0 && pid <= INT32_MAX
	    ? state_find(state_of(x), (pid_t)pid)
	    : NULL;

	if (!p)
		return false;
	buf_str_put(b, proc_comm(p));
	return true;
}

/* The names of bits or of a value; false when it has none. */
static bool
put_names(struct buf *b, const struct param_info *info, uint64_t raw)
{
	size_t from = b->n;

	if (info->type == PT_ENUM)
		event_put_enum(b, info->flags, raw);
	else
		event_put_flags(b, info->flags, raw);
	/* Without a name it is the number again. */
	return b->n > from && (b->p[from] < '0' || b->p[from] > '9');
}

static bool
put_resolved(struct extract *x, struct buf *b, unsigned i,
    const struct param *p, unsigned lane)
{
	const struct param_info *info = &event_info(x->event->type)->params[i];
	const char *name;
	size_t from = b->n;
	struct str path;

	switch (info->type) {
	case PT_RES:
		name = (int64_t)p->raw < 0
		    ? event_errno_name((int)-(int64_t)p->raw)
		    : NULL;
		buf_zput(b, name ? name : "");
		return name;
	case PT_FD:
		return put_fd(x, b, i, (int32_t)p->raw, lane);
	case PT_PATH:
		if (p != &x->event->params[i] || !param_usable(p) ||
		    (p->s.n && p->s.p[0] == '/'))
			return false;
		path = path_of_param(x, i);
		buf_str_put(b, path);
		return path.n;
	case PT_FLAGS:
	case PT_ENUM:
	case PT_MODE:
		if (put_names(b, info, p->raw))
			return true;
		b->n = from;
		return false;
	case PT_UID:
		return put_user(x, b, (uint32_t)p->raw);
	case PT_GID:
		buf_str_put(b,
		    state_group(state_of(x), acting_tid(x), (uint32_t)p->raw));
		return true;
	case PT_PID:
		return put_pid(x, b, (int32_t)p->raw);
	case PT_NONE:
	case PT_STR:
	case PT_I64:
	case PT_U64:
	case PT_HEX:
	case PT_SIG:
	case PT_BUF:
	case PT_ADDR:
	case PT_TUPLE:
		break;
	}
	return false;
}

static void
put_param(struct extract *x, struct buf *b, unsigned i, const struct param *p,
    enum param_form form, unsigned lane)
{
	const struct param_info *info = &event_info(x->event->type)->params[i];
	size_t from = b->n, opened;

	if (form == FORM_RESOLVED) {
		if (put_resolved(x, b, i, p, lane))
			return;
		b->n = from;
	}
	put_plain(x, b, info, p, lane);
	if (form != FORM_BOTH)
		return;
	opened = b->n;
	buf_char(b, '(');
	if (put_resolved(x, b, i, p, lane))
		buf_char(b, ')');
	else
		b->n = opened;
}

/* --- which parameter, and whether it is known ---------------------------- */

/* The event's own, or the one that state supplies in room. */
static const struct param *
find_param(struct extract *x, unsigned i, unsigned lane, struct param *room)
{
	const struct param *p = &x->event->params[i];

	if (p->state != PARAM_ABSENT)
		return p;
	if (event_info(x->event->type)->params[i].type == PT_TUPLE)
		return p;
	*room = (struct param){ .state = PARAM_ABSENT };
	supply_param(x, i, lane, room);
	return room->state == PARAM_KNOWN ? room : p;
}

/* What a call will return when it succeeds, where that is certain. */
static bool
foreseen(const struct event *ev, unsigned i, unsigned lane, struct param *p)
{
	enum result_kind kind = event_info(ev->type)->result;

	if (i != 0 || lane != LANE_OK ||
	    (kind != RESULT_ZERO && kind != RESULT_ARG1))
		return false;
	*p = (struct param){
		.state = PARAM_KNOWN,
		.raw = kind == RESULT_ZERO ? 0 : (uint32_t)ev->args[1],
	};
	return true;
}

static void
set_missing(const struct extract *x, const struct param *p, unsigned i,
    unsigned lane, struct value *out)
{
	/* What only success yields is missing after a failure. */
	if (p->state == PARAM_LATER && (lane == LANE_OK || i == 0))
		set_unknown(out);
	else if (p->state != PARAM_LATER && p->state != PARAM_ABSENT)
		out->lanes = x->event->has_result ? out->lanes : LANE_BOTH;
}

static bool
needs_lane(enum param_type type, unsigned i)
{
	return i == 0 || type == PT_TUPLE;
}

static void
set_printed(struct extract *x, unsigned i, unsigned lane, struct value *out)
{
	const struct param_info *info = &event_info(x->event->type)->params[i];
	struct param room;
	const struct param *p = find_param(x, i, lane, &room);
	struct value name = { .kind = VALUE_NONE };
	struct buf b;

	if (info->type == PT_TUPLE) {
		fd_name(x, lane, &name);
		out->kind = name.kind;
		out->s = name.s;
		return;
	}
	if (p->state == PARAM_LATER && foreseen(x->event, i, lane, &room))
		p = &room;
	if (p->state != PARAM_KNOWN) {
		set_missing(x, p, i, lane, out);
		return;
	}
	if (!needs_lane(info->type, i) && p != &room)
		out->lanes = LANE_BOTH;
	if (p->null) {
		set_str(out, STR("<NULL>"));
		return;
	}
	if (info->type == PT_STR) {
		set_str(out, p->s.p ? p->s : STR(""));
		return;
	}
	b = scratch_buf(x, info->type == PT_BUF ? p->s.n + 1 : ARG_BYTES);
	put_param(x, &b, i, p, FORM_RESOLVED, lane);
	set_str(out, scratch_text(&b));
}

/* The parameter's index, or -1. */
static int
index_of(const struct ask *q)
{
	const struct event *ev = q->x->event;
	int i;

	if (q->f->arg_is_index)
		i = q->f->index >= 0 && q->f->index < (int64_t)ev->n_params
		    ? (int)q->f->index
		    : -1;
	else if (q->f->param_of)
		i = q->f->param_of[ev->type];
	else
		i = event_param_index(ev->type, q->f->key);
	return i < (int)ev->n_params ? i : -1;
}

void
get_evt_arg(const struct ask *q, struct value *out)
{
	int i = index_of(q);

	if (i < 0)
		out->lanes = LANE_BOTH;
	else
		set_printed(q->x, (unsigned)i, q->lane, out);
}

static void
set_raw(const struct param_info *info, const struct param *p, struct value *out)
{
	switch (info->type) {
	case PT_PATH:
	case PT_STR:
		set_str(out, p->s.p ? p->s : STR(""));
		return;
	case PT_BUF:
		out->kind = VALUE_BYTES;
		out->s = p->s;
		return;
	case PT_ADDR:
		if (p->addr.ip.family)
			set_ip(out, p->addr.ip);
		else
			set_filled(out, p->addr.path);
		return;
	case PT_FD:
	case PT_PID:
		set_i64(out, (int32_t)p->raw);
		return;
	case PT_NONE:
	case PT_TUPLE:
		return;
	case PT_RES:
	case PT_I64:
	case PT_U64:
	case PT_HEX:
	case PT_FLAGS:
	case PT_ENUM:
	case PT_MODE:
	case PT_UID:
	case PT_GID:
	case PT_SIG:
		set_i64(out, (int64_t)p->raw);
		return;
	}
}

void
get_evt_rawarg(const struct ask *q, struct value *out)
{
	struct extract *x = q->x;
	const struct param_info *info;
	const struct param *p;
	struct param room;
	int i = index_of(q);

	if (i < 0) {
		out->lanes = LANE_BOTH;
		return;
	}
	info = &event_info(x->event->type)->params[i];
	p = find_param(x, (unsigned)i, q->lane, &room);
	if (p->state == PARAM_LATER && i == 0 && info->type != PT_TUPLE) {
		get_evt_rawres(q, out);
		return;
	}
	if (p->state != PARAM_KNOWN) {
		set_missing(x, p, (unsigned)i, q->lane, out);
		return;
	}
	if (p != &room && i > 0)
		out->lanes = LANE_BOTH;
	if (!p->null)
		set_raw(info, p, out);
}

/* --- all parameters ------------------------------------------------------ */

void
put_arg(struct extract *x, struct buf *b, unsigned i, unsigned lane)
{
	const struct param_info *info = &event_info(x->event->type)->params[i];
	struct param room;
	const struct param *p = find_param(x, i, lane, &room);

	buf_zput(b, info->name);
	buf_char(b, '=');
	if (info->type == PT_TUPLE)
		put_tuple(x, b, lane);
	else if (p->state == PARAM_KNOWN)
		put_param(x, b, i, p, FORM_BOTH, lane);
	else if (p->state == PARAM_UNREADABLE)
		buf_zput(b, "<unreadable>");
	else
		buf_zput(b, "<NA>");
}

static void
put_args(struct extract *x, struct buf *b, unsigned lane)
{
	for (unsigned i = 0; i < x->event->n_params; i++) {
		if (i)
			buf_char(b, ' ');
		put_arg(x, b, i, lane);
	}
}

void
get_evt_args(const struct ask *q, struct value *out)
{
	const struct event *ev = q->x->event;
	struct buf b;

	for (unsigned i = 0; i < ev->n_params; i++)
		if (ev->params[i].state == PARAM_LATER) {
			set_unknown(out);
			return;
		}
	b = scratch_buf(q->x, ARGS_BYTES);
	put_args(q->x, &b, q->lane);
	set_str(out, scratch_text(&b));
}
