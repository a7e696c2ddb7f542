/*
 * The actor of the attack suite: performs one case for real. It is started
 * once as the root of the chain and then executes copies of itself under the
 * names that the case gives, each the child of the one before; the last one,
 * the leaf, runs the case's lines.
 *
 * ACTOR_PLAN names a file of lines, words separated by tabs:
 *   chain PATH UID:GID ARGS... one process: file to run, ids or "-", argv[1..]
 *   before SCRIPT              sh -c SCRIPT in the leaf
 *   open PATH FLAGS | mkdir PATH
 *   server PROTO ADDRESS PORT  a listener and a client that connects to it
 *   memfd NAME                 runs a copy of this program from a memory file
 *   call NAME ARG...           one system call, see perform()
 * ACTOR_AT counts the processes of the chain that have started.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 64
#define LINES_MAX 64

extern char **environ;

struct line {
	char *word[WORDS_MAX];
	int n;
};

static struct line lines[LINES_MAX];
static int n_lines;

static void
fail(const char *what)
{
	fprintf(stderr, "actor: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void
read_plan(const char *path)
{
	static char text[65536];
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

	if (!f)
		fail(path);
	fclose(f);
	text[n] = '\0';
	for (char *l = strtok(text, "\n"); l && n_lines < LINES_MAX;
	     l = strtok(NULL, "\n"))
		lines[n_lines++].word[0] = l;
	for (int i = 0; i < n_lines; i++) {
		char *rest = lines[i].word[0];

		while (rest && lines[i].n < WORDS_MAX - 1)
			lines[i].word[lines[i].n++] = strsep(&rest, "\t");
	}
}

/* Another user, "UID:GID", but with all capabilities of root. */
static void
become_user(const char *ids)
{
	char *end;
	uid_t uid = (uid_t)strtoul(ids, &end, 10);
	gid_t gid = *end ? (gid_t)strtoul(end + 1, NULL, 10) : uid;
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
		0 };
	struct __user_cap_data_struct caps[2];

	if (syscall(SYS_capget, &head, caps))
		fail("capget");
	prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid))
		fail("setresuid");
	for (int i = 0; i < 2; i++) {
		caps[i].inheritable = caps[i].permitted;
		caps[i].effective = caps[i].permitted;
	}
	if (syscall(SYS_capset, &head, caps))
		fail("capset");
	for (unsigned long c = 0; c < 64; c++)
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, c, 0, 0);
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

/* Starts the next process of the chain and waits for it. */
static int
next_process(const struct line *l, int at)
{
	char *argv[WORDS_MAX], number[16];
	pid_t pid = fork();
	int n = 0;

	if (pid < 0)
		fail("fork");
	if (pid)
		return wait_for(pid);
	snprintf(number, sizeof number, "%d", at + 1);
	setenv("ACTOR_AT", number, 1);
	char *slash = strrchr(l->word[1], '/');
	argv[n++] = slash ? slash + 1 : l->word[1];
	for (int i = 3; i < l->n; i++)
		argv[n++] = l->word[i];
	argv[n] = NULL;
	if (strcmp(l->word[2], "-") != 0)
		become_user(l->word[2]);
	execve(l->word[1], argv, environ);
	fail(l->word[1]);
	return 97;
}

static const struct {
	const char *name;
	long value;
} names[] = {
	{ "O_RDONLY", O_RDONLY },
	{ "O_WRONLY", O_WRONLY },
	{ "O_RDWR", O_RDWR },
	{ "O_CREAT", O_CREAT },
	{ "O_TRUNC", O_TRUNC },
	{ "O_EXCL", O_EXCL },
	{ "O_APPEND", O_APPEND },
	{ "O_DIRECTORY", O_DIRECTORY },
	{ "O_CLOEXEC", O_CLOEXEC },
	{ "AF_PACKET", AF_PACKET },
	{ "AF_INET", AF_INET },
	{ "AF_INET6", AF_INET6 },
	{ "AF_UNIX", AF_UNIX },
	{ "AF_NETLINK", AF_NETLINK },
	{ "SOCK_RAW", SOCK_RAW },
	{ "SOCK_DGRAM", SOCK_DGRAM },
	{ "SOCK_STREAM", SOCK_STREAM },
	{ "PTRACE_TRACEME", PTRACE_TRACEME },
	{ "PTRACE_ATTACH", PTRACE_ATTACH },
	{ "PTRACE_SEIZE", PTRACE_SEIZE },
	{ "PTRACE_POKETEXT", PTRACE_POKETEXT },
	{ "PTRACE_POKEDATA", PTRACE_POKEDATA },
	{ "PTRACE_SETREGS", PTRACE_SETREGS },
	{ "PTRACE_PEEKDATA", PTRACE_PEEKDATA },
	{ "PTRACE_CONT", PTRACE_CONT },
};

