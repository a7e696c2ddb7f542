/*
 * What a caller of evaluation sees: lanes, order, first match, suppositions,
 * how often fields are asked for, and more matches than fit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rule_set.h"

struct known {
	const char *name;
	struct value value;
};

static void
get_known(void *ctx, const struct field_ref *ref, unsigned lanes,
    struct value *out)
{
	const struct known *k = ctx;

	*out = (struct value){ .kind = VALUE_UNKNOWN, .lanes = lanes };
	for (; k->name; k++)
		if (strcmp(k->name, field_info(ref->id)->name) == 0 &&
		    (k->value.lanes & lanes)) {
			*out = k->value;
			return;
		}
}

#define TEXT_IS(text)                                  \
	{                                              \
		.kind = VALUE_STR, .lanes = LANE_BOTH, \
		.s = { text,                           \
			sizeof(text) - 1 }             \
	}
#define RANGE(lane, from, to)                                             \
	{                                                                 \
		.kind = VALUE_RANGE, .lanes = lane, .range = { from, to } \
	}

static void
eval(struct set *s, enum event_type type, struct known *known, bool first,
    struct rule_verdict *v)
{
	struct field_source source = { get_known, known };

	rule_eval_event(s->ev, type, LANE_BOTH, &source, first, v);
}

static void
lanes_of_the_result(void **state)
{
	struct known open_ok[] = {
		{ "fd.num", RANGE(LANE_OK, 0, INT32_MAX) },
		{ "fd.num", RANGE(LANE_FAIL, -1, -1) },
		{ "fd.name", TEXT_IS("/etc/shadow") },
		{ NULL, { .kind = VALUE_NONE } },
	};
	struct rule_verdict v;
	struct set s;

	(void)state;
	set_begin(&s);
	set_add(&s,
	    "evt.type = openat and fd.num >= 0 and fd.name = /etc/shadow");
	set_add(&s,
	    "evt.type = openat and fd.num >= 0 and fd.name = /etc/passwd");
	set_add(&s, "evt.type = openat and fd.name = /etc/shadow");
	set_add(&s,
	    "evt.type = openat and fd.num = 3 and fd.name = /etc/shadow");
	set_add(&s, "evt.type = openat and fd.num < 0 and evt.res = ENOENT");
	set_add(&s, "evt.type = openat and fd.num != -1");
	set_finish(&s);
	eval(&s, EVENT_OPENAT, open_ok, false, &v);
	assert_int_equal(v.maybe, LANE_BOTH);
	assert_int_equal(match_of(&s, &v, 0).sure, LANE_OK);
	assert_int_equal(match_of(&s, &v, 0).maybe, LANE_OK);
	assert_int_equal(match_of(&s, &v, 1).maybe, 0);
	assert_int_equal(match_of(&s, &v, 2).sure, LANE_BOTH);
	assert_int_equal(match_of(&s, &v, 3).sure, 0);
	assert_int_equal(match_of(&s, &v, 3).maybe, LANE_OK);
	assert_int_equal(match_of(&s, &v, 4).sure, 0);
	assert_int_equal(match_of(&s, &v, 4).maybe, LANE_FAIL);
	assert_int_equal(match_of(&s, &v, 5).sure, LANE_OK);
	assert_int_equal(v.n, 5);
	set_end(&s);
}

static void
first_match_by_lane(void **state)
{
	struct known fields_known[] = {
		{ "fd.num", RANGE(LANE_OK, 0, INT32_MAX) },
		{ "fd.num", RANGE(LANE_FAIL, -1, -1) },
		{ NULL, { .kind = VALUE_NONE } },
	};
	struct rule_verdict v;
	struct set s;

	(void)state;
	set_begin(&s);
	set_add(&s, "evt.type = openat and fd.num = 3");
	set_add(&s, "evt.type = openat and fd.num >= 0");
	set_add(&s, "evt.type in (open, openat)");
	set_add(&s, "evt.type = openat and proc.name = x");
	set_finish(&s);
	eval(&s, EVENT_OPENAT, fields_known, true, &v);
	assert_int_equal(v.n, 3);
	assert_ptr_equal(v.at[0].rule, ruleset_rule(s.rs, 0));
	assert_int_equal(v.at[0].maybe, LANE_OK);
	assert_int_equal(v.at[0].sure, 0);
	assert_int_equal(v.at[1].sure, LANE_OK);
	/* Where the second is sure, the third has no say. */
	assert_int_equal(v.at[2].sure, LANE_FAIL);
	assert_int_equal(v.at[2].maybe, LANE_FAIL);
	eval(&s, EVENT_OPENAT, fields_known, false, &v);
	assert_int_equal(v.n, 4);
	assert_int_equal(match_of(&s, &v, 2).sure, LANE_BOTH);
	set_end(&s);
}

