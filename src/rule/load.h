/*
 * What loading leaves for compiling and for listings: every object merged,
 * lists substituted, exceptions and macros folded in.
 */
#ifndef RULE_LOAD_H
#define RULE_LOAD_H

#include "rule/ast.h"
#include "rule/compile.h"
#include "rule/rule.h"

/* What checking a rule compiled it to, with others that have the same id. */
struct checked_rule {
	unsigned id;   /* 0: nothing */
	uint32_t root; /* of the graph */
	const struct rule_format *format;
};

struct loaded_rule {
	struct rule rule; /* .format is set by the compiler */
	bool enabled;
	bool warn_evttypes;
	bool skip_if_unknown; /* skip-if-unknown-filter */
	bool skipped;         /* unknown source or unknown filter */
	struct str condition; /* text after list substitution, exceptions
	                          * included; no macros put in */
	/*
	 * No AST_MACRO and no TERM_NAME inside. Macros share their trees with
	 * all their users. `at` counts through all texts of the loader, so
	 * that it leads back to the file; it is no offset in condition. NULL
	 * when the source is not known.
	 */
	struct ast *resolved;
	uint64_t types[EVENT_SET_WORDS]; /* event types it can match */
	struct checked_rule checked;
};

/* In evaluation order; owned by the loader, stable until the next load. */
size_t
rule_loader_count(const struct rule_loader *l);
struct loaded_rule *
rule_loader_rule(const struct rule_loader *l, size_t i);
struct arena *
rule_loader_arena(struct rule_loader *l);
/* Where rules that were checked are, and what they need of it. */
struct checked_rules {
	struct arena arena; /* holds them; capped as the loader is */
	struct graph *graph;
	unsigned id; /* 0: there are none */
};

/* Hands them over: they are the caller's, and the next load makes others. */
struct checked_rules
rule_loader_take_checked(struct rule_loader *l);
/* Appends a problem; item_type and item_name as Falco names them. */
void
rule_loader_problem(struct rule_loader *l, bool is_error, enum rule_code code,
    const char *item_type, struct str item_name, const struct diag *d);

#endif
