/*
 * Whether tracing works on this machine: tried for real, with the topology
 * that is used later. We fork a stand-in for the workload, which forks a
 * stand-in for the agent; that one seizes its own parent and waits for the
 * stop of one call. When it fails the control that forbids it is named.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/os.h"
#include "trace/ptrace.h"

#define TIMEOUT_MS 1000

enum stage {
	STAGE_NONE, /* nobody got as far as to say anything */
	STAGE_SEIZE,
	STAGE_FILTER,
	STAGE_STOP, /* the call went by unseen */
	STAGE_DONE,
};

/* In memory shared by the three. */
struct trial {
	volatile enum stage stage;
	int error;
	int seccomp_error;
	bool every_call;
	struct filter_program program;
};

static pid_t
test_call(void)
{
	return (pid_t)syscall(SYS_getppid);
}

static void
report(struct trial *t, enum stage stage, int error)
{
	t->error = error;
	t->stage = stage;
}

/* True when the next stop of the tracee is the one that was hoped for. */
static bool
next_stop_is(pid_t tid, int wanted, int *status)
{
	return os_wait(tid, status, true) == tid && WIFSTOPPED(*status) &&
	    *status >> 8 == wanted;
}

static void
try_filter(struct trial *t, pid_t target)
{
	const int seccomp_stop = SIGTRAP | OS_EVENT_SECCOMP << 8;
	int status = 0;

	if (next_stop_is(target, seccomp_stop, &status))
		report(t, STAGE_DONE, 0);
	else if (t->seccomp_error)
		report(t, STAGE_FILTER, t->seccomp_error);
	else
		report(t, STAGE_STOP, 0);
}

static void
try_every_call(struct trial *t, pid_t target)
{
	const int interrupt_stop = SIGTRAP | OS_EVENT_STOP << 8;
	int status = 0;

	if (!next_stop_is(target, interrupt_stop, &status))
		return;
	os_ptrace_syscall(target, 0);
	if (next_stop_is(target, SIGTRAP | 0x80, &status))
		report(t, STAGE_DONE, 0);
	else
		report(t, STAGE_STOP, 0);
}

static _Noreturn void
stand_in_agent(struct trial *t, int sock, pid_t target)
{
	unsigned options =
	    OS_TRACE_SYSGOOD | (t->every_call ? 0 : OS_TRACE_SECCOMP);
	char byte = 0;
	int r;

	os_set_parent_death_signal(SIGKILL);
	if (os_read(sock, &byte, 1) != 1)
		os_exit(0);
	r = os_ptrace_seize(target, options);
	if (r == 0 && t->every_call)
		r = os_ptrace_interrupt(target);
	if (r < 0) {
		report(t, STAGE_SEIZE, -r);
		os_exit(0);
	}
	if (os_write(sock, &byte, 1) != 1)
		os_exit(0);
	if (t->every_call)
		try_every_call(t, target);
	else
		try_filter(t, target);
	os_ptrace_detach(target);
	os_exit(0);
}

/* It reaps its child: an orphan would become a stranger's child. */
static _Noreturn void
stand_in_workload(struct trial *t)
{
	pid_t self = os_pid(), agent;
	int sock[2];
	char byte = 0;

	os_set_parent_death_signal(SIGKILL);
	if (os_socketpair(sock))
		os_exit(0);
	agent = os_fork_agent();
	if (agent == 0) {
		os_close(sock[0]);
		stand_in_agent(t, sock[1], self);
	}
	os_close(sock[1]);
	os_allow_tracer(agent);
	if (agent > 0 && os_write(sock[0], &byte, 1) == 1 &&
	    os_read(sock[0], &byte, 1) == 1) {
		if (!t->every_call)
			t->seccomp_error =
			    -engine_ptrace.enter(&t->program, -1);
		test_call();
		/* No stop: the stand-in agent needs some other one. */
		if (t->stage == STAGE_NONE)
			os_kill(self, SIGSTOP);
	}
	os_close(sock[0]);
	os_wait_child(agent, -1, NULL);
	os_exit(0);
}

