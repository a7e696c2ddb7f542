/*
 * Selects the applet: by the name that the program was started under, else by
 * the first argument.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applets/applet.h"

static const struct applet applets[] = {
#define APPLET(name, summary) { #name, summary, applet_##name },
#include "applets/applets.def"
#undef APPLET
};
#define N_APPLETS (sizeof(applets) / sizeof(applets[0]))

static const struct applet *
find_applet(const char *name)
{
	for (size_t i = 0; i < N_APPLETS; i++)
		if (strcmp(applets[i].name, name) == 0)
			return &applets[i];
	return NULL;
}

static void
print_help(FILE *to)
{
	fputs("Example: sysdig-sl instrument -- sh -c 'cat /etc/shadow'\n\n"
	      "Usage: sysdig-sl APPLET [ARGUMENT]...\n"
	      "       APPLET [ARGUMENT]...  (through a link of that name)\n\n"
	      "Falco rules inside a container whose host is out of reach.\n\n",
	    to);
	for (size_t i = 0; i < N_APPLETS; i++)
		fprintf(to, "  %-12s %s\n", applets[i].name,
		    applets[i].summary);
	fputs("\nEach applet explains itself: sysdig-sl APPLET --help\n", to);
}

static int
unknown_applet(const char *name)
{
	const char *names[N_APPLETS];
	struct diag d = { 0 };
	const char *nearest;

	for (size_t i = 0; i < N_APPLETS; i++)
		names[i] = applets[i].name;
	nearest = str_nearest(str_from(name), names, N_APPLETS);
	diag_set(&d, "there is no such applet");
	if (nearest)
		diag_hint(&d, "did you mean \"%s\"?", nearest);
	else
		diag_hint(&d, "sysdig-sl --help lists the applets");
	applet_complain(name, &d);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : argc > 0 ? argv[0] : "";
	const struct applet *applet = find_applet(name);

	if (applet)
		return applet->run(argc, argv);
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	applet = find_applet(argv[1]);
	if (applet)
		return applet->run(argc - 1, argv + 1);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		print_help(stdout);
	else if (strcmp(argv[1], "--version") == 0)
		puts("sysdig-sl " SL_VERSION);
	else
		return unknown_applet(argv[1]);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_SYSTEM;
}
