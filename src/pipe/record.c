/*
 * Recording and replaying what state reads; see the header.
 */
#include "pipe/record.h"

#include "base/err.h"

enum question { ASK_READ, ASK_LINK, ASK_EXE, ASK_FD, ASK_SOCKET, ASK_ROOT };

struct answer_head {
	uint8_t question, which;
	int32_t tid, number;
	int64_t result;
	uint32_t length;
};

static void
keep(struct record_asker *r, struct answer_head h, const void *bytes)
{
	buf_put(&r->blob, &h.question, 1);
	buf_put(&r->blob, &h.which, 1);
	buf_put(&r->blob, &h.tid, sizeof h.tid);
	buf_put(&r->blob, &h.number, sizeof h.number);
	buf_put(&r->blob, &h.result, sizeof h.result);
	buf_put(&r->blob, &h.length, sizeof h.length);
	buf_put(&r->blob, bytes, h.length);
}

static uint32_t
length_of(int64_t result)
{
	return result > 0 ? (uint32_t)result : 0;
}

static long
ask_read(void *ctx, pid_t tid, enum proc_file f, void *to, size_t n)
{
	struct record_asker *r = ctx;
	long got = r->inner->read(r->inner->ctx, tid, f, to, n);

	keep(r,
	    (struct answer_head){ ASK_READ, (uint8_t)f, tid, 0, got,
		length_of(got) },
	    to);
	return got;
}

static long
ask_link(void *ctx, pid_t tid, enum proc_link l, int number, void *to, size_t n)
{
	struct record_asker *r = ctx;
	long got = r->inner->link(r->inner->ctx, tid, l, number, to, n);

	keep(r,
	    (struct answer_head){ ASK_LINK, (uint8_t)l, tid, number, got,
		length_of(got) },
	    to);
	return got;
}

static int
ask_exe(void *ctx, pid_t tid, struct file_facts *out)
{
	struct record_asker *r = ctx;
	int got = r->inner->exe_facts(r->inner->ctx, tid, out);

	keep(r, (struct answer_head){ ASK_EXE, 0, tid, 0, got, sizeof *out },
	    out);
	return got;
}

static int
ask_fd(void *ctx, pid_t tid, int fd, struct file_facts *out)
{
	struct record_asker *r = ctx;
	int got = r->inner->fd_facts(r->inner->ctx, tid, fd, out);

	keep(r, (struct answer_head){ ASK_FD, 0, tid, fd, got, sizeof *out },
	    out);
	return got;
}

/* The paths of UNIX addresses follow the struct, local first. */
static int
ask_socket(void *ctx, pid_t tid, int fd, struct sock_facts *out,
    struct arena *scratch)
{
	struct record_asker *r = ctx;
	int got = r->inner->socket(r->inner->ctx, tid, fd, out, scratch);
	size_t n =
	    got ? 0 : sizeof *out + out->local.path.n + out->remote.path.n;

	keep(r,
	    (struct answer_head){ ASK_SOCKET, 0, tid, fd, got,
		got ? 0 : (uint32_t)sizeof *out },
	    out);
	if (got)
		return got;
	/* keep() wrote the struct's length: correct it to cover the paths. */
	size_t at = r->blob.n - sizeof *out - sizeof(uint32_t);
	uint32_t length = (uint32_t)n;
	if (!r->blob.failed)
		memcpy(r->blob.p + at, &length, sizeof length);
	buf_str_put(&r->blob, out->local.path);
	buf_str_put(&r->blob, out->remote.path);
	return got;
}

static long
ask_root(void *ctx, pid_t tid, const char *path, void *to, size_t n)
{
	struct record_asker *r = ctx;
	long got = r->inner->root_file(r->inner->ctx, tid, path, to, n);

	/* The path is told apart by its hash. */
	keep(r,
	    (struct answer_head){ ASK_ROOT, 0, tid,
		(int32_t)str_hash(str_from(path), 0), got, length_of(got) },
	    to);
	return got;
}

struct state_source
record_source(struct record_asker *r)
{
	return (struct state_source){
		.read = ask_read,
		.link = ask_link,
		.exe_facts = ask_exe,
		.fd_facts = ask_fd,
		.socket = ask_socket,
		.root_file = ask_root,
		.ctx = r,
	};
}

static bool
take(struct str *rest, void *to, size_t n)
{
	if (rest->n < n)
		return false;
	memcpy(to, rest->p, n);
	*rest = str_sub(*rest, n, rest->n);
	return true;
}

/* The first answer to the question; bytes borrow from the blob. */
static bool
answer(const struct record_answers *r, struct answer_head ask, int64_t *result,
    struct str *bytes)
{
	struct str rest = r->blob;
	struct answer_head h;

