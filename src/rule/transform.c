/*
 * Transformers: what they make of values. An argument without a value gives no
 * value, one that is not known yet gives one that is not known yet.
 */
#include "rule/values.h"

/* The value of e in one lane. */
static struct value
value_in(struct values *vs, const struct expr *e, unsigned lane)
{
	struct pieces room;
	const struct pieces *p = values_get(vs, e, &room);

	return p->at[p->n == 2 && (p->at[1].lanes & lane)];
}

/* The lanes that share with lane every value below e. */
static unsigned
common_lanes(struct values *vs, const struct expr *e, unsigned lane)
{
	unsigned lanes = vs->lanes;

	if (e->kind == EXPR_FIELD || e->kind == EXPR_TRANSFORM)
		return value_in(vs, e, lane).lanes;
	for (size_t i = 0; i < e->n_args; i++)
		lanes &= common_lanes(vs, e->args[i], lane);
	return lanes;
}

static struct value
of_kind(enum value_kind kind)
{
	return (struct value){ .kind = kind };
}

static struct value
of_text(const char *p, size_t n)
{
	if (!p)
		return of_kind(VALUE_NONE);
	return (struct value){ .kind = VALUE_STR, .s = { p, n } };
}

static bool
is_text(const struct value *v)
{
	return v->kind == VALUE_STR || v->kind == VALUE_BYTES;
}

/* What a list argument holds: values of its own, or those of a list field. */
static struct value
list_in(struct values *vs, const struct expr *e, unsigned lane)
{
	struct value *at, list = { .kind = VALUE_LIST };

	if (e->kind != EXPR_LIST)
		return value_in(vs, e, lane);
	at = arena_array(&vs->scratch, e->n_args, sizeof(*at));
	if (!at)
		return of_kind(VALUE_NONE);
	for (size_t i = 0; i < e->n_args; i++)
		at[i] = value_in(vs, e->args[i], lane);
	list.list.at = at;
	list.list.n = e->n_args;
	return list;
}

/* NONE or UNKNOWN when one of the values is not usable as text, else STR. */
static enum value_kind
weakest(const struct value *at, size_t n)
{
	enum value_kind kind = VALUE_STR;

	for (size_t i = 0; i < n; i++) {
		if (at[i].kind == VALUE_UNKNOWN)
			kind = kind == VALUE_NONE ? kind : VALUE_UNKNOWN;
		else if (!is_text(&at[i]))
			kind = VALUE_NONE;
	}
	return kind;
}

static struct value
fold_case(struct arena *scratch, struct value v, char from, char to)
{
	char *p = arena_bytes(scratch, v.s.n);

	if (!p)
		return of_kind(VALUE_NONE);
	for (size_t i = 0; i < v.s.n; i++) {
		char c = v.s.p[i];

		p[i] = (char)(c >= from && c <= to ? c ^ 32 : c);
	}
	v.s.p = p;
	return v;
}

static struct value
base_name(struct value v)
{
	ptrdiff_t slash = str_rfind_char(v.s, '/');

	v.s = str_sub(v.s, (size_t)(slash + 1), v.s.n);
	return v;
}

static int
b64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* RFC 4648 section 4; the padding may be missing. */
static struct value
decode_b64(struct arena *scratch, struct value v)
{
	char *p = arena_bytes(scratch, v.s.n / 4 * 3 + 3);
	size_t n = 0, digits = v.s.n;
	uint32_t bits = 0;

	if (!p)
		return of_kind(VALUE_NONE);
	for (int i = 0; i < 2 && digits && v.s.p[digits - 1] == '='; i++)
		digits--;
	if (digits % 4 == 1 || (digits != v.s.n && v.s.n % 4))
		return of_kind(VALUE_NONE);
	for (size_t i = 0; i < digits; i++) {
		int digit = b64_digit(v.s.p[i]);

		if (digit < 0)
			return of_kind(VALUE_NONE);
		bits = bits << 6 | (uint32_t)digit;
		if (i % 4)
			p[n++] = (char)(bits >> (6 - i % 4 * 2));
	}
	v.s = (struct str){ p, n };
	return v;
}

static struct value
length_of(const struct expr *arg, struct value v)
{
	struct value out = { .kind = VALUE_U64 };

	switch (v.kind) {
	case VALUE_NONE: /* a list without elements */
		return arg->is_list ? out : v;
	case VALUE_STR:
		out.u = strnlen(v.s.p ? v.s.p : "", v.s.n);
		return out;
	case VALUE_BYTES:
		out.u = v.s.n;
		return out;
	case VALUE_LIST:
		out.u = v.list.n;
		return out;
	case VALUE_UNKNOWN:
		return v;
	case VALUE_RANGE:
	case VALUE_BOOL:
	case VALUE_I64:
	case VALUE_U64:
	case VALUE_F64:
	case VALUE_IP:
		break;
	}
	return of_kind(VALUE_NONE);
}

