/*
 * Option lists: the forms, the precedence, the words of the errors, the help.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/err.h"
#include "base/opt.h"

struct options {
	bool stats;
	const char *output;
	int engine;
	long limit;
	struct opt_many rules;
};

static const char *const engines[] = { "auto", "ptrace", "syscall", NULL };

#define AT(name) offsetof(struct options, name)

static const struct opt list[] = {
	{ .letter = 's',
	    .name = "stats",
	    .kind = OPT_SWITCH,
	    .offset = AT(stats),
	    .env = "T_STATS",
	    .help = "print counters" },
	{ .letter = 'o',
	    .name = "output",
	    .kind = OPT_STRING,
	    .offset = AT(output),
	    .value = "FILE|-",
	    .initial = "-",
	    .env = "T_OUTPUT",
	    .help = "where alerts go" },
	{ .name = "engine",
	    .kind = OPT_CHOICE,
	    .offset = AT(engine),
	    .initial = "auto",
	    .env = "T_ENGINE",
	    .choices = engines,
	    .help = "how calls are seen" },
	{ .letter = 'n',
	    .name = "limit",
	    .kind = OPT_NUMBER,
	    .offset = AT(limit),
	    .value = "N",
	    .initial = "5",
	    .min = 1,
	    .max = 10,
	    .env = "T_LIMIT",
	    .help = "how many at most" },
	{ .letter = 'r',
	    .name = "rules",
	    .kind = OPT_MANY,
	    .offset = AT(rules),
	    .value = "FILE",
	    .env = "T_RULES",
	    .help = "a rules file or a directory of them, which may be given "
		    "many times and has a long explanation" },
};

static const struct opt_applet applet = {
	.name = "tool",
	.usage = "[OPTION]... -- COMMAND [ARG]...",
	.example = "sysdig-sl tool --rules r.yaml -- app",
	.about = "Does a thing.",
	.options = list,
	.n_options = sizeof(list) / sizeof(list[0]),
};

struct result {
	struct options o;
	struct diag diag, env;
	int operand, bad_env;
	bool help;
	const char *const *vars; /* name, value, ..., NULL */
};

static const char *
lookup(void *ctx, const char *name)
{
	struct result *r = ctx;

	for (size_t i = 0; r->vars && r->vars[i]; i += 2)
		if (strcmp(r->vars[i], name) == 0)
			return r->vars[i + 1];
	return NULL;
}

static void
on_bad_env(void *ctx, const struct diag *d)
{
	struct result *r = ctx;

	r->bad_env++;
	r->env = *d;
}

#define MAX_ARGS 40

static struct result
parse(const char *const *vars, const char *const *args)
{
	static char texts[MAX_ARGS][64];
	char *argv[MAX_ARGS + 2] = { texts[0] };
	struct result r = { .vars = vars };
	int argc = 1;

	for (; args && args[argc - 1]; argc++) {
		snprintf(texts[argc], sizeof(texts[0]), "%s", args[argc - 1]);
		argv[argc] = texts[argc];
	}
	r.operand = opt_parse(&applet, argc, argv, lookup, &r, on_bad_env, &r.o,
	    &r.help, &r.diag);
	return r;
}

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_defaults(void **state)
{
	struct result r = parse(NULL, NULL);

	(void)state;
	assert_int_equal(r.operand, 1);
	assert_false(r.o.stats);
	assert_string_equal(r.o.output, "-");
	assert_int_equal(r.o.engine, 0);
	assert_int_equal(r.o.limit, 5);
	assert_int_equal(r.o.rules.n, 0);
}

static void
test_forms(void **state)
{
	struct result r = parse(NULL,
	    ARGS("--stats", "--output=a=b", "--engine", "SYSCALL", "-n7", "-r",
		"x", "--rules=y", "--", "-z"));

	(void)state;
	assert_int_equal(r.operand, 10);
	assert_true(r.o.stats);
	assert_string_equal(r.o.output, "a=b");
	assert_int_equal(r.o.engine, 2);
	assert_int_equal(r.o.limit, 7);
	assert_int_equal(r.o.rules.n, 2);
	assert_string_equal(r.o.rules.at[1], "y");
	r = parse(NULL, ARGS("-son", "cmd", "--stats"));
	assert_true(r.o.stats);
	assert_string_equal(r.o.output, "n");
	assert_int_equal(r.operand, 2);
	r = parse(NULL, ARGS("--stats=no", "-", "-s"));
	assert_int_equal(r.operand, 2);
	assert_false(r.o.stats);
	/* a value may look like an option, and be empty */
	r = parse(NULL, ARGS("-o", "--stats", "-r", ""));
	assert_string_equal(r.o.output, "--stats");
	assert_string_equal(r.o.rules.at[0], "");
	assert_int_equal(r.operand, 5);
}

static void
test_environment(void **state)
{
	static const char *const vars[] = { "T_STATS", " ON ", "T_OUTPUT", "",
		"T_ENGINE", "ptrace", "T_LIMIT", " 9\t", "T_RULES",
		":a::b:", NULL };
	struct result r = parse(vars, NULL);

	(void)state;
	assert_true(r.o.stats);
	assert_string_equal(r.o.output, "-");
	assert_int_equal(r.o.engine, 1);
	assert_int_equal(r.o.limit, 9);
	assert_int_equal(r.o.rules.n, 2);
	assert_string_equal(r.o.rules.at[0], "a");
	assert_string_equal(r.o.rules.at[1], "b");
	opt_free(&applet, &r.o);
	r = parse(vars, ARGS("--stats=off", "-rc", "-n1"));
	assert_false(r.o.stats);
	assert_int_equal(r.o.limit, 1);
	assert_int_equal(r.o.rules.n, 1);
	assert_string_equal(r.o.rules.at[0], "c");
	opt_free(&applet, &r.o);
}

