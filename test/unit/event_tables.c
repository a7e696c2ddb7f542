/*
 * The tables of events and fields: consistent in themselves, and the numbers
 * equal to those of the kernel's headers on this machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "event/event.h"
#include "event/field.h"

/* --- events --------------------------------------------------------------- */

static void
test_events_consistent(void **state)
{
	(void)state;
	for (unsigned t = 1; t < EVENT_COUNT; t++) {
		const struct event_info *e = event_info((enum event_type)t);
		unsigned n_fd = 0;

		if (strcmp(e->name,
			event_info((enum event_type)(t - 1))->name) <= 0)
			fail_msg("%s is not in order", e->name);
		assert_int_equal(event_by_name(str_from(e->name)), t);
		assert_true(e->n_params <= EVENT_PARAMS_MAX);
		assert_true(strlen(e->summary) > 3);
		assert_true(e->facts &
		    (EF_FILE | EF_NET | EF_PROCESS | EF_MEMORY | EF_SIGNAL |
			EF_USER | EF_IPC | EF_TIME | EF_SYSTEM));
		for (unsigned i = 0; i < e->n_params; i++) {
			const struct param_info *p = &e->params[i];

			assert_int_equal(event_param_index((enum event_type)t,
					     str_from(p->name)),
			    i);
			if ((p->type == PT_FLAGS || p->type == PT_ENUM ||
				p->type == PT_MODE) != (p->flags != NULL))
				fail_msg("%s.%s: table", e->name, p->name);
			n_fd += p->type == PT_FD;
		}
		/* Those without parameters have no facts about descriptors. */
		assert_false(
		    e->n_params == 0 && (e->facts & (EF_NEWFD | EF_USESFD)));
		if (!(e->facts & (EF_NEWFD | EF_USESFD)))
			assert_int_equal(event_fd_param((enum event_type)t),
			    -1);
		else if (event_fd_param((enum event_type)t) < 0 ||
		    (n_fd == 0 && !(e->facts & EF_NEWFD)))
			fail_msg("%s: no descriptor", e->name);
	}
}

static void
test_events_lookup(void **state)
{
	(void)state;
	assert_int_equal(event_by_name(STR("openat")), EVENT_OPENAT);
	assert_int_equal(event_by_name(STR("opena")), EVENT_NONE);
	assert_int_equal(event_by_name(STR("openat3")), EVENT_NONE);
	assert_int_equal(event_by_name(STR("")), EVENT_NONE);
	assert_int_equal(event_by_name(STR("madvise")), EVENT_MADVISE);
	assert_string_equal(event_info(EVENT_NONE)->name, "");
	assert_string_equal(event_info((enum event_type)9999)->name, "");
	assert_int_equal(event_by_number(ABI_X86_64, 257), EVENT_OPENAT);
	assert_int_equal(event_by_number(ABI_AARCH64, 56), EVENT_OPENAT);
	assert_int_equal(event_by_number(ABI_X86_64, 100000), EVENT_NONE);
	assert_int_equal(event_by_number(ABI_X86_64, UINT32_MAX), EVENT_NONE);
	assert_int_equal(event_by_number(ABI_X86_64, 600), EVENT_NONE);
	assert_int_equal(event_by_number(ABI_OTHER, 0), EVENT_NONE);
	assert_int_equal(event_by_number(ABI_I386, 102), EVENT_NONE);
	assert_true(event_param_exists(STR("filename")));
	assert_false(event_param_exists(STR("file")));
	assert_int_equal(event_param_index(EVENT_OPEN, STR("path")), -1);
	assert_int_equal(event_param_index(EVENT_UNLINK, STR("path")), 1);
	assert_int_equal(event_param_index(EVENT_UNLINKAT, STR("name")), 2);
}

static void
test_fd_param(void **state)
{
	(void)state;
	assert_int_equal(event_fd_param(EVENT_OPENAT), 0);
	assert_int_equal(event_fd_param(EVENT_DUP2), 0);
	assert_int_equal(event_fd_param(EVENT_UNLINKAT),
	    event_param_index(EVENT_UNLINKAT, STR("dirfd")));
	assert_int_equal(event_fd_param(EVENT_SYMLINKAT),
	    event_param_index(EVENT_SYMLINKAT, STR("linkdirfd")));
	assert_int_equal(event_fd_param(EVENT_READ),
	    event_param_index(EVENT_READ, STR("fd")));
	assert_int_equal(event_fd_param(EVENT_FCNTL),
	    event_param_index(EVENT_FCNTL, STR("fd")));
	assert_int_equal(event_fd_param(EVENT_RENAMEAT), -1);
	assert_int_equal(event_fd_param(EVENT_EXECVE), -1);
}

