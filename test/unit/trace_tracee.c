/* src/trace/tracee.c: the bounded table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "trace/tracee.h"

static void
threads_come_and_go(void **unused)
{
	struct tracee_table t;

	(void)unused;
	assert_int_equal(tracee_table_open(&t, 64, 1), 0);
	for (pid_t tid = 1; tid <= 64; tid++) {
		struct tracee *who = tracee_add(&t, tid, NULL);

		assert_non_null(who);
		who->last = (uint64_t)tid * 10;
	}
	assert_int_equal(t.n, 64);
	for (pid_t tid = 1; tid <= 64; tid += 2)
		tracee_remove(&t, tracee_find(&t, tid));
	assert_int_equal(t.n, 32);
	for (pid_t tid = 1; tid <= 64; tid++) {
		struct tracee *who = tracee_find(&t, tid);

		if (tid % 2)
			assert_null(who);
		else
			assert_int_equal(who->last, tid * 10);
	}
	/* Free slots are used before anybody is evicted. */
	for (pid_t tid = 101; tid <= 132; tid++)
		assert_int_equal(tracee_add(&t, tid, NULL)->last, 0);
	assert_int_equal(t.evicted, 0);
	assert_int_equal(t.n, 64);
	/* The same id again is a new thread. */
	assert_int_equal(tracee_add(&t, 2, NULL)->last, 0);
	assert_int_equal(t.n, 64);
	tracee_rename(&t, tracee_find(&t, 4), 999);
	assert_null(tracee_find(&t, 4));
	assert_int_equal(tracee_find(&t, 999)->last, 40);
	tracee_table_close(&t);
}

static void
the_idle_make_room(void **unused)
{
	struct tracee_table t;
	struct tracee *keep;

	(void)unused;
	assert_int_equal(tracee_table_open(&t, 8, 1), 0);
	for (pid_t tid = 1; tid <= 8; tid++)
		tracee_add(&t, tid, NULL)->flags =
		    tid % 2 ? TRACEE_WANT : TRACEE_LEADER;
	keep = tracee_find(&t, 2);
	for (pid_t tid = 101; tid <= 103; tid++) {
		tracee_add(&t, tid, keep)->flags = TRACEE_WANT;
		assert_ptr_equal(tracee_find(&t, 2), keep);
	}
	assert_int_equal(t.evicted, 3);
	assert_int_equal(t.n, 8);
	for (pid_t tid = 1; tid <= 7; tid += 2)
		assert_non_null(tracee_find(&t, tid));
	/* When something is owed to all, one of them goes, but never keep. */
	for (pid_t tid = 201; tid < 300; tid++) {
		assert_non_null(tracee_add(&t, tid, keep));
		assert_ptr_equal(tracee_find(&t, 2), keep);
		assert_int_equal(t.n, 8);
	}
	tracee_table_close(&t);
}

static void
the_held_stay(void **unused)
{
	struct tracee_table t;

	(void)unused;
	assert_int_equal(tracee_table_open(&t, 4, 1), 0);
	for (pid_t tid = 1; tid <= 4; tid++)
		tracee_add(&t, tid, NULL)->flags = TRACEE_HELD;
	assert_null(tracee_add(&t, 5, NULL));
	assert_int_equal(t.evicted, 0);
	for (pid_t tid = 1; tid <= 4; tid++)
		assert_non_null(tracee_find(&t, tid));
	tracee_table_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_come_and_go),
		cmocka_unit_test(the_idle_make_room),
		cmocka_unit_test(the_held_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
