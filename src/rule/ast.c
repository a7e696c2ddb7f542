/*
 * Conditions as canonical text, and their comparison.
 */
#include "rule/ast.h"

const char *
ast_op_name(enum ast_op op)
{
	static const char *const names[] = {
		[OP_EXISTS] = "exists",
		[OP_EQ] = "=",
		[OP_NE] = "!=",
		[OP_LT] = "<",
		[OP_LE] = "<=",
		[OP_GT] = ">",
		[OP_GE] = ">=",
		[OP_CONTAINS] = "contains",
		[OP_ICONTAINS] = "icontains",
		[OP_BCONTAINS] = "bcontains",
		[OP_STARTSWITH] = "startswith",
		[OP_BSTARTSWITH] = "bstartswith",
		[OP_ENDSWITH] = "endswith",
		[OP_GLOB] = "glob",
		[OP_IGLOB] = "iglob",
		[OP_REGEX] = "regex",
		[OP_IN] = "in",
		[OP_INTERSECTS] = "intersects",
		[OP_PMATCH] = "pmatch",
	};

	return names[op];
}

static const char *
modifier_name(enum ast_modifier modifier)
{
	static const char *const names[] = { [MOD_NONE] = "",
		[MOD_ONEOF] = "oneof ",
		[MOD_ANYOF] = "anyof ",
		[MOD_ALLOF] = "allof " };

	return names[modifier];
}

static void
print_quoted(struct buf *b, struct str s)
{
	static const char from[] = "\b\f\n\r\t\\\"", to[] = "bfnrt\\\"";

	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		const char *known = strchr(from, s.p[i]);

		if (s.p[i] && known)
			buf_printf(b, "\\%c", to[known - from]);
		else if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			buf_printf(b, "\\x%02x", (unsigned char)s.p[i]);
		else
			buf_char(b, s.p[i]);
	}
	buf_char(b, '"');
}

/* Bare where the grammar lets it: without a character of special in it. */
static void
print_value(struct buf *b, struct str s, const char *special)
{
	bool bare = s.n > 0;

	for (size_t i = 0; i < s.n && bare; i++)
		bare = (unsigned char)s.p[i] > ' ' && s.p[i] != 0x7f &&
		    !strchr(special, s.p[i]);
	if (bare)
		buf_str_put(b, s);
	else
		print_quoted(b, s);
}

static void
print_list(struct buf *b, const struct ast_term *term, bool keep_quotes);

static void
print_term(struct buf *b, const struct ast_term *term, bool keep_quotes)
{
	switch (term->kind) {
	case TERM_FIELD:
		if (term->through_val)
			buf_zput(b, "val(");
		buf_str_put(b, term->text);
		break;
	case TERM_TRANSFORM:
		buf_str_put(b, term->text);
		print_list(b, term, true);
		break;
	case TERM_TEXT:
		if (keep_quotes && term->quoted)
			print_quoted(b, term->text);
		else
			print_value(b, term->text, "()\"'=,");
		break;
	case TERM_LIST:
		print_list(b, term, keep_quotes);
		break;
	case TERM_NAME:
		buf_str_put(b, term->text);
		break;
	}
	if (term->has_arg) {
		buf_char(b, '[');
		print_value(b, term->arg, "[]\"'");
		buf_char(b, ']');
	}
	if (term->through_val)
		buf_char(b, ')');
}

/* Within a transformer only what has quotes is text: they have to stay. */
static void
print_list(struct buf *b, const struct ast_term *term, bool keep_quotes)
{
	buf_char(b, '(');
	for (size_t i = 0; i < term->n_args; i++) {
		if (i)
			buf_zput(b, ", ");
		print_term(b, &term->args[i], keep_quotes);
	}
	buf_char(b, ')');
}

void
ast_print_term(struct buf *b, const struct ast_term *term)
{
	print_term(b, term, false);
}

void
ast_print(struct buf *b, const struct ast *root)
{
	switch (root->kind) {
	case AST_AND:
	case AST_OR:
		buf_char(b, '(');
		for (size_t i = 0; i < root->n_children; i++) {
			if (i)
				buf_zput(b,
				    root->kind == AST_AND ? " and " : " or ");
			ast_print(b, root->children[i]);
		}
		buf_char(b, ')');
		break;
	case AST_NOT:
		buf_zput(b, "not ");
		ast_print(b, root->children[0]);
		break;
	case AST_CHECK:
		ast_print_term(b, &root->left);
		buf_printf(b, " %s", ast_op_name(root->op));
		if (root->op != OP_EXISTS) {
			buf_printf(b, " %s", modifier_name(root->modifier));
			ast_print_term(b, &root->right);
		}
		break;
	case AST_MACRO:
		buf_str_put(b, root->name);
		break;
	}
}

static bool
term_equal(const struct ast_term *a, const struct ast_term *b)
{
	if (a->kind != b->kind || !str_eq(a->text, b->text) ||
	    a->has_arg != b->has_arg || !str_eq(a->arg, b->arg) ||
	    a->through_val != b->through_val || a->n_args != b->n_args)
		return false;
	for (size_t i = 0; i < a->n_args; i++)
		if (!term_equal(&a->args[i], &b->args[i]))
			return false;
	return true;
}

bool
ast_equal(const struct ast *a, const struct ast *b)
{
	if (a->kind != b->kind || a->n_children != b->n_children)
		return false;
	for (size_t i = 0; i < a->n_children; i++)
		if (!ast_equal(a->children[i], b->children[i]))
			return false;
	switch (a->kind) {
	case AST_AND:
	case AST_OR:
	case AST_NOT:
		return true;
	case AST_CHECK:
		return a->op == b->op && a->modifier == b->modifier &&
		    term_equal(&a->left, &b->left) &&
		    (a->op == OP_EXISTS || term_equal(&a->right, &b->right));
	case AST_MACRO:
		return str_eq(a->name, b->name);
	}
	return false;
}
