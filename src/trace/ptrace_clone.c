/*
 * New threads and processes. The child's first stop and its parent's event
 * come in either order: an early child is held until the parent announced it,
 * so that nothing of it is seen before STOP_CLONE. A parent that is killed in
 * between never reports; its child is let go after a grace period, which
 * only matters once some thread has died.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "os/os.h"
#include "trace/ptrace.h"

#define GRACE_NS 200000000u /* a parent may have to wait for its CPU */
#define EARLY_NS 1000000000u

#ifndef CLONE_UNTRACED
#define CLONE_UNTRACED 0x00800000
#endif

static bool
is_clone(enum abi abi, uint32_t nr)
{
	switch (abi) {
	case ABI_X86_64:
	case ABI_X32:
		return nr == 56;
	case ABI_I386:
		return nr == 120;
	case ABI_AARCH64:
		return nr == 220;
	case ABI_OTHER:
	case ABI_COUNT:
		break;
	}
	return false;
}

static bool
is_clone3(enum abi abi, uint32_t nr)
{
	return nr == 435 && abi != ABI_OTHER;
}

/* CLONE_* of the call that the parent is in. */
static uint64_t
clone_flags(struct engine *e, pid_t parent, int event)
{
	uint64_t flags = event == OS_EVENT_VFORK ? CLONE_VFORK | CLONE_VM : 0;
	uint64_t read;
	struct os_call c;
	enum abi abi;

	if (os_call_current(parent, &c) < 0)
		return flags;
	abi = ptrace_abi(c.arch, &c.nr);
	if (is_clone(abi, c.nr))
		flags = (uint32_t)c.args[0] & ~(uint64_t)CSIGNAL;
	else if (is_clone3(abi, c.nr) &&
	    mem_read_u64(&e->mem, parent, c.args[0], &read) == 0)
		flags = read;
	return flags;
}

static void
take_in(struct engine *e, const struct tracee *parent, struct tracee *child,
    uint64_t flags)
{
	const unsigned fresh = TRACEE_NEWBORN | TRACEE_HELD;

	child->flags &= ~(unsigned)TRACEE_LEADER;
	if (!(flags & CLONE_THREAD)) {
		child->flags |= TRACEE_LEADER;
		/* Only the main process reports its exit. */
		if ((parent->flags & TRACEE_MAIN) && (child->flags & fresh))
			child->flags |= TRACEE_OPTIONS;
	} else if (parent->flags & TRACEE_MAIN) {
		child->flags |= TRACEE_MAIN;
		e->main_live++;
	}
}

void
ptrace_keep_exit(struct engine *e, pid_t tid, int status)
{
	e->early[e->early_next] = (struct early_exit){ tid, status,
		os_now_monotonic_ns() + EARLY_NS };
	e->early_next = (e->early_next + 1) % EARLY_EXITS;
}

/* Whether the child was gone before it was announced. */
static bool
died_early(struct engine *e, pid_t child, uint64_t flags)
{
	for (unsigned i = 0; i < EARLY_EXITS; i++) {
		struct early_exit *x = &e->early[i];

		if (x->tid != child || x->until < os_now_monotonic_ns())
			continue;
		e->late = (struct stop){
			.kind = STOP_EXIT,
			.tid = child,
			.status = x->status,
			.leader = !(flags & CLONE_THREAD),
		};
		x->tid = 0;
		return true;
	}
	return false;
}

static void
note_most(struct engine *e)
{
	if (e->tracees.n > e->counts.tracees_max)
		e->counts.tracees_max = e->tracees.n;
	e->counts.evicted = e->tracees.evicted;
}

bool
ptrace_parent_event(struct engine *e, struct tracee *parent, int event,
    struct stop *out)
{
	uint64_t message;
	struct tracee *child;
	int r = os_ptrace_event_message(parent->tid, &message);

	if (r < 0) {
		ptrace_note(e, r);
		return false;
	}
	out->kind = STOP_CLONE;
	out->tid = parent->tid;
	out->child = (pid_t)message;
	out->clone_flags = clone_flags(e, parent->tid, event);
	child = tracee_find(&e->tracees, out->child);
	if (!child && died_early(e, out->child, out->clone_flags))
		return true;
	if (!child) {
		child = tracee_add(&e->tracees, out->child, parent);
		if (child)
			child->flags = TRACEE_NEWBORN;
		note_most(e);
	}
	if (child)
		take_in(e, parent, child, out->clone_flags);
	return true;
}

