/*
 * /proc for real, about this very process and a child; and the socket tables
 * as texts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "pipe/procfs.h"
#include "state/proc.h"

static struct arena arena, scratch;
static struct procfs *procfs;
static const struct state_source *source;
static char memory[64 * 1024], page[8192];

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	arena_fixed(&scratch, memory, sizeof(memory));
	procfs = procfs_open(&arena, 1);
	assert_non_null(procfs);
	source = procfs_source(procfs);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

static void
test_files(void **state)
{
	struct proc_stat stat;
	struct proc_status status;
	long n;

	(void)state;
	n = source->read(source->ctx, getpid(), PROC_STAT, page, sizeof(page));
	assert_true(n > 0);
	assert_true(proc_parse_stat((struct str){ page, (size_t)n }, 0,
	    sysconf(_SC_CLK_TCK), &stat));
	assert_int_equal(stat.ppid, getppid());
	assert_int_equal(stat.session, getsid(0));
	assert_int_equal(stat.pgrp, getpgrp());
	assert_true(stat.start_ns > 0);
	n = source->read(source->ctx, getpid(), PROC_STATUS, page,
	    sizeof(page));
	assert_true(n > 0);
	assert_true(
	    proc_parse_status((struct str){ page, (size_t)n }, &status));
	assert_int_equal(status.tgid, getpid());
	assert_int_equal(status.uid[1], geteuid());
	assert_int_equal(status.gid[1], getegid());
	assert_true(status.vm_rss > 0);
	for (enum proc_file f = PROC_STAT; f <= PROC_LIMITS; f++)
		assert_true(source->read(source->ctx, getpid(), f, page,
				sizeof(page)) > 0 ||
		    f == PROC_LOGINUID);
	assert_true(source->read(source->ctx, INT32_MAX, PROC_COMM, page,
			sizeof(page)) < 0);
}

static void
test_links(void **state)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	char cwd[4096];
	long n;

	(void)state;
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	n = source->link(source->ctx, getpid(), PROC_CWD, 0, page,
	    sizeof(page));
	assert_int_equal(n, strlen(cwd));
	assert_memory_equal(page, cwd, (size_t)n);
	n = source->link(source->ctx, getpid(), PROC_FD, fd, page,
	    sizeof(page));
	assert_int_equal(n, strlen("/etc/passwd"));
	assert_memory_equal(page, "/etc/passwd", (size_t)n);
	close(fd);
	assert_true(source->link(source->ctx, getpid(), PROC_FD, fd, page,
			sizeof(page)) < 0);
	assert_true(source->link(source->ctx, getpid(), PROC_EXE, 0, page,
			sizeof(page)) > 0);
}

static void
test_file_facts(void **state)
{
	int dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int mem = memfd_create("thing", MFD_CLOEXEC);
	struct file_facts f;
	struct stat st;

	(void)state;
	assert_int_equal(source->fd_facts(source->ctx, getpid(), dir, &f), 0);
	assert_true(S_ISDIR(f.mode));
	assert_int_equal(source->fd_facts(source->ctx, getpid(), mem, &f), 0);
	assert_true(f.memfd);
	assert_true(S_ISREG(f.mode));
	close(dir);
	close(mem);
	assert_int_equal(source->exe_facts(source->ctx, getpid(), &f), 0);
	assert_int_equal(stat("/proc/self/exe", &st), 0);
	assert_int_equal(f.ino, st.st_ino);
	assert_int_equal(f.uid, st.st_uid);
	assert_false(f.memfd);
	assert_true(f.ctime_ns > 0);
}

static void
test_root_file(void **state)
{
	long n = source->root_file(source->ctx, getpid(), "/etc/passwd", page,
	    sizeof(page));

	(void)state;
	assert_true(n > 0);
	assert_true(
	    str_find((struct str){ page, (size_t)n }, STR("root:")) >= 0);
	assert_true(source->root_file(source->ctx, getpid(), "/nonexistent",
			page, sizeof(page)) < 0);
	/* Neither a directory nor a device is read. */
	assert_true(source->root_file(source->ctx, getpid(), "/etc", page,
			sizeof(page)) < 0);
	assert_true(source->root_file(source->ctx, getpid(), "/dev/zero", page,
			sizeof(page)) < 0);
}

static int
listener(struct sockaddr_in *a)
{
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t n = sizeof(*a);

	*a = (struct sockaddr_in){ .sin_family = AF_INET };
	a->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(s, (struct sockaddr *)a, n), 0);
	assert_int_equal(listen(s, 1), 0);
	assert_int_equal(getsockname(s, (struct sockaddr *)a, &n), 0);
	return s;
}

