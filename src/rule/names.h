/*
 * Objects by name, in the order of their definition; growing, over an arena.
 * A position never changes, an object may be replaced by a newer version.
 */
#ifndef RULE_NAMES_H
#define RULE_NAMES_H

#include "base/arena.h"
#include "base/str.h"

/* The head of every object that has a name. */
struct named {
	struct str name;
	unsigned index;      /* when it was first defined: its position */
	unsigned visibility; /* when it was last changed */
};

struct names {
	struct named **at;
	size_t n;
	size_t size;
	uint32_t *cells; /* position + 1, or 0; open addressing */
	size_t n_cells;  /* a power of two */
};

/* -1 when there is none. */
ptrdiff_t
names_find(const struct names *names, struct str name);
struct named *
names_get(const struct names *names, struct str name);
/* Adds it, or puts it in the place of its namesake. False without memory. */
bool
names_put(struct names *names, struct arena *a, struct named *object);
/* A copy that can be changed while the original stays. */
bool
names_copy(const struct names *from, struct arena *a, struct names *to);
/* The name nearest to word, or NULL. */
const char *
names_nearest(const struct names *names, struct str word);

#endif
