/*
 * The text pool against a plain model: contents survive, references count,
 * space comes back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "state/text.h"

#define POOL (256 * 1024)

static struct arena arena;
static struct text_pool pool;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena, 4 << 20);
	return text_pool_init(&pool, &arena, POOL) ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

static void
test_counting(void **state)
{
	text_ref a = text_put(&pool, STR("hello"));

	(void)state;
	assert_int_not_equal(a, 0);
	assert_true(str_eq(text_get(&pool, a), STR("hello")));
	assert_int_equal(text_keep(&pool, a), a);
	text_drop(&pool, a);
	assert_true(str_eq(text_get(&pool, a), STR("hello")));
	text_drop(&pool, a);
	assert_int_equal(text_put(&pool, STR("again")), a);
	assert_int_equal(text_put(&pool, STR("")), 0);
	assert_null(text_get(&pool, 0).p);
	text_drop(&pool, 0);
}

static void
test_sizes(void **state)
{
	static char big[TEXT_MAX + 1];

	(void)state;
	memset(big, 'b', sizeof(big));
	assert_int_equal(text_put(&pool, (struct str){ big, TEXT_MAX + 1 }), 0);
	for (size_t n = 1; n <= TEXT_MAX; n += n < 70 ? 1 : 61) {
		text_ref r = text_put(&pool, (struct str){ big, n });

		assert_int_not_equal(r, 0);
		assert_int_equal(text_get(&pool, r).n, n);
		text_drop(&pool, r);
	}
	text_ref r = text_put(&pool, (struct str){ big, TEXT_MAX });
	assert_memory_equal(text_get(&pool, r).p, big, TEXT_MAX);
}

static void
fill_with(size_t n, size_t at_least)
{
	static text_ref refs[POOL / 32];
	static char text[TEXT_MAX];
	size_t count = 0;

	memset(text, 'x', sizeof(text));
	for (text_ref r; (r = text_put(&pool, (struct str){ text, n }));)
		refs[count++] = r;
	assert_true(count >= at_least);
	while (count)
		text_drop(&pool, refs[--count]);
}

/* Pages move between classes: any size can fill the pool after any other. */
static void
test_reuse(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		fill_with(10, POOL / 32);
		fill_with(4000, POOL / 4096);
		fill_with(TEXT_MAX, POOL / TEXT_PAGE * 3);
		fill_with(100, POOL / 128);
	}
}

static void
test_random(void **state)
{
	enum { SLOTS = 200 };
	static struct {
		text_ref ref;
		size_t n;
		char c;
	} model[SLOTS];
	static char text[TEXT_MAX];
	uint32_t seed = 12345;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		seed = seed * 1664525u + 1013904223u;
		size_t slot = seed >> 16 & 0xffff;
		slot %= SLOTS;
		if (model[slot].ref) {
			struct str got = text_get(&pool, model[slot].ref);

			assert_int_equal(got.n, model[slot].n);
			assert_int_equal(got.p[0], model[slot].c);
			assert_int_equal(got.p[got.n - 1], model[slot].c);
			text_drop(&pool, model[slot].ref);
			model[slot].ref = 0;
			continue;
		}
		model[slot].n = 1 + (seed >> 3) % (i % 10 ? 200 : TEXT_MAX);
		model[slot].c = (char)('a' + i % 26);
		memset(text, model[slot].c, model[slot].n);
		model[slot].ref =
		    text_put(&pool, (struct str){ text, model[slot].n });
	}
}

int
main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		ONE(test_counting),
		ONE(test_sizes),
		ONE(test_reuse),
		ONE(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
