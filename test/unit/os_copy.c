/*
 * The copying of the x86_64 binary, against byte loops: every length around
 * its steps, every overlap, and nothing written outside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "os/copy.h"

#define ROOM   2048
#define MARGIN 64

static const size_t lengths[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23,
	31, 32, 33, 47, 48, 63, 64, 65, 100, 511, 512, 513, 519, 520, 1000,
	1025 };

#define N_LENGTHS (sizeof(lengths) / sizeof(*lengths))

static void
fill(unsigned char *p)
{
	for (size_t i = 0; i < ROOM; i++)
		p[i] = (unsigned char)(i * 7 + i / 256 + 1);
}

static void
test_copy(void **state)
{
	unsigned char from[ROOM], to[ROOM], want[ROOM];

	(void)state;
	fill(from);
	for (size_t k = 0; k < N_LENGTHS; k++)
		for (size_t a = 0; a < 16; a++) {
			size_t n = lengths[k];

			memset(to, 0xee, ROOM);
			memset(want, 0xee, ROOM);
			for (size_t i = 0; i < n; i++)
				want[MARGIN + a + i] = from[3 * a + i];
			assert_ptr_equal(
			    os_copy(to + MARGIN + a, from + 3 * a, n),
			    to + MARGIN + a);
			assert_memory_equal(to, want, ROOM);
		}
}

static void
test_move(void **state)
{
	unsigned char at[ROOM], want[ROOM], before[ROOM];

	(void)state;
	fill(before);
	for (size_t k = 0; k < N_LENGTHS; k++)
		for (int by = -MARGIN; by <= MARGIN; by++) {
			size_t n = lengths[k];
			unsigned char *to = at + MARGIN + by;

			fill(at);
			fill(want);
			for (size_t i = 0; i < n; i++)
				want[(size_t)(MARGIN + by) + i] =
				    before[MARGIN + i];
			assert_ptr_equal(os_move(to, at + MARGIN, n), to);
			assert_memory_equal(at, want, ROOM);
		}
}

static void
test_set(void **state)
{
	unsigned char to[ROOM], want[ROOM];

	(void)state;
	for (size_t k = 0; k < N_LENGTHS; k++)
		for (size_t a = 0; a < 16; a++) {
			size_t n = lengths[k];

			fill(to);
			fill(want);
			for (size_t i = 0; i < n; i++)
				want[MARGIN + a + i] = 0xc5;
			assert_ptr_equal(os_fill(to + MARGIN + a, 0x1c5, n),
			    to + MARGIN + a);
			assert_memory_equal(to, want, ROOM);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
