/*
 * What comes with a signal: sender, code, value, order of queued ones, the
 * alternate stack, fault addresses, signalfd, sigtimedwait, SIGCHLD codes.
 */
#include "util.h"
#include <sys/mman.h>
#include <sys/signalfd.h>

static volatile int count, last_value, order_ok = 1;
static siginfo_t got;
static char alternate[65536];
static volatile int on_alternate;

static void
keep(int sig, siginfo_t *si, void *context)
{
	char here;

	(void)context;
	(void)sig;
	got = *si;
	count++;
	on_alternate =
	    &here > alternate && &here < alternate + sizeof(alternate);
	if (si->si_value.sival_int != last_value + 1)
		order_ok = 0;
	last_value = si->si_value.sival_int;
}

static void
install(int sig, int flags)
{
	struct sigaction act = { .sa_sigaction = keep };

	act.sa_flags = SA_SIGINFO | flags;
	sigaction(sig, &act, NULL);
}

static void
describe(const char *what, pid_t sender)
{
	say("%s: signo %d code %d sender %d uid %d count %d altstack %d\n",
	    what, got.si_signo, got.si_code, got.si_pid == sender,
	    got.si_uid == getuid(), count, on_alternate);
	count = 0;
}

static void
queued(void)
{
	union sigval v;
	sigset_t set;
	int i;

	install(SIGRTMIN + 2, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	last_value = 0;
	for (i = 1; i <= 100; i++) {
		v.sival_int = i;
		sigqueue(getpid(), SIGRTMIN + 2, v);
	}
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	say("in order %d, last %d\n", order_ok, last_value);
	describe("sigqueue", getpid());
}

static void
await_one(const sigset_t *usual)
{
	while (!count)
		sigsuspend(usual);
}

static void
from_child(void)
{
	sigset_t set, usual;
	siginfo_t si;
	pid_t pid;
	int i;

	install(SIGUSR1, 0);
	install(SIGCHLD, SA_NOCLDSTOP);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &usual);
	pid = fork();
	if (!pid) {
		kill(getppid(), SIGUSR1);
		sigdelset(&set, SIGUSR1);
		sigdelset(&set, SIGCHLD);
		sigwait(&set, &i);
		_exit(9);
	}
	await_one(&usual);
	describe("SIGUSR1 of a child", pid);
	kill(pid, SIGUSR2);
	waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT);
	say("waitid code %d status %d\n", si.si_code, si.si_status);
	await_one(&usual);
	wait_for(pid, 0);
	describe("SIGCHLD", pid);
	say("SIGCHLD code %d status %d\n", got.si_code, got.si_status);
	sigprocmask(SIG_SETMASK, &usual, NULL);
	signal(SIGCHLD, SIG_IGN);
	for (i = 0; i < 10; i++)
		if (!fork())
			_exit(0);
	show("wait with SIGCHLD ignored", wait(NULL));
	signal(SIGCHLD, SIG_DFL);
}

static void
faults(void)
{
	stack_t st = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	char *p =
	    mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	sigaltstack(&st, NULL);
	pid = fork();
	if (!pid) {
		install(SIGSEGV, SA_ONSTACK | SA_RESETHAND);
		raise(SIGSEGV);
		describe("raised SIGSEGV", getpid());
		install(SIGSEGV, SA_ONSTACK | SA_RESETHAND);
		*p = 1; /* twice: handled, then fatal */
		_exit(0);
	}
	say_status("fault", wait_for(pid, 0));
}

static void
waited(void)
{
	struct signalfd_siginfo info;
	struct timespec t = { 10, 0 };
	sigset_t set;
	siginfo_t si;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR2);
	say("sigtimedwait %d", sigtimedwait(&set, &si, &t) == SIGUSR2);
	say(" code %d\n", si.si_code);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	kill(getpid(), SIGUSR2);
	if (read(fd, &info, sizeof(info)) != sizeof(info))
		fail("signalfd");
	say("signalfd %u code %d sender %d\n", info.ssi_signo, info.ssi_code,
	    (pid_t)info.ssi_pid == getpid());
}

static void
self_sent(void)
{
	install(SIGTRAP, 0);
	install(SIGCONT, 0);
	install(SIGTSTP, 0);
	kill(getpid(), SIGTRAP);
	describe("kill SIGTRAP", getpid());
	raise(SIGTRAP);
	describe("raise SIGTRAP", getpid());
#ifdef __x86_64__
	__asm__ volatile("int3");
	say("int3: code %d count %d\n", got.si_code, count);
	count = 0;
#endif
	kill(getpid(), SIGCONT);
	describe("SIGCONT", getpid());
	kill(getpid(), SIGTSTP);
	describe("SIGTSTP", getpid());
}

int
main(void)
{
	queued();
	from_child();
	faults();
	waited();
	self_sent();
	return 0;
}
