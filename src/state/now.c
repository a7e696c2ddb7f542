/*
 * What is read when it is asked for: /proc/TID/status, stat, cwd, root,
 * loginuid, environ and the executable's facts. One event reads each of them
 * at most once a thread; the next event starts afresh.
 */
#include "base/err.h"
#include "state/internal.h"

long
source_read(struct state *st, pid_t tid, enum proc_file f, void *to, size_t n)
{
	st->counts.proc_reads++;
	return st->source.read(st->source.ctx, tid, f, to, n);
}

long
source_link(struct state *st, pid_t tid, enum proc_link l, int number, void *to,
    size_t n)
{
	st->counts.proc_reads++;
	return st->source.link(st->source.ctx, tid, l, number, to, n);
}

/* NULL when scratch is full: callers then behave as if nothing was readable. */
static struct thread_now *
now_of(struct state *st, pid_t tid)
{
	struct thread_now *now = st->now;

	while (now && now->tid != tid)
		now = now->next;
	if (now || !st->scratch)
		return now;
	now = arena_alloc(st->scratch, sizeof(*now));
	if (!now)
		return NULL;
	now->tid = tid;
	now->next = st->now;
	st->now = now;
	return now;
}

struct str
state_read(struct state *st, pid_t tid, enum proc_file file)
{
	long n = source_read(st, tid, file, st->page, STATE_ARGS_MAX);

	if (n < 0 || !st->scratch)
		return STR_NONE;
	return arena_str(st->scratch, (struct str){ st->page, (size_t)n });
}

static struct str
read_link(struct state *st, pid_t tid, enum proc_link l)
{
	long n = source_link(st, tid, l, 0, st->page, STATE_ARGS_MAX);

	return n <= 0 ? STR_NONE : (struct str){ st->page, (size_t)n };
}

const struct proc_status *
state_status(struct state *st, pid_t tid)
{
	struct thread_now *now = now_of(st, tid);
	long n;

	if (!now)
		return NULL;
	if (!now->have_status) {
		now->have_status = true;
		n = source_read(st, tid, PROC_STATUS, st->page, STATE_ARGS_MAX);
		now->ok_status = n > 0 &&
		    proc_parse_status((struct str){ st->page, (size_t)n },
			&now->status);
	}
	return now->ok_status ? &now->status : NULL;
}

const struct proc_stat *
state_stat(struct state *st, pid_t tid)
{
	struct thread_now *now = now_of(st, tid);
	long n;

	if (!now)
		return NULL;
	if (!now->have_stat) {
		now->have_stat = true;
		n = source_read(st, tid, PROC_STAT, st->page, STATE_ARGS_MAX);
		now->ok_stat = n > 0 &&
		    proc_parse_stat((struct str){ st->page, (size_t)n },
			st->config.boot_ns, st->config.clock_ticks, &now->stat);
	}
	return now->ok_stat ? &now->stat : NULL;
}

struct str
path_inside(struct str path, struct str root)
{
	struct str deleted = STR(" (deleted)");

	if (str_ends(path, deleted))
		path.n -= deleted.n;
	if (root.n <= 1 || !str_starts(path, root))
		return path;
	if (path.n == root.n)
		return STR("/");
	return path.p[root.n] == '/' ? str_sub(path, root.n, path.n) : path;
}

struct str
state_root(struct state *st, pid_t tid)
{
	struct thread_now *now = now_of(st, tid);

	if (!now)
		return STR_NONE;
	if (!now->have_root) {
		struct str root = read_link(st, tid, PROC_ROOT);

		now->have_root = true;
		if (root.n)
			now->root = arena_str(st->scratch, root);
	}
	return now->root;
}

struct str
state_cwd(struct state *st, pid_t tid)
{
	struct thread_now *now = now_of(st, tid);
	struct str root, cwd;
	char *p;

	if (!now)
		return STR_NONE;
	if (now->have_cwd)
		return now->cwd;
	now->have_cwd = true;
	root = state_root(st, tid);
	cwd = read_link(st, tid, PROC_CWD);
	if (cwd.n == 0)
		return STR_NONE;
	cwd = path_inside(cwd, root);
	p = arena_bytes(st->scratch, cwd.n + 2);
	if (!p)
		return STR_NONE;
	memcpy(p, cwd.p, cwd.n);
	if (cwd.p[cwd.n - 1] != '/')
		p[cwd.n++] = '/';
	p[cwd.n] = '\0';
	now->cwd = (struct str){ p, cwd.n };
	return now->cwd;
}

bool
state_loginuid(struct state *st, pid_t tid, int64_t *out)
{
	struct thread_now *now = now_of(st, tid);
	char digits[32];
	uint64_t uid;
	long n;

	if (!now)
		return false;
	if (!now->have_loginuid) {
		now->have_loginuid = true;
		n = source_read(st, tid, PROC_LOGINUID, digits, sizeof(digits));
		now->ok_loginuid = n > 0 &&
		    str_to_u64(str_trim((struct str){ digits, (size_t)n }),
			&uid);
		if (now->ok_loginuid)
			now->loginuid = uid >= UINT32_MAX ? PROC_LOGINUID_UNSET
							  : (int64_t)uid;
	}
	*out = now->loginuid;
	return now->ok_loginuid;
}

struct str
state_environ(struct state *st, pid_t tid)
{
	struct thread_now *now = now_of(st, tid);

	if (!now)
		return STR_NONE;
	if (!now->have_environ) {
		now->have_environ = true;
		now->environ = state_read(st, tid, PROC_ENVIRON);
	}
	return now->environ;
}

const struct file_facts *
state_exe_facts(struct state *st, pid_t tid)
{
	struct thread_now *now = now_of(st, tid);

	if (!now)
		return NULL;
	if (!now->have_exe) {
		now->have_exe = true;
		st->counts.proc_reads++;
		now->ok_exe =
		    st->source.exe_facts(st->source.ctx, tid, &now->exe) == 0;
	}
	return now->ok_exe ? &now->exe : NULL;
}

pid_t
state_vpid(struct state *st, struct proc *p)
{
	if (!p->vpid) {
		const struct proc_status *s =
		    state_status(st, state_reader_tid(st, p));

		if (s && s->vpid > 0 && s->vpid <= INT32_MAX)
			p->vpid = (pid_t)s->vpid;
	}
	return p->vpid;
}

unsigned
state_exe_layer(struct state *st, struct proc *p)
{
	const struct file_facts *f;
	unsigned layer = EXE_KNOWN;

	if (p->layer)
		return p->layer;
	f = state_exe_facts(st, state_reader_tid(st, p));
	if (!f)
		return 0;
	if (f->overlay)
		layer |= f->upper_layer ? EXE_UPPER : EXE_LOWER;
	if (f->memfd)
		layer |= EXE_MEMFD;
	p->layer = (uint8_t)layer;
	return layer;
}
