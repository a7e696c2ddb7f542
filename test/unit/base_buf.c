/*
 * Buffers: caps, the sticky failure, and JSON strings of hostile bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

static void
expect(const struct buf *b, struct str want)
{
	assert_int_equal(b->n, want.n);
	assert_memory_equal(b->p, want.p, want.n);
}

static void
test_fixed_is_cut(void **state)
{
	char memory[4];
	struct buf b = buf_fixed(memory, sizeof(memory));

	(void)state;
	buf_zput(&b, "abcd");
	assert_false(b.failed);
	buf_zput(&b, "");
	assert_false(b.failed);
	assert_string_equal(buf_cstr(&b), "abc");
	assert_true(b.failed);
	buf_reset(&b);
	buf_zput(&b, "abcdef");
	expect(&b, STR("abcd"));
	assert_true(b.failed);
	buf_reset(&b);
	assert_int_equal(b.n, 0);
	assert_false(b.failed);
}

/* After a piece was cut, a shorter one must not be glued to it. */
static void
test_failure_sticks(void **state)
{
	char memory[600];
	struct buf b = buf_fixed(memory, sizeof(memory));

	(void)state;
	buf_printf(&b, "%0600d", 1);
	assert_true(b.failed);
	assert_true(b.n < sizeof(memory));
	buf_char(&b, 'y');
	assert_true(str_ends(buf_str(&b), STR("0")));
}

static void
test_growth(void **state)
{
	struct buf b = buf_grow(1000);

	(void)state;
	assert_int_equal(b.size, 0);
	for (int i = 0; i < 1000; i++)
		buf_char(&b, 'a');
	assert_false(b.failed);
	assert_int_equal(b.n, 1000);
	buf_char(&b, 'b');
	assert_true(b.failed);
	assert_int_equal(b.n, 1000);
	assert_int_equal(strlen(buf_cstr(&b)), 999);
	buf_free(&b);
	assert_int_equal(b.n, 0);
	buf_zput(&b, "again");
	assert_string_equal(buf_cstr(&b), "again");
	buf_free(&b);
}

static void
test_no_room_at_all(void **state)
{
	struct buf b = buf_fixed(NULL, 0);

	(void)state;
	assert_string_equal(buf_cstr(&b), "");
	assert_true(b.failed);
	b = buf_grow(0);
	buf_put(&b, NULL, 0);
	assert_false(b.failed);
	buf_char(&b, 'a');
	assert_true(b.failed);
	buf_free(&b);
}

static void
test_numbers(void **state)
{
	char memory[200];
	struct buf b = buf_fixed(memory, sizeof(memory));

	(void)state;
	buf_u64(&b, 0);
	buf_char(&b, ' ');
	buf_u64(&b, UINT64_MAX);
	buf_char(&b, ' ');
	buf_i64(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_i64(&b, INT64_MAX);
	buf_char(&b, ' ');
	buf_hex(&b, 0xabc0);
	buf_char(&b, ' ');
	buf_hex(&b, UINT64_MAX);
	expect(&b,
	    STR("0 18446744073709551615 -9223372036854775808"
		" 9223372036854775807 0xabc0 0xffffffffffffffff"));
}

static void
test_printf(void **state)
{
	char memory[2000], exact[8];
	struct buf b = buf_fixed(memory, sizeof(memory));

	(void)state;
	buf_printf(&b, "%s-%d", "a", 7);
	expect(&b, STR("a-7"));
	buf_printf(&b, "%0900d", 1);
	assert_int_equal(b.n, 903);
	assert_false(b.failed);
	buf_printf(&b, "%01900d", 1);
	assert_true(b.failed);
	assert_true(b.n <= sizeof(memory));
	b = buf_fixed(exact, sizeof(exact));
	buf_printf(&b, "%s", "12345678");
	assert_false(b.failed);
	expect(&b, STR("12345678"));
	buf_reset(&b);
	buf_printf(&b, "%s", "123456789");
	assert_true(b.failed);
	expect(&b, STR("12345678"));
}

static void
expect_json(struct str in, struct str want)
{
	char memory[200];
	struct buf b = buf_fixed(memory, sizeof(memory));

	buf_json_str(&b, in);
	assert_false(b.failed);
	expect(&b, want);
}

#define BAD "\xef\xbf\xbd"

static void
test_json(void **state)
{
	(void)state;
	expect_json(STR_NONE, STR("\"\""));
	expect_json(STR("a\"\\/\b\f\n\r\t"),
	    STR("\"a\\\"\\\\/\\b\\f\\n\\r\\t\""));
	expect_json(STR("\0\x01\x1f\x7f"),
	    STR("\"\\u0000\\u0001\\u001f\x7f\""));
	expect_json(STR("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
	    STR("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""));
}

static void
test_json_broken_utf8(void **state)
{
	(void)state;
	/* stray continuation, overlong, surrogate, over U+10FFFF */
	expect_json(STR("\x80z"), STR("\"" BAD "z\""));
	expect_json(STR("\xc0\xaf"), STR("\"" BAD BAD "\""));
	expect_json(STR("\xed\xa0\x80"), STR("\"" BAD BAD BAD "\""));
	expect_json(STR("\xf4\x90\x80\x80"), STR("\"" BAD BAD BAD BAD "\""));
	expect_json(STR("\xf5\xff"), STR("\"" BAD BAD "\""));
	/* a sequence that breaks off is one error, and so is one at the end */
	expect_json(STR("\xe2\x82z"), STR("\"" BAD "z\""));
	expect_json(STR("\xf0\x9f\x98"), STR("\"" BAD "\""));
	expect_json(STR("\xe2\xc3\xa4"), STR("\"" BAD "\xc3\xa4\""));
}

static void
test_json_is_cut(void **state)
{
	char memory[4];
	struct buf b = buf_fixed(memory, sizeof(memory));

	(void)state;
	buf_json_str(&b, STR("abcdefgh"));
	assert_true(b.failed);
	expect(&b, STR("\"abc"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed_is_cut),
		cmocka_unit_test(test_failure_sticks),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_no_room_at_all),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_printf),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_broken_utf8),
		cmocka_unit_test(test_json_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
