/*
 * Processes: what clone, exec and exit do to what is known of them, and how a
 * process that nobody announced is made known from /proc.
 */
#include "state/state.h"

#include "base/err.h"
#include "state/internal.h"

#define CLONE_PARENT_FLAG UINT64_C(0x8000)
#define CLONE_THREAD_FLAG UINT64_C(0x10000)

/* Room for n objects; not zeroed, so that unused ones never become resident. */
static void *
take_aligned(struct arena *a, size_t n, size_t size)
{
	size_t bytes;
	char *p;

	if (__builtin_mul_overflow(n, size, &bytes) ||
	    __builtin_add_overflow(bytes, 64, &bytes))
		return NULL;
	p = arena_bytes(a, bytes);
	return p ? p + (64 - (uintptr_t)p % 64) % 64 : NULL;
}

static bool
power_of_two(size_t n)
{
	return n > 0 && n <= UINT32_MAX / 4 && (n & (n - 1)) == 0;
}

struct state *
state_new(struct arena *a, const struct state_config *c,
    const struct state_source *source)
{
	struct state *st = arena_alloc(a, sizeof(*st));
	size_t n_cells = c->max_threads * 2;
	struct table_cell *cells;

	if (!st || !power_of_two(c->max_procs) ||
	    !power_of_two(c->max_threads) || c->max_threads < c->max_procs)
		return NULL;
	st->config = *c;
	st->source = *source;
	st->procs = take_aligned(a, c->max_procs, sizeof(*st->procs));
	st->threads = take_aligned(a, c->max_threads, sizeof(*st->threads));
	cells = arena_array(a, n_cells, sizeof(*cells));
	if (!st->procs || !st->threads || !cells ||
	    !text_pool_init(&st->texts, a, c->text_bytes) ||
	    !users_init(&st->users, a))
		return NULL;
	table_init(&st->by_tid, cells, n_cells, c->seed);
	st->free_proc = st->free_thread = PROC_NONE;
	return st;
}

const struct state_counts *
state_counts(const struct state *st)
{
	return &st->counts;
}

const struct container *
state_container(const struct state *st)
{
	return st->config.container;
}

uint64_t
state_event_time(const struct state *st)
{
	return st->time_ns;
}

static void
begin(struct state *st, pid_t tid, uint64_t time_ns, struct arena *scratch)
{
	st->event++;
	st->time_ns = time_ns;
	st->tid = tid;
	st->scratch = scratch;
	st->now = NULL;
}

/* --- what only exec changes ---------------------------------------------- */

static void
set_comm(struct proc *p, struct str comm)
{
	if (comm.n && comm.p[comm.n - 1] == '\n')
		comm.n--;
	if (comm.n >= sizeof(p->comm))
		comm.n = sizeof(p->comm) - 1;
	memcpy(p->comm, comm.p, comm.n);
	p->comm_n = (uint8_t)comm.n;
}

static void
replace_text(struct state *st, text_ref *ref, bool *lost, struct str s)
{
	text_drop(&st->texts, *ref);
	*ref = text_put(&st->texts, s);
	*lost = s.n && !*ref;
	st->counts.evicted_texts += *lost;
}

static struct str
link_text(struct state *st, pid_t tid, enum proc_link l, char *to, size_t n)
{
	long got = source_link(st, tid, l, 0, to, n);

	return got > 0 ? (struct str){ to, (size_t)got } : STR_NONE;
}

static void
learn_image(struct state *st, struct proc *p, pid_t tid)
{
	char root[STATE_ARGS_MAX];
	struct str r, exe;
	long n = source_read(st, tid, PROC_CMDLINE, st->page, STATE_ARGS_MAX);

	p->layer = 0;
	replace_text(st, &p->argv, &p->lost_argv,
	    (struct str){ st->page, n > 0 ? (size_t)n : 0 });
	exe = link_text(st, tid, PROC_EXE, st->page, STATE_ARGS_MAX);
	r = exe.n ? link_text(st, tid, PROC_ROOT, root, sizeof(root))
		  : STR_NONE;
	replace_text(st, &p->exepath, &p->lost_exepath, path_inside(exe, r));
}

