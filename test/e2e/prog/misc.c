/*
 * Small single cases:
 *   iouring     io_uring_setup, and through the ring an openat
 *   undumpable  works after prctl(PR_SET_DUMPABLE, 0)
 *   traceme     PTRACE_TRACEME and PTRACE_SEIZE of a child
 *   getids      real, effective and saved ids
 *   pdeath      a child asked for SIGUSR1 on its parent's death
 *   nproc       RLIMIT_NPROC 0 refuses fork as it should
 *   nofile      RLIMIT_NOFILE 0 refuses open
 *   looping     threads make calls until another process sends SIGTERM
 *   sleep       tells "ready" and waits for a signal
 */
#include "util.h"
#include <linux/io_uring.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>

static int
ring_open(int ring, struct io_uring_params *p)
{
	size_t sq_size = p->sq_off.array + p->sq_entries * sizeof(unsigned);
	size_t cq_size =
	    p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	char *sq = mmap(NULL, sq_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
	    IORING_OFF_SQ_RING);
	char *cq = mmap(NULL, cq_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
	    IORING_OFF_CQ_RING);
	struct io_uring_sqe *sqe = mmap(NULL, p->sq_entries * sizeof(*sqe),
	    PROT_READ | PROT_WRITE, MAP_SHARED, ring, (off_t)IORING_OFF_SQES);
	struct io_uring_cqe *cqe = (void *)(cq + p->cq_off.cqes);

	sqe->opcode = IORING_OP_OPENAT;
	sqe->fd = AT_FDCWD;
	sqe->addr = (unsigned long)"/etc/passwd";
	((unsigned *)(sq + p->sq_off.array))[0] = 0;
	__atomic_store_n((unsigned *)(sq + p->sq_off.tail), 1,
	    __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		NULL, 0) < 0)
		return -1;
	if (cqe->res < 0)
		errno = -cqe->res;
	return cqe->res < 0 ? -1 : cqe->res;
}

static void
iouring(void)
{
	struct io_uring_params p = { 0 };
	int ring = (int)syscall(SYS_io_uring_setup, 4, &p);

	show("io_uring_setup", ring);
	if (ring >= 0)
		show("openat in the ring", ring_open(ring, &p));
	show("io_uring_setup null", syscall(SYS_io_uring_setup, 4, NULL));
}

static void
undumpable(void)
{
	show("prctl", prctl(PR_SET_DUMPABLE, 0));
	show("open", open("/etc/passwd", O_RDONLY | O_CLOEXEC));
	show("open nothing", open("/nonexistent", O_RDONLY));
	say("dumpable %d\n", prctl(PR_GET_DUMPABLE));
	say_status("system", system("exit 9"));
}

static void
traceme(void)
{
	pid_t pid = fork();
	int st;

	if (!pid) {
		show("TRACEME", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
		_exit(0);
	}
	say_status("TRACEME", wait_for(pid, 0));
	pid = fork();
	if (!pid)
		for (;;)
			pause();
	show("SEIZE", ptrace(PTRACE_SEIZE, pid, NULL, NULL));
	kill(pid, SIGKILL);
	do
		st = wait_for(pid, __WALL);
	while (WIFSTOPPED(st));
	say_status("seized", st);
}

static void
getids(void)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	getresuid(&r, &e, &s);
	getresgid(&rg, &eg, &sg);
	say("uid %u %u %u gid %u %u %u\n", r, e, s, rg, eg, sg);
}

static void
pdeath(void)
{
	int p[2], got = 0;
	pid_t middle;
	sigset_t set;
	char c;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (pipe(p))
		fail("pipe");
	middle = fork();
	if (!middle) {
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGUSR1);
			if (write(p[1], "r", 1) != 1)
				_exit(1);
			sigwait(&set, &got);
			c = (char)('0' + got / 10);
			_exit(write(p[1], &c, 1) != 1);
		}
		_exit(read(p[0], &c, 1) != 1);
	}
	say_status("middle", wait_for(middle, 0));
	if (read(p[0], &c, 1) == 1)
		say("pdeathsig %c\n", c);
}

static void
limit(int resource)
{
	struct rlimit none = { 0, 0 };
	pid_t pid;

	setrlimit((__rlimit_resource_t)resource, &none);
	if (resource == RLIMIT_NPROC && setresuid(65534, 65534, 65534))
		fail("setresuid");
	pid = fork();
	if (!pid)
		_exit(0);
	show("fork", pid);
	if (pid > 0)
		wait_for(pid, 0);
	show("open", open("/etc/passwd", O_RDONLY));
}

static void *
loop(void *unused)
{
	(void)unused;
	for (;;)
		close(open("/dev/null", O_RDONLY | O_CLOEXEC));
	return NULL;
}

static void
looping(void)
{
	pthread_t t;
	int i;

	for (i = 0; i < 6; i++)
		pthread_create(&t, NULL, loop, NULL);
	if (!fork()) {
		usleep(50000);
		kill(getppid(), SIGTERM);
		_exit(0);
	}
	loop(NULL);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "iouring"))
		iouring();
	else if (!strcmp(what, "undumpable"))
		undumpable();
	else if (!strcmp(what, "traceme"))
		traceme();
	else if (!strcmp(what, "getids"))
		getids();
	else if (!strcmp(what, "pdeath"))
		pdeath();
	else if (!strcmp(what, "nproc"))
		limit(RLIMIT_NPROC);
	else if (!strcmp(what, "nofile"))
		limit(RLIMIT_NOFILE);
	else if (!strcmp(what, "looping"))
		looping();
	else if (!strcmp(what, "sleep"))
		for (say("ready\n");;)
			pause();
	else
		return 99;
	return 0;
}
