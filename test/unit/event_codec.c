/*
 * Recordings: what was written comes back, an event decodes from its record as
 * from the tracee, and damaged bytes are refused.
 */
#include "event_memory.h"

#include "event/codec.h"

static struct memory m;
static struct codec_recorder recorder;
static struct codec_record record;
static char bytes[200000];

static int
setup(void **state)
{
	(void)state;
	memory_init(&m);
	memset(&record, 0, sizeof(record));
	return 0;
}

static void
test_header(void **state)
{
	struct buf b = buf_fixed(bytes, sizeof(bytes));
	struct str rest;

	(void)state;
	codec_put_header(&b);
	rest = buf_str(&b);
	assert_int_equal(codec_get_header(&rest), 0);
	assert_int_equal(rest.n, 0);
	for (size_t n = 0; n < b.n; n++) {
		rest = str_sub(buf_str(&b), 0, n);
		assert_int_equal(codec_get_header(&rest), ERR_SYNTAX);
		assert_int_equal(rest.n, n);
	}
	bytes[8]++;
	rest = buf_str(&b);
	assert_int_equal(codec_get_header(&rest), ERR_UNSUPPORTED);
	bytes[8]--;
	bytes[12]++;
	assert_int_equal(codec_get_header(&rest), ERR_UNSUPPORTED);
	bytes[12]--;
	bytes[0]++;
	assert_int_equal(codec_get_header(&rest), ERR_SYNTAX);
}

static void
test_round_trip(void **state)
{
	const struct codec_record in = {
		.stop = { .kind = STOP_EXEC,
		    .abi = ABI_I386,
		    .tid = 7,
		    .child = -1,
		    .former_tid = 9,
		    .nr = 11,
		    .args = { 1, 2, 3, 4, 5, UINT64_MAX },
		    .result = -14,
		    .sp = UINT64_C(0x7ffffffff000),
		    .clone_flags = 6,
		    .status = -3,
		    .leader = true,
		    .restarted = true,
		    .time_ns = UINT64_C(1700000000123456789) },
		.n_snippets = 2,
		.snippets = { { 16, STR("abc") }, { 4096, STR("") } },
		.process = STR("process"),
	};
	struct buf b = buf_fixed(bytes, sizeof(bytes));
	struct codec_record *out = &record;
	struct str rest;

	(void)state;
	codec_put(&b, &in);
	codec_put(&b, &in);
	assert_false(b.failed);
	rest = buf_str(&b);
	for (unsigned i = 0; i < 2; i++) {
		memset(out, 0xff, sizeof(*out));
		assert_int_equal(codec_get(&rest, out), 1);
		assert_int_equal(out->stop.kind, in.stop.kind);
		assert_int_equal(out->stop.abi, in.stop.abi);
		assert_int_equal(out->stop.tid, 7);
		assert_int_equal(out->stop.child, -1);
		assert_int_equal(out->stop.former_tid, 9);
		assert_int_equal(out->stop.nr, 11);
		assert_memory_equal(out->stop.args, in.stop.args,
		    sizeof(in.stop.args));
		assert_int_equal(out->stop.result, -14);
		assert_int_equal(out->stop.sp, in.stop.sp);
		assert_int_equal(out->stop.clone_flags, 6);
		assert_int_equal(out->stop.status, -3);
		assert_true(out->stop.leader && out->stop.restarted);
		assert_int_equal(out->stop.time_ns, in.stop.time_ns);
		assert_int_equal(out->n_snippets, 2);
		assert_int_equal(out->snippets[0].addr, 16);
		assert_true(str_eq(out->snippets[0].bytes, STR("abc")));
		assert_int_equal(out->snippets[1].bytes.n, 0);
		assert_true(str_eq(out->process, STR("process")));
	}
	assert_int_equal(codec_get(&rest, out), 0);
}

