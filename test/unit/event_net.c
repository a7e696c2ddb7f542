/*
 * Decoding of sockets: addresses in all their forms, messages in the layouts
 * of 64 and 32 bits, options, and i386's socketcall.
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

/* Decodes connect(3, bytes, n) and returns the address. */
static const struct sock_addr *
decode_addr(const void *bytes, size_t n, uint64_t given)
{
	uint64_t at = memory_put(&m, 0, bytes, n);

	memory_call(&m, ABI_X86_64, EVENT_CONNECT, ARGS(3, at, given));
	return &param(&m, "addr")->addr;
}

static void
test_inet(void **state)
{
	const char inet[16] = { 2, 0, 0x01, (char)0xbb, 10, 1, 2, 3 };
	const struct sock_addr *a = decode_addr(inet, 16, 16);

	(void)state;
	assert_state(&m, "addr", PARAM_KNOWN);
	assert_state(&m, "tuple", PARAM_ABSENT);
	assert_raw(&m, "fd", 3);
	assert_int_equal(a->family, 2);
	assert_int_equal(a->port, 443);
	assert_int_equal(a->ip.family, 4);
	assert_memory_equal(a->ip.bytes, "\x0a\x01\x02\x03", 4);
	/* Too short for an address: only the family is known. */
	a = decode_addr(inet, 16, 7);
	assert_int_equal(a->family, 2);
	assert_int_equal(a->ip.family, 0);
	decode_addr(inet, 16, 1);
	assert_state(&m, "addr", PARAM_UNREADABLE);
	a = decode_addr(inet, 16, 0);
	assert_int_equal(a->family, 0);
	a = decode_addr(inet, 16, UINT32_MAX); /* a negative length */
	assert_int_equal(a->family, 0);
	a = decode_addr(inet, 16, 0x7fffffff);
	assert_int_equal(a->port, 443);
}

static void
test_inet6(void **state)
{
	char inet6[28] = { 10, 0, 0, 80, 0, 0, 0, 0, 0x20, 0x01 };
	const struct sock_addr *a;

	(void)state;
	inet6[23] = 9;
	a = decode_addr(inet6, 28, 28);
	assert_int_equal(a->family, 10);
	assert_int_equal(a->port, 80);
	assert_int_equal(a->ip.family, 6);
	assert_memory_equal(a->ip.bytes, inet6 + 8, 16);
	assert_int_equal(decode_addr(inet6, 28, 24)->ip.family, 6);
	assert_int_equal(decode_addr(inet6, 28, 23)->ip.family, 0);
	memset(inet6 + 8, 0, 16);
	inet6[18] = inet6[19] = (char)0xff;
	memcpy(inet6 + 20, "\x7f\x00\x00\x01", 4);
	a = decode_addr(inet6, 28, 28);
	assert_int_equal(a->family, 10);
	assert_int_equal(a->ip.family, 4);
	assert_memory_equal(a->ip.bytes, "\x7f\x00\x00\x01", 4);
	memset(inet6 + 8, 0, 16);
	a = decode_addr(inet6, 28, 28);
	assert_int_equal(a->ip.family, 4);
	assert_memory_equal(a->ip.bytes, "\0\0\0\0", 4);
}

#define assert_path(a, text)                                         \
	do {                                                         \
		assert_int_equal((a)->path.n, sizeof(text) - 1);     \
		assert_memory_equal((a)->path.p, text, (a)->path.n); \
	} while (0)

static void
test_unix(void **state)
{
	char at[130] = { 1, 0 };
	const struct sock_addr *a;

	(void)state;
	strcpy(at + 2, "/run/docker.sock");
	a = decode_addr(at, sizeof(at), 110);
	assert_int_equal(a->family, 1);
	assert_path(a, "/run/docker.sock");
	a = decode_addr(at, sizeof(at), 2 + 4); /* no NUL within the length */
	assert_path(a, "/run");
	a = decode_addr(at, sizeof(at), 2); /* unnamed */
	assert_path(a, "");
	memset(at + 2, 'x', sizeof(at) - 2);
	assert_int_equal(decode_addr(at, sizeof(at), 110)->path.n, 108);
	assert_int_equal(decode_addr(at, sizeof(at), 128)->path.n, 108);
	memcpy(at + 2, "\0ab\0c", 5);
	a = decode_addr(at, sizeof(at), 2 + 5);
	assert_path(a, "@ab@c");
}

