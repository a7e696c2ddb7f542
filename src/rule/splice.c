/*
 * Conditions as they are parsed: pieces put together, and the names of lists
 * replaced by their items as text, wherever a name stands between delimiters
 * (in quotes too: Falco does the same). Lists go in their order of definition,
 * so the items of one are searched for the names of later ones only.
 */
#include <stdlib.h>

#include "base/err.h"
#include "rule/loader.h"

#define TEXT_MAX  (1u << 20)
#define DEPTH_MAX 100

struct splicer {
	struct rule_loader *l;
	struct buf *out;
	size_t n; /* segments, which are in l->scratch */
	bool no_memory;
	bool too_deep;
	bool drop_comma; /* an empty list stood before: its comma goes too */
	unsigned depth;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_delimiter(char c)
{
	return is_blank(c) || c == '(' || c == ')' || c == ',' || c == '=';
}

/* The next run without delimiters: [*at, *end). False when there is none. */
static bool
next_word(struct str text, size_t *at, size_t *end)
{
	while (*at < text.n && is_delimiter(text.p[*at]))
		++*at;
	*end = *at;
	while (*end < text.n && !is_delimiter(text.p[*end]))
		++*end;
	return *end > *at;
}

/* The list of that name if it comes after position `after`. */
static struct list *
find_list(const struct rule_loader *l, struct str name, ptrdiff_t after)
{
	ptrdiff_t i = names_find(&l->now.lists, name);

	return i > after ? (struct list *)l->now.lists.at[i] : NULL;
}

static void
put_text(struct splicer *s, struct str text)
{
	if (s->drop_comma) {
		size_t i = 0;

		while (i < text.n && is_blank(text.p[i]))
			i++;
		if (i == text.n)
			return;
		s->drop_comma = false;
		if (text.p[i] == ',')
			text = str_sub(text, i + 1, text.n);
	}
	buf_str_put(s->out, text);
}

static void
put_list(struct splicer *s, struct list *list);

/* Text that may hold names of lists after a position; places do not matter. */
static void
put_items(struct splicer *s, struct str text, ptrdiff_t after)
{
	size_t from = 0, at = 0, end;

	while (next_word(text, &at, &end) && !s->too_deep && !s->out->failed) {
		struct list *list =
		    find_list(s->l, str_sub(text, at, end), after);

		if (list) {
			put_text(s, str_sub(text, from, at));
			put_list(s, list);
			from = end;
		}
		at = end;
	}
	put_text(s, str_sub(text, from, text.n));
}

static void
put_list(struct splicer *s, struct list *list)
{
	struct buf *out = s->out;
	size_t n = out->n;

	list->used = true;
	if (list->n_items == 0) {
		while (n > 0 && is_blank(out->p[n - 1]))
			n--;
		if (n > 0 && out->p[n - 1] == ',')
			out->n = n - 1;
		else
			s->drop_comma = true;
		return;
	}
	if (list->plain) {
		put_text(s, list->joined);
		return;
	}
	if (s->depth == DEPTH_MAX) {
		s->too_deep = true;
		return;
	}
	s->depth++;
	put_items(s, list->joined,
	    names_find(&s->l->now.lists, list->named.name));
	s->depth--;
}

static void
add_segment(struct splicer *s, struct segment segment)
{
	struct splice_scratch *scratch = &s->l->scratch;
	struct segment *all;

	segment.at = s->out->n;
	if (s->n == scratch->size) {
		size_t size = s->n ? 2 * s->n : 64;

		all = realloc(scratch->segments, size * sizeof(*all));
		if (!all) {
			s->no_memory = true;
			return;
		}
		scratch->segments = all;
		scratch->size = size;
	}
	all = scratch->segments;
	/* an empty list may have taken back a comma before it */
	for (size_t i = s->n; i > 0 && all[i - 1].at > segment.at; i--)
		all[i - 1].at = segment.at;
	all[s->n++] = segment;
}

/* Walks over pieces as if they were one text. */
struct walker {
	const struct piece *piece;
	size_t start; /* of the piece in the whole text */
};

static void
walk_to(struct walker *w, size_t at)
{
	while (w->piece->next && at >= w->start + w->piece->text.n) {
		w->start += w->piece->text.n;
		w->piece = w->piece->next;
	}
}

/* [from, to) of the whole text, as written. */
static void
put_written(struct splicer *s, struct walker *w, struct str whole, size_t from,
    size_t to)
{
	while (from < to) {
		size_t end;

		walk_to(w, from);
		end = w->start + w->piece->text.n;
		end = end < to ? end : to;
		add_segment(s,
		    (struct segment){ .piece = w->piece,
			.offset = from - w->start });
		put_text(s, str_sub(whole, from, end));
		from = end;
	}
}

static void
put_whole(struct splicer *s, const struct piece *pieces, struct str whole)
{
	struct walker w = { .piece = pieces };
	size_t from = 0, at = 0, end;

	while (next_word(whole, &at, &end) && !s->too_deep) {
		struct list *list =
		    find_list(s->l, str_sub(whole, at, end), -1);

		if (list) {
			put_written(s, &w, whole, from, at);
			walk_to(&w, at);
			add_segment(s,
			    (struct segment){ .piece = w.piece,
				.offset = at - w.start,
				.fixed = true });
			put_list(s, list);
			from = end;
		}
		at = end;
	}
	put_written(s, &w, whole, from, whole.n);
}

/* One text for all pieces, which may be the only one's own. */
static bool
join_pieces(struct rule_loader *l, const struct piece *pieces,
    struct str *whole)
{
	size_t n = 0;
	char *p;

