/*
 * What the state asked of /proc while a recording was made, kept with the stop
 * that asked, and answered again at replay. A blob holds answers:
 *
 *   u8 question, u8 file or link, i32 tid, i32 number, i64 result,
 *   u32 length, bytes
 *
 * in the machine's byte order. At replay the first answer to the same question
 * about the same thread counts; a question that was not asked then has no
 * answer (ERR_NOENT), so a recording serves the rules it was made with.
 */
#ifndef PIPE_RECORD_H
#define PIPE_RECORD_H

#include "base/buf.h"
#include "state/state.h"

struct record_asker {
	const struct state_source *inner;
	struct buf blob; /* of the current stop; reset it for the next */
};

/* Passes on to inner and keeps the answers. */
struct state_source
record_source(struct record_asker *r);

struct record_answers {
	struct str blob; /* of the current stop */
};

/* Answers from the blob; it may hold anything. */
struct state_source
record_replay_source(struct record_answers *r);

#endif
