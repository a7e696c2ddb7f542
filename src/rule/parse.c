/*
 * Recursive descent over the condition language. Blanks may stand between any
 * two tokens unless said otherwise; ' ' below is at least one.
 *
 * Expr      ::= And ( 'or'  (' ' And | '(' Expr ')') )*
 * And       ::= Not ( 'and' (' ' Not | '(' Expr ')') )*
 * Not       ::= ('not ')* ( 'not(' Expr ')' | Check )
 * Check     ::= (Field | Transformer) Condition | Identifier | '(' Expr ')'
 * Condition ::= 'exists'
 *             | NumOp  (Number | Computed)
 *             | StrOp  (String | Computed | Modifier ' ' List)
 *             | ListOp (List | Computed)
 * NumOp     ::= <= < >= >
 * StrOp     ::= == = != and, with a blank behind, glob iglob contains
 *               icontains bcontains startswith bstartswith endswith regex
 * ListOp    ::= intersects in pmatch
 * Modifier  ::= oneof anyof allof
 * Computed  ::= Transformer | 'val(' Field ')'
 * List      ::= '(' ( String (',' String)* )? ')' | Identifier
 *
 * Words are no keywords: "proc.name = oneof" compares with a text, and "notz"
 * is a macro.
 */
#include "rule/parse.h"

#include "base/err.h"

/* What may stand right of an operator. */
enum operand { RIGHT_NONE, RIGHT_NUMBER, RIGHT_TEXT, RIGHT_LIST };

/* In the order in which they are tried: a prefix of another comes later. */
static const struct operator
{
	const char *word;
	enum ast_op op;
	enum operand right;
	bool blank; /* must follow */
}
operators[] = {
	{ "exists", OP_EXISTS, RIGHT_NONE, false },
	{ "<=", OP_LE, RIGHT_NUMBER, false },
	{ "<", OP_LT, RIGHT_NUMBER, false },
	{ ">=", OP_GE, RIGHT_NUMBER, false },
	{ ">", OP_GT, RIGHT_NUMBER, false },
	{ "==", OP_EQ, RIGHT_TEXT, false },
	{ "=", OP_EQ, RIGHT_TEXT, false },
	{ "!=", OP_NE, RIGHT_TEXT, false },
	{ "glob", OP_GLOB, RIGHT_TEXT, true },
	{ "iglob", OP_IGLOB, RIGHT_TEXT, true },
	{ "contains", OP_CONTAINS, RIGHT_TEXT, true },
	{ "icontains", OP_ICONTAINS, RIGHT_TEXT, true },
	{ "bcontains", OP_BCONTAINS, RIGHT_TEXT, true },
	{ "startswith", OP_STARTSWITH, RIGHT_TEXT, true },
	{ "bstartswith", OP_BSTARTSWITH, RIGHT_TEXT, true },
	{ "endswith", OP_ENDSWITH, RIGHT_TEXT, true },
	{ "regex", OP_REGEX, RIGHT_TEXT, true },
	{ "intersects", OP_INTERSECTS, RIGHT_LIST, false },
	{ "in", OP_IN, RIGHT_LIST, false },
	{ "pmatch", OP_PMATCH, RIGHT_LIST, false },
};

#define N_OPERATORS (sizeof(operators) / sizeof(*operators))

static int
parse_expr(struct lexer *l, struct ast **out);

static struct ast *
new_node(struct lexer *l, enum ast_kind kind, size_t at)
{
	struct ast *node = arena_alloc(l->arena, sizeof(*node));

	if (node) {
		node->kind = kind;
		node->at = l->base + at;
	}
	return node;
}

static const struct operator* take_operator(struct lexer *l)
{
	for (size_t i = 0; i < N_OPERATORS; i++) {
		struct lexer before;

		if (!lex_at_char(l, operators[i].word[0]))
			continue;
		before = *l;
		if (!lex_word(l, operators[i].word))
			continue;
		if (!operators[i].blank || lex_at_blank(l))
			return &operators[i];
		*l = before;
	}
	return NULL;
}

/*
 * "oneof " and its kin, before a list only: before anything else the word is
 * the value itself.
 */
