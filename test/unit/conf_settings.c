/*
 * SYSDIG_EXTRA_CONF: every key, every warning, and who wins over whom.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "conf/settings.h"

static struct arena arena;
static struct settings s;
static struct diag first;
static int warnings;

static void
on_warning(void *ctx, const struct diag *d)
{
	(void)ctx;
	if (!warnings++)
		first = *d;
}

static void
parse(const char *text)
{
	arena_reset(&arena);
	arena_init(&arena, 4 << 20);
	diag_reset(&first);
	warnings = 0;
	settings_init(&s);
	settings_parse(&s, &arena, "SYSDIG_EXTRA_CONF", str_from(text),
	    on_warning, NULL);
}

static int
release(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

static void
expect_str(struct str got, const char *want)
{
	assert_int_equal(got.n, strlen(want));
	assert_memory_equal(got.p, want, got.n);
}

static void
test_defaults(void **state)
{
	(void)state;
	parse("");
	assert_int_equal(warnings, 0);
	assert_false(s.run_without_policies);
	assert_int_equal(s.policies_timeout_s, -1);
	assert_int_equal(s.console_priority, -1);
	assert_int_equal(s.priority, -1);
	assert_true(s.json_include_output_property);
	assert_false(s.json_include_message_property);
	assert_int_equal(s.container.privileged, -1);
	assert_false(s.all_matches);
	parse("---\n---\nagentino:\n");
	assert_int_equal(warnings, 0);
	parse("rule_matching: some\n");
	assert_int_equal(warnings, 1);
	assert_false(s.all_matches);
}

static void
test_all_keys(void **state)
{
	(void)state;
	parse("agentino:\n"
	      "  run_without_policies: true\n"
	      "  delay_startup_until_policies_timeout_s: 30\n"
	      "log: {file_priority: none, console_priority: Debug}\n"
	      "json_output: true\n"
	      "time_format_iso_8601: yes\n"
	      "rules_files: [/a.yaml, /b]\n"
	      "priority: Info\n"
	      "rule_matching: all\n"
	      "json_include_output_property: false\n"
	      "json_include_tags_property: false\n"
	      "json_include_output_fields_property: false\n"
	      "json_include_message_property: true\n");
	assert_int_equal(warnings, 0);
	assert_true(s.run_without_policies);
	assert_int_equal(s.policies_timeout_s, 30);
	assert_int_equal(s.file_priority, LOG_SILENT);
	assert_int_equal(s.console_priority, LOG_DEBUG);
	assert_int_equal(s.json_output, 1);
	assert_true(s.time_format_iso_8601);
	assert_int_equal(s.n_rules_files, 2);
	expect_str(s.rules_files[1], "/b");
	assert_string_equal(s.rules_list, "/a.yaml:/b");
	assert_int_equal(s.priority, 6);
	assert_true(s.all_matches);
	assert_false(s.json_include_output_property);
	assert_false(s.json_include_tags_property);
	assert_false(s.json_include_output_fields_property);
	assert_true(s.json_include_message_property);
}

static void
test_json_and_dots(void **state)
{
	(void)state;
	parse("{\"agentino\": {\"run_without_policies\": true},"
	      " \"log.console_priority\": \"error\","
	      " \"rules_files\": \"/one\"}");
	assert_int_equal(warnings, 0);
	assert_true(s.run_without_policies);
	assert_int_equal(s.console_priority, LOG_ERROR);
	assert_string_equal(s.rules_list, "/one");
}

static void
test_container(void **state)
{
	(void)state;
	parse("container:\n"
	      "  id: 3ad7b26ded6d\n"
	      "  full_id: 3ad7\n"
	      "  name: web\n"
	      "  image: r/web:1\n"
	      "  image_id: 6d54\n"
	      "  privileged: no\n"
	      "  labels: {team: shop, n: 1}\n"
	      "  mounts:\n"
	      "    - {source: /srv, dest: /d, mode: ro, rdwr: 'false',"
	      " propagation: x}\n"
	      "    - {dest: /e}\n");
	assert_int_equal(warnings, 0);
	expect_str(s.container.id, "3ad7b26ded6d");
	expect_str(s.container.full_id, "3ad7");
	expect_str(s.container.name, "web");
	expect_str(s.container.image, "r/web:1");
	expect_str(s.container.image_id, "6d54");
	assert_int_equal(s.container.privileged, 0);
	assert_int_equal(s.container.n_labels, 2);
	expect_str(s.container.labels[1].key, "n");
	expect_str(s.container.labels[1].value, "1");
	assert_int_equal(s.container.n_mounts, 2);
	expect_str(s.container.mounts[0].mode, "ro");
	expect_str(s.container.mounts[0].propagation, "x");
	expect_str(s.container.mounts[1].dest, "/e");
}

static void
expect_warning(const char *text, int n, unsigned line, unsigned col,
    const char *what)
{
	parse(text);
	assert_string_equal(first.what, what);
	assert_string_equal(first.file, "SYSDIG_EXTRA_CONF");
	assert_int_equal(first.line, line);
	assert_int_equal(first.col, col);
	assert_int_equal(warnings, n);
}

static void
test_unknown_keys(void **state)
{
	(void)state;
	expect_warning("a: 1\njson_output: true\n", 1, 1, 1,
	    "unknown key \"a\"");
	assert_int_equal(s.json_output, 1);
	expect_warning("json_ouput: true\n", 1, 1, 1,
	    "unknown key \"json_ouput\"; did you mean \"json_output\"?");
	expect_warning("container:\n  nmae: x\n", 1, 2, 3,
	    "unknown key \"container.nmae\"; did you mean \"container.name\"?");
	expect_warning("container: web\n", 1, 1, 12,
	    "container must be a map, not text");
	expect_warning("contain: web\n", 1, 1, 1, "unknown key \"contain\"");
	expect_warning("? [a]\n: b\n", 1, 1, 3, "unknown key \"\"");
	expect_warning("agentino: {? [a] : b}\n", 1, 1, 14,
	    "unknown key \"agentino.\"");
	expect_warning("capture_controller: {check_interval_ms: 5}\n", 1, 1, 21,
	    "capture_controller is not used by this version");
	expect_warning("http_proxy: {proxy_host: h}\n", 1, 1, 13,
	    "http_proxy is not used by this version");
}

static void
test_bad_values(void **state)
{
	(void)state;
	expect_warning("json_output: maybe\n", 1, 1, 14,
	    "json_output: \"maybe\" is neither true nor false");
	assert_int_equal(s.json_output, -1);
	expect_warning("agentino: {delay_startup_until_policies_timeout_s: -1}",
	    1, 1, 52,
	    "agentino.delay_startup_until_policies_timeout_s: \"-1\" is not a "
	    "whole number from 0 to 86400");
	expect_warning("log: {console_priority: loud}", 1, 1, 25,
	    "log.console_priority: \"loud\" is not a level");
	expect_warning("log: {console_priority: [a]}", 1, 1, 25,
	    "log.console_priority must be text, not a list");
	expect_warning("priority: high", 1, 1, 11,
	    "priority: \"high\" is not a priority");
	expect_warning("priority:", 1, 1, 10, "priority has no value");
	expect_warning("rules_files: [a, [], 'b:c', '', d]\n", 3, 1, 18,
	    "rules_files must be text, not a list");
	assert_string_equal(s.rules_list, "a:d");
	expect_warning("container: {labels: [a]}\n", 1, 1, 21,
	    "container.labels must be a map, not a list");
	expect_warning("container: {labels: {a: [], b: c}}\n", 1, 1, 25,
	    "container.labels must be text, not a list");
	assert_int_equal(s.container.n_labels, 1);
	expect_warning("container: {mounts: {a: b}}\n", 1, 1, 21,
	    "container.mounts must be a list, not a map");
	expect_warning("container: {mounts: [{mode: x}, {source: [], dest: d}"
		       "]}\n",
	    2, 1, 22, "container.mounts: neither source nor dest");
	assert_int_equal(s.container.n_mounts, 1);
	expect_str(s.container.mounts[0].dest, "d");
	expect_str(s.container.mounts[0].mode, "");
}

static void
test_bad_texts(void **state)
{
	char many[8000];
	struct buf b = buf_fixed(many, sizeof(many));

	(void)state;
	expect_warning("a: b: c\n", 1, 1, 5,
	    "mapping values are not allowed in this context");
	expect_warning("[a]\n", 1, 1, 1,
	    "the configuration must be a map, not a list");
	expect_warning("json_output: true\njson_output: false\n", 1, 2, 1,
	    "\"json_output\" is given twice: the first one counts");
	assert_int_equal(s.json_output, 1);
	buf_zput(&b, "rules_files: [");
	for (int i = 0; i <= SETTINGS_RULES_MAX; i++)
		buf_printf(&b, "f%d, ", i);
	buf_zput(&b, "]\n");
	expect_warning(buf_cstr(&b), 1, 1, 14,
	    "rules_files: more than 32 files");
	buf_reset(&b);
	buf_zput(&b, "container: {labels: {");
	for (int i = 0; i <= SETTINGS_PAIRS_MAX; i++)
		buf_printf(&b, "l%d: v, ", i);
	buf_zput(&b, "}}\n");
	expect_warning(buf_cstr(&b), 1, 1, 21,
	    "container.labels: more than 256 items");
	buf_reset(&b);
	buf_printf(&b, "container: {? \"%0400d\" : 1}\n", 0);
	parse(buf_cstr(&b));
	assert_int_equal(warnings, 1);
}

static const char *
environment(void *ctx, const char *name)
{
	const char *const *pair = ctx;

	return strcmp(name, pair[0]) == 0 ? pair[1] : NULL;
}

static const char *
look(const char *name, const char *value)
{
	const char *pair[] = { name, value };
	struct settings_sources from = { environment, pair, &s };

	return settings_lookup(&from, name);
}

static void
test_precedence(void **state)
{
	(void)state;
	parse("log: {file_priority: error}\njson_output: true\n"
	      "rules_files: [/a, /b]\n");
	assert_string_equal(look("SYSDIG_LOGGING", NULL), "error");
	assert_string_equal(look("SYSDIG_LOGGING", ""), "error");
	assert_string_equal(look("SYSDIG_LOGGING", "loud"), "error");
	assert_string_equal(look("SYSDIG_LOGGING", "none"), "silent");
	assert_string_equal(look("SYSDIG_SL_FORMAT", NULL), "json");
	assert_string_equal(look("SYSDIG_SL_FORMAT", "text"), "text");
	assert_string_equal(look("SYSDIG_SL_RULES", NULL), "/a:/b");
	assert_string_equal(look("SYSDIG_SL_RULES", "/c"), "/c");
	assert_null(look("SYSDIG_SL_OUTPUT", NULL));
	assert_string_equal(look("NOT_IN_THE_TABLE", "x"), "x");
	parse("log: {file_priority: error, console_priority: none}\n"
	      "json_output: false\n");
	assert_string_equal(look("SYSDIG_LOGGING", NULL), "silent");
	assert_string_equal(look("SYSDIG_SL_FORMAT", NULL), "text");
	parse("");
	assert_null(look("SYSDIG_LOGGING", NULL));
	assert_null(look("SYSDIG_SL_FORMAT", NULL));
	assert_null(look("SYSDIG_SL_RULES", NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_all_keys),
		cmocka_unit_test(test_json_and_dots),
		cmocka_unit_test(test_container),
		cmocka_unit_test(test_unknown_keys),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_precedence),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
