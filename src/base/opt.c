/*
 * Option lists: defaults, environment, command line. Conventions of
 * getopt_long(3) without abbreviations: a script that says --out must not
 * change its meaning when a later version has --output.
 */
#include "base/opt.h"

#include <limits.h>
#include <stdlib.h>

#include "base/err.h"

struct parse {
	const struct opt_applet *applet;
	char *out;
	struct diag *diag;
	bool *given; /* options seen on the command line, for lists */
	int argc, at;
	char **argv;
};

static void *
member(void *out, const struct opt *o)
{
	return (char *)out + o->offset;
}

static int
set_switch(struct str text, bool *value, struct diag *diag)
{
	if (str_to_switch(str_trim(text), value))
		return 0;
	diag_set(diag, "\"%.*s\" is neither yes nor no", STR_ARG(text));
	diag_hint(diag, "use one of true, false, 1, 0, yes, no, on, off");
	return ERR_INVAL;
}

static void
put_choices(struct buf *b, const struct opt *o, const char *separator)
{
	for (size_t i = 0; o->choices[i]; i++) {
		if (i)
			buf_zput(b, separator);
		buf_zput(b, o->choices[i]);
	}
}

static int
set_choice(const struct opt *o, struct str text, int *value, struct diag *diag)
{
	char memory[160];
	struct buf words = buf_fixed(memory, sizeof(memory));

	for (int i = 0; o->choices[i]; i++)
		if (str_eq_nocase(text, str_from(o->choices[i]))) {
			*value = i;
			return 0;
		}
	put_choices(&words, o, ", ");
	diag_set(diag, "\"%.*s\" is not a value that is known here",
	    STR_ARG(text));
	diag_hint(diag, "use one of %s", buf_cstr(&words));
	return ERR_INVAL;
}

static int
set_number(const struct opt *o, struct str text, long *value, struct diag *diag)
{
	bool any = o->min == 0 && o->max == 0;
	long min = any ? LONG_MIN : o->min, max = any ? LONG_MAX : o->max;
	int64_t v;

	if (!str_to_i64(str_trim(text), &v)) {
		diag_set(diag, "\"%.*s\" is not a number", STR_ARG(text));
	} else if (v < min || v > max) {
		diag_set(diag, "%lld is out of range", (long long)v);
	} else {
		*value = (long)v;
		return 0;
	}
	diag_hint(diag, "use a whole number from %ld to %ld", min, max);
	return ERR_INVAL;
}

static int
add_many(struct opt_many *many, const char *text, struct diag *diag)
{
	if (many->n == OPT_MANY_MAX) {
		diag_set(diag, "more than %d values", OPT_MANY_MAX);
		return ERR_LIMIT;
	}
	many->at[many->n++] = text;
	return 0;
}

static void
clear_many(struct opt_many *many)
{
	free(many->owned);
	*many = (struct opt_many){ .n = 0 };
}

/* The pieces need NULs of their own, so the list is copied. */
static int
set_list(struct opt_many *many, const char *text, struct diag *diag)
{
	struct opt_many old = *many;
	char *rest, *piece;
	int err = 0;

	*many = (struct opt_many){ .owned = strdup(text) };
	rest = many->owned;
	if (!rest)
		err = ERR_NOMEM;
	while (!err && (piece = strsep(&rest, ":")))
		if (*piece)
			err = add_many(many, piece, diag);
	if (err) {
		clear_many(many);
		*many = old;
		return err;
	}
	clear_many(&old);
	return 0;
}

/* One value from the command line, or (list) a default or a variable. */
static int
set_value(const struct opt *o, const char *text, void *to, bool list,
    struct diag *diag)
{
	switch (o->kind) {
	case OPT_SWITCH:
		return set_switch(str_from(text), to, diag);
	case OPT_STRING:
		*(const char **)to = text;
		return 0;
	case OPT_CHOICE:
		return set_choice(o, str_from(text), to, diag);
	case OPT_NUMBER:
		return set_number(o, str_from(text), to, diag);
	case OPT_MANY:
		return list ? set_list(to, text, diag)
			    : add_many(to, text, diag);
	}
	return ERR_INTERNAL;
}

/* Puts "who: " before what the value functions said. */
static void
name_culprit(struct diag *diag, const char *dashes, const char *name)
{
	struct diag d;

	if (!diag)
		return;
	d = *diag;
	diag_set(diag, "%s%s: %s", dashes, name, d.what);
}

static int
set_initial(struct parse *p)
{
	for (size_t i = 0; i < p->applet->n_options; i++) {
		const struct opt *o = &p->applet->options[i];

		if (o->initial &&
		    set_value(o, o->initial, member(p->out, o), true,
			p->diag)) {
			name_culprit(p->diag, "default of --", o->name);
			return ERR_INTERNAL;
		}
	}
	return 0;
}

