/*
 * Descriptors by their link in /proc/TID/fd, proc(5): paths, "pipe:[inode]",
 * "socket:[inode]", "anon_inode:[name]" or "anon_inode:name".
 */
#include "state/fd.h"

#include <sys/socket.h>

#include "base/err.h"
#include "state/internal.h"

#define S_IFMT_BITS  0170000u
#define S_IFDIR_BITS 0040000u

static const struct {
	const char *name;
	char letter;
} kinds[FD_KIND_COUNT] = {
	[FD_UNKNOWN] = { NULL, 'o' },
	[FD_FILE] = { "file", 'f' },
	[FD_DIRECTORY] = { "directory", 'd' },
	[FD_IPV4] = { "ipv4", '4' },
	[FD_IPV6] = { "ipv6", '6' },
	[FD_UNIX] = { "unix", 'u' },
	[FD_PIPE] = { "pipe", 'p' },
	[FD_EVENT] = { "event", 'e' },
	[FD_SIGNALFD] = { "signalfd", 's' },
	[FD_EVENTPOLL] = { "eventpoll", 'l' },
	[FD_INOTIFY] = { "inotify", 'i' },
	[FD_TIMERFD] = { "timerfd", 't' },
	[FD_NETLINK] = { "netlink", 'n' },
	[FD_BPF] = { "bpf", 'b' },
	[FD_USERFAULTFD] = { "userfaultfd", 'u' },
	[FD_IO_URING] = { "io_uring", 'r' },
	[FD_MEMFD] = { "memfd", 'm' },
	[FD_PIDFD] = { "pidfd", 'P' },
	[FD_OTHER] = { NULL, 'X' },
};

const char *
fd_kind_name(enum fd_kind kind)
{
	return kinds[kind].name;
}

char
fd_kind_char(enum fd_kind kind)
{
	return kinds[kind].letter;
}

static const struct {
	struct str name;
	enum fd_kind kind;
} anonymous[] = {
	{ { "eventfd", 7 }, FD_EVENT },
	{ { "eventpoll", 9 }, FD_EVENTPOLL },
	{ { "signalfd", 8 }, FD_SIGNALFD },
	{ { "inotify", 7 }, FD_INOTIFY },
	{ { "fanotify", 8 }, FD_INOTIFY },
	{ { "timerfd", 7 }, FD_TIMERFD },
	{ { "userfaultfd", 11 }, FD_USERFAULTFD },
	{ { "io_uring", 8 }, FD_IO_URING },
	{ { "pidfd", 5 }, FD_PIDFD },
	{ { "bpf", 3 }, FD_BPF },
};

enum fd_kind
fd_kind_of_link(struct str link)
{
	struct str anon = STR("anon_inode:");

	if (str_starts(link, STR("/memfd:")))
		return FD_MEMFD;
	if (link.n && link.p[0] == '/')
		return FD_FILE;
	if (str_starts(link, STR("pipe:[")))
		return FD_PIPE;
	if (str_starts(link, STR("pidfd:[")))
		return FD_PIDFD;
	if (!str_starts(link, anon))
		return link.n ? FD_OTHER : FD_UNKNOWN;
	link = str_sub(link, anon.n, link.n);
	if (link.n && link.p[0] == '[')
		link = str_sub(link, 1, link.n);
	for (size_t i = 0; i < sizeof(anonymous) / sizeof(*anonymous); i++)
		if (str_starts(link, anonymous[i].name))
			return anonymous[i].kind;
	return FD_OTHER;
}

enum fd_kind
fd_kind_of_family(uint16_t family)
{
	switch (family) {
	case AF_INET:
		return FD_IPV4;
	case AF_INET6:
		return FD_IPV6;
	case AF_UNIX:
		return FD_UNIX;
	case AF_NETLINK:
		return FD_NETLINK;
	}
	return FD_OTHER;
}

void
ip_canonical(struct ip *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t zero[16];
	const uint8_t *v4 = NULL;

	if (ip->family != 6)
		return;
	if (memcmp(ip->bytes, mapped, sizeof(mapped)) == 0)
		v4 = ip->bytes + 12;
	else if (memcmp(ip->bytes, zero, sizeof(zero)) == 0)
		v4 = zero;
	if (!v4)
		return;
	ip->family = 4;
	memmove(ip->bytes, v4, 4);
	memset(ip->bytes + 4, 0, 12);
}

