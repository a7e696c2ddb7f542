/*
 * The table of traced threads; see the header. Memory is mapped once and
 * touched only as far as it is used.
 */
#include "trace/tracee.h"

#include "base/err.h"
#include "os/os.h"

/* The index is at most half full, so that it never refuses. */
static size_t
n_cells(uint32_t n_slots)
{
	size_t n = 16;

	while (n < 2 * (size_t)n_slots)
		n *= 2;
	return n;
}

int
tracee_table_open(struct tracee_table *t, uint32_t n_slots, uint64_t seed)
{
	size_t cells = n_cells(n_slots);

	*t = (struct tracee_table){ .n_slots = n_slots, .free = TABLE_NONE };
	t->slots = os_map_private(n_slots * sizeof(*t->slots));
	t->cells = os_map_private(cells * sizeof(*t->cells));
	if (!t->slots || !t->cells) {
		tracee_table_close(t);
		return ERR_NOMEM;
	}
	table_init(&t->index, t->cells, cells, seed);
	return 0;
}

void
tracee_table_close(struct tracee_table *t)
{
	os_unmap(t->slots, t->n_slots * sizeof(*t->slots));
	os_unmap(t->cells, n_cells(t->n_slots) * sizeof(*t->cells));
	*t = (struct tracee_table){ .free = TABLE_NONE };
}

struct tracee *
tracee_find(const struct tracee_table *t, pid_t tid)
{
	uint32_t slot = table_get(&t->index, (uint64_t)tid);

	return slot == TABLE_NONE ? NULL : &t->slots[slot];
}

/* The next thread, in turn, of which nothing is owed; else simply the next. */
static void
evict(struct tracee_table *t, const struct tracee *keep)
{
	const unsigned owed = TRACEE_NEWBORN | TRACEE_HELD | TRACEE_MAIN |
	    TRACEE_WANT | TRACEE_REWRITE | TRACEE_OPTIONS | TRACEE_LISTEN;
	struct tracee *victim = NULL;

	for (uint32_t i = 0; i < t->n_slots; i++) {
		struct tracee *c = &t->slots[t->hand];

		t->hand = (t->hand + 1) % t->n_slots;
		if (c == keep || (c->flags & TRACEE_HELD))
			continue;
		victim = c;
		if (!(c->flags & owed))
			break;
	}
	if (!victim)
		return;
	t->evicted++;
	tracee_remove(t, victim);
}

static uint32_t
take_slot(struct tracee_table *t)
{
	uint32_t slot = t->free;

	if (slot != TABLE_NONE) {
		t->free = t->slots[slot].next_free;
		return slot;
	}
	return t->n_used < t->n_slots ? t->n_used++ : TABLE_NONE;
}

struct tracee *
tracee_add(struct tracee_table *t, pid_t tid, const struct tracee *keep)
{
	struct tracee *who = tracee_find(t, tid);
	uint32_t slot;

	if (!who) {
		slot = take_slot(t);
		if (slot == TABLE_NONE) {
			evict(t, keep);
			slot = take_slot(t);
		}
		if (slot == TABLE_NONE)
			return NULL;
		who = &t->slots[slot];
		table_put(&t->index, (uint64_t)tid, slot);
		t->n++;
	}
	*who = (struct tracee){ .tid = tid, .next_held = TABLE_NONE };
	return who;
}

void
tracee_remove(struct tracee_table *t, struct tracee *who)
{
	table_remove(&t->index, (uint64_t)who->tid);
	who->tid = 0;
	who->flags = 0;
	who->next_free = t->free;
	t->free = tracee_slot(t, who);
	t->n--;
}

void
tracee_rename(struct tracee_table *t, struct tracee *who, pid_t tid)
{
	table_remove(&t->index, (uint64_t)who->tid);
	who->tid = tid;
	table_put(&t->index, (uint64_t)tid, tracee_slot(t, who));
}
