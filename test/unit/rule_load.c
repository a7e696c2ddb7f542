/*
 * Rule files: what reading, merging and resolving make of them.
 */
#include "rule_files.h"

static void
test_documents(void **state)
{
	struct rule_loader *l;

	(void)state;
	l = load("---\n" RULE("a", "evt.type=open") "---\n---\n" RULE("b",
	    "evt.type=close") "...\n");
	check_clean(l);
	assert_int_equal(rule_loader_count(l), 2);
	rule_loader_free(l);
	l = load("");
	check_clean(l);
	rule_loader_free(l);
	check_error("just text", YAML, 1, 1, "Rules content is not yaml", "");
	check_error("a: b", YAML, 1, 1, "not yaml array of objects", "");
	check_error("- a\n", YAML, 1, 3, "Unexpected element type", "");
	check_error("a : b : c", "LOAD_ERR_YAML_PARSE", 1, 7, "", NULL);
	check_error("- rule: a\n\tdesc: b\n", "LOAD_ERR_YAML_PARSE", 2, 1, "",
	    "spaces");
	check_warning("- thing: a\n", "LOAD_UNKNOWN_ITEM", 1, 3, "Unknown");
}

static void
test_properties(void **state)
{
	static const char text[] = "- rule: r\n"
				   "  desc: the words\n"
				   "  condition: evt.type=open\n"
				   "  output: >\n"
				   "    of %evt.type\n"
				   "    and\n"
				   "  priority: eRRor\n"
				   "  tags: [b, a, b]\n"
				   "  enabled: no\n"
				   "  skip-if-unknown-filter: true\n";
	struct rule_loader *l = load(text);
	const struct loaded_rule *r = find_rule(l, "r");

	(void)state;
	check_clean(l);
	assert_true(str_eq(r->rule.desc, STR("the words")));
	assert_true(str_eq(r->rule.output, STR("of %evt.type and")));
	assert_true(str_eq(r->rule.source, STR("syscall")));
	assert_int_equal(r->rule.priority, PRIORITY_ERROR);
	assert_int_equal(r->rule.n_tags, 2);
	assert_true(str_eq(r->rule.tags[0], STR("a")));
	assert_true(str_eq(r->rule.tags[1], STR("b")));
	assert_false(r->enabled);
	assert_true(r->warn_evttypes);
	assert_true(r->skip_if_unknown);
	assert_false(r->skipped);
	rule_loader_free(l);
}

static void
test_macros(void **state)
{
	(void)state;
	check("- macro: a\n  condition: evt.type=open\n"
	      "- macro: b\n  condition: a or evt.type=close\n" RULE("r",
		  "b and not a"),
	    "((evt.type = open or evt.type = close) and not evt.type = open)");
	/* rules see macros that come later, macros do not */
	check(RULE("r", "a") "- macro: a\n  condition: evt.type=open\n",
	    "evt.type = open");
	check_error("- macro: b\n  condition: a\n"
		    "- macro: a\n  condition: evt.type=open\n",
	    VALIDATE, 2, 14, "Undefined macro 'a' used in filter.",
	    "defined later");
	/* the first position, the latest text and view */
	check("- macro: a\n  condition: evt.type=open\n"
	      "- macro: b\n  condition: a\n"
	      "- macro: a\n  condition: evt.type=close\n" RULE("r", "b"),
	    "evt.type = close");
	check_error("- macro: a\n  condition: evt.type=open\n"
		    "- macro: b\n  condition: a\n"
		    "- macro: a\n  condition: b\n",
	    VALIDATE, 4, 14, "reference loop in macro 'a'", "");
	check_error(
	    "- macro: aa_bb\n  condition: evt.type=open\n" RULE("r", "aa_b"),
	    VALIDATE, 5, 14, "Undefined macro 'aa_b'", "'aa_bb'");
	check_error("- list: a\n  items: [x]\n- macro: m\n  condition: not a\n",
	    VALIDATE, 4, 18, "Undefined macro 'x' used in filter.", NULL);
}

