/*
 * Runs a function in a child under an engine and keeps the stops that were
 * yielded. The test process is the tracer; it is also the child's parent, so
 * that a child that is left over can be killed.
 */
#ifndef UNIT_TRACE_DRIVE_H
#define UNIT_TRACE_DRIVE_H

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "os/arch.h"
#include "os/os.h"
#include "trace/engine.h"

#ifdef __x86_64__
#define NATIVE ABI_X86_64
#else
#define NATIVE ABI_AARCH64
#endif

#define DRIVE_STOPS 20000

struct drive {
	const struct engine_ops *ops;
	struct engine_config config;
	struct filter_spec *spec;
	void (*body)(void *arg); /* in the child; its return is exit 0 */
	void *arg;
	struct decision (*decide)(struct drive *d, const struct stop *s);
	void *decide_arg;
	pid_t main;
	struct engine *engine;
	struct stop *stops;
	size_t n;     /* kept */
	size_t total; /* yielded */
	struct engine_counts counts;
	int end;    /* what wait() returned last */
	int status; /* of the main process */
};

static inline void
drive_want(struct drive *d, long nr)
{
	filter_want(d->spec,
	    &(struct filter_want){ .abi = NATIVE,
		.nr = (uint32_t)nr,
		.action = FILTER_TRACE });
}

static inline void
drive_open(struct drive *d, const struct engine_ops *ops)
{
	*d = (struct drive){ .ops = ops };
	d->spec = calloc(1, sizeof(*d->spec));
	d->stops = calloc(DRIVE_STOPS, sizeof(*d->stops));
	d->config.kill_on_death = true;
	assert_non_null(d->spec);
	assert_non_null(d->stops);
}

static inline void
drive_close(struct drive *d)
{
	free(d->spec);
	free(d->stops);
}

static inline void
drive_child(struct drive *d, int sock)
{
	char byte;

	if (read(sock, &byte, 1) != 1)
		_exit(98);
	if (d->ops->enter(d->config.program, sock))
		_exit(97);
	close(sock);
	d->body(d->arg);
	_exit(0);
}

static inline void
drive_loop(struct drive *d)
{
	struct stop s;

	while ((d->end = d->ops->wait(d->engine, &s)) > 0) {
		struct decision what = { DECIDE_PASS, 0 };

		d->total++;
		if (d->n < DRIVE_STOPS)
			d->stops[d->n++] = s;
		if (s.kind == STOP_EXIT && s.tid == d->main)
			d->status = s.status;
		if (d->decide)
			what = d->decide(d, &s);
		if (d->ops->resume(d->engine, &s, what))
			break;
	}
}

/* A test that hangs is ended by SIGALRM; the tracees go with it. */
static inline void
drive_run(struct drive *d)
{
	struct filter_program *p = os_map_shared(sizeof(*p));
	struct diag why = { 0 };
	int sock[2], r;

	assert_non_null(p);
	d->config.program = p;
	assert_int_equal(filter_compile(d->spec, p), 0);
	assert_int_equal(os_socketpair(sock), 0);
	d->main = fork();
	assert_true(d->main >= 0);
	if (d->main == 0) {
		close(sock[0]);
		drive_child(d, sock[1]);
	}
	close(sock[1]);
	r = d->ops->attach(&d->engine, &d->config, d->main, &why);
	if (r)
		fail_msg("attach: %s", why.what);
	alarm(60);
	assert_int_equal(write(sock[0], "g", 1), 1);
	assert_int_equal(d->ops->started(d->engine, sock[0]), 0);
	drive_loop(d);
	alarm(0);
	d->counts = *d->ops->counts(d->engine);
	d->ops->close(d->engine);
	close(sock[0]);
	os_unmap(p, sizeof(*p));
}

/* The i-th stop of a kind (and number, unless it is -1), or NULL. */
static inline const struct stop *
drive_find(const struct drive *d, enum stop_kind kind, long nr, size_t i)
{
	for (size_t k = 0; k < d->n; k++) {
		const struct stop *s = &d->stops[k];

		if (s->kind == kind && (nr < 0 || s->nr == (uint32_t)nr) &&
		    i-- == 0)
			return s;
	}
	return NULL;
}

static inline size_t
drive_count(const struct drive *d, enum stop_kind kind, long nr)
{
	size_t n = 0;

	while (drive_find(d, kind, nr, n))
		n++;
	return n;
}

/* A test that runs under both engines: the state is the engine. */
#define BOTH(test)                                     \
	{ #test " [ptrace]", test, NULL, NULL,         \
		(void *)(uintptr_t)&engine_ptrace },   \
	{                                              \
#test " [syscall]", test, NULL, NULL,  \
		    (void *)(uintptr_t)&engine_syscall \
	}

static inline void
drive_print(const struct drive *d)
{
	static const char *const names[] = { "ENTRY", "RESULT", "EXEC", "CLONE",
		"DYING", "EXIT", "HELPER" };

	for (size_t i = 0; i < d->n; i++) {
		const struct stop *s = &d->stops[i];

		fprintf(stderr,
		    "# %s tid %d nr %u abi %d result %ld child %d former %d "
		    "status %#x leader %d restarted %d flags %#lx\n",
		    names[s->kind], s->tid, s->nr, s->abi, (long)s->result,
		    s->child, s->former_tid, (unsigned)s->status, s->leader,
		    s->restarted, (unsigned long)s->clone_flags);
	}
}

#endif
