/*
 * The other two system call interfaces of x86-64, from 64-bit code: i386
 * numbers through "int $0x80" and x32 numbers (bit 30). A kernel without
 * one of them refuses it, and so it must look with a tracer, too.
 *   abi int80 | abi x32
 */
#include "util.h"
#include <sys/mman.h>

#ifdef __x86_64__

#define X32 0x40000000

static char *low; /* memory that 32-bit pointers reach */

static long
int80(long nr, long a, long b, long c, long d)
{
	long r;

	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)r;
}

static long
low_text(size_t at, const char *s)
{
	strcpy(low + at, s);
	return (long)(low + at);
}

static void
show_raw(const char *what, long r)
{
	if (r < 0)
		errno = (int)-r;
	say("%s: %s\n", what, r < 0 ? strerrorname_np(errno) : "ok");
}

static void
int80_calls(void)
{
	unsigned *argv, *sock;
	long fd, pid;

	say("getpid %d\n", int80(20, 0, 0, 0, 0) == getpid());
	fd = int80(5, low_text(0, "/etc/passwd"), O_RDONLY, 0, 0);
	show_raw("open", fd);
	say("read %ld\n", int80(3, fd, (long)(low + 256), 5, 0));
	say("%.5s\n", low + 256);
	show_raw("open nothing",
	    int80(5, low_text(0, "/nonexistent"), 0, 0, 0));
	show_raw("open null", int80(5, 0, 0, 0, 0));
	show_raw("openat",
	    int80(295, -100, low_text(0, "i386-file"), O_CREAT | O_WRONLY,
		0600));
	show_raw("chmod", int80(15, low_text(0, "i386-file"), 0640, 0, 0));
	show_raw("rename",
	    int80(38, low_text(0, "i386-file"), low_text(128, "i386-new"), 0,
		0));
	show_raw("unlink", int80(10, low_text(0, "i386-new"), 0, 0, 0));
	sock = (unsigned *)(low + 1024);
	sock[0] = 1;
	sock[1] = 1;
	sock[2] = 0;
	show_raw("socketcall", int80(102, 1, (long)sock, 0, 0));
	show_raw("socket", int80(359, 1, 1, 0, 0));
	show_raw("no such call", int80(4000, 0, 0, 0, 0));
	pid = int80(2, 0, 0, 0, 0);
	if (!pid) {
		argv = (unsigned *)(low + 2048);
		argv[0] = (unsigned)low_text(512, "sh");
		argv[1] = (unsigned)low_text(520, "-c");
		argv[2] = (unsigned)low_text(528, "exit 44");
		argv[3] = 0;
		int80(11, low_text(0, "/bin/sh"), (long)argv, (long)(argv + 3),
		    0);
		_exit(1);
	}
	say_status("fork and execve", wait_for((pid_t)pid, 0));
	fflush(NULL);
	int80(252, 45, 0, 0, 0);
}

static void
x32_calls(void)
{
	pid_t pid;
	long r;

	show("getpid", syscall(X32 | SYS_getpid));
	show("openat", syscall(X32 | SYS_openat, AT_FDCWD, "/etc/passwd", 0));
	show("open", syscall(X32 | SYS_open, "/nonexistent", 0));
	show("execve", syscall(X32 | 520, "/bin/true", NULL, NULL));
	show("no such call", syscall(X32 | 4000));
	r = syscall(X32 | SYS_fork);
	if (!r)
		_exit(46);
	show("fork", r);
	while ((pid = wait(NULL)) > 0)
		;
	exit(47);
}

int
main(int argc, char **argv)
{
	low = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		fail("mmap");
	if (argc > 1 && !strcmp(argv[1], "x32"))
		x32_calls();
	int80_calls();
	return 1;
}

#else

int
main(void)
{
	say("not on this architecture\n");
	return 0;
}

#endif
