/*
 * The agent's process: see the header. Everything that can fail is tried
 * before the workload is told to go; afterwards only the loop runs.
 */
#include "pipe/agent.h"

#include <signal.h>

#include "base/err.h"
#include "os/os.h"
#include "pipe/identity.h"
#include "pipe/loader.h"
#include "pipe/pipeline.h"
#include "pipe/procfs.h"
#include "pipe/recording.h"
#include "pipe/shipper.h"
#include "pipe/stats.h"
#include "pipe/wants.h"

#define RING_BYTES    ((size_t)4 * 1024 * 1024)
#define MEMORY_CAP    ((size_t)64 * 1024 * 1024)
#define MAX_PROCS     16384
#define MAX_THREADS   32768
#define TEXT_BYTES    ((size_t)16 * 1024 * 1024)
#define DRAIN_MS      1000
#define EXIT_CONFIG   100
#define EXIT_UNTRACED 125

struct agent {
	const struct agent_options *options;
	const struct agent_launch *launch;
	struct log log;
	struct arena memory;
	struct ring *ring;
	struct shipper shipper;
	struct container container;
	struct procfs *procfs;
	struct state_source source;
	struct mem_reader reader;    /* what the pipeline reads tracees with */
	struct recording *recording; /* --record, or NULL */
	struct state *state;
	struct ruleset *rules;
	struct pipeline *pipeline;
	const struct engine_ops *ops;
	struct engine *engine;
	bool idle;        /* no tracee is known: the ring is closed */
	bool shipper_due; /* it died and may not be started yet */
	bool stats_done;
	uint64_t exec_ns; /* from the program's start to the first exec */
};

static void
put_log(void *ctx, enum log_level level, struct str line)
{
	struct agent *a = ctx;
	char memory[1200];
	struct buf b = buf_fixed(memory, sizeof memory);

	buf_printf(&b, "sysdig-sl: %s: %.*s\n", log_level_name(level),
	    STR_ARG(line));
	/* A log that nobody reads must not stop us either. */
	if (a->shipper.pid)
		ring_put(a->ring, FRAME_LOG, buf_str(&b));
	else
		(void)os_write_all(a->options->log_fd, b.p, b.n);
}

/*
 * Out of the workload's way: own session, so that no signal to its group or
 * terminal comes here; no descriptor of its but the outputs; deaf to all
 * signals that can be ignored, since an init may signal every process.
 */
static void
isolate(const struct agent_launch *l)
{
	const struct agent_options *o = l->options;
	const int keep[] = { l->sock, o->output_fd, o->log_fd };
	const size_t n = sizeof keep / sizeof *keep;

	os_ignore_signals();
	os_lift_limits();
	/* Until it is traced its end would go unnoticed. */
	os_set_parent_death_signal(SIGKILL);
	if (os_getppid() != l->workload)
		os_exit(EXIT_UNTRACED);
	os_setsid();
	os_close_others(keep, n);
	os_detach_stdio(keep, n);
	os_set_name("sysdig-sl");
	if (o->nice_increment)
		os_nice(o->nice_increment);
}

static int
send_word(const struct agent_launch *l, enum agent_verdict v, int status)
{
	struct agent_word w = { v, status };

	return os_write_all(l->sock, &w, sizeof w);
}

/* Availability: the workload runs on without us. */
static int
give_up(struct agent *a, int status)
{
	bool security = a->options->priority == AGENT_SECURITY;

	if (security)
		log_error(&a->log, "not started: %s",
		    status == EXIT_CONFIG
			? "--priority security needs all rules in force"
			: "--priority security forbids to run the command "
			  "untraced");
	else
		log_warning(&a->log, "the command runs untraced");
	/* In a container nothing of us is left once the command has exited. */
	if (a->shipper.pid)
		shipper_stop(&a->shipper, DRAIN_MS);
	send_word(a->launch, security ? AGENT_REFUSED : AGENT_UNTRACED, status);
	return status;
}

static bool
start_shipper(struct agent *a)
{
	const struct agent_options *o = a->options;

	a->ring = ring_new(RING_BYTES);
	if (!a->ring)
		return false;
	a->shipper.config = (struct shipper_config){
		.ring = a->ring,
		.output_fd = o->output_fd,
		.log_fd = o->log_fd,
		.style = o->style,
	};
	return shipper_start(&a->shipper) == 0;
}

