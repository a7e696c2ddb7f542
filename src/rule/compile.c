/*
 * From loaded rules to a rule set: one graph, and for each event type the
 * rules that can match it.
 */
#include "rule/ruleset.h"

#include <stdlib.h>

static void
note_field(void *ctx, const struct expr *e)
{
	struct ruleset *rs = ctx;

	rs->uses[e->ref.id / 64] |= UINT64_C(1) << e->ref.id % 64;
}

static bool
is_wanted(const struct loaded_rule *lr, const struct rule_compile_options *o)
{
	return lr->enabled && !lr->skipped && lr->resolved &&
	    lr->rule.priority <= o->threshold;
}

static bool
copy_texts(struct arena *a, const struct rule *from, struct rule *to)
{
	struct str *tags = arena_array(a, from->n_tags, sizeof(*tags));
	bool ok = tags != NULL;

	for (size_t i = 0; ok && i < from->n_tags; i++) {
		tags[i] = arena_str(a, from->tags[i]);
		ok = tags[i].p != NULL;
	}
	to->name = arena_str(a, from->name);
	to->desc = arena_str(a, from->desc);
	to->output = arena_str(a, from->output);
	to->source = arena_str(a, from->source);
	to->priority = from->priority;
	to->tags = tags;
	to->n_tags = from->n_tags;
	return ok && to->name.p && to->desc.p && to->output.p && to->source.p;
}

/* Condition and output, compiled here unless that was done by checking. */
static int
compile(struct ruleset *rs, const struct loaded_rule *lr,
    struct compile_result *r, bool *in_output, struct checked_rule *out)
{
	struct rule_format *format;
	int err;

	*in_output = true;
	*out = lr->checked;
	if (out->id && out->id == rs->checked_id)
		return 0;
	err = format_compile(&rs->arena, lr->rule.output, false, &format, r);
	if (err < 0)
		return err;
	*in_output = false;
	err = graph_add(rs->graph, lr->resolved, r);
	out->root = rs->graph->n_roots - 1;
	out->format = format;
	return err < 0 ? err : 0;
}

/* Puts the suggested fields behind the output. */
static int
append_suggested(struct ruleset *rs, struct compile_result *r,
    const struct rule_format **format)
{
	struct rule_format *both;
	int err;

	if (!rs->suggested) {
		err = format_suggested(&rs->arena, &both, r);
		if (err < 0)
			return err;
		rs->suggested = both;
	}
	err = format_join(&rs->arena, *format, rs->suggested, &both, r);
	*format = both;
	return err;
}

int
ruleset_add(struct ruleset *rs, const struct loaded_rule *lr, bool suggested,
    struct compile_result *r, bool *in_output)
{
	struct rule *rule = &rs->rules[rs->n_rules];
	struct checked_rule compiled;
	int err = compile(rs, lr, r, in_output, &compiled);

	if (!err && suggested)
		err = append_suggested(rs, r, &compiled.format);
	if (err)
		return err;
	if (!copy_texts(&rs->arena, &lr->rule, rule))
		return compile_fail(r, ERR_NOMEM, 0, "%s", err_text(ERR_NOMEM));
	rule->format = compiled.format;
	rs->roots[rs->n_rules++] = compiled.root;
	rs->hash = str_hash(rule->name, rs->hash);
	rs->hash = str_hash(lr->condition, rs->hash);
	rs->hash = str_hash(rule->output, rs->hash);
	rs->hash += (uint64_t)rule->priority;
	format_visit(rule->format, note_field, rs);
	return 0;
}

static bool
has_type(const struct ruleset *rs, size_t rule, enum event_type type)
{
	const uint64_t *set = rs->graph->roots[rs->roots[rule]].types;
	/* One that succeeds is an execve. */
	enum event_type also = type == EVENT_EXECVEAT ? EVENT_EXECVE : type;

	return (set[type / 64] >> type % 64 & 1) ||
	    (set[also / 64] >> also % 64 & 1);
}

/* Fills the list of one event type. found: room for all rules. */
static int
list_type(struct ruleset *rs, struct specializer *sp, enum event_type type,
    struct entry *found)
{
	uint32_t n = 0;
	bool begun = false;

	for (size_t i = 0; i < rs->n_rules; i++) {
		int e;

		if (!has_type(rs, i, type))
			continue;
		if (!begun)
			specializer_begin(sp, type);
		begun = true;
		e = specialize(sp, (edge)rs->graph->roots[rs->roots[i]].node);
		if (e < 0)
			return e;
		if ((edge)e != EDGE_FALSE)
			found[n++] = (struct entry){ (edge)e, (uint32_t)i };
	}
	if (!n)
		return 0;
	rs->by_type[type].at = arena_array(&rs->arena, n, sizeof(*found));
	if (!rs->by_type[type].at)
		return ERR_NOMEM;
	memcpy(rs->by_type[type].at, found, n * sizeof(*found));
	rs->by_type[type].n = n;
	return 0;
}

