/*
 * Names of flags and values of calls on processes, memory, sockets and the
 * kernel, in the order in which they are printed. Man pages of the calls named;
 * remapped values are those of Falco (see remap.h).
 */
#include "event/flags.h"

/* bpf(2) */
const struct flag_name flags_bpf_commands[] = {
	{ "BPF_MAP_CREATE", 0 }, { "BPF_MAP_LOOKUP_ELEM", 1 },
	{ "BPF_MAP_UPDATE_ELEM", 2 }, { "BPF_MAP_DELETE_ELEM", 3 },
	{ "BPF_MAP_GET_NEXT_KEY", 4 }, { "BPF_PROG_LOAD", 5 },
	{ "BPF_OBJ_PIN", 6 }, { "BPF_OBJ_GET", 7 }, { "BPF_PROG_ATTACH", 8 },
	{ "BPF_PROG_DETACH", 9 }, { "BPF_PROG_TEST_RUN", 10 },
	{ "BPF_PROG_RUN", 10 }, { NULL, 0 },
};

/* clone(2), unshare(2), setns(2), as remapped by remap_clone_flags */
const struct flag_name flags_clone[] = {
	{ "CLONE_FILES", 1 }, { "CLONE_FS", 2 }, { "CLONE_IO", 4 },
	{ "CLONE_NEWIPC", 8 }, { "CLONE_NEWNET", 0x10 },
	{ "CLONE_NEWNS", 0x20 }, { "CLONE_NEWPID", 0x40 },
	{ "CLONE_NEWUTS", 0x80 }, { "CLONE_PARENT", 0x100 },
	{ "CLONE_PARENT_SETTID", 0x200 }, { "CLONE_PTRACE", 0x400 },
	{ "CLONE_SIGHAND", 0x800 }, { "CLONE_SYSVSEM", 0x1000 },
	{ "CLONE_THREAD", 0x2000 }, { "CLONE_UNTRACED", 0x4000 },
	{ "CLONE_VM", 0x8000 }, { "CLONE_INVERTED", 0x10000 },
	{ "NAME_CHANGED", 0x20000 }, { "CLOSED", 0x40000 },
	{ "CLONE_NEWUSER", 0x80000 }, { "CLONE_CHILD_CLEARTID", 0x400000 },
	{ "CLONE_CHILD_SETTID", 0x800000 }, { "CLONE_SETTLS", 0x1000000 },
	{ "CLONE_STOPPED", 0x2000000 }, { "CLONE_VFORK", 0x4000000 },
	{ "CLONE_NEWCGROUP", 0x8000000 },
	{ "CLONE_CHILD_IN_PIDNS", 0x10000000 }, { NULL, 0 },
};

/* delete_module(2), remapped by remap_module_flags */
const struct flag_name flags_delete_module[] = {
	{ "O_NONBLOCK", 1 }, { "O_TRUNC", 2 }, { NULL, 0 },
};

/* what is special about an executable */
const struct flag_name flags_exec[] = {
	{ "EXE_WRITABLE", 1 }, { "EXE_UPPER_LAYER", 2 },
	{ "EXE_FROM_MEMFD", 4 }, { "EXE_LOWER_LAYER", 8 }, { NULL, 0 },
};

/* finit_module(2) */
const struct flag_name flags_finit_module[] = {
	{ "MODULE_INIT_IGNORE_MODVERSIONS", 1 },
	{ "MODULE_INIT_IGNORE_VERMAGIC", 2 },
	{ "MODULE_INIT_COMPRESSED_FILE", 4 }, { NULL, 0 },
};

/* futex(2) */
const struct flag_name flags_futex_operations[] = {
	{ "FUTEX_CLOCK_REALTIME", 0x100 }, { "FUTEX_PRIVATE_FLAG", 0x80 },
	{ "FUTEX_CMP_REQUEUE_PI", 12 }, { "FUTEX_WAIT_REQUEUE_PI", 11 },
	{ "FUTEX_WAKE_BITSET", 10 }, { "FUTEX_WAIT_BITSET", 9 },
	{ "FUTEX_TRYLOCK_PI", 8 }, { "FUTEX_UNLOCK_PI", 7 },
	{ "FUTEX_LOCK_PI", 6 }, { "FUTEX_WAKE_OP", 5 },
	{ "FUTEX_CMP_REQUEUE", 4 }, { "FUTEX_REQUEUE", 3 }, { "FUTEX_FD", 2 },
	{ "FUTEX_WAKE", 1 }, { "FUTEX_WAIT", 0 }, { NULL, 0 },
};

