/*
 * The parts of the parser that read terms. Internal to the room; ast_parse()
 * in ast.h is the way in.
 */
#ifndef RULE_PARSE_H
#define RULE_PARSE_H

#include "rule/ast.h"
#include "rule/lex.h"

/* Field or transformer. 1: taken, 0: nothing there, or a negative enum err. */
int
parse_left(struct lexer *l, struct ast_term *out);
/* A transformer or val(field); the same answers. */
int
parse_computed(struct lexer *l, struct ast_term *out);
/* A quoted or bare value. 0 or a negative enum err. */
int
parse_text(struct lexer *l, struct ast_term *out);
/* "(a, b)" or a name. 0 or a negative enum err. */
int
parse_list(struct lexer *l, struct ast_term *out);
/*
 * Whether word is an operator; *text whether one text, or a modifier with a
 * list, stands right of it.
 */
bool
parse_operator(struct str word, bool *text);
/* ast_parse() with base added to every `at`. */
int
parse_condition(struct arena *a, struct str text, size_t base, struct ast **out,
    struct diag *diag, size_t *error_at);

#endif
