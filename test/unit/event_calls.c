/*
 * Decoding of calls that have ways of their own, and of i386's packed ones.
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

/* --- calls with ways of their own ----------------------------------------- */

static void
test_clone(void **state)
{
	uint64_t args[8] = { 0x10000100 };

	(void)state;
	memory_put(&m, 0, args, sizeof(args));
	memory_call(&m, ABI_X86_64, EVENT_CLONE, ARGS(0x3d0f00));
	assert_raw(&m, "flags",
	    0x1 | 0x2 | 0x200 | 0x800 | 0x1000 | 0x2000 | 0x8000 | 0x400000 |
		0x1000000);
	assert_state(&m, "exe", PARAM_ABSENT);
	memory_call(&m, ABI_X86_64, EVENT_CLONE3, ARGS(PAGES, 64));
	assert_raw(&m, "flags", 0x80000 | 0x8000);
	memory_call(&m, ABI_X86_64, EVENT_CLONE3, ARGS(PAGES, 8));
	assert_state(&m, "flags", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_CLONE3, ARGS(HOLE, 64));
	assert_state(&m, "flags", PARAM_UNREADABLE);
	memory_call(&m, ABI_X86_64, EVENT_FORK, ARGS(1, 2, 3));
	assert_raw(&m, "flags", 0);
}

static void
test_execve(void **state)
{
	uint64_t at = memory_text(&m, 0, "/bin/sh");

	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_EXECVE, ARGS(at));
	assert_text(&m, "filename", "/bin/sh");
	assert_state(&m, "exe", PARAM_ABSENT);
	assert_state(&m, "res", PARAM_LATER);
	memory_result(&m, -2);
	assert_raw(&m, "res", -2);
	assert_state(&m, "exe", PARAM_ABSENT);
	memory_call(&m, ABI_X32, EVENT_EXECVE, ARGS(at));
	assert_text(&m, "filename", "/bin/sh");
	memory_call(&m, ABI_AARCH64, EVENT_EXECVE, ARGS(at));
	assert_text(&m, "filename", "/bin/sh");
}

static void
test_capset(void **state)
{
	uint32_t header[] = { 0x20080522, 0 };
	uint32_t data[] = { 1, 2, 3, 0x10, 0x20, 0x30 };
	uint32_t first[] = { 0x19980330, 0 };

	(void)state;
	memory_put(&m, 0, header, sizeof(header));
	memory_put(&m, 16, first, sizeof(first));
	memory_put(&m, 64, data, sizeof(data));
	memory_call(&m, ABI_X86_64, EVENT_CAPSET, ARGS(PAGES, PAGES + 64));
	assert_raw(&m, "cap_effective", UINT64_C(0x1000000001));
	assert_raw(&m, "cap_permitted", UINT64_C(0x2000000002));
	assert_raw(&m, "cap_inheritable", UINT64_C(0x3000000003));
	memory_call(&m, ABI_X86_64, EVENT_CAPSET, ARGS(PAGES + 16, PAGES + 64));
	assert_raw(&m, "cap_effective", 1);
	memory_call(&m, ABI_X86_64, EVENT_CAPSET, ARGS(PAGES, HOLE));
	assert_state(&m, "cap_effective", PARAM_UNREADABLE);
}

static void
test_prctl(void **state)
{
	uint64_t at = memory_text(&m, 0, "a name that is longer than sixteen");

	(void)state;
	memory_call(&m, ABI_X86_64, EVENT_PRCTL, ARGS(15, at));
	assert_text(&m, "arg2_str", "a name that is l");
	assert_state(&m, "arg2_int", PARAM_ABSENT);
	memory_call(&m, ABI_X86_64, EVENT_PRCTL, ARGS(38, 1));
	assert_state(&m, "arg2_str", PARAM_ABSENT);
	assert_raw(&m, "arg2_int", 1);
	memory_call(&m, ABI_X86_64, EVENT_PRCTL, ARGS(16, at));
	assert_state(&m, "arg2_str", PARAM_LATER);
	memory_text(&m, 0, "comm");
	memory_result(&m, 0);
	assert_text(&m, "arg2_str", "comm");
}

