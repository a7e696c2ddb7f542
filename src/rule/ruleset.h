/*
 * A compiled rule set's shape. Internal to the room.
 */
#ifndef RULE_RULESET_H
#define RULE_RULESET_H

#include "rule/format.h"
#include "rule/graph.h"
#include "rule/load.h"

/* What one event type has to try. */
struct entry {
	edge condition;
	uint32_t rule;
};

struct ruleset {
	struct arena arena;  /* owns everything, this struct included */
	struct graph *graph; /* may have more than the rules' conditions */
	unsigned checked_id; /* struct checked_rule's; 0: none fits */
	const struct rule_format *suggested; /* what outputs get appended */
	struct rule *rules;                  /* definition order */
	uint32_t *roots;                     /* of the graph, by rule */
	size_t n_rules;
	struct {
		struct entry *at; /* definition order */
		uint32_t n;
	} by_type[EVENT_COUNT];
	uint64_t uses[(FIELD_COUNT + 63) / 64];
	uint64_t hash;
};

/* Step by step what rule_compile() does for all rules of a loader. */

/* An empty one with room for count rules; NULL without memory. */
struct ruleset *
ruleset_new(size_t cap, size_t count);
/* The same on top of what checking compiled, which it takes over. */
struct ruleset *
ruleset_from(struct checked_rules *checked, size_t count);
/*
 * Adds a rule: lr->rule, lr->condition and lr->resolved or lr->checked, when
 * that is part of this set, count. suggested: with the FF_SUGGESTED fields
 * behind the output. Returns 0 or a negative enum err with r filled, and
 * *in_output whether that is about the output. After ERR_NOMEM the set is only
 * good for ruleset_free().
 */
int
ruleset_add(struct ruleset *rs, const struct loaded_rule *lr, bool suggested,
    struct compile_result *r, bool *in_output);
/* Makes the lists by event type. 0 or ERR_NOMEM. */
int
ruleset_finish(struct ruleset *rs);

#endif
