/*
 * libyaml's events to a tree of nodes, with caps on everything that a text can
 * make large. The only file that includes libyaml's header.
 */
#include "conf/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/err.h"

/* libyaml counts characters, we count bytes: this walks the text once. */
struct place {
	size_t index;      /* characters before */
	size_t offset;     /* bytes before */
	size_t line_start; /* offset */
	unsigned line;
};

struct anchor {
	struct str name;
	struct yaml_node *node; /* NULL while it is being read */
};

struct loader {
	struct yaml *y;
	struct str masked; /* the text as libyaml sees it, see mask() */
	char *copy;        /* of the text, when it had to be changed */
	char mark[2];      /* what "!=" became; 0: nothing was changed */
	struct arena *arena;
	struct diag *diag;
	yaml_parser_t parser;
	struct place place;
	/* Finished nodes whose parent is not: children lie on top. */
	struct yaml_node **stack;
	size_t n_stack, stack_size;
	struct anchor anchors[YAML_MAX_ANCHORS];
	size_t n_anchors, n_aliases;
	uint64_t nodes, bytes;
};

#define EACH_BYTE(b) (UINT64_MAX / 255 * (b))

/* Whether the eight bytes at p are ASCII. */
static bool
is_ascii(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return !(word & EACH_BYTE(0x80));
}

/* Eight characters of one line, a byte each. */
static bool
is_plain(const char *p)
{
	uint64_t word, newline;

	memcpy(&word, p, sizeof(word));
	newline = word ^ EACH_BYTE('\n'); /* zero where one is */
	return !((word | (newline - EACH_BYTE(1))) & EACH_BYTE(0x80));
}

static void
seek(struct place *at, struct str text, size_t index)
{
	while (at->index < index && at->offset < text.n) {
		if (index - at->index >= 8 && text.n - at->offset >= 8 &&
		    is_plain(text.p + at->offset)) {
			at->index += 8;
			at->offset += 8;
			continue;
		}
		if (text.p[at->offset++] == '\n') {
			at->line++;
			at->line_start = at->offset;
		}
		while (at->offset < text.n &&
		    ((unsigned char)text.p[at->offset] & 0xc0) == 0x80)
			at->offset++;
		at->index++;
	}
}

static struct place
find_place(struct str text, size_t index)
{
	struct place at = { .line = 1 };

	seek(&at, text, index);
	return at;
}

static int
fail_at(struct loader *l, int err, size_t offset, const char *what)
{
	diag_set(l->diag, "%s", what);
	diag_locate(l->diag, l->y->file, l->y->text, offset);
	return err;
}

static int
fail_memory(struct loader *l)
{
	return fail_at(l, ERR_NOMEM, l->place.offset,
	    "the text needs more memory than is allowed for it");
}

/* What libyaml says, with the one mistake that everybody makes explained. */
static int
fail_parser(struct loader *l)
{
	const yaml_parser_t *p = &l->parser;
	struct str text = l->y->text;
	const char *what = p->problem ? p->problem : "not YAML";
	size_t offset;

	if (p->error == YAML_MEMORY_ERROR)
		return fail_memory(l);
	offset = p->error == YAML_READER_ERROR
	    ? p->problem_offset
	    : find_place(l->masked, p->problem_mark.index).offset;
	if (p->context)
		diag_set(l->diag, "%s, %s", p->context, what);
	else
		diag_set(l->diag, "%s", what);
	if (offset < text.n && text.p[offset] == '\t')
		diag_hint(l->diag, "indent with spaces: YAML forbids tabs");
	diag_locate(l->diag, l->y->file, text, offset);
	return ERR_SYNTAX;
}

static int
push(struct loader *l, struct yaml_node *node)
{
	if (l->n_stack == l->stack_size) {
		size_t size = l->stack_size ? l->stack_size * 2 : 64;
		void *p = realloc(l->stack, size * sizeof(*l->stack));

		if (!p)
			return fail_memory(l);
		l->stack = p;
		l->stack_size = size;
	}
	l->stack[l->n_stack++] = node;
	return 0;
}

