/*
 * YAML to objects: documents, items, lists and macros; and the readers of
 * single keys that rules and exceptions share. Messages are Falco's where
 * tools may look for them.
 */
#include "base/err.h"
#include "rule/loader.h"

const char problem_append_deprecated[] =
    "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: "
    "append') under 'override' instead.";
const char problem_append_and_override[] =
    "Keys 'override' and 'append: true' cannot be used together. Add an "
    "'append' entry (e.g. 'condition: append') under 'override' instead.";

static bool
is_given(const struct yaml_node *node)
{
	return node && node->kind != YAML_NULL;
}

struct context
read_context(struct reader *r, const struct context *parent, const char *type,
    struct str name, const struct yaml_node *node)
{
	return (struct context){ .parent = parent,
		.type = type,
		.name = name,
		.place = { r->l->file, node->offset } };
}

/* The scalar under the key; *out is NULL when it is absent and may be. */
static int
find_scalar(struct reader *r, const struct yaml_node *item, const char *key,
    bool required, const struct context *c, const struct yaml_node **out)
{
	const struct yaml_node *node = yaml_get(item, key);
	struct context value;

	*out = NULL;
	if (!is_given(node)) {
		if (!required)
			return 0;
		return problem_error(r->l, CODE_YAML_VALIDATE, c,
		    node ? "Mapping for key '%s' is empty"
			 : "Item has no mapping for key '%s'",
		    key);
	}
	value = read_context(r, c, "value for", str_from(key), node);
	if (node->kind != YAML_SCALAR)
		return problem_error(r->l, CODE_YAML_VALIDATE, &value,
		    "Value is not a scalar value");
	if (!node->value.n)
		return problem_error(r->l, CODE_YAML_VALIDATE, &value,
		    "Value must be non-empty");
	*out = node;
	return 0;
}

int
read_text(struct reader *r, const struct yaml_node *item, const char *key,
    bool required, const struct context *c, struct str *out)
{
	const struct yaml_node *node;
	int err = find_scalar(r, item, key, required, c, &node);

	if (err || !node)
		return err;
	*out = arena_str(r->l->arena, node->value);
	return out->p ? 0 : problem_no_memory(r->l);
}

int
read_bool(struct reader *r, const struct yaml_node *item, const char *key,
    const struct context *c, bool *out)
{
	const struct yaml_node *node;
	struct context value;
	struct diag d;
	int err = find_scalar(r, item, key, false, c, &node);

	if (err || !node)
		return err;
	diag_reset(&d);
	if (yaml_bool(&r->yaml, node, key, out, &d) == 0)
		return 0;
	value = read_context(r, c, "value for", str_from(key), node);
	diag_set(&d, "Can't decode YAML scalar value");
	diag_hint(&d, "%s is true or false", key);
	problem_add(r->l, true, CODE_YAML_VALIDATE, &value, &d);
	return ERR_INVAL;
}

struct piece *
read_make_piece(struct reader *r, const struct yaml_node *node)
{
	struct piece *p = arena_alloc(r->l->arena, sizeof(*p));
	struct yaml_node *copy = arena_alloc(r->l->arena, sizeof(*copy));

	if (!p || !copy)
		return NULL;
	*copy = *node;
	copy->tag = STR_NONE;
	copy->value = arena_str(r->l->arena, node->value);
	if (!copy->value.p)
		return NULL;
	p->text = copy->value;
	p->node = copy;
	p->place = (struct place){ r->l->file, node->offset };
	return p;
}

int
read_piece(struct reader *r, const struct yaml_node *item, const char *key,
    const struct context *c, struct piece **out)
{
	const struct yaml_node *node;
	int err = find_scalar(r, item, key, true, c, &node);

	if (err)
		return err;
	*out = read_make_piece(r, node);
	return *out ? 0 : problem_no_memory(r->l);
}

