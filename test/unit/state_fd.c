/*
 * Descriptors: kinds by link, sockets, roles, names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/socket.h>

#include "fake_proc.h"
#include "state/fd.h"

struct world {
	struct fake fake;
	struct arena arena, scratch;
	struct state *st;
	struct container container;
	char memory[32 * 1024];
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct state_source source;
	struct state_config c = { .max_procs = 16,
		.max_threads = 16,
		.text_bytes = 64 * 1024,
		.clock_ticks = 100 };

	assert_non_null(w);
	*state = w;
	c.container = &w->container;
	source = fake_source(&w->fake);
	arena_init(&w->arena, 8 << 20);
	arena_fixed(&w->scratch, w->memory, sizeof(w->memory));
	w->st = state_new(&w->arena, &c, &source);
	assert_non_null(w->st);
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 5, .comm = "x", .cwd = "/" });
	assert_non_null(state_event_begin(w->st, 5, 1, &w->scratch));
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

static void
test_kinds(void **state)
{
	static const struct {
		const char *link;
		enum fd_kind kind;
		char letter;
		const char *name;
	} cases[] = {
		{ "/etc/passwd", FD_FILE, 'f', "file" },
		{ "/dev/pts/0", FD_FILE, 'f', "file" },
		{ "/memfd:x (deleted)", FD_MEMFD, 'm', "memfd" },
		{ "pipe:[123]", FD_PIPE, 'p', "pipe" },
		{ "anon_inode:[eventfd]", FD_EVENT, 'e', "event" },
		{ "anon_inode:[eventpoll]", FD_EVENTPOLL, 'l', "eventpoll" },
		{ "anon_inode:[signalfd]", FD_SIGNALFD, 's', "signalfd" },
		{ "anon_inode:inotify", FD_INOTIFY, 'i', "inotify" },
		{ "anon_inode:[timerfd]", FD_TIMERFD, 't', "timerfd" },
		{ "anon_inode:[userfaultfd]", FD_USERFAULTFD, 'u',
		    "userfaultfd" },
		{ "anon_inode:[io_uring]", FD_IO_URING, 'r', "io_uring" },
		{ "anon_inode:[pidfd]", FD_PIDFD, 'P', "pidfd" },
		{ "pidfd:[77]", FD_PIDFD, 'P', "pidfd" },
		{ "anon_inode:bpf-map", FD_BPF, 'b', "bpf" },
		{ "anon_inode:bpf_link", FD_BPF, 'b', "bpf" },
		{ "anon_inode:[perf_event]", FD_OTHER, 'X', NULL },
		{ "socket:[1]", FD_OTHER, 'X', NULL },
		{ "mnt:[4026531840]", FD_OTHER, 'X', NULL },
		{ "", FD_UNKNOWN, 'o', NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum fd_kind k = fd_kind_of_link(str_from(cases[i].link));

		assert_int_equal(k, cases[i].kind);
		assert_int_equal(fd_kind_char(k), cases[i].letter);
		if (cases[i].name)
			assert_string_equal(fd_kind_name(k), cases[i].name);
		else
			assert_null(fd_kind_name(k));
	}
	assert_int_equal(fd_kind_of_family(AF_INET), FD_IPV4);
	assert_int_equal(fd_kind_of_family(AF_INET6), FD_IPV6);
	assert_int_equal(fd_kind_of_family(AF_UNIX), FD_UNIX);
	assert_int_equal(fd_kind_of_family(AF_NETLINK), FD_NETLINK);
	assert_int_equal(fd_kind_of_family(AF_PACKET), FD_OTHER);
}

static void
test_lookup(void **state)
{
	struct world *w = *state;
	struct fd_facts f;

	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = 5, .fd = 0, .link = "/etc/x (deleted)" });
	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = 5,
		.fd = 1,
		.link = "/etc",
		.directory = true });
	fake_fd(&w->fake,
	    (struct fake_fd){ .tid = 5, .fd = 2, .link = "socket:[4]" });
	state_fd(w->st, 5, 0, &f);
	assert_int_equal(f.kind, FD_FILE);
	assert_true(str_eq(f.link, STR("/etc/x")));
	assert_true(f.have_file);
	assert_int_equal(f.file.ino, 77);
	state_fd(w->st, 5, 1, &f);
	assert_int_equal(f.kind, FD_DIRECTORY);
	/* A socket that nobody lets us look at. */
	state_fd(w->st, 5, 2, &f);
	assert_int_equal(f.kind, FD_OTHER);
	assert_false(f.have_sock);
	state_fd(w->st, 5, 9, &f);
	assert_int_equal(f.kind, FD_UNKNOWN);
	assert_false(f.have_link);
	fake_reset_counts(&w->fake);
	state_fd(w->st, 5, -1, &f);
	assert_int_equal(f.kind, FD_UNKNOWN);
	assert_int_equal(fake_total(&w->fake), 0);
}

