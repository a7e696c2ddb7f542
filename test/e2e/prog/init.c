/*
 * The PID 1 of a container, in several tempers:
 *   init stop       handles the usual stop signals, exits 20 + the signal
 *   init deaf       has no handlers: TERM and INT are without effect on a
 *                   PID 1; ends with 5 on SIGUSR1
 *   init orphans N  adopts and reaps N orphans, and no one else
 *   init leave      ends with 9 while others still run
 *   init sweep SIG  sends SIG to everybody (kill -1), reaps, works on
 *   init family     as stop, with children that are to be reaped first
 *   init zombies    children that nobody reaps until the end
 */
#include "util.h"
#include <dirent.h>

static volatile int stopped_by;

static void
on_stop(int sig)
{
	stopped_by = sig;
}

static void
usual(void)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1,
		SIGUSR2, SIGWINCH, SIGPWR, SIGALRM };
	struct sigaction act = { .sa_handler = on_stop };
	size_t i;

	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaction(sigs[i], &act, NULL);
	sigaction(SIGRTMIN + 3, &act, NULL);
}

/* Blocks the signals so that none is lost between the test and the wait. */
static int
wait_for_stop(void)
{
	sigset_t all, old;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	say("ready\n");
	while (!stopped_by)
		sigsuspend(&old);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return stopped_by;
}

static int
zombies(void)
{
	char path[300], state[64];
	struct dirent *e;
	DIR *d = opendir("/proc");
	int n = 0;

	while (d && (e = readdir(d))) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/status", e->d_name);
		status_line(path, "State", state, sizeof(state));
		n += state[0] == 'Z';
	}
	if (d)
		closedir(d);
	return n;
}

static void
reap_all(const char *what)
{
	int st, n = 0, odd = 0;

	while (wait(&st) > 0) {
		n++;
		odd += !WIFEXITED(st) || WEXITSTATUS(st) != 3;
	}
	say("%s: reaped %d, odd %d, then %s, zombies %d\n", what, n, odd,
	    strerrorname_np(errno), zombies());
}

static void
orphans(int n)
{
	pid_t middle, pid;
	int i;

	say("pid %d, parent %d\n", getpid(), getppid());
	for (i = 0; i < n; i++) {
		middle = fork();
		if (middle)
			continue;
		middle = getpid();
		pid = fork();
		if (pid)
			_exit(3);
		while (getppid() == middle)
			nap();
		close(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
		_exit(getppid() == 1 ? 3 : 4);
	}
	reap_all("orphans");
}

static void
start_children(int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (!fork())
			for (;;)
				pause();
}

static void
count_deaths(int sig)
{
	int st, n = 0, odd = 0;

	while (wait(&st) > 0) {
		n++;
		odd += !WIFSIGNALED(st) || WTERMSIG(st) != sig;
	}
	say("died %d, odd %d, then %s\n", n, odd, strerrorname_np(errno));
}

static int
sweep(int sig)
{
	int fd;

	start_children(5);
	show("kill -1", kill(-1, sig));
	count_deaths(sig);
	fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	show("open", fd);
	say_status("shell", system("cat /dev/null; exit 6"));
	return 11;
}

static int
leave(void)
{
	start_children(4);
	if (!fork())
		for (;;)
			close(open("/dev/null", O_RDONLY | O_CLOEXEC));
	return 9;
}

static int
lazy(void)
{
	int i;

	for (i = 0; i < 20; i++)
		if (!fork())
			_exit(3);
	while (zombies() < 20)
		nap();
	reap_all("late");
	return 12;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "stop")) {
		usual();
		return 20 + wait_for_stop();
	}
	if (!strcmp(what, "deaf")) {
		signal(SIGUSR1, on_stop);
		say("ready\nready\nready\n");
		wait_for_stop();
		return 5;
	}
	if (!strcmp(what, "family")) {
		int sig;

		start_children(3);
		usual();
		sig = wait_for_stop();
		signal(SIGTERM, SIG_IGN);
		kill(0, SIGTERM);
		count_deaths(SIGTERM);
		return 20 + sig;
	}
	if (!strcmp(what, "orphans"))
		return orphans(number(argv[2])), 10;
	if (!strcmp(what, "leave"))
		return leave();
	if (!strcmp(what, "sweep"))
		return sweep(number(argv[2]));
	if (!strcmp(what, "zombies"))
		return lazy();
	return 99;
}
