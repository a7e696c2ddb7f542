/*
 * Arenas: alignment, caps, zeroing, release (the sanitizers watch the rest).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>

#include "base/arena.h"

static bool
is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void
test_growing(void **state)
{
	struct arena a;
	char *p, *big;

	(void)state;
	arena_init(&a, 1 << 20);
	for (int i = 0; i < 1000; i++) {
		p = arena_alloc(&a, 33);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		assert_true(is_zero(p, 33));
		memset(p, 0xaa, 33);
	}
	big = arena_alloc(&a, 300000);
	assert_non_null(big);
	assert_true(is_zero(big, 300000));
	memset(big, 0xaa, 300000);
	assert_true(a.used >= 333000 && a.used <= 1 << 20);
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	assert_non_null(arena_alloc(&a, 1));
	arena_reset(&a);
}

/* Blocks come from the source, go back, and are used again, zeroed. */
static void
test_source(void **state)
{
	static char memory[100000];
	struct arena source, a, b;
	size_t used;
	char *p;

	(void)state;
	arena_fixed(&source, memory, sizeof(memory));
	arena_init_from(&a, &source, 60000);
	for (int i = 0; i < 100; i++) {
		p = arena_alloc(&a, 333);
		assert_true(p >= memory && p + 333 <= memory + sizeof(memory));
		memset(p, 0xaa, 333);
	}
	used = source.used;
	assert_in_range(used, 33300, 60000 + 64);
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	arena_init_from(&b, &source, 60000);
	for (int i = 0; i < 100; i++) {
		p = arena_alloc(&b, 333);
		assert_non_null(p);
		assert_true(is_zero(p, 333));
	}
	assert_int_equal(source.used, used);
	assert_null(arena_alloc(&b, 60000)); /* over its cap */
	assert_null(arena_alloc(&a, 59000)); /* over what source has */
	assert_non_null(arena_alloc(&a, 30000));
	arena_reset(&a);
	arena_reset(&b);
}

/* A small arena does not hold a large block, nor one over its cap. */
static void
test_source_fits(void **state)
{
	static char memory[200000];
	struct arena source, a;

	(void)state;
	arena_fixed(&source, memory, sizeof(memory));
	arena_init_from(&a, &source, 100000);
	assert_non_null(arena_alloc(&a, 90000));
	arena_reset(&a);
	assert_non_null(arena_alloc(&a, 10));
	assert_in_range(a.used, 10, 10000);
	arena_reset(&a);
	arena_init_from(&a, &source, 80000);
	assert_non_null(arena_alloc(&a, 79000));
	assert_in_range(a.used, 79000, 80000);
	arena_reset(&a);
}

static void
test_cap(void **state)
{
	struct arena a;
	size_t got = 0;

	(void)state;
	arena_init(&a, 10000);
	assert_null(arena_alloc(&a, 10000));
	while (arena_bytes(&a, 100))
		got += 100;
	assert_true(got >= 9000 && got <= 10000);
	assert_true(a.used <= 10000);
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_bytes(&a, SIZE_MAX - 8));
	assert_null(arena_array(&a, SIZE_MAX / 2, 3));
	arena_reset(&a);
	assert_non_null(arena_array(&a, 10, 30));
	arena_reset(&a);
}

static void
test_fixed(void **state)
{
	alignas(max_align_t) char memory[256];
	struct arena a;
	char *p;

	(void)state;
	memset(memory, 0xaa, sizeof(memory));
	arena_fixed(&a, memory, sizeof(memory));
	assert_non_null(arena_bytes(&a, 1));
	p = arena_alloc(&a, 40);
	assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
	assert_true(is_zero(p, 40));
	assert_null(arena_alloc(&a, 256));
	assert_non_null(arena_bytes(&a, (size_t)(a.end - a.at)));
	assert_int_equal(a.used, 256);
	assert_null(arena_bytes(&a, 1));
	arena_reset(&a);
	assert_ptr_equal(arena_bytes(&a, 256), memory);
}

static void
test_text(void **state)
{
	struct arena a;
	struct str s;

	(void)state;
	arena_init(&a, 1000);
	s = arena_str(&a, STR("a\0b"));
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	s = arena_str(&a, STR_NONE);
	assert_non_null(s.p);
	assert_int_equal(s.n, 0);
	arena_reset(&a);
	arena_fixed(&a, NULL, 0);
	assert_null(arena_str(&a, STR("")).p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_source_fits),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
