/*
 * struct state_source over the /proc that is mounted here: proc(5),
 * pidfd_getfd(2). It reads what is asked for and keeps nothing but a
 * descriptor of /proc.
 */
#ifndef PIPE_PROCFS_H
#define PIPE_PROCFS_H

#include "base/arena.h"
#include "state/state.h"

struct procfs;

/*
 * container_start_ns: files on an overlay that changed after it (epoch ns, by
 * ctime) count as its upper layer; 0: none does. A kernel tells nobody inside
 * which layer a file is in. Image files keep the time at which the image was
 * unpacked, which is before the container started; writing to one or changing
 * its mode copies it up and sets a new ctime.
 * Without a /proc of our own PID namespace every question fails. NULL when a is
 * full. The descriptor lives as long as the process.
 */
struct procfs *
procfs_open(struct arena *a, uint64_t container_start_ns);
bool
procfs_is_there(const struct procfs *p);
const struct state_source *
procfs_source(const struct procfs *p);
/* The time process 1 of our PID namespace started, epoch ns; 0 unknown. */
uint64_t
procfs_init_start(uint64_t boot_ns, long clock_ticks);

/*
 * The socket with this inode in the text of /proc/TID/net/tcp, udp and so on
 * (header included): protocol IPPROTO_TCP, _UDP, _ICMP, _RAW; v6 for the
 * tables whose name ends in 6. Pure.
 */
bool
procfs_parse_inet(struct str text, uint64_t inode, bool v6, int protocol,
    struct sock_facts *out);
/* The same for /proc/TID/net/unix; the path borrows from text. Pure. */
bool
procfs_parse_unix(struct str text, uint64_t inode, struct sock_facts *out);

#endif
