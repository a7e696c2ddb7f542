/*
 * sysdig-sl instrument: runs a workload under observation. This process stays
 * the workload's: it forks the agent, waits for its word and becomes the
 * command by execve(2), so that its id, its parent and its children are what
 * they would be without us.
 */
#include "applets/applet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "conf/env.h"
#include "conf/settings.h"
#include "os/os.h"
#include "os/ptrace.h"
#include "pipe/agent.h"

/* Exit statuses of env(1) and of the container runtimes. */
enum {
	EXIT_AGENT = 125, /* the agent failed and policy forbids to go on */
	EXIT_NOT_EXEC = 126,
	EXIT_NOT_FOUND = 127,
};

struct options {
	struct opt_many rules;
	int engine;
	int priority;
	int format;
	const char *output;
	bool events;
	bool stats;
	int on_tracer_death;
	int log;
	const char *container;
	const char *record;
	const char *replay;
};

static const char *const engines[] = { "auto", "ptrace", "syscall", NULL };
static const char *const priorities[] = { "availability", "security", NULL };
static const char *const formats[] = { "text", "json", NULL };
enum { DEATH_KILL, DEATH_CONTINUE };

static const char *const deaths[] = { "kill", "continue", NULL };
static const char *const levels[] = { "silent", "fatal", "critical", "error",
	"warning", "notice", "info", "debug", "trace", NULL };

/*
 * Descriptors of the agent start here, away from the workload's low ones, or
 * lower where the limit is low.
 */
static const int first_agent_fds[] = { 200, 20, 3 };

#define CONF_MEMORY ((size_t)4 * 1024 * 1024)

#define AGENT_END_MS 1000

static char shell_name[] = "sh";

#define AT(member) offsetof(struct options, member)

static const struct opt option_list[] = {
	{ .letter = 'r',
	    .name = "rules",
	    .kind = OPT_MANY,
	    .offset = AT(rules),
	    .value = "FILE|DIR",
	    .env = "SYSDIG_SL_RULES",
	    .help = "Falco rules, in this order; else the embedded rules" },
	{ .name = "engine",
	    .kind = OPT_CHOICE,
	    .offset = AT(engine),
	    .env = "SYSDIG_SL_TRACE_MODE",
	    .initial = "auto",
	    .choices = engines,
	    .help = "how to trace: syscall needs no seccomp filter" },
	{ .name = "priority",
	    .kind = OPT_CHOICE,
	    .offset = AT(priority),
	    .env = "SYSDIG_PRIORITY",
	    .initial = "availability",
	    .choices = priorities,
	    .help = "what goes first when tracing is impossible" },
	{ .name = "format",
	    .kind = OPT_CHOICE,
	    .offset = AT(format),
	    .env = "SYSDIG_SL_FORMAT",
	    .initial = "text",
	    .choices = formats,
	    .help = "of alerts: as Falco prints them" },
	{ .letter = 'o',
	    .name = "output",
	    .kind = OPT_STRING,
	    .offset = AT(output),
	    .value = "FILE|-",
	    .env = "SYSDIG_SL_OUTPUT",
	    .help = "append alerts there, - is stdout; else stderr" },
	{ .letter = 'e',
	    .name = "events",
	    .kind = OPT_SWITCH,
	    .offset = AT(events),
	    .env = "SYSDIG_SL_EVENTS",
	    .help = "print every decoded event too" },
	{ .letter = 's',
	    .name = "stats",
	    .kind = OPT_SWITCH,
	    .offset = AT(stats),
	    .env = "SYSDIG_SL_STATS",
	    .help = "print counters as JSON when the command ends" },
	{ .name = "on-tracer-death",
	    .kind = OPT_CHOICE,
	    .offset = AT(on_tracer_death),
	    .env = "SYSDIG_SL_ON_TRACER_DEATH",
	    .initial = "kill",
	    .choices = deaths,
	    .help = "the workload's fate; continue needs --engine syscall" },
	{ .name = "container",
	    .kind = OPT_STRING,
	    .offset = AT(container),
	    .value = "KEY=VALUE,...",
	    .env = "SYSDIG_SL_CONTAINER",
	    .help = "identity: id, name, image, privileged, or host" },
	{ .name = "log",
	    .kind = OPT_CHOICE,
	    .offset = AT(log),
	    .env = "SYSDIG_LOGGING",
	    .initial = "info",
	    .choices = levels,
	    .help = "own messages on stderr" },
	{ .name = "record",
	    .kind = OPT_STRING,
	    .offset = AT(record),
	    .value = "FILE",
	    .env = "SYSDIG_SL_RECORD",
	    .help = "keep all stops for --replay" },
	{ .name = "replay",
	    .kind = OPT_STRING,
	    .offset = AT(replay),
	    .value = "FILE",
	    .help = "evaluate a recording; no command" },
};