/* io_uring_enter(2) */
const struct flag_name flags_io_uring_enter[] = {
	{ "IORING_ENTER_GETEVENTS", 1 }, { "IORING_ENTER_SQ_WAKEUP", 2 },
	{ "IORING_ENTER_SQ_WAIT", 4 }, { "IORING_ENTER_EXT_ARG", 8 },
	{ "IORING_ENTER_REGISTERED_RING", 0x10 }, { NULL, 0 },
};

/* io_uring_setup(2) */
const struct flag_name flags_io_uring_features[] = {
	{ "IORING_FEAT_SINGLE_MMAP", 1 }, { "IORING_FEAT_NODROP", 2 },
	{ "IORING_FEAT_SUBMIT_STABLE", 4 }, { "IORING_FEAT_RW_CUR_POS", 8 },
	{ "IORING_FEAT_CUR_PERSONALITY", 0x10 },
	{ "IORING_FEAT_FAST_POLL", 0x20 }, { "IORING_FEAT_POLL_32BITS", 0x40 },
	{ "IORING_FEAT_SQPOLL_NONFIXED", 0x80 },
	{ "IORING_FEAT_EXT_ARG", 0x100 },
	{ "IORING_FEAT_NATIVE_WORKERS", 0x200 },
	{ "IORING_FEAT_RSRC_TAGS", 0x400 }, { "IORING_FEAT_CQE_SKIP", 0x800 },
	{ "IORING_FEAT_LINKED_FILE", 0x1000 }, { NULL, 0 },
};

/* io_uring_register(2) */
const struct flag_name flags_io_uring_opcodes[] = {
	{ "IORING_REGISTER_BUFFERS", 0 }, { "IORING_UNREGISTER_BUFFERS", 1 },
	{ "IORING_REGISTER_FILES", 2 }, { "IORING_UNREGISTER_FILES", 3 },
	{ "IORING_REGISTER_EVENTFD", 4 }, { "IORING_UNREGISTER_EVENTFD", 5 },
	{ "IORING_REGISTER_FILES_UPDATE", 6 },
	{ "IORING_REGISTER_EVENTFD_ASYNC", 7 }, { "IORING_REGISTER_PROBE", 8 },
	{ "IORING_REGISTER_PERSONALITY", 9 },
	{ "IORING_UNREGISTER_PERSONALITY", 10 },
	{ "IORING_REGISTER_RESTRICTIONS", 11 },
	{ "IORING_REGISTER_ENABLE_RINGS", 12 },
	{ "IORING_REGISTER_FILES2", 13 },
	{ "IORING_REGISTER_FILES_UPDATE2", 14 },
	{ "IORING_REGISTER_BUFFERS2", 15 },
	{ "IORING_REGISTER_BUFFERS_UPDATE", 0x10 },
	{ "IORING_REGISTER_IOWQ_AFF", 17 },
	{ "IORING_UNREGISTER_IOWQ_AFF", 18 },
	{ "IORING_REGISTER_IOWQ_MAX_WORKERS", 19 },
	{ "IORING_REGISTER_RING_FDS", 20 },
	{ "IORING_UNREGISTER_RING_FDS", 21 }, { NULL, 0 },
};

/* io_uring_setup(2) */
const struct flag_name flags_io_uring_setup[] = {
	{ "IORING_SETUP_IOPOLL", 1 }, { "IORING_SETUP_SQPOLL", 2 },
	{ "IORING_SETUP_SQ_AFF", 4 }, { "IORING_SETUP_CQSIZE", 8 },
	{ "IORING_SETUP_CLAMP", 0x10 }, { "IORING_SETUP_ATTACH_WQ", 0x20 },
	{ "IORING_SETUP_R_DISABLED", 0x40 },
	{ "IORING_SETUP_SUBMIT_ALL", 0x80 },
	{ "IORING_SETUP_COOP_TASKRUN", 0x100 },
	{ "IORING_SETUP_TASKRUN_FLAG", 0x200 },
	{ "IORING_SETUP_SQE128", 0x400 }, { "IORING_SETUP_CQE32", 0x800 },
	{ "IORING_SETUP_SINGLE_ISSUER", 0x1000 },
	{ "IORING_SETUP_DEFER_TASKRUN", 0x2000 }, { NULL, 0 },
};

