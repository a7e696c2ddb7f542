/*
 * The ptrace engines and the life of threads and processes: fork, vfork,
 * clone, clone3, exec from another thread, exits, kill storms.
 */
#include <fcntl.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "trace/ptrace.h"
#include "trace_drive.h"

#ifndef CLONE_UNTRACED
#define CLONE_UNTRACED 0x00800000
#endif
#define MARK(n) syscall(SYS_getpriority, 77, (n))

static void
reap(pid_t pid, int want)
{
	int status;

	if (waitpid(pid, &status, __WALL) != pid || status != want)
		_exit(50);
}

/* Each stop of a child comes after the STOP_CLONE that announces it. */
static void
assert_announced(const struct drive *d)
{
	for (size_t i = 0; i < d->n; i++) {
		bool known = d->stops[i].tid == d->main;

		for (size_t k = 0; k < i; k++)
			known |= d->stops[k].kind == STOP_CLONE &&
			    d->stops[k].child == d->stops[i].tid;
		if (!known) {
			drive_print(d);
			fail_msg("tid %d was not announced", d->stops[i].tid);
		}
	}
}

static void
assert_exits_match_clones(const struct drive *d)
{
	size_t clones = drive_count(d, STOP_CLONE, -1);

	assert_int_equal(drive_count(d, STOP_EXIT, -1), clones + 1);
}

static void
many_forks(void *arg)
{
	(void)arg;
	for (int i = 0; i < 200; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			MARK(i);
			_exit(i & 127);
		}
		reap(pid, (i & 127) << 8);
	}
}

static void
children_are_announced_first(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = many_forks;
	drive_want(&d, SYS_getpriority);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_CLONE, -1), 200);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_getpriority), 200);
	/* Only the main process says that it is dying. */
	assert_int_equal(drive_count(&d, STOP_DYING, -1), 1);
	assert_announced(&d);
	assert_exits_match_clones(&d);
	assert_int_equal(d.counts.evicted, 0);
	assert_in_range(d.counts.tracees_max, 2, 3);
	drive_close(&d);
}

static void
vfork_and_exec(void *arg)
{
	char *const args[] = { "true", NULL };
	char *const env[] = { NULL };
	pid_t pid = vfork();

	(void)arg;
	if (pid == 0) {
		execve("/bin/true", args, env);
		_exit(1);
	}
	reap(pid, 0);
}

static void
vfork_is_followed(void **engine)
{
	struct drive d;
	const struct stop *c;

	drive_open(&d, *engine);
	d.body = vfork_and_exec;
	drive_want(&d, SYS_execve);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	c = drive_find(&d, STOP_CLONE, -1, 0);
	assert_non_null(c);
	assert_int_equal(c->clone_flags, CLONE_VFORK | CLONE_VM);
	assert_int_equal(drive_find(&d, STOP_EXEC, -1, 0)->tid, c->child);
	assert_announced(&d);
	assert_exits_match_clones(&d);
	drive_close(&d);
}

static long
clone3(uint64_t flags, struct clone_args *a)
{
	*a = (struct clone_args){ .flags = flags, .exit_signal = SIGCHLD };
	return syscall(SYS_clone3, a, sizeof(*a));
}

static void
use_clone3(void *arg)
{
	struct clone_args *a = arg;
	long pid = clone3(CLONE_CLEAR_SIGHAND | CLONE_FS, a);

	if (pid == 0) {
		MARK(1);
		_exit(0);
	}
	if (pid < 0)
		_exit(errno == ENOSYS ? 60 : 1);
	reap((pid_t)pid, 0);
}

static void
clone3_flags_are_read(void **engine)
{
	struct clone_args a;
	struct drive d;
	const struct stop *c;

	drive_open(&d, *engine);
	d.body = use_clone3;
	d.arg = &a;
	drive_want(&d, SYS_getpriority);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	c = drive_find(&d, STOP_CLONE, -1, 0);
	assert_non_null(c);
	assert_int_equal(c->clone_flags, CLONE_CLEAR_SIGHAND | CLONE_FS);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_getpriority), 1);
	assert_announced(&d);
	drive_close(&d);
}

