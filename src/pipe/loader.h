/*
 * From rule paths to a rule set: reads files and directories (in name order),
 * loads, compiles, and logs every problem with its place in the file.
 */
#ifndef PIPE_LOADER_H
#define PIPE_LOADER_H

#include "pipe/agent.h"
#include "rule/rule.h"

struct loader_result {
	struct ruleset *rules; /* NULL: nothing could be compiled */
	bool failed;           /* some file has an error or cannot be read */
};

/*
 * With availability first a file with an error is left out and the rest is
 * used. The ruleset is the caller's to free.
 */
struct loader_result
loader_run(const struct agent_options *o, const struct log *log,
    enum agent_priority priority);

#endif
