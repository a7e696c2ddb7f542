/*
 * Plays a job-control shell: on a fresh pseudo-terminal whose keys it
 * presses itself it runs COMMAND as a job and prints every change of state
 * that waitpid(2) reports. "jobshell tty COMMAND" only gives COMMAND a
 * controlling terminal and copies what it writes.
 * The command is run with one argument more: the part that job.c plays.
 */
#include "util.h"
#include <sys/ioctl.h>
#include <termios.h>

static int master, tty;

static void
press(char key)
{
	if (write(master, &key, 1) != 1)
		fail("press");
}

static pid_t
job(char **argv, int argc, const char *part, int foreground)
{
	char **copy = calloc((size_t)argc + 2, sizeof(*copy));
	int i, go[2];
	char c;
	pid_t pid;

	for (i = 0; i < argc; i++)
		copy[i] = argv[i];
	copy[argc] = (char *)(unsigned long)part;
	if (pipe(go) || (pid = fork()) < 0)
		fail("fork");
	if (!pid) {
		setpgid(0, 0);
		close(go[1]);
		if (read(go[0], &c, 1))
			fail("go");
		close(go[0]);
		for (i = 1; i < NSIG; i++)
			signal(i, SIG_DFL);
		execvp(copy[0], copy);
		_exit(127);
	}
	setpgid(pid, pid);
	if (foreground)
		tcsetpgrp(tty, pid);
	close(go[0]);
	close(go[1]);
	free(copy);
	return pid;
}

static void
next(pid_t pid, const char *what)
{
	say_status(what, wait_for(pid, WUNTRACED | WCONTINUED));
}

/* The job tells by SIGUSR1 to its parent that it is ready. */
static void
ready(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigwait(&set, &sig);
}

static void
continue_job(pid_t pid, int foreground)
{
	tcsetpgrp(tty, foreground ? pid : getpgrp());
	kill(-pid, SIGCONT);
	next(pid, "after SIGCONT");
}

static void
keys(char **argv, int argc)
{
	pid_t pid = job(argv, argc, "wait", 1);

	ready();
	press(26);
	next(pid, "^Z");
	continue_job(pid, 1);
	kill(-pid, SIGSTOP);
	next(pid, "SIGSTOP");
	continue_job(pid, 0);
	kill(pid, SIGTTIN);
	next(pid, "SIGTTIN");
	continue_job(pid, 1);
	press(3);
	next(pid, "^C");
	pid = job(argv, argc, "threads", 1);
	ready();
	press(26);
	next(pid, "^Z, threads");
	continue_job(pid, 1);
	kill(pid, SIGSTOP);
	next(pid, "SIGSTOP, threads");
	kill(pid, SIGTERM);
	kill(pid, SIGCONT);
	say_status("SIGTERM while stopped", wait_for(pid, 0));
}

static void
handlers(char **argv, int argc)
{
	pid_t pid = job(argv, argc, "handle", 1);

	ready();
	press(26); /* the handler stops itself, as an editor does */
	next(pid, "^Z handled");
	continue_job(pid, 1);
	ready();
	press(28);
	next(pid, "^\\ handled");
	pid = job(argv, argc, "wait", 1);
	ready();
	kill(pid, SIGSTOP);
	next(pid, "SIGSTOP");
	kill(pid, SIGKILL);
	next(pid, "SIGKILL while stopped");
}

static void
background(char **argv, int argc)
{
	struct termios t;
	pid_t pid = job(argv, argc, "read", 0);

	next(pid, "background read");
	continue_job(pid, 1);
	if (write(master, "line\n", 5) != 5)
		fail("write");
	next(pid, "foreground read");
	tcgetattr(tty, &t);
	t.c_lflag |= TOSTOP;
	tcsetattr(tty, TCSANOW, &t);
	tcsetpgrp(tty, getpgrp());
	pid = job(argv, argc, "write", 0);
	next(pid, "background write");
	continue_job(pid, 1);
	next(pid, "foreground write");
	tcsetpgrp(tty, getpgrp());
	pid = job(argv, argc, "family", 1);
	ready();
	press(26);
	next(pid, "^Z, family");
	continue_job(pid, 1);
	ready();
	press(28);
	next(pid, "^\\, family");
}

static void
copy_output(pid_t pid)
{
	char buf[4096];
	ssize_t n;
	int i;

	close(tty);
	while ((n = read(master, buf, sizeof(buf))) > 0)
		for (i = 0; i < n; i++)
			if (buf[i] != '\r' && write(1, buf + i, 1) != 1)
				fail("write");
	say_status("end", wait_for(pid, 0));
}

static void
make_tty(void)
{
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) || unlockpt(master))
		fail("posix_openpt");
	tty = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty < 0)
		fail("tty");
}

static void
session(char **argv)
{
	pid_t pid = fork();

	if (!pid) {
		setsid();
		ioctl(tty, TIOCSCTTY, 0);
		dup2(tty, 0);
		dup2(tty, 1);
		dup2(tty, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	copy_output(pid);
}

int
main(int argc, char **argv)
{
	sigset_t set;
	pid_t pid;

	make_tty();
	if (argc > 2 && !strcmp(argv[1], "tty")) {
		session(argv + 2);
		return 0;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGTTOU, SIG_IGN);
	pid = fork();
	if (pid) {
		say_status("shell", wait_for(pid, 0));
		return 0;
	}
	setsid();
	if (ioctl(tty, TIOCSCTTY, 0))
		fail("TIOCSCTTY");
	keys(argv + 1, argc - 1);
	handlers(argv + 1, argc - 1);
	background(argv + 1, argc - 1);
	return 0;
}
