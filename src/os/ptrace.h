/*
 * ptrace(2), waitpid(2), process_vm_readv(2) and seccomp(2), as thin as they
 * can be: these functions return a value >= 0 or -errno, because ESRCH, EPERM
 * and ECHILD mean different things to a tracer. Needs Linux 4.8.
 */
#ifndef OS_PTRACE_H
#define OS_PTRACE_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Options of PTRACE_SEIZE and PTRACE_SETOPTIONS. */
#define OS_TRACE_SYSGOOD  0x01u
#define OS_TRACE_FORK     0x02u
#define OS_TRACE_VFORK    0x04u
#define OS_TRACE_CLONE    0x08u
#define OS_TRACE_EXEC     0x10u
#define OS_TRACE_EXIT     0x40u
#define OS_TRACE_SECCOMP  0x80u
#define OS_TRACE_EXITKILL 0x100000u

/* status >> 16 of a stop; 0 for plain stops. */
#define OS_EVENT_FORK    1
#define OS_EVENT_VFORK   2
#define OS_EVENT_CLONE   3
#define OS_EVENT_EXEC    4
#define OS_EVENT_EXIT    6
#define OS_EVENT_SECCOMP 7
#define OS_EVENT_STOP    128

int
os_ptrace_seize(pid_t tid, unsigned options);
int
os_ptrace_interrupt(pid_t tid);
int
os_ptrace_set_options(pid_t tid, unsigned options);
/* Runs on, delivering sig when it is not 0. */
int
os_ptrace_cont(pid_t tid, int sig);
/* The same up to the next entry to or exit from a system call. */
int
os_ptrace_syscall(pid_t tid, int sig);
/* Leaves a group-stopped tracee stopped, to be continued by SIGCONT. */
int
os_ptrace_listen(pid_t tid);
int
os_ptrace_detach(pid_t tid);
int
os_ptrace_event_message(pid_t tid, uint64_t *message);
/* PTRACE_TRACEME; for tests. */
int
os_ptrace_me(void);

/*
 * waitpid(2) with __WALL: the pid, 0 when WNOHANG found nothing, -ECHILD.
 * pid -1: any child or tracee.
 */
pid_t
os_wait(pid_t pid, int *status, bool hang);
/* The same, 0 after timeout_ns. SIGCHLD must have its default action. */
pid_t
os_wait_for(pid_t pid, int *status, uint64_t timeout_ns);

/* Bytes read, at most 64 KB, fewer at an unreadable page; -EFAULT for none. */
ssize_t
os_memory_read(pid_t tid, uint64_t addr, void *to, size_t n);
ssize_t
os_memory_write(pid_t tid, uint64_t addr, const void *from, size_t n);
/* One word of a stopped tracee at an aligned address. */
int
os_memory_peek(pid_t tid, uint64_t addr, uint64_t *word);
int
os_memory_poke(pid_t tid, uint64_t addr, uint64_t word);

/* Installs a classic BPF program for this thread. */
int
os_seccomp_install(const struct sock_filter *code, size_t n);
int
os_set_no_new_privs(void);
/*
 * A call that does nothing but be seen by a tracer of every call: its second
 * argument is OS_MARK.
 */
void
os_mark(void);
#define OS_MARK 0x5d51d1609e57a27du
/* 1 when the calling process has no_new_privs. */
int
os_no_new_privs(void);
/* Yama: lets that process, and its descendants, trace us; 0: nobody again. */
#define OS_ANY_TRACER (-1)
void
os_allow_tracer(pid_t tracer);
/* The value of kernel.yama.ptrace_scope, or -1 without Yama. */
int
os_yama_scope(void);
/* Whether tid is the first thread of its process: its id is the process's. */
bool
os_is_leader(pid_t tid);
/* The tracer of a process, 0 for none or when it cannot be known. */
pid_t
os_tracer_of(pid_t pid);
/* Whether a seccomp policy is in force for this process. */
bool
os_under_seccomp(void);

#endif
