/* src/trace/replay.c: what was recorded live comes back the same. */
#include <fcntl.h>

#include "event/codec.h"
#include "trace_drive.h"

#define PATH_A "/nonexistent/recorded"

struct tape {
	struct codec_recorder recorder;
	struct buf bytes;
	bool want;
};

static void
work(void *arg)
{
	char *const args[] = { "true", NULL };
	char *const env[] = { NULL };
	pid_t pid = vfork();

	(void)arg;
	if (pid == 0) {
		execve("/bin/true", args, env);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	syscall(SYS_openat, AT_FDCWD, PATH_A, O_RDONLY);
}

static struct decision
record(struct drive *d, const struct stop *s)
{
	struct tape *t = d->decide_arg;
	struct mem_reader m =
	    codec_record_start(&t->recorder, d->ops->memory(d->engine), s);
	char path[64];

	if (s->kind == STOP_ENTRY && s->nr == SYS_openat)
		m.read(m.ctx, s->tid, s->args[1], path, sizeof(PATH_A));
	if (s->kind == STOP_CLONE)
		t->recorder.record.process = STR("about the child");
	codec_put(&t->bytes, &t->recorder.record);
	if (s->kind == STOP_ENTRY)
		return (struct decision){ DECIDE_WANT_RESULT, 0 };
	return (struct decision){ DECIDE_PASS, 0 };
}

/* Records a run: the stops stay in *d. */
static struct tape *
record_run(struct drive *d)
{
	struct tape *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->bytes = buf_grow(4 << 20);
	codec_put_header(&t->bytes);
	drive_open(d, &engine_ptrace);
	d->body = work;
	d->decide = record;
	d->decide_arg = t;
	drive_want(d, SYS_openat);
	drive_want(d, SYS_execve);
	drive_run(d);
	assert_int_equal(d->status, 0);
	assert_false(t->bytes.failed);
	return t;
}

static void
free_run(struct drive *d, struct tape *t)
{
	buf_free(&t->bytes);
	free(t);
	drive_close(d);
}

static void
assert_same_stop(const struct stop *a, const struct stop *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->abi, b->abi);
	assert_int_equal(a->tid, b->tid);
	assert_int_equal(a->child, b->child);
	assert_int_equal(a->former_tid, b->former_tid);
	assert_int_equal(a->nr, b->nr);
	assert_memory_equal(a->args, b->args, sizeof(a->args));
	assert_int_equal(a->result, b->result);
	assert_int_equal(a->sp, b->sp);
	assert_int_equal(a->clone_flags, b->clone_flags);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->leader, b->leader);
	assert_int_equal(a->restarted, b->restarted);
	assert_int_equal(a->time_ns, b->time_ns);
}

static struct engine *
open_replay(struct str recording)
{
	struct engine *e = NULL;
	struct diag why = { 0 };

	assert_int_equal(engine_replay_open(&e, recording, &why), 0);
	return e;
}

static void
stops_come_back_the_same(void **unused)
{
	const struct decision want = { DECIDE_WANT_RESULT, 0 };
	struct drive d;
	struct tape *t = record_run(&d);
	struct engine *e = open_replay(buf_str(&t->bytes));
	const struct mem_reader *m = engine_replay.memory(e);
	struct stop s;
	size_t n = 0, paths = 0;

	(void)unused;
	while (engine_replay.wait(e, &s) == 1) {
		char path[sizeof(PATH_A)];

		assert_true(n < d.n);
		assert_same_stop(&s, &d.stops[n++]);
		if (s.kind == STOP_CLONE)
			assert_true(str_eq(engine_replay_process(e),
			    STR("about the child")));
		else
			assert_int_equal(engine_replay_process(e).n, 0);
		if (s.kind == STOP_ENTRY && s.nr == SYS_openat &&
		    m->read(m->ctx, s.tid, s.args[1], path, sizeof(path)) ==
			sizeof(path))
			paths += !strcmp(path, PATH_A);
		engine_replay.resume(e, &s, want);
	}
	assert_int_equal(n, d.n);
	assert_int_equal(paths, 1);
	assert_int_equal(engine_replay.counts(e)->lost, 0);
	assert_int_equal(engine_replay.counts(e)->entries, d.counts.entries);
	assert_int_equal(engine_replay.counts(e)->results, d.counts.results);
	assert_true(d.counts.results > 0);
	engine_replay.close(e);
	free_run(&d, t);
}