/* The fields of a condition. seen: of all nodes, those that were visited. */
static void
note_condition(struct ruleset *rs, edge e, bool *seen)
{
	const struct node *node = &rs->graph->nodes[e / 2];

	if (seen[e / 2])
		return;
	seen[e / 2] = true;
	if (node->kind == NODE_ATOM) {
		expr_fields(node->atom->left, note_field, rs);
		if (node->atom->right)
			expr_fields(node->atom->right, note_field, rs);
	}
	for (uint32_t i = 0; node->kind == NODE_AND && i < node->n; i++)
		note_condition(rs, node->children[i], seen);
}

static int
note_conditions(struct ruleset *rs, struct arena *tmp)
{
	bool *seen = arena_array(tmp, rs->graph->n_nodes, sizeof(*seen));

	if (!seen)
		return ERR_NOMEM;
	for (size_t i = 0; i < rs->n_rules; i++)
		note_condition(rs, (edge)rs->graph->roots[rs->roots[i]].node,
		    seen);
	return 0;
}

int
ruleset_finish(struct ruleset *rs)
{
	struct specializer sp;
	struct entry *found;
	struct arena tmp;
	int err;

	arena_init(&tmp, SIZE_MAX / 2);
	found = arena_array(&tmp, rs->n_rules, sizeof(*found));
	err = found ? note_conditions(rs, &tmp) : ERR_NOMEM;
	if (!err)
		err = specializer_init(&sp, rs->graph, &tmp);
	for (int t = EVENT_NONE + 1; !err && t < EVENT_COUNT; t++)
		err = list_type(rs, &sp, (enum event_type)t, found);
	arena_reset(&tmp);
	return err;
}

struct ruleset *
ruleset_from(struct checked_rules *checked, size_t count)
{
	struct ruleset *rs = arena_alloc(&checked->arena, sizeof(*rs));

	if (!rs) {
		arena_reset(&checked->arena);
		return NULL;
	}
	rs->arena = checked->arena;
	rs->graph = checked->graph ? checked->graph : graph_new(&rs->arena);
	rs->checked_id = checked->id;
	rs->rules = arena_array(&rs->arena, count, sizeof(*rs->rules));
	rs->roots = arena_array(&rs->arena, count, sizeof(*rs->roots));
	if (!rs->graph || !rs->rules || !rs->roots) {
		ruleset_free(rs);
		return NULL;
	}
	rs->graph->arena = &rs->arena;
	return rs;
}

struct ruleset *
ruleset_new(size_t cap, size_t count)
{
	struct checked_rules none = { .id = 0 };

	arena_init(&none.arena, cap);
	return ruleset_from(&none, count);
}

static void
report(struct rule_loader *l, const struct loaded_rule *lr, bool output,
    struct compile_result *r)
{
	struct str text = output ? lr->rule.output : lr->condition;

	diag_locate(&r->diag, "", text, r->error_at);
	rule_loader_problem(l, true,
	    output ? CODE_ERR_OUTPUT : CODE_ERR_CONDITION,
	    output ? "rule output" : "rule condition", lr->rule.name, &r->diag);
}

static void
report_memory(struct rule_loader *l)
{
	struct diag d;

	diag_reset(&d);
	diag_set(&d, "the rules need more memory than they may have");
	rule_loader_problem(l, true, CODE_ERR_VALIDATE, "rules content",
	    STR(""), &d);
}

struct ruleset *
rule_compile(struct rule_loader *l, const struct rule_compile_options *o)
{
	size_t count = rule_loader_count(l), wanted = 0;
	struct checked_rules checked = rule_loader_take_checked(l);
	struct compile_result r;
	struct ruleset *rs;
	bool output;
	int err;

	rs = checked.id ? ruleset_from(&checked, count)
			: ruleset_new(rule_loader_arena(l)->cap, count);
	err = rs ? 0 : ERR_NOMEM;

	for (size_t i = 0; err != ERR_NOMEM && i < count; i++) {
		const struct loaded_rule *lr = rule_loader_rule(l, i);

		if (!is_wanted(lr, o))
			continue;
		wanted++;
		err = ruleset_add(rs, lr, !o->no_suggested_output, &r, &output);
		if (err && err != ERR_NOMEM)
			report(l, lr, output, &r);
	}
	if (err != ERR_NOMEM)
		err = ruleset_finish(rs);
	if (err == ERR_NOMEM)
		report_memory(l);
	if (err == ERR_NOMEM || (wanted && !rs->n_rules)) {
		ruleset_free(rs);
		return NULL;
	}
	return rs;
}

void
ruleset_free(struct ruleset *rs)
{
	struct arena arena;

	if (!rs)
		return;
	arena = rs->arena; /* holds rs itself */
	arena_reset(&arena);
}

size_t
ruleset_count(const struct ruleset *rs)
{
	return rs->n_rules;
}

const struct rule *
ruleset_rule(const struct ruleset *rs, size_t i)
{
	return &rs->rules[i];
}

size_t
ruleset_bytes(const struct ruleset *rs)
{
	return rs->arena.used;
}

bool
ruleset_wants(const struct ruleset *rs, enum event_type type)
{
	return rs->by_type[type].n > 0;
}

bool
ruleset_uses(const struct ruleset *rs, enum field_id field)
{
	return rs->uses[field / 64] >> field % 64 & 1;
}

uint64_t
ruleset_hash(const struct ruleset *rs)
{
	return rs->hash;
}
