/*
 * The counters of --stats; names are part of the interface.
 */
#include "pipe/stats.h"

struct member {
	const char *name;
	uint64_t value;
};

void
stats_print(struct buf *b, const struct stats_input *in)
{
	uint64_t entries = in->engine->entries;
	const struct member members[] = {
		{ "rules", in->n_rules },
		{ "stops", in->engine->stops },
		{ "entry_stops", entries },
		{ "exit_stops", in->engine->results },
		{ "signals", in->engine->signals },
		{ "lost_threads", in->engine->lost },
		{ "max_threads", in->engine->tracees_max },
		{ "evicted_tracees", in->engine->evicted },
		{ "events", in->pipeline->events },
		{ "alerts", in->pipeline->alerts },
		{ "unreadable_params", in->pipeline->unreadable },
		{ "redecoded", in->pipeline->redecoded },
		{ "too_many_matches", in->pipeline->unmatched },
		{ "ns_per_stop",
		    in->engine->stops ? in->pipeline->ns / in->engine->stops
				      : 0 },
		{ "atoms", in->rules->atoms },
		{ "fields", in->rules->fields },
		{ "processes", in->state->procs_seen },
		{ "evicted_processes", in->state->evicted_procs },
		{ "evicted_threads", in->state->evicted_threads },
		{ "evicted_texts", in->state->evicted_texts },
		{ "proc_reads", in->state->proc_reads },
		{ "frames", ring_frames(in->ring) },
		{ "dropped_frames", ring_dropped(in->ring) },
		{ "unwritten_frames", ring_unwritten(in->ring) },
		{ "shipper_restarts", in->shipper_restarts },
		{ "resident_kb", in->resident_bytes / 1024 },
		{ "exec_us", in->exec_ns / 1000 },
		{ "elapsed_us", in->elapsed_ns / 1000 },
	};

	buf_printf(b, "{\"engine\":\"%s\"", in->engine_name);
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		buf_printf(b, ",\"%s\":", members[i].name);
		buf_u64(b, members[i].value);
	}
	buf_zput(b, "}\n");
}
