/*
 * execve from a thread that is not the leader, while others make calls:
 *   threadexec N       N times in children, then by this process itself
 *   threadexec race N  two threads exec at the same moment
 *   threadexec alone N the leader has ended before
 * Afterwards there must be one thread, with the old process id.
 */
#include "util.h"
#include <dirent.h>
#include <pthread.h>

static char self[4096], old_pid[16];
static pthread_t leader;
static pthread_barrier_t together;

static int
threads(void)
{
	DIR *d = opendir("/proc/self/task");
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d)))
		n += e->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

/* The new image: checks itself. */
static int
after(const char *pid)
{
	char comm[64];

	status_line("/proc/self/status", "Tgid", comm, sizeof(comm));
	if (number(pid) != getpid() || number(comm) != getpid())
		return 50;
	if (syscall(SYS_gettid) != getpid())
		return 51;
	if (threads() != 1)
		return 52;
	status_line("/proc/self/status", "Name", comm, sizeof(comm));
	if (strcmp(comm, "threadexec"))
		return 53;
	return 42;
}

static void *
busy(void *unused)
{
	(void)unused;
	for (;;)
		close(open("/dev/null", O_RDONLY | O_CLOEXEC));
	return NULL;
}

static void *
exec(void *mode)
{
	if (!strcmp(mode, "alone"))
		pthread_join(leader, NULL);
	if (!strcmp(mode, "race"))
		pthread_barrier_wait(&together);
	execl(self, "threadexec", "after", old_pid, NULL);
	_exit(60);
}

static void
once(char *mode)
{
	pthread_t t;
	int i;

	leader = pthread_self();
	snprintf(old_pid, sizeof(old_pid), "%d", getpid());
	for (i = 0; i < 3; i++)
		pthread_create(&t, NULL, busy, NULL);
	pthread_barrier_init(&together, NULL, 2);
	pthread_create(&t, NULL, exec, mode);
	if (!strcmp(mode, "race"))
		pthread_create(&t, NULL, exec, mode);
	if (!strcmp(mode, "alone"))
		pthread_exit(NULL);
	for (;;)
		pause();
}

int
main(int argc, char **argv)
{
	char *mode = argc > 2 ? argv[1] : "plain";
	int i, st, n, good = 0;
	pid_t pid;

	if (argc > 2 && !strcmp(argv[1], "after"))
		return after(argv[2]);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		fail("/proc/self/exe");
	n = number(argv[argc - 1]);
	for (i = 0; i < n; i++) {
		pid = fork();
		if (pid < 0)
			fail("fork");
		if (!pid)
			once(mode);
		st = wait_for(pid, 0);
		good += WIFEXITED(st) && WEXITSTATUS(st) == 42;
		if (!WIFEXITED(st) || WEXITSTATUS(st) != 42)
			say_status("differs", st);
	}
	say("%d of %d\n", good, n);
	once(mode);
	return 1;
}
