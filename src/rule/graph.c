/*
 * Conditions into one graph in which equal parts exist once.
 */
#include "rule/graph.h"

#include <stdlib.h>

#define EDGE_MAX ((uint32_t)INT32_MAX / 2)

bool
graph_grow(struct graph *g, void **at, uint32_t *size, uint32_t used,
    size_t item)
{
	uint32_t more = *size ? *size * 2 : 64;
	void *bigger;

	if (used < *size)
		return true;
	if (more > EDGE_MAX)
		return false;
	bigger = arena_array(g->arena, more, item);
	if (!bigger)
		return false;
	if (used)
		memcpy(bigger, *at, used * item);
	*at = bigger;
	*size = more;
	return true;
}

struct graph *
graph_new(struct arena *a)
{
	struct graph *g = arena_alloc(a, sizeof(*g));

	if (!g)
		return NULL;
	g->arena = a;
	g->cells_mask = 255;
	g->cells = arena_array(a, g->cells_mask + 1, sizeof(*g->cells));
	if (!g->cells ||
	    !graph_grow(g, (void **)&g->nodes, &g->nodes_size, 0,
		sizeof(*g->nodes)))
		return NULL;
	g->nodes[g->n_nodes++] = (struct node){ .kind = NODE_FALSE };
	return g;
}

/* --- consing ------------------------------------------------------- */

static bool
node_equal(const struct node *a, const struct node *b)
{
	if (a->hash != b->hash || a->kind != b->kind || a->n != b->n)
		return false;
	if (a->kind == NODE_ATOM)
		return atom_equal(a->atom, b->atom);
	return memcmp(a->children, b->children, a->n * sizeof(*a->children)) ==
	    0;
}

/* The cell of an equal node, or the empty one where it belongs. */
static uint32_t *
find_cell(struct graph *g, const struct node *node)
{
	uint32_t at = (uint32_t)(node->hash ^ node->hash >> 32) & g->cells_mask;

	while (g->cells[at] && !node_equal(&g->nodes[g->cells[at] - 1], node))
		at = (at + 1) & g->cells_mask;
	return &g->cells[at];
}

static bool
grow_cells(struct graph *g)
{
	uint32_t size = (g->cells_mask + 1) * 2;

	if (g->n_nodes * 2 < size)
		return true;
	g->cells = arena_array(g->arena, size * 2, sizeof(*g->cells));
	if (!g->cells)
		return false;
	g->cells_mask = size * 2 - 1;
	for (uint32_t i = 1; i < g->n_nodes; i++)
		*find_cell(g, &g->nodes[i]) = i + 1;
	return true;
}

/* Adds a node that is not there yet; returns its number or ERR_NOMEM. */
static int
add_node(struct graph *g, const struct node *node)
{
	if (!graph_grow(g, (void **)&g->nodes, &g->nodes_size, g->n_nodes,
		sizeof(*g->nodes)) ||
	    !grow_cells(g))
		return ERR_NOMEM;
	g->nodes[g->n_nodes] = *node;
	*find_cell(g, node) = g->n_nodes + 1;
	return (int)g->n_nodes++;
}

const struct expr *
graph_intern(struct graph *g, const struct expr *e)
{
	struct expr *copy;

	if (e->kind == EXPR_TEXT)
		return e;
	for (uint32_t i = 0; e->kind != EXPR_LIST && i < g->n_exprs; i++)
		if (expr_equal(g->exprs[i], e))
			return g->exprs[i];
	copy = arena_alloc(g->arena, sizeof(*copy));
	if (!copy ||
	    !graph_grow(g, (void **)&g->exprs, &g->exprs_size, g->n_exprs,
		sizeof(*g->exprs)))
		return NULL;
	*copy = *e;
	if (!field_bind(g->arena, &copy->ref))
		return NULL;
	for (size_t i = 0; i < e->n_args; i++) {
		copy->args[i] = graph_intern(g, e->args[i]);
		if (!copy->args[i])
			return NULL;
	}
	if (e->kind == EXPR_LIST)
		return copy;
	if (e->kind == EXPR_TRANSFORM)
		g->text_scratch +=
		    e->transform == TRANSFORM_GETOPT ? 2u << 20 : 32u << 10;
	/* An argument may have taken the place: look again. */
	if (!graph_grow(g, (void **)&g->exprs, &g->exprs_size, g->n_exprs,
		sizeof(*g->exprs)))
		return NULL;
	copy->slot = g->n_exprs;
	g->exprs[g->n_exprs++] = copy;
	return copy;
}

