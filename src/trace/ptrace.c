/*
 * The ptrace engines' interface: ptrace(2) with PTRACE_SEIZE, Linux 4.8 and
 * later (5.3 for PTRACE_GET_SYSCALL_INFO).
 */
#include "trace/ptrace.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/err.h"
#include "os/os.h"

#define ERESTART_FIRST (-512)
#define ERESTART_LAST  (-516)

void
ptrace_note(struct engine *e, int r)
{
	if (r == -ESRCH)
		e->counts.lost++;
	else if (r < 0)
		log_debug(e->config.log, "ptrace: errno %d", -r);
}

void
ptrace_go_on(struct engine *e, struct tracee *who, int sig)
{
	const unsigned stepping = TRACEE_WANT | TRACEE_REWRITE;
	int r;

	who->flags &= ~(unsigned)TRACEE_LISTEN;
	if (e->every_call || (who->flags & stepping))
		r = os_ptrace_syscall(who->tid, sig);
	else
		r = os_ptrace_cont(who->tid, sig);
	ptrace_note(e, r);
}

enum abi
ptrace_abi(uint32_t arch, uint32_t *nr)
{
	switch (arch) {
	case OS_AUDIT_X86_64:
		if (!(*nr & OS_X32_BIT) || (int32_t)*nr < 0)
			return ABI_X86_64;
		*nr &= ~OS_X32_BIT;
		return ABI_X32;
	case OS_AUDIT_I386:
		return ABI_I386;
	case OS_AUDIT_AARCH64:
		return ABI_AARCH64;
	}
	return ABI_OTHER;
}

static unsigned
options_of(const struct engine_config *c, bool every_call)
{
	return OS_TRACE_SYSGOOD | OS_TRACE_EXEC | OS_TRACE_FORK |
	    OS_TRACE_VFORK | OS_TRACE_CLONE |
	    (every_call ? 0 : OS_TRACE_SECCOMP) |
	    (c->kill_on_death ? OS_TRACE_EXITKILL : 0);
}

/* The syscall engine has to stop its tracee once, to make calls stop. */
static int
seize(struct engine *e)
{
	int r = os_ptrace_seize(e->main, e->options | OS_TRACE_EXIT);

	if (r < 0 || !e->every_call)
		return r;
	return os_ptrace_interrupt(e->main);
}

static int
open_engine(struct engine **out, const struct engine_config *c, pid_t workload,
    bool every_call, struct diag *why)
{
	struct engine *e = calloc(1, sizeof(*e));
	struct tracee *main_thread;
	uint64_t seed;
	int r;

	os_random(&seed, sizeof(seed));
	if (!e || tracee_table_open(&e->tracees, TRACEES_MAX, seed)) {
		free(e);
		diag_set(why, "no memory for the table of threads");
		return ERR_NOMEM;
	}
	e->config = *c;
	e->every_call = every_call;
	e->entered = !every_call;
	e->main = workload;
	e->main_live = 1;
	e->options = options_of(c, every_call);
	e->held = TABLE_NONE;
	e->counts.tracees_max = 1;
	e->reader = (struct mem_reader){ mem_read, &e->mem };
	main_thread = tracee_add(&e->tracees, workload, NULL);
	main_thread->flags = TRACEE_LEADER | TRACEE_MAIN;
	r = seize(e);
	if (r < 0) {
		probe_explain(why, -r, workload);
		tracee_table_close(&e->tracees);
		free(e);
		return err_from_errno(-r);
	}
	*out = e;
	return 0;
}

static int
attach_ptrace(struct engine **out, const struct engine_config *c,
    pid_t workload, struct diag *why)
{
	return open_engine(out, c, workload, false, why);
}

static int
attach_syscall(struct engine **out, const struct engine_config *c,
    pid_t workload, struct diag *why)
{
	return open_engine(out, c, workload, true, why);
}

/*
 * Without CAP_SYS_ADMIN a filter needs no_new_privs, which disarms setuid
 * programs; so that is only the second choice.
 */
static int
enter_ptrace(const struct filter_program *program, int sock)
{
	int r;

	(void)sock;
	if (program->n == 0)
		return 0;
	r = os_seccomp_install(program->code, program->n);
	if (r != -EACCES)
		return r;
	r = os_set_no_new_privs();
	return r < 0 ? r : os_seccomp_install(program->code, program->n);
}

static int
enter_syscall(const struct filter_program *program, int sock)
{
	(void)program;
	(void)sock;
	os_mark();
	return 0;
}

/* Every call of the workload may stop from here on: nothing to wait for. */
static int
started(struct engine *e, int sock)
{
	(void)e;
	(void)sock;
	return 0;
}

static void
resume_entry(struct engine *e, struct tracee *who, const struct stop *s,
    struct decision d)
{
	const struct os_call c = {
		/* Only i386 has its arguments elsewhere. */
		.arch = s->abi == ABI_I386 ? OS_AUDIT_I386 : os_arch_audit(),
	};

	switch (d.kind) {
	case DECIDE_WANT_RESULT:
		who->flags |= TRACEE_WANT;
		who->wanted = (struct call){ .abi = s->abi, .nr = s->nr };
		memcpy(who->wanted.args, s->args, sizeof(s->args));
		break;
	case DECIDE_DENY:
		ptrace_note(e, os_call_skip(who->tid, &c, -d.errnum));
		ptrace_go_on(e, who, 0);
		return;
	case DECIDE_PASS:
	case DECIDE_KILL:
		break;
	}
	if (ptrace_keep_traced(e, who, s))
		who->flags |= TRACEE_REWRITE;
	ptrace_go_on(e, who, 0);
}

static int
resume(struct engine *e, const struct stop *s, struct decision d)
{
	struct tracee *who;

	if (s->kind == STOP_EXIT || s->kind == STOP_HELPER)
		return 0;
	who = tracee_find(&e->tracees, s->tid);
	if (!who)
		return ERR_INVAL;
	if (d.kind == DECIDE_KILL)
		ptrace_note(e, os_kill(s->tid, SIGKILL));
	switch (s->kind) {
	case STOP_ENTRY:
		resume_entry(e, who, s, d);
		break;
	case STOP_CLONE:
		ptrace_release_child(e, s->child);
		ptrace_go_on(e, who, 0);
		break;
	case STOP_RESULT:
	case STOP_EXEC:
	case STOP_DYING:
		ptrace_go_on(e, who, 0);
		break;
	case STOP_EXIT:
	case STOP_HELPER:
		break;
	}
	return 0;
}

static const struct mem_reader *
memory(struct engine *e)
{
	return &e->reader;
}

static const struct engine_counts *
counts(const struct engine *e)
{
	return &e->counts;
}

static void
close_engine(struct engine *e)
{
	if (!e)
		return;
	tracee_table_close(&e->tracees);
	free(e);
}

const struct engine_ops engine_ptrace = {
	.name = "ptrace",
	.probe = probe_ptrace,
	.attach = attach_ptrace,
	.enter = enter_ptrace,
	.started = started,
	.wait = ptrace_wait,
	.resume = resume,
	.memory = memory,
	.counts = counts,
	.close = close_engine,
};

const struct engine_ops engine_syscall = {
	.name = "syscall",
	.probe = probe_syscall,
	.attach = attach_syscall,
	.enter = enter_syscall,
	.started = started,
	.wait = ptrace_wait,
	.resume = resume,
	.memory = memory,
	.counts = counts,
	.close = close_engine,
};
