/*
 * ptrace(2) and its relatives. The raw calls are used: the wrappers of the C
 * libraries differ in how they return peeked words.
 */
#include "os/ptrace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "os/os.h"

#ifndef PR_SET_PTRACER
#define PR_SET_PTRACER 0x59616d61
#endif

static int
trace(long request, pid_t tid, uint64_t addr, uint64_t data)
{
	long r = syscall(SYS_ptrace, request, (long)tid, addr, data);

	return r < 0 ? -errno : (int)r;
}

int
os_ptrace_seize(pid_t tid, unsigned options)
{
	return trace(PTRACE_SEIZE, tid, 0, options);
}

int
os_ptrace_interrupt(pid_t tid)
{
	return trace(PTRACE_INTERRUPT, tid, 0, 0);
}

int
os_ptrace_set_options(pid_t tid, unsigned options)
{
	return trace(PTRACE_SETOPTIONS, tid, 0, options);
}

int
os_ptrace_cont(pid_t tid, int sig)
{
	return trace(PTRACE_CONT, tid, 0, (unsigned)sig);
}

int
os_ptrace_syscall(pid_t tid, int sig)
{
	return trace(PTRACE_SYSCALL, tid, 0, (unsigned)sig);
}

int
os_ptrace_listen(pid_t tid)
{
	return trace(PTRACE_LISTEN, tid, 0, 0);
}

int
os_ptrace_detach(pid_t tid)
{
	return trace(PTRACE_DETACH, tid, 0, 0);
}

int
os_ptrace_event_message(pid_t tid, uint64_t *message)
{
	unsigned long word = 0;
	int r = trace(PTRACE_GETEVENTMSG, tid, 0, (uintptr_t)&word);

	*message = word;
	return r;
}

int
os_ptrace_me(void)
{
	return trace(PTRACE_TRACEME, 0, 0, 0);
}

pid_t
os_wait(pid_t pid, int *status, bool hang)
{
	pid_t r;

	do {
		r = waitpid(pid, status, __WALL | (hang ? 0 : WNOHANG));
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r;
}

/* SIGCHLD is blocked meanwhile: so it is kept, and the wait for it ends. */
pid_t
os_wait_for(pid_t pid, int *status, uint64_t timeout_ns)
{
	uint64_t end = os_now_monotonic_ns() + timeout_ns, now;
	sigset_t chld, before;
	pid_t r;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &before);
	while ((r = os_wait(pid, status, false)) == 0 &&
	    (now = os_now_monotonic_ns()) < end) {
		struct timespec t = {
			.tv_sec = (time_t)((end - now) / 1000000000),
			.tv_nsec = (long)((end - now) % 1000000000),
		};

		sigtimedwait(&chld, NULL, &t);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}

/*
 * The remote part is split at page ends, since the man page promises partial
 * transfers between elements only. More than MANY pages are not read at once.
 */
#define PAGE 4096u
#define MANY 17

ssize_t
os_memory_read(pid_t tid, uint64_t addr, void *to, size_t n)
{
	struct iovec theirs[MANY];
	struct iovec ours = { to, 0 };
	size_t have = 0;
	int count = 0;
	ssize_t r;

	while (have < n && count < MANY) {
		size_t some = PAGE - (size_t)((addr + have) % PAGE);

		if (some > n - have)
			some = n - have;
		/* An address there, never dereferenced here. */
		theirs[count++] =
		    (struct iovec){ (void *)(uintptr_t)(addr + have), some };
		have += some;
	}
	ours.iov_len = have;
	r = process_vm_readv(tid, &ours, 1, theirs, (unsigned long)count, 0);
	return r < 0 ? -errno : r;
}

ssize_t
os_memory_write(pid_t tid, uint64_t addr, const void *from, size_t n)
{
	struct iovec ours = { (void *)(uintptr_t)from, n };
	struct iovec theirs = { (void *)(uintptr_t)addr, n };
	ssize_t r = process_vm_writev(tid, &ours, 1, &theirs, 1, 0);

	return r < 0 ? -errno : r;
}

int
os_memory_peek(pid_t tid, uint64_t addr, uint64_t *word)
{
	unsigned long value = 0;
	int r = trace(PTRACE_PEEKDATA, tid, addr, (uintptr_t)&value);

	*word = value;
	return r;
}

int
os_memory_poke(pid_t tid, uint64_t addr, uint64_t word)
{
	return trace(PTRACE_POKEDATA, tid, addr, word);
}

int
os_seccomp_install(const struct sock_filter *code, size_t n)
{
	struct sock_fprog program = {
		.len = (unsigned short)n,
		/* The kernel only reads it. */
		.filter = (struct sock_filter *)(uintptr_t)code,
	};

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0)
		return 0;
	return -errno;
}

int
os_set_no_new_privs(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

void
os_mark(void)
{
	/* An unknown option: EINVAL. */
	prctl(0x5d510000, OS_MARK, 0, 0, 0);
}

int
os_no_new_privs(void)
{
	int r = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);

	return r < 0 ? -errno : r;
}

void
os_allow_tracer(pid_t tracer)
{
	prctl(PR_SET_PTRACER, (unsigned long)tracer, 0, 0, 0);
}

int
os_yama_scope(void)
{
	char text[16];
	uint64_t scope;
	ssize_t n = os_read_file(OS_CWD,
	    STR("/proc/sys/kernel/yama/ptrace_scope"), text, sizeof(text));

	if (n <= 0 ||
	    !str_to_u64(str_trim((struct str){ text, (size_t)n }), &scope))
		return -1;
	return (int)scope;
}

/* A number from /proc/PID/status, see proc(5). */
static uint64_t
status_number(pid_t pid, struct str key)
{
	char path_memory[64], text[4096];
	struct buf path = buf_fixed(path_memory, sizeof(path_memory));
	struct str rest, line;
	uint64_t value;
	ssize_t n;

	buf_printf(&path, "/proc/%d/status", (int)pid);
	n = os_read_file(OS_CWD, buf_str(&path), text, sizeof(text));
	rest = (struct str){ text, n > 0 ? (size_t)n : 0 };
	while (str_split(&rest, '\n', &line))
		if (str_starts(line, key) &&
		    str_to_u64(str_trim(str_sub(line, key.n, line.n)), &value))
			return value;
	return 0;
}

bool
os_is_leader(pid_t tid)
{
	return syscall(SYS_tgkill, tid, tid, 0) == 0;
}

pid_t
os_tracer_of(pid_t pid)
{
	return (pid_t)status_number(pid, STR("TracerPid:"));
}

bool
os_under_seccomp(void)
{
	return status_number(os_pid(), STR("Seccomp:")) != 0;
}