static enum ast_modifier
take_modifier(struct lexer *l)
{
	static const char *const words[] = { "oneof", "anyof", "allof" };
	struct lexer before = *l;
	enum ast_modifier found = MOD_NONE;
	struct str name;
	size_t list_at;

	for (unsigned i = 0; i < 3 && found == MOD_NONE; i++)
		if (lex_word(l, words[i]))
			found = (enum ast_modifier)(MOD_ONEOF + i);
	if (found == MOD_NONE || !lex_blank(l))
		goto no;
	if (lex_at_char(l, '('))
		return found;
	list_at = l->at;
	if (!lex_identifier(l, &name) || str_eq(name, STR("and")) ||
	    str_eq(name, STR("or")) || str_eq(name, STR("not")))
		goto no;
	l->at = list_at;
	return found;
no:
	*l = before;
	return MOD_NONE;
}

static int
parse_number(struct lexer *l, struct ast_term *out)
{
	*out = lex_term(l, TERM_TEXT);
	if (!lex_number(l, &out->text))
		return lex_fail(l, l->at, "expected a number value");
	return 0;
}

static int
parse_right(struct lexer *l, enum operand right, struct ast *check)
{
	bool blank = lex_blank(l);
	int r = parse_computed(l, &check->right);

	if (r != 0)
		return r < 0 ? r : 0;
	if (right == RIGHT_NUMBER)
		return parse_number(l, &check->right);
	if (right == RIGHT_TEXT) {
		if (blank)
			check->modifier = take_modifier(l);
		if (check->modifier == MOD_NONE)
			return parse_text(l, &check->right);
	}
	return parse_list(l, &check->right);
}

static int
parse_comparison(struct lexer *l, struct ast *check)
{
	const struct operator* op;

	lex_blank(l);
	op = take_operator(l);
	if (!op)
		return lex_fail(l, l->at,
		    "expected a valid check operator: one of 'exists', '<=', "
		    "'<', '>=', '>', '==', '=', '!=', 'glob', 'iglob', "
		    "'contains', 'icontains', 'bcontains', 'startswith', "
		    "'bstartswith', 'endswith', 'regex', 'intersects', 'in', "
		    "'pmatch'");
	check->op = op->op;
	if (op->right == RIGHT_NONE)
		return 0;
	return parse_right(l, op->right, check);
}

/* What follows the opening parenthesis. */
static int
parse_embedded(struct lexer *l, struct ast **out)
{
	int err = lex_enter(l);

	if (!err)
		err = parse_expr(l, out);
	if (err)
		return err;
	lex_leave(l);
	lex_blank(l);
	if (!lex_char(l, ')'))
		return lex_fail(l, l->at, "expected a ')' token");
	return 0;
}

static int
parse_check(struct lexer *l, struct ast **out)
{
	struct ast_term left;
	struct str name;
	size_t at;
	int r;

	lex_blank(l);
	at = l->at;
	if (lex_char(l, '('))
		return parse_embedded(l, out);
	r = parse_left(l, &left);
	if (r < 0)
		return r;
	if (r == 1) {
		*out = new_node(l, AST_CHECK, at);
		if (!*out)
			return lex_no_memory(l);
		(*out)->left = left;
		return parse_comparison(l, *out);
	}
	if (!lex_identifier(l, &name))
		return lex_fail(l, at,
		    "expected a '(' token, a field check, or an identifier");
	*out = new_node(l, AST_MACRO, at);
	if (!*out)
		return lex_no_memory(l);
	(*out)->name = name;
	return 0;
}

/* "not" with a blank or a parenthesis behind; the blanks are taken too. */
static bool
take_not(struct lexer *l)
{
	struct lexer before = *l;

	if (lex_word(l, "not") && (lex_at_char(l, '(') || lex_blank(l)))
		return true;
	*l = before;
	return false;
}

