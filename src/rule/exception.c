/*
 * Exceptions: what they may compare with what, how `append` adds to them, and
 * the condition that they stand for.
 */
#include "base/err.h"
#include "rule/expr.h"
#include "rule/loader.h"
#include "rule/parse.h"

static struct context
exception_context(const struct context *rule, const struct exception *e)
{
	return (struct context){ .parent = rule,
		.type = "exception",
		.name = e->name,
		.place = e->place };
}

static struct context
piece_context(const struct context *parent, const struct piece *p)
{
	struct context c = *parent;

	if (p->place.file)
		c.place = p->place;
	return c;
}

/* A field or a transformer over fields that exist. */
static bool
is_field(struct rule_loader *l, struct str text)
{
	struct compile_result r = { .error_at = 0 };
	struct diag d;
	struct lexer lx = { .arena = l->arena,
		.text = text,
		.diag = &d,
		.max_depth = AST_MAX_DEPTH };
	struct expr_builder b = { .arena = l->arena, .result = &r };
	struct ast_term term;

	return parse_left(&lx, &term) == 1 && lx.at == text.n &&
	    expr_build(&b, &term, false);
}

/* An operator, or one that takes a modifier with its modifier. */
static bool
is_operator(struct str text)
{
	static const char *const modifiers[] = { " oneof", " anyof", " allof" };
	bool bare_text;

	for (size_t i = 0; i < 3; i++) {
		struct str m = str_from(modifiers[i]);

		if (str_ends(text, m))
			return parse_operator(
				   str_trim(str_sub(text, 0, text.n - m.n)),
				   &bare_text) &&
			    bare_text;
	}
	return parse_operator(text, &bare_text) && !str_eq(text, STR("exists"));
}

/* in, intersects, pmatch, and operators with a modifier. */
static bool
takes_list(struct str comp)
{
	return str_eq(comp, STR("in")) || str_eq(comp, STR("intersects")) ||
	    str_eq(comp, STR("pmatch")) || str_find_char(comp, ' ') >= 0;
}

static int
check_comp(struct rule_loader *l, const struct context *c,
    const struct piece *comp, bool single)
{
	struct context at = piece_context(c, comp);

	if (!is_operator(comp->text))
		return problem_error(l, CODE_ERR_VALIDATE, &at,
		    "'%.*s' is not a supported comparison operator",
		    STR_ARG(comp->text));
	if (single && !takes_list(comp->text))
		return problem_error(l, CODE_ERR_VALIDATE, &at,
		    "'%.*s' compares with one value: with a single field use "
		    "in, pmatch, intersects, or an operator with oneof, anyof "
		    "or allof",
		    STR_ARG(comp->text));
	return 0;
}

static int
check_field(struct rule_loader *l, const struct context *c,
    const struct piece *field)
{
	struct context at = piece_context(c, field);
	const char *nearest;
	struct diag d;

	if (is_field(l, field->text))
		return 0;
	nearest = field_nearest(field->text);
	diag_reset(&d);
	diag_set(&d, "'%.*s' is not a supported filter field",
	    STR_ARG(field->text));
	if (nearest)
		diag_hint(&d, "did you mean '%s'?", nearest);
	problem_add(l, true, CODE_ERR_VALIDATE, &at, &d);
	return ERR_INVAL;
}

/* in for a single field, = for each of several. */
static int
default_comps(struct rule_loader *l, struct exception *e)
{
	struct cell comps = { .is_list = e->fields.is_list,
		.present = true,
		.n = e->fields.n };

	comps.items = arena_array(l->arena, comps.n, sizeof(*comps.items));
	if (!comps.items)
		return problem_no_memory(l);
	for (size_t i = 0; i < comps.n; i++) {
		comps.items[i].text = comps.is_list ? STR("=") : STR("in");
		comps.items[i].place = e->place;
	}
	e->comps = comps;
	return 0;
}

int
exception_check(struct rule_loader *l, const struct context *rule,
    struct exception *e)
{
	struct context c = exception_context(rule, e);
	int err = 0;

	if (!e->fields.present)
		return problem_error(l, CODE_ERR_VALIDATE, &c,
		    "Rule exception must have fields property with a list of "
		    "fields");
	if (!e->comps.present)
		err = default_comps(l, e);
	if (err)
		return err;
	if (e->fields.is_list != e->comps.is_list)
		return problem_error(l, CODE_ERR_VALIDATE, &c,
		    "Fields and comps must both be lists or both be single "
		    "values");
	if (e->fields.n != e->comps.n)
		return problem_error(l, CODE_ERR_VALIDATE, &c,
		    "Fields and comps lists must have equal length");
	for (size_t i = 0; !err && i < e->comps.n; i++)
		err = check_comp(l, &c, &e->comps.items[i], !e->fields.is_list);
	for (size_t i = 0; !err && i < e->fields.n; i++)
		err = check_field(l, &c, &e->fields.items[i]);
	return err;
}

/* --- append --- */

static bool
copy_rows(struct arena *a, const struct exception_row *from,
    struct exception_row ***end)
{
	for (; from; from = from->next) {
		struct exception_row *row = arena_alloc(a, sizeof(*row));

		if (!row)
			return false;
		*row = *from;
		row->next = NULL;
		**end = row;
		*end = &row->next;
	}
	return true;
}

static int
merge_known(struct rule_loader *l, const struct context *c,
    struct exception *known, const struct exception *added)
{
	struct exception_row *rows = NULL, **end = &rows;

