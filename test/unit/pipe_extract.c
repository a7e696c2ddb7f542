/*
 * Field values from events and a made-up /proc: both lanes before a result,
 * the one lane after it, and how little is read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "fake_proc.h"
#include "pipe/extract.h"
#include "state/proc.h"

#define SECOND UINT64_C(1000000000)
/* 2016-08-04T16:17:57.881781397Z */
#define NOW   UINT64_C(1470327477881781397)
#define FDCWD ((uint64_t)(int64_t)-100)

/* --- a tracee's memory and the calls it makes ---------------------------- */

struct world {
	struct fake fake;
	struct arena arena, scratch, event_scratch;
	struct state *st;
	struct container container;
	struct extract_context context;
	struct extract *x;
	struct event event;
	struct mem_reader mem;
	char memory[64 * 1024], event_memory[64 * 1024];
	char tracee[16 * 1024]; /* at address 0x1000 */
	size_t tracee_n;
	uint64_t now, num;
};

#define BASE 0x1000u

static long
read_tracee(void *ctx, pid_t tid, uint64_t addr, void *to, size_t n)
{
	struct world *w = ctx;

	(void)tid;
	if (addr < BASE || addr >= BASE + sizeof(w->tracee))
		return ERR_FAULT;
	if (n > BASE + sizeof(w->tracee) - addr)
		n = BASE + sizeof(w->tracee) - addr;
	memcpy(to, w->tracee + (addr - BASE), n);
	return (long)n;
}

static uint64_t
put(struct world *w, const void *bytes, size_t n)
{
	uint64_t addr = BASE + w->tracee_n;

	assert_true(w->tracee_n + n <= sizeof(w->tracee));
	memcpy(w->tracee + w->tracee_n, bytes, n);
	w->tracee_n += (n + 15) & ~(size_t)15;
	return addr;
}

static uint64_t
text(struct world *w, const char *z)
{
	return put(w, z, strlen(z) + 1);
}

static uint64_t
inet(struct world *w, const char *dotted, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	unsigned b[4];

	assert_int_equal(
	    sscanf(dotted, "%u.%u.%u.%u", &b[0], &b[1], &b[2], &b[3]), 4);
	a.sin_addr.s_addr = htonl(b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]);
	return put(w, &a, sizeof(a));
}

static long
offset(int64_t seconds)
{
	(void)seconds;
	return 2 * 3600;
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct state_source source;
	struct state_config c = { .max_procs = 64,
		.max_threads = 128,
		.text_bytes = 256 * 1024,
		.boot_ns = NOW - 1000 * SECOND,
		.clock_ticks = 100 };

	assert_non_null(w);
	*state = w;
	w->container = (struct container){ .id = STR("3ad7b26ded6d"),
		.name = STR("web"),
		.image = STR("shop/web:1.2"),
		.repository = STR("shop/web"),
		.tag = STR("1.2"),
		.privileged = -1,
		.start_ns = NOW - 900 * SECOND };
	c.container = &w->container;
	source = fake_source(&w->fake);
	arena_init(&w->arena, 32 << 20);
	arena_fixed(&w->scratch, w->memory, sizeof(w->memory));
	arena_fixed(&w->event_scratch, w->event_memory,
	    sizeof(w->event_memory));
	w->st = state_new(&w->arena, &c, &source);
	assert_non_null(w->st);
	w->context = (struct extract_context){ .state = w->st,
		.container = &w->container,
		.hostname = STR("box"),
		.start_ns = NOW - 3 * SECOND - 5,
		.utc_offset = offset };
	w->x = extract_new(&w->arena, &w->context);
	assert_non_null(w->x);
	w->mem = (struct mem_reader){ read_tracee, w };
	w->now = NOW;
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 1,
		.comm = "init",
		.cmdline = "/sbin/init",
		.exe = "/sbin/init" });
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 50,
		.ppid = 1,
		.comm = "bash",
		.cmdline = "-bash",
		.exe = "/usr/bin/bash",
		.start_ticks = 5000,
		.pgrp = 50,
		.sid = 50,
		.vpid = 9,
		.environ = "LEVEL= two |X=1" });
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 100,
		.ppid = 50,
		.comm = "cat",
		.cmdline = "/bin/cat|-n|a b||/etc/shadow",
		.environ = "HOME=/root|EMPTY=|BLANK=  |PAD=  x y  |PADDED=no",
		.exe = "/usr/bin/cat (deleted)",
		.cwd = "/srv/data",
		.start_ticks = 90000,
		.uid = 33,
		.gid = 34,
		.loginuid = 1000,
		.tty = 34816,
		.pgrp = 100,
		.sid = 50,
		.vpid = 7,
		.vpgid = 7,
		.vsid = 3,
		.cap_effective = 1 << 21 | 1,
		.exe_facts = { .ino = 11,
		    .mode = 0100755,
		    .ctime_ns = NOW - 200 * SECOND,
		    .mtime_ns = NOW - 300 * SECOND,
		    .overlay = true,
		    .upper_layer = true } });
	w->fake.files[0] = (struct fake_file){ "/etc/passwd",
		"root:x:0:0:root:/root:/bin/bash\n"
		"www-data:x:33:33::/var/www:/usr/sbin/nologin\n"
		"dev:x:1000:1000::/home/dev:/bin/sh\n" };
	w->fake.files[1] =
	    (struct fake_file){ "/etc/group", "www:x:34:\nroot:x:0:\n" };
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	arena_reset(&w->arena);
	free(w);
	return 0;
}

/* Points extract at what is in w->event. */
static void
look(struct world *w)
{
	struct proc *p;

	arena_reset(&w->scratch);
	p = state_event_begin(w->st, w->event.tid, w->now, &w->scratch);
	extract_begin(w->x, &w->event, p, &w->scratch);
}

static void
call(struct world *w, const char *name, uint64_t a, uint64_t b, uint64_t c,
    uint64_t d)
{
	enum event_type t = event_by_name(str_from(name));
	struct stop s = { .kind = STOP_ENTRY,
		.abi = ABI_X86_64,
		.tid = 100,
		.args = { a, b, c, d },
		.time_ns = w->now };

	assert_int_not_equal(t, EVENT_NONE);
	s.nr = (uint32_t)event_info(t)->nr[ABI_X86_64];
	arena_reset(&w->event_scratch);
	assert_int_equal(
	    event_decode(&w->event, &s, &w->mem, &w->event_scratch), 0);
	w->event.num = ++w->num;
	look(w);
}

static void
call6(struct world *w, const char *name, const uint64_t args[6])
{
	enum event_type t = event_by_name(str_from(name));
	struct stop s = { .kind = STOP_ENTRY,
		.abi = ABI_X86_64,
		.tid = 100,
		.time_ns = w->now };

	memcpy(s.args, args, sizeof(s.args));
	s.nr = (uint32_t)event_info(t)->nr[ABI_X86_64];
	arena_reset(&w->event_scratch);
	assert_int_equal(
	    event_decode(&w->event, &s, &w->mem, &w->event_scratch), 0);
	w->event.num = ++w->num;
	look(w);
}

static void
returns(struct world *w, int64_t result)
{
	event_set_result(&w->event, result, &w->mem, &w->event_scratch);
	look(w);
}

/* --- asking -------------------------------------------------------------- */

