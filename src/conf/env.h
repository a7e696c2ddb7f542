/*
 * The environment variables of `instrument`: one table (env.def), one check,
 * one way to show a value. An empty variable counts as unset. Blanks around
 * numbers and switches are ignored, words and levels are taken in any case.
 */
#ifndef CONF_ENV_H
#define CONF_ENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"

enum conf_env_id {
#define ENV(name, kind, words, min, max, initial, flags, meaning) ENV_##name,
#include "conf/env.def"
#undef ENV
	CONF_ENV_COUNT
};

enum conf_env_kind {
	CONF_ENV_TEXT,    /* at most 4096 bytes, no control characters */
	CONF_ENV_SWITCH,  /* true, false, 1, 0, yes, no, on, off */
	CONF_ENV_LEVEL,   /* a log level, or none */
	CONF_ENV_NUMBER,  /* in [min, max] */
	CONF_ENV_CHOICE,  /* one of words */
	CONF_ENV_ADDRESS, /* HOST:PORT, [IPV6]:PORT */
	CONF_ENV_WORDS,   /* conf_split_words() takes it; at most 32 KB */
	CONF_ENV_YAML,    /* at most 128 KB; its syntax is not checked here */
};

struct conf_env {
	const char *name;
	enum conf_env_kind kind;
	const char *words;   /* of a choice, separated by blanks */
	long min, max;       /* of a number */
	const char *initial; /* NULL: none */
	bool secret;         /* its value must never be printed */
	bool idle;           /* accepted, but without effect in this version */
	const char *meaning;
};

/* getenv(3) with a context, as opt_parse() takes it; "" is as good as NULL. */
typedef const char *
conf_lookup(void *ctx, const char *name);

/* i < CONF_ENV_COUNT. */
const struct conf_env *
conf_env_at(size_t i);
/* NULL when it is not in the table. */
const struct conf_env *
conf_env_find(struct str name);

/*
 * 0 or ERR_INVAL with d, which names the variable and what it accepts, and
 * quotes the value unless it is secret.
 */
int
conf_env_check(const struct conf_env *e, struct str value, struct diag *d);
/* Calls bad for each variable that is set to something unusable. */
void
conf_env_check_all(conf_lookup *lookup, void *ctx,
    void (*bad)(void *bad_ctx, const struct diag *d), void *bad_ctx);

/*
 * The value in the form that options take: NULL when unset or unusable, the
 * level's first name for levels (silent for none), else as it is.
 */
const char *
conf_env_value(const struct conf_env *e, conf_lookup *lookup, void *ctx);
/* A NUMBER: its value, else the default of the table, else 0. */
long
conf_env_number(enum conf_env_id id, conf_lookup *lookup, void *ctx);

/* "NAME=value", of a secret only its length and 16 bits of a hash. */
void
conf_env_show(struct buf *b, const struct conf_env *e, struct str value);

/*
 * Names in environ ("NAME=value" texts, NULL at the end) that start with
 * SYSDIG_ and are in no table, separated by blanks, with the nearest known
 * name where there is one. Returns their number.
 */
size_t
conf_env_unknown(const char *const *environment, struct buf *names);

/*
 * Words as sh(1) splits them: blanks separate, '...' and "..." and \ quote;
 * nothing is expanded. 0, ERR_SYNTAX (a quote is open), ERR_LIMIT (more than
 * CONF_WORDS_MAX) or ERR_NOMEM with d. argv ends with NULL and lives in a.
 */
#define CONF_WORDS_MAX 256
int
conf_split_words(struct arena *a, struct str text, char ***argv, size_t *n,
    struct diag *d);

#endif
