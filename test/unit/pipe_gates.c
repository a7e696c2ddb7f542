/*
 * src/pipe/wants.c: a call that could match is never let through by a test of
 * its registers. Random rules, random calls; what really matches is decided
 * by decoding, extraction and evaluation with the result known.
 */
#include "pipe_sieve.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>

#include "fake_proc.h"
#include "pipe/extract.h"

#define BASE   0x10000u
#define TID    100
#define NOW    UINT64_C(1470327477881781397)
#define ROUNDS 1500
#define CALLS  24

static uint64_t chance_state = 88172645463325252u;

/* xorshift64: the same sequence in every run. */
static unsigned
chance(unsigned below)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return (unsigned)(chance_state % below);
}

#define PICK(table) ((table)[chance(sizeof(table) / sizeof(*(table)))])

static const char *const open_atoms[] = {
	"evt.is_open_write=true",
	"evt.is_open_write=false",
	"evt.is_open_read=true",
	"evt.is_open_read=false",
	"evt.is_open_exec=true",
	"evt.is_open_exec=false",
	"evt.is_open_create=true",
	"fd.typechar=f",
	"fd.typechar='d'",
	"fd.typechar in (4, d)",
	"fd.typechar != f",
	"fd.typechar exists",
	"fd.type=directory",
	"fd.num>=0",
	"fd.num=-1",
	"evt.arg.flags contains O_WRONLY",
	"evt.arg.flags contains O_EXCL",
	"evt.failed=true",
	"evt.rawres>=0",
	"evt.res=SUCCESS",
	"fd.name startswith /tmp",
	"evt.is_open_read exists",
};
static const char *const dup_atoms[] = {
	"evt.rawres in (0, 1, 2)",
	"evt.rawres=5",
	"evt.rawres>2",
	"evt.rawres<3",
	"evt.rawres>=0",
	"evt.rawres<0",
	"evt.rawres=-9",
	"evt.rawres != 0",
	"evt.rawres exists",
	"fd.typechar=4",
	"fd.num in (0, 1, 2)",
	"evt.failed=false",
	"evt.res=EBADF",
};
static const char *const socket_atoms[] = {
	"evt.arg.domain=AF_INET",
	"evt.arg.domain contains AF_PACKET",
	"evt.arg.domain in (AF_INET6, AF_NETLINK)",
	"evt.arg.domain startswith AF_LOCAL",
	"evt.arg.domain exists",
	"evt.arg[1]=AF_INET",
	"evt.arg.domain != AF_INET",
	"evt.rawarg.domain=2",
	"evt.arg.type=1",
	"fd.typechar=4",
	"evt.arg.domain contains ROUTE",
	"evt.rawres>=0",
};
static const char *const send_atoms[] = {
	"fd.name_changed=true",
	"fd.name_changed=false",
	"fd.name_changed exists",
	"fd.typechar=4",
	"fd.sport=53",
	"evt.rawres>0",
	"fd.l4proto=udp",
	"evt.failed=true",
};

static const struct family {
	const char *types;
	enum event_type events[2];
	const char *const *atoms;
	unsigned n_atoms;
} families[] = {
#define ATOMS(table) table, sizeof(table) / sizeof(*(table))
	{ "open, openat", { EVENT_OPEN, EVENT_OPENAT }, ATOMS(open_atoms) },
	{ "dup2, dup3", { EVENT_DUP2, EVENT_DUP3 }, ATOMS(dup_atoms) },
	{ "socket", { EVENT_SOCKET, EVENT_SOCKET }, ATOMS(socket_atoms) },
	{ "sendto, recvfrom", { EVENT_SENDTO, EVENT_RECVFROM },
	    ATOMS(send_atoms) },
};

static void
put_condition(struct buf *b, const struct family *f, unsigned depth)
{
	if (chance(4) == 0)
		buf_zput(b, "not ");
	if (depth == 0 || chance(5) == 0) {
		buf_zput(b,
		    chance(8) ? f->atoms[chance(f->n_atoms)] : "proc.name=cat");
		return;
	}
	buf_char(b, '(');
	put_condition(b, f, depth - 1);
	buf_zput(b, chance(3) ? " and " : " or ");
	put_condition(b, f, depth - 1);
	buf_char(b, ')');
}

