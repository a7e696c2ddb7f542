/*
 * For tests of the pipeline: made-up processes, the stops that they make, and
 * what comes out of the ring.
 */
#ifndef PIPE_BENCH_H
#define PIPE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "fake_proc.h"
#include "pipe/alert.h"
#include "pipe/pipeline.h"

/* 2016-08-04T16:17:57.881781397Z */
#define NOW    UINT64_C(1470327477881781397)
#define BASE   0x10000u
#define CWD    ((uint64_t)(int64_t)AT_FDCWD)
#define TID    100
#define MEMORY ((size_t)64 << 20)

#define RULE_OF(name, condition, output)                     \
	"- rule: " name "\n  desc: d\n  priority: WARNING\n" \
	"  output: '" output "'\n  condition: " condition "\n"

/* --- a tracee and its pipeline --- */

struct bench {
	struct fake fake;
	struct arena arena;
	struct container container;
	struct state *state;
	struct ring *ring;
	struct ruleset *rules;
	struct mem_reader memory;
	struct log log;
	struct pipeline_config config;
	struct pipeline *p;
	unsigned warnings;
	bool gone; /* its memory cannot be read any more */
	size_t used;
	char tracee[8192]; /* at BASE */
	char seen[4096];   /* what came out of the ring */
};

static inline long
read_tracee(void *ctx, pid_t tid, uint64_t addr, void *to, size_t n)
{
	struct bench *b = ctx;

	(void)tid;
	if (b->gone)
		return ERR_GONE;
	if (addr < BASE || addr >= BASE + sizeof(b->tracee))
		return ERR_FAULT;
	if (n > BASE + sizeof(b->tracee) - addr)
		n = BASE + sizeof(b->tracee) - addr;
	memcpy(to, b->tracee + (addr - BASE), n);
	return (long)n;
}

static inline void
count_warning(void *ctx, enum log_level level, struct str line)
{
	struct bench *b = ctx;

	(void)line;
	b->warnings += level == LOG_WARNING;
}

static inline int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct state_source source;
	struct state_config c = { .max_procs = 64,
		.max_threads = 256,
		.text_bytes = 256 * 1024,
		.boot_ns = NOW,
		.clock_ticks = 100 };

	assert_non_null(b);
	*state = b;
	b->container = (struct container){ .id = STR("3ad7b26ded6d"),
		.name = STR("web"),
		.privileged = -1 };
	c.container = &b->container;
	source = fake_source(&b->fake);
	arena_init(&b->arena, MEMORY);
	b->state = state_new(&b->arena, &c, &source);
	b->ring = ring_new(1 << 20);
	assert_non_null(b->state);
	assert_non_null(b->ring);
	b->memory = (struct mem_reader){ read_tracee, b };
	b->log = (struct log){ LOG_DEBUG, count_warning, b };
	b->config = (struct pipeline_config){ .state = b->state,
		.container = &b->container,
		.ring = b->ring,
		.log = &b->log,
		.memory = &b->memory,
		.hostname = STR("box"),
		.start_ns = NOW };
	fake_add(&b->fake,
	    (struct fake_proc){ .tid = 50,
		.ppid = 1,
		.comm = "bash",
		.cmdline = "-bash",
		.exe = "/bin/bash",
		.cwd = "/" });
	fake_add(&b->fake,
	    (struct fake_proc){ .tid = TID,
		.ppid = 50,
		.comm = "cat",
		.cmdline = "cat|x",
		.exe = "/bin/cat",
		.cwd = "/tmp" });
	return 0;
}

static inline int
teardown(void **state)
{
	struct bench *b = *state;

	pipeline_free(b->p);
	ruleset_free(b->rules);
	ring_free(b->ring);
	arena_reset(&b->arena);
	free(b);
	return 0;
}

/* rules NULL: none. */
static inline void
begin(struct bench *b, const char *rules)
{
	struct rule_compile_options c = { .threshold = PRIORITY_DEBUG,
		.no_suggested_output = true };

	if (rules) {
		struct rule_loader *l = rule_loader_new(MEMORY);

		assert_non_null(l);
		if (rule_load_text(l, "r.yaml", str_from(rules)))
			fail_msg("%s", rule_loader_problems(l)->diag.what);
		b->rules = rule_compile(l, &c);
		assert_non_null(b->rules);
		rule_loader_free(l);
	}
	b->config.rules = b->rules;
	b->p = pipeline_new(&b->arena, &b->config);
	assert_non_null(b->p);
}

static inline uint64_t
text(struct bench *b, const char *z)
{
	uint64_t addr = BASE + b->used;
	size_t n = strlen(z) + 1;

	assert_true(b->used + n <= sizeof(b->tracee));
	memcpy(b->tracee + b->used, z, n);
	b->used += n;
	return addr;
}

/* --- stops --- */

static inline struct stop
call_of(pid_t tid, enum event_type type, const uint64_t args[6])
{
	struct stop s = { .kind = STOP_ENTRY,
		.abi = ABI_X86_64,
		.tid = tid,
		.nr = (uint32_t)event_info(type)->nr[ABI_X86_64],
		.time_ns = NOW };

	memcpy(s.args, args, sizeof(s.args));
	return s;
}

#define CALL(tid, type, ...) \
	call_of(tid, EVENT_##type, (const uint64_t[6]){ __VA_ARGS__ })

static inline void
decides(struct bench *b, const struct stop *s, enum decision_kind want)
{
	struct decision d = pipeline_stop(b->p, s);

	assert_int_equal(d.kind, want);
}

/* The result of a call that stopped at s. */
static inline void
returns(struct bench *b, const struct stop *s, int64_t result)
{
	struct stop r = *s;

	r.kind = STOP_RESULT;
	r.result = result;
	decides(b, &r, DECIDE_PASS);
}

static inline void
ends(struct bench *b, pid_t tid)
{
	struct stop s = { .kind = STOP_EXIT,
		.tid = tid,
		.leader = true,
		.time_ns = NOW };

	decides(b, &s, DECIDE_PASS);
}

static inline void
becomes(struct bench *b, pid_t tid, pid_t former, const char *comm,
    const char *cmdline)
{
	struct stop s = { .kind = STOP_EXEC,
		.tid = tid,
		.former_tid = former,
		.time_ns = NOW };
	struct fake_proc *p = fake_find(&b->fake, tid);

	assert_non_null(p);
	p->comm = comm;
	p->cmdline = cmdline;
	p->exe = "/bin/new";
	decides(b, &s, DECIDE_PASS);
}

/* --- what comes out --- */

static inline void
note(struct bench *b, const char *kind, struct str words)
{
	size_t n = strlen(b->seen);

	snprintf(b->seen + n, sizeof(b->seen) - n, "%s%s%.*s", n ? "; " : "",
	    kind, STR_ARG(words));
}

/* All frames since the last time: "Rule: message; Rule: message". */
static inline const char *
drain(struct bench *b)
{
	enum frame_kind kind;
	struct str payload;
	struct alert a;

	b->seen[0] = '\0';
	while (ring_take(b->ring, 0, &kind, &payload) > 0) {
		if (kind == FRAME_ALERT) {
			assert_int_equal(alert_decode(payload, &a), 0);
			note(b, "", a.rule);
			if (a.message.n)
				strcat(b->seen, ": "),
				    strncat(b->seen, a.message.p, a.message.n);
		} else {
			note(b, kind == FRAME_LINE ? "line " : "log ", payload);
		}
		ring_commit(b->ring);
	}
	return b->seen;
}

#endif
