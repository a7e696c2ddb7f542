/*
 * Every system call that we make. Other rooms and the applets call these; so
 * NUL termination, EINTR and errno end here. Tracing is in os/ptrace.h,
 * registers in os/arch.h.
 *
 * Results: a value >= 0, or a negative enum err (base/err.h). Functions under
 * "-errno" return a negative errno value instead, because its number matters
 * to the caller. Descriptors are close-on-exec. Interrupted calls are repeated.
 * Texts are borrowed for the call; a path of OS_PATH_MAX bytes or more, or with
 * a NUL in it, is ERR_INVAL.
 */
#ifndef OS_OS_H
#define OS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/str.h"

#define OS_PATH_MAX 4096
#define OS_CWD      (-100) /* AT_FDCWD */

/* ---- files ---- */

/* flags and mode as in open(2), O_CLOEXEC is added. */
int
os_open(int dirfd, struct str path, int flags, unsigned mode);
/*
 * For reading, with dirfd as the root directory: ".." and symbolic links do
 * not lead out. Without openat2(2) (Linux 5.6) a path whose last component is
 * a link is refused.
 */
int
os_open_in_root(int dirfd, struct str path, int flags);
void
os_close(int fd);
/* Up to n bytes; fewer only at the end of the file. */
ssize_t
os_read_all(int fd, void *to, size_t n);
/* One read(2); ERR_AGAIN from a non-blocking descriptor. */
ssize_t
os_read(int fd, void *to, size_t n);
/* One write(2): -errno. EPIPE comes with SIGPIPE, see os_ignore_signal. */
ssize_t
os_write(int fd, const void *from, size_t n);
/* Waits for room also when the descriptor is non-blocking. */
int
os_write_all(int fd, const void *from, size_t n);
int
os_seek(int fd, int64_t offset);
int
os_sync(int fd);
int
os_truncate(int fd, int64_t size);
/* The first cap bytes of a file; longer ones are cut, as suits /proc. */
ssize_t
os_read_file(int dirfd, struct str path, void *to, size_t cap);
/* The whole file in the arena, followed by a NUL; ERR_LIMIT over cap. */
int
os_load_file(int dirfd, struct str path, size_t cap, struct arena *a,
    struct str *out);
/* Length of the link's text, cut at size; not terminated. */
ssize_t
os_readlink(int dirfd, struct str path, char *to, size_t size);

enum os_file_type {
	OS_FILE_REGULAR,
	OS_FILE_DIRECTORY,
	OS_FILE_LINK,
	OS_FILE_FIFO,
	OS_FILE_SOCKET,
	OS_FILE_BLOCK,
	OS_FILE_CHAR,
	OS_FILE_OTHER, /* anonymous inodes */
};

struct os_file {
	enum os_file_type type;
	unsigned mode; /* permission, set-id and sticky bits: 07777 */
	uint32_t uid, gid;
	uint64_t dev, ino, nlink, size, rdev;
	uint64_t mtime_ns, ctime_ns;
};

int
os_stat(int dirfd, struct str path, bool follow, struct os_file *out);
int
os_stat_fd(int fd, struct os_file *out);
/*
 * Follows links, and takes what the kernel knows without asking a file server,
 * which may be a process that we hold stopped: statx(2). *mount is the id in
 * mountinfo, 0 when the kernel does not say (before Linux 5.8).
 */
int
os_stat_cached(int dirfd, struct str path, struct os_file *out,
    uint64_t *mount);
/* Names in byte order, no "." and "..", in the arena. ERR_LIMIT over max. */
int
os_list(int dirfd, struct str path, size_t max, struct arena *a,
    struct str **names, size_t *n);
int
os_mkdir(int dirfd, struct str path, unsigned mode);
int
os_symlink(struct str target, int dirfd, struct str path);
int
os_rename(int dirfd, struct str from, struct str to);
int
os_unlink(int dirfd, struct str path);
int
os_chmod_fd(int fd, unsigned mode);

/* ---- descriptors ---- */

int
os_pipe(int fds[2]);
int
os_socketpair(int fds[2]); /* AF_UNIX, SOCK_STREAM */
int
os_send_fd(int sock, int fd); /* with one byte */
int
os_recv_fd(int sock);
/* dup2(2); the copy survives exec. */
int
os_dup_to(int fd, int to);
/* A close-on-exec copy with a number of at least 'from'. */
int
os_dup_above(int fd, int from);
/* Closes every descriptor but the n in keep, of which there are at most 16. */
void
os_close_others(const int *keep, size_t n);
/* Standard input, output and error become /dev/null, where they are open or
 * not; without /dev they are closed. Descriptors in keep are left alone. */
void
os_detach_stdio(const int *keep, size_t n);
bool
os_is_tty(int fd);
/* Waits until fd is readable or hung up: 1, or 0 after timeout_ms (-1: none).
 * A negative fd only sleeps. */
int
os_poll_in(int fd, int timeout_ms);
int
os_memfd(const char *name);

/* A socket address as the kernel gives it: struct sockaddr of n bytes. */
struct os_address {
	size_t n;
	_Alignas(8) unsigned char bytes[128];
};

