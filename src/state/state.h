/*
 * What is known of the tracees: processes, their threads, their descriptors,
 * users, and the container. Bounded tables over memory given once; what is
 * evicted is counted and read again from /proc when it is needed.
 *
 * The room does no I/O: struct state_source reads /proc for it, so tests feed
 * it text. What may change without an event (cwd, credentials, session,
 * descriptors) is read when asked for, at most once an event; what only exec
 * changes (name, arguments, executable) is kept.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include "base/arena.h"
#include "base/table.h"
#include "event/event.h"

/* Files below /proc/TID/. */
enum proc_file {
	PROC_STAT,
	PROC_STATUS,
	PROC_COMM,
	PROC_CMDLINE,
	PROC_ENVIRON,
	PROC_LOGINUID,
	PROC_CGROUP,
	PROC_LIMITS,
};

enum proc_link {
	PROC_EXE,
	PROC_CWD,
	PROC_ROOT,
	PROC_FD, /* fd/N */
};

/* What stat(2) says of an executable or descriptor. */
struct file_facts {
	uint64_t ino;
	uint32_t dev_major, dev_minor;
	uint32_t mode, uid, gid;
	uint64_t ctime_ns, mtime_ns, btime_ns; /* epoch; btime 0: unknown */
	bool overlay;                          /* on an overlay file system */
	bool upper_layer; /* best knowledge: newer than the container */
	bool memfd;
};

/* Both ends of a socket, as far as they exist. */
struct sock_facts {
	uint16_t family; /* AF_* */
	uint16_t type;   /* SOCK_* */
	uint16_t protocol;
	bool have_local, have_remote;
	struct sock_addr local, remote; /* .path in the caller's scratch */
	bool listening;
};

/* Where the room gets its bytes: a count, or a negative enum err. */
struct state_source {
	long (
	    *read)(void *ctx, pid_t tid, enum proc_file f, void *to, size_t n);
	/* number: PROC_FD's descriptor. The text has no NUL. */
	long (*link)(void *ctx, pid_t tid, enum proc_link l, int number,
	    void *to, size_t n);
	int (*exe_facts)(void *ctx, pid_t tid, struct file_facts *out);
	int (*fd_facts)(void *ctx, pid_t tid, int fd, struct file_facts *out);
	int (*socket)(void *ctx, pid_t tid, int fd, struct sock_facts *out,
	    struct arena *scratch);
	/* A file as the tracee sees it (under /proc/TID/root). */
	long (*root_file)(void *ctx, pid_t tid, const char *path, void *to,
	    size_t n);
	void *ctx;
};

/* One container: constant while the agent runs. Texts owned by the caller. */
struct container {
	struct str id; /* 12 characters, or "host" */
	struct str full_id;
	struct str name;
	struct str image; /* with tag */
	struct str image_id;
	struct str repository; /* without tag and digest */
	struct str tag;
	struct str digest;
	struct str type; /* "ecs", "docker", "host" ... */
	struct str ip;
	int privileged;    /* 1, 0, -1 unknown */
	uint64_t start_ns; /* epoch; 0 unknown */
	const struct container_pair *labels;
	size_t n_labels;
	const struct container_mount *mounts;
	size_t n_mounts;
};

struct container_pair {
	struct str key, value;
};

struct container_mount {
	struct str source, dest, mode, rdwr, propagation;
};

#define STATE_COMM_MAX  16
#define STATE_ARGS_MAX  4096 /* arguments and environment are cut here */
#define STATE_ANCESTORS 64   /* loops end here */

struct proc; /* see proc.h; one a thread group */

struct state;

struct state_config {
	size_t max_procs;   /* thread groups; a power of two */
	size_t max_threads; /* a power of two */
	size_t text_bytes;  /* pool for names, arguments, paths */
	const struct container *container;
	uint64_t start_ns; /* CLOCK_REALTIME at start */
	uint64_t boot_ns;  /* CLOCK_REALTIME minus CLOCK_BOOTTIME */
	long clock_ticks;  /* sysconf(_SC_CLK_TCK) */
	uint64_t seed;     /* for hashing */
};

struct state_counts {
	uint64_t procs;      /* now */
	uint64_t threads;    /* now */
	uint64_t procs_seen; /* ever */
	uint64_t evicted_procs;
	uint64_t evicted_threads;
	uint64_t evicted_texts; /* arguments dropped: pool full */
	uint64_t proc_reads;    /* /proc files and links read */
};

/* All memory comes from arena a, at once; NULL when it does not fit. */
struct state *
state_new(struct arena *a, const struct state_config *c,
    const struct state_source *source);
/*
 * Start of one event: forgets what may have changed. tid is the thread that
 * acts; its process is made known from /proc when it is new. NULL when it is
 * new and gone already. scratch holds what the event reads, until the next.
 */
struct proc *
state_event_begin(struct state *st, pid_t tid, uint64_t time_ns,
    struct arena *scratch);
void
state_on_clone(struct state *st, const struct stop *s);
/* The new image's name, arguments and executable are read here. */
struct proc *
state_on_exec(struct state *st, const struct stop *s, struct arena *scratch);
void
state_on_exit(struct state *st, const struct stop *s);
const struct state_counts *
state_counts(const struct state *st);

#endif
