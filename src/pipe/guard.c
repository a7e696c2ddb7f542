/*
 * Protection of the agent's process: kill(2), ptrace(2), pidfd_open(2),
 * prlimit(2), process_vm_readv(2), proc(5).
 */
#include "pipe/guard.h"

#include <errno.h>
#include <signal.h>

#include "os/os.h"
#include "state/proc.h"

/* A forking process outruns one pass, but not the death of all others. */
#define PASSES    8
#define PROCS_MAX 65536
#define PID_LIMIT ((size_t)4 * 1024 * 1024) /* of Linux */
#define NAMES_CAP ((size_t)8 * 1024 * 1024)
#define EVERYBODY (-1)

struct aim {
	enum event_type type;
	uint8_t arg; /* the target's process id */
};

static const struct aim aims[] = {
	{ EVENT_KILL, 0 },
	{ EVENT_TKILL, 0 },
	{ EVENT_TGKILL, 0 },
	{ EVENT_RT_SIGQUEUEINFO, 0 },
	{ EVENT_RT_TGSIGQUEUEINFO, 0 },
	{ EVENT_PIDFD_OPEN, 0 },
	{ EVENT_PTRACE, 1 },
	{ EVENT_PRLIMIT, 0 },
	{ EVENT_PROCESS_VM_READV, 0 },
	{ EVENT_PROCESS_VM_WRITEV, 0 },
};

#define N_AIMS (sizeof aims / sizeof *aims)

static void
want(struct filter_spec *spec, const struct aim *aim, int target)
{
	const struct event_info *info = event_info(aim->type);
	struct filter_want w = {
		.action = FILTER_TRACE,
		.n_tests = 1,
		.tests = { { aim->arg, false, UINT32_MAX, (uint32_t)target } },
	};

	for (int abi = 0; abi < ABI_COUNT; abi++) {
		if (info->nr[abi] < 0)
			continue;
		w.abi = (enum abi)abi;
		w.nr = (uint32_t)info->nr[abi];
		filter_want(spec, &w);
	}
}

void
guard_wants(struct filter_spec *spec, int agent)
{
	for (size_t i = 0; i < N_AIMS; i++) {
		want(spec, &aims[i], agent);
		if (aims[i].type != EVENT_KILL)
			continue;
		want(spec, &aims[i], -agent);
		want(spec, &aims[i], EVERYBODY);
	}
}

/* What the agent does not mind: it is asked for, not changed. */
static bool
is_harmless(const struct event *ev)
{
	return (ev->type == EVENT_KILL && (int)ev->args[1] == 0) ||
	    (ev->type == EVENT_PRLIMIT && ev->args[2] == 0);
}

/* The signals that reach the agent, too. */
static bool
is_everybody(const struct event *ev)
{
	int sig = (int)ev->args[1];

	return ev->type == EVENT_KILL && (int)ev->args[0] == EVERYBODY &&
	    (sig == SIGKILL || sig == SIGSTOP);
}

enum guard_answer
guard_judge(const struct event *ev, int agent)
{
	if (is_everybody(ev))
		return GUARD_EVERYBODY;
	for (size_t i = 0; i < N_AIMS; i++) {
		if (aims[i].type != ev->type)
			continue;
		int target = (int)ev->args[aims[i].arg];
		bool is_agent = target == agent ||
		    (ev->type == EVENT_KILL && target == -agent);
		if (is_agent && !is_harmless(ev))
			return GUARD_DENY;
	}
	return GUARD_PASS;
}

static bool
read_proc(struct str pid, const char *name, char *memory, size_t size,
    struct str *text)
{
	char path_memory[64];
	struct buf path = buf_fixed(path_memory, sizeof path_memory);

	buf_printf(&path, "/proc/%.*s/%s", STR_ARG(pid), name);
	ssize_t n = os_read_file(OS_CWD, buf_str(&path), memory, size);
	*text = (struct str){ memory, n > 0 ? (size_t)n : 0 };
	return n > 0;
}

/* Whether that process is one of those that kill(-1) means. */
static bool
is_other(int agent, const struct guard_caller *c, struct str pid)
{
	struct proc_status status;
	struct proc_stat stat;
	char memory[8192];
	struct str text;

	if (!read_proc(pid, "stat", memory, sizeof memory, &text) ||
	    !proc_parse_stat(text, 0, 100, &stat) ||
	    !read_proc(pid, "status", memory, sizeof memory, &text) ||
	    !proc_parse_status(text, &status))
		return false;
	if (status.tgid == 1 || status.tgid == agent || stat.ppid == agent ||
	    status.tgid == c->tgid)
		return false;
	return c->may_all || c->euid == status.uid[0] ||
	    c->euid == status.uid[2] || c->ruid == status.uid[0] ||
	    c->ruid == status.uid[2];
}

/* The processes that had the signal already: a bit for each number. */
static bool
is_new(unsigned char *had, uint64_t pid)
{
	unsigned char bit = (unsigned char)(1u << pid % 8);
	bool fresh = !(had[pid / 8] & bit);

	had[pid / 8] |= bit;
	return fresh;
}

/* How many were sent the signal for the first time. */
static size_t
kill_pass(int agent, const struct guard_caller *c, int sig, unsigned char *had)
{
	struct str *names;
	struct arena a;
	size_t n = 0, sent = 0;

	arena_init(&a, NAMES_CAP);
	if (os_list(OS_CWD, STR("/proc"), PROCS_MAX, &a, &names, &n))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t pid;

		if (str_to_u64(names[i], &pid) && pid < PID_LIMIT &&
		    is_other(agent, c, names[i]) &&
		    os_kill((pid_t)pid, sig) == 0)
			sent += is_new(had, pid);
	}
	arena_reset(&a);
	return sent;
}

int
guard_kill_others(int agent, const struct guard_caller *c, int sig)
{
	unsigned char *had = os_map_private(PID_LIMIT / 8);
	bool any = false;

	for (int i = 0; had && i < PASSES; i++) {
		if (kill_pass(agent, c, sig, had) == 0)
			break;
		any = true;
	}
	os_unmap(had, PID_LIMIT / 8);
	return any ? 0 : ESRCH;
}