	if (added->fields.present || added->comps.present)
		return problem_error(l, CODE_ERR_VALIDATE, c,
		    "Can not append exception %s to existing exception, only "
		    "values",
		    added->fields.present ? "fields" : "comps");
	if (!copy_rows(l->arena, known->rows, &end) ||
	    !copy_rows(l->arena, added->rows, &end))
		return problem_no_memory(l);
	known->rows = rows;
	return 0;
}

static int
add_new(struct rule_loader *l, const struct context *rule,
    const struct exception *added, bool unchecked, struct exception **end)
{
	struct context c = exception_context(rule, added);
	struct exception *e = arena_alloc(l->arena, sizeof(*e));

	if (!e)
		return problem_no_memory(l);
	*e = *added;
	e->next = NULL;
	*end = e;
	if (unchecked)
		return 0;
	if (e->fields.present && !e->rows)
		return problem_error(l, CODE_ERR_VALIDATE, &c,
		    "Rule exception must have values property with a list of "
		    "values");
	return exception_check(l, rule, e);
}

static struct exception **
find_exception(struct exception **at, struct str name)
{
	while (*at && !str_eq((*at)->name, name))
		at = &(*at)->next;
	return at;
}

int
exception_merge(struct rule_loader *l, const struct context *rule,
    struct exception **all, const struct exception *added, bool unchecked)
{
	struct exception *merged = NULL, **end = &merged;
	int err = 0;

	for (const struct exception *e = *all; e; e = e->next) {
		*end = arena_alloc(l->arena, sizeof(**end));
		if (!*end)
			return problem_no_memory(l);
		**end = *e;
		end = &(*end)->next;
	}
	for (; !err && added; added = added->next) {
		struct context c = exception_context(rule, added);
		struct exception **at = find_exception(&merged, added->name);

		err = *at ? merge_known(l, &c, *at, added)
			  : add_new(l, rule, added, unchecked, at);
	}
	*all = merged;
	return err;
}

/* --- the condition --- */

/* Where the next piece goes, and what its place is unless it has its own. */
struct writer {
	struct rule_loader *l;
	struct place place;
	struct piece ***end;
	bool failed;
};

static void
put_piece(struct writer *w, struct piece piece)
{
	struct piece *p = arena_alloc(&w->l->resolved, sizeof(*p));

	if (!p) {
		w->failed = true;
		return;
	}
	if (!piece.place.file)
		piece.place = w->place;
	piece.next = NULL;
	*p = piece;
	**w->end = p;
	*w->end = &p->next;
}

static void
put(struct writer *w, const char *text)
{
	if (*text)
		put_piece(w, (struct piece){ .text = str_from(text) });
}

static bool
has_blank(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r'))
			return true;
	return false;
}

/* Quotes only where the grammar needs them, and Falco writes them. */
static void
put_value(struct writer *w, const struct piece *value)
{
	bool quote = value->text.n == 0 ||
	    (has_blank(value->text) && value->text.p[0] != '"' &&
		value->text.p[0] != '\'');

	if (quote)
		put(w, "\"");
	put_piece(w, *value);
	if (quote)
		put(w, "\"");
}

static void
put_cell(struct writer *w, const struct piece *comp, const struct cell *cell)
{
	bool list = cell->is_list || takes_list(comp->text);

	/* "(names)" as a value names a list: it has its own parentheses. */
	if (!cell->is_list && cell->n && cell->items[0].text.n &&
	    cell->items[0].text.p[0] == '(') {
		put_piece(w, cell->items[0]);
		return;
	}
	put(w, list ? "(" : "");
	for (size_t i = 0; i < cell->n; i++) {
		put(w, i ? ", " : "");
		put_value(w, &cell->items[i]);
	}
	put(w, list ? ")" : "");
}

static int
put_row(struct writer *w, const struct context *c, const struct exception *e,
    const struct exception_row *row)
{
	struct context at = *c;

	at.place = row->place;
	if (!row->is_list || row->n != e->fields.n)
		return problem_error(w->l, CODE_ERR_VALIDATE, &at,
		    "Fields and values lists must have equal length");
	put(w, "(");
	for (size_t i = 0; i < row->n; i++) {
		put(w, i ? " and " : "");
		put_piece(w, e->fields.items[i]);
		put(w, " ");
		put_piece(w, e->comps.items[i]);
		put(w, " ");
		put_cell(w, &e->comps.items[i], &row->cells[i]);
	}
	put(w, ")");
	return 0;
}

static int
put_single(struct writer *w, const struct context *c, const struct exception *e)
{
	put_piece(w, e->fields.items[0]);
	put(w, " ");
	put_piece(w, e->comps.items[0]);
	put(w, " (");
	for (const struct exception_row *row = e->rows; row; row = row->next) {
		struct context at = *c;

		at.place = row->place;
		if (row->is_list)
			return problem_error(w->l, CODE_ERR_VALIDATE, &at,
			    "Expected values array to contain a list of "
			    "strings");
		put(w, row == e->rows ? "" : ", ");
		put_value(w, &row->cells[0].items[0]);
	}
	put(w, ")");
	return 0;
}

int
exception_append(struct rule_loader *l, const struct context *rule,
    const struct exception *e, struct piece ***end)
{
	struct context c = exception_context(rule, e);
	struct writer w = { .l = l, .place = e->place, .end = end };
	int err = 0;

	if (!e->rows)
		return 0;
	put(&w, " and not (");
	if (!e->fields.is_list)
		err = put_single(&w, &c, e);
	for (const struct exception_row *row = e->rows;
	     !err && e->fields.is_list && row; row = row->next) {
		put(&w, row == e->rows ? "" : " or ");
		err = put_row(&w, &c, e, row);
	}
	put(&w, ")");
	if (w.failed)
		return problem_no_memory(l);
	return err;
}