static int
make_program(struct filter_program *out)
{
	const bool is_x86 = os_arch_audit() == OS_AUDIT_X86_64;
	const struct filter_want want = {
		.abi = is_x86 ? ABI_X86_64 : ABI_AARCH64,
		.nr = SYS_getppid,
		.action = FILTER_TRACE,
	};
	struct filter_spec *spec = calloc(1, sizeof(*spec));
	int r;

	if (!spec)
		return ERR_NOMEM;
	filter_want(spec, &want);
	r = filter_compile(spec, out);
	free(spec);
	return r;
}

void
probe_explain(struct diag *why, int error, pid_t target)
{
	int scope = os_yama_scope();
	bool capable = os_capabilities() >> OS_CAP_SYS_PTRACE & 1;
	pid_t tracer = os_tracer_of(target);

	if (error == ENOSYS) {
		diag_set(why, "this kernel has no ptrace");
		diag_hint(why,
		    "run on Linux 4.8 or later, not in a sandbox "
		    "that emulates it");
	} else if (tracer && tracer != os_pid()) {
		diag_set(why, "the process is already traced by process %d",
		    (int)tracer);
		diag_hint(why, "run without strace, gdb or another tracer");
	} else if (scope == 3) {
		diag_set(why,
		    "kernel.yama.ptrace_scope is 3: nobody may trace");
		diag_hint(why, "only a reboot lowers it");
	} else if (scope == 2 && !capable) {
		diag_set(why,
		    "kernel.yama.ptrace_scope is 2 and "
		    "CAP_SYS_PTRACE is missing");
		diag_hint(why, "add the SYS_PTRACE capability");
	} else if (os_under_seccomp() && !capable) {
		diag_set(why,
		    "the container's seccomp policy forbids ptrace "
		    "and CAP_SYS_PTRACE is missing");
		diag_hint(why,
		    "add SYS_PTRACE under linuxParameters."
		    "capabilities, or docker run --cap-add SYS_PTRACE");
	} else if (os_under_seccomp()) {
		diag_set(why, "a seccomp policy forbids ptrace");
		diag_hint(why, "allow ptrace in the container's policy");
	} else {
		diag_set(why, "ptrace is not permitted (errno %d%s)", error,
		    capable ? "" : ", CAP_SYS_PTRACE is missing");
		diag_hint(why,
		    "add the SYS_PTRACE capability; a security "
		    "module may forbid it too");
	}
}

static int
judge(const struct trial *t, struct diag *why)
{
	switch (t->stage) {
	case STAGE_DONE:
		return 0;
	case STAGE_SEIZE:
		probe_explain(why, t->error, os_pid());
		return t->error == ENOSYS ? ERR_UNSUPPORTED : ERR_PERM;
	case STAGE_FILTER:
		diag_set(why, "no seccomp filter can be installed (errno %d)",
		    t->error);
		diag_hint(why, "use --engine syscall");
		return ERR_UNSUPPORTED;
	case STAGE_STOP:
		diag_set(why, "the kernel did not report a traced call");
		diag_hint(why, "Linux 4.8 or later is needed");
		return ERR_UNSUPPORTED;
	case STAGE_NONE:
		break;
	}
	diag_set(why, "the trial of tracing did not end in %d ms", TIMEOUT_MS);
	return ERR_UNSUPPORTED;
}

static int
try(struct trial *t, struct diag *why)
{
	int r = make_program(&t->program);
	pid_t pid;

	if (r)
		return r;
	pid = os_fork_agent();
	if (pid == 0)
		stand_in_workload(t);
	if (pid < 0) {
		diag_set(why, "no process can be created (errno %d)", -pid);
		return err_from_errno(-pid);
	}
	if (os_wait_child(pid, TIMEOUT_MS, NULL)) {
		os_kill(pid, SIGKILL);
		os_wait_child(pid, -1, NULL);
	}
	return judge(t, why);
}

static int
probe(bool every_call, struct diag *why)
{
	struct trial *t = os_map_shared(sizeof(*t));
	int r;

	if (!t) {
		diag_set(why, "no memory for a trial of tracing");
		return ERR_NOMEM;
	}
	t->every_call = every_call;
	r = try(t, why);
	os_unmap(t, sizeof(*t));
	return r;
}

int
probe_ptrace(struct diag *why)
{
	return probe(false, why);
}

int
probe_syscall(struct diag *why)
{
	return probe(true, why);
}
