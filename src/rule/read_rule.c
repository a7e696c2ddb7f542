/*
 * Rule items: definition, the old toggle (only `enabled`), `append: true`, and
 * `override`. Each makes a new version of the rule, so that a failed load can
 * go back to the versions before it.
 */
#include <stdlib.h>

#include "base/err.h"
#include "rule/loader.h"

enum rule_key {
	KEY_CONDITION,
	KEY_OUTPUT,
	KEY_DESC,
	KEY_TAGS,
	KEY_EXCEPTIONS,
	KEY_PRIORITY,
	KEY_CAPTURE,
	KEY_CAPTURE_DURATION,
	KEY_ENABLED,
	KEY_WARN_EVTTYPES,
	KEY_SKIP_IF_UNKNOWN,
	KEY_COUNT
};

#define BOTH (OVERRIDE_APPEND | OVERRIDE_REPLACE)

static const struct override_key overridable[KEY_COUNT] = {
	[KEY_CONDITION] = { "condition", BOTH, 0 },
	[KEY_OUTPUT] = { "output", BOTH, 0 },
	[KEY_DESC] = { "desc", BOTH, 0 },
	[KEY_TAGS] = { "tags", BOTH, 0 },
	[KEY_EXCEPTIONS] = { "exceptions", BOTH, 0 },
	[KEY_PRIORITY] = { "priority", OVERRIDE_REPLACE, 0 },
	[KEY_CAPTURE] = { "capture", OVERRIDE_REPLACE, 0 },
	[KEY_CAPTURE_DURATION] = { "capture_duration", OVERRIDE_REPLACE, 0 },
	[KEY_ENABLED] = { "enabled", OVERRIDE_REPLACE, 0 },
	[KEY_WARN_EVTTYPES] = { "warn_evttypes", OVERRIDE_REPLACE, 0 },
	[KEY_SKIP_IF_UNKNOWN] = { "skip-if-unknown-filter", OVERRIDE_REPLACE,
	    0 },
};

/* What reading one rule item needs all the time. */
struct rule_reader {
	struct reader *r;
	const struct yaml_node *item;
	struct context c;
	struct rule_item *rule; /* the version being made */
};

bool
piece_copy(struct arena *a, const struct piece *from, struct piece ***end)
{
	for (; from; from = from->next) {
		struct piece *p = arena_alloc(a, sizeof(*p));

		if (!p)
			return false;
		*p = *from;
		p->next = NULL;
		**end = p;
		*end = &p->next;
	}
	return true;
}

struct piece *
piece_append(struct arena *a, const struct piece *first,
    const struct piece *second)
{
	const struct piece blank = { .text = STR(" "), .place = second->place };
	struct piece *chain = NULL, **end = &chain;

	if (!piece_copy(a, first, &end) || !piece_copy(a, &blank, &end) ||
	    !piece_copy(a, second, &end))
		return NULL;
	return chain;
}

static int
read_priority(struct rule_reader *rr)
{
	const struct yaml_node *node = yaml_get(rr->item, "priority");
	struct rule_loader *l = rr->r->l;
	struct context at;
	struct str word;
	struct diag d;
	int err = read_text(rr->r, rr->item, "priority", true, &rr->c, &word);

	if (err || rule_priority_parse(word, &rr->rule->priority))
		return err;
	at = read_context(rr->r, &rr->c, "rule priority", word, node);
	diag_reset(&d);
	diag_set(&d, "Invalid priority");
	diag_hint(&d,
	    "one of Emergency, Alert, Critical, Error, Warning, Notice, "
	    "Informational, Debug");
	problem_add(l, true, CODE_YAML_VALIDATE, &at, &d);
	return ERR_INVAL;
}

