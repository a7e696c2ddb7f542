/*
 * Compiling conditions: what is refused and in which words, values of every
 * type, sharing in the graph, event types; and whole rule sets from text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rule/ruleset.h"

#define CAP      (64u << 20)
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct fixture {
	struct arena arena;
	struct graph *g;
	struct compile_result r;
};

static int
set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .g = NULL };
	arena_init(&f.arena, CAP);
	f.g = graph_new(&f.arena);
	*state = &f;
	return f.g ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	arena_reset(&f->arena);
	return 0;
}

static int
add(struct fixture *f, const char *condition)
{
	struct diag diag;
	struct ast *t;
	size_t at;

	diag_reset(&diag);
	if (ast_parse(&f->arena, str_from(condition), 1000, &t, &diag, &at) < 0)
		fail_msg("%s: %s", condition, diag.what);
	return graph_add(f->g, t, &f->r);
}

static void
refused(void **state)
{
	static const struct {
		const char *condition, *what;
		size_t at;
		bool unknown;
	} table[] = {
		{ "evt.type=open and proc.nobody=x",
		    "filter_check called with "
		    "nonexistent field proc.nobody",
		    18, true },
		{ "evt.type = opne", "unknown event type opne", 11, true },
		{ "evt.type in (open, opne)", "unknown event type opne", 19,
		    true },
		{ "evt.type.is.opne = 1", "unknown event type opne", 0, true },
		{ "evt.arg.nix = 1", "unknown event argument nix", 0, true },
		{ "evt.rawarg.nix = 1", "unknown event argument nix", 0, true },
		{ "evt.arg = 1", "field 'evt.arg' requires an argument", 0,
		    false },
		{ "proc.name[1] = a", "field 'proc.name' does not take", 0,
		    false },
		{ "proc.aname[x] = a", "takes a number as argument, not 'x'", 0,
		    false },
		{ "proc.name > val(fd.num)", "types of both sides", 16, false },
		{ "proc.name = val(proc.aname)",
		    "'proc.aname' cannot be "
		    "compared with another field",
		    16, false },
		{ "fd.ip = val(fd.sip)", "'fd.ip' cannot be compared", 0,
		    false },
		{ "proc.name pmatch val(fd.name)", "'pmatch' cannot compare", 0,
		    false },
		{ "fd.num contains 1",
		    "'contains' operator not supported for "
		    "numeric filters",
		    0, false },
		{ "evt.is_io < 1",
		    "'<' operator not supported for numeric "
		    "filters",
		    0, false },
		{ "fd.name bcontains 61",
		    "'bcontains' operator not supported "
		    "for string filters",
		    0, false },
		{ "evt.buffer icontains a",
		    "'icontains' operator not supported "
		    "for buffer filters",
		    0, false },
		{ "fd.sip < 1",
		    "'<' operator not supported for ip address and "
		    "network filters",
		    0, false },
		{ "fd.types = file",
		    "'=' operator not supported for list "
		    "filters",
		    0, false },
		{ "fd.num = x", "'x' is not a number", 9, false },
		{ "fd.num = 9223372036854775808", "is not a number", 9, false },
		{ "evt.cpu = 32768", "is not a number", 10, false },
		{ "fd.sport = 65536", "is not a port number or service", 11,
		    false },
		{ "fd.sport = nosuch", "is not a port number or service", 11,
		    false },
		{ "evt.is_io = yes", "'yes' is not true or false", 12, false },
		{ "fd.sip = 10.1", "is not an IP address", 9, false },
		{ "fd.sip = 10.0.0.0/8", "is not an IP address", 9, false },
		{ "fd.snet = 10.0.0.0/33", "is not an IP address or network",
		    10, false },
		{ "fd.snet = 10.0.0.0/", "is not an IP address or network", 10,
		    false },
		{ "evt.buffer bcontains 6", "is not hexadecimal text", 21,
		    false },
		{ "evt.buffer bcontains 6g", "is not hexadecimal text", 21,
		    false },
		{ "proc.name = '\\x00'", "NUL", 12, false },
		{ "proc.name regex '('", "invalid regular expression", 16,
		    false },
		{ "toupper(fd.num) = 1", "'toupper' takes one text", 0, false },
		{ "toupper(proc.aname) = A",
		    "'proc.aname' does not support "
		    "transformers",
		    8, false },
		{ "b64(evt.rawres) = 1", "'b64' takes one text or buffer", 0,
		    false },
		{ "concat(\"a\") = a", "'concat' takes two or more", 0, false },
		{ "join(\"-\", \"a\") = a", "'join' takes a separator", 0,
		    false },
		{ "toupper(proc.name)[1] = a", "only getopt()", 0, false },
		{ "evt.outputtime = 1", "can only be used in an output", 0,
		    false },
		{ "some_macro", "Undefined macro 'some_macro' used in filter.",
		    0, false },
		{ "proc.name in some_list", "undefined list 'some_list'", 13,
		    false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(table); i++) {
		if (add(f, table[i].condition) >= 0)
			fail_msg("%s compiles", table[i].condition);
		if (!strstr(f->r.diag.what, table[i].what) ||
		    f->r.error_at != table[i].at ||
		    f->r.unknown_name != table[i].unknown)
			fail_msg("%s: %zu, %d: %s", table[i].condition,
			    f->r.error_at, f->r.unknown_name, f->r.diag.what);
	}
	assert_true(add(f, "proc.nmae = x") < 0);
	assert_string_equal(f->r.diag.hint, "did you mean 'proc.name'?");
}

static void
accepted(void **state)
{
	static const char *const table[] = { "fd.sport = https",
		"fd.port in (ssh, 8080)", "fd.proto = http", "user.uid = -1",
		"evt.cpu = -32768", "fd.num = 0x10", "proc.env[HOME] = /root",
		"proc.aenv[1] contains a", "proc.aenv[PATH] exists",
		"container.label[a.b/c] = d", "container.label.x = y",
		"evt.arg[0] = a", "evt.arg.flags contains O_CREAT",
		"evt.abspath.src = /a", "evt.abspath = /a",
		"evt.type.is.open = 1", "thread.cgroup.cpu = /",
		"fd.types[3] in (a)", "evt.around[1404996934793590564] = 1",
		"fd.name = ''", "k8s.ns.label.x exists",
		"fd.snet in (10.0.0.0/8, '::1')", "proc.name = val(proc.pname)",
		"fd.name = val(evt.arg.path)", "proc.name in (toupper, a)",
		"len(fd.types[1]) = 0",
		"getopt((proc.name, \"-x\"), \"x:\")[x] = y" };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(table); i++)
		if (add(f, table[i]) < 0)
			fail_msg("%s: %s", table[i], f->r.diag.what);
}

static void
warnings(void **state)
{
	struct fixture *f = *state;

	assert_true(add(f, "proc.name = proc.pname") >= 0);
	assert_int_equal(f->r.warnings, COMPILE_WARN_MISUSED);
	assert_string_equal(f->r.warning.what,
	    "'proc.pname' may be a valid "
	    "field misused as a const string value");
	assert_int_equal(f->r.warning_at, 12);
	assert_true(add(f, "proc.name in ('a', 'toupper( proc.pname)')") >= 0);
	assert_string_equal(f->r.warning.what,
	    "'toupper( proc.pname)' may be "
	    "a valid field transformer misused as a const string value");
	assert_true(
	    add(f, "proc.name in (libc.so.6, a.b, proc.aname[x])") >= 0);
	assert_int_equal(f->r.warnings, 0);
	assert_true(add(f, "proc.name regex ^a.*") >= 0);
	assert_int_equal(f->r.warnings, COMPILE_WARN_REGEX);
	assert_true(add(f, "proc.name regex a.b") >= 0);
	assert_int_equal(f->r.warnings, 0);
	assert_true(add(f, "evt.dir = '<'") >= 0);
	assert_int_equal(f->r.warnings, COMPILE_WARN_DEPRECATED);
	assert_non_null(
	    strstr(f->r.warning.what, "deprecated field 'evt.dir'"));
}

static void
equal_parts_once(void **state)
{
	struct fixture *f = *state;
	int a = add(f, "proc.name = a and fd.num > 1"), b;
	uint32_t nodes;

	assert_true(a > 0);
	nodes = f->g->n_nodes;
	assert_int_equal(add(f, "fd.num > 1 and proc.name = a"), a);
	assert_int_equal(add(f, "fd.num > 0x1 and proc.name == 'a'"), a);
	assert_int_equal(add(f, "fd.num>1 and fd.num>1 and proc.name=a"), a);
	assert_int_equal(add(f, "not (not fd.num > 1 or not proc.name = a)"),
	    a);
	assert_int_equal(f->g->n_nodes, nodes);
	b = add(f, "fd.num > 2 and proc.name = a");
	assert_int_not_equal(b, a);
	assert_int_equal(f->g->n_nodes, nodes + 2);
	assert_int_not_equal(add(f, "fd.num >= 1"), add(f, "fd.num > 1"));
	assert_int_not_equal(add(f, "proc.name = oneof (a)"),
	    add(f, "proc.name = anyof (a)"));
	assert_int_not_equal(add(f, "proc.env[A] = a"),
	    add(f, "proc.env[B] = a"));
	assert_int_equal(add(f, "toupper(proc.name) = A"),
	    add(f, "toupper(proc.name) = A"));
	assert_int_not_equal(add(f, "toupper(proc.name) = A"),
	    add(f, "tolower(proc.name) = A"));
}

static void
constants_fold(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(add(f, "evt.num = 0"), EDGE_FALSE);
	assert_int_equal(add(f, "evt.num > 0"), EDGE_TRUE);
	assert_int_equal(add(f, "not evt.num >= 1"), EDGE_FALSE);
	assert_int_equal(add(f, "evt.num = 0 and proc.name = a"), EDGE_FALSE);
	assert_int_equal(add(f, "evt.num > 0 or proc.name = a"), EDGE_TRUE);
	assert_int_equal(add(f, "proc.name = a and not proc.name = a"),
	    EDGE_FALSE);
	assert_int_equal(add(f, "evt.num = 0 or proc.name = a"),
	    add(f, "proc.name = a"));
	assert_true(add(f, "evt.num > 5") > 1);
}

static bool
has(const uint64_t *set, enum event_type t)
{
	return set[t / 64] >> t % 64 & 1;
}

static void
event_types(void **state)
{
	struct fixture *f = *state;
	uint64_t set[EVENT_SET_WORDS];

	graph_event_types(f->g,
	    add(f, "evt.type in (open, openat) and proc.name = a"), set);
	assert_true(has(set, EVENT_OPEN) && has(set, EVENT_OPENAT));
	assert_false(has(set, EVENT_CONNECT));
	graph_event_types(f->g, add(f, "not (evt.type = open or fd.num = 1)"),
	    set);
	assert_false(has(set, EVENT_OPEN));
	assert_true(has(set, EVENT_CONNECT));
	assert_false(has(set, EVENT_NONE));
	graph_event_types(f->g, add(f, "evt.type = open and evt.num = 0"), set);
	assert_false(has(set, EVENT_OPEN));
}

/* --- rule sets ----------------------------------------------------- */

