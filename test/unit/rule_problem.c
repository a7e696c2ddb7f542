/*
 * Rule files with mistakes: which problems are found, where they point to, in
 * which words, and that a bad file leaves nothing behind.
 */
#include "rule_files.h"

static void
test_missing_properties(void **state)
{
	(void)state;
	check_error("- rule:\n  desc: b\n", YAML, 1, 3,
	    "Mapping for key 'rule' is empty", "");
	check_error("- rule: a\n  desc: b\n", YAML, 1, 3,
	    "Item has no mapping for key 'condition'", "");
	check_error("- rule: a\n  condition: b\n  desc: b\n", YAML, 1, 3,
	    "Item has no mapping for key 'output'", "");
	check_error("- rule: a\n  condition: b\n  output: c\n", YAML, 1, 3,
	    "Item has no mapping for key 'desc'", "");
	check_error("- rule: a\n  condition: b\n  output: c\n  desc: d\n", YAML,
	    1, 3, "Item has no mapping for key 'priority'", "");
	check_error("- macro: a\n", YAML, 1, 3,
	    "Item has no mapping for key 'condition'", "");
	check_error("- list: a\n", YAML, 1, 3,
	    "Item has no mapping for key 'items'", "");
	check_error("- list: a\n  items: b\n", YAML, 2, 10,
	    "Value is not a sequence", "");
	check_error("- list: a\n  items: [b, [c]]\n", YAML, 2, 14,
	    "Value is not a scalar value", "");
	check_error("- macro: a\n  condition: ''\n", YAML, 2, 14,
	    "Value must be non-empty", "");
	check_error("- macro: a\n  condition: [b]\n", YAML, 2, 14,
	    "Value is not a scalar value", "");
	check_error("- rule: a\n  condition: b\n  output: c\n  desc: d\n"
		    "  priority: high\n",
	    YAML, 5, 13, "Invalid priority", "Emergency");
	check_error(RULE("a", "b") "  enabled: perhaps\n", YAML, 7, 12,
	    "Can't decode", "true or false");
	check_error(RULE("a", "b") "  capture_duration: long\n", YAML, 7, 21,
	    "Can't decode", "");
}

static void
test_keys(void **state)
{
	static const struct want near = { false, "LOAD_UNKNOWN_KEY", 7, 3,
		"Unknown key 'sourc'", "'source'" };
	struct rule_loader *l = load(RULE("r", "evt.type=open") "  sourc: x\n");

	(void)state;
	expect(l, &near);
	rule_loader_free(l);
	check_warning("- list: a\n  items: []\n  priority: info\n",
	    "LOAD_UNKNOWN_KEY", 3, 3, "Unknown key 'priority'");
	check_warning(RULE("r", "evt.type=open") "  output: p\n",
	    "LOAD_UNKNOWN_KEY", 7, 3, "'output' is given twice");
}

static void
test_names(void **state)
{
	(void)state;
	check_warning("- macro: a-b\n  condition: evt.type=open\n",
	    "LOAD_INVALID_MACRO_NAME", 1, 3, "[a-zA-Z]+[a-zA-Z0-9_]*");
	check_warning("- list: a b\n  items: []\n", "LOAD_INVALID_LIST_NAME", 1,
	    3, "List has an invalid name");
	check_warning("- macro: a\n  condition: evt.type=open\n",
	    "LOAD_UNUSED_MACRO", 1, 3, "Macro not referred to");
	check_warning("- list: a\n  items: []\n", "LOAD_UNUSED_LIST", 1, 3,
	    "List not referred to");
}

static void
test_requirements(void **state)
{
	(void)state;
	check("- required_engine_version: 63\n" RULE("r", "evt.type=open"),
	    "evt.type = open");
	check("- required_engine_version: 0.57.0\n" RULE("r", "evt.type=open"),
	    "evt.type = open");
	check("- required_plugin_versions:\n"
	      "  - name: container\n    version: 0.4.0\n"
	      "  - name: other\n    version: 1.0.0\n    alternatives:\n"
	      "    - name: container\n      version: 0.6.1\n" RULE("r",
		  "evt.type=open"),
	    "evt.type = open");
	check_error("- required_engine_version: 64\n", VALIDATE, 1, 3,
	    "Rules require engine version 0.64.0, but engine version is "
	    "0.63.0",
	    "");
	check_error("- required_engine_version: 1.0.0\n", VALIDATE, 1, 3,
	    "Rules require engine version 1.0.0", "");
	check_error("- required_engine_version: 0.57\n", YAML, 1, 3,
	    "Unable to parse engine version", "");
	check_error("- required_plugin_versions:\n"
		    "  - name: container\n    version: 0.7.0\n",
	    VALIDATE, 2, 5, "Plugin requirement not satisfied", "");
	check_error("- required_plugin_versions:\n"
		    "  - name: json\n    version: 0.1.0\n",
	    VALIDATE, 2, 5, "'json' is not built in", "");
}