/* keyctl(2) */
const struct flag_name flags_keyctl_operations[] = {
	{ "KEYCTL_GET_KEYRING_ID", 0 }, { "KEYCTL_JOIN_SESSION_KEYRING", 1 },
	{ "KEYCTL_UPDATE", 2 }, { "KEYCTL_REVOKE", 3 }, { "KEYCTL_CHOWN", 4 },
	{ "KEYCTL_SETPERM", 5 }, { "KEYCTL_DESCRIBE", 6 },
	{ "KEYCTL_CLEAR", 7 }, { "KEYCTL_LINK", 8 }, { "KEYCTL_UNLINK", 9 },
	{ "KEYCTL_SEARCH", 10 }, { "KEYCTL_READ", 11 },
	{ "KEYCTL_INSTANTIATE", 12 }, { "KEYCTL_NEGATE", 13 },
	{ "KEYCTL_SET_REQKEY_KEYRING", 14 }, { "KEYCTL_SET_TIMEOUT", 15 },
	{ "KEYCTL_ASSUME_AUTHORITY", 0x10 }, { "KEYCTL_GET_SECURITY", 17 },
	{ "KEYCTL_SESSION_TO_PARENT", 18 }, { "KEYCTL_REJECT", 19 },
	{ "KEYCTL_INSTANTIATE_IOV", 20 }, { "KEYCTL_INVALIDATE", 21 },
	{ "KEYCTL_GET_PERSISTENT", 22 }, { "KEYCTL_DH_COMPUTE", 23 },
	{ "KEYCTL_PKEY_QUERY", 24 }, { "KEYCTL_PKEY_ENCRYPT", 25 },
	{ "KEYCTL_PKEY_DECRYPT", 26 }, { "KEYCTL_PKEY_SIGN", 27 },
	{ "KEYCTL_PKEY_VERIFY", 28 }, { "KEYCTL_RESTRICT_KEYRING", 29 },
	{ "KEYCTL_MOVE", 30 }, { "KEYCTL_CAPABILITIES", 31 },
	{ "KEYCTL_WATCH_KEY", 0x20 }, { NULL, 0 },
};

/* mlock2(2) */
const struct flag_name flags_mlock2[] = {
	{ "MLOCK_ONFAULT", 1 }, { NULL, 0 },
};

/* mlockall(2) */
const struct flag_name flags_mlockall[] = {
	{ "MCL_CURRENT", 1 }, { "MCL_FUTURE", 2 }, { "MCL_ONFAULT", 4 },
	{ NULL, 0 },
};

/* mmap(2), as remapped by remap_mmap_flags */
const struct flag_name flags_mmap[] = {
	{ "MAP_SHARED", 1 }, { "MAP_PRIVATE", 2 }, { "MAP_FIXED", 4 },
	{ "MAP_ANONYMOUS", 8 }, { "MAP_32BIT", 0x10 }, { "MAP_RENAME", 0x20 },
	{ "MAP_NORESERVE", 0x40 }, { "MAP_POPULATE", 0x80 },
	{ "MAP_NONBLOCK", 0x100 }, { "MAP_GROWSDOWN", 0x200 },
	{ "MAP_DENYWRITE", 0x400 }, { "MAP_EXECUTABLE", 0x800 },
	{ "MAP_INHERIT", 0x1000 }, { "MAP_FILE", 0x2000 },
	{ "MAP_LOCKED", 0x4000 }, { NULL, 0 },
};

/* mmap(2), as remapped by remap_mmap_prot */
const struct flag_name flags_mmap_prot[] = {
	{ "PROT_READ", 1 }, { "PROT_WRITE", 2 }, { "PROT_EXEC", 4 },
	{ "PROT_SEM", 8 }, { "PROT_GROWSDOWN", 0x10 },
	{ "PROT_GROWSUP", 0x20 }, { "PROT_SAO", 0x40 }, { "PROT_NONE", 0 },
	{ NULL, 0 },
};

