/*
 * Descriptors that did not come from open: passed over a socket, from
 * memfd_create, inherited, duplicated, through /proc/self/fd and /dev/fd;
 * and programs that are run from them.
 */
#include "util.h"
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>

extern char **environ;

static void
send_fd(int s, int fd)
{
	char c = 'x', control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec v = { &c, 1 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(h), &fd, sizeof(fd));
	if (sendmsg(s, &m, 0) != 1)
		fail("sendmsg");
}

static int
receive_fd(int s)
{
	char c, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec v = { &c, 1 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	int fd = -1;

	show("recvmsg", recvmsg(s, &m, MSG_CMSG_CLOEXEC));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

static void
passed(void)
{
	char buf[6] = "";
	int s[2], fd;
	pid_t pid;

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	pid = fork();
	if (!pid) {
		send_fd(s[1], open("/etc/passwd", O_RDONLY | O_CLOEXEC));
		_exit(0);
	}
	fd = receive_fd(s[0]);
	wait_for(pid, 0);
	if (read(fd, buf, 5) != 5)
		fail("read");
	say("first bytes %s\n", buf);
	show("openat from it", openat(fd, "x", O_RDONLY));
	close(fd);
	pid = fork();
	if (!pid) {
		send_fd(s[1], open("/bin/true", O_RDONLY | O_CLOEXEC));
		_exit(0);
	}
	fd = receive_fd(s[0]);
	wait_for(pid, 0);
	pid = fork();
	if (!pid) {
		char *argv[] = { "true", NULL };

		fexecve(fd, argv, environ);
		_exit(errno);
	}
	say_status("run a passed program", wait_for(pid, 0));
}

static int
memory_file(const char *from, unsigned flags)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int fd = memfd_create("image", flags);
	struct stat st;

	if (in < 0 || fd < 0 || fstat(in, &st))
		fail(from);
	while (sendfile(fd, in, NULL, (size_t)st.st_size) > 0)
		;
	close(in);
	return fd;
}

static int
script(unsigned flags)
{
	static const char text[] = "#!/bin/sh\necho script \"$#\" \"$1\"\n"
				   "exit 33\n";
	int fd = memfd_create("script", flags);

	if (write(fd, text, sizeof(text) - 1) < 0)
		fail("memfd");
	return fd;
}

static void
run_fd(const char *what, int fd)
{
	char *argv[] = { "sh", "-c", "exit 34", NULL };
	pid_t pid = fork();

	if (!pid) {
		syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
		show("execveat", -1);
		_exit(1);
	}
	say_status(what, wait_for(pid, 0));
	close(fd);
}

static void
programs(void)
{
	char path[64];
	int fd;
	pid_t pid;

	run_fd("memfd", memory_file("/bin/sh", 0));
	run_fd("memfd cloexec", memory_file("/bin/sh", MFD_CLOEXEC));
	run_fd("O_PATH", open("/bin/sh", O_PATH | O_CLOEXEC));
	run_fd("script in memfd", script(0));
	run_fd("script in memfd, cloexec", script(MFD_CLOEXEC));
	fd = memory_file("/bin/sh", 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	pid = fork();
	if (!pid) {
		execl(path, "sh", "-c", "exit 35", NULL);
		_exit(1);
	}
	say_status("through /proc/self/fd", wait_for(pid, 0));
	pid = fork();
	if (!pid) {
		execl("/proc/self/exe", "fds", "child", NULL);
		_exit(1);
	}
	say_status("/proc/self/exe", wait_for(pid, 0));
}

static void
magic(void)
{
	static const char *const paths[] = {
		"/proc/self/exe",
		"/proc/self/cwd",
		"/proc/self/root",
		"/proc/self/fd",
		"/proc/self/fd/0",
		"/proc/thread-self/comm",
		"/dev/fd/0",
		"/dev/stdin",
		"/proc/self/fd/9999",
		"/proc/self/environ",
		"/proc/self/maps",
		"/proc/self/mem",
		"/proc/self/ns/pid",
		"/proc/self/root/etc/passwd",
		"/proc/self/cwd/../../../../../../etc/passwd",
	};
	char name[64] = "";
	size_t i;
	int fd;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		fd = open(paths[i], O_RDONLY | O_CLOEXEC);
		show(paths[i], fd);
		if (i == 5 && read(fd, name, 15) > 0)
			say("comm %s", name);
		if (fd >= 0)
			close(fd);
	}
}

static void
duplicates(void)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC), high;
	char buf[6] = "";

	high = fcntl(fd, F_DUPFD_CLOEXEC, 500);
	say("high %d\n", high);
	close(fd);
	show("dup2", dup2(high, 40));
	show("dup3", dup3(high, 41, O_CLOEXEC));
	if (read(41, buf, 5) == 5 && read(40, buf, 5) == 5)
		say("offset %ld\n", (long)lseek(high, 0, SEEK_CUR));
	show("close_range", close_range(40, 41, 0));
	show("read closed", read(40, buf, 1));
	close(high);
}

int
main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return 36;
	passed();
	programs();
	magic();
	duplicates();
	return 0;
}
