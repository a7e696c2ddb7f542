/*
 * Evaluation in lanes. Before a call returns every node may be true or false
 * for either outcome; a set of lanes for each keeps them apart, so one walk
 * answers for both. The memo is valid while its epoch is the event's.
 */
#include "rule/ruleset.h"

#include <stdlib.h>

struct node_slot {
	uint32_t epoch;
	uint8_t t, f; /* lanes */
};

struct rule_eval {
	const struct ruleset *rs;
	const struct node *nodes;
	struct node_slot *memo;
	uint32_t *regex;
	void *text;
	struct values values;
	struct rule_eval_stats stats;
};

struct rule_eval *
rule_eval_new(const struct ruleset *rs)
{
	const struct graph *g = rs->graph;
	struct rule_eval *ev = calloc(1, sizeof(*ev));

	if (!ev)
		return NULL;
	ev->rs = rs;
	ev->nodes = g->nodes;
	ev->memo = calloc(g->n_nodes, sizeof(*ev->memo));
	ev->values.slots = calloc(g->n_exprs + 1, sizeof(*ev->values.slots));
	ev->regex = calloc(g->regex_scratch + 1, sizeof(*ev->regex));
	ev->text = calloc(1, g->text_scratch + 1);
	if (!ev->memo || !ev->values.slots || !ev->regex || !ev->text) {
		rule_eval_free(ev);
		return NULL;
	}
	arena_fixed(&ev->values.scratch, ev->text, g->text_scratch);
	return ev;
}

void
rule_eval_free(struct rule_eval *ev)
{
	if (!ev)
		return;
	free(ev->memo);
	free(ev->values.slots);
	free(ev->regex);
	free(ev->text);
	free(ev);
}

static struct outcome
eval_edge(struct rule_eval *ev, edge e);

/* Ends as soon as it is false in every lane. */
static struct outcome
eval_and(struct rule_eval *ev, const struct node *node)
{
	struct outcome o = { .t = ev->values.lanes, .f = 0 };

	for (uint32_t i = 0; i < node->n && o.t; i++) {
		struct outcome child = eval_edge(ev, node->children[i]);

		o.t &= child.t;
		o.f |= child.f;
	}
	return o;
}

static struct outcome
eval_edge(struct rule_eval *ev, edge e)
{
	struct node_slot *slot = &ev->memo[e / 2];
	struct outcome o;

	if (slot->epoch == ev->values.epoch) {
		o = (struct outcome){ slot->t, slot->f };
	} else {
		const struct node *node = &ev->nodes[e / 2];

		if (node->kind == NODE_AND) {
			o = eval_and(ev, node);
		} else if (node->kind == NODE_ATOM) {
			ev->stats.atoms++;
			o = atom_eval(node->atom, &ev->values, ev->regex);
		} else {
			o = (struct outcome){ 0, ev->values.lanes };
		}
		slot->epoch = ev->values.epoch;
		slot->t = (uint8_t)o.t;
		slot->f = (uint8_t)o.f;
	}
	return e & 1 ? (struct outcome){ o.f, o.t } : o;
}

/* A new epoch forgets everything; once in 2^32 events it has to be done. */
static void
begin(struct rule_eval *ev, unsigned lanes, const struct field_source *fields)
{
	const struct graph *g = ev->rs->graph;

	ev->values.source = fields;
	ev->values.lanes = lanes;
	arena_reset(&ev->values.scratch);
	if (++ev->values.epoch)
		return;
	memset(ev->memo, 0, g->n_nodes * sizeof(*ev->memo));
	memset(ev->values.slots, 0, g->n_exprs * sizeof(*ev->values.slots));
	ev->values.epoch = 1;
}

void
rule_eval_event(struct rule_eval *ev, enum event_type type, unsigned lanes,
    const struct field_source *fields, bool first_match,
    struct rule_verdict *out)
{
	const struct ruleset *rs = ev->rs;
	unsigned open = lanes; /* where no rule is sure yet */

	out->maybe = 0;
	out->n = 0;
	out->dropped = 0;
	if (!rs->by_type[type].n)
		return;
	begin(ev, lanes, fields);
	ev->stats.events++;
	for (uint32_t i = 0; i < rs->by_type[type].n && open; i++) {
		const struct entry *entry = &rs->by_type[type].at[i];
		struct outcome o = eval_edge(ev, entry->condition);
		struct rule_match match = {
			.rule = &rs->rules[entry->rule],
			.sure = open & o.t & ~o.f,
			.maybe = open & o.t,
		};

		if (!match.maybe)
			continue;
		out->maybe |= match.maybe;
		if (out->n < RULE_MATCHES_MAX)
			out->at[out->n++] = match;
		else
			out->dropped++;
		if (first_match)
			open &= ~match.sure;
	}
	ev->stats.fields = ev->values.fetched;
}

const struct rule_eval_stats *
rule_eval_counts(const struct rule_eval *ev)
{
	return &ev->stats;
}
