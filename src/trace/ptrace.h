/*
 * What the files of the ptrace engine share. One engine in two modes: "ptrace"
 * (a seccomp program stops the wanted calls) and "syscall" (every call stops,
 * and the same program is run here to select the wanted ones).
 *
 *   ptrace.c        the interface: attach, resume, close
 *   ptrace_wait.c   one wait status -> a struct stop, or handled here
 *   ptrace_clone.c  new threads and processes
 *   probe.c         whether it works on this machine
 */
#ifndef TRACE_PTRACE_H
#define TRACE_PTRACE_H

#include "os/arch.h"
#include "os/ptrace.h"
#include "trace/engine.h"
#include "trace/mem.h"
#include "trace/tracee.h"

/*
 * A child that died before its parent announced it: the exit is kept back, so
 * that it follows STOP_CLONE.
 */
struct early_exit {
	pid_t tid;
	int status;
	uint64_t until; /* monotonic ns; ids are used again */
};

#define EARLY_EXITS 64

struct engine {
	struct engine_config config;
	bool every_call;    /* the syscall engine */
	bool entered;       /* what follows is the workload's own */
	pid_t main;         /* the workload's process */
	unsigned options;   /* of PTRACE_SEIZE, without TRACEEXIT */
	uint32_t main_live; /* threads of it that are not exiting yet */
	struct tracee_table tracees;
	uint32_t held;  /* list of held children: slot or TABLE_NONE */
	bool doubtful;  /* some of them may have lost their parent */
	bool any_death; /* a thread has ended before */
	struct early_exit early[EARLY_EXITS];
	unsigned early_next;
	struct stop late; /* an exit to be yielded next; tid 0: none */
	struct mem mem;
	struct mem_reader reader;
	struct engine_counts counts;
};

/* ---- ptrace.c ---- */

/*
 * Lets a thread run on, delivering sig, to its next stop of the kind that this
 * engine needs. A thread that vanished is counted; its exit comes next.
 */
void
ptrace_go_on(struct engine *e, struct tracee *who, int sig);
/* ESRCH: the thread died within its stop; its exit is reported later. */
void
ptrace_note(struct engine *e, int r);
enum abi
ptrace_abi(uint32_t arch, uint32_t *nr);

/* ---- ptrace_wait.c ---- */

int
ptrace_wait(struct engine *e, struct stop *out);

/* ---- ptrace_clone.c ---- */

/* The parent's event: true with *out filled. */
bool
ptrace_parent_event(struct engine *e, struct tracee *parent, int event,
    struct stop *out);
/* After STOP_CLONE was answered: child and parent go on. */
void
ptrace_release_child(struct engine *e, pid_t child);
/*
 * A stop of a thread that is not known, or not yet known to have stopped: it
 * is held, or resumed when its parent announced it.
 */
void
ptrace_first_stop(struct engine *e, struct tracee *who, pid_t tid, int status);
/* A thread is gone: held children may be without a parent now. */
void
ptrace_doubt_held(struct engine *e);
void
ptrace_forget_held(struct engine *e, struct tracee *who);
/* Keeps back the exit of a thread that no parent has announced. */
void
ptrace_keep_exit(struct engine *e, pid_t tid, int status);
/* Lets children go whose parent did not report in time: next check in ns, 0
 * when there is nothing to wait for. */
uint64_t
ptrace_check_held(struct engine *e);
/*
 * CLONE_UNTRACED would let a child slip away: taken out of the call that who
 * is about to make. True when the exit stop is needed to restore memory.
 */
bool
ptrace_keep_traced(struct engine *e, struct tracee *who,
    const struct stop *entry);
void
ptrace_restore_flags(struct engine *e, struct tracee *who);

/* ---- probe.c ---- */

int
probe_ptrace(struct diag *why);
int
probe_syscall(struct diag *why);
/* What a failed PTRACE_SEIZE of target means. */
void
probe_explain(struct diag *why, int error, pid_t target);

#endif
