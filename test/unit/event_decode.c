/*
 * Decoding: each way of fetching, in every ABI, with memory that ends, is cut,
 * or is not there at all.
 */
#include "event_memory.h"

static struct memory m;

static int
setup(void **state)
{
	(void)state;
	memory_init(&m);
	return 0;
}

/* --- registers ------------------------------------------------------------ */

static void
test_head(void **state)
{
	(void)state;
	m.ev.num = 5;
	memory_call(&m, ABI_X86_64, EVENT_CLOSE, ARGS(9));
	assert_int_equal(m.ev.num, 5);
	assert_int_equal(m.ev.tid, 42);
	assert_int_equal(m.ev.time_ns, 7);
	assert_int_equal(m.ev.nr, 3);
	assert_int_equal(m.ev.args[0], 9);
	assert_false(m.ev.has_result);
	assert_raw(&m, "fd", 9);
	assert_int_equal(memory_decode(&m, ABI_X86_64, 599, ARGS(0)),
	    ERR_INVAL);
	assert_int_equal(m.ev.n_params, 0);
	memory_result(&m, 0); /* of no call: nothing to add */
	assert_int_equal(memory_decode(&m, ABI_OTHER, 3, ARGS(0)), ERR_INVAL);
}

static void
test_result(void **state)
{
	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_CLOSE, ARGS(9));
	assert_state(&m, "res", PARAM_LATER);
	memory_result(&m, -9);
	assert_true(m.ev.has_result);
	assert_int_equal(m.ev.result, -9);
	assert_raw(&m, "res", -9);
	assert_raw(&m, "fd", 9);
	memory_call(&m, ABI_X86_64, EVENT_GETUID, ARGS(0));
	memory_result(&m, 1000);
	assert_raw(&m, "uid", 1000);
}

static void
test_registers(void **state)
{
	(void)state;
	/* Upper halves of registers that the call ignores are garbage. */
	memory_call(&m, ABI_X86_64, EVENT_DUP3,
	    ARGS(0xdead00000003, 0xffffffffffffffff, 0xabc00080000));
	assert_raw(&m, "oldfd", 3);
	assert_raw(&m, "newfd", -1);
	assert_raw(&m, "flags", 0x1000); /* O_CLOEXEC */
	memory_call(&m, ABI_X86_64, EVENT_LSEEK, ARGS(3, -5, 1));
	assert_raw(&m, "offset", -5);
	memory_call(&m, ABI_I386, EVENT_LSEEK, ARGS(3, 0x1fffffffb, 1));
	assert_raw(&m, "offset", -5);
	memory_call(&m, ABI_X86_64, EVENT_MMAP,
	    ARGS(0, 4096, 7, 0x22, 0xffffffff, 8192));
	assert_raw(&m, "length", 4096);
	assert_raw(&m, "prot", 7);
	assert_raw(&m, "flags", 2 | 8); /* PRIVATE, ANONYMOUS */
	assert_raw(&m, "fd", -1);
	assert_raw(&m, "offset", 8192);
	assert_state(&m, "vm_size", PARAM_ABSENT);
	assert_int_equal(m.reads, 0);
}

static void
test_offsets(void **state)
{
	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_PWRITE,
	    ARGS(3, PAGES, 4, UINT64_C(0x500000001), 99));
	assert_raw(&m, "pos", UINT64_C(0x500000001));
	memory_call(&m, ABI_I386, EVENT_PWRITE, ARGS(3, PAGES, 4, 1, 5));
	assert_raw(&m, "pos", UINT64_C(0x500000001));
	memory_call(&m, ABI_I386, EVENT_LLSEEK, ARGS(3, 5, 1, 0, 2));
	assert_raw(&m, "offset", UINT64_C(0x500000001));
	assert_raw(&m, "whence", 2);
}

