/* src/trace/filter.c: programs against a direct reading of their specs. */
#include <linux/seccomp.h>

#include "os/ptrace.h"
#include "trace_drive.h"

#define SET 8 /* values that tests and arguments are drawn from */

static uint64_t state_of_chance = 88172645463325252u;

/* xorshift64: the same sequence in every run. */
static uint64_t
chance(uint64_t below)
{
	state_of_chance ^= state_of_chance << 13;
	state_of_chance ^= state_of_chance >> 7;
	state_of_chance ^= state_of_chance << 17;
	return state_of_chance % below;
}

static uint64_t
some_value(void)
{
	static const uint64_t values[SET] = {
		0,
		1,
		2,
		0x80000000u,
		0xffffffffu,
		0x100000000u,
		0x8000000000000001u,
		UINT64_MAX,
	};

	return values[chance(SET)];
}

static enum abi
abi_of_call(uint32_t arch, uint32_t *nr)
{
	if (arch == OS_AUDIT_I386)
		return ABI_I386;
	if (arch != OS_AUDIT_X86_64)
		return arch == OS_AUDIT_AARCH64 ? ABI_AARCH64 : ABI_OTHER;
	if (*nr < OS_X32_BIT)
		return ABI_X86_64;
	*nr &= ~OS_X32_BIT;
	return ABI_X32;
}

static bool
holds(const struct filter_want *w, const uint64_t *args)
{
	for (unsigned i = 0; i < w->n_tests; i++) {
		const struct filter_test *t = &w->tests[i];
		bool equal = (args[t->arg] & t->mask) == t->value;

		if (equal == t->negate)
			return false;
	}
	return true;
}

/* What the spec says, read directly. */
static uint32_t
expected(const struct filter_spec *s, uint32_t arch, uint32_t nr,
    const uint64_t *args)
{
	enum abi abi = abi_of_call(arch, &nr);
	bool any = false;

	for (size_t i = 0; i < s->n_wants; i++) {
		const struct filter_want *w = &s->wants[i];

		any |= w->abi == abi;
		if (w->abi != abi || w->nr != nr || !holds(w, args))
			continue;
		switch (w->action) {
		case FILTER_TRACE:
			return SECCOMP_RET_TRACE | FILTER_DATA | (uint32_t)abi;
		case FILTER_DENY:
			return SECCOMP_RET_ERRNO | w->errnum;
		case FILTER_ALLOW:
			return SECCOMP_RET_ALLOW;
		}
	}
	if (any || abi == NATIVE)
		return SECCOMP_RET_ALLOW;
	return s->refuse_unknown_abi
	    ? SECCOMP_RET_ERRNO | ENOSYS
	    : SECCOMP_RET_TRACE | FILTER_DATA | (uint32_t)abi;
}

static void
random_want(struct filter_spec *s)
{
	static const enum abi abis[] = { NATIVE, NATIVE, ABI_I386, ABI_X32 };
	struct filter_want w = {
		.abi = abis[chance(4)],
		.nr = (uint32_t)chance(chance(8) ? 60 : 460),
		.action = (enum filter_action)chance(3),
		.n_tests = (uint8_t)(chance(2) ? 0 : chance(5)),
	};

	w.errnum = w.action == FILTER_DENY ? (uint16_t)(1 + chance(100)) : 0;
	for (unsigned i = 0; i < w.n_tests; i++) {
		uint64_t mask = some_value();

		w.tests[i] = (struct filter_test){
			.arg = (uint8_t)chance(6),
			.negate = chance(2),
			.mask = mask,
			.value = chance(4) ? some_value() & mask : some_value(),
		};
	}
	filter_want(s, &w);
}

