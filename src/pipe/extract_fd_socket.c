/*
 * What only sockets have: protocol, connection, and whether an event changed
 * the peer's name.
 */
#include <errno.h>
#include <sys/socket.h>

#include "pipe/extract_parts.h"

/* --- what a socket is ---------------------------------------------------- */

/* Facts enough for the protocol; false when they are not known in this lane. */
static bool
protocol_facts(struct extract *x, struct sock_facts *s)
{
	const struct event *ev = x->event;
	struct fd_facts fd = { 0 };

	switch (x->memo->fd_case) {
	case FD_CASE_SOCKET:
		s->family = (uint16_t)ev->args[0];
		s->type = (uint16_t)(ev->args[1] & 0xf); /* SOCK_TYPE_MASK */
		s->protocol = (uint16_t)ev->args[2];
		return true;
	case FD_CASE_ACCEPT:
		if (ev->has_result)
			break;
		state_fd_socket(state_of(x), acting_tid(x),
		    (int32_t)ev->args[0], &fd);
		*s = fd.sock;
		return fd.have_sock;
	case FD_CASE_NONE:
	case FD_CASE_OPEN:
	case FD_CASE_CONNECT:
	case FD_CASE_BIND:
	case FD_CASE_DUP:
	case FD_CASE_NEW:
	case FD_CASE_USES:
		break;
	}
	*s = fd_with_socket(x)->sock;
	return fd_with_socket(x)->have_sock;
}

void
get_fd_l4proto(const struct ask *q, struct value *out)
{
	struct sock_facts s = { 0 };
	enum fd_case c = q->x->memo->fd_case;

	if (fd_same_in_both(q->x))
		out->lanes = LANE_BOTH;
	if (q->lane == LANE_FAIL && !fd_same_in_both(q->x))
		return;
	if (c == FD_CASE_NONE || c == FD_CASE_OPEN || c == FD_CASE_NEW)
		return;
	if (protocol_facts(q->x, &s))
		set_text(out, sock_l4proto(&s));
	else if (c == FD_CASE_ACCEPT && !q->x->event->has_result)
		set_unknown(out);
}

void
get_fd_connected(const struct ask *q, struct value *out)
{
	const struct event *ev = q->x->event;

	switch (q->x->memo->fd_case) {
	case FD_CASE_NONE:
		out->lanes = LANE_BOTH;
		return;
	case FD_CASE_OPEN:
	case FD_CASE_SOCKET:
	case FD_CASE_NEW:
		if (q->lane == LANE_OK)
			set_bool(out, false);
		return;
	case FD_CASE_CONNECT:
		set_bool(out, q->lane == LANE_OK);
		return;
	case FD_CASE_ACCEPT:
		if (q->lane == LANE_OK)
			set_bool(out, true);
		return;
	case FD_CASE_BIND:
	case FD_CASE_DUP:
	case FD_CASE_USES:
		break;
	}
	out->lanes = ev->has_result ? out->lanes : LANE_BOTH;
	set_bool(out, fd_with_socket(q->x)->sock.have_remote);
}

void
get_fd_is_server(const struct ask *q, struct value *out)
{
	bool later;
	enum fd_kind kind = fd_kind_in(q->x, q->lane, &later);

	if (later)
		set_unknown(out);
	else if (kind == FD_IPV4 || kind == FD_IPV6)
		set_bool(out, fd_ends(q->x, q->lane)->role == SOCK_SERVER);
}

/* --- changed names ------------------------------------------------------- */

static uint64_t
address_hash(const struct sock_addr *a)
{
	uint64_t h = str_hash(
	    (struct str){ (const char *)a->ip.bytes, sizeof(a->ip.bytes) },
	    a->port);

	return str_hash(a->path, h);
}

/*
 * Whether an unconnected socket names another peer than in its last event that
 * was asked about. The socket is known by its inode in the link.
 */
static bool
peer_changed(struct extract *x, const struct sock_addr *remote)
{
	const struct event *ev = x->event;
	struct str link =
	    state_fd_link(state_of(x), acting_tid(x), fd_existing_number(x));
	uint64_t key = str_hash(link, x->proc ? (uint64_t)x->proc->tgid : 0);
	struct sent_cell *c = &x->memo->sent[key % SENT_CELLS];
	uint64_t now = address_hash(remote);

	if (c->num == ev->num && c->key == key && c->remote == now)
		return c->changed;
	*c = (struct sent_cell){ .key = key,
		.remote = now,
		.num = ev->num,
		.changed = c->key != key || c->remote != now };
	return c->changed;
}

static void
message_changed(const struct ask *q, struct value *out)
{
	const struct fd_facts *fd = fd_with_socket(q->x);
	const struct fd_ends *e = fd_ends(q->x, q->lane);
	const struct param *tuple = param_named(q->x, "tuple");

	set_bool(out, false);
	if (!tuple || !fd->have_sock || fd->sock.have_remote ||
	    e->remote_state == END_NONE)
		return;
	if (e->remote_state == END_UNKNOWN)
		set_unknown(out);
	else
		set_bool(out, peer_changed(q->x, &e->remote));
}

/* connect counts as made when it only goes on in the background. */
static bool
connecting(const struct event *ev)
{
	return !ev->has_result || !is_error(ev->result) ||
	    ev->result == -EINPROGRESS;
}

void
get_fd_name_changed(const struct ask *q, struct value *out)
{
	const struct event *ev = q->x->event;

	switch (q->x->memo->fd_case) {
	case FD_CASE_NONE:
		out->lanes = LANE_BOTH;
		return;
	case FD_CASE_CONNECT:
		if (q->lane == LANE_OK || (ev->has_result && connecting(ev)))
			set_bool(out, true);
		else if (ev->has_result)
			set_bool(out, false);
		else
			set_unknown(out);
		return;
	case FD_CASE_USES:
		message_changed(q, out);
		return;
	case FD_CASE_BIND:
		set_bool(out, q->lane == LANE_OK);
		return;
	case FD_CASE_OPEN:
	case FD_CASE_SOCKET:
	case FD_CASE_ACCEPT:
	case FD_CASE_DUP:
	case FD_CASE_NEW:
		set_bool(out, false);
		return;
	}
}
