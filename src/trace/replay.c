/*
 * The replay engine: stops from a recording, event/codec.h. It knows no clock
 * and no process, so that a run is the same everywhere.
 */
#include <stdlib.h>

#include "base/err.h"
#include "base/table.h"
#include "event/codec.h"
#include "trace/engine.h"

#define OWED_CELLS 1024

struct engine {
	struct str rest;
	struct codec_record record;
	struct mem_reader reader;
	struct table owed; /* threads whose result was asked for */
	struct table_cell cells[OWED_CELLS];
	struct engine_counts counts;
};

int
engine_replay_open(struct engine **out, struct str recording, struct diag *why)
{
	struct engine *e;
	int r = codec_get_header(&recording);

	if (r == ERR_UNSUPPORTED)
		diag_set(why, "the recording was made by another version");
	else if (r)
		diag_set(why, "this is not a recording");
	if (r)
		return r;
	e = calloc(1, sizeof(*e));
	if (!e) {
		diag_set(why, "no memory to replay a recording");
		return ERR_NOMEM;
	}
	e->rest = recording;
	e->reader = codec_reader(&e->record);
	table_init(&e->owed, e->cells, OWED_CELLS, 0);
	*out = e;
	return 0;
}

static bool
is_owed(struct engine *e, pid_t tid)
{
	return table_remove(&e->owed, (uint64_t)tid);
}

/* Whether the stop is to be yielded; settles what is owed to its thread. */
static bool
settle(struct engine *e, const struct stop *s)
{
	switch (s->kind) {
	case STOP_RESULT:
		return is_owed(e, s->tid);
	case STOP_EXEC:
		is_owed(e, s->former_tid);
		is_owed(e, s->tid);
		break;
	case STOP_ENTRY:
	case STOP_EXIT:
		e->counts.lost += is_owed(e, s->tid);
		break;
	case STOP_CLONE:
	case STOP_DYING:
	case STOP_HELPER:
		break;
	}
	return true;
}

static int
replay_wait(struct engine *e, struct stop *out)
{
	int r;

	do {
		r = codec_get(&e->rest, &e->record);
		if (r <= 0) {
			e->counts.lost += e->owed.used;
			return r;
		}
		e->counts.stops++;
	} while (!settle(e, &e->record.stop));
	*out = e->record.stop;
	e->counts.entries += out->kind == STOP_ENTRY;
	e->counts.results += out->kind == STOP_RESULT;
	return 1;
}

static int
replay_resume(struct engine *e, const struct stop *s, struct decision d)
{
	if (s->kind == STOP_ENTRY && d.kind == DECIDE_WANT_RESULT &&
	    !table_put(&e->owed, (uint64_t)s->tid, 0))
		e->counts.lost++;
	return 0;
}

static const struct mem_reader *
replay_memory(struct engine *e)
{
	return &e->reader;
}

static const struct engine_counts *
replay_counts(const struct engine *e)
{
	return &e->counts;
}

static void
replay_close(struct engine *e)
{
	free(e);
}

struct str
engine_replay_process(const struct engine *e)
{
	return e->record.process;
}

const struct engine_ops engine_replay = {
	.name = "replay",
	.wait = replay_wait,
	.resume = replay_resume,
	.memory = replay_memory,
	.counts = replay_counts,
	.close = replay_close,
};