static uint32_t
random_arch(void)
{
	static const uint32_t archs[] = {
		OS_AUDIT_X86_64,
		OS_AUDIT_X86_64,
		OS_AUDIT_I386,
		OS_AUDIT_AARCH64,
		OS_AUDIT_ARM,
		0,
	};
	uint32_t arch = archs[chance(6)];

	/* Of the two families a program knows only the machine's own. */
#ifdef __x86_64__
	return arch == OS_AUDIT_AARCH64 ? OS_AUDIT_X86_64 : arch;
#else
	return arch == OS_AUDIT_X86_64 || arch == OS_AUDIT_I386
	    ? OS_AUDIT_AARCH64
	    : arch;
#endif
}

static void
check_calls(const struct filter_spec *s, const struct filter_program *p,
    int times)
{
	for (int i = 0; i < times; i++) {
		uint32_t arch = random_arch(), nr = (uint32_t)chance(70);
		uint64_t args[6];
		uint32_t want, got;

		if (chance(8) == 0)
			nr = (uint32_t)some_value();
		if (s->n_wants && chance(2))
			nr = s->wants[chance(s->n_wants)].nr +
			    (uint32_t)chance(3) - 1;
		if (chance(4) == 0)
			nr |= OS_X32_BIT;
		for (int k = 0; k < 6; k++)
			args[k] = some_value();
		want = expected(s, arch, nr, args);
		got = filter_run(p, arch, nr, args, 0);
		if (want != got)
			fail_msg("arch %#x nr %u: expected %#x, got %#x", arch,
			    nr, want, got);
	}
}

static void
random_specs_agree_with_their_reading(void **unused)
{
	struct filter_spec *s = calloc(1, sizeof(*s));
	struct filter_program *p = calloc(1, sizeof(*p));

	(void)unused;
	for (int round = 0; round < 400; round++) {
		size_t n = chance(round % 8 ? 30 : 300);

		s->n_wants = 0;
		s->refuse_unknown_abi = chance(2);
		for (size_t i = 0; i < n; i++)
			random_want(s);
		assert_int_equal(filter_compile(s, p), 0);
		check_calls(s, p, 500);
	}
	free(s);
	free(p);
}

