/* Tracee memory; see the header. */
#include "trace/mem.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "os/ptrace.h"

static long
error_of(long r)
{
	return r == -ESRCH ? ERR_GONE : ERR_FAULT;
}

/* Aligned words: an unaligned one could cross into an unreadable page. */
static long
peek(pid_t tid, uint64_t addr, void *to, size_t n)
{
	size_t have = 0;

	while (have < n) {
		uint64_t at = addr + have, skip = at % sizeof(uint64_t);
		size_t some = sizeof(uint64_t) - skip;
		uint64_t word;
		int r = os_memory_peek(tid, at - skip, &word);

		if (r < 0)
			return have ? (long)have : error_of(r);
		if (some > n - have)
			some = n - have;
		memcpy((char *)to + have, (const char *)&word + skip, some);
		have += some;
	}
	return (long)have;
}

static bool
is_refused(long r)
{
	return r == -EPERM || r == -ENOSYS;
}

long
mem_read(void *ctx, pid_t tid, uint64_t addr, void *to, size_t n)
{
	struct mem *m = ctx;
	long r;

	if (n == 0)
		return 0;
	if (addr + n < addr)
		n = (size_t)(UINT64_MAX - addr);
	if (m->peek)
		return peek(tid, addr, to, n);
	r = os_memory_read(tid, addr, to, n);
	if (is_refused(r)) {
		long again = peek(tid, addr, to, n);

		/*
		 * EPERM may be about this tracee only (not dumpable); peeking
		 * fails for it too.
		 */
		m->peek = again > 0;
		return again;
	}
	return r > 0 ? r : error_of(r);
}

int
mem_read_u64(struct mem *m, pid_t tid, uint64_t addr, uint64_t *value)
{
	long r = mem_read(m, tid, addr, value, sizeof(*value));

	if (r < 0)
		return (int)r;
	return r == (long)sizeof(*value) ? 0 : ERR_FAULT;
}

int
mem_write_u64(struct mem *m, pid_t tid, uint64_t addr, uint64_t value)
{
	long r = m->peek ? -EPERM
			 : os_memory_write(tid, addr, &value, sizeof(value));

	if (is_refused(r) && addr % sizeof(value) == 0)
		r = os_memory_poke(tid, addr, value) < 0 ? -EFAULT
							 : (long)sizeof(value);
	return r == (long)sizeof(value) ? 0 : (int)error_of(r);
}
