/*
 * For tests of src/pipe/wants.c: from rules to the seccomp program, and what
 * becomes of a call under it.
 */
#ifndef PIPE_SIEVE_H
#define PIPE_SIEVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "os/arch.h"
#include "pipe/wants.h"

#define RULES_CAP  ((size_t)64 << 20)
#define AF_PACKET_ 17u
#define SOCKETCALL 102u
#define CWD        ((uint64_t)(int64_t)AT_FDCWD)

static const enum abi all_abis[] = { ABI_X86_64, ABI_I386, ABI_X32 };

struct sieve {
	struct ruleset *rules;
	struct rule_eval *eval;
	struct filter_program *program;
};

static inline void
complain(const struct rule_loader *l, const char *text)
{
	char memory[4096];
	struct buf b = buf_fixed(memory, sizeof(memory));
	const struct rule_problem *p = rule_loader_problems(l);

	for (; p; p = p->next)
		if (p->is_error)
			diag_print(&b, &p->diag);
	fail_msg("%s\n%.300s", buf_cstr(&b), text);
}

/* text NULL: no rules at all. */
static inline struct sieve
sieve_new(const char *text, struct wants_options o)
{
	struct rule_compile_options c = { .threshold = PRIORITY_DEBUG };
	struct filter_spec *spec = calloc(1, sizeof(*spec));
	struct sieve s = { .program = calloc(1, sizeof(*s.program)) };

	assert_non_null(spec);
	assert_non_null(s.program);
	if (text) {
		struct rule_loader *l = rule_loader_new(RULES_CAP);

		assert_non_null(l);
		if (rule_load_text(l, "r.yaml", str_from(text)))
			complain(l, text);
		s.rules = rule_compile(l, &c);
		if (!s.rules)
			complain(l, text);
		rule_loader_free(l);
		s.eval = rule_eval_new(s.rules);
		assert_non_null(s.eval);
	}
	wants_build(spec, s.rules, s.eval, &o);
	assert_false(spec->overflow);
	assert_int_equal(filter_compile(spec, s.program), 0);
	free(spec);
	return s;
}

static inline void
sieve_free(struct sieve *s)
{
	rule_eval_free(s->eval);
	ruleset_free(s->rules);
	free(s->program);
}

static inline uint32_t
run(const struct sieve *s, enum abi abi, uint32_t nr, const uint64_t args[6])
{
	uint32_t arch = OS_AUDIT_X86_64;

	if (abi == ABI_I386)
		arch = OS_AUDIT_I386;
	if (abi == ABI_X32)
		nr |= OS_X32_BIT;
	return filter_run(s->program, arch, nr, args, 0);
}

/* What becomes of a call: its SECCOMP_RET_* without the data. */
static inline uint32_t
fate(const struct sieve *s, enum abi abi, enum event_type type,
    const uint64_t args[6])
{
	int nr = event_info(type)->nr[abi];

	assert_true(nr >= 0);
	return run(s, abi, (uint32_t)nr, args) & SECCOMP_RET_ACTION_FULL;
}

#define ARGS(...) ((const uint64_t[6]){ __VA_ARGS__ })

#endif
