/*
 * How parameters are fetched: the words in the last column of events.def, and
 * the functions behind them. In the words, p, n and so on are argument numbers
 * (from 0) and i counts fields at a pointer; X_OUT is what the kernel writes,
 * read once the call has returned.
 *
 * NONE            not of the call: state supplies it, or nobody
 * ZERO            always 0 in this form of the call
 * RET             the result
 * REG(n)          argument as it is
 * U32(n) INT(n)   its lower 32 bits, without and with sign
 * LONG(n)         a signed word of the ABI
 * MODE(n)         permission bits and file kind
 * ID(n)           user or group id; 16 bits in old i386 calls
 * OFFSET(n)       64-bit offset; two arguments on i386
 * VIA(fn, n)      lower 32 bits of the argument through remap_fn
 * WIDE(fn, n)     the whole argument through remap_fn
 * OPEN_MODE(f, m) mode m if flags f create a file, else 0
 * TEXT(p)         text ended by NUL
 * BUF(p, n)       bytes, n their count
 * IOV(p, n)       bytes of n struct iovec; IOV_SIZE their total
 * MEM32(p, i)     32-bit field; MEM64 64-bit; WORD(p, i) unsigned long
 * SOCKADDR(p, n)  address of n bytes; PEER(p, q) output, length at q
 * MSG_X(p)        parts of a struct msghdr
 * TIMESPEC(p)     nanoseconds
 * CALL(fn, i)     what only this call has: get_fn
 */
#ifndef EVENT_FETCH_H
#define EVENT_FETCH_H

#include "event/event.h"
#include "event/remap.h"

/*
 * One pass over an event's parameters. Small structures are read in blocks
 * that are kept, so that several parameters cost one read and agree.
 */
struct fetch_run {
	struct event *ev;
	const struct mem_reader *mem;
	struct arena *scratch;
	bool after; /* the call has returned, and not failed */
	uint64_t block_addr;
	size_t block_n;
	unsigned char block[128];
};

struct fetch;

/* Fills p; a state of PARAM_LATER asks to be called again with the result. */
typedef void
fetch_fn(struct fetch_run *run, const struct fetch *f, struct param *p);

struct fetch {
	fetch_fn *get; /* NULL: NONE */
	uint8_t a, b;
	bool later; /* not before the result */
	remap_fn *remap;
};

/* n bytes through the block kept; false when they cannot be read. */
bool
fetch_block(struct fetch_run *run, uint64_t addr, void *to, size_t n);
/* A 32-bit or 64-bit number in the tracee; false when unreadable. */
bool
fetch_u32(struct fetch_run *run, uint64_t addr, uint64_t *out);
bool
fetch_u64(struct fetch_run *run, uint64_t addr, uint64_t *out);
/* A pointer or size_t in a structure: 32 bits for i386 and x32. */
bool
fetch_pointer(struct fetch_run *run, uint64_t addr, uint64_t *out);
size_t
fetch_pointer_size(const struct event *ev);

/* Each sets state, text and flags of p, capped as event.h says. */
void
fetch_text(struct fetch_run *run, struct param *p, uint64_t addr, size_t cap);
void
fetch_bytes(struct fetch_run *run, struct param *p, uint64_t addr, uint64_t n);
/* n is the length that the call gave, at most 128 are read. */
void
fetch_sockaddr(struct fetch_run *run, struct param *p, uint64_t addr, int n);
/* Up to limit bytes of count struct iovec at addr. */
void
fetch_iov(struct fetch_run *run, struct param *p, uint64_t addr, uint64_t count,
    uint64_t limit);
void
fetch_iov_size(struct fetch_run *run, struct param *p, uint64_t addr,
    uint64_t count);
void
fetch_number(struct param *p, uint64_t value);

/* fetch.c */
fetch_fn get_zero, get_ret, get_reg, get_u32, get_int, get_long, get_mode,
    get_id, get_offset, get_via, get_wide, get_open_mode, get_text, get_buf,
    get_buf_out, get_mem32, get_mem64, get_word, get_timespec;
/* fetch_net.c */
fetch_fn get_iov, get_iov_out, get_iov_size, get_sockaddr, get_peer,
    get_msg_data, get_msg_data_out, get_mmsg_data_out, get_msg_size,
    get_msg_name, get_msg_control, get_sockopt_name, get_sockopt_value,
    get_sockopt_result;
/* fetch_call.c */
fetch_fn get_caps, get_clone3, get_fsconfig_bytes, get_fsconfig_text, get_id_at,
    get_llseek_offset, get_open_how, get_pollfds, get_prctl_number,
    get_prctl_text, get_quota, get_quota_format, get_quota_path, get_semctl,
    get_semop, get_sendfile_offset;

#endif
