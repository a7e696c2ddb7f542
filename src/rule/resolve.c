/*
 * From what was read to what is compiled: conditions are put together and
 * parsed, macros put in, every condition and output compiled once so that its
 * errors come with its file.
 */
#include "base/err.h"
#include "rule/graph.h"
#include "rule/loader.h"
#include "rule/parse.h"

/* Trees larger than this with all macros put in are refused. */
#define NODES_MAX 100000
/* A level of parentheses can hold three of the tree: or, and, not. */
#define TREE_DEPTH_MAX (3 * AST_MAX_DEPTH)
/* Falco's threshold for "matches too many evt.type values". */
#define EVENT_TYPES_MAX 100

/* One condition whose macros are being put in. */
struct expander {
	struct rule_loader *l;
	const struct context *c; /* of the rule or macro */
	unsigned visibility;     /* macros of a lower index are seen */
	unsigned depth, deepest;
	size_t nodes;
	uint64_t hash; /* of the texts that it is made of */
};

static int
fail_at(struct rule_loader *l, enum rule_code code, const struct context *c,
    size_t at, struct diag *d)
{
	struct context expression = { .parent = c,
		.type = "condition expression",
		.place = splice_place(l, at) };

	problem_add(l, true, code, &expression, d);
	return ERR_INVAL;
}

static uint64_t
mix(uint64_t hash, uint64_t more)
{
	char bytes[sizeof(more)];

	memcpy(bytes, &more, sizeof(more));
	return str_hash((struct str){ bytes, sizeof(bytes) }, hash);
}

static int
parse(struct rule_loader *l, const struct piece *pieces,
    const struct context *c, struct spliced **text, struct ast **root)
{
	struct diag d;
	size_t at = 0;
	int err = splice(l, pieces, true, c, text);

	if (err)
		return err;
	diag_reset(&d);
	err = parse_condition(&l->resolved, (*text)->text, (*text)->base, root,
	    &d, &at);
	if (err == ERR_NOMEM)
		return problem_no_memory(l);
	if (err)
		return fail_at(l, CODE_ERR_CONDITION, c, (*text)->base + at,
		    &d);
	return 0;
}

/* --- macros --- */

static int
undefined_macro(struct expander *x, const struct ast *node,
    const struct macro *hidden)
{
	struct str name = node->name;
	const char *nearest = names_nearest(&x->l->now.macros, name);
	struct diag d;

	diag_reset(&d);
	diag_set(&d, "Undefined macro '%.*s' used in filter.", STR_ARG(name));
	if (hidden)
		diag_hint(&d, "macro '%.*s' is defined later: move it up",
		    STR_ARG(name));
	else if (names_get(&x->l->now.lists, name))
		diag_hint(&d, "'%.*s' is a list: write \"FIELD in (%.*s)\"",
		    STR_ARG(name), STR_ARG(name));
	else if (nearest)
		diag_hint(&d, "did you mean '%s'?", nearest);
	return fail_at(x->l, CODE_ERR_VALIDATE, x->c, node->at, &d);
}

static int
too_large(struct expander *x, const struct ast *node)
{
	struct diag d;

	diag_reset(&d);
	if (x->deepest > TREE_DEPTH_MAX)
		diag_set(&d, "exceeded max depth limit of %d", AST_MAX_DEPTH);
	else
		diag_set(&d, "more than %d comparisons with all macros put in",
		    NODES_MAX);
	return fail_at(x->l, CODE_ERR_CONDITION, x->c, node->at, &d);
}

static int
expand(struct expander *x, struct ast **at);

/* The macro's own macros first, with what it may see. */
static int
finish_macro(struct expander *x, struct macro *macro, const struct ast *use)
{
	struct expander inner = { .l = x->l,
		.c = x->c,
		.visibility = macro->named.visibility,
		.depth = x->depth,
		.hash = macro->hash };
	struct diag d;
	int err;

	if (macro->state == MACRO_DONE)
		return 0;
	if (macro->state == MACRO_OPEN) {
		diag_reset(&d);
		diag_set(&d, "reference loop in macro '%.*s'",
		    STR_ARG(macro->named.name));
		return fail_at(x->l, CODE_ERR_VALIDATE, x->c, use->at, &d);
	}
	macro->state = MACRO_OPEN;
	err = expand(&inner, &macro->root);
	macro->state = MACRO_DONE;
	macro->nodes = inner.nodes;
	macro->hash = inner.hash;
	macro->depth = inner.deepest - x->depth;
	return err;
}

