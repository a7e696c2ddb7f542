/*
 * Prints everything that a process inherits and can see of itself, in a
 * form that does not depend on process ids. Sections are chosen by name;
 * without any, all are printed. "-o FILE" writes there instead of stdout.
 */
#include "util.h"
#include <dirent.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <termios.h>

extern char **environ;
static int out = 1;

#define put(...) dprintf(out, __VA_ARGS__)

static void
show_args(int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		put("argv[%d]=%s\n", i, argv[i]);
	put("execfn=%s\n", (char *)getauxval(AT_EXECFN));
	put("secure=%lu\n", getauxval(AT_SECURE));
	put("short name=%s\n", program_invocation_short_name);
}

static void
show_env(void)
{
	char **e;

	for (e = environ; *e; e++)
		put("env %s\n", *e);
}

static void
show_fds(void)
{
	int fd, fl, fdfl;
	struct stat st;

	for (fd = 0; fd < 4096; fd++) {
		fl = fcntl(fd, F_GETFL);
		fdfl = fcntl(fd, F_GETFD);
		if (fl < 0 || fd == out)
			continue;
		fstat(fd, &st);
		put("fd %d: flags %#o cloexec %d type %#o offset %ld\n", fd, fl,
		    fdfl, st.st_mode & S_IFMT, (long)lseek(fd, 0, SEEK_CUR));
	}
}

static void
show_status(void)
{
	static const char *const keys[] = {
		"Name",
		"Umask",
		"Uid",
		"Gid",
		"Groups",
		"Threads",
		"SigPnd",
		"ShdPnd",
		"SigBlk",
		"SigIgn",
		"SigCgt",
		"CapInh",
		"CapPrm",
		"CapEff",
		"CapBnd",
		"CapAmb",
		"NoNewPrivs",
		"Cpus_allowed",
		"Mems_allowed",
		"THP_enabled",
		"CoreDumping",
	};
	char value[256];
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		status_line("/proc/self/status", keys[i], value, sizeof(value));
		put("%s: %s\n", keys[i], value);
	}
}

static void
show_stat(void)
{
	char buf[1024], *p;
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	int ppid, pgrp, sess, tty, tpgid;
	unsigned flags;
	ssize_t n;

	n = fd < 0 ? 0 : read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return;
	buf[n] = 0;
	p = strrchr(buf, ')');
	if (!p ||
	    sscanf(p + 4, "%d %d %d %d %d %u", &ppid, &pgrp, &sess, &tty,
		&tpgid, &flags) != 6)
		return;
	put("ppid agrees %d, group leader %d, session leader %d, tty %d\n",
	    ppid == getppid(), pgrp == getpid(), sess == getpid(), !!tty);
	put("group agrees %d, session agrees %d, foreground %d\n",
	    pgrp == getpgrp(), sess == getsid(0), tpgid == getpgrp());
}

static void
show_limits(void)
{
	struct rlimit lim;
	int i;

	for (i = 0; i < RLIM_NLIMITS; i++) {
		getrlimit((__rlimit_resource_t)i, &lim);
		put("limit %d: %lu %lu\n", i, (unsigned long)lim.rlim_cur,
		    (unsigned long)lim.rlim_max);
	}
}

static void
show_file(const char *path)
{
	char buf[512];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, sizeof(buf) - 1);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = 0;
	buf[strcspn(buf, "\n")] = 0;
	put("%s: %s\n", path, buf);
}

static void
show_link(const char *path)
{
	char buf[4096];
	ssize_t n = readlink(path, buf, sizeof(buf) - 1);

	buf[n > 0 ? n : 0] = 0;
	put("%s -> %s\n", path, n < 0 ? strerrorname_np(errno) : buf);
}

static void
show_sched(void)
{
	struct sched_param sp = { 0 };
	struct itimerval it;
	int i, sig;

	sched_getparam(0, &sp);
	put("nice %d policy %d priority %d\n", getpriority(PRIO_PROCESS, 0),
	    sched_getscheduler(0), sp.sched_priority);
	for (i = ITIMER_REAL; i <= ITIMER_PROF; i++) {
		getitimer((__itimer_which_t)i, &it);
		put("timer %d: %d\n", i, it.it_value.tv_sec > 0);
	}
	prctl(PR_GET_PDEATHSIG, &sig);
	put("pdeathsig %d dumpable %d keepcaps %d slack %d\n", sig,
	    prctl(PR_GET_DUMPABLE), prctl(PR_GET_KEEPCAPS),
	    prctl(PR_GET_TIMERSLACK));
	prctl(PR_GET_CHILD_SUBREAPER, &sig);
	put("subreaper %d securebits %d\n", sig, prctl(PR_GET_SECUREBITS));
}

static void
show_tty(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	put("isatty %d %d %d, /dev/tty %d, foreground %d\n", isatty(0),
	    isatty(1), isatty(2), fd >= 0,
	    fd >= 0 && tcgetpgrp(fd) == getpgrp());
	put("tty session agrees %d\n", fd >= 0 && tcgetsid(fd) == getsid(0));
	if (fd >= 0)
		close(fd);
}

static void
show_wait(void)
{
	siginfo_t si;
	int st;

	put("wait: %s\n", result(waitpid(-1, &st, WNOHANG)));
	put("waitid: %s\n",
	    result(waitid(P_ALL, 0, &si,
		WEXITED | WSTOPPED | WCONTINUED | WNOHANG)));
	put("group wait: %s\n", result(waitpid(0, &st, WNOHANG)));
}

static int
wanted(int argc, char **argv, const char *what)
{
	int i, any = 0;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-o")) {
			i++;
			continue;
		}
		any = 1;
		if (!strcmp(argv[i], what))
			return 1;
	}
	return !any;
}

int
main(int argc, char **argv)
{
	int i, fd;

	for (i = 1; i + 1 < argc; i++)
		if (!strcmp(argv[i], "-o")) {
			fd = open(argv[i + 1],
			    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
			out = fcntl(fd, F_DUPFD_CLOEXEC, 100);
			close(fd);
			break;
		}
	if (wanted(argc, argv, "fds"))
		show_fds();
	if (wanted(argc, argv, "args"))
		show_args(argc, argv);
	if (wanted(argc, argv, "env"))
		show_env();
	if (wanted(argc, argv, "status"))
		show_status();
	if (wanted(argc, argv, "stat"))
		show_stat();
	if (wanted(argc, argv, "limits"))
		show_limits();
	if (wanted(argc, argv, "sched"))
		show_sched();
	if (wanted(argc, argv, "tty"))
		show_tty();
	if (wanted(argc, argv, "wait"))
		show_wait();
	if (wanted(argc, argv, "files")) {
		show_file("/proc/self/oom_score_adj");
		show_file("/proc/self/comm");
		show_file("/proc/self/personality");
		show_file("/proc/self/loginuid");
		show_file("/proc/self/coredump_filter");
		show_file("/proc/self/timerslack_ns");
		show_file("/proc/self/cgroup");
		show_link("/proc/self/exe");
		show_link("/proc/self/cwd");
		show_link("/proc/self/root");
	}
	return 0;
}
