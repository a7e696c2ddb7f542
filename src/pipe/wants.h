/*
 * Which calls the pipeline has to see: derived from the rules in force, what
 * state needs, and what the user asked for. Register arguments are tested in
 * BPF where that decides: the rules are evaluated with everything unknown but
 * what the test fixes; when none can match then, the call is not stopped.
 */
#ifndef PIPE_WANTS_H
#define PIPE_WANTS_H

#include "rule/rule.h"
#include "trace/filter.h"

struct wants_options {
	bool all_events; /* --events: every call with parameters */
	int agent;       /* its process id, see pipe/guard.h; 0: none */
};

/* rules may be NULL. eval: the memo of rules, not in use meanwhile. */
void
wants_build(struct filter_spec *spec, const struct ruleset *rules,
    struct rule_eval *eval, const struct wants_options *o);

#endif