static struct field_ref
reference(const char *name)
{
	struct field_ref f = { .id = field_by_name(str_from(name)) };
	struct str s = str_from(name);
	ptrdiff_t at = str_find_char(s, '[');

	if (at > 0) {
		f.id = field_by_name(str_sub(s, 0, (size_t)at));
		f.has_arg = true;
		f.key = str_sub(s, (size_t)at + 1, s.n - 1);
		f.arg_is_index = str_to_i64(f.key, &f.index);
	}
	for (size_t i = s.n; f.id == FIELD_NONE && i > 0; i--)
		if (s.p[i - 1] == '.') {
			f.id = field_by_name(str_sub(s, 0, i - 1));
			f.has_arg = true;
			f.key = str_sub(s, i, s.n);
		}
	assert_int_not_equal(f.id, FIELD_NONE);
	return f;
}

static struct value
ask(struct world *w, const char *name, unsigned lane)
{
	struct field_source src = extract_source(w->x);
	struct field_ref f = reference(name);
	struct value v, both;

	src.get(src.ctx, &f, LANE_BOTH, &both);
	assert_true(both.lanes == LANE_OK || both.lanes == LANE_FAIL ||
	    both.lanes == LANE_BOTH);
	src.get(src.ctx, &f, lane, &v);
	assert_int_equal(v.lanes, lane);
	/* What is said to hold for both holds for each. */
	if (both.lanes & lane)
		assert_int_equal(v.kind, both.kind);
	return v;
}

static void
is_text(struct world *w, const char *field, unsigned lane, const char *want)
{
	struct value v = ask(w, field, lane);

	if (v.kind != VALUE_STR)
		print_error("%s: kind %d, want '%s'\n", field, v.kind, want);
	assert_int_equal(v.kind, VALUE_STR);
	if (!str_eq(v.s, str_from(want)))
		print_error("%s: '%.*s', want '%s'\n", field, STR_ARG(v.s),
		    want);
	assert_true(str_eq(v.s, str_from(want)));
}

static void
is_number(struct world *w, const char *field, unsigned lane, int64_t want)
{
	struct value v = ask(w, field, lane);

	if (v.kind != VALUE_I64 && v.kind != VALUE_U64)
		print_error("%s: kind %d\n", field, v.kind);
	assert_true(v.kind == VALUE_I64 || v.kind == VALUE_U64);
	assert_int_equal(v.i, want);
}

static void
is_bool(struct world *w, const char *field, unsigned lane, bool want)
{
	struct value v = ask(w, field, lane);

	if (v.kind != VALUE_BOOL || v.b != want)
		print_error("%s: kind %d\n", field, v.kind);
	assert_int_equal(v.kind, VALUE_BOOL);
	assert_int_equal(v.b, want);
}

static void
is_kind(struct world *w, const char *field, unsigned lane, enum value_kind want)
{
	struct value v = ask(w, field, lane);

	if (v.kind != want)
		print_error("%s: kind %d, want %d\n", field, v.kind, want);
	assert_int_equal(v.kind, want);
}

#define is_none(w, field, lane)    is_kind(w, field, lane, VALUE_NONE)
#define is_unknown(w, field, lane) is_kind(w, field, lane, VALUE_UNKNOWN)

static void
is_ip(struct world *w, const char *field, unsigned lane, const char *want)
{
	struct value v = ask(w, field, lane);
	char room[64];
	struct buf b = buf_fixed(room, sizeof(room));

	assert_int_equal(v.kind, VALUE_IP);
	event_put_ip(&b, &v.ip);
	assert_true(str_eq(buf_str(&b), str_from(want)));
}

/* --- files --------------------------------------------------------------- */

static void
test_open_absolute(void **state)
{
	struct world *w = *state;

	call(w, "close", 0, 0, 0, 0); /* the process is known now */
	fake_reset_counts(&w->fake);
	call(w, "openat", FDCWD, text(w, "/etc//../etc/shadow"), 0, 0);
	is_text(w, "evt.type", LANE_OK, "openat");
	is_text(w, "fd.name", LANE_OK, "/etc/shadow");
	is_text(w, "fd.name", LANE_FAIL, "/etc/shadow");
	is_text(w, "fd.nameraw", LANE_OK, "/etc/../etc/shadow");
	is_text(w, "fd.directory", LANE_OK, "/etc");
	is_text(w, "fd.filename", LANE_OK, "shadow");
	is_none(w, "fd.filename", LANE_FAIL);
	is_text(w, "fd.typechar", LANE_OK, "f");
	is_text(w, "fd.typechar", LANE_FAIL, "f");
	is_text(w, "fd.type", LANE_OK, "file");
	is_none(w, "fd.type", LANE_FAIL);
	is_kind(w, "fd.num", LANE_OK, VALUE_RANGE);
	assert_int_equal(ask(w, "fd.num", LANE_OK).range.lo, 0);
	is_number(w, "fd.num", LANE_FAIL, -1);
	assert_int_equal(ask(w, "evt.rawres", LANE_OK).range.lo, 0);
	assert_int_equal(ask(w, "evt.rawres", LANE_OK).range.hi, INT32_MAX);
	assert_int_equal(ask(w, "evt.rawres", LANE_FAIL).range.lo, -4095);
	assert_int_equal(ask(w, "evt.rawres", LANE_FAIL).range.hi, -1);
	is_text(w, "evt.res", LANE_OK, "SUCCESS");
	is_unknown(w, "evt.res", LANE_FAIL);
	is_bool(w, "evt.failed", LANE_OK, false);
	is_bool(w, "evt.failed", LANE_FAIL, true);
	is_bool(w, "evt.is_open_read", LANE_OK, true);
	is_bool(w, "evt.is_open_write", LANE_OK, false);
	is_text(w, "proc.name", LANE_OK, "cat");
	is_text(w, "container.id", LANE_OK, "3ad7b26ded6d");
	is_unknown(w, "fd.ino", LANE_OK);
	is_none(w, "fd.ino", LANE_FAIL);
	is_none(w, "fd.sip", LANE_OK);
	is_none(w, "fd.ip", LANE_OK);
	is_none(w, "fd.l4proto", LANE_OK);
	/* All of this without a single look at /proc. */
	assert_int_equal(fake_total(&w->fake), 0);

	returns(w, 3);
	is_number(w, "fd.num", LANE_OK, 3);
	is_number(w, "evt.rawres", LANE_OK, 3);
	is_text(w, "evt.res", LANE_OK, "SUCCESS");
	is_text(w, "fd.filename", LANE_OK, "shadow");
	is_text(w, "evt.arg.fd", LANE_OK, "<f>/etc/shadow");
	is_text(w, "evt.arg.name", LANE_OK, "/etc//../etc/shadow");
	is_text(w, "evt.arg.dirfd", LANE_OK, "AT_FDCWD");
	is_text(w, "evt.arg.flags", LANE_OK, "O_RDONLY");
	is_text(w, "evt.arg[2]", LANE_OK, "/etc//../etc/shadow");
	is_none(w, "evt.arg[99]", LANE_OK);
	is_none(w, "evt.arg.oldpath", LANE_OK);
	is_number(w, "evt.rawarg.flags", LANE_OK, 1);
	is_number(w, "evt.rawarg.fd", LANE_OK, 3);
}