static void
test_ids(void **state)
{
	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_SETREUID, ARGS(70000, -1));
	assert_raw(&m, "ruid", 70000);
	assert_raw(&m, "euid", UINT32_MAX);
	memory_call(&m, ABI_I386, EVENT_SETREUID, ARGS(0x50001, 0xffff));
	assert_raw(&m, "ruid", 1);
	assert_raw(&m, "euid", UINT32_MAX);
	assert_int_equal(memory_decode(&m, ABI_I386, 203, ARGS(70000, 0xffff)),
	    0);
	assert_int_equal(m.ev.type, EVENT_SETREUID);
	assert_raw(&m, "ruid", 70000);
	assert_raw(&m, "euid", 0xffff);
	/* The kernel writes 16 bits each, or 32. */
	memory_put(&m, 0, "\x01\x00\x02\x00\x03\x00\x04\x00", 8);
	memory_call(&m, ABI_I386, EVENT_GETRESUID,
	    ARGS(PAGES, PAGES + 2, HOLE));
	assert_state(&m, "ruid", PARAM_LATER);
	memory_result(&m, 0);
	assert_raw(&m, "ruid", 1);
	assert_raw(&m, "euid", 2);
	assert_state(&m, "suid", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_GETRESUID,
	    ARGS(PAGES, PAGES + 4, PAGES));
	memory_result(&m, 0);
	assert_raw(&m, "ruid", 0x20001);
	assert_raw(&m, "euid", 0x40003);
}

static void
test_remapped(void **state)
{
	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_PTRACE, ARGS(16, 77, 1, 2));
	assert_raw(&m, "request", 11); /* PTRACE_ATTACH */
	assert_raw(&m, "pid", 77);
	assert_raw(&m, "addr", 1);
	assert_raw(&m, "data", 2);
	memory_call(&m, ABI_X86_64, EVENT_PTRACE, ARGS(0x4206, 77));
	assert_raw(&m, "request", 20); /* PTRACE_SEIZE */
	memory_call(&m, ABI_X86_64, EVENT_PTRACE, ARGS(12, 77));
	assert_raw(&m, "request", 26); /* PTRACE_GETREGS */
	memory_call(&m, ABI_AARCH64, EVENT_PTRACE, ARGS(12, 77));
	assert_raw(&m, "request", 0); /* none on arm64 */
	memory_call(&m, ABI_X86_64, EVENT_UNSHARE, ARGS(0x30000000));
	assert_raw(&m, "flags", 0x80000 | 0x40); /* NEWUSER, NEWPID */
	memory_call(&m, ABI_X86_64, EVENT_SETNS, ARGS(4, 0x20000));
	assert_raw(&m, "nstype", 0x20);
	memory_call(&m, ABI_X86_64, EVENT_UNLINKAT, ARGS(-100, 0, 0x200));
	assert_raw(&m, "flags", 1);
	memory_call(&m, ABI_X86_64, EVENT_ACCESS, ARGS(0, 5));
	assert_raw(&m, "mode", 4 | 1); /* X_OK, R_OK */
	memory_call(&m, ABI_X86_64, EVENT_MOUNT,
	    ARGS(0, 0, 0, UINT64_C(0xc0ed1001)));
	assert_raw(&m, "flags", 0x1001);
}

/* --- open ----------------------------------------------------------------- */

static void
test_open_flags(void **state)
{
	static const struct {
		uint64_t kernel, rule;
	} flags[] = {
		{ 0, 1 }, { 1, 2 }, { 2, 3 }, { 3, 1 },
		{ 02001 | 0100, 2 | 8 | 4 },       /* O_APPEND O_CREAT */
		{ 01000 | 1, 0x100 | 2 },          /* O_TRUNC */
		{ 0200, 0x20 | 1 },                /* O_EXCL */
		{ 04000, 0x40 | 1 },               /* O_NONBLOCK */
		{ 010000, 0x10 | 1 },              /* O_DSYNC alone */
		{ 04010000, 0x80 | 0x10 | 1 },     /* O_SYNC */
		{ 040000, 0x200 | 1 },             /* O_DIRECT */
		{ 0200000, 0x400 | 1 },            /* O_DIRECTORY alone */
		{ 020200002, 0x2000 | 0x400 | 3 }, /* O_TMPFILE */
		{ 0100000, 0x800 | 1 },            /* O_LARGEFILE */
		{ 02000000, 0x1000 | 1 },          /* O_CLOEXEC */
	};

	(void)state;
	memory_text(&m, 0, "x");
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		memory_call(&m, ABI_X86_64, EVENT_OPEN,
		    ARGS(PAGES, flags[i].kernel, 0644));
		assert_raw(&m, "flags", flags[i].rule);
	}
	/* arm64 numbers some of them otherwise. */
	memory_call(&m, ABI_AARCH64, EVENT_OPENAT, ARGS(-100, PAGES, 040000));
	assert_raw(&m, "flags", 0x400 | 1);
	memory_call(&m, ABI_AARCH64, EVENT_OPENAT, ARGS(-100, PAGES, 0200000));
	assert_raw(&m, "flags", 0x200 | 1);
}