static long
number(const char *text)
{
	long v = 0;
	char copy[256];

	snprintf(copy, sizeof copy, "%s", text);
	for (char *w = strtok(copy, "|"); w; w = strtok(NULL, "|")) {
		size_t i = 0;

		while (i < sizeof names / sizeof *names &&
		    strcmp(names[i].name, w) != 0)
			i++;
		v |= i < sizeof names / sizeof *names ? names[i].value
						      : strtol(w, NULL, 0);
	}
	return v;
}

static struct sockaddr_in
address(const char *ip, const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	a.sin_port = htons((uint16_t)atoi(port));
	if (inet_pton(AF_INET, ip, &a.sin_addr) != 1)
		fail(ip);
	return a;
}

/* The socket of a client that is connected to its own server. */
static int
client_server(const struct line *l)
{
	bool udp = strncmp(l->word[1], "udp", 3) == 0;
	int type = udp ? SOCK_DGRAM : SOCK_STREAM, one = 1;
	struct sockaddr_in a = address(l->word[2], l->word[3]);
	int server = socket(AF_INET, type, 0), client;

	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(server, (struct sockaddr *)&a, sizeof a))
		fail("bind");
	if (!udp && listen(server, 8))
		fail("listen");
	client = socket(AF_INET, type, 0);
	if (connect(client, (struct sockaddr *)&a, sizeof a))
		fail("connect");
	return client;
}

static void
run_from_memory(const char *name)
{
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int fd = (int)syscall(SYS_memfd_create, name, 0);
	struct stat st;
	char path[64];
	pid_t pid;

	if (self < 0 || fd < 0 || fstat(self, &st))
		fail("memfd");
	for (off_t at = 0; at < st.st_size;)
		if (sendfile(fd, self, &at, (size_t)(st.st_size - at)) <= 0)
			fail("sendfile");
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	pid = fork();
	if (pid == 0) {
		char *argv[] = { (char *)(size_t)name, NULL };

		unsetenv("ACTOR_PLAN");
		execve(path, argv, environ);
		fail("exec of the memory file");
	}
	wait_for(pid);
}

static void
trace_call(const struct line *l)
{
	long request = number(l->word[2]);
	pid_t pid = 0;

	if (request == PTRACE_TRACEME) {
		syscall(SYS_ptrace, request, 0, 0, 0);
		return;
	}
	pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	syscall(SYS_ptrace, request, pid, 0, 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
}

/* A shell whose standard streams are a terminal of its own. */
static void
shell_on_terminal(const struct line *l)
{
	char *argv[] = { l->word[2], (char *)(size_t) "-c",
		(char *)(size_t) "exit", NULL };
	int master;
	pid_t pid = forkpty(&master, NULL, NULL, NULL);

	if (pid == 0) {
		execv(l->word[2], argv);
		_exit(1);
	}
	wait_for(pid);
	close(master);
}

static int
open_how(const struct line *l)
{
	struct open_how how = {
		.flags = (uint64_t)number(l->word[3]),
		.mode = (uint64_t)number(l->word[4]),
	};

	return (
	    int)syscall(SYS_openat2, AT_FDCWD, l->word[2], &how, sizeof how);
}

static int
send_datagram(const struct line *l)
{
	struct sockaddr_in a = address(l->word[2], l->word[3]);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return (int)sendto(fd, "x", 1, 0, (struct sockaddr *)&a, sizeof a);
}

static int
connect_to(const struct line *l)
{
	struct sockaddr_in a = address(l->word[2], l->word[3]);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (struct sockaddr *)&a, sizeof a);
}

