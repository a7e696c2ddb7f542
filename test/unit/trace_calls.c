/*
 * The ptrace engines and single calls: which are seen, what is read, results,
 * refusals, exec, foreign ABIs, memory. Both engines have to see the same.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "os/ptrace.h"
#include "trace_drive.h"

#define PATH_A "/nonexistent/a"

static void
open_twice(void *arg)
{
	(void)arg;
	if (syscall(SYS_openat, AT_FDCWD, PATH_A, O_RDONLY) >= 0 ||
	    errno != ENOENT)
		_exit(1);
	if (syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY) < 0)
		_exit(2);
	syscall(SYS_getpid);
}

/* Reads the path at each open. */
static struct decision
read_path(struct drive *d, const struct stop *s)
{
	const struct mem_reader *m = d->ops->memory(d->engine);
	char *path = d->decide_arg;

	if (s->kind == STOP_ENTRY && s->nr == SYS_openat && !path[0])
		assert_int_equal(
		    m->read(m->ctx, s->tid, s->args[1], path, sizeof(PATH_A)),
		    sizeof(PATH_A));
	return (struct decision){ DECIDE_PASS, 0 };
}

static void
entries_are_seen(void **engine)
{
	char path[64] = "";
	struct drive d;
	const struct stop *s;

	drive_open(&d, *engine);
	d.body = open_twice;
	d.decide = read_path;
	d.decide_arg = path;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, -1), 2);
	assert_int_equal(drive_count(&d, STOP_RESULT, -1), 0);
	s = drive_find(&d, STOP_ENTRY, SYS_openat, 0);
	assert_int_equal(s->abi, NATIVE);
	assert_int_equal(s->tid, d.main);
	assert_int_equal((int)s->args[0], AT_FDCWD);
	assert_int_not_equal(s->sp, 0);
	assert_int_not_equal(s->time_ns, 0);
	assert_false(s->restarted);
	assert_string_equal(path, PATH_A);
	assert_int_equal(d.counts.entries, 2);
	assert_int_equal(d.counts.results, 0);
	assert_int_equal(d.counts.lost, 0);
	assert_int_equal(d.stops[d.n - 2].kind, STOP_DYING);
	assert_int_equal(d.stops[d.n - 1].kind, STOP_EXIT);
	assert_true(d.stops[d.n - 1].leader);
	assert_int_equal(d.end, 0);
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
results_are_delivered(void **engine)
{
	struct drive d;
	const struct stop *s;

	drive_open(&d, *engine);
	d.body = open_twice;
	d.decide = want_results;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_RESULT, SYS_openat), 2);
	s = drive_find(&d, STOP_RESULT, SYS_openat, 0);
	assert_int_equal(s->result, -ENOENT);
	assert_int_equal((int)s->args[0], AT_FDCWD);
	assert_int_equal(s->abi, NATIVE);
	s = drive_find(&d, STOP_RESULT, SYS_openat, 1);
	assert_in_range(s->result, 3, 20);
	assert_int_equal(d.counts.results, 2);
	drive_close(&d);
}

static void
denied_open(void *arg)
{
	(void)arg;
	if (syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY) >= 0 ||
	    errno != EACCES)
		_exit(1);
	/* Every register but the result is as it was. */
	if (syscall(SYS_getppid) <= 0)
		_exit(2);
}

static struct decision
deny(struct drive *d, const struct stop *s)
{
	(void)d;
	if (s->kind == STOP_ENTRY)
		return (struct decision){ DECIDE_DENY, EACCES };
	return (struct decision){ DECIDE_PASS, 0 };
}

static void
denied_calls_fail_with_the_number(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = denied_open;
	d.decide = deny;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_openat), 1);
	assert_int_equal(drive_count(&d, STOP_RESULT, -1), 0);
	drive_close(&d);
}

static void
refused_by_filter(void *arg)
{
	(void)arg;
	if (syscall(SYS_getsid, 0) >= 0 || errno != EXDEV)
		_exit(1);
}

static void
calls_the_filter_denies_do_not_stop(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = refused_by_filter;
	filter_want(d.spec,
	    &(struct filter_want){ .abi = NATIVE,
		.nr = SYS_getsid,
		.action = FILTER_DENY,
		.errnum = EXDEV });
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, -1), 0);
	drive_close(&d);
}

