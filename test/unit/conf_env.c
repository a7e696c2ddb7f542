/*
 * Environment variables: unset, empty, valid, invalid, oversized, with a
 * newline; secrets; unknown names; words as a shell splits them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "conf/env.h"

static const char *name_set, *value_set;

static const char *
lookup(void *ctx, const char *name)
{
	(void)ctx;
	return name_set && strcmp(name, name_set) == 0 ? value_set : NULL;
}

static int
check(enum conf_env_id id, const char *value, struct diag *d)
{
	diag_reset(d);
	return conf_env_check(conf_env_at(id), str_from(value), d);
}

static void
test_table(void **state)
{
	struct diag d;

	(void)state;
	for (size_t i = 0; i < CONF_ENV_COUNT; i++) {
		const struct conf_env *e = conf_env_at(i);

		assert_ptr_equal(conf_env_find(str_from(e->name)), e);
		assert_int_equal(conf_env_check(e, str_from(e->initial), &d),
		    0);
		assert_true(strlen(e->meaning) > 5);
		assert_true(e->kind != CONF_ENV_CHOICE || e->words);
		assert_true(e->kind != CONF_ENV_NUMBER || e->min < e->max);
	}
	assert_null(conf_env_find(STR("PATH")));
	assert_true(conf_env_at(ENV_SYSDIG_ACCESS_KEY)->secret);
	assert_true(conf_env_at(ENV_SYSDIG_ACCESS_KEY)->idle);
	assert_false(conf_env_at(ENV_SYSDIG_LOGGING)->secret);
}

/* Every variable takes its own kind and refuses what is not. */
static void
test_every_variable(void **state)
{
	static const char *const good[] = {
		[CONF_ENV_TEXT] = "a b/\xc3\xa4:c",
		[CONF_ENV_SWITCH] = " YES\t",
		[CONF_ENV_LEVEL] = "None",
		[CONF_ENV_NUMBER] = " 7 ",
		[CONF_ENV_ADDRESS] = "[::1]:80",
		[CONF_ENV_WORDS] = "-a\n'b c'",
		[CONF_ENV_YAML] = "a: b\nc: d\n",
	};
	static const char *const bad[] = {
		[CONF_ENV_TEXT] = "a\nb",
		[CONF_ENV_SWITCH] = "2",
		[CONF_ENV_LEVEL] = "verbose",
		[CONF_ENV_NUMBER] = "99999999999999999999",
		[CONF_ENV_CHOICE] = "sometimes",
		[CONF_ENV_ADDRESS] = "localhost",
	};
	static char huge[200 * 1024];
	struct diag d;

	(void)state;
	memset(huge, '1', sizeof(huge) - 1);
	for (size_t i = 0; i < CONF_ENV_COUNT; i++) {
		const struct conf_env *e = conf_env_at(i);

		assert_int_equal(check(i, NULL, &d), 0);
		assert_int_equal(check(i, "", &d), 0);
		if (e->kind != CONF_ENV_CHOICE)
			assert_int_equal(check(i, good[e->kind], &d), 0);
		assert_int_equal(check(i, huge, &d), ERR_INVAL);
		assert_true(strncmp(d.what, e->name, strlen(e->name)) == 0);
		assert_true(d.hint[0]);
		if (e->kind == CONF_ENV_WORDS || e->kind == CONF_ENV_YAML)
			continue;
		assert_int_equal(check(i, bad[e->kind], &d), ERR_INVAL);
		assert_int_equal(check(i, "x\ny", &d), ERR_INVAL);
	}
}

static void
test_words_of_switches(void **state)
{
	static const char *const words[] = { "true", "False", "1", "0", "YES",
		"no", "on", "oFF" };
	struct diag d;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(
		    check(ENV_SYSDIG_ENABLE_LOG_FORWARD, words[i], &d), 0);
	assert_int_equal(check(ENV_SYSDIG_ENABLE_LOG_FORWARD, "enabled", &d),
	    ERR_INVAL);
	assert_string_equal(d.what,
	    "SYSDIG_ENABLE_LOG_FORWARD: unusable value "
	    "\"enabled\"");
	assert_string_equal(d.hint,
	    "use one of true, false, 1, 0, yes, no, on, off");
}

static void
test_messages(void **state)
{
	struct diag d;

	(void)state;
	assert_int_equal(check(ENV_SYSDIG_PRIORITY, "SECURITY", &d), 0);
	assert_int_equal(check(ENV_SYSDIG_PRIORITY, "secure", &d), ERR_INVAL);
	assert_string_equal(d.hint, "use one of: availability security");
	assert_int_equal(check(ENV_SYSDIG_LOGGING, "loud", &d), ERR_INVAL);
	assert_string_equal(d.hint,
	    "use one of none, silent, fatal, critical, "
	    "error, warning, notice, info, debug, "
	    "trace");
	assert_int_equal(check(ENV_SYSDIG_ORCHESTRATOR_PORT, "0", &d),
	    ERR_INVAL);
	assert_string_equal(d.hint, "use a whole number from 1 to 65535");
}