static int
by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Sorted and each once, with those of the version before when appending. */
static int
read_tags(struct rule_reader *rr, bool append)
{
	struct rule_item *rule = rr->rule;
	struct arena *a = rr->r->l->arena;
	const struct yaml_node *node = yaml_get(rr->item, "tags");
	size_t n, old = append ? rule->n_tags : 0, kept = 0;
	struct str *tags, *all;
	int err;

	if (!node || node->kind == YAML_NULL)
		return 0;
	err =
	    read_texts(rr->r, rr->item, "tags", "value for", &rr->c, &tags, &n);
	if (err)
		return err;
	all = arena_array(a, old + n, sizeof(*all));
	if (!all)
		return problem_no_memory(rr->r->l);
	if (old)
		memcpy(all, rule->tags, old * sizeof(*all));
	if (n)
		memcpy(all + old, tags, n * sizeof(*all));
	qsort(all, old + n, sizeof(*all), by_text);
	for (size_t i = 0; i < old + n; i++)
		if (kept == 0 || !str_eq(all[kept - 1], all[i]))
			all[kept++] = all[i];
	rule->tags = all;
	rule->n_tags = kept;
	return 0;
}

/* We take no captures, but what is written has to be right. */
static int
read_capture_duration(struct rule_reader *rr)
{
	const struct yaml_node *node = yaml_get(rr->item, "capture_duration");
	struct context at;
	int64_t ms;

	if (!node || node->kind == YAML_NULL ||
	    yaml_int(&rr->r->yaml, node, "", 0, UINT32_MAX, &ms, NULL) == 0)
		return 0;
	at = read_context(rr->r, &rr->c, "value for", STR("capture_duration"),
	    node);
	return problem_error(rr->r->l, CODE_YAML_VALIDATE, &at,
	    "Can't decode YAML scalar value");
}

static int
read_switch(struct rule_reader *rr, enum rule_key key)
{
	bool capture = false;
	bool *out = key == KEY_ENABLED   ? &rr->rule->enabled
	    : key == KEY_WARN_EVTTYPES   ? &rr->rule->warn_evttypes
	    : key == KEY_SKIP_IF_UNKNOWN ? &rr->rule->skip_if_unknown
					 : &capture;

	return read_bool(rr->r, rr->item, overridable[key].key, &rr->c, out);
}

/* condition or output, appended or not. */
static int
read_pieces(struct rule_reader *rr, const char *key, bool append,
    struct piece **out)
{
	struct piece *read;
	int err = read_piece(rr->r, rr->item, key, &rr->c, &read);

	if (err)
		return err;
	*out = append ? piece_append(rr->r->l->arena, *out, read) : read;
	return *out ? 0 : problem_no_memory(rr->r->l);
}

static int
read_desc(struct rule_reader *rr, bool append)
{
	struct arena *a = rr->r->l->arena;
	struct str old = rr->rule->desc, added;
	int err = read_text(rr->r, rr->item, "desc", true, &rr->c, &added);
	char *p;

	if (err)
		return err;
	rr->rule->desc = added;
	if (!append)
		return 0;
	p = arena_bytes(a, old.n + 1 + added.n);
	if (!p)
		return problem_no_memory(rr->r->l);
	memcpy(p, old.p, old.n);
	p[old.n] = ' ';
	memcpy(p + old.n + 1, added.p, added.n);
	rr->rule->desc = (struct str){ p, old.n + 1 + added.n };
	return 0;
}

static int
read_rule_exceptions(struct rule_reader *rr, bool append)
{
	struct exception *read;
	struct rule_loader *l = rr->r->l;
	int err = read_exceptions(rr->r, rr->item, &rr->c, append, &read);

	if (err)
		return err;
	if (append)
		return exception_merge(l, &rr->c, &rr->rule->exceptions, read,
		    rr->rule->unknown_source);
	rr->rule->exceptions = read;
	for (; !err && read && !rr->rule->unknown_source; read = read->next)
		err = exception_check(l, &rr->c, read);
	return err;
}

