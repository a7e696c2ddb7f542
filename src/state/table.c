/*
 * The slots of processes and threads. A full table gives up the slot that was
 * used longest ago among a few under a moving hand (an approximation of LRU
 * that costs the same however large the table is); what is given up is read
 * from /proc again when it acts again.
 */
#include "state/internal.h"

#define HAND_LOOKS 16

uint32_t
table_slot(const struct state *st, const struct proc *p)
{
	return (uint32_t)(p - st->procs);
}

struct proc *
table_find(const struct state *st, pid_t tid)
{
	uint32_t slot = table_get(&st->by_tid, (uint64_t)tid);

	return slot == TABLE_NONE ? NULL : &st->procs[st->threads[slot].proc];
}

static void
thread_unlink(struct state *st, uint32_t slot)
{
	struct thread *t = &st->threads[slot];
	struct proc *p = &st->procs[t->proc];

	if (t->prev == PROC_NONE)
		p->threads = t->next;
	else
		st->threads[t->prev].next = t->next;
	if (t->next != PROC_NONE)
		st->threads[t->next].prev = t->prev;
	p->n_threads--;
}

static void
thread_free(struct state *st, uint32_t slot)
{
	struct thread *t = &st->threads[slot];

	thread_unlink(st, slot);
	table_remove(&st->by_tid, (uint64_t)t->tid);
	t->tid = 0;
	t->next = st->free_thread;
	st->free_thread = slot;
	st->counts.threads--;
}

void
table_proc_drop(struct state *st, struct proc *p)
{
	while (p->threads != PROC_NONE)
		thread_free(st, p->threads);
	text_drop(&st->texts, p->argv);
	text_drop(&st->texts, p->exepath);
	p->argv = p->exepath = 0;
	p->used = false;
	p->generation++;
	p->threads = st->free_proc;
	st->free_proc = table_slot(st, p);
	st->counts.procs--;
}

/* The least recently used of the next few; none of this very event. */
static struct proc *
proc_to_evict(struct state *st)
{
	struct proc *best = NULL;
	size_t looks = 0;

	for (size_t i = 0; i < st->config.max_procs; i++) {
		struct proc *p = &st->procs[st->evict_proc];

		st->evict_proc =
		    (st->evict_proc + 1) & (uint32_t)(st->config.max_procs - 1);
		if (p->used && p->seen != st->event &&
		    (!best || p->seen < best->seen))
			best = p;
		if (best && ++looks >= HAND_LOOKS)
			break;
	}
	return best;
}

static struct proc *
proc_slot(struct state *st)
{
	struct proc *p;

	if (st->free_proc != PROC_NONE) {
		p = &st->procs[st->free_proc];
		st->free_proc = p->threads;
		return p;
	}
	if (st->fresh_proc < st->config.max_procs) {
		p = &st->procs[st->fresh_proc++];
		*p = (struct proc){ 0 };
		return p;
	}
	p = proc_to_evict(st);
	if (!p)
		return NULL;
	table_proc_drop(st, p);
	st->counts.evicted_procs++;
	st->free_proc = p->threads;
	return p;
}

struct proc *
table_proc_new(struct state *st, pid_t tgid)
{
	struct proc *p = proc_slot(st);

	if (!p)
		return NULL;
	*p = (struct proc){
		.tgid = tgid,
		.used = true,
		.generation = p->generation,
		.parent = PROC_NONE,
		.threads = PROC_NONE,
		.seen = st->event,
	};
	st->counts.procs++;
	st->counts.procs_seen++;
	if (!table_thread_add(st, p, tgid)) {
		table_proc_drop(st, p);
		return NULL;
	}
	return p;
}

/* A thread that does not act now; leaders stay as long as their process. */
static bool
thread_evict(struct state *st)
{
	for (size_t i = 0; i < st->config.max_threads; i++) {
		uint32_t slot = st->evict_thread;
		struct thread *t = &st->threads[slot];

		st->evict_thread =
		    (slot + 1) & (uint32_t)(st->config.max_threads - 1);
		if (!t->tid || t->tid == st->tid ||
		    t->tid == st->procs[t->proc].tgid)
			continue;
		thread_free(st, slot);
		st->counts.evicted_threads++;
		return true;
	}
	return false;
}

static uint32_t
thread_slot(struct state *st)
{
	uint32_t slot = st->free_thread;

	if (slot != PROC_NONE) {
		st->free_thread = st->threads[slot].next;
		return slot;
	}
	if (st->fresh_thread < st->config.max_threads)
		return st->fresh_thread++;
	if (!thread_evict(st))
		return PROC_NONE;
	slot = st->free_thread;
	st->free_thread = st->threads[slot].next;
	return slot;
}

bool
table_thread_add(struct state *st, struct proc *p, pid_t tid)
{
	uint32_t slot;
	struct thread *t;

	table_thread_drop(st, tid);
	slot = thread_slot(st);
	if (slot == PROC_NONE)
		return false;
	t = &st->threads[slot];
	*t = (struct thread){ tid, table_slot(st, p), p->threads, PROC_NONE };
	if (!table_put(&st->by_tid, (uint64_t)tid, slot)) {
		t->tid = 0;
		t->next = st->free_thread;
		st->free_thread = slot;
		return false;
	}
	if (p->threads != PROC_NONE)
		st->threads[p->threads].prev = slot;
	p->threads = slot;
	p->n_threads++;
	st->counts.threads++;
	return true;
}

void
table_thread_drop(struct state *st, pid_t tid)
{
	uint32_t slot = table_get(&st->by_tid, (uint64_t)tid);

	if (slot != TABLE_NONE)
		thread_free(st, slot);
}

void
table_threads_keep(struct state *st, struct proc *p, pid_t tid)
{
	uint32_t slot = p->threads;

	while (slot != PROC_NONE) {
		uint32_t next = st->threads[slot].next;

		if (st->threads[slot].tid != tid)
			thread_free(st, slot);
		slot = next;
	}
}