	if (!pieces->next) {
		*whole = pieces->text;
		return true;
	}
	for (const struct piece *at = pieces; at; at = at->next)
		n += at->text.n;
	p = arena_bytes(&l->resolved, n);
	if (!p)
		return false;
	*whole = (struct str){ p, n };
	for (const struct piece *at = pieces; at; at = at->next) {
		if (at->text.n)
			memcpy(p, at->text.p, at->text.n);
		p += at->text.n;
	}
	return true;
}

/* Lists can name lists that name lists: the text must not explode. */
static int
check_size(struct splicer *s, const struct context *c)
{
	struct rule_loader *l = s->l;

	if (s->too_deep)
		return problem_error(l, CODE_ERR_VALIDATE, c,
		    "lists name each other more than %d deep", DEPTH_MAX);
	if (s->out->failed)
		return problem_error(l, CODE_ERR_VALIDATE, c,
		    "longer than %u KB with the items of its lists",
		    TEXT_MAX / 1024);
	return s->no_memory ? problem_no_memory(l) : 0;
}

/* Makes the text findable for splice_place(). */
static bool
register_text(struct rule_loader *l, struct spliced *text)
{
	if (l->n_texts == l->texts_size) {
		size_t size = l->texts_size ? 2 * l->texts_size : 64;
		struct spliced **grown =
		    arena_array(&l->resolved, size, sizeof(*grown));

		if (!grown)
			return false;
		if (l->n_texts)
			memcpy(grown, l->texts, l->n_texts * sizeof(*grown));
		l->texts = grown;
		l->texts_size = size;
	}
	text->base = l->next_base;
	l->next_base += text->text.n + 1;
	l->texts[l->n_texts++] = text;
	return true;
}

static int
keep(struct splicer *s, const struct piece *pieces, struct spliced **out)
{
	struct arena *a = &s->l->resolved;
	struct spliced *text = arena_alloc(a, sizeof(*text));

	if (!text)
		return problem_no_memory(s->l);
	text->pieces = pieces;
	text->text = arena_str(a, buf_str(s->out));
	text->segments = arena_array(a, s->n, sizeof(*text->segments));
	text->n = s->n;
	if (!text->text.p || !text->segments || !register_text(s->l, text))
		return problem_no_memory(s->l);
	if (s->n)
		memcpy(text->segments, s->l->scratch.segments,
		    s->n * sizeof(*text->segments));
	*out = text;
	return 0;
}

int
splice(struct rule_loader *l, const struct piece *pieces, bool lists,
    const struct context *c, struct spliced **out)
{
	struct splicer s = { .l = l, .out = &l->scratch.out };
	struct walker w = { .piece = pieces };
	struct str whole;
	int err;

	if (!s.out->cap)
		*s.out = buf_grow(TEXT_MAX);
	buf_reset(s.out);
	if (!join_pieces(l, pieces, &whole))
		return problem_no_memory(l);
	if (lists)
		put_whole(&s, pieces, whole);
	else
		put_written(&s, &w, whole, 0, whole.n);
	err = check_size(&s, c);
	return err ? err : keep(&s, pieces, out);
}

void
splice_end(struct rule_loader *l)
{
	buf_free(&l->scratch.out);
	free(l->scratch.segments);
	l->scratch = (struct splice_scratch){ .size = 0 };
}

/* --- lists --- */

static void
put_item(struct buf *b, struct str item)
{
	bool quote = item.n == 0 ||
	    (str_find_char(item, ' ') >= 0 && item.p[0] != '"' &&
		item.p[0] != '\'');

	if (b->n)
		buf_zput(b, ", ");
	if (quote)
		buf_char(b, '"');
	buf_str_put(b, item);
	if (quote)
		buf_char(b, '"');
}

/* An item that names an earlier list stands for that list's own items. */
static void
join_items(struct rule_loader *l, const struct list *list, struct buf *b)
{
	for (size_t i = 0; i < list->n_items; i++) {
		struct list *ref =
		    (struct list *)names_get(&l->now.lists, list->items[i]);

		if (!ref || ref->named.index >= list->named.visibility) {
			put_item(b, list->items[i]);
			continue;
		}
		ref->used = true;
		for (size_t k = 0; k < ref->n_items; k++)
			put_item(b, ref->items[k]);
	}
}

static bool
is_plain(const struct rule_loader *l, struct str joined, ptrdiff_t position)
{
	size_t at = 0, end;

	for (; next_word(joined, &at, &end); at = end)
		if (find_list(l, str_sub(joined, at, end), position))
			return false;
	return true;
}

int
splice_lists(struct rule_loader *l)
{
	struct buf b = buf_grow(TEXT_MAX);
	int err = 0;

	for (size_t i = 0; i < l->now.lists.n; i++)
		((struct list *)l->now.lists.at[i])->used = false;
	for (size_t i = 0; !err && i < l->now.lists.n; i++) {
		struct list *list = (struct list *)l->now.lists.at[i];
		struct context c = { .type = "list",
			.name = list->named.name,
			.place = list->place };

		buf_reset(&b);
		join_items(l, list, &b);
		list->joined = arena_str(&l->resolved, buf_str(&b));
		list->plain = is_plain(l, list->joined, (ptrdiff_t)i);
		if (b.failed)
			err = problem_error(l, CODE_ERR_VALIDATE, &c,
			    "longer than %u KB", TEXT_MAX / 1024);
		else if (!list->joined.p)
			err = problem_no_memory(l);
	}
	buf_free(&b);
	return err;
}

/* --- back to the file --- */

/* Behind the last word rather than on the next line. */
static size_t
locate_in_piece(const struct piece *p, size_t offset)
{
	size_t n = p->text.n, behind = 0;

	while (n > 0 && is_blank(p->text.p[n - 1]))
		n--;
	if (offset >= n && n > 0) {
		offset = n - 1;
		behind = 1;
	}
	return yaml_locate(p->place.file->text, p->node, offset) + behind;
}

struct place
splice_place(const struct rule_loader *l, size_t at)
{
	const struct segment *segment;
	const struct spliced *text;
	size_t i = 0, k = 0, offset;
	struct place place;

	while (i + 1 < l->n_texts && l->texts[i + 1]->base <= at)
		i++;
	text = l->texts[i];
	at -= text->base;
	while (k + 1 < text->n && text->segments[k + 1].at <= at)
		k++;
	if (text->n == 0)
		return text->pieces->place;
	segment = &text->segments[k];
	offset = segment->offset + (segment->fixed ? 0 : at - segment->at);
	place = segment->piece->place;
	if (segment->piece->node)
		place.offset = locate_in_piece(segment->piece, offset);
	return place;
}
