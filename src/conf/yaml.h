/*
 * YAML text as a tree of nodes. YAML 1.1 as libyaml 0.2.5 reads it, with the
 * choices of yaml-cpp, which Falco uses:
 *   - a plain empty text, ~ or null (Null, NULL) is YAML_NULL; nothing else is
 *     typed: numbers and switches are text until a reader asks;
 *   - "<<" is an ordinary key;
 *   - of equal keys in a map the first one counts (yaml_duplicate() finds the
 *     others, so that the caller can warn);
 *   - "!=" is always text, also where YAML takes it for a tag; any other tag is
 *     kept beside the value and only makes a plain null word text.
 * JSON text is read by the same functions: YAML is nearly a superset of it.
 */
#ifndef CONF_YAML_H
#define CONF_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

#define YAML_MAX_BYTES (16u << 20)
#define YAML_MAX_DEPTH 100
/* Nodes, each alias counted with all that is below it. */
#define YAML_MAX_NODES 1000000
/* Bytes of text, each alias counted with all that is below it. */
#define YAML_MAX_TEXT    (64u << 20)
#define YAML_MAX_ANCHORS 1000  /* a document */
#define YAML_MAX_ALIASES 10000 /* a text */

enum yaml_kind {
	YAML_NULL,
	YAML_SCALAR,
	YAML_SEQ,
	YAML_MAP,
};

enum yaml_style {
	YAML_PLAIN,
	YAML_SINGLE,  /* 'text' */
	YAML_DOUBLE,  /* "text" */
	YAML_LITERAL, /* | */
	YAML_FOLDED,  /* > */
};

struct yaml_node;

struct yaml_pair {
	struct yaml_node *key;
	struct yaml_node *value;
};

/*
 * An alias is the anchored node itself, so a tree may share nodes (never in a
 * circle); walking it is bounded by the limits above.
 */
struct yaml_node {
	enum yaml_kind kind;
	enum yaml_style style;
	bool quoted;      /* any style but plain */
	struct str value; /* scalar: its text, followed by a NUL; null: as
	                   * written */
	struct str tag;   /* as libyaml resolves it; empty for none */
	size_t offset;    /* byte offset in the text, at tag or anchor if any */
	size_t end;       /* byte offset behind a scalar */
	unsigned line;    /* from 1; 0 when not known (json.h) */
	unsigned col;     /* from 1, in bytes */
	size_t n;         /* items or pairs */
	union {
		struct yaml_node **items; /* YAML_SEQ */
		struct yaml_pair *pairs;  /* YAML_MAP, in order */
	};
	/* of this node and everything below: */
	uint32_t depth;
	uint32_t nodes;
	uint64_t bytes;
};

/* A parsed text. file and text are borrowed and must outlive it. */
struct yaml {
	const char *file; /* for diagnostics; NULL: none */
	struct str text;
	struct yaml_node **docs; /* an empty document is a YAML_NULL */
	size_t n_docs;
};

/*
 * 0, ERR_SYNTAX, ERR_LIMIT (one of the limits above) or ERR_NOMEM (the arena's
 * cap), the last three with d. Nodes live in a.
 */
int
yaml_parse(struct yaml *y, struct arena *a, const char *file, struct str text,
    struct diag *d);

/* The first value of the key; NULL when absent or map is no map (or NULL). */
const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key);
/* NULL when out of range or seq is no sequence (or NULL). */
const struct yaml_node *
yaml_at(const struct yaml_node *seq, size_t i);
/*
 * The i-th pair whose key occurred before in the map, NULL when there are not
 * so many. Looks at the first YAML_DUPLICATE_SPAN pairs only.
 */
#define YAML_DUPLICATE_SPAN 256
const struct yaml_pair *
yaml_duplicate(const struct yaml_node *map, size_t i);

/* "text", "a list", "a map", "nothing": for messages. */
const char *
yaml_kind_name(const struct yaml_node *node);

/* Sets file, position and source line of d to the node's (not what). */
void
yaml_point(const struct yaml *y, const struct yaml_node *node, struct diag *d);

/*
 * Typed reading: 0, or ERR_INVAL with d at the node. name is what the message
 * calls it. NULL and YAML_NULL are refused: "priority has no value".
 */
int
yaml_text(const struct yaml *y, const struct yaml_node *node, const char *name,
    struct str *out, struct diag *d);
/* y, yes, true, on; n, no, false, off; in any case, quoted or not. */
int
yaml_bool(const struct yaml *y, const struct yaml_node *node, const char *name,
    bool *out, struct diag *d);
int
yaml_int(const struct yaml *y, const struct yaml_node *node, const char *name,
    int64_t min, int64_t max, int64_t *out, struct diag *d);

/*
 * Byte offset in the text of byte value_offset of a scalar's value, through
 * indentation, folding, quotes and escapes. Exact for everything but blanks
 * where lines are folded, which map to a place between their neighbours.
 */
size_t
yaml_locate(struct str text, const struct yaml_node *node, size_t value_offset);

#endif