static void
test_open_failed(void **state)
{
	struct world *w = *state;

	call(w, "openat", FDCWD, text(w, "/etc/none"), 0, 0);
	returns(w, -ENOENT);
	is_number(w, "fd.num", LANE_FAIL, -1);
	is_text(w, "fd.name", LANE_FAIL, "/etc/none");
	is_text(w, "fd.directory", LANE_FAIL, "/etc");
	is_text(w, "fd.typechar", LANE_FAIL, "f");
	is_none(w, "fd.filename", LANE_FAIL);
	is_text(w, "evt.res", LANE_FAIL, "ENOENT");
	is_number(w, "evt.rawres", LANE_FAIL, -ENOENT);
	is_bool(w, "evt.failed", LANE_FAIL, true);
	is_number(w, "evt.count.error", LANE_FAIL, 1);
	is_number(w, "evt.count.error.file", LANE_FAIL, 1);
	is_none(w, "evt.count.error.net", LANE_FAIL);
	is_text(w, "evt.arg.fd", LANE_FAIL, "ENOENT");
	/* The only lane there is answers, whichever is asked for. */
	is_text(w, "evt.res", LANE_OK, "ENOENT");
}

static void
test_open_relative(void **state)
{
	struct world *w = *state;
	char name[64];

	call(w, "openat", FDCWD, text(w, "../x/./f"), 0100 | 01, 0644);
	is_text(w, "fd.name", LANE_OK, "/srv/x/f");
	is_text(w, "fd.nameraw", LANE_OK, "../x/./f");
	is_text(w, "evt.arg.name", LANE_OK, "/srv/x/f");
	is_bool(w, "evt.is_open_write", LANE_OK, true);
	is_bool(w, "evt.is_open_read", LANE_OK, false);
	is_bool(w, "evt.is_open_exec", LANE_OK, false);
	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = 100,
		.fd = 5,
		.link = "/var/lib (deleted)",
		.directory = true });
	call(w, "openat", 5, text(w, "f"), 0, 0);
	is_text(w, "fd.name", LANE_OK, "/var/lib/f");
	call(w, "openat", 77, text(w, "f"), 0, 0);
	is_text(w, "fd.name", LANE_OK, "<UNKNOWN>/f");
	/* O_DIRECTORY alone tells a directory. */
	call(w, "openat", FDCWD, text(w, "/etc/"), 0200000, 0);
	is_text(w, "fd.name", LANE_OK, "/etc");
	is_text(w, "fd.typechar", LANE_OK, "d");
	is_text(w, "fd.typechar", LANE_FAIL, "f");
	is_text(w, "fd.type", LANE_OK, "directory");
	is_text(w, "fd.directory", LANE_OK, "/etc");
	is_none(w, "fd.filename", LANE_OK);
	/* An executable file is made: O_CREAT and an x bit. */
	call(w, "open", text(w, "/tmp/a"), 0100 | 0200 | 01, 0755, 0);
	is_bool(w, "evt.is_open_exec", LANE_OK, true);
	is_bool(w, "evt.is_open_create", LANE_OK, true);
	is_bool(w, "evt.is_open_create", LANE_FAIL, false);
	is_text(w, "fd.directory", LANE_OK, "/tmp");
	call(w, "creat", text(w, "/f"), 0755, 0, 0);
	is_bool(w, "evt.is_open_exec", LANE_OK, true);
	is_none(w, "evt.is_open_write", LANE_OK);
	is_text(w, "fd.directory", LANE_OK, "/");
	/* Nothing can be read of it: no name, no crash. */
	call(w, "openat", FDCWD, 0xdead0000, 0, 0);
	is_none(w, "fd.name", LANE_OK);
	is_none(w, "fd.directory", LANE_FAIL);
	is_none(w, "evt.arg.name", LANE_OK);
	call(w, "openat", FDCWD, 0, 0, 0);
	is_none(w, "fd.name", LANE_OK);
	snprintf(name, sizeof(name), "%s", "");
	call(w, "openat", FDCWD, text(w, name), 0, 0);
	is_text(w, "fd.name", LANE_OK, "/srv/data");
}

static void
test_open_overlong(void **state)
{
	struct world *w = *state;
	static char name[4096];

	memset(name, 'a', sizeof(name) - 1);
	name[0] = '/';
	call(w, "openat", FDCWD, put(w, name, sizeof(name)), 0, 0);
	is_text(w, "fd.name", LANE_OK, "/DIR_TOO_LONG/FILENAME_TOO_LONG");
	is_text(w, "fd.directory", LANE_OK, "/DIR_TOO_LONG");
}

static void
test_layers(void **state)
{
	struct world *w = *state;

	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = 100, .fd = 3, .link = "/etc/x" });
	call(w, "openat", FDCWD, text(w, "/etc/x"), 0, 0);
	returns(w, 3);
	is_number(w, "fd.ino", LANE_OK, 77);
	is_number(w, "fd.dev.major", LANE_OK, 8);
	is_number(w, "fd.dev.minor", LANE_OK, 1);
	is_bool(w, "fd.is_upper_layer", LANE_OK, false);
	is_bool(w, "fd.is_lower_layer", LANE_OK, false);
	is_text(w, "fd.containername", LANE_OK, "3ad7b26ded6d:/etc/x");
	is_text(w, "fd.containerdirectory", LANE_OK, "3ad7b26ded6d:/etc");
	is_text(w, "fd.uid", LANE_OK, "1003");
}

static void
test_at_calls(void **state)
{
	struct world *w = *state;

	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = 100,
		.fd = 4,
		.link = "/var/log",
		.directory = true });
	/* fd.* is the directory, and unlink's and unlinkat's names differ. */
	call(w, "unlinkat", 4, text(w, "syslog"), 0, 0);
	is_text(w, "fd.name", LANE_OK, "/var/log");
	is_text(w, "fd.name", LANE_FAIL, "/var/log");
	is_text(w, "fd.typechar", LANE_OK, "d");
	is_number(w, "fd.num", LANE_FAIL, 4);
	is_text(w, "evt.arg.name", LANE_OK, "/var/log/syslog");
	is_none(w, "evt.arg.path", LANE_OK);
	is_text(w, "fs.path.name", LANE_OK, "/var/log/syslog");
	is_text(w, "fs.path.nameraw", LANE_OK, "syslog");
	is_number(w, "evt.rawres", LANE_OK, 0);
	is_text(w, "evt.arg.res", LANE_OK, "0");
	is_unknown(w, "evt.arg.res", LANE_FAIL);
	call(w, "unlink", text(w, "old"), 0, 0, 0);
	is_text(w, "evt.arg.path", LANE_OK, "/srv/data/old");
	is_none(w, "fd.name", LANE_OK);
	is_none(w, "fd.num", LANE_OK);
	is_none(w, "fd.typechar", LANE_OK);
	call(w, "renameat", FDCWD, text(w, "a"), 4, text(w, "b"));
	is_text(w, "evt.arg.oldpath", LANE_OK, "/srv/data/a");
	is_text(w, "evt.arg.newpath", LANE_OK, "/var/log/b");
	is_text(w, "fs.path.source", LANE_OK, "/srv/data/a");
	is_text(w, "fs.path.target", LANE_OK, "/var/log/b");
	is_text(w, "fs.path.sourceraw", LANE_OK, "a");
	is_none(w, "fs.path.name", LANE_OK);
	is_none(w, "fd.name", LANE_OK);
	is_text(w, "evt.abspath", LANE_OK, "/srv/data/a");
	is_text(w, "evt.abspath.src", LANE_OK, "/srv/data/a");
	is_text(w, "evt.abspath.dst", LANE_OK, "/var/log/b");
	call(w, "symlinkat", text(w, "/etc/shadow"), 4, text(w, "l"), 0);
	is_text(w, "evt.arg.target", LANE_OK, "/etc/shadow");
	is_text(w, "evt.arg.linkpath", LANE_OK, "/var/log/l");
	is_text(w, "fs.path.source", LANE_OK, "/etc/shadow");
	is_text(w, "fs.path.target", LANE_OK, "/var/log/l");
	is_text(w, "fd.name", LANE_OK, "/var/log");
	call(w, "link", text(w, "/etc/shadow"), text(w, "/tmp/l"), 0, 0);
	is_text(w, "evt.arg.oldpath", LANE_OK, "/etc/shadow");
	call(w, "chmod", text(w, "/tmp/l"), 06755, 0, 0);
	is_text(w, "evt.arg.mode", LANE_OK,
	    "S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISGID|"
	    "S_ISUID");
	is_text(w, "evt.arg.filename", LANE_OK, "/tmp/l");
}