static void
test_explosions(void **state)
{
	char text[16384];
	struct buf b = buf_fixed(text, sizeof(text));

	(void)state;
	for (int i = 0; i < 40; i++)
		buf_printf(&b, "- list: l%02d\n  items: [l%02d, l%02d]\n", i,
		    i + 1, i + 1);
	buf_zput(&b, RULE("r", "fd.name in (l00)"));
	check_error(buf_cstr(&b), VALIDATE, 81, 3, "longer than", "");
	buf_reset(&b);
	buf_zput(&b, "- macro: m00\n  condition: evt.type=open\n");
	for (int i = 0; i < 40; i++)
		buf_printf(&b, "- macro: m%02d\n  condition: m%02d or m%02d\n",
		    i + 1, i, i);
	buf_zput(&b, RULE("r", "m40"));
	check_error(buf_cstr(&b), CONDITION, 32, 21, "more than 100000", "");
	buf_reset(&b);
	for (int i = 0; i < 150; i++)
		buf_printf(&b, "- list: l%03d\n  items: [l%03d]\n", i, i + 1);
	buf_zput(&b, RULE("r", "fd.name in (l000)"));
	check_error(buf_cstr(&b), VALIDATE, 301, 3, "more than 100 deep", "");
}

static void
test_override_refused(void **state)
{
#define BASE RULE("r", "evt.type=open") "- rule: r\n"
	(void)state;
	check_error(BASE "  append: true\n  condition: and a\n"
			 "  override: {condition: append}\n",
	    YAML, 7, 3, "cannot be used together", "");
	check_error(BASE "  priority: info\n"
			 "  override: {priority: append}\n",
	    YAML, 9, 14, "Key 'priority' cannot be appended to, use", "");
	check_error(BASE "  desc: x\n  override: {desc: extend}\n", YAML, 9, 14,
	    "Invalid override operation for key 'desc': 'extend'", "");
	check_error(BASE "  source: x\n  override: {source: replace}\n", YAML,
	    9, 14, "Key 'source' cannot be overridden", "");
	check_error(BASE "  override: {desc: append}\n", YAML, 7, 3,
	    "An append override for 'desc' was specified but 'desc' is not",
	    "");
	check_error(BASE "  desc: x\n  tags: [t]\n"
			 "  override: {desc: append}\n",
	    YAML, 9, 9, "Unexpected key 'tags': no corresponding entry", "");
	check_error("- rule: abcd\n  desc: x\n  override: {desc: replace}\n",
	    VALIDATE, 1, 3, "An 'override.<key>: replace' to a rule was", "");
	check_error("- macro: m\n  condition: a\n"
		    "  override: {condition: append}\n",
	    VALIDATE, 1, 3, "Macro uses 'append' or", "");
	check_error("- list: l\n  items: [a]\n  override: {items: append}\n",
	    VALIDATE, 1, 3, "List uses 'append' or", "");
#undef BASE
}

static void
test_exceptions_refused(void **state)
{
	(void)state;
	check_error(EXCEPTION("  - name: e\n"), YAML, 8, 5,
	    "Item has no mapping for key 'fields'", "");
	check_error(EXCEPTION("  - fields: [fd.name]\n"), YAML, 8, 5,
	    "Item has no mapping for key 'name'", "");
	check_error(EXCEPTION("  - name: e\n    fields: [fd.nam]\n"), VALIDATE,
	    9, 14, "'fd.nam' is not a supported filter field", "fd.name");
	check_error(EXCEPTION("  - name: e\n    fields: [fd.name, fd.num]\n"
			      "    comps: ['=']\n"),
	    VALIDATE, 8, 5, "Fields and comps lists must have equal length",
	    "");
	check_error(EXCEPTION("  - name: e\n    fields: [fd.name]\n"
			      "    comps: [like]\n"),
	    VALIDATE, 10, 13, "'like' is not a supported comparison", "");
	check_error(EXCEPTION("  - name: e\n    fields: [fd.name]\n"
			      "    comps: [in oneof]\n"),
	    VALIDATE, 10, 13, "'in oneof' is not a supported comparison", "");
	check_error(EXCEPTION("  - name: e\n    fields: fd.name\n"
			      "    comps: startswith\n"),
	    VALIDATE, 10, 12, "compares with one value", "");
	check_error(EXCEPTION("  - name: e\n    fields: [fd.name, fd.num]\n"
			      "    values:\n    - [a]\n"),
	    VALIDATE, 11, 7, "Fields and values lists must have equal", "");
	check_error(EXCEPTION("  - name: e\n    fields: fd.name\n"
			      "    values:\n    - [a]\n"),
	    VALIDATE, 11, 7, "Expected values array to contain a list", "");
	check_warning(EXCEPTION("  - name: e\n    fields: [fd.name]\n"
				"  - name: e\n    fields: [fd.name]\n"),
	    "LOAD_EXCEPTION_NAME_NOT_UNIQUE", 10, 5, "Multiple definitions");
	check_warning(EXCEPTION("  - name: e\n    fields: [fd.name]\n"
				"    value: x\n"),
	    "LOAD_UNKNOWN_KEY", 10, 5, "Unknown key 'value'");
}