static void
suppositions(void **state)
{
	struct known unchanged[] = {
		{ "fd.name_changed",
		    { .kind = VALUE_BOOL, .lanes = LANE_BOTH, .b = false } },
		{ NULL, { .kind = VALUE_NONE } },
	};
	struct known nothing[] = { { NULL, { .kind = VALUE_NONE } } };
	struct rule_verdict v;
	struct set s;

	(void)state;
	set_begin(&s);
	set_add(&s,
	    "evt.type in (sendto, sendmsg) and fd.name_changed = true "
	    "and fd.l4proto = udp and not proc.name in (a, b)");
	set_add(&s, "evt.type = connect and fd.sip != 10.0.0.1");
	set_finish(&s);
	eval(&s, EVENT_SENDTO, nothing, false, &v);
	assert_int_equal(v.maybe, LANE_BOTH);
	assert_int_equal(v.at[0].sure, 0);
	eval(&s, EVENT_SENDTO, unchanged, false, &v);
	assert_int_equal(v.maybe, 0);
	assert_int_equal(v.n, 0);
	eval(&s, EVENT_CONNECT, unchanged, false, &v);
	assert_int_equal(v.n, 1);
	set_end(&s);
}

/* A successful execveat is an execve; which one it is shows with the result. */
static void
execveat_is_execve(void **state)
{
	struct known type[] = {
		{ "evt.type",
		    { .kind = VALUE_STR,
			.lanes = LANE_OK,
			.s = { "execve", 6 } } },
		{ "evt.type",
		    { .kind = VALUE_STR,
			.lanes = LANE_FAIL,
			.s = { "execveat", 8 } } },
		{ NULL, { .kind = VALUE_NONE } },
	};
	struct rule_verdict v;
	struct set s;

	(void)state;
	set_begin(&s);
	set_add(&s, "evt.type in (execve, execveat)");
	set_add(&s, "evt.type = execve");
	set_add(&s, "evt.type = execveat");
	set_add(&s, "evt.type = openat");
	set_finish(&s);
	eval(&s, EVENT_EXECVEAT, type, false, &v);
	assert_int_equal(v.n, 3);
	assert_int_equal(v.at[0].sure, LANE_BOTH);
	assert_int_equal(v.at[1].maybe, LANE_OK);
	assert_int_equal(v.at[1].sure, LANE_OK);
	assert_int_equal(v.at[2].maybe, LANE_FAIL);
	assert_int_equal(v.at[2].sure, LANE_FAIL);
	assert_true(ruleset_wants(s.rs, EVENT_EXECVEAT));
	assert_false(ruleset_wants(s.rs, EVENT_CLOSE));
	set_end(&s);
}

static void
more_than_fit(void **state)
{
	struct known nothing[] = { { NULL, { .kind = VALUE_NONE } } };
	struct rule_verdict v;
	struct set s;

	(void)state;
	set_begin(&s);
	for (unsigned i = 0; i < RULE_MATCHES_MAX + 6; i++) {
		char text[64];

		snprintf(text, sizeof(text),
		    "evt.type = openat and fd.num = %u", i);
		set_add(&s, text);
	}
	set_finish(&s);
	eval(&s, EVENT_OPENAT, nothing, false, &v);
	assert_int_equal(v.n, RULE_MATCHES_MAX);
	assert_int_equal(v.dropped, 6);
	assert_int_equal(v.maybe, LANE_BOTH);
	assert_ptr_equal(v.at[0].rule, ruleset_rule(s.rs, 0));
	set_end(&s);
}

static unsigned asked;

static void
get_counting(void *ctx, const struct field_ref *ref, unsigned lanes,
    struct value *out)
{
	(void)ctx;
	(void)ref;
	asked++;
	*out = (struct value){ .kind = VALUE_STR,
		.lanes = lanes,
		.s = STR("/tmp/x") };
}

static void
each_field_once(void **state)
{
	struct field_source source = { get_counting, NULL };
	const struct rule_eval_stats *stats;
	struct rule_verdict v;
	struct set s;

	(void)state;
	set_begin(&s);
	set_add(&s, "evt.type = openat and fd.name startswith /etc");
	set_add(&s,
	    "evt.type = openat and fd.name startswith /etc and "
	    "fd.name endswith x");
	set_add(&s,
	    "evt.type = openat and (fd.name = /a or toupper(fd.name) = B "
	    "or toupper(fd.name) = C)");
	set_finish(&s);
	stats = rule_eval_counts(s.ev);
	rule_eval_event(s.ev, EVENT_OPENAT, LANE_OK, &source, false, &v);
	assert_int_equal(asked, 1);
	assert_int_equal(stats->events, 1);
	assert_int_equal(stats->fields, 1);
	assert_int_equal(stats->atoms, 4);
	/* No rule has this type: nothing is looked at. */
	rule_eval_event(s.ev, EVENT_CLOSE, LANE_OK, &source, false, &v);
	assert_int_equal(asked, 1);
	assert_int_equal(v.n, 0);
	set_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lanes_of_the_result),
		cmocka_unit_test(first_match_by_lane),
		cmocka_unit_test(suppositions),
		cmocka_unit_test(execveat_is_execve),
		cmocka_unit_test(more_than_fit),
		cmocka_unit_test(each_field_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