static bool
has(const uint32_t *numbers, unsigned n, uint32_t nr)
{
	for (unsigned i = 0; i < n; i++)
		if (numbers[i] == nr)
			return true;
	return false;
}

static void
test_all_numbers(void **state)
{
	uint32_t at[EVENT_NUMBERS_MAX];
	unsigned n;

	(void)state;
	n = event_numbers(EVENT_CONNECT, ABI_I386, at);
	assert_int_equal(n, 2);
	assert_true(has(at, n, 362) && has(at, n, 102));
	n = event_numbers(EVENT_SEND, ABI_I386, at);
	assert_int_equal(n, 1);
	assert_int_equal(at[0], 102);
	n = event_numbers(EVENT_SETUID, ABI_I386, at);
	assert_true(n == 2 && has(at, n, 23) && has(at, n, 213));
	n = event_numbers(EVENT_SEMOP, ABI_I386, at);
	assert_true(n == 1 && has(at, n, 117));
	n = event_numbers(EVENT_RECVMMSG, ABI_I386, at);
	assert_true(n == 3 && has(at, n, 337) && has(at, n, 417));
	n = event_numbers(EVENT_EXECVE, ABI_X32, at);
	assert_true(n == 1 && has(at, n, 520));
	n = event_numbers(EVENT_SHMAT, ABI_I386, at);
	assert_true(n == 2 && has(at, n, 397) && has(at, n, 117));
	assert_int_equal(event_numbers(EVENT_NONE, ABI_I386, at), 0);
	assert_int_equal(event_numbers(EVENT_SEND, ABI_X86_64, at), 0);
	assert_int_equal(event_numbers(EVENT_OPEN, ABI_AARCH64, at), 0);
	assert_int_equal(event_numbers(EVENT_PROCEXIT, ABI_I386, at), 0);
	assert_int_equal(event_numbers(EVENT_OPEN, ABI_OTHER, at), 0);
	for (unsigned t = 1; t < EVENT_COUNT; t++) {
		for (unsigned abi = 0; abi < ABI_OTHER; abi++) {
			n = event_numbers((enum event_type)t, (enum abi)abi,
			    at);
			assert_true(n <= EVENT_NUMBERS_MAX);
			for (unsigned i = 0; i < n; i++) {
				if (abi == ABI_I386 &&
				    (at[i] == 102 || at[i] == 117))
					continue;
				assert_int_equal(
				    event_by_number((enum abi)abi, at[i]), t);
			}
		}
	}
}

/* --- the kernel's headers ------------------------------------------------- */

struct header {
	struct {
		char name[64];
		int nr;
	} at[700];
	unsigned n;
};

static int
header_find(const struct header *h, const char *name)
{
	for (unsigned i = 0; i < h->n; i++)
		if (strcmp(h->at[i].name, name) == 0)
			return h->at[i].nr;
	return -1;
}

/* "#define __NR_x 5", "(__X32_SYSCALL_BIT + 5)" or another name's number. */
static void
header_line(struct header *h, const char *line)
{
	char name[64], value[48];
	int nr = -1;

	if (sscanf(line, "#define __NR_%47s (__X32_SYSCALL_BIT + %d)", name,
		&nr) != 2 &&
	    sscanf(line, "#define __NR_%47s %d", name, &nr) != 2) {
		if (sscanf(line, "#define __NR3264_%43s %d", value, &nr) == 2)
			snprintf(name, sizeof(name), "3264_%s", value);
		else if (sscanf(line, "#define __NR_%47s __NR3264_%40s", name,
			     value + 5) == 2)
			nr = header_find(h, (memcpy(value, "3264_", 5), value));
		else
			return;
	}
	assert_true(h->n < sizeof(h->at) / sizeof(*h->at));
	strcpy(h->at[h->n].name, name);
	h->at[h->n++].nr = nr;
}

