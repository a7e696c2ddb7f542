/*
 * Every way to make a process: fork, vfork, posix_spawn, system, popen,
 * clone and clone3 with the flags that a tracer may get wrong. Each child
 * opens a file, and most run a program, so that a child that fell out of
 * its tracer's hands shows itself by a failing call.
 */
#include "util.h"
#include <linux/sched.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

extern char **environ;
static char stack[65536] __attribute__((aligned(16)));

/* What most children do; the code says whether calls still work. */
static int
child_work(void)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	fd = open("/nonexistent/file", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 || errno != ENOENT)
		return 98;
	return 7;
}

static int
child_main(void *exec)
{
	int r = child_work();

	if (exec && r == 7)
		execl("/bin/sh", "sh", "-c", "exit 8", NULL);
	_exit(r);
}

static void
vforks(void)
{
	volatile int shared = 0;
	pid_t pid = vfork();

	if (!pid) {
		shared = 1;
		_exit(child_work());
	}
	say_status("vfork", wait_for(pid, 0));
	say("vfork shares memory: %d\n", shared);
	pid = vfork();
	if (!pid) {
		execl("/bin/sh", "sh", "-c", "exit 12", NULL);
		_exit(1);
	}
	say_status("vfork exec", wait_for(pid, 0));
	pid = vfork();
	if (!pid) {
		execl("/nonexistent", "nonexistent", NULL);
		shared = errno;
		_exit(127);
	}
	say_status("vfork exec of nothing", wait_for(pid, 0));
	say("errno %d\n", shared);
	pid = vfork();
	if (!pid) {
		kill(getpid(), SIGKILL);
		_exit(1);
	}
	say_status("vfork killed", wait_for(pid, 0));
}

static void
spawns(void)
{
	char *argv[] = { "sh", "-c", "exit $((10 + $#))", "x", "y", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t set;
	pid_t pid;

	errno = posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ);
	show("posix_spawn", errno ? -1 : 0);
	say_status("posix_spawn", wait_for(pid, 0));
	errno =
	    posix_spawnp(&pid, "no-such-program", NULL, NULL, argv, environ);
	show("posix_spawnp of nothing", errno ? -1 : 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
		POSIX_SPAWN_SETSIGDEF);
	sigfillset(&set);
	posix_spawnattr_setsigmask(&attr, &set);
	posix_spawnattr_setsigdefault(&attr, &set);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	argv[2] = "kill -TERM $$; read x; exit 13";
	errno = posix_spawn(&pid, "/bin/sh", &actions, &attr, argv, environ);
	show("posix_spawn with attributes", errno ? -1 : 0);
	say_status("posix_spawn with attributes", wait_for(pid, 0));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
}

static void
shells(void)
{
	char line[64] = "";
	FILE *f = popen("echo from the shell; exit 14", "re");

	say_status("system", system("exit 15"));
	say_status("system killed", system("kill -9 $$"));
	if (f && fgets(line, sizeof(line), f))
		say("popen: %s", line);
	say_status("pclose", pclose(f));
}

static void
clone_with(const char *what, int flags, int exec, int wait_flags)
{
	pid_t tid = -1, pid;

	pid = clone(child_main, stack + sizeof(stack), flags,
	    exec ? stack : NULL, &tid, NULL, &tid);
	if (pid < 0) {
		say("%s: %s\n", what, strerrorname_np(errno));
		return;
	}
	if (flags & CLONE_VM)
		; /* tid is cleared by the kernel */
	else if (flags & CLONE_PARENT_SETTID)
		say("%s: parent tid %d\n", what, tid == pid);
	say_status(what, wait_for(pid, wait_flags));
}

