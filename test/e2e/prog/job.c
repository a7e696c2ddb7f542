/*
 * A job for jobshell.c, which gives the part to play as last argument.
 * The job's blocked SIGUSR1 mask is inherited; it only sends that signal.
 */
#include "util.h"
#include <pthread.h>

static void
tell_shell(void)
{
	kill(getppid(), SIGUSR1);
}

static void *
spin(void *unused)
{
	(void)unused;
	for (;;) {
		close(open("/dev/null", O_RDONLY | O_CLOEXEC));
		nap();
	}
	return NULL;
}

static void
on_stop(int sig)
{
	sigset_t set;

	say("got %d\n", sig);
	signal(SIGTSTP, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	tell_shell();
}

static void
on_quit(int sig)
{
	_exit(sig + 40);
}

static void
handle(void)
{
	signal(SIGTSTP, on_stop);
	signal(SIGQUIT, on_quit);
	tell_shell();
	for (;;)
		pause();
}

static pid_t child;

/* Stops only after the child did, so that SIGCONT finds both stopped. */
static void
stop_after_child(int sig)
{
	(void)sig;
	say_status("child", wait_for(child, WUNTRACED));
	raise(SIGSTOP);
}

static void
family(void)
{
	int st;

	child = fork();
	if (!child)
		for (;;)
			pause();
	signal(SIGTSTP, stop_after_child);
	tell_shell();
	for (;;) {
		st = wait_for(child, WCONTINUED);
		if (WIFCONTINUED(st)) {
			signal(SIGQUIT, SIG_IGN);
			tell_shell();
			continue;
		}
		say_status("child", st);
		_exit(WTERMSIG(st));
	}
}

int
main(int argc, char **argv)
{
	const char *part = argv[argc - 1];
	pthread_t t[3];
	char c = 0;
	int i, tty;

	if (!strcmp(part, "threads"))
		for (i = 0; i < 3; i++)
			pthread_create(&t[i], NULL, spin, NULL);
	if (!strcmp(part, "handle"))
		handle();
	if (!strcmp(part, "family"))
		family();
	tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (tty < 0)
		fail("/dev/tty");
	if (!strcmp(part, "read"))
		return read(tty, &c, 1) == 1 ? c : 1;
	if (!strcmp(part, "write")) {
		c = write(tty, "x", 1) == 1 ? 'x' : 1;
		/* The shell is to see that it continued, and then the end. */
		usleep(200000);
		return c;
	}
	tell_shell();
	for (;;)
		pause();
}
