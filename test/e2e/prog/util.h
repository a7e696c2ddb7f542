/*
 * What the test programs share: unbuffered output, that a fork cannot
 * duplicate, and waiting for another process's state without a clock.
 */
#ifndef E2E_UTIL_H
#define E2E_UTIL_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef __GLIBC__
#define strerrorname_np strerror
#endif

#define say(...) dprintf(1, __VA_ARGS__)

static inline _Noreturn void
fail(const char *what)
{
	say("FAILED: %s: %s\n", what, strerror(errno));
	_exit(99);
}

/* "ok" or the name of errno, for a call that returns -1 on error. */
static inline const char *
result(long r)
{
	return r >= 0 ? "ok" : strerrorname_np(errno);
}

static inline void
show(const char *what, long r)
{
	say("%s: %s\n", what, result(r));
}

static inline void
say_status(const char *what, int st)
{
	if (WIFEXITED(st))
		say("%s: exit %d\n", what, WEXITSTATUS(st));
	else if (WIFSIGNALED(st))
		say("%s: signal %d core=%d\n", what, WTERMSIG(st),
		    !!WCOREDUMP(st));
	else if (WIFSTOPPED(st))
		say("%s: stopped by %d\n", what, WSTOPSIG(st));
	else if (WIFCONTINUED(st))
		say("%s: continued\n", what);
	else
		say("%s: status %#x\n", what, st);
}

static inline int
wait_for(pid_t pid, int flags)
{
	int st = -1;

	while (waitpid(pid, &st, flags) < 0)
		if (errno != EINTR)
			fail("waitpid");
	return st;
}

static inline void
nap(void)
{
	struct timespec t = { 0, 1000000 };

	nanosleep(&t, NULL);
}

/* Returns once pid sleeps inside system call nr (see proc(5), syscall). */
static inline void
wait_in_call(pid_t pid, long nr)
{
	char path[64], buf[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	for (;;) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			fail(path);
		n = read(fd, buf, sizeof(buf) - 1);
		close(fd);
		if (n <= 0)
			fail(path);
		buf[n] = 0;
		if (buf[0] >= '0' && buf[0] <= '9' && atol(buf) == nr)
			return;
		nap();
	}
}

/* The value of a line of a status file under /proc, or "" if it is absent. */
static inline void
status_line(const char *path, const char *key, char *out, size_t size)
{
	char line[512];
	FILE *f = fopen(path, "re");
	size_t n = strlen(key);

	out[0] = 0;
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, n) && line[n] == ':') {
			line[strcspn(line, "\n")] = 0;
			snprintf(out, size, "%s",
			    line + n + 1 + strspn(line + n + 1, " \t"));
		}
	if (f)
		fclose(f);
}

static inline int
number(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

#endif