int
read_texts(struct reader *r, const struct yaml_node *item, const char *key,
    const char *entry_type, const struct context *c, struct str **out,
    size_t *n)
{
	const struct yaml_node *seq = yaml_get(item, key);
	struct context value;

	if (!seq)
		return problem_error(r->l, CODE_YAML_VALIDATE, c,
		    "Item has no mapping for key '%s'", key);
	value = read_context(r, c, "value for", str_from(key), seq);
	if (seq->kind != YAML_SEQ)
		return problem_error(r->l, CODE_YAML_VALIDATE, &value,
		    "Value is not a sequence");
	*n = seq->n;
	*out = arena_array(r->l->arena, seq->n, sizeof(**out));
	if (!*out)
		return problem_no_memory(r->l);
	for (size_t i = 0; i < seq->n; i++) {
		const struct yaml_node *entry = seq->items[i];
		struct context ec =
		    read_context(r, &value, entry_type, STR_NONE, entry);

		if (entry->kind != YAML_SCALAR)
			return problem_error(r->l, CODE_YAML_VALIDATE, &ec,
			    "Value is not a scalar value");
		(*out)[i] = arena_str(r->l->arena, entry->value);
		if (!(*out)[i].p)
			return problem_no_memory(r->l);
	}
	return 0;
}

static size_t
count_words(const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

static void
warn_unknown_key(struct reader *r, const struct yaml_node *key,
    const char *const *known, const struct context *c)
{
	struct context at = *c;
	const char *nearest;
	struct diag d;

	for (size_t i = 0; known[i]; i++)
		if (key->kind == YAML_SCALAR &&
		    str_eq(key->value, str_from(known[i])))
			return;
	at.place.offset = key->offset;
	diag_reset(&d);
	diag_set(&d, "Unknown key '%.*s'. Key will be ignored.",
	    STR_ARG(key->value));
	nearest = str_nearest(key->value, known, count_words(known));
	if (nearest)
		diag_hint(&d, "did you mean '%s'?", nearest);
	problem_add(r->l, false, CODE_UNKNOWN_KEY, &at, &d);
}

int
read_check_keys(struct reader *r, const struct yaml_node *item,
    const char *const *known, const struct context *c)
{
	const struct yaml_pair *again;

	for (size_t i = 0; i < item->n; i++)
		warn_unknown_key(r, item->pairs[i].key, known, c);
	for (size_t i = 0; (again = yaml_duplicate(item, i)); i++) {
		struct context at = *c;

		at.place.offset = again->key->offset;
		problem_warn(r->l, CODE_UNKNOWN_KEY, &at,
		    "Key '%.*s' is given twice, only the first one counts",
		    STR_ARG(again->key->value));
	}
	return 0;
}

static int
bad_operation(struct reader *r, const struct context *c, const char *key,
    struct str word, unsigned op, unsigned allowed)
{
	if (!op)
		return problem_error(r->l, CODE_YAML_VALIDATE, c,
		    "Invalid override operation for key '%s': '%.*s'. Allowed "
		    "values are: append, replace",
		    key, STR_ARG(word));
	if (!allowed)
		return problem_error(r->l, CODE_YAML_VALIDATE, c,
		    "Key '%s' cannot be overridden", key);
	return problem_error(r->l, CODE_YAML_VALIDATE, c,
	    op == OVERRIDE_APPEND
		? "Key '%s' cannot be appended to, use 'replace' instead"
		: "Key '%s' cannot be replaced, use 'append' instead",
	    key);
}

static int
read_override(struct reader *r, const struct yaml_node *map, size_t i,
    const struct context *c, struct override_key *keys, size_t n)
{
	const struct yaml_node *key = map->pairs[i].key;
	struct override_key *found = NULL;
	struct context at = *c;
	unsigned op;
	struct str word;
	int err;

	at.place.offset = key->offset;
	if (key->kind != YAML_SCALAR)
		return problem_error(r->l, CODE_YAML_VALIDATE, &at,
		    "Key of 'override' is not a scalar value");
	err = read_text(r, map, key->value.p, true, &at, &word);
	if (err)
		return err;
	for (size_t k = 0; k < n; k++)
		if (str_eq(key->value, str_from(keys[k].key)))
			found = &keys[k];
	op = str_eq(word, STR("append"))   ? OVERRIDE_APPEND
	    : str_eq(word, STR("replace")) ? OVERRIDE_REPLACE
					   : 0;
	if (!op || !found || !(found->allowed & op))
		return bad_operation(r, &at, key->value.p, word, op,
		    found ? found->allowed : 0);
	found->given |= op;
	return 0;
}

static int
check_given(struct reader *r, const struct yaml_node *item,
    const struct context *c, const struct override_key *key)
{
	const struct yaml_node *node = yaml_get(item, key->key);

	if (key->given && !node)
		return problem_error(r->l, CODE_YAML_VALIDATE, c,
		    "An %s override for '%s' was specified but '%s' is not "
		    "defined",
		    key->given & OVERRIDE_APPEND ? "append" : "replace",
		    key->key, key->key);
	if (!key->given && node) {
		struct context at = *c;

		at.place.offset = node->offset;
		return problem_error(r->l, CODE_YAML_VALIDATE, &at,
		    "Unexpected key '%s': no corresponding entry under "
		    "'override' is defined.",
		    key->key);
	}
	return 0;
}

int
read_overrides(struct reader *r, const struct yaml_node *item,
    const struct context *c, struct override_key *keys, size_t n, unsigned *any)
{
	const struct yaml_node *map = yaml_get(item, "override");
	struct context at;
	int err = 0;

	*any = 0;
	if (!is_given(map))
		return 0;
	at = read_context(r, c, "overrides", STR_NONE, map);
	if (map->kind != YAML_MAP)
		return problem_error(r->l, CODE_YAML_VALIDATE, &at,
		    "Value of 'override' is not a mapping");
	for (size_t i = 0; !err && i < map->n; i++)
		err = read_override(r, map, i, &at, keys, n);
	for (size_t i = 0; !err && i < n; i++)
		*any |= keys[i].given;
	for (size_t i = 0; !err && *any && i < n; i++)
		err = check_given(r, item, c, &keys[i]);
	return err;
}

/* --- lists and macros --- */

/* append: and override: of an item whose only property is key. */
static int
read_append(struct reader *r, const struct yaml_node *item, const char *key,
    const struct context *c, bool *append)
{
	struct override_key keys[] = {
		{ key, OVERRIDE_APPEND | OVERRIDE_REPLACE, 0 },
	};
	unsigned any;
	int err;

	*append = false;
	err = read_bool(r, item, "append", c, append);
	if (!err && *append)
		problem_warn(r->l, CODE_DEPRECATED_ITEM, c, "%s",
		    problem_append_deprecated);
	if (!err)
		err = read_overrides(r, item, c, keys, 1, &any);
	if (err)
		return err;
	if (*append && any)
		return problem_error(r->l, CODE_YAML_VALIDATE, c, "%s",
		    problem_append_and_override);
	*append = *append || (any & OVERRIDE_APPEND);
	return 0;
}

/* A definition keeps its namesake's position; any change is seen from now. */
int
read_put(struct reader *r, struct names *names, struct named *object)
{
	const struct named *before = names_get(names, object->name);

	object->visibility = r->l->clock++;
	object->index = before ? before->index : object->visibility;
	if (!names_put(names, r->l->arena, object))
		return problem_no_memory(r->l);
	return 0;
}

static bool
is_bare(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("()\"'=, \t\n\v\f\r", s.p[i]))
			return false;
	return s.n > 0;
}

