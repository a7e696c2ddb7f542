/*
 * Printed forms: flags in table order, values with several names, addresses as
 * RFC 5952 wants them, names of errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "event/event.h"

static char text[256];

static const struct flag_name *
table(enum event_type type, const char *name)
{
	int i = event_param_index(type, str_from(name));

	assert_true(i >= 0);
	return event_info(type)->params[i].flags;
}

static const char *
flags(const struct flag_name *t, uint64_t value)
{
	struct buf b = buf_fixed(text, sizeof(text));

	event_put_flags(&b, t, value);
	return buf_cstr(&b);
}

static const char *
value_name(const struct flag_name *t, uint64_t value)
{
	struct buf b = buf_fixed(text, sizeof(text));

	event_put_enum(&b, t, value);
	return buf_cstr(&b);
}

static void
test_flags(void **state)
{
	const struct flag_name *open = table(EVENT_OPEN, "flags");
	const struct flag_name *mode = table(EVENT_CHMOD, "mode");
	const struct flag_name *kind = table(EVENT_MKNOD, "mode");

	(void)state;
	assert_string_equal(flags(open, 1), "O_RDONLY");
	assert_string_equal(flags(open, 3), "O_RDWR");
	assert_string_equal(flags(open, 2 | 4 | 256),
	    "O_TRUNC|O_CREAT|O_WRONLY");
	assert_string_equal(flags(open, 3 | 4096 | 16384),
	    "O_RDWR|O_CLOEXEC|O_F_CREATED");
	assert_string_equal(flags(open, 0), "O_NONE");
	assert_string_equal(flags(open, UINT64_C(1) << 40), "1099511627776");
	assert_string_equal(flags(open, UINT64_C(1) << 40 | 1), "O_RDONLY");
	assert_string_equal(flags(NULL, 5), "5");
	assert_string_equal(flags(table(EVENT_UNLINKAT, "flags"), 0), "0");
	assert_string_equal(flags(table(EVENT_UNLINKAT, "flags"), 1),
	    "AT_REMOVEDIR");
	assert_string_equal(flags(mode, 04001), "S_IXOTH|S_ISUID");
	assert_string_equal(flags(kind, 0140000), "S_IFSOCK");
	assert_string_equal(flags(kind, 0060600), "S_IWUSR|S_IRUSR|S_IFBLK");
	assert_string_equal(flags(kind, 0100000), "S_IFREG");
	assert_string_equal(flags(table(EVENT_CLONE, "flags"), 0x48),
	    "CLONE_NEWIPC|CLONE_NEWPID");
	assert_string_equal(flags(table(EVENT_FUTEX, "op"), 129),
	    "FUTEX_PRIVATE_FLAG|FUTEX_WAKE");
	assert_string_equal(flags(table(EVENT_MOUNT, "flags"), 0x1001),
	    "RDONLY|BIND");
}

static void
test_enums(void **state)
{
	const struct flag_name *families = table(EVENT_SOCKET, "domain");
	const struct flag_name *requests = table(EVENT_PTRACE, "request");

	(void)state;
	assert_string_equal(value_name(families, 2), "AF_INET");
	assert_string_equal(value_name(families, 1), "AF_UNIX|AF_LOCAL");
	assert_string_equal(value_name(families, 99), "99");
	assert_string_equal(value_name(families, 0), "AF_UNSPEC");
	assert_string_equal(value_name(requests, 1), "PTRACE_TRACEME");
	assert_string_equal(value_name(requests, 11), "PTRACE_ATTACH");
	assert_string_equal(value_name(requests, 20), "PTRACE_SEIZE");
	assert_string_equal(value_name(requests, 0), "PTRACE_UNKNOWN");
	assert_string_equal(value_name(requests, 38), "PTRACE_SINGLEBLOCK");
	assert_string_equal(value_name(table(EVENT_BPF, "cmd"), 5),
	    "BPF_PROG_LOAD");
	assert_string_equal(value_name(NULL, 7), "7");
}

static void
check_ip6(const char *bytes, const char *expected)
{
	struct buf b = buf_fixed(text, sizeof(text));
	struct ip ip = { .family = 6 };

	memcpy(ip.bytes, bytes, 16);
	event_put_ip(&b, &ip);
	assert_string_equal(buf_cstr(&b), expected);
}

static void
test_addresses(void **state)
{
	struct ip ip = { .family = 4, .bytes = { 255, 0, 10, 1 } };
	struct buf b = buf_fixed(text, sizeof(text));

	(void)state;
	event_put_ip(&b, &ip);
	assert_string_equal(buf_cstr(&b), "255.0.10.1");
	buf_reset(&b);
	ip.family = 0;
	event_put_ip(&b, &ip);
	assert_int_equal(b.n, 0);
	check_ip6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "::");
	check_ip6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", "::1");
	check_ip6("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0", "2001:db8::");
	check_ip6("\x20\x01\x0d\xb8\0\0\0\1\0\0\0\0\0\0\0\x0a",
	    "2001:db8:0:1::a");
	/* A single group of zeros stays; of equal runs the first goes. */
	check_ip6("\x20\x01\x0d\xb8\0\0\0\1\0\1\0\1\0\1\0\1",
	    "2001:db8:0:1:1:1:1:1");
	check_ip6("\x20\x01\0\0\0\0\0\1\0\1\0\0\0\0\0\1", "2001::1:1:0:0:1");
	check_ip6("\0\1\0\2\0\3\0\4\0\5\0\6\0\0\0\0", "1:2:3:4:5:6::");
	check_ip6("\xab\xcd\x12\x34\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\xff\xff",
	    "abcd:1234:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void
test_errors(void **state)
{
	(void)state;
	assert_string_equal(event_errno_name(EPERM), "EPERM");
	assert_string_equal(event_errno_name(ENOENT), "ENOENT");
	assert_string_equal(event_errno_name(EAGAIN), "EAGAIN");
	assert_string_equal(event_errno_name(EDEADLK), "EDEADLK");
	assert_string_equal(event_errno_name(EHWPOISON), "EHWPOISON");
	assert_string_equal(event_errno_name(512), "ERESTARTSYS");
	assert_string_equal(event_errno_name(516), "ERESTART_RESTARTBLOCK");
	assert_null(event_errno_name(0));
	assert_null(event_errno_name(-1));
	assert_null(event_errno_name(41)); /* never assigned */
	assert_null(event_errno_name(134));
	assert_null(event_errno_name(517));
	for (int e = 1; e <= EHWPOISON; e++) /* also 58, EDEADLOCK's once */
		if (e != 41 && e != 58)
			assert_non_null(event_errno_name(e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_enums),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