/* prctl(2) */
const struct flag_name flags_prctl_options[] = {
	{ "PR_GET_DUMPABLE", 3 }, { "PR_SET_DUMPABLE", 4 },
	{ "PR_GET_KEEPCAPS", 7 }, { "PR_SET_KEEPCAPS", 8 },
	{ "PR_SET_NAME", 15 }, { "PR_GET_NAME", 0x10 },
	{ "PR_GET_SECCOMP", 21 }, { "PR_SET_SECCOMP", 22 },
	{ "PR_CAPBSET_READ", 23 }, { "PR_CAPBSET_DROP", 24 },
	{ "PR_GET_SECUREBITS", 27 }, { "PR_SET_SECUREBITS", 28 },
	{ "PR_MCE_KILL", 33 }, { "PR_MCE_KILL_GET", 34 }, { "PR_SET_MM", 35 },
	{ "PR_SET_CHILD_SUBREAPER", 36 }, { "PR_GET_CHILD_SUBREAPER", 37 },
	{ "PR_SET_NO_NEW_PRIVS", 38 }, { "PR_GET_NO_NEW_PRIVS", 39 },
	{ "PR_GET_TID_ADDRESS", 40 }, { "PR_SET_THP_DISABLE", 41 },
	{ "PR_GET_THP_DISABLE", 42 }, { "PR_CAP_AMBIENT", 47 },
	{ "PR_SET_PDEATHSIG", 1 }, { "PR_GET_PDEATHSIG", 2 },
	{ "PR_GET_UNALIGN", 5 }, { "PR_SET_UNALIGN", 6 },
	{ "PR_GET_FPEMU", 9 }, { "PR_SET_FPEMU", 10 }, { "PR_GET_FPEXC", 11 },
	{ "PR_SET_FPEXC", 12 }, { "PR_GET_TIMING", 13 },
	{ "PR_SET_TIMING", 14 }, { "PR_GET_ENDIAN", 19 },
	{ "PR_SET_ENDIAN", 20 }, { "PR_GET_TSC", 25 }, { "PR_SET_TSC", 26 },
	{ "PR_SET_TIMERSLACK", 29 }, { "PR_GET_TIMERSLACK", 30 },
	{ "PR_TASK_PERF_EVENTS_DISABLE", 31 },
	{ "PR_TASK_PERF_EVENTS_ENABLE", 0x20 }, { "PR_SET_FP_MODE", 45 },
	{ "PR_GET_FP_MODE", 46 }, { "PR_SVE_SET_VL", 50 },
	{ "PR_SVE_GET_VL", 51 }, { "PR_GET_SPECULATION_CTRL", 52 },
	{ "PR_SET_SPECULATION_CTRL", 53 }, { "PR_PAC_RESET_KEYS", 54 },
	{ "PR_SET_TAGGED_ADDR_CTRL", 55 }, { "PR_GET_TAGGED_ADDR_CTRL", 56 },
	{ "PR_SET_IO_FLUSHER", 57 }, { "PR_GET_IO_FLUSHER", 58 },
	{ "PR_SET_SYSCALL_USER_DISPATCH", 59 }, { "PR_SCHED_CORE", 62 },
	{ "PR_SET_PTRACER", 1499557217 }, { "PR_SET_VMA", 1398164801 },
	{ NULL, 0 },
};