static struct sock_facts
facts_of(pid_t tid, int fd)
{
	struct sock_facts f = { 0 };

	arena_reset(&scratch);
	assert_int_equal(source->socket(source->ctx, tid, fd, &f, &scratch), 0);
	return f;
}

static void
test_sockets(void **state)
{
	struct sockaddr_in a;
	int s = listener(&a), c, peer;
	struct sock_facts f = facts_of(getpid(), s);

	(void)state;
	assert_int_equal(f.family, AF_INET);
	assert_int_equal(f.type, SOCK_STREAM);
	assert_int_equal(f.protocol, IPPROTO_TCP);
	assert_true(f.listening);
	assert_true(f.have_local);
	assert_false(f.have_remote);
	assert_int_equal(f.local.port, ntohs(a.sin_port));
	assert_int_equal(f.local.ip.bytes[0], 127);
	c = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	f = facts_of(getpid(), c);
	assert_false(f.have_local);
	assert_false(f.have_remote);
	assert_false(f.listening);
	assert_int_equal(connect(c, (struct sockaddr *)&a, sizeof(a)), 0);
	peer = accept(s, NULL, NULL);
	f = facts_of(getpid(), peer);
	assert_true(f.have_remote);
	assert_int_equal(f.local.port, ntohs(a.sin_port));
	assert_int_equal(f.remote.port, facts_of(getpid(), c).local.port);
	close(peer);
	close(c);
	close(s);
	assert_int_not_equal(
	    source->socket(source->ctx, getpid(), s, &f, &scratch), 0);
}

static void
test_unix_socket(void **state)
{
	struct sockaddr_un {
		sa_family_t family;
		char path[108];
	} a = { AF_UNIX, "" };
	int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), pair[2];
	socklen_t n;
	struct sock_facts f;

	(void)state;
	n = (socklen_t)(sizeof(a.family) + 1 +
	    (size_t)snprintf(a.path + 1, sizeof(a.path) - 1, "sl-test-%d",
		(int)getpid()));
	assert_int_equal(bind(s, (struct sockaddr *)&a, n), 0);
	f = facts_of(getpid(), s);
	assert_int_equal(f.family, AF_UNIX);
	assert_true(f.have_local);
	assert_int_equal(f.local.path.p[0], '@');
	assert_memory_equal(f.local.path.p + 1, "sl-test-", 8);
	close(s);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	f = facts_of(getpid(), pair[0]);
	assert_false(f.have_local);
	assert_false(f.have_remote);
	close(pair[0]);
	close(pair[1]);
}

/* As on a kernel before 5.6, or under a strict seccomp profile. */
static bool
forbid_getfd(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_getfd, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void
test_tables_instead(void **state)
{
	struct sockaddr_in a;
	int s = listener(&a), status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct sock_facts f = { 0 };

		if (!forbid_getfd())
			_exit(77);
		if (source->socket(source->ctx, getpid(), s, &f, &scratch))
			_exit(1);
		_exit(f.listening && f.family == AF_INET && f.have_local &&
			    f.local.port == ntohs(a.sin_port)
			? 0
			: 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	close(s);
	assert_int_equal(status, 0);
}

static void *
thread_main(void *arg)
{
	pid_t *tid = arg;

	*tid = (pid_t)syscall(SYS_gettid);
	return NULL;
}

struct waiting {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pid_t tid;
	bool done;
};

static void *
wait_main(void *arg)
{
	struct waiting *w = arg;

	pthread_mutex_lock(&w->lock);
	w->tid = (pid_t)syscall(SYS_gettid);
	pthread_cond_broadcast(&w->changed);
	while (!w->done)
		pthread_cond_wait(&w->changed, &w->lock);
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* pidfd_open(2) takes no thread but the leader: the group is looked up. */
static void
test_other_thread(void **state)
{
	struct waiting w = { PTHREAD_MUTEX_INITIALIZER,
		PTHREAD_COND_INITIALIZER, 0, false };
	struct sockaddr_in a;
	int s = listener(&a);
	struct sock_facts f;
	pthread_t t;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, wait_main, &w), 0);
	pthread_mutex_lock(&w.lock);
	while (!w.tid)
		pthread_cond_wait(&w.changed, &w.lock);
	pthread_mutex_unlock(&w.lock);
	f = facts_of(w.tid, s);
	assert_int_equal(f.local.port, ntohs(a.sin_port));
	pthread_mutex_lock(&w.lock);
	w.done = true;
	pthread_cond_broadcast(&w.changed);
	pthread_mutex_unlock(&w.lock);
	pthread_join(t, NULL);
	close(s);
}

static void
test_gone(void **state)
{
	struct sock_facts f;
	struct file_facts file;
	pid_t tid = 0;
	pthread_t t;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, thread_main, &tid), 0);
	pthread_join(t, NULL);
	/* The kernel may take a moment to let go of the thread. */
	for (int i = 0; i < 1000 && syscall(SYS_tgkill, getpid(), tid, 0) == 0;
	     i++)
		usleep(1000);
	assert_true(
	    source->read(source->ctx, tid, PROC_STAT, page, sizeof(page)) < 0);
	assert_true(source->socket(source->ctx, tid, 0, &f, &scratch) < 0);
	assert_true(source->exe_facts(source->ctx, tid, &file) < 0);
}

