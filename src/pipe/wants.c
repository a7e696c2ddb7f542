/*
 * From rules to the calls that are stopped; see the header. Facts about
 * registers stand in one table of gates: "in calls with these register values
 * this field has this value".
 */
#include "pipe/wants.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include "pipe/guard.h"

#define RESULT_MAX INT32_MAX

/* What is assumed of a field while everything else is unknown. */
struct assumption {
	enum field_id field;
	struct value value;
};

#define GATE_ASSUMES 5

struct gate {
	enum event_type type;
	uint8_t n_tests;
	struct filter_test tests[FILTER_TESTS_MAX];
	struct assumption assumes[GATE_ASSUMES]; /* FIELD_NONE ends them */
};

#define IS_BOOL(v)                                               \
	{                                                        \
		.kind = VALUE_BOOL, .lanes = LANE_BOTH, .b = (v) \
	}
#define IN_LANE(lane, t)                                 \
	{                                                \
		.kind = VALUE_STR, .lanes = LANE_##lane, \
		.s = { t,                                \
			sizeof(t) - 1 }                  \
	}
#define IS_TEXT(t) IN_LANE(BOTH, t)

/* dup2 and dup3 onto a descriptor above the standard three. */
#define DUP_ABOVE_STDIO(event)                                                 \
	{                                                                      \
		EVENT_##event, 3,                                              \
		    { { 1, true, UINT32_MAX, 0 }, { 1, true, UINT32_MAX, 1 },  \
			    { 1, true, UINT32_MAX, 2 } },                      \
		{                                                              \
			{                                                      \
				FIELD_EVT_RAWRES,                              \
				{                                              \
					.kind = VALUE_RANGE, .lanes = LANE_OK, \
					.range = {                             \
						3,                             \
						RESULT_MAX                     \
					}                                      \
				}                                              \
			}                                                      \
		}                                                              \
	}

#define OPEN_READ(event, arg)                                            \
	{                                                                \
		EVENT_##event, 2,                                        \
		    { { arg, false, O_ACCMODE | O_CREAT | O_DIRECTORY,   \
			  O_RDONLY },                                    \
			    { arg, true, TMPFILE_BIT, TMPFILE_BIT } },   \
		{                                                        \
			{ FIELD_EVT_IS_OPEN_READ, IS_BOOL(true) },       \
			    { FIELD_EVT_IS_OPEN_WRITE, IS_BOOL(false) }, \
			    { FIELD_EVT_IS_OPEN_EXEC, IS_BOOL(false) },  \
			{                                                \
				FIELD_FD_TYPECHAR, IS_TEXT("f")          \
			}                                                \
		}                                                        \
	}

/* A directory once it is open; what could not be opened counts as a file. */
#define OPEN_DIRECTORY(event, arg)                                       \
	{                                                                \
		EVENT_##event, 2,                                        \
		    { { arg, false, O_ACCMODE | O_CREAT | O_DIRECTORY,   \
			  O_RDONLY | O_DIRECTORY },                      \
			    { arg, true, TMPFILE_BIT, TMPFILE_BIT } },   \
		{                                                        \
			{ FIELD_EVT_IS_OPEN_READ, IS_BOOL(true) },       \
			    { FIELD_EVT_IS_OPEN_WRITE, IS_BOOL(false) }, \
			    { FIELD_EVT_IS_OPEN_EXEC, IS_BOOL(false) },  \
			    { FIELD_FD_TYPECHAR, IN_LANE(OK, "d") },     \
			{                                                \
				FIELD_FD_TYPECHAR, IN_LANE(FAIL, "f")    \
			}                                                \
		}                                                        \
	}

#define OPEN_WRITE(event, arg)                                           \
	{                                                                \
		EVENT_##event, 2,                                        \
		    { { arg, false, O_ACCMODE | O_DIRECTORY, O_WRONLY }, \
			    { arg, true, TMPFILE_BIT, TMPFILE_BIT } },   \
		{                                                        \
			{ FIELD_EVT_IS_OPEN_READ, IS_BOOL(false) },      \
			    { FIELD_EVT_IS_OPEN_WRITE, IS_BOOL(true) },  \
			{                                                \
				FIELD_FD_TYPECHAR, IS_TEXT("f")          \
			}                                                \
		}                                                        \
	}

