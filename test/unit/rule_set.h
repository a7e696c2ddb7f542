/*
 * A rule set from conditions alone, for tests of evaluation.
 */
#ifndef TEST_RULE_SET_H
#define TEST_RULE_SET_H

#include <stdio.h>

#include "rule/ruleset.h"

#define SET_CAP (64u << 20)
#define SET_MAX 80

struct set {
	struct arena arena;
	struct ast *trees[SET_MAX];
	struct ruleset *rs;
	struct rule_eval *ev;
	size_t n;
};

static inline void
set_begin(struct set *s)
{
	*s = (struct set){ .n = 0 };
	arena_init(&s->arena, SET_CAP);
	s->rs = ruleset_new(SET_CAP, SET_MAX);
	assert_non_null(s->rs);
}

static inline void
set_add(struct set *s, const char *condition)
{
	struct loaded_rule lr = { .enabled = true };
	struct compile_result r = { .error_at = 0 };
	char name[16];
	bool output;

	snprintf(name, sizeof(name), "rule %zu", s->n);
	lr.rule.name = str_from(name);
	lr.rule.desc = lr.rule.output = lr.rule.source = STR("");
	lr.condition = arena_str(&s->arena, str_from(condition));
	if (ast_parse(&s->arena, lr.condition, 1000, &lr.resolved, &r.diag,
		&r.error_at) < 0 ||
	    ruleset_add(s->rs, &lr, false, &r, &output) < 0)
		fail_msg("%s: %s", condition, r.diag.what);
	s->trees[s->n++] = lr.resolved;
}

static inline void
set_finish(struct set *s)
{
	assert_int_equal(ruleset_finish(s->rs), 0);
	s->ev = rule_eval_new(s->rs);
	assert_non_null(s->ev);
}

static inline void
set_end(struct set *s)
{
	rule_eval_free(s->ev);
	ruleset_free(s->rs);
	arena_reset(&s->arena);
}

/* The entry of rule i in a verdict; no lanes when it is not there. */
static inline struct rule_match
match_of(const struct set *s, const struct rule_verdict *v, size_t i)
{
	for (size_t j = 0; j < v->n; j++)
		if (v->at[j].rule == ruleset_rule(s->rs, i))
			return v->at[j];
	return (struct rule_match){ NULL, 0, 0 };
}

#endif
