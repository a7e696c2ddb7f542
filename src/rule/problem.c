/*
 * Errors and warnings of loading: their codes, and where they point.
 */
#include <stdio.h>

#include "base/err.h"
#include "rule/loader.h"

static const struct {
	const char *name;
	const char *text;
} codes[] = {
#define CODE(id, name, text) [CODE_##id] = { name, text },
#include "rule/codes.def"
#undef CODE
};

const char *
rule_code_name(enum rule_code code)
{
	return codes[code].name;
}

const char *
rule_code_text(enum rule_code code)
{
	return codes[code].text;
}

const struct rule_problem *
rule_loader_problems(const struct rule_loader *l)
{
	return l->problems;
}

static unsigned
current_load(const struct rule_loader *l)
{
	return l->n_files ? l->n_files - 1 : 0;
}

static void
link_problem(struct rule_loader *l, struct rule_problem *p)
{
	p->next = NULL;
	*l->problems_end = p;
	l->problems_end = &p->next;
}

int
problem_no_memory(struct rule_loader *l)
{
	struct rule_problem *p = &l->no_memory;

	if (p->is_error)
		return ERR_NOMEM;
	*p = (struct rule_problem){ .is_error = true,
		.code = CODE_YAML_VALIDATE,
		.load = current_load(l) };
	snprintf(p->item_type, sizeof(p->item_type), "rules content");
	diag_set(&p->diag, "the rules need more than %zu KB of memory",
	    l->cap / 1024);
	diag_hint(&p->diag, "load fewer rules");
	if (l->file)
		diag_locate(&p->diag, l->file->name, l->file->text, 0);
	link_problem(l, p);
	return ERR_NOMEM;
}

static struct rule_location
locate(const struct context *c)
{
	struct rule_location at = { .type = c->type, .name = c->name };
	struct diag d;

	if (!c->place.file)
		return at;
	diag_locate(&d, c->place.file->name, c->place.file->text,
	    c->place.offset);
	at.file = c->place.file->name;
	at.line = d.line;
	at.col = d.col;
	at.offset = c->place.offset;
	return at;
}

static bool
fill_locations(struct rule_loader *l, struct rule_problem *p,
    const struct context *c)
{
	struct rule_location *locations;
	size_t n = 0;

	for (const struct context *at = c; at; at = at->parent)
		n++;
	locations = arena_array(&l->notes, n, sizeof(*locations));
	if (!locations)
		return false;
	p->locations = locations;
	p->n_locations = n;
	for (; c; c = c->parent) {
		locations[--n] = locate(c);
		locations[n].name = arena_str(&l->notes, c->name);
		if (!locations[n].name.p)
			return false;
	}
	return true;
}

/* The innermost thing that a person would name. */
static void
fill_item(struct rule_problem *p, const struct context *c)
{
	const struct context *item = c;

	while (item->parent &&
	    (!item->name.n || strcmp(item->type, "value for") == 0))
		item = item->parent;
	if (!item->name.n)
		item = c;
	snprintf(p->item_type, sizeof(p->item_type), "%s", item->type);
	snprintf(p->item_name, sizeof(p->item_name), "%.*s",
	    STR_ARG(item->name));
}

/* Each load resolves everything again: say the same only once. */
static bool
said_before(const struct rule_loader *l, const struct rule_problem *p)
{
	for (const struct rule_problem *q = l->problems; q; q = q->next)
		if (q->load < p->load && q->code == p->code &&
		    q->diag.line == p->diag.line &&
		    q->diag.col == p->diag.col &&
		    strcmp(q->diag.file, p->diag.file) == 0 &&
		    strcmp(q->diag.what, p->diag.what) == 0)
			return true;
	return false;
}

void
problem_add(struct rule_loader *l, bool is_error, enum rule_code code,
    const struct context *c, struct diag *d)
{
	struct rule_problem *p;

	if (l->quiet)
		return;
	p = arena_alloc(&l->notes, sizeof(*p));
	if (!p) {
		problem_no_memory(l);
		return;
	}
	p->is_error = is_error;
	p->code = code;
	p->load = current_load(l);
	p->diag = *d;
	if (c->place.file)
		diag_locate(&p->diag, c->place.file->name, c->place.file->text,
		    c->place.offset);
	fill_item(p, c);
	if (!is_error && said_before(l, p))
		return;
	if (!fill_locations(l, p, c))
		problem_no_memory(l);
	else
		link_problem(l, p);
}

static void
add_formatted(struct rule_loader *l, bool is_error, enum rule_code code,
    const struct context *c, const char *format, va_list ap)
    __attribute__((format(printf, 5, 0)));

static void
add_formatted(struct rule_loader *l, bool is_error, enum rule_code code,
    const struct context *c, const char *format, va_list ap)
{
	char what[sizeof(((struct diag *)0)->what)];
	struct diag d;

	diag_reset(&d);
	vsnprintf(what, sizeof(what), format, ap);
	diag_set(&d, "%s", what);
	problem_add(l, is_error, code, c, &d);
}

int
problem_error(struct rule_loader *l, enum rule_code code,
    const struct context *c, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_formatted(l, true, code, c, format, ap);
	va_end(ap);
	return ERR_INVAL;
}

int
problem_warn(struct rule_loader *l, enum rule_code code,
    const struct context *c, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_formatted(l, false, code, c, format, ap);
	va_end(ap);
	return 0;
}

void
rule_loader_problem(struct rule_loader *l, bool is_error, enum rule_code code,
    const char *item_type, struct str item_name, const struct diag *d)
{
	struct context c = { .type = item_type, .name = item_name };
	struct diag copy = *d;

	problem_add(l, is_error, code, &c, &copy);
}
