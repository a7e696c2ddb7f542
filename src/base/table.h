/*
 * Bounded hash table from a 64-bit key to a slot number: open addressing with
 * linear probing and backward-shift deletion, over memory given at start.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_cell {
	uint64_t key;
	uint32_t slot_plus_1; /* 0: empty */
};

struct table {
	struct table_cell *cells;
	size_t mask; /* number of cells - 1, a power of two minus one */
	size_t used;
	uint64_t seed;
};

#define TABLE_NONE UINT32_MAX

/* cells: zeroed memory of n cells, n a power of two. */
void
table_init(struct table *t, struct table_cell *cells, size_t n, uint64_t seed);
/* TABLE_NONE when absent. */
uint32_t
table_get(const struct table *t, uint64_t key);
/* Replaces; false when the table is 7/8 full. */
bool
table_put(struct table *t, uint64_t key, uint32_t slot);
bool
table_remove(struct table *t, uint64_t key);

#endif
