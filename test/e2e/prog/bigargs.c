/*
 * Large and empty argument lists:
 *   bigargs run KIND COMMAND...   execs COMMAND with args and environment
 *       of KIND: args (1.2 MB in 100 KB strings), many (20000 arguments),
 *       env (1 MB), both, zero (argc 0), toobig (E2BIG)
 *   bigargs count                 prints what it got
 */
#include "util.h"

extern char **environ;

static unsigned
hash(unsigned h, const char *s)
{
	for (; *s; s++)
		h = h * 31 + (unsigned char)*s;
	return h;
}

static char *
text(size_t n, int c)
{
	char *s = malloc(n + 1);

	memset(s, c, n);
	s[n] = 0;
	return s;
}

static void
count(int argc, char **argv)
{
	unsigned a = 0, e = 0;
	size_t bytes = 0, env_bytes = 0, variables = 0;
	int i;

	for (i = 0; i < argc; i++) {
		a = hash(a, argv[i]);
		bytes += strlen(argv[i]) + 1;
	}
	for (i = 0; environ[i]; i++) {
		e = hash(e, environ[i]);
		env_bytes += strlen(environ[i]) + 1;
		variables++;
	}
	say("argc %d bytes %zu hash %u; env %zu bytes %zu hash %u\n", argc,
	    bytes, a, variables, env_bytes, e);
}

static void
run(const char *kind, int argc, char **argv)
{
	char **args = calloc((size_t)argc + 30000, sizeof(*args));
	char **env = calloc(30000, sizeof(*env)), *value;
	int i, n = 0, e = 0;

	for (; n < argc; n++)
		args[n] = argv[n];
	if (!strcmp(kind, "args") || !strcmp(kind, "toobig"))
		for (i = 0; i < (*kind == 't' ? 60 : 12); i++)
			args[n++] = text(100000, 'a' + i % 26);
	if (!strcmp(kind, "many"))
		for (i = 0; i < 20000; i++)
			args[n++] = text(1 + (size_t)i % 3, 'a' + i % 26);
	if (!strcmp(kind, "both"))
		for (i = 0; i < 7; i++)
			args[n++] = text(100000, 'A' + i);
	env[e++] = "PATH=/usr/bin:/bin";
	if (!strcmp(kind, "env") || !strcmp(kind, "both"))
		for (i = 0; i < 10; i++) {
			value = text(100000, '0' + i);
			memcpy(value, "VAR_X=", 6);
			value[4] = (char)('A' + i);
			env[e++] = value;
		}
	if (!strcmp(kind, "zero"))
		n = 0;
	args[n] = NULL;
	execve(argv[0], args, env);
	show("execve", -1);
}

int
main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "run"))
		run(argv[2], argc - 3, argv + 3);
	else
		count(argc, argv);
	return 0;
}