/* Whether the kernel accepts the program, tried in a child. */
static int
install_status(const struct filter_program *p)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (os_set_no_new_privs())
			_exit(2);
		_exit(os_seccomp_install(p->code, p->n) ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void
kernel_accepts_large_programs(void **unused)
{
	struct filter_spec *s = calloc(1, sizeof(*s));
	struct filter_program *p = calloc(1, sizeof(*p));

	(void)unused;
	/* Isolated numbers: the worst case for runs. Exits stay allowed. */
	for (uint32_t i = 0; i < 400; i++)
		filter_want(s,
		    &(struct filter_want){ .abi = NATIVE,
			.nr = 1000 + 2 * i,
			.action = FILTER_TRACE });
	for (uint32_t i = 0; i < 100; i++)
		filter_want(s,
		    &(struct filter_want){ .abi = NATIVE,
			.nr = 1001 + 2 * i,
			.action = FILTER_DENY,
			.errnum = 1,
			.n_tests = 4,
			.tests = { { 0, false, 1, 1 },
			    { 1, true, UINT64_MAX, 1u << 31 },
			    { 2, false, UINT64_MAX, UINT64_MAX },
			    { 5, true, 0xff00ff00ff, 0xff } } });
	assert_int_equal(filter_compile(s, p), 0);
	assert_true(p->n > 1000);
	assert_int_equal(install_status(p), 0);
	free(s);
	free(p);
}

/* Kernel and filter_run() on the same program and calls. */
static void
kernel_and_filter_run_agree(void **unused)
{
	struct filter_spec *s = calloc(1, sizeof(*s));
	struct filter_program *p = calloc(1, sizeof(*p));
	struct filter_want w = {
		.abi = NATIVE,
		.nr = SYS_getpgid,
		.action = FILTER_DENY,
		.errnum = E2BIG,
		.n_tests = 2,
		.tests = { { 1, false, 0xf0000000f, 0x300000005 },
		    { 2, true, 0xffffffffff, 0x1200000034 } },
	};
	pid_t pid;
	int status = -1;

	(void)unused;
	filter_want(s, &w);
	w = (struct filter_want){ .abi = NATIVE,
		.nr = SYS_getsid,
		.action = FILTER_DENY,
		.errnum = EXDEV };
	filter_want(s, &w);
	assert_int_equal(filter_compile(s, p), 0);
	pid = fork();
	if (pid == 0) {
		if (os_set_no_new_privs() || os_seccomp_install(p->code, p->n))
			_exit(1);
		if (syscall(SYS_getpgid, 0, 0x300000005, 0L) >= 0 ||
		    errno != E2BIG)
			_exit(2);
		if (syscall(SYS_getpgid, 0, 0xff455555ff5, 0L) < 0)
			_exit(3);
		if (syscall(SYS_getpgid, 0, 0xff3fffffff5, 0L) >= 0)
			_exit(4);
		if (syscall(SYS_getpgid, 0, 0x300000005, 0x1200000034) < 0)
			_exit(5);
		if (syscall(SYS_getpgid, 0, 0x300000005, 0x1300000034) >= 0)
			_exit(6);
		if (syscall(SYS_getsid, 0) >= 0 || errno != EXDEV)
			_exit(7);
		_exit(syscall(SYS_getppid) > 0 ? 0 : 8);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	free(s);
	free(p);
}

static void
too_many_wants_are_refused(void **unused)
{
	struct filter_spec *s = calloc(1, sizeof(*s));
	struct filter_program *p = calloc(1, sizeof(*p));
	struct filter_want w = { .abi = NATIVE, .action = FILTER_TRACE };

	(void)unused;
	for (uint32_t i = 0; i < FILTER_WANTS_MAX; i++) {
		w.nr = i;
		filter_want(s, &w);
	}
	assert_false(s->overflow);
	assert_int_equal(filter_compile(s, p), 0);
	w.nr = 5000;
	filter_want(s, &w);
	assert_true(s->overflow);
	assert_int_equal(filter_compile(s, p), ERR_LIMIT);
	assert_int_equal(p->n, 0);
	free(s);
	free(p);
}

static void
too_long_programs_are_refused(void **unused)
{
	struct filter_spec *s = calloc(1, sizeof(*s));
	struct filter_program *p = calloc(1, sizeof(*p));

	(void)unused;
	for (uint32_t i = 0; i < FILTER_WANTS_MAX; i++)
		filter_want(s,
		    &(struct filter_want){ .abi = NATIVE,
			.nr = i,
			.action = FILTER_TRACE,
			.n_tests = 2,
			.tests = { { 0, true, 0x7f00000001, 1 },
			    { 1, true, 0x7f00000001, 1 } } });
	assert_int_equal(filter_compile(s, p), ERR_LIMIT);
	assert_int_equal(p->n, 0);
	free(s);
	free(p);
}

/* A search of 150 numbers takes few steps. */
static void
programs_are_short(void **unused)
{
	struct filter_spec *s = calloc(1, sizeof(*s));
	struct filter_program *p = calloc(1, sizeof(*p));

	(void)unused;
	for (uint32_t i = 0; i < 150; i++)
		filter_want(s,
		    &(struct filter_want){ .abi = NATIVE,
			.nr = 3 * i,
			.action = FILTER_TRACE });
	assert_int_equal(filter_compile(s, p), 0);
	assert_in_range(p->n, 300, 700);
	/* Neighbours are one run. */
	s->n_wants = 0;
	for (uint32_t i = 0; i < 150; i++)
		filter_want(s,
		    &(struct filter_want){ .abi = NATIVE,
			.nr = 100 + i,
			.action = FILTER_TRACE });
	assert_int_equal(filter_compile(s, p), 0);
	assert_in_range(p->n, 1, 25);
	free(s);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_specs_agree_with_their_reading),
		cmocka_unit_test(kernel_accepts_large_programs),
		cmocka_unit_test(kernel_and_filter_run_agree),
		cmocka_unit_test(too_many_wants_are_refused),
		cmocka_unit_test(too_long_programs_are_refused),
		cmocka_unit_test(programs_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
