/*
 * cJSON's tree to ours. cJSON is lenient and recursive, so size, depth and
 * what it would silently change are checked before it sees the text. The only
 * file that includes its header.
 */
#include "conf/json.h"

#include <cJSON.h>
#include <stdio.h>

#include "base/err.h"

static int
fail_at(struct diag *d, int err, struct str text, size_t offset,
    const char *what)
{
	diag_set(d, "%s", what);
	diag_locate(d, NULL, text, offset);
	return err;
}

/* Behind the string that starts at the quote before i; 0: it is refused. */
static size_t
skip_string(struct str text, size_t i)
{
	for (; i < text.n && text.p[i] != '"'; i++) {
		if (text.p[i] != '\\')
			continue;
		/* cJSON would end the string there */
		if (str_starts(str_sub(text, i, text.n), STR("\\u0000")))
			return 0;
		i++;
	}
	return i + 1;
}

static int
check_text(struct str text, struct diag *d)
{
	size_t depth = 0, end;

	if (text.n > JSON_MAX_BYTES)
		return fail_at(d, ERR_LIMIT, text, 0, "larger than 1 MB");
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"') {
			end = skip_string(text, i + 1);
			if (!end)
				return fail_at(d, ERR_SYNTAX, text, i,
				    "\\u0000 in a string");
			i = end - 1;
		} else if (c == '[' || c == '{') {
			if (++depth > JSON_MAX_DEPTH)
				return fail_at(d, ERR_LIMIT, text, i,
				    "nested deeper than 100 levels");
		} else if ((c == ']' || c == '}') && depth) {
			depth--;
		} else if (c == '\0') {
			return fail_at(d, ERR_SYNTAX, text, i, "a NUL byte");
		}
	}
	return 0;
}

static struct yaml_node *
convert(struct arena *a, const cJSON *from);

static struct yaml_node *
scalar(struct arena *a, const char *text, bool quoted)
{
	struct yaml_node *node = arena_alloc(a, sizeof(*node));

	if (!node)
		return NULL;
	node->kind = YAML_SCALAR;
	node->quoted = quoted;
	node->style = quoted ? YAML_DOUBLE : YAML_PLAIN;
	node->value = arena_str(a, str_from(text));
	node->depth = 1;
	node->nodes = 1;
	node->bytes = node->value.n;
	return node->value.p ? node : NULL;
}

/* Whole numbers are written as such: "1e3" becomes 1000. */
static struct yaml_node *
number(struct arena *a, double v)
{
	char text[64];

	if (v > -9.1e18 && v < 9.1e18 && v == (double)(int64_t)v)
		snprintf(text, sizeof(text), "%lld", (long long)v);
	else
		snprintf(text, sizeof(text), "%.17g", v);
	return scalar(a, text, false);
}

static void
add_weight(struct yaml_node *node, const struct yaml_node *child)
{
	node->nodes += child->nodes;
	node->bytes += child->bytes;
	if (node->depth <= child->depth)
		node->depth = child->depth + 1;
}

static bool
fill_map(struct arena *a, struct yaml_node *map, const cJSON *from)
{
	size_t i = 0;

	map->pairs = arena_array(a, map->n, sizeof(*map->pairs));
	if (!map->pairs)
		return false;
	for (const cJSON *c = from->child; c; c = c->next, i++) {
		struct yaml_pair pair = { scalar(a, c->string, true),
			convert(a, c) };

		if (!pair.key || !pair.value)
			return false;
		map->pairs[i] = pair;
		add_weight(map, pair.key);
		add_weight(map, pair.value);
	}
	return true;
}

static bool
fill_seq(struct arena *a, struct yaml_node *seq, const cJSON *from)
{
	size_t i = 0;

	seq->items = arena_array(a, seq->n, sizeof(*seq->items));
	if (!seq->items)
		return false;
	for (const cJSON *c = from->child; c; c = c->next, i++) {
		seq->items[i] = convert(a, c);
		if (!seq->items[i])
			return false;
		add_weight(seq, seq->items[i]);
	}
	return true;
}

static struct yaml_node *
collection(struct arena *a, const cJSON *from)
{
	struct yaml_node *node = arena_alloc(a, sizeof(*node));
	bool map = cJSON_IsObject(from);

	if (!node)
		return NULL;
	node->kind = map ? YAML_MAP : YAML_SEQ;
	node->depth = 1;
	node->nodes = 1;
	for (const cJSON *c = from->child; c; c = c->next)
		node->n++;
	if (!(map ? fill_map(a, node, from) : fill_seq(a, node, from)))
		return NULL;
	return node;
}

/* NULL without memory; not deeper than check_text() lets through. */
static struct yaml_node *
convert(struct arena *a, const cJSON *from)
{
	struct yaml_node *node;

	if (cJSON_IsArray(from) || cJSON_IsObject(from))
		return collection(a, from);
	if (cJSON_IsString(from))
		return scalar(a, from->valuestring, true);
	if (cJSON_IsNumber(from))
		return number(a, from->valuedouble);
	if (cJSON_IsBool(from))
		return scalar(a, cJSON_IsTrue(from) ? "true" : "false", false);
	node = scalar(a, "null", false);
	if (node)
		node->kind = YAML_NULL;
	return node;
}

int
json_parse(struct arena *a, struct str text, struct yaml_node **out,
    struct diag *d)
{
	const char *end = text.p;
	cJSON *tree;
	int err;

	*out = NULL;
	err = check_text(text, d);
	if (err)
		return err;
	tree = text.n ? cJSON_ParseWithLengthOpts(text.p, text.n, &end, false)
		      : NULL;
	if (!tree)
		return fail_at(d, ERR_SYNTAX, text,
		    end ? (size_t)(end - text.p) : 0, "not JSON");
	if (str_trim(str_sub(text, (size_t)(end - text.p), text.n)).n) {
		cJSON_Delete(tree);
		return fail_at(d, ERR_SYNTAX, text, (size_t)(end - text.p),
		    "something follows the JSON value");
	}
	*out = convert(a, tree);
	cJSON_Delete(tree);
	if (!*out)
		return fail_at(d, ERR_NOMEM, text, 0,
		    "the text needs more memory than is allowed for it");
	return 0;
}
