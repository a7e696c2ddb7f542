/*
 * The interface between an engine, which watches tracees, and the pipeline,
 * which decides. Engines: ptrace (seccomp RET_TRACE, entry stops only),
 * syscall (ptrace without a filter), replay (recorded stops). The interface
 * also fits seccomp user notification with ptrace on demand.
 *
 * How a workload starts. The workload keeps its process: it forks the agent,
 * then waits on a socket. The agent attaches, sends one byte "go"; the
 * workload's own process calls enter() (which may install a filter and hand a
 * descriptor back over the socket) and then execve. So:
 *
 *   agent:     attach()            workload: blocked in read(2) on the socket
 *   agent:     engine_go() ------> enter()
 *   agent:     started()  <------  (descriptors, or one byte)
 *   agent:     wait() ...          execve()
 */
#ifndef TRACE_ENGINE_H
#define TRACE_ENGINE_H

#include "base/diag.h"
#include "base/log.h"
#include "event/stop.h"
#include "trace/filter.h"

struct engine;

struct engine_config {
	const struct log *log;
	struct filter_program *program; /* in memory shared with the workload */
	bool kill_on_death;             /* PTRACE_O_EXITKILL */
	bool refuse_unknown_abi;        /* security priority */
};

struct engine_counts {
	uint64_t stops;       /* everything that waitpid or recv yielded */
	uint64_t entries;     /* STOP_ENTRY */
	uint64_t results;     /* STOP_RESULT: the exit stops that were bought */
	uint64_t signals;     /* signal-delivery and group stops passed on */
	uint64_t lost;        /* threads that vanished within a stop */
	uint64_t evicted;     /* thread-table entries dropped: see tracee.h */
	uint64_t tracees;     /* threads now; evicted ones do not count */
	uint64_t tracees_max; /* most threads at once */
};

struct engine_ops {
	const char *name;
	/*
	 * Whether it can work here, tried for real in a child that is thrown
	 * away. 0, or a negative enum err with the reason and a hint that
	 * names the control (Yama, SYS_PTRACE, seccomp).
	 */
	int (*probe)(struct diag *why);
	/* Agent: attaches to the workload's process before its exec. */
	int (*attach)(struct engine **out, const struct engine_config *c,
	    pid_t workload, struct diag *why);
	/*
	 * Workload's process, after "go" and right before its execve: no
	 * allocation, no locks. Installs the program. 0 or -errno.
	 */
	int (*enter)(const struct filter_program *program, int sock);
	/*
	 * Agent: completes the handshake. The ptrace engines have nothing to
	 * wait for: calls may stop as soon as enter() began, so the agent has
	 * to get into wait() at once, and must not block on the socket.
	 */
	int (*started)(struct engine *e, int sock);
	/*
	 * Blocks for the next stop: 1 with *out filled, 0 when no tracee and
	 * no child of the agent is left, negative enum err when tracing cannot
	 * go on.
	 */
	int (*wait)(struct engine *e, struct stop *out);
	/* Answers the stop that wait() yielded last; each exactly once. */
	int (
	    *resume)(struct engine *e, const struct stop *s, struct decision d);
	const struct mem_reader *(*memory)(struct engine *e);
	const struct engine_counts *(*counts)(const struct engine *e);
	void (*close)(struct engine *e);
};

extern const struct engine_ops engine_ptrace;
extern const struct engine_ops engine_syscall;

/*
 * Replays a recording (event/codec.h), which is borrowed until close. probe(),
 * attach(), enter() and started() are not there. wait() returns ERR_SYNTAX at a
 * damaged record. The calls happened as they were recorded, so of a decision
 * only WANT_RESULT counts: a result that was recorded is yielded if it was
 * asked for, and one that was asked for but not recorded counts as lost.
 */
int
engine_replay_open(struct engine **out, struct str recording, struct diag *why);
extern const struct engine_ops engine_replay;
/* What was kept of the process with the stop yielded last; may be empty. */
struct str
engine_replay_process(const struct engine *e);

#endif
