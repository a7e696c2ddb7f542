/*
 * Descriptors, shared memory and futexes: pipe(2), socketpair(2), unix(7)
 * SCM_RIGHTS, close_range(2), poll(2), mmap(2), futex(2), memfd_create(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "os/os.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static int
failure(void)
{
	return err_from_errno(errno);
}

int
os_pipe(int fds[2])
{
	return pipe2(fds, O_CLOEXEC) < 0 ? failure() : 0;
}

int
os_socketpair(int fds[2])
{
	int r = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds);

	return r < 0 ? failure() : 0;
}

int
os_send_fd(int sock, int fd)
{
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	ssize_t n;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	do {
		n = sendmsg(sock, &m, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? failure() : 0;
}

int
os_recv_fd(int sock)
{
	char byte;
	struct iovec iov = { &byte, 1 };
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	ssize_t n;
	int fd;

	do {
		n = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return failure();
	c = CMSG_FIRSTHDR(&m);
	if (n == 0 || !c || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int)))
		return ERR_INVAL;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

int
os_dup_to(int fd, int to)
{
	int r;

	do {
		r = dup2(fd, to);
	} while (r < 0 && (errno == EINTR || errno == EBUSY));
	if (r == fd)
		fcntl(fd, F_SETFD, 0);
	return r < 0 ? failure() : r;
}

int
os_dup_above(int fd, int from)
{
	int r = fcntl(fd, F_DUPFD_CLOEXEC, from);

	return r < 0 ? failure() : r;
}

static void
close_range_of(unsigned first, unsigned last)
{
	if (syscall(SYS_close_range, first, last, 0) == 0)
		return;
	/* Before Linux 5.9; descriptors over the limit cannot be open. */
	for (long fd = first, max = sysconf(_SC_OPEN_MAX);
	     fd <= (long)last && fd < max; fd++)
		close((int)fd);
}

static bool
is_among(int fd, const int *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == fd)
			return true;
	return false;
}

/* The smallest of the list that is at least from, or -1. */
static int
next_kept(const int *list, size_t n, unsigned from)
{
	int best = -1;

	for (size_t i = 0; i < n; i++)
		if (list[i] >= 0 && (unsigned)list[i] >= from &&
		    (best < 0 || list[i] < best))
			best = list[i];
	return best;
}

void
os_close_others(const int *keep, size_t n)
{
	unsigned from = 0;
	int kept;

	while ((kept = next_kept(keep, n, from)) >= 0) {
		if ((unsigned)kept > from)
			close_range_of(from, (unsigned)kept - 1);
		from = (unsigned)kept + 1;
	}
	close_range_of(from, UINT_MAX);
}

void
os_detach_stdio(const int *keep, size_t n)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd <= 2; fd++) {
		if (is_among(fd, keep, n))
			continue;
		if (null >= 0)
			dup2(null, fd);
		else
			close(fd);
	}
	if (null > 2)
		close(null);
}

bool
os_is_tty(int fd)
{
	return isatty(fd) == 1;
}

int
os_poll_in(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int r;

	do {
		r = poll(&p, 1, timeout_ms);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? failure() : r > 0;
}

int
os_memfd(const char *name)
{
	int fd = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC);

	return fd < 0 ? failure() : fd;
}

static int
option(int fd, int name)
{
	int value = -1;
	socklen_t n = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &n) < 0 ? -1 : value;
}

int
os_socket_facts(int fd, struct os_socket *out)
{
	socklen_t n = sizeof(out->local.bytes);

	*out = (struct os_socket){
		.family = option(fd, SO_DOMAIN),
		.type = option(fd, SO_TYPE),
		.protocol = option(fd, SO_PROTOCOL),
	};
	if (out->family < 0)
		return failure();
	out->listening = option(fd, SO_ACCEPTCONN) == 1;
	if (getsockname(fd, (struct sockaddr *)out->local.bytes, &n) == 0 &&
	    n <= sizeof(out->local.bytes))
		out->local.n = n;
	n = sizeof(out->remote.bytes);
	if (getpeername(fd, (struct sockaddr *)out->remote.bytes, &n) == 0 &&
	    n <= sizeof(out->remote.bytes))
		out->remote.n = n;
	return 0;
}

static void *
map(size_t size, int flags)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void *
os_map_shared(size_t size)
{
	return map(size, MAP_SHARED);
}

void *
os_map_private(size_t size)
{
	return map(size, MAP_PRIVATE);
}

void
os_unmap(void *p, size_t size)
{
	if (p)
		munmap(p, size);
}

int
os_futex_wait(uint32_t *word, uint32_t expected, int timeout_ms)
{
	struct timespec t = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};
	long r = syscall(SYS_futex, word, FUTEX_WAIT, expected,
	    timeout_ms < 0 ? NULL : &t, NULL, 0);

	return r < 0 && errno == ETIMEDOUT ? ERR_AGAIN : 0;
}

void
os_futex_wake(uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