static void
clones(void)
{
	clone_with("clone", SIGCHLD, 0, 0);
	clone_with("clone exec", SIGCHLD, 1, 0);
	clone_with("CLONE_VFORK|VM", CLONE_VFORK | CLONE_VM | SIGCHLD, 1, 0);
	clone_with("CLONE_FILES|FS", CLONE_FILES | CLONE_FS | SIGCHLD, 1, 0);
	clone_with("exit signal 0", 0, 1, __WALL);
	clone_with("exit signal USR1", SIGUSR1, 1, __WALL);
	clone_with("CLONE_PARENT_SETTID", CLONE_PARENT_SETTID | SIGCHLD, 1, 0);
	clone_with("CLONE_PTRACE", CLONE_PTRACE | SIGCHLD, 0, 0);
	clone_with("CLONE_PTRACE exec", CLONE_PTRACE | SIGCHLD, 1, 0);
	clone_with("CLONE_UNTRACED", CLONE_UNTRACED | SIGCHLD, 0, 0);
	clone_with("CLONE_UNTRACED exec", CLONE_UNTRACED | SIGCHLD, 1, 0);
	clone_with("CLONE_UNTRACED|VFORK",
	    CLONE_UNTRACED | CLONE_VFORK | CLONE_VM | SIGCHLD, 1, 0);
	clone_with("CLONE_SIGHAND alone", CLONE_SIGHAND | SIGCHLD, 0, 0);
	clone_with("CLONE_THREAD alone", CLONE_THREAD | SIGCHLD, 0, 0);
}

static int
adopted(void *unused)
{
	(void)unused;
	_exit(child_work() + 20);
}

/* The new process is a child of this program's main process. */
static void
clone_parent(void)
{
	pid_t pid = fork(), other;
	int st;

	if (!pid) {
		if (clone(adopted, stack + sizeof(stack),
			CLONE_PARENT | SIGCHLD, NULL) < 0)
			fail("CLONE_PARENT");
		show("wait in the middle", wait(NULL));
		_exit(1);
	}
	say_status("CLONE_PARENT, caller", wait_for(pid, 0));
	other = wait(&st);
	say("CLONE_PARENT, another child %d\n", other > 0 && other != pid);
	say_status("CLONE_PARENT, child", st);
}

static pid_t
clone3(struct clone_args *a, size_t size)
{
	return (pid_t)syscall(SYS_clone3, a, size);
}

static void
clone3_flags(const char *what, uint64_t flags, uint64_t sig, int wait_flags)
{
	struct clone_args a = { .flags = flags, .exit_signal = sig };
	int pidfd = -1, tid = -1;
	pid_t pid;

	a.pidfd = (uintptr_t)&pidfd;
	a.parent_tid = (uintptr_t)&tid;
	pid = clone3(&a, sizeof(a));
	if (!pid)
		child_main(stack);
	if (pid < 0) {
		say("%s: %s\n", what, strerrorname_np(errno));
		return;
	}
	say("%s: pidfd %d tid %d\n", what, pidfd >= 0, tid == pid);
	say_status(what, wait_for(pid, wait_flags));
	if (pidfd >= 0)
		close(pidfd);
}

static void
clone3s(void)
{
	void *hole =
	    mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	clone3_flags("clone3", 0, SIGCHLD, 0);
	clone3_flags("clone3 pidfd", CLONE_PIDFD, SIGCHLD, 0);
	clone3_flags("clone3 tid", CLONE_PARENT_SETTID, SIGCHLD, 0);
	clone3_flags("clone3 no signal", 0, 0, __WALL);
	clone3_flags("clone3 vfork", CLONE_VFORK, SIGCHLD, 0);
	clone3_flags("clone3 untraced", CLONE_UNTRACED, SIGCHLD, 0);
	clone3_flags("clone3 ptrace", CLONE_PTRACE, SIGCHLD, 0);
	clone3_flags("clone3 bad signal", 0, 1000, 0);
	clone3_flags("clone3 bad flags", 1ULL << 60, SIGCHLD, 0);
	show("clone3 null", clone3(NULL, sizeof(struct clone_args)));
	show("clone3 hole", clone3(hole, sizeof(struct clone_args)));
	show("clone3 short", clone3(hole, 3));
	show("clone3 huge", clone3(hole, 1 << 20));
}

int
main(void)
{
	vforks();
	spawns();
	shells();
	clones();
	clone_parent();
	clone3s();
	show("all reaped", wait(NULL));
	return 0;
}