/* ptrace(2), as remapped by remap_ptrace_request */
const struct flag_name flags_ptrace_requests[] = {
	{ "PTRACE_UNKNOWN", 0 }, { "PTRACE_TRACEME", 1 },
	{ "PTRACE_PEEKTEXT", 2 }, { "PTRACE_PEEKDATA", 3 },
	{ "PTRACE_PEEKUSR", 4 }, { "PTRACE_POKETEXT", 5 },
	{ "PTRACE_POKEDATA", 6 }, { "PTRACE_POKEUSR", 7 },
	{ "PTRACE_CONT", 8 }, { "PTRACE_KILL", 9 },
	{ "PTRACE_SINGLESTEP", 10 }, { "PTRACE_ATTACH", 11 },
	{ "PTRACE_DETACH", 12 }, { "PTRACE_SYSCALL", 13 },
	{ "PTRACE_SETOPTIONS", 14 }, { "PTRACE_GETEVENTMSG", 15 },
	{ "PTRACE_GETSIGINFO", 0x10 }, { "PTRACE_SETSIGINFO", 17 },
	{ "PTRACE_GETREGSET", 18 }, { "PTRACE_SETREGSET", 19 },
	{ "PTRACE_SEIZE", 20 }, { "PTRACE_INTERRUPT", 21 },
	{ "PTRACE_LISTEN", 22 }, { "PTRACE_PEEKSIGINFO", 23 },
	{ "PTRACE_GETSIGMASK", 24 }, { "PTRACE_SETSIGMASK", 25 },
	{ "PTRACE_GETREGS", 26 }, { "PTRACE_SETREGS", 27 },
	{ "PTRACE_GETFPREGS", 28 }, { "PTRACE_SETFPREGS", 29 },
	{ "PTRACE_GETFPXREGS", 30 }, { "PTRACE_SETFPXREGS", 31 },
	{ "PTRACE_OLDSETOPTIONS", 0x20 }, { "PTRACE_GET_THREAD_AREA", 33 },
	{ "PTRACE_SET_THREAD_AREA", 34 }, { "PTRACE_ARCH_PRCTL", 35 },
	{ "PTRACE_SYSEMU", 36 }, { "PTRACE_SYSEMU_SINGLESTEP", 37 },
	{ "PTRACE_SINGLEBLOCK", 38 }, { NULL, 0 },
};

/* getrlimit(2) */
const struct flag_name flags_rlimit_resources[] = {
	{ "RLIMIT_CPU", 0 }, { "RLIMIT_FSIZE", 1 }, { "RLIMIT_DATA", 2 },
	{ "RLIMIT_STACK", 3 }, { "RLIMIT_CORE", 4 }, { "RLIMIT_RSS", 5 },
	{ "RLIMIT_NPROC", 6 }, { "RLIMIT_NOFILE", 7 }, { "RLIMIT_MEMLOCK", 8 },
	{ "RLIMIT_AS", 9 }, { "RLIMIT_LOCKS", 10 },
	{ "RLIMIT_SIGPENDING", 11 }, { "RLIMIT_MSGQUEUE", 12 },
	{ "RLIMIT_NICE", 13 }, { "RLIMIT_RTPRIO", 14 },
	{ "RLIMIT_RTTIME", 15 }, { NULL, 0 },
};

/* semctl(2), as remapped by remap_semctl_command */
const struct flag_name flags_semctl_commands[] = {
	{ "IPC_STAT", 1 }, { "IPC_SET", 2 }, { "IPC_RMID", 4 },
	{ "IPC_INFO", 8 }, { "SEM_INFO", 0x10 }, { "SEM_STAT", 0x20 },
	{ "GETALL", 0x40 }, { "GETNCNT", 0x80 }, { "GETPID", 0x100 },
	{ "GETVAL", 0x200 }, { "GETZCNT", 0x400 }, { "SETALL", 0x800 },
	{ "SETVAL", 0x1000 }, { NULL, 0 },
};

/* semget(2), remapped by remap_semget_flags */
const struct flag_name flags_semget[] = {
	{ "IPC_EXCL", 0x2000 }, { "IPC_CREAT", 0x4000 }, { NULL, 0 },
};

/* semop(2), as remapped by remap_semop_flags */
const struct flag_name flags_semop[] = {
	{ "IPC_NOWAIT", 1 }, { "SEM_UNDO", 2 }, { NULL, 0 },
};

/* shutdown(2) */
const struct flag_name flags_shutdown_how[] = {
	{ "SHUT_RD", 0 }, { "SHUT_WR", 1 }, { "SHUT_RDWR", 2 }, { NULL, 0 },
};