const struct opt_applet applet_instrument_usage = {
	.name = "instrument",
	.usage = "[OPTION]... -- COMMAND [ARG]...",
	.example = "sysdig-sl instrument --rules falco_rules.yaml -- nginx "
		   "-g 'daemon off;'",
	.about = "Runs COMMAND, watches its system calls and those of all its "
		 "children, and prints an alert for each that a rule matches.",
	.options = option_list,
	.n_options = sizeof option_list / sizeof *option_list,
};

static void
complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
complain(const char *format, ...)
{
	struct diag d = { 0 };
	va_list ap;

	va_start(ap, format);
	vsnprintf(d.what, sizeof d.what, format, ap);
	va_end(ap);
	applet_complain("instrument", &d);
}

/* A bad value in the environment never stops the workload. */
static void
warn_env(void *ctx, const struct diag *d)
{
	(void)ctx;
	applet_complain("instrument", d);
}

/* The command's file, or the status that a shell would give. */
static int
find_command(const char *name, char *path, size_t size)
{
	int r = os_find_program(name, os_getenv("PATH"), path, size);

	if (r == 0)
		return 0;
	complain("%s: %s", name,
	    r == -ENOENT ? "command not found"
			 : "found, but it cannot be executed");
	return r == -ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXEC;
}

/* Where the limit leaves no room for a copy the agent has the original. */
static int
copy_above(int fd)
{
	struct os_file facts;
	int r = os_stat_fd(fd, &facts), copy = -1;

	if (r)
		return r;
	for (size_t i = 0; copy < 0 && i < sizeof first_agent_fds / sizeof(int);
	     i++)
		copy = os_dup_above(fd, first_agent_fds[i]);
	return copy < 0 ? fd : copy;
}

/*
 * The alerts' descriptor, above those that a workload counts on. A named pipe
 * that nobody reads is an error: opening it does not wait.
 */
static int
open_output(const char *output)
{
	int fd = STDERR_FILENO, copy;

	if (output && strcmp(output, "-") == 0)
		fd = STDOUT_FILENO;
	else if (output)
		fd = os_open(OS_CWD, str_from(output),
		    O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY,
		    0644);
	if (fd < 0)
		return fd;
	copy = copy_above(fd);
	if (fd > STDERR_FILENO && copy != fd)
		os_close(fd);
	return copy;
}

static const char *
hostname_of(const struct settings_sources *from)
{
	const char *host = conf_env_value(conf_env_at(ENV_FALCO_HOSTNAME),
	    from->environment, from->ctx);

	return host ? host
		    : conf_env_value(conf_env_at(ENV_HOSTNAME),
			  from->environment, from->ctx);
}

/* Once the tracer is dead a filter fails every call that it watches. */
static bool
may_continue(const struct options *o)
{
	if (o->on_tracer_death != DEATH_CONTINUE)
		return false;
	if (o->priority == AGENT_SECURITY)
		complain("--priority security overrides "
			 "--on-tracer-death continue");
	else if (o->engine == AGENT_PTRACE)
		complain("--on-tracer-death continue needs --engine syscall: "
			 "kill is what happens");
	else
		return true;
	return false;
}

static void
agent_options_from(const struct options *o, const struct settings_sources *from,
    struct agent_options *a)
{
	const struct settings *s = from->settings;
	const char *host = hostname_of(from);