static int
read_key(struct rule_reader *rr, enum rule_key key, bool append)
{
	switch (key) {
	case KEY_CONDITION:
		return read_pieces(rr, "condition", append,
		    &rr->rule->condition);
	case KEY_OUTPUT:
		return read_pieces(rr, "output", append, &rr->rule->output);
	case KEY_DESC:
		return read_desc(rr, append);
	case KEY_TAGS:
		return read_tags(rr, append);
	case KEY_EXCEPTIONS:
		return read_rule_exceptions(rr, append);
	case KEY_PRIORITY:
		return read_priority(rr);
	case KEY_CAPTURE_DURATION:
		return read_capture_duration(rr);
	case KEY_CAPTURE:
	case KEY_ENABLED:
	case KEY_WARN_EVTTYPES:
	case KEY_SKIP_IF_UNKNOWN:
		return read_switch(rr, key);
	case KEY_COUNT:
		break;
	}
	return ERR_INTERNAL;
}

/* source: is not a property that can change. */
static int
read_source(struct rule_reader *rr, const struct rule_item *before)
{
	struct str source = STR_NONE;
	int err = read_text(rr->r, rr->item, "source", false, &rr->c, &source);

	if (err)
		return err;
	if (before && source.n && !str_eq(source, before->source))
		return problem_error(rr->r->l, CODE_ERR_VALIDATE, &rr->c,
		    "Rule has been re-defined with a different source");
	rr->rule->source = before ? before->source
	    : source.n            ? source
				  : STR("syscall");
	rr->rule->unknown_source = !str_eq(rr->rule->source, STR("syscall"));
	return 0;
}

static int
read_definition(struct rule_reader *rr, const struct rule_item *before)
{
	static const enum rule_key optional[] = { KEY_ENABLED, KEY_CAPTURE,
		KEY_CAPTURE_DURATION, KEY_WARN_EVTTYPES, KEY_SKIP_IF_UNKNOWN,
		KEY_TAGS, KEY_EXCEPTIONS };
	struct rule_item *rule = rr->rule;
	int err;

	rule->place = rr->c.place;
	rule->enabled = true;
	rule->warn_evttypes = true;
	err = read_source(rr, before);
	if (!err)
		err = read_key(rr, KEY_CONDITION, false);
	if (!err)
		err = read_key(rr, KEY_OUTPUT, false);
	if (!err)
		err = read_key(rr, KEY_DESC, false);
	if (!err)
		err = read_key(rr, KEY_PRIORITY, false);
	for (size_t i = 0; !err && i < sizeof(optional) / sizeof(*optional);
	     i++)
		err = read_key(rr, optional[i], false);
	if (!err && rule->unknown_source)
		problem_warn(rr->r->l, CODE_UNKNOWN_SOURCE, &rr->c,
		    "Unknown source %.*s, skipping", STR_ARG(rule->source));
	return err;
}

static int
read_toggle(struct rule_reader *rr, const struct rule_item *before)
{
	static const char deprecated[] =
	    "The standalone 'enabled' key usage is deprecated. The correct "
	    "approach requires also a 'replace' entry under the 'override' "
	    "key (i.e. 'enabled: replace').";
	struct str word;
	int err = read_text(rr->r, rr->item, "enabled", true, &rr->c, &word);

	if (err)
		return err;
	problem_warn(rr->r->l, CODE_DEPRECATED_ITEM, &rr->c, "%s", deprecated);
	if (!before)
		return problem_error(rr->r->l, CODE_ERR_VALIDATE, &rr->c,
		    "Rule has 'enabled' key but no rule by that name already "
		    "exists");
	return read_key(rr, KEY_ENABLED, false);
}

