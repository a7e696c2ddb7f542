/*
 * What an architecture decides: the audit token, where the number, arguments
 * and result of a system call are, and how a call is skipped. x86_64 (with
 * i386 and x32 calls) and aarch64. PTRACE_GET_SYSCALL_INFO (Linux 5.3) is
 * used when the kernel has it, registers otherwise. Errors are -errno.
 */
#ifndef OS_ARCH_H
#define OS_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* AUDIT_ARCH_* of linux/audit.h. */
#define OS_AUDIT_X86_64  0xc000003eu
#define OS_AUDIT_I386    0x40000003u
#define OS_AUDIT_AARCH64 0xc00000b7u
#define OS_AUDIT_ARM     0x40000028u
#define OS_X32_BIT       0x40000000u

/* This machine's own, native architecture. */
uint32_t
os_arch_audit(void);

enum os_call_at {
	OS_CALL_NONE, /* not stopped in a call */
	OS_CALL_ENTRY,
	OS_CALL_EXIT,
	OS_CALL_SECCOMP, /* an entry too */
};

struct os_call {
	enum os_call_at at;
	uint32_t arch; /* audit token */
	uint32_t nr;   /* as the kernel counts it, with the x32 bit */
	uint64_t args[6];
	int64_t result; /* EXIT */
	uint64_t ip, sp;
	uint32_t data; /* SECCOMP: the filter's SECCOMP_RET_DATA */
};

/*
 * The call at a syscall or seccomp stop. expect says where the caller thinks
 * the tracee is; without GET_SYSCALL_INFO it is believed, and the architecture
 * is found from the instruction that was executed.
 */
int
os_call_get(pid_t tid, enum os_call_at expect, struct os_call *out);
/*
 * The call that a thread is inside at an event stop (fork, exec, exit): the
 * number and arguments from the registers.
 */
int
os_call_current(pid_t tid, struct os_call *out);
/*
 * At a signal-delivery or group stop: whether the call that was interrupted
 * will be made again, or would be if the handler allows it.
 */
bool
os_call_interrupted(pid_t tid);
/* At an entry: the call is not made and returns result. */
int
os_call_skip(pid_t tid, const struct os_call *c, int64_t result);
/* At an entry: changes argument i (0..5). */
int
os_call_set_arg(pid_t tid, const struct os_call *c, unsigned i, uint64_t value);
/* Stack pointer at any stop, 0 when unknown. */
uint64_t
os_stack_pointer(pid_t tid);
/* For tests: as if the kernel had no PTRACE_GET_SYSCALL_INFO. */
void
os_arch_forget_info(bool forget);

#endif
