/*
 * System calls in registers: ptrace(2), syscall(2) (the table of calling
 * conventions), arch/x86/include/asm/user_64.h, arch/arm64 ptrace.
 */
#include "os/arch.h"

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include "os/ptrace.h"

/* struct ptrace_syscall_info of linux/ptrace.h, which clashes with libc's. */
#define GET_SYSCALL_INFO 0x420e
struct syscall_info {
	uint8_t op; /* 0 none, 1 entry, 2 exit, 3 seccomp */
	uint8_t pad[3];
	uint32_t arch;
	uint64_t ip;
	uint64_t sp;
	union {
		struct {
			uint64_t nr;
			uint64_t args[6];
			uint32_t ret_data;
		} entry;
		struct {
			int64_t rval;
			uint8_t is_error;
		} exit;
	};
};

#ifndef NT_ARM_SYSTEM_CALL
#define NT_ARM_SYSTEM_CALL 0x404
#endif

static bool no_info; /* the kernel said EIO or EINVAL once */

void
os_arch_forget_info(bool forget)
{
	no_info = forget;
}

static int
trace(long request, pid_t tid, uint64_t addr, const void *data)
{
	long r = syscall(SYS_ptrace, request, (long)tid, addr, data);

	return r < 0 ? -errno : (int)r;
}

static int
get_info(pid_t tid, struct syscall_info *info)
{
	int r;

	if (no_info)
		return -EIO;
	r = trace(GET_SYSCALL_INFO, tid, sizeof(*info), info);
	if (r == -EIO || r == -EINVAL)
		no_info = true;
	return r;
}

static int
get_registers(pid_t tid, struct user_regs_struct *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };
	int r = trace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &iov);

	if (r < 0)
		return r;
	return iov.iov_len == sizeof(*regs) ? 0 : -ENOTSUP;
}

#if defined(__x86_64__)

#define REGISTER(name) offsetof(struct user_regs_struct, name)
static const uint16_t argument_64[6] = {
	REGISTER(rdi),
	REGISTER(rsi),
	REGISTER(rdx),
	REGISTER(r10),
	REGISTER(r8),
	REGISTER(r9),
};
static const uint16_t argument_32[6] = {
	REGISTER(rbx),
	REGISTER(rcx),
	REGISTER(rdx),
	REGISTER(rsi),
	REGISTER(rdi),
	REGISTER(rbp),
};

uint32_t
os_arch_audit(void)
{
	return OS_AUDIT_X86_64;
}

/* PTRACE_GETREGS always has the 64-bit layout; GETREGSET need not. */
static int
get_native(pid_t tid, struct user_regs_struct *regs)
{
	int r = trace(PTRACE_GETREGS, tid, 0, regs);

	return r == -EIO ? get_registers(tid, regs) : r;
}

/* 64-bit code may use int 0x80: only the instruction tells. */
static uint32_t
arch_of(pid_t tid, const struct user_regs_struct *regs)
{
	unsigned char code[2];

	if (regs->cs == 0x23)
		return OS_AUDIT_I386;
	if (os_memory_read(tid, regs->rip - 2, code, 2) == 2 &&
	    code[0] == 0xcd && code[1] == 0x80)
		return OS_AUDIT_I386;
	return OS_AUDIT_X86_64;
}

static void
put_call(const struct user_regs_struct *regs, struct os_call *out)
{
	bool narrow = out->arch == OS_AUDIT_I386;
	const uint16_t *where = narrow ? argument_32 : argument_64;

	out->nr = (uint32_t)regs->orig_rax;
	out->result = narrow ? (int32_t)regs->rax : (int64_t)regs->rax;
	out->ip = regs->rip;
	out->sp = regs->rsp;
	for (int i = 0; i < 6; i++) {
		memcpy(&out->args[i], (const char *)regs + where[i], 8);
		if (narrow)
			out->args[i] &= 0xffffffffu;
	}
}

static int
from_registers(pid_t tid, uint32_t arch, struct os_call *out)
{
	struct user_regs_struct regs;
	int r = get_native(tid, &regs);

	if (r < 0)
		return r;
	out->arch = arch ? arch : arch_of(tid, &regs);
	put_call(&regs, out);
	return 0;
}

static int
poke(pid_t tid, size_t offset, uint64_t value)
{
	return trace(PTRACE_POKEUSER, tid, offset, (void *)(uintptr_t)value);
}

int
os_call_skip(pid_t tid, const struct os_call *c, int64_t result)
{
	int r = poke(tid, REGISTER(orig_rax), (uint64_t)-1);

	(void)c;
	return r < 0 ? r : poke(tid, REGISTER(rax), (uint64_t)result);
}

