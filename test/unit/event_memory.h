/*
 * A tracee's memory for tests: pages at fixed addresses with holes between.
 */
#ifndef TEST_EVENT_MEMORY_H
#define TEST_EVENT_MEMORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "event/event.h"

/* Readable: [PAGES, PAGES + PAGES_SIZE). Everything else faults. */
#define PAGES      UINT64_C(0x10000)
#define PAGES_SIZE 0x4000u
#define HOLE       UINT64_C(0x800000)

struct memory {
	unsigned char bytes[PAGES_SIZE];
	unsigned reads;
	char scratch_bytes[32768];
	struct arena scratch;
	struct mem_reader reader;
	struct event ev;
};

static inline long
memory_read(void *ctx, pid_t tid, uint64_t addr, void *to, size_t n)
{
	struct memory *m = ctx;
	uint64_t left;

	assert_int_equal(tid, 42);
	m->reads++;
	if (addr < PAGES || addr >= PAGES + PAGES_SIZE)
		return ERR_FAULT;
	left = PAGES + PAGES_SIZE - addr;
	if (n > left)
		n = (size_t)left;
	memcpy(to, m->bytes + (addr - PAGES), n);
	return (long)n;
}

static inline void
memory_init(struct memory *m)
{
	memset(m, 0, sizeof(*m));
	m->reader = (struct mem_reader){ memory_read, m };
	arena_fixed(&m->scratch, m->scratch_bytes, sizeof(m->scratch_bytes));
}

/* Puts bytes at offset of the pages and returns their address. */
static inline uint64_t
memory_put(struct memory *m, unsigned offset, const void *bytes, size_t n)
{
	assert_true(offset + n <= PAGES_SIZE);
	memcpy(m->bytes + offset, bytes, n);
	return PAGES + offset;
}

static inline uint64_t
memory_text(struct memory *m, unsigned offset, const char *text)
{
	return memory_put(m, offset, text, strlen(text) + 1);
}

#define ARGS(...) ((const uint64_t[6]){ __VA_ARGS__ })

/* Decodes the call with these arguments; returns what event_decode did. */
static inline int
memory_decode(struct memory *m, enum abi abi, uint32_t nr,
    const uint64_t args[6])
{
	struct stop stop = { .kind = STOP_ENTRY,
		.abi = abi,
		.tid = 42,
		.nr = nr,
		.time_ns = 7 };

	memcpy(stop.args, args, sizeof(stop.args));
	arena_reset(&m->scratch);
	return event_decode(&m->ev, &stop, &m->reader, &m->scratch);
}

static inline void
memory_result(struct memory *m, int64_t result)
{
	event_set_result(&m->ev, result, &m->reader, &m->scratch);
}

/* The call by its own number in the ABI. */
static inline void
memory_call(struct memory *m, enum abi abi, enum event_type type,
    const uint64_t args[6])
{
	int nr = event_info(type)->nr[abi];

	assert_true(nr >= 0);
	assert_int_equal(memory_decode(m, abi, (uint32_t)nr, args), 0);
	assert_int_equal(m->ev.type, type);
}

static inline const struct param *
param(const struct memory *m, const char *name)
{
	int i = event_param_index(m->ev.type, str_from(name));

	assert_in_range(i, 0, EVENT_PARAMS_MAX - 1);
	return &m->ev.params[i];
}

#define assert_text(m, name, text)                                    \
	do {                                                          \
		const struct param *p_ = param(m, name);              \
		assert_int_equal(p_->state, PARAM_KNOWN);             \
		assert_int_equal(p_->s.n, sizeof(text) - 1);          \
		assert_memory_equal(p_->s.p, text, sizeof(text) - 1); \
	} while (0)

#define assert_raw(m, name, value)                                        \
	do {                                                              \
		assert_int_equal(param(m, name)->state, PARAM_KNOWN);     \
		assert_int_equal(param(m, name)->raw, (uint64_t)(value)); \
	} while (0)

#define assert_state(m, name, state_) \
	assert_int_equal(param(m, name)->state, state_)

#endif
