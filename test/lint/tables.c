/*
 * Prints README.md with its tables made anew from the option lists of the
 * applets and from env.def: what stands between <!-- NAME:begin --> and
 * <!-- NAME:end --> is replaced where NAME is one of the sections below.
 *
 * Usage: tables README.md
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applets/applet.h"
#include "conf/env.h"

#define TEXT_MAX 65536

static void
put_options(struct buf *b)
{
	opt_markdown(b, &applet_instrument_usage);
}

static void
put_commands(struct buf *b)
{
	buf_zput(b, "| command | what it does |\n| --- | --- |\n");
	for (size_t i = 0; i < APPLET_RULES_COMMANDS; i++) {
		const struct opt_applet *c = &applet_rules_commands[i];

		buf_printf(b, "| `%s%s%s` | %s |\n", c->name,
		    *c->usage ? " " : "", c->usage, c->about);
	}
}

static void
put_words(struct buf *b, const char *words)
{
	struct str rest = str_from(words), word;

	for (bool first = true; str_split(&rest, ' ', &word); first = false)
		buf_printf(b, "%s`%.*s`", first ? "" : ", ", STR_ARG(word));
}

static void
put_values(struct buf *b, const struct conf_env *e)
{
	switch (e->kind) {
	case CONF_ENV_TEXT:
		buf_zput(b, "text");
		break;
	case CONF_ENV_SWITCH:
		buf_zput(b, "`true`, `false`");
		break;
	case CONF_ENV_LEVEL:
		buf_zput(b, "a level, see `--log`");
		break;
	case CONF_ENV_NUMBER:
		buf_printf(b, "%ld to %ld", e->min, e->max);
		break;
	case CONF_ENV_CHOICE:
		put_words(b, e->words);
		break;
	case CONF_ENV_ADDRESS:
		buf_zput(b, "HOST:PORT");
		break;
	case CONF_ENV_WORDS:
		buf_zput(b, "words");
		break;
	case CONF_ENV_YAML:
		buf_zput(b, "YAML or JSON");
		break;
	}
}

static void
put_environment(struct buf *b)
{
	buf_zput(b,
	    "| variable | values | default | meaning |\n"
	    "| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < CONF_ENV_COUNT; i++) {
		const struct conf_env *e = conf_env_at(i);

		buf_printf(b, "| `%s` | ", e->name);
		put_values(b, e);
		buf_zput(b, " | ");
		if (e->initial)
			buf_printf(b, "`%s`", e->initial);
		buf_printf(b, " | %s%s |\n", e->meaning,
		    e->idle ? "; *accepted, without effect*" : "");
	}
}

static const struct {
	const char *name;
	void (*put)(struct buf *b);
} sections[] = {
	{ "options", put_options },
	{ "commands", put_commands },
	{ "environment", put_environment },
};

#define N_SECTIONS (sizeof(sections) / sizeof(*sections))

static bool
is_marker(const char *line, const char *name, const char *which)
{
	char marker[64];

	snprintf(marker, sizeof(marker), "<!-- %s:%s -->\n", name, which);
	return strcmp(line, marker) == 0;
}

static int
print_section(size_t i)
{
	struct buf b = buf_grow(TEXT_MAX);
	bool failed;

	sections[i].put(&b);
	fwrite(b.p, 1, b.n, stdout);
	failed = b.failed;
	buf_free(&b);
	return failed;
}

/* The file with its sections replaced; each must be there exactly once. */
static int
rewrite(FILE *file)
{
	unsigned seen[N_SECTIONS] = { 0 };
	size_t inside = N_SECTIONS, size = 0;
	char *line = NULL;
	int bad = 0;

	while (getline(&line, &size, file) > 0) {
		if (inside < N_SECTIONS &&
		    is_marker(line, sections[inside].name, "end"))
			inside = N_SECTIONS;
		if (inside < N_SECTIONS)
			continue;
		fputs(line, stdout);
		for (size_t i = 0; i < N_SECTIONS; i++)
			if (is_marker(line, sections[i].name, "begin")) {
				inside = i;
				seen[i]++;
				bad |= print_section(i);
			}
	}
	free(line);
	for (size_t i = 0; i < N_SECTIONS; i++)
		if (seen[i] != 1 || inside == i) {
			fprintf(stderr, "tables: section %s: %u begun%s\n",
			    sections[i].name, seen[i],
			    inside == i ? ", not ended" : "");
			bad = 1;
		}
	return bad;
}

int
main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
	int bad;

	if (!file) {
		fprintf(stderr, "usage: tables README.md\n");
		return 2;
	}
	bad = rewrite(file);
	fclose(file);
	return fflush(stdout) != 0 || bad;
}