static void
test_addresses(void **state)
{
	static const char *const bad[] = { "h", ":1", "h:", "h:0", "h:65536",
		"h:1x", "a b:1", "::1:80", "[::1:80", "h:1\n" };
	struct diag d;

	(void)state;
	assert_int_equal(check(ENV_SYSDIG_LOG_FORWARD_ADDR, "h:65535", &d), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(check(ENV_SYSDIG_LOG_FORWARD_ADDR, bad[i], &d),
		    ERR_INVAL);
}

static void
test_secrets(void **state)
{
	const struct conf_env *key = conf_env_at(ENV_SYSDIG_ACCESS_KEY);
	char text[400], other[400];
	struct buf b = buf_fixed(text, sizeof(text));
	struct buf o = buf_fixed(other, sizeof(other));
	struct diag d;

	(void)state;
	assert_int_equal(check(ENV_SYSDIG_ACCESS_KEY, "hunter2\n", &d),
	    ERR_INVAL);
	assert_null(strstr(d.what, "hunter"));
	assert_null(strstr(d.hint, "hunter"));
	conf_env_show(&b, key, STR("hunter2"));
	assert_null(strstr(buf_cstr(&b), "hunter"));
	assert_non_null(strstr(buf_cstr(&b), "7 bytes"));
	conf_env_show(&o, key, STR("hunter3"));
	assert_string_not_equal(buf_cstr(&b), buf_cstr(&o));
	buf_reset(&b);
	conf_env_show(&b, conf_env_at(ENV_HOSTNAME), STR("web"));
	assert_string_equal(buf_cstr(&b), "HOSTNAME=web");
}

static void
test_values(void **state)
{
	const struct conf_env *e = conf_env_at(ENV_SYSDIG_LOGGING);

	(void)state;
	name_set = "SYSDIG_LOGGING";
	value_set = "NONE";
	assert_string_equal(conf_env_value(e, lookup, NULL), "silent");
	value_set = "loud";
	assert_null(conf_env_value(e, lookup, NULL));
	value_set = "";
	assert_null(conf_env_value(e, lookup, NULL));
	name_set = "SYSDIG_AGENT_NICE_VALUE_INCREMENT";
	assert_int_equal(conf_env_number(ENV_SYSDIG_AGENT_NICE_VALUE_INCREMENT,
			     lookup, NULL),
	    0);
	value_set = " 5 ";
	assert_int_equal(conf_env_number(ENV_SYSDIG_AGENT_NICE_VALUE_INCREMENT,
			     lookup, NULL),
	    5);
	value_set = "-5";
	assert_int_equal(conf_env_number(ENV_SYSDIG_AGENT_NICE_VALUE_INCREMENT,
			     lookup, NULL),
	    0);
	assert_int_equal(
	    conf_env_number(ENV_SYSDIG_ORCHESTRATOR_PORT, lookup, NULL), 6667);
	name_set = NULL;
}

static void
count_bad(void *ctx, const struct diag *d)
{
	struct diag *last = ctx;

	*last = *d;
	last->line++;
}

static void
test_check_all(void **state)
{
	struct diag d;

	(void)state;
	diag_reset(&d);
	name_set = NULL;
	conf_env_check_all(lookup, NULL, count_bad, &d);
	assert_int_equal(d.line, 0);
	name_set = "SYSDIG_SIDECAR";
	value_set = "no";
	conf_env_check_all(lookup, NULL, count_bad, &d);
	assert_string_equal(d.what, "SYSDIG_SIDECAR: unusable value \"no\"");
	name_set = NULL;
}

static void
test_unknown(void **state)
{
	static const char *const environment[] = { "PATH=/bin",
		"SYSDIG_LOGING=info", "SYSDIG_PRIORITY=security",
		"SYSDIG_XYZZY=1", "MY_SYSDIG_X=1", "SYSDIG_", NULL };
	char text[400];
	struct buf b = buf_fixed(text, sizeof(text));

	(void)state;
	assert_int_equal(conf_env_unknown(environment, &b), 3);
	assert_string_equal(buf_cstr(&b),
	    "SYSDIG_LOGING (near SYSDIG_LOGGING) SYSDIG_XYZZY SYSDIG_");
}

static void
expect_words(const char *text, const char *want)
{
	struct arena a;
	char joined[400], **argv;
	struct buf b = buf_fixed(joined, sizeof(joined));
	struct diag d = { .line = 0 };
	size_t n;

	arena_init(&a, 1 << 20);
	assert_int_equal(conf_split_words(&a, str_from(text), &argv, &n, &d),
	    0);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "<%s>", argv[i]);
	assert_null(argv[n]);
	assert_string_equal(buf_cstr(&b), want);
	arena_reset(&a);
}

static void
test_split(void **state)
{
	struct arena a;
	char many[2 * CONF_WORDS_MAX + 3], **argv;
	struct diag d;
	size_t n;

	(void)state;
	expect_words("", "");
	expect_words(" \t\n", "");
	expect_words(" a  b\tc\nd ", "<a><b><c><d>");
	expect_words("'a b'\"c d\"e", "<a bc de>");
	expect_words("'' \"\"", "<><>");
	expect_words("\\  \\'a \\\\", "< ><'a><\\>");
	expect_words("'\\n' \"\\n\\\"\\$\\\\\"", "<\\n><\\n\"$\\>");
	expect_words("a\\\nb \"c\\\nd\" $HOME *", "<ab><cd><$HOME><*>");
	expect_words("a\\", "<a\\>");
	arena_init(&a, 1 << 20);
	assert_int_equal(conf_split_words(&a, STR("a 'b c"), &argv, &n, &d),
	    ERR_SYNTAX);
	assert_string_equal(d.what, "a quote is not closed");
	assert_int_equal(d.col, 3);
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = i % 2 ? ' ' : 'x';
	assert_int_equal(conf_split_words(&a,
			     (struct str){ many, 2 * CONF_WORDS_MAX }, &argv,
			     &n, &d),
	    0);
	assert_int_equal(n, CONF_WORDS_MAX);
	assert_int_equal(conf_split_words(&a,
			     (struct str){ many, sizeof(many) }, &argv, &n, &d),
	    ERR_LIMIT);
	arena_reset(&a);
	arena_init(&a, 100);
	assert_int_equal(conf_split_words(&a, STR("a"), &argv, &n, &d),
	    ERR_NOMEM);
	arena_reset(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_every_variable),
		cmocka_unit_test(test_words_of_switches),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_check_all),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
