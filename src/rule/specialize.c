/*
 * Conditions for one event type: checks that the type decides are taken out
 * once, so that they cost nothing on an event.
 */
#include "rule/graph.h"

/*
 * An execveat that succeeds is reported as execve; before the result it is
 * both, each in its lane.
 */
static void
type_name(enum event_type type, unsigned lanes, struct value *out)
{
	out->kind = VALUE_STR;
	if (type == EVENT_EXECVEAT && (lanes & LANE_OK)) {
		type = EVENT_EXECVE;
		out->lanes = LANE_OK;
	}
	out->s = str_from(event_info(type)->name);
}

static bool
has_param(const struct field_ref *ref, enum event_type type)
{
	return ref->param_of[type] >= 0 ||
	    (type == EVENT_EXECVEAT && ref->param_of[EVENT_EXECVE] >= 0);
}

/* All that is known of an event from its type alone. */
static void
from_type(void *ctx, const struct field_ref *ref, unsigned lanes,
    struct value *out)
{
	const struct specializer *sp = ctx;

	*out = (struct value){ .kind = VALUE_UNKNOWN, .lanes = lanes };
	if (ref->id == FIELD_EVT_TYPE) {
		type_name(sp->type, lanes, out);
	} else if (ref->id == FIELD_EVT_TYPE_IS) {
		bool is;

		type_name(sp->type, lanes, out);
		is = str_eq(out->s, ref->key);
		out->kind = VALUE_U64;
		out->u = is;
	} else if ((ref->id == FIELD_EVT_ARG || ref->id == FIELD_EVT_RAWARG) &&
	    !has_param(ref, sp->type)) {
		out->kind = VALUE_NONE;
	}
}

static void
visit(void *ctx, const struct expr *e)
{
	bool *typed = ctx;
	enum field_id id = e->ref.id;

	*typed |= id == FIELD_EVT_TYPE || id == FIELD_EVT_TYPE_IS ||
	    id == FIELD_EVT_ARG || id == FIELD_EVT_RAWARG;
}

bool
atom_is_typed(const struct atom *a)
{
	bool typed = false;

	expr_fields(a->left, visit, &typed);
	if (a->right)
		expr_fields(a->right, visit, &typed);
	return typed;
}

int
specializer_init(struct specializer *sp, struct graph *g, struct arena *tmp)
{
	size_t size = g->text_scratch;
	void *text = arena_alloc(tmp, size);

	*sp = (struct specializer){ .g = g, .n_done = g->n_nodes };
	sp->source = (struct field_source){ .get = from_type, .ctx = sp };
	sp->values.lanes = LANE_BOTH;
	sp->values.source = &sp->source;
	sp->values.slots =
	    arena_array(tmp, g->n_exprs, sizeof(*sp->values.slots));
	sp->done = arena_array(tmp, sp->n_done, sizeof(*sp->done));
	sp->regex = arena_array(tmp, g->regex_scratch, sizeof(*sp->regex));
	if (!text || !sp->values.slots || !sp->done || !sp->regex)
		return ERR_NOMEM;
	arena_fixed(&sp->values.scratch, text, size);
	return 0;
}

void
specializer_begin(struct specializer *sp, enum event_type type)
{
	sp->type = type;
	sp->values.epoch++;
	arena_reset(&sp->values.scratch);
	memset(sp->done, 0, sp->n_done * sizeof(*sp->done));
}

static int
specialize_and(struct specializer *sp, uint32_t number)
{
	uint32_t n = sp->g->nodes[number].n;
	edge *children = arena_array(sp->g->arena, n, sizeof(*children));
	int result;

	if (!children)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < n; i++) {
		result = specialize(sp, sp->g->nodes[number].children[i]);
		if (result < 0)
			return result;
		children[i] = (edge)result;
		if (children[i] == EDGE_FALSE)
			return EDGE_FALSE;
	}
	return graph_and(sp->g, children, n);
}

int
specialize(struct specializer *sp, edge root)
{
	uint32_t number = root / 2;
	const struct node *node = &sp->g->nodes[number];
	struct outcome o;
	int result;

	if (!node->typed)
		return (int)root;
	if (sp->done[number])
		return (int)((sp->done[number] - 1) ^ (root & 1));
	if (node->kind == NODE_AND) {
		result = specialize_and(sp, number);
		if (result < 0)
			return result;
	} else {
		o = atom_eval(node->atom, &sp->values, sp->regex);
		result = !o.t ? (int)EDGE_FALSE
		    : !o.f    ? (int)EDGE_TRUE
			      : (int)(number * 2);
	}
	sp->done[number] = (edge)result + 1;
	return result ^ (int)(root & 1);
}