/* A tracee and what /proc says of it. */
struct world {
	struct fake fake;
	struct arena arena, scratch, event_scratch;
	struct state *st;
	struct container container;
	struct extract_context context;
	struct extract *x;
	struct mem_reader mem;
	char memory[64 * 1024], event_memory[64 * 1024];
	char tracee[256]; /* at BASE */
};

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

#define AT_PATH (BASE + 0)
#define AT_ADDR (BASE + 32)
#define AT_LEN  (BASE + 64)

static struct sock_facts
udp_socket(void)
{
	struct sock_facts s = { .family = AF_INET,
		.type = SOCK_DGRAM,
		.have_local = true,
		.have_remote = true };

	s.local = (struct sock_addr){ .family = AF_INET,
		.port = 40000,
		.ip = { 4, { 10, 0, 0, 1 } } };
	s.remote = (struct sock_addr){ .family = AF_INET,
		.port = 53,
		.ip = { 4, { 10, 0, 0, 2 } } };
	return s;
}

static void
world_init(struct world *w)
{
	struct state_source source = fake_source(&w->fake);
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons(53),
		.sin_addr = { htonl(0x0a000003) } };
	socklen_t n = sizeof(a);
	struct state_config c = { .max_procs = 64,
		.max_threads = 128,
		.text_bytes = 256 * 1024,
		.boot_ns = NOW,
		.clock_ticks = 100,
		.container = &w->container };

	w->container =
	    (struct container){ .id = STR("host"), .privileged = -1 };
	memcpy(w->tracee, "/tmp/x", 7);
	memcpy(w->tracee + (AT_ADDR - BASE), &a, sizeof(a));
	memcpy(w->tracee + (AT_LEN - BASE), &n, sizeof(n));
	arena_init(&w->arena, 32 << 20);
	arena_fixed(&w->scratch, w->memory, sizeof(w->memory));
	arena_fixed(&w->event_scratch, w->event_memory,
	    sizeof(w->event_memory));
	w->st = state_new(&w->arena, &c, &source);
	assert_non_null(w->st);
	w->context = (struct extract_context){ .state = w->st,
		.container = &w->container,
		.hostname = STR("h") };
	w->x = extract_new(&w->arena, &w->context);
	assert_non_null(w->x);
	w->mem = (struct mem_reader){ read_tracee, w };
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = TID,
		.ppid = 1,
		.comm = "cat",
		.cmdline = "cat|x",
		.exe = "/usr/bin/cat",
		.cwd = "/tmp" });
	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = TID, .fd = 3, .link = "/tmp/file" });
	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = TID,
		.fd = 4,
		.link = "socket:[44]",
		.socket = true,
		.sock = udp_socket() });
}

/* A call of the type with arguments that gates look at. */
static struct stop
some_call(enum event_type type)
{
	static const unsigned accesses[] = { O_RDONLY, O_RDONLY, O_WRONLY,
		O_RDWR, 3 };
	static const unsigned bits[] = { 0, 0, O_DIRECTORY, O_CREAT, O_TMPFILE,
		O_CREAT | O_EXCL, O_TRUNC, O_PATH, O_NOFOLLOW, O_DIRECTORY };
	static const unsigned targets[] = { 0, 1, 2, 3, 4, 5, 77 };
	static const unsigned domains[] = { AF_UNIX, AF_INET, AF_INET6,
		AF_NETLINK, AF_PACKET_, 99 };
	enum abi abi = all_abis[chance(3)];
	struct stop s = { .kind = STOP_ENTRY,
		.abi = abi,
		.tid = TID,
		.nr = (uint32_t)event_info(type)->nr[abi],
		.time_ns = NOW };
	uint64_t flags = PICK(accesses) | PICK(bits) | PICK(bits);
	uint64_t addr = chance(2) ? AT_ADDR : 0;
	uint64_t cwd = abi == ABI_X86_64 ? CWD : (uint32_t)CWD;

	if (type == EVENT_OPEN)
		memcpy(s.args, ARGS(AT_PATH, flags, 0755), sizeof(s.args));
	else if (type == EVENT_OPENAT)
		memcpy(s.args, ARGS(cwd, AT_PATH, flags, 0755), sizeof(s.args));
	else if (type == EVENT_DUP2 || type == EVENT_DUP3)
		memcpy(s.args, ARGS(3 + chance(2), PICK(targets), 0),
		    sizeof(s.args));
	else if (type == EVENT_SOCKET)
		memcpy(s.args, ARGS(PICK(domains), 1 + chance(3), 0),
		    sizeof(s.args));
	else if (type == EVENT_SENDTO)
		memcpy(s.args, ARGS(4, BASE, 8, 0, addr, addr ? 16 : 0),
		    sizeof(s.args));
	else
		memcpy(s.args, ARGS(4, BASE, 8, 0, addr, addr ? AT_LEN : 0),
		    sizeof(s.args));
	return s;
}

