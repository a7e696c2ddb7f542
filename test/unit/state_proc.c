/*
 * Processes: first sight, clone, exec, exit, ancestors, eviction, and how
 * little of /proc is read for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "fake_proc.h"
#include "state/proc.h"

#define SECOND UINT64_C(1000000000)
#define BOOT   (1000 * SECOND)

struct world {
	struct fake fake;
	struct arena arena, scratch;
	struct state *st;
	struct container container;
	char memory[64 * 1024];
	uint64_t now;
};

static struct world *
world_new(size_t procs, size_t threads, size_t texts)
{
	struct world *w = calloc(1, sizeof(*w));
	struct state_source source;
	struct state_config c = { .max_procs = procs,
		.max_threads = threads,
		.text_bytes = texts,
		.boot_ns = BOOT,
		.clock_ticks = 100,
		.seed = 7 };

	assert_non_null(w);
	c.container = &w->container;
	source = fake_source(&w->fake);
	arena_init(&w->arena, 32 << 20);
	arena_fixed(&w->scratch, w->memory, sizeof(w->memory));
	w->st = state_new(&w->arena, &c, &source);
	assert_non_null(w->st);
	w->now = BOOT + 100 * SECOND;
	return w;
}

static int
setup(void **state)
{
	struct world *w = world_new(64, 128, 256 * 1024);

	*state = w;
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 1,
		.comm = "init",
		.cmdline = "/sbin/init",
		.exe = "/sbin/init",
		.cwd = "/" });
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 50,
		.ppid = 1,
		.comm = "bash",
		.cmdline = "-bash",
		.exe = "/usr/bin/bash",
		.cwd = "/root",
		.start_ticks = 5000 });
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 100,
		.ppid = 50,
		.comm = "sh",
		.cmdline = "sh|-c|echo  a b",
		.exe = "/bin/dash",
		.cwd = "/tmp",
		.start_ticks = 9000,
		.vpid = 5,
		.vpgid = 4,
		.vsid = 3,
		.uid = 33,
		.gid = 34,
		.cap_effective = 0x21,
		.tty = 34816,
		.loginuid = 1000 });
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

static struct proc *
event(struct world *w, pid_t tid)
{
	arena_reset(&w->scratch);
	return state_event_begin(w->st, tid, w->now, &w->scratch);
}

static void
clone_of(struct world *w, pid_t tid, pid_t child, uint64_t flags)
{
	struct stop s = { .kind = STOP_CLONE,
		.tid = tid,
		.child = child,
		.clone_flags = flags,
		.time_ns = w->now };

	state_on_clone(w->st, &s);
}

static struct proc *
exec_of(struct world *w, pid_t tid, pid_t former)
{
	struct stop s = { .kind = STOP_EXEC,
		.tid = tid,
		.former_tid = former,
		.time_ns = w->now };

	arena_reset(&w->scratch);
	return state_on_exec(w->st, &s, &w->scratch);
}

static void
exit_of(struct world *w, pid_t tid, bool leader)
{
	struct stop s = { .kind = STOP_EXIT,
		.tid = tid,
		.leader = leader,
		.time_ns = w->now };

	state_on_exit(w->st, &s);
}

#define assert_text(s, literal)                                 \
	do {                                                    \
		struct str text_ = (s);                         \
		assert_int_equal(text_.n, strlen(literal));     \
		assert_memory_equal(text_.p, literal, text_.n); \
	} while (0)

static void
test_first_sight(void **state)
{
	struct world *w = *state;
	struct proc *p = event(w, 100);

	assert_non_null(p);
	assert_int_equal(p->tgid, 100);
	assert_int_equal(p->ppid, 50);
	assert_text(proc_comm(p), "sh");
	assert_text(state_exe(w->st, p), "sh");
	assert_text(state_exepath(w->st, p), "/bin/dash");
	assert_int_equal(state_argv(w->st, p).n, sizeof("sh -c echo  a b"));
	assert_int_equal(p->start_ns, BOOT + 90 * SECOND);
	assert_true(p->traced);
	/* The next event of a known thread reads nothing. */
	fake_reset_counts(&w->fake);
	assert_ptr_equal(event(w, 100), p);
	assert_int_equal(fake_total(&w->fake), 0);
	assert_int_equal(state_counts(w->st)->procs, 1);
	assert_null(event(w, 4711));
	assert_int_equal(state_counts(w->st)->procs, 1);
}

