/*
 * A thread fires SIGURG at the main thread all the time, as Go's scheduler
 * does, while the main thread makes calls that never sleep for long: with
 * SA_RESTART none of them may fail. "storm timer" uses an interval timer.
 */
#include "util.h"
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

static volatile int handled, stop;
static int errors;

static void
on_signal(int sig)
{
	(void)sig;
	handled++;
}

static void *
fire(void *unused)
{
	struct timespec gap = { 0, 200000 };
	int seen = -1;

	(void)unused;
	while (!stop) {
		if (seen != handled) {
			seen = handled;
			syscall(SYS_tgkill, getpid(), getpid(), SIGURG);
		}
		nanosleep(&gap, NULL);
	}
	return NULL;
}

static void
check(const char *what, long r)
{
	if (r < 0) {
		errors++;
		say("%s: %s\n", what, strerrorname_np(errno));
	}
}

static void
dial(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	check("socket", s);
	snprintf(a.sun_path, sizeof(a.sun_path), "nobody-listens");
	if (!connect(s, (struct sockaddr *)&a, sizeof(a)) || errno != ENOENT)
		check("connect", -1);
	close(s);
}

static void
child(int exec)
{
	pid_t pid = fork();
	int st;

	check("fork", pid);
	if (!pid) {
		if (exec)
			execl("/bin/true", "true", NULL);
		_exit(exec);
	}
	check("waitpid", waitpid(pid, &st, 0));
	if (st) {
		errors++;
		say_status("child", st);
	}
}

static void
round_of_calls(int i)
{
	struct stat st;
	int fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	check("open", fd);
	check("write", write(fd, "x", 1));
	check("close", close(fd));
	check("stat", stat("file", &st));
	check("rename", rename("file", "renamed"));
	check("mkdir", mkdir("dir", 0700));
	check("chmod", chmod("dir", 0750));
	check("rmdir", rmdir("dir"));
	check("unlink", unlink("renamed"));
	dial();
	if (i % 10 == 0)
		child(i % 20 == 0);
}

int
main(int argc, char **argv)
{
	struct sigaction act = {
		.sa_handler = on_signal,
		.sa_flags = SA_RESTART,
	};
	struct itimerval it = { { 0, 1000 }, { 0, 1000 } };
	pthread_t t;
	int i;

	sigaction(SIGURG, &act, NULL);
	sigaction(SIGALRM, &act, NULL);
	if (argc > 1 && !strcmp(argv[1], "timer"))
		setitimer(ITIMER_REAL, &it, NULL);
	else
		pthread_create(&t, NULL, fire, NULL);
	for (i = 0; i < 300 || handled < 50; i++)
		round_of_calls(i);
	stop = 1;
	say("errors %d, signals %s\n", errors, handled ? "handled" : "none");
	return errors != 0;
}
