/*
 * Names, paths, addresses and ports of the descriptor that fd.* is about.
 */
#include <sys/socket.h>

#include "pipe/extract_parts.h"

/* --- names --------------------------------------------------------------- */

static struct str
opened_path(struct extract *x)
{
	struct extract_memo *m = x->memo;
	int i;

	if (!m->name_ready) {
		m->name_ready = true;
		i = path_param(x, 0);
		m->name = i < 0 ? STR_NONE : path_of_param(x, (unsigned)i);
	}
	return m->name;
}

static struct sock_facts
facts_of_ends(const struct fd_ends *e, uint16_t family)
{
	return (struct sock_facts){
		.family = family,
		.have_local = e->local_state == END_KNOWN,
		.have_remote = e->remote_state == END_KNOWN,
		.local = e->local,
		.remote = e->remote,
	};
}

/* AF_* of the known ends, AF_UNSPEC without any. */
static uint16_t
family_of_ends(const struct fd_ends *e)
{
	const struct sock_addr *a =
	    e->remote_state == END_KNOWN ? &e->remote : &e->local;

	if (a->ip.family)
		return a->ip.family == 4 ? AF_INET : AF_INET6;
	return a->path.n ? AF_UNIX : AF_UNSPEC;
}

static struct str
socket_name(struct extract *x, const struct fd_ends *e)
{
	struct sock_facts s = facts_of_ends(e, family_of_ends(e));
	struct str name = sock_tuple(x->scratch, &s, e->role);

	return name.p ? name : STR("");
}

static bool
is_socket(enum fd_kind kind)
{
	return kind == FD_IPV4 || kind == FD_IPV6 || kind == FD_UNIX;
}

static void
existing_name(struct extract *x, unsigned lane, struct value *out)
{
	const struct fd_facts *fd = fd_existing(x);
	const struct fd_ends *e;

	if (!is_socket(fd->kind)) {
		set_filled(out, fd->link);
		return;
	}
	e = fd_ends(x, lane);
	if (e->remote_state == END_UNKNOWN || e->local_state == END_UNKNOWN)
		set_unknown(out);
	else
		set_str(out, socket_name(x, e));
}

void
fd_name(struct extract *x, unsigned lane, struct value *out)
{
	const struct event *ev = x->event;
	const struct fd_ends *e;

	switch (x->memo->fd_case) {
	case FD_CASE_NONE:
		out->lanes = LANE_BOTH;
		return;
	case FD_CASE_OPEN:
		if (ev->type != EVENT_OPEN_BY_HANDLE_AT) {
			out->lanes = LANE_BOTH;
			set_filled(out, opened_path(x));
			return;
		}
		break;
	case FD_CASE_SOCKET:
		if (lane == LANE_OK)
			set_str(out, STR(""));
		return;
	case FD_CASE_CONNECT:
	case FD_CASE_BIND:
		e = fd_ends(x, lane);
		if (e->local_state == END_UNKNOWN &&
		    family_of_ends(e) != AF_UNIX)
			set_unknown(out);
		else
			set_str(out, socket_name(x, e));
		return;
	case FD_CASE_DUP:
	case FD_CASE_USES:
		existing_name(x, lane, out);
		if (!is_socket(fd_existing(x)->kind))
			out->lanes = LANE_BOTH;
		return;
	case FD_CASE_ACCEPT:
	case FD_CASE_NEW:
		break;
	}
	if (lane == LANE_FAIL)
		return;
	if (ev->has_result)
		existing_name(x, lane, out);
	else
		set_unknown(out);
}

void
get_fd_name(const struct ask *q, struct value *out)
{
	fd_name(q->x, q->lane, out);
}

/* The name when the descriptor is a file or directory, and which it is. */
static bool
file_name(const struct ask *q, struct value *name, bool *directory)
{
	struct extract *x = q->x;
	const struct fd_facts *fd;
	struct value letter = { .kind = VALUE_NONE };

	fd_name(x, q->lane, name);
	if (x->memo->fd_case == FD_CASE_OPEN) {
		get_fd_typechar(q, &letter);
		*directory = letter.kind == VALUE_STR && *letter.s.p == 'd';
		return true;
	}
	if (x->memo->fd_case != FD_CASE_USES && x->memo->fd_case != FD_CASE_DUP)
		return false;
	fd = fd_existing(x);
	*directory = fd->kind == FD_DIRECTORY;
	return *directory || fd->kind == FD_FILE;
}

