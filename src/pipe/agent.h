/*
 * The agent: the process beside the workload that traces it. It loads the
 * rules, picks an engine, attaches, and runs the pipeline until no tracee is
 * left. It is forked by the workload's own process, which then waits for the
 * agent's word before it becomes the workload.
 */
#ifndef PIPE_AGENT_H
#define PIPE_AGENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "conf/settings.h"
#include "pipe/alert.h"
#include "state/state.h"
#include "trace/engine.h"

enum agent_engine { AGENT_AUTO, AGENT_PTRACE, AGENT_SYSCALL };
enum agent_priority { AGENT_AVAILABILITY, AGENT_SECURITY };

struct agent_options {
	const char *const *rules; /* files and directories; none: embedded */
	size_t n_rules;
	enum agent_engine engine;
	enum agent_priority priority;
	enum rule_priority threshold;
	bool events;            /* print every event */
	bool stats;             /* print counters when the command ends */
	bool all_matches;       /* of one event: else the first rule only */
	bool continue_on_death; /* syscall engine: tracees outlive the tracer */
	int nice_increment;
	const char *record; /* file for the replay engine, or NULL */
	char hostname[256];
	const char *container_words; /* "id=...,name=...", or NULL */
	const struct settings_container *container;
	const char *metadata_uri; /* ECS_CONTAINER_METADATA_URI_V4, or NULL */
	struct alert_style style;
	int output_fd;
	int log_fd;
	enum log_level log_level;
	uint64_t start_ns; /* monotonic: when the program started */
};

/* What the agent tells the workload's process before it may go on. */
enum agent_verdict {
	AGENT_GO,       /* traced: call the engine's enter(), then exec */
	AGENT_UNTRACED, /* exec as you are */
	AGENT_REFUSED,  /* exit with status */
};

struct agent_word {
	enum agent_verdict verdict;
	int status; /* REFUSED: exit status */
};

/* Shared between the two before the fork. */
struct agent_launch {
	const struct agent_options *options;
	struct filter_program *program;   /* shared memory */
	const struct engine_ops **engine; /* shared memory: the one chosen */
	int sock;                         /* this side's end */
	int workload;                     /* its process id */
};

/* The agent's process main; returns its exit status. */
int
agent_run(const struct agent_launch *l);

/*
 * Evaluates a recording made with --record as if its stops came now. Returns
 * the exit status.
 */
int
agent_replay(const struct agent_options *o, const char *file);

#endif