static void
test_positions(void **state)
{
	(void)state;
	check_error("- rule: r\n  condition: >\n"
		    "    evt.type = open\n"
		    "    and fd.nmae = x\n"
		    "  output: o\n  desc: d\n  priority: info\n",
	    CONDITION, 4, 9, "nonexistent field fd.nmae", "fd.name");
	check_error("- rule: r\n  condition: |\n"
		    "    evt.type = open and\n"
		    "    \n"
		    "    fd.name = (x)\n"
		    "  output: o\n  desc: d\n  priority: info\n",
	    CONDITION, 5, 15, "expected a string value", "");
	check_error("- rule: r\n  condition: >\n"
		    "    evt.type = open and\n"
		    "  output: o\n  desc: d\n  priority: info\n",
	    CONDITION, 3, 24, "expected a '(' token, a field check", "");
	check_error(RULE("r", "\"fd.name = '\\x41' fd\""), CONDITION, 3, 32,
	    "unexpected token", "");
	/* behind the items of a list, and within them */
	check_error("- list: l\n  items: [x, y, z]\n" RULE("r",
			"fd.name in (l) or fd.nmae=x"),
	    CONDITION, 5, 32, "fd.nmae", NULL);
	check_error(
	    "- list: l\n  items: [x, '(']\n" RULE("r", "fd.num in (w, l)"),
	    CONDITION, 5, 28, "expected a string value", NULL);
	check_error(
	    "- list: l\n  items: []\n" RULE("r", "fd.name in (v, l, w) or x y"),
	    CONDITION, 5, 40, "unexpected token after 'x'", NULL);
	/* in a macro, though a rule uses it */
	check_error(
	    "- macro: m\n  condition: evt.type=open and fd.nmae=x\n" RULE("r",
		"m"),
	    CONDITION, 2, 32, "fd.nmae", NULL);
	check_error(
	    RULE("r", "evt.type=open") "- rule: r\n  condition: and fd.nmae=x\n"
				       "  override: {condition: append}\n",
	    CONDITION, 8, 18, "fd.nmae", NULL);
	check_error(EXCEPTION("  - name: e\n    fields: [fd.num]\n"
			      "    values:\n    - [x]\n"),
	    CONDITION, 11, 8, "", NULL);
	check_error("- rule: r\n  condition: evt.type=open\n  desc: d\n"
		    "  output: >\n    a %evt.type\n    b %evt.tpye c\n"
		    "  priority: info\n",
	    "LOAD_ERR_COMPILE_OUTPUT", 6, 8, "evt.tpye", "evt.type");
}

static void
test_other_file(void **state)
{
	static const struct want undefined = { true, VALIDATE, 2, 18,
		"Undefined macro 'b' used in filter.", NULL };
	struct rule_loader *l =
	    load("- list: l\n  items: [x]\n" RULE("r", "fd.name in (l)"));
	const struct rule_problem *p = rule_loader_problems(l);

	(void)state;
	assert_null(p);
	assert_int_equal(
	    load_more(l, "b.yaml", "- macro: m\n  condition: not b\n"),
	    ERR_INVAL);
	expect(l, &undefined);
	p = rule_loader_problems(l);
	assert_string_equal(p->diag.file, "b.yaml");
	assert_string_equal(p->diag.source, "  condition: not b");
	assert_string_equal(p->item_type, "macro");
	assert_string_equal(p->item_name, "m");
	assert_int_equal(p->load, 1);
	assert_int_equal(p->n_locations, 3);
	assert_string_equal(p->locations[0].type, "rules content");
	assert_string_equal(p->locations[1].type, "macro");
	assert_true(str_eq(p->locations[1].name, STR("m")));
	assert_int_equal(p->locations[1].line, 1);
	assert_string_equal(p->locations[2].type, "condition expression");
	assert_int_equal(p->locations[2].line, 2);
	assert_int_equal(p->locations[2].offset, 28);
	/* a change in one file that breaks a rule of another points there */
	assert_int_equal(load_more(l, "c.yaml", "- list: l\n  items: ['a(']\n"),
	    ERR_INVAL);
	while (p->next)
		p = p->next;
	assert_string_equal(p->diag.file, "a.yaml");
	assert_int_equal(p->diag.line, 5);
	check_condition(l, "r", "fd.name in (x)");
	rule_loader_free(l);
}

