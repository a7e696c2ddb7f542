/*
 * Writes and reads recordings; the format is described in codec.h.
 */
#include "event/codec.h"

#include "base/err.h"
#include "event/event.h"

static const char magic[8] = { 'S', 'L', 'R', 'E', 'P', 'L', 'A', 'Y' };

/* --- writing -------------------------------------------------------------- */

static void
put(struct buf *b, uint64_t v, unsigned size)
{
	char bytes[8];

	for (unsigned i = 0; i < size; i++)
		bytes[i] = (char)(v >> (8 * i));
	buf_put(b, bytes, size);
}

static void
put_text(struct buf *b, struct str s)
{
	put(b, s.n, 4);
	buf_str_put(b, s);
}

void
codec_put_header(struct buf *b)
{
	buf_put(b, magic, sizeof(magic));
	put(b, CODEC_VERSION, 4);
	put(b, event_schema_hash(), 8);
}

#define STOP_SIZE (4 + 5 * 4 + 6 * 8 + 4 * 8)

static void
put_stop(struct buf *b, const struct stop *s)
{
	put(b, s->kind, 1);
	put(b, s->abi, 1);
	put(b, s->leader, 1);
	put(b, s->restarted, 1);
	put(b, (uint32_t)s->tid, 4);
	put(b, (uint32_t)s->child, 4);
	put(b, (uint32_t)s->former_tid, 4);
	put(b, s->nr, 4);
	put(b, (uint32_t)s->status, 4);
	for (unsigned i = 0; i < 6; i++)
		put(b, s->args[i], 8);
	put(b, (uint64_t)s->result, 8);
	put(b, s->sp, 8);
	put(b, s->clone_flags, 8);
	put(b, s->time_ns, 8);
}

void
codec_put(struct buf *b, const struct codec_record *r)
{
	size_t size = STOP_SIZE + 4 + 4 + r->process.n;

	for (unsigned i = 0; i < r->n_snippets; i++)
		size += 12 + r->snippets[i].bytes.n;
	put(b, size, 4);
	put_stop(b, &r->stop);
	put(b, r->n_snippets, 4);
	for (unsigned i = 0; i < r->n_snippets; i++) {
		put(b, r->snippets[i].addr, 8);
		put_text(b, r->snippets[i].bytes);
	}
	put_text(b, r->process);
}

/* --- reading -------------------------------------------------------------- */

/* A cursor that turns sour at the first byte that is missing. */
struct input {
	struct str left;
	bool failed;
};

static uint64_t
get(struct input *in, unsigned size)
{
	uint64_t v = 0;

	if (in->left.n < size) {
		in->failed = true;
		return 0;
	}
	for (unsigned i = 0; i < size; i++)
		v |= (uint64_t)(unsigned char)in->left.p[i] << (8 * i);
	in->left = str_sub(in->left, size, in->left.n);
	return v;
}

static struct str
get_text(struct input *in, size_t max)
{
	size_t n = (size_t)get(in, 4);
	struct str s;

	if (n > max || n > in->left.n) {
		in->failed = true;
		return STR_NONE;
	}
	s = str_sub(in->left, 0, n);
	in->left = str_sub(in->left, n, in->left.n);
	return s;
}

static bool
get_flag(struct input *in)
{
	uint64_t v = get(in, 1);

	in->failed |= v > 1;
	return v == 1;
}

static void
get_stop(struct input *in, struct stop *s)
{
	uint64_t kind = get(in, 1), abi = get(in, 1);

	in->failed |= kind > STOP_HELPER || abi >= ABI_COUNT;
	s->kind = in->failed ? STOP_ENTRY : (enum stop_kind)kind;
	s->abi = in->failed ? ABI_OTHER : (enum abi)abi;
	s->leader = get_flag(in);
	s->restarted = get_flag(in);
	s->tid = (pid_t)(uint32_t)get(in, 4);
	s->child = (pid_t)(uint32_t)get(in, 4);
	s->former_tid = (pid_t)(uint32_t)get(in, 4);
	s->nr = (uint32_t)get(in, 4);
	s->status = (int)(uint32_t)get(in, 4);
	for (unsigned i = 0; i < 6; i++)
		s->args[i] = get(in, 8);
	s->result = (int64_t)get(in, 8);
	s->sp = get(in, 8);
	s->clone_flags = get(in, 8);
	s->time_ns = get(in, 8);
}

