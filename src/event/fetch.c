/*
 * Fetching from registers and from simple memory. What a tracee points to may
 * be anything: every length is capped, every failure is PARAM_UNREADABLE.
 */
#include "event/fetch.h"

/* --- the tracee's memory ------------------------------------------------- */

static bool
read_exactly(struct fetch_run *run, uint64_t addr, void *to, size_t n)
{
	return run->mem->read(run->mem->ctx, run->ev->tid, addr, to, n) ==
	    (long)n;
}

bool
fetch_block(struct fetch_run *run, uint64_t addr, void *to, size_t n)
{
	uint64_t skip = addr - run->block_addr;
	long got;

	if (n > sizeof(run->block))
		return read_exactly(run, addr, to, n);
	if (addr < run->block_addr || skip > run->block_n ||
	    n > run->block_n - skip) {
		got = run->mem->read(run->mem->ctx, run->ev->tid, addr,
		    run->block, sizeof(run->block));
		run->block_addr = addr;
		run->block_n = got < 0 ? 0 : (size_t)got;
		skip = 0;
		if (n > run->block_n)
			return false;
	}
	memcpy(to, run->block + skip, n);
	return true;
}

bool
fetch_u32(struct fetch_run *run, uint64_t addr, uint64_t *out)
{
	uint32_t v;

	if (!fetch_block(run, addr, &v, sizeof(v)))
		return false;
	*out = v;
	return true;
}

bool
fetch_u64(struct fetch_run *run, uint64_t addr, uint64_t *out)
{
	return fetch_block(run, addr, out, sizeof(*out));
}

size_t
fetch_pointer_size(const struct event *ev)
{
	return ev->abi == ABI_I386 || ev->abi == ABI_X32 ? 4 : 8;
}

bool
fetch_pointer(struct fetch_run *run, uint64_t addr, uint64_t *out)
{
	return fetch_pointer_size(run->ev) == 4 ? fetch_u32(run, addr, out)
						: fetch_u64(run, addr, out);
}

void
fetch_number(struct param *p, uint64_t value)
{
	p->state = PARAM_KNOWN;
	p->raw = value;
}

/* True when p is done with: there is no pointer. */
static bool
is_null(struct param *p, uint64_t addr)
{
	p->raw = addr;
	if (addr != 0)
		return false;
	p->state = PARAM_KNOWN;
	p->null = true;
	p->s = STR("");
	return true;
}

static void
keep(struct fetch_run *run, struct param *p, const char *bytes, size_t n)
{
	char *copy = arena_bytes(run->scratch, n + 1);

	p->state = PARAM_UNREADABLE;
	if (!copy)
		return;
	memcpy(copy, bytes, n);
	copy[n] = '\0';
	p->s = (struct str){ copy, n };
	p->state = PARAM_KNOWN;
}

void
fetch_text(struct fetch_run *run, struct param *p, uint64_t addr, size_t cap)
{
	char text[EVENT_PATH_MAX];
	const char *end = NULL;
	size_t n = 0, want;
	long got;

	if (is_null(p, addr))
		return;
	p->state = PARAM_UNREADABLE;
	if (cap > sizeof(text))
		cap = sizeof(text);
	while (n < cap && !end) {
		/* Most texts are short: the first piece is, too. */
		want = n == 0 ? 256 : 1024;
		if (want > cap - n)
			want = cap - n;
		got = run->mem->read(run->mem->ctx, run->ev->tid, addr + n,
		    text + n, want);
		if (got <= 0)
			return;
		end = memchr(text + n, 0, (size_t)got);
		if (!end && (size_t)got < want)
			return;
		n += (size_t)got;
	}
	p->cut = !end;
	keep(run, p, text, end ? (size_t)(end - text) : cap);
}

void
fetch_bytes(struct fetch_run *run, struct param *p, uint64_t addr, uint64_t n)
{
	char bytes[EVENT_SNAPLEN];
	size_t want = n < sizeof(bytes) ? (size_t)n : sizeof(bytes);
	long got = 0;

	if (is_null(p, addr))
		return;
	p->state = PARAM_UNREADABLE;
	p->cut = n > sizeof(bytes);
	if (want > 0)
		got = run->mem->read(run->mem->ctx, run->ev->tid, addr, bytes,
		    want);
	if (got < 0)
		return;
	keep(run, p, bytes, (size_t)got);
}