static void
test_lists(void **state)
{
	(void)state;
	check("- list: a\n  items: [x, 'y z', '\"q r\"', 7]\n" RULE("r",
		  "fd.name in (a)"),
	    "fd.name in (x, \"y z\", \"q r\", 7)");
	/* between any delimiters, in quotes too, but not within words */
	check("- list: a\n  items: [x]\n" RULE("r",
		  "fd.name=a and fd.name in (aa,a ,a.a,\"v a w\")"),
	    "(fd.name = x and fd.name in (aa, x, a.a, \"v x w\"))");
	check("- list: a\n  items: []\n" RULE("r",
		  "fd.name in (a,x,a , a) or fd.name in (a, a)"),
	    "(fd.name in (x) or fd.name in ())");
	/* earlier lists by item, one level; later ones as text */
	check("- list: a\n  items: [x, b]\n"
	      "- list: b\n  items: [y, a]\n" RULE("r", "fd.name in (b)"),
	    "fd.name in (y, x, b)");
	check("- list: a\n  items: [x, b]\n"
	      "- list: b\n  items: [y]\n" RULE("r", "fd.name in (a)"),
	    "fd.name in (x, y)");
	check(RULE("r", "fd.name in (a)") "- list: a\n  items: [x]\n",
	    "fd.name in (x)");
	/* no list of that name: a text */
	check(RULE("r", "fd.name in a"), "fd.name in (a)");
	check(RULE("r", "fd.name = oneof a"), "fd.name = oneof (a)");
}

static void
test_append(void **state)
{
	static const char base[] = RULE("r",
	    "evt.type=open") "- macro: m\n  condition: evt.type=close\n"
			     "- list: l\n  items: [x]\n" RULE("s",
				 "m and fd.name in (l)");
	struct rule_loader *l = load(base);
	const struct rule_problem *p;
	unsigned deprecated = 0;

	(void)state;
	check_clean(l);
	assert_int_equal(
	    load_more(l, "b.yaml",
		"- rule: r\n  append: true\n  condition: and fd.num=1\n"
		"- macro: m\n  append: true\n  condition: or fd.num=2\n"
		"- list: l\n  append: true\n  items: [y]\n"),
	    0);
	check_condition(l, "r", "(evt.type = open and fd.num = 1)");
	check_condition(l, "s",
	    "((evt.type = close or fd.num = 2) and fd.name in (x, y))");
	for (p = rule_loader_problems(l); p; p = p->next)
		deprecated += p->code == CODE_DEPRECATED_ITEM;
	assert_int_equal(deprecated, 3);
	rule_loader_free(l);
	check_error("- rule: r\n  append: true\n  condition: and a\n", VALIDATE,
	    1, 3, "Rule uses 'append' or 'override.<key>: append' but no", "");
	check_error(RULE("r", "evt.type=open") "- rule: r\n  append: true\n",
	    VALIDATE, 7, 3, "Appended rule must have exceptions or", "");
}

static void
test_override(void **state)
{
	static const char override[] =
	    "- rule: r\n"
	    "  condition: and fd.num=1\n  output: more\n  desc: e\n"
	    "  priority: debug\n  tags: [t]\n  enabled: false\n"
	    "  override:\n"
	    "    condition: append\n    output: append\n    desc: append\n"
	    "    priority: replace\n    tags: append\n    enabled: replace\n"
	    "- macro: m\n  condition: fd.num=2\n"
	    "  override: {condition: replace}\n"
	    "- list: l\n  items: [y]\n  override: {items: append}\n";
	struct rule_loader *l = load(
	    RULE("r", "evt.type=open") "  tags: [s]\n- macro: m\n  condition: "
				       "evt.type=close\n"
				       "- list: l\n  items: [x]\n" RULE("s",
					   "m and fd.name in (l)"));
	const struct loaded_rule *r;

	(void)state;
	assert_int_equal(load_more(l, "b.yaml", override), 0);
	check_clean(l);
	check_condition(l, "r", "(evt.type = open and fd.num = 1)");
	check_condition(l, "s", "(fd.num = 2 and fd.name in (x, y))");
	r = find_rule(l, "r");
	assert_true(str_eq(r->rule.output, STR("o more")));
	assert_true(str_eq(r->rule.desc, STR("d e")));
	assert_int_equal(r->rule.priority, PRIORITY_DEBUG);
	assert_int_equal(r->rule.n_tags, 2);
	assert_false(r->enabled);
	/* its place among the rules stays */
	assert_ptr_equal(r, rule_loader_rule(l, 0));
	rule_loader_free(l);
}

static void
test_toggle(void **state)
{
	struct rule_loader *l =
	    load(RULE("r", "evt.type=open") "- rule: r\n  enabled: false\n");
	static const struct want deprecated = { false, "LOAD_DEPRECATED_ITEM",
		7, 3, "The standalone 'enabled' key usage is deprecated.", "" };

	(void)state;
	expect(l, &deprecated);
	assert_false(find_rule(l, "r")->enabled);
	/* a definition starts anew */
	assert_int_equal(load_more(l, "b.yaml", RULE("r", "evt.type=close")),
	    0);
	assert_true(find_rule(l, "r")->enabled);
	check_condition(l, "r", "evt.type = close");
	rule_loader_free(l);
	check_error("- rule: r\n  enabled: true\n", VALIDATE, 1, 3,
	    "no rule by that name already exists", "");
}

