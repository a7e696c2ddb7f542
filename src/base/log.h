/*
 * Levelled messages. Rooms do not write: a struct log carries the threshold
 * and the function that takes a finished line, so that the tracer can send it
 * through the ring and a test can keep it.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/diag.h"
#include "base/str.h"

enum log_level {
	LOG_SILENT,
	LOG_FATAL,
	LOG_CRITICAL,
	LOG_ERROR,
	LOG_WARNING,
	LOG_NOTICE,
	LOG_INFO,
	LOG_DEBUG,
	LOG_TRACE,
};

struct log {
	enum log_level level;
	/* line: without newline, at most 1023 bytes, borrowed. */
	void (*put)(void *ctx, enum log_level level, struct str line);
	void *ctx;
};

/* silent/none, fatal, critical, error, warning, notice, info, debug, trace. */
bool
log_level_parse(struct str word, enum log_level *out);
const char *
log_level_name(enum log_level level);
/* A NULL log is silent. */
void
log_print(const struct log *l, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Each line of the diagnostic as a message of its own. */
void
log_diag(const struct log *l, enum log_level level, const struct diag *d);

#define log_error(l, ...)   log_print((l), LOG_ERROR, __VA_ARGS__)
#define log_warning(l, ...) log_print((l), LOG_WARNING, __VA_ARGS__)
#define log_info(l, ...)    log_print((l), LOG_INFO, __VA_ARGS__)
#define log_debug(l, ...)   log_print((l), LOG_DEBUG, __VA_ARGS__)

#endif
