/*
 * What the loader keeps: files, and the lists, macros and rules that were read
 * from them and merged. Texts are kept in pieces that know where they were
 * written, so that every later complaint can point there. Internal to the room.
 */
#ifndef RULE_LOADER_H
#define RULE_LOADER_H

#include "base/arena.h"
#include "conf/yaml.h"
#include "rule/load.h"
#include "rule/names.h"

/* What a file defines lives in its arena: a failed load drops it whole. */
struct rule_file {
	const char *name;
	struct str text;
	struct arena arena;
	struct rule_file *before; /* the one loaded before */
};

struct place {
	const struct rule_file *file;
	size_t offset; /* in file->text */
};

/* A part of a text. node maps offsets in text to the file. */
struct piece {
	struct str text;
	struct place place;
	const struct yaml_node *node; /* NULL: all of it stands for place */
	struct piece *next;
};

struct list {
	struct named named;
	struct place place;
	const struct str *items;
	size_t n_items;
	/* made anew by each resolving: */
	struct str joined; /* "a, b, c" */
	bool plain;        /* no later list's name stands in joined */
	bool used;
};

struct macro {
	struct named named;
	struct place place;
	struct piece *condition;
	/* made anew by each resolving: */
	struct ast *root;
	size_t nodes;  /* of root, macros expanded */
	uint64_t hash; /* of all texts behind root */
	unsigned depth;
	enum { MACRO_PARSED, MACRO_OPEN, MACRO_DONE } state;
	bool used;
};

/* A field, comparison or value of an exception, or several of them. */
struct cell {
	bool is_list;
	bool present;
	struct piece *items; /* one when it is no list */
	size_t n;
};

/* One row of values: cells where fields is a list, else a single one. */
struct exception_row {
	struct place place;
	bool is_list;
	struct cell *cells;
	size_t n;
	struct exception_row *next;
};

struct exception {
	struct str name;
	struct place place;
	struct cell fields;
	struct cell comps;
	bool has_values;
	struct exception_row *rows;
	struct exception *next;
};

struct rule_item {
	struct named named;
	struct place place;
	struct piece *condition;
	struct piece *output;
	struct str desc;
	struct str source;
	const struct str *tags; /* sorted, each once */
	size_t n_tags;
	struct exception *exceptions;
	enum rule_priority priority;
	bool enabled;
	bool warn_evttypes;
	bool skip_if_unknown;
	bool unknown_source;
	struct {
		uint64_t hash; /* of all texts that were compiled; 0: none */
		uint64_t types[EVENT_SET_WORDS];
		bool skipped;
		struct checked_rule rule;
	} checked; /* what compiling said, as long as the texts stay */
};

/* Everything that was read: what a failed load has to leave as it was. */
struct collected {
	struct names lists;
	struct names macros;
	struct names rules;
};

/* A text that pieces and list items were put together to. */
struct segment {
	size_t at; /* in the text, where the segment starts */
	const struct piece *piece;
	size_t offset; /* in piece->text */
	bool fixed;    /* all of it stands for piece->text[offset] */
};

struct spliced {
	struct str text;
	struct segment *segments;
	size_t n;
	size_t base; /* added to the `at` of its nodes: unique over all texts */
	const struct piece *pieces;
};

/* Memory that every splice() uses again; heap, until splice_end(). */
struct splice_scratch {
	struct buf out;
	struct segment *segments;
	size_t size;
};

struct rule_loader {
	size_t cap;
	struct arena *source;   /* of the arenas' blocks, or NULL */
	struct arena notes;     /* problems */
	struct arena resolved;  /* remade by each load */
	struct rule_file *file; /* the one loaded last */
	struct arena *arena;    /* its arena */
	unsigned n_files;       /* rule_load_text() calls */
	unsigned clock; /* Falco's counter behind index and visibility */
	struct collected now;
	struct loaded_rule *rules; /* in resolved */
	size_t n_rules;
	struct spliced **texts; /* in resolved, ascending bases */
	size_t n_texts, texts_size;
	size_t next_base;
	struct splice_scratch scratch;
	struct checked_rules checked;
	unsigned n_checked; /* how many of them there were */
	bool quiet;         /* resolving again what was resolved before */
	struct rule_problem *problems, **problems_end;
	struct rule_problem no_memory; /* can be reported without any */
};

/* --- problems (problem.c) --- */

/* Where reading is: the way from the file inward, on the caller's stack. */
struct context {
	const struct context *parent;
	const char *type;
	struct str name;
	struct place place;
};

