/*
 * Reading a tree of nodes: looking up, typed values, and the way back from a
 * value to the place in the text where it was written.
 */
#include "base/err.h"
#include "conf/yaml.h"

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	struct str name = str_from(key);

	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_node *k = map->pairs[i].key;

		if (k->kind == YAML_SCALAR && str_eq(k->value, name))
			return map->pairs[i].value;
	}
	return NULL;
}

const struct yaml_node *
yaml_at(const struct yaml_node *seq, size_t i)
{
	if (!seq || seq->kind != YAML_SEQ || i >= seq->n)
		return NULL;
	return seq->items[i];
}

static bool
occurred_before(const struct yaml_node *map, size_t i)
{
	const struct yaml_node *key = map->pairs[i].key;

	for (size_t j = 0; j < i && key->kind == YAML_SCALAR; j++) {
		const struct yaml_node *other = map->pairs[j].key;

		if (other->kind == YAML_SCALAR &&
		    str_eq(other->value, key->value))
			return true;
	}
	return false;
}

const struct yaml_pair *
yaml_duplicate(const struct yaml_node *map, size_t i)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (size_t at = 0; at < map->n && at < YAML_DUPLICATE_SPAN; at++)
		if (occurred_before(map, at) && i-- == 0)
			return &map->pairs[at];
	return NULL;
}

const char *
yaml_kind_name(const struct yaml_node *node)
{
	if (!node)
		return "nothing";
	switch (node->kind) {
	case YAML_NULL:
		return "nothing";
	case YAML_SCALAR:
		return "text";
	case YAML_SEQ:
		return "a list";
	case YAML_MAP:
		return "a map";
	}
	return "nothing";
}

void
yaml_point(const struct yaml *y, const struct yaml_node *node, struct diag *d)
{
	if (node && node->line)
		diag_locate(d, y->file, y->text, node->offset);
}

int
yaml_text(const struct yaml *y, const struct yaml_node *node, const char *name,
    struct str *out, struct diag *d)
{
	if (node && node->kind == YAML_SCALAR) {
		*out = node->value;
		return 0;
	}
	if (!node || node->kind == YAML_NULL)
		diag_set(d, "%s has no value", name);
	else
		diag_set(d, "%s must be text, not %s", name,
		    yaml_kind_name(node));
	yaml_point(y, node, d);
	return ERR_INVAL;
}

static bool
to_bool(struct str s, bool *out)
{
	if (str_eq_nocase(s, STR("y")) || str_eq_nocase(s, STR("n"))) {
		*out = str_eq_nocase(s, STR("y"));
		return true;
	}
	return !str_eq(s, STR("0")) && !str_eq(s, STR("1")) &&
	    str_to_switch(s, out);
}

int
yaml_bool(const struct yaml *y, const struct yaml_node *node, const char *name,
    bool *out, struct diag *d)
{
	struct str s;
	int err = yaml_text(y, node, name, &s, d);

	if (err || to_bool(s, out))
		return err;
	diag_set(d, "%s: \"%.*s\" is neither true nor false", name, STR_ARG(s));
	diag_hint(d, "write true or false");
	yaml_point(y, node, d);
	return ERR_INVAL;
}

int
yaml_int(const struct yaml *y, const struct yaml_node *node, const char *name,
    int64_t min, int64_t max, int64_t *out, struct diag *d)
{
	struct str s;
	int64_t v;
	int err = yaml_text(y, node, name, &s, d);

	if (err)
		return err;
	if (str_to_i64(s, &v) && v >= min && v <= max) {
		*out = v;
		return 0;
	}
	diag_set(d, "%s: \"%.*s\" is not a whole number from %lld to %lld",
	    name, STR_ARG(s), (long long)min, (long long)max);
	yaml_point(y, node, d);
	return ERR_INVAL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t
skip_line(struct str text, size_t at)
{
	while (at < text.n && text.p[at] != '\n')
		at++;
	return at < text.n ? at + 1 : at;
}

/* An anchor or a tag; but "!=" is text here. */
static bool
is_property(struct str s)
{
	return str_starts(s, STR("&")) ||
	    (str_starts(s, STR("!")) && !str_starts(s, STR("!=")));
}

/* Where the text of the scalar starts: behind anchor, tag, quote or header. */
static size_t
content_start(struct str text, const struct yaml_node *node)
{
	size_t at = node->offset;

	while (is_property(str_sub(text, at, node->end))) {
		while (at < node->end && !is_blank(text.p[at]))
			at++;
		while (at < node->end &&
		    (is_blank(text.p[at]) || text.p[at] == '#'))
			at = text.p[at] == '#' ? skip_line(text, at) : at + 1;
	}
	switch (node->style) {
	case YAML_PLAIN:
		return at;
	case YAML_SINGLE:
	case YAML_DOUBLE:
		return at + 1;
	case YAML_LITERAL:
	case YAML_FOLDED:
		return skip_line(text, at);
	}
	return at;
}

static size_t
hex_value(struct str digits)
{
	char z[12] = "0x";
	uint64_t v;

	memcpy(z + 2, digits.p, digits.n);
	return str_to_u64((struct str){ z, digits.n + 2 }, &v) ? (size_t)v : 0;
}

static size_t
utf8_size(size_t c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/* What stands at one place of the source, and what it is in the value. */
struct step {
	size_t length; /* bytes of the source */
	size_t bytes;  /* bytes of the value; 0: none, or not this one */
	bool blank;
};

static struct step
escape_at(struct str text, size_t at)
{
	char c = at + 1 < text.n ? text.p[at + 1] : '\0';
	size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	struct step s = { .length = 2 + digits, .bytes = 1 };
	size_t code;

	s.blank = c == 't' || c == 'n' || c == 'r' || is_blank(c);
	if (c == 'N' || c == '_') { /* U+0085, U+00A0 */
		s.bytes = 2;
	} else if (c == 'L' || c == 'P') { /* U+2028, U+2029 */
		s.bytes = 3;
	} else if (c == '\n' || c == '\r') {
		s.bytes = 0;
	} else if (digits) {
		code = hex_value(str_sub(text, at + 2, at + 2 + digits));
		s.bytes = utf8_size(code);
		s.blank = code < 0x80 && is_blank((char)code);
	}
	return s;
}

static struct step
step_at(struct str text, const struct yaml_node *node, size_t at)
{
	char c = text.p[at];

	if (node->style == YAML_DOUBLE && c == '\\')
		return escape_at(text, at);
	if (node->style == YAML_SINGLE && c == '\'')
		return (struct step){ .length = 2, .bytes = 1 };
	return (struct step){ .length = 1, .bytes = 1, .blank = is_blank(c) };
}

/*
 * Source and value have the same bytes in the same order except for blanks
 * (indentation, folding), so both are walked past each byte that is not blank.
 */
size_t
yaml_locate(struct str text, const struct yaml_node *node, size_t value_offset)
{
	size_t at = content_start(text, node), i = 0;
	size_t end = node->end < text.n ? node->end : text.n;

	while (i < node->value.n && at < end) {
		struct step s = step_at(text, node, at);

		if (s.blank && !is_blank(node->value.p[i]))
			s.bytes = 0; /* indentation */
		else if (!s.blank && is_blank(node->value.p[i]))
			s.length = 0; /* a blank that folding made */
		if (s.bytes && i + s.bytes > value_offset)
			break;
		i += s.bytes;
		at += s.length;
	}
	return at < end ? at : end;
}