static void
test_bad_environment(void **state)
{
	static const char *const vars[] = { "T_STATS", "maybe", "T_ENGINE",
		"fast", "T_LIMIT", "11", NULL };
	struct result r = parse(vars, NULL);

	(void)state;
	assert_int_equal(r.operand, 1);
	assert_int_equal(r.bad_env, 3);
	assert_string_equal(r.env.what, "T_LIMIT: 11 is out of range");
	assert_int_equal(r.o.limit, 5);
	assert_int_equal(r.o.engine, 0);
	assert_false(r.o.stats);
	r = parse(ARGS("T_STATS", "maybe"), NULL);
	assert_string_equal(r.env.what,
	    "T_STATS: \"maybe\" is neither yes nor no");
	assert_string_equal(r.env.hint,
	    "use one of true, false, 1, 0, yes, no, on, off");
}

static void
expect_error(const char *const *args, const char *what, const char *hint)
{
	struct result r = parse(NULL, args);

	assert_int_equal(r.operand, ERR_INVAL);
	assert_string_equal(r.diag.what, what);
	assert_string_equal(r.diag.hint, hint);
	opt_free(&applet, &r.o);
}

static void
test_errors(void **state)
{
	const char *many[MAX_ARGS] = { NULL };
	struct result r;

	(void)state;
	expect_error(ARGS("--ruels", "x"),
	    "unknown option \"--ruels\"; did you mean \"--rules\"?",
	    "tool --help lists the options");
	expect_error(ARGS("--xyzzy=1"), "unknown option \"--xyzzy\"",
	    "tool --help lists the options");
	expect_error(ARGS("--stat"),
	    "unknown option \"--stat\"; did you mean \"--stats\"?",
	    "tool --help lists the options");
	expect_error(ARGS("-sq"), "unknown option \"-q\"",
	    "tool --help lists the options");
	expect_error(ARGS("-o"), "--output needs a value",
	    "write --output FILE|-");
	expect_error(ARGS("--engine=x"),
	    "--engine: \"x\" is not a value that is known here",
	    "use one of auto, ptrace, syscall");
	expect_error(ARGS("-n0"), "--limit: 0 is out of range",
	    "use a whole number from 1 to 10");
	expect_error(ARGS("--limit="), "--limit: \"\" is not a number",
	    "use a whole number from 1 to 10");
	expect_error(ARGS("--stats=2"), "--stats: \"2\" is neither yes nor no",
	    "use one of true, false, 1, 0, yes, no, on, off");
	for (size_t i = 0; i <= OPT_MANY_MAX; i++)
		many[i] = "-rx";
	r = parse(NULL, many);
	assert_int_equal(r.operand, ERR_LIMIT);
	assert_string_equal(r.diag.what, "--rules: more than 32 values");
}

static void
test_help(void **state)
{
	char memory[4000];
	struct buf b = buf_fixed(memory, sizeof(memory));
	struct str rest, line;
	struct result r = parse(NULL, ARGS("-s", "--help", "--bogus"));

	(void)state;
	assert_true(r.help && r.o.stats);
	assert_true(r.operand > 0);
	assert_true(parse(NULL, ARGS("-h")).help);
	opt_help(&b, &applet);
	assert_false(b.failed);
	rest = buf_str(&b);
	assert_true(str_starts(rest, STR("Example: sysdig-sl tool --rules")));
	assert_true(str_find(rest, STR("\n  -o, --output FILE|-")) > 0);
	assert_true(str_find(rest, STR("(default: 5) [T_LIMIT]\n")) > 0);
	assert_true(str_find(rest, STR("\n      --engine auto|")) > 0);
	while (str_split(&rest, '\n', &line))
		assert_true(line.n < 80);
}

static void
test_markdown(void **state)
{
	char memory[4000];
	struct buf b = buf_fixed(memory, sizeof(memory));

	(void)state;
	opt_markdown(&b, &applet);
	assert_true(str_find(buf_str(&b),
			STR("| `-o`, `--output FILE\\|-` | `T_OUTPUT` | `-` | "
			    "where alerts"
			    " go |\n| `--engine auto\\|ptrace\\|syscall` | "
			    "`T_ENGINE` | "
			    "`auto` | how calls are seen |\n")) > 0);
}

/* A default that its own option refuses is a mistake of ours. */
static void
test_bad_default(void **state)
{
	static const struct opt bad = { .name = "n",
		.kind = OPT_NUMBER,
		.initial = "x" };
	struct opt_applet broken = { .name = "t",
		.options = &bad,
		.n_options = 1 };
	char name[] = "t", *argv[] = { name, NULL };
	long out = 0;
	bool help;
	struct diag d = { .line = 0 };

	(void)state;
	assert_int_equal(
	    opt_parse(&broken, 1, argv, NULL, NULL, NULL, &out, &help, &d),
	    ERR_INTERNAL);
	assert_string_equal(d.what, "default of --n: \"x\" is not a number");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_bad_environment),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_bad_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
