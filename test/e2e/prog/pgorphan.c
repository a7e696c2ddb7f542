/*
 * Orphaned process groups: when the last parent in the session outside a
 * group with a stopped member ends, the members get SIGHUP and SIGCONT;
 * afterwards terminal stop signals are without effect. See credentials(7).
 */
#include "util.h"

static int report[2];

static void
tell(char c)
{
	if (write(report[1], &c, 1) != 1)
		_exit(98);
}

static void
got(int sig)
{
	tell(sig == SIGHUP ? 'H' : sig == SIGCONT ? 'C' : '?');
}

static void
member(void)
{
	struct sigaction act = { .sa_handler = got };

	sigaddset(&act.sa_mask, SIGHUP);
	sigaddset(&act.sa_mask, SIGCONT);
	sigaction(SIGHUP, &act, NULL);
	sigaction(SIGCONT, &act, NULL);
	raise(SIGSTOP);
	tell('r');
	raise(SIGTSTP); /* ignored in an orphaned group */
	raise(SIGTTIN);
	tell('e');
	_exit(0);
}

static void
leader(void)
{
	pid_t pid;

	setpgid(0, 0);
	pid = fork();
	if (!pid)
		member();
	say_status("member", wait_for(pid, WUNTRACED));
	_exit(5);
}

int
main(void)
{
	char buf[32] = "";
	ssize_t n, total = 0;
	int i, hup = 0, cont = 0;
	pid_t pid;

	if (pipe(report))
		fail("pipe");
	pid = fork();
	if (!pid)
		leader();
	close(report[1]);
	say_status("leader", wait_for(pid, 0));
	while ((n = read(report[0], buf + total, 31 - (size_t)total)) > 0)
		total += n;
	for (i = 0; i < total; i++) {
		hup += buf[i] == 'H';
		cont += buf[i] == 'C';
	}
	say("hup %d cont %d end %c\n", hup, cont, total ? buf[total - 1] : '-');
	return 0;
}
