/*
 * What a descriptor is, found out when a rule asks: the link /proc/TID/fd/N,
 * and the socket behind it. Type letters and names are Falco's.
 */
#ifndef STATE_FD_H
#define STATE_FD_H

#include "base/buf.h"
#include "state/state.h"

enum fd_kind {
	FD_UNKNOWN, /* no such descriptor, or not readable */
	FD_FILE,
	FD_DIRECTORY,
	FD_IPV4,
	FD_IPV6,
	FD_UNIX,
	FD_PIPE,
	FD_EVENT,
	FD_SIGNALFD,
	FD_EVENTPOLL,
	FD_INOTIFY,
	FD_TIMERFD,
	FD_NETLINK,
	FD_BPF,
	FD_USERFAULTFD,
	FD_IO_URING,
	FD_MEMFD,
	FD_PIDFD,
	FD_OTHER, /* anything else that exists */
	FD_KIND_COUNT
};

struct fd_facts {
	enum fd_kind kind;
	bool have_link;
	bool have_sock;
	bool have_file;
	struct file_facts file; /* of paths */
	struct str link; /* as /proc showed it, inside the tracee's root */
	struct sock_facts sock; /* addresses: v4-mapped ones are IPv4 */
};

/* "file", "ipv4" ...; NULL for FD_UNKNOWN and FD_OTHER. */
const char *
fd_kind_name(enum fd_kind kind);
/* 'f', '4' ...; 'o' for FD_UNKNOWN, 'X' for FD_OTHER. */
char
fd_kind_char(enum fd_kind kind);
/* From the link's text alone; sockets are FD_OTHER, paths FD_FILE. Pure. */
enum fd_kind
fd_kind_of_link(struct str link);
enum fd_kind
fd_kind_of_family(uint16_t family);

/*
 * The link only: for directories that paths are relative to. .p NULL when it
 * cannot be read. As the tracee sees it; lives until the next event.
 */
struct str
state_fd_link(struct state *st, pid_t tid, int fd);
/* Everything but the addresses of sockets; *out is filled always. */
void
state_fd(struct state *st, pid_t tid, int fd, struct fd_facts *out);
/* The addresses too. */
void
state_fd_socket(struct state *st, pid_t tid, int fd, struct fd_facts *out);

/* An IPv4-mapped or the all-zero IPv6 address becomes IPv4. Pure. */
void
ip_canonical(struct ip *ip);

enum sock_role {
	SOCK_ROLE_NONE,
	SOCK_CLIENT, /* local end is the client */
	SOCK_SERVER,
};

/*
 * The role of a socket whose history is not known: listening sockets serve;
 * else the end with the port outside the range that the kernel hands out is
 * the server; else who reads first serves. Pure.
 */
enum sock_role
sock_role_guess(const struct sock_facts *s, bool reads);

/* "tcp", "udp", "icmp", "raw", or NULL. Pure. */
const char *
sock_l4proto(const struct sock_facts *s);
/*
 * The tuple as fd.name shows it, client first: "10.0.0.1:80->10.0.0.2:81";
 * "10.0.0.1:80" for one end; unix sockets by their path. Empty without
 * addresses. Pure.
 */
struct str
sock_tuple(struct arena *a, const struct sock_facts *s, enum sock_role role);

#endif
