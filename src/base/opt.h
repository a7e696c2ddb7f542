/*
 * One option list an applet: the parser, the defaults, the environment names
 * and --help follow from it. Follows the GNU conventions of getopt_long(3):
 * --name VALUE, --name=VALUE, -n VALUE, -nVALUE, "--" ends the options, and
 * (like env(1) and nice(1)) the first operand ends them too.
 */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/diag.h"

enum opt_kind {
	OPT_SWITCH, /* bool; --name, --name=no; in variables a switch word */
	OPT_STRING, /* const char *, borrowed from argv or the environment */
	OPT_CHOICE, /* int: index into choices */
	OPT_NUMBER, /* long, in [min, max] */
	OPT_MANY, /* struct opt_many: repeated; environment: colon separated */
};

#define OPT_MANY_MAX 32
struct opt_many {
	const char *at[OPT_MANY_MAX];
	size_t n;
	char *owned; /* heap: a colon separated list, taken apart; opt_free() */
};

struct opt {
	char letter;      /* 0 for none */
	const char *name; /* without the dashes */
	enum opt_kind kind;
	size_t offset;       /* of the member in the applet's options struct */
	const char *value;   /* "FILE": the word in --help; NULL for switches */
	const char *env;     /* NULL for none */
	const char *initial; /* default as text; NULL: zero */
	const char *help;
	const char *const *choices; /* NULL terminated */
	long min, max; /* of a number; both 0: any that fits a long */
};

struct opt_applet {
	const char *name;    /* "instrument" */
	const char *usage;   /* "[OPTION]... -- COMMAND [ARG]..." */
	const char *example; /* shown first */
	const char *about;   /* one paragraph */
	const struct opt *options;
	size_t n_options;
};

/*
 * Fills *out (zeroed by the caller): defaults, then environment through
 * getenv-like lookup, then argv[1..]. Returns the index of the first operand,
 * or a negative enum err with diag. *help is set when --help was given.
 * bad_env (may be NULL) is called for an unusable environment value, which
 * then keeps its default: the caller decides how loud that is. A variable that
 * is empty counts as unset. A list on the command line replaces the one of the
 * environment. -h means --help unless an option has that letter.
 */
int
opt_parse(const struct opt_applet *applet, int argc, char **argv,
    const char *(*lookup)(void *ctx, const char *name), void *ctx,
    void (*bad_env)(void *ctx, const struct diag *d), void *out, bool *help,
    struct diag *diag);
/* Releases the lists that a colon separated default or variable became. */
void
opt_free(const struct opt_applet *applet, void *out);
void
opt_help(struct buf *b, const struct opt_applet *applet);
/* The option list as a Markdown table for the README. */
void
opt_markdown(struct buf *b, const struct opt_applet *applet);

#endif