/* One call: the result does not matter, the case's alert does. */
static void
perform(const struct line *l)
{
	const char *name = l->word[1];
	char *const *a = l->word + 2;

	if (!strcmp(name, "openat"))
		syscall(SYS_openat, AT_FDCWD, a[0], number(a[1]), number(a[2]));
	else if (!strcmp(name, "openat2"))
		open_how(l);
	else if (!strcmp(name, "symlinkat"))
		syscall(SYS_symlinkat, a[0], AT_FDCWD, a[1]);
	else if (!strcmp(name, "linkat"))
		syscall(SYS_linkat, AT_FDCWD, a[0], AT_FDCWD, a[1], 0);
#ifdef SYS_open
	else if (!strcmp(name, "open"))
		syscall(SYS_open, a[0], number(a[1]), number(a[2]));
	else if (!strcmp(name, "symlink"))
		syscall(SYS_symlink, a[0], a[1]);
	else if (!strcmp(name, "link"))
		syscall(SYS_link, a[0], a[1]);
	else if (!strcmp(name, "dup2"))
		syscall(SYS_dup2, number(a[0]), number(a[1]));
#endif
	else if (!strcmp(name, "socket"))
		syscall(SYS_socket, number(a[0]), number(a[1]), number(a[2]));
	else if (!strcmp(name, "dup"))
		syscall(SYS_dup, number(a[0]));
	else if (!strcmp(name, "dup3"))
		syscall(SYS_dup3, number(a[0]), number(a[1]), O_CLOEXEC);
	else if (!strcmp(name, "close"))
		syscall(SYS_close, number(a[0]));
	else if (!strcmp(name, "ptrace"))
		trace_call(l);
	else if (!strcmp(name, "init_module"))
		syscall(SYS_init_module, "x", 1, a[0]);
	else if (!strcmp(name, "finit_module"))
		syscall(SYS_finit_module, -1, a[0], 0);
	else if (!strcmp(name, "delete_module"))
		syscall(SYS_delete_module, a[0], 0);
	else if (!strcmp(name, "terminal"))
		shell_on_terminal(l);
	else if (!strcmp(name, "sendto"))
		send_datagram(l);
	else if (!strcmp(name, "connect"))
		connect_to(l);
	else if (!strcmp(name, "chdir"))
		syscall(SYS_chdir, a[0]);
	else if (!strcmp(name, "prctl_name"))
		prctl(PR_SET_NAME, a[0], 0, 0, 0);
	else {
		fprintf(stderr, "actor: unknown call %s\n", name);
		exit(96);
	}
}

static void
open_resource(const char *path, const char *flags)
{
	int fd = open(path, (int)number(flags), 0644);

	if (fd < 0 && errno == ENOENT)
		fd = open(path, (int)number(flags) | O_CREAT, 0644);
	if (fd < 0)
		fail(path);
}

static void
run_script(char *script)
{
	char *argv[] = { (char *)(size_t) "sh", (char *)(size_t) "-c", script,
		NULL };
	pid_t pid = fork();

	if (pid == 0) {
		execv("/bin/sh", argv);
		_exit(1);
	}
	wait_for(pid);
}

static void
act(void)
{
	int client = -1;

	for (int i = 0; i < n_lines; i++) {
		struct line *l = &lines[i];
		const char *verb = l->word[0];

		if (!strcmp(verb, "before"))
			run_script(l->word[1]);
		else if (!strcmp(verb, "open"))
			open_resource(l->word[1], l->word[2]);
		else if (!strcmp(verb, "mkdir"))
			mkdir(l->word[1], 0755);
		else if (!strcmp(verb, "server"))
			client = client_server(l);
		else if (!strcmp(verb, "onto"))
			dup2(client, (int)number(l->word[1]));
		else if (!strcmp(verb, "memfd"))
			run_from_memory(l->word[1]);
		else if (!strcmp(verb, "call"))
			perform(l);
	}
}

int
main(void)
{
	const char *plan = getenv("ACTOR_PLAN");
	const char *count = getenv("ACTOR_AT");
	int at = count ? atoi(count) : 0, seen = 0;

	if (!plan)
		return 0; /* the process that only had to be started */
	read_plan(plan);
	for (int i = 0; i < n_lines; i++)
		if (!strcmp(lines[i].word[0], "chain") && seen++ == at)
			return next_process(&lines[i], at);
	act();
	return 0;
}
