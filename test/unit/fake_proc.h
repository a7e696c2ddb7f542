/*
 * A struct state_source over tables in memory, for tests: processes, their
 * files below /proc, descriptors, sockets and files below their root.
 */
#ifndef FAKE_PROC_H
#define FAKE_PROC_H

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "state/state.h"

#define FAKE_PROCS 64
#define FAKE_FDS   32
#define FAKE_FILES 8

struct fake_proc {
	pid_t tid, tgid; /* tid 0: empty slot */
	pid_t ppid;
	const char *comm;
	const char *cmdline; /* arguments separated by '|' */
	const char *environ; /* the same */
	const char *exe, *cwd, *root;
	unsigned uid, gid, tty;
	long long loginuid; /* -1: unset */
	int pgrp, sid;
	int vpid, vpgid, vsid; /* 0: as outside */
	unsigned long long start_ticks, cap_effective;
	struct file_facts exe_facts;
};

struct fake_fd {
	pid_t tid;
	int fd;
	const char *link;
	bool directory;
	bool socket;
	struct sock_facts sock;
};

struct fake_file {
	const char *path, *text;
};

struct fake {
	struct fake_proc procs[FAKE_PROCS];
	struct fake_fd fds[FAKE_FDS];
	struct fake_file files[FAKE_FILES];
	unsigned reads[PROC_LIMITS + 1]; /* by file */
	unsigned links[PROC_FD + 1];
	unsigned sockets, facts, root_files;
};

static inline unsigned
fake_total(const struct fake *f)
{
	unsigned n = f->sockets + f->facts + f->root_files;

	for (size_t i = 0; i <= PROC_LIMITS; i++)
		n += f->reads[i];
	for (size_t i = 0; i <= PROC_FD; i++)
		n += f->links[i];
	return n;
}

/* Forgets how often was read. */
static inline void
fake_reset_counts(struct fake *f)
{
	memset(f->reads, 0, sizeof(f->reads));
	memset(f->links, 0, sizeof(f->links));
	f->sockets = f->facts = f->root_files = 0;
}

static inline struct fake_proc *
fake_find(struct fake *f, pid_t tid)
{
	for (size_t i = 0; i < FAKE_PROCS; i++)
		if (tid && f->procs[i].tid == tid)
			return &f->procs[i];
	return NULL;
}

static inline struct fake_proc *
fake_add(struct fake *f, struct fake_proc p)
{
	struct fake_proc *slot = fake_find(f, p.tid);

	for (size_t i = 0; !slot && i < FAKE_PROCS; i++)
		if (!f->procs[i].tid)
			slot = &f->procs[i];
	if (!p.tgid)
		p.tgid = p.tid;
	if (slot)
		*slot = p;
	return slot;
}

static inline void
fake_remove(struct fake *f, pid_t tid)
{
	struct fake_proc *p = fake_find(f, tid);

	if (p)
		memset(p, 0, sizeof(*p));
}

static inline void
fake_fd(struct fake *f, struct fake_fd fd)
{
	for (size_t i = 0; i < FAKE_FDS; i++)
		if (!f->fds[i].tid ||
		    (f->fds[i].tid == fd.tid && f->fds[i].fd == fd.fd)) {
			f->fds[i] = fd;
			return;
		}
}

static inline long
fake_give(const char *text, size_t length, void *to, size_t n)
{
	if (length > n)
		length = n;
	memcpy(to, text, length);
	return (long)length;
}

/* '|' stands for NUL; each argument gets one. */
static inline long
fake_give_list(const char *text, void *to, size_t n)
{
	char list[8192];
	size_t length = text ? strlen(text) : 0;

	if (!length)
		return 0;
	for (size_t i = 0; i <= length; i++)
		list[i] = (char)(text[i] == '|' ? 0 : text[i]);
	return fake_give(list, length + 1, to, n);
}

static inline int
fake_or(int value, int otherwise)
{
	return value ? value : otherwise;
}

static inline int
fake_status(const struct fake_proc *p, char *text, size_t n)
{
	return snprintf(text, n,
	    "Name:\t%s\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\n"
	    "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n"
	    "NStgid:\t%d\t%d\nNSpid:\t%d\t%d\nNSpgid:\t%d\t%d\n"
	    "NSsid:\t%d\t%d\nVmSize:\t    2048 kB\nVmRSS:\t     512 kB\n"
	    "VmSwap:\t       0 kB\nThreads:\t3\n"
	    "CapInh:\t0000000000000000\nCapPrm:\t%016llx\n"
	    "CapEff:\t%016llx\n",
	    p->comm, p->tgid, p->tid, p->ppid, p->uid, p->uid, p->uid, p->uid,
	    p->gid, p->gid, p->gid, p->gid, p->tgid, fake_or(p->vpid, p->tgid),
	    p->tid, fake_or(p->vpid, p->tid), p->pgrp,
	    fake_or(p->vpgid, p->pgrp), p->sid, fake_or(p->vsid, p->sid),
	    p->cap_effective, p->cap_effective);
}

