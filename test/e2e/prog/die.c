/*
 * Dies in the way that its arguments say:
 *   die N              raise(N) with the default action; exit 0 if it lives
 *   die thread N       a second thread sends N to the process
 *   die fault WHAT     segv, bus, fpe, ill, trap, pipe, alrm, abort, xfsz
 *   die children       forks one child for each signal and prints its status
 */
#include "util.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

static int sig;

static void
die_of(int n)
{
	sigset_t set;

	signal(n, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, n);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(n);
}

static void *
kill_process(void *unused)
{
	(void)unused;
	kill(getpid(), sig);
	for (;;)
		pause();
	return NULL;
}

static void
die_of_thread(int n)
{
	pthread_t t;

	sig = n;
	pthread_create(&t, NULL, kill_process, NULL);
	pthread_join(t, NULL);
}

static void
bus(void)
{
	int fd = open("bus", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	unlink("bus");
	say("%d\n", *(volatile char *)p);
}

static void
xfsz(void)
{
	struct rlimit lim = { 10, 10 };
	int fd = open("big", O_RDWR | O_CREAT | O_TRUNC, 0600);

	setrlimit(RLIMIT_FSIZE, &lim);
	unlink("big");
	while (write(fd, "0123456789abcdef", 16) > 0)
		;
}

static void
broken_pipe(void)
{
	int p[2];

	if (pipe(p))
		fail("pipe");
	close(p[0]);
	if (write(p[1], "x", 1) == 1)
		fail("write");
}

static void
fault(const char *what)
{
	volatile int zero = 0;
	int *volatile null = NULL;

	if (!strcmp(what, "segv"))
		*null = 1;
	else if (!strcmp(what, "bus"))
		bus();
	else if (!strcmp(what, "fpe"))
		say("%d\n", 1 / zero);
	else if (!strcmp(what, "ill"))
		__builtin_trap();
#ifdef __x86_64__
	else if (!strcmp(what, "trap"))
		__asm__ volatile("int3");
#endif
	else if (!strcmp(what, "pipe"))
		broken_pipe();
	else if (!strcmp(what, "xfsz"))
		xfsz();
	else if (!strcmp(what, "abort"))
		abort();
	else if (!strcmp(what, "alrm"))
		for (alarm(1);;)
			pause();
}

/* Those that do not end an orphaned group would leave a thread waiting. */
static int
deadly(int n)
{
	return n != SIGCHLD && n != SIGCONT && n != SIGURG && n != SIGWINCH &&
	    n != SIGTSTP && n != SIGTTIN && n != SIGTTOU;
}

static void
children(void)
{
	char label[16];
	pid_t pid;
	int n, st;

	for (n = 1; n <= 64; n++) {
		if (n == 32 || n == 33)
			continue;
		pid = fork();
		if (pid < 0)
			fail("fork");
		if (!pid && n % 2 == 0 && deadly(n))
			die_of_thread(n);
		if (!pid) {
			die_of(n);
			_exit(0);
		}
		snprintf(label, sizeof(label), "%d", n);
		for (;;) {
			st = wait_for(pid, WUNTRACED);
			say_status(label, st);
			if (!WIFSTOPPED(st))
				break;
			kill(pid, SIGKILL);
		}
	}
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		return 99;
	if (!strcmp(argv[1], "children"))
		children();
	else if (!strcmp(argv[1], "thread"))
		die_of_thread(number(argv[2]));
	else if (!strcmp(argv[1], "fault"))
		fault(argv[2]);
	else
		die_of(number(argv[1]));
	return 0;
}