static void
test_open_mode(void **state)
{
	(void)state;
	memory_text(&m, 0, "/tmp/x");
	memory_call(&m, ABI_X86_64, EVENT_OPENAT,
	    ARGS(-100, PAGES, 0101, 0100755));
	assert_raw(&m, "mode", 0755);
	assert_raw(&m, "dirfd", -100);
	assert_text(&m, "name", "/tmp/x");
	assert_state(&m, "dev", PARAM_ABSENT);
	memory_result(&m, 3);
	assert_raw(&m, "fd", 3);
	assert_state(&m, "dev", PARAM_ABSENT);
	/* Without O_CREAT the mode is whatever the register held. */
	memory_call(&m, ABI_X86_64, EVENT_OPENAT, ARGS(-100, PAGES, 1, 0755));
	assert_raw(&m, "mode", 0);
	memory_call(&m, ABI_X86_64, EVENT_OPENAT,
	    ARGS(-100, PAGES, 0200000, 0755));
	assert_raw(&m, "mode", 0);
	memory_call(&m, ABI_X86_64, EVENT_OPENAT,
	    ARGS(-100, PAGES, 020200002, 04755));
	assert_raw(&m, "mode", 04755);
}

static void
test_openat2(void **state)
{
	uint64_t how[4] = { 0102, 04755, 0x08 | 0x04, 0 };
	uint64_t at = memory_put(&m, 64, how, sizeof(how));

	(void)state;
	memory_text(&m, 0, "x");
	memory_call(&m, ABI_X86_64, EVENT_OPENAT2, ARGS(5, PAGES, at, 24));
	assert_raw(&m, "flags", 3 | 4);
	assert_raw(&m, "mode", 04755);
	assert_raw(&m, "resolve", 1 | 8); /* BENEATH, NO_SYMLINKS */
	assert_int_equal(m.reads, 2);     /* the text and the structure */
	memory_call(&m, ABI_I386, EVENT_OPENAT2, ARGS(5, PAGES, at, 32));
	assert_raw(&m, "mode", 04755);
	memory_call(&m, ABI_X86_64, EVENT_OPENAT2, ARGS(5, PAGES, at, 23));
	assert_state(&m, "flags", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_OPENAT2, ARGS(5, PAGES, HOLE, 24));
	assert_state(&m, "flags", PARAM_UNREADABLE);
	assert_state(&m, "resolve", PARAM_UNREADABLE);
	assert_text(&m, "name", "x");
	/* The structure ends one byte after the last page. */
	memory_call(&m, ABI_X86_64, EVENT_OPENAT2,
	    ARGS(5, PAGES, PAGES + PAGES_SIZE - 23, 24));
	assert_state(&m, "flags", PARAM_UNREADABLE);
}

/* --- texts ---------------------------------------------------------------- */

static void
test_text(void **state)
{
	uint64_t at = memory_text(&m, 4090, "/etc/shadow");

	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(at));
	assert_text(&m, "path", "/etc/shadow");
	assert_false(param(&m, "path")->cut);
	assert_int_equal(param(&m, "path")->raw, at);
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(HOLE));
	assert_state(&m, "path", PARAM_UNREADABLE);
	assert_int_equal(param(&m, "path")->s.n, 0);
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(0));
	assert_state(&m, "path", PARAM_KNOWN);
	assert_true(param(&m, "path")->null);
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(UINT64_MAX));
	assert_state(&m, "path", PARAM_UNREADABLE);
	memory_text(&m, 0, "");
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(PAGES));
	assert_text(&m, "path", "");
	assert_false(param(&m, "path")->null);
}