struct str
state_fd_link(struct state *st, pid_t tid, int fd)
{
	struct str root = state_root(st, tid);
	long n = source_link(st, tid, PROC_FD, fd, st->page, STATE_ARGS_MAX);
	struct str link = { st->page, n > 0 ? (size_t)n : 0 };

	if (n <= 0 || !st->scratch)
		return STR_NONE;
	if (link.p[0] == '/' && !str_starts(link, STR("/memfd:")))
		link = path_inside(link, root);
	return arena_str(st->scratch, link);
}

void
state_fd(struct state *st, pid_t tid, int fd, struct fd_facts *out)
{
	*out = (struct fd_facts){ 0 };
	if (fd < 0)
		return;
	out->link = state_fd_link(st, tid, fd);
	out->have_link = out->link.n > 0;
	out->kind = fd_kind_of_link(out->link);
	if (out->kind == FD_FILE) {
		st->counts.proc_reads++;
		out->have_file = st->source.fd_facts(st->source.ctx, tid, fd,
				     &out->file) == 0;
		if (out->have_file &&
		    (out->file.mode & S_IFMT_BITS) == S_IFDIR_BITS)
			out->kind = FD_DIRECTORY;
	} else if (str_starts(out->link, STR("socket:["))) {
		state_fd_socket(st, tid, fd, out);
	}
}

void
state_fd_socket(struct state *st, pid_t tid, int fd, struct fd_facts *out)
{
	struct sock_facts *s = &out->sock;

	if (out->have_sock || fd < 0 || !st->scratch)
		return;
	st->counts.proc_reads++;
	if (st->source.socket(st->source.ctx, tid, fd, s, st->scratch))
		return;
	out->have_sock = true;
	ip_canonical(&s->local.ip);
	ip_canonical(&s->remote.ip);
	out->kind = fd_kind_of_family(s->family);
	if (out->kind == FD_IPV6 && s->local.ip.family != 6 &&
	    (s->have_remote ? s->remote.ip.family == 4
			    : s->have_local && s->local.port))
		out->kind = FD_IPV4;
}

/* The kernel's default net.ipv4.ip_local_port_range. */
static bool
ephemeral(uint16_t port)
{
	return port >= 32768 && port <= 60999;
}

enum sock_role
sock_role_guess(const struct sock_facts *s, bool reads)
{
	if (s->listening)
		return SOCK_SERVER;
	if (s->have_local && s->have_remote) {
		bool local = ephemeral(s->local.port);
		bool remote = ephemeral(s->remote.port);

		if (local != remote)
			return local ? SOCK_CLIENT : SOCK_SERVER;
	}
	return reads ? SOCK_SERVER : SOCK_CLIENT;
}

#define PROTO_ICMP   1
#define PROTO_TCP    6
#define PROTO_UDP    17
#define PROTO_ICMPV6 58

const char *
sock_l4proto(const struct sock_facts *s)
{
	if (s->family != AF_INET && s->family != AF_INET6)
		return NULL;
	if (s->protocol == PROTO_ICMP || s->protocol == PROTO_ICMPV6)
		return "icmp";
	if (s->type == SOCK_STREAM &&
	    (s->protocol == 0 || s->protocol == PROTO_TCP))
		return "tcp";
	if (s->type == SOCK_DGRAM &&
	    (s->protocol == 0 || s->protocol == PROTO_UDP))
		return "udp";
	return s->type == SOCK_RAW ? "raw" : NULL;
}

static void
put_end(struct buf *b, const struct sock_addr *end)
{
	event_put_ip(b, &end->ip);
	buf_char(b, ':');
	buf_u64(b, end->port);
}

struct str
sock_tuple(struct arena *a, const struct sock_facts *s, enum sock_role role)
{
	const struct sock_addr *client = &s->local, *server = &s->remote;
	bool have_client = s->have_local, have_server = s->have_remote;
	char *p = arena_bytes(a, 128);
	struct buf b = buf_fixed(p, p ? 128 : 0);

	if (s->family == AF_UNIX)
		return s->remote.path.n ? s->remote.path : s->local.path;
	if (s->family != AF_INET && s->family != AF_INET6)
		return STR_NONE;
	if (role == SOCK_SERVER) {
		client = &s->remote;
		server = &s->local;
		have_client = s->have_remote;
		have_server = s->have_local;
	}
	if (have_client)
		put_end(&b, client);
	if (have_client && have_server)
		buf_zput(&b, "->");
	if (have_server)
		put_end(&b, server);
	return buf_str(&b);
}