/* d->what (and hint) are set; the position comes from c. */
void
problem_add(struct rule_loader *l, bool is_error, enum rule_code code,
    const struct context *c, struct diag *d);
int
problem_error(struct rule_loader *l, enum rule_code code,
    const struct context *c, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int
problem_warn(struct rule_loader *l, enum rule_code code,
    const struct context *c, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Reports that the cap is reached; returns ERR_NOMEM. */
int
problem_no_memory(struct rule_loader *l);

/* --- reading (read*.c) --- */

/* A file being read; the tree goes away afterwards. */
struct reader {
	struct rule_loader *l;
	struct yaml yaml;
};

/* All read_ functions return 0 or a negative enum err, reported. */
int
read_documents(struct reader *r);
int
read_rule(struct reader *r, const struct yaml_node *item,
    const struct context *parent);
int
read_exceptions(struct reader *r, const struct yaml_node *item,
    const struct context *parent, bool append, struct exception **out);
int
read_engine_version(struct reader *r, const struct yaml_node *item,
    const struct context *parent);
int
read_plugin_versions(struct reader *r, const struct yaml_node *item,
    const struct context *parent);

struct context
read_context(struct reader *r, const struct context *parent, const char *type,
    struct str name, const struct yaml_node *node);
/* A text that must not be empty. Absent: only an error when required. */
int
read_text(struct reader *r, const struct yaml_node *item, const char *key,
    bool required, const struct context *c, struct str *out);
int
read_bool(struct reader *r, const struct yaml_node *item, const char *key,
    const struct context *c, bool *out);
/* The same as read_text, as a piece that knows its place. */
int
read_piece(struct reader *r, const struct yaml_node *item, const char *key,
    const struct context *c, struct piece **out);
struct piece *
read_make_piece(struct reader *r, const struct yaml_node *node);
/* A copy of the chain at *end, which moves behind it. False without memory. */
bool
piece_copy(struct arena *a, const struct piece *from, struct piece ***end);
/* A new chain: copies of both, a blank between. NULL without memory. */
struct piece *
piece_append(struct arena *a, const struct piece *first,
    const struct piece *second);
/* Gives the object its index and visibility, and makes it findable. */
int
read_put(struct reader *r, struct names *names, struct named *object);
/* A sequence of texts. */
int
read_texts(struct reader *r, const struct yaml_node *item, const char *key,
    const char *entry_type, const struct context *c, struct str **out,
    size_t *n);
/* Warns of keys that are not in the NULL terminated list, and of repeated. */
int
read_check_keys(struct reader *r, const struct yaml_node *item,
    const char *const *known, const struct context *c);
/* override: {KEY: append|replace}. Bits as in allowed[]. */
#define OVERRIDE_APPEND  1u
#define OVERRIDE_REPLACE 2u
struct override_key {
	const char *key;
	unsigned allowed;
	unsigned given;
};
int
read_overrides(struct reader *r, const struct yaml_node *item,
    const struct context *c, struct override_key *keys, size_t n,
    unsigned *any);

extern const char problem_append_deprecated[];
extern const char problem_append_and_override[];

/* --- exceptions (exception.c) --- */

/* Fills default comps; checks lengths, fields and operators. */
int
exception_check(struct rule_loader *l, const struct context *rule,
    struct exception *e);
/*
 * What append does: more rows for known names, new exceptions behind. *all
 * becomes a new chain. unchecked: the rule's source is not known.
 */
int
exception_merge(struct rule_loader *l, const struct context *rule,
    struct exception **all, const struct exception *added, bool unchecked);
/* Adds " and not (...)" for each exception with values. */
int
exception_append(struct rule_loader *l, const struct context *rule,
    const struct exception *e, struct piece ***end);

/* --- resolving (splice.c, resolve.c) --- */

/* Joins the items of all lists; what conditions then have put in. */
int
splice_lists(struct rule_loader *l);
/* The pieces as one text with the lists' items for their names. */
int
splice(struct rule_loader *l, const struct piece *pieces, bool lists,
    const struct context *c, struct spliced **out);
/* Releases what splice() used. */
void
splice_end(struct rule_loader *l);
/* The place behind an `at` of a node, or behind base + offset. */
struct place
splice_place(const struct rule_loader *l, size_t at);

/* Everything is compiled again when it is next needed. */
void
loader_drop_checked(struct rule_loader *l);
/* Makes l->rules from l->now. */
int
resolve(struct rule_loader *l);

#endif