static void
header_read(struct header *h, const char *file)
{
	const char *const roots[] = { "/usr/include/x86_64-linux-gnu/",
		"/usr/include/" };
	char path[128], line[256];
	FILE *f = NULL;

	h->n = 0;
	for (unsigned i = 0; i < 2 && !f; i++) {
		snprintf(path, sizeof(path), "%s%s", roots[i], file);
		f = fopen(path, "re");
	}
	if (!f)
		fail_msg("%s: not found", file);
	while (fgets(line, sizeof(line), f)) {
		/* What follows the 64-bit names is for 32 bits. */
		if (strcmp(line, "#else\n") == 0 &&
		    header_find(h, "newfstatat") >= 0 &&
		    strstr(file, "generic"))
			break;
		header_line(h, line);
	}
	fclose(f);
	assert_true(h->n > 250);
}

/* The header's name of a call where it differs from the event's. */
static const char *
header_name(const char *event, enum abi abi)
{
	static const char *const other[][2] = { { "pread", "pread64" },
		{ "pwrite", "pwrite64" }, { "prlimit", "prlimit64" },
		{ "llseek", "_llseek" } };

	if (abi == ABI_I386 && strcmp(event, "newfstatat") == 0)
		return "fstatat64";
	for (unsigned i = 0; i < sizeof(other) / sizeof(*other); i++)
		if (strcmp(event, other[i][0]) == 0)
			return other[i][1];
	return event;
}

static void
check_abi(enum abi abi, const char *file)
{
	static struct header h;

	header_read(&h, file);
	for (unsigned t = 1; t < EVENT_COUNT; t++) {
		const struct event_info *e = event_info((enum event_type)t);
		int nr = header_find(&h, header_name(e->name, abi));

		if (e->facts & EF_NOTCALL)
			nr = -1;
		if (nr != e->nr[abi])
			fail_msg("%s: %d in the table, %d in %s", e->name,
			    e->nr[abi], nr, file);
	}
}

static void
test_numbers(void **state)
{
	(void)state;
	check_abi(ABI_X86_64, "asm/unistd_64.h");
	check_abi(ABI_I386, "asm/unistd_32.h");
	check_abi(ABI_X32, "asm/unistd_x32.h");
	check_abi(ABI_AARCH64, "asm-generic/unistd.h");
}

static void
test_aliases(void **state)
{
	static const struct {
		const char *event, *name;
	} aliases[] = {
		{ "chown", "chown32" },
		{ "clock_adjtime", "clock_adjtime64" },
		{ "clock_getres", "clock_getres_time64" },
		{ "clock_gettime", "clock_gettime64" },
		{ "clock_nanosleep", "clock_nanosleep_time64" },
		{ "clock_settime", "clock_settime64" },
		{ "fadvise64", "fadvise64_64" },
		{ "fchown", "fchown32" },
		{ "fcntl", "fcntl64" },
		{ "fstatfs", "fstatfs64" },
		{ "ftruncate", "ftruncate64" },
		{ "futex", "futex_time64" },
		{ "getegid", "getegid32" },
		{ "geteuid", "geteuid32" },
		{ "getgid", "getgid32" },
		{ "getgroups", "getgroups32" },
		{ "getresgid", "getresgid32" },
		{ "getresuid", "getresuid32" },
		{ "getrlimit", "ugetrlimit" },
		{ "getuid", "getuid32" },
		{ "io_pgetevents", "io_pgetevents_time64" },
		{ "lchown", "lchown32" },
		{ "mq_timedreceive", "mq_timedreceive_time64" },
		{ "mq_timedsend", "mq_timedsend_time64" },
		{ "ppoll", "ppoll_time64" },
		{ "pselect6", "pselect6_time64" },
		{ "recvmmsg", "recvmmsg_time64" },
		{ "rt_sigtimedwait", "rt_sigtimedwait_time64" },
		{ "sched_rr_get_interval", "sched_rr_get_interval_time64" },
		{ "select", "_newselect" },
		{ "semtimedop", "semtimedop_time64" },
		{ "sendfile", "sendfile64" },
		{ "setfsgid", "setfsgid32" },
		{ "setfsuid", "setfsuid32" },
		{ "setgid", "setgid32" },
		{ "setgroups", "setgroups32" },
		{ "setregid", "setregid32" },
		{ "setresgid", "setresgid32" },
		{ "setresuid", "setresuid32" },
		{ "setreuid", "setreuid32" },
		{ "setuid", "setuid32" },
		{ "statfs", "statfs64" },
		{ "timer_gettime", "timer_gettime64" },
		{ "timer_settime", "timer_settime64" },
		{ "timerfd_gettime", "timerfd_gettime64" },
		{ "timerfd_settime", "timerfd_settime64" },
		{ "truncate", "truncate64" },
		{ "uname", "oldolduname" },
		{ "uname", "olduname" },
		{ "utimensat", "utimensat_time64" },
	};
	static struct header h;

	(void)state;
	header_read(&h, "asm/unistd_32.h");
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++) {
		int nr = header_find(&h, aliases[i].name);

		assert_true(nr >= 0);
		assert_int_equal(event_by_number(ABI_I386, (uint32_t)nr),
		    event_by_name(str_from(aliases[i].event)));
	}
}

