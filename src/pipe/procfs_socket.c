/*
 * Sockets of tracees: pidfd_getfd(2), getsockname(2), getpeername(2), unix(7);
 * without permission the tables below /proc/TID/net, proc(5).
 */
#include "pipe/procfs_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/err.h"
#include "os/os.h"
#include "pipe/procfs.h"
#include "state/proc.h"

#define TABLE_BYTES (256 * 1024) /* longer tables are searched so far */

static bool
take_unix(const struct os_address *a, struct sock_addr *out, struct arena *s)
{
	size_t head = offsetof(struct sockaddr_un, sun_path);
	struct str path;
	char *p;

	out->family = AF_UNIX;
	if (a->n <= head)
		return false;
	path = (struct str){ (const char *)a->bytes + head, a->n - head };
	if (path.p[0] && memchr(path.p, 0, path.n))
		path.n = strlen(path.p);
	p = arena_bytes(s, path.n);
	if (!p)
		return false;
	memcpy(p, path.p, path.n);
	if (p[0] == '\0')
		p[0] = '@'; /* an abstract name */
	out->path = (struct str){ p, path.n };
	return true;
}

/* False for none, and for one without address and port. */
static bool
take_address(const struct os_address *a, struct sock_addr *out,
    struct arena *scratch)
{
	static const uint8_t zero[16];
	const struct sockaddr_in *v4 = (const void *)a->bytes;
	const struct sockaddr_in6 *v6 = (const void *)a->bytes;
	sa_family_t family;

	*out = (struct sock_addr){ 0 };
	if (a->n < sizeof(family))
		return false;
	memcpy(&family, a->bytes, sizeof(family));
	if (family == AF_UNIX)
		return take_unix(a, out, scratch);
	out->family = family;
	if (family == AF_INET && a->n >= sizeof(*v4)) {
		out->port = ntohs(v4->sin_port);
		out->ip.family = 4;
		memcpy(out->ip.bytes, &v4->sin_addr, 4);
	} else if (family == AF_INET6 && a->n >= sizeof(*v6)) {
		out->port = ntohs(v6->sin6_port);
		out->ip.family = 6;
		memcpy(out->ip.bytes, &v6->sin6_addr, 16);
	} else {
		return false;
	}
	return out->port || memcmp(out->ip.bytes, zero, sizeof(zero)) != 0;
}

/* The thread group: pidfd_open(2) takes no other thread. 0 when unknown. */
static pid_t
group_of(int proc, pid_t tid)
{
	char text[4096], room[32];
	struct buf path = buf_fixed(room, sizeof(room));
	struct proc_status status;
	ssize_t n;

	buf_printf(&path, "%d/status", (int)tid);
	n = os_read_file(proc, buf_str(&path), text, sizeof(text));
	if (n <= 0 ||
	    !proc_parse_status((struct str){ text, (size_t)n }, &status))
		return 0;
	return (pid_t)status.tgid;
}

/* A copy of the descriptor, or -errno. */
static int
borrow(int proc, pid_t tid, int fd)
{
	int pidfd = os_pidfd_open(tid), copy;

	if (pidfd == -EINVAL || pidfd == -ENOENT) {
		pid_t group = group_of(proc, tid);

		pidfd = group ? os_pidfd_open(group) : -ESRCH;
	}
	if (pidfd < 0)
		return pidfd;
	copy = os_pidfd_getfd(pidfd, fd);
	os_close(pidfd);
	return copy;
}

static int
ask_copy(int copy, struct sock_facts *out, struct arena *scratch)
{
	struct os_socket s;
	int r = os_socket_facts(copy, &s);

	os_close(copy);
	if (r)
		return r;
	*out = (struct sock_facts){
		.family = (uint16_t)s.family,
		.type = s.type < 0 ? 0 : (uint16_t)s.type,
		.protocol = s.protocol < 0 ? 0 : (uint16_t)s.protocol,
	};
	out->have_local = take_address(&s.local, &out->local, scratch);
	out->have_remote = take_address(&s.remote, &out->remote, scratch);
	out->listening = s.listening;
	return 0;
}

/* --- tables -------------------------------------------------------------- */

static const struct {
	const char *name;
	bool v6;
	int protocol; /* 0: unix */
} tables[] = {
	{ "tcp", false, IPPROTO_TCP },
	{ "tcp6", true, IPPROTO_TCP },
	{ "udp", false, IPPROTO_UDP },
	{ "udp6", true, IPPROTO_UDP },
	{ "unix", false, 0 },
	{ "icmp", false, IPPROTO_ICMP },
	{ "icmp6", true, IPPROTO_ICMPV6 },
	{ "raw", false, IPPROTO_RAW },
	{ "raw6", true, IPPROTO_RAW },
};

static bool
find_in(struct str text, size_t table, uint64_t inode, struct sock_facts *out)
{
	if (!tables[table].protocol)
		return procfs_parse_unix(text, inode, out);
	return procfs_parse_inet(text, inode, tables[table].v6,
	    tables[table].protocol, out);
}

/* "socket:[inode]" of the descriptor; false when it is none. */
static bool
inode_of(int proc, pid_t tid, int fd, uint64_t *out)
{
	char room[48], text[64];
	struct buf path = buf_fixed(room, sizeof(room));
	struct str link, head = STR("socket:[");
	ssize_t n;

	buf_printf(&path, "%d/fd/%d", (int)tid, fd);
	n = os_readlink(proc, buf_str(&path), text, sizeof(text));
	link = (struct str){ text, n > 0 ? (size_t)n : 0 };
	return str_starts(link, head) && str_ends(link, STR("]")) &&
	    str_to_u64(str_sub(link, head.n, link.n - 1), out);
}

static int
search_tables(int proc, pid_t tid, int fd, struct sock_facts *out,
    struct arena *scratch)
{
	uint64_t inode;
	char *memory;
	int r = ERR_NOENT;

	if (!inode_of(proc, tid, fd, &inode))
		return ERR_NOENT;
	memory = os_map_private(TABLE_BYTES);
	if (!memory)
		return ERR_NOMEM;
	for (size_t i = 0; r && i < sizeof(tables) / sizeof(*tables); i++) {
		char room[48];
		struct buf path = buf_fixed(room, sizeof(room));
		ssize_t n;

		buf_printf(&path, "%d/net/%s", (int)tid, tables[i].name);
		n = os_read_file(proc, buf_str(&path), memory, TABLE_BYTES);
		if (n > 0 &&
		    find_in((struct str){ memory, (size_t)n }, i, inode, out))
			r = 0;
	}
	if (!r && out->local.path.n)
		out->local.path = arena_str(scratch, out->local.path);
	os_unmap(memory, TABLE_BYTES);
	return r;
}

int
procfs_socket_facts(int proc, pid_t tid, int fd, struct sock_facts *out,
    struct arena *scratch)
{
	int copy = borrow(proc, tid, fd);

	if (copy >= 0)
		return ask_copy(copy, out, scratch);
	if (copy == -ESRCH)
		return ERR_GONE;
	if (copy == -EBADF)
		return ERR_NOENT;
	return search_tables(proc, tid, fd, out, scratch);
}
