/*
 * Alerts in words and as JSON members: Falco's printed forms of values.
 */
#include "rule/format.h"
#include "rule/values.h"

#define SCRATCH 16384 /* for transformers in an output */

struct render {
	struct values values;
	char memory[SCRATCH];
};

static void
render_begin(struct render *r, const struct field_source *src)
{
	r->values = (struct values){ .source = src, .lanes = LANE_BOTH };
}

/* Before the result the two outcomes may differ: the first one is shown. */
static struct value
value_of(struct render *r, const struct expr *e)
{
	struct pieces room;

	arena_fixed(&r->values.scratch, r->memory, sizeof(r->memory));
	return values_get(&r->values, e, &room)->at[0];
}

static void
put_bytes(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_char(b, s.p[i] >= ' ' && s.p[i] < 0x7f ? s.p[i] : '.');
}

static void
put_number(struct buf *b, uint64_t u, bool nine_digits)
{
	if (nine_digits)
		buf_printf(b, "%09llu", (unsigned long long)u);
	else
		buf_u64(b, u);
}

static void
put_value(struct buf *b, const struct value *v, bool nine_digits)
{
	switch (v->kind) {
	case VALUE_NONE:
	case VALUE_UNKNOWN:
	case VALUE_RANGE:
		buf_zput(b, "<NA>");
		break;
	case VALUE_BOOL:
		buf_zput(b, v->b ? "true" : "false");
		break;
	case VALUE_I64:
		buf_i64(b, v->i);
		break;
	case VALUE_U64:
		put_number(b, v->u, nine_digits);
		break;
	case VALUE_F64:
		buf_printf(b, "%.6f", v->f);
		break;
	case VALUE_STR:
		buf_str_put(b, v->s);
		break;
	case VALUE_BYTES:
		put_bytes(b, v->s);
		break;
	case VALUE_IP:
		event_put_ip(b, &v->ip);
		break;
	case VALUE_LIST:
		for (size_t i = 0; i < v->list.n; i++) {
			if (i)
				buf_zput(b, ", ");
			put_value(b, &v->list.at[i], nine_digits);
		}
		break;
	}
}

/* Cuts what was printed since from, or fills it up with blanks. */
static void
fit(struct buf *b, size_t from, unsigned width)
{
	if (b->n - from > width)
		b->n = from + width;
	while (b->n - from < width && !b->failed)
		buf_char(b, ' ');
}

void
rule_format_text(const struct rule_format *f, const struct field_source *src,
    struct buf *out)
{
	struct render r;

	render_begin(&r, src);
	for (size_t i = 0; i < f->n_parts; i++) {
		const struct format_part *part = &f->parts[i];
		size_t from;
		struct value v;

		buf_str_put(out, part->literal);
		if (!part->expr)
			continue;
		v = value_of(&r, part->expr);
		from = out->n;
		put_value(out, &v, part->nine_digits);
		if (part->width)
			fit(out, from, part->width);
	}
}

/* A text of the value, as a JSON string. */
static void
json_text(struct buf *b, const struct value *v)
{
	char memory[1024];
	struct buf text = buf_fixed(memory, sizeof(memory));

	put_value(&text, v, false);
	buf_json_str(b, buf_str(&text));
}

static void
json_value(struct buf *b, const struct value *v)
{
	switch (v->kind) {
	case VALUE_NONE:
	case VALUE_UNKNOWN:
	case VALUE_RANGE:
		buf_zput(b, "null");
		break;
	case VALUE_F64: /* JSON has no infinity */
		if (v->f - v->f != 0)
			buf_zput(b, "null");
		else
			put_value(b, v, false);
		break;
	case VALUE_BOOL:
	case VALUE_I64:
	case VALUE_U64:
		put_value(b, v, false);
		break;
	case VALUE_STR:
		buf_json_str(b, v->s);
		break;
	case VALUE_BYTES: /* at most EVENT_SNAPLEN */
	case VALUE_IP:
		json_text(b, v);
		break;
	case VALUE_LIST:
		buf_char(b, '[');
		for (size_t i = 0; i < v->list.n; i++) {
			if (i)
				buf_char(b, ',');
			json_value(b, &v->list.at[i]);
		}
		buf_char(b, ']');
		break;
	}
}

static void
member_name(struct buf *b, bool first, struct str name)
{
	if (!first)
		buf_char(b, ',');
	buf_json_str(b, name);
	buf_char(b, ':');
}

void
rule_format_json(const struct rule_format *f, const struct field_source *src,
    const struct rule_json_member *more, size_t n_more, struct buf *out)
{
	struct render r;
	size_t i = 0, j = 0;

	render_begin(&r, src);
	while (i < f->n_members || j < n_more) {
		bool first = i + j == 0;
		int order = i == f->n_members ? 1
		    : j == n_more             ? -1
				  : str_cmp(f->members[i]->name, more[j].name);
		struct value v;

		if (order == 0) /* the caller's own counts */
			i++;
		if (order >= 0) {
			member_name(out, first, more[j].name);
			buf_str_put(out, more[j++].json);
			continue;
		}
		v = value_of(&r, f->members[i]->json);
		member_name(out, first, f->members[i]->name);
		json_value(out, &v);
		i++;
	}
}

size_t
rule_format_fields(const struct rule_format *f, const struct field_ref **out)
{
	*out = f->refs;
	return f->n_refs;
}