void
get_fd_directory(const struct ask *q, struct value *out)
{
	struct value name = { .kind = VALUE_NONE, .lanes = q->lane };
	bool directory;
	bool is_file = file_name(q, &name, &directory);

	out->lanes = name.lanes;
	if (!is_file)
		return;
	out->kind = name.kind;
	if (name.kind != VALUE_STR)
		return;
	out->s = directory ? name.s : path_directory(name.s);
	/* A directory and a file of one name differ. */
	if (q->x->memo->fd_case == FD_CASE_OPEN)
		out->lanes = q->lane;
}

void
get_fd_filename(const struct ask *q, struct value *out)
{
	struct value name = { .kind = VALUE_NONE, .lanes = q->lane };
	bool directory;

	if (!file_name(q, &name, &directory) || directory) {
		out->lanes =
		    q->x->memo->fd_case == FD_CASE_OPEN ? q->lane : name.lanes;
		return;
	}
	if (q->x->memo->fd_case == FD_CASE_OPEN) {
		if (q->lane == LANE_FAIL)
			return;
	} else {
		out->lanes = name.lanes;
	}
	out->kind = name.kind;
	if (name.kind == VALUE_STR)
		out->s = path_last(name.s);
}

void
get_fd_nameraw(const struct ask *q, struct value *out)
{
	struct extract *x = q->x;
	struct extract_memo *m = x->memo;
	int i;

	if (m->fd_case != FD_CASE_OPEN)
		return;
	i = path_param(x, 0);
	if (i < 0)
		return;
	if (!m->raw_ready) {
		m->raw_ready = true;
		m->raw = path_raw(x->scratch, x->event->params[i].s);
	}
	set_str(out, m->raw);
}

/* container.id, colon, and another field's text. */
static void
with_container(const struct ask *q, const struct value *text, struct value *out)
{
	struct str id = q->x->context->container->id;
	struct buf b;

	out->lanes = text->lanes;
	out->kind = text->kind;
	if (text->kind != VALUE_STR)
		return;
	b = scratch_buf(q->x, id.n + text->s.n + 1);
	buf_str_put(&b, id);
	buf_char(&b, ':');
	buf_str_put(&b, text->s);
	set_str(out, scratch_text(&b));
}

void
get_fd_containername(const struct ask *q, struct value *out)
{
	struct value name = { .kind = VALUE_NONE, .lanes = q->lane };

	fd_name(q->x, q->lane, &name);
	with_container(q, &name, out);
}

void
get_fd_containerdirectory(const struct ask *q, struct value *out)
{
	struct value name = { .kind = VALUE_NONE, .lanes = q->lane };

	get_fd_directory(q, &name);
	with_container(q, &name, out);
}

/* --- addresses ----------------------------------------------------------- */

enum end { END_LOCAL, END_REMOTE, END_CLIENT, END_SERVER };

static void
pick_end(const struct fd_ends *e, enum end which, enum end_state *state,
    const struct sock_addr **addr)
{
	bool local = which == END_LOCAL ||
	    (which == END_CLIENT && e->role == SOCK_CLIENT) ||
	    (which == END_SERVER && e->role == SOCK_SERVER);

	*state = local ? e->local_state : e->remote_state;
	*addr = local ? &e->local : &e->remote;
	if ((which == END_CLIENT || which == END_SERVER) &&
	    e->role == SOCK_ROLE_NONE)
		*state = END_NONE;
}

/* The end named by the letter after "fd.": c, s, l or r. */
static enum end
end_named(const struct ask *q)
{
	switch (field_info(q->f->id)->name[3]) {
	case 'c':
		return END_CLIENT;
	case 's':
		return END_SERVER;
	case 'l':
		return END_LOCAL;
	}
	return END_REMOTE;
}

static void
set_end_ip(enum end_state state, const struct sock_addr *a, struct value *out)
{
	if (state == END_UNKNOWN)
		set_ip(out, (struct ip){ 0 });
	else if (state == END_KNOWN && a->ip.family)
		set_ip(out, a->ip);
}

static void
set_end_port(enum end_state state, const struct sock_addr *a, struct value *out)
{
	if (state == END_UNKNOWN)
		set_unknown(out);
	else if (state == END_KNOWN && a->ip.family)
		set_u64(out, a->port);
}

