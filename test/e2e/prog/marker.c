/*
 * "marker HOW FILE": a child made by HOW opens FILE: fork, vfork, clone,
 * clone3, untraced, ptrace, clone3-untraced; or this process does, with the
 * i386 interface: int80.
 */
#include "util.h"
#include <linux/sched.h>
#include <sys/mman.h>

static char stack[65536] __attribute__((aligned(16)));

static int
work(void *file)
{
	int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	_exit(fd < 0 ? errno : 0);
}

static pid_t
clone3_with(unsigned long flags, char *file)
{
	struct clone_args a = { .flags = flags, .exit_signal = SIGCHLD };
	pid_t pid = (pid_t)syscall(SYS_clone3, &a, sizeof(a));

	if (!pid)
		work(file);
	return pid;
}

static long
int80_open(const char *file)
{
	long r = -ENOSYS;

#ifdef __x86_64__
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (low == MAP_FAILED)
		fail("mmap");
	strcpy(low, file);
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"(5L), "b"(low), "c"((long)O_CREAT), "d"(0600L)
			 : "memory", "r8", "r9", "r10", "r11");
#endif
	return r;
}

static pid_t
start(const char *how, char *file)
{
	int flags = SIGCHLD;
	pid_t pid;

	if (!strncmp(how, "clone3", 6))
		return clone3_with(how[6] ? CLONE_UNTRACED : 0, file);
	if (!strcmp(how, "fork") || !strcmp(how, "vfork")) {
		pid = *how == 'f' ? fork() : vfork();
		if (!pid)
			work(file);
		return pid;
	}
	if (!strcmp(how, "untraced"))
		flags |= CLONE_UNTRACED;
	if (!strcmp(how, "ptrace"))
		flags |= CLONE_PTRACE;
	return clone(work, stack + sizeof(stack), flags, file);
}

int
main(int argc, char **argv)
{
	pid_t pid;

	if (argc != 3)
		return 99;
	if (!strcmp(argv[1], "int80"))
		return int80_open(argv[2]) < 0;
	pid = start(argv[1], argv[2]);
	if (pid < 0)
		fail(argv[1]);
	return WEXITSTATUS(wait_for(pid, 0));
}
