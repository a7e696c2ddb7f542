/*
 * For which event types a condition can be true at all: Falco's analysis,
 * which looks at evt.type and at comparisons of evt.num with zero.
 */
#include "rule/graph.h"

static void
fill(uint64_t set[EVENT_SET_WORDS], bool all)
{
	memset(set, all ? 0xff : 0, EVENT_SET_WORDS * sizeof(*set));
	if (!all)
		return;
	set[0] &= ~(UINT64_C(1) << EVENT_NONE);
	if (EVENT_COUNT % 64)
		set[EVENT_SET_WORDS - 1] &=
		    (UINT64_C(1) << EVENT_COUNT % 64) - 1;
}

static void
complement(uint64_t set[EVENT_SET_WORDS])
{
	uint64_t all[EVENT_SET_WORDS];

	fill(all, true);
	for (size_t w = 0; w < EVENT_SET_WORDS; w++)
		set[w] ^= all[w];
}

static void
add_named(uint64_t set[EVENT_SET_WORDS], struct str name)
{
	enum event_type t = event_by_name(name);

	if (t != EVENT_NONE)
		set[t / 64] |= UINT64_C(1) << t % 64;
}

static void
add_values(uint64_t set[EVENT_SET_WORDS], const struct ast_term *right)
{
	if (right->kind == TERM_TEXT)
		add_named(set, right->text);
	for (size_t i = 0; right->kind == TERM_LIST && i < right->n_args; i++)
		add_named(set, right->args[i].text);
}

/* The set of a check of evt.type; false when it says nothing. */
static bool
type_check(const struct ast *c, uint64_t set[EVENT_SET_WORDS])
{
	bool constants =
	    c->right.kind == TERM_TEXT || c->right.kind == TERM_LIST;

	fill(set, c->op == OP_EXISTS);
	if (c->op == OP_EXISTS)
		return true;
	if (!constants || (c->modifier != MOD_NONE && c->op != OP_EQ))
		return false;
	add_values(set, &c->right);
	if (c->op == OP_NE)
		complement(set);
	return c->op == OP_EQ || c->op == OP_NE || c->op == OP_IN ||
	    c->op == OP_INTERSECTS;
}

/* A check of evt.num with numbers that are known to be below 1, or with 1. */
static bool
number_check(const struct ast *c, bool *can_be_true, bool *can_be_false)
{
	const struct ast_term *at = &c->right;
	size_t n = 1;
	uint64_t v = 0;

	if (c->modifier != MOD_NONE)
		return false;
	if (c->right.kind == TERM_LIST) {
		at = c->right.args;
		n = c->right.n_args;
	} else if (c->right.kind != TERM_TEXT) {
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (str_find_char(at[i].text, 'x') >= 0 ||
		    !str_to_u64(at[i].text, &v) || (n > 1 && v))
			return false; /* upstream reads decimal numbers only */
	*can_be_true = *can_be_false = true;
	if (c->op == OP_IN || c->op == OP_INTERSECTS || c->op == OP_EQ)
		*can_be_true = n && v;
	else if (c->op == OP_NE || c->op == OP_GT)
		*can_be_false = v > 0;
	else if (c->op == OP_GE)
		*can_be_false = v > 1;
	else if (c->op == OP_LT)
		*can_be_true = v > 1;
	else if (c->op == OP_LE)
		*can_be_true = v > 0;
	return true;
}

/* want: the types for which the check can be this. */
static void
check_types(const struct ast *c, bool want, uint64_t set[EVENT_SET_WORDS])
{
	bool plain = c->left.kind == TERM_FIELD && !c->left.has_arg;
	bool can[2];
	/* "oneof (a, a)" can be false for a: only its truth says something. */
	bool one_way = c->modifier == MOD_ONEOF || c->modifier == MOD_ALLOF;

	if (plain && str_eq(c->left.text, STR("evt.type")) &&
	    (want || !one_way) && type_check(c, set)) {
		if (!want)
			complement(set);
	} else if (plain && str_eq(c->left.text, STR("evt.num")) &&
	    number_check(c, &can[1], &can[0])) {
		fill(set, can[want]);
	} else {
		fill(set, true);
	}
}

static void
analyse(const struct ast *t, bool want, uint64_t set[EVENT_SET_WORDS])
{
	uint64_t one[EVENT_SET_WORDS];
	bool intersect = (t->kind == AST_AND) == want;

	switch (t->kind) {
	case AST_CHECK:
		check_types(t, want, set);
		return;
	case AST_NOT:
		analyse(t->children[0], !want, set);
		return;
	case AST_MACRO:
		fill(set, true);
		return;
	case AST_AND:
	case AST_OR:
		break;
	}
	fill(set, intersect);
	for (size_t i = 0; i < t->n_children; i++) {
		analyse(t->children[i], want, one);
		for (size_t w = 0; w < EVENT_SET_WORDS; w++)
			set[w] = intersect ? set[w] & one[w] : set[w] | one[w];
	}
}

void
ast_event_types(const struct ast *root, uint64_t set[EVENT_SET_WORDS])
{
	analyse(root, true, set);
}
