/*
 * The values of operands on one event: each field is asked for once and each
 * transformer runs once. Internal to the room.
 */
#ifndef RULE_VALUES_H
#define RULE_VALUES_H

#include "rule/expr.h"
#include "rule/rule.h"

/* Values with disjoint lanes that together cover what was asked for. */
struct pieces {
	unsigned n;
	struct value at[2];
};

struct value_slot {
	uint32_t epoch; /* of the event that it was filled for */
	struct pieces pieces;
};

struct values {
	const struct field_source *source;
	unsigned lanes;           /* those asked for */
	struct value_slot *slots; /* by expr.slot; NULL: no memo */
	uint32_t epoch;           /* current event, not 0 */
	struct arena scratch;     /* texts and lists that transformers make */
	uint64_t fetched;         /* values asked from the source, ever */
};

/* room: used when there is no memo or e is a constant. */
const struct pieces *
values_get(struct values *vs, const struct expr *e, struct pieces *room);
void
values_fill(struct values *vs, const struct expr *e, struct value_slot *slot);

/* For a field or transformer, with a memo. */
static inline const struct pieces *
values_memo(struct values *vs, const struct expr *e)
{
	struct value_slot *slot = &vs->slots[e->slot];

	if (slot->epoch != vs->epoch)
		values_fill(vs, e, slot);
	return &slot->pieces;
}

/* transform.c */
void
transform_apply(struct values *vs, const struct expr *e, struct pieces *out);
/* getopt.c: the options of args, as section "transformers" of the README. */
struct value
transform_getopt(struct arena *scratch, const struct value *args, size_t n,
    struct str options, char letter);

#endif
