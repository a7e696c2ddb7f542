/*
 * Processes as rules see them. struct proc holds what only clone and exec
 * change; the rest (credentials, session, directories) is read for the thread
 * that is asked about, at most once an event, and lives until the next event.
 *
 * Processes that are not traced (the shell that started us) are read from
 * /proc when an ancestor is asked for, and read again after PROC_OUTSIDE_NS.
 */
#ifndef STATE_PROC_H
#define STATE_PROC_H

#include "state/state.h"
#include "state/text.h"

#define PROC_NONE       UINT32_MAX
#define PROC_OUTSIDE_NS UINT64_C(100000000)

struct proc {
	pid_t tgid;
	pid_t ppid; /* as last known: ask state_parent() */
	pid_t vpid; /* in its own PID namespace; 0: not yet read */
	bool used, traced;
	bool from_clone;              /* its clone was seen */
	bool lost_argv, lost_exepath; /* the pool was full */
	uint8_t layer;                /* EXE_*, once they were asked for */
	uint8_t comm_n;
	char comm[STATE_COMM_MAX]; /* at exec or clone, as the kernel had it */
	uint32_t generation;       /* of this slot */
	uint32_t parent, parent_generation; /* slot; PROC_NONE: to be found */
	uint32_t threads;                   /* list of thread slots */
	uint32_t n_threads;
	text_ref argv;     /* each argument ends in NUL; cut */
	text_ref exepath;  /* as the tracee sees it, without " (deleted)" */
	uint64_t seen;     /* number of the last event that used it */
	uint64_t start_ns; /* epoch: clone, or start according to /proc */
	uint64_t read_ns;  /* not traced: when /proc was read */
};

/* From /proc/TID/status. The pids are those of the innermost namespace. */
struct proc_status {
	uint32_t uid[4], gid[4]; /* real, effective, saved, file system */
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	int64_t tgid; /* in the reader's namespace */
	int64_t vtid, vpid, vpgid, vsid;
	uint64_t vm_size, vm_rss, vm_swap; /* kB */
	uint64_t threads;
};

/* From /proc/TID/stat. */
struct proc_stat {
	char comm[STATE_COMM_MAX];
	uint8_t comm_n;
	int64_t ppid, pgrp, session;
	uint32_t tty; /* device number, 0 for none */
	uint64_t minflt, majflt;
	uint64_t start_ns; /* epoch */
};

#define PROC_LOGINUID_UNSET (-1)

/* --- texts that are kept ------------------------------------------------- */

static inline struct str
proc_comm(const struct proc *p)
{
	return (struct str){ p->comm, p->comm_n };
}
/* All arguments, each with its NUL but for the last when it was cut. */
struct str
state_argv(struct state *st, struct proc *p);
/* argv[0]; empty when there are no arguments. */
struct str
state_exe(struct state *st, struct proc *p);
struct str
state_exepath(struct state *st, struct proc *p);

/* --- relations ----------------------------------------------------------- */

/* Known or read from /proc; NULL when there is no such process. */
struct proc *
state_find(struct state *st, pid_t pid);
/* The living parent; NULL at the top. */
struct proc *
state_parent(struct state *st, struct proc *p);
/* n = 0 is p itself, 1 its parent; NULL beyond the top or STATE_ANCESTORS. */
struct proc *
state_ancestor(struct state *st, struct proc *p, unsigned n);
/*
 * The thread to read /proc/TID of: the acting one for its own process, since
 * a leader may have exited before its threads.
 */
pid_t
state_reader_tid(const struct state *st, const struct proc *p);

/* --- read when asked, once an event -------------------------------------- */

/* NULL when /proc cannot be read (any more). */
const struct proc_status *
state_status(struct state *st, pid_t tid);
const struct proc_stat *
state_stat(struct state *st, pid_t tid);
/* Ends in '/'; .p is NULL when it cannot be read. As the tracee sees it. */
struct str
state_cwd(struct state *st, pid_t tid);
/* The root directory as we see it: "/" unless it was changed. */
struct str
state_root(struct state *st, pid_t tid);
/* PROC_LOGINUID_UNSET when it is not set; false when it cannot be read. */
bool
state_loginuid(struct state *st, pid_t tid, int64_t *out);
/* Each with its NUL, cut at STATE_ARGS_MAX; .p NULL when not readable. */
struct str
state_environ(struct state *st, pid_t tid);
const struct file_facts *
state_exe_facts(struct state *st, pid_t tid);
/*
 * Where the executable lies: EXE_* bits, kept until the next exec; 0 when it
 * cannot be read.
 */
#define EXE_KNOWN 1u
#define EXE_UPPER 2u /* of an overlay */
#define EXE_LOWER 4u
#define EXE_MEMFD 8u
unsigned
state_exe_layer(struct state *st, struct proc *p);
/* A whole small file below /proc/TID; .p NULL when not readable. */
struct str
state_read(struct state *st, pid_t tid, enum proc_file file);
/* Innermost namespace's number of the process; kept. 0 when unknown. */
pid_t
state_vpid(struct state *st, struct proc *p);

const struct container *
state_container(const struct state *st);
uint64_t
state_event_time(const struct state *st);

/* --- parsers, pure ------------------------------------------------------- */

bool
proc_parse_stat(struct str text, uint64_t boot_ns, long clock_ticks,
    struct proc_stat *out);
bool
proc_parse_status(struct str text, struct proc_status *out);

#endif
