/*
 * Calls that are aimed at the agent: seen whatever the rules are, and denied.
 * One kill(2) of everybody with SIGKILL or SIGSTOP, as an init makes before it
 * ends, is made in the caller's place and leaves the agent out.
 */
#ifndef PIPE_GUARD_H
#define PIPE_GUARD_H

#include "event/event.h"
#include "state/state.h"
#include "trace/filter.h"

/* agent: its process id, as the calls of its PID namespace name it. */
void
guard_wants(struct filter_spec *spec, int agent);

enum guard_answer {
	GUARD_PASS,
	GUARD_DENY,      /* EPERM */
	GUARD_EVERYBODY, /* guard_kill_others(), and its result is the call's */
};

/*
 * Of an event at its entry. A caller in a PID namespace of its own means other
 * processes by the same numbers: it must not be asked about.
 */
enum guard_answer
guard_judge(const struct event *ev, int agent);

struct guard_caller {
	int tgid;
	uint32_t ruid, euid;
	bool may_all; /* CAP_KILL */
};

/*
 * As kill(-1, sig) by the caller, without process 1, the caller, the agent and
 * the agent's children. 0, or ESRCH when there is nobody.
 */
int
guard_kill_others(int agent, const struct guard_caller *c, int sig);

#endif