static bool
is_identifier(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && (i == 0 || ((c < '0' || c > '9') && c != '_')))
			return false;
	}
	return s.n > 0;
}

static int
append_items(struct reader *r, const struct list *before, struct list *list,
    const struct context *c)
{
	struct str *items;

	if (!before)
		return problem_error(r->l, CODE_ERR_VALIDATE, c,
		    "List uses 'append' or 'override.items: append' but no "
		    "list by that name already exists");
	items = arena_array(r->l->arena, before->n_items + list->n_items,
	    sizeof(*items));
	if (!items)
		return problem_no_memory(r->l);
	memcpy(items, before->items, before->n_items * sizeof(*items));
	memcpy(items + before->n_items, list->items,
	    list->n_items * sizeof(*items));
	list->items = items;
	list->n_items += before->n_items;
	list->place = before->place;
	return 0;
}

static int
read_list(struct reader *r, const struct yaml_node *item,
    const struct context *parent)
{
	static const char *const keys[] = { "list", "items", "append",
		"override", NULL };
	struct context c = read_context(r, parent, "list", STR_NONE, item);
	struct list *list = arena_alloc(r->l->arena, sizeof(*list));
	struct names *lists = &r->l->now.lists;
	struct str *items;
	bool append;
	int err;

	if (!list)
		return problem_no_memory(r->l);
	list->place = c.place;
	err = read_text(r, item, "list", true, &c, &list->named.name);
	if (err)
		return err;
	c.name = list->named.name;
	if (!is_bare(c.name))
		problem_warn(r->l, CODE_INVALID_LIST_NAME, &c,
		    "List has an invalid name. List names should match a "
		    "regular expression: [^()\"'[:space:]=,]+");
	read_check_keys(r, item, keys, &c);
	err = read_texts(r, item, "items", "list item", &c, &items,
	    &list->n_items);
	list->items = items;
	if (!err)
		err = read_append(r, item, "items", &c, &append);
	if (!err && append)
		err = append_items(r, (struct list *)names_get(lists, c.name),
		    list, &c);
	return err ? err : read_put(r, lists, &list->named);
}

