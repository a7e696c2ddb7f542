/*
 * struct diag: one problem that a person shall read: what, where, and what to
 * do. diag_print() is the only place that lays it out.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/buf.h"
#include "base/str.h"

struct diag {
	char file[256];   /* "" when it is not about a file */
	unsigned line;    /* from 1; 0 = unknown */
	unsigned col;     /* from 1, in bytes; 0 = unknown */
	char source[200]; /* the offending line, cut; "" when not known */
	unsigned caret;   /* from 1, in source; 0: the same as col */
	char what[400];
	char hint[200]; /* what to do; "" for none */
};

/*
 * All but diag_print do nothing when d is NULL. Text that is cut ends in "...".
 */
void
diag_reset(struct diag *d);
void
diag_set(struct diag *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void
diag_hint(struct diag *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * Position and source line from the whole text and a byte offset in it. A line
 * longer than the field is cut around the column.
 */
void
diag_locate(struct diag *d, const char *file, struct str text, size_t offset);
/*
 *   file:line:col: what
 *       the line
 *          ^
 *   hint: ...
 */
void
diag_print(struct buf *b, const struct diag *d);

#endif
