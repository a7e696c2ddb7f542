/*
 * The condition language's tree, as the parser makes it and the compiler eats
 * it. Nodes live in an arena and borrow their texts from the condition, which
 * has to live as long.
 */
#ifndef RULE_AST_H
#define RULE_AST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"

enum ast_kind {
	AST_AND,   /* children: at least two */
	AST_OR,    /* children: at least two */
	AST_NOT,   /* children: one */
	AST_CHECK, /* left op right, or left exists */
	AST_MACRO, /* name: an identifier to be resolved */
};

enum ast_op {
	OP_EXISTS,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_CONTAINS,
	OP_ICONTAINS,
	OP_BCONTAINS,
	OP_STARTSWITH,
	OP_BSTARTSWITH,
	OP_ENDSWITH,
	OP_GLOB,
	OP_IGLOB,
	OP_REGEX,
	OP_IN,
	OP_INTERSECTS,
	OP_PMATCH,
};

enum ast_modifier { MOD_NONE, MOD_ONEOF, MOD_ANYOF, MOD_ALLOF };

enum ast_term_kind {
	TERM_FIELD,     /* name[arg] */
	TERM_TRANSFORM, /* name(args...)[arg] */
	TERM_TEXT,      /* a quoted or bare value, or a number: text */
	TERM_LIST,      /* (a, b, ...): args */
	TERM_NAME,      /* identifier where a list is expected */
};

struct ast_term {
	enum ast_term_kind kind;
	size_t at;       /* byte offset in the condition text */
	struct str text; /* field or transformer name, value, identifier */
	bool quoted;     /* TEXT: had quotes */
	bool has_arg;    /* FIELD, TRANSFORM: [arg] */
	struct str arg;
	bool through_val;      /* right-hand side was val(field) */
	struct ast_term *args; /* TRANSFORM, LIST */
	size_t n_args;
};

struct ast {
	enum ast_kind kind;
	size_t at; /* byte offset in the condition text */
	struct ast **children;
	size_t n_children;
	struct str name; /* MACRO */
	enum ast_op op;  /* CHECK */
	enum ast_modifier modifier;
	struct ast_term left;
	struct ast_term right; /* not for OP_EXISTS */
};

/* Falco's nesting limit for the conditions of rules. */
#define AST_MAX_DEPTH 1000

/*
 * Parses a condition (grammar: the head of parse.c). On failure returns a
 * negative enum err and fills diag->what (perhaps ->hint), and *error_at with
 * the byte offset. max_depth: of parentheses and transformers in each other.
 */
int
ast_parse(struct arena *a, struct str text, unsigned max_depth,
    struct ast **out, struct diag *diag, size_t *error_at);
/* Canonical text: parse(print(x)) equals x. */
void
ast_print(struct buf *b, const struct ast *root);
void
ast_print_term(struct buf *b, const struct ast_term *term);
const char *
ast_op_name(enum ast_op op);
bool
ast_equal(const struct ast *a, const struct ast *b);

#endif