static void
test_read_once_an_event(void **state)
{
	struct world *w = *state;
	struct proc *p = event(w, 100);
	int64_t uid;

	fake_reset_counts(&w->fake);
	for (int i = 0; i < 3; i++) {
		const struct proc_status *s = state_status(w->st, 100);

		assert_non_null(s);
		assert_int_equal(s->uid[1], 33);
		assert_int_equal(s->gid[1], 34);
		assert_int_equal(s->cap_effective, 0x21);
		assert_int_equal(s->vpid, 5);
		assert_int_equal(s->vpgid, 4);
		assert_int_equal(s->vsid, 3);
		assert_int_equal(s->vm_size, 2048);
		assert_int_equal(s->threads, 3);
		assert_text(state_cwd(w->st, 100), "/tmp/");
		assert_int_equal(state_stat(w->st, 100)->tty, 34816);
		assert_true(state_loginuid(w->st, 100, &uid));
		assert_int_equal(uid, 1000);
	}
	assert_int_equal(w->fake.reads[PROC_STATUS], 1);
	assert_int_equal(w->fake.reads[PROC_STAT], 1);
	assert_int_equal(w->fake.reads[PROC_LOGINUID], 1);
	assert_int_equal(w->fake.links[PROC_CWD], 1);
	assert_int_equal(state_vpid(w->st, p), 5);
	/* Credentials are read again by the next event, the vpid is kept. */
	event(w, 100);
	fake_find(&w->fake, 100)->uid = 0;
	assert_int_equal(state_vpid(w->st, p), 5);
	assert_int_equal(w->fake.reads[PROC_STATUS], 1);
	assert_int_equal(state_status(w->st, 100)->uid[1], 0);
	assert_int_equal(w->fake.reads[PROC_STATUS], 2);
	/* Nothing to read: no value, asked once. */
	fake_remove(&w->fake, 100);
	event(w, 100);
	fake_reset_counts(&w->fake);
	assert_null(state_status(w->st, 100));
	assert_null(state_status(w->st, 100));
	assert_null(state_cwd(w->st, 100).p);
	assert_false(state_loginuid(w->st, 100, &uid));
	assert_int_equal(w->fake.reads[PROC_STATUS], 1);
}

static void
test_loginuid_unset(void **state)
{
	struct world *w = *state;
	int64_t uid;

	fake_find(&w->fake, 100)->loginuid = -1;
	event(w, 100);
	assert_true(state_loginuid(w->st, 100, &uid));
	assert_int_equal(uid, PROC_LOGINUID_UNSET);
}

static void
test_clone_copies(void **state)
{
	struct world *w = *state;
	struct proc *p = event(w, 100), *c;
	unsigned before;

	/* prctl(PR_SET_NAME) changes /proc but not what is kept. */
	fake_find(&w->fake, 100)->comm = "renamed";
	before = fake_total(&w->fake);
	w->now += SECOND;
	clone_of(w, 100, 101, 0);
	c = event(w, 101);
	assert_int_equal(fake_total(&w->fake), before);
	assert_non_null(c);
	assert_ptr_not_equal(c, p);
	assert_text(proc_comm(c), "sh");
	assert_text(state_exepath(w->st, c), "/bin/dash");
	assert_int_equal(c->start_ns, w->now);
	assert_int_equal(c->ppid, 100);
	assert_ptr_equal(state_parent(w->st, c), p);
	assert_int_equal(fake_total(&w->fake), before);
}

static void
test_threads(void **state)
{
	struct world *w = *state;
	struct proc *p = event(w, 100);

	clone_of(w, 100, 102, 0x10000);
	assert_ptr_equal(event(w, 102), p);
	assert_int_equal(p->n_threads, 2);
	assert_int_equal(state_reader_tid(w->st, p), 102);
	/* A thread seen before its clone event is found through its Tgid. */
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 103, .tgid = 100, .comm = "worker" });
	assert_ptr_equal(event(w, 103), p);
	clone_of(w, 100, 103, 0x10000);
	assert_int_equal(p->n_threads, 3);
	exit_of(w, 102, false);
	exit_of(w, 100, false); /* the leader's number stays */
	assert_int_equal(p->n_threads, 2);
	assert_ptr_equal(event(w, 103), p);
	/* A thread is no process. */
	assert_null(state_find(w->st, 103));
	exit_of(w, 100, true);
	assert_int_equal(state_counts(w->st)->procs, 0);
	assert_int_equal(state_counts(w->st)->threads, 0);
}