static int
new_node(struct loader *l, const yaml_event_t *e, enum yaml_kind kind,
    const yaml_char_t *tag, struct yaml_node **out)
{
	struct yaml_node *node = arena_alloc(l->arena, sizeof(*node));

	seek(&l->place, l->masked, e->start_mark.index);
	if (!node)
		return fail_memory(l);
	node->kind = kind;
	node->offset = l->place.offset;
	node->line = l->place.line;
	node->col = (unsigned)(l->place.offset - l->place.line_start) + 1;
	node->depth = 1;
	node->nodes = 1;
	if (tag) {
		node->tag = arena_str(l->arena, str_from((const char *)tag));
		if (!node->tag.p)
			return fail_memory(l);
	}
	*out = node;
	return 0;
}

/* Every node, and every alias with all below it, goes through here. */
static int
account(struct loader *l, const struct yaml_node *node, size_t offset)
{
	l->nodes += node->nodes;
	l->bytes += node->bytes;
	if (l->nodes > YAML_MAX_NODES || l->bytes > YAML_MAX_TEXT)
		return fail_at(l, ERR_LIMIT, offset,
		    "the text has too many nodes (each alias counts as all "
		    "that it stands for)");
	return 0;
}

static struct anchor *
find_anchor(struct loader *l, struct str name)
{
	/* A name may be given again: the latest counts. */
	for (size_t i = l->n_anchors; i-- > 0;)
		if (str_eq(l->anchors[i].name, name))
			return &l->anchors[i];
	return NULL;
}

static int
open_anchor(struct loader *l, const yaml_char_t *name, struct anchor **out)
{
	*out = NULL;
	if (!name)
		return 0;
	if (l->n_anchors == YAML_MAX_ANCHORS)
		return fail_at(l, ERR_LIMIT, l->place.offset,
		    "more than 1000 anchors");
	*out = &l->anchors[l->n_anchors++];
	(*out)->node = NULL;
	(*out)->name = arena_str(l->arena, str_from((const char *)name));
	return (*out)->name.p ? 0 : fail_memory(l);
}

static int
load_alias(struct loader *l, const yaml_event_t *e, unsigned depth)
{
	const char *name = (const char *)e->data.alias.anchor;
	const struct anchor *a = find_anchor(l, str_from(name));
	int err;

	seek(&l->place, l->masked, e->start_mark.index);
	if (!a || !a->node) {
		diag_set(l->diag,
		    a ? "anchor \"%s\" contains itself"
		      : "no anchor \"%s\" before this",
		    name);
		diag_locate(l->diag, l->y->file, l->y->text, l->place.offset);
		return ERR_SYNTAX;
	}
	if (++l->n_aliases > YAML_MAX_ALIASES)
		return fail_at(l, ERR_LIMIT, l->place.offset,
		    "more than 10000 aliases");
	if (a->node->depth + depth > YAML_MAX_DEPTH)
		return fail_at(l, ERR_LIMIT, l->place.offset,
		    "nested deeper than 100 levels");
	err = account(l, a->node, l->place.offset);
	return err ? err : push(l, a->node);
}

static bool
is_null_word(struct str s)
{
	return !s.n || str_eq(s, STR("~")) || str_eq(s, STR("null")) ||
	    str_eq(s, STR("Null")) || str_eq(s, STR("NULL"));
}

static enum yaml_style
style_of(const yaml_event_t *e)
{
	yaml_scalar_style_t style = e->data.scalar.style;

	if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE)
		return YAML_SINGLE;
	if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return YAML_DOUBLE;
	if (style == YAML_LITERAL_SCALAR_STYLE)
		return YAML_LITERAL;
	return style == YAML_FOLDED_SCALAR_STYLE ? YAML_FOLDED : YAML_PLAIN;
}

/* A copy in the arena, with a NUL, and with the operators back in it. */
static struct str
take_text(struct loader *l, struct str s)
{
	char *p = arena_bytes(l->arena, s.n + 1);

	if (!p)
		return STR_NONE;
	memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	for (char *at = p; l->mark[0]; memcpy(at, "!=", 2)) {
		at = memmem(at, (size_t)(p + s.n - at), l->mark, 2);
		if (!at)
			break;
	}
	return (struct str){ p, s.n };
}

