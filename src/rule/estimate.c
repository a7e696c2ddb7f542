/*
 * What a check costs and how often it is true on an ordinary event: guesses
 * that only decide in which order the children of a connective are tried.
 */
#include "rule/graph.h"

#define COST_CHECK 4.0f
#define COST_EACH  0.5f /* for every wildcard, needle or path */
#define COST_REGEX 40.0f

/* Half of all ordinary events, or more, have one and the same value here. */
static bool
is_common(const struct expr *e)
{
	if (e->kind != EXPR_FIELD)
		return false;
	return e->info->scope == FS_CONTAINER || e->class == CLASS_BOOL ||
	    e->ref.id == FIELD_FD_TYPECHAR || e->ref.id == FIELD_FD_TYPE ||
	    e->ref.id == FIELD_USER_UID || e->ref.id == FIELD_USER_NAME;
}

/* Before the result these are open: they stop nothing. */
static bool
is_result(const struct expr *e)
{
	return e->kind == EXPR_FIELD &&
	    (e->ref.id == FIELD_EVT_RES || e->ref.id == FIELD_EVT_RAWRES ||
		e->ref.id == FIELD_EVT_FAILED || e->ref.id == FIELD_FD_NUM);
}

float
atom_chance(const struct atom *a)
{
	if (is_result(a->left))
		return 0.9f;
	switch (a->op) {
	case OP_EXISTS:
	case OP_NE:
		return is_common(a->left) ? 0.5f : 0.9f;
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return 0.5f;
	case OP_EQ:
	case OP_IN:
	case OP_INTERSECTS:
		return is_common(a->left) ? 0.5f : 0.05f;
	case OP_CONTAINS:
	case OP_ICONTAINS:
	case OP_BCONTAINS:
	case OP_STARTSWITH:
	case OP_BSTARTSWITH:
	case OP_ENDSWITH:
	case OP_GLOB:
	case OP_IGLOB:
	case OP_REGEX:
	case OP_PMATCH:
		break;
	}
	return 0.1f;
}

float
atom_cost(const struct atom *a)
{
	float cost = COST_CHECK + a->left->cost, each = 0;

	if (a->right)
		cost += a->right->cost;
	if (a->op == OP_REGEX)
		each = COST_REGEX;
	else if (a->op >= OP_CONTAINS && a->op != OP_IN &&
	    a->op != OP_INTERSECTS)
		each = COST_EACH;
	return cost + each * (float)a->set.n;
}

/* Of an edge: a negated one is true when its node is not. */
float
edge_chance(const struct graph *g, edge e)
{
	float chance = g->nodes[e / 2].chance;

	return e & 1 ? 1 - chance : chance;
}

/*
 * The best order of independent tests is by cost over chance to end the walk;
 * an AND then costs what is expected to be tried.
 */
float
edge_rank(const struct graph *g, edge e)
{
	float ends = 1 - edge_chance(g, e);

	return g->nodes[e / 2].cost / (ends > 0.001f ? ends : 0.001f);
}

void
estimate_and(const struct graph *g, struct node *node)
{
	float reached = 1, cost = 0;

	for (uint32_t i = 0; i < node->n; i++) {
		cost += reached * g->nodes[node->children[i] / 2].cost;
		reached *= edge_chance(g, node->children[i]);
	}
	node->cost = cost;
	node->chance = reached;
}
