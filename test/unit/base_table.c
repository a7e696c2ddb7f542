/*
 * The bounded table against a plain array as its model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/table.h"

static void
test_basic(void **state)
{
	struct table_cell cells[16] = { { 0 } };
	struct table t;

	(void)state;
	table_init(&t, cells, 16, 42);
	assert_int_equal(table_get(&t, 0), TABLE_NONE);
	assert_false(table_remove(&t, 0));
	assert_true(table_put(&t, 0, 0));
	assert_int_equal(table_get(&t, 0), 0);
	assert_true(table_put(&t, 0, 9));
	assert_int_equal(table_get(&t, 0), 9);
	assert_int_equal(t.used, 1);
	assert_true(table_put(&t, UINT64_MAX, 3));
	assert_false(table_put(&t, 5, TABLE_NONE));
	assert_true(table_remove(&t, 0));
	assert_int_equal(table_get(&t, 0), TABLE_NONE);
	assert_int_equal(table_get(&t, UINT64_MAX), 3);
	assert_int_equal(t.used, 1);
}

static void
test_full(void **state)
{
	static const size_t sizes[] = { 1, 2, 4, 8, 64 };
	struct table_cell cells[64];
	struct table t;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		size_t n = sizes[i], limit = n < 8 ? n - 1 : n / 8 * 7;

		memset(cells, 0, sizeof(cells));
		table_init(&t, cells, n, 1);
		for (uint32_t k = 0; k < limit; k++)
			assert_true(table_put(&t, k, k));
		assert_false(table_put(&t, 1000, 1));
		assert_int_equal(table_get(&t, 1000), TABLE_NONE);
		if (!limit)
			continue;
		assert_true(table_put(&t, 0, 77)); /* replacing still works */
		assert_true(table_remove(&t, 0));
		assert_true(table_put(&t, 1000, 1));
	}
}

/* Long runs and wrap-around happen all the time with 32 cells. */
static void
test_model(void **state)
{
	struct table_cell cells[32] = { { 0 } };
	uint32_t model[64], random = 1, used = 0;
	struct table t;

	(void)state;
	memset(model, 0xff, sizeof(model));
	table_init(&t, cells, 32, 7);
	for (int step = 0; step < 100000; step++) {
		uint32_t key, slot;

		random = random * 1664525 + 1013904223;
		key = random >> 8 & 63;
		slot = random >> 16 & 0xff;
		if (random >> 30) {
			bool fits = model[key] != TABLE_NONE || used < 28;

			assert_int_equal(table_put(&t, key, slot), fits);
			used += fits && model[key] == TABLE_NONE;
			model[key] = fits ? slot : model[key];
		} else {
			assert_int_equal(table_remove(&t, key),
			    model[key] != TABLE_NONE);
			used -= model[key] != TABLE_NONE;
			model[key] = TABLE_NONE;
		}
		assert_int_equal(t.used, used);
		for (uint32_t k = 0; k < 64; k += 1 + (step & 7))
			assert_int_equal(table_get(&t, k), model[k]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
