/*
 * Processes, signals, time and chance: clone(2), execve(2), execvp(3),
 * prctl(2), capget(2), signal(7), clock_gettime(2), getrandom(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "os/os.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

static uint64_t
now(clockid_t clock)
{
	struct timespec t = { 0 };

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t
os_now_realtime_ns(void)
{
	return now(CLOCK_REALTIME);
}

uint64_t
os_now_monotonic_ns(void)
{
	return now(CLOCK_MONOTONIC);
}

uint64_t
os_now_boottime_ns(void)
{
	return now(CLOCK_BOOTTIME);
}

void
os_sleep_ns(uint64_t ns)
{
	struct timespec t = {
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

void
os_random(void *to, size_t n)
{
	unsigned char *p = to;
	uint64_t mix;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		p += got;
		n -= (size_t)got;
	}
	mix = now(CLOCK_MONOTONIC) ^ (now(CLOCK_REALTIME) << 21) ^
	    (uint64_t)(uintptr_t)&mix ^ (uint64_t)getpid() << 40;
	for (; n > 0; n--) {
		mix = mix * 6364136223846793005u + 1442695040888963407u;
		*p++ = (unsigned char)(mix >> 56);
	}
}

long
os_utc_offset(int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	return localtime_r(&t, &tm) ? tm.tm_gmtoff : 0;
}

long
os_clock_ticks(void)
{
	return sysconf(_SC_CLK_TCK);
}

pid_t
os_pid(void)
{
	return getpid();
}

pid_t
os_getppid(void)
{
	return getppid();
}

uint32_t
os_uid(void)
{
	return geteuid();
}

uint32_t
os_gid(void)
{
	return getegid();
}

pid_t
os_fork_agent(void)
{
	long pid = syscall(SYS_clone, 0L, 0L, 0L, 0L, 0L);

	return pid < 0 ? -errno : (pid_t)pid;
}

pid_t
os_fork(void)
{
	pid_t pid = fork();

	return pid < 0 ? -errno : pid;
}

void
os_exit(int status)
{
	_exit(status);
}

int
os_kill(pid_t pid, int sig)
{
	return kill(pid, sig) < 0 ? -errno : 0;
}

int
os_exec(const char *path, char *const *argv, char *const *envp)
{
	execve(path, argv, envp);
	return -errno;
}

/* Whether execvp(3) would succeed in starting it: 0 or -errno. */
static int
runnable(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	/* execve(2) looks at the effective ids, access(2) at the real ones. */
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

int
os_find_program(const char *name, const char *search_path, char *out,
    size_t size)
{
	struct str rest = str_from(
	    search_path ? search_path : "/usr/local/bin:/bin:/usr/bin");
	size_t n = strlen(name);
	bool denied = false, more = true;

	if (n == 0)
		return -ENOENT;
	if (strchr(name, '/')) {
		if (n >= size)
			return -ENAMETOOLONG;
		memcpy(out, name, n + 1);
		return runnable(out);
	}
	while (more) {
		ptrdiff_t colon = str_find_char(rest, ':');
		struct str dir =
		    colon < 0 ? rest : str_sub(rest, 0, (size_t)colon);
		struct buf b = buf_fixed(out, size);

		more = colon >= 0;
		rest = str_sub(rest, dir.n + more, rest.n);
		buf_str_put(&b, dir);
		if (dir.n)
			buf_char(&b, '/');
		buf_zput(&b, name);
		buf_cstr(&b);
		if (b.failed)
			continue;
		switch (runnable(out)) {
		case 0:
			return 0;
		case -EACCES:
			denied = true;
		}
	}
	return denied ? -EACCES : -ENOENT;
}

int
os_self_path(char *out, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", out, size);

	if (n < 0)
		return err_from_errno(errno);
	if ((size_t)n >= size)
		return ERR_LIMIT;
	out[n] = 0;
	return 0;
}

char **
os_environment(void)
{
	return environ;
}

const char *
os_getenv(const char *name)
{
	return getenv(name);
}

int
os_setenv(const char *name, const char *value)
{
	return setenv(name, value, 1) < 0 ? err_from_errno(errno) : 0;
}

int
os_unsetenv(const char *name)
{
	return unsetenv(name) < 0 ? err_from_errno(errno) : 0;
}

void
os_setsid(void)
{
	setsid();
}

void
os_nice(int increment)
{
	/* The result may be -1; without the right to it nothing changes. */
	(void)!nice(increment);
}

void
os_lift_limits(void)
{
	const int which[] = { RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_AS, RLIMIT_DATA,
		RLIMIT_NOFILE };

	for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
		struct rlimit most = { RLIM_INFINITY, RLIM_INFINITY };

		if (setrlimit(which[i], &most) == 0 ||
		    getrlimit(which[i], &most) < 0)
			continue;
		most.rlim_cur = most.rlim_max;
		setrlimit(which[i], &most);
	}
}

