/*
 * Ends in the way that its arguments say:
 *   exits N             exit(N)
 *   exits thread N      exit_group from a thread that is not the leader
 *   exits leader N      the leader ends first, another thread exits with N
 *   exits all           forks one child for each code and prints its status
 */
#include "util.h"
#include <pthread.h>

static int code;

static void *
exit_now(void *unused)
{
	(void)unused;
	_exit(code);
}

static void *
exit_after_leader(void *unused)
{
	char path[64], state[64];

	(void)unused;
	snprintf(path, sizeof(path), "/proc/self/task/%d/status", getpid());
	do {
		nap();
		status_line(path, "State", state, sizeof(state));
	} while (state[0] && state[0] != 'Z'); /* or no /proc here */
	_exit(code);
}

static void
from_thread(void *(*body)(void *))
{
	pthread_t t;

	if (pthread_create(&t, NULL, body, NULL))
		fail("pthread_create");
	if (body == exit_after_leader)
		pthread_exit(NULL);
	pthread_join(t, NULL);
}

static void
all(void)
{
	int st;
	pid_t pid;

	for (code = 0; code < 256; code++) {
		pid = fork();
		if (pid < 0)
			fail("fork");
		if (!pid && code % 3 == 1)
			from_thread(exit_now);
		if (!pid && code % 3 == 2)
			from_thread(exit_after_leader);
		if (!pid)
			_exit(code);
		st = wait_for(pid, 0);
		say("%d: %#x\n", code, st);
	}
	exit(0);
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		return 99;
	if (!strcmp(argv[1], "all"))
		all();
	code = number(argv[argc - 1]);
	if (!strcmp(argv[1], "thread"))
		from_thread(exit_now);
	if (!strcmp(argv[1], "leader"))
		from_thread(exit_after_leader);
	exit(code);
}