static void
test_other_family(void **state)
{
	char netlink[12] = { 16 };

	(void)state;
	assert_int_equal(decode_addr(netlink, 12, 12)->family, 16);
	assert_int_equal(decode_addr(netlink, 12, 12)->ip.family, 0);
	memory_call(&m, ABI_X86_64, EVENT_CONNECT, ARGS(3, HOLE, 16));
	assert_state(&m, "addr", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_CONNECT, ARGS(3, 0, 16));
	assert_true(param(&m, "addr")->null);
	memory_put(&m, PAGES_SIZE - 8, "\2\0\0\0\1\2\3\4", 8);
	memory_call(&m, ABI_X86_64, EVENT_BIND,
	    ARGS(3, PAGES + PAGES_SIZE - 8, 16));
	assert_state(&m, "addr", PARAM_UNREADABLE);
}

static void
test_peer(void **state)
{
	const char inet[16] = { 2, 0, 0, 53, 8, 8, 8, 8 };
	uint32_t n = 16;
	const struct param *p;

	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_ACCEPT, ARGS(3, PAGES, PAGES + 64));
	assert_state(&m, "tuple", PARAM_LATER);
	memory_put(&m, 0, inet, sizeof(inet));
	memory_put(&m, 64, &n, sizeof(n));
	memory_result(&m, 5);
	p = param(&m, "tuple");
	assert_int_equal(p->state, PARAM_KNOWN);
	assert_int_equal(p->addr.port, 53);
	assert_raw(&m, "fd", 5);
	memory_call(&m, ABI_X86_64, EVENT_ACCEPT, ARGS(3, 0, 0));
	memory_result(&m, 5);
	assert_true(param(&m, "tuple")->null);
	memory_call(&m, ABI_X86_64, EVENT_ACCEPT, ARGS(3, PAGES, HOLE));
	memory_result(&m, 5);
	assert_state(&m, "tuple", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_ACCEPT, ARGS(3, PAGES, PAGES + 64));
	memory_result(&m, -11);
	assert_state(&m, "tuple", PARAM_ABSENT);
	assert_raw(&m, "fd", -11);
	memory_call(&m, ABI_X86_64, EVENT_RECVFROM,
	    ARGS(3, PAGES + 4, 100, 0, PAGES, PAGES + 64));
	memory_result(&m, 4);
	assert_text(&m, "data", "\x08\x08\x08\x08");
	assert_int_equal(param(&m, "tuple")->addr.port, 53);
}

static void
test_sendto(void **state)
{
	const char inet[16] = { 2, 0, 0, 53, 8, 8, 8, 8 };

	(void)state;
	memory_put(&m, 0, inet, sizeof(inet));
	memory_text(&m, 64, "query");
	memory_call(&m, ABI_X86_64, EVENT_SENDTO,
	    ARGS(3, PAGES + 64, 5, 0, PAGES, 16));
	assert_text(&m, "data", "query");
	assert_raw(&m, "size", 5);
	assert_int_equal(param(&m, "tuple")->addr.port, 53);
	memory_call(&m, ABI_X86_64, EVENT_SENDTO,
	    ARGS(3, PAGES + 64, 5, 0, 0, 0));
	assert_true(param(&m, "tuple")->null);
}

/* --- messages ------------------------------------------------------------- */