/* Everything; false when /proc does not have it. */
static bool
learn(struct state *st, struct proc *p, pid_t tid)
{
	struct proc_stat stat;
	long n = source_read(st, tid, PROC_STAT, st->page, STATE_ARGS_MAX);

	if (n <= 0 ||
	    !proc_parse_stat((struct str){ st->page, (size_t)n },
		st->config.boot_ns, st->config.clock_ticks, &stat))
		return false;
	set_comm(p, (struct str){ stat.comm, stat.comm_n });
	p->ppid =
	    stat.ppid > 0 && stat.ppid <= INT32_MAX ? (pid_t)stat.ppid : 0;
	p->parent = PROC_NONE;
	p->start_ns = stat.start_ns;
	p->read_ns = st->time_ns;
	learn_image(st, p, tid);
	return true;
}

/* The thread group of a thread that is not in the table; 0 when gone. */
static pid_t
group_of(struct state *st, pid_t tid)
{
	struct proc_status status;
	long n = source_read(st, tid, PROC_STATUS, st->page, STATE_ARGS_MAX);

	if (n <= 0 ||
	    !proc_parse_status((struct str){ st->page, (size_t)n }, &status) ||
	    status.tgid > INT32_MAX)
		return 0;
	return (pid_t)status.tgid;
}

static struct proc *
sight(struct state *st, pid_t tid)
{
	pid_t tgid = group_of(st, tid);
	struct proc *p = tgid ? table_find(st, tgid) : NULL;

	if (!tgid)
		return NULL;
	if (!p || p->tgid != tgid) {
		p = table_proc_new(st, tgid);
		if (!p)
			return NULL;
		if (!learn(st, p, tid)) {
			table_proc_drop(st, p);
			return NULL;
		}
	}
	if (tid != tgid)
		table_thread_add(st, p, tid);
	return p;
}

static bool
outdated(const struct state *st, const struct proc *p)
{
	return !p->traced && st->time_ns - p->read_ns > PROC_OUTSIDE_NS;
}

static struct proc *
acting(struct state *st, pid_t tid)
{
	struct proc *p = table_find(st, tid);

	if (!p)
		p = sight(st, tid);
	else if (outdated(st, p))
		learn(st, p, tid);
	if (!p)
		return NULL;
	p->seen = st->event;
	p->traced = true;
	return p;
}

struct proc *
state_event_begin(struct state *st, pid_t tid, uint64_t time_ns,
    struct arena *scratch)
{
	begin(st, tid, time_ns, scratch);
	return acting(st, tid);
}

/* --- clone, exec, exit --------------------------------------------------- */

static void
set_parent(struct state *st, struct proc *p, const struct proc *parent)
{
	p->ppid = parent->tgid;
	p->parent = table_slot(st, parent);
	p->parent_generation = parent->generation;
}

static void
inherit(struct state *st, struct proc *child, const struct proc *from)
{
	memcpy(child->comm, from->comm, sizeof(child->comm));
	child->comm_n = from->comm_n;
	child->argv = text_keep(&st->texts, from->argv);
	child->exepath = text_keep(&st->texts, from->exepath);
	child->layer = from->layer;
	child->lost_argv = from->lost_argv;
	child->lost_exepath = from->lost_exepath;
}

/*
 * The child may have acted, even have called exec, before its parent's event
 * arrives: then what was read of it stays.
 */
static struct proc *
child_slot(struct state *st, pid_t tid, const struct proc *parent)
{
	struct proc *child = table_find(st, tid);

	if (child && child->tgid == tid) {
		if (!child->from_clone)
			return child;
		table_proc_drop(st, child); /* its end was not seen */
	}
	child = table_proc_new(st, tid);
	if (child)
		inherit(st, child, parent);
	return child;
}

void
state_on_clone(struct state *st, const struct stop *s)
{
	struct proc *parent, *child;

	begin(st, s->tid, s->time_ns, NULL);
	parent = acting(st, s->tid);
	if (!parent)
		return;
	if (s->clone_flags & CLONE_THREAD_FLAG) {
		table_thread_add(st, parent, s->child);
		return;
	}
	child = child_slot(st, s->child, parent);
	if (!child)
		return;
	child->from_clone = child->traced = true;
	child->start_ns = s->time_ns;
	if (s->clone_flags & CLONE_PARENT_FLAG) {
		child->ppid = parent->ppid;
		child->parent = parent->parent;
		child->parent_generation = parent->parent_generation;
	} else {
		set_parent(st, child, parent);
	}
}

