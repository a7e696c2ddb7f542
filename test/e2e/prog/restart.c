/*
 * Sleeping calls that are interrupted by SIGSTOP and SIGCONT continue
 * (restart_syscall), or fail with EINTR where signal(7) says so. The sleep
 * never ends too early.
 */
#include "util.h"
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>

#define STOPS 5
#define MS    400

static int futex_word;

static long
do_nanosleep(void)
{
	struct timespec t = { 0, MS * 1000000 };

	return nanosleep(&t, NULL);
}

static long
do_clock_nanosleep(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += MS * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
	return errno ? -1 : 0;
}

static long
do_poll(void)
{
	return poll(NULL, 0, MS);
}

static long
do_futex(void)
{
	struct timespec t = { 0, MS * 1000000 };

	return syscall(SYS_futex, &futex_word, FUTEX_WAIT, 0, &t, NULL, 0);
}

static long
do_epoll(void)
{
	struct epoll_event e;
	int fd = epoll_create1(EPOLL_CLOEXEC);

	return epoll_wait(fd, &e, 1, MS);
}

static const struct {
	const char *name;
	long number;
	long (*run)(void);
} calls[] = {
	{ "nanosleep", SYS_clock_nanosleep, do_nanosleep },
	{ "clock_nanosleep", SYS_clock_nanosleep, do_clock_nanosleep },
	{ "poll", SYS_poll, do_poll },
	{ "futex", SYS_futex, do_futex },
	{ "epoll_wait", SYS_epoll_wait, do_epoll },
};

static long
ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
sleeper(size_t i)
{
	long start = ms(), r = calls[i].run();
	int e = errno;

	say("%s: %s%s\n", calls[i].name, r < 0 ? strerrorname_np(e) : "ok",
	    e != EINTR && ms() - start < MS - 1 ? ", too early" : "");
	_exit(0);
}

int
main(void)
{
	size_t i;
	pid_t pid;
	int n, st;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		pid = fork();
		if (!pid)
			sleeper(i);
		wait_in_call(pid, calls[i].number);
		st = 0x137f; /* as if it had stopped */
		for (n = 0; n < STOPS && !WIFEXITED(st); n++) {
			kill(pid, SIGSTOP);
			st = wait_for(pid, WUNTRACED);
			if (WIFEXITED(st))
				break;
			kill(pid, SIGCONT);
			st = wait_for(pid, WCONTINUED);
		}
		if (!WIFEXITED(st))
			st = wait_for(pid, 0);
		say_status(calls[i].name, st);
	}
	return 0;
}
