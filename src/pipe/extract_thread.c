/*
 * proc.* and thread.* that /proc/TID/status, stat and their like know:
 * sessions, groups, capabilities, memory, descriptors.
 */
#include "pipe/extract_parts.h"

static const struct proc_status *
status_of(const struct ask *q)
{
	return state_status(state_of(q->x), acting_tid(q->x));
}

static const struct proc_stat *
stat_of(const struct ask *q)
{
	return state_stat(state_of(q->x), acting_tid(q->x));
}

#define FROM_STATUS(name, set, expression)                      \
	void get_##name(const struct ask *q, struct value *out) \
	{                                                       \
		const struct proc_status *s = status_of(q);     \
                                                                \
		if (s)                                          \
			set(out, expression);                   \
	}
#define FROM_STAT(name, set, expression)                        \
	void get_##name(const struct ask *q, struct value *out) \
	{                                                       \
		const struct proc_stat *s = stat_of(q);         \
                                                                \
		if (s)                                          \
			set(out, expression);                   \
	}
/* Memory counts for the leader only. */
#define IS_MAIN (q->x->proc && q->x->proc->tgid == acting_tid(q->x))

FROM_STATUS(proc_sid, set_i64, s->vsid)
FROM_STATUS(proc_vpgid, set_i64, s->vpgid)
FROM_STATUS(proc_is_sid_leader, set_bool, s->vsid == s->vpid)
FROM_STATUS(proc_is_vpgid_leader, set_bool, s->vpgid == s->vpid)
FROM_STATUS(proc_vmsize, set_u64, s->vm_size)
FROM_STATUS(proc_vmrss, set_u64, s->vm_rss)
FROM_STATUS(proc_vmswap, set_u64, s->vm_swap)
FROM_STATUS(proc_nthreads, set_u64, s->threads)
FROM_STATUS(proc_nchilds, set_u64, s->threads ? s->threads - 1 : 0)
FROM_STATUS(thread_vtid, set_i64, s->vtid)
FROM_STATUS(thread_vmsize, set_u64, IS_MAIN ? s->vm_size : 0)
FROM_STATUS(thread_vmrss, set_u64, IS_MAIN ? s->vm_rss : 0)
FROM_STATUS(thread_vmsize_b, set_u64, IS_MAIN ? s->vm_size * 1024 : 0)
FROM_STATUS(thread_vmrss_b, set_u64, IS_MAIN ? s->vm_rss * 1024 : 0)
FROM_STATUS(user_uid, set_u64, s->uid[1])
FROM_STATUS(group_gid, set_u64, s->gid[1])
FROM_STAT(proc_tty, set_u64, s->tty)
FROM_STAT(proc_pgid, set_i64, s->pgrp)
FROM_STAT(proc_is_pgid_leader, set_bool,
    q->x->proc && s->pgrp == q->x->proc->tgid)
FROM_STAT(thread_pfmajor, set_u64, s->majflt)
FROM_STAT(thread_pfminor, set_u64, s->minflt)

void
get_thread_tid(const struct ask *q, struct value *out)
{
	set_i64(out, acting_tid(q->x));
}

void
get_thread_ismain(const struct ask *q, struct value *out)
{
	if (q->x->proc)
		set_bool(out, IS_MAIN);
}

void
get_thread_nametid(const struct ask *q, struct value *out)
{
	struct buf b;

	if (!q->x->proc)
		return;
	b = scratch_buf(q->x, STATE_COMM_MAX + 16);
	buf_str_put(&b, proc_comm(q->x->proc));
	buf_i64(&b, acting_tid(q->x));
	set_str(out, scratch_text(&b));
}

/* --- capabilities -------------------------------------------------------- */

/* By number; linux/capability.h of Linux 6.1. */
static const char *const capabilities[] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

#define CAPABILITIES (sizeof(capabilities) / sizeof(*capabilities))

static void
set_capabilities(const struct ask *q, uint64_t bits, struct value *out)
{
	struct buf b = scratch_buf(q->x, CAPABILITIES * 24);

	for (size_t i = 0; i < CAPABILITIES; i++) {
		if (!(bits >> i & 1))
			continue;
		if (b.n)
			buf_char(&b, ' ');
		buf_zput(&b, capabilities[i]);
	}
	set_str(out, scratch_text(&b));
}

