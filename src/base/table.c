/*
 * Open addressing with linear probing. Deletion shifts followers back, so
 * there are no tombstones and probes stay short forever.
 */
#include "base/table.h"

/* The finaliser of SplitMix64: thread ids are small and dense. */
static size_t
home(const struct table *t, uint64_t key)
{
	key ^= t->seed;
	key = (key ^ (key >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	key = (key ^ (key >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (size_t)(key ^ (key >> 31)) & t->mask;
}

/* The cell of the key, or the empty one where it belongs. */
static struct table_cell *
probe(const struct table *t, uint64_t key)
{
	size_t i = home(t, key);

	while (t->cells[i].slot_plus_1 && t->cells[i].key != key)
		i = (i + 1) & t->mask;
	return &t->cells[i];
}

void
table_init(struct table *t, struct table_cell *cells, size_t n, uint64_t seed)
{
	*t = (struct table){ .cells = cells, .mask = n - 1, .seed = seed };
}

uint32_t
table_get(const struct table *t, uint64_t key)
{
	return probe(t, key)->slot_plus_1 - 1;
}

bool
table_put(struct table *t, uint64_t key, uint32_t slot)
{
	struct table_cell *cell = probe(t, key);

	if (slot == TABLE_NONE)
		return false;
	if (!cell->slot_plus_1) {
		size_t n = t->mask + 1;

		/* One cell stays empty whatever n is: it ends every probe. */
		if (t->used >= n - n / 8 - (n < 8))
			return false;
		t->used++;
	}
	*cell = (struct table_cell){ key, slot + 1 };
	return true;
}

bool
table_remove(struct table *t, uint64_t key)
{
	struct table_cell *cell = probe(t, key);
	size_t hole = (size_t)(cell - t->cells), i = hole;

	if (!cell->slot_plus_1)
		return false;
	for (;;) {
		size_t from;

		i = (i + 1) & t->mask;
		if (!t->cells[i].slot_plus_1)
			break;
		from = home(t, t->cells[i].key);
		/* Move it back unless its home lies between hole and i. */
		if (((i - from) & t->mask) < ((i - hole) & t->mask))
			continue;
		t->cells[hole] = t->cells[i];
		hole = i;
	}
	t->cells[hole].slot_plus_1 = 0;
	t->used--;
	return true;
}
