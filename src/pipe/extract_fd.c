/*
 * The descriptor that fd.* is about: what kind of call decides it, what /proc
 * says of it, and both ends of a socket in each outcome.
 */
#include <sys/socket.h>

#include "pipe/extract_parts.h"

enum fd_case
fd_case_of(enum event_type type)
{
	const unsigned facts = event_info(type)->facts;

#define CASE(t, c)             \
	if (type == EVENT_##t) \
		return FD_CASE_##c;
	CASE(OPEN, OPEN)
	CASE(OPENAT, OPEN)
	CASE(OPENAT2, OPEN)
	CASE(OPEN_BY_HANDLE_AT, OPEN)
	CASE(CREAT, OPEN)
	CASE(SOCKET, SOCKET)
	CASE(CONNECT, CONNECT)
	CASE(ACCEPT, ACCEPT)
	CASE(ACCEPT4, ACCEPT)
	CASE(BIND, BIND)
	CASE(DUP, DUP)
	CASE(DUP2, DUP)
	CASE(DUP3, DUP)
#undef CASE
	if (facts & EF_NEWFD)
		return FD_CASE_NEW;
	return event_fd_param(type) >= 0 ? FD_CASE_USES : FD_CASE_NONE;
}

/* The descriptor that exists while we look at it; -1 when there is none. */
int
fd_existing_number(const struct extract *x)
{
	const struct event *ev = x->event;
	const struct param *p;
	int i = -1;

	switch (x->memo->fd_case) {
	case FD_CASE_NONE:
		return -1;
	case FD_CASE_OPEN:
	case FD_CASE_SOCKET:
	case FD_CASE_ACCEPT:
	case FD_CASE_NEW:
		return ev->has_result && !is_error(ev->result) &&
			ev->result <= INT32_MAX
		    ? (int)ev->result
		    : -1;
	case FD_CASE_DUP:
		i = 1;
		break;
	case FD_CASE_CONNECT:
	case FD_CASE_BIND:
	case FD_CASE_USES:
		i = event_fd_param(ev->type);
		break;
	}
	p = i >= 0 && (unsigned)i < ev->n_params ? &ev->params[i] : NULL;
	return p && p->state == PARAM_KNOWN ? (int32_t)p->raw : -1;
}

const struct fd_facts *
fd_existing(struct extract *x)
{
	struct extract_memo *m = x->memo;

	if (!m->fd_ready) {
		m->fd_ready = true;
		state_fd(state_of(x), acting_tid(x), fd_existing_number(x),
		    &m->fd);
	}
	return &m->fd;
}

const struct fd_facts *
fd_with_socket(struct extract *x)
{
	struct extract_memo *m = x->memo;

	/* Straight to the socket: its link would say nothing more. */
	if (!m->fd_ready && !m->socket_ready) {
		m->fd = (struct fd_facts){ 0 };
		state_fd_socket(state_of(x), acting_tid(x),
		    fd_existing_number(x), &m->fd);
		m->fd_ready = m->fd.have_sock;
	} else if (!m->socket_ready && m->fd.kind == FD_OTHER) {
		state_fd_socket(state_of(x), acting_tid(x),
		    fd_existing_number(x), &m->fd);
	}
	m->socket_ready = true;
	return &m->fd;
}

/* --- both ends ----------------------------------------------------------- */

static bool
has_ip(const struct sock_addr *a)
{
	return a->ip.family != 0;
}

static bool
given(const struct sock_addr *a)
{
	return has_ip(a) || a->path.n;
}

static void
take_socket(struct extract *x, struct fd_ends *e, bool local, bool remote)
{
	const struct fd_facts *fd = fd_with_socket(x);

	if (local && fd->have_sock && fd->sock.have_local) {
		e->local_state = END_KNOWN;
		e->local = fd->sock.local;
	}
	if (remote && fd->have_sock && fd->sock.have_remote) {
		e->remote_state = END_KNOWN;
		e->remote = fd->sock.remote;
	}
}

static void
connect_ends(struct extract *x, struct fd_ends *e)
{
	const struct param *addr = param_named(x, "addr");

	e->role = SOCK_CLIENT;
	if (param_usable(addr) && given(&addr->addr)) {
		e->remote_state = END_KNOWN;
		e->remote = addr->addr;
	}
	if (!x->event->has_result)
		e->local_state = END_UNKNOWN;
	else
		take_socket(x, e, true, false);
}

static void
accept_ends(struct extract *x, unsigned lane, struct fd_ends *e)
{
	const struct param *tuple = param_named(x, "tuple");

	e->role = SOCK_SERVER;
	if (lane == LANE_FAIL)
		return;
	if (!x->event->has_result) {
		e->local_state = e->remote_state = END_UNKNOWN;
		return;
	}
	take_socket(x, e, true, true);
	/* The connection may be closed again before we look. */
	if (e->remote_state == END_NONE && param_usable(tuple) &&
	    given(&tuple->addr)) {
		e->remote_state = END_KNOWN;
		e->remote = tuple->addr;
	}
}

static void
bind_ends(struct extract *x, unsigned lane, struct fd_ends *e)
{
	const struct param *addr = param_named(x, "addr");

	e->role = SOCK_SERVER;
	if (lane == LANE_OK && param_usable(addr) && given(&addr->addr)) {
		e->local_state = END_KNOWN;
		e->local = addr->addr;
	} else {
		take_socket(x, e, true, true);
	}
}

/* An address that the call gives (sendto) or gets (recvfrom). */
static void
message_ends(struct extract *x, unsigned lane, struct fd_ends *e)
{
	const struct param *tuple = param_named(x, "tuple");
	struct sock_facts guess;

	take_socket(x, e, true, true);
	if (tuple && tuple->state == PARAM_LATER && lane == LANE_OK &&
	    e->remote_state == END_NONE) {
		e->remote_state = END_UNKNOWN;
	} else if (param_usable(tuple) && given(&tuple->addr)) {
		e->remote_state = END_KNOWN;
		e->remote = tuple->addr;
	}
	guess = x->memo->fd.sock;
	guess.have_local = e->local_state == END_KNOWN;
	guess.have_remote = e->remote_state == END_KNOWN;
	guess.local = e->local;
	guess.remote = e->remote;
	e->role = sock_role_guess(&guess,
	    event_info(x->event->type)->facts & EF_READ);
}

const struct fd_ends *
fd_ends(struct extract *x, unsigned lane)
{
	struct fd_ends *e = &x->memo->ends[lane == LANE_OK ? 0 : 1];

	if (e->ready)
		return e;
	*e = (struct fd_ends){ .ready = true };
	switch (x->memo->fd_case) {
	case FD_CASE_NONE:
	case FD_CASE_OPEN:
	case FD_CASE_SOCKET:
	case FD_CASE_NEW:
		break;
	case FD_CASE_CONNECT:
		connect_ends(x, e);
		break;
	case FD_CASE_ACCEPT:
		accept_ends(x, lane, e);
		break;
	case FD_CASE_BIND:
		bind_ends(x, lane, e);
		break;
	case FD_CASE_DUP:
	case FD_CASE_USES:
		message_ends(x, lane, e);
		break;
	}
	return e;
}

/* --- kinds --------------------------------------------------------------- */

/* Falco's O_DIRECTORY; it alone tells a directory from a file. */
#define OPEN_DIRECTORY 1024u

static enum fd_kind
opened_kind(const struct extract *x)
{
	const struct param *flags = param_named(x, "flags");

	return flags && flags->state == PARAM_KNOWN &&
		(flags->raw & OPEN_DIRECTORY)
	    ? FD_DIRECTORY
	    : FD_FILE;
}

static enum fd_kind
new_kind(enum event_type type)
{
	static const struct {
		enum event_type type;
		enum fd_kind kind;
	} made[] = {
		{ EVENT_EVENTFD, FD_EVENT },
		{ EVENT_EVENTFD2, FD_EVENT },
		{ EVENT_EPOLL_CREATE, FD_EVENTPOLL },
		{ EVENT_EPOLL_CREATE1, FD_EVENTPOLL },
		{ EVENT_SIGNALFD, FD_SIGNALFD },
		{ EVENT_SIGNALFD4, FD_SIGNALFD },
		{ EVENT_INOTIFY_INIT, FD_INOTIFY },
		{ EVENT_INOTIFY_INIT1, FD_INOTIFY },
		{ EVENT_TIMERFD_CREATE, FD_TIMERFD },
		{ EVENT_MEMFD_CREATE, FD_MEMFD },
		{ EVENT_PIDFD_OPEN, FD_PIDFD },
		{ EVENT_USERFAULTFD, FD_USERFAULTFD },
		{ EVENT_IO_URING_SETUP, FD_IO_URING },
		{ EVENT_BPF, FD_BPF },
	};

	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		if (made[i].type == type)
			return made[i].kind;
	return FD_UNKNOWN;
}

/* By the peer that is known, since IPv6 sockets carry IPv4 too. */
static enum fd_kind
kind_of_address(const struct sock_addr *a)
{
	if (has_ip(a))
		return a->ip.family == 4 ? FD_IPV4 : FD_IPV6;
	return a->path.n ? FD_UNIX : FD_UNKNOWN;
}

static enum fd_kind
listener_kind(struct extract *x, bool *later)
{
	struct fd_facts fd = { 0 };

	state_fd_socket(state_of(x), acting_tid(x), (int32_t)x->event->args[0],
	    &fd);
	*later = !fd.have_sock || fd.sock.family == AF_INET6;
	return fd.kind;
}

static enum fd_kind
accepted_kind(struct extract *x, unsigned lane, bool *later)
{
	const struct fd_ends *e;

	if (lane == LANE_FAIL)
		return FD_UNKNOWN;
	if (!x->event->has_result)
		return listener_kind(x, later);
	e = fd_ends(x, lane);
	if (e->remote_state == END_KNOWN && has_ip(&e->remote))
		return kind_of_address(&e->remote);
	return fd_with_socket(x)->kind;
}

/* FD_UNKNOWN: there is none. *later: not known before the result. */
enum fd_kind
fd_kind_in(struct extract *x, unsigned lane, bool *later)
{
	const struct param *p;
	enum fd_kind kind = FD_UNKNOWN;

	*later = false;
	switch (x->memo->fd_case) {
	case FD_CASE_NONE:
		break;
	case FD_CASE_OPEN:
		return lane == LANE_OK ? opened_kind(x) : FD_UNKNOWN;
	case FD_CASE_SOCKET:
		p = param_named(x, "domain");
		if (lane == LANE_OK && p && p->state == PARAM_KNOWN)
			kind = fd_kind_of_family((uint16_t)x->event->args[0]);
		return kind;
	case FD_CASE_NEW:
		if (lane == LANE_FAIL)
			return FD_UNKNOWN;
		kind = new_kind(x->event->type);
		return kind != FD_UNKNOWN ? kind : fd_existing(x)->kind;
	case FD_CASE_ACCEPT:
		return accepted_kind(x, lane, later);
	case FD_CASE_CONNECT:
	case FD_CASE_BIND:
		p = param_named(x, "addr");
		if (param_usable(p))
			kind = kind_of_address(&p->addr);
		return kind != FD_UNKNOWN ? kind : fd_existing(x)->kind;
	case FD_CASE_DUP:
	case FD_CASE_USES:
		p = param_named(x, "tuple");
		if (param_usable(p))
			kind = kind_of_address(&p->addr);
		return kind != FD_UNKNOWN ? kind : fd_existing(x)->kind;
	}
	return FD_UNKNOWN;
}

/* Whether the outcome changes nothing of what the descriptor is. */
bool
fd_same_in_both(const struct extract *x)
{
	enum fd_case c = x->memo->fd_case;

	return c == FD_CASE_NONE || c == FD_CASE_USES || c == FD_CASE_DUP ||
	    c == FD_CASE_CONNECT || c == FD_CASE_BIND;
}

void
get_fd_typechar(const struct ask *q, struct value *out)
{
	static const char letters[] = "ofd46upeslitnbrmPX";
	bool later;
	enum fd_kind kind = fd_kind_in(q->x, q->lane, &later);
	const char *at;

	if (fd_same_in_both(q->x))
		out->lanes = LANE_BOTH;
	if (q->x->memo->fd_case == FD_CASE_NONE)
		return;
	if (later) {
		set_unknown(out);
		return;
	}
	/* An open that failed would have been of a file. */
	if (q->x->memo->fd_case == FD_CASE_OPEN && kind == FD_UNKNOWN)
		kind = FD_FILE;
	else if (kind == FD_UNKNOWN && q->lane == LANE_FAIL &&
	    !fd_same_in_both(q->x))
		return;
	at = strchr(letters, fd_kind_char(kind));
	if (at)
		set_str(out, (struct str){ at, 1 });
}

void
get_fd_type(const struct ask *q, struct value *out)
{
	bool later;
	enum fd_kind kind = fd_kind_in(q->x, q->lane, &later);

	if (fd_same_in_both(q->x))
		out->lanes = LANE_BOTH;
	if (later)
		set_unknown(out);
	else
		set_text(out, fd_kind_name(kind));
}

void
get_fd_sockfamily(const struct ask *q, struct value *out)
{
	bool later;
	enum fd_kind kind = fd_kind_in(q->x, q->lane, &later);

	if (fd_same_in_both(q->x))
		out->lanes = LANE_BOTH;
	if (kind == FD_IPV4 || kind == FD_IPV6)
		set_str(out, STR("ip"));
	else if (kind == FD_UNIX)
		set_str(out, STR("unix"));
	else if (later)
		set_unknown(out);
}

/* --- numbers ------------------------------------------------------------- */

void
get_fd_num(const struct ask *q, struct value *out)
{
	const struct event *ev = q->x->event;
	int number;

	switch (q->x->memo->fd_case) {
	case FD_CASE_NONE:
		out->lanes = LANE_BOTH;
		return;
	case FD_CASE_CONNECT:
	case FD_CASE_BIND:
	case FD_CASE_USES:
		out->lanes = LANE_BOTH;
		number = fd_existing_number(q->x);
		set_i64(out, number);
		return;
	case FD_CASE_OPEN:
	case FD_CASE_SOCKET:
	case FD_CASE_ACCEPT:
	case FD_CASE_DUP:
	case FD_CASE_NEW:
		break;
	}
	if (q->lane == LANE_FAIL)
		set_i64(out, -1);
	else if (ev->has_result)
		set_i64(out, ev->result);
	else if (event_info(ev->type)->result == RESULT_ARG1)
		set_i64(out, (int32_t)ev->args[1]);
	else
		set_range(out, 0, INT32_MAX);
}

void
get_fd_uid(const struct ask *q, struct value *out)
{
	struct value num = { .kind = VALUE_NONE, .lanes = q->lane };
	struct buf b;

	get_fd_num(q, &num);
	out->lanes = num.lanes;
	if (num.kind == VALUE_I64) {
		b = scratch_buf(q->x, 40);
		buf_i64(&b, acting_tid(q->x));
		buf_i64(&b, num.i);
		set_str(out, scratch_text(&b));
	} else if (num.kind != VALUE_NONE) {
		set_unknown(out);
	}
}