static struct value
join_texts(struct arena *scratch, struct str separator, const struct value *at,
    size_t n)
{
	size_t size = n ? separator.n * (n - 1) : 0;
	char *p, *to;

	for (size_t i = 0; i < n; i++)
		size += at[i].s.n;
	p = to = arena_bytes(scratch, size + 1);
	if (!p)
		return of_kind(VALUE_NONE);
	for (size_t i = 0; i < n; i++) {
		if (i && separator.n)
			to = mempcpy(to, separator.p, separator.n);
		if (at[i].s.n)
			to = mempcpy(to, at[i].s.p, at[i].s.n);
	}
	return of_text(p, size);
}

static struct value
join(struct values *vs, const struct expr *e, unsigned lane)
{
	struct value separator = value_in(vs, e->args[0], lane);
	struct value list = list_in(vs, e->args[1], lane);
	enum value_kind kind;

	if (list.kind != VALUE_LIST)
		return of_kind(
		    list.kind == VALUE_UNKNOWN ? VALUE_UNKNOWN : VALUE_NONE);
	kind = weakest(list.list.at, list.list.n);
	if (kind == VALUE_STR)
		kind = weakest(&separator, 1);
	if (kind != VALUE_STR)
		return of_kind(kind);
	return join_texts(&vs->scratch, separator.s, list.list.at, list.list.n);
}

static struct value
concat(struct values *vs, const struct expr *e, unsigned lane)
{
	struct value *at = arena_array(&vs->scratch, e->n_args, sizeof(*at));
	enum value_kind kind;

	if (!at)
		return of_kind(VALUE_NONE);
	for (size_t i = 0; i < e->n_args; i++)
		at[i] = value_in(vs, e->args[i], lane);
	kind = weakest(at, e->n_args);
	if (kind != VALUE_STR)
		return of_kind(kind);
	return join_texts(&vs->scratch, STR_NONE, at, e->n_args);
}

static struct value
options(struct values *vs, const struct expr *e, unsigned lane)
{
	struct value list = list_in(vs, e->args[0], lane);
	struct value letters = value_in(vs, e->args[1], lane);
	enum value_kind kind = weakest(&letters, 1);

	if (list.kind == VALUE_UNKNOWN)
		return list;
	if (list.kind != VALUE_LIST)
		return of_kind(VALUE_NONE);
	if (kind == VALUE_STR)
		kind = weakest(list.list.at, list.list.n);
	if (kind != VALUE_STR)
		return of_kind(kind);
	return transform_getopt(&vs->scratch, list.list.at, list.list.n,
	    letters.s, e->letter);
}

static struct value
apply(struct values *vs, const struct expr *e, unsigned lane)
{
	struct value v;

	switch (e->transform) {
	case TRANSFORM_JOIN:
		return join(vs, e, lane);
	case TRANSFORM_CONCAT:
		return concat(vs, e, lane);
	case TRANSFORM_GETOPT:
		return options(vs, e, lane);
	case TRANSFORM_LEN:
		return length_of(e->args[0], list_in(vs, e->args[0], lane));
	case TRANSFORM_TOLOWER:
	case TRANSFORM_TOUPPER:
	case TRANSFORM_BASENAME:
	case TRANSFORM_B64:
		break;
	}
	v = value_in(vs, e->args[0], lane);
	if (!is_text(&v))
		return of_kind(weakest(&v, 1));
	if (e->transform == TRANSFORM_TOLOWER)
		return fold_case(&vs->scratch, v, 'A', 'Z');
	if (e->transform == TRANSFORM_TOUPPER)
		return fold_case(&vs->scratch, v, 'a', 'z');
	return e->transform == TRANSFORM_B64 ? decode_b64(&vs->scratch, v)
					     : base_name(v);
}

void
transform_apply(struct values *vs, const struct expr *e, struct pieces *out)
{
	unsigned left = vs->lanes;

	out->n = 0;
	while (left) {
		unsigned lane = left & -left, lanes = left;

		for (size_t i = 0; i < e->n_args; i++)
			lanes &= common_lanes(vs, e->args[i], lane);
		lanes |= lane;
		out->at[out->n] = apply(vs, e, lane);
		out->at[out->n++].lanes = lanes;
		left &= ~lanes;
	}
}
