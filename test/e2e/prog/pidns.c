/*
 * "pidns SIGNAL[,SIGNAL...] COMMAND...": COMMAND as PID 1 of a new PID
 * namespace with a /proc of its own. Once its output contains a line
 * "ready", the signals are sent from outside, one for each such line.
 * Prints the output and how it ended.
 */
#include "util.h"
#include <sys/mount.h>

static void
inside(char **argv, int out)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL))
		fail("mount");
	setsid();
	dup2(out, 1);
	close(out);
	execvp(argv[0], argv);
	_exit(127);
}

int
main(int argc, char **argv)
{
	char line[4096], *signals;
	pid_t pid;
	int p[2];
	FILE *f;

	if (argc < 3)
		return 99;
	signals = strtok(argv[1], ",");
	if (pipe2(p, O_CLOEXEC) || unshare(CLONE_NEWPID))
		fail("unshare");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid) {
		if (unshare(CLONE_NEWNS))
			fail("unshare");
		inside(argv + 2, p[1]);
	}
	close(p[1]);
	f = fdopen(p[0], "r");
	while (f && fgets(line, sizeof(line), f)) {
		say("%s", line);
		if (strcmp(line, "ready\n") || !signals)
			continue;
		kill(pid, number(signals));
		signals = strtok(NULL, ",");
	}
	say_status("PID 1", wait_for(pid, 0));
	return 0;
}