/* --- sockets ------------------------------------------------------------- */

static struct sock_addr
v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port)
{
	return (
	    struct sock_addr){ AF_INET, port, { 4, { a, b, c, d } }, STR_NONE };
}

static void
add_socket(struct world *w, int fd, const char *link, uint16_t type,
    const struct sock_addr *local, const struct sock_addr *remote)
{
	struct fake_fd f = { .tid = 100,
		.fd = fd,
		.link = link,
		.socket = true };

	f.sock = (struct sock_facts){ .family = AF_INET, .type = type };
	if (local) {
		f.sock.have_local = true;
		f.sock.local = *local;
	}
	if (remote) {
		f.sock.have_remote = true;
		f.sock.remote = *remote;
	}
	fake_fd(&w->fake, f);
}

static void
test_connect(void **state)
{
	struct world *w = *state;
	struct sock_addr local = v4(10, 0, 0, 2, 40000);
	struct sock_addr remote = v4(93, 184, 216, 34, 443);

	add_socket(w, 3, "socket:[9]", SOCK_STREAM, NULL, NULL);
	call(w, "close", 0, 0, 0, 0);
	fake_reset_counts(&w->fake);
	call(w, "connect", 3, inet(w, "93.184.216.34", 443), 16, 0);
	is_ip(w, "fd.sip", LANE_OK, "93.184.216.34");
	is_ip(w, "fd.rip", LANE_FAIL, "93.184.216.34");
	is_number(w, "fd.sport", LANE_OK, 443);
	is_number(w, "fd.rport", LANE_OK, 443);
	is_ip(w, "fd.snet", LANE_OK, "93.184.216.34");
	is_text(w, "fd.typechar", LANE_OK, "4");
	is_text(w, "fd.type", LANE_OK, "ipv4");
	is_text(w, "fd.sockfamily", LANE_OK, "ip");
	is_number(w, "fd.num", LANE_FAIL, 3);
	/* Not before the result: the local end. */
	assert_int_equal(ask(w, "fd.cip", LANE_OK).kind, VALUE_IP);
	assert_int_equal(ask(w, "fd.cip", LANE_OK).ip.family, 0);
	is_unknown(w, "fd.lport", LANE_OK);
	is_unknown(w, "fd.name", LANE_OK);
	is_unknown(w, "fd.name", LANE_FAIL);
	struct value ips = ask(w, "fd.ip", LANE_OK);
	assert_int_equal(ips.kind, VALUE_LIST);
	assert_int_equal(ips.list.n, 2);
	assert_int_equal(ips.list.at[0].ip.family, 0);
	assert_int_equal(ips.list.at[1].ip.bytes[0], 93);
	struct value ports = ask(w, "fd.port", LANE_OK);
	assert_int_equal(ports.list.at[0].kind, VALUE_UNKNOWN);
	assert_int_equal(ports.list.at[1].u, 443);
	is_bool(w, "fd.connected", LANE_OK, true);
	is_bool(w, "fd.name_changed", LANE_OK, true);
	is_unknown(w, "fd.name_changed", LANE_FAIL);
	assert_int_equal(fake_total(&w->fake), 0);
	is_text(w, "fd.l4proto", LANE_OK, "tcp");
	assert_int_equal(w->fake.sockets, 1);

	add_socket(w, 3, "socket:[9]", SOCK_STREAM, &local, &remote);
	returns(w, 0);
	is_text(w, "fd.name", LANE_OK, "10.0.0.2:40000->93.184.216.34:443");
	is_ip(w, "fd.cip", LANE_OK, "10.0.0.2");
	is_ip(w, "fd.lip", LANE_OK, "10.0.0.2");
	is_number(w, "fd.cport", LANE_OK, 40000);
	is_text(w, "fd.sproto", LANE_OK, "443");
	is_bool(w, "fd.is_server", LANE_OK, false);
	is_text(w, "evt.arg.fd", LANE_OK,
	    "<4t>10.0.0.2:40000->93.184.216.34:443");
	is_text(w, "evt.arg.addr", LANE_OK, "93.184.216.34:443");
	is_text(w, "evt.arg.tuple", LANE_OK,
	    "10.0.0.2:40000->93.184.216.34:443");
	is_none(w, "fd.sip.name", LANE_OK);
}

static void
test_connect_fails(void **state)
{
	struct world *w = *state;
	struct sock_addr local = v4(10, 0, 0, 2, 40000);

	add_socket(w, 3, "socket:[9]", SOCK_STREAM, NULL, NULL);
	call(w, "connect", 3, inet(w, "10.9.9.9", 80), 16, 0);
	returns(w, -ECONNREFUSED);
	is_bool(w, "fd.connected", LANE_FAIL, false);
	is_bool(w, "fd.name_changed", LANE_FAIL, false);
	is_text(w, "evt.res", LANE_FAIL, "ECONNREFUSED");
	is_ip(w, "fd.sip", LANE_FAIL, "10.9.9.9");
	is_none(w, "fd.cip", LANE_FAIL);
	/* A connection that is still being made counts. */
	add_socket(w, 3, "socket:[9]", SOCK_STREAM, &local, NULL);
	call(w, "connect", 3, inet(w, "10.9.9.9", 80), 16, 0);
	returns(w, -EINPROGRESS);
	is_text(w, "evt.res", LANE_FAIL, "EINPROGRESS");
	is_bool(w, "fd.name_changed", LANE_FAIL, true);
	is_text(w, "fd.name", LANE_FAIL, "10.0.0.2:40000->10.9.9.9:80");
}

static void
test_connect_unix(void **state)
{
	struct world *w = *state;
	struct {
		uint16_t family;
		char path[108];
	} a = { AF_UNIX, "/run/docker.sock" };

	call(w, "connect", 3, put(w, &a, sizeof(a)), sizeof(a), 0);
	is_text(w, "fd.typechar", LANE_OK, "u");
	is_text(w, "fd.name", LANE_OK, "/run/docker.sock");
	is_text(w, "fd.sockfamily", LANE_OK, "unix");
	is_none(w, "fd.sip", LANE_OK);
	is_none(w, "fd.cip", LANE_OK);
	is_none(w, "fd.ip", LANE_OK);
	is_none(w, "fd.sport", LANE_OK);
	is_none(w, "fd.is_server", LANE_OK);
}

