/*
 * The ptrace engines and signals: delivery, group stops and SIGCONT, real
 * SIGTRAPs, calls that are interrupted and restarted.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

#include "trace_drive.h"

#define MARK(n) syscall(SYS_getpriority, 77, (n))

static volatile sig_atomic_t caught[65];

static void catch (int sig)
{
	caught[sig]++;
}

static void
catch_and_mark(int sig)
{
	int e = errno;

	caught[sig]++;
	MARK(100);
	errno = e;
}

static void
handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa = { .sa_flags = flags };

	sa.sa_handler = handler;
	sigaction(sig, &sa, NULL);
}

static void
catch_all(void *arg)
{
	const int signals[] = { SIGUSR1, SIGTRAP, SIGCHLD, SIGCONT, SIGURG,
		SIGSEGV, SIGTSTP, SIGRTMIN };

	(void)arg;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		handle(signals[i], catch, 0);
		raise(signals[i]);
		if (caught[signals[i]] != 1)
			_exit((int)i + 1);
	}
#ifdef __x86_64__
	__asm__ volatile("int3");
	if (caught[SIGTRAP] != 2)
		_exit(20);
#endif
}

static void
signals_are_delivered(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = catch_all;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_true(d.counts.signals >= 8);
	drive_close(&d);
}

/* Stops a child, sees it stopped, continues it, sees that too. */
static void
job_control(void *arg)
{
	int status, fds[2];
	siginfo_t info;
	pid_t pid;
	char byte;

	if (pipe(fds))
		_exit(5);
	pid = fork();
	if (pid == 0) {
		raise((int)(intptr_t)arg);
		MARK(1);
		_exit(read(fds[0], &byte, 1) == 1 ? 4 : 5);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status) ||
	    WSTOPSIG(status) != (int)(intptr_t)arg)
		_exit(1);
	/* It stays stopped. */
	usleep(20000);
	if (waitpid(pid, &status, WNOHANG) != 0)
		_exit(2);
	info.si_pid = 0;
	kill(pid, SIGCONT);
	if (waitid(P_PID, (id_t)pid, &info, WCONTINUED) ||
	    info.si_code != CLD_CONTINUED)
		_exit(3);
	if (write(fds[1], "x", 1) != 1)
		_exit(6);
	if (waitpid(pid, &status, 0) != pid || status != 4 << 8)
		_exit(4);
}

static void
group_stops_stop(void **engine)
{
	const int signals[] = { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct drive d;

		drive_open(&d, *engine);
		d.body = job_control;
		d.arg = (void *)(intptr_t)signals[i];
		drive_want(&d, SYS_getpriority);
		drive_run(&d);
		/* An orphaned group ignores all but SIGSTOP. */
		if (d.status != 0)
			fail_msg("signal %d: status %#x", signals[i], d.status);
		assert_int_equal(drive_count(&d, STOP_ENTRY, -1), 1);
		drive_close(&d);
	}
}

static void
stopped_and_killed(void *arg)
{
	int status;
	pid_t pid = fork();

	(void)arg;
	if (pid == 0) {
		raise(SIGSTOP);
		_exit(1);
	}
	waitpid(pid, &status, WUNTRACED);
	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) ||
	    WTERMSIG(status) != SIGKILL)
		_exit(1);
}

static void
stopped_processes_can_be_killed(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = stopped_and_killed;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	drive_close(&d);
}

static struct decision
want_results(struct drive *d, const struct stop *s)
{
	(void)d;
	if (s->kind == STOP_ENTRY)
		return (struct decision){ DECIDE_WANT_RESULT, 0 };
	return (struct decision){ DECIDE_PASS, 0 };
}

static void
in_ms(long ms)
{
	struct itimerval t = { .it_value = { 0, ms * 1000 } };

	setitimer(ITIMER_REAL, &t, NULL);
}

/* A read that a signal interrupts: SA_RESTART or not. */
static void
blocked_read(void *arg)
{
	int fds[2];
	char byte;
	pid_t pid;
	ssize_t n;

	if (pipe(fds))
		_exit(1);
	handle(SIGALRM, catch_and_mark, arg ? SA_RESTART : 0);
	pid = fork();
	if (pid == 0) {
		usleep(60000);
		_exit(write(fds[1], "x", 1) == 1 ? 0 : 1);
	}
	in_ms(20);
	n = syscall(SYS_read, fds[0], &byte, 1);
	if (caught[SIGALRM] != 1)
		_exit(2);
	if (arg ? n != 1 : n != -1 || errno != EINTR)
		_exit(3);
	waitpid(pid, NULL, 0);
}

