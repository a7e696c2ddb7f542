/*
 * The socket behind a tracee's descriptor; see procfs.h.
 */
#ifndef PIPE_PROCFS_SOCKET_H
#define PIPE_PROCFS_SOCKET_H

#include "state/state.h"

/*
 * A copy of the descriptor is asked for its addresses (pidfd_getfd(2)); where
 * that is not allowed, the tables in /proc/TID/net are searched. 0, ERR_NOENT
 * when it is no socket or in no table, or another negative enum err.
 */
int
procfs_socket_facts(int proc, pid_t tid, int fd, struct sock_facts *out,
    struct arena *scratch);

#endif
