/*
 * Memory of one lifetime: a chain of blocks, or one given piece.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#define BLOCK_MIN 4096
#define BLOCK_MAX (256 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t size;
	max_align_t first; /* memory starts here */
};

#define BLOCK_HEAD offsetof(struct arena_block, first)

void
arena_init(struct arena *a, size_t cap)
{
	*a = (struct arena){ .cap = cap };
}

void
arena_init_from(struct arena *a, struct arena *source, size_t cap)
{
	arena_init(a, cap);
	a->source = source;
}

void
arena_fixed(struct arena *a, void *memory, size_t size)
{
	*a = (struct arena){ .at = memory,
		.end = (char *)memory + size,
		.base = memory,
		.cap = size };
}

void
arena_zeroed(struct arena *a, void *memory, size_t size)
{
	arena_fixed(a, memory, size);
	a->zeroed = true;
}

static char *
take(struct arena *a, size_t size, size_t align);

/*
 * The smallest block given back that has the size, but less than twice of it:
 * the rest might be held for nothing.
 */
static struct arena_block *
given_back(struct arena *source, size_t size, size_t max)
{
	struct arena_block **best = NULL, *block;

	for (struct arena_block **at = &source->blocks; *at; at = &(*at)->next)
		if ((*at)->size >= size && (*at)->size / 2 < size &&
		    (*at)->size <= max &&
		    (!best || (*at)->size < (*best)->size))
			best = at;
	if (!best)
		return NULL;
	block = *best;
	*best = block->next;
	return block;
}

static struct arena_block *
get_block(struct arena *a, size_t size)
{
	struct arena_block *block = NULL;

	if (a->source)
		block = given_back(a->source, size, a->cap - a->used);
	if (block)
		return block;
	block = a->source ? (void *)take(a->source, size, alignof(max_align_t))
			  : malloc(size);
	if (block)
		block->size = size;
	return block;
}

/* Blocks double with the arena's size, but never go over the cap. */
static bool
add_block(struct arena *a, size_t size)
{
	size_t left = a->cap - a->used, want = a->used, need;
	struct arena_block *block;

	if (a->base || __builtin_add_overflow(size, BLOCK_HEAD, &need) ||
	    need > left)
		return false;
	want = want < BLOCK_MIN ? BLOCK_MIN : want;
	want = want > BLOCK_MAX ? BLOCK_MAX : want;
	want = want < need ? need : want;
	want = want > left ? left : want;
	/* offsetof + a few bytes may be less than the struct's size */
	if (want < sizeof(*block))
		return false;
	block = get_block(a, want);
	if (!block)
		return false;
	block->next = a->blocks;
	a->blocks = block;
	a->at = (char *)&block->first;
	a->end = (char *)block + block->size;
	a->used += block->size;
	return true;
}

static char *
take(struct arena *a, size_t size, size_t align)
{
	size_t pad = (size_t)(0 - (uintptr_t)a->at) & (align - 1);
	size_t left = (size_t)(a->end - a->at);
	char *p;

	if (!a->at || pad > left || size > left - pad) {
		if (!add_block(a, size))
			return NULL;
		pad = 0;
	}
	p = a->at + pad;
	a->at = p + size;
	if (a->base)
		a->used = (size_t)(a->at - a->base);
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	char *p = take(a, size, alignof(max_align_t));

	if (p && !a->zeroed)
		memset(p, 0, size);
	return p;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	return arena_alloc(a, total);
}

char *
arena_bytes(struct arena *a, size_t size)
{
	return take(a, size, 1);
}

struct str
arena_str(struct arena *a, struct str s)
{
	size_t size;
	char *p;

	if (__builtin_add_overflow(s.n, 1, &size))
		return STR_NONE;
	p = arena_bytes(a, size);
	if (!p)
		return STR_NONE;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){ p, s.n };
}

void
arena_reset(struct arena *a)
{
	if (a->base) {
		a->at = a->base;
		a->used = 0;
		return;
	}
	while (a->blocks) {
		struct arena_block *block = a->blocks;

		a->blocks = block->next;
		if (a->source) {
			block->next = a->source->blocks;
			a->source->blocks = block;
		} else {
			free(block);
		}
	}
	arena_init_from(a, a->source, a->cap);
}
