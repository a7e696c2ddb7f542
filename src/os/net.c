/*
 * connect(2) with a limit on time: tcp(7), ip(7), ipv6(7).
 */
#include "os/net.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "os/os.h"

static socklen_t
put_address(struct sockaddr_storage *to, int family, const uint8_t *address,
    uint16_t port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(port) };

	if (family == 4) {
		memcpy(&v4.sin_addr, address, 4);
		memcpy(to, &v4, sizeof(v4));
		return sizeof(v4);
	}
	memcpy(&v6.sin6_addr, address, 16);
	memcpy(to, &v6, sizeof(v6));
	return sizeof(v6);
}

/* The outcome of a connection in the making. */
static int
finish(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int error = 0, n;
	socklen_t size = sizeof(error);

	do {
		n = poll(&p, 1, timeout_ms);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return ERR_AGAIN;
	if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return err_from_errno(errno);
	return error ? err_from_errno(error) : 0;
}

int
os_tcp_connect(int family, const uint8_t *address, uint16_t port,
    int timeout_ms)
{
	struct sockaddr_storage to;
	socklen_t n;
	int fd, r = 0;

	if (family != 4 && family != 6)
		return ERR_INVAL;
	n = put_address(&to, family, address, port);
	fd = socket(family == 4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_from_errno(errno);
	if (connect(fd, (const struct sockaddr *)&to, n) < 0)
		r = errno == EINPROGRESS ? finish(fd, timeout_ms)
					 : err_from_errno(errno);
	if (!r && fcntl(fd, F_SETFL, 0) < 0)
		r = err_from_errno(errno);
	if (!r)
		return fd;
	close(fd);
	return r;
}