static void
test_exec(void **state)
{
	struct world *w = *state;
	struct proc *p = event(w, 100), *q;

	clone_of(w, 100, 102, 0x10000);
	clone_of(w, 100, 103, 0x10000);
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 100,
		.ppid = 50,
		.comm = "cat",
		.cmdline = "cat|/etc/passwd",
		.exe = "/bin/cat (deleted)",
		.cwd = "/tmp" });
	fake_reset_counts(&w->fake);
	/* By another thread than the leader, which takes its number. */
	q = exec_of(w, 100, 103);
	assert_ptr_equal(q, p);
	assert_int_equal(p->n_threads, 1);
	assert_text(proc_comm(p), "cat");
	assert_text(state_exe(w->st, p), "cat");
	assert_text(state_exepath(w->st, p), "/bin/cat");
	assert_int_equal(fake_total(&w->fake), 4);
	assert_null(event(w, 103));
	/* The clone time is that of the process. */
	assert_int_equal(p->start_ns, BOOT + 90 * SECOND);
}

static void
test_layer(void **state)
{
	struct world *w = *state;
	struct proc *p = event(w, 100);
	unsigned facts;

	fake_find(&w->fake, 100)->exe_facts =
	    (struct file_facts){ .overlay = true, .upper_layer = true };
	assert_int_equal(state_exe_layer(w->st, p), EXE_KNOWN | EXE_UPPER);
	facts = w->fake.facts;
	/* Kept, also by children, until the next exec. */
	clone_of(w, 100, 101, 0);
	p = event(w, 101);
	assert_int_equal(state_exe_layer(w->st, p), EXE_KNOWN | EXE_UPPER);
	assert_int_equal(w->fake.facts, facts);
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 101,
		.ppid = 100,
		.comm = "x",
		.exe = "/memfd:x",
		.exe_facts = { .memfd = true } });
	exec_of(w, 101, 101);
	assert_int_equal(state_exe_layer(w->st, p), EXE_KNOWN | EXE_MEMFD);
	fake_remove(&w->fake, 101);
	exec_of(w, 101, 101);
	p->layer = 0;
	assert_int_equal(state_exe_layer(w->st, p), 0);
}

static void
test_exec_gone(void **state)
{
	struct world *w = *state;
	struct proc *p = event(w, 100);

	fake_remove(&w->fake, 100);
	assert_ptr_equal(exec_of(w, 100, 100), p);
	assert_text(proc_comm(p), "sh");
	assert_null(exec_of(w, 999, 999));
}

static void
test_child_acts_first(void **state)
{
	struct world *w = *state;
	struct proc *c;

	event(w, 100);
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 110,
		.ppid = 100,
		.comm = "ls",
		.cmdline = "ls",
		.exe = "/bin/ls" });
	c = event(w, 110);
	clone_of(w, 100, 110, 0);
	assert_ptr_equal(event(w, 110), c);
	assert_text(proc_comm(c), "ls");
	assert_int_equal(c->start_ns, w->now);
	/* The number is used again and the end was missed: a new process. */
	clone_of(w, 100, 110, 0);
	c = event(w, 110);
	assert_text(proc_comm(c), "sh");
	assert_int_equal(state_counts(w->st)->procs, 2);
}

static void
test_clone_parent(void **state)
{
	struct world *w = *state;
	struct proc *p;

	event(w, 100);
	clone_of(w, 100, 101, 0);
	p = event(w, 101);
	clone_of(w, 101, 102, 0x8000); /* CLONE_PARENT */
	assert_ptr_equal(state_parent(w->st, event(w, 102)),
	    state_parent(w->st, p));
}