static void
test_text_at_end(void **state)
{
	uint64_t end = PAGES + PAGES_SIZE;

	(void)state;
	memory_text(&m, PAGES_SIZE - 5, "/etc");
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(end - 5));
	assert_text(&m, "path", "/etc");
	/* Without its NUL it runs into the hole: the kernel refuses, too. */
	m.bytes[PAGES_SIZE - 1] = '/';
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(end - 5));
	assert_state(&m, "path", PARAM_UNREADABLE);
	memset(m.bytes + PAGES_SIZE - 600, 'a', 600);
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(end - 600));
	assert_state(&m, "path", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(end - 256));
	assert_state(&m, "path", PARAM_UNREADABLE);
}

static void
test_text_long(void **state)
{
	(void)state;
	memset(m.bytes, 'a', 8192);
	m.bytes[4095] = '\0';
	memory_call(&m, ABI_X86_64, EVENT_RENAME, ARGS(PAGES, PAGES + 1));
	assert_int_equal(param(&m, "oldpath")->s.n, 4095);
	assert_false(param(&m, "oldpath")->cut);
	assert_int_equal(param(&m, "newpath")->s.n, 4094);
	m.bytes[4095] = 'a';
	memory_call(&m, ABI_X86_64, EVENT_UNLINK, ARGS(PAGES));
	assert_int_equal(param(&m, "path")->s.n, EVENT_PATH_MAX);
	assert_true(param(&m, "path")->cut);
	assert_int_equal(param(&m, "path")->s.p[EVENT_PATH_MAX], '\0');
	/* 32 KB hold the largest event: mount with three long texts. */
	memory_call(&m, ABI_X86_64, EVENT_MOUNT,
	    ARGS(PAGES, PAGES + 1, PAGES + 2));
	assert_true(param(&m, "type")->cut);
	assert_state(&m, "type", PARAM_KNOWN);
}

static void
test_scratch_full(void **state)
{
	struct stop stop = { .kind = STOP_ENTRY,
		.tid = 42,
		.nr = 82,
		.args = { PAGES, PAGES } };
	char small[8];
	struct arena scratch;

	(void)state;
	memory_text(&m, 0, "/1234567");
	arena_fixed(&scratch, small, sizeof(small));
	assert_int_equal(event_decode(&m.ev, &stop, &m.reader, &scratch), 0);
	assert_int_equal(m.ev.type, EVENT_RENAME);
	assert_state(&m, "oldpath", PARAM_UNREADABLE);
}

static void
test_text_out(void **state)
{
	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_GETCWD, ARGS(PAGES, 100));
	assert_state(&m, "path", PARAM_LATER);
	memory_text(&m, 0, "/home");
	memory_result(&m, 6);
	assert_text(&m, "path", "/home");
	memory_call(&m, ABI_X86_64, EVENT_GETCWD, ARGS(PAGES, 100));
	memory_result(&m, -34);
	assert_state(&m, "path", PARAM_ABSENT);
	assert_raw(&m, "res", -34);
}

/* --- buffers -------------------------------------------------------------- */