static void
test_accept(void **state)
{
	struct world *w = *state;
	struct sock_addr listener = v4(0, 0, 0, 0, 8080);
	struct sock_addr local = v4(10, 0, 0, 2, 8080);
	struct sock_addr remote = v4(10, 0, 0, 9, 50123);

	add_socket(w, 3, "socket:[9]", SOCK_STREAM, &listener, NULL);
	call(w, "accept4", 3, 0, 0, 0);
	is_text(w, "fd.typechar", LANE_OK, "4");
	is_none(w, "fd.typechar", LANE_FAIL);
	is_unknown(w, "fd.name", LANE_OK);
	is_none(w, "fd.name", LANE_FAIL);
	is_unknown(w, "fd.cport", LANE_OK);
	is_none(w, "fd.cport", LANE_FAIL);
	is_number(w, "fd.num", LANE_FAIL, -1);
	is_text(w, "fd.l4proto", LANE_OK, "tcp");
	is_bool(w, "fd.connected", LANE_OK, true);
	struct value ips = ask(w, "fd.net", LANE_OK);
	assert_int_equal(ips.list.n, 2);
	assert_int_equal(ips.list.at[0].ip.family, 0);
	assert_int_equal(ips.list.at[1].ip.family, 0);
	add_socket(w, 7, "socket:[10]", SOCK_STREAM, &local, &remote);
	returns(w, 7);
	is_number(w, "fd.num", LANE_OK, 7);
	is_text(w, "fd.name", LANE_OK, "10.0.0.9:50123->10.0.0.2:8080");
	is_ip(w, "fd.cip", LANE_OK, "10.0.0.9");
	is_ip(w, "fd.sip", LANE_OK, "10.0.0.2");
	is_ip(w, "fd.rip", LANE_OK, "10.0.0.9");
	is_number(w, "fd.sport", LANE_OK, 8080);
	is_number(w, "fd.lport", LANE_OK, 8080);
	is_bool(w, "fd.is_server", LANE_OK, true);
}

static void
test_listen_bind(void **state)
{
	struct world *w = *state;
	struct sock_addr local = v4(0, 0, 0, 0, 8080);

	add_socket(w, 3, "socket:[9]", SOCK_STREAM, &local, NULL);
	call(w, "bind", 3, inet(w, "0.0.0.0", 8080), 16, 0);
	is_number(w, "fd.sport", LANE_OK, 8080);
	is_text(w, "fd.name", LANE_OK, "0.0.0.0:8080");
	is_none(w, "fd.cip", LANE_OK);
	for (size_t i = 0; i < FAKE_FDS; i++)
		if (w->fake.fds[i].fd == 3)
			w->fake.fds[i].sock.listening = true;
	call(w, "listen", 3, 5, 0, 0);
	is_number(w, "fd.sport", LANE_OK, 8080);
	is_ip(w, "fd.sip", LANE_OK, "0.0.0.0");
	is_bool(w, "fd.is_server", LANE_OK, true);
	struct value ips = ask(w, "fd.ip", LANE_OK);
	assert_int_equal(ips.list.n, 1);
}

static void
test_socket(void **state)
{
	struct world *w = *state;

	fake_reset_counts(&w->fake);
	call(w, "socket", AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0);
	is_text(w, "fd.typechar", LANE_OK, "6");
	is_text(w, "fd.l4proto", LANE_OK, "udp");
	is_none(w, "fd.l4proto", LANE_FAIL);
	is_text(w, "evt.arg.domain", LANE_OK, "AF_INET6");
	is_none(w, "fd.typechar", LANE_FAIL);
	call(w, "socket", AF_PACKET, SOCK_RAW, 3, 0);
	is_text(w, "evt.arg.domain", LANE_OK, "AF_PACKET");
	is_none(w, "fd.type", LANE_OK);
	is_bool(w, "fd.connected", LANE_OK, false);
	assert_int_equal(w->fake.sockets, 0);
}

static void
test_sendto(void **state)
{
	struct world *w = *state;
	struct sock_addr local = v4(10, 0, 0, 2, 40000);
	struct sock_addr remote = v4(8, 8, 8, 8, 53);
	uint64_t data = text(w, "hello\nworld");
	uint64_t to = inet(w, "8.8.8.8", 53);
	uint64_t args[6] = { 3, data, 11, 0, to, 16 };

	add_socket(w, 3, "socket:[9]", SOCK_DGRAM, &local, NULL);
	call6(w, "sendto", args);
	is_ip(w, "fd.sip", LANE_OK, "8.8.8.8");
	is_number(w, "fd.sport", LANE_FAIL, 53);
	is_text(w, "fd.l4proto", LANE_OK, "udp");
	is_bool(w, "fd.connected", LANE_OK, false);
	is_bool(w, "fd.name_changed", LANE_OK, true);
	is_text(w, "fd.name", LANE_OK, "10.0.0.2:40000->8.8.8.8:53");
	is_text(w, "fd.typechar", LANE_OK, "4");
	assert_true(
	    str_eq(ask(w, "evt.buffer", LANE_OK).s, STR("hello\nworld")));
	is_text(w, "evt.arg.data", LANE_OK, "hello.world");
	is_bool(w, "evt.is_io_write", LANE_OK, true);
	is_text(w, "evt.io_dir", LANE_OK, "write");
	returns(w, 11);
	/* Still the same event: the same answer. */
	is_bool(w, "fd.name_changed", LANE_OK, true);
	is_number(w, "evt.buflen", LANE_OK, 11);
	is_number(w, "evt.buflen.net.out", LANE_OK, 11);
	is_none(w, "evt.buflen.file", LANE_OK);
	is_none(w, "evt.buflen.in", LANE_OK);
	is_text(w, "evt.category", LANE_OK, "net");
	/* The same peer again is no change, another one is. */
	call6(w, "sendto", args);
	is_bool(w, "fd.name_changed", LANE_OK, false);
	args[4] = inet(w, "8.8.4.4", 53);
	call6(w, "sendto", args);
	is_bool(w, "fd.name_changed", LANE_OK, true);
	/* A connected socket keeps its name. */
	add_socket(w, 3, "socket:[11]", SOCK_DGRAM, &local, &remote);
	args[4] = 0;
	args[5] = 0;
	call6(w, "sendto", args);
	is_bool(w, "fd.connected", LANE_OK, true);
	is_bool(w, "fd.name_changed", LANE_OK, false);
	is_ip(w, "fd.sip", LANE_OK, "8.8.8.8");
}

static void
test_recvfrom(void **state)
{
	struct world *w = *state;
	struct sock_addr local = v4(10, 0, 0, 2, 53);
	uint32_t length = 16;
	uint64_t from = inet(w, "10.0.0.7", 40001);
	uint64_t args[6] = { 3, text(w, "x"), 1, 0, from,
		put(w, &length, sizeof(length)) };

	add_socket(w, 3, "socket:[9]", SOCK_DGRAM, &local, NULL);
	call6(w, "recvfrom", args);
	is_unknown(w, "fd.cport", LANE_OK);
	is_none(w, "fd.cport", LANE_FAIL);
	is_unknown(w, "evt.buffer", LANE_OK);
	is_none(w, "evt.buffer", LANE_FAIL);
	is_unknown(w, "fd.name_changed", LANE_OK);
	returns(w, 1);
	is_ip(w, "fd.cip", LANE_OK, "10.0.0.7");
	is_number(w, "fd.sport", LANE_OK, 53);
	is_text(w, "fd.name", LANE_OK, "10.0.0.7:40001->10.0.0.2:53");
	is_bool(w, "fd.name_changed", LANE_OK, true);
}

