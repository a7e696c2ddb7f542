/*
 * Pool of shared, counted texts in fixed memory: names, arguments and paths of
 * processes. A forked child shares its parent's texts. Pages of 16 KB are
 * split into blocks of one size class each and go back when they are empty, so
 * a burst of long command lines leaves no lasting holes.
 */
#ifndef STATE_TEXT_H
#define STATE_TEXT_H

#include "base/arena.h"

#define TEXT_PAGE    16384u
#define TEXT_CLASSES 9
#define TEXT_MAX     5432u /* longest text that is taken */

typedef uint32_t text_ref; /* 0: none */

struct text_page {
	uint16_t class;
	uint16_t used;       /* blocks handed out */
	uint16_t fresh;      /* blocks from here on were never handed out */
	uint16_t free_block; /* index + 1 of the first freed block; 0: none */
	uint32_t next, prev; /* page index + 1 in the list of its class */
};

struct text_pool {
	char *memory;
	struct text_page *pages;
	uint32_t n_pages;
	uint32_t fresh_page;            /* pages from here on were never used */
	uint32_t free_page;             /* index + 1 */
	uint32_t partial[TEXT_CLASSES]; /* pages with a free block, index + 1 */
};

/* bytes is rounded down to whole pages. False when a has no room. */
bool
text_pool_init(struct text_pool *t, struct arena *a, size_t bytes);
/* A copy with one reference; 0 when the pool is full or s too long or empty. */
text_ref
text_put(struct text_pool *t, struct str s);
struct str
text_get(const struct text_pool *t, text_ref ref);
/* One more reference; returns ref. */
text_ref
text_keep(struct text_pool *t, text_ref ref);
void
text_drop(struct text_pool *t, text_ref ref);

#endif
