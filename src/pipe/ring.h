/*
 * The ring between the tracer, which only ever puts, and the shipper, which
 * only ever takes: one producer, one consumer, memory shared by fork. The
 * tracer never waits for room: a frame that does not fit is dropped and
 * counted. The shipper commits a frame after it has dealt with it, so a new
 * shipper takes up where a dead one stopped (at least once).
 *
 * Layout of a frame: u32 length of the payload, u32 kind, payload, padding to
 * eight bytes. A frame never wraps: a PAD frame fills the end of the ring.
 */
#ifndef PIPE_RING_H
#define PIPE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum frame_kind {
	FRAME_PAD,
	FRAME_ALERT, /* pipe/alert.h */
	FRAME_LINE,  /* a finished line for the output (events, statistics) */
	FRAME_LOG,   /* a finished line for the log */
};

#define RING_FRAME_MAX (256u * 1024)

struct ring;

/* size: a power of two, at least 1 MB. NULL without memory. */
struct ring *
ring_new(size_t size);
void
ring_free(struct ring *r);

/* Producer. False: dropped and counted. */
bool
ring_put(struct ring *r, enum frame_kind kind, struct str payload);
/* Producer: no more frames come; the consumer may end when it is empty. */
void
ring_close(struct ring *r);
/* Producer: there will be frames after all. */
void
ring_open(struct ring *r);
/* Waits until all was committed: false after timeout_ms. */
bool
ring_drain(struct ring *r, unsigned timeout_ms);
uint64_t
ring_dropped(const struct ring *r);
/* Closed, and all was committed. */
bool
ring_is_done(struct ring *r);
uint64_t
ring_frames(const struct ring *r);

/*
 * Consumer. Waits at most timeout_ms: 1 with a frame (borrowed until commit),
 * 0 after the time, negative ERR_GONE when closed and empty. A damaged ring is
 * ERR_INVAL.
 */
int
ring_take(struct ring *r, unsigned timeout_ms, enum frame_kind *kind,
    struct str *payload);
void
ring_commit(struct ring *r);
/* Consumer: the frame it holds could not be written. */
void
ring_note_unwritten(struct ring *r);
uint64_t
ring_unwritten(const struct ring *r);

#endif
