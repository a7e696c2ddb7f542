/*
 * Tokens of the condition language, taken from a cursor over the text. What is
 * a token depends on the place it stands in, so the parser asks for the one
 * that it wants. Internal to the room.
 */
#ifndef RULE_LEX_H
#define RULE_LEX_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "rule/ast.h"

struct lexer {
	struct arena *arena; /* for values with escapes, and nodes */
	struct str text;
	size_t at;
	struct str last; /* the token taken last, as written */
	unsigned depth;
	unsigned max_depth;
	size_t base; /* added to the `at` of nodes and terms, not to error_at */
	struct diag *diag;
	size_t error_at;
};

/* An empty term that starts here. */
static inline struct ast_term
lex_term(const struct lexer *l, enum ast_term_kind kind)
{
	return (struct ast_term){ .kind = kind, .at = l->base + l->at };
}

/* The functions that answer bool take nothing when they answer false. */

/* [[:space:]]* of POSIX. */
bool
lex_blank(struct lexer *l);
bool
lex_at_blank(const struct lexer *l);
bool
lex_at_char(const struct lexer *l, char c);
bool
lex_char(struct lexer *l, char c);
/* The characters of word, whatever follows them. */
bool
lex_word(struct lexer *l, const char *word);
/* [a-zA-Z]+[a-zA-Z0-9_]* */
bool
lex_identifier(struct lexer *l, struct str *out);
/* Identifiers joined by dots, two at least. */
bool
lex_field_name(struct lexer *l, struct str *out);
/* 0[xX]hex | [+-]?[0-9]+\.?[0-9]*([eE][+-][0-9]+)? */
bool
lex_number(struct lexer *l, struct str *out);
/* 1: taken, 0: nothing there, or a negative enum err. */
int
lex_bare(struct lexer *l, struct str *out);
int
lex_field_arg(struct lexer *l, struct str *out);
/* The same; *out is the text that the quotes and escapes stand for. */
int
lex_quoted(struct lexer *l, struct str *out);

/* One level deeper: ERR_LIMIT over max_depth. */
int
lex_enter(struct lexer *l);
void
lex_leave(struct lexer *l);

/* Fills diag and error_at, returns ERR_SYNTAX. */
int
lex_fail(struct lexer *l, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int
lex_no_memory(struct lexer *l);

#endif