static void
test_recorder(void **state)
{
	struct stop stop = { .kind = STOP_ENTRY,
		.abi = ABI_X86_64,
		.tid = 42,
		.nr = 257,
		.args = { 3, PAGES + PAGES_SIZE - 9, 0101, 0600 } };
	struct mem_reader through =
	    codec_record_start(&recorder, &m.reader, &stop);
	struct buf b = buf_fixed(bytes, sizeof(bytes));
	struct str rest;

	(void)state;
	memory_text(&m, PAGES_SIZE - 9, "/tmp/abc");
	assert_int_equal(event_decode(&m.ev, &stop, &through, &m.scratch), 0);
	codec_put(&b, &recorder.record);
	assert_false(recorder.full);
	rest = buf_str(&b);
	assert_int_equal(codec_get(&rest, &record), 1);
	memset(&m.ev, 0, sizeof(m.ev));
	through = codec_reader(&record);
	assert_int_equal(
	    event_decode(&m.ev, &record.stop, &through, &m.scratch), 0);
	assert_int_equal(m.ev.type, EVENT_OPENAT);
	assert_text(&m, "name", "/tmp/abc");
	assert_raw(&m, "mode", 0600);
	/* What was not read then faults now. */
	record.stop.args[1] = HOLE;
	assert_int_equal(
	    event_decode(&m.ev, &record.stop, &through, &m.scratch), 0);
	assert_state(&m, "name", PARAM_UNREADABLE);
}

static void
test_recorder_full(void **state)
{
	struct stop stop = { .kind = STOP_ENTRY, .tid = 42 };
	struct mem_reader through =
	    codec_record_start(&recorder, &m.reader, &stop);
	char to[1024];

	(void)state;
	for (unsigned i = 0; i < 32; i++)
		assert_int_equal(
		    through.read(through.ctx, 42, PAGES, to, sizeof(to)),
		    sizeof(to));
	assert_false(recorder.full);
	assert_int_equal(through.read(through.ctx, 42, PAGES, to, 1), 1);
	assert_true(recorder.full);
	assert_int_equal(recorder.record.n_snippets, 32);
	through = codec_record_start(&recorder, &m.reader, &stop);
	assert_false(recorder.full);
	for (unsigned i = 0; i < CODEC_SNIPPETS_MAX; i++)
		through.read(through.ctx, 42, PAGES, to, 1);
	assert_false(recorder.full);
	through.read(through.ctx, 42, PAGES, to, 1);
	assert_true(recorder.full);
	assert_int_equal(recorder.record.n_snippets, CODEC_SNIPPETS_MAX);
	assert_int_equal(through.read(through.ctx, 42, HOLE, to, 1), ERR_FAULT);
}

static void
test_reader(void **state)
{
	struct codec_record r = {
		.n_snippets = 3,
		.snippets = { { 100, STR("abcd") }, { 104, STR("ef") },
		    { 101, STR("X") } },
	};
	struct mem_reader reader = codec_reader(&r);
	char to[16];

	(void)state;
	/* Pieces that touch are one; what was read last counts. */
	assert_int_equal(reader.read(reader.ctx, 1, 100, to, 16), 6);
	assert_memory_equal(to, "abcdef", 6);
	assert_int_equal(reader.read(reader.ctx, 1, 101, to, 2), 2);
	assert_memory_equal(to, "Xc", 2);
	assert_int_equal(reader.read(reader.ctx, 1, 106, to, 1), ERR_FAULT);
	assert_int_equal(reader.read(reader.ctx, 1, 99, to, 4), ERR_FAULT);
	assert_int_equal(reader.read(reader.ctx, 1, UINT64_MAX, to, 4),
	    ERR_FAULT);
}

/* --- damage --------------------------------------------------------------- */

static void
test_truncated(void **state)
{
	const struct codec_record in = {
		.n_snippets = 1,
		.snippets = { { 16, STR("abc") } },
		.process = STR("process"),
	};
	struct buf b = buf_fixed(bytes, sizeof(bytes));
	struct str rest;

	(void)state;
	codec_put(&b, &in);
	for (size_t n = 1; n < b.n; n++) {
		rest = str_sub(buf_str(&b), 0, n);
		assert_int_equal(codec_get(&rest, &record), ERR_SYNTAX);
	}
	/* The record's length says less, or more, than its parts. */
	for (int by = -1; by <= 1; by += 2) {
		bytes[0] = (char)(bytes[0] + by);
		bytes[b.n] = 0;
		rest = (struct str){ bytes, b.n + 1 };
		assert_int_equal(codec_get(&rest, &record), ERR_SYNTAX);
		bytes[0] = (char)(bytes[0] - by);
	}
}

