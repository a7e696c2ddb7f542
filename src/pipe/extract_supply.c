/*
 * Parameters that come from the state of the process: by name, since the same
 * ones stand in execve, execveat, clone, clone3, fork and vfork.
 */
#include "pipe/extract_supply.h"

#include <sys/sysmacros.h>

#include "pipe/extract_parts.h"

typedef bool
supply_fn(struct extract *x, struct param *p);

static bool
supply_number(struct param *p, uint64_t n)
{
	p->raw = n;
	return true;
}

static bool
supply_text(struct param *p, struct str s)
{
	p->s = s;
	return s.p;
}

static const struct proc_status *
status(struct extract *x)
{
	return state_status(state_of(x), acting_tid(x));
}

static const struct proc_stat *
stat_of(struct extract *x)
{
	return state_stat(state_of(x), acting_tid(x));
}

static bool
supply_exe(struct extract *x, struct param *p)
{
	return x->proc && supply_text(p, state_exe(state_of(x), x->proc));
}

static bool
supply_args(struct extract *x, struct param *p)
{
	return x->proc && supply_text(p, proc_args(x, x->proc));
}

static bool
supply_comm(struct extract *x, struct param *p)
{
	return x->proc && supply_text(p, proc_comm(x->proc));
}

static bool
supply_tid(struct extract *x, struct param *p)
{
	return supply_number(p, (uint64_t)acting_tid(x));
}

static bool
supply_pid(struct extract *x, struct param *p)
{
	return x->proc && supply_number(p, (uint64_t)x->proc->tgid);
}

static bool
supply_ptid(struct extract *x, struct param *p)
{
	struct proc *parent =
	    x->proc ? state_parent(state_of(x), x->proc) : NULL;

	return parent && supply_number(p, (uint64_t)parent->tgid);
}

static bool
supply_cwd(struct extract *x, struct param *p)
{
	return supply_text(p, state_cwd(state_of(x), acting_tid(x)));
}

static bool
supply_env(struct extract *x, struct param *p)
{
	return supply_text(p,
	    join_list(x, state_environ(state_of(x), acting_tid(x))));
}

static bool
supply_cgroups(struct extract *x, struct param *p)
{
	return supply_text(p,
	    state_read(state_of(x), acting_tid(x), PROC_CGROUP));
}

static bool
supply_exepath(struct extract *x, struct param *p)
{
	return x->proc && supply_text(p, state_exepath(state_of(x), x->proc));
}

static bool
supply_loginuid(struct extract *x, struct param *p)
{
	int64_t uid;

	return state_loginuid(state_of(x), acting_tid(x), &uid) &&
	    supply_number(p, (uint64_t)uid);
}

static bool
supply_fdlimit(struct extract *x, struct param *p)
{
	return supply_number(p, (uint64_t)proc_fdlimit(x));
}

static bool
supply_pidns_start(struct extract *x, struct param *p)
{
	return supply_number(p, x->context->container->start_ns);
}

static bool
supply_exe_flags(struct extract *x, struct param *p)
{
	unsigned flags;

	return proc_exe_flags(x, &flags) && supply_number(p, flags);
}

#define FROM_STATUS(name, field)                                      \
	static bool supply_##name(struct extract *x, struct param *p) \
	{                                                             \
		const struct proc_status *s = status(x);              \
                                                                      \
		return s && supply_number(p, (uint64_t)s->field);     \
	}
FROM_STATUS(uid, uid[1])
FROM_STATUS(gid, gid[1])
FROM_STATUS(cap_inheritable, cap_inheritable)
FROM_STATUS(cap_permitted, cap_permitted)
FROM_STATUS(cap_effective, cap_effective)
FROM_STATUS(vm_size, vm_size)
FROM_STATUS(vm_rss, vm_rss)
FROM_STATUS(vm_swap, vm_swap)
FROM_STATUS(vtid, vtid)
FROM_STATUS(vpid, vpid)
FROM_STATUS(vpgid, vpgid)