/* From its first stop. A group stop of the process includes a new thread. */
static void
start_child(struct engine *e, struct tracee *who, int status)
{
	if (who->flags & TRACEE_OPTIONS) {
		who->flags &= ~(unsigned)TRACEE_OPTIONS;
		ptrace_note(e, os_ptrace_set_options(who->tid, e->options));
	}
	if ((status >> 8 & 0xff) == SIGTRAP) {
		ptrace_go_on(e, who, 0);
	} else {
		who->flags |= TRACEE_LISTEN;
		ptrace_note(e, os_ptrace_listen(who->tid));
	}
}

void
ptrace_forget_held(struct engine *e, struct tracee *who)
{
	uint32_t *at = &e->held, slot = tracee_slot(&e->tracees, who);

	if (!(who->flags & TRACEE_HELD))
		return;
	while (*at != slot)
		at = &e->tracees.slots[*at].next_held;
	*at = who->next_held;
	who->next_held = TABLE_NONE;
	who->flags &= ~(unsigned)TRACEE_HELD;
}

void
ptrace_release_child(struct engine *e, pid_t child)
{
	struct tracee *who = tracee_find(&e->tracees, child);

	if (!who || !(who->flags & TRACEE_HELD))
		return;
	ptrace_forget_held(e, who);
	start_child(e, who, who->held_status);
}

void
ptrace_first_stop(struct engine *e, struct tracee *who, pid_t tid, int status)
{
	if (who) {
		who->flags &= ~(unsigned)TRACEE_NEWBORN;
		start_child(e, who, status);
		return;
	}
	who = tracee_add(&e->tracees, tid, NULL);
	note_most(e);
	if (!who) {
		ptrace_note(e, os_ptrace_cont(tid, 0));
		return;
	}
	who->flags = TRACEE_HELD;
	who->held_status = status;
	if (e->any_death) {
		who->held_until = os_now_monotonic_ns() + GRACE_NS;
		e->doubtful = true;
	}
	who->next_held = e->held;
	e->held = tracee_slot(&e->tracees, who);
}

void
ptrace_doubt_held(struct engine *e)
{
	uint64_t until;

	e->any_death = true;
	if (e->held == TABLE_NONE)
		return;
	until = os_now_monotonic_ns() + GRACE_NS;
	for (uint32_t i = e->held; i != TABLE_NONE;
	     i = e->tracees.slots[i].next_held)
		if (!e->tracees.slots[i].held_until)
			e->tracees.slots[i].held_until = until;
	e->doubtful = true;
}

uint64_t
ptrace_check_held(struct engine *e)
{
	uint64_t now = os_now_monotonic_ns(), next = 0;
	uint32_t i = e->held;

	while (i != TABLE_NONE) {
		struct tracee *who = &e->tracees.slots[i];

		i = who->next_held;
		if (!who->held_until)
			continue;
		if (who->held_until <= now) {
			log_debug(e->config.log,
			    "thread %d: its parent "
			    "vanished before it reported",
			    (int)who->tid);
			/* Its parent's options, not those of main's threads:
			 * these die with their process. */
			who->flags |= TRACEE_OPTIONS |
			    (os_is_leader(who->tid) ? TRACEE_LEADER : 0);
			ptrace_release_child(e, who->tid);
		} else if (!next || who->held_until < next) {
			next = who->held_until;
		}
	}
	e->doubtful = next != 0;
	return next ? next - now : 0;
}

bool
ptrace_keep_traced(struct engine *e, struct tracee *who,
    const struct stop *entry)
{
	struct os_call c = {
		.arch =
		    entry->abi == ABI_I386 ? OS_AUDIT_I386 : os_arch_audit(),
	};
	uint64_t flags;

	if (is_clone(entry->abi, entry->nr) &&
	    (entry->args[0] & CLONE_UNTRACED)) {
		flags = entry->args[0] & ~(uint64_t)CLONE_UNTRACED;
		ptrace_note(e, os_call_set_arg(who->tid, &c, 0, flags));
		return false;
	}
	if (!is_clone3(entry->abi, entry->nr) ||
	    mem_read_u64(&e->mem, who->tid, entry->args[0], &flags) ||
	    !(flags & CLONE_UNTRACED))
		return false;
	who->memory = entry->args[0];
	who->flags_saved = flags;
	return mem_write_u64(&e->mem, who->tid, entry->args[0],
		   flags & ~(uint64_t)CLONE_UNTRACED) == 0;
}

void
ptrace_restore_flags(struct engine *e, struct tracee *who)
{
	uint64_t flags;

	if (!(who->flags & TRACEE_REWRITE))
		return;
	who->flags &= ~(unsigned)TRACEE_REWRITE;
	/* Only while nobody else has written there. */
	if (mem_read_u64(&e->mem, who->tid, who->memory, &flags) == 0 &&
	    flags == (who->flags_saved & ~(uint64_t)CLONE_UNTRACED))
		mem_write_u64(&e->mem, who->tid, who->memory, who->flags_saved);
}