/* A message at 1024 with name at 0 (16 bytes), two iovecs, control data. */
static void
put_message(bool wide)
{
	const char inet[16] = { 2, 0, 0, 53, 8, 8, 8, 8 };
	uint64_t at[8] = { PAGES, 16, PAGES + 512, 2, PAGES + 200, 7, 0, 4 };
	uint64_t iov[4] = { PAGES + 64, 2, PAGES + 128, 3 };
	uint32_t at32[8], iov32[4];

	memory_put(&m, 0, inet, sizeof(inet));
	memory_put(&m, 64, "he", 2);
	memory_put(&m, 128, "llo", 3);
	memory_put(&m, 200, "control", 7);
	if (wide) {
		memory_put(&m, 512, iov, sizeof(iov));
		memory_put(&m, 1024, at, sizeof(at));
		return;
	}
	for (unsigned i = 0; i < 8; i++)
		at32[i] = (uint32_t)at[i];
	for (unsigned i = 0; i < 4; i++)
		iov32[i] = (uint32_t)iov[i];
	memory_put(&m, 512, iov32, sizeof(iov32));
	memory_put(&m, 1024, at32, sizeof(at32));
}

static void
check_message(void)
{
	assert_text(&m, "data", "hello");
	assert_raw(&m, "size", 5);
	assert_state(&m, "tuple", PARAM_KNOWN);
	assert_int_equal(param(&m, "tuple")->addr.port, 53);
}

static void
test_sendmsg(void **state)
{
	(void)state;
	put_message(true);
	memory_call(&m, ABI_X86_64, EVENT_SENDMSG, ARGS(3, PAGES + 1024, 0));
	check_message();
	memory_call(&m, ABI_AARCH64, EVENT_SENDMSG, ARGS(3, PAGES + 1024, 0));
	check_message();
	memory_call(&m, ABI_X86_64, EVENT_SENDMMSG,
	    ARGS(3, PAGES + 1024, 1, 0));
	check_message();
	put_message(false);
	memory_call(&m, ABI_I386, EVENT_SENDMSG, ARGS(3, PAGES + 1024, 0));
	check_message();
	memory_call(&m, ABI_X32, EVENT_SENDMSG, ARGS(3, PAGES + 1024, 0));
	check_message();
}

static void
test_sendmsg_hostile(void **state)
{
	uint64_t at[7] = { HOLE, 16, PAGES + 512, UINT64_MAX, 0, 0, 0 };

	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_SENDMSG, ARGS(3, HOLE, 0));
	assert_state(&m, "data", PARAM_UNREADABLE);
	assert_state(&m, "size", PARAM_UNREADABLE);
	assert_state(&m, "tuple", PARAM_UNREADABLE);
	memory_put(&m, 0, at, sizeof(at));
	memory_call(&m, ABI_X86_64, EVENT_SENDMSG, ARGS(3, PAGES, 0));
	assert_state(&m, "data", PARAM_UNREADABLE);
	assert_state(&m, "size", PARAM_UNREADABLE);
	assert_state(&m, "tuple", PARAM_UNREADABLE);
	at[0] = 0;
	at[3] = 0;
	memory_put(&m, 0, at, sizeof(at));
	memory_call(&m, ABI_X86_64, EVENT_SENDMSG, ARGS(3, PAGES, 0));
	assert_text(&m, "data", "");
	assert_raw(&m, "size", 0);
	assert_true(param(&m, "tuple")->null);
}

static void
test_recvmsg(void **state)
{
	(void)state;
	put_message(true);
	memory_call(&m, ABI_X86_64, EVENT_RECVMSG, ARGS(3, PAGES + 1024, 0));
	assert_raw(&m, "size", 5);
	assert_state(&m, "data", PARAM_LATER);
	assert_state(&m, "tuple", PARAM_LATER);
	memory_result(&m, 3);
	assert_text(&m, "data", "hel");
	assert_text(&m, "msgcontrol", "control");
	assert_int_equal(param(&m, "tuple")->addr.port, 53);
	/* The count of bytes follows the message, the result counts these. */
	memory_call(&m, ABI_X86_64, EVENT_RECVMMSG,
	    ARGS(3, PAGES + 1024, 1, 0, 0));
	memory_result(&m, 1);
	assert_text(&m, "data", "hell");
	put_message(false);
	memory_call(&m, ABI_I386, EVENT_RECVMMSG,
	    ARGS(3, PAGES + 1024, 1, 0, 0));
	memory_result(&m, 1);
	assert_text(&m, "data", "hell");
}

/* --- sockets and options -------------------------------------------------- */

