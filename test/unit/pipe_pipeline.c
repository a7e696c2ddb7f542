/*
 * src/pipe/pipeline.c: made-up stops of made-up processes go in, alerts come
 * out of the ring.
 */
#include "pipe_bench.h"

/* --- tests --- */

static void
decided_at_entry(void **state)
{
	struct bench *b = *state;
	struct stop s;

	begin(b,
	    RULE_OF("shadow",
		"evt.type=openat and fd.num>=0 and "
		"fd.name=/etc/shadow",
		"opened"));
	s = CALL(TID, OPENAT, CWD, text(b, "/etc/passwd"));
	decides(b, &s, DECIDE_PASS);
	s = CALL(TID, UNLINK, text(b, "/etc/shadow"));
	decides(b, &s, DECIDE_PASS);
	s = CALL(TID, OPENAT, CWD, text(b, "/etc/shadow"));
	decides(b, &s, DECIDE_WANT_RESULT);
	assert_string_equal(drain(b), "");
	returns(b, &s, 3);
	assert_string_equal(drain(b), "shadow: opened");
	assert_int_equal(pipeline_counts(b->p)->events, 3);
	assert_int_equal(pipeline_counts(b->p)->wanted, 1);
	assert_int_equal(pipeline_counts(b->p)->alerts, 1);
}

static void
result_decides(void **state)
{
	struct bench *b = *state;
	struct stop s;

	begin(b,
	    RULE_OF("ok", "evt.type=openat and fd.num>=0",
		"%fd.num %evt.res %fd.name %proc.name %proc.pname")
		RULE_OF("bad", "evt.type=openat and evt.failed=true",
		    "%fd.num %evt.res %evt.rawres"));
	s = CALL(TID, OPENAT, CWD, text(b, "a"));
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, 7);
	assert_string_equal(drain(b), "ok: 7 SUCCESS /tmp/a cat bash");
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, -ENOENT);
	assert_string_equal(drain(b), "bad: -1 ENOENT -2");
}

/* What the rule saw at entry is what it reports: memory may change after. */
static void
arguments_are_those_of_the_entry(void **state)
{
	struct bench *b = *state;
	uint64_t path;
	struct stop s;

	begin(b, RULE_OF("r", "evt.type=openat and fd.num>=0", "%fd.name"));
	path = text(b, "/etc/shadow");
	s = CALL(TID, OPENAT, CWD, path);
	decides(b, &s, DECIDE_WANT_RESULT);
	memcpy(b->tracee + (path - BASE), "/dev/null\0", 10);
	returns(b, &s, 3);
	assert_string_equal(drain(b), "r: /etc/shadow");
}

static void
execs(void **state)
{
	struct bench *b = *state;
	struct stop s;

	begin(b,
	    RULE_OF("started", "evt.type=execve and evt.res=SUCCESS",
		"%proc.name %proc.cmdline %proc.exepath %evt.type")
		RULE_OF("missed",
		    "evt.type=execve and evt.failed=true and "
		    "evt.res=ENOENT",
		    "%proc.name %evt.res"));
	s = CALL(TID, EXECVE, text(b, "/bin/ls"));
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, -ENOENT);
	assert_string_equal(drain(b), "missed: cat ENOENT");
	decides(b, &s, DECIDE_WANT_RESULT);
	becomes(b, TID, TID, "ls", "/bin/ls|-l");
	assert_string_equal(drain(b), "started: ls ls -l /bin/new execve");
	/* One whose entry nobody saw. */
	becomes(b, TID, TID, "id", "id");
	assert_string_equal(drain(b), "started: id id /bin/new execve");
}

/* Only success matters to the rule: no exit stop is bought. */
static void
execs_without_a_result(void **state)
{
	struct bench *b = *state;
	struct stop s;

	begin(b,
	    RULE_OF("started", "evt.type=execve and evt.failed=false",
		"%proc.name"));
	s = CALL(TID, EXECVE, text(b, "/bin/ls"));
	decides(b, &s, DECIDE_PASS);
	becomes(b, TID, TID, "ls", "ls");
	assert_string_equal(drain(b), "started: ls");
	/* After one that failed unseen, another call is not mistaken for it. */
	decides(b, &s, DECIDE_PASS);
	s = CALL(TID, UNLINK, text(b, "/tmp/x"));
	decides(b, &s, DECIDE_PASS);
	assert_string_equal(drain(b), "");
}