static void
untraced_clone(void *arg)
{
	struct clone_args *a = arg;
	long pid = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0L, 0L, 0L, 0L);

	if (pid == 0) {
		if (MARK(1) >= 0 || errno != EINVAL)
			_exit(9);
		_exit(0);
	}
	reap((pid_t)pid, 0);
	pid = clone3(CLONE_UNTRACED, a);
	if (pid == 0) {
		if (MARK(2) >= 0 || errno != EINVAL)
			_exit(9);
		_exit(0);
	}
	reap((pid_t)pid, 0);
	/* The caller's own memory is as it left it. */
	if (a->flags != CLONE_UNTRACED)
		_exit(70);
}

static void
untraced_children_do_not_slip_away(void **engine)
{
	struct clone_args a;
	struct drive d;

	drive_open(&d, *engine);
	d.body = untraced_clone;
	d.arg = &a;
	drive_want(&d, SYS_clone);
	drive_want(&d, SYS_clone3);
	drive_want(&d, SYS_getpriority);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_CLONE, -1), 2);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_getpriority), 2);
	assert_true(
	    drive_find(&d, STOP_ENTRY, SYS_clone, 0)->args[0] & CLONE_UNTRACED);
	assert_announced(&d);
	drive_close(&d);
}

#define THREAD_FLAGS                                                        \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | \
	    CLONE_SYSVSEM)

static int
wait_forever(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return 0;
}

static int
exec_true(void *arg)
{
	char *const args[] = { "true", NULL };
	char *const env[] = { NULL };

	(void)arg;
	execve("/bin/true", args, env);
	_exit(1);
}

static int
start_thread(int (*run)(void *), void *arg)
{
	char *stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int tid = clone(run, stack + 65536, THREAD_FLAGS, arg);

	if (tid < 0)
		_exit(51);
	return tid;
}

static void
exec_in_thread(void *arg)
{
	(void)arg;
	start_thread(wait_forever, NULL);
	start_thread(exec_true, NULL);
	wait_forever(NULL);
}

static void
exec_from_another_thread(void **engine)
{
	struct drive d;
	const struct stop *s;

	drive_open(&d, *engine);
	d.body = exec_in_thread;
	d.decide = NULL;
	drive_want(&d, SYS_execve);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_CLONE, -1), 2);
	s = drive_find(&d, STOP_CLONE, -1, 1);
	assert_int_equal(s->clone_flags, THREAD_FLAGS);
	assert_int_equal(drive_find(&d, STOP_EXEC, -1, 0)->former_tid,
	    s->child);
	assert_int_equal(drive_find(&d, STOP_EXEC, -1, 0)->tid, d.main);
	/* The main process is alive until the new program ends. */
	assert_int_equal(drive_count(&d, STOP_DYING, -1), 1);
	assert_true(drive_find(&d, STOP_DYING, -1, 0) >
	    drive_find(&d, STOP_EXEC, -1, 0));
	assert_announced(&d);
	for (size_t i = 0; i < drive_count(&d, STOP_EXIT, -1); i++) {
		s = drive_find(&d, STOP_EXIT, -1, i);
		assert_int_equal(s->leader, s->tid == d.main);
	}
	drive_close(&d);
}

static int
mark_and_exit(void *arg)
{
	MARK(1);
	usleep(20000);
	syscall(SYS_exit_group, (int)(intptr_t)arg);
	return 0;
}

static void
leader_goes_first(void *arg)
{
	(void)arg;
	start_thread(mark_and_exit, (void *)7L);
	syscall(SYS_exit, 0);
}

static void
leader_that_exits_first(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = leader_goes_first;
	drive_want(&d, SYS_getpriority);
	drive_run(&d);
	assert_true(WIFEXITED(d.status));
	assert_int_equal(WEXITSTATUS(d.status), 7);
	assert_int_equal(drive_count(&d, STOP_DYING, -1), 1);
	assert_int_equal(drive_find(&d, STOP_DYING, -1, 0)->status, 7 << 8);
	assert_true(drive_find(&d, STOP_DYING, -1, 0) >
	    drive_find(&d, STOP_ENTRY, SYS_getpriority, 0));
	assert_int_equal(drive_count(&d, STOP_EXIT, -1), 2);
	drive_close(&d);
}

static void
die(void *arg)
{
	signal((int)(intptr_t)arg, SIG_DFL);
	kill(getpid(), (int)(intptr_t)arg);
	pause();
}