static void
test_source(void **state)
{
	static const char other[] = RULE("r", "ka.verb=x") "  source: k8s\n";
	struct rule_loader *l = load(other);
	static const struct want unknown = { false, "LOAD_UNKNOWN_SOURCE", 1, 3,
		"Unknown source k8s, skipping", "" };

	(void)state;
	expect(l, &unknown);
	assert_true(find_rule(l, "r")->skipped);
	assert_int_equal(
	    load_more(l, "b.yaml", RULE("r", "a") "  source: syscall\n"),
	    ERR_INVAL);
	rule_loader_free(l);
}

static void
test_exceptions(void **state)
{
	(void)state;
	check(EXCEPTION("  - name: e\n    fields: [proc.name, fd.name]\n"
			"    comps: [=, startswith]\n"
			"    values:\n    - [a, /b]\n    - ['c d', e]\n"),
	    "(evt.type = open and not ((proc.name = a and fd.name startswith "
	    "/b) or (proc.name = \"c d\" and fd.name startswith e)))");
	check(EXCEPTION("  - name: e\n    fields: proc.name\n"
			"    values: [a, b c, '\"d e\"']\n"),
	    "(evt.type = open and not proc.name in (a, \"b c\", \"d e\"))");
	check(EXCEPTION("  - name: e\n    fields: fd.name\n    comps: pmatch\n"
			"    values: [/a]\n"),
	    "(evt.type = open and not fd.name pmatch (/a))");
	check("- list: l\n  items: [x, y]\n" EXCEPTION(
		  "  - name: e\n    fields: [proc.name, fd.name]\n"
		  "    comps: [in, contains anyof]\n"
		  "    values:\n    - [(l), [a, b]]\n"),
	    "(evt.type = open and not (proc.name in (x, y) and fd.name "
	    "contains anyof (a, b)))");
	check(EXCEPTION("  - name: e\n    fields: [proc.name]\n"),
	    "evt.type = open");
	check(EXCEPTION("  - name: e\n    fields: [tolower(proc.name)]\n"
			"    values: [[a]]\n"),
	    "(evt.type = open and not tolower(proc.name) = a)");
}

static void
test_exceptions_appended(void **state)
{
	struct rule_loader *l = load(
	    EXCEPTION("  - name: e\n    fields: proc.name\n    values: [a]\n"));

	(void)state;
	assert_int_equal(
	    load_more(l, "b.yaml",
		"- rule: r\n  exceptions:\n  - name: e\n    values: [b]\n"
		"  - name: f\n    fields: [fd.num]\n    comps: ['>']\n"
		"    values: [[3]]\n  override: {exceptions: append}\n"),
	    0);
	check_clean(l);
	check_condition(l, "r",
	    "(evt.type = open and not proc.name in (a, b) and not fd.num > "
	    "3)");
	/* not known and no fields: the file changes nothing */
	assert_int_equal(load_more(l, "c.yaml",
			     "- rule: r\n  exceptions:\n  - name: g\n"
			     "    values: [b]\n"
			     "  override: {exceptions: append}\n"),
	    ERR_INVAL);
	assert_int_equal(
	    load_more(l, "d.yaml",
		"- rule: r\n  exceptions:\n  - name: g\n    fields: fd.name\n"
		"    values: [z]\n  override: {exceptions: replace}\n"),
	    0);
	check_condition(l, "r", "(evt.type = open and not fd.name in (z))");
	rule_loader_free(l);
}

/* What did not change is not parsed again; what depends on a change is. */
static void
test_later_changes(void **state)
{
	struct rule_loader *l =
	    load("- list: names\n  items: [a]\n"
		 "- macro: inner\n  condition: fd.num=1\n"
		 "- macro: m\n"
		 "  condition: inner or proc.name in (names)\n" RULE("r",
		     "evt.type=open and m") RULE("other", "evt.type=bind"));

	(void)state;
	check_condition(l, "r",
	    "(evt.type = open and (fd.num = 1 or proc.name in (a)))");
	assert_int_equal(load_more(l, "b",
			     "- macro: inner\n"
			     "  condition: fd.num=2\n"),
	    0);
	check_condition(l, "r",
	    "(evt.type = open and (fd.num = 2 or proc.name in (a)))");
	/* Fails behind its own changes, which go with it. */
	assert_true(load_more(l, "c",
			"- list: names\n  items: [c]\n"
			"- macro: inner\n"
			"  condition: fd.num=3\n" RULE("bad",
			    "evt.type=open and nothing")) < 0);
	check_condition(l, "r",
	    "(evt.type = open and (fd.num = 2 or proc.name in (a)))");
	assert_int_equal(load_more(l, "d",
			     "- list: names\n  items: [b]\n"
			     "  override: {items: append}\n"),
	    0);
	check_condition(l, "r",
	    "(evt.type = open and (fd.num = 2 or proc.name in (a, b)))");
	check_condition(l, "other", "evt.type = bind");
	/* A later file makes an earlier macro contain itself. */
	assert_true(load_more(l, "e", "- macro: inner\n  condition: m\n") < 0);
	check_condition(l, "r",
	    "(evt.type = open and (fd.num = 2 or proc.name in (a, b)))");
	rule_loader_free(l);
}

