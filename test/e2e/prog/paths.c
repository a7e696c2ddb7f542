/*
 * Hostile and unusual arguments to calls that a tracer reads: the results
 * are the kernel's. Needs a directory of its own as current directory.
 */
#include "util.h"
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static char *edge; /* the first byte of a page that is not there */
static char *const hole = (char *)0x10;

static void
try_open(const char *what, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	show(what, fd);
	if (fd >= 0)
		close(fd);
}

static const char *
at_edge(const char *s, size_t n)
{
	memcpy(edge - n, s, n);
	return edge - n;
}

static void
pages(void)
{
	char *p = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(p + 2 * 4096, 4096, PROT_NONE);
	edge = p + 2 * 4096;
	memcpy(p + 4096 - 5, "/etc/passwd", 12);
	try_open("crosses a page", p + 4096 - 5);
	try_open("ends at the last byte", at_edge("/etc/passwd", 12));
	try_open("runs into a hole", at_edge("/etc/passwd", 11));
	try_open("one byte and a hole", at_edge("/", 1));
	try_open("starts in a hole", edge);
	try_open("null", NULL);
	try_open("small address", hole);
	try_open("kernel address", (char *)0xffffffff81000000UL);
	try_open("non-canonical", (char *)0x8000000000000000UL);
	try_open("all ones", (char *)~0UL);
	strcpy(p + 4096, "/etc/passwd");
	mprotect(p + 4096, 4096, PROT_READ);
	try_open("read-only page", p + 4096);
}

static void
lengths(void)
{
	static char buf[9000];

	memset(buf, '/', sizeof(buf) - 1);
	memcpy(buf + 4095 - 10, "etc/passwd", 11);
	try_open("4095 bytes", buf);
	memset(buf, '/', sizeof(buf) - 1);
	memcpy(buf + 4096 - 10, "etc/passwd", 11);
	try_open("4096 bytes", buf);
	memset(buf, 'x', sizeof(buf) - 1);
	try_open("8999 bytes", buf);
	buf[255] = 0;
	show("name of 255", mkdir(buf, 0700));
	show("remove it", rmdir(buf));
	buf[255] = 'x';
	buf[256] = 0;
	show("name of 256", mkdir(buf, 0700));
	try_open("empty", "");
	show("odd bytes", mkdir("\xff\xfe\n\x1b[0m\"'\\ x", 0700));
	try_open("odd bytes", "\xff\xfe\n\x1b[0m\"'\\ x");
	show("remove odd bytes", rmdir("\xff\xfe\n\x1b[0m\"'\\ x"));
}

static void
directories(void)
{
	char buf[4096];
	int dir, fd;

	mkdir("one", 0700);
	mkdir("one/two", 0700);
	close(open("one/two/file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	dir = open("one/two", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	show("dirfd", fd = openat(dir, "file", O_RDONLY | O_CLOEXEC));
	close(fd);
	show("dirfd, dots", openat(dir, "../../one/two/file", O_RDONLY));
	show("bad dirfd", openat(999, "file", O_RDONLY));
	show("negative dirfd", openat(-7, "file", O_RDONLY));
	show("dirfd is a file", openat(openat(dir, "file", O_RDONLY), "x", 0));
	show("absolute, bad dirfd", openat(999, "/etc/passwd", O_RDONLY));
	fd = open("one/two/file", O_PATH | O_CLOEXEC);
	show("O_PATH", fd);
	show("read of O_PATH", read(fd, buf, 1));
	snprintf(buf, sizeof(buf), "/proc/self/fd/%d", fd);
	show("reopen O_PATH", open(buf, O_RDONLY));
	chdir("one/two");
	rename("../../one", "../../renamed");
	show("in a renamed directory", open("file", O_RDONLY));
	show("getcwd", getcwd(buf, sizeof(buf)) ? 0 : -1);
	unlink("file");
	rmdir("../two");
	show("in a removed directory", open("file", O_CREAT | O_WRONLY, 0600));
	show("parent of it", open("..", O_RDONLY));
	show("getcwd", getcwd(buf, sizeof(buf)) ? 0 : -1);
	show("dirfd removed", openat(dir, "file", O_CREAT | O_WRONLY, 0600));
}

static void
structures(void)
{
	struct open_how how = { .flags = O_RDONLY };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	int s = socket(AF_UNIX, SOCK_STREAM, 0), t, sv[2];

	show("openat2",
	    syscall(SYS_openat2, -100, "/etc/passwd", &how, sizeof(how)));
	show("openat2 short",
	    syscall(SYS_openat2, -100, "/etc/passwd", &how, 3));
	show("openat2 hole",
	    syscall(SYS_openat2, -100, "/etc/passwd", hole, sizeof(how)));
	show("connect hole", connect(s, (void *)hole, 16));
	show("connect length 0", connect(s, (void *)&un, 0));
	show("connect length 1", connect(s, (void *)&un, 1));
	show("connect huge", connect(s, (void *)&un, 1 << 20));
	show("connect negative", connect(s, (void *)&un, (socklen_t)-1));
	memset(un.sun_path, 'p', sizeof(un.sun_path));
	show("connect full path", connect(s, (void *)&un, sizeof(un)));
	un.sun_path[0] = 0;
	show("connect abstract", connect(s, (void *)&un, sizeof(un)));
	t = socket(AF_INET6, SOCK_DGRAM, 0);
	show("connect short inet6", connect(t, (void *)&in6, 20));
	show("bind bad fd", bind(-1, (void *)&un, sizeof(un)));
	show("accept hole", accept4(s, (void *)hole, (void *)hole, 0));
	show("sendmsg hole", sendmsg(s, (void *)hole, 0));
	show("socketpair hole",
	    syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, hole));
	show("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	show("pipe hole", syscall(SYS_pipe2, hole, 0));
	show("ptrace nonsense", syscall(SYS_ptrace, 9999, 1, 0, 0));
	show("setns nonsense", syscall(SYS_setns, -1, 0));
	show("mount hole", syscall(SYS_mount, hole, hole, hole, 0, hole));
	show("no such call", syscall(5000));
	show("call -1", syscall(-1));
	show("call 2^31", syscall(0x7fffffff));
}

static long
execve_raw(const void *path, const void *argv, const void *envp)
{
	return syscall(SYS_execve, path, argv, envp);
}

static void
execs(void)
{
	char *argv[] = { "x", NULL }, *bad[] = { hole, NULL };

	show("exec null path", execve_raw(NULL, argv, argv + 1));
	show("exec empty path", execve_raw("", argv, argv + 1));
	show("exec directory", execve_raw("/etc", argv, argv + 1));
	show("exec file", execve_raw("/etc/passwd", argv, argv + 1));
	show("exec nothing", execve_raw("/nonexistent", argv, argv + 1));
	show("exec bad argv", execve_raw("/bin/true", hole, argv + 1));
	show("exec bad argument", execve_raw("/bin/true", bad, argv + 1));
	show("exec bad envp", execve_raw("/bin/true", argv, hole));
	show("exec bad variable", execve_raw("/bin/true", argv, bad));
	show("execveat bad fd",
	    syscall(SYS_execveat, 999, "x", argv, argv + 1, 0));
	show("execveat empty",
	    syscall(SYS_execveat, 999, "", argv, argv + 1, AT_EMPTY_PATH));
	show("execveat hole",
	    syscall(SYS_execveat, -100, hole, argv, argv + 1, 0));
}

int
main(void)
{
	pages();
	lengths();
	structures();
	execs();
	directories();
	execl("/bin/echo", "echo", "still", "here", NULL);
	return 1;
}