static int
expand_macro(struct expander *x, struct ast **at)
{
	struct macro *macro =
	    (struct macro *)names_get(&x->l->now.macros, (*at)->name);
	int err;

	if (!macro || macro->named.index >= x->visibility)
		return undefined_macro(x, *at, macro);
	macro->used = true;
	err = finish_macro(x, macro, *at);
	if (err)
		return err;
	if (x->depth + macro->depth > x->deepest)
		x->deepest = x->depth + macro->depth;
	x->nodes += macro->nodes;
	x->hash = mix(x->hash, macro->hash);
	if (x->deepest > TREE_DEPTH_MAX || x->nodes > NODES_MAX)
		return too_large(x, *at);
	*at = macro->root;
	return 0;
}

/* A name where a list is expected and none is known: the text itself. */
static int
name_to_list(struct expander *x, struct ast_term *term)
{
	struct ast_term *item = arena_alloc(&x->l->resolved, sizeof(*item));

	if (!item)
		return problem_no_memory(x->l);
	*item = *term;
	item->kind = TERM_TEXT;
	*term = (struct ast_term){ .kind = TERM_LIST,
		.at = term->at,
		.args = item,
		.n_args = 1 };
	return 0;
}

static int
expand(struct expander *x, struct ast **at)
{
	struct ast *node = *at;
	int err = 0;

	if (++x->depth > x->deepest)
		x->deepest = x->depth;
	x->nodes++;
	if (x->deepest > TREE_DEPTH_MAX || x->nodes > NODES_MAX)
		return too_large(x, node);
	if (node->kind == AST_MACRO)
		err = expand_macro(x, at);
	else if (node->kind == AST_CHECK && node->op != OP_EXISTS &&
	    node->right.kind == TERM_NAME)
		err = name_to_list(x, &node->right);
	for (size_t i = 0; !err && i < node->n_children; i++)
		err = expand(x, &node->children[i]);
	x->depth--;
	return err;
}

static int
resolve_macros(struct rule_loader *l)
{
	struct names *macros = &l->now.macros;
	struct context file = { .type = "rules content" };
	struct context c = { .parent = &file, .type = "macro" };
	int err = 0;

	for (size_t i = 0; !err && i < macros->n; i++) {
		struct macro *macro = (struct macro *)macros->at[i];
		struct spliced *text;

		macro->used = false;
		macro->state = MACRO_PARSED;
		c.name = macro->named.name;
		c.place = macro->place;
		file.place.file = macro->place.file;
		err = parse(l, macro->condition, &c, &text, &macro->root);
		if (!err)
			macro->hash = str_hash(text->text, 0);
	}
	for (size_t i = 0; !err && i < macros->n; i++) {
		struct macro *macro = (struct macro *)macros->at[i];
		struct expander x = { .l = l, .c = &c };
		const struct ast *use = macro->root;

		c.name = macro->named.name;
		c.place = macro->place;
		file.place.file = macro->place.file;
		err = finish_macro(&x, macro, use);
	}
	return err;
}

/* --- rules --- */

struct compiler {
	struct rule_loader *l;
	bool quiet; /* its warnings were given before */
};

