/*
 * A static program without a C library that works as a Go program does:
 * raw clone threads on stacks of their own, futexes, signal stacks, and a
 * monitor that preempts the others with SIGURG. Its calls must neither
 * fail nor stall. Exits with 7. x86-64; built with -nostdlib -static.
 */
#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/futex.h>
#include <linux/sched.h>

#define WORKERS 4
#define ROUNDS  400
#define STACK   65536

extern void
restorer(void);
long
clone_thread(unsigned long flags, void *stack, void (*fn)(long), long arg);

__asm__(".globl restorer\n"
	"restorer: mov $15, %eax\n" /* rt_sigreturn */
	"	syscall\n"
	".globl clone_thread\n"
	"clone_thread:\n" /* flags, stack, fn, arg */
	"	sub $16, %rsi\n"
	"	mov %rdx, (%rsi)\n"
	"	mov %rcx, 8(%rsi)\n"
	"	xor %edx, %edx\n"
	"	xor %r10d, %r10d\n"
	"	xor %r8d, %r8d\n"
	"	mov $56, %eax\n"
	"	syscall\n"
	"	test %rax, %rax\n"
	"	jnz 1f\n"
	"	xor %ebp, %ebp\n"
	"	pop %rax\n"
	"	pop %rdi\n"
	"	call *%rax\n"
	"	mov $60, %eax\n"
	"	xor %edi, %edi\n"
	"	syscall\n"
	"1:	ret\n"
	".globl _start\n"
	"_start: and $-16, %rsp\n"
	"	call go_main\n");

static char stacks[WORKERS + 1][STACK] __attribute__((aligned(16)));
static char signal_stacks[WORKERS + 1][STACK];
static int tids[WORKERS + 1], done, errors, signals, turn;

static long
call(long nr, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = 0;
	long r;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return r;
}

static void
check(long r)
{
	if (r < 0)
		__atomic_add_fetch(&errors, 1, __ATOMIC_SEQ_CST);
}

static void
on_urg(int sig)
{
	(void)sig;
	__atomic_add_fetch(&signals, 1, __ATOMIC_SEQ_CST);
}

static void
signal_stack(long i)
{
	stack_t st = { signal_stacks[i], 0, STACK };

	check(call(__NR_sigaltstack, (long)&st, 0, 0, 0));
	__atomic_store_n(&tids[i], (int)call(__NR_gettid, 0, 0, 0, 0),
	    __ATOMIC_SEQ_CST);
}

/* Passes a turn around by futex; a lost wake-up would stall here. */
static void
take_turn(long i)
{
	int now;

	while ((now = __atomic_load_n(&turn, __ATOMIC_SEQ_CST)) % WORKERS != i)
		call(__NR_futex, (long)&turn, FUTEX_WAIT, now, 0);
	__atomic_store_n(&turn, now + 1, __ATOMIC_SEQ_CST);
	call(__NR_futex, (long)&turn, FUTEX_WAKE, WORKERS, 0);
}

static void
worker(long i)
{
	long fd, n;

	signal_stack(i);
	while (!__atomic_load_n(&signals, __ATOMIC_SEQ_CST))
		check(call(__NR_access, (long)"/etc", 0, 0, 0));
	for (n = 0; n < ROUNDS; n++) {
		fd = call(__NR_openat, -100, (long)"/etc/passwd", 02000000, 0);
		check(fd);
		check(call(__NR_close, fd, 0, 0, 0));
		fd = call(__NR_socket, 1, 1 | 02000000, 0, 0);
		check(fd);
		check(call(__NR_close, fd, 0, 0, 0));
		check(call(__NR_access, (long)"/etc", 0, 0, 0));
		take_turn(i);
	}
	__atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
}

static void
monitor(long pid)
{
	long gap[2] = { 0, 100000 };
	int i = 0, tid;

	while (__atomic_load_n(&done, __ATOMIC_SEQ_CST) < WORKERS) {
		tid = __atomic_load_n(&tids[i++ % WORKERS], __ATOMIC_SEQ_CST);
		if (tid)
			call(__NR_tgkill, pid, tid, SIGURG, 0);
		call(__NR_nanosleep, (long)gap, 0, 0, 0);
	}
}

static void
print(const char *s)
{
	long n = 0;

	while (s[n])
		n++;
	call(__NR_write, 1, (long)s, n, 0);
}

__attribute__((used)) void
go_main(void)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} act = { on_urg, SA_RESTART | SA_ONSTACK | 0x04000000, restorer, 0 };
	unsigned long flags = CLONE_VM | CLONE_FS | CLONE_FILES |
	    CLONE_SIGHAND | CLONE_SYSVSEM | CLONE_THREAD;
	long i, pid = call(__NR_getpid, 0, 0, 0, 0);

	check(call(__NR_rt_sigaction, SIGURG, (long)&act, 0, 8));
	for (i = 0; i < WORKERS; i++)
		check(clone_thread(flags, stacks[i] + STACK, worker, i));
	monitor(pid);
	/* the workers start only after a first preemption */
	print(errors ? "errors\n" : "no errors\n");
	call(__NR_exit_group, 7, 0, 0, 0);
	__builtin_unreachable();
}