static bool
make_state(struct agent *a)
{
	struct state_config c = {
		.max_procs = MAX_PROCS,
		.max_threads = MAX_THREADS,
		.text_bytes = TEXT_BYTES,
		.container = &a->container,
		.start_ns = os_now_realtime_ns(),
		.boot_ns = os_now_realtime_ns() - os_now_boottime_ns(),
		.clock_ticks = os_clock_ticks(),
	};

	os_random(&c.seed, sizeof c.seed);
	a->procfs = procfs_open(&a->memory, a->container.start_ns);
	if (!a->procfs)
		return false;
	a->source = *procfs_source(a->procfs);
	if (!procfs_is_there(a->procfs))
		log_warning(&a->log,
		    "/proc is not mounted, or that of another PID namespace: "
		    "little is known of processes and descriptors");
	if (a->options->record) {
		a->recording =
		    recording_open(&a->memory, a->options->record, &a->source);
		if (!a->recording)
			log_error(&a->log, "%s: cannot be written",
			    a->options->record);
	}
	a->state = state_new(&a->memory, &c, &a->source);
	return a->state != NULL;
}

static bool
make_pipeline(struct agent *a)
{
	const struct agent_options *o = a->options;
	struct pipeline_config c = {
		.rules = a->rules,
		.state = a->state,
		.container = &a->container,
		.ring = a->ring,
		.log = &a->log,
		.memory = &a->reader,
		.hostname = str_from(o->hostname),
		.start_ns = os_now_realtime_ns(),
		.all_matches = o->all_matches,
		.iso_time = o->style.iso_time,
		.print_events = o->events,
		.agent = os_pid(),
		.refuse_uring = o->priority == AGENT_SECURITY,
		.utc_offset = os_utc_offset,
	};

	a->pipeline = pipeline_new(&a->memory, &c);
	return a->pipeline != NULL;
}

/* The program for the rules in force, into the shared memory. */
static int
make_filter(struct agent *a)
{
	struct wants_options w = {
		.all_events = a->options->events,
		.agent = os_pid(),
	};
	struct filter_spec *spec = os_map_shared(sizeof *spec);
	struct rule_eval *eval = a->rules ? rule_eval_new(a->rules) : NULL;
	int r = ERR_NOMEM;

	if (spec && (eval || !a->rules)) {
		spec->refuse_unknown_abi =
		    a->options->priority == AGENT_SECURITY;
		wants_build(spec, a->rules, eval, &w);
		r = filter_compile(spec, a->launch->program);
	}
	rule_eval_free(eval);
	if (spec)
		os_unmap(spec, sizeof *spec);
	return r;
}

/* The cheapest engine that works here, or the one that was asked for. */
static const struct engine_ops *
choose_engine(struct agent *a)
{
	static const struct engine_ops *const all[] = {
		&engine_ptrace,
		&engine_syscall,
	};
	enum agent_engine asked = a->options->engine;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct diag why = { 0 };

		if (asked == AGENT_PTRACE && all[i] != &engine_ptrace)
			continue;
		if (asked == AGENT_SYSCALL && all[i] != &engine_syscall)
			continue;
		if (asked == AGENT_AUTO && a->options->continue_on_death &&
		    all[i] == &engine_ptrace) {
			log_debug(&a->log,
			    "not ptrace: its filter would fail "
			    "calls once the tracer is dead");
			continue;
		}
		if (all[i]->probe(&why) == 0) {
			log_debug(&a->log, "engine %s", all[i]->name);
			return all[i];
		}
		log_print(&a->log, asked == AGENT_AUTO ? LOG_DEBUG : LOG_ERROR,
		    "engine %s does not work here: %s", all[i]->name, why.what);
		if (i + 1 == sizeof all / sizeof *all || asked != AGENT_AUTO)
			log_diag(&a->log, LOG_ERROR, &why);
	}
	return NULL;
}

static int
attach(struct agent *a)
{
	struct engine_config c = {
		.log = &a->log,
		.program = a->launch->program,
		.kill_on_death = !a->options->continue_on_death,
		.refuse_unknown_abi = a->options->priority == AGENT_SECURITY,
	};
	struct diag why = { 0 };
	int r = a->ops->attach(&a->engine, &c, a->launch->workload, &why);

	if (r)
		log_diag(&a->log, LOG_ERROR, &why);
	return r;
}

/* Everything up to the word to the workload. 0 or an exit status. */
static int
prepare(struct agent *a)
{
	const struct agent_options *o = a->options;
	struct loader_result loaded;

	if (!start_shipper(a))
		return EXIT_UNTRACED;
	loaded = loader_run(a->options, &a->log, a->options->priority);
	a->rules = loaded.rules;
	if (loaded.failed && a->options->priority == AGENT_SECURITY)
		return EXIT_CONFIG;
	if (identity_find(&a->memory, o->container_words, o->container,
		o->metadata_uri, &a->log, &a->container) ||
	    !make_state(a) || make_filter(a)) {
		log_error(&a->log, "out of memory at start");
		return EXIT_UNTRACED;
	}
	a->ops = choose_engine(a);
	if (!a->ops || attach(a))
		return EXIT_UNTRACED;
	a->reader = *a->ops->memory(a->engine);
	if (!make_pipeline(a)) {
		log_error(&a->log, "out of memory at start");
		return EXIT_UNTRACED;
	}
	return 0;
}

