/*
 * The room's own view of struct state; see state.h and proc.h for the rest.
 */
#ifndef STATE_INTERNAL_H
#define STATE_INTERNAL_H

#include "state/proc.h"
#include "state/users.h"

struct thread {
	pid_t tid;
	uint32_t proc;       /* slot */
	uint32_t next, prev; /* slots of the same process; free: next */
};

/* What one event has read about one thread. */
struct thread_now {
	struct thread_now *next;
	pid_t tid;
	bool have_status, have_stat, have_cwd, have_root, have_loginuid;
	bool have_environ, have_exe;
	bool ok_status, ok_stat, ok_loginuid, ok_exe;
	struct proc_status status;
	struct proc_stat stat;
	struct str cwd, root, environ;
	int64_t loginuid;
	struct file_facts exe;
};

struct state {
	struct state_config config;
	struct state_source source;
	struct state_counts counts;
	struct text_pool texts;

	struct proc *procs;
	uint32_t free_proc, fresh_proc; /* free list through .threads */
	uint32_t evict_proc;            /* where the hand stands */
	struct thread *threads;
	uint32_t free_thread, fresh_thread;
	uint32_t evict_thread;
	struct table by_tid; /* tid -> thread slot */

	uint64_t event; /* number of the current event */
	uint64_t time_ns;
	pid_t tid; /* that acts */
	struct arena *scratch;
	struct thread_now *now;
	char page[STATE_ARGS_MAX + 1];

	struct users users;
};

/* table.c: slots. Each returns NULL when everything is in use right now. */
struct proc *
table_proc_new(struct state *st, pid_t tgid);
void
table_proc_drop(struct state *st, struct proc *p);
/* The process of a thread that is known; NULL when it is not. */
struct proc *
table_find(const struct state *st, pid_t tid);
/* Makes tid a thread of p (moving it there); false when there is no room. */
bool
table_thread_add(struct state *st, struct proc *p, pid_t tid);
void
table_thread_drop(struct state *st, pid_t tid);
/* All threads of p but tid. */
void
table_threads_keep(struct state *st, struct proc *p, pid_t tid);
uint32_t
table_slot(const struct state *st, const struct proc *p);

/* now.c */
long
source_read(struct state *st, pid_t tid, enum proc_file f, void *to, size_t n);
long
source_link(struct state *st, pid_t tid, enum proc_link l, int number, void *to,
    size_t n);
/* A path that /proc showed, as seen from inside root; cuts " (deleted)". */
struct str
path_inside(struct str path, struct str root);

#endif
