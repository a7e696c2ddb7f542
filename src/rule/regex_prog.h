/*
 * What the regex parser makes and the matcher runs: a program for a Thompson
 * machine. Internal to regex_*.c.
 */
#ifndef RULE_REGEX_PROG_H
#define RULE_REGEX_PROG_H

#include "rule/regex.h"

enum inst_op {
	INST_CLASS,     /* a character in (or, negated, not in) ranges */
	INST_SPLIT,     /* go on at x and at y */
	INST_JUMP,      /* go on at x */
	INST_LINE_FROM, /* ^ */
	INST_LINE_TO,   /* $ */
	INST_TEXT_FROM, /* \A */
	INST_TEXT_TO,   /* \z */
	INST_WORD,      /* \b */
	INST_NOT_WORD,  /* \B */
	INST_MATCH,
};

struct range {
	uint32_t lo, hi;
};

struct inst {
	enum inst_op op;
	bool negated; /* CLASS */
	uint32_t x, y;
	uint32_t n_ranges; /* CLASS */
	const struct range *ranges;
};

struct regex {
	struct str text;
	struct inst *at;
	uint32_t n;
};

#define REGEX_PATTERN_MAX 4096 /* bytes; bounds recursion */
#define REGEX_INSTS_MAX   10000
#define REGEX_DEPTH_MAX   200
#define REGEX_REPEAT_MAX  1000

/* Decodes one character; a byte that begins none is U+FFFD. n: at least 1. */
size_t
regex_decode(const char *p, size_t n, uint32_t *out);

/* The syntax tree. */
enum syntax_kind {
	SYNTAX_EMPTY,
	SYNTAX_ATOM,   /* one instruction: class or assertion */
	SYNTAX_CAT,    /* left, right */
	SYNTAX_ALT,    /* left, right */
	SYNTAX_REPEAT, /* left, min to max times; max -1: no limit */
};

struct syntax {
	enum syntax_kind kind;
	struct inst inst;
	struct syntax *left, *right;
	int min, max;
};

/* NULL with diag->what. */
struct syntax *
regex_parse(struct arena *a, struct str pattern, struct diag *diag);

/* Character sets being collected: regex_class.c. */
struct range_set {
	struct arena *arena;
	struct range *at;
	uint32_t n, size;
	bool failed; /* out of memory */
};

void
range_add(struct range_set *set, uint32_t lo, uint32_t hi);
/* Adds \d, \s, \w (lower case) or their complements. False for others. */
bool
range_add_perl(struct range_set *set, char letter);
/* Adds alpha, digit and so on, or their complement. */
bool
range_add_named(struct range_set *set, struct str name, bool negated);
/* Adds the other case of every ASCII letter in the set. */
void
range_fold(struct range_set *set);

#endif