static void
set_environment(struct parse *p,
    const char *(*lookup)(void *ctx, const char *name), void *ctx,
    void (*bad_env)(void *ctx, const struct diag *d))
{
	for (size_t i = 0; i < p->applet->n_options; i++) {
		const struct opt *o = &p->applet->options[i];
		const char *text = o->env ? lookup(ctx, o->env) : NULL;
		struct diag d;

		if (!text || !*text)
			continue;
		diag_reset(&d);
		if (!set_value(o, text, member(p->out, o), true, &d))
			continue;
		name_culprit(&d, "", o->env);
		if (bad_env)
			bad_env(ctx, &d);
	}
}

static int
set_argument(struct parse *p, const struct opt *o, const char *text)
{
	size_t i = (size_t)(o - p->applet->options);
	int err;

	if (o->kind == OPT_MANY && !p->given[i])
		clear_many(member(p->out, o));
	p->given[i] = true;
	err = set_value(o, text, member(p->out, o), false, p->diag);
	if (err)
		name_culprit(p->diag, "--", o->name);
	return err;
}

static const char *
next_argument(struct parse *p, const struct opt *o)
{
	if (p->at < p->argc)
		return p->argv[p->at++];
	diag_set(p->diag, "--%s needs a value", o->name);
	diag_hint(p->diag, "write --%s %s", o->name,
	    o->value ? o->value : "VALUE");
	return NULL;
}

static int
unknown_option(struct parse *p, struct str name)
{
	const char *names[64], *near;
	size_t n = 0;

	for (; n < p->applet->n_options && n < 64; n++)
		names[n] = p->applet->options[n].name;
	near = str_nearest(name, names, n);
	if (near)
		diag_set(p->diag,
		    "unknown option \"--%.*s\"; did you mean \"--%s\"?",
		    STR_ARG(name), near);
	else
		diag_set(p->diag, "unknown option \"--%.*s\"", STR_ARG(name));
	diag_hint(p->diag, "%s --help lists the options", p->applet->name);
	return ERR_INVAL;
}

static int
parse_long(struct parse *p, const char *text, bool *help)
{
	ptrdiff_t equals = str_find_char(str_from(text), '=');
	struct str name = str_from(text);
	const char *value = NULL;

	if (equals >= 0) {
		name.n = (size_t)equals;
		value = text + equals + 1;
	}
	for (size_t i = 0; i < p->applet->n_options; i++) {
		const struct opt *o = &p->applet->options[i];

		if (!str_eq(name, str_from(o->name)))
			continue;
		if (!value && o->kind == OPT_SWITCH)
			value = "yes";
		if (!value && !(value = next_argument(p, o)))
			return ERR_INVAL;
		return set_argument(p, o, value);
	}
	if (str_eq(name, STR("help"))) {
		*help = true;
		return 0;
	}
	return unknown_option(p, name);
}

static const struct opt *
find_letter(const struct parse *p, char letter)
{
	for (size_t i = 0; i < p->applet->n_options; i++)
		if (p->applet->options[i].letter == letter)
			return &p->applet->options[i];
	return NULL;
}

/* -abc: switches; -nVALUE and -n VALUE: the first that takes one ends it. */
static int
parse_letters(struct parse *p, const char *text, bool *help)
{
	while (*text) {
		const struct opt *o = find_letter(p, *text);
		const char *value;
		int err;

		if (!o && *text == 'h') {
			*help = true;
			return 0;
		}
		if (!o) {
			diag_set(p->diag, "unknown option \"-%c\"", *text);
			diag_hint(p->diag, "%s --help lists the options",
			    p->applet->name);
			return ERR_INVAL;
		}
		text++;
		if (o->kind == OPT_SWITCH) {
			err = set_argument(p, o, "yes");
			if (err)
				return err;
			continue;
		}
		value = *text ? text : next_argument(p, o);
		return value ? set_argument(p, o, value) : ERR_INVAL;
	}
	return 0;
}

static int
parse_arguments(struct parse *p, bool *help)
{
	while (p->at < p->argc && !*help) {
		const char *text = p->argv[p->at];
		int err;

		if (text[0] != '-' || !text[1])
			break;
		p->at++;
		if (strcmp(text, "--") == 0)
			break;
		err = text[1] == '-' ? parse_long(p, text + 2, help)
				     : parse_letters(p, text + 1, help);
		if (err)
			return err;
	}
	return p->at;
}

int
opt_parse(const struct opt_applet *applet, int argc, char **argv,
    const char *(*lookup)(void *ctx, const char *name), void *ctx,
    void (*bad_env)(void *ctx, const struct diag *d), void *out, bool *help,
    struct diag *diag)
{
	struct parse p = { .applet = applet,
		.out = out,
		.diag = diag,
		.argc = argc,
		.at = 1,
		.argv = argv };
	int err;

	*help = false;
	p.given = calloc(applet->n_options + 1, sizeof(*p.given));
	if (!p.given)
		return ERR_NOMEM;
	err = set_initial(&p);
	if (!err && lookup)
		set_environment(&p, lookup, ctx, bad_env);
	if (!err)
		err = parse_arguments(&p, help);
	free(p.given);
	return err;
}

void
opt_free(const struct opt_applet *applet, void *out)
{
	for (size_t i = 0; i < applet->n_options; i++)
		if (applet->options[i].kind == OPT_MANY)
			clear_many(member(out, &applet->options[i]));
}