void
get_thread_cap_permitted(const struct ask *q, struct value *out)
{
	const struct proc_status *s = status_of(q);

	if (s)
		set_capabilities(q, s->cap_permitted, out);
}

void
get_thread_cap_inheritable(const struct ask *q, struct value *out)
{
	const struct proc_status *s = status_of(q);

	if (s)
		set_capabilities(q, s->cap_inheritable, out);
}

void
get_thread_cap_effective(const struct ask *q, struct value *out)
{
	const struct proc_status *s = status_of(q);

	if (s)
		set_capabilities(q, s->cap_effective, out);
}

/* --- control groups, limits ---------------------------------------------- */

/* "0::/path" or "4:cpu,cpuacct:/path". */
static bool
cgroup_line(struct str line, struct str *controllers, struct str *path)
{
	struct str number;

	return str_split(&line, ':', &number) &&
	    str_split(&line, ':', controllers) && (*path = line, true);
}

void
get_thread_cgroups(const struct ask *q, struct value *out)
{
	struct str text =
	    state_read(state_of(q->x), acting_tid(q->x), PROC_CGROUP);
	struct buf b = scratch_buf(q->x, text.n + 1);
	struct str line, controllers, path;

	if (!text.p)
		return;
	while (str_split(&text, '\n', &line)) {
		if (!line.n || !cgroup_line(line, &controllers, &path))
			continue;
		if (b.n)
			buf_char(&b, ' ');
		buf_str_put(&b, controllers);
		buf_char(&b, '=');
		buf_str_put(&b, path);
	}
	set_str(out, scratch_text(&b));
}

static bool
has_controller(struct str list, struct str name)
{
	struct str one;

	while (str_split(&list, ',', &one))
		if (str_eq(one, name))
			return true;
	return false;
}

void
get_thread_cgroup(const struct ask *q, struct value *out)
{
	struct str text =
	    state_read(state_of(q->x), acting_tid(q->x), PROC_CGROUP);
	struct str line, controllers, path;

	while (str_split(&text, '\n', &line)) {
		if (!line.n || !cgroup_line(line, &controllers, &path))
			continue;
		/* The unified hierarchy has all of them. */
		if (!controllers.n || has_controller(controllers, q->f->key)) {
			set_str(out, path);
			return;
		}
	}
}

int64_t
proc_fdlimit(struct extract *x)
{
	struct str text = state_read(state_of(x), acting_tid(x), PROC_LIMITS);
	struct str line, word, name = STR("Max open files");
	uint64_t limit;

	while (str_split(&text, '\n', &line)) {
		if (!str_starts(line, name))
			continue;
		line = str_trim(str_sub(line, name.n, line.n));
		if (str_split(&line, ' ', &word) && str_to_u64(word, &limit) &&
		    limit <= INT64_MAX)
			return (int64_t)limit;
	}
	return -1;
}

void
get_proc_fdlimit(const struct ask *q, struct value *out)
{
	int64_t limit = proc_fdlimit(q->x);

	if (limit >= 0)
		set_i64(out, limit);
}

/* --- standard descriptors ------------------------------------------------ */

/* By the field's name: proc.stdin..., proc.stdout..., proc.stderr... */
static int
standard_fd(const struct ask *q)
{
	struct str name = str_from(field_info(q->f->id)->name);

	if (str_starts(name, STR("proc.stdin")))
		return 0;
	return str_starts(name, STR("proc.stdout")) ? 1 : 2;
}

void
get_proc_std_type(const struct ask *q, struct value *out)
{
	struct fd_facts fd;

	state_fd(state_of(q->x), acting_tid(q->x), standard_fd(q), &fd);
	set_text(out, fd_kind_name(fd.kind));
}

void
get_proc_std_name(const struct ask *q, struct value *out)
{
	set_str(out,
	    state_fd_link(state_of(q->x), acting_tid(q->x), standard_fd(q)));
}
