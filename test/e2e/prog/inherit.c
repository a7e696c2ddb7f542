/*
 * Sets process attributes that survive execve and then runs COMMAND:
 *   inherit WHAT... -- COMMAND...
 * WHAT: block (some signals blocked, two of them pending), ignore (some
 * signals ignored), chld (SIGCHLD ignored), fd (descriptors 5, 7 and 300
 * open), close0, close1, close2, limits, nice, umask, oom, timer, slack,
 * groups, cwd (a removed directory), noenv, pdeathsig.
 */
#include "util.h"
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

static void
block(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	kill(getpid(), SIGRTMIN + 3);
}

static void
ignore(void)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGRTMIN + 1, SIG_IGN);
}

static void
descriptors(void)
{
	int fd = open("/etc/passwd", O_RDONLY);

	lseek(fd, 7, SEEK_SET);
	dup2(fd, 5);
	dup2(open("kept", O_RDWR | O_CREAT | O_APPEND, 0600), 7);
	dup2(fd, 300);
	unlink("kept");
	if (fd > 2 && fd != 5)
		close(fd);
	close(3);
	close(4);
}

static void
limits(void)
{
	struct rlimit lim = { 77, 99 };

	setrlimit(RLIMIT_NOFILE, &lim);
	lim.rlim_cur = 1 << 20;
	lim.rlim_max = 1 << 22;
	setrlimit(RLIMIT_STACK, &lim);
	lim.rlim_cur = lim.rlim_max = 1 << 16;
	setrlimit(RLIMIT_MEMLOCK, &lim);
	lim.rlim_cur = 12345;
	lim.rlim_max = 123456;
	setrlimit(RLIMIT_CORE, &lim);
}

static void
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fail(path);
	close(fd);
}

static void
removed_directory(void)
{
	if (mkdir("gone", 0700) || chdir("gone") || rmdir("../gone"))
		fail("gone");
}

static void
set(const char *what)
{
	struct itimerval timer = { .it_value = { 3000, 0 } };
	gid_t groups[] = { 4, 24, 1234 };

	if (!strcmp(what, "block"))
		block();
	else if (!strcmp(what, "ignore"))
		ignore();
	else if (!strcmp(what, "chld"))
		signal(SIGCHLD, SIG_IGN);
	else if (!strcmp(what, "fd"))
		descriptors();
	else if (!strncmp(what, "close", 5))
		close(what[5] - '0');
	else if (!strcmp(what, "limits"))
		limits();
	else if (!strcmp(what, "nice"))
		setpriority(PRIO_PROCESS, 0, 7);
	else if (!strcmp(what, "umask"))
		umask(0137);
	else if (!strcmp(what, "oom"))
		write_file("/proc/self/oom_score_adj", "321");
	else if (!strcmp(what, "timer"))
		setitimer(ITIMER_REAL, &timer, NULL);
	else if (!strcmp(what, "slack"))
		prctl(PR_SET_TIMERSLACK, 777777);
	else if (!strcmp(what, "groups"))
		setgroups(3, groups);
	else if (!strcmp(what, "cwd"))
		removed_directory();
	else if (!strcmp(what, "noenv"))
		clearenv();
	else if (!strcmp(what, "pdeathsig"))
		prctl(PR_SET_PDEATHSIG, SIGUSR2);
	else
		fail(what);
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		set(argv[i]);
	if (i + 1 >= argc)
		return 99;
	execvp(argv[i + 1], argv + i + 1);
	fail(argv[i + 1]);
}
