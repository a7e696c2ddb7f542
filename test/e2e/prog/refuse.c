/*
 * "refuse WHAT... -- COMMAND": runs COMMAND where system calls are refused
 * with EPERM, as container runtimes do. WHAT: ptrace, vmread
 * (process_vm_readv), seccomp (and the prctl for it), pidfd.
 */
#include "util.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

static void
refuse(int nr, unsigned first_arg, int any_arg)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)nr, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first_arg, 0,
		    any_arg ? 0 : 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { 6, code };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		fail("filter");
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "ptrace"))
			refuse(SYS_ptrace, 0, 1);
		else if (!strcmp(argv[i], "vmread"))
			refuse(SYS_process_vm_readv, 0, 1);
		else if (!strcmp(argv[i], "pidfd"))
			refuse(SYS_pidfd_open, 0, 1);
		else if (strcmp(argv[i], "seccomp"))
			fail(argv[i]);
	}
	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "seccomp")) {
			refuse(SYS_seccomp, 0, 1);
			refuse(SYS_prctl, PR_SET_SECCOMP, 0);
		}
	if (i + 1 >= argc)
		return 99;
	execvp(argv[i + 1], argv + i + 1);
	fail(argv[i + 1]);
}