static void
open_and_tell(void *arg)
{
	syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY);
	*(int *)arg = 1;
}

static struct decision
kill_it(struct drive *d, const struct stop *s)
{
	(void)d;
	if (s->kind == STOP_ENTRY)
		return (struct decision){ DECIDE_KILL, 0 };
	return (struct decision){ DECIDE_PASS, 0 };
}

static void
kill_ends_before_the_call(void **engine)
{
	int *shared = os_map_shared(4096);
	struct drive d;

	drive_open(&d, *engine);
	d.body = open_and_tell;
	d.arg = shared;
	d.decide = kill_it;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	assert_true(WIFSIGNALED(d.status));
	assert_int_equal(WTERMSIG(d.status), SIGKILL);
	assert_int_equal(drive_count(&d, STOP_ENTRY, -1), 1);
	assert_int_equal(*shared, 0);
	os_unmap(shared, 4096);
	drive_close(&d);
}

static void
exec_twice(void *arg)
{
	char *const args[] = { "true", NULL };
	char *const env[] = { NULL };

	(void)arg;
	if (execve("/nonexistent/true", args, env) == 0 || errno != ENOENT)
		_exit(1);
	execve("/bin/true", args, env);
	_exit(2);
}

static void
exec_success_and_failure(void **engine)
{
	struct drive d;
	const struct stop *s;

	drive_open(&d, *engine);
	d.body = exec_twice;
	d.decide = want_results;
	drive_want(&d, SYS_execve);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_execve), 2);
	assert_int_equal(drive_count(&d, STOP_RESULT, SYS_execve), 1);
	s = drive_find(&d, STOP_RESULT, SYS_execve, 0);
	assert_int_equal(s->result, -ENOENT);
	assert_int_equal(drive_count(&d, STOP_EXEC, -1), 1);
	s = drive_find(&d, STOP_EXEC, -1, 0);
	assert_int_equal(s->tid, d.main);
	assert_int_equal(s->former_tid, d.main);
	assert_int_not_equal(s->sp, 0);
	drive_close(&d);
}

#ifdef __x86_64__
static void
int80(void *arg)
{
	char *path = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long r;

	(void)arg;
	strcpy(path, PATH_A);
	/* openat(2) is 295 for i386 */
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"(295), "b"(AT_FDCWD), "c"(path), "d"(O_RDONLY),
			 "S"(0)
			 : "memory", "r8", "r9", "r10", "r11");
	_exit((int)r == -ENOENT     ? 0
		: (int)r == -ENOSYS ? 3
		: (int)r == -EACCES ? 4
				    : 1);
}

static void
int80_is_seen_as_i386(void **engine)
{
	struct drive d;
	const struct stop *s;

	drive_open(&d, *engine);
	d.body = int80;
	d.decide = want_results;
	filter_want(d.spec,
	    &(struct filter_want){ .abi = ABI_I386,
		.nr = 295,
		.action = FILTER_TRACE });
	drive_run(&d);
	if (WIFEXITED(d.status) && WEXITSTATUS(d.status) == 3) {
		drive_close(&d);
		skip(); /* a kernel without 32-bit calls */
	}
	assert_int_equal(d.status, 0);
	s = drive_find(&d, STOP_ENTRY, 295, 0);
	assert_non_null(s);
	assert_int_equal(s->abi, ABI_I386);
	assert_int_equal((int)s->args[0], AT_FDCWD);
	assert_int_equal(s->args[2], O_RDONLY);
	assert_in_range(s->args[1], 4096, 0x7fffffff);
	s = drive_find(&d, STOP_RESULT, 295, 0);
	assert_non_null(s);
	assert_int_equal(s->result, -ENOENT);
	drive_close(&d);
}

static void
int80_is_denied(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = int80;
	d.decide = deny;
	filter_want(d.spec,
	    &(struct filter_want){ .abi = ABI_I386,
		.nr = 295,
		.action = FILTER_TRACE });
	drive_run(&d);
	drive_close(&d);
	assert_true(WIFEXITED(d.status));
	if (WEXITSTATUS(d.status) == 3)
		skip();
	assert_int_equal(WEXITSTATUS(d.status), 4);
}

