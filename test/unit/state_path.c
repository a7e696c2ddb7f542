/*
 * Lexical paths: what rules see is what was asked for, cleaned but not
 * resolved.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "state/path.h"

static char memory[64 * 1024];

struct path_case {
	const char *base, *name, *want;
};

static void
test_resolve(void **state)
{
	static const struct path_case cases[] = {
		{ "/tmp/", "a", "/tmp/a" },
		{ "/tmp", "a", "/tmp/a" },
		{ "/", "a", "/a" },
		{ "/tmp/", "/etc/passwd", "/etc/passwd" },
		{ "/tmp/", "/etc/../etc/../etc/shadow", "/etc/shadow" },
		{ "/tmp/", "//etc///passwd/", "/etc/passwd" },
		{ "/tmp/", "./a/./b/.", "/tmp/a/b" },
		{ "/tmp/x/", "../../../../etc/shadow", "/etc/shadow" },
		{ "/tmp/x/", "..", "/tmp" },
		{ "/", "..", "/" },
		{ "/tmp/", "", "/tmp" },
		{ "/a/../b/", "c", "/b/c" },
		{ "", "/", "/" },
		{ "", "///..//.", "/" },
		{ "/tmp/", "...", "/tmp/..." },
		{ "/tmp/", "..a/b..", "/tmp/..a/b.." },
		{ "<UNKNOWN>", "etc/x", "<UNKNOWN>/etc/x" },
		{ "<UNKNOWN>", "../etc/x", "<UNKNOWN>/etc/x" },
		{ "<UNKNOWN>", "a/../../b", "<UNKNOWN>/b" },
		{ "<UNKNOWN>", "/abs", "/abs" },
	};
	struct arena a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct str got;

		arena_fixed(&a, memory, sizeof(memory));
		got = path_resolve(&a, str_from(cases[i].base),
		    str_from(cases[i].name));
		assert_non_null(got.p);
		assert_string_equal(got.p, cases[i].want);
		assert_int_equal(got.n, strlen(cases[i].want));
	}
}

static void
test_overlong(void **state)
{
	static char name[PATH_LIMIT + 10];
	struct arena a;

	(void)state;
	memset(name, 'a', sizeof(name));
	name[0] = '/';
	arena_fixed(&a, memory, sizeof(memory));
	assert_int_equal(
	    path_resolve(&a, STR("/"), (struct str){ name, 1023 }).n, 1023);
	assert_true(
	    str_eq(path_resolve(&a, STR("/"), (struct str){ name, 1024 }),
		PATH_TOO_LONG));
	assert_true(str_eq(path_resolve(&a, (struct str){ name, 600 },
			       (struct str){ name + 1, 600 }),
	    PATH_TOO_LONG));
	assert_int_equal(path_resolve(&a, (struct str){ name, 500 },
			     (struct str){ name + 1, 500 })
			     .n,
	    1001);
}

static void
test_no_room(void **state)
{
	char little[8];
	struct arena a;

	(void)state;
	arena_fixed(&a, little, sizeof(little));
	assert_null(path_resolve(&a, STR("/tmp/"), STR("abcdef")).p);
	assert_null(path_raw(&a, STR("/tmp/abcdef")).p);
}

static void
test_raw(void **state)
{
	struct arena a;

	(void)state;
	arena_fixed(&a, memory, sizeof(memory));
	assert_string_equal(path_raw(&a, STR("//etc//..///etc/./x/")).p,
	    "/etc/../etc/./x/");
	assert_string_equal(path_raw(&a, STR("a/../b")).p, "a/../b");
	assert_string_equal(path_raw(&a, STR("")).p, "");
}

static void
test_parts(void **state)
{
	(void)state;
	assert_true(str_eq(path_directory(STR("/etc/passwd")), STR("/etc")));
	assert_true(str_eq(path_directory(STR("/file")), STR("/")));
	assert_true(str_eq(path_directory(STR("pipe:[1]")), STR("pipe:[1]")));
	assert_true(str_eq(path_last(STR("/etc/passwd")), STR("passwd")));
	assert_true(str_eq(path_last(STR("/")), STR("")));
	assert_true(str_eq(path_last(STR("x")), STR("x")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_overlong),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