static int
append_condition(struct reader *r, const struct macro *before,
    struct macro *macro, const struct context *c)
{
	if (!before)
		return problem_error(r->l, CODE_ERR_VALIDATE, c,
		    "Macro uses 'append' or 'override.condition: append' but "
		    "no macro by that name already exists");
	macro->condition =
	    piece_append(r->l->arena, before->condition, macro->condition);
	macro->place = before->place;
	return macro->condition ? 0 : problem_no_memory(r->l);
}

static int
read_macro(struct reader *r, const struct yaml_node *item,
    const struct context *parent)
{
	static const char *const keys[] = { "macro", "condition", "append",
		"override", NULL };
	struct context c = read_context(r, parent, "macro", STR_NONE, item);
	struct macro *macro = arena_alloc(r->l->arena, sizeof(*macro));
	struct names *macros = &r->l->now.macros;
	bool append;
	int err;

	if (!macro)
		return problem_no_memory(r->l);
	macro->place = c.place;
	err = read_text(r, item, "macro", true, &c, &macro->named.name);
	if (err)
		return err;
	c.name = macro->named.name;
	if (!is_identifier(c.name))
		problem_warn(r->l, CODE_INVALID_MACRO_NAME, &c,
		    "Macro has an invalid name. Macro names should match a "
		    "regular expression: [a-zA-Z]+[a-zA-Z0-9_]*");
	read_check_keys(r, item, keys, &c);
	err = read_piece(r, item, "condition", &c, &macro->condition);
	if (!err)
		err = read_append(r, item, "condition", &c, &append);
	if (!err && append)
		err = append_condition(r,
		    (struct macro *)names_get(macros, c.name), macro, &c);
	return err ? err : read_put(r, macros, &macro->named);
}

/* --- documents --- */

static int
read_item(struct reader *r, const struct yaml_node *item,
    const struct context *parent)
{
	static const struct {
		const char *key;
		int (*read)(struct reader *r, const struct yaml_node *item,
		    const struct context *parent);
	} kinds[] = {
		{ "required_engine_version", read_engine_version },
		{ "required_plugin_versions", read_plugin_versions },
		{ "list", read_list },
		{ "macro", read_macro },
		{ "rule", read_rule },
	};
	struct context c =
	    read_context(r, parent, "rules content item", STR_NONE, item);

	if (item->kind != YAML_MAP)
		return problem_error(r->l, CODE_YAML_VALIDATE, &c,
		    "Unexpected element type. Each element should be a yaml "
		    "associative array.");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (yaml_get(item, kinds[i].key))
			return kinds[i].read(r, item, parent);
	return problem_warn(r->l, CODE_UNKNOWN_ITEM, &c,
	    "Unknown top level item");
}

int
read_documents(struct reader *r)
{
	int err = 0;

	for (size_t i = 0; !err && i < r->yaml.n_docs; i++) {
		const struct yaml_node *doc = r->yaml.docs[i];
		struct context c =
		    read_context(r, NULL, "rules content", STR_NONE, doc);

		if (doc->kind == YAML_NULL)
			continue;
		if (doc->kind != YAML_SEQ)
			return problem_error(r->l, CODE_YAML_VALIDATE, &c,
			    doc->kind == YAML_SCALAR
				? "Rules content is not yaml"
				: "Rules content is not yaml array of "
				  "objects");
		for (size_t k = 0; !err && k < doc->n; k++)
			err = read_item(r, doc->items[k], &c);
	}
	return err;
}