static int
put_rule(struct rule_loader *l, const struct rule_item *item,
    const struct context *c, struct loaded_rule *out, uint64_t *hash)
{
	struct piece head = { .text = STR("("), .place = item->place };
	struct piece tail = { .text = STR(")"), .place = item->place };
	const struct piece *pieces = item->condition;
	struct expander x = { .l = l, .c = c, .visibility = UINT32_MAX };
	struct spliced *text;
	struct piece *chain = NULL, **end = &chain;
	unsigned switches = out->skip_if_unknown + 2u * out->warn_evttypes;
	int err = 0;

	if (item->exceptions) {
		/* copies, because the chain goes on behind them */
		if (!piece_copy(&l->resolved, &head, &end) ||
		    !piece_copy(&l->resolved, item->condition, &end) ||
		    !piece_copy(&l->resolved, &tail, &end))
			return problem_no_memory(l);
		for (const struct exception *e = item->exceptions; e && !err;
		     e = e->next)
			err = exception_append(l, c, e, &end);
		pieces = chain;
	}
	if (!err)
		err = parse(l, pieces, c, &text, &out->resolved);
	if (err)
		return err;
	out->condition = text->text;
	x.hash =
	    mix(str_hash(text->text, 0), str_hash(out->rule.output, switches));
	err = expand(&x, &out->resolved);
	*hash = x.hash ? x.hash : 1;
	return err;
}

static int
put_output(struct rule_loader *l, const struct rule_item *item,
    const struct context *c, struct loaded_rule *out, size_t *base)
{
	struct spliced *text;
	int err = splice(l, item->output, false, c, &text);

	if (err)
		return err;
	out->rule.output = str_trim(text->text);
	*base = text->base;
	if (out->rule.output.n)
		*base += (size_t)(out->rule.output.p - text->text.p);
	return 0;
}

static void
warn_compiled(struct compiler *k, const struct context *c,
    struct compile_result *r, size_t base)
{
	enum rule_code code = CODE_COMPILE_CONDITION;
	struct context at = *c;

	if (!r->warnings || k->quiet)
		return;
	if (r->warnings & COMPILE_WARN_UNSAFE_NA)
		code = CODE_UNSAFE_NA_CHECK;
	if (r->warnings & COMPILE_WARN_DEPRECATED)
		code = CODE_DEPRECATED_ITEM;
	at.place = splice_place(k->l, base + r->warning_at);
	problem_add(k->l, false, code, &at, &r->warning);
}

/* An error, unless the rule asked to be skipped when it names the unknown. */
static int
fail_compiled(struct compiler *k, struct loaded_rule *rule, enum rule_code code,
    const struct context *c, struct compile_result *r, size_t base)
{
	struct context at = *c;

	at.place = splice_place(k->l, base + r->error_at);
	if (r->unknown_name && rule->skip_if_unknown) {
		rule->skipped = true;
		problem_add(k->l, false, CODE_UNKNOWN_FILTER, &at, &r->diag);
		return 0;
	}
	problem_add(k->l, true, code, &at, &r->diag);
	return ERR_INVAL;
}

static int
compile_condition(struct compiler *k, struct loaded_rule *rule,
    const struct context *c)
{
	struct context condition = { .parent = c, .type = "rule condition" };
	struct graph *graph = k->l->checked.graph;
	struct compile_result r;
	int node = graph_add(graph, rule->resolved, &r);
	unsigned n = 0;

	if (node == ERR_NOMEM)
		return problem_no_memory(k->l);
	if (node < 0)
		return fail_compiled(k, rule, CODE_ERR_CONDITION, &condition,
		    &r, 0);
	warn_compiled(k, &condition, &r, 0);
	rule->checked.root = graph->n_roots - 1;
	graph_event_types(graph, node, rule->types);
	for (unsigned i = 0; i < EVENT_SET_WORDS; i++)
		n += (unsigned)__builtin_popcountll(rule->types[i]);
	if (n > EVENT_TYPES_MAX && rule->warn_evttypes && !k->quiet)
		problem_warn(k->l, CODE_NO_EVTTYPE, c,
		    "Rule matches too many evt.type values. This has a "
		    "significant performance penalty.");
	return 0;
}

static int
compile_output(struct compiler *k, struct loaded_rule *rule,
    const struct context *c, size_t base)
{
	struct context output = { .parent = c, .type = "rule output" };
	struct compile_result r;
	struct rule_format *format;
	int err = format_compile(&k->l->checked.arena, rule->rule.output, false,
	    &format, &r);

	if (err == ERR_NOMEM)
		return problem_no_memory(k->l);
	if (err)
		return fail_compiled(k, rule, CODE_ERR_OUTPUT, &output, &r,
		    base);
	warn_compiled(k, &output, &r, base);
	rule->checked.format = format;
	return 0;
}