/* A success reports execve whatever the call was. */
static void
execveat(void **state)
{
	struct bench *b = *state;
	struct stop s;

	begin(b,
	    RULE_OF("started", "evt.type=execve and evt.res=SUCCESS",
		"%evt.type %proc.name") RULE_OF("missed",
		"evt.type=execveat and evt.failed=true", "%evt.type %evt.res"));
	s = CALL(TID, EXECVEAT, 5, text(b, ""), 0, 0, 0x1000);
	decides(b, &s, DECIDE_WANT_RESULT);
	becomes(b, TID, TID, "memfd", "memfd");
	assert_string_equal(drain(b), "started: execve memfd");
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, -EACCES);
	assert_string_equal(drain(b), "missed: execveat EACCES");
}

static void
exec_from_another_thread(void **state)
{
	struct bench *b = *state;
	struct stop s, other;

	begin(b,
	    RULE_OF("started", "evt.type=execve", "%proc.name %evt.res")
		RULE_OF("open", "evt.type=openat", "%fd.name"));
	fake_add(&b->fake,
	    (struct fake_proc){ .tid = 101,
		.tgid = TID,
		.ppid = 50,
		.comm = "cat",
		.cmdline = "cat|x",
		.exe = "/bin/cat",
		.cwd = "/tmp" });
	other = CALL(TID, OPENAT, CWD, text(b, "/x"));
	decides(b, &other, DECIDE_WANT_RESULT);
	s = CALL(101, EXECVE, text(b, "/bin/ls"));
	decides(b, &s, DECIDE_WANT_RESULT);
	becomes(b, TID, 101, "ls", "ls");
	assert_string_equal(drain(b), "started: ls SUCCESS");
	/* The leader's own call is gone with the leader. */
	ends(b, TID);
	assert_string_equal(drain(b), "");
}

static void
dying_inside_a_call(void **state)
{
	struct bench *b = *state;
	struct stop s;

	begin(b,
	    RULE_OF("any", "evt.type=openat and fd.name=/etc/shadow", "any")
		RULE_OF("ok",
		    "evt.type=openat and fd.num>=0 and "
		    "fd.name=/etc/passwd",
		    "ok"));
	s = CALL(TID, OPENAT, CWD, text(b, "/etc/passwd"));
	decides(b, &s, DECIDE_WANT_RESULT);
	ends(b, TID);
	assert_string_equal(drain(b), "");
	s = CALL(TID, OPENAT, CWD, text(b, "/etc/shadow"));
	decides(b, &s, DECIDE_WANT_RESULT);
	ends(b, TID);
	assert_string_equal(drain(b), "any: any");
}

/* More calls wait for their result than the pipeline keeps. */
static void
more_than_slots(void **state)
{
	enum { THREADS = 150 };
	struct bench *b = *state;
	struct stop s[THREADS];
	char name[16], want[32];

	begin(b,
	    RULE_OF("r", "evt.type=openat and fd.num>=0", "%fd.name %fd.num"));
	for (int i = 0; i < THREADS; i++) {
		snprintf(name, sizeof(name), "/%d", i);
		s[i] = CALL(1000 + i, OPENAT, CWD, text(b, name));
		decides(b, &s[i], DECIDE_WANT_RESULT);
	}
	for (int i = THREADS - 1; i >= 0; i--) {
		returns(b, &s[i], i);
		snprintf(want, sizeof(want), "r: /%d %d", i, i);
		assert_string_equal(drain(b), want);
	}
	assert_in_range(pipeline_counts(b->p)->redecoded, THREADS - 64,
	    THREADS - 60);
	/* Threads that die inside a call give theirs back. */
	for (int i = 0; i < 60; i++) {
		s[i].tid = 2000 + i;
		decides(b, &s[i], DECIDE_WANT_RESULT);
		ends(b, s[i].tid);
		s[i].tid = 1000 + i;
	}
	/* All slots are free again. */
	for (int i = 0; i < 60; i++)
		decides(b, &s[i], DECIDE_WANT_RESULT);
	for (int i = 0; i < 60; i++)
		returns(b, &s[i], i);
	assert_in_range(pipeline_counts(b->p)->redecoded, THREADS - 64,
	    THREADS - 60);
	assert_int_equal(pipeline_counts(b->p)->alerts, THREADS + 60);
}

