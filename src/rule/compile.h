/*
 * Conditions compiled into one hash-consed graph: equal atoms and equal
 * connectives exist once, whichever rule they stand in. Internal to the room.
 */
#ifndef RULE_COMPILE_H
#define RULE_COMPILE_H

#include "rule/ast.h"
#include "rule/rule.h"

struct graph;

/* What compiling a condition may complain about besides an error. */
#define COMPILE_WARN_UNSAFE_NA  (1u << 0)
#define COMPILE_WARN_DEPRECATED (1u << 1) /* evt.dir, latency fields */
#define COMPILE_WARN_MISUSED    (1u << 2) /* a field's name as a text value */
#define COMPILE_WARN_REGEX      (1u << 3) /* another operator does the same */

struct compile_result {
	int err;             /* the negative enum err; 0: none */
	struct diag diag;    /* .what is Falco's message where it has one */
	size_t error_at;     /* byte offset in the condition text */
	unsigned warnings;   /* COMPILE_WARN_* */
	struct diag warning; /* .what: the last of them in words */
	size_t warning_at;
	bool unknown_name; /* unknown field, event type or parameter */
};

/*
 * Type-checks a resolved condition and adds it. Returns the node number, or a
 * negative enum err with *r filled. The graph's memory comes from its arena.
 */
int
graph_add(struct graph *g, const struct ast *root, struct compile_result *r);
struct graph *
graph_new(struct arena *a);
/*
 * The event types that node can be true for: a bit an event type, EVENT_COUNT
 * bits in 64-bit words. Falco's analysis: falco-language, event types.
 */
#define EVENT_SET_WORDS ((EVENT_COUNT + 63) / 64)
void
graph_event_types(const struct graph *g, int node,
    uint64_t set[EVENT_SET_WORDS]);

/*
 * Compiles an output text. Returns 0 or a negative enum err with *r filled
 * (.error_at: offset in output). suggested: append the FF_SUGGESTED fields.
 */
int
format_compile(struct arena *a, struct str output, bool suggested,
    struct rule_format **out, struct compile_result *r);

#endif
