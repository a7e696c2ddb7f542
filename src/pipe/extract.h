/*
 * From an event and the state of its process to the values of rule fields:
 * the agent's struct field_source. Nothing is read before it is asked for, and
 * nothing is kept longer than the event.
 */
#ifndef PIPE_EXTRACT_H
#define PIPE_EXTRACT_H

#include "base/arena.h"
#include "base/buf.h"
#include "event/event.h"
#include "event/field.h"
#include "state/state.h"

/* Constant while the agent runs. */
struct extract_context {
	struct state *state;
	const struct container *container;
	struct str hostname;
	uint64_t start_ns; /* CLOCK_REALTIME of the agent's start */
	/* Seconds east of UTC at a time (seconds since the epoch). */
	long (*utc_offset)(int64_t seconds);
};

struct extract {
	const struct extract_context *context;
	const struct event *event;
	struct proc *proc;     /* NULL: unknown */
	struct arena *scratch; /* the event's: texts of values go there */
	uint64_t last_time_ns; /* of the event before, for evt.deltatime */
	/* What one event looked up already; reset by extract_begin. */
	struct extract_memo *memo;
};

/* memo memory comes from a; NULL when it does not fit. */
struct extract *
extract_new(struct arena *a, const struct extract_context *context);
/*
 * Points at an event: once at entry, again when its result is known. proc is
 * what state_event_begin or state_on_exec returned; scratch stays valid until
 * the next call.
 */
void
extract_begin(struct extract *x, const struct event *ev, struct proc *proc,
    struct arena *scratch);
/* The values of the event begun; valid until the next extract_begin. */
struct field_source
extract_source(struct extract *x);
/*
 * The --events view, one line without newline:
 *   10:11:12.123456789 cat(4711) openat(fd=3(<f>/etc/passwd) ...) = 3
 */
void
extract_print_event(struct extract *x, struct buf *b);

#endif
