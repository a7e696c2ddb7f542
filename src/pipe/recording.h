/*
 * --record: a file of event/codec.h records, each a stop with what was read of
 * its tracee's memory and of /proc. Written by the tracer itself: recording is
 * for tests and benchmarks, and slow.
 */
#ifndef PIPE_RECORDING_H
#define PIPE_RECORDING_H

#include "base/arena.h"
#include "event/stop.h"
#include "state/state.h"

struct recording;

/*
 * Creates the file. *source is replaced by one that keeps the answers; the
 * former must stay valid. NULL when the file or memory cannot be had.
 */
struct recording *
recording_open(struct arena *a, const char *path, struct state_source *source);
/* Starts the record of a stop: read the tracee through the result. */
struct mem_reader
recording_start(struct recording *r, const struct mem_reader *inner,
    const struct stop *s);
/* Writes the record; one that does not fit is left out. */
void
recording_finish(struct recording *r);

#endif