/* Nobody says that an exec failed: its slot is free for who needs it. */
static void
failed_execs_keep_no_slot(void **state)
{
	enum { THREADS = 150 };
	struct bench *b = *state;
	struct stop s;

	begin(b,
	    RULE_OF("r", "evt.type=openat and fd.num>=0", "%fd.name %fd.num"));
	for (int i = 0; i < THREADS; i++) {
		s = CALL(1000 + i, EXECVE, text(b, "/missing"));
		decides(b, &s, DECIDE_PASS);
	}
	s = CALL(TID, OPENAT, CWD, text(b, "/x"));
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, 3);
	assert_string_equal(drain(b), "r: /x 3");
	assert_int_equal(pipeline_counts(b->p)->redecoded, 0);
}

#define TWO_RULES                                                    \
	RULE_OF("second", "evt.type=openat and fd.num=99", "second") \
	RULE_OF("first", "evt.type=openat and fd.num>=0", "first")   \
	RULE_OF("third", "evt.type=openat", "third")

static void
first_match_only(void **state)
{
	struct bench *b = *state;
	struct stop s;

	begin(b, TWO_RULES);
	s = CALL(TID, OPENAT, CWD, text(b, "/x"));
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, 3);
	assert_string_equal(drain(b), "first: first");
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, -EPERM);
	assert_string_equal(drain(b), "third: third");
}

static void
all_matches(void **state)
{
	struct bench *b = *state;
	struct stop s;

	b->config.all_matches = true;
	begin(b, TWO_RULES);
	s = CALL(TID, OPENAT, CWD, text(b, "/x"));
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, 99);
	assert_string_equal(drain(b),
	    "second: second; first: first; third: third");
	assert_int_equal(pipeline_counts(b->p)->alerts, 3);
}

static void
unreadable(void **state)
{
	struct bench *b = *state;
	struct stop s = CALL(TID, OPENAT, CWD, 8);

	begin(b,
	    RULE_OF("named", "evt.type=openat and fd.name startswith /", "n")
		RULE_OF("any", "evt.type=openat", "<%fd.name> %evt.res"));
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, -EFAULT);
	assert_string_equal(drain(b), "any: <<NA>> EFAULT");
	assert_int_equal(pipeline_counts(b->p)->unreadable, 1);
	/* The thread vanished between its stop and our question. */
	b->gone = true;
	s = CALL(7777, OPENAT, CWD, text(b, "/x"));
	decides(b, &s, DECIDE_WANT_RESULT);
	ends(b, 7777);
	assert_memory_equal(drain(b), "any: <<NA>>", 11);
}

/* A call that is made again after a signal is one event. */
static void
interrupted(void **state)
{
	struct bench *b = *state;
	struct stop s, again;

	begin(b, RULE_OF("r", "evt.type=openat", "%fd.name %evt.res"));
	s = CALL(TID, OPENAT, CWD, text(b, "/fifo"));
	decides(b, &s, DECIDE_WANT_RESULT);
	again = s;
	again.restarted = true;
	returns(b, &again, -EINTR);
	assert_string_equal(drain(b), "");
	decides(b, &again, DECIDE_WANT_RESULT);
	returns(b, &s, 3);
	assert_string_equal(drain(b), "r: /fifo SUCCESS");
	/* A handler forbade it: another call follows. */
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &again, -EINTR);
	s = CALL(TID, UNLINK, text(b, "/fifo"));
	decides(b, &s, DECIDE_PASS);
	assert_string_equal(drain(b), "r: /fifo EINTR");
}

static void
rings(void **state)
{
	struct bench *b = *state;
	struct stop s = CALL(TID, IO_URING_SETUP, 8, BASE);
	struct decision d;

	b->config.refuse_uring = true;
	begin(b, RULE_OF("ring", "evt.type=io_uring_setup", "%evt.res"));
	for (int i = 0; i < 2; i++) {
		d = pipeline_stop(b->p, &s);
		assert_int_equal(d.kind, DECIDE_DENY);
		assert_int_equal(d.errnum, ENOSYS);
		assert_string_equal(drain(b), "ring: ENOSYS");
	}
	assert_int_equal(b->warnings, 1);
}

static void
rings_are_only_reported(void **state)
{
	struct bench *b = *state;
	struct stop s = CALL(TID, IO_URING_SETUP, 8, BASE);

	begin(b, NULL);
	decides(b, &s, DECIDE_PASS);
	decides(b, &s, DECIDE_PASS);
	assert_int_equal(b->warnings, 1);
	assert_string_equal(drain(b), "");
}

