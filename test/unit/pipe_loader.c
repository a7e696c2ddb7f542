/*
 * src/pipe/loader.c: files and directories of rules, with and without
 * mistakes, in both priorities.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipe/loader.h"

#define RULE(name, priority)                                      \
	"- rule: " name "\n  desc: d\n  output: o\n  condition: " \
	"evt.type=openat and proc.name=x\n  priority: " priority "\n"

struct place {
	char dir[64];
	char *paths[8]; /* of files made, to be removed */
	size_t n;
	char said[8192]; /* log lines: "level line\n" */
	struct log log;
	struct agent_options options;
	const char *rules[8];
};

static void
say(void *ctx, enum log_level level, struct str line)
{
	struct place *p = ctx;
	size_t n = strlen(p->said);

	snprintf(p->said + n, sizeof(p->said) - n, "%s %.*s\n",
	    log_level_name(level), STR_ARG(line));
}

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(p);
	*state = p;
	snprintf(p->dir, sizeof(p->dir), "%s/loader.XXXXXX",
	    tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(p->dir));
	p->log = (struct log){ LOG_WARNING, say, p };
	p->options.rules = p->rules;
	p->options.threshold = PRIORITY_DEBUG;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	while (p->n > 0) {
		if (remove(p->paths[--p->n]) != 0)
			return -1;
		free(p->paths[p->n]);
	}
	if (rmdir(p->dir) != 0)
		return -1;
	free(p);
	return 0;
}

static const char *
path_of(struct place *p, const char *name)
{
	char *path;

	assert_true(p->n < sizeof(p->paths) / sizeof(*p->paths));
	assert_true(asprintf(&path, "%s/%s", p->dir, name) > 0);
	p->paths[p->n++] = path;
	return path;
}

static const char *
make_file(struct place *p, const char *name, const char *text)
{
	const char *path = path_of(p, name);
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	return path;
}

static void
use(struct place *p, const char *path)
{
	p->rules[p->options.n_rules++] = path;
}

/* Names of the rules in their order: "a b"; frees the set. */
static void
holds(struct loader_result *r, const char *names)
{
	char memory[1024];
	struct buf b = buf_fixed(memory, sizeof(memory));

	assert_non_null(r->rules);
	for (size_t i = 0; i < ruleset_count(r->rules); i++) {
		buf_zput(&b, i ? " " : "");
		buf_str_put(&b, ruleset_rule(r->rules, i)->name);
	}
	assert_string_equal(buf_cstr(&b), names);
	ruleset_free(r->rules);
}

static struct loader_result
load(struct place *p, enum agent_priority priority)
{
	p->said[0] = '\0';
	return loader_run(&p->options, &p->log, priority);
}

static void
embedded(void **state)
{
	struct place *p = *state;
	struct loader_result r = load(p, AGENT_SECURITY);

	assert_false(r.failed);
	assert_non_null(r.rules);
	assert_true(ruleset_count(r.rules) >= 12);
	assert_string_equal(p->said, "");
	ruleset_free(r.rules);
}

static void
files_in_the_order_given(void **state)
{
	struct place *p = *state;
	struct loader_result r;

	use(p, make_file(p, "z.yaml", RULE("one", "INFO")));
	use(p, make_file(p, "a.any", RULE("two", "INFO")));
	r = load(p, AGENT_SECURITY);
	assert_false(r.failed);
	holds(&r, "one two");
	assert_string_equal(p->said, "");
}

static void
directories_by_name(void **state)
{
	struct place *p = *state;
	struct loader_result r;

	use(p, p->dir);
	make_file(p, "20.yaml", RULE("two", "INFO"));
	make_file(p, "10.yml", RULE("one", "INFO"));
	make_file(p, "README", "not yaml: [");
	make_file(p, "30.yaml.bak", RULE("none", "INFO"));
	make_file(p, "30.yaml", "- rule: one\n  enabled: false\n");
	r = load(p, AGENT_SECURITY);
	assert_false(r.failed);
	holds(&r, "two");
	assert_string_equal(p->said, "");
}

static void
empty_directory(void **state)
{
	struct place *p = *state;
	struct loader_result r;

	use(p, p->dir);
	r = load(p, AGENT_AVAILABILITY);
	assert_non_null(strstr(p->said, "warning "));
	assert_non_null(strstr(p->said, "no .yaml file in this directory"));
	ruleset_free(r.rules);
}

static void
threshold(void **state)
{
	struct place *p = *state;
	struct loader_result r;

	p->options.threshold = PRIORITY_WARNING;
	use(p,
	    make_file(p, "r.yaml",
		RULE("low", "NOTICE") RULE("same", "WARNING")
		    RULE("high", "ALERT")));
	r = load(p, AGENT_SECURITY);
	holds(&r, "same high");
}

/* The mistake is shown with its place; what is done depends on priority. */
static void
mistake(void **state)
{
	struct place *p = *state;
	struct loader_result r;
	char where[160];

	use(p, make_file(p, "good.yaml", RULE("good", "INFO")));
	use(p,
	    make_file(p, "bad.yaml",
		RULE("before", "INFO") "- rule: bad\n  desc: d\n  output: o\n  "
				       "priority: INFO\n"
				       "  condition: proc.nmae=x\n"));
	use(p, make_file(p, "after.yaml", RULE("after", "INFO")));
	snprintf(where, sizeof(where), "error %s/bad.yaml:10:", p->dir);

	r = load(p, AGENT_SECURITY);
	assert_true(r.failed);
	assert_null(r.rules);
	assert_non_null(strstr(p->said, where));
	assert_non_null(strstr(p->said, "condition: proc.nmae=x"));
	assert_non_null(strstr(p->said, "proc.name"));
	assert_null(strstr(p->said, "going on"));

	r = load(p, AGENT_AVAILABILITY);
	assert_true(r.failed);
	assert_non_null(strstr(p->said, where));
	assert_non_null(strstr(p->said, "warning going on with 2 valid"));
	holds(&r, "good after");
}

static void
unreadable(void **state)
{
	struct place *p = *state;
	struct loader_result r;

	use(p, "/nonexistent/rules.yaml");
	use(p, make_file(p, "good.yaml", RULE("good", "INFO")));
	r = load(p, AGENT_SECURITY);
	assert_true(r.failed);
	assert_null(r.rules);
	assert_non_null(strstr(p->said, "error /nonexistent/rules.yaml: "));
	r = load(p, AGENT_AVAILABILITY);
	assert_true(r.failed);
	holds(&r, "good");
}

/* A file of nonsense bytes is a mistake like any other. */
static void
garbage(void **state)
{
	struct place *p = *state;
	struct loader_result r;

	use(p, make_file(p, "r.yaml", "\x01\xff\xfe garbage: ["));
	r = load(p, AGENT_AVAILABILITY);
	assert_true(r.failed);
	assert_non_null(strstr(p->said, "error "));
	assert_non_null(strstr(p->said, "r.yaml:1"));
	ruleset_free(r.rules);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(embedded),
		TEST(files_in_the_order_given),
		TEST(directories_by_name),
		TEST(empty_directory),
		TEST(threshold),
		TEST(mistake),
		TEST(unreadable),
		TEST(garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
