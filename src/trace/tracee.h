/*
 * The bounded table of traced threads. An entry that is dropped because the
 * table is full costs nothing but knowledge: its thread goes on, and is taken
 * in again as an unknown one at its next stop.
 */
#ifndef TRACE_TRACEE_H
#define TRACE_TRACEE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/table.h"
#include "event/stop.h"

#define TRACEES_MAX 32768

enum tracee_flag {
	TRACEE_NEWBORN = 1 << 0, /* announced by its parent, not stopped yet */
	TRACEE_HELD = 1 << 1,    /* stopped, not announced by its parent yet */
	TRACEE_LEADER = 1 << 2,  /* tid is the process id */
	TRACEE_MAIN = 1 << 3,    /* a thread of the workload's own process */
	TRACEE_DYING = 1 << 4,   /* its exit event was seen */
	TRACEE_WANT = 1 << 5,    /* the exit stop is wanted */
	TRACEE_IN_CALL = 1 << 6, /* between entry and exit (syscall engine) */
	TRACEE_REWRITE = 1 << 7, /* flags in its memory are to be restored */
	TRACEE_OPTIONS =
	    1 << 8, /* has inherited options that it must not have */
	TRACEE_LISTEN = 1 << 9,       /* group-stopped */
	TRACEE_CALL_SEEN = 1 << 10,   /* .last is valid */
	TRACEE_INTERRUPTED = 1 << 11, /* .broken is valid */
};

/* A call as it was at its entry. */
struct call {
	enum abi abi;
	uint32_t nr;
	uint64_t args[6];
};

struct tracee {
	pid_t tid;
	unsigned flags;
	struct call wanted;   /* WANT: the call whose result is owed */
	uint64_t last;        /* fingerprint of the last call entered */
	uint64_t broken;      /* of the one that a signal interrupted */
	uint64_t memory;      /* REWRITE: where the flags are */
	uint64_t flags_saved; /* REWRITE: what they were */
	uint64_t held_until;  /* HELD: 0, or monotonic ns when it is let go */
	int held_status;      /* HELD: the wait status of its first stop */
	uint32_t next_held;   /* HELD: slot, TABLE_NONE at the end */
	uint32_t next_free;
};

struct tracee_table {
	struct tracee *slots;
	struct table_cell *cells;
	struct table index;
	uint32_t n_slots;
	uint32_t n_used; /* slots that were used at least once */
	uint32_t free;   /* list of free slots */
	uint32_t hand;   /* where to look for a victim next */
	uint32_t n;      /* threads in the table */
	uint64_t evicted;
};

/* 0 or ERR_NOMEM. n_slots: 1 to TRACEES_MAX. */
int
tracee_table_open(struct tracee_table *t, uint32_t n_slots, uint64_t seed);
void
tracee_table_close(struct tracee_table *t);
struct tracee *
tracee_find(const struct tracee_table *t, pid_t tid);
/*
 * A new entry, cleared; an old one of the same tid is cleared. When the table
 * is full a thread of which nothing is owed makes room. Pointers to other
 * entries stay valid unless they are that victim; keep is never it (may be
 * NULL). NULL only when all threads are held.
 */
struct tracee *
tracee_add(struct tracee_table *t, pid_t tid, const struct tracee *keep);
void
tracee_remove(struct tracee_table *t, struct tracee *who);
/* The thread of who is tid from now on. */
void
tracee_rename(struct tracee_table *t, struct tracee *who, pid_t tid);
static inline uint32_t
tracee_slot(const struct tracee_table *t, const struct tracee *who)
{
	return (uint32_t)(who - t->slots);
}

#endif