static void
test_socket(void **state)
{
	uint32_t option[] = { 1, 2 };
	uint32_t n = 4;

	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_SOCKET, ARGS(2, 02000001, 6));
	assert_raw(&m, "domain", 2);
	assert_raw(&m, "flags", 0x1000);
	assert_raw(&m, "proto", 6);
	memory_put(&m, 0, option, sizeof(option));
	memory_put(&m, 64, &n, sizeof(n));
	memory_call(&m, ABI_X86_64, EVENT_SETSOCKOPT, ARGS(3, 1, 2, PAGES, 4));
	assert_raw(&m, "optname", 2);
	assert_raw(&m, "val", 1);
	memory_call(&m, ABI_X86_64, EVENT_SETSOCKOPT, ARGS(3, 6, 2, PAGES, 8));
	assert_raw(&m, "optname", 0); /* no name outside SOL_SOCKET */
	assert_raw(&m, "val", UINT64_C(0x200000001));
	memory_call(&m, ABI_X86_64, EVENT_SETSOCKOPT, ARGS(3, 1, 2, PAGES, 2));
	assert_state(&m, "val", PARAM_ABSENT);
	memory_call(&m, ABI_X86_64, EVENT_SETSOCKOPT, ARGS(3, 1, 2, HOLE, 4));
	assert_state(&m, "val", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_GETSOCKOPT,
	    ARGS(3, 1, 2, PAGES, PAGES + 64));
	assert_state(&m, "val", PARAM_LATER);
	memory_result(&m, 0);
	assert_raw(&m, "val", 1);
	assert_raw(&m, "optlen", 4);
}

static void
test_socketcall(void **state)
{
	uint32_t connect_args[] = { 3, PAGES + 64, 16 };
	uint32_t send_args[] = { 4, PAGES + 128, 5, 0 };
	const char inet[16] = { 2, 0, 0, 53, 8, 8, 8, 8 };

	(void)state;
	memory_put(&m, 0, connect_args, sizeof(connect_args));
	memory_put(&m, 64, inet, sizeof(inet));
	memory_text(&m, 128, "query");
	assert_int_equal(memory_decode(&m, ABI_I386, 102, ARGS(3, PAGES)), 0);
	assert_int_equal(m.ev.type, EVENT_CONNECT);
	assert_int_equal(m.ev.nr, 102);
	assert_int_equal(m.ev.args[0], 3);
	assert_int_equal(m.ev.args[3], 0);
	assert_raw(&m, "fd", 3);
	assert_int_equal(param(&m, "addr")->addr.port, 53);
	memory_put(&m, 0, send_args, sizeof(send_args));
	assert_int_equal(memory_decode(&m, ABI_I386, 102, ARGS(9, PAGES)), 0);
	assert_int_equal(m.ev.type, EVENT_SEND);
	assert_text(&m, "data", "query");
	/* The block of four words ends in the hole. */
	memory_put(&m, PAGES_SIZE - 12, send_args, 12);
	assert_int_equal(
	    memory_decode(&m, ABI_I386, 102, ARGS(9, PAGES + PAGES_SIZE - 12)),
	    ERR_INVAL);
	assert_int_equal(memory_decode(&m, ABI_I386, 102, ARGS(0, PAGES)),
	    ERR_INVAL);
	assert_int_equal(memory_decode(&m, ABI_I386, 102, ARGS(21, PAGES)),
	    ERR_INVAL);
	assert_int_equal(
	    memory_decode(&m, ABI_I386, 102, ARGS(UINT32_MAX, PAGES)),
	    ERR_INVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_inet, setup),
		cmocka_unit_test_setup(test_inet6, setup),
		cmocka_unit_test_setup(test_unix, setup),
		cmocka_unit_test_setup(test_other_family, setup),
		cmocka_unit_test_setup(test_peer, setup),
		cmocka_unit_test_setup(test_sendto, setup),
		cmocka_unit_test_setup(test_sendmsg, setup),
		cmocka_unit_test_setup(test_sendmsg_hostile, setup),
		cmocka_unit_test_setup(test_recvmsg, setup),
		cmocka_unit_test_setup(test_socket, setup),
		cmocka_unit_test_setup(test_socketcall, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
