/*
 * Calls that sleep, under a repeating timer signal, with and without
 * SA_RESTART: prints which fail with EINTR. The set must not depend on who
 * watches. signal(7) has the list that Linux promises.
 */
#include "util.h"
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#define TICK_US 3000
#define TICKS   5

static volatile int ticks, finished;
static void (*finish)(void);
static int pipes[2], pair[2], listener, queue, sems, futex, lock_file,
    fifo = -1;
static pid_t child;

static void
on_tick(int sig)
{
	int saved = errno;

	(void)sig;
	if (++ticks >= TICKS && finish) {
		finished = 1;
		finish();
	}
	errno = saved;
}

static void
timer(int on)
{
	struct itimerval it = {
		.it_value = { 0, on ? TICK_US : 0 },
		.it_interval = { 0, on ? TICK_US : 0 },
	};

	setitimer(ITIMER_REAL, &it, NULL);
}

static void
feed_pipe(void)
{
	if (write(pipes[1], "x", 1) != 1)
		_exit(97);
}

static void
drain_pipe(void)
{
	static char buf[65536];
	int n = 0;

	if (!ioctl(pipes[0], FIONREAD, &n) && n > 0 &&
	    read(pipes[0], buf, sizeof(buf)) < 0)
		_exit(97);
}

static void
feed_socket(void)
{
	if (send(pair[1], "x", 1, 0) != 1)
		_exit(97);
}

static int
dial(int block)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | (block ? 0 : SOCK_NONBLOCK), 0);
	int r;

	memcpy(a.sun_path, "\0e2e", 4);
	snprintf(a.sun_path + 4, 32, "-%d", getpid());
	r = connect(s, (struct sockaddr *)&a, sizeof(a));
	close(s);
	return r;
}

static void
dial_in(void)
{
	dial(0);
}

static void
kill_child(void)
{
	if (child > 0)
		kill(child, SIGKILL);
}

static void
open_fifo(void)
{
	/* O_RDWR never blocks; the restarted open finds a writer */
	if (fifo < 0)
		fifo = open("fifo", O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static long
do_read(void)
{
	char c;

	return read(pipes[0], &c, 1);
}

static long
do_write(void)
{
	static const char block[4096];
	int fl = fcntl(pipes[1], F_GETFL);

	fcntl(pipes[1], F_SETFL, fl | O_NONBLOCK);
	while (write(pipes[1], block, sizeof(block)) > 0)
		;
	fcntl(pipes[1], F_SETFL, fl);
	return write(pipes[1], block, sizeof(block));
}

static long
do_open(void)
{
	int fd = open("fifo", O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd;
}

static long
do_recv(void)
{
	char c;

	return recv(pair[0], &c, 1, 0);
}

static long
do_accept(void)
{
	int fd = accept(listener, NULL, NULL);

	if (fd >= 0)
		close(fd);
	return fd;
}

static long
do_waitpid(void)
{
	child = fork();
	if (!child)
		for (;;)
			pause();
	return waitpid(child, NULL, 0);
}

static long
do_flock(void)
{
	return flock(lock_file, LOCK_EX);
}

static long
do_poll(void)
{
	return poll(NULL, 0, -1);
}

static long
do_select(void)
{
	return select(0, NULL, NULL, NULL, NULL);
}

static long
do_epoll(void)
{
	struct epoll_event e;
	int fd = epoll_create1(EPOLL_CLOEXEC);
	long r = epoll_wait(fd, &e, 1, -1);

	close(fd);
	return r;
}

static long
do_nanosleep(void)
{
	struct timespec t = { 1000, 0 };

	return nanosleep(&t, NULL);
}

static long
do_clock_nanosleep(void)
{
	struct timespec t = { 1000, 0 };

	errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
	return errno ? -1 : 0;
}

static long
do_pause(void)
{
	return pause();
}

static long
do_sigsuspend(void)
{
	sigset_t set;

	sigemptyset(&set);
	return sigsuspend(&set);
}

static long
do_sigtimedwait(void)
{
	struct timespec t = { 1000, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return sigtimedwait(&set, NULL, &t);
}

static long
do_futex(void)
{
	return syscall(SYS_futex, &futex, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void
wake_futex(void)
{
	futex = 1; /* the restarted call fails with EAGAIN */
}

static long
do_msgrcv(void)
{
	char buf[64];

	return msgrcv(queue, buf, 8, 0, 0);
}

static long
do_semop(void)
{
	struct sembuf op = { 0, -1, 0 };

	return semop(sems, &op, 1);
}

static const struct call {
	const char *name;
	long (*run)(void);
	void (*finish)(void); /* NULL: EINTR even with SA_RESTART */
} calls[] = {
	{ "read", do_read, feed_pipe },
	{ "write", do_write, drain_pipe },
	{ "open", do_open, open_fifo },
	{ "recv", do_recv, feed_socket },
	{ "accept", do_accept, dial_in },
	{ "waitpid", do_waitpid, kill_child },
	{ "futex", do_futex, wake_futex },
	{ "flock", do_flock, NULL },
	{ "poll", do_poll, NULL },
	{ "select", do_select, NULL },
	{ "epoll_wait", do_epoll, NULL },
	{ "nanosleep", do_nanosleep, NULL },
	{ "clock_nanosleep", do_clock_nanosleep, NULL },
	{ "pause", do_pause, NULL },
	{ "sigsuspend", do_sigsuspend, NULL },
	{ "sigtimedwait", do_sigtimedwait, NULL },
	{ "msgrcv", do_msgrcv, NULL },
	{ "semop", do_semop, NULL },
};

static void
run(const struct call *c, int restart)
{
	struct sigaction act = {
		.sa_handler = on_tick,
		.sa_flags = restart ? SA_RESTART : 0,
	};
	int e;
	long r;

	if (restart && !strcmp(c->name, "flock"))
		return; /* would restart for ever: the lock is held */
	sigaction(SIGALRM, &act, NULL);
	ticks = finished = futex = child = 0;
	finish = restart ? c->finish : NULL;
	timer(1);
	r = c->run();
	e = errno;
	timer(0);
	finish = NULL;
	say("%s%s: %s%s\n", c->name, restart ? ", SA_RESTART" : "",
	    r < 0 ? strerrorname_np(e) : "ok", finished ? ", restarted" : "");
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	drain_pipe();
}

static void
prepare(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	memcpy(a.sun_path, "\0e2e", 4);
	snprintf(a.sun_path + 4, 32, "-%d", getpid());
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&a, sizeof(a)) ||
	    listen(listener, 8) || pipe(pipes) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		fail("sockets");
	unshare(CLONE_NEWIPC); /* where allowed: nothing can be left behind */
	queue = msgget(IPC_PRIVATE, 0600);
	sems = semget(IPC_PRIVATE, 1, 0600);
	unlink("fifo");
	if (queue < 0 || sems < 0 || mknod("fifo", 0600 | S_IFIFO, 0))
		fail("ipc");
	fd = open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	flock(fd, LOCK_EX);
	lock_file = open("lock", O_RDWR | O_CLOEXEC);
}

int
main(void)
{
	size_t i;

	prepare();
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		run(&calls[i], 0);
		run(&calls[i], 1);
	}
	msgctl(queue, IPC_RMID, NULL);
	semctl(sems, 0, IPC_RMID);
	unlink("fifo");
	unlink("lock");
	return 0;
}