static void
test_buffers(void **state)
{
	(void)state;
	memset(m.bytes, 'b', 200);
	memory_call(&m, ABI_X86_64, EVENT_WRITE, ARGS(1, PAGES, 200));
	assert_int_equal(param(&m, "data")->s.n, EVENT_SNAPLEN);
	assert_true(param(&m, "data")->cut);
	assert_raw(&m, "size", 200);
	memory_call(&m, ABI_X86_64, EVENT_WRITE, ARGS(1, PAGES, 3));
	assert_text(&m, "data", "bbb");
	assert_false(param(&m, "data")->cut);
	memory_call(&m, ABI_X86_64, EVENT_WRITE, ARGS(1, PAGES, 79));
	assert_int_equal(param(&m, "data")->s.n, 79);
	memory_call(&m, ABI_X86_64, EVENT_WRITE, ARGS(1, PAGES, 80));
	assert_false(param(&m, "data")->cut);
	memory_call(&m, ABI_X86_64, EVENT_WRITE, ARGS(1, PAGES, 81));
	assert_true(param(&m, "data")->cut);
	memory_call(&m, ABI_X86_64, EVENT_WRITE,
	    ARGS(1, PAGES + PAGES_SIZE - 10, UINT64_MAX));
	assert_int_equal(param(&m, "data")->s.n, 10);
	memory_call(&m, ABI_X86_64, EVENT_WRITE, ARGS(1, HOLE, 3));
	assert_state(&m, "data", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_READ, ARGS(1, PAGES, 100));
	assert_state(&m, "data", PARAM_LATER);
	memory_result(&m, 2);
	assert_text(&m, "data", "bb");
	memory_call(&m, ABI_X86_64, EVENT_READ, ARGS(1, PAGES, 100));
	memory_result(&m, 0);
	assert_text(&m, "data", "");
}

static void
test_iovecs(void **state)
{
	uint64_t wide[] = { PAGES, 2, 0, 0, PAGES + 8, 3 };
	uint32_t narrow[] = { PAGES, 2, 0, 0, PAGES + 8, 3 };
	uint64_t huge[] = { PAGES, UINT64_MAX, PAGES, UINT64_MAX };
	uint64_t bad[] = { PAGES, 2, HOLE, 2 };

	(void)state;
	memory_put(&m, 0, "ab", 2);
	memory_put(&m, 8, "cde", 3);
	memory_put(&m, 1000, wide, sizeof(wide));
	memory_put(&m, 2000, narrow, sizeof(narrow));
	memory_put(&m, 3000, huge, sizeof(huge));
	memory_put(&m, 4000, bad, sizeof(bad));
	memory_call(&m, ABI_X86_64, EVENT_WRITEV, ARGS(1, PAGES + 1000, 3));
	assert_text(&m, "data", "abcde");
	assert_raw(&m, "size", 5);
	memory_call(&m, ABI_I386, EVENT_WRITEV, ARGS(1, PAGES + 2000, 3));
	assert_text(&m, "data", "abcde");
	memory_call(&m, ABI_X32, EVENT_WRITEV, ARGS(1, PAGES + 2000, 3));
	assert_text(&m, "data", "abcde");
	assert_raw(&m, "size", 5);
	memory_call(&m, ABI_X86_64, EVENT_READV, ARGS(1, PAGES + 1000, 3));
	memory_result(&m, 4);
	assert_text(&m, "data", "abcd");
	memory_call(&m, ABI_X86_64, EVENT_WRITEV, ARGS(1, PAGES + 3000, 2));
	assert_raw(&m, "size", UINT64_MAX);
	assert_int_equal(param(&m, "data")->s.n, EVENT_SNAPLEN);
	assert_true(param(&m, "data")->cut);
	memory_call(&m, ABI_X86_64, EVENT_WRITEV, ARGS(1, PAGES + 4000, 2));
	assert_state(&m, "data", PARAM_UNREADABLE);
	assert_raw(&m, "size", 4);
	memory_call(&m, ABI_X86_64, EVENT_WRITEV,
	    ARGS(1, PAGES + 1000, UINT64_MAX));
	assert_state(&m, "data", PARAM_UNREADABLE);
	assert_state(&m, "size", PARAM_UNREADABLE);
	/* The kernel refuses more than 1024 of them. */
	memset(m.bytes, 0, sizeof(m.bytes));
	memory_call(&m, ABI_I386, EVENT_WRITEV, ARGS(1, PAGES, 1024));
	assert_raw(&m, "size", 0);
	assert_text(&m, "data", "");
	memory_call(&m, ABI_I386, EVENT_WRITEV, ARGS(1, PAGES, 1025));
	assert_state(&m, "size", PARAM_UNREADABLE);
	assert_state(&m, "data", PARAM_UNREADABLE);
}

