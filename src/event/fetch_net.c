/*
 * Fetching addresses, messages and socket options: socket(7), unix(7),
 * sendmsg(2), and the 32-bit layouts of Linux's net/compat.c.
 */
#include "event/fetch.h"

#define SOCKADDR_MAX 128  /* struct sockaddr_storage */
#define IOV_LIMIT    1024 /* UIO_MAXIOV */

enum { FAMILY_UNIX = 1, FAMILY_INET = 2, FAMILY_INET6 = 10 };

/* --- addresses ------------------------------------------------------------ */

static uint16_t
big_endian(const unsigned char *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* v4-mapped addresses and :: become IPv4, as Falco compares them. */
static void
put_ipv6(struct ip *ip, const unsigned char *at)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const unsigned char any[16];

	if (memcmp(at, mapped, sizeof(mapped)) == 0 ||
	    memcmp(at, any, sizeof(any)) == 0) {
		ip->family = 4;
		memcpy(ip->bytes, at + 12, 4);
		return;
	}
	ip->family = 6;
	memcpy(ip->bytes, at, 16);
}

/* The name after the family, which need not end in NUL. */
static void
put_unix(struct fetch_run *run, struct param *p, const char *name, size_t n)
{
	char *copy;

	if (n > 108)
		n = 108;
	if (n > 0 && name[0] != '\0')
		n = strnlen(name, n);
	if (n == 0)
		return;
	copy = arena_bytes(run->scratch, n);
	if (!copy) {
		p->state = PARAM_UNREADABLE;
		return;
	}
	/* Abstract names may hold NULs, /proc/net/unix shows them so, too. */
	for (size_t i = 0; i < n; i++)
		copy[i] = name[i] ? name[i] : '@';
	p->addr.path = (struct str){ copy, n };
}

void
fetch_sockaddr(struct fetch_run *run, struct param *p, uint64_t addr, int n)
{
	unsigned char at[SOCKADDR_MAX];
	size_t size = n < 0 ? 0 : n > SOCKADDR_MAX ? SOCKADDR_MAX : (size_t)n;

	p->raw = addr;
	p->null = addr == 0;
	p->state = PARAM_KNOWN;
	if (p->null || size == 0)
		return;
	if (size < 2 || !fetch_block(run, addr, at, size)) {
		p->state = PARAM_UNREADABLE;
		return;
	}
	memcpy(&p->addr.family, at, sizeof(p->addr.family));
	if (p->addr.family == FAMILY_INET && size >= 8) {
		p->addr.port = big_endian(at + 2);
		p->addr.ip.family = 4;
		memcpy(p->addr.ip.bytes, at + 4, 4);
	} else if (p->addr.family == FAMILY_INET6 && size >= 24) {
		p->addr.port = big_endian(at + 2);
		put_ipv6(&p->addr.ip, at + 8);
	} else if (p->addr.family == FAMILY_UNIX) {
		put_unix(run, p, (const char *)at + 2, size - 2);
	}
}

void
get_sockaddr(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_sockaddr(run, p, run->ev->args[f->a],
	    (int)(uint32_t)run->ev->args[f->b]);
}

void
get_peer(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t n = 0;

	if (run->ev->args[f->a] != 0 &&
	    !fetch_u32(run, run->ev->args[f->b], &n)) {
		p->state = PARAM_UNREADABLE;
		return;
	}
	fetch_sockaddr(run, p, run->ev->args[f->a], (int)(uint32_t)n);
}

/* --- scattered buffers ---------------------------------------------------- */

static bool
read_iovec(struct fetch_run *run, uint64_t addr, uint64_t i, uint64_t *base,
    uint64_t *n)
{
	size_t word = fetch_pointer_size(run->ev);

	addr += i * 2 * word;
	return fetch_pointer(run, addr, base) &&
	    fetch_pointer(run, addr + word, n);
}

void
fetch_iov(struct fetch_run *run, struct param *p, uint64_t addr, uint64_t count,
    uint64_t limit)
{
	char *bytes = arena_bytes(run->scratch, EVENT_SNAPLEN);
	uint64_t base, n;
	size_t used = 0;
	long got;

	p->raw = addr;
	p->state = PARAM_UNREADABLE;
	if (!bytes || count > IOV_LIMIT)
		return;
	for (uint64_t i = 0; i < count && !p->cut; i++) {
		if (!read_iovec(run, addr, i, &base, &n))
			return;
		if (n > limit)
			n = limit;
		limit -= n;
		p->cut = n > EVENT_SNAPLEN - used;
		if (p->cut)
			n = EVENT_SNAPLEN - used;
		if (n == 0)
			continue;
		got = run->mem->read(run->mem->ctx, run->ev->tid, base,
		    bytes + used, (size_t)n);
		if (got < 0)
			return;
		used += (size_t)got;
		if ((uint64_t)got < n)
			break;
	}
	p->s = (struct str){ bytes, used };
	p->state = PARAM_KNOWN;
}

