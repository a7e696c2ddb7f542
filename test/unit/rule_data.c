/*
 * Public conformance data of the condition language, where it is present:
 * which conditions compile, which event types they select, and what they say
 * of an event. FALCO_DATA=DIR; the files and their form are described there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "conf/json.h"
#include "rule/ruleset.h"

#define CAP (64u << 20)

struct data {
	struct arena arena;
	struct yaml_node *cases;
};

/* False when the file is not there. */
static bool
load(struct data *d, const char *name)
{
	const char *dir = getenv("FALCO_DATA");
	char path[512];
	struct diag diag;
	size_t size = 2u << 20;
	char *text;
	FILE *f;

	arena_init(&d->arena, CAP);
	snprintf(path, sizeof(path), "%s/%s.json",
	    dir ? dir : "../shared/data/falco", name);
	f = fopen(path, "re");
	if (!f) {
		print_message("skipped: %s is not there\n", path);
		return false;
	}
	text = arena_bytes(&d->arena, size);
	assert_non_null(text);
	size = fread(text, 1, size, f);
	fclose(f);
	if (json_parse(&d->arena, (struct str){ text, size }, &d->cases,
		&diag) < 0)
		fail_msg("%s: %s", path, diag.what);
	return true;
}

static struct str
text_of(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n && n->kind == YAML_SCALAR ? n->value : STR_NONE;
}

/* --- an event from JSON -------------------------------------------- */

struct event_data {
	struct arena *arena;
	const struct yaml_node *values, *hex;
};

static struct value
typed(struct event_data *e, enum field_type type, const struct yaml_node *n)
{
	struct value v = { .kind = VALUE_STR, .s = n->value };

	if (n->kind == YAML_SEQ) {
		struct value *at = arena_array(e->arena, n->n, sizeof(*at));

		for (size_t i = 0; i < n->n; i++)
			at[i] = typed(e, type, n->items[i]);
		v.kind = VALUE_LIST;
		v.list.at = at;
		v.list.n = n->n;
		return v;
	}
	if (type == FT_IP || type == FT_NET) {
		v.kind = VALUE_IP;
		assert_true(ip_parse(n->value, &v.ip));
	} else if (type == FT_BYTES) {
		v.kind = VALUE_BYTES;
	} else if (!n->quoted && str_to_i64(n->value, &v.i)) {
		v.kind = VALUE_I64;
	} else if (type == FT_BOOL) {
		v.kind = VALUE_BOOL;
		v.b = str_eq(n->value, STR("true"));
	}
	return v;
}

static struct value
from_hex(struct event_data *e, enum field_type type, struct str hex)
{
	char *p = arena_bytes(e->arena, hex.n / 2 + 1);
	struct value v = { .kind = type == FT_BYTES ? VALUE_BYTES : VALUE_STR,
		.s = { p, hex.n / 2 } };

	for (size_t i = 0; i < hex.n / 2; i++) {
		char two[3] = { hex.p[2 * i], hex.p[2 * i + 1], '\0' };

		p[i] = (char)strtoul(two, NULL, 16);
	}
	/* The resolved form of a buffer parameter. */
	if (memchr(p, '\0', v.s.n))
		v.kind = VALUE_BYTES;
	return v;
}

static void
get(void *ctx, const struct field_ref *ref, unsigned lanes, struct value *out)
{
	struct event_data *e = ctx;
	const struct field_info *info = field_info(ref->id);
	char dotted[256], brackets[256];
	const struct yaml_node *n;

	snprintf(dotted, sizeof(dotted), "%s%s%.*s", info->name,
	    ref->has_arg ? "." : "", STR_ARG(ref->key));
	snprintf(brackets, sizeof(brackets), "%s[%.*s]", info->name,
	    STR_ARG(ref->key));
	*out = (struct value){ .kind = VALUE_NONE };
	n = yaml_get(e->values, dotted);
	if (!n)
		n = yaml_get(e->values, brackets);
	if (n)
		*out = typed(e, info->type, n);
	else if (e->hex && (n = yaml_get(e->hex, dotted)))
		*out = from_hex(e, info->type, n->value);
	out->lanes = lanes;
}

/* --- one condition ------------------------------------------------- */

/* NULL when it does not parse or compile; the reason is in r. */
static struct ruleset *
compile(struct arena *a, struct str filter, struct compile_result *r)
{
	struct loaded_rule lr = { .condition = filter };
	struct ruleset *rs;
	bool output;

	*r = (struct compile_result){ .error_at = 0 };
	if (ast_parse(a, filter, 1000, &lr.resolved, &r->diag, &r->error_at) <
	    0)
		return NULL;
	lr.rule.name = lr.rule.desc = lr.rule.output = lr.rule.source = STR("");
	rs = ruleset_new(CAP, 1);
	assert_non_null(rs);
	if (ruleset_add(rs, &lr, false, r, &output) < 0) {
		ruleset_free(rs);
		return NULL;
	}
	assert_int_equal(ruleset_finish(rs), 0);
	return rs;
}