static void
test_poll(void **state)
{
	struct {
		int32_t fd;
		uint16_t events, revents;
	} fds[] = { { 3, 1, 0 }, { -1, 65535, 0 } };

	(void)state;
	memory_put(&m, 0, fds, sizeof(fds));
	memory_call(&m, ABI_X86_64, EVENT_POLL, ARGS(PAGES, 2, -1));
	assert_text(&m, "fds", "3:1 -1:65535");
	assert_raw(&m, "timeout", -1);
	memory_call(&m, ABI_X86_64, EVENT_POLL, ARGS(PAGES, UINT64_MAX, -1));
	assert_true(param(&m, "fds")->cut);
	assert_state(&m, "fds", PARAM_KNOWN);
	/* 64 of them are kept, also of the longest form. */
	memset(m.bytes, 0, 65 * 8);
	for (unsigned i = 0; i < 64; i++)
		memory_put(&m, i * 8, "\0\0\0\x80\xff\xff", 6);
	memory_call(&m, ABI_X86_64, EVENT_POLL, ARGS(PAGES, 64, -1));
	assert_int_equal(param(&m, "fds")->s.n, 64 * 18 - 1);
	assert_false(param(&m, "fds")->cut);
	memory_call(&m, ABI_X86_64, EVENT_POLL, ARGS(PAGES, 65, -1));
	assert_int_equal(param(&m, "fds")->s.n, 64 * 18 - 1);
	assert_true(param(&m, "fds")->cut);
	memory_call(&m, ABI_X86_64, EVENT_POLL, ARGS(HOLE, 1, -1));
	assert_state(&m, "fds", PARAM_UNREADABLE);
}

static void
test_semaphores(void **state)
{
	int16_t ops[] = { 1, -1, 04000, 2, 1, 0x1000 };

	(void)state;
	memory_put(&m, 0, ops, sizeof(ops));
	memory_call(&m, ABI_X86_64, EVENT_SEMOP, ARGS(9, PAGES, 1));
	assert_raw(&m, "semid", 9);
	assert_raw(&m, "sem_num_0", 1);
	assert_raw(&m, "sem_op_0", -1);
	assert_raw(&m, "sem_flg_0", 1);
	assert_state(&m, "sem_num_1", PARAM_ABSENT);
	memory_call(&m, ABI_X86_64, EVENT_SEMOP, ARGS(9, PAGES, 2));
	assert_raw(&m, "sem_flg_1", 2);
	memory_call(&m, ABI_X86_64, EVENT_SEMCTL, ARGS(9, 0, 16, 33));
	assert_raw(&m, "val", 33);
	assert_raw(&m, "cmd", 0x1000);
	memory_call(&m, ABI_X86_64, EVENT_SEMCTL, ARGS(9, 0, 0));
	assert_state(&m, "val", PARAM_ABSENT);
	assert_raw(&m, "cmd", 4);
	memory_call(&m, ABI_X86_64, EVENT_SEMGET, ARGS(9, 1, 01644));
	assert_raw(&m, "semflg", 0x4000 | 0644);
}

static void
test_quotactl(void **state)
{
	uint64_t block[8] = { 10, 11, 12, 13, 14, 15, 16, 17 };

	(void)state;
	memory_text(&m, 512, "/dev/sda");
	memory_text(&m, 600, "/quota");
	memory_put(&m, 0, block, sizeof(block));
	memory_call(&m, ABI_X86_64, EVENT_QUOTACTL,
	    ARGS(0x80000700u | 1, PAGES + 512, 1000, PAGES));
	assert_raw(&m, "cmd", 0x20); /* Q_GETQUOTA */
	assert_raw(&m, "type", 2);
	assert_raw(&m, "id", 1000);
	assert_text(&m, "special", "/dev/sda");
	assert_state(&m, "dqb_itime", PARAM_LATER);
	memory_result(&m, 0);
	assert_raw(&m, "dqb_bhardlimit", 10);
	assert_raw(&m, "dqb_itime", 17);
	assert_state(&m, "dqi_bgrace", PARAM_ABSENT);
	assert_state(&m, "quotafilepath", PARAM_ABSENT);
	memory_call(&m, ABI_X86_64, EVENT_QUOTACTL,
	    ARGS(0x80000200u, PAGES + 512, 4, PAGES + 600));
	assert_text(&m, "quotafilepath", "/quota");
	assert_raw(&m, "quota_fmt", 4);
}

static void
test_fsconfig(void **state)
{
	uint64_t at = memory_text(&m, 0, "source"), value;

	(void)state;
	value = memory_text(&m, 64, "/dev/sda");
	memory_call(&m, ABI_X86_64, EVENT_FSCONFIG, ARGS(5, 1, at, value, 0));
	assert_text(&m, "key", "source");
	assert_text(&m, "value_charbuf", "/dev/sda");
	assert_state(&m, "value_bytebuf", PARAM_ABSENT);
	memory_call(&m, ABI_X86_64, EVENT_FSCONFIG, ARGS(5, 2, at, value, 4));
	assert_text(&m, "value_bytebuf", "/dev");
	assert_state(&m, "value_charbuf", PARAM_ABSENT);
}

static void
test_sendfile(void **state)
{
	uint64_t offset = UINT64_C(0x500000001);

	(void)state;
	memory_put(&m, 0, &offset, sizeof(offset));
	memory_call(&m, ABI_X86_64, EVENT_SENDFILE, ARGS(1, 2, PAGES, 9));
	assert_raw(&m, "offset", offset);
	memory_call(&m, ABI_I386, EVENT_SENDFILE, ARGS(1, 2, PAGES, 9));
	assert_raw(&m, "offset", 1);
	assert_int_equal(memory_decode(&m, ABI_I386, 239, ARGS(1, 2, PAGES, 9)),
	    0);
	assert_raw(&m, "offset", offset);
	memory_call(&m, ABI_X86_64, EVENT_SENDFILE, ARGS(1, 2, 0, 9));
	assert_true(param(&m, "offset")->null);
}