static void
x32(void *arg)
{
	(void)arg;
	syscall(SYS_openat | 0x40000000, AT_FDCWD, PATH_A, O_RDONLY);
	syscall(-1);
}

static void
x32_calls_are_told_apart(void **engine)
{
	struct drive d;
	const struct stop *s;

	drive_open(&d, *engine);
	d.body = x32;
	d.decide = want_results;
	drive_want(&d, SYS_openat);
	filter_want(d.spec,
	    &(struct filter_want){ .abi = ABI_X32,
		.nr = SYS_openat,
		.action = FILTER_TRACE });
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, -1), 1);
	s = drive_find(&d, STOP_ENTRY, SYS_openat, 0);
	assert_int_equal(s->abi, ABI_X32);
	s = drive_find(&d, STOP_RESULT, SYS_openat, 0);
	assert_int_equal(s->abi, ABI_X32);
	/* Refused, or made, by the kernel as it is configured. */
	assert_true(s->result == -ENOSYS || s->result == -ENOENT);
	drive_close(&d);
}

static void
int80_unwanted(void *arg)
{
	long r;

	(void)arg;
	/* getpid(2) is 20 for i386 */
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"(20)
			 : "memory", "r8", "r9", "r10", "r11");
	_exit((int)r == -ENOSYS ? 3 : (int)r == getpid() ? 0 : 1);
}

static void
abis_that_nobody_decodes(void **engine)
{
	struct drive d;

	/* Seen ... */
	drive_open(&d, *engine);
	d.body = int80_unwanted;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	if (d.status == 0) {
		assert_int_equal(drive_count(&d, STOP_ENTRY, 20), 1);
		assert_int_equal(drive_find(&d, STOP_ENTRY, 20, 0)->abi,
		    ABI_I386);
	}
	drive_close(&d);
	/* ... or refused. */
	drive_open(&d, *engine);
	d.body = int80_unwanted;
	d.spec->refuse_unknown_abi = true;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	assert_true(WIFEXITED(d.status));
	assert_int_equal(WEXITSTATUS(d.status), 3);
	assert_int_equal(drive_count(&d, STOP_ENTRY, 20), 0);
	drive_close(&d);
}
#endif

static void
own_filter(void *arg)
{
	/* getsid(2) fails with EXDEV, getpgid(2) wants a tracer. */
	struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_getsid },
		{ BPF_RET | BPF_K, 0, 0, 0x00050000u | EXDEV },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_getpgid },
		{ BPF_RET | BPF_K, 0, 0, 0x7ff00000u },
		{ BPF_RET | BPF_K, 0, 0, 0x7fff0000u },
	};

	(void)arg;
	if (os_set_no_new_privs() || os_seccomp_install(code, 6))
		_exit(1);
	if (syscall(SYS_getsid, 0) >= 0 || errno != EXDEV)
		_exit(2);
	if (syscall(SYS_getpgid, 0) >= 0 || errno != ENOSYS)
		_exit(3);
	if (syscall(SYS_openat, AT_FDCWD, PATH_A, O_RDONLY) >= 0 ||
	    errno != ENOENT)
		_exit(4);
}

static void
own_filters_work(void **engine)
{
	struct drive d;

	drive_open(&d, *engine);
	d.body = own_filter;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_openat), 1);
	assert_int_equal(drive_count(&d, STOP_ENTRY, -1), 1);
	drive_close(&d);
}

/* Two pages of which the second is not readable, and other odd addresses. */
static char *edge;

static void
odd_memory(void *arg)
{
	(void)arg;
	edge = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(edge + 4096, 4096);
	memset(edge, 'x', 4096);
	syscall(SYS_openat, AT_FDCWD, edge + 4000, O_RDONLY);
	syscall(SYS_openat, AT_FDCWD, edge + 4096, O_RDONLY);
	syscall(SYS_openat, AT_FDCWD, 1L, O_RDONLY);
	syscall(SYS_openat, AT_FDCWD, -8L, O_RDONLY);
}