/* The same text given again in another place: errors point to the new one. */
static void
test_same_text_elsewhere(void **state)
{
	struct rule_loader *l =
	    load("- macro: m\n  condition: fd.num=1\n" RULE("r",
		"evt.type=open "
		"and m"));
	const struct rule_problem *p;

	(void)state;
	assert_true(load_more(l, "b",
			"\n\n\n" RULE("r",
			    "evt.type=open and m") "- macro: m\n  condition: "
						   "no.field=1\n") < 0);
	p = rule_loader_problems(l);
	while (p && !p->is_error)
		p = p->next;
	assert_non_null(p);
	assert_string_equal(p->diag.file, "b");
	check_condition(l, "r", "(evt.type = open and fd.num = 1)");
	rule_loader_free(l);
}

/* What each change made does not pile up until the cap is reached. */
static void
test_many_changes(void **state)
{
	struct rule_loader *l = rule_loader_new(3u << 20);
	struct buf b = buf_grow(1u << 16);

	(void)state;
	buf_zput(&b, "- list: names\n  items: [a");
	for (int i = 0; i < 1500; i++)
		buf_printf(&b, ", n%d", i);
	buf_zput(&b, "]\n" RULE("r", "evt.type=open"));
	assert_int_equal(load_more(l, "a", buf_cstr(&b)), 0);
	for (int i = 0; i < 100; i++) {
		char text[200];

		snprintf(text, sizeof(text),
		    "- rule: r\n  condition: evt.type=open and "
		    "proc.name in (names, x%d)\n"
		    "  override: {condition: replace}\n",
		    i);
		assert_int_equal(load_more(l, "b", text), 0);
	}
	buf_reset(&b);
	ast_print(&b, find_rule(l, "r")->resolved);
	assert_true(str_ends(buf_str(&b), STR(", n1499, x99))")));
	buf_free(&b);
	rule_loader_free(l);
}

static void
test_embedded_rules(void **state)
{
	const struct rule_compile_options o = { .threshold = PRIORITY_DEBUG };
	struct rule_loader *l = rule_loader_new(CAP);
	struct ruleset *rs;

	(void)state;
	assert_int_equal(rule_load_text(l, "d.yaml", rule_default_text()), 0);
	rs = rule_compile(l, &o);
	check_clean(l);
	assert_non_null(rs);
	assert_true(ruleset_count(rs) >= 14);
	assert_int_equal(ruleset_count(rs), rule_loader_count(l));
	for (size_t i = 0; i < ruleset_count(rs); i++) {
		const struct rule *r = ruleset_rule(rs, i);

		assert_true(r->desc.n > 20);
		assert_true(r->n_tags >= 2);
		assert_true(str_find(r->output, STR("%proc.")) >= 0);
	}
	ruleset_free(rs);
	rule_loader_free(l);
}

static void
test_priorities(void **state)
{
	enum rule_priority p;

	(void)state;
	for (int i = PRIORITY_EMERGENCY; i <= PRIORITY_DEBUG; i++) {
		assert_true(rule_priority_parse(
		    str_from(rule_priority_name((enum rule_priority)i)), &p));
		assert_int_equal(p, i);
	}
	assert_true(rule_priority_parse(STR("INFO"), &p));
	assert_int_equal(p, PRIORITY_INFORMATIONAL);
	assert_false(rule_priority_parse(STR("high"), &p));
	assert_false(rule_priority_parse(STR(""), &p));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_macros),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_override),
		cmocka_unit_test(test_toggle),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_exceptions_appended),
		cmocka_unit_test(test_later_changes),
		cmocka_unit_test(test_same_text_elsewhere),
		cmocka_unit_test(test_many_changes),
		cmocka_unit_test(test_embedded_rules),
		cmocka_unit_test(test_priorities),
	};

	return cmocka_run_group_tests_name("rule_load", tests, NULL, NULL);
}