int
graph_atom(struct graph *g, struct atom *a)
{
	struct node node = { .kind = NODE_ATOM, .atom = a, .hash = a->hash };
	struct atom *kept;
	uint32_t cell = *find_cell(g, &node);

	if (cell)
		return (int)cell - 1;
	kept = arena_alloc(g->arena, sizeof(*kept));
	if (!kept)
		return ERR_NOMEM;
	*kept = *a;
	kept->left = graph_intern(g, a->left);
	kept->right = a->right ? graph_intern(g, a->right) : NULL;
	if (!kept->left || (a->right && !kept->right))
		return ERR_NOMEM;
	node.atom = kept;
	node.typed = atom_is_typed(kept);
	node.cost = atom_cost(kept);
	node.chance = atom_chance(kept);
	return add_node(g, &node);
}

struct order {
	float rank;
	edge edge;
};

static int
by_edge(const void *a, const void *b)
{
	const edge *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
by_rank(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->edge > y->edge) - (x->edge < y->edge);
}

/*
 * Without TRUE and repetitions; returns the number left, or 0 with *is_false
 * when one child contradicts another.
 */
static uint32_t
simplify(edge *children, uint32_t n, bool *is_false)
{
	uint32_t kept = 0;

	qsort(children, n, sizeof(*children), by_edge);
	*is_false = n && children[0] == EDGE_FALSE;
	for (uint32_t i = 0; i < n; i++) {
		edge e = children[i];

		if (e == EDGE_TRUE || (kept && children[kept - 1] == e))
			continue;
		if (kept && children[kept - 1] == (e ^ 1))
			*is_false = true;
		children[kept++] = e;
	}
	return *is_false ? 0 : kept;
}

static bool
sort_children(const struct graph *g, edge *children, uint32_t n)
{
	struct order few[32], *order = few;

	if (n > 32)
		order = malloc(n * sizeof(*order));
	if (!order)
		return false;
	for (uint32_t i = 0; i < n; i++)
		order[i] =
		    (struct order){ edge_rank(g, children[i]), children[i] };
	qsort(order, n, sizeof(*order), by_rank);
	for (uint32_t i = 0; i < n; i++)
		children[i] = order[i].edge;
	if (order != few)
		free(order);
	return true;
}

int
graph_and(struct graph *g, edge *children, uint32_t n)
{
	struct node node = { .kind = NODE_AND, .children = children };
	uint32_t cell;
	bool is_false;
	int number;

	n = simplify(children, n, &is_false);
	if (is_false)
		return EDGE_FALSE;
	if (n < 2)
		return n ? (int)children[0] : (int)EDGE_TRUE;
	if (!sort_children(g, children, n))
		return ERR_NOMEM;
	node.n = n;
	node.hash = n;
	for (uint32_t i = 0; i < n; i++) {
		node.hash =
		    (node.hash ^ children[i]) * UINT64_C(0x9e3779b97f4a7c15);
		node.typed |= g->nodes[children[i] / 2].typed;
	}
	estimate_and(g, &node);
	cell = *find_cell(g, &node);
	number = cell ? (int)cell - 1 : add_node(g, &node);
	return number < 0 ? number : number * 2;
}

/* --- from the tree ------------------------------------------------- */

/* evt.num counts from 1, whatever the event. */
static void
only_number(void *ctx, const struct field_ref *ref, unsigned lanes,
    struct value *out)
{
	(void)ctx;
	*out = (struct value){ .kind = VALUE_UNKNOWN, .lanes = lanes };
	if (ref->id == FIELD_EVT_NUM) {
		out->kind = VALUE_RANGE;
		out->range.lo = 1;
		out->range.hi = INT64_MAX;
	}
}