static void
test_ancestors(void **state)
{
	struct world *w = *state;
	struct proc *p, *a;

	event(w, 100);
	clone_of(w, 100, 101, 0);
	p = event(w, 101);
	assert_ptr_equal(state_ancestor(w->st, p, 0), p);
	assert_text(proc_comm(state_ancestor(w->st, p, 1)), "sh");
	a = state_ancestor(w->st, p, 2);
	assert_text(proc_comm(a), "bash");
	assert_false(a->traced);
	assert_text(proc_comm(state_ancestor(w->st, p, 3)), "init");
	assert_null(state_ancestor(w->st, p, 4));
	assert_null(state_ancestor(w->st, p, 1000));
	/* Within the time, those outside are not read again ... */
	event(w, 101);
	fake_reset_counts(&w->fake);
	assert_non_null(state_ancestor(w->st, p, 3));
	assert_int_equal(fake_total(&w->fake), 0);
	/* ... and later they are. */
	fake_find(&w->fake, 50)->comm = "zsh";
	w->now += SECOND;
	event(w, 101);
	assert_text(proc_comm(state_ancestor(w->st, p, 2)), "zsh");
}

static void
test_reparented(void **state)
{
	struct world *w = *state;
	struct proc *p;

	event(w, 100);
	clone_of(w, 100, 101, 0);
	clone_of(w, 101, 102, 0);
	p = event(w, 102);
	assert_int_equal(state_parent(w->st, p)->tgid, 101);
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 102, .ppid = 1, .comm = "sh" });
	exit_of(w, 101, true);
	/* Its number is given to another process at once. */
	clone_of(w, 100, 101, 0);
	p = event(w, 102);
	assert_int_equal(state_parent(w->st, p)->tgid, 1);
	assert_null(state_ancestor(w->st, p, 2));
}

static void
test_loop(void **state)
{
	struct world *w = *state;
	struct proc *p;

	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 200, .ppid = 201, .comm = "a" });
	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 201, .ppid = 200, .comm = "b" });
	p = event(w, 200);
	assert_non_null(state_ancestor(w->st, p, STATE_ANCESTORS));
	assert_null(state_ancestor(w->st, p, STATE_ANCESTORS + 1));
}

static void
test_chroot(void **state)
{
	struct world *w = *state;
	struct proc *p;

	fake_add(&w->fake,
	    (struct fake_proc){ .tid = 300,
		.ppid = 1,
		.comm = "jail",
		.exe = "/srv/jail/bin/x",
		.cwd = "/srv/jail",
		.root = "/srv/jail" });
	p = event(w, 300);
	assert_text(state_exepath(w->st, p), "/bin/x");
	assert_text(state_cwd(w->st, 300), "/");
	fake_find(&w->fake, 300)->cwd = "/srv/jail/tmp (deleted)";
	event(w, 300);
	assert_text(state_cwd(w->st, 300), "/tmp/");
	/* A name that merely begins alike is outside. */
	fake_find(&w->fake, 300)->cwd = "/srv/jailer";
	event(w, 300);
	assert_text(state_cwd(w->st, 300), "/srv/jailer/");
}

static void
test_eviction(void **state)
{
	struct world *w = world_new(8, 16, 64 * 1024);
	const struct state_counts *n = state_counts(w->st);
	struct proc *p;

	(void)state;
	for (pid_t t = 1; t <= 60; t++)
		fake_add(&w->fake,
		    (struct fake_proc){ .tid = t + 1000,
			.comm = "x",
			.cmdline = "x|y",
			.exe = "/x" });
	for (pid_t t = 1; t <= 60; t++) {
		p = event(w, t + 1000);
		assert_non_null(p);
		assert_int_equal(p->tgid, t + 1000);
		assert_text(state_exepath(w->st, p), "/x");
		assert_true(n->procs <= 8);
	}
	assert_int_equal(n->evicted_procs, 52);
	assert_int_equal(n->procs_seen, 60);
	/* What was given up is known again when it acts. */
	p = event(w, 1001);
	assert_text(proc_comm(p), "x");
	/* Threads beyond the table are given up too, never their leader. */
	for (pid_t t = 0; t < 100; t++)
		clone_of(w, 1001, 5000 + t, 0x10000);
	assert_true(n->threads <= 16);
	assert_true(n->evicted_threads > 0);
	assert_ptr_equal(event(w, 1001), p);
	teardown((void **)&w);
}

