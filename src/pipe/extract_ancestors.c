/*
 * Ancestors: proc.a*; leaders of the session and of process groups; the login
 * shell. [0] is the process itself; without an index all but it.
 */
#include "pipe/extract_parts.h"

typedef void
one_fn(struct extract *x, struct proc *p, struct value *out);

static struct proc *
ancestor(const struct ask *q, int64_t n)
{
	if (!q->x->proc || n < 0 || n > STATE_ANCESTORS)
		return NULL;
	return state_ancestor(state_of(q->x), q->x->proc, (unsigned)n);
}

static void
one_or_all(const struct ask *q, one_fn *one, struct value *out)
{
	struct extract *x = q->x;
	struct proc *p;
	struct value *at;
	size_t n = 0;

	if (q->f->has_arg) {
		p = ancestor(q, q->f->index);
		if (p)
			one(x, p, out);
		return;
	}
	if (!x->proc)
		return;
	at = arena_array(x->scratch, STATE_ANCESTORS, sizeof(*at));
	p = state_parent(state_of(x), x->proc);
	for (; at && p && n < STATE_ANCESTORS;
	     p = state_parent(state_of(x), p)) {
		at[n].lanes = out->lanes;
		one(x, p, &at[n]);
		n += at[n].kind != VALUE_NONE;
	}
	if (!n)
		return;
	out->kind = VALUE_LIST;
	out->list.at = at;
	out->list.n = n;
}

static void
one_name(struct extract *x, struct proc *p, struct value *out)
{
	(void)x;
	set_str(out, proc_comm(p));
}

static void
one_exe(struct extract *x, struct proc *p, struct value *out)
{
	set_str(out, state_exe(state_of(x), p));
}

static void
one_exepath(struct extract *x, struct proc *p, struct value *out)
{
	set_str(out, state_exepath(state_of(x), p));
}

static void
one_cmdline(struct extract *x, struct proc *p, struct value *out)
{
	set_str(out, proc_cmdline(x, p));
}

static void
one_pid(struct extract *x, struct proc *p, struct value *out)
{
	(void)x;
	set_i64(out, p->tgid);
}

static void
one_env(struct extract *x, struct proc *p, struct value *out)
{
	set_str(out,
	    join_list(x,
		state_environ(state_of(x), state_reader_tid(state_of(x), p))));
}

void
get_proc_aname(const struct ask *q, struct value *out)
{
	one_or_all(q, one_name, out);
}

void
get_proc_aexe(const struct ask *q, struct value *out)
{
	one_or_all(q, one_exe, out);
}

void
get_proc_aexepath(const struct ask *q, struct value *out)
{
	one_or_all(q, one_exepath, out);
}

void
get_proc_acmdline(const struct ask *q, struct value *out)
{
	one_or_all(q, one_cmdline, out);
}

void
get_proc_apid(const struct ask *q, struct value *out)
{
	one_or_all(q, one_pid, out);
}

#define AARGS_BYTES 8192

/* Without an index the arguments of all ancestors are one text. */
void
get_proc_aargs(const struct ask *q, struct value *out)
{
	struct extract *x = q->x;
	struct proc *p;
	struct buf b;

	if (q->f->has_arg) {
		p = ancestor(q, q->f->index);
		if (p)
			set_str(out, proc_args(x, p));
		return;
	}
	p = ancestor(q, 1);
	if (!p)
		return;
	b = scratch_buf(x, AARGS_BYTES);
	for (unsigned n = 1; p && n <= STATE_ANCESTORS && !b.failed; n++) {
		struct str args = proc_args(x, p);

		if (b.n && args.n)
			buf_char(&b, ' ');
		buf_str_put(&b, args);
		p = state_parent(state_of(x), p);
	}
	set_str(out, scratch_text(&b));
}

/* The nearest ancestor that has the variable. */
static void
inherited(const struct ask *q, struct value *out)
{
	struct extract *x = q->x;
	struct proc *p = ancestor(q, 1);
	struct str value;

	for (unsigned n = 1; p && n <= STATE_ANCESTORS; n++) {
		struct str list = state_environ(state_of(x),
		    state_reader_tid(state_of(x), p));

		if (proc_variable(list, q->f->key, &value)) {
			set_str(out, value);
			return;
		}
		p = state_parent(state_of(x), p);
	}
}

void
get_proc_aenv(const struct ask *q, struct value *out)
{
	if (q->f->has_arg && !q->f->arg_is_index)
		inherited(q, out);
	else
		one_or_all(q, one_env, out);
}

/* --- leaders ------------------------------------------------------------- */

enum leader { LEADER_SESSION, LEADER_GROUP };

static int64_t
id_of(struct extract *x, struct proc *p, enum leader kind)
{
	const struct proc_stat *s =
	    state_stat(state_of(x), state_reader_tid(state_of(x), p));

	if (!s)
		return 0;
	return kind == LEADER_SESSION ? s->session : s->pgrp;
}

/* The leader, or when it is gone the eldest ancestor with the same id. */
static struct proc *
leader_of(struct extract *x, enum leader kind)
{
	struct proc *p = x->proc, *eldest = x->proc, *leader;
	int64_t id = p ? id_of(x, p, kind) : 0;

	if (id <= 0 || id > INT32_MAX)
		return NULL;
	leader = state_find(state_of(x), (pid_t)id);
	if (leader)
		return leader;
	for (unsigned n = 0; n < STATE_ANCESTORS; n++) {
		p = state_parent(state_of(x), p);
		if (!p || id_of(x, p, kind) != id)
			break;
		eldest = p;
	}
	return eldest;
}

/* proc.sname, proc.sid.exe, proc.vpgid.name and so on, by the field's name. */
void
get_proc_leader(const struct ask *q, struct value *out)
{
	struct str name = str_from(field_info(q->f->id)->name);
	bool session = str_starts(name, STR("proc.s"));
	struct proc *p =
	    leader_of(q->x, session ? LEADER_SESSION : LEADER_GROUP);

	if (!p)
		return;
	if (str_ends(name, STR(".exe")))
		one_exe(q->x, p, out);
	else if (str_ends(name, STR(".exepath")))
		one_exepath(q->x, p, out);
	else
		one_name(q->x, p, out);
}

/* The oldest of the process and its ancestors whose name ends in "sh". */
void
get_proc_loginshellid(const struct ask *q, struct value *out)
{
	struct proc *p = q->x->proc;

	for (unsigned n = 0; p && n <= STATE_ANCESTORS; n++) {
		if (str_ends(proc_comm(p), STR("sh")))
			set_i64(out, p->tgid);
		p = state_parent(state_of(q->x), p);
	}
}
