/*
 * From a wait status to a struct stop. What concerns nobody else (signals,
 * group stops, children's first stops, unwanted calls) is answered here.
 */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/err.h"
#include "os/os.h"
#include "trace/ptrace.h"

#define SYSCALL_STOP (SIGTRAP | 0x80)

/* SECCOMP_RET_* of linux/seccomp.h, action part. */
#define RET_ERRNO  0x00050000u
#define RET_TRACE  0x7ff00000u
#define RET_ACTION 0xffff0000u

/* A call in one word: equal calls are equal, others hardly ever. */
static uint64_t
fingerprint(const struct os_call *c)
{
	const uint64_t words[] = {
		c->arch,
		c->nr,
		c->ip,
		c->sp,
		c->args[0],
		c->args[1],
		c->args[2],
		c->args[3],
		c->args[4],
		c->args[5],
	};
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15u + (h >> 29);
	return h;
}

/* Whether this entry repeats the call that a signal interrupted. */
static bool
is_repeat(struct tracee *who, const struct os_call *c)
{
	uint64_t now = fingerprint(c);
	bool repeat = (who->flags & TRACEE_INTERRUPTED) && who->broken == now;

	if (repeat)
		who->flags &= ~(unsigned)TRACEE_INTERRUPTED;
	who->last = now;
	who->flags |= TRACEE_CALL_SEEN;
	return repeat;
}

/* At a signal or group stop. */
static void
note_interruption(struct tracee *who)
{
	if ((who->flags & TRACEE_CALL_SEEN) && os_call_interrupted(who->tid)) {
		who->broken = who->last;
		who->flags |= TRACEE_INTERRUPTED;
	}
	who->flags &= ~(unsigned)TRACEE_CALL_SEEN;
}

static bool
skip_call(struct engine *e, struct tracee *who, const struct os_call *c,
    int errnum)
{
	ptrace_note(e, os_call_skip(who->tid, c, -errnum));
	ptrace_go_on(e, who, 0);
	return false;
}

/* True when the call is to be seen by the pipeline. */
static bool
select_call(struct engine *e, struct tracee *who, const struct os_call *c)
{
	uint32_t verdict;

	if (!e->every_call) {
		/*
		 * The tracee's own filter asked for a tracer, and it has none:
		 * seccomp(2) says ENOSYS.
		 */
		if ((c->data & ~FILTER_DATA_ABI) != FILTER_DATA)
			return skip_call(e, who, c, ENOSYS);
		return true;
	}
	if (!e->entered) {
		/* Until the mark of enter() the calls are our own. */
		e->entered = c->args[1] == OS_MARK;
		ptrace_go_on(e, who, 0);
		return false;
	}
	verdict = filter_run(e->config.program, c->arch, c->nr, c->args, c->ip);
	if ((verdict & RET_ACTION) == RET_TRACE)
		return true;
	if ((verdict & RET_ACTION) == RET_ERRNO)
		return skip_call(e, who, c, (int)(verdict & ~RET_ACTION));
	ptrace_go_on(e, who, 0);
	return false;
}

static bool
entry_stop(struct engine *e, struct tracee *who, const struct os_call *c,
    struct stop *out)
{
	if (!select_call(e, who, c))
		return false;
	out->kind = STOP_ENTRY;
	out->tid = who->tid;
	out->nr = c->nr;
	out->abi = ptrace_abi(c->arch, &out->nr);
	memcpy(out->args, c->args, sizeof(out->args));
	out->sp = c->sp;
	out->restarted = is_repeat(who, c);
	e->counts.entries++;
	return true;
}

static bool
exit_stop(struct engine *e, struct tracee *who, const struct os_call *c,
    struct stop *out)
{
	bool wanted = who->flags & TRACEE_WANT;