	while (take(&rest, &h.question, 1) && take(&rest, &h.which, 1) &&
	    take(&rest, &h.tid, sizeof h.tid) &&
	    take(&rest, &h.number, sizeof h.number) &&
	    take(&rest, &h.result, sizeof h.result) &&
	    take(&rest, &h.length, sizeof h.length) && h.length <= rest.n) {
		*bytes = str_sub(rest, 0, h.length);
		rest = str_sub(rest, h.length, rest.n);
		if (h.question != ask.question || h.which != ask.which ||
		    h.tid != ask.tid || h.number != ask.number)
			continue;
		*result = h.result;
		return true;
	}
	return false;
}

static long
answer_bytes(const struct record_answers *r, struct answer_head ask, void *to,
    size_t n)
{
	int64_t result;
	struct str bytes;

	if (!answer(r, ask, &result, &bytes))
		return ERR_NOENT;
	if (result < 0)
		return (long)result;
	if (bytes.n > n)
		bytes.n = n;
	if (bytes.n)
		memcpy(to, bytes.p, bytes.n);
	return (long)bytes.n;
}

static int
answer_struct(const struct record_answers *r, struct answer_head ask, void *to,
    size_t n)
{
	int64_t result;
	struct str bytes;

	if (!answer(r, ask, &result, &bytes))
		return ERR_NOENT;
	if (result)
		return result < 0 ? (int)result : ERR_INVAL;
	if (bytes.n != n)
		return ERR_INVAL;
	memcpy(to, bytes.p, n);
	return 0;
}

static long
replay_read(void *ctx, pid_t tid, enum proc_file f, void *to, size_t n)
{
	return answer_bytes(ctx,
	    (struct answer_head){ ASK_READ, (uint8_t)f, tid, 0, 0, 0 }, to, n);
}

static long
replay_link(void *ctx, pid_t tid, enum proc_link l, int number, void *to,
    size_t n)
{
	return answer_bytes(ctx,
	    (struct answer_head){ ASK_LINK, (uint8_t)l, tid, number, 0, 0 }, to,
	    n);
}

/* Bytes of a file may be no bool at all. */
static bool
is_bool(const bool *b)
{
	unsigned char c;

	memcpy(&c, b, 1);
	return c <= 1;
}

static int
checked_facts(int r, struct file_facts *out)
{
	if (r == 0 &&
	    (!is_bool(&out->overlay) || !is_bool(&out->upper_layer) ||
		!is_bool(&out->memfd)))
		return ERR_INVAL;
	return r;
}

static int
replay_exe(void *ctx, pid_t tid, struct file_facts *out)
{
	int r = answer_struct(ctx,
	    (struct answer_head){ ASK_EXE, 0, tid, 0, 0, 0 }, out, sizeof *out);

	return checked_facts(r, out);
}

static int
replay_fd(void *ctx, pid_t tid, int fd, struct file_facts *out)
{
	int r = answer_struct(ctx,
	    (struct answer_head){ ASK_FD, 0, tid, fd, 0, 0 }, out, sizeof *out);

	return checked_facts(r, out);
}

static int
replay_socket(void *ctx, pid_t tid, int fd, struct sock_facts *out,
    struct arena *scratch)
{
	int64_t result;
	struct str bytes;

	if (!answer(ctx, (struct answer_head){ ASK_SOCKET, 0, tid, fd, 0, 0 },
		&result, &bytes))
		return ERR_NOENT;
	if (result)
		return result < 0 ? (int)result : ERR_INVAL;
	if (!take(&bytes, out, sizeof *out) || !is_bool(&out->have_local) ||
	    !is_bool(&out->have_remote) || !is_bool(&out->listening) ||
	    out->local.path.n > bytes.n ||
	    out->remote.path.n != bytes.n - out->local.path.n)
		return ERR_INVAL;
	struct str local = str_sub(bytes, 0, out->local.path.n);
	struct str remote = str_sub(bytes, local.n, bytes.n);
	out->local.path = arena_str(scratch, local);
	out->remote.path = arena_str(scratch, remote);
	return 0;
}

static long
replay_root(void *ctx, pid_t tid, const char *path, void *to, size_t n)
{
	int32_t number = (int32_t)str_hash(str_from(path), 0);

	return answer_bytes(ctx,
	    (struct answer_head){ ASK_ROOT, 0, tid, number, 0, 0 }, to, n);
}

struct state_source
record_replay_source(struct record_answers *r)
{
	return (struct state_source){
		.read = replay_read,
		.link = replay_link,
		.exe_facts = replay_exe,
		.fd_facts = replay_fd,
		.socket = replay_socket,
		.root_file = replay_root,
		.ctx = r,
	};
}
