/*
 * An applet: one way to run the program. applets.def lists them; each has one
 * file, applets/NAME.c, that ends with its applet_NAME().
 */
#ifndef APPLETS_APPLET_H
#define APPLETS_APPLET_H

#include "base/diag.h"
#include "base/opt.h"

/* Exit statuses that all applets share. */
enum {
	EXIT_USAGE = 100,  /* usage or configuration error */
	EXIT_SYSTEM = 111, /* a system call failed; retry makes sense */
};

struct applet {
	const char *name;
	const char *summary; /* a line of sysdig-sl --help */
	/* argv[0] is the applet's name; the result is the exit status. */
	int (*run)(int argc, char **argv);
};

/* usage: what --help prints and the README's tables are made of. */
#define APPLET(name, summary)                     \
	int applet_##name(int argc, char **argv); \
	extern const struct opt_applet applet_##name##_usage;
#include "applets/applets.def"
#undef APPLET

/* The commands of `rules`, each with options of its own. */
#define APPLET_RULES_COMMANDS 4
extern const struct opt_applet applet_rules_commands[APPLET_RULES_COMMANDS];

/* The diagnostic on stderr, with the applet's name in front. */
void
applet_complain(const char *name, const struct diag *d);

/* --help on stdout; returns the exit status. */
int
applet_help(const struct opt_applet *applet);

/* getenv(3) in the shape that opt_parse() takes. */
const char *
applet_getenv(void *ctx, const char *name);

#endif
