/*
 * "forkmany N": N processes, some of them with exec and some with a child
 * of their own, eight at a time; counts what came back.
 * "forkmany N crowd": N processes that all live at the same time, with two
 * threads each, until all are killed at once.
 */
#include "util.h"
#include <pthread.h>

static void
child(int i)
{
	pid_t pid;

	if (i % 100 == 1)
		execl("/bin/true", "true", NULL);
	if (i % 100 == 2) {
		pid = fork();
		if (!pid)
			_exit(i & 127);
		_exit(WEXITSTATUS(wait_for(pid, 0)));
	}
	_exit(i & 127);
}

static void *
sleeper(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

static int
crowd(int n)
{
	int i, st, killed = 0;
	pthread_t t;
	pid_t group = 0, pid;

	for (i = 0; i < n; i++) {
		pid = fork();
		if (pid < 0)
			fail("fork");
		if (!pid) {
			setpgid(0, group);
			pthread_create(&t, NULL, sleeper, NULL);
			close(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
			sleeper(NULL);
		}
		group = group ? group : pid;
		setpgid(pid, group);
	}
	kill(-group, SIGKILL);
	while (wait(&st) > 0)
		killed += WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL;
	say("killed %d of %d\n", killed, n);
	return 0;
}

int
main(int argc, char **argv)
{
	int i, n = argc > 1 ? number(argv[1]) : 10000, running = 0, st;
	long sum = 0, reaped = 0, odd = 0;
	pid_t pid;

	if (argc > 2)
		return crowd(n);
	for (i = 0; i < n || running; i++) {
		if (i < n) {
			pid = fork();
			if (pid < 0)
				fail("fork");
			if (!pid)
				child(i);
			running++;
		}
		if (running == 8 || i >= n) {
			if (wait(&st) < 0)
				fail("wait");
			running--;
			reaped++;
			odd += !WIFEXITED(st);
			sum += WEXITSTATUS(st);
		}
	}
	say("reaped %ld, sum %ld, odd %ld\n", reaped, sum, odd);
	show("wait", wait(NULL));
	return 0;
}
