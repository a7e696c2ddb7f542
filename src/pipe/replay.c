/*
 * instrument --replay: a recording through the same pipeline, in one process
 * and without a clock, so that the same alerts come out everywhere.
 */
#include "base/err.h"
#include "os/os.h"
#include "pipe/agent.h"
#include "pipe/identity.h"
#include "pipe/loader.h"
#include "pipe/pipeline.h"
#include "pipe/record.h"
#include "pipe/shipper.h"

#define RING_BYTES  ((size_t)1024 * 1024)
#define FILE_CAP    ((size_t)256 * 1024 * 1024)
#define MEMORY_CAP  ((size_t)16 * 1024 * 1024)
#define PROCS       1024
#define THREADS     2048
#define TEXT_BYTES  ((size_t)2 * 1024 * 1024)
#define CLOCK_TICKS 100
#define EXIT_CONFIG 100
#define EXIT_SYSTEM 111

struct replay {
	const struct agent_options *options;
	struct log log;
	struct arena memory, file;
	struct container container;
	struct record_answers answers;
	struct state_source source;
	struct state *state;
	struct ruleset *rules;
	struct engine *engine;
	struct pipeline *pipeline;
	struct shipper_config out;
	char *line;
};

static void
put_log(void *ctx, enum log_level level, struct str line)
{
	struct replay *r = ctx;
	char memory[1200];
	struct buf b = buf_fixed(memory, sizeof memory);

	buf_printf(&b, "sysdig-sl: %s: %.*s\n", log_level_name(level),
	    STR_ARG(line));
	(void)os_write_all(r->options->log_fd, b.p, b.n);
}

static int
open_recording(struct replay *r, const char *path)
{
	struct diag why = { 0 };
	struct str bytes;

	arena_init(&r->file, FILE_CAP + 4096);
	int e =
	    os_load_file(OS_CWD, str_from(path), FILE_CAP, &r->file, &bytes);
	if (e) {
		log_error(&r->log, "%s: %s", path, err_text(e));
		return e;
	}
	e = engine_replay_open(&r->engine, bytes, &why);
	if (e)
		log_error(&r->log, "%s: %s", path, why.what);
	return e;
}

static bool
make_state(struct replay *r)
{
	const struct state_config c = {
		.max_procs = PROCS,
		.max_threads = THREADS,
		.text_bytes = TEXT_BYTES,
		.container = &r->container,
		.clock_ticks = CLOCK_TICKS,
	};

	r->source = record_replay_source(&r->answers);
	r->state = state_new(&r->memory, &c, &r->source);
	return r->state != NULL;
}

static bool
make_pipeline(struct replay *r)
{
	const struct agent_options *o = r->options;
	const struct pipeline_config c = {
		.rules = r->rules,
		.state = r->state,
		.container = &r->container,
		.ring = r->out.ring,
		.log = &r->log,
		.memory = engine_replay.memory(r->engine),
		.hostname = str_from(o->hostname),
		.all_matches = o->all_matches,
		.iso_time = o->style.iso_time,
		.print_events = o->events,
		.utc_offset = o->style.utc_offset,
	};

	r->pipeline = pipeline_new(&r->memory, &c);
	return r->pipeline != NULL;
}

/* What the user says of the container; this machine's is not asked. */
static bool
decide_identity(struct replay *r)
{
	const struct agent_options *o = r->options;
	const struct identity_facts facts = {
		.words = str_from(o->container_words),
		.settings = o->container,
	};

	return identity_decide(&r->memory, &facts, &r->log, &r->container) == 0;
}

static bool
prepare(struct replay *r)
{
	const struct agent_options *o = r->options;

	r->out = (struct shipper_config){ .ring = ring_new(RING_BYTES),
		.output_fd = o->output_fd,
		.log_fd = o->log_fd,
		.style = o->style };
	r->line = arena_alloc(&r->memory, ALERT_LINE_MAX);
	return r->out.ring && r->line && decide_identity(r) && make_state(r) &&
	    make_pipeline(r);
}

static int
run(struct replay *r)
{
	struct stop s;
	int e;

	while ((e = engine_replay.wait(r->engine, &s)) > 0) {
		r->answers.blob = engine_replay_process(r->engine);
		struct decision d = pipeline_stop(r->pipeline, &s);
		(void)engine_replay.resume(r->engine, &s, d);
		shipper_flush(&r->out, r->line);
	}
	if (ring_unwritten(r->out.ring))
		log_error(&r->log, "%llu lines could not be written",
		    (unsigned long long)ring_unwritten(r->out.ring));
	if (e < 0)
		log_error(&r->log,
		    "the recording is damaged: its rest is left out");
	return e;
}

int
agent_replay(const struct agent_options *o, const char *file)
{
	struct replay r = {
		.options = o,
		.log = { .level = o->log_level, .put = put_log },
	};
	int status = EXIT_CONFIG;

	r.log.ctx = &r;
	void *pages = os_map_private(MEMORY_CAP);
	if (!pages)
		return EXIT_SYSTEM;
	arena_zeroed(&r.memory, pages, MEMORY_CAP);
	struct loader_result loaded = loader_run(o, &r.log, o->priority);
	r.rules = loaded.rules;
	if (!loaded.failed && open_recording(&r, file) == 0 && prepare(&r) &&
	    run(&r) == 0)
		status = 0;
	if (r.engine)
		engine_replay.close(r.engine);
	pipeline_free(r.pipeline);
	ruleset_free(r.rules);
	ring_free(r.out.ring);
	arena_reset(&r.file);
	return status;
}