int
os_call_set_arg(pid_t tid, const struct os_call *c, unsigned i, uint64_t value)
{
	const uint16_t *where =
	    c->arch == OS_AUDIT_I386 ? argument_32 : argument_64;

	return i < 6 ? poke(tid, where[i], value) : -EINVAL;
}

bool
os_call_interrupted(pid_t tid)
{
	struct user_regs_struct regs;

	if (get_native(tid, &regs) < 0 || (int64_t)regs.orig_rax < 0)
		return false;
	/* ERESTARTSYS .. ERESTART_RESTARTBLOCK; 32 bits hold them too. */
	return (int32_t)regs.rax <= -512 && (int32_t)regs.rax >= -516;
}

uint64_t
os_stack_pointer(pid_t tid)
{
	struct user_regs_struct regs;

	return get_native(tid, &regs) < 0 ? 0 : regs.rsp;
}

#elif defined(__aarch64__)

uint32_t
os_arch_audit(void)
{
	return OS_AUDIT_AARCH64;
}

static int
from_registers(pid_t tid, uint32_t arch, struct os_call *out)
{
	struct user_regs_struct regs;
	int nr = -1;
	struct iovec iov = { &nr, sizeof(nr) };
	int r = get_registers(tid, &regs);

	if (r < 0)
		return r;
	r = trace(PTRACE_GETREGSET, tid, NT_ARM_SYSTEM_CALL, &iov);
	if (r < 0)
		return r;
	out->arch = arch ? arch : OS_AUDIT_AARCH64;
	out->nr = (uint32_t)nr;
	for (int i = 0; i < 6; i++)
		out->args[i] = regs.regs[i];
	out->result = (int64_t)regs.regs[0];
	out->ip = regs.pc;
	out->sp = regs.sp;
	return 0;
}

static int
set_register(pid_t tid, unsigned i, uint64_t value)
{
	struct user_regs_struct regs;
	struct iovec iov = { &regs, sizeof(regs) };
	int r = get_registers(tid, &regs);

	if (r < 0)
		return r;
	regs.regs[i] = value;
	return trace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &iov);
}

int
os_call_skip(pid_t tid, const struct os_call *c, int64_t result)
{
	int nr = -1;
	struct iovec iov = { &nr, sizeof(nr) };
	int r = trace(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, &iov);

	(void)c;
	return r < 0 ? r : set_register(tid, 0, (uint64_t)result);
}

int
os_call_set_arg(pid_t tid, const struct os_call *c, unsigned i, uint64_t value)
{
	(void)c;
	return i < 6 ? set_register(tid, i, value) : -EINVAL;
}

/*
 * The kernel puts the restart into the registers before the signal stop, so
 * that it cannot be told from a call that ended: the caller compares calls.
 */
bool
os_call_interrupted(pid_t tid)
{
	(void)tid;
	return true;
}

uint64_t
os_stack_pointer(pid_t tid)
{
	struct user_regs_struct regs;

	return get_registers(tid, &regs) < 0 ? 0 : regs.sp;
}

#else
#error "os/arch.c does not know this architecture"
#endif

static void
put_info(const struct syscall_info *info, struct os_call *out)
{
	*out = (struct os_call){
		.at = (enum os_call_at)info->op,
		.arch = info->arch,
		.ip = info->ip,
		.sp = info->sp,
	};
	if (out->at == OS_CALL_ENTRY || out->at == OS_CALL_SECCOMP) {
		out->nr = (uint32_t)info->entry.nr;
		memcpy(out->args, info->entry.args, sizeof(out->args));
		if (out->at == OS_CALL_SECCOMP)
			out->data = info->entry.ret_data;
	} else if (out->at == OS_CALL_EXIT) {
		out->result = info->exit.rval;
	}
}

int
os_call_get(pid_t tid, enum os_call_at expect, struct os_call *out)
{
	struct syscall_info info;
	uint64_t message = 0;
	int r = get_info(tid, &info);

	if (r >= 0 && info.op <= OS_CALL_SECCOMP) {
		put_info(&info, out);
		return 0;
	}
	if (r == -ESRCH)
		return r;
	*out = (struct os_call){ .at = expect };
	if (expect == OS_CALL_SECCOMP)
		r = os_ptrace_event_message(tid, &message);
	out->data = (uint32_t)message;
	return from_registers(tid, 0, out);
}

int
os_call_current(pid_t tid, struct os_call *out)
{
	struct syscall_info info;
	uint32_t arch = get_info(tid, &info) >= 0 ? info.arch : 0;

	*out = (struct os_call){ .at = OS_CALL_NONE };
	return from_registers(tid, arch, out);
}