struct proc *
state_on_exec(struct state *st, const struct stop *s, struct arena *scratch)
{
	struct proc *p;
	long n;

	begin(st, s->tid, s->time_ns, scratch);
	p = table_find(st, s->tid);
	if (!p || p->tgid != s->tid) {
		/* A new process, or one that was evicted: all is read. */
		table_thread_drop(st, s->tid);
		return acting(st, s->tid);
	}
	table_threads_keep(st, p, s->tid);
	p->seen = st->event;
	p->traced = true;
	n = source_read(st, s->tid, PROC_COMM, st->page, STATE_ARGS_MAX);
	if (n <= 0)
		return p; /* killed meanwhile: what it was is what we know */
	set_comm(p, (struct str){ st->page, (size_t)n });
	learn_image(st, p, s->tid);
	return p;
}

void
state_on_exit(struct state *st, const struct stop *s)
{
	struct proc *p = table_find(st, s->tid);

	if (!p)
		return;
	if (s->leader)
		table_proc_drop(st, p);
	else if (p->tgid != s->tid)
		table_thread_drop(st, s->tid);
}

/* --- relations ----------------------------------------------------------- */

pid_t
state_reader_tid(const struct state *st, const struct proc *p)
{
	return table_find(st, st->tid) == p ? st->tid : p->tgid;
}

struct proc *
state_find(struct state *st, pid_t pid)
{
	struct proc *p;

	if (pid <= 0)
		return NULL;
	p = table_find(st, pid);
	if (p && p->tgid != pid)
		return NULL; /* a thread, no process */
	if (p && !outdated(st, p)) {
		p->seen = st->event;
		return p;
	}
	if (!p)
		p = table_proc_new(st, pid);
	if (!p)
		return NULL;
	p->seen = st->event;
	if (!learn(st, p, pid)) {
		table_proc_drop(st, p);
		return NULL;
	}
	return p;
}

struct proc *
state_parent(struct state *st, struct proc *p)
{
	const struct proc_stat *now;
	struct proc *parent;

	if (p->tgid == 1)
		return NULL; /* init has none, as seen from in here */
	if (p->parent != PROC_NONE) {
		parent = &st->procs[p->parent];
		if (parent->used &&
		    parent->generation == p->parent_generation &&
		    !outdated(st, parent)) {
			parent->seen = st->event;
			return parent;
		}
		p->parent = PROC_NONE;
		p->ppid = 0;
	}
	/* The kernel gave it a new parent, or it was never asked. */
	now = state_stat(st, state_reader_tid(st, p));
	if (now)
		p->ppid = now->ppid > 0 && now->ppid <= INT32_MAX
		    ? (pid_t)now->ppid
		    : 0;
	parent = state_find(st, p->ppid);
	if (parent)
		set_parent(st, p, parent);
	return parent;
}

struct proc *
state_ancestor(struct state *st, struct proc *p, unsigned n)
{
	struct proc *at = p;

	if (n > STATE_ANCESTORS)
		return NULL;
	while (n-- && at)
		at = state_parent(st, at);
	return at;
}

/* --- texts --------------------------------------------------------------- */

struct str
state_argv(struct state *st, struct proc *p)
{
	if (p->lost_argv)
		return state_read(st, state_reader_tid(st, p), PROC_CMDLINE);
	return text_get(&st->texts, p->argv);
}

struct str
state_exe(struct state *st, struct proc *p)
{
	struct str argv = state_argv(st, p);
	ptrdiff_t end = str_find_char(argv, '\0');

	return end < 0 ? argv : str_sub(argv, 0, (size_t)end);
}

struct str
state_exepath(struct state *st, struct proc *p)
{
	pid_t tid = state_reader_tid(st, p);
	struct str root, exe;

	if (!p->lost_exepath)
		return text_get(&st->texts, p->exepath);
	root = state_root(st, tid);
	exe = link_text(st, tid, PROC_EXE, st->page, STATE_ARGS_MAX);
	if (!st->scratch)
		return STR_NONE;
	return arena_str(st->scratch, path_inside(exe, root));
}
