/*
 * Programs that install seccomp filters of their own:
 *   errno trap kill killthread strict notif tsync log trace hide nested
 * Each prints what the filtered calls return. seccomp(2).
 */
#include "util.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

static int
install(int nr, unsigned action, unsigned flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { 4, code };
	long r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		fail("no_new_privs");
	r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
	if (r < 0)
		fail("seccomp");
	return (int)r;
}

static void
calls(void)
{
	int fd;

	show("mkdir", mkdir("made", 0700));
	show("rmdir", rmdir("made"));
	fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	show("openat", fd);
	show("chmod", chmod("nothing", 0700));
	say_status("child", system("mkdir made; rmdir made; exit 5"));
}

static void
on_sys(int sig, siginfo_t *si, void *context)
{
	(void)sig;
	(void)context;
	say("SIGSYS code %d nr is mkdir %d arch is ours %d errno %d\n",
	    si->si_code, si->si_syscall == SYS_mkdir,
	    si->si_arch == AUDIT_ARCH_X86_64, si->si_errno);
}

static void
trap(void)
{
	struct sigaction act = { .sa_sigaction = on_sys,
		.sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &act, NULL);
	install(SYS_mkdir, SECCOMP_RET_TRAP | 77, 0);
	calls();
	signal(SIGSYS, SIG_DFL);
	mkdir("made", 0700);
	say("not reached\n");
}

static void
strict(void)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	char c;

	say("going strict\n");
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
		fail("strict");
	if (read(fd, &c, 1) == 1 && write(1, "still writes\n", 13) == 13)
		syscall(SYS_openat, AT_FDCWD, "/etc/passwd", 0);
	syscall(SYS_exit, 1);
}

static void
supervise(int fd)
{
	struct seccomp_notif req;
	struct seccomp_notif_resp resp;
	int i;

	for (i = 0; i < 6; i++) {
		memset(&req, 0, sizeof(req));
		memset(&resp, 0, sizeof(resp));
		if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &req))
			fail("recv");
		resp.id = req.id;
		if (i % 3 == 0)
			resp.error = -EXDEV;
		else if (i % 3 == 1)
			resp.val = 0;
		else
			resp.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		if (ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &resp))
			fail("send");
	}
}

static void
send_fd(int s, int fd)
{
	char c = 'x', control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec v = { &c, 1 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(h), &fd, sizeof(fd));
	if (sendmsg(s, &m, 0) < 0)
		fail("sendmsg");
}

static int
receive_fd(int s)
{
	char c, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec v = { &c, 1 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	int fd = -1;

	if (recvmsg(s, &m, 0) < 0)
		fail("recvmsg");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

static void
notif(void)
{
	int s[2], i;
	pid_t pid;

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	pid = fork();
	if (!pid) {
		send_fd(s[1],
		    install(SYS_mkdir, SECCOMP_RET_USER_NOTIF,
			SECCOMP_FILTER_FLAG_NEW_LISTENER));
		for (i = 0; i < 6; i++) {
			show("notified mkdir", mkdir("made", 0700));
			show("rmdir", rmdir("made"));
		}
		close(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
		_exit(6);
	}
	supervise(receive_fd(s[0]));
	say_status("notified", wait_for(pid, 0));
}

static void *
thread_calls(void *go)
{
	char c;

	if (read(((int *)go)[0], &c, 1) != 1)
		fail("read");
	show("mkdir in thread", mkdir("made", 0700));
	return NULL;
}

static void
tsync(void)
{
	pthread_t t;
	int go[2];

	if (pipe(go))
		fail("pipe");
	pthread_create(&t, NULL, thread_calls, go);
	say("tsync %d\n",
	    install(SYS_mkdir, SECCOMP_RET_ERRNO | EXDEV,
		SECCOMP_FILTER_FLAG_TSYNC));
	if (write(go[1], "x", 1) != 1)
		fail("write");
	pthread_join(t, NULL);
	show("mkdir", mkdir("made", 0700));
}

static void *
doomed(void *unused)
{
	(void)unused;
	install(SYS_mkdir, SECCOMP_RET_KILL_THREAD, 0);
	mkdir("made", 0700);
	say("not reached\n");
	return NULL;
}

static void
killthread(void)
{
	pthread_t t;

	pthread_create(&t, NULL, doomed, NULL);
	pthread_join(t, NULL);
	show("mkdir after the thread", mkdir("made", 0700));
	show("rmdir", rmdir("made"));
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "errno"))
		install(SYS_mkdir, SECCOMP_RET_ERRNO | EXDEV, 0);
	else if (!strcmp(what, "log"))
		install(SYS_mkdir, SECCOMP_RET_LOG, 0);
	else if (!strcmp(what, "trace"))
		install(SYS_mkdir, SECCOMP_RET_TRACE | 1, 0);
	else if (!strcmp(what, "hide"))
		install(SYS_openat, SECCOMP_RET_ERRNO | EACCES, 0);
	else if (!strcmp(what, "kill"))
		install(SYS_rmdir, SECCOMP_RET_KILL_PROCESS, 0);
	else if (!strcmp(what, "trap"))
		trap();
	else if (!strcmp(what, "strict"))
		strict();
	else if (!strcmp(what, "notif"))
		notif();
	else if (!strcmp(what, "tsync"))
		tsync();
	else if (!strcmp(what, "killthread"))
		killthread();
	else
		return 99;
	calls();
	return 4;
}