static struct decision
read_odd(struct drive *d, const struct stop *s)
{
	const struct mem_reader *m = d->ops->memory(d->engine);
	long *lengths = d->decide_arg;
	char bytes[5000];

	if (s->kind == STOP_ENTRY) {
		*lengths =
		    m->read(m->ctx, s->tid, s->args[1], bytes, sizeof(bytes));
		for (long i = 0; i < *lengths; i++)
			assert_int_equal(bytes[i], 'x');
		d->decide_arg = lengths + 1;
	}
	return (struct decision){ DECIDE_PASS, 0 };
}

static void
memory_is_read_up_to_its_end(void **engine)
{
	long lengths[8] = { 0 };
	struct drive d;

	drive_open(&d, *engine);
	d.body = odd_memory;
	d.decide = read_odd;
	d.decide_arg = lengths;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	assert_int_equal(d.status, 0);
	assert_int_equal(lengths[0], 96);
	assert_int_equal(lengths[1], ERR_FAULT);
	assert_int_equal(lengths[2], ERR_FAULT);
	assert_int_equal(lengths[3], ERR_FAULT);
	drive_close(&d);
}

/* As on kernels before 5.3 and in sandboxes. */
static void
works_without_syscall_info(void **engine)
{
	struct drive d;
	const struct stop *s;

	os_arch_forget_info(true);
	drive_open(&d, *engine);
	d.body = open_twice;
	d.decide = want_results;
	drive_want(&d, SYS_openat);
	drive_run(&d);
	os_arch_forget_info(false);
	assert_int_equal(d.status, 0);
	assert_int_equal(drive_count(&d, STOP_ENTRY, SYS_openat), 2);
	s = drive_find(&d, STOP_ENTRY, SYS_openat, 0);
	assert_int_equal(s->abi, NATIVE);
	assert_int_equal((int)s->args[0], AT_FDCWD);
	s = drive_find(&d, STOP_RESULT, SYS_openat, 0);
	assert_int_equal(s->result, -ENOENT);
	drive_close(&d);
#ifdef __x86_64__
	os_arch_forget_info(true);
	int80_is_seen_as_i386(engine);
	os_arch_forget_info(false);
#endif
}

static void
probes_succeed(void **engine)
{
	const struct engine_ops *ops = *engine;
	struct diag why = { 0 };
	uint64_t start = os_now_monotonic_ns();
	int status;

	assert_int_equal(ops->probe(&why), 0);
	/* 0.5 ms on an idle machine. */
	assert_true(os_now_monotonic_ns() - start < 200000000u);
	/* It left no child. */
	assert_int_equal(os_wait(-1, &status, false), -ECHILD);
}

/* A process that is traced already cannot be attached to. */
static void
attach_names_another_tracer(void **engine)
{
	const struct engine_ops *ops = *engine;
	struct filter_program program = { .n = 0 };
	struct engine_config config = { .program = &program };
	struct engine *e = NULL;
	struct diag why = { 0 };
	int ready[2], status = 0;
	pid_t target = fork(), tracer;
	char byte;

	if (target == 0) {
		pause();
		_exit(0);
	}
	assert_int_equal(os_pipe(ready), 0);
	tracer = fork();
	if (tracer == 0) {
		int r = os_ptrace_seize(target, 0);

		if (write(ready[1], r ? "n" : "y", 1) == 1)
			pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	assert_int_equal(ops->attach(&e, &config, target, &why), ERR_PERM);
	assert_non_null(strstr(why.what, "already traced by process"));
	assert_true(strlen(why.hint) > 0);
	kill(tracer, SIGKILL);
	waitpid(tracer, &status, 0);
	kill(target, SIGKILL);
	waitpid(target, &status, 0);
	close(ready[0]);
	close(ready[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(entries_are_seen),
		BOTH(results_are_delivered),
		BOTH(denied_calls_fail_with_the_number),
		BOTH(calls_the_filter_denies_do_not_stop),
		BOTH(kill_ends_before_the_call),
		BOTH(exec_success_and_failure),
#ifdef __x86_64__
		BOTH(int80_is_seen_as_i386),
		BOTH(int80_is_denied),
		BOTH(x32_calls_are_told_apart),
		BOTH(abis_that_nobody_decodes),
#endif
		BOTH(own_filters_work),
		BOTH(memory_is_read_up_to_its_end),
		BOTH(works_without_syscall_info),
		BOTH(probes_succeed),
		BOTH(attach_names_another_tracer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
