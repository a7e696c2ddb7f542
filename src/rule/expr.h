/*
 * Operands of a condition or an output text: a field, a constant text, a list,
 * or a transformer over operands; checked against fields.def and typed.
 * Internal to the room.
 */
#ifndef RULE_EXPR_H
#define RULE_EXPR_H

#include "base/arena.h"
#include "base/err.h"
#include "event/field.h"
#include "rule/ast.h"
#include "rule/compile.h"

enum expr_kind {
	EXPR_FIELD,
	EXPR_TEXT, /* constant */
	EXPR_LIST, /* (a, b): argument of join and getopt */
	EXPR_TRANSFORM,
};

enum transform {
	TRANSFORM_TOLOWER,
	TRANSFORM_TOUPPER,
	TRANSFORM_BASENAME,
	TRANSFORM_B64,
	TRANSFORM_LEN,
	TRANSFORM_JOIN,
	TRANSFORM_CONCAT,
	TRANSFORM_GETOPT,
};

/* How values of a type compare. */
enum value_class {
	CLASS_TEXT,
	CLASS_SIGNED,
	CLASS_UNSIGNED,
	CLASS_FLOAT,
	CLASS_BOOL,
	CLASS_ADDRESS,
	CLASS_NETWORK,
	CLASS_BYTES,
};

struct expr {
	enum expr_kind kind;
	enum field_type type;
	enum value_class class;
	bool is_list;   /* only exists, in, intersects; len() counts */
	bool both_ends; /* fd.ip and so on: [client, server] */
	uint8_t cost;
	unsigned slot; /* of the evaluator's memo; conditions only */
	uint64_t hash;

	struct field_ref ref;          /* FIELD */
	const struct field_info *info; /* FIELD */
	enum transform transform;      /* TRANSFORM */
	char letter;                   /* getopt(...)[c]; 0 for none */
	struct str text;               /* TEXT */
	const struct expr **args;      /* LIST, TRANSFORM */
	size_t n_args;
};

/* What building may need beyond the term: where to put things and complain. */
struct expr_builder {
	struct arena *arena;
	struct compile_result *result;
	bool output; /* of an output text: FF_FILTER_ONLY is an error */
};

/*
 * Checks a field, transformer or text and everything below it. NULL with
 * b->result filled when it is not valid. rhs: it stands right of an operator.
 */
struct expr *
expr_build(struct expr_builder *b, const struct ast_term *term, bool rhs);
bool
expr_equal(const struct expr *a, const struct expr *b);
/* Calls visit for every field in e. */
void
expr_fields(const struct expr *e, void (*visit)(void *, const struct expr *),
    void *ctx);

/*
 * Resolves a field name with its argument, if any. The rest of a dotted name
 * becomes the argument where the field takes one ("evt.arg.flags"). prefix:
 * the longest known parameter name that begins the argument counts (Falco's
 * rule for conditions). param_of is left to field_bind(). Returns 0 or a
 * negative enum err with r filled.
 */
int
field_resolve(struct arena *a, struct str name, bool has_arg, struct str arg,
    bool prefix, struct field_ref *out, struct compile_result *r);
/* Sets param_of where the field has one. False without memory. */
bool
field_bind(struct arena *a, struct field_ref *ref);
/* Whether name, or what stands before one of its dots, is a field. */
bool
field_exists(struct str name);
enum value_class
field_class(enum field_type type);
/* The type of evt.rawarg.NAME: that of the first event with the parameter. */
enum field_type
field_param_type(struct str param);
bool
transform_by_name(struct str name, enum transform *out);

/* Fills r->diag and r->error_at; returns err. */
int
compile_fail(struct compile_result *r, int err, size_t at, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

#endif
