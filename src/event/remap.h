/*
 * The values of flags as rules see them: Falco numbers the flags of many calls
 * itself, the same for every architecture. The tables of flags.h name them.
 */
#ifndef EVENT_REMAP_H
#define EVENT_REMAP_H

#include "event/stop.h"

typedef uint64_t
remap_fn(uint64_t value, enum abi abi);

remap_fn remap_access_mode;
remap_fn remap_clone_flags; /* CLONE_*: also of unshare and setns */
remap_fn remap_epoll_flags;
remap_fn remap_fd_flags;   /* open flags of calls without an access mode */
remap_fn remap_link_flags; /* AT_* of linkat, fchownat, newfstatat */
remap_fn remap_mmap_flags;
remap_fn remap_mmap_prot;
remap_fn remap_module_flags;
remap_fn remap_mount_flags;
remap_fn remap_open_flags;
remap_fn remap_pidfd_flags;
remap_fn remap_ptrace_request;
remap_fn remap_quota_command;
remap_fn remap_quota_format;
remap_fn remap_quota_type;
remap_fn remap_resolve_flags;
remap_fn remap_semctl_command;
remap_fn remap_semget_flags;
remap_fn remap_semop_flags;
remap_fn remap_unlink_flags;

/* Whether open flags of the kernel make it look at the mode. */
bool
remap_open_creates(uint64_t flags, enum abi abi);

#endif