static inline long
fake_read(void *ctx, pid_t tid, enum proc_file file, void *to, size_t n)
{
	struct fake *f = ctx;
	struct fake_proc *p = fake_find(f, tid);
	char text[2048];
	int length = 0;

	f->reads[file]++;
	if (!p)
		return ERR_GONE;
	switch (file) {
	case PROC_STAT:
		length = snprintf(text, sizeof(text),
		    "%d (%s) S %d %d %d %u -1 4194304 10 0 20 0 0 0 0 0 20 0 "
		    "1 0 %llu 0 0 0\n",
		    tid, p->comm, p->ppid, p->pgrp, p->sid, p->tty,
		    p->start_ticks);
		break;
	case PROC_STATUS:
		length = fake_status(p, text, sizeof(text));
		break;
	case PROC_COMM:
		length = snprintf(text, sizeof(text), "%s\n", p->comm);
		break;
	case PROC_CMDLINE:
		return fake_give_list(p->cmdline, to, n);
	case PROC_ENVIRON:
		return fake_give_list(p->environ, to, n);
	case PROC_LOGINUID:
		length =
		    snprintf(text, sizeof(text), "%u", (unsigned)p->loginuid);
		break;
	case PROC_CGROUP:
		length = snprintf(text, sizeof(text), "0::/fake\n");
		break;
	case PROC_LIMITS:
		length = snprintf(text, sizeof(text),
		    "Limit                     Soft Limit           "
		    "Hard Limit           Units     \n"
		    "Max open files            1024                 "
		    "4096                 files     \n");
		break;
	}
	return fake_give(text, (size_t)length, to, n);
}

static inline struct fake_fd *
fake_find_fd(struct fake *f, pid_t tid, int fd)
{
	for (size_t i = 0; i < FAKE_FDS; i++)
		if (f->fds[i].tid == tid && f->fds[i].fd == fd)
			return &f->fds[i];
	return NULL;
}

static inline long
fake_link(void *ctx, pid_t tid, enum proc_link l, int number, void *to,
    size_t n)
{
	struct fake *f = ctx;
	struct fake_proc *p = fake_find(f, tid);
	struct fake_fd *fd;
	const char *text = NULL;

	f->links[l]++;
	if (!p)
		return ERR_GONE;
	switch (l) {
	case PROC_EXE:
		text = p->exe;
		break;
	case PROC_CWD:
		text = p->cwd;
		break;
	case PROC_ROOT:
		text = p->root ? p->root : "/";
		break;
	case PROC_FD:
		fd = fake_find_fd(f, tid, number);
		text = fd ? fd->link : NULL;
		break;
	}
	return text ? fake_give(text, strlen(text), to, n) : ERR_NOENT;
}

static inline int
fake_exe_facts(void *ctx, pid_t tid, struct file_facts *out)
{
	struct fake *f = ctx;
	struct fake_proc *p = fake_find(f, tid);

	f->facts++;
	if (!p)
		return ERR_GONE;
	*out = p->exe_facts;
	return 0;
}

static inline int
fake_fd_facts(void *ctx, pid_t tid, int fd, struct file_facts *out)
{
	struct fake *f = ctx;
	struct fake_fd *d = fake_find_fd(f, tid, fd);

	f->facts++;
	if (!d)
		return ERR_NOENT;
	*out = (struct file_facts){ .ino = 77,
		.dev_major = 8,
		.dev_minor = 1,
		.mode = d->directory ? 0040755 : 0100644 };
	return 0;
}

static inline int
fake_socket(void *ctx, pid_t tid, int fd, struct sock_facts *out,
    struct arena *scratch)
{
	struct fake *f = ctx;
	struct fake_fd *d = fake_find_fd(f, tid, fd);

	(void)scratch;
	f->sockets++;
	if (!d || !d->socket)
		return ERR_NOENT;
	*out = d->sock;
	return 0;
}

static inline long
fake_root_file(void *ctx, pid_t tid, const char *path, void *to, size_t n)
{
	struct fake *f = ctx;

	(void)tid;
	f->root_files++;
	for (size_t i = 0; i < FAKE_FILES; i++)
		if (f->files[i].path && strcmp(f->files[i].path, path) == 0)
			return fake_give(f->files[i].text,
			    strlen(f->files[i].text), to, n);
	return ERR_NOENT;
}

static inline struct state_source
fake_source(struct fake *f)
{
	return (struct state_source){ fake_read, fake_link, fake_exe_facts,
		fake_fd_facts, fake_socket, fake_root_file, f };
}

#endif