static int
no_such_rule(struct rule_reader *rr, bool append)
{
	struct rule_loader *l = rr->r->l;
	const char *nearest = names_nearest(&l->now.rules, rr->c.name);
	struct diag d;

	diag_reset(&d);
	diag_set(&d, "%s",
	    append ? "Rule uses 'append' or 'override.<key>: append' but no "
		     "rule by that name already exists"
		   : "An 'override.<key>: replace' to a rule was requested "
		     "but no rule by that name already exists");
	if (nearest)
		diag_hint(&d, "did you mean '%s'?", nearest);
	problem_add(l, true, CODE_ERR_VALIDATE, &rr->c, &d);
	return ERR_INVAL;
}

/* append: true */
static int
read_appendix(struct rule_reader *rr, const struct rule_item *before)
{
	bool condition = yaml_get(rr->item, "condition");
	bool exceptions = yaml_get(rr->item, "exceptions");
	int err = 0;

	if (!before)
		return no_such_rule(rr, true);
	if (!condition && !exceptions)
		return problem_error(rr->r->l, CODE_ERR_VALIDATE, &rr->c,
		    "Appended rule must have exceptions or condition "
		    "property");
	if (condition)
		err = read_key(rr, KEY_CONDITION, true);
	if (!err && exceptions)
		err = read_key(rr, KEY_EXCEPTIONS, true);
	return err ? err : read_source(rr, before);
}

static int
read_overridden(struct rule_reader *rr, const struct rule_item *before,
    const struct override_key *keys, unsigned any)
{
	int err;

	if (!before)
		return no_such_rule(rr, any & OVERRIDE_APPEND);
	err = read_source(rr, before);
	for (unsigned k = 0; !err && k < KEY_COUNT; k++)
		if (keys[k].given)
			err = read_key(rr, (enum rule_key)k,
			    keys[k].given & OVERRIDE_APPEND);
	return err;
}

static bool
is_toggle(const struct yaml_node *item)
{
	return !yaml_get(item, "condition") && !yaml_get(item, "output") &&
	    !yaml_get(item, "desc") && !yaml_get(item, "priority");
}

static int
read_body(struct rule_reader *rr, const struct rule_item *before)
{
	struct override_key keys[KEY_COUNT];
	bool append = false;
	unsigned any;
	int err;

	memcpy(keys, overridable, sizeof(keys));
	err = read_bool(rr->r, rr->item, "append", &rr->c, &append);
	if (!err && append)
		problem_warn(rr->r->l, CODE_DEPRECATED_ITEM, &rr->c, "%s",
		    problem_append_deprecated);
	if (!err)
		err = read_overrides(rr->r, rr->item, &rr->c, keys, KEY_COUNT,
		    &any);
	if (err)
		return err;
	if (append && any)
		return problem_error(rr->r->l, CODE_YAML_VALIDATE, &rr->c, "%s",
		    problem_append_and_override);
	if (append || any || is_toggle(rr->item)) {
		if (before)
			*rr->rule = *before;
		if (any)
			return read_overridden(rr, before, keys, any);
		return append ? read_appendix(rr, before)
			      : read_toggle(rr, before);
	}
	return read_definition(rr, before);
}

int
read_rule(struct reader *r, const struct yaml_node *item,
    const struct context *parent)
{
	static const char *const keys[] = { "rule", "condition", "output",
		"desc", "priority", "source", "enabled", "capture",
		"capture_duration", "warn_evttypes", "skip-if-unknown-filter",
		"tags", "exceptions", "override", "append", NULL };
	struct rule_reader rr = { .r = r,
		.item = item,
		.c = read_context(r, parent, "rule", STR_NONE, item),
		.rule = arena_alloc(r->l->arena, sizeof(*rr.rule)) };
	struct str name;
	int err;

	if (!rr.rule)
		return problem_no_memory(r->l);
	err = read_text(r, item, "rule", true, &rr.c, &name);
	if (err)
		return err;
	rr.c.name = name;
	read_check_keys(r, item, keys, &rr.c);
	err = read_body(&rr,
	    (struct rule_item *)names_get(&r->l->now.rules, name));
	rr.rule->named.name = name;
	return err ? err : read_put(r, &r->l->now.rules, &rr.rule->named);
}