static void
test_schema_hash(void **state)
{
	(void)state;
	assert_int_not_equal(event_schema_hash(), 0);
	assert_int_equal(event_schema_hash(), event_schema_hash());
}

/* --- fields --------------------------------------------------------------- */

static unsigned
count_class(const char *prefix)
{
	unsigned n = 0;

	for (unsigned id = 1; id < FIELD_COUNT; id++)
		n += str_starts(str_from(field_info((enum field_id)id)->name),
		    str_from(prefix));
	return n;
}

static void
test_fields_consistent(void **state)
{
	(void)state;
	for (unsigned id = 1; id < FIELD_COUNT; id++) {
		const struct field_info *f = field_info((enum field_id)id);

		if (strcmp(f->name,
			field_info((enum field_id)(id - 1))->name) <= 0)
			fail_msg("%s is not in order", f->name);
		assert_int_equal(field_by_name(str_from(f->name)), id);
		assert_true(strlen(f->help) > 5);
		assert_true(f->cost >= 1);
		assert_false(
		    (f->flags & FF_FILTER_ONLY) && (f->flags & FF_PRINT_ONLY));
	}
	assert_int_equal(FIELD_COUNT - 1, 233 + 32 + 29);
	assert_int_equal(count_class("fd."), 46);
	assert_int_equal(count_class("user."), 6);
	assert_int_equal(count_class("k8s."), 29);
	/* Three of the plugin's fields are named proc.*. */
	assert_int_equal(count_class("container."), 32 - 3);
	assert_int_equal(count_class("proc.") + count_class("thread."), 90 + 3);
	assert_int_equal(count_class("evt.") + count_class("syscall."),
	    18 + 58);
}

static void
test_fields_lookup(void **state)
{
	const struct field_info *f;

	(void)state;
	assert_int_equal(field_by_name(STR("proc.name")), FIELD_PROC_NAME);
	assert_int_equal(field_by_name(STR("proc.nam")), FIELD_NONE);
	assert_int_equal(field_by_name(STR("")), FIELD_NONE);
	assert_int_equal(field_by_name(STR("syslog.message")), FIELD_NONE);
	assert_string_equal(field_nearest(STR("proc.nmae")), "proc.name");
	assert_string_equal(field_nearest(STR("evt.typ")), "evt.type");
	assert_null(field_nearest(STR("completely.different")));
	f = field_info(FIELD_FD_IP);
	assert_int_equal(f->type, FT_IP);
	assert_int_equal(f->flags,
	    FF_FILTER_ONLY | FF_NO_TRANSFORM | FF_NO_RHS);
	f = field_info(FIELD_EVT_RAWARG);
	assert_int_equal(f->type, FT_DYNAMIC);
	assert_int_equal(f->arg, FA_REQUIRED_KEY);
	assert_int_equal(field_info(FIELD_EVT_ARG)->arg, FA_REQUIRED_ANY);
	assert_int_equal(field_info(FIELD_PROC_ANAME)->arg, FA_OPTIONAL_INDEX);
	assert_int_equal(field_info(FIELD_EVT_RES)->scope, FS_RESULT);
	assert_int_equal(field_info(FIELD_PROC_NAME)->scope, FS_PROCESS);
	assert_int_equal(field_info(FIELD_PROC_CWD)->scope, FS_VOLATILE);
	assert_int_equal(field_info(FIELD_CONTAINER_ID)->scope, FS_CONTAINER);
	assert_int_equal(field_info(FIELD_K8S_NS_NAME)->scope, FS_ABSENT);
	assert_int_equal(field_info(FIELD_CONTAINER_ID)->flags, FF_SUGGESTED);
	assert_int_equal(field_info(FIELD_FD_TYPES)->flags,
	    FF_LIST | FF_NO_RHS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_consistent),
		cmocka_unit_test(test_events_lookup),
		cmocka_unit_test(test_fd_param),
		cmocka_unit_test(test_all_numbers),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_schema_hash),
		cmocka_unit_test(test_fields_consistent),
		cmocka_unit_test(test_fields_lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
