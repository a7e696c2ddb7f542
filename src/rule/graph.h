/*
 * The graph's shape. A node is an atom or an AND; OR and NOT are expressed by
 * negated edges, so that a condition and its negation share everything.
 * Internal to the room.
 */
#ifndef RULE_GRAPH_H
#define RULE_GRAPH_H

#include "rule/compile.h"
#include "rule/expr.h"
#include "rule/ops.h"
#include "rule/values.h"

/* An edge: node * 2, plus 1 when negated. Node 0 is the constant FALSE. */
typedef uint32_t edge;

#define EDGE_FALSE ((edge)0)
#define EDGE_TRUE  ((edge)1)

struct atom {
	enum ast_op op;
	enum ast_modifier modifier;
	const struct expr *left;
	const struct expr *right; /* NULL: constants */
	struct operand set;
	match_fn match; /* NULL for exists */
	uint64_t hash;
};

enum node_kind { NODE_FALSE, NODE_ATOM, NODE_AND };

struct node {
	enum node_kind kind;
	bool typed; /* the event's type may decide it: see specialize.c */
	uint32_t n; /* AND: number of children */
	union {
		const struct atom *atom;
		const edge *children; /* in the order to try them */
	};
	float cost;   /* expected, for estimate.c */
	float chance; /* of being true */
	uint64_t hash;
};

struct root {
	int node;
	uint64_t types[EVENT_SET_WORDS];
};

struct graph {
	struct arena *arena;
	struct node *nodes;
	uint32_t n_nodes, nodes_size;
	uint32_t *cells; /* hash table: node + 1 */
	uint32_t cells_mask;
	const struct expr **exprs; /* with a memo slot each */
	uint32_t n_exprs, exprs_size;
	struct root *roots;
	uint32_t n_roots, roots_size;
	size_t regex_scratch; /* words */
	size_t text_scratch; /* bytes that transformers may need for an event */
};

/* Doubles an array of the arena when it is full. False without memory. */
bool
graph_grow(struct graph *g, void **at, uint32_t *size, uint32_t used,
    size_t item);
/* The node for an atom (taken over) or ERR_NOMEM. */
int
graph_atom(struct graph *g, struct atom *a);
bool
atom_equal(const struct atom *a, const struct atom *b);
/* The edge for AND over children, simplified; they are reordered. */
int
graph_and(struct graph *g, edge *children, uint32_t n);

/* Possible results, as lanes. */
struct outcome {
	unsigned t, f;
};

/* vs has a memo. */
struct outcome
atom_eval(const struct atom *a, struct values *vs, uint32_t *regex);

/*
 * Checks one comparison and fills *a. Constants and operands go to the
 * graph's arena. Returns 0 or a negative enum err with r filled.
 */
int
atom_build(struct graph *g, const struct ast *check, struct atom *a,
    struct compile_result *r);
/* Gives e and all below memo slots, using those of equal ones. */
const struct expr *
graph_intern(struct graph *g, const struct expr *e);

/*
 * The edge that remains of root when the event's type is known. slots: a
 * cleared memo for all of g's exprs; edges: a cleared array for all nodes.
 */
struct specializer {
	struct graph *g;
	enum event_type type;
	struct values values;
	struct field_source source;
	edge *done; /* edge + 1 by node; 0: not yet */
	uint32_t n_done;
	uint32_t *regex;
};

int
specializer_init(struct specializer *sp, struct graph *g, struct arena *tmp);
void
specializer_begin(struct specializer *sp, enum event_type type);
/* Returns the edge or ERR_NOMEM. */
int
specialize(struct specializer *sp, edge root);
/* Whether an atom depends on nothing but the event's type and its number. */
bool
atom_is_typed(const struct atom *a);

/* estimate.c */
float
atom_cost(const struct atom *a);
float
atom_chance(const struct atom *a);
float
edge_chance(const struct graph *g, edge e);
float
edge_rank(const struct graph *g, edge e);
/* Sets cost and chance of an AND whose children are in order. */
void
estimate_and(const struct graph *g, struct node *node);

/* evtypes.c: the event types for which a condition can be true. */
void
ast_event_types(const struct ast *root, uint64_t set[EVENT_SET_WORDS]);

#endif