/* --- registers ------------------------------------------------------------ */

static uint64_t
arg(const struct fetch_run *run, unsigned n)
{
	return run->ev->args[n];
}

static uint64_t
sign_extend(uint64_t v)
{
	return (uint64_t)(int64_t)(int32_t)(uint32_t)v;
}

void
get_zero(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	(void)run;
	(void)f;
	fetch_number(p, 0);
}

void
get_ret(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	(void)f;
	fetch_number(p, (uint64_t)run->ev->result);
}

void
get_reg(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_number(p, arg(run, f->a));
}

void
get_u32(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_number(p, (uint32_t)arg(run, f->a));
}

void
get_int(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_number(p, sign_extend(arg(run, f->a)));
}

void
get_long(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t v = arg(run, f->a);

	fetch_number(p, run->ev->abi == ABI_I386 ? sign_extend(v) : v);
}

void
get_mode(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_number(p, arg(run, f->a) & 0177777);
}

void
get_id(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint32_t id = (uint32_t)arg(run, f->a);

	/* i386's calls up to setresgid take 16 bits; there -1 is 0xffff. */
	if (run->ev->abi == ABI_I386 && run->ev->nr <= 182) {
		id &= 0xffff;
		if (id == 0xffff)
			id = UINT32_MAX;
	}
	fetch_number(p, id);
}

void
get_offset(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t v = arg(run, f->a);

	if (run->ev->abi == ABI_I386)
		v = (uint32_t)v | arg(run, f->a + 1u) << 32;
	fetch_number(p, v);
}

void
get_via(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_number(p, f->remap((uint32_t)arg(run, f->a), run->ev->abi));
}

void
get_wide(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_number(p, f->remap(arg(run, f->a), run->ev->abi));
}

void
get_open_mode(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	bool creates = remap_open_creates(arg(run, f->a), run->ev->abi);

	fetch_number(p, creates ? arg(run, f->b) & 07777 : 0);
}

/* --- memory --------------------------------------------------------------- */

void
get_text(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_text(run, p, arg(run, f->a), EVENT_PATH_MAX);
}

void
get_buf(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_bytes(run, p, arg(run, f->a), arg(run, f->b));
}

void
get_buf_out(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	fetch_bytes(run, p, arg(run, f->a), (uint64_t)run->ev->result);
}

void
get_mem32(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t addr = arg(run, f->a), v;

	if (is_null(p, addr))
		return;
	p->state = PARAM_UNREADABLE;
	if (fetch_u32(run, addr + 4u * f->b, &v))
		fetch_number(p, v);
}

void
get_mem64(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t addr = arg(run, f->a), v;

	if (is_null(p, addr))
		return;
	p->state = PARAM_UNREADABLE;
	if (fetch_u64(run, addr + 8u * f->b, &v))
		fetch_number(p, v);
}

void
get_word(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	if (run->ev->abi != ABI_I386) {
		get_mem64(run, f, p);
		return;
	}
	get_mem32(run, f, p);
	p->raw = sign_extend(p->raw);
}

void
get_timespec(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	/* ppoll_time64 is i386's only call here with 64-bit time. */
	bool narrow = run->ev->abi == ABI_I386 && run->ev->nr != 414;
	uint64_t addr = arg(run, f->a), seconds, ns;

	if (is_null(p, addr))
		return;
	p->state = PARAM_UNREADABLE;
	if (narrow ? !fetch_u32(run, addr, &seconds) ||
		    !fetch_u32(run, addr + 4, &ns)
		   : !fetch_u64(run, addr, &seconds) ||
		    !fetch_u64(run, addr + 8, &ns))
		return;
	if (__builtin_mul_overflow(seconds, UINT64_C(1000000000), &seconds) ||
	    __builtin_add_overflow(seconds, ns, &ns))
		ns = UINT64_MAX;
	fetch_number(p, ns);
}