	ptrace_restore_flags(e, who);
	who->flags &= ~(unsigned)TRACEE_WANT;
	if (!wanted) {
		ptrace_go_on(e, who, 0);
		return false;
	}
	out->kind = STOP_RESULT;
	out->tid = who->tid;
	out->abi = who->wanted.abi;
	out->nr = who->wanted.nr;
	memcpy(out->args, who->wanted.args, sizeof(out->args));
	out->result = c->result;
	out->sp = c->sp;
	/* ERESTARTSYS .. ERESTART_RESTARTBLOCK: the caller never sees them. */
	if (c->result <= -512 && c->result >= -516) {
		out->restarted = true;
		out->result = -EINTR;
	} else {
		who->flags &= ~(unsigned)TRACEE_CALL_SEEN;
	}
	e->counts.results++;
	return true;
}

static bool
call_stop(struct engine *e, struct tracee *who, bool seccomp, struct stop *out)
{
	enum os_call_at expect = seccomp ? OS_CALL_SECCOMP
	    : (who->flags & (TRACEE_IN_CALL | TRACEE_WANT | TRACEE_REWRITE))
	    ? OS_CALL_EXIT
	    : OS_CALL_ENTRY;
	struct os_call c;
	int r = os_call_get(who->tid, expect, &c);

	if (r < 0) {
		ptrace_note(e, r);
		if (r != -ESRCH)
			ptrace_go_on(e, who, 0);
		return false;
	}
	switch (c.at) {
	case OS_CALL_SECCOMP:
	case OS_CALL_ENTRY:
		who->flags |= TRACEE_IN_CALL;
		/* The filter engine enters through its filter only. */
		if (e->every_call || seccomp)
			return entry_stop(e, who, &c, out);
		break;
	case OS_CALL_EXIT:
		who->flags &= ~(unsigned)TRACEE_IN_CALL;
		return exit_stop(e, who, &c, out);
	case OS_CALL_NONE:
		break;
	}
	ptrace_go_on(e, who, 0);
	return false;
}

/*
 * The calling thread takes over the leader's id, and the other threads are
 * gone or about to be; a dead leader comes back to life as the caller.
 */
static bool
exec_stop(struct engine *e, struct tracee *leader, struct stop *out)
{
	const unsigned life = TRACEE_MAIN | TRACEE_DYING;
	unsigned main_thread = leader->flags & TRACEE_MAIN;
	uint64_t former = 0;
	struct tracee *caller;

	if (os_ptrace_event_message(leader->tid, &former) < 0)
		former = (uint64_t)leader->tid;
	caller = tracee_find(&e->tracees, (pid_t)former);
	if (caller && caller != leader) {
		if ((caller->flags & life) == TRACEE_MAIN)
			e->main_live--;
		ptrace_forget_held(e, caller);
		tracee_remove(&e->tracees, caller);
	}
	if ((leader->flags & life) == life)
		e->main_live++;
	leader->flags = TRACEE_LEADER | main_thread |
	    (leader->flags & TRACEE_OPTIONS) |
	    (e->every_call ? TRACEE_IN_CALL : 0);
	e->entered = true;
	out->kind = STOP_EXEC;
	out->tid = leader->tid;
	out->former_tid = (pid_t)former;
	out->sp = os_stack_pointer(leader->tid);
	return true;
}

/* Only the main process has PTRACE_O_TRACEEXIT. */
static bool
dying_stop(struct engine *e, struct tracee *who, struct stop *out)
{
	uint64_t status = 0;

	if ((who->flags & (TRACEE_MAIN | TRACEE_DYING)) == TRACEE_MAIN) {
		who->flags |= TRACEE_DYING;
		e->main_live--;
		ptrace_note(e, os_ptrace_event_message(who->tid, &status));
		if (e->main_live == 0) {
			out->kind = STOP_DYING;
			out->tid = who->tid;
			out->status = (int)status;
			return true;
		}
	}
	ptrace_go_on(e, who, 0);
	return false;
}

/* A group stop leaves the thread stopped; anything else resumes. */
static void
trap_stop(struct engine *e, struct tracee *who, int sig)
{
	if (sig == SIGTRAP) {
		ptrace_go_on(e, who, 0);
		return;
	}
	e->counts.signals++;
	note_interruption(who);
	who->flags |= TRACEE_LISTEN;
	ptrace_note(e, os_ptrace_listen(who->tid));
}