static struct sock_addr
end_at(uint8_t family, uint8_t last, uint16_t port)
{
	struct sock_addr a = { .family = family == 4 ? AF_INET : AF_INET6,
		.port = port };

	a.ip.family = family;
	if (family == 4) {
		a.ip.bytes[0] = 10;
		a.ip.bytes[3] = last;
	} else {
		a.ip.bytes[10] = a.ip.bytes[11] = 0xff;
		a.ip.bytes[12] = 10;
		a.ip.bytes[15] = last;
	}
	return a;
}

/* An IPv6 socket that carries IPv4 is IPv4 to rules. */
static void
test_mapped(void **state)
{
	struct world *w = *state;
	struct fake_fd s = { .tid = 5,
		.fd = 3,
		.link = "socket:[4]",
		.socket = true };
	struct fd_facts f;

	s.sock = (struct sock_facts){ .family = AF_INET6,
		.type = SOCK_STREAM,
		.have_local = true,
		.have_remote = true,
		.local = end_at(6, 1, 80),
		.remote = end_at(6, 2, 40000) };
	fake_fd(&w->fake, s);
	state_fd(w->st, 5, 3, &f);
	assert_true(f.have_sock);
	assert_int_equal(f.kind, FD_IPV4);
	assert_int_equal(f.sock.remote.ip.family, 4);
	assert_int_equal(f.sock.remote.ip.bytes[3], 2);
	s.sock.remote.ip.bytes[0] = 0x20;
	s.sock.local.ip.bytes[0] = 0x20;
	fake_fd(&w->fake, s);
	state_fd(w->st, 5, 3, &f);
	assert_int_equal(f.kind, FD_IPV6);
}

static void
test_canonical(void **state)
{
	struct ip a = { 6, { 0 } }, b = { 6, { [15] = 1 } };

	(void)state;
	ip_canonical(&a);
	assert_int_equal(a.family, 4);
	ip_canonical(&b);
	assert_int_equal(b.family, 6);
}

static void
test_roles(void **state)
{
	struct sock_facts s = { .family = AF_INET,
		.type = SOCK_STREAM,
		.have_local = true,
		.have_remote = true,
		.local = end_at(4, 1, 40000),
		.remote = end_at(4, 2, 443) };

	(void)state;
	assert_int_equal(sock_role_guess(&s, true), SOCK_CLIENT);
	s.local.port = 80;
	s.remote.port = 40000;
	assert_int_equal(sock_role_guess(&s, false), SOCK_SERVER);
	s.remote.port = 81;
	assert_int_equal(sock_role_guess(&s, false), SOCK_CLIENT);
	assert_int_equal(sock_role_guess(&s, true), SOCK_SERVER);
	s.listening = true;
	assert_int_equal(sock_role_guess(&s, false), SOCK_SERVER);
}

static void
test_protocols(void **state)
{
	struct sock_facts s = { .family = AF_INET, .type = SOCK_STREAM };

	(void)state;
	assert_string_equal(sock_l4proto(&s), "tcp");
	s.protocol = 132; /* SCTP */
	assert_null(sock_l4proto(&s));
	s = (struct sock_facts){ .family = AF_INET6, .type = SOCK_DGRAM };
	assert_string_equal(sock_l4proto(&s), "udp");
	s.protocol = 58;
	assert_string_equal(sock_l4proto(&s), "icmp");
	s = (struct sock_facts){ .family = AF_INET,
		.type = SOCK_RAW,
		.protocol = 255 };
	assert_string_equal(sock_l4proto(&s), "raw");
	s.family = AF_UNIX;
	assert_null(sock_l4proto(&s));
}

static void
test_tuple(void **state)
{
	struct world *w = *state;
	struct sock_facts s = { .family = AF_INET,
		.have_local = true,
		.have_remote = true,
		.local = end_at(4, 1, 40000),
		.remote = end_at(4, 2, 443) };

	assert_true(str_eq(sock_tuple(&w->scratch, &s, SOCK_CLIENT),
	    STR("10.0.0.1:40000->10.0.0.2:443")));
	assert_true(str_eq(sock_tuple(&w->scratch, &s, SOCK_SERVER),
	    STR("10.0.0.2:443->10.0.0.1:40000")));
	s.have_remote = false;
	assert_true(str_eq(sock_tuple(&w->scratch, &s, SOCK_SERVER),
	    STR("10.0.0.1:40000")));
	s.have_local = false;
	assert_int_equal(sock_tuple(&w->scratch, &s, SOCK_SERVER).n, 0);
	s = (struct sock_facts){ .family = AF_UNIX,
		.local = { .family = AF_UNIX, .path = STR("@abstract") } };
	assert_true(
	    str_eq(sock_tuple(&w->scratch, &s, SOCK_CLIENT), STR("@abstract")));
}

int
main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		ONE(test_lookup),
		ONE(test_mapped),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_protocols),
		ONE(test_tuple),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