/* Writes one record, sets size bytes at offset to v and reads it. */
static int
get_damaged(size_t offset, unsigned size, uint64_t v)
{
	const struct codec_record in = {
		.n_snippets = 1,
		.snippets = { { 16, STR("abc") } },
		.process = STR("process"),
	};
	struct buf b = buf_fixed(bytes, sizeof(bytes));
	struct str rest;

	codec_put(&b, &in);
	for (unsigned i = 0; i < size; i++)
		bytes[offset + i] = (char)(v >> (8 * i));
	rest = buf_str(&b);
	return codec_get(&rest, &record);
}

static void
test_damaged(void **state)
{
	const size_t count = 4 + 4 + 20 + 48 + 32, length = count + 4 + 8;

	(void)state;
	assert_int_equal(get_damaged(4, 1, STOP_ENTRY), 1);
	assert_int_equal(get_damaged(4, 1, STOP_HELPER + 1), ERR_SYNTAX);
	assert_int_equal(get_damaged(5, 1, ABI_COUNT), ERR_SYNTAX);
	assert_int_equal(get_damaged(6, 1, 2), ERR_SYNTAX);
	assert_int_equal(get_damaged(7, 1, 2), ERR_SYNTAX);
	assert_int_equal(get_damaged(count, 4, 1), 1);
	assert_int_equal(get_damaged(count, 4, 2), ERR_SYNTAX);
	assert_int_equal(get_damaged(count, 4, CODEC_SNIPPETS_MAX + 1),
	    ERR_SYNTAX);
	assert_int_equal(get_damaged(count, 4, UINT32_MAX), ERR_SYNTAX);
	assert_int_equal(get_damaged(length, 4, 3), 1);
	assert_int_equal(get_damaged(length, 4, UINT32_MAX), ERR_SYNTAX);
	assert_int_equal(get_damaged(length + 4 + 3, 4, 8), ERR_SYNTAX);
}

static void
test_limits(void **state)
{
	static char big[CODEC_PROCESS_MAX + 1];
	struct codec_record in = { .process = { big, CODEC_PROCESS_MAX } };
	struct buf b = buf_fixed(bytes, sizeof(bytes));
	struct str rest;

	(void)state;
	codec_put(&b, &in);
	rest = buf_str(&b);
	assert_int_equal(codec_get(&rest, &record), 1);
	buf_reset(&b);
	in.process.n++;
	codec_put(&b, &in);
	rest = buf_str(&b);
	assert_int_equal(codec_get(&rest, &record), ERR_SYNTAX);
	buf_reset(&b);
	in.process = STR_NONE;
	in.n_snippets = 2;
	in.snippets[0].bytes = (struct str){ big, CODEC_BYTES_MAX };
	in.snippets[1].bytes = STR("");
	codec_put(&b, &in);
	rest = buf_str(&b);
	assert_int_equal(codec_get(&rest, &record), 1);
	buf_reset(&b);
	in.snippets[1].bytes = STR("x");
	codec_put(&b, &in);
	rest = buf_str(&b);
	assert_int_equal(codec_get(&rest, &record), ERR_SYNTAX);
	b = buf_fixed(bytes, 20);
	codec_put(&b, &in);
	assert_true(b.failed);
}

static void
test_snippet_limit(void **state)
{
	struct codec_record in = { .n_snippets = CODEC_SNIPPETS_MAX };
	struct buf b = buf_fixed(bytes, sizeof(bytes));
	const size_t count = 4 + 4 + 20 + 48 + 32;
	struct str rest;

	(void)state;
	codec_put(&b, &in);
	rest = buf_str(&b);
	assert_int_equal(codec_get(&rest, &record), 1);
	assert_int_equal(record.n_snippets, CODEC_SNIPPETS_MAX);
	/* One more, empty as the others. */
	bytes[count]++;
	bytes[0] = (char)(bytes[0] + 12);
	assert_true((unsigned char)bytes[0] >= 12);
	memset(bytes + b.n, 0, 12);
	rest = (struct str){ bytes, b.n + 12 };
	assert_int_equal(codec_get(&rest, &record), ERR_SYNTAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_header, setup),
		cmocka_unit_test_setup(test_round_trip, setup),
		cmocka_unit_test_setup(test_recorder, setup),
		cmocka_unit_test_setup(test_recorder_full, setup),
		cmocka_unit_test_setup(test_reader, setup),
		cmocka_unit_test_setup(test_truncated, setup),
		cmocka_unit_test_setup(test_damaged, setup),
		cmocka_unit_test_setup(test_limits, setup),
		cmocka_unit_test_setup(test_snippet_limit, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