static void
print_stats(struct agent *a)
{
	char memory[4096];
	struct buf b = buf_fixed(memory, sizeof memory);
	const struct stats_input in = {
		.engine_name = a->ops->name,
		.engine = a->ops->counts(a->engine),
		.pipeline = pipeline_counts(a->pipeline),
		.rules = pipeline_rule_counts(a->pipeline),
		.state = state_counts(a->state),
		.ring = a->ring,
		.n_rules = a->rules ? ruleset_count(a->rules) : 0,
		.shipper_restarts = a->shipper.restarts,
		.resident_bytes = os_resident_bytes(),
		.exec_ns = a->exec_ns,
		.elapsed_ns = os_now_monotonic_ns() - a->options->start_ns,
	};

	if (a->stats_done || !a->options->stats)
		return;
	a->stats_done = true;
	stats_print(&b, &in);
	ring_put(a->ring, FRAME_LINE, buf_str(&b));
}

/*
 * The command is about to end, and in a container everything with it: what is
 * in the ring has to be out first. Once it has ended there is time.
 */
static void
on_command_end(struct agent *a, const struct stop *s)
{
	bool dying = s->kind == STOP_DYING;

	if (!dying &&
	    !(s->kind == STOP_EXIT && s->leader &&
		s->tid == a->launch->workload))
		return;
	print_stats(a);
	if (dying && !ring_drain(a->ring, DRAIN_MS))
		log_warning(&a->log, "the output took over %d ms", DRAIN_MS);
}

static void
look_after_shipper(struct agent *a, const struct stop *s)
{
	if (s->kind == STOP_HELPER || a->shipper_due)
		a->shipper_due = shipper_ended(&a->shipper,
				     s->kind == STOP_HELPER ? s->tid : 0) != 0;
}

/*
 * Without tracees the shipper may go, and then wait() finds nobody left. A
 * thread that the bounded table forgot can still turn up.
 */
static void
note_idle(struct agent *a, const struct stop *s)
{
	if (s->kind == STOP_HELPER)
		return;
	bool idle =
	    s->kind == STOP_EXIT && a->ops->counts(a->engine)->tracees == 0;
	if (idle == a->idle)
		return;
	a->idle = idle;
	if (idle) {
		print_stats(a);
		ring_close(a->ring);
	} else {
		ring_open(a->ring);
		a->shipper_due = true;
	}
}

static void
note_first_exec(struct agent *a, const struct stop *s)
{
	if (s->kind == STOP_EXEC && !a->exec_ns)
		a->exec_ns = os_now_monotonic_ns() - a->options->start_ns;
}

static struct decision
decide(struct agent *a, const struct stop *s)
{
	if (!a->recording)
		return pipeline_stop(a->pipeline, s);
	a->reader = recording_start(a->recording, a->ops->memory(a->engine), s);
	struct decision d = pipeline_stop(a->pipeline, s);
	recording_finish(a->recording);
	return d;
}

static int
loop(struct agent *a)
{
	struct stop s;
	int r;

	while ((r = a->ops->wait(a->engine, &s)) > 0) {
		note_first_exec(a, &s);
		look_after_shipper(a, &s);
		struct decision d = decide(a, &s);
		on_command_end(a, &s);
		note_idle(a, &s);
		if (s.kind == STOP_HELPER)
			continue;
		r = a->ops->resume(a->engine, &s, d);
		if (r)
			break;
	}
	return r;
}

int
agent_run(const struct agent_launch *l)
{
	struct agent a = {
		.options = l->options,
		.launch = l,
		.log = { .level = l->options->log_level, .put = put_log },
	};

	a.log.ctx = &a;
	isolate(l);
	void *pages = os_map_private(MEMORY_CAP);
	if (pages)
		arena_zeroed(&a.memory, pages, MEMORY_CAP);
	int status = pages ? prepare(&a) : EXIT_UNTRACED;
	if (status)
		return give_up(&a, status);
	*l->engine = a.ops;
	os_set_parent_death_signal(0);
	os_leave_directory();
	os_set_dumpable(false);
	/* What the log has to say comes before the command's own words. */
	ring_drain(a.ring, DRAIN_MS);
	if (send_word(l, AGENT_GO, 0) || a.ops->started(a.engine, l->sock))
		log_error(&a.log, "the workload ended before it could start");
	os_close(l->sock);
	int r = loop(&a);
	if (r < 0)
		log_error(&a.log, "tracing ended: %s", err_text(r));
	print_stats(&a);
	shipper_stop(&a.shipper, DRAIN_MS);
	a.ops->close(a.engine);
	return r < 0 ? EXIT_UNTRACED : 0;
}