static void
test_init_start(void **state)
{
	uint64_t start = procfs_init_start(1000, sysconf(_SC_CLK_TCK));

	(void)state;
	assert_true(start >= 1000);
}

/* --- tables -------------------------------------------------------------- */

static const char tcp[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
    "retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 "
    "00000000     0        0 1234 1 0000000000000000 100 0 0 10 0\n"
    "   1: 0200000A:9C40 0900000A:01BB 01 00000000:00000000 00:00000000 "
    "00000000  1000        0 5678 1 0000000000000000 20 4 30 10 -1\n";

static const char udp6[] =
    "  sl  local_address                         remote_address\n"
    "  5: 00000000000000000000000001000000:0035 "
    "00000000000000000000000000000000:0000 07 00000000:00000000 "
    "00:00000000 00000000     0        0 99 2 0000000000000000 0\n";

static void
test_inet_tables(void **state)
{
	struct sock_facts f;

	(void)state;
	assert_true(
	    procfs_parse_inet(str_from(tcp), 1234, false, IPPROTO_TCP, &f));
	assert_true(f.listening);
	assert_int_equal(f.local.port, 8080);
	assert_int_equal(f.local.ip.bytes[0], 127);
	assert_int_equal(f.local.ip.bytes[3], 1);
	assert_false(f.have_remote);
	assert_true(
	    procfs_parse_inet(str_from(tcp), 5678, false, IPPROTO_TCP, &f));
	assert_false(f.listening);
	assert_int_equal(f.type, SOCK_STREAM);
	assert_int_equal(f.remote.port, 443);
	assert_int_equal(f.remote.ip.bytes[3], 9);
	assert_int_equal(f.local.port, 40000);
	assert_false(
	    procfs_parse_inet(str_from(tcp), 4, false, IPPROTO_TCP, &f));
	assert_true(
	    procfs_parse_inet(str_from(udp6), 99, true, IPPROTO_UDP, &f));
	assert_int_equal(f.family, AF_INET6);
	assert_int_equal(f.type, SOCK_DGRAM);
	assert_int_equal(f.local.port, 53);
	assert_int_equal(f.local.ip.bytes[15], 1);
	/* Lines that are cut or garbled are no sockets. */
	assert_false(
	    procfs_parse_inet(STR("0: 0100007F 0:0 0A 0:0 0:0 0 0 0 7 1\n"), 7,
		false, IPPROTO_TCP, &f));
	assert_false(procfs_parse_inet(
	    STR("0: 0100007F:zz 00000000:0 0A 0:0 0:0 0 0 0 7"), 7, false,
	    IPPROTO_TCP, &f));
	assert_false(procfs_parse_inet(STR(""), 7, true, IPPROTO_TCP, &f));
	for (size_t n = 0; n < sizeof(tcp); n++)
		procfs_parse_inet((struct str){ tcp, n }, 5678, false,
		    IPPROTO_TCP, &f);
}

static void
test_unix_table(void **state)
{
	static const char text[] =
	    "Num       RefCount Protocol Flags    Type St Inode Path\n"
	    "0000000000000000: 00000002 00000000 00010000 0001 01 77 "
	    "/run/a b.sock\n"
	    "0000000000000000: 00000003 00000000 00000000 0002 03 78\n";
	struct sock_facts f;

	(void)state;
	assert_true(procfs_parse_unix(str_from(text), 77, &f));
	assert_true(f.listening);
	assert_int_equal(f.type, SOCK_STREAM);
	assert_true(str_eq(f.local.path, STR("/run/a b.sock")));
	assert_true(procfs_parse_unix(str_from(text), 78, &f));
	assert_false(f.have_local);
	assert_int_equal(f.type, SOCK_DGRAM);
	assert_false(procfs_parse_unix(str_from(text), 79, &f));
}

int
main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		ONE(test_files),
		ONE(test_links),
		ONE(test_file_facts),
		ONE(test_root_file),
		ONE(test_sockets),
		ONE(test_unix_socket),
		ONE(test_tables_instead),
		ONE(test_other_thread),
		ONE(test_gone),
		ONE(test_init_start),
		cmocka_unit_test(test_inet_tables),
		cmocka_unit_test(test_unix_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