/* Compiles it, unless that was done with the very same texts before. */
static int
check_rule(struct compiler *k, struct rule_item *item, const struct context *c,
    struct loaded_rule *out, uint64_t hash, size_t output_base)
{
	unsigned id = k->l->checked.id;
	int err;

	k->quiet = item->checked.hash == hash;
	if (k->quiet && item->checked.rule.id == id) {
		memcpy(out->types, item->checked.types, sizeof(out->types));
		out->skipped = item->checked.skipped;
		out->checked = item->checked.rule;
		return 0;
	}
	out->checked.id = id;
	err = compile_condition(k, out, c);
	if (!err && !out->skipped)
		err = compile_output(k, out, c, output_base);
	if (err)
		return err;
	item->checked.hash = hash;
	memcpy(item->checked.types, out->types, sizeof(out->types));
	item->checked.skipped = out->skipped;
	item->checked.rule = out->checked;
	return 0;
}

static int
resolve_rule(struct compiler *k, struct rule_item *item,
    struct loaded_rule *out)
{
	struct context file = { .type = "rules content",
		.place = { item->place.file, 0 } };
	struct context c = { .parent = &file,
		.type = "rule",
		.name = item->named.name,
		.place = item->place };
	size_t output_base;
	uint64_t hash = 0;
	int err;

	out->rule = (struct rule){ .name = item->named.name,
		.desc = item->desc,
		.source = item->source,
		.priority = item->priority,
		.tags = item->tags,
		.n_tags = item->n_tags };
	out->enabled = item->enabled;
	out->warn_evttypes = item->warn_evttypes;
	out->skip_if_unknown = item->skip_if_unknown;
	out->skipped = item->unknown_source;
	err = put_output(k->l, item, &c, out, &output_base);
	if (err || out->skipped)
		return err;
	err = put_rule(k->l, item, &c, out, &hash);
	return err ? err : check_rule(k, item, &c, out, hash, output_base);
}

static bool
make_checked(struct rule_loader *l)
{
	struct checked_rules *c = &l->checked;

	if (c->id)
		return true;
	c->id = ++l->n_checked;
	arena_init(&c->arena, l->cap);
	c->graph = graph_new(&c->arena);
	return c->graph != NULL;
}

static int
resolve_rules(struct rule_loader *l)
{
	struct names *rules = &l->now.rules;
	struct compiler k = { .l = l };
	int err = 0;

	l->rules = arena_array(&l->resolved, rules->n, sizeof(*l->rules));
	if (!l->rules)
		return problem_no_memory(l);
	if (!make_checked(l))
		err = problem_no_memory(l);
	for (size_t i = 0; !err && i < rules->n; i++) {
		err = resolve_rule(&k, (struct rule_item *)rules->at[i],
		    &l->rules[i]);
		if (!err)
			l->n_rules = i + 1;
	}
	/* an error or a lack of memory left it half done */
	if (err)
		loader_drop_checked(l);
	return err;
}

static void
warn_unused(struct rule_loader *l)
{
	for (size_t i = 0; i < l->now.macros.n; i++) {
		struct macro *m = (struct macro *)l->now.macros.at[i];
		struct context c = { .type = "macro",
			.name = m->named.name,
			.place = m->place };

		if (!m->used)
			problem_warn(l, CODE_UNUSED_MACRO, &c,
			    "Macro not referred to by any other rule/macro");
	}
	for (size_t i = 0; i < l->now.lists.n; i++) {
		struct list *list = (struct list *)l->now.lists.at[i];
		struct context c = { .type = "list",
			.name = list->named.name,
			.place = list->place };

		if (!list->used)
			problem_warn(l, CODE_UNUSED_LIST, &c,
			    "List not referred to by any other rule/macro");
	}
}

int
resolve(struct rule_loader *l)
{
	int err;

	l->n_rules = 0;
	l->n_texts = l->texts_size = 0;
	l->next_base = 0;
	err = splice_lists(l);
	if (!err)
		err = resolve_macros(l);
	if (!err)
		err = resolve_rules(l);
	splice_end(l);
	if (!err)
		warn_unused(l);
	return err;
}
