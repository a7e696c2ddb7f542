/*
 * struct arena: memory of one lifetime, released at once. Two kinds: growing
 * (a chain of blocks under a cap, for rule sets and configuration) and fixed
 * (over given memory, for the scratch of one event: no allocation). Blocks are
 * of the heap, or of a fixed arena to which they go back.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena_block;

struct arena {
	char *at;
	char *end;
	char *base; /* fixed arenas: the whole memory */
	struct arena_block
	    *blocks;          /* growing: newest first; fixed: given back */
	struct arena *source; /* growing arenas: of blocks; NULL: heap */
	size_t used;          /* bytes handed out or held in blocks */
	size_t cap;
	bool zeroed; /* the memory needs no clearing */
};

void
arena_init(struct arena *a, size_t cap);
/* Growing, with blocks of source: fixed, never reset, and outliving a. */
void
arena_init_from(struct arena *a, struct arena *source, size_t cap);
void
arena_fixed(struct arena *a, void *memory, size_t size);
/*
 * Fixed, over memory that is zero already (fresh pages): it is not touched
 * before it is used. Never reset.
 */
void
arena_zeroed(struct arena *a, void *memory, size_t size);
/* Zeroed, aligned to max_align_t; NULL over the cap or without memory. */
void *
arena_alloc(struct arena *a, size_t size);
/* count * size with overflow checked. */
void *
arena_array(struct arena *a, size_t count, size_t size);
/* Unaligned, not zeroed: for text. */
char *
arena_bytes(struct arena *a, size_t size);
/* A copy that is followed by a NUL; .p is NULL without memory. */
struct str
arena_str(struct arena *a, struct str s);
/* Fixed: forgets all. Growing: frees all blocks or gives them back. */
void
arena_reset(struct arena *a);

#endif
