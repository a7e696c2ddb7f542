/*
 * An output text, taken apart. Internal to the room.
 */
#ifndef RULE_FORMAT_H
#define RULE_FORMAT_H

#include "rule/expr.h"
#include "rule/rule.h"

struct format_part {
	struct str literal;      /* before the field */
	const struct expr *expr; /* NULL: only the literal */
	struct str name;         /* as written; the member's name in JSON */
	const struct expr *json; /* what JSON shows instead, or expr again */
	unsigned width;          /* %NN: pad or cut to NN columns; 0: not */
	bool nine_digits;        /* a fraction of a second, in ns */
};

struct rule_format {
	struct format_part *parts;
	size_t n_parts;
	const struct format_part **members; /* for JSON: sorted, unique */
	size_t n_members;
	struct field_ref *refs;
	size_t n_refs;
};

/*
 * format.c: the FF_SUGGESTED fields as a format, and one format behind the
 * other, which share the parts. 0 or a negative enum err with r filled.
 */
int
format_suggested(struct arena *a, struct rule_format **out,
    struct compile_result *r);
int
format_join(struct arena *a, const struct rule_format *first,
    const struct rule_format *second, struct rule_format **out,
    struct compile_result *r);
/* Calls visit for each field of an output. */
void
format_visit(const struct rule_format *f,
    void (*visit)(void *, const struct expr *), void *ctx);

#endif