static int
parse_not(struct lexer *l, struct ast **out)
{
	bool negate = false;
	struct ast *node;
	size_t at;
	int err;

	lex_blank(l);
	at = l->at;
	while (take_not(l))
		negate = !negate;
	err = parse_check(l, out);
	if (err || !negate)
		return err;
	if ((*out)->kind == AST_NOT) {
		*out = (*out)->children[0];
		return 0;
	}
	node = new_node(l, AST_NOT, at);
	if (node)
		node->children = arena_array(l->arena, 1, sizeof(*out));
	if (!node || !node->children)
		return lex_no_memory(l);
	node->children[0] = *out;
	node->n_children = 1;
	*out = node;
	return 0;
}

static int
add_child(struct lexer *l, struct ast *node, struct ast *child)
{
	size_t n = node->n_children;
	struct ast **grown;

	/* 2, 4, 8, ...: full exactly when n is a power of two from 2 on */
	if (n == 0 || (n > 1 && (n & (n - 1)) == 0)) {
		grown = arena_array(l->arena, n ? 2 * n : 2, sizeof(*grown));
		if (!grown)
			return lex_no_memory(l);
		if (n)
			memcpy(grown, node->children, n * sizeof(*grown));
		node->children = grown;
	}
	node->children[node->n_children++] = child;
	return 0;
}

/* The operands of 'and' or 'or', which are those that `operand` reads. */
static int
parse_chain(struct lexer *l, enum ast_kind kind,
    int (*operand)(struct lexer *l, struct ast **out), struct ast **out)
{
	const char *word = kind == AST_AND ? "and" : "or";
	struct ast *child, *node = NULL;
	int err;

	lex_blank(l);
	err = operand(l, out);
	if (err)
		return err;
	lex_blank(l);
	while (lex_word(l, word)) {
		if (lex_char(l, '('))
			err = parse_embedded(l, &child);
		else if (lex_blank(l))
			err = operand(l, &child);
		else
			err = lex_fail(l, l->at,
			    "expected blank or '(' after '%s'", word);
		if (!err && !node) {
			node = new_node(l, kind, (*out)->at - l->base);
			err =
			    node ? add_child(l, node, *out) : lex_no_memory(l);
		}
		if (!err)
			err = add_child(l, node, child);
		if (err)
			return err;
		*out = node;
		lex_blank(l);
	}
	return 0;
}

static int
parse_and(struct lexer *l, struct ast **out)
{
	return parse_chain(l, AST_AND, parse_not, out);
}

static int
parse_expr(struct lexer *l, struct ast **out)
{
	return parse_chain(l, AST_OR, parse_and, out);
}

static int
unexpected(struct lexer *l)
{
	bool call = lex_at_char(l, '(') && l->at &&
	    l->last.p + l->last.n == l->text.p + l->at;

	lex_fail(l, l->at,
	    "unexpected token after '%.*s', expecting 'or', 'and'",
	    (int)(l->last.n < 100 ? l->last.n : 100), l->last.p);
	if (call)
		diag_hint(l->diag,
		    "the transformers are tolower, toupper, b64, basename, "
		    "len, join, concat and getopt");
	return ERR_SYNTAX;
}

static int
parse_all(struct lexer *l, struct ast **out, size_t *error_at)
{
	int err = parse_expr(l, out);

	if (!err) {
		lex_blank(l);
		if (l->at < l->text.n)
			err = unexpected(l);
	}
	if (err)
		*error_at = l->error_at;
	return err;
}

int
ast_parse(struct arena *a, struct str text, unsigned max_depth,
    struct ast **out, struct diag *diag, size_t *error_at)
{
	struct lexer l = { .arena = a,
		.text = text,
		.diag = diag,
		.max_depth = max_depth };

	return parse_all(&l, out, error_at);
}

int
parse_condition(struct arena *a, struct str text, size_t base, struct ast **out,
    struct diag *diag, size_t *error_at)
{
	struct lexer l = { .arena = a,
		.text = text,
		.base = base,
		.diag = diag,
		.max_depth = AST_MAX_DEPTH };

	return parse_all(&l, out, error_at);
}

bool
parse_operator(struct str word, bool *text)
{
	for (size_t i = 0; i < N_OPERATORS; i++)
		if (str_eq(word, str_from(operators[i].word))) {
			*text = operators[i].right == RIGHT_TEXT;
			return true;
		}
	return false;
}