/* socket(2) */
const struct flag_name flags_socket_families[] = {
	{ "AF_UNSPEC", 0 }, { "AF_UNIX", 1 }, { "AF_LOCAL", 1 },
	{ "AF_INET", 2 }, { "AF_AX25", 3 }, { "AF_IPX", 4 },
	{ "AF_APPLETALK", 5 }, { "AF_NETROM", 6 }, { "AF_BRIDGE", 7 },
	{ "AF_ATMPVC", 8 }, { "AF_X25", 9 }, { "AF_INET6", 10 },
	{ "AF_ROSE", 11 }, { "AF_DECnet", 12 }, { "AF_NETBEUI", 13 },
	{ "AF_SECURITY", 14 }, { "AF_KEY", 15 }, { "AF_NETLINK", 0x10 },
	{ "AF_ROUTE", 0x10 }, { "AF_PACKET", 17 }, { "AF_ASH", 18 },
	{ "AF_ECONET", 19 }, { "AF_ATMSVC", 20 }, { "AF_RDS", 21 },
	{ "AF_SNA", 22 }, { "AF_IRDA", 23 }, { "AF_PPPOX", 24 },
	{ "AF_WANPIPE", 25 }, { "AF_LLC", 26 }, { "AF_CAN", 29 },
	{ "AF_TIPC", 30 }, { "AF_BLUETOOTH", 31 }, { "AF_IUCV", 0x20 },
	{ "AF_RXRPC", 33 }, { "AF_ISDN", 34 }, { "AF_PHONET", 35 },
	{ "AF_IEEE802154", 36 }, { "AF_CAIF", 37 }, { "AF_ALG", 38 },
	{ "AF_NFC", 39 }, { NULL, 0 },
};

/* setsockopt(2) */
const struct flag_name flags_socket_levels[] = {
	{ "SOL_SOCKET", 1 }, { "SOL_TCP", 6 }, { NULL, 0 },
};

/* setsockopt(2) at SOL_SOCKET, of Linux on x86 and arm64 */
const struct flag_name flags_socket_options[] = {
	{ "UNKNOWN", 0 }, { "SO_DEBUG", 1 }, { "SO_REUSEADDR", 2 },
	{ "SO_TYPE", 3 }, { "SO_ERROR", 4 }, { "SO_DONTROUTE", 5 },
	{ "SO_BROADCAST", 6 }, { "SO_SNDBUF", 7 }, { "SO_RCVBUF", 8 },
	{ "SO_KEEPALIVE", 9 }, { "SO_OOBINLINE", 10 }, { "SO_NO_CHECK", 11 },
	{ "SO_PRIORITY", 12 }, { "SO_LINGER", 13 }, { "SO_BSDCOMPAT", 14 },
	{ "SO_REUSEPORT", 15 }, { "SO_PASSCRED", 0x10 }, { "SO_PEERCRED", 17 },
	{ "SO_RCVLOWAT", 18 }, { "SO_SNDLOWAT", 19 }, { "SO_RCVTIMEO", 20 },
	{ "SO_SNDTIMEO", 21 }, { "SO_SECURITY_AUTHENTICATION", 22 },
	{ "SO_SECURITY_ENCRYPTION_TRANSPORT", 23 },
	{ "SO_SECURITY_ENCRYPTION_NETWORK", 24 }, { "SO_BINDTODEVICE", 25 },
	{ "SO_ATTACH_FILTER", 26 }, { "SO_DETACH_FILTER", 27 },
	{ "SO_PEERNAME", 28 }, { "SO_TIMESTAMP", 29 }, { "SO_ACCEPTCONN", 30 },
	{ "SO_PEERSEC", 31 }, { "SO_SNDBUFFORCE", 0x20 },
	{ "SO_RCVBUFFORCE", 33 }, { "SO_PASSSEC", 34 },
	{ "SO_TIMESTAMPNS", 35 }, { "SO_MARK", 36 }, { "SO_TIMESTAMPING", 37 },
	{ "SO_PROTOCOL", 38 }, { "SO_DOMAIN", 39 }, { "SO_RXQ_OVFL", 40 },
	{ "SO_WIFI_STATUS", 41 }, { "SO_PEEK_OFF", 42 }, { "SO_NOFCS", 43 },
	{ "SO_LOCK_FILTER", 44 }, { "SO_SELECT_ERR_QUEUE", 45 },
	{ "SO_BUSY_POLL", 46 }, { "SO_MAX_PACING_RATE", 47 },
	{ "SO_BPF_EXTENSIONS", 48 }, { "SO_INCOMING_CPU", 49 },
	{ "SO_ATTACH_BPF", 50 }, { "SO_ATTACH_REUSEPORT_CBPF", 51 },
	{ "SO_ATTACH_REUSEPORT_EBPF", 52 }, { "SO_CNX_ADVICE", 53 },
	{ "SO_MEMINFO", 55 }, { "SO_INCOMING_NAPI_ID", 56 },
	{ "SO_COOKIE", 57 }, { "SO_PEERGROUPS", 59 }, { "SO_ZEROCOPY", 60 },
	{ NULL, 0 },
};