static void
results_come_only_when_asked_for(void **unused)
{
	const struct decision pass = { DECIDE_PASS, 0 };
	struct drive d;
	struct tape *t = record_run(&d);
	struct engine *e = open_replay(buf_str(&t->bytes));
	struct stop s;

	(void)unused;
	while (engine_replay.wait(e, &s) == 1) {
		assert_int_not_equal(s.kind, STOP_RESULT);
		engine_replay.resume(e, &s, pass);
	}
	assert_int_equal(engine_replay.counts(e)->results, 0);
	assert_int_equal(engine_replay.counts(e)->entries, d.counts.entries);
	engine_replay.close(e);
	free_run(&d, t);
}

static void
missing_results_are_counted(void **unused)
{
	const struct decision want = { DECIDE_WANT_RESULT, 0 };
	struct buf b = buf_grow(1 << 20);
	struct codec_record *r = calloc(1, sizeof(*r));
	struct engine *e;
	struct stop s;

	(void)unused;
	codec_put_header(&b);
	r->stop = (struct stop){ .kind = STOP_ENTRY, .tid = 7 };
	codec_put(&b, r);
	codec_put(&b, r);
	r->stop.kind = STOP_RESULT;
	codec_put(&b, r);
	r->stop.kind = STOP_ENTRY;
	codec_put(&b, r);
	e = open_replay(buf_str(&b));
	for (int i = 0; i < 4; i++) {
		assert_int_equal(engine_replay.wait(e, &s), 1);
		engine_replay.resume(e, &s, want);
	}
	assert_int_equal(engine_replay.wait(e, &s), 0);
	assert_int_equal(engine_replay.counts(e)->lost, 2);
	engine_replay.close(e);
	buf_free(&b);
	free(r);
}

/* Reads everything there is; the number of stops, or the error. */
static int
replay_all(struct str recording)
{
	const struct decision want = { DECIDE_WANT_RESULT, 0 };
	struct engine *e = NULL;
	struct diag why = { 0 };
	struct stop s;
	int n = 0, r = engine_replay_open(&e, recording, &why);

	if (r) {
		assert_true(strlen(why.what) > 0);
		return r;
	}
	while ((r = engine_replay.wait(e, &s)) == 1) {
		const struct mem_reader *m = engine_replay.memory(e);
		char bytes[256];

		m->read(m->ctx, s.tid, s.args[1], bytes, sizeof(bytes));
		engine_replay.resume(e, &s, want);
		n++;
	}
	engine_replay.close(e);
	return r < 0 ? r : n;
}

static void
damaged_recordings_are_refused(void **unused)
{
	struct drive d;
	struct tape *t = record_run(&d);
	struct str whole = buf_str(&t->bytes);
	size_t header = 20;
	uint32_t chance = 1;
	int broken = 0;

	(void)unused;
	assert_int_equal(replay_all(whole), (int)d.n);
	/* Cut anywhere: an error, or fewer stops at the end of a record. */
	for (size_t n = 0; n < whole.n; n++) {
		/* A copy of that size: a read past its end is seen. */
		char *copy = malloc(n ? n : 1);
		int r;

		memcpy(copy, whole.p, n);
		r = replay_all((struct str){ copy, n });
		assert_true(r < (int)d.n);
		if (n < header)
			assert_true(r < 0);
		free(copy);
	}
	for (int i = 0; i < 3000; i++) {
		size_t at;
		int r;

		chance = chance * 1664525 + 1013904223;
		at = (chance >> 8) % whole.n;
		t->bytes.p[at] ^= (char)(1 << (chance & 7));
		r = replay_all(buf_str(&t->bytes));
		assert_true(r <= (int)d.n);
		broken += r < 0;
		if (at < header)
			assert_true(r < 0);
		t->bytes.p[at] ^= (char)(1 << (chance & 7));
	}
	assert_true(broken > 100);
	free_run(&d, t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stops_come_back_the_same),
		cmocka_unit_test(results_come_only_when_asked_for),
		cmocka_unit_test(missing_results_are_counted),
		cmocka_unit_test(damaged_recordings_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
