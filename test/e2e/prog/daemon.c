/*
 * Becomes a daemon by a double fork with setsid, closes everything, and
 * lets the first process end while the daemon still works: it runs further
 * programs and writes what it saw to the file "out".
 */
#include "util.h"
#include <sys/stat.h>

static void
work(int alive, pid_t old_session)
{
	FILE *f;
	char c;
	int st, fd;

	while (read(alive, &c, 1) > 0)
		; /* end of file: the first process is gone */
	f = fopen("out", "we");
	if (!f)
		_exit(1);
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	fprintf(f, "new session %d, leader %d, tty %s\n",
	    getsid(0) != old_session, getsid(0) == getpid(), result(fd));
	st = system("exit 21");
	fprintf(f, "shell %d\n", WEXITSTATUS(st));
	st = system("cat /etc/hostname /nonexistent >/dev/null 2>&1");
	fprintf(f, "cat %d\n", WEXITSTATUS(st));
	fclose(f);
	_exit(0);
}

int
main(void)
{
	pid_t pid, session = getsid(0);
	int p[2], i;

	if (pipe(p))
		fail("pipe");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid) {
		setsid();
		pid = fork();
		if (pid)
			_exit(pid < 0);
		umask(022);
		close(p[1]);
		for (i = 0; i < 3; i++)
			close(i);
		open("/dev/null", O_RDWR);
		open("/dev/null", O_RDWR);
		open("/dev/null", O_RDWR);
		work(p[0], session);
	}
	say_status("between", wait_for(pid, 0));
	show("wait", waitpid(-1, NULL, 0));
	return 3;
}
