/*
 * Output texts of rules into parts: Falco's format strings. After '%' come an
 * optional width and the longest text that is a field or a transformer.
 */
#include "rule/format.h"

#include <stdlib.h>

#include "rule/parse.h"

/* What Falco's default for append_output adds. */
static const char suggested_output[] =
    " container_id=%container.id container_name=%container.name"
    " container_image_repository=%container.image.repository"
    " container_image_tag=%container.image.tag k8s_pod_name=%k8s.pod.name"
    " k8s_ns_name=%k8s.ns.name";

#define WIDTH_MAX 4096
#define DEPTH_MAX 100

struct scan {
	struct expr_builder builder;
	struct str text;
	size_t at;
	struct format_part *parts;
	size_t n, room;
};

/*
 * A term in text from at on, but not beyond end. Returns its length, or 0 with
 * the result filled.
 */
static size_t
try_term(struct scan *s, size_t end, const struct expr **out)
{
	struct compile_result *r = s->builder.result;
	struct lexer l = { .arena = s->builder.arena,
		.text = str_sub(s->text, 0, end),
		.at = s->at,
		.max_depth = DEPTH_MAX,
		.diag = &r->diag };
	struct ast_term term;

	if (parse_left(&l, &term) != 1) {
		compile_fail(r, ERR_NOENT, s->at,
		    "invalid formatting token %.*s",
		    STR_ARG(str_sub(s->text, s->at, s->at + 40)));
		r->unknown_name = true;
		return 0;
	}
	*out = expr_build(&s->builder, &term, false);
	return *out ? l.at - s->at : 0;
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* The longest text that makes a term: its name may run into other text. */
static size_t
longest_term(struct scan *s, const struct expr **out)
{
	size_t end = s->at, n = try_term(s, s->text.n, out);
	struct compile_result first;

	if (n)
		return n;
	first = *s->builder.result;
	while (end < s->text.n && is_name_char(s->text.p[end]))
		end++;
	for (; end > s->at; end--) {
		n = try_term(s, end, out);
		if (n)
			return n;
	}
	*s->builder.result = first;
	return 0;
}

static void
set_specials(struct scan *s, struct format_part *part)
{
	static const struct ast_term rawtime = { .kind = TERM_FIELD,
		.text = { "evt.rawtime", 11 } };
	enum field_id id =
	    part->expr->kind == EXPR_FIELD ? part->expr->ref.id : FIELD_NONE;

	part->json = part->expr;
	part->nine_digits = id == FIELD_EVT_RAWTIME_NS ||
	    id == FIELD_EVT_RELTIME_NS || id == FIELD_EVT_DELTATIME_NS ||
	    id == FIELD_EVT_LATENCY_NS;
	/* In JSON these are integers. */
	if (id == FIELD_EVT_TIME || id == FIELD_EVT_TIME_ISO8601)
		part->json = expr_build(&s->builder, &rawtime, false);
}

static struct format_part *
new_part(struct scan *s)
{
	if (s->n == s->room)
		return NULL;
	s->parts[s->n] = (struct format_part){ .literal = STR("") };
	return &s->parts[s->n++];
}

/* The width in front of a field. */
static unsigned
take_width(struct scan *s)
{
	unsigned width = 0;

	while (s->at < s->text.n && s->text.p[s->at] >= '0' &&
	    s->text.p[s->at] <= '9') {
		width = width * 10 + (unsigned)(s->text.p[s->at++] - '0');
		if (width > WIDTH_MAX)
			width = WIDTH_MAX;
	}
	return width;
}

/* Falco's words for what names nothing; other complaints say more. */
static int
bad_token(struct scan *s)
{
	struct compile_result *r = s->builder.result;
	size_t end = s->at;

	while (end < s->text.n && is_name_char(s->text.p[end]))
		end++;
	if (r->unknown_name || !r->diag.what[0])
		diag_set(&r->diag, "invalid formatting token %.*s",
		    STR_ARG(str_sub(s->text, s->at, end)));
	return r->err;
}

/* s is behind a '%'. */
static int
take_field(struct scan *s, struct str literal)
{
	struct compile_result *r = s->builder.result;
	struct format_part *part = new_part(s);
	struct str container_info = STR("container.info");
	size_t n, from = s->at;

	if (!part)
		return compile_fail(r, ERR_NOMEM, s->at, "%s",
		    err_text(ERR_NOMEM));
	part->literal = literal;
	part->width = take_width(s);
	if (s->at == s->text.n)
		return compile_fail(r, ERR_SYNTAX, from - 1,
		    "invalid formatting syntax: formatting cannot end with a "
		    "%s",
		    part->width ? "number" : "%");
	if (str_starts(str_sub(s->text, s->at, s->text.n), container_info)) {
		s->at += container_info.n;
		r->warnings |= COMPILE_WARN_DEPRECATED;
		r->warning_at = from;
		diag_set(&r->warning,
		    "'%%container.info' is deprecated: the "
		    "suggested output has what it stood for");
		return 0;
	}
	n = longest_term(s, &part->expr);
	if (!n)
		return bad_token(s);
	part->name = str_sub(s->text, s->at, s->at + n);
	s->at += n;
	set_specials(s, part);
	return part->json ? 0 : ERR_NOMEM;
}

static int
take_parts(struct scan *s)
{
	struct format_part *last;
	int err = 0;

	while (!err && s->at < s->text.n) {
		struct str rest = str_sub(s->text, s->at, s->text.n);
		ptrdiff_t percent = str_find_char(rest, '%');

		if (percent < 0) {
			last = new_part(s);
			if (!last)
				return ERR_NOMEM;
			last->literal = rest;
			return 0;
		}
		s->at += (size_t)percent + 1;
		err = take_field(s, str_sub(rest, 0, (size_t)percent));
	}
	return err;
}

static int
by_name(const void *a, const void *b)
{
	const struct format_part *const *x = a, *const *y = b;

	return str_cmp((*x)->name, (*y)->name);
}

static int
sort_members(struct arena *a, struct rule_format *f)
{
	size_t n = 0;

	f->members = arena_array(a, f->n_parts, sizeof(*f->members));
	if (!f->members)
		return ERR_NOMEM;
	for (size_t i = 0; i < f->n_parts; i++)
		if (f->parts[i].expr)
			f->members[n++] = &f->parts[i];
	qsort(f->members, n, sizeof(*f->members), by_name);
	for (size_t i = 0; i < n; i++)
		if (!f->n_members ||
		    by_name(&f->members[i], &f->members[f->n_members - 1]) != 0)
			f->members[f->n_members++] = f->members[i];
	return 0;
}

void
format_visit(const struct rule_format *f,
    void (*visit)(void *, const struct expr *), void *ctx)
{
	for (size_t i = 0; i < f->n_parts; i++) {
		if (f->parts[i].expr)
			expr_fields(f->parts[i].expr, visit, ctx);
		if (f->parts[i].json != f->parts[i].expr)
			expr_fields(f->parts[i].json, visit, ctx);
	}
}

static void
count_ref(void *ctx, const struct expr *e)
{
	size_t *n = ctx;

	(void)e;
	++*n;
}

static void
keep_ref(void *ctx, const struct expr *e)
{
	struct rule_format *f = ctx;

	f->refs[f->n_refs++] = e->ref;
}

static int
finish(struct arena *a, struct rule_format *f)
{
	size_t n = 0;

	format_visit(f, count_ref, &n);
	f->refs = arena_array(a, n, sizeof(*f->refs));
	if (!f->refs || sort_members(a, f) < 0)
		return ERR_NOMEM;
	format_visit(f, keep_ref, f);
	return 0;
}

static size_t
count_parts(struct str text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '%';
	return n;
}

static int
compile(struct arena *a, struct str output, struct rule_format **out,
    struct compile_result *r)
{
	struct rule_format *f = arena_alloc(a, sizeof(*f));
	struct scan s = {
		.builder = { .arena = a, .result = r, .output = true },
		.text = arena_str(a, output)
	};
	int err;

	*r = (struct compile_result){ .error_at = 0 };
	s.room = count_parts(s.text);
	s.parts = arena_array(a, s.room, sizeof(*s.parts));
	if (!f || !s.text.p || !s.parts)
		return compile_fail(r, ERR_NOMEM, 0, "%s", err_text(ERR_NOMEM));
	/* "*" asks for <NA>; that is how missing values always print. */
	if (str_starts(output, STR("*")))
		s.at = 1;
	err = take_parts(&s);
	f->parts = s.parts;
	f->n_parts = s.n;
	if (!err && finish(a, f) < 0)
		err = compile_fail(r, ERR_NOMEM, 0, "%s", err_text(ERR_NOMEM));
	*out = f;
	return err;
}

int
format_suggested(struct arena *a, struct rule_format **out,
    struct compile_result *r)
{
	return compile(a, STR(suggested_output), out, r);
}

int
format_join(struct arena *a, const struct rule_format *first,
    const struct rule_format *second, struct rule_format **out,
    struct compile_result *r)
{
	struct rule_format *f = arena_alloc(a, sizeof(*f));
	size_t n = first->n_parts + second->n_parts;

	if (f)
		f->parts = arena_array(a, n, sizeof(*f->parts));
	if (!f || !f->parts)
		return compile_fail(r, ERR_NOMEM, 0, "%s", err_text(ERR_NOMEM));
	f->n_parts = n;
	for (size_t i = 0; i < n; i++)
		f->parts[i] = i < first->n_parts
		    ? first->parts[i]
		    : second->parts[i - first->n_parts];
	if (finish(a, f) < 0)
		return compile_fail(r, ERR_NOMEM, 0, "%s", err_text(ERR_NOMEM));
	*out = f;
	return 0;
}

int
format_compile(struct arena *a, struct str output, bool suggested,
    struct rule_format **out, struct compile_result *r)
{
	struct rule_format *behind;
	int err = compile(a, output, out, r);

	if (err || !suggested)
		return err;
	err = format_suggested(a, &behind, r);
	return err ? err : format_join(a, *out, behind, out, r);
}
