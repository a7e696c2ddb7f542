/*
 * Borrowed text: every function at its edges (empty, NULL, exact fit).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

static void
test_compare(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NONE, STR("")));
	assert_true(str_eq(STR("a\0b"), STR("a\0b")));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
	assert_true(str_eq_nocase(STR("OpenAT"), STR("openat")));
	assert_false(str_eq_nocase(STR("["), STR("{")));
	assert_false(str_eq_nocase(STR("\xc4"), STR("\xe4")));
}

static void
test_prefixes(void **state)
{
	(void)state;
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), STR("")));
	assert_false(str_starts(STR("ab"), STR("abc")));
	assert_true(str_ends(STR("abc"), STR("bc")));
	assert_false(str_ends(STR("bc"), STR("abc")));
	assert_false(str_ends(STR("abd"), STR("bc")));
}

static void
test_search(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("aab"), STR("ab")), 1);
	assert_int_equal(str_find(STR("aab"), STR("")), 0);
	assert_int_equal(str_find(STR_NONE, STR("a")), -1);
	assert_int_equal(str_find(STR("a\0b"), STR("\0b")), 1);
	assert_int_equal(str_find_nocase(STR("xPaSs"), STR("pass")), 1);
	assert_int_equal(str_find_nocase(STR("pas"), STR("pass")), -1);
	assert_int_equal(str_find_nocase(STR_NONE, STR("")), 0);
	assert_int_equal(str_find_char(STR("abca"), 'a'), 0);
	assert_int_equal(str_rfind_char(STR("abca"), 'a'), 3);
	assert_int_equal(str_find_char(STR_NONE, 'a'), -1);
	assert_int_equal(str_rfind_char(STR("b"), 'a'), -1);
}

static void
test_pieces(void **state)
{
	struct str rest = STR("a,,b,"), piece;

	(void)state;
	assert_true(str_eq(str_sub(STR("abc"), 1, 99), STR("bc")));
	assert_true(str_eq(str_sub(STR("abc"), 2, 1), STR("")));
	assert_true(str_eq(str_sub(STR("abc"), 9, 12), STR("")));
	assert_true(str_eq(str_trim(STR(" \t\na b\r\v\f")), STR("a b")));
	assert_int_equal(str_trim(STR(" \n ")).n, 0);
	assert_true(str_split(&rest, ',', &piece) && str_eq(piece, STR("a")));
	assert_true(str_split(&rest, ',', &piece) && piece.n == 0);
	assert_true(str_split(&rest, ',', &piece) && str_eq(piece, STR("b")));
	assert_true(str_split(&rest, ',', &piece) && piece.n == 0);
	assert_false(str_split(&rest, ',', &piece));
}

static void
test_numbers(void **state)
{
	uint64_t u = 7;
	int64_t i = 7;

	(void)state;
	assert_true(str_to_u64(STR("18446744073709551615"), &u));
	assert_true(u == UINT64_MAX);
	assert_false(str_to_u64(STR("18446744073709551616"), &u));
	assert_true(str_to_u64(STR("0xfFfFfFfFfFfFfFfF"), &u));
	assert_true(u == UINT64_MAX);
	assert_false(str_to_u64(STR("0x10000000000000000"), &u));
	assert_false(str_to_u64(STR("0x"), &u));
	assert_false(str_to_u64(STR(""), &u));
	assert_false(str_to_u64(STR("-1"), &u));
	assert_false(str_to_u64(STR("1 "), &u));
	assert_false(str_to_u64(STR("1a"), &u));
	assert_true(str_to_i64(STR("-9223372036854775808"), &i));
	assert_true(i == INT64_MIN);
	assert_false(str_to_i64(STR("-9223372036854775809"), &i));
	assert_false(str_to_i64(STR("9223372036854775808"), &i));
	assert_true(str_to_i64(STR("+12"), &i));
	assert_int_equal(i, 12);
	assert_false(str_to_i64(STR("--1"), &i));
	assert_int_equal(i, 12);
}

static void
test_switches(void **state)
{
	static const char *const words[] = { "false", "0", "No", "OFF", "True",
		"1", "yes", "oN" };
	bool on;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		on = i < 4;
		assert_true(str_to_switch(str_from(words[i]), &on));
		assert_int_equal(on, i >= 4);
	}
	assert_false(str_to_switch(STR("y"), &on));
	assert_false(str_to_switch(STR(""), &on));
	assert_false(str_to_switch(STR("true "), &on));
}

/* The published FNV-1a test vectors. */
static void
test_hash(void **state)
{
	(void)state;
	assert_true(str_hash(STR(""), 0) == UINT64_C(0xcbf29ce484222325));
	assert_true(str_hash(STR("foobar"), 0) == UINT64_C(0x85944171f73967e8));
	assert_true(str_hash(STR("foobar"), 1) != str_hash(STR("foobar"), 0));
}

static void
test_distance(void **state)
{
	char text[200];
	struct str a = { text, 150 }, b = { text, 151 };

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 9), 3);
	assert_int_equal(str_distance(STR("ab"), STR("ba"), 9), 1);
	assert_int_equal(str_distance(STR("abcdef"), STR("abcdfe"), 1), 1);
	assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 2), 3);
	assert_int_equal(str_distance(STR("aaaaaaaa"), STR("bbbbbbbb"), 2), 3);
	assert_int_equal(str_distance(STR(""), STR("abc"), 3), 3);
	assert_int_equal(str_distance(a, a, 2), 0);
	assert_int_equal(str_distance(a, b, 2), 3);
}

static void
test_nearest(void **state)
{
	static const char *const names[] = { "proc.pname", "proc.name",
		"fd.name", "evt.type" };

	(void)state;
	assert_string_equal(str_nearest(STR("proc.nam"), names, 4),
	    "proc.name");
	assert_string_equal(str_nearest(STR("proc.pname"), names, 4),
	    "proc.pname");
	assert_null(str_nearest(STR("container.id"), names, 4));
	assert_null(str_nearest(STR(""), names, 4));
	assert_null(str_nearest(STR("proc.name"), names, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
