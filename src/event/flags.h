/*
 * The flag and value tables that events.def names. Each ends with a NULL name.
 */
#ifndef EVENT_FLAGS_H
#define EVENT_FLAGS_H

#include "event/event.h"

extern const struct flag_name flags_access[];
extern const struct flag_name flags_bpf_commands[];
extern const struct flag_name flags_chmod_modes[];
extern const struct flag_name flags_clone[];
extern const struct flag_name flags_close_range[];
extern const struct flag_name flags_creat[];
extern const struct flag_name flags_delete_module[];
extern const struct flag_name flags_epoll[];
extern const struct flag_name flags_exec[];
extern const struct flag_name flags_fchownat[];
extern const struct flag_name flags_fcntl_commands[];
extern const struct flag_name flags_finit_module[];
extern const struct flag_name flags_flock[];
extern const struct flag_name flags_fsconfig_commands[];
extern const struct flag_name flags_futex_operations[];
extern const struct flag_name flags_io_uring_enter[];
extern const struct flag_name flags_io_uring_features[];
extern const struct flag_name flags_io_uring_opcodes[];
extern const struct flag_name flags_io_uring_setup[];
extern const struct flag_name flags_keyctl_operations[];
extern const struct flag_name flags_linkat[];
extern const struct flag_name flags_lseek_whence[];
extern const struct flag_name flags_memfd[];
extern const struct flag_name flags_mknod_modes[];
extern const struct flag_name flags_mlock2[];
extern const struct flag_name flags_mlockall[];
extern const struct flag_name flags_mmap[];
extern const struct flag_name flags_mmap_prot[];
extern const struct flag_name flags_mount[];
extern const struct flag_name flags_newfstatat[];
extern const struct flag_name flags_open[];
extern const struct flag_name flags_openat2_resolve[];
extern const struct flag_name flags_pidfd[];
extern const struct flag_name flags_prctl_options[];
extern const struct flag_name flags_ptrace_requests[];
extern const struct flag_name flags_quota_commands[];
extern const struct flag_name flags_quota_formats[];
extern const struct flag_name flags_quota_info[];
extern const struct flag_name flags_quota_types[];
extern const struct flag_name flags_renameat2[];
extern const struct flag_name flags_rlimit_resources[];
extern const struct flag_name flags_semctl_commands[];
extern const struct flag_name flags_semget[];
extern const struct flag_name flags_semop[];
extern const struct flag_name flags_shutdown_how[];
extern const struct flag_name flags_socket_families[];
extern const struct flag_name flags_socket_levels[];
extern const struct flag_name flags_socket_options[];
extern const struct flag_name flags_splice[];
extern const struct flag_name flags_umount[];
extern const struct flag_name flags_unlinkat[];

#endif
