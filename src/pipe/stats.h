/*
 * The counters of --stats as one JSON object a line.
 */
#ifndef PIPE_STATS_H
#define PIPE_STATS_H

#include "base/buf.h"
#include "pipe/pipeline.h"
#include "trace/engine.h"

struct stats_input {
	const char *engine_name;
	const struct engine_counts *engine;
	const struct pipeline_counts *pipeline;
	const struct rule_eval_stats *rules;
	const struct state_counts *state;
	const struct ring *ring;
	size_t n_rules;
	uint64_t shipper_restarts;
	uint64_t resident_bytes;
	uint64_t exec_ns;    /* program start to the workload's exec */
	uint64_t elapsed_ns; /* program start to now */
};

void
stats_print(struct buf *b, const struct stats_input *in);

#endif