void
os_leave_directory(void)
{
	(void)!chdir("/");
}

void
os_set_name(const char *name)
{
	prctl(PR_SET_NAME, name);
}

void
os_set_dumpable(bool on)
{
	prctl(PR_SET_DUMPABLE, (unsigned long)on);
}

void
os_set_parent_death_signal(int sig)
{
	prctl(PR_SET_PDEATHSIG, (unsigned long)sig);
}

void
os_set_subreaper(bool on)
{
	prctl(PR_SET_CHILD_SUBREAPER, (unsigned long)on);
}

static void
set_handler(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa = { .sa_flags = flags };

	sa.sa_handler = handler;
	sigaction(sig, &sa, NULL);
}

void
os_ignore_signal(int sig)
{
	set_handler(sig, SIG_IGN, 0);
}

void
os_default_signal(int sig)
{
	set_handler(sig, SIG_DFL, 0);
}

void
os_ignore_signals(void)
{
	for (int sig = 1; sig < NSIG; sig++) {
		/* Ignored, it would reap our children. */
		set_handler(sig, sig == SIGCHLD ? SIG_DFL : SIG_IGN,
		    SA_NOCLDSTOP);
	}
}

void
os_on_signal(int sig, void (*handler)(int))
{
	set_handler(sig, handler, SA_RESTART);
}

uint64_t
os_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data) < 0)
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

int
os_pidfd_open(pid_t pid)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : (int)fd;
}

int
os_pidfd_getfd(int pidfd, int fd)
{
	long copy = syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	return copy < 0 ? -errno : (int)copy;
}

unsigned
os_kernel_version(void)
{
	struct utsname u;
	char *end;
	unsigned long major, minor = 0;

	if (uname(&u) < 0)
		return 0;
	major = strtoul(u.release, &end, 10);
	if (*end == '.')
		minor = strtoul(end + 1, NULL, 10);
	return (unsigned)(major << 16 | (minor & 0xffff));
}

static uint64_t
micro_to_ns(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_usec * 1000u;
}

void
os_usage_self(struct os_usage *out)
{
	struct rusage u = { 0 };

	getrusage(RUSAGE_SELF, &u);
	*out = (struct os_usage){
		.user_ns = micro_to_ns(u.ru_utime),
		.system_ns = micro_to_ns(u.ru_stime),
		.max_resident_kb = (uint64_t)u.ru_maxrss,
	};
}

uint64_t
os_resident_bytes(void)
{
	char text[128];
	ssize_t n =
	    os_read_file(OS_CWD, STR("/proc/self/statm"), text, sizeof(text));
	struct str rest = { text, n > 0 ? (size_t)n : 0 }, word;
	uint64_t pages;

	/* Size, resident, shared, ... in pages. */
	if (!str_split(&rest, ' ', &word) || !str_split(&rest, ' ', &word) ||
	    !str_to_u64(word, &pages))
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Until the child ends, or for a millisecond where pidfds are not known. */
static void
await_end(pid_t pid, int timeout_ms)
{
	struct pollfd p = { .fd = os_pidfd_open(pid), .events = POLLIN };

	if (p.fd < 0) {
		os_sleep_ns(1000000);
		return;
	}
	poll(&p, 1, timeout_ms);
	os_close(p.fd);
}

int
os_wait_child(pid_t pid, int timeout_ms, int *status)
{
	uint64_t end = os_now_monotonic_ns() +
	    (uint64_t)(timeout_ms > 0 ? timeout_ms : 0) * 1000000u;
	bool awaited = false;
	int st;

	for (;;) {
		pid_t r =
		    waitpid(pid, &st, __WALL | (timeout_ms < 0 ? 0 : WNOHANG));

		if (r == pid) {
			if (status)
				*status = st;
			return 0;
		}
		if (r < 0 && errno != EINTR)
			return ERR_GONE;
		if (r == 0 && os_now_monotonic_ns() >= end)
			return ERR_AGAIN;
		/* One that ended may still be its tracer's for a moment. */
		if (r == 0 && awaited)
			os_sleep_ns(1000000);
		else if (r == 0)
			await_end(pid, timeout_ms);
		awaited = true;
	}
}

void
os_hostname(char *out, size_t size)
{
	struct utsname name;
	size_t n = uname(&name) == 0 ? strlen(name.nodename) : size;

	if (n >= size)
		n = 0;
	memcpy(out, name.nodename, n);
	out[n] = '\0';
}