static const char rules[] =
    "- macro: never_true\n  condition: (evt.num=0)\n"
    "- rule: one\n  desc: d\n  condition: evt.type = open and fd.num > 1\n"
    "  output: a %proc.name b\n  priority: WARNING\n  tags: [z, a]\n"
    "- rule: two\n  desc: d\n  condition: evt.type = connect and never_true\n"
    "  output: x\n  priority: CRITICAL\n"
    "- rule: three\n  desc: d\n  condition: evt.type = bind and user.name = x\n"
    "  output: x\n  priority: ERROR\n  enabled: false\n"
    "- rule: four\n  desc: d\n  condition: evt.type = mkdir\n"
    "  output: x\n  priority: DEBUG\n";

static struct ruleset *
compile(struct rule_loader *l, enum rule_priority threshold)
{
	struct rule_compile_options o = { .threshold = threshold };

	return rule_compile(l, &o);
}

static void
whole_sets(void **state)
{
	struct rule_loader *l = rule_loader_new(CAP);
	struct ruleset *all, *some;

	(void)state;
	assert_int_equal(rule_load_text(l, "test.yaml", str_from(rules)), 0);
	all = compile(l, PRIORITY_DEBUG);
	some = compile(l, PRIORITY_WARNING);
	rule_loader_free(l); /* what is compiled stands alone */
	assert_int_equal(ruleset_count(all), 3);
	assert_int_equal(ruleset_count(some), 2);
	assert_true(str_eq(ruleset_rule(all, 0)->name, STR("one")));
	assert_true(str_eq(ruleset_rule(all, 2)->name, STR("four")));
	assert_int_equal(ruleset_rule(all, 0)->n_tags, 2);
	assert_true(str_eq(ruleset_rule(all, 0)->tags[0], STR("a")));
	assert_true(ruleset_wants(all, EVENT_OPEN));
	assert_true(ruleset_wants(all, EVENT_MKDIR));
	assert_false(ruleset_wants(some, EVENT_MKDIR));
	assert_false(ruleset_wants(all, EVENT_CONNECT)); /* never true */
	assert_false(ruleset_wants(all, EVENT_BIND));    /* not enabled */
	assert_true(ruleset_uses(all, FIELD_FD_NUM));
	assert_true(ruleset_uses(all, FIELD_PROC_NAME));
	assert_true(ruleset_uses(all, FIELD_CONTAINER_ID)); /* suggested */
	assert_false(ruleset_uses(all, FIELD_PROC_PNAME));
	assert_false(ruleset_uses(all, FIELD_USER_NAME)); /* not enabled */
	assert_true(ruleset_hash(all) != ruleset_hash(some));
	assert_in_range(ruleset_bytes(all), 1000, CAP);
	ruleset_free(all);
	ruleset_free(some);
}