static void
test_warnings_once(void **state)
{
	struct rule_loader *l =
	    load("- macro: m\n  condition: evt.type=open\n");
	unsigned n = 0;

	(void)state;
	load_more(l, "b.yaml", RULE("r", "evt.type=open"));
	load_more(l, "c.yaml", RULE("s", "evt.type=open"));
	for (const struct rule_problem *p = rule_loader_problems(l); p;
	     p = p->next)
		n++;
	assert_int_equal(n, 1);
	rule_loader_free(l);
}

static void
test_unreadable(void **state)
{
	struct rule_loader *l = rule_loader_new(CAP);
	const struct rule_problem *p;

	(void)state;
	rule_load_unreadable(l, "a.yaml", ERR_NOENT);
	rule_load_text(l, "b.yaml", STR("- x: y\n"));
	p = rule_loader_problems(l);
	assert_string_equal(rule_code_name(p->code), "LOAD_ERR_FILE_READ");
	assert_string_equal(p->diag.file, "a.yaml");
	assert_int_equal(p->diag.line, 0);
	assert_int_equal(p->load, 0);
	assert_int_equal(p->next->load, 1);
	rule_loader_free(l);
}

static void
test_skip_if_unknown(void **state)
{
	struct rule_loader *l = load(
	    RULE("r", "fd.nmae=x") "  skip-if-unknown-filter: true\n" RULE("s",
		"evt.type=open"));
	static const struct want skipped = { false, "LOAD_UNKNOWN_FILTER", 3,
		14, "fd.nmae", NULL };

	(void)state;
	expect(l, &skipped);
	assert_true(find_rule(l, "r")->skipped);
	assert_false(find_rule(l, "s")->skipped);
	rule_loader_free(l);
	/* other errors stay errors */
	check_error(
	    RULE("r", "fd.num contains x") "  skip-if-unknown-filter: true\n",
	    CONDITION, 3, 14, "", NULL);
}

static void
test_event_types(void **state)
{
	(void)state;
	check_warning("- rule: r\n  condition: fd.num=1\n  desc: d\n"
		      "  output: o\n  priority: info\n",
	    "LOAD_NO_EVTTYPE", 1, 3, "Rule matches too many evt.type values");
	check("- rule: r\n  condition: evt.num=0\n  desc: d\n"
	      "  output: o\n  priority: info\n",
	    "evt.num = 0");
}

/* Every cap either works or says that it is too small. */
static void
test_memory(void **state)
{
	bool worked = false;

	(void)state;
	for (size_t cap = 0; cap < (1u << 19) && !worked; cap += 1500) {
		struct rule_loader *l = rule_loader_new(cap);
		int err = rule_load_text(l, "a.yaml", rule_default_text());
		const struct rule_problem *p = rule_loader_problems(l);

		worked = err == 0;
		if (!worked) {
			assert_int_equal(err, ERR_NOMEM);
			assert_non_null(p);
			assert_non_null(strstr(p->diag.what, "memory"));
			assert_int_equal(rule_loader_count(l), 0);
		}
		rule_loader_free(l);
	}
	assert_true(worked);
}

static void
test_failed_file_leaves_nothing(void **state)
{
	struct rule_loader *l = load(RULE("r", "evt.type=open"));
	static const char bad[] =
	    RULE("s", "evt.type=close") "- rule: r\n  enabled: false\n"
					"- macro: m\n  condition: (\n";

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(load_more(l, "b.yaml", bad), ERR_INVAL);
		assert_int_equal(rule_loader_count(l), 1);
		assert_true(find_rule(l, "r")->enabled);
		assert_int_equal(load_more(l, "c.yaml", "{"), ERR_SYNTAX);
		assert_int_equal(rule_loader_count(l), 1);
	}
	assert_int_equal(load_more(l, "d.yaml", RULE("s", "evt.type=close")),
	    0);
	assert_int_equal(rule_loader_count(l), 2);
	rule_loader_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing_properties),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_requirements),
		cmocka_unit_test(test_explosions),
		cmocka_unit_test(test_override_refused),
		cmocka_unit_test(test_exceptions_refused),
		cmocka_unit_test(test_positions),
		cmocka_unit_test(test_other_file),
		cmocka_unit_test(test_warnings_once),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_skip_if_unknown),
		cmocka_unit_test(test_event_types),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_failed_file_leaves_nothing),
	};

	return cmocka_run_group_tests_name("rule_problem", tests, NULL, NULL);
}