static int
load_scalar(struct loader *l, const yaml_event_t *e)
{
	struct str value = { (const char *)e->data.scalar.value,
		e->data.scalar.length };
	struct yaml_node *node;
	struct anchor *anchor;
	struct place end;
	int err;

	err = new_node(l, e, YAML_SCALAR, e->data.scalar.tag, &node);
	if (!err)
		err = open_anchor(l, e->data.scalar.anchor, &anchor);
	if (err)
		return err;
	node->style = style_of(e);
	node->quoted = node->style != YAML_PLAIN;
	end = l->place;
	seek(&end, l->masked, e->end_mark.index);
	node->end = end.offset;
	if (!node->quoted && !node->tag.n && is_null_word(value))
		node->kind = YAML_NULL;
	node->value = take_text(l, value);
	if (!node->value.p)
		return fail_memory(l);
	node->bytes = node->value.n;
	if (anchor)
		anchor->node = node;
	err = account(l, node, node->offset);
	l->place = end;
	return err ? err : push(l, node);
}

static int
load_event(struct loader *l, const yaml_event_t *e, unsigned depth);

static void
add_weight(struct yaml_node *node, const struct yaml_node *child)
{
	node->nodes += child->nodes;
	node->bytes += child->bytes;
	if (node->depth <= child->depth)
		node->depth = child->depth + 1;
}

/* Moves the children from the stack to the node. */
static int
adopt(struct loader *l, struct yaml_node *node, size_t first)
{
	size_t n = l->n_stack - first;
	struct yaml_node **child = n ? l->stack + first : NULL;

	for (size_t i = 0; i < n; i++)
		add_weight(node, child[i]);
	l->n_stack = first;
	if (node->kind == YAML_SEQ) {
		node->n = n;
		node->items = arena_array(l->arena, n, sizeof(*node->items));
		if (!node->items)
			return fail_memory(l);
		for (size_t i = 0; i < n; i++)
			node->items[i] = child[i];
		return 0;
	}
	node->n = n / 2;
	node->pairs = arena_array(l->arena, node->n, sizeof(*node->pairs));
	if (!node->pairs)
		return fail_memory(l);
	for (size_t i = 0; i < node->n; i++)
		node->pairs[i] =
		    (struct yaml_pair){ child[2 * i], child[2 * i + 1] };
	return 0;
}

static int
load_collection(struct loader *l, const yaml_event_t *e, unsigned depth)
{
	bool map = e->type == YAML_MAPPING_START_EVENT;
	size_t first = l->n_stack;
	struct yaml_node *node;
	struct anchor *anchor;
	bool ended = false;
	int err;

	err = new_node(l, e, map ? YAML_MAP : YAML_SEQ,
	    map ? e->data.mapping_start.tag : e->data.sequence_start.tag,
	    &node);
	if (!err && depth >= YAML_MAX_DEPTH)
		err = fail_at(l, ERR_LIMIT, node->offset,
		    "nested deeper than 100 levels");
	if (!err)
		err = account(l, node, node->offset);
	if (!err)
		err = open_anchor(l,
		    map ? e->data.mapping_start.anchor
			: e->data.sequence_start.anchor,
		    &anchor);
	while (!err && !ended) {
		yaml_event_t child;

		if (!yaml_parser_parse(&l->parser, &child))
			return fail_parser(l);
		ended = child.type == YAML_SEQUENCE_END_EVENT ||
		    child.type == YAML_MAPPING_END_EVENT;
		if (!ended)
			err = load_event(l, &child, depth + 1);
		yaml_event_delete(&child);
	}
	if (!err)
		err = adopt(l, node, first);
	if (err)
		return err;
	if (anchor)
		anchor->node = node;
	return push(l, node);
}

