/*
 * The event pipeline: stop -> event -> state -> rules -> alert -> ring. It
 * knows no engine; it answers each stop with a decision.
 *
 * At entry the rules are evaluated with the result unknown. A call that no
 * rule can match any more is passed without an exit stop; one that still could
 * match is kept in a slot until its result is there.
 */
#ifndef PIPE_PIPELINE_H
#define PIPE_PIPELINE_H

#include "base/log.h"
#include "event/stop.h"
#include "pipe/ring.h"
#include "rule/rule.h"
#include "state/state.h"

struct pipeline;

struct pipeline_config {
	const struct ruleset *rules; /* NULL: none */
	struct state *state;
	const struct container *container;
	struct ring *ring;
	const struct log *log;
	const struct mem_reader *memory;
	struct str hostname;
	uint64_t start_ns; /* CLOCK_REALTIME of the agent's start */
	int agent;         /* process id that calls may not be aimed at; 0 */
	bool all_matches;  /* rule_matching: all (default: first) */
	bool iso_time;     /* output_fields names evt.time.iso8601 */
	bool print_events; /* --events */
	bool refuse_uring; /* io_uring_setup fails with ENOSYS */
	long (*utc_offset)(int64_t seconds);
};

struct pipeline_counts {
	uint64_t events; /* entries and results that became events */
	uint64_t wanted; /* results asked for */
	uint64_t alerts;
	uint64_t unreadable; /* parameters that could not be read */
	uint64_t redecoded;  /* no slot was free: decoded at the result */
	uint64_t unmatched;  /* more candidate rules than RULE_MATCHES_MAX */
	uint64_t ns;         /* time spent between a stop and its decision */
};

/* All memory is taken from arena a at once; NULL when it does not fit. */
struct pipeline *
pipeline_new(struct arena *a, const struct pipeline_config *c);
void
pipeline_free(struct pipeline *p);
struct decision
pipeline_stop(struct pipeline *p, const struct stop *s);
const struct pipeline_counts *
pipeline_counts(const struct pipeline *p);
const struct rule_eval_stats *
pipeline_rule_counts(const struct pipeline *p);

#endif