void
fetch_iov_size(struct fetch_run *run, struct param *p, uint64_t addr,
    uint64_t count)
{
	uint64_t total = 0, base, n;

	p->state = PARAM_UNREADABLE;
	if (count > IOV_LIMIT)
		return;
	for (uint64_t i = 0; i < count; i++) {
		if (!read_iovec(run, addr, i, &base, &n))
			return;
		if (__builtin_add_overflow(total, n, &total))
			total = UINT64_MAX;
	}
	fetch_number(p, total);
}

void
get_iov(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_iov(run, p, run->ev->args[f->a], run->ev->args[f->b], UINT64_MAX);
}

void
get_iov_out(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_iov(run, p, run->ev->args[f->a], run->ev->args[f->b],
	    (uint64_t)run->ev->result);
}

void
get_iov_size(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_iov_size(run, p, run->ev->args[f->a], run->ev->args[f->b]);
}

/* --- struct msghdr -------------------------------------------------------- */

struct message {
	uint64_t name, name_n, iov, iov_n, control, control_n;
};

static bool
read_message(struct fetch_run *run, uint64_t addr, struct message *m)
{
	size_t w = fetch_pointer_size(run->ev);

	/* The fields lie at multiples of the word; name_n is an int. */
	return fetch_pointer(run, addr, &m->name) &&
	    fetch_u32(run, addr + w, &m->name_n) &&
	    fetch_pointer(run, addr + 2 * w, &m->iov) &&
	    fetch_pointer(run, addr + 3 * w, &m->iov_n) &&
	    fetch_pointer(run, addr + 4 * w, &m->control) &&
	    fetch_pointer(run, addr + 5 * w, &m->control_n);
}

/* The message of p's call, or false with p unreadable. */
static bool
open_message(struct fetch_run *run, const struct fetch *f, struct param *p,
    struct message *m)
{
	p->state = PARAM_UNREADABLE;
	return read_message(run, run->ev->args[f->a], m);
}

void
get_msg_size(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	struct message m;

	if (open_message(run, f, p, &m))
		fetch_iov_size(run, p, m.iov, m.iov_n);
}

void
get_msg_data(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	struct message m;

	if (open_message(run, f, p, &m))
		fetch_iov(run, p, m.iov, m.iov_n, UINT64_MAX);
}

void
get_msg_data_out(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	struct message m;

	if (open_message(run, f, p, &m))
		fetch_iov(run, p, m.iov, m.iov_n, (uint64_t)run->ev->result);
}

void
get_mmsg_data_out(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	/* The count transferred follows struct msghdr in struct mmsghdr. */
	uint64_t size = 7 * fetch_pointer_size(run->ev);
	struct message m;
	uint64_t done;

	if (open_message(run, f, p, &m) &&
	    fetch_u32(run, run->ev->args[f->a] + size, &done))
		fetch_iov(run, p, m.iov, m.iov_n, done);
}

void
get_msg_name(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	struct message m;

	if (open_message(run, f, p, &m))
		fetch_sockaddr(run, p, m.name, (int)(uint32_t)m.name_n);
}

void
get_msg_control(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	struct message m;

	if (open_message(run, f, p, &m))
		fetch_bytes(run, p, m.control, m.control_n);
}

/* --- socket options ------------------------------------------------------- */

void
get_sockopt_name(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	(void)f;
	/* The names are those of SOL_SOCKET; 0 is UNKNOWN. */
	fetch_number(p,
	    (uint32_t)run->ev->args[1] == 1 ? (uint32_t)run->ev->args[2] : 0);
}

static void
option_value(struct fetch_run *run, struct param *p, uint64_t n)
{
	uint64_t addr = run->ev->args[3], v;

	p->state = PARAM_UNREADABLE;
	if (n >= 8 && fetch_u64(run, addr, &v))
		fetch_number(p, v);
	else if (n >= 4 && fetch_u32(run, addr, &v))
		fetch_number(p, (uint64_t)(int64_t)(int32_t)(uint32_t)v);
	else if (n < 4)
		p->state = PARAM_ABSENT;
}

void
get_sockopt_value(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	(void)f;
	option_value(run, p, (uint32_t)run->ev->args[4]);
}

void
get_sockopt_result(struct fetch_run *run, const struct fetch *f,
    struct param *p)
{
	uint64_t n;

	(void)f;
	p->state = PARAM_UNREADABLE;
	if (fetch_u32(run, run->ev->args[4], &n))
		option_value(run, p, n);
}