static void
test_dup(void **state)
{
	struct world *w = *state;
	struct sock_addr local = v4(10, 0, 0, 2, 40000);
	struct sock_addr remote = v4(10, 0, 0, 9, 4444);

	add_socket(w, 3, "socket:[9]", SOCK_STREAM, &local, &remote);
	call(w, "dup2", 3, 1, 0, 0);
	is_number(w, "evt.rawres", LANE_OK, 1);
	is_text(w, "fd.type", LANE_OK, "ipv4");
	is_text(w, "fd.type", LANE_FAIL, "ipv4");
	is_number(w, "fd.num", LANE_OK, 1);
	is_number(w, "fd.num", LANE_FAIL, -1);
	is_number(w, "fd.sport", LANE_OK, 4444);
	is_text(w, "fd.name", LANE_OK, "10.0.0.2:40000->10.0.0.9:4444");
	call(w, "dup", 3, 0, 0, 0);
	is_kind(w, "evt.rawres", LANE_OK, VALUE_RANGE);
	is_text(w, "fd.type", LANE_OK, "ipv4");
	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = 100, .fd = 6, .link = "pipe:[5]" });
	call(w, "dup3", 6, 0, 02000000, 0);
	is_number(w, "evt.rawres", LANE_OK, 0);
	is_text(w, "fd.type", LANE_OK, "pipe");
	is_text(w, "fd.name", LANE_OK, "pipe:[5]");
}

static void
test_new_descriptors(void **state)
{
	struct world *w = *state;

	call(w, "memfd_create", text(w, "program"), 1, 0, 0);
	is_text(w, "fd.type", LANE_OK, "memfd");
	is_none(w, "fd.type", LANE_FAIL);
	is_unknown(w, "fd.name", LANE_OK);
	is_text(w, "evt.arg.name", LANE_OK, "program");
	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = 100,
		.fd = 8,
		.link = "/memfd:program (deleted)" });
	returns(w, 8);
	is_text(w, "fd.name", LANE_OK, "/memfd:program (deleted)");
	call(w, "bpf", 5, 0, 0, 0);
	is_text(w, "evt.arg.cmd", LANE_OK, "BPF_PROG_LOAD");
	is_text(w, "fd.type", LANE_OK, "bpf");
	call(w, "ptrace", 16, 50, 0, 0);
	is_text(w, "evt.arg.request", LANE_OK, "PTRACE_ATTACH");
	is_text(w, "evt.arg.pid", LANE_OK, "bash");
	is_none(w, "fd.num", LANE_OK);
}

/* --- processes ----------------------------------------------------------- */

static void
test_process(void **state)
{
	struct world *w = *state;

	call(w, "unlink", text(w, "/x"), 0, 0, 0);
	is_text(w, "proc.name", LANE_OK, "cat");
	is_text(w, "proc.exe", LANE_OK, "/bin/cat");
	is_text(w, "proc.exepath", LANE_OK, "/usr/bin/cat");
	is_text(w, "proc.cmdline", LANE_OK, "cat -n a b  /etc/shadow");
	is_text(w, "proc.args", LANE_OK, "-n a b  /etc/shadow");
	is_text(w, "proc.args[0]", LANE_OK, "-n");
	is_text(w, "proc.args[1]", LANE_OK, "a b");
	is_text(w, "proc.args[2]", LANE_OK, "");
	is_text(w, "proc.args[3]", LANE_OK, "/etc/shadow");
	is_text(w, "proc.args[4]", LANE_OK, "");
	is_text(w, "proc.exeline", LANE_OK, "/bin/cat -n a b  /etc/shadow");
	is_number(w, "proc.cmdnargs", LANE_OK, 4);
	is_number(w, "proc.cmdlenargs", LANE_OK, 16);
	is_text(w, "proc.cwd", LANE_OK, "/srv/data/");
	is_number(w, "proc.pid", LANE_OK, 100);
	is_number(w, "proc.vpid", LANE_OK, 7);
	is_number(w, "proc.vpgid", LANE_OK, 7);
	is_number(w, "proc.sid", LANE_OK, 3);
	is_number(w, "proc.pgid", LANE_OK, 100);
	is_bool(w, "proc.is_vpgid_leader", LANE_OK, true);
	is_bool(w, "proc.is_pgid_leader", LANE_OK, true);
	is_bool(w, "proc.is_sid_leader", LANE_OK, false);
	is_number(w, "proc.tty", LANE_OK, 34816);
	is_number(w, "proc.duration", LANE_OK, 100 * (int64_t)SECOND);
	is_number(w, "proc.pid.ts", LANE_OK, (int64_t)(NOW - 100 * SECOND));
	is_text(w, "thread.cap_effective", LANE_OK, "CAP_CHOWN CAP_SYS_ADMIN");
	is_text(w, "thread.cap_inheritable", LANE_OK, "");
	is_number(w, "thread.tid", LANE_OK, 100);
	is_bool(w, "thread.ismain", LANE_OK, true);
	is_text(w, "thread.nametid", LANE_OK, "cat100");
	is_number(w, "proc.fdlimit", LANE_OK, 1024);
	is_text(w, "thread.cgroup[cpu]", LANE_OK, "/fake");
	is_number(w, "proc.nthreads", LANE_OK, 3);
	is_number(w, "proc.nchilds", LANE_OK, 2);
	is_none(w, "k8s.pod.name", LANE_OK);
	is_none(w, "evt.cpu", LANE_OK);
}

static void
test_environment(void **state)
{
	struct world *w = *state;

	call(w, "unlink", text(w, "/x"), 0, 0, 0);
	is_text(w, "proc.env[HOME]", LANE_OK, "/root");
	is_text(w, "proc.env[PAD]", LANE_OK, "x y");
	is_none(w, "proc.env[EMPTY]", LANE_OK);
	is_none(w, "proc.env[BLANK]", LANE_OK);
	is_none(w, "proc.env[NOPE]", LANE_OK);
	is_none(w, "proc.env[HOM]", LANE_OK);
	is_text(w, "proc.env", LANE_OK,
	    "HOME=/root EMPTY= BLANK=   PAD=  x y   PADDED=no");
	is_text(w, "proc.aenv[LEVEL]", LANE_OK, "two");
	is_none(w, "proc.aenv[HOME]", LANE_OK);
	is_text(w, "proc.aenv[1]", LANE_OK, "LEVEL= two  X=1");
}

static void
test_ancestors(void **state)
{
	struct world *w = *state;
	struct value v;

	call(w, "unlink", text(w, "/x"), 0, 0, 0);
	is_text(w, "proc.pname", LANE_OK, "bash");
	is_text(w, "proc.pexe", LANE_OK, "-bash");
	is_text(w, "proc.pexepath", LANE_OK, "/usr/bin/bash");
	is_text(w, "proc.pcmdline", LANE_OK, "bash");
	is_number(w, "proc.ppid", LANE_OK, 50);
	is_number(w, "proc.pvpid", LANE_OK, 9);
	is_text(w, "proc.aname[0]", LANE_OK, "cat");
	is_text(w, "proc.aname[1]", LANE_OK, "bash");
	is_text(w, "proc.aname[2]", LANE_OK, "init");
	is_none(w, "proc.aname[3]", LANE_OK);
	is_none(w, "proc.aname[9000]", LANE_OK);
	v = ask(w, "proc.aname", LANE_OK);
	assert_int_equal(v.kind, VALUE_LIST);
	assert_int_equal(v.list.n, 2);
	assert_true(str_eq(v.list.at[0].s, STR("bash")));
	assert_true(str_eq(v.list.at[1].s, STR("init")));
	v = ask(w, "proc.apid", LANE_OK);
	assert_int_equal(v.list.at[1].i, 1);
	is_text(w, "proc.aexe[2]", LANE_OK, "/sbin/init");
	is_text(w, "proc.aexepath[2]", LANE_OK, "/sbin/init");
	is_text(w, "proc.acmdline[0]", LANE_OK, "cat -n a b  /etc/shadow");
	is_text(w, "proc.aargs[0]", LANE_OK, "-n a b  /etc/shadow");
	is_text(w, "proc.aargs", LANE_OK, "");
	is_text(w, "proc.sname", LANE_OK, "bash");
	is_text(w, "proc.sid.exe", LANE_OK, "-bash");
	is_text(w, "proc.vpgid.name", LANE_OK, "cat");
	is_number(w, "proc.loginshellid", LANE_OK, 50);
	/* init has no parent, and so no value for it. */
	w->event.tid = 1;
	w->event.num++;
	look(w);
	is_none(w, "proc.pname", LANE_OK);
	is_none(w, "proc.aname", LANE_OK);
	is_none(w, "proc.pcmdline", LANE_OK);
}