struct os_socket {
	int family, type, protocol; /* -1 when unknown */
	struct os_address local;    /* n = 0 when there is none */
	struct os_address remote;
	bool listening;
};

int
os_socket_facts(int fd, struct os_socket *out);

/* ---- memory shared between our processes ---- */

/* Zeroed pages, inherited by children as shared; NULL without memory. */
void *
os_map_shared(size_t size);
/* Zeroed private pages that cost nothing until they are touched. */
void *
os_map_private(size_t size);
void
os_unmap(void *p, size_t size);
/* Sleeps while *word == expected: 0 after a wake-up or a change, ERR_AGAIN
 * after timeout_ms (-1: none). */
int
os_futex_wait(uint32_t *word, uint32_t expected, int timeout_ms);
void
os_futex_wake(uint32_t *word); /* everybody */

/* ---- time and chance ---- */

uint64_t
os_now_realtime_ns(void);
uint64_t
os_now_monotonic_ns(void);
uint64_t
os_now_boottime_ns(void);
void
os_sleep_ns(uint64_t ns);
/* Seconds east of Greenwich at that time (TZ, /etc/localtime). */
long
os_utc_offset(int64_t seconds);
/* Ticks a second of the times in /proc. */
long
os_clock_ticks(void);
/* Never fails: without getrandom(2) it takes the clocks and addresses. */
void
os_random(void *to, size_t n);

/* ---- processes ---- */

pid_t
os_pid(void);
pid_t
os_getppid(void);
uint32_t
os_uid(void); /* effective */
uint32_t
os_gid(void); /* effective */
/*
 * A child that is invisible to wait(2) without __WALL and sends no signal when
 * it ends: clone(2) with exit_signal 0. 0 in the child. -errno.
 */
pid_t
os_fork_agent(void);
/* fork(2): 0 in the child. -errno. */
pid_t
os_fork(void);
_Noreturn void
os_exit(int status); /* _exit(2) */
/* -errno (ESRCH matters). sig 0 only tests. */
int
os_kill(pid_t pid, int sig);
/* Only returns on failure: -errno. */
int
os_exec(const char *path, char *const *argv, char *const *envp);
/*
 * The file that execvp(3) would run for name with this PATH (NULL: its
 * default), as a C string in out. 0 or -errno: ENOENT, or EACCES when a
 * candidate was there but could not be run.
 */
int
os_find_program(const char *name, const char *search_path, char *out,
    size_t size);
/* The path of our own executable, as a C string. */
int
os_self_path(char *out, size_t size);
/* The environment when the process started; NULL terminated. */
char **
os_environment(void);
/* Borrowed; NULL when it is not set. */
const char *
os_getenv(const char *name);
int
os_setenv(const char *name, const char *value);
int
os_unsetenv(const char *name);
void
os_setsid(void);
void
os_nice(int increment);
/* Lifts the limits that would stop an old and busy process as far as we may:
 * CPU time, file size, memory, descriptors. */
void
os_lift_limits(void);
/* The working directory becomes the root: no file system is kept busy. */
void
os_leave_directory(void);
/* Reads as the process name in ps(1), at most 15 bytes. */
void
os_set_name(const char *name);
/* The node name of uname(2), as a C string; "" when it does not fit. */
void
os_hostname(char *out, size_t size);
/* Whether others of our uid may trace us and read our memory. */
void
os_set_dumpable(bool on);
/* A signal to this process when its parent thread dies; 0: none. */
void
os_set_parent_death_signal(int sig);
/* Nearest ancestor that adopts orphans; for tests. */
void
os_set_subreaper(bool on);
void
os_ignore_signal(int sig);
void
os_default_signal(int sig);
/*
 * Ignores every signal that can be ignored but SIGCHLD. A fault of our own
 * still ends us, since the kernel does not ask then.
 */
void
os_ignore_signals(void);
void
os_on_signal(int sig, void (*handler)(int)); /* with SA_RESTART */
/* Effective capabilities as a bit set, 0 when capget(2) fails. */
uint64_t
os_capabilities(void);
#define OS_CAP_KILL       5
#define OS_CAP_SYS_PTRACE 19
#define OS_CAP_SYS_ADMIN  21
/* pidfd_open(2), pidfd_getfd(2): a descriptor, or -errno. */
int
os_pidfd_open(pid_t pid);
int
os_pidfd_getfd(int pidfd, int fd);
/* Major << 16 | minor of the running kernel. */
unsigned
os_kernel_version(void);
struct os_usage {
	uint64_t user_ns, system_ns;
	uint64_t max_resident_kb;
};
void
os_usage_self(struct os_usage *out);
/* What is resident now, from /proc/self/statm; 0 when unknown. */
uint64_t
os_resident_bytes(void);
/*
 * Reaps one child, __WALL: its wait status in *status (may be NULL). 0, or
 * ERR_AGAIN after timeout_ms (-1: none), ERR_GONE when there is no such child.
 */
int
os_wait_child(pid_t pid, int timeout_ms, int *status);

#endif