	*a = (struct agent_options){
		.rules = o->rules.at,
		.n_rules = o->rules.n,
		.engine = (enum agent_engine)o->engine,
		.priority = (enum agent_priority)o->priority,
		.threshold = s->priority < 0 ? PRIORITY_DEBUG
					     : (enum rule_priority)s->priority,
		.all_matches = s->all_matches,
		.events = o->events,
		.stats = o->stats,
		.continue_on_death = may_continue(o),
		.nice_increment =
		    (int)conf_env_number(ENV_SYSDIG_AGENT_NICE_VALUE_INCREMENT,
			from->environment, from->ctx),
		.record = o->record,
		.container_words = o->container,
		.container = &s->container,
		.metadata_uri = conf_env_value(
		    conf_env_at(ENV_ECS_CONTAINER_METADATA_URI_V4),
		    from->environment, from->ctx),
		.log_level = (enum log_level)o->log,
		.style = { .json = o->format == 1,
		    .iso_time = s->time_format_iso_8601,
		    .no_output_property = !s->json_include_output_property,
		    .no_fields_property =
			!s->json_include_output_fields_property,
		    .no_tags_property = !s->json_include_tags_property,
		    .message_property = s->json_include_message_property,
		    .utc_offset = os_utc_offset },
	};
	if (host)
		snprintf(a->hostname, sizeof a->hostname, "%s", host);
	else
		os_hostname(a->hostname, sizeof a->hostname);
}

/* argv[0], the words of SYSDIG_EXTRA_ARGS, the rest of argv. */
static int
add_extra_words(struct arena *a, int *argc, char ***argv)
{
	const char *text = conf_env_value(conf_env_at(ENV_SYSDIG_EXTRA_ARGS),
	    applet_getenv, NULL);
	struct diag d = { 0 };
	char **words, **all;
	size_t n;

	if (!text)
		return 0;
	if (conf_split_words(a, str_from(text), &words, &n, &d)) {
		warn_env(NULL, &d);
		return 0;
	}
	all = arena_array(a, (size_t)*argc + n + 1, sizeof *all);
	if (!all)
		return ERR_NOMEM;
	all[0] = (*argv)[0];
	memcpy(all + 1, words, n * sizeof *all);
	memcpy(all + 1 + n, *argv + 1, (size_t)*argc * sizeof *all);
	*argv = all;
	*argc += (int)n;
	return 0;
}

/*
 * As execvp(3): a file of no known format is a shell script. The slot before
 * argv[0] is ours (the applet's own argument) and takes the shell's name.
 */
static _Noreturn void
become(char *path, char **argv)
{
	int r = os_exec(path, argv, os_environment());

	if (r == -ENOEXEC) {
		argv[0] = path;
		argv[-1] = shell_name;
		r = os_exec("/bin/sh", argv - 1, os_environment());
	}
	complain("%s: cannot be executed: %s", path, strerror(-r));
	os_exit(r == -ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXEC);
}

/* Waits for the agent's word; a dead agent gives none. */
static struct agent_word
hear_agent(int sock, enum agent_priority priority)
{
	struct agent_word w;
	char bytes[sizeof w];

	if (os_read_all(sock, bytes, sizeof bytes) == sizeof bytes) {
		memcpy(&w, bytes, sizeof w);
		return w;
	}
	complain("the agent ended before the command could start");
	if (priority == AGENT_SECURITY)
		return (struct agent_word){ AGENT_REFUSED, EXIT_AGENT };
	return (struct agent_word){ AGENT_UNTRACED, 0 };
}

static void
follow(struct agent_word w, const struct engine_ops *engine,
    const struct filter_program *program, int sock,
    enum agent_priority priority)
{
	if (w.verdict == AGENT_REFUSED)
		os_exit(w.status);
	if (w.verdict == AGENT_UNTRACED)
		return;
	int r = engine->enter(program, sock);
	if (r == 0)
		return;
	complain("cannot enter tracing: %s", strerror(-r));
	if (priority == AGENT_SECURITY)
		os_exit(EXIT_AGENT);
}