static void
test_users(void **state)
{
	struct world *w = *state;

	call(w, "setuid", 0, 0, 0, 0);
	is_number(w, "user.uid", LANE_OK, 33);
	is_text(w, "user.name", LANE_OK, "www-data");
	is_text(w, "user.homedir", LANE_OK, "/var/www");
	is_text(w, "user.shell", LANE_OK, "/usr/sbin/nologin");
	is_number(w, "user.loginuid", LANE_OK, 1000);
	is_text(w, "user.loginname", LANE_OK, "dev");
	is_number(w, "group.gid", LANE_OK, 34);
	is_text(w, "group.name", LANE_OK, "www");
	is_text(w, "evt.arg.uid", LANE_OK, "root");
	is_number(w, "evt.rawarg.uid", LANE_OK, 0);
	fake_find(&w->fake, 100)->uid = 4444;
	fake_find(&w->fake, 100)->loginuid = -1;
	call(w, "setuid", 4444, 0, 0, 0);
	is_text(w, "user.name", LANE_OK, "<NA>");
	is_text(w, "user.homedir", LANE_OK, "<NA>");
	is_number(w, "user.loginuid", LANE_OK, -1);
	is_text(w, "user.loginname", LANE_OK, "<NA>");
	is_text(w, "evt.arg.uid", LANE_OK, "<NA>");
	/* root needs no entry. */
	w->fake.files[0].text = "";
	w->now += 2 * SECOND;
	fake_find(&w->fake, 100)->uid = 0;
	call(w, "setuid", 0, 0, 0, 0);
	is_text(w, "user.name", LANE_OK, "root");
	is_text(w, "user.homedir", LANE_OK, "/root");
}

static void
test_exec(void **state)
{
	struct world *w = *state;
	struct stop s = { .kind = STOP_EXEC,
		.tid = 100,
		.former_tid = 100,
		.time_ns = NOW };
	struct proc *p;

	call(w, "execveat", FDCWD, text(w, "ls"), 0, 0);
	/* What it will be is not known; if it fails, it stays what it is. */
	is_unknown(w, "proc.name", LANE_OK);
	is_unknown(w, "proc.tty", LANE_OK);
	is_unknown(w, "user.name", LANE_OK);
	is_text(w, "proc.name", LANE_FAIL, "cat");
	is_text(w, "proc.cmdline", LANE_FAIL, "cat -n a b  /etc/shadow");
	is_text(w, "container.id", LANE_OK, "3ad7b26ded6d");
	is_text(w, "evt.type", LANE_OK, "execve");
	is_text(w, "evt.type", LANE_FAIL, "execveat");
	is_number(w, "evt.type.is.execve", LANE_OK, 1);
	is_number(w, "evt.type.is.execve", LANE_FAIL, 0);
	is_none(w, "fd.name", LANE_OK);
	fake_find(&w->fake, 100)->comm = "ls";
	fake_find(&w->fake, 100)->cmdline = "ls";
	fake_find(&w->fake, 100)->exe = "/memfd:x (deleted)";
	fake_find(&w->fake, 100)->exe_facts.memfd = true;
	event_set_result(&w->event, 0, &w->mem, &w->event_scratch);
	arena_reset(&w->scratch);
	p = state_on_exec(w->st, &s, &w->scratch);
	extract_begin(w->x, &w->event, p, &w->scratch);
	is_text(w, "evt.type", LANE_OK, "execve");
	is_text(w, "syscall.type", LANE_OK, "execveat");
	is_text(w, "proc.name", LANE_OK, "ls");
	is_text(w, "proc.cmdline", LANE_OK, "ls");
	is_text(w, "proc.args", LANE_OK, "");
	is_text(w, "proc.exepath", LANE_OK, "/memfd:x");
	is_bool(w, "proc.is_exe_from_memfd", LANE_OK, true);
	is_bool(w, "proc.is_exe_upper_layer", LANE_OK, true);
	is_bool(w, "proc.is_exe_lower_layer", LANE_OK, false);
	is_bool(w, "proc.is_exe_writable", LANE_OK, false);
	is_number(w, "proc.exe_ino", LANE_OK, 11);
	is_number(w, "proc.exe_ino.ctime_duration_proc_start", LANE_OK,
	    100 * (int64_t)SECOND);
	is_number(w, "proc.exe_ino.ctime_duration_pidns_start", LANE_OK,
	    700 * (int64_t)SECOND);
	is_text(w, "evt.arg.flags", LANE_OK, "EXE_UPPER_LAYER|EXE_FROM_MEMFD");
	is_text(w, "evt.arg.exe", LANE_OK, "ls");
	is_text(w, "evt.arg.comm", LANE_OK, "ls");
	is_text(w, "evt.arg.uid", LANE_OK, "www-data");
	is_text(w, "evt.arg.loginuid", LANE_OK, "dev");
	is_text(w, "evt.arg.ptid", LANE_OK, "bash");
	is_number(w, "evt.rawres", LANE_OK, 0);
}

static void
test_exec_failed(void **state)
{
	struct world *w = *state;

	call(w, "execve", text(w, "bin/nope"), 0, 0, 0);
	returns(w, -ENOENT);
	is_text(w, "proc.name", LANE_FAIL, "cat");
	is_text(w, "evt.res", LANE_FAIL, "ENOENT");
	is_text(w, "evt.arg.filename", LANE_FAIL, "/srv/data/bin/nope");
}

static void
test_gone(void **state)
{
	struct world *w = *state;
	static const char *const fields[] = { "proc.name", "proc.cmdline",
		"proc.pname", "proc.aname", "proc.aname[1]", "proc.tty",
		"proc.cwd", "proc.env[HOME]", "proc.sname", "proc.vpid",
		"proc.duration", "thread.cap_effective", "group.name",
		"proc.exe_ino", "proc.is_exe_writable", "proc.fdlimit" };

	/* The thread vanished before it could be looked at. */
	fake_remove(&w->fake, 100);
	call(w, "openat", FDCWD, text(w, "x"), 0, 0);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		is_none(w, fields[i], LANE_OK);
	is_text(w, "fd.name", LANE_OK, "<UNKNOWN>/x");
	is_text(w, "user.name", LANE_OK, "<NA>");
	is_text(w, "container.id", LANE_OK, "3ad7b26ded6d");
}