static void
get_snippets(struct input *in, struct codec_record *r)
{
	uint64_t n = get(in, 4);
	size_t total = 0;

	if (n > CODEC_SNIPPETS_MAX) {
		in->failed = true;
		return;
	}
	for (unsigned i = 0; i < n && !in->failed; i++) {
		struct codec_snippet *s = &r->snippets[i];

		s->addr = get(in, 8);
		s->bytes = get_text(in, CODEC_BYTES_MAX - total);
		total += s->bytes.n;
	}
	r->n_snippets = (unsigned)n;
}

int
codec_get_header(struct str *rest)
{
	struct input in = { *rest, false };
	uint64_t version, hash;

	if (!str_starts(*rest, (struct str){ magic, sizeof(magic) }))
		return ERR_SYNTAX;
	in.left = str_sub(in.left, sizeof(magic), in.left.n);
	version = get(&in, 4);
	hash = get(&in, 8);
	if (in.failed)
		return ERR_SYNTAX;
	if (version != CODEC_VERSION || hash != event_schema_hash())
		return ERR_UNSUPPORTED;
	*rest = in.left;
	return 0;
}

int
codec_get(struct str *rest, struct codec_record *r)
{
	struct input in = { *rest, false };
	struct str body;

	if (rest->n == 0)
		return 0;
	body = get_text(&in, SIZE_MAX);
	if (in.failed)
		return ERR_SYNTAX;
	*rest = in.left;
	in.left = body;
	get_stop(&in, &r->stop);
	get_snippets(&in, r);
	r->process = get_text(&in, CODEC_PROCESS_MAX);
	return in.failed || in.left.n > 0 ? ERR_SYNTAX : 1;
}

/* --- memory --------------------------------------------------------------- */

/* The newest snippet that holds addr: its bytes from there on. */
static struct str
find_bytes(const struct codec_record *r, uint64_t addr)
{
	for (unsigned i = r->n_snippets; i-- > 0;) {
		const struct codec_snippet *s = &r->snippets[i];
		uint64_t skip = addr - s->addr;

		if (addr >= s->addr && skip < s->bytes.n)
			return str_sub(s->bytes, (size_t)skip, s->bytes.n);
	}
	return STR_NONE;
}

static long
read_record(void *ctx, pid_t tid, uint64_t addr, void *to, size_t n)
{
	const struct codec_record *r = ctx;
	size_t done = 0;

	(void)tid;
	while (done < n) {
		struct str s = find_bytes(r, addr + done);

		if (s.n == 0)
			break;
		if (s.n > n - done)
			s.n = n - done;
		memcpy((char *)to + done, s.p, s.n);
		done += s.n;
	}
	return done == 0 && n > 0 ? ERR_FAULT : (long)done;
}

struct mem_reader
codec_reader(struct codec_record *r)
{
	return (struct mem_reader){ read_record, r };
}

static long
read_through(void *ctx, pid_t tid, uint64_t addr, void *to, size_t n)
{
	struct codec_recorder *c = ctx;
	long got = c->inner->read(c->inner->ctx, tid, addr, to, n);
	struct codec_record *r = &c->record;

	if (got <= 0)
		return got;
	if (r->n_snippets == CODEC_SNIPPETS_MAX ||
	    (size_t)got > sizeof(c->bytes) - c->used) {
		c->full = true;
		return got;
	}
	memcpy(c->bytes + c->used, to, (size_t)got);
	r->snippets[r->n_snippets++] =
	    (struct codec_snippet){ addr, { c->bytes + c->used, (size_t)got } };
	c->used += (size_t)got;
	return got;
}

struct mem_reader
codec_record_start(struct codec_recorder *c, const struct mem_reader *inner,
    const struct stop *stop)
{
	c->inner = inner;
	c->record.stop = *stop;
	c->record.n_snippets = 0;
	c->record.process = STR_NONE;
	c->used = 0;
	c->full = false;
	return (struct mem_reader){ read_through, c };
}
