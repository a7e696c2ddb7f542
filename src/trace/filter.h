/*
 * The seccomp program: generated from what the pipeline wants to see.
 * seccomp(2), the classic BPF of linux/filter.h. Needs Linux 4.8 (the entry
 * stop comes after the filter, and a filter may be installed under ptrace).
 *
 * Layout: architecture test; x32 test; a balanced binary search over numbers;
 * then argument tests of the call found. Numbers not wanted are allowed.
 */
#ifndef TRACE_FILTER_H
#define TRACE_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/stop.h"

#define FILTER_MAX       4096 /* BPF_MAXINSNS */
#define FILTER_WANTS_MAX 2048

/* What to do with a call whose argument tests all hold. */
enum filter_action {
	FILTER_TRACE,
	FILTER_DENY, /* fails with errnum without a stop */
	FILTER_ALLOW,
};

/* args[arg] & mask == value (or != when negate); 64-bit compare. */
struct filter_test {
	uint8_t arg;
	bool negate;
	uint64_t mask;
	uint64_t value;
};

#define FILTER_TESTS_MAX 4

/*
 * One alternative for a number. Several wants for one number are tried in
 * order; when none holds the call is allowed.
 */
struct filter_want {
	enum abi abi;
	uint32_t nr;
	enum filter_action action;
	uint16_t errnum;
	uint8_t n_tests;
	struct filter_test tests[FILTER_TESTS_MAX]; /* all must hold */
};

struct filter_spec {
	struct filter_want wants[FILTER_WANTS_MAX];
	size_t n_wants;
	/*
	 * Calls of an ABI without any want, which is not the native one: traced
	 * or refused (ENOSYS).
	 */
	bool refuse_unknown_abi;
	bool overflow; /* more wants than fit: sticky */
};

/*
 * SECCOMP_RET_DATA of our RET_TRACE: this and the enum abi. A tracee that
 * installs a filter with a RET_TRACE of its own is told apart by it.
 */
#define FILTER_DATA     0x5d00u
#define FILTER_DATA_ABI 0x00ffu

struct filter_program {
	size_t n; /* instructions; 0: install nothing */
	struct sock_filter code[FILTER_MAX];
};

void
filter_want(struct filter_spec *spec, const struct filter_want *want);
/* 0, or ERR_LIMIT when the program does not fit. */
int
filter_compile(const struct filter_spec *spec, struct filter_program *out);
/*
 * Runs the program on a call, as the kernel would: for tests and
 * explanations. Returns the SECCOMP_RET_* value.
 */
uint32_t
filter_run(const struct filter_program *p, uint32_t arch, uint32_t nr,
    const uint64_t args[6], uint64_t ip);

#endif