/* O_TMPFILE without the O_DIRECTORY that it contains. */
#define TMPFILE_BIT (O_TMPFILE & ~O_DIRECTORY)

/* Without an address a datagram call cannot change the descriptor's tuple. */
#define NO_ADDRESS(event)                                             \
	{                                                             \
		EVENT_##event, 1, { { 4, false, UINT64_MAX, 0 } },    \
		{                                                     \
			{                                             \
				FIELD_FD_NAME_CHANGED, IS_BOOL(false) \
			}                                             \
		}                                                     \
	}

#define DOMAIN(number, text)                                           \
	{                                                              \
		EVENT_SOCKET, 1, { { 0, false, UINT32_MAX, number } }, \
		{                                                      \
			{                                              \
				FIELD_EVT_ARG, IS_TEXT(text)           \
			}                                              \
		}                                                      \
	}

static const struct gate gates[] = {
	OPEN_READ(OPEN, 1),
	OPEN_READ(OPENAT, 2),
	OPEN_DIRECTORY(OPEN, 1),
	OPEN_DIRECTORY(OPENAT, 2),
	OPEN_WRITE(OPEN, 1),
	OPEN_WRITE(OPENAT, 2),
	DUP_ABOVE_STDIO(DUP2),
	DUP_ABOVE_STDIO(DUP3),
	NO_ADDRESS(SENDTO),
	NO_ADDRESS(RECVFROM),
	DOMAIN(AF_UNIX, "AF_UNIX|AF_LOCAL"),
	DOMAIN(AF_INET, "AF_INET"),
	DOMAIN(AF_INET6, "AF_INET6"),
	DOMAIN(AF_NETLINK, "AF_NETLINK|AF_ROUTE"),
};

#define N_GATES (sizeof gates / sizeof *gates)

/* A source that knows nothing but a gate's assumptions. */
struct supposition {
	const struct gate *gate;
	const char *param; /* evt.arg assumed of this parameter only */
};

static bool
supposes(const struct supposition *s, const struct assumption *a,
    const struct field_ref *f)
{
	if (a->field != f->id)
		return false;
	return f->id != FIELD_EVT_ARG || str_eq(f->key, str_from(s->param));
}

/* fd.num of a call that makes a descriptor: -1 when it fails. */
static void
suppose_new_number(const struct event_info *info, unsigned lanes,
    struct value *out)
{
	if (!(info->facts & EF_NEWFD))
		return;
	if (lanes == LANE_FAIL) {
		out->kind = VALUE_I64;
		out->i = -1;
	} else {
		out->kind = VALUE_RANGE;
		out->lanes = LANE_OK;
		out->range.lo = 0;
		out->range.hi = RESULT_MAX;
	}
}

static void
suppose(void *ctx, const struct field_ref *f, unsigned lanes, struct value *out)
{
	const struct supposition *s = ctx;

	for (int i = 0; i < GATE_ASSUMES; i++) {
		const struct assumption *a = &s->gate->assumes[i];

		if (supposes(s, a, f) && (a->value.lanes & lanes)) {
			*out = a->value;
			return;
		}
	}
	*out = (struct value){ .kind = VALUE_UNKNOWN, .lanes = lanes };
	if (f->id == FIELD_FD_NUM)
		suppose_new_number(event_info(s->gate->type), lanes, out);
	if (f->id == FIELD_EVT_TYPE || f->id == FIELD_SYSCALL_TYPE) {
		out->kind = VALUE_STR;
		out->s = str_from(event_info(s->gate->type)->name);
	}
	/* A failed call returns a small negative number whatever it is. */
	if (f->id == FIELD_EVT_RAWRES && lanes == LANE_FAIL) {
		out->kind = VALUE_RANGE;
		out->range.lo = -4095;
		out->range.hi = -1;
	}
}