/* --- i386's packed arguments ---------------------------------------------- */

static void
test_ipc(void **state)
{
	int16_t ops[] = { 1, -1, 0 };
	uint32_t value = 12;

	(void)state;
	memory_put(&m, 0, ops, sizeof(ops));
	memory_put(&m, 64, &value, sizeof(value));
	assert_int_equal(
	    memory_decode(&m, ABI_I386, 117, ARGS(1, 9, 1, 0, PAGES)), 0);
	assert_int_equal(m.ev.type, EVENT_SEMOP);
	assert_raw(&m, "sem_op_0", -1);
	assert_raw(&m, "semid", 9);
	assert_int_equal(
	    memory_decode(&m, ABI_I386, 117, ARGS(3, 9, 0, 16, PAGES + 64)), 0);
	assert_int_equal(m.ev.type, EVENT_SEMCTL);
	assert_raw(&m, "val", 12);
	assert_int_equal(
	    memory_decode(&m, ABI_I386, 117, ARGS(0x10002, 5, 6, 0)), 0);
	assert_int_equal(m.ev.type, EVENT_SEMGET);
	assert_raw(&m, "nsems", 6);
	assert_int_equal(memory_decode(&m, ABI_I386, 117, ARGS(21)), 0);
	assert_int_equal(m.ev.type, EVENT_SHMAT);
	assert_int_equal(memory_decode(&m, ABI_I386, 117, ARGS(20)), ERR_INVAL);
	assert_int_equal(memory_decode(&m, ABI_I386, 117, ARGS(25)), ERR_INVAL);
	assert_int_equal(memory_decode(&m, ABI_I386, 117, ARGS(0xffff)),
	    ERR_INVAL);
}

static void
test_old_mmap(void **state)
{
	uint32_t words[] = { 0, 4096, 5, 2, 3, 8192 };

	(void)state;
	memory_put(&m, 0, words, sizeof(words));
	assert_int_equal(memory_decode(&m, ABI_I386, 90, ARGS(PAGES)), 0);
	assert_int_equal(m.ev.type, EVENT_MMAP);
	assert_raw(&m, "length", 4096);
	assert_raw(&m, "prot", 5);
	assert_raw(&m, "offset", 8192);
	assert_int_equal(memory_decode(&m, ABI_I386, 90, ARGS(HOLE)),
	    ERR_INVAL);
	assert_int_equal(
	    memory_decode(&m, ABI_I386, 192, ARGS(0, 4096, 5, 2, 3, 2)), 0);
	assert_int_equal(m.ev.type, EVENT_MMAP2);
	assert_raw(&m, "pgoffset", 2);
}

static void
test_i386_registers(void **state)
{
	uint64_t at = memory_text(&m, 0, "/x");

	(void)state;
	/* 32-bit registers: whatever the upper half holds does not count. */
	assert_int_equal(
	    memory_decode(&m, ABI_I386, 10, ARGS(at | UINT64_C(0xffff) << 32)),
	    0);
	assert_int_equal(m.ev.type, EVENT_UNLINK);
	assert_text(&m, "path", "/x");
}

static void
test_procexit(void **state)
{
	struct stop stop = { .kind = STOP_EXIT,
		.tid = 42,
		.status = 3 << 8,
		.time_ns = 8 };

	(void)state;
	m.ev.num = 6;
	event_procexit(&m.ev, &stop);
	assert_int_equal(m.ev.type, EVENT_PROCEXIT);
	assert_int_equal(m.ev.num, 6);
	assert_int_equal(m.ev.n_params, 5);
	assert_raw(&m, "status", 3 << 8);
	assert_raw(&m, "ret", 3);
	assert_raw(&m, "sig", 0);
	assert_raw(&m, "core", 0);
	stop.status = 11 | 0x80;
	event_procexit(&m.ev, &stop);
	assert_raw(&m, "ret", 0);
	assert_raw(&m, "sig", 11);
	assert_raw(&m, "core", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_clone, setup),
		cmocka_unit_test_setup(test_execve, setup),
		cmocka_unit_test_setup(test_capset, setup),
		cmocka_unit_test_setup(test_prctl, setup),
		cmocka_unit_test_setup(test_poll, setup),
		cmocka_unit_test_setup(test_semaphores, setup),
		cmocka_unit_test_setup(test_quotactl, setup),
		cmocka_unit_test_setup(test_fsconfig, setup),
		cmocka_unit_test_setup(test_sendfile, setup),
		cmocka_unit_test_setup(test_ipc, setup),
		cmocka_unit_test_setup(test_old_mmap, setup),
		cmocka_unit_test_setup(test_i386_registers, setup),
		cmocka_unit_test_setup(test_procexit, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
