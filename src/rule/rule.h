/*
 * Rule sets: load Falco rule files, compile all conditions into one graph,
 * evaluate it on an event, format the alerts' output.
 *
 * Loading:    struct rule_loader  <- rule_load_text() once a file, in order
 * Compiling:  rule_compile()      -> struct ruleset, immutable
 * Evaluation: struct rule_eval    one a ruleset and thread: the memo
 *
 * Nothing here reads files or clocks; nothing allocates once compiled.
 */
#ifndef RULE_RULE_H
#define RULE_RULE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "event/event.h"
#include "event/field.h"

enum rule_priority {
	PRIORITY_EMERGENCY,
	PRIORITY_ALERT,
	PRIORITY_CRITICAL,
	PRIORITY_ERROR,
	PRIORITY_WARNING,
	PRIORITY_NOTICE,
	PRIORITY_INFORMATIONAL,
	PRIORITY_DEBUG,
};

/* "Warning" and so on, as Falco prints them. */
const char *
rule_priority_name(enum rule_priority p);
/* In any case; "info" is an alias. */
bool
rule_priority_parse(struct str word, enum rule_priority *out);

/* --- loading ----------------------------------------------------------- */

/* Falco's LOAD_* codes; the table is codes.def. */
enum rule_code {
#define CODE(id, name, text) CODE_##id,
#include "rule/codes.def"
#undef CODE
};

const char *
rule_code_name(enum rule_code code); /* "LOAD_ERR_COMPILE_CONDITION" */
const char *
rule_code_text(enum rule_code code); /* "Error compiling condition" */

/* A step on the way from the whole file to the place of a problem. */
struct rule_location {
	const char *type; /* "rules content", "rule", "rule condition", ... */
	struct str name;  /* may be empty */
	const char *file;
	unsigned line, col; /* from 1 */
	size_t offset;      /* bytes in the file */
};

struct rule_problem {
	bool is_error;
	enum rule_code code;
	unsigned load;      /* the how manyeth rule_load_text(), from 0 */
	char item_type[32]; /* the innermost item that has a name: "macro" */
	char item_name[128];
	struct diag diag; /* file, line, column, line text, message, hint */
	const struct rule_location *locations; /* from the file inward */
	size_t n_locations;
	struct rule_problem *next;
};

struct rule_loader;

/* Memory is capped at cap bytes for all that is loaded and compiled. */
struct rule_loader *
rule_loader_new(size_t cap);
/*
 * The same with most of its memory from source, which outlives it: a fixed
 * arena that is never reset.
 */
struct rule_loader *
rule_loader_new_in(struct arena *source, size_t cap);
void
rule_loader_free(struct rule_loader *l);
/*
 * Adds one file's text (copied). Returns 0, or a negative enum err at the first
 * error of this file: what came before it in the file is dropped again, files
 * loaded earlier stay (so availability mode can go on with them).
 */
int
rule_load_text(struct rule_loader *l, const char *name, struct str text);
/* A file that the caller cannot read takes the place of a load: reports it. */
void
rule_load_unreadable(struct rule_loader *l, const char *name, int err);
/* The embedded rules (rules/default_rules.yaml), for rule_load_text(). */
struct str
rule_default_text(void);
/* All problems so far, in order; owned by the loader. */
const struct rule_problem *
rule_loader_problems(const struct rule_loader *l);

/* --- compiled rules ------------------------------------------------------ */

struct rule_format;

struct rule {
	struct str name;
	struct str desc;
	struct str output; /* as written, trimmed */
	struct str source; /* "syscall" */
	enum rule_priority priority;
	const struct str *tags; /* sorted */
	size_t n_tags;
	const struct rule_format *format; /* output plus suggested fields */
};

struct ruleset;

struct rule_compile_options {
	enum rule_priority threshold; /* rules below are left out */
	bool no_suggested_output;     /* leave " container_id=..." away */
};

/*
 * Compiles the enabled rules of all files. NULL with problems added to the
 * loader when nothing can be compiled. The ruleset owns all its memory.
 */
struct ruleset *
rule_compile(struct rule_loader *l, const struct rule_compile_options *o);
void
ruleset_free(struct ruleset *rs);
size_t
ruleset_count(const struct ruleset *rs);
const struct rule *
ruleset_rule(const struct ruleset *rs, size_t i);
/* Bytes held. */
size_t
ruleset_bytes(const struct ruleset *rs);
/* Whether any rule can match this event type. */
bool
ruleset_wants(const struct ruleset *rs, enum event_type type);
/* Whether any condition or output names this field. */
bool
ruleset_uses(const struct ruleset *rs, enum field_id field);
/* 64-bit hash of names, conditions and outputs, for comparing versions. */
uint64_t
ruleset_hash(const struct ruleset *rs);

/* --- evaluation ---------------------------------------------------------- */

/*
 * A rule's standing on one event; lanes are those of event/value.h. With
 * first_match, lanes in which an earlier rule is sure are left out.
 */
struct rule_match {
	const struct rule *rule;
	unsigned sure; /* lanes in which it matches for certain */
	unsigned
	    maybe; /* lanes in which it can match, the sure ones included */
};

#define RULE_MATCHES_MAX 64

struct rule_verdict {
	unsigned maybe;   /* lanes in which some rule can match; 0: none can */
	size_t n;         /* rules with .maybe != 0, in definition order */
	unsigned dropped; /* further ones, for which at[] has no room */
	struct rule_match at[RULE_MATCHES_MAX];
};

struct rule_eval;

/* The memo for one ruleset; allocates once. */
struct rule_eval *
rule_eval_new(const struct ruleset *rs);
void
rule_eval_free(struct rule_eval *ev);
/*
 * Evaluates the rules of this event type in definition order, in the given
 * lanes: LANE_BOTH before the call returns, LANE_OK or LANE_FAIL afterwards.
 * With first_match, rules after one that is sure in all lanes are not tried.
 */
void
rule_eval_event(struct rule_eval *ev, enum event_type type, unsigned lanes,
    const struct field_source *fields, bool first_match,
    struct rule_verdict *out);

struct rule_eval_stats {
	uint64_t events;
	uint64_t atoms;  /* comparisons made */
	uint64_t fields; /* values fetched */
};

const struct rule_eval_stats *
rule_eval_counts(const struct rule_eval *ev);

/* --- output -------------------------------------------------------------- */

/* The message: the output with its fields filled in, "<NA>" where missing. */
void
rule_format_text(const struct rule_format *f, const struct field_source *src,
    struct buf *out);
/*
 * The fields as members of a JSON object without its braces, sorted by name,
 * typed: "a":1,"b":"x","c":null.  more: further members that the caller has
 * ("evt.time":123), already sorted, merged into the order; may be empty.
 */
struct rule_json_member {
	struct str name;
	struct str json; /* the finished value */
};
void
rule_format_json(const struct rule_format *f, const struct field_source *src,
    const struct rule_json_member *more, size_t n_more, struct buf *out);
/* The fields that a format names, in order: for listing. */
size_t
rule_format_fields(const struct rule_format *f, const struct field_ref **out);

#endif
