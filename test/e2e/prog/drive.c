/*
 * Runs a command over and over as its parent would, and prints each raw
 * outcome:
 *   drive codes FIRST LAST COMMAND...   COMMAND... N for each exit code
 *   drive signals COMMAND...            COMMAND... N for signals 1 to 64
 *   drive repeat N COMMAND...           prints each distinct outcome once
 * A child that stops is reported and continued. Core files that appear in
 * the current directory are counted and removed.
 */
#include "util.h"
#include <dirent.h>
#include <sys/resource.h>

static int
cores(void)
{
	struct dirent *e;
	DIR *d = opendir(".");
	int n = 0;

	while (d && (e = readdir(d)))
		if (!strncmp(e->d_name, "core", 4))
			n += !unlink(e->d_name);
	if (d)
		closedir(d);
	return n;
}

static int
run(char **argv, const char *label)
{
	pid_t pid = fork();
	int st;

	if (pid < 0)
		fail("fork");
	if (!pid) {
		execvp(argv[0], argv);
		_exit(errno == ENOENT ? 127 : 126);
	}
	for (;;) {
		st = wait_for(pid, WUNTRACED);
		if (!WIFSTOPPED(st))
			return st;
		say_status(label, st);
		kill(pid, SIGCONT);
	}
}

static void
series(char **argv, int argc, int first, int last)
{
	char **copy = calloc((size_t)argc + 2, sizeof(*copy)), num[16];
	int i, n, st;

	for (i = 0; i < argc; i++)
		copy[i] = argv[i];
	copy[argc] = num;
	for (n = first; n <= last; n++) {
		if (n == 32 && last == 64)
			n = 34; /* 32 and 33 belong to the C library */
		snprintf(num, sizeof(num), "%d", n);
		st = run(copy, num);
		say_status(num, st);
		if ((i = cores()))
			say("%s: %d core files\n", num, i);
	}
	free(copy);
}

static void
repeat(char **argv, int times)
{
	static int seen[65536];
	int i, st;

	for (i = 0; i < times; i++) {
		st = run(argv, "run") & 0xffff;
		if (!seen[st]++)
			say_status("run", st);
		cores();
	}
}

int
main(int argc, char **argv)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_CORE, &unlimited);
	if (argc > 4 && !strcmp(argv[1], "codes"))
		series(argv + 4, argc - 4, number(argv[2]), number(argv[3]));
	else if (argc > 2 && !strcmp(argv[1], "signals"))
		series(argv + 2, argc - 2, 1, 64);
	else if (argc > 3 && !strcmp(argv[1], "repeat"))
		repeat(argv + 3, number(argv[2]));
	else
		return 99;
	return 0;
}