/* Whether this end's socket can be no IP socket, as far as is known. */
static bool
is_unix(const struct fd_ends *e)
{
	return (e->remote_state == END_KNOWN && e->remote.path.n) ||
	    (e->local_state == END_KNOWN && e->local.path.n);
}

void
get_fd_end_ip(const struct ask *q, struct value *out)
{
	const struct fd_ends *e = fd_ends(q->x, q->lane);
	const struct sock_addr *a;
	enum end_state state;

	pick_end(e, end_named(q), &state, &a);
	if (!is_unix(e))
		set_end_ip(state, a, out);
}

void
get_fd_end_port(const struct ask *q, struct value *out)
{
	const struct fd_ends *e = fd_ends(q->x, q->lane);
	const struct sock_addr *a;
	enum end_state state;

	pick_end(e, end_named(q), &state, &a);
	if (!is_unix(e))
		set_end_port(state, a, out);
}

/* The port as text: services are known by their number. */
void
get_fd_end_proto(const struct ask *q, struct value *out)
{
	struct value port = { .kind = VALUE_NONE };
	struct buf b;

	get_fd_end_port(q, &port);
	out->kind = port.kind;
	if (port.kind != VALUE_U64)
		return;
	b = scratch_buf(q->x, 8);
	buf_u64(&b, port.u);
	set_str(out, scratch_text(&b));
}

/* Both ends that there are: client, server. */
static void
both_ends(const struct ask *q, bool ports, struct value *out)
{
	const struct fd_ends *e = fd_ends(q->x, q->lane);
	struct value *at = arena_array(q->x->scratch, 2, sizeof(*at));
	const struct sock_addr *a;
	enum end_state state;
	size_t n = 0;

	if (!at || is_unix(e))
		return;
	for (enum end end = END_CLIENT; end <= END_SERVER; end++) {
		pick_end(e, end, &state, &a);
		at[n] =
		    (struct value){ .kind = VALUE_NONE, .lanes = out->lanes };
		if (ports)
			set_end_port(state, a, &at[n]);
		else
			set_end_ip(state, a, &at[n]);
		n += at[n].kind != VALUE_NONE;
	}
	if (!n)
		return;
	out->kind = VALUE_LIST;
	out->list.at = at;
	out->list.n = n;
}

void
get_fd_ip(const struct ask *q, struct value *out)
{
	both_ends(q, false, out);
}

void
get_fd_port(const struct ask *q, struct value *out)
{
	both_ends(q, true, out);
}

/* --- printed ------------------------------------------------------------- */

static void
put_letter(struct buf *b, enum fd_kind kind, const struct sock_facts *s)
{
	const char *l4 = s ? sock_l4proto(s) : NULL;

	buf_char(b, '<');
	buf_char(b, fd_kind_char(kind));
	if (l4)
		buf_char(b, strcmp(l4, "raw") == 0 ? 'r' : l4[0]);
	buf_char(b, '>');
}

bool
fd_put(struct extract *x, struct buf *b, int fd)
{
	struct fd_facts facts;

	state_fd(state_of(x), acting_tid(x), fd, &facts);
	if (facts.kind == FD_UNKNOWN)
		return false;
	put_letter(b, facts.kind, facts.have_sock ? &facts.sock : NULL);
	buf_str_put(b,
	    is_socket(facts.kind) ? sock_tuple(x->scratch, &facts.sock,
					sock_role_guess(&facts.sock, false))
				  : facts.link);
	return true;
}

bool
fd_put_own(struct extract *x, struct buf *b, unsigned lane)
{
	struct field_ref none = { 0 };
	struct ask q = { x, &none, lane };
	struct value name = { .kind = VALUE_NONE }, letter = name, proto = name;

	fd_name(x, lane, &name);
	get_fd_typechar(&q, &letter);
	get_fd_l4proto(&q, &proto);
	if (name.kind != VALUE_STR || letter.kind != VALUE_STR)
		return false;
	buf_char(b, '<');
	buf_str_put(b, letter.s);
	if (proto.kind == VALUE_STR)
		buf_char(b, str_eq(proto.s, STR("raw")) ? 'r' : proto.s.p[0]);
	buf_char(b, '>');
	buf_str_put(b, name.s);
	return true;
}
