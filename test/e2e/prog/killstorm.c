/*
 * "killstorm N": N times, a child in its own group forks, execs and opens
 * as fast as it can until the whole group is killed at an arbitrary moment.
 * The parent must see each death, and no process may be left: the last
 * holder of a pipe's writing end is gone when read returns 0.
 */
#include "util.h"
#include <sys/time.h>

static void
grow(void)
{
	pid_t pid;
	int i;

	for (i = 0;; i++) {
		close(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
		pid = fork();
		if (!pid && i % 3 == 0)
			execl("/bin/true", "true", NULL);
		if (!pid) {
			close(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
			if (i % 3 == 1 && !fork())
				for (;;)
					close(open("/dev/null", O_RDONLY));
			_exit(0);
		}
		if (i % 4 == 3) {
			kill(pid, SIGKILL);
			while (waitpid(-1, NULL, WNOHANG) > 0)
				;
		}
	}
}

int
main(int argc, char **argv)
{
	int i, n = argc > 1 ? number(argv[1]) : 50, p[2], st, killed = 0;
	int empty = 0;
	pid_t pid;
	char c;

	srandom(4711);
	for (i = 0; i < n; i++) {
		if (pipe(p))
			fail("pipe");
		pid = fork();
		if (pid < 0)
			fail("fork");
		if (!pid) {
			setpgid(0, 0);
			close(p[0]);
			grow();
		}
		setpgid(pid, pid);
		close(p[1]);
		usleep((useconds_t)(random() % 15000));
		kill(-pid, SIGKILL);
		st = wait_for(pid, 0);
		killed += WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL;
		kill(-pid, SIGKILL); /* what was being forked just then */
		empty += read(p[0], &c, 1) == 0;
		close(p[0]);
	}
	say("killed %d of %d, group gone %d\n", killed, n, empty);
	show("wait", wait(NULL));
	return killed == n && empty == n ? 0 : 1;
}