static int
load_event(struct loader *l, const yaml_event_t *e, unsigned depth)
{
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return load_alias(l, e, depth - 1);
	case YAML_SCALAR_EVENT:
		return load_scalar(l, e);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return load_collection(l, e, depth);
	case YAML_DOCUMENT_START_EVENT:
		l->n_anchors = 0;
		return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return 0;
	}
	return ERR_INTERNAL;
}

/* The whole stream: what is left on the stack are the documents. */
static int
load_stream(struct loader *l)
{
	bool ended = false;
	int err = 0;

	while (!err && !ended) {
		yaml_event_t e;

		if (!yaml_parser_parse(&l->parser, &e))
			return fail_parser(l);
		ended = e.type == YAML_STREAM_END_EVENT;
		err = load_event(l, &e, 1);
		yaml_event_delete(&e);
	}
	if (err)
		return err;
	l->y->n_docs = l->n_stack;
	l->y->docs =
	    arena_array(l->arena, l->n_stack, sizeof(struct yaml_node *));
	if (!l->y->docs)
		return fail_memory(l);
	if (l->n_stack)
		memcpy(l->y->docs, l->stack,
		    l->n_stack * sizeof(struct yaml_node *));
	return 0;
}

/* A two-byte character (U+0100 to U+07FF) that the text does not have. */
static bool
find_unused(struct str text, char mark[2])
{
	bool used[32][64] = { { false } };

	for (size_t i = 0; i + 1 < text.n; i++)
		if (i + 8 <= text.n && is_ascii(text.p + i))
			i += 7;
		else if (((unsigned char)text.p[i] & 0xe0) == 0xc0)
			used[text.p[i] & 31][text.p[i + 1] & 63] = true;
	for (unsigned c = 0x7ff; c >= 0x100; c--)
		if (!used[c >> 6][c & 63]) {
			mark[0] = (char)(0xc0 | c >> 6);
			mark[1] = (char)(0x80 | (c & 63));
			return true;
		}
	return false;
}

/*
 * Falco rules use "!=" as plain text ("comps: [in, !=]") where YAML reads a
 * tag, or an error. So libyaml gets to see an ordinary letter of the same
 * length there, which take_text() turns back. Every byte keeps its offset. (A
 * text that has all 1,792 such letters keeps YAML's reading.)
 */
static int
mask(struct loader *l)
{
	struct str text = l->y->text, operator= STR("!=");
	ptrdiff_t at = str_find(text, operator);
	size_t next = 0;

	l->masked = text;
	if (at < 0 || !find_unused(text, l->mark))
		return 0;
	l->copy = malloc(text.n);
	if (!l->copy)
		return fail_memory(l);
	memcpy(l->copy, text.p, text.n);
	l->masked.p = l->copy;
	for (; at >= 0; at = str_find(str_sub(text, next, text.n), operator)) {
		memcpy(l->copy + next + at, l->mark, 2);
		next += (size_t)at + 2;
	}
	return 0;
}

static int
load_text(struct loader *l)
{
	const char *bytes = l->masked.p ? l->masked.p : "";
	int err;

	if (!yaml_parser_initialize(&l->parser))
		return fail_memory(l);
	/* A byte order mark must not switch to UTF-16: offsets are bytes. */
	yaml_parser_set_encoding(&l->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l->parser, (const unsigned char *)bytes,
	    l->masked.n);
	err = load_stream(l);
	yaml_parser_delete(&l->parser);
	return err;
}

int
yaml_parse(struct yaml *y, struct arena *a, const char *file, struct str text,
    struct diag *d)
{
	struct loader *l;
	int err;

	*y = (struct yaml){ .file = file, .text = text };
	if (text.n > YAML_MAX_BYTES) {
		diag_set(d, "larger than 16 MB");
		diag_locate(d, file, text, 0);
		return ERR_LIMIT;
	}
	l = calloc(1, sizeof(*l));
	if (!l) {
		diag_set(d, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	l->y = y;
	l->arena = a;
	l->diag = d;
	l->place.line = 1;
	err = mask(l);
	if (!err)
		err = load_text(l);
	free(l->stack);
	free(l->copy);
	free(l);
	if (err)
		*y = (struct yaml){ .file = file, .text = text };
	return err;
}