/* Compiling takes over what loading checked; loading can still go on. */
static void
loading_goes_on(void **state)
{
	static const char more[] =
	    "- rule: one\n  condition: and evt.arg.flags = x\n"
	    "  override: {condition: append}\n"
	    "- rule: five\n  desc: d\n  condition: evt.type = chdir\n"
	    "  output: '%user.name'\n  priority: DEBUG\n";
	struct rule_loader *l = rule_loader_new(CAP);
	struct ruleset *first, *again, *longer;

	(void)state;
	assert_int_equal(rule_load_text(l, "a", str_from(rules)), 0);
	first = compile(l, PRIORITY_DEBUG);
	assert_int_equal(rule_load_text(l, "b", str_from(more)), 0);
	longer = compile(l, PRIORITY_DEBUG);
	assert_int_equal(ruleset_count(longer), 4);
	assert_true(ruleset_wants(longer, EVENT_OPEN));
	assert_true(ruleset_wants(longer, EVENT_CHDIR));
	assert_true(ruleset_uses(longer, FIELD_EVT_ARG));
	assert_false(ruleset_uses(first, FIELD_EVT_ARG));
	assert_true(rule_load_text(l, "c",
			STR("- rule: six\n  desc: d\n  condition: no.field=1\n"
			    "  output: x\n  priority: DEBUG\n")) < 0);
	again = compile(l, PRIORITY_DEBUG);
	rule_loader_free(l);
	assert_true(ruleset_hash(again) == ruleset_hash(longer));
	assert_true(ruleset_hash(again) != ruleset_hash(first));
	assert_true(ruleset_wants(again, EVENT_CHDIR));
	ruleset_free(again);
	ruleset_free(longer);
	ruleset_free(first);
}

