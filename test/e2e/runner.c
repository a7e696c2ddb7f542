/*
 * Runs one command in a session of its own and writes down exactly how it
 * ended: "exit N", "signal N core=0|1" or "timeout", and then how many
 * processes it left behind. The end-to-end tests use it for the bare and
 * for the instrumented run alike. wait(2), prctl(2), proc(5).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_PROCS     40000
#define GRACE_SECONDS 10

struct options {
	const char *in, *out, *err, *dir, *result;
	int timeout;
};

struct proc {
	pid_t pid, ppid;
	int ours;
	char comm[64];
};

static struct proc procs[MAX_PROCS];

static void
fail(const char *what)
{
	fprintf(stderr, "runner: %s: %s\n", what, strerror(errno));
	exit(99);
}

static long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
redirect(int fd, const char *path, int flags)
{
	int got = open(path, flags, 0666);

	if (got < 0)
		fail(path);
	if (got != fd) {
		dup2(got, fd);
		close(got);
	}
}

static void
start(const struct options *o, char **argv)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;
	int sig;

	setsid();
	for (sig = 1; sig < NSIG; sig++)
		sigaction(sig, &dfl, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	redirect(0, o->in ? o->in : "/dev/null", O_RDONLY);
	if (o->out)
		redirect(1, o->out, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
	if (o->err)
		redirect(2, o->err, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
	if (o->dir && chdir(o->dir))
		fail(o->dir);
	close_range(3, ~0U, 0);
	execvp(argv[0], argv);
	sig = errno;
	fprintf(stderr, "runner: %s: %s\n", argv[0], strerror(sig));
	_exit(sig == ENOENT ? 127 : 126);
}

static int
read_proc(const char *name, struct proc *p)
{
	char path[300], buf[512], *open_paren, *close_paren;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/stat", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return -1;
	buf[n] = 0;
	open_paren = strchr(buf, '(');
	close_paren = strrchr(buf, ')');
	if (!open_paren || !close_paren)
		return -1;
	*close_paren = 0;
	p->pid = atoi(buf);
	p->ppid = atoi(close_paren + 4);
	p->ours = p->pid == getpid();
	snprintf(p->comm, sizeof(p->comm), "%s", open_paren + 1);
	return 0;
}

/* Marks every descendant of this process; returns the size of the table. */
static int
scan(void)
{
	int n = 0, i, j, changed = 1;
	struct dirent *e;
	DIR *d = opendir("/proc");

	if (!d)
		fail("/proc");
	while (n < MAX_PROCS && (e = readdir(d)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			n += !read_proc(e->d_name, &procs[n]);
	closedir(d);
	while (changed) {
		changed = 0;
		for (i = 0; i < n; i++)
			for (j = 0; !procs[i].ours && j < n; j++)
				if (procs[j].ours &&
				    procs[j].pid == procs[i].ppid)
					changed = procs[i].ours = 1;
	}
	return n;
}

static void
kill_all(void)
{
	long end = now() + GRACE_SECONDS * 1000;
	int i, n;

	while (now() < end) {
		n = scan();
		for (i = 0; i < n; i++)
			if (procs[i].ours && procs[i].pid != getpid())
				kill(procs[i].pid, SIGKILL);
		while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
			;
		if (waitpid(-1, NULL, WNOHANG | __WALL) < 0)
			return;
		usleep(20000);
	}
}

static void
report(const struct options *o, int timed_out, int status, int left)
{
	FILE *f = o->result ? fopen(o->result, "w") : stdout;
	int i, n;

	if (!f)
		fail(o->result);
	if (timed_out)
		fprintf(f, "timeout\n");
	else if (WIFEXITED(status))
		fprintf(f, "exit %d\n", WEXITSTATUS(status));
	else
		fprintf(f, "signal %d core=%d\n", WTERMSIG(status),
		    !!WCOREDUMP(status));
	n = left ? scan() : 0;
	for (i = 0; i < n; i++)
		if (procs[i].ours && procs[i].pid != getpid())
			fprintf(f, "left %s\n", procs[i].comm);
	if (fflush(f))
		fail("result");
}

static void
options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt(argc, argv, "+i:o:e:d:r:t:")) != -1)
		switch (c) {
		case 'i':
			o->in = optarg;
			break;
		case 'o':
			o->out = optarg;
			break;
		case 'e':
			o->err = optarg;
			break;
		case 'd':
			o->dir = optarg;
			break;
		case 'r':
			o->result = optarg;
			break;
		case 't':
			o->timeout = atoi(optarg);
			break;
		default:
			exit(99);
		}
	if (optind >= argc) {
		fprintf(stderr,
		    "usage: runner [-i IN] [-o OUT] [-e ERR] "
		    "[-d DIR] [-r RESULT] [-t SECONDS] COMMAND...\n");
		exit(99);
	}
}

static void
ignore(int sig)
{
	(void)sig;
}

int
main(int argc, char **argv)
{
	struct timespec tick = { 0, 100000000 };
	struct sigaction act = { .sa_handler = ignore };
	struct options o = { .timeout = 60 };
	int status = 0, ended = 0, st, sig;
	pid_t child, pid, parent = getppid();
	sigset_t set;
	long end;

	options(argc, argv, &o);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(&set, sig) == 1)
			sigaction(sig, &act, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		return 99;
	child = fork();
	if (child < 0)
		fail("fork");
	if (!child)
		start(&o, argv + optind);
	end = now() + o.timeout * 1000L;
	for (;;) {
		while ((pid = waitpid(-1, &st, WNOHANG | __WALL)) > 0)
			if (pid == child) {
				status = st;
				ended = 1;
				end = now() + GRACE_SECONDS * 1000;
			}
		if (pid < 0)
			break;
		if (now() >= end)
			break;
		sig = sigtimedwait(&set, NULL, &tick);
		if (sig == SIGINT || sig == SIGTERM || sig == SIGHUP) {
			kill_all();
			return 98;
		}
	}
	report(&o, !ended, status, pid >= 0);
	if (pid >= 0)
		kill_all();
	return 0;
}