/* The entry is seen twice, the second one flagged; the result is right. */
static void
restarted_calls_are_flagged(void **engine)
{
	struct drive d;
	const struct stop *s;

	drive_open(&d, *engine);
	d.body = blocked_read;
	d.arg = (void *)1L;
	d.decide = want_results;
	drive_want(&d, SYS_read);
	drive_want(&d, SYS_getpriority);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_read), 2);
	assert_false(drive_find(&d, STOP_ENTRY, SYS_read, 0)->restarted);
	assert_true(drive_find(&d, STOP_ENTRY, SYS_read, 1)->restarted);
	s = drive_find(&d, STOP_RESULT, SYS_read, 0);
	assert_int_equal(s->result, -EINTR);
	assert_true(s->restarted);
	s = drive_find(&d, STOP_RESULT, SYS_read, 1);
	assert_int_equal(s->result, 1);
	assert_false(s->restarted);
	/* The handler's own call is not mistaken for it. */
	assert_false(drive_find(&d, STOP_ENTRY, SYS_getpriority, 0)->restarted);
	drive_close(&d);
	/* The same without results. */
	drive_open(&d, *engine);
	d.body = blocked_read;
	d.arg = (void *)1L;
	drive_want(&d, SYS_read);
	drive_want(&d, SYS_getpriority);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_read), 2);
	assert_true(drive_find(&d, STOP_ENTRY, SYS_read, 1)->restarted);
	drive_close(&d);
}

static void
interrupted_calls_fail_once(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = blocked_read;
	d.decide = want_results;
	drive_want(&d, SYS_read);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_read), 1);
	assert_int_equal(drive_count(&d, STOP_RESULT, SYS_read), 1);
	assert_int_equal(drive_find(&d, STOP_RESULT, SYS_read, 0)->result,
	    -EINTR);
	drive_close(&d);
}

/* Two equal calls with a signal between them are two calls. */
static void
equal_calls(void *arg)
{
	(void)arg;
	handle(SIGUSR1, catch, SA_RESTART);
	for (int i = 0; i < 3; i++) {
		MARK(1);
		raise(SIGUSR1);
	}
}

static void
equal_calls_are_not_restarts(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = equal_calls;
	drive_want(&d, SYS_getpriority);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_getpriority), 3);
	for (size_t i = 0; i < 3; i++)
		assert_false(
		    drive_find(&d, STOP_ENTRY, SYS_getpriority, i)->restarted);
	drive_close(&d);
}

/* Stopped and continued while asleep: restart_syscall(2). */
static void
stopped_sleep(void *arg)
{
	struct timespec t = { 0, 80000000 }, from, to;
	pid_t pid = fork();
	int status;
	long ms;

	(void)arg;
	if (pid == 0) {
		clock_gettime(CLOCK_MONOTONIC, &from);
		if (nanosleep(&t, NULL))
			_exit(1);
		if (poll(NULL, 0, 80) != 0)
			_exit(2);
		clock_gettime(CLOCK_MONOTONIC, &to);
		ms = (to.tv_sec - from.tv_sec) * 1000 +
		    (to.tv_nsec - from.tv_nsec) / 1000000;
		_exit(ms >= 158 && ms < 5000 ? 0 : 3);
	}
	for (int i = 0; i < 4; i++) {
		usleep(20000);
		kill(pid, SIGSTOP);
		waitpid(pid, &status, WUNTRACED);
		if (!WIFSTOPPED(status))
			break; /* on a slow machine it is through */
		kill(pid, SIGCONT);
		status = -1;
		usleep(10000);
	}
	if ((status == -1 && waitpid(pid, &status, 0) != pid) || status)
		_exit(WIFEXITED(status) ? 10 + WEXITSTATUS(status) : 9);
}

static void
sleeps_survive_stops(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = stopped_sleep;
	d.decide = want_results;
	drive_want(&d, SYS_clock_nanosleep);
	drive_want(&d, SYS_poll);
	drive_run(&d);
	if (d.status)
		drive_print(&d);
	assert_int_equal(d.status, 0);
	drive_close(&d);
}

/* A timer that fires all the time: no call may see EINTR. */
static void
timer_storm(void *arg)
{
	struct itimerval t = { { 0, 500 }, { 0, 500 } };
	struct timespec end, now;

	(void)arg;
	handle(SIGALRM, catch, SA_RESTART);
	setitimer(ITIMER_REAL, &t, NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	do {
		int fd = open("/", O_RDONLY);
		struct stat st;
		pid_t pid;

		if (fd < 0 || fstat(fd, &st) || close(fd))
			_exit(1);
		pid = fork();
		if (pid == 0)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			_exit(2);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (caught[SIGALRM] < 200 && now.tv_sec < end.tv_sec + 20);
	if (caught[SIGALRM] < 200)
		_exit(3);
}

static void
timers_cause_no_errors(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = timer_storm;
	d.decide = want_results;
	drive_want(&d, SYS_openat);
	drive_want(&d, SYS_clone);
	drive_want(&d, SYS_wait4);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(d.counts.lost, 0);
	drive_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(signals_are_delivered),
		BOTH(group_stops_stop),
		BOTH(stopped_processes_can_be_killed),
		BOTH(restarted_calls_are_flagged),
		BOTH(interrupted_calls_fail_once),
		BOTH(equal_calls_are_not_restarts),
		BOTH(sleeps_survive_stops),
		BOTH(timers_cause_no_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