/* --- numbers in memory ---------------------------------------------------- */

static void
test_memory(void **state)
{
	int32_t fds[] = { 5, 6 };
	uint64_t limits[] = { 1024, UINT64_MAX };
	uint32_t limits32[] = { 1024, UINT32_MAX };

	(void)state;
	memory_put(&m, 0, fds, sizeof(fds));
	memory_put(&m, 64, limits, sizeof(limits));
	memory_put(&m, 128, limits32, sizeof(limits32));
	memory_call(&m, ABI_X86_64, EVENT_PIPE, ARGS(PAGES));
	assert_state(&m, "fd1", PARAM_LATER);
	memory_result(&m, 0);
	assert_raw(&m, "fd1", 5);
	assert_raw(&m, "fd2", 6);
	memory_call(&m, ABI_X86_64, EVENT_SETRLIMIT, ARGS(7, PAGES + 64));
	assert_raw(&m, "cur", 1024);
	assert_raw(&m, "max", -1);
	memory_call(&m, ABI_I386, EVENT_SETRLIMIT, ARGS(7, PAGES + 128));
	assert_raw(&m, "cur", 1024);
	assert_raw(&m, "max", -1);
	memory_call(&m, ABI_X86_64, EVENT_PRLIMIT,
	    ARGS(0, 7, PAGES + 64, HOLE));
	assert_raw(&m, "newmax", -1);
	memory_result(&m, 0);
	assert_state(&m, "oldcur", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_PRLIMIT, ARGS(0, 7, 0, PAGES + 64));
	assert_true(param(&m, "newcur")->null);
	memory_result(&m, 0);
	assert_raw(&m, "oldcur", 1024);
	assert_raw(&m, "resource", 7);
}

static void
test_times(void **state)
{
	uint64_t wide[] = { 2, 5 };
	uint32_t narrow[] = { 2, 5 };
	uint64_t huge[] = { UINT64_MAX / 2, 5 };

	(void)state;
	memory_put(&m, 0, wide, sizeof(wide));
	memory_put(&m, 64, narrow, sizeof(narrow));
	memory_put(&m, 128, huge, sizeof(huge));
	memory_call(&m, ABI_X86_64, EVENT_NANOSLEEP, ARGS(PAGES));
	assert_raw(&m, "interval", UINT64_C(2000000005));
	memory_call(&m, ABI_I386, EVENT_NANOSLEEP, ARGS(PAGES + 64));
	assert_raw(&m, "interval", UINT64_C(2000000005));
	assert_int_equal(memory_decode(&m, ABI_I386, 414, ARGS(0, 0, PAGES)),
	    0);
	assert_raw(&m, "timeout", UINT64_C(2000000005));
	memory_call(&m, ABI_X86_64, EVENT_NANOSLEEP, ARGS(PAGES + 128));
	assert_raw(&m, "interval", UINT64_MAX);
	memory_call(&m, ABI_X86_64, EVENT_NANOSLEEP, ARGS(HOLE));
	assert_state(&m, "interval", PARAM_UNREADABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_head, setup),
		cmocka_unit_test_setup(test_result, setup),
		cmocka_unit_test_setup(test_registers, setup),
		cmocka_unit_test_setup(test_offsets, setup),
		cmocka_unit_test_setup(test_ids, setup),
		cmocka_unit_test_setup(test_remapped, setup),
		cmocka_unit_test_setup(test_open_flags, setup),
		cmocka_unit_test_setup(test_open_mode, setup),
		cmocka_unit_test_setup(test_openat2, setup),
		cmocka_unit_test_setup(test_text, setup),
		cmocka_unit_test_setup(test_text_at_end, setup),
		cmocka_unit_test_setup(test_text_long, setup),
		cmocka_unit_test_setup(test_scratch_full, setup),
		cmocka_unit_test_setup(test_text_out, setup),
		cmocka_unit_test_setup(test_buffers, setup),
		cmocka_unit_test_setup(test_iovecs, setup),
		cmocka_unit_test_setup(test_memory, setup),
		cmocka_unit_test_setup(test_times, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
