/*
 * JSON of other programs: the same nodes as YAML, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/err.h"
#include "conf/json.h"

static struct arena arena;
static struct diag diag;
static int err;

static const struct yaml_node *
parse(struct str text)
{
	struct yaml_node *node;

	arena_reset(&arena);
	arena_init(&arena, 64 << 20);
	diag_reset(&diag);
	err = json_parse(&arena, text, &node, &diag);
	return node;
}

static int
release(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

static void
expect_text(const struct yaml_node *node, const char *want, bool quoted)
{
	assert_non_null(node);
	assert_int_equal(node->kind, YAML_SCALAR);
	assert_string_equal(node->value.p, want);
	assert_int_equal(node->quoted, quoted);
}

static void
test_tree(void **state)
{
	const struct yaml_node *doc = parse(
	    STR(" {\"DockerId\":\"ab\",\"Limits\":{\"CPU\":0.25,\"Memory\":"
		"512},\"L\":[true,false,null,-1e3,\"\\u00e4\\n\"],"
		"\"DockerId\":\"second\",\"e\":[],\"o\":{}}\n"));
	const struct yaml_node *list;

	(void)state;
	assert_int_equal(err, 0);
	expect_text(yaml_get(doc, "DockerId"), "ab", true);
	expect_text(yaml_get(yaml_get(doc, "Limits"), "CPU"), "0.25", false);
	expect_text(yaml_get(yaml_get(doc, "Limits"), "Memory"), "512", false);
	list = yaml_get(doc, "L");
	assert_int_equal(list->n, 5);
	expect_text(yaml_at(list, 0), "true", false);
	expect_text(yaml_at(list, 1), "false", false);
	assert_int_equal(yaml_at(list, 2)->kind, YAML_NULL);
	expect_text(yaml_at(list, 3), "-1000", false);
	expect_text(yaml_at(list, 4), "\xc3\xa4\n", true);
	expect_text(yaml_duplicate(doc, 0)->value, "second", true);
	assert_int_equal(yaml_get(doc, "e")->kind, YAML_SEQ);
	assert_int_equal(yaml_get(doc, "o")->kind, YAML_MAP);
	assert_int_equal(yaml_get(doc, "o")->n, 0);
	assert_int_equal(doc->line, 0);
	assert_int_equal(doc->depth, 3);
	assert_int_equal(doc->nodes, 22);
}

static void
test_numbers(void **state)
{
	(void)state;
	expect_text(parse(STR("9007199254740992")), "9007199254740992", false);
	expect_text(parse(STR("1e300")), "1.0000000000000001e+300", false);
	expect_text(parse(STR("-0.5")), "-0.5", false);
}

static void
refuse(struct str text, int want, const char *what)
{
	assert_null(parse(text));
	assert_int_equal(err, want);
	assert_string_equal(diag.what, what);
}

static void
test_refused(void **state)
{
	(void)state;
	refuse(STR_NONE, ERR_SYNTAX, "not JSON");
	refuse(STR("  "), ERR_SYNTAX, "not JSON");
	refuse(STR("{\n\"a\":1,\n]"), ERR_SYNTAX, "not JSON");
	assert_int_equal(diag.line, 3);
	refuse(STR("[1,"), ERR_SYNTAX, "not JSON");
	refuse(STR("\"abc"), ERR_SYNTAX, "not JSON");
	refuse(STR("\"abc\\"), ERR_SYNTAX, "not JSON");
	refuse(STR("{} x"), ERR_SYNTAX, "something follows the JSON value");
	assert_int_equal(diag.col, 3);
	refuse(STR("[\"a\\u0000b\"]"), ERR_SYNTAX, "\\u0000 in a string");
	refuse(STR("[1\0]"), ERR_SYNTAX, "a NUL byte");
	/* an escaped backslash before u0000 is not that escape */
	expect_text(parse(STR("\"\\\\u0000\"")), "\\u0000", true);
	expect_text(parse(STR("\"[[\\\"{{\"")), "[[\"{{", true);
}

static void
test_limits(void **state)
{
	size_t n = JSON_MAX_BYTES + 1;
	char *text = malloc(n);
	struct yaml_node *node;
	struct arena small;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', n);
	refuse((struct str){ text, n }, ERR_LIMIT, "larger than 1 MB");
	memset(text, '[', 200);
	memset(text + 200, ']', 200);
	refuse((struct str){ text, 400 }, ERR_LIMIT,
	    "nested deeper than 100 levels");
	assert_int_equal(diag.col, 101);
	assert_non_null(parse((struct str){ text + 100, 200 }));
	free(text);
	for (size_t cap = 0; cap < 9000; cap += 512) {
		arena_init(&small, cap);
		err = json_parse(&small, STR("{\"a\":[1,\"b\",null]}"), &node,
		    &diag);
		assert_int_equal(err == 0, node != NULL);
		assert_true(err == 0 || err == ERR_NOMEM);
		arena_reset(&small);
	}
	assert_int_equal(err, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
