/*
 * "forkmany N": N processes, some of them with exec and some with a child
 * of their own, eight at a time; counts what came back.
 */
#include "util.h"

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

int
main(int argc, char **argv)
{
	int i, n = argc > 1 ? number(argv[1]) : 10000, running = 0, st;
	long sum = 0, reaped = 0, odd = 0;
	pid_t pid;

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