static void
compiles(void **state)
{
	struct data d;
	size_t failed = 0;

	(void)state;
	if (!load(&d, "filter_compile"))
		skip();
	for (size_t i = 0; i < d.cases->n; i++) {
		const struct yaml_node *c = d.cases->items[i];
		struct compile_result r;
		struct ruleset *rs =
		    compile(&d.arena, text_of(c, "filter"), &r);
		bool want = str_eq(text_of(c, "expect"), STR("ok"));
		struct str warnings = text_of(c, "warnings");
		bool warn = str_eq(warnings, STR("1"));

		if (want != !!rs ||
		    (rs && warnings.p && warn != !!r.warnings)) {
			print_message("%.*s: %.*s: %s, %s\n",
			    STR_ARG(text_of(c, "id")),
			    STR_ARG(text_of(c, "filter")),
			    rs ? "compiles" : r.diag.what,
			    r.warnings ? r.warning.what : "no warning");
			failed++;
		}
		ruleset_free(rs);
	}
	print_message("filter_compile: %zu of %zu\n", d.cases->n - failed,
	    d.cases->n);
	arena_reset(&d.arena);
	assert_int_equal(failed, 0);
}

static void
name_set(const struct yaml_node *names, uint64_t set[EVENT_SET_WORDS])
{
	memset(set, 0, EVENT_SET_WORDS * sizeof(*set));
	for (size_t i = 0; i < names->n; i++) {
		enum event_type t = event_by_name(names->items[i]->value);

		assert_int_not_equal(t, EVENT_NONE);
		set[t / 64] |= UINT64_C(1) << t % 64;
	}
}

static void
filter_set(struct arena *a, struct str filter, uint64_t set[EVENT_SET_WORDS])
{
	struct diag diag;
	struct ast *t;
	size_t at;

	if (ast_parse(a, filter, 1000, &t, &diag, &at) < 0)
		fail_msg("%.*s: %s", STR_ARG(filter), diag.what);
	ast_event_types(t, set);
}

static void
wanted_set(struct arena *a, const struct yaml_node *expect,
    uint64_t set[EVENT_SET_WORDS])
{
	uint64_t all[EVENT_SET_WORDS] = { 0 };
	const struct yaml_node *n;

	for (int t = EVENT_NONE + 1; t < EVENT_COUNT; t++)
		all[t / 64] |= UINT64_C(1) << t % 64;
	if (expect->kind == YAML_SCALAR) {
		memcpy(set, all, sizeof(all));
	} else if (expect->kind == YAML_SEQ) {
		name_set(expect, set);
	} else if ((n = yaml_get(expect, "all_except"))) {
		name_set(n, set);
		for (size_t w = 0; w < EVENT_SET_WORDS; w++)
			set[w] ^= all[w];
	} else {
		n = yaml_get(expect, "same_as");
		assert_non_null(n);
		filter_set(a, n->value, set);
	}
}

static void
event_types(void **state)
{
	struct data d;
	size_t failed = 0;

	(void)state;
	if (!load(&d, "filter_evtcodes"))
		skip();
	for (size_t i = 0; i < d.cases->n; i++) {
		const struct yaml_node *c = d.cases->items[i];
		uint64_t want[EVENT_SET_WORDS], got[EVENT_SET_WORDS];

		filter_set(&d.arena, text_of(c, "filter"), got);
		wanted_set(&d.arena, yaml_get(c, "expect"), want);
		if (memcmp(want, got, sizeof(got)) == 0)
			continue;
		print_message("%.*s: %.*s\n", STR_ARG(text_of(c, "id")),
		    STR_ARG(text_of(c, "filter")));
		failed++;
	}
	print_message("filter_evtcodes: %zu of %zu\n", d.cases->n - failed,
	    d.cases->n);
	arena_reset(&d.arena);
	assert_int_equal(failed, 0);
}

static const char *
run(struct data *d, const struct yaml_node *c, struct compile_result *r)
{
	struct event_data e = { .arena = &d->arena };
	struct field_source source = { .get = get, .ctx = &e };
	struct ruleset *rs = compile(&d->arena, text_of(c, "filter"), r);
	struct rule_verdict verdict;
	struct rule_eval *ev;
	struct str type;

	if (!rs)
		return "error";
	e.values = yaml_get(c, "event");
	e.hex = yaml_get(c, "event_hex");
	type = text_of(e.values, "evt.type");
	ev = rule_eval_new(rs);
	assert_non_null(ev);
	rule_eval_event(ev, event_by_name(type), LANE_OK, &source, true,
	    &verdict);
	rule_eval_free(ev);
	ruleset_free(rs);
	return verdict.n && verdict.at[0].sure ? "match" : "nomatch";
}

static void
evaluates(void **state)
{
	struct data d;
	size_t failed = 0;

	(void)state;
	if (!load(&d, "filter_eval"))
		skip();
	for (size_t i = 0; i < d.cases->n; i++) {
		const struct yaml_node *c = d.cases->items[i];
		struct compile_result r;
		const char *got = run(&d, c, &r);

		if (str_eq(text_of(c, "expect"), str_from(got)))
			continue;
		print_message("%.*s: %.*s: %s %s\n", STR_ARG(text_of(c, "id")),
		    STR_ARG(text_of(c, "filter")), got, r.diag.what);
		failed++;
	}
	print_message("filter_eval: %zu of %zu\n", d.cases->n - failed,
	    d.cases->n);
	arena_reset(&d.arena);
	assert_int_equal(failed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compiles),
		cmocka_unit_test(event_types),
		cmocka_unit_test(evaluates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
