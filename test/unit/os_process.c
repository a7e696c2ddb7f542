/* src/os/process.c */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "os/os.h"

static void
an_agent_is_invisible_to_wait(void **unused)
{
	pid_t pid = os_fork_agent();
	int status = 0;

	(void)unused;
	if (pid == 0)
		os_exit(3);
	assert_true(pid > 0);
	assert_int_equal(waitpid(-1, &status, 0), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(os_wait_child(pid, -1, &status), 0);
	assert_int_equal(status, 3 << 8);
	assert_int_equal(os_wait_child(pid, -1, NULL), ERR_GONE);
}

static void
waiting_for_a_child_has_an_end(void **unused)
{
	pid_t pid = os_fork();
	int status = 0;

	(void)unused;
	if (pid == 0) {
		pause();
		os_exit(0);
	}
	assert_int_equal(os_wait_child(pid, 5, &status), ERR_AGAIN);
	assert_int_equal(os_kill(pid, 0), 0);
	assert_int_equal(os_kill(pid, SIGKILL), 0);
	assert_int_equal(os_wait_child(pid, 10000, &status), 0);
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_int_equal(os_kill(pid, 0), -ESRCH);
}

/* The status of a child that ran body. */
static int
in_child(int (*body)(void))
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		_exit(body());
	waitpid(pid, &status, 0);
	return status;
}

static int
exec_missing(void)
{
	char *const args[] = { NULL };

	return os_exec("/nonexistent", args, args) == -ENOENT ? 0 : 1;
}

static int
stay_alive(void)
{
	os_ignore_signals();
	for (int sig = 1; sig <= 31; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			raise(sig);
	return in_child(exec_missing); /* children can still be waited for */
}

static int
default_again(void)
{
	os_ignore_signal(SIGTERM);
	raise(SIGTERM);
	os_default_signal(SIGTERM);
	raise(SIGTERM);
	return 1;
}

static int
orphans_come_here(void)
{
	int status;

	os_set_subreaper(true);
	if (fork() == 0) {
		if (fork() == 0)
			_exit(7);
		_exit(0);
	}
	for (int sum = 0; sum != 7 << 8;) {
		if (wait(&status) < 0)
			return 1;
		sum += status;
	}
	return 0;
}

static int
names(void)
{
	char name[16] = "";

	os_set_name("a name of more than 15");
	prctl(PR_GET_NAME, name);
	return strcmp(name, "a name of more ");
}

static void
signals_and_attributes(void **unused)
{
	(void)unused;
	assert_int_equal(in_child(exec_missing), 0);
	assert_int_equal(in_child(stay_alive), 0);
	assert_int_equal(in_child(default_again), SIGTERM);
	assert_int_equal(in_child(orphans_come_here), 0);
	assert_int_equal(in_child(names), 0);
}

static void
clocks_and_chance(void **unused)
{
	uint64_t a = os_now_monotonic_ns(), x[2] = { 0 }, y[2] = { 0 };

	(void)unused;
	os_sleep_ns(2000000);
	assert_true(os_now_monotonic_ns() - a >= 2000000);
	assert_true(os_now_boottime_ns() >= a);
	assert_true(os_now_realtime_ns() > 1600000000000000000u);
	os_random(x, sizeof(x));
	os_random(y, sizeof(y));
	assert_memory_not_equal(x, y, sizeof(x));
	assert_true(os_clock_ticks() > 0);
	setenv("TZ", "XYZ-3", 1);
	tzset();
	assert_int_equal(os_utc_offset(1700000000), 3 * 3600);
	unsetenv("TZ");
	tzset();
}

static int
without_root(void)
{
	return setuid(65534) || os_capabilities() != 0;
}

static void
facts_about_us(void **unused)
{
	struct os_usage u;
	char path[OS_PATH_MAX];

	(void)unused;
	assert_int_equal(os_pid(), getpid());
	assert_int_equal(os_getppid(), getppid());
	assert_true(os_kernel_version() >= (4u << 16 | 8));
	os_usage_self(&u);
	assert_true(u.max_resident_kb > 100);
	assert_in_range(os_resident_bytes(), 100000, 1u << 30);
	assert_int_equal(os_self_path(path, sizeof(path)), 0);
	assert_non_null(strstr(path, "os_process"));
	assert_int_equal(os_self_path(path, 4), ERR_LIMIT);
	/* Giving up root gives up the capabilities. */
	if (os_uid() == 0 && os_capabilities())
		assert_int_equal(in_child(without_root), 0);
	assert_int_equal(os_setenv("OS_PROCESS_TEST", "1"), 0);
	assert_string_equal(os_getenv("OS_PROCESS_TEST"), "1");
	assert_int_equal(os_unsetenv("OS_PROCESS_TEST"), 0);
	assert_null(os_getenv("OS_PROCESS_TEST"));
}

static void
descriptors_of_others(void **unused)
{
	int pidfd = os_pidfd_open(getpid());

	(void)unused;
	if (pidfd == -ENOSYS)
		skip();
	assert_true(pidfd >= 0);
	int copy = os_pidfd_getfd(pidfd, pidfd);

	assert_true(copy == -EPERM || copy == -ENOSYS || copy > pidfd);
	os_close(copy);
	assert_int_equal(os_pidfd_getfd(pidfd, 987), copy < 0 ? copy : -EBADF);
	os_close(pidfd);
	assert_int_equal(os_pidfd_open(-1), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_agent_is_invisible_to_wait),
		cmocka_unit_test(waiting_for_a_child_has_an_end),
		cmocka_unit_test(signals_and_attributes),
		cmocka_unit_test(clocks_and_chance),
		cmocka_unit_test(facts_about_us),
		cmocka_unit_test(descriptors_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