static void
deaths_are_reported(void **engine)
{
	const int signals[] = { SIGKILL, SIGTERM, SIGSEGV, SIGTRAP, SIGUSR1 };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct drive d;

		drive_open(&d, *engine);
		d.body = die;
		d.arg = (void *)(intptr_t)signals[i];
		drive_want(&d, SYS_openat);
		drive_run(&d);
		assert_true(WIFSIGNALED(d.status));
		assert_int_equal(WTERMSIG(d.status), signals[i]);
		assert_int_equal(drive_count(&d, STOP_DYING, -1), 1);
		assert_int_equal(drive_find(&d, STOP_DYING, -1, 0)->status &
			0x7f,
		    signals[i]);
		drive_close(&d);
	}
}

/*
 * Forks as fast as it can, in several processes and threads, until killed. The
 * threads share one C library's thread state: it must not see the forks.
 */
static int
fork_on(void *arg)
{
	(void)arg;
	for (;;) {
		long pid = syscall(SYS_clone, SIGCHLD, 0L, 0L, 0L, 0L);

		MARK(0);
		if (pid == 0) {
			MARK(1);
			_exit(0);
		}
		while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
			;
	}
	return 0;
}

static void
storm(void *arg)
{
	pid_t pids[3];

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int i = 0; i < 3; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			if (i == 0)
				start_thread(fork_on, NULL);
			fork_on(NULL);
		}
	}
	usleep(3000 + (useconds_t)(intptr_t)arg * 500);
	for (int i = 0; i < 3; i++)
		kill(pids[i], SIGKILL);
	for (;;)
		if (waitpid(-1, NULL, 0) < 0)
			break;
}

/* No abort, no lost child, no child that stays stopped. */
static void
kill_storms_while_forking(void **engine)
{
	for (int i = 0; i < 12; i++) {
		struct drive d;

		drive_open(&d, *engine);
		d.body = storm;
		d.arg = (void *)(intptr_t)i;
		drive_want(&d, SYS_getpriority);
		drive_run(&d);
		assert_int_equal(d.end, 0);
		assert_int_equal(d.status, 0);
		assert_true(drive_count(&d, STOP_CLONE, -1) >= 3);
		drive_close(&d);
	}
}

static void
talk_on(void *arg)
{
	pid_t pid = fork();

	(void)arg;
	if (pid == 0) {
		MARK(1);
		_exit(3);
	}
	reap(pid, 3 << 8);
	MARK(2);
	start_thread(mark_and_exit, (void *)5L);
	for (;;)
		MARK(3);
}

/* As if the table was full: all but the stopped thread are forgotten. */
static struct decision
forget_others(struct drive *d, const struct stop *s)
{
	struct tracee_table *t = &d->engine->tracees;

	for (uint32_t i = 0; i < t->n_used; i++)
		if (t->slots[i].tid && t->slots[i].tid != s->tid &&
		    !(t->slots[i].flags & (TRACEE_HELD | TRACEE_NEWBORN)))
			tracee_remove(t, &t->slots[i]);
	return (struct decision){ DECIDE_PASS, 0 };
}

static void
forgotten_threads_are_taken_in_again(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = talk_on;
	d.decide = forget_others;
	drive_want(&d, SYS_getpriority);
	drive_run(&d);
	assert_true(WIFEXITED(d.status));
	assert_int_equal(WEXITSTATUS(d.status), 5);
	assert_true(drive_count(&d, STOP_ENTRY, SYS_getpriority) >= 4);
	for (size_t i = 0; i < drive_count(&d, STOP_EXIT, -1); i++) {
		const struct stop *s = drive_find(&d, STOP_EXIT, -1, i);

		if (s->tid == d.main)
			assert_true(s->leader);
	}
	drive_close(&d);
}

static void
helper_goes(void *arg)
{
	(void)arg;
	usleep(30000);
}

/* A child of the tracer that is not traced. */
static void
helpers_are_reported(void **engine)
{
	struct drive d;
	pid_t helper = os_fork_agent();

	if (helper == 0)
		_exit(5);
	drive_open(&d, *engine);
	d.body = helper_goes;
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_HELPER, -1), 1);
	assert_int_equal(drive_find(&d, STOP_HELPER, -1, 0)->tid, helper);
	assert_int_equal(drive_find(&d, STOP_HELPER, -1, 0)->status, 5 << 8);
	drive_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(children_are_announced_first),
		BOTH(vfork_is_followed),
		BOTH(clone3_flags_are_read),
		BOTH(untraced_children_do_not_slip_away),
		BOTH(exec_from_another_thread),
		BOTH(leader_that_exits_first),
		BOTH(deaths_are_reported),
		BOTH(kill_storms_while_forking),
		BOTH(forgotten_threads_are_taken_in_again),
		BOTH(helpers_are_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