static int64_t
good_result(const struct stop *s, enum event_type type)
{
	if (type == EVENT_DUP2 || type == EVENT_DUP3)
		return (int64_t)s->args[1];
	return type == EVENT_SENDTO || type == EVENT_RECVFROM ? 8 : 3;
}

static bool
matches(struct world *w, const struct sieve *sieve, const struct stop *s,
    int64_t result)
{
	struct event ev = { .num = 1 };
	struct rule_verdict verdict;
	struct field_source fields;
	struct proc *p;

	arena_reset(&w->event_scratch);
	arena_reset(&w->scratch);
	assert_int_equal(event_decode(&ev, s, &w->mem, &w->event_scratch), 0);
	event_set_result(&ev, result, &w->mem, &w->event_scratch);
	p = state_event_begin(w->st, TID, NOW, &w->scratch);
	extract_begin(w->x, &ev, p, &w->scratch);
	fields = extract_source(w->x);
	rule_eval_event(sieve->eval, ev.type, result < 0 ? LANE_FAIL : LANE_OK,
	    &fields, false, &verdict);
	return verdict.n > 0;
}

struct tally {
	unsigned allowed, matched, traced_for_nothing;
};

static void
check_calls(struct world *w, const struct family *f, const char *condition,
    struct tally *t)
{
	char text[2048];
	struct sieve s;

	snprintf(text, sizeof(text),
	    "- rule: r\n  desc: d\n  output: o\n  priority: INFO\n"
	    "  condition: evt.type in (%s) and %s\n",
	    f->types, condition);
	s = sieve_new(text, (struct wants_options){ 0 });
	for (unsigned i = 0; i < CALLS; i++) {
		enum event_type type = f->events[chance(2)];
		struct stop stop = some_call(type);
		bool match = matches(w, &s, &stop, good_result(&stop, type)) ||
		    matches(w, &s, &stop, -EBADF);
		bool allowed =
		    fate(&s, stop.abi, type, stop.args) == SECCOMP_RET_ALLOW;

		t->allowed += allowed;
		t->matched += match;
		t->traced_for_nothing += !allowed && !match;
		if (allowed && match)
			fail_msg("%s(%#lx, %#lx, %#lx) in ABI %d is let "
				 "through although it can match: %s",
			    event_info(type)->name, (long)stop.args[0],
			    (long)stop.args[1], (long)stop.args[2], stop.abi,
			    condition);
	}
	sieve_free(&s);
}

static void
nothing_that_matches_is_let_through(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct tally t = { 0 };

	(void)state;
	assert_non_null(w);
	world_init(w);
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct family *f = &PICK(families);
		char memory[1024];
		struct buf b = buf_fixed(memory, sizeof(memory));

		put_condition(&b, f, 3);
		check_calls(w, f, buf_cstr(&b), &t);
	}
	/* The gates do close, and the rules do match. */
	assert_true(t.allowed > ROUNDS);
	assert_true(t.matched > ROUNDS);
	arena_reset(&w->arena);
	free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_matches_is_let_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
