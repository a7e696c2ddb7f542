/*
 * Fields, transformers, values and lists of values: what stands left and right
 * of an operator.
 */
#include "base/err.h"
#include "rule/parse.h"

static const char *const transformers[] = { "tolower", "toupper", "b64",
	"basename", "len", "join", "concat", "getopt" };

#define N_TRANSFORMERS (sizeof(transformers) / sizeof(*transformers))

/* "[arg]", when there is one. */
static int
parse_field_arg(struct lexer *l, struct ast_term *out)
{
	int r;

	if (!lex_char(l, '['))
		return 0;
	r = lex_quoted(l, &out->arg);
	if (r == 0)
		r = lex_field_arg(l, &out->arg);
	if (r < 0)
		return r;
	if (r == 0)
		return lex_fail(l, l->at,
		    "expected a valid field argument: a quoted string or a "
		    "bare string");
	out->has_arg = true;
	if (!lex_char(l, ']'))
		return lex_fail(l, l->at, "expected a ']' token");
	return 0;
}

static int
parse_field(struct lexer *l, struct ast_term *out)
{
	int err;

	*out = lex_term(l, TERM_FIELD);
	if (!lex_field_name(l, &out->text))
		return 0;
	err = parse_field_arg(l, out);
	return err ? err : 1;
}

/* A transformer's name counts only with its parenthesis right behind it. */
static bool
take_transformer(struct lexer *l, struct str *name)
{
	struct lexer before = *l;

	if (!lex_identifier(l, name) || !lex_at_char(l, '('))
		goto no;
	for (size_t i = 0; i < N_TRANSFORMERS; i++)
		if (str_eq(*name, str_from(transformers[i])))
			return true;
no:
	*l = before;
	return false;
}

/* An upper bound: the commas up to the end of the list, and one. */
static size_t
count_items(const struct lexer *l)
{
	size_t n = 1, depth = 0;
	char quote = '\0';

	for (size_t i = l->at; i < l->text.n; i++) {
		char c = l->text.p[i];

		if (quote) {
			if (c == '\\')
				i++;
			else if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '(') {
			depth++;
		} else if (c == ')' && depth-- == 0) {
			break;
		} else if (c == ',') {
			n++;
		}
	}
	return n;
}

static int
parse_items(struct lexer *l, bool may_be_empty,
    int (*item)(struct lexer *l, struct ast_term *out), struct ast_term *out)
{
	size_t room = count_items(l);
	int err;

	out->args = arena_array(l->arena, room, sizeof(*out->args));
	if (!out->args)
		return lex_no_memory(l);
	lex_blank(l);
	if (may_be_empty && lex_char(l, ')'))
		return 0;
	do {
		lex_blank(l);
		if (out->n_args == room)
			return lex_fail(l, l->at, "expected a ')' token");
		err = item(l, &out->args[out->n_args]);
		if (err)
			return err;
		out->n_args++;
		lex_blank(l);
	} while (lex_char(l, ','));
	if (!lex_char(l, ')'))
		return lex_fail(l, l->at, "expected a ')' token");
	return 0;
}

/* Anything that a transformer takes but a list. */
static int
parse_arg_scalar(struct lexer *l, struct ast_term *out)
{
	size_t at = l->at;
	int r;

	*out = lex_term(l, TERM_TEXT);
	r = lex_quoted(l, &out->text);
	out->quoted = r == 1;
	if (r == 0)
		r = lex_number(l, &out->text);
	if (r == 0)
		r = parse_left(l, out);
	if (r == 0)
		return lex_fail(l, at,
		    "expected a field, a transformer, a quoted string or a "
		    "number");
	return r < 0 ? r : 0;
}

static int
parse_arg(struct lexer *l, struct ast_term *out)
{
	*out = lex_term(l, TERM_LIST);
	if (!lex_char(l, '('))
		return parse_arg_scalar(l, out);
	return parse_items(l, true, parse_arg_scalar, out);
}

static int
parse_transformer(struct lexer *l, struct ast_term *out)
{
	int err;

	*out = lex_term(l, TERM_TRANSFORM);
	if (!take_transformer(l, &out->text))
		return 0;
	lex_char(l, '(');
	err = lex_enter(l);
	if (!err)
		err = parse_items(l, false, parse_arg, out);
	if (!err)
		err = parse_field_arg(l, out);
	lex_leave(l);
	return err ? err : 1;
}

int
parse_left(struct lexer *l, struct ast_term *out)
{
	int r = parse_transformer(l, out);

	return r ? r : parse_field(l, out);
}

int
parse_computed(struct lexer *l, struct ast_term *out)
{
	int r;

	if (!lex_word(l, "val("))
		return parse_transformer(l, out);
	lex_blank(l);
	r = parse_field(l, out);
	if (r < 0)
		return r;
	if (r == 0)
		return lex_fail(l, l->at, "expected a field within 'val()'");
	out->through_val = true;
	lex_blank(l);
	if (!lex_char(l, ')'))
		return lex_fail(l, l->at, "expected a ')' token");
	return 1;
}

int
parse_text(struct lexer *l, struct ast_term *out)
{
	int r;

	*out = lex_term(l, TERM_TEXT);
	r = lex_quoted(l, &out->text);
	out->quoted = r == 1;
	if (r == 0)
		r = lex_bare(l, &out->text);
	if (r == 0)
		return lex_fail(l, l->at, "expected a string value");
	return r < 0 ? r : 0;
}

int
parse_list(struct lexer *l, struct ast_term *out)
{
	*out = lex_term(l, TERM_LIST);
	if (lex_char(l, '('))
		return parse_items(l, true, parse_text, out);
	out->kind = TERM_NAME;
	if (!lex_identifier(l, &out->text))
		return lex_fail(l, l->at, "expected a list or an identifier");
	return 0;
}