static void
hash_is_of_the_content(void **state)
{
	uint64_t hashes[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct rule_loader *l = rule_loader_new(CAP);
		char text[sizeof(rules)];
		struct ruleset *rs;

		memcpy(text, rules, sizeof(rules));
		if (i == 2)
			*strstr(text, "fd.num > 1") = 'F';
		if (i == 2)
			memcpy(strstr(text, "Fd.num > 1"), "fd.num > 2", 10);
		assert_int_equal(rule_load_text(l, "t", str_from(text)), 0);
		rs = compile(l, PRIORITY_DEBUG);
		assert_non_null(rs);
		hashes[i] = ruleset_hash(rs);
		ruleset_free(rs);
		rule_loader_free(l);
	}
	assert_true(hashes[0] == hashes[1]);
	assert_true(hashes[0] != hashes[2]);
}

static void
memory_is_capped(void **state)
{
	struct loaded_rule lr = { .enabled = true };
	struct compile_result r;
	struct arena a;
	bool output;
	size_t cap;

	(void)state;
	arena_init(&a, CAP);
	lr.rule.name = lr.rule.desc = lr.rule.source = STR("x");
	lr.rule.output = STR("%proc.name %evt.arg.flags");
	lr.condition =
	    STR("evt.type=open and (proc.name in (a, b) or "
		"evt.arg.flags regex 'x+' or toupper(fd.name)=A) and fd.num=1");
	assert_int_equal(ast_parse(&a, lr.condition, 100, &lr.resolved, &r.diag,
			     &r.error_at),
	    0);
	/* At every size it either works or says that memory is short. */
	for (cap = 1000; cap < 300000; cap += 1777) {
		struct ruleset *rs = ruleset_new(cap, 1);
		int err =
		    rs ? ruleset_add(rs, &lr, true, &r, &output) : ERR_NOMEM;

		if (!err)
			err = ruleset_finish(rs);
		assert_true(!err || err == ERR_NOMEM);
		ruleset_free(rs);
		if (!err)
			break;
	}
	assert_in_range(cap, 2000, 290000);
	arena_reset(&a);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(refused),
		WITH(accepted),
		WITH(warnings),
		WITH(equal_parts_once),
		WITH(constants_fold),
		WITH(event_types),
		cmocka_unit_test(whole_sets),
		cmocka_unit_test(loading_goes_on),
		cmocka_unit_test(hash_is_of_the_content),
		cmocka_unit_test(memory_is_capped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