#define FROM_STAT(name, field)                                        \
	static bool supply_##name(struct extract *x, struct param *p) \
	{                                                             \
		const struct proc_stat *s = stat_of(x);               \
                                                                      \
		return s && supply_number(p, (uint64_t)s->field);     \
	}
FROM_STAT(tty, tty)
FROM_STAT(pgid, pgrp)
FROM_STAT(pgft_maj, majflt)
FROM_STAT(pgft_min, minflt)

#define FROM_EXE(name, field)                                         \
	static bool supply_##name(struct extract *x, struct param *p) \
	{                                                             \
		const struct file_facts *f =                          \
		    state_exe_facts(state_of(x), acting_tid(x));      \
                                                                      \
		return f && supply_number(p, f->field);               \
	}
FROM_EXE(exe_ino, ino)
FROM_EXE(exe_ino_ctime, ctime_ns)
FROM_EXE(exe_ino_mtime, mtime_ns)

static bool
supply_process(struct extract *x, struct str name, struct param *p)
{
	static const struct {
		const char *name;
		supply_fn *fn;
	} known[] = {
		{ "exe", supply_exe },
		{ "args", supply_args },
		{ "tid", supply_tid },
		{ "pid", supply_pid },
		{ "ptid", supply_ptid },
		{ "cwd", supply_cwd },
		{ "fdlimit", supply_fdlimit },
		{ "pgft_maj", supply_pgft_maj },
		{ "pgft_min", supply_pgft_min },
		{ "vm_size", supply_vm_size },
		{ "vm_rss", supply_vm_rss },
		{ "vm_swap", supply_vm_swap },
		{ "comm", supply_comm },
		{ "cgroups", supply_cgroups },
		{ "env", supply_env },
		{ "tty", supply_tty },
		{ "vpgid", supply_vpgid },
		{ "loginuid", supply_loginuid },
		{ "flags", supply_exe_flags },
		{ "cap_inheritable", supply_cap_inheritable },
		{ "cap_permitted", supply_cap_permitted },
		{ "cap_effective", supply_cap_effective },
		{ "exe_ino", supply_exe_ino },
		{ "exe_ino_ctime", supply_exe_ino_ctime },
		{ "exe_ino_mtime", supply_exe_ino_mtime },
		{ "uid", supply_uid },
		{ "gid", supply_gid },
		{ "trusted_exepath", supply_exepath },
		{ "pgid", supply_pgid },
		{ "vtid", supply_vtid },
		{ "vpid", supply_vpid },
		{ "pidns_init_start_ts", supply_pidns_start },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_eq(name, str_from(known[i].name)))
			return known[i].fn(x, p);
	return false;
}

/* dev and ino of a file that was opened. */
static bool
supply_file(struct extract *x, struct str name, unsigned lane, struct param *p)
{
	const struct fd_facts *fd;

	if (lane == LANE_FAIL || !x->event->has_result)
		return false;
	fd = fd_existing(x);
	if (!fd->have_file)
		return false;
	if (str_eq(name, STR("ino")))
		return supply_number(p, fd->file.ino);
	if (str_eq(name, STR("dev")))
		return supply_number(p,
		    makedev(fd->file.dev_major, fd->file.dev_minor));
	if (str_eq(name, STR("path")))
		return supply_text(p, fd->link);
	return false;
}

static bool
is_new_process(enum event_type t)
{
	return t == EVENT_EXECVE || t == EVENT_EXECVEAT || t == EVENT_CLONE ||
	    t == EVENT_CLONE3 || t == EVENT_FORK || t == EVENT_VFORK;
}

void
supply_param(struct extract *x, unsigned i, unsigned lane, struct param *p)
{
	const struct event_info *info = event_info(x->event->type);
	struct str name = str_from(info->params[i].name);
	bool found = false;

	if (is_new_process(x->event->type) || (info->facts & EF_MEMORY))
		found = supply_process(x, name, p);
	else if (x->memo->fd_case == FD_CASE_OPEN)
		found = supply_file(x, name, lane, p);
	p->state = found ? PARAM_KNOWN : PARAM_ABSENT;
}
