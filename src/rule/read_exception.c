/*
 * The exceptions of a rule item: names, fields, comparisons and values.
 */
#include "base/err.h"
#include "rule/loader.h"

/* A scalar, or a list of scalars. */
static int
read_cell(struct reader *r, const struct yaml_node *node,
    const struct context *c, struct cell *out)
{
	bool list = node->kind == YAML_SEQ;
	size_t n = list ? node->n : 1;

	*out = (struct cell){ .is_list = list, .present = true, .n = n };
	out->items = arena_array(r->l->arena, n, sizeof(*out->items));
	if (!out->items)
		return problem_no_memory(r->l);
	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *item = list ? node->items[i] : node;
		struct piece *piece;

		if (item->kind != YAML_SCALAR) {
			struct context at = *c;

			at.place.offset = item->offset;
			return problem_error(r->l, CODE_YAML_VALIDATE, &at,
			    "Value is not a scalar value");
		}
		piece = read_make_piece(r, item);
		if (!piece)
			return problem_no_memory(r->l);
		out->items[i] = *piece;
	}
	return 0;
}

static int
read_named_cell(struct reader *r, const struct yaml_node *item, const char *key,
    bool required, const struct context *c, struct cell *out)
{
	const struct yaml_node *node = yaml_get(item, key);

	if (node && node->kind != YAML_NULL)
		return read_cell(r, node, c, out);
	if (!required)
		return 0;
	return problem_error(r->l, CODE_YAML_VALIDATE, c,
	    node ? "Mapping for key '%s' is empty"
		 : "Item has no mapping for key '%s'",
	    key);
}

static int
read_row(struct reader *r, const struct yaml_node *node,
    const struct context *parent, struct exception_row **out)
{
	struct context c =
	    read_context(r, parent, "exception value", STR_NONE, node);
	struct exception_row *row = arena_alloc(r->l->arena, sizeof(*row));
	int err = 0;

	if (!row)
		return problem_no_memory(r->l);
	row->place = c.place;
	row->is_list = node->kind == YAML_SEQ;
	row->n = row->is_list ? node->n : 1;
	row->cells = arena_array(r->l->arena, row->n, sizeof(*row->cells));
	if (!row->cells)
		return problem_no_memory(r->l);
	for (size_t i = 0; !err && i < row->n; i++)
		err = read_cell(r, row->is_list ? node->items[i] : node, &c,
		    &row->cells[i]);
	*out = row;
	return err;
}

static int
read_values(struct reader *r, const struct yaml_node *item,
    const struct context *c, bool append, struct exception *e)
{
	const struct yaml_node *values = yaml_get(item, "values");
	struct exception_row **end = &e->rows;
	struct context at;
	int err = 0;

	if (!values) {
		if (append)
			problem_warn(r->l, CODE_APPEND_NO_VALUES, c,
			    "Overriding/appending exception with no values");
		return 0;
	}
	at = read_context(r, c, "exception values", STR_NONE, values);
	if (values->kind != YAML_SEQ)
		return problem_error(r->l, CODE_YAML_VALIDATE, &at,
		    "Rule exception values must be a sequence");
	for (size_t i = 0; !err && i < values->n; i++) {
		err = read_row(r, values->items[i], &at, end);
		if (!err)
			end = &(*end)->next;
	}
	return err;
}

static int
read_exception(struct reader *r, const struct yaml_node *item,
    const struct context *parent, bool append, struct exception **out)
{
	static const char *const keys[] = { "name", "fields", "comps", "values",
		NULL };
	struct context c = read_context(r, parent, "exception", STR_NONE, item);
	struct exception *e = arena_alloc(r->l->arena, sizeof(*e));
	int err;

	if (!e)
		return problem_no_memory(r->l);
	if (item->kind != YAML_MAP)
		return problem_error(r->l, CODE_YAML_VALIDATE, &c,
		    "Rule exception must be a mapping");
	err = read_text(r, item, "name", true, &c, &e->name);
	if (err)
		return err;
	c.name = e->name;
	e->place = c.place;
	read_check_keys(r, item, keys, &c);
	err = read_named_cell(r, item, "fields", !append, &c, &e->fields);
	if (!err)
		err = read_named_cell(r, item, "comps", false, &c, &e->comps);
	if (!err)
		err = read_values(r, item, &c, append, e);
	*out = e;
	return err;
}

int
read_exceptions(struct reader *r, const struct yaml_node *item,
    const struct context *parent, bool append, struct exception **out)
{
	const struct yaml_node *seq = yaml_get(item, "exceptions");
	struct exception **end = out;
	struct context c;

	*out = NULL;
	if (!seq || seq->kind == YAML_NULL)
		return 0;
	c = read_context(r, parent, "exceptions", STR_NONE, seq);
	if (seq->kind != YAML_SEQ)
		return problem_error(r->l, CODE_YAML_VALIDATE, &c,
		    "Rule exceptions must be a sequence");
	for (size_t i = 0; i < seq->n; i++) {
		int err = read_exception(r, seq->items[i], &c, append, end);
		struct context at;

		if (err)
			return err;
		at = read_context(r, &c, "exception", (*end)->name,
		    seq->items[i]);
		for (struct exception *e = *out; e != *end; e = e->next)
			if (str_eq(e->name, (*end)->name)) {
				problem_warn(r->l,
				    CODE_EXCEPTION_NAME_NOT_UNIQUE, &at,
				    "Multiple definitions of exception "
				    "'%.*s' in the same rule",
				    STR_ARG(e->name));
				break;
			}
		end = &(*end)->next;
	}
	return 0;
}