static bool
gate_closes(const struct gate *g, struct rule_eval *eval)
{
	struct supposition s = { g, g->type == EVENT_SOCKET ? "domain" : "" };
	struct field_source source = { suppose, &s };
	struct rule_verdict verdict;

	rule_eval_event(eval, g->type, LANE_BOTH, &source, false, &verdict);
	return verdict.n == 0;
}

/*
 * Every number by which the call may come. A test of arguments holds only for
 * the call's own number: the others (socketcall, old forms) may pass them in
 * memory or in another order.
 */
static void
want_call(struct filter_spec *spec, enum event_type type, struct filter_want w)
{
	const struct event_info *info = event_info(type);

	for (int abi = 0; abi < ABI_COUNT; abi++) {
		uint32_t numbers[EVENT_NUMBERS_MAX];
		unsigned n = event_numbers(type, (enum abi)abi, numbers);

		for (unsigned i = 0; i < n; i++) {
			w.abi = (enum abi)abi;
			w.nr = numbers[i];
			if (w.n_tests == 0 || info->nr[abi] == (int)w.nr)
				filter_want(spec, &w);
		}
	}
}

static void
want_gated(struct filter_spec *spec, enum event_type type,
    struct rule_eval *eval)
{
	for (size_t i = 0; i < N_GATES; i++) {
		const struct gate *g = &gates[i];
		struct filter_want w = { .action = FILTER_ALLOW };

		if (g->type != type || !gate_closes(g, eval))
			continue;
		w.n_tests = g->n_tests;
		memcpy(w.tests, g->tests, sizeof w.tests);
		want_call(spec, type, w);
	}
	want_call(spec, type, (struct filter_want){ .action = FILTER_TRACE });
}

/* Calls that would flood a listing and say little. */
static bool
is_chatter(const struct event_info *info)
{
	const unsigned chatter =
	    EF_WAIT | EF_TIME | EF_MEMORY | EF_READ | EF_WRITE;

	return info->n_params == 0 ||
	    ((info->facts & chatter) && !(info->facts & EF_NET)) ||
	    str_eq(str_from(info->name), STR("close")) ||
	    str_eq(str_from(info->name), STR("fstat"));
}

static void
want_untraced_clones(struct filter_spec *spec)
{
	struct filter_want w = {
		.action = FILTER_TRACE,
		.n_tests = 1,
		.tests = { { 0, false, CLONE_UNTRACED, CLONE_UNTRACED } },
	};

	want_call(spec, EVENT_CLONE, w);
	/* Its flags are in memory, where BPF does not reach. */
	want_call(spec, EVENT_CLONE3,
	    (struct filter_want){ .action = FILTER_TRACE });
}

/* State follows execs; a ring is a way around every filter. */
static bool
is_always_wanted(enum event_type type)
{
	return type == EVENT_EXECVE || type == EVENT_EXECVEAT ||
	    type == EVENT_IO_URING_SETUP;
}

void
wants_build(struct filter_spec *spec, const struct ruleset *rules,
    struct rule_eval *eval, const struct wants_options *o)
{
	for (int t = EVENT_NONE + 1; t < EVENT_COUNT; t++) {
		enum event_type type = (enum event_type)t;
		const struct event_info *info = event_info(type);
		bool wanted = rules && ruleset_wants(rules, type);

		if (info->facts & EF_NOTCALL)
			continue;
		if (o->all_events && !is_chatter(info))
			want_call(spec, type,
			    (struct filter_want){ .action = FILTER_TRACE });
		else if (wanted)
			want_gated(spec, type, eval);
		else if (is_always_wanted(type))
			want_call(spec, type,
			    (struct filter_want){ .action = FILTER_TRACE });
	}
	want_untraced_clones(spec);
	if (o->agent)
		guard_wants(spec, o->agent);
}
