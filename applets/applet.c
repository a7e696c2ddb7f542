/* What every applet needs at its edges: help, complaints, environment. */
#include "applets/applet.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX 16384

void
applet_complain(const char *name, const struct diag *d)
{
	char memory[2048];
	struct buf text = buf_fixed(memory, sizeof(memory));

	diag_print(&text, d);
	fprintf(stderr, "sysdig-sl %s: %.*s", name, STR_ARG(buf_str(&text)));
}

int
applet_help(const struct opt_applet *applet)
{
	char memory[TEXT_MAX];
	struct buf text = buf_fixed(memory, sizeof(memory));

	opt_help(&text, applet);
	fwrite(text.p, 1, text.n, stdout);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_SYSTEM;
}

const char *
applet_getenv(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}
