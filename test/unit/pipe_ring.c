/*
 * The ring: order, wrapping, drops, draining, a consumer that dies.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "pipe/ring.h"

#define SIZE ((size_t)1 << 20)

static void
take_is(struct ring *r, const char *text)
{
	enum frame_kind kind;
	struct str s;

	assert_int_equal(ring_take(r, 0, &kind, &s), 1);
	assert_int_equal(kind, FRAME_LINE);
	assert_int_equal(s.n, strlen(text));
	assert_memory_equal(s.p, text, s.n);
}

static void
order_is_kept(void **state)
{
	struct ring *r = ring_new(SIZE);
	enum frame_kind kind;
	struct str s;

	(void)state;
	assert_int_equal(ring_take(r, 0, &kind, &s), 0);
	assert_true(ring_put(r, FRAME_LINE, STR("one")));
	assert_true(ring_put(r, FRAME_LINE, STR("")));
	assert_true(ring_put(r, FRAME_LINE, STR("three")));
	take_is(r, "one");
	ring_commit(r);
	take_is(r, "");
	ring_commit(r);
	take_is(r, "three");
	ring_commit(r);
	assert_int_equal(ring_take(r, 0, &kind, &s), 0);
	assert_int_equal(ring_frames(r), 3);
	ring_free(r);
}

static void
uncommitted_frames_come_again(void **state)
{
	struct ring *r = ring_new(SIZE);

	(void)state;
	assert_true(ring_put(r, FRAME_LINE, STR("kept")));
	take_is(r, "kept");
	take_is(r, "kept");
	ring_commit(r);
	assert_true(ring_drain(r, 0));
	ring_free(r);
}

static void
full_ring_drops_and_counts(void **state)
{
	static char big[RING_FRAME_MAX + 1];
	struct ring *r = ring_new(SIZE);
	uint64_t put = 0;
	enum frame_kind kind;
	struct str s;

	(void)state;
	assert_false(ring_put(r, FRAME_LINE, (struct str){ big, sizeof big }));
	assert_int_equal(ring_dropped(r), 1);
	while (ring_put(r, FRAME_LINE, (struct str){ big, 1000 }))
		put++;
	assert_true(put > 1000 && put <= SIZE / 1000);
	assert_int_equal(ring_dropped(r), 2);
	assert_false(ring_drain(r, 1));
	for (uint64_t i = 0; i < put; i++) {
		assert_int_equal(ring_take(r, 0, &kind, &s), 1);
		assert_int_equal(s.n, 1000);
		ring_commit(r);
	}
	assert_int_equal(ring_take(r, 0, &kind, &s), 0);
	ring_free(r);
}

static void
close_ends_after_the_last_frame(void **state)
{
	struct ring *r = ring_new(SIZE);
	enum frame_kind kind;
	struct str s;

	(void)state;
	assert_true(ring_put(r, FRAME_LINE, STR("last")));
	ring_close(r);
	take_is(r, "last");
	ring_commit(r);
	assert_int_equal(ring_take(r, 1000, &kind, &s), ERR_GONE);
	ring_free(r);
}

/* What one consumer could not write, the next one still knows. */
static void
done_only_when_closed_and_committed(void **state)
{
	struct ring *r = ring_new(SIZE);

	(void)state;
	assert_false(ring_is_done(r));
	assert_true(ring_put(r, FRAME_LINE, STR("last")));
	ring_close(r);
	take_is(r, "last");
	assert_false(ring_is_done(r));
	ring_note_unwritten(r);
	ring_commit(r);
	assert_true(ring_is_done(r));
	assert_int_equal(ring_unwritten(r), 1);
	assert_int_equal(ring_dropped(r), 0);
	ring_open(r);
	assert_false(ring_is_done(r));
	ring_free(r);
}

#define MANY 200000

static void *
consume(void *arg)
{
	struct ring *r = arg;
	uintptr_t sum = 0;
	enum frame_kind kind;
	struct str s;
	int n;

	while ((n = ring_take(r, 1000, &kind, &s)) >= 0) {
		uint64_t v;

		if (n == 0)
			continue;
		memcpy(&v, s.p, sizeof v);
		sum += v;
		ring_commit(r);
	}
	return (void *)sum;
}

/* All sizes, so that frames meet the ring's end in every way. */
static void
two_sides_at_once(void **state)
{
	struct ring *r = ring_new(SIZE);
	static char bytes[700];
	uint64_t sum = 0;
	pthread_t t;
	void *got;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, consume, r), 0);
	for (uint64_t i = 0; i < MANY; i++) {
		memcpy(bytes, &i, sizeof i);
		size_t n = 8 + i % (sizeof bytes - 8);
		while (!ring_put(r, FRAME_LINE, (struct str){ bytes, n }))
			ring_drain(r, 100);
		sum += i;
	}
	ring_close(r);
	assert_int_equal(pthread_join(t, &got), 0);
	assert_int_equal((uintptr_t)got, sum);
	ring_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_kept),
		cmocka_unit_test(uncommitted_frames_come_again),
		cmocka_unit_test(full_ring_drops_and_counts),
		cmocka_unit_test(close_ends_after_the_last_frame),
		cmocka_unit_test(done_only_when_closed_and_committed),
		cmocka_unit_test(two_sides_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
