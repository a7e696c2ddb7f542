/*
 * The shipper: the agent's second process. It takes frames from the ring and
 * writes them out, so that a slow reader of the output never delays a stop.
 * The tracer starts it, and starts it again when it died.
 */
#ifndef PIPE_SHIPPER_H
#define PIPE_SHIPPER_H

#include "base/log.h"
#include "pipe/alert.h"
#include "pipe/ring.h"

struct shipper_config {
	struct ring *ring;
	int output_fd;
	int log_fd;
	struct alert_style style;
};

/*
 * The process main: ends when the ring is closed and empty, or when tracer, its
 * parent, is gone and the ring is empty. Returns the exit status.
 */
int
shipper_run(const struct shipper_config *c, int tracer);

/*
 * Writes what is in the ring from this process: for a replay, which has no
 * shipper. memory: ALERT_LINE_MAX bytes.
 */
void
shipper_flush(const struct shipper_config *c, char *memory);

/* Tracer's side. */
struct shipper {
	struct shipper_config config;
	int pid;             /* 0: not running */
	uint64_t started_ns; /* monotonic */
	uint64_t restarts;
};

/* 0 or a negative enum err. */
int
shipper_start(struct shipper *s);
/*
 * The process pid ended: starts a new one when it was the shipper and there is
 * work for it. Call it again later, with pid 0, when it said ERR_AGAIN.
 */
int
shipper_ended(struct shipper *s, int pid);
/*
 * Closes the ring and waits until all is written, at most timeout_ms; a
 * shipper that needs longer ends by itself.
 */
void
shipper_stop(struct shipper *s, unsigned timeout_ms);

#endif