static void
test_text_pool_full(void **state)
{
	struct world *w = world_new(64, 128, 16 * 1024);
	char lines[40][700];
	struct proc *p;

	(void)state;
	for (int i = 0; i < 40; i++) {
		memset(lines[i], 'a', sizeof(lines[i]) - 1);
		lines[i][sizeof(lines[i]) - 1] = '\0';
		lines[i][1] = '|';
		fake_add(&w->fake,
		    (struct fake_proc){ .tid = 100 + i,
			.comm = "x",
			.cmdline = lines[i],
			.exe = "/x" });
		p = event(w, 100 + i);
		/* Kept or read again: the answer is the same. */
		assert_text(state_exe(w->st, p), "a");
		assert_int_equal(state_argv(w->st, p).n, 700);
		assert_text(state_exepath(w->st, p), "/x");
	}
	assert_true(state_counts(w->st)->evicted_texts > 0);
	teardown((void **)&w);
}

static void
test_many(void **state)
{
	struct world *w = *state;

	/* 100,000 processes come and go: nothing is left over. */
	event(w, 100);
	for (int i = 0; i < 100000; i++) {
		clone_of(w, 100, 1000 + i % 50, 0);
		exit_of(w, 1000 + i % 50, true);
	}
	assert_int_equal(state_counts(w->st)->procs, 1);
	assert_int_equal(state_counts(w->st)->threads, 1);
	assert_int_equal(state_counts(w->st)->evicted_procs, 0);
	assert_int_equal(state_counts(w->st)->procs_seen, 100001);
}

static void
test_parse_stat(void **state)
{
	struct proc_stat s;

	(void)state;
	assert_true(proc_parse_stat(
	    STR("7 (a) b) (c) R 3 4 5 1027 -1 0 8 0 9 0 0 0 0 0 20 0 1 0 250 "
		"1 2 3\n"),
	    0, 100, &s));
	assert_int_equal(s.comm_n, 8);
	assert_memory_equal(s.comm, "a) b) (c", 8);
	assert_int_equal(s.ppid, 3);
	assert_int_equal(s.pgrp, 4);
	assert_int_equal(s.session, 5);
	assert_int_equal(s.tty, 1027);
	assert_int_equal(s.minflt, 8);
	assert_int_equal(s.majflt, 9);
	assert_int_equal(s.start_ns, 2 * SECOND + SECOND / 2);
	assert_false(proc_parse_stat(STR(""), 0, 100, &s));
	assert_false(proc_parse_stat(STR("7 (x) R 1 2 3"), 0, 100, &s));
	assert_false(proc_parse_stat(STR(")("), 0, 100, &s));
}

static void
test_parse_status(void **state)
{
	struct proc_status s;

	(void)state;
	assert_true(proc_parse_status(
	    STR("Name:\tx\nTgid:\t9\nNSpid:\t9\t2\t1\nUid:\t1\t2\t3\t4\n"
		"CapEff:\t000001ffffffffff\n:\nUid\n"),
	    &s));
	assert_int_equal(s.tgid, 9);
	assert_int_equal(s.vtid, 1);
	assert_int_equal(s.uid[0], 1);
	assert_int_equal(s.uid[3], 4);
	assert_true(s.cap_effective == UINT64_C(0x1ffffffffff));
	assert_false(proc_parse_status(STR("Name:\tx\n"), &s));
	assert_false(proc_parse_status(STR(""), &s));
}

int
main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		ONE(test_first_sight),
		ONE(test_read_once_an_event),
		ONE(test_loginuid_unset),
		ONE(test_clone_copies),
		ONE(test_threads),
		ONE(test_exec),
		ONE(test_layer),
		ONE(test_exec_gone),
		ONE(test_child_acts_first),
		ONE(test_clone_parent),
		ONE(test_ancestors),
		ONE(test_reparented),
		ONE(test_loop),
		ONE(test_chroot),
		cmocka_unit_test(test_eviction),
		cmocka_unit_test(test_text_pool_full),
		ONE(test_many),
		cmocka_unit_test(test_parse_stat),
		cmocka_unit_test(test_parse_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
