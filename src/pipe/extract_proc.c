/*
 * proc.*: the process itself and its parent; names, arguments, executable,
 * environment and times.
 */
#include "pipe/extract_parts.h"

/* --- texts --------------------------------------------------------------- */

/* Texts that each end in NUL, joined by blanks. */
struct str
join_list(struct extract *x, struct str list)
{
	struct buf b;

	if (!list.p)
		return STR_NONE;
	if (list.n && list.p[list.n - 1] == '\0')
		list.n--;
	b = scratch_buf(x, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		buf_char(&b, list.p[i] ? list.p[i] : ' ');
	return scratch_text(&b);
}

/* Arguments after argv[0], each still ending in NUL. */
static struct str
arguments(struct extract *x, struct proc *p)
{
	struct str argv = state_argv(state_of(x), p);
	ptrdiff_t end = str_find_char(argv, '\0');

	return end < 0 ? STR("") : str_sub(argv, (size_t)end + 1, argv.n);
}

static struct str
join_after(struct extract *x, struct str head, struct proc *p)
{
	struct str args = arguments(x, p);
	struct buf b;

	if (args.n && args.p[args.n - 1] == '\0')
		args.n--;
	b = scratch_buf(x, head.n + args.n + 2);
	buf_str_put(&b, head);
	/* "true" is no "true ", but "sh ''" is "sh ". */
	if (arguments(x, p).n)
		buf_char(&b, ' ');
	for (size_t i = 0; i < args.n; i++)
		buf_char(&b, args.p[i] ? args.p[i] : ' ');
	return scratch_text(&b);
}

struct str
proc_cmdline(struct extract *x, struct proc *p)
{
	struct extract_memo *m = x->memo;

	if (p != x->proc)
		return join_after(x, proc_comm(p), p);
	if (!m->args_ready) {
		m->args_ready = true;
		m->cmdline = join_after(x, proc_comm(p), p);
	}
	return m->cmdline;
}

struct str
proc_args(struct extract *x, struct proc *p)
{
	struct str line = proc_cmdline(x, p);
	size_t head = (size_t)p->comm_n + 1;

	return line.n < head ? STR("") : str_sub(line, head, line.n);
}

/* The n-th text of a list; false past its end. */
static bool
item(struct str list, int64_t n, struct str *out)
{
	while (list.n) {
		ptrdiff_t end = str_find_char(list, '\0');
		size_t length = end < 0 ? list.n : (size_t)end;

		*out = str_sub(list, 0, length);
		if (n-- == 0)
			return true;
		list = str_sub(list, length + 1, list.n);
	}
	return false;
}

/* --- the process --------------------------------------------------------- */

void
get_proc_name(const struct ask *q, struct value *out)
{
	if (q->x->proc)
		set_str(out, proc_comm(q->x->proc));
}

void
get_proc_exe(const struct ask *q, struct value *out)
{
	struct str exe;

	if (!q->x->proc)
		return;
	exe = state_exe(state_of(q->x), q->x->proc);
	set_str(out, exe.p ? exe : STR(""));
}

void
get_proc_exepath(const struct ask *q, struct value *out)
{
	struct str path;

	if (!q->x->proc)
		return;
	path = state_exepath(state_of(q->x), q->x->proc);
	set_str(out, path.p ? path : STR(""));
}

void
get_proc_cmdline(const struct ask *q, struct value *out)
{
	if (q->x->proc)
		set_str(out, proc_cmdline(q->x, q->x->proc));
}

void
get_proc_args(const struct ask *q, struct value *out)
{
	struct str one;

	if (!q->x->proc)
		return;
	if (!q->f->has_arg)
		set_str(out, proc_args(q->x, q->x->proc));
	else if (q->f->index >= 0 &&
	    item(arguments(q->x, q->x->proc), q->f->index, &one))
		set_str(out, one);
	else
		set_str(out, STR(""));
}

void
get_proc_exeline(const struct ask *q, struct value *out)
{
	if (q->x->proc)
		set_str(out,
		    join_after(q->x, state_exe(state_of(q->x), q->x->proc),
			q->x->proc));
}

void
get_proc_cmdnargs(const struct ask *q, struct value *out)
{
	struct str one;
	int64_t n = 0;

	if (!q->x->proc)
		return;
	while (item(arguments(q->x, q->x->proc), n, &one))
		n++;
	set_i64(out, n);
}

void
get_proc_cmdlenargs(const struct ask *q, struct value *out)
{
	struct str list;
	uint64_t n = 0;

	if (!q->x->proc)
		return;
	list = arguments(q->x, q->x->proc);
	for (size_t i = 0; i < list.n; i++)
		n += list.p[i] != '\0';
	set_u64(out, n);
}

bool
proc_variable(struct str environ, struct str name, struct str *value)
{
	struct str one;

	for (int64_t i = 0; item(environ, i, &one); i++)
		if (one.n > name.n && one.p[name.n] == '=' &&
		    str_starts(one, name)) {
			*value = str_trim(str_sub(one, name.n + 1, one.n));
			return value->n > 0;
		}
	return false;
}

void
get_proc_env(const struct ask *q, struct value *out)
{
	struct str list = state_environ(state_of(q->x), acting_tid(q->x));
	struct str value;

	if (!q->f->has_arg)
		set_str(out, join_list(q->x, list));
	else if (proc_variable(list, q->f->key, &value))
		set_str(out, value);
}

void
get_proc_cwd(const struct ask *q, struct value *out)
{
	set_str(out, state_cwd(state_of(q->x), acting_tid(q->x)));
}

void
get_proc_pid(const struct ask *q, struct value *out)
{
	if (q->x->proc)
		set_i64(out, q->x->proc->tgid);
}

void
get_proc_vpid(const struct ask *q, struct value *out)
{
	pid_t vpid;

	if (!q->x->proc)
		return;
	vpid = state_vpid(state_of(q->x), q->x->proc);
	if (vpid)
		set_i64(out, vpid);
}

static void
set_since(const struct ask *q, uint64_t start, struct value *out)
{
	uint64_t now = q->x->event->time_ns;

	if (start)
		set_u64(out, now > start ? now - start : 0);
}

void
get_proc_duration(const struct ask *q, struct value *out)
{
	if (q->x->proc)
		set_since(q, q->x->proc->start_ns, out);
}

void
get_proc_pid_ts(const struct ask *q, struct value *out)
{
	if (q->x->proc && q->x->proc->start_ns)
		set_u64(out, q->x->proc->start_ns);
}

void
get_proc_pidns_init_start_ts(const struct ask *q, struct value *out)
{
	if (q->x->context->container->start_ns)
		set_u64(out, q->x->context->container->start_ns);
}

/* --- the parent ---------------------------------------------------------- */

static struct proc *
parent_of(const struct ask *q)
{
	return q->x->proc ? state_parent(state_of(q->x), q->x->proc) : NULL;
}

void
get_proc_pname(const struct ask *q, struct value *out)
{
	struct proc *p = parent_of(q);

	if (p)
		set_str(out, proc_comm(p));
}

void
get_proc_pexe(const struct ask *q, struct value *out)
{
	struct proc *p = parent_of(q);

	if (p)
		set_str(out, state_exe(state_of(q->x), p));
}

void
get_proc_pexepath(const struct ask *q, struct value *out)
{
	struct proc *p = parent_of(q);

	if (p)
		set_str(out, state_exepath(state_of(q->x), p));
}

void
get_proc_pcmdline(const struct ask *q, struct value *out)
{
	struct extract_memo *m = q->x->memo;
	struct proc *p;

	if (!m->pargs_ready) {
		m->pargs_ready = true;
		p = parent_of(q);
		m->pcmdline = p ? proc_cmdline(q->x, p) : STR_NONE;
	}
	set_str(out, m->pcmdline);
}

void
get_proc_ppid(const struct ask *q, struct value *out)
{
	struct proc *p = parent_of(q);

	if (p)
		set_i64(out, p->tgid);
	else if (q->x->proc)
		set_i64(out, q->x->proc->ppid);
}

void
get_proc_pvpid(const struct ask *q, struct value *out)
{
	struct proc *p = parent_of(q);
	pid_t vpid = p ? state_vpid(state_of(q->x), p) : 0;

	if (vpid)
		set_i64(out, vpid);
}

void
get_proc_ppid_duration(const struct ask *q, struct value *out)
{
	struct proc *p = parent_of(q);

	if (p)
		set_since(q, p->start_ns, out);
}

void
get_proc_ppid_ts(const struct ask *q, struct value *out)
{
	struct proc *p = parent_of(q);

	if (p && p->start_ns)
		set_u64(out, p->start_ns);
}

/* --- the executable ------------------------------------------------------ */

static const struct file_facts *
exe_facts(const struct ask *q)
{
	return state_exe_facts(state_of(q->x), acting_tid(q->x));
}

/*
 * Writable: by the permission bits for this user, by root, or by the owner,
 * who may change the bits at any time.
 */
static bool
writable(const struct file_facts *f, const struct proc_status *s)
{
	if (s->uid[1] == 0 || s->uid[1] == f->uid)
		return true;
	return s->gid[1] == f->gid ? f->mode & 0020 : f->mode & 0002;
}

bool
proc_exe_flags(struct extract *x, unsigned *flags)
{
	const struct file_facts *f =
	    state_exe_facts(state_of(x), acting_tid(x));
	const struct proc_status *s = state_status(state_of(x), acting_tid(x));

	if (!f || !s)
		return false;
	*flags = (writable(f, s) ? EXE_WRITABLE : 0) |
	    (f->memfd ? EXE_FROM_MEMFD : 0);
	if (f->overlay)
		*flags |= f->upper_layer ? EXE_UPPER_LAYER : EXE_LOWER_LAYER;
	return true;
}

void
get_proc_is_exe_writable(const struct ask *q, struct value *out)
{
	unsigned flags;

	if (proc_exe_flags(q->x, &flags))
		set_bool(out, flags & EXE_WRITABLE);
}

static void
set_layer(const struct ask *q, unsigned bit, struct value *out)
{
	unsigned layer =
	    q->x->proc ? state_exe_layer(state_of(q->x), q->x->proc) : 0;

	if (layer)
		set_bool(out, layer & bit);
}

void
get_proc_is_exe_upper_layer(const struct ask *q, struct value *out)
{
	set_layer(q, EXE_UPPER, out);
}

void
get_proc_is_exe_lower_layer(const struct ask *q, struct value *out)
{
	set_layer(q, EXE_LOWER, out);
}

void
get_proc_is_exe_from_memfd(const struct ask *q, struct value *out)
{
	set_layer(q, EXE_MEMFD, out);
}

void
get_proc_exe_ino(const struct ask *q, struct value *out)
{
	const struct file_facts *f = exe_facts(q);

	if (f)
		set_i64(out, (int64_t)f->ino);
}

void
get_proc_exe_ino_ctime(const struct ask *q, struct value *out)
{
	const struct file_facts *f = exe_facts(q);

	if (f)
		set_u64(out, f->ctime_ns);
}

void
get_proc_exe_ino_mtime(const struct ask *q, struct value *out)
{
	const struct file_facts *f = exe_facts(q);

	if (f)
		set_u64(out, f->mtime_ns);
}

void
get_proc_exe_ino_ctime_duration_proc_start(const struct ask *q,
    struct value *out)
{
	const struct file_facts *f = exe_facts(q);
	const struct proc *p = q->x->proc;

	if (f && p && p->start_ns > f->ctime_ns)
		set_u64(out, p->start_ns - f->ctime_ns);
}

void
get_proc_exe_ino_ctime_duration_pidns_start(const struct ask *q,
    struct value *out)
{
	const struct file_facts *f = exe_facts(q);
	uint64_t start = q->x->context->container->start_ns;

	if (f && start && f->ctime_ns > start)
		set_u64(out, f->ctime_ns - start);
}
