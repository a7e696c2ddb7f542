/*
 * src/pipe/guard.c: which calls are seen, and which are denied.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>

#include "os/arch.h"
#include "pipe/guard.h"

#define AGENT    4321
#define ARG(pid) ((uint64_t)(uint32_t)(pid))

static bool
is_seen(const struct filter_program *p, enum event_type type, uint64_t a0,
    uint64_t a1)
{
	const uint64_t args[6] = { a0, a1 };
	const enum abi abi =
	    os_arch_audit() == OS_AUDIT_X86_64 ? ABI_X86_64 : ABI_AARCH64;
	uint32_t r = filter_run(p, os_arch_audit(),
	    (uint32_t)event_info(type)->nr[abi], args, 0);

	return (r & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE;
}

static void
only_aimed_calls_are_seen(void **state)
{
	struct filter_spec *spec = calloc(1, sizeof *spec);
	struct filter_program *p = calloc(1, sizeof *p);

	(void)state;
	assert_non_null(spec);
	assert_non_null(p);
	guard_wants(spec, AGENT);
	assert_int_equal(filter_compile(spec, p), 0);
	assert_true(is_seen(p, EVENT_KILL, AGENT, 9));
	assert_true(is_seen(p, EVENT_KILL, ARG(-AGENT), 9));
	assert_true(is_seen(p, EVENT_KILL, ARG(-1), 9));
	assert_true(is_seen(p, EVENT_TGKILL, AGENT, AGENT));
	assert_true(is_seen(p, EVENT_PTRACE, 16, AGENT));
	assert_false(is_seen(p, EVENT_KILL, AGENT + 1, 9));
	assert_false(is_seen(p, EVENT_KILL, 0, 9));
	assert_false(is_seen(p, EVENT_PTRACE, AGENT, 1));
	assert_false(is_seen(p, EVENT_TGKILL, ARG(-1), 1));
	free(spec);
	free(p);
}

static enum guard_answer
judge(enum event_type type, uint64_t a0, uint64_t a1, uint64_t a2)
{
	const struct event ev = { .type = type, .args = { a0, a1, a2 } };

	return guard_judge(&ev, AGENT);
}

static void
attacks_are_denied(void **state)
{
	(void)state;
	assert_int_equal(judge(EVENT_KILL, AGENT, SIGTERM, 0), GUARD_DENY);
	assert_int_equal(judge(EVENT_KILL, ARG(-AGENT), SIGKILL, 0),
	    GUARD_DENY);
	assert_int_equal(judge(EVENT_TKILL, AGENT, SIGSTOP, 0), GUARD_DENY);
	assert_int_equal(judge(EVENT_TGKILL, AGENT, AGENT, SIGKILL),
	    GUARD_DENY);
	assert_int_equal(judge(EVENT_PIDFD_OPEN, AGENT, 0, 0), GUARD_DENY);
	assert_int_equal(judge(EVENT_PTRACE, 0x4206, AGENT, 0), GUARD_DENY);
	assert_int_equal(judge(EVENT_PRLIMIT, AGENT, 0, 0x1000), GUARD_DENY);
	assert_int_equal(judge(EVENT_PROCESS_VM_WRITEV, AGENT, 1, 1),
	    GUARD_DENY);
}

static void
others_pass(void **state)
{
	(void)state;
	assert_int_equal(judge(EVENT_KILL, AGENT, 0, 0), GUARD_PASS);
	assert_int_equal(judge(EVENT_KILL, 1, SIGKILL, 0), GUARD_PASS);
	assert_int_equal(judge(EVENT_KILL, 0, SIGKILL, 0), GUARD_PASS);
	assert_int_equal(judge(EVENT_KILL, ARG(-1), SIGTERM, 0), GUARD_PASS);
	assert_int_equal(judge(EVENT_PRLIMIT, AGENT, 7, 0), GUARD_PASS);
	assert_int_equal(judge(EVENT_PTRACE, 0, 1, 2), GUARD_PASS);
	assert_int_equal(judge(EVENT_OPENAT, AGENT, AGENT, 0), GUARD_PASS);
}

static void
everybody_is_told_apart(void **state)
{
	(void)state;
	assert_int_equal(judge(EVENT_KILL, ARG(-1), SIGKILL, 0),
	    GUARD_EVERYBODY);
	assert_int_equal(judge(EVENT_KILL, ARG(-1), SIGSTOP, 0),
	    GUARD_EVERYBODY);
	assert_int_equal(judge(EVENT_TKILL, ARG(-1), SIGKILL, 0), GUARD_PASS);
}

/* Signal 0 harms nobody, should a mistake send it. */
static void
only_permitted_targets(void **state)
{
	const struct guard_caller nobody = { .tgid = 1,
		.ruid = 3999999999u,
		.euid = 3999999999u };

	(void)state;
	assert_int_equal(guard_kill_others(AGENT, &nobody, 0), ESRCH);
	const struct guard_caller self = { .tgid = 1, .may_all = true };
	assert_int_equal(guard_kill_others(AGENT, &self, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_aimed_calls_are_seen),
		cmocka_unit_test(attacks_are_denied),
		cmocka_unit_test(others_pass),
		cmocka_unit_test(everybody_is_told_apart),
		cmocka_unit_test(only_permitted_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