/* Every field, in both lanes, on every kind of call: no crash, a kind. */
static void
test_every_field(void **state)
{
	struct world *w = *state;
	struct field_source src;

	for (int t = EVENT_NONE + 1; t < EVENT_COUNT; t++) {
		const struct event_info *info = event_info((enum event_type)t);

		if (info->facts & EF_NOTCALL || info->nr[ABI_X86_64] < 0)
			continue;
		for (int step = 0; step < 3; step++) {
			if (step == 0)
				call(w, info->name, 3, 4, 5, 6);
			else
				returns(w, step == 1 ? 3 : -EPERM);
			src = extract_source(w->x);
			for (int id = 1; id < FIELD_COUNT; id++) {
				struct field_ref f = { .id =
							   (enum field_id)id };
				struct value v = { .lanes = 9 };

				src.get(src.ctx, &f, LANE_BOTH, &v);
				assert_true(v.lanes & LANE_BOTH);
				assert_true(v.kind <= VALUE_LIST);
				arena_reset(&w->scratch);
				look(w);
			}
		}
	}
}

/* --- the rest ------------------------------------------------------------ */

static void
test_times(void **state)
{
	struct world *w = *state;

	call(w, "unlink", text(w, "/x"), 0, 0, 0);
	is_text(w, "evt.time", LANE_OK, "18:17:57.881781397");
	is_text(w, "evt.time.s", LANE_OK, "18:17:57");
	is_text(w, "evt.time.iso8601", LANE_OK,
	    "2016-08-04T16:17:57.881781397+0000");
	is_text(w, "evt.datetime", LANE_OK, "2016-08-04 18:17:57.881781397");
	is_text(w, "evt.datetime.s", LANE_OK, "2016-08-04 18:17:57");
	is_number(w, "evt.rawtime", LANE_OK, (int64_t)NOW);
	is_number(w, "evt.rawtime.s", LANE_OK, 1470327477);
	is_number(w, "evt.rawtime.ns", LANE_OK, 881781397);
	is_number(w, "evt.reltime", LANE_OK, 3 * (int64_t)SECOND + 5);
	is_number(w, "evt.reltime.s", LANE_OK, 3);
	is_number(w, "evt.reltime.ns", LANE_OK, 5);
	w->now += 7;
	call(w, "unlink", text(w, "/x"), 0, 0, 0);
	is_number(w, "evt.deltatime", LANE_OK, 7);
	returns(w, 0);
	is_number(w, "evt.deltatime", LANE_OK, 7);
	is_number(w, "evt.num", LANE_OK, 2);
	is_text(w, "evt.hostname", LANE_OK, "box");
	is_text(w, "evt.source", LANE_OK, "syscall");
	is_text(w, "evt.dir", LANE_OK, "<");
	is_text(w, "evt.category", LANE_OK, "file");
	struct value a = ask(w, "util.cnt", LANE_OK);
	struct value b = ask(w, "util.cnt", LANE_OK);
	assert_true(b.u > a.u);
}

static void
test_args(void **state)
{
	struct world *w = *state;
	char line[512];
	struct buf b = buf_fixed(line, sizeof(line));

	call(w, "openat", FDCWD, text(w, "f\x01"), 0101, 0600);
	is_unknown(w, "evt.args", LANE_OK);
	returns(w, 3);
	is_text(w, "evt.args", LANE_OK,
	    "fd=3(<f>/srv/data/f\x01) dirfd=-100(AT_FDCWD) "
	    "name=f\x01(/srv/data/f\x01) flags=6(O_CREAT|O_WRONLY) "
	    "mode=384(S_IWUSR|S_IRUSR) dev=<NA> ino=<NA>");
	extract_print_event(w->x, &b);
	assert_true(str_eq(buf_str(&b),
	    STR("18:17:57.881781397 cat(100) openat(fd=3(<f>/srv/data/f.) "
		"dirfd=-100(AT_FDCWD) name=f.(/srv/data/f.) "
		"flags=6(O_CREAT|O_WRONLY) mode=384(S_IWUSR|S_IRUSR) "
		"dev=<NA> ino=<NA>) = 3")));
	call(w, "unlink", 0xdead0000, 0, 0, 0);
	returns(w, -EFAULT);
	buf_reset(&b);
	extract_print_event(w->x, &b);
	assert_true(str_ends(buf_str(&b),
	    STR("unlink(path=<unreadable>) = -14 EFAULT")));
}

static void
test_container(void **state)
{
	struct world *w = *state;
	static const struct container_mount mounts[] = {
		{ STR("/srv/a"), STR("/data"), STR("ro"), STR("false"),
		    STR("rprivate") },
		{ STR("/proc"), STR("/host/proc"), STR(""), STR("true"),
		    STR("") },
	};
	static const struct container_pair labels[] = {
		{ STR("team"), STR("shop") },
		{ STR("io.kubernetes.x"), STR("y") },
		{ STR("tier"), STR("front") },
	};

	call(w, "unlink", text(w, "/x"), 0, 0, 0);
	is_text(w, "container.name", LANE_OK, "web");
	is_text(w, "container.image", LANE_OK, "shop/web:1.2");
	is_text(w, "container.image.repository", LANE_OK, "shop/web");
	is_text(w, "container.image.tag", LANE_OK, "1.2");
	is_none(w, "container.image.digest", LANE_OK);
	is_none(w, "container.privileged", LANE_OK);
	is_none(w, "container.mounts", LANE_OK);
	is_none(w, "container.mount.dest[/proc*]", LANE_OK);
	is_none(w, "container.labels", LANE_OK);
	is_number(w, "container.duration", LANE_OK, 900 * (int64_t)SECOND);
	w->container.mounts = mounts;
	w->container.n_mounts = 2;
	w->container.labels = labels;
	w->container.n_labels = 3;
	w->container.privileged = 1;
	is_bool(w, "container.privileged", LANE_OK, true);
	is_text(w, "container.mounts", LANE_OK,
	    "/srv/a:/data:ro:false:rprivate,/proc:/host/proc::true:");
	is_text(w, "container.mount.dest[/proc*]", LANE_OK, "/host/proc");
	is_text(w, "container.mount.dest[/var/run/docker.sock]", LANE_OK,
	    "none");
	is_text(w, "container.mount.dest[0]", LANE_OK, "/data");
	is_text(w, "container.mount.source[/data]", LANE_OK, "/srv/a");
	is_text(w, "container.mount.mode[/srv/*]", LANE_OK, "ro");
	is_text(w, "container.mount[1]", LANE_OK, "/proc:/host/proc::true:");
	is_text(w, "container.mount[7]", LANE_OK, "none");
	is_text(w, "container.label[team]", LANE_OK, "shop");
	is_none(w, "container.label[nope]", LANE_OK);
	is_text(w, "container.labels", LANE_OK, "team:shop, tier:front");
}

int
main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		ONE(test_open_absolute),
		ONE(test_open_failed),
		ONE(test_open_relative),
		ONE(test_open_overlong),
		ONE(test_layers),
		ONE(test_at_calls),
		ONE(test_connect),
		ONE(test_connect_fails),
		ONE(test_connect_unix),
		ONE(test_accept),
		ONE(test_listen_bind),
		ONE(test_socket),
		ONE(test_sendto),
		ONE(test_recvfrom),
		ONE(test_dup),
		ONE(test_new_descriptors),
		ONE(test_process),
		ONE(test_environment),
		ONE(test_ancestors),
		ONE(test_users),
		ONE(test_exec),
		ONE(test_exec_failed),
		ONE(test_gone),
		ONE(test_every_field),
		ONE(test_times),
		ONE(test_args),
		ONE(test_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
