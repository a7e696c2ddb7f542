/*
 * What people read about the options: --help within 80 columns, with an
 * example first, and the README's table.
 */
#include "base/opt.h"

#define WIDTH  79
#define INDENT 26

/* The words of text from the present column on, wrapped under indent. */
static void
put_wrapped(struct buf *b, struct str text, size_t column, size_t indent)
{
	struct str word;
	bool first = true;

	while (str_split(&text, ' ', &word)) {
		if (!word.n)
			continue;
		if (!first && column + 1 + word.n > WIDTH) {
			buf_printf(b, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			buf_char(b, ' ');
			column++;
		}
		buf_str_put(b, word);
		column += word.n;
		first = false;
	}
	buf_char(b, '\n');
}

static void
put_value_word(struct buf *b, const struct opt *o)
{
	if (o->kind == OPT_CHOICE && !o->value) {
		for (size_t i = 0; o->choices[i]; i++) {
			buf_zput(b, i ? "|" : "");
			buf_zput(b, o->choices[i]);
		}
	} else if (o->kind != OPT_SWITCH) {
		buf_zput(b, o->value ? o->value : "VALUE");
	}
}

static void
put_names(struct buf *b, const struct opt *o)
{
	if (o->letter)
		buf_printf(b, "  -%c, --%s", o->letter, o->name);
	else
		buf_printf(b, "      --%s", o->name);
	if (o->kind != OPT_SWITCH)
		buf_char(b, ' ');
	put_value_word(b, o);
}

static void
put_option(struct buf *b, const struct opt *o)
{
	char memory[1024];
	struct buf help = buf_fixed(memory, sizeof(memory));
	size_t start = b->n, used;

	put_names(b, o);
	used = b->n - start;
	if (used + 2 > INDENT) {
		buf_char(b, '\n');
		used = 0;
	}
	buf_printf(b, "%*s", (int)(INDENT - used), "");
	buf_zput(&help, o->help);
	if (o->initial && *o->initial)
		buf_printf(&help, " (default: %s)", o->initial);
	if (o->env)
		buf_printf(&help, " [%s]", o->env);
	put_wrapped(b, buf_str(&help), INDENT, INDENT);
}

void
opt_help(struct buf *b, const struct opt_applet *applet)
{
	if (applet->example)
		buf_printf(b, "Example: %s\n", applet->example);
	buf_printf(b, "Usage: sysdig-sl %s %s\n\n", applet->name,
	    applet->usage);
	if (applet->about) {
		put_wrapped(b, str_from(applet->about), 0, 0);
		buf_char(b, '\n');
	}
	for (size_t i = 0; i < applet->n_options; i++)
		put_option(b, &applet->options[i]);
	buf_zput(b, "      --help              this text\n");
}

/* A bar inside a cell would end it. */
static void
put_cell(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '|')
			buf_char(b, '\\');
		buf_char(b, text.p[i]);
	}
}

static void
put_row(struct buf *b, const struct opt *o)
{
	char memory[256];
	struct buf word = buf_fixed(memory, sizeof(memory));

	put_value_word(&word, o);
	buf_zput(b, "| `");
	if (o->letter)
		buf_printf(b, "-%c`, `", o->letter);
	buf_printf(b, "--%s", o->name);
	if (word.n) {
		buf_char(b, ' ');
		put_cell(b, buf_str(&word));
	}
	buf_zput(b, "` | ");
	if (o->env)
		buf_printf(b, "`%s`", o->env);
	buf_zput(b, " | ");
	if (o->initial && *o->initial) {
		buf_char(b, '`');
		put_cell(b, str_from(o->initial));
		buf_char(b, '`');
	}
	buf_zput(b, " | ");
	put_cell(b, str_from(o->help));
	buf_zput(b, " |\n");
}

void
opt_markdown(struct buf *b, const struct opt_applet *applet)
{
	buf_zput(b,
	    "| option | environment | default | meaning |\n"
	    "| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < applet->n_options; i++)
		put_row(b, &applet->options[i]);
}