static void
signal_stop(struct engine *e, struct tracee *who, int sig)
{
	e->counts.signals++;
	note_interruption(who);
	ptrace_go_on(e, who, sig);
}

/* A thread that was evicted is taken in again. */
static struct tracee *
take_in_again(struct engine *e, pid_t tid)
{
	struct tracee *who = tracee_add(&e->tracees, tid, NULL);

	if (!who) {
		ptrace_note(e, os_ptrace_cont(tid, 0));
		return NULL;
	}
	if (tid == e->main)
		who->flags = TRACEE_LEADER | TRACEE_MAIN;
	else if (os_is_leader(tid))
		who->flags = TRACEE_LEADER;
	return who;
}

static bool
stopped(struct engine *e, pid_t tid, int status, struct stop *out)
{
	struct tracee *who = tracee_find(&e->tracees, tid);
	int sig = WSTOPSIG(status), event = status >> 16;

	if (event == OS_EVENT_STOP && (!who || (who->flags & TRACEE_NEWBORN))) {
		ptrace_first_stop(e, who, tid, status);
		return false;
	}
	if (!who)
		who = take_in_again(e, tid);
	if (!who)
		return false;
	switch (event) {
	case OS_EVENT_SECCOMP:
		return call_stop(e, who, true, out);
	case OS_EVENT_FORK:
	case OS_EVENT_VFORK:
	case OS_EVENT_CLONE:
		ptrace_restore_flags(e, who);
		if (ptrace_parent_event(e, who, event, out))
			return true;
		ptrace_go_on(e, who, 0);
		return false;
	case OS_EVENT_EXEC:
		return exec_stop(e, who, out);
	case OS_EVENT_EXIT:
		return dying_stop(e, who, out);
	case OS_EVENT_STOP:
		trap_stop(e, who, sig);
		return false;
	}
	if (event == 0 && sig == SYSCALL_STOP)
		return call_stop(e, who, false, out);
	signal_stop(e, who, event == 0 ? sig : 0);
	return false;
}

static bool
ended(struct engine *e, pid_t tid, int status, struct stop *out)
{
	struct tracee *who = tracee_find(&e->tracees, tid);

	out->tid = tid;
	out->status = status;
	if (!who && tid == e->main) {
		out->kind = STOP_EXIT;
		out->leader = true;
		return true;
	}
	if (!who) {
		/* A child of ours, or one of a tracee that died at birth. */
		out->kind = STOP_HELPER;
		ptrace_keep_exit(e, tid, status);
		return true;
	}
	if (who->flags & TRACEE_HELD) {
		ptrace_keep_exit(e, tid, status);
		ptrace_forget_held(e, who);
		tracee_remove(&e->tracees, who);
		return false;
	}
	out->kind = STOP_EXIT;
	out->leader = who->flags & TRACEE_LEADER;
	if ((who->flags & (TRACEE_MAIN | TRACEE_DYING)) == TRACEE_MAIN)
		e->main_live--;
	tracee_remove(&e->tracees, who);
	ptrace_doubt_held(e);
	return true;
}

/* Blocks, unless a held child may have to be let go meanwhile. */
static pid_t
next_status(struct engine *e, int *status)
{
	while (e->doubtful) {
		uint64_t left = ptrace_check_held(e);
		pid_t tid = left ? os_wait_for(-1, status, left) : 0;

		if (tid != 0)
			return tid;
	}
	return os_wait(-1, status, true);
}

int
ptrace_wait(struct engine *e, struct stop *out)
{
	if (e->late.tid) {
		*out = e->late;
		e->late.tid = 0;
		out->time_ns = os_now_realtime_ns();
		return 1;
	}
	for (;;) {
		int status;
		pid_t tid = next_status(e, &status);

		if (tid == -ECHILD)
			return 0;
		if (tid < 0)
			return err_from_errno(-tid);
		e->counts.stops++;
		*out = (struct stop){ 0 };
		if (WIFSTOPPED(status) ? stopped(e, tid, status, out)
				       : ended(e, tid, status, out)) {
			e->counts.tracees = e->tracees.n;
			out->time_ns = os_now_realtime_ns();
			return 1;
		}
	}
}