static void
listing(void **state)
{
	struct bench *b = *state;
	struct stop s = CALL(TID, UNLINK, text(b, "/tmp/x"));

	b->config.print_events = true;
	begin(b, NULL);
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, -ENOENT);
	drain(b);
	assert_non_null(strstr(b->seen, "line 16:17:57.881781397 cat(100) "));
	assert_non_null(strstr(b->seen, "unlink("));
	assert_non_null(strstr(b->seen, "/tmp/x"));
	assert_non_null(strstr(b->seen, "ENOENT"));
}

/* Numbers that nobody knows pass, and nothing waits for them. */
static void
unknown_calls(void **state)
{
	struct bench *b = *state;
	struct stop s = { .kind = STOP_ENTRY,
		.abi = ABI_X86_64,
		.tid = TID,
		.nr = 100000,
		.time_ns = NOW };

	b->config.print_events = true;
	begin(b, NULL);
	for (int i = 0; i < 200; i++)
		decides(b, &s, DECIDE_PASS);
	s.kind = STOP_RESULT;
	decides(b, &s, DECIDE_PASS);
	assert_string_equal(drain(b), "");
	assert_int_equal(pipeline_counts(b->p)->events, 0);
}

static void
children(void **state)
{
	struct bench *b = *state;
	struct stop s = { .kind = STOP_CLONE,
		.tid = TID,
		.child = 200,
		.clone_flags = CLONE_VFORK,
		.time_ns = NOW };

	begin(b,
	    RULE_OF("r", "evt.type=execve and evt.res=SUCCESS",
		"%proc.name of %proc.pname of %proc.aname[2]"));
	fake_add(&b->fake,
	    (struct fake_proc){ .tid = 200,
		.ppid = TID,
		.comm = "cat",
		.cmdline = "cat|x",
		.exe = "/bin/cat",
		.cwd = "/tmp" });
	decides(b, &s, DECIDE_PASS);
	becomes(b, 200, 200, "sh", "sh|-c|id");
	assert_string_equal(drain(b), "r: sh of cat of bash");
}

/* Everything that the shipper prints is in the frame. */
static void
whole_alert(void **state)
{
	static const char rule[] = "- rule: Whole\n  desc: d\n"
				   "  condition: evt.type=unlink\n"
				   "  output: gone %evt.arg.path by "
				   "%proc.name in %container.id\n"
				   "  priority: CRITICAL\n"
				   "  tags: [z, a]\n";
	struct bench *b = *state;
	struct stop s = CALL(TID, UNLINK, text(b, "/tmp/\"x\""));
	struct str payload;
	enum frame_kind kind;
	struct alert a;

	begin(b, rule);
	decides(b, &s, DECIDE_WANT_RESULT);
	returns(b, &s, 0);
	assert_int_equal(ring_take(b->ring, 0, &kind, &payload), 1);
	assert_int_equal(kind, FRAME_ALERT);
	assert_int_equal(alert_decode(payload, &a), 0);
	assert_int_equal(a.time_ns, NOW);
	assert_int_equal(a.priority, PRIORITY_CRITICAL);
	assert_true(str_eq(a.rule, STR("Whole")));
	assert_true(str_eq(a.source, STR("syscall")));
	assert_true(str_eq(a.hostname, STR("box")));
	assert_true(
	    str_eq(a.message, STR("gone /tmp/\"x\" by cat in 3ad7b26ded6d")));
	assert_true(str_eq(a.fields,
	    STR("\"container.id\":\"3ad7b26ded6d\","
		"\"evt.arg.path\":\"/tmp/\\\"x\\\"\","
		"\"evt.time\":1470327477881781397,\"proc.name\":\"cat\"")));
	assert_int_equal(a.n_tags, 2);
	assert_true(str_eq(a.tags[0], STR("a")));
	ring_commit(b->ring);
}

static void
no_room(void **state)
{
	struct bench *b = *state;
	struct arena small;

	arena_init(&small, 1 << 20);
	assert_null(pipeline_new(&small, &b->config));
	arena_reset(&small);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(decided_at_entry),
		TEST(result_decides),
		TEST(arguments_are_those_of_the_entry),
		TEST(execs),
		TEST(execs_without_a_result),
		TEST(execveat),
		TEST(exec_from_another_thread),
		TEST(dying_inside_a_call),
		TEST(more_than_slots),
		TEST(failed_execs_keep_no_slot),
		TEST(first_match_only),
		TEST(all_matches),
		TEST(unreadable),
		TEST(interrupted),
		TEST(rings),
		TEST(rings_are_only_reported),
		TEST(listing),
		TEST(unknown_calls),
		TEST(children),
		TEST(whole_alert),
		TEST(no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