/* never_true and always_true idioms: evt.num=0, evt.num>0. */
static bool
fold_number(const struct atom *a, edge *out)
{
	static const struct field_source source = { .get = only_number };
	struct value_slot slot = { .epoch = 0 }; /* of a->left: not interned */
	struct values vs = { .source = &source,
		.lanes = LANE_BOTH,
		.slots = &slot,
		.epoch = 1 };
	struct outcome result;

	if (a->right || a->left->kind != EXPR_FIELD ||
	    a->left->ref.id != FIELD_EVT_NUM)
		return false;
	result = atom_eval(a, &vs, NULL);
	*out = result.t ? EDGE_TRUE : EDGE_FALSE;
	return !result.t || !result.f;
}

static int
add_check(struct graph *g, const struct ast *check, struct compile_result *r)
{
	struct arena mark = *g->arena;
	uint32_t before = g->n_nodes;
	struct atom a;
	edge folded;
	int number = atom_build(g, check, &a, r);

	if (number < 0)
		return number;
	if (fold_number(&a, &folded))
		return (int)folded;
	number = graph_atom(g, &a);
	if (number < 0)
		return compile_fail(r, number, check->at, "%s",
		    err_text(number));
	/* Nothing was kept: give back what building took. */
	if (g->n_nodes == before && g->arena->blocks == mark.blocks)
		*g->arena = mark;
	return number * 2;
}

static int
add_tree(struct graph *g, const struct ast *t, struct compile_result *r);

/* OR is NOT AND of the negated children. */
static int
add_connective(struct graph *g, const struct ast *t, struct compile_result *r)
{
	edge flip = t->kind == AST_OR;
	edge *children =
	    arena_array(g->arena, t->n_children, sizeof(*children));
	int result;

	if (!children)
		return compile_fail(r, ERR_NOMEM, t->at, "%s",
		    err_text(ERR_NOMEM));
	for (size_t i = 0; i < t->n_children; i++) {
		result = add_tree(g, t->children[i], r);
		if (result < 0)
			return result;
		children[i] = (edge)result ^ flip;
	}
	result = graph_and(g, children, (uint32_t)t->n_children);
	if (result < 0)
		return compile_fail(r, result, t->at, "%s", err_text(result));
	return (int)((edge)result ^ flip);
}

static int
add_tree(struct graph *g, const struct ast *t, struct compile_result *r)
{
	int result;

	switch (t->kind) {
	case AST_AND:
	case AST_OR:
		return add_connective(g, t, r);
	case AST_NOT:
		result = add_tree(g, t->children[0], r);
		return result < 0 ? result : result ^ 1;
	case AST_CHECK:
		return add_check(g, t, r);
	case AST_MACRO:
		break;
	}
	return compile_fail(r, ERR_NOENT, t->at,
	    "Undefined macro '%.*s' used in filter.", STR_ARG(t->name));
}

int
graph_add(struct graph *g, const struct ast *root, struct compile_result *r)
{
	struct root *kept;
	int node;

	*r = (struct compile_result){ .error_at = 0 };
	node = add_tree(g, root, r);
	if (node < 0)
		return node;
	if (!graph_grow(g, (void **)&g->roots, &g->roots_size, g->n_roots,
		sizeof(*g->roots)))
		return compile_fail(r, ERR_NOMEM, 0, "%s", err_text(ERR_NOMEM));
	kept = &g->roots[g->n_roots++];
	kept->node = node;
	ast_event_types(root, kept->types);
	return node;
}

void
graph_event_types(const struct graph *g, int node,
    uint64_t set[EVENT_SET_WORDS])
{
	memset(set, 0, EVENT_SET_WORDS * sizeof(*set));
	for (uint32_t i = 0; i < g->n_roots; i++)
		for (size_t w = 0;
		     g->roots[i].node == node && w < EVENT_SET_WORDS; w++)
			set[w] |= g->roots[i].types[w];
}