/* Forks the agent and gets traced: 0, or why that cannot be. */
static const char *
start_agent(const struct agent_options *o)
{
	struct agent_launch l = {
		.options = o,
		.program = os_map_shared(sizeof *l.program),
		.engine = os_map_shared(sizeof *l.engine),
		.workload = os_pid(),
	};
	int socks[2];

	if (!l.program || !l.engine)
		return "no memory for the agent";
	if (os_socketpair(socks))
		return "no descriptors for the agent";
	/* Before we know whom to allow it may try already. */
	os_allow_tracer(OS_ANY_TRACER);
	pid_t agent = os_fork_agent();
	if (agent == 0) {
		l.sock = socks[1];
		os_close(socks[0]);
		os_exit(agent_run(&l));
	}
	os_allow_tracer(agent > 0 ? agent : 0);
	os_close(socks[1]);
	if (agent < 0)
		return "the agent cannot be forked";
	struct agent_word w = hear_agent(socks[0], o->priority);
	/* One that gave up ends now: no zombie is left beside the command. */
	if (w.verdict == AGENT_UNTRACED)
		(void)os_wait_child(agent, AGENT_END_MS, NULL);
	follow(w, *l.engine, l.program, socks[0], o->priority);
	return NULL;
}

/* Only returns when the command must not run untraced. */
static int
launch(const struct agent_options *o, char *path, char **argv)
{
	const char *problem = start_agent(o);

	if (problem && o->priority == AGENT_SECURITY) {
		complain("%s", problem);
		return EXIT_AGENT;
	}
	if (problem)
		complain("%s: the command runs untraced", problem);
	become(path, argv);
}

static int
replay(struct agent_options *a, const struct options *o)
{
	a->log_fd = STDERR_FILENO;
	a->output_fd = open_output(o->output ? o->output : "-");
	if (a->output_fd >= 0)
		return agent_replay(a, o->replay);
	complain("%s: cannot be opened for alerts", o->output);
	return EXIT_USAGE;
}

static int
run(struct agent_options *a, const struct options *o, char **command)
{
	char path[OS_PATH_MAX];
	int status;

	if (!command[0]) {
		complain("no command to run; usage: sysdig-sl instrument "
			 "[OPTION]... -- COMMAND [ARG]...");
		return EXIT_AGENT;
	}
	status = find_command(command[0], path, sizeof path);
	if (status)
		return status;
	a->log_fd = copy_above(STDERR_FILENO);
	a->output_fd = open_output(o->output);
	if (a->output_fd < 0 && o->output) {
		complain("%s: cannot be opened for alerts: %s; they go to "
			 "stderr",
		    o->output, err_text(a->output_fd));
		if (a->priority == AGENT_SECURITY)
			return EXIT_USAGE;
		a->output_fd = a->log_fd;
	}
	return launch(a, path, command);
}

int
applet_instrument(int argc, char **argv)
{
	struct settings settings;
	struct settings_sources sources = { applet_getenv, NULL, &settings };
	struct options o = { 0 };
	struct agent_options agent;
	struct diag d = { 0 };
	bool help = false;
	struct arena memory;
	uint64_t start = os_now_monotonic_ns();

	arena_init(&memory, CONF_MEMORY);
	settings_init(&settings);
	const char *text = conf_env_value(conf_env_at(ENV_SYSDIG_EXTRA_CONF),
	    applet_getenv, NULL);
	if (text)
		settings_parse(&settings, &memory, "SYSDIG_EXTRA_CONF",
		    str_from(text), warn_env, NULL);
	if (add_extra_words(&memory, &argc, &argv)) {
		complain("no memory for the arguments");
		return EXIT_AGENT;
	}
	/* Once here, since the look-up only leaves unusable values out. */
	conf_env_check_all(applet_getenv, NULL, warn_env, NULL);
	int at = opt_parse(&applet_instrument_usage, argc, argv,
	    settings_lookup, &sources, NULL, &o, &help, &d);
	if (at < 0) {
		applet_complain("instrument", &d);
		return EXIT_USAGE;
	}
	if (help)
		return applet_help(&applet_instrument_usage);
	agent_options_from(&o, &sources, &agent);
	agent.start_ns = start;
	return o.replay ? replay(&agent, &o) : run(&agent, &o, argv + at);
}
