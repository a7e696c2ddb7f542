/*
 * Thompson's machine: all states at once, one step a character, so that no
 * pattern takes more than length times size. After Russ Cox, "Regular
 * Expression Matching: the Virtual Machine Approach".
 */
#include "rule/regex_prog.h"

/* What stands before the text and after it. */
#define NO_CHAR UINT32_MAX

size_t
regex_decode(const char *p, size_t n, uint32_t *out)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)p[0];
	size_t more = c < 0x80 ? 0 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	uint32_t v = c < 0x80 ? c : c & (0x3fu >> more);

	*out = 0xfffd;
	if (n <= more || (c >= 0x80 && c < 0xc2) || c > 0xf4)
		return 1;
	for (size_t i = 1; i <= more; i++) {
		unsigned char next = (unsigned char)p[i];

		if ((next & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (next & 0x3f);
	}
	if (v < least[more] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return 1;
	*out = v;
	return more + 1;
}

/* --- from syntax to program ---------------------------------------- */

struct emitter {
	struct arena *scratch;
	struct inst *at;
	uint32_t n, size;
};

static bool
make_room(struct emitter *e)
{
	uint32_t size = e->size ? e->size * 2 : 32;
	struct inst *at;

	if (e->n < e->size)
		return true;
	at = arena_array(e->scratch, size, sizeof(*at));
	if (!at)
		return false;
	if (e->n)
		memcpy(at, e->at, e->n * sizeof(*at));
	e->at = at;
	e->size = size;
	return true;
}

static bool
put(struct emitter *e, struct inst inst)
{
	if (e->n == REGEX_INSTS_MAX || !make_room(e))
		return false;
	e->at[e->n++] = inst;
	return true;
}

static bool
emit(struct emitter *e, const struct syntax *s);

static bool
emit_alternation(struct emitter *e, const struct syntax *s)
{
	uint32_t split = e->n, jump;

	if (!put(e, (struct inst){ .op = INST_SPLIT, .x = split + 1 }) ||
	    !emit(e, s->left))
		return false;
	jump = e->n;
	if (!put(e, (struct inst){ .op = INST_JUMP }))
		return false;
	e->at[split].y = e->n;
	if (!emit(e, s->right))
		return false;
	e->at[jump].x = e->n;
	return true;
}

/* The part after the first min copies: a loop, or max - min optional ones. */
static bool
emit_optional(struct emitter *e, const struct syntax *s)
{
	int times = s->max < 0 ? 1 : s->max - s->min;
	uint32_t split;

	for (int i = 0; i < times; i++) {
		split = e->n;
		if (!put(e,
			(struct inst){ .op = INST_SPLIT, .x = split + 1 }) ||
		    !emit(e, s->left))
			return false;
		if (s->max < 0 &&
		    !put(e, (struct inst){ .op = INST_JUMP, .x = split }))
			return false;
		/* Skipping one is the same as skipping only this one. */
		e->at[split].y = e->n;
	}
	return true;
}

static bool
emit_required(struct emitter *e, const struct syntax *s)
{
	for (int i = 0; i < s->min; i++) {
		uint32_t before = e->n;

		if (!emit(e, s->left))
			return false;
		if (e->n == before) /* one empty text is as good as many */
			break;
	}
	return true;
}

static bool
emit(struct emitter *e, const struct syntax *s)
{
	switch (s->kind) {
	case SYNTAX_EMPTY:
		return true;
	case SYNTAX_ATOM:
		return put(e, s->inst);
	case SYNTAX_CAT:
		return emit(e, s->left) && emit(e, s->right);
	case SYNTAX_ALT:
		return emit_alternation(e, s);
	case SYNTAX_REPEAT:
		return emit_required(e, s) && emit_optional(e, s);
	}
	return false;
}

static bool
keep(struct arena *a, struct regex *re, const struct emitter *e,
    struct str pattern)
{
	re->n = e->n;
	re->text = arena_str(a, pattern);
	re->at = arena_array(a, e->n, sizeof(*re->at));
	if (!re->at || !re->text.p)
		return false;
	memcpy(re->at, e->at, e->n * sizeof(*re->at));
	return true;
}

const struct regex *
regex_compile(struct arena *a, struct str pattern, struct diag *diag)
{
	struct regex *re = arena_alloc(a, sizeof(*re));
	struct arena scratch;
	struct emitter e = { .scratch = &scratch };
	const struct syntax *s = NULL;
	bool ok;

	arena_init(&scratch, 8u << 20);
	if (pattern.n > REGEX_PATTERN_MAX)
		diag_set(diag, "invalid regular expression: too long");
	else if (!re)
		diag_set(diag, "invalid regular expression: out of memory");
	else
		s = regex_parse(a, pattern, diag);
	ok = s && emit(&e, s) && put(&e, (struct inst){ .op = INST_MATCH }) &&
	    keep(a, re, &e, pattern);
	if (s && !ok)
		diag_set(diag, "invalid regular expression '%.*s': too large",
		    STR_ARG(pattern));
	arena_reset(&scratch);
	return ok ? re : NULL;
}

/* --- matching ------------------------------------------------------ */

/* A set of states: Briggs and Torczon's sparse set, no clearing. */
struct states {
	uint32_t n;
	uint32_t *dense, *sparse;
};

struct machine {
	const struct regex *re;
	uint32_t *stack;
	uint32_t before, after; /* the characters around the position */
};

static bool
has(const struct states *s, uint32_t pc)
{
	return s->sparse[pc] < s->n && s->dense[s->sparse[pc]] == pc;
}

static bool
is_word(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (c >= 'a' && c <= 'z');
}

/* Whether the assertion holds here; true for what is none. */
static bool
holds(const struct machine *m, enum inst_op op)
{
	bool edge = is_word(m->before) != is_word(m->after);

	switch (op) {
	case INST_LINE_FROM:
		return m->before == NO_CHAR || m->before == '\n';
	case INST_LINE_TO:
		return m->after == NO_CHAR || m->after == '\n';
	case INST_TEXT_FROM:
		return m->before == NO_CHAR;
	case INST_TEXT_TO:
		return m->after == NO_CHAR;
	case INST_WORD:
		return edge;
	case INST_NOT_WORD:
		return !edge;
	case INST_CLASS:
	case INST_SPLIT:
	case INST_JUMP:
	case INST_MATCH:
		break;
	}
	return true;
}

static void
push(struct machine *m, struct states *to, uint32_t pc, uint32_t *top)
{
	if (has(to, pc))
		return;
	to->sparse[pc] = to->n;
	to->dense[to->n++] = pc;
	m->stack[(*top)++] = pc;
}

/* Adds pc and all that is reached from it without a character. */
static void
follow(struct machine *m, struct states *to, uint32_t pc)
{
	uint32_t top = 0;

	push(m, to, pc, &top);
	while (top) {
		const struct inst *in;

		pc = m->stack[--top];
		in = &m->re->at[pc];
		switch (in->op) {
		case INST_SPLIT:
			push(m, to, in->y, &top);
			push(m, to, in->x, &top);
			break;
		case INST_JUMP:
			push(m, to, in->x, &top);
			break;
		case INST_LINE_FROM:
		case INST_LINE_TO:
		case INST_TEXT_FROM:
		case INST_TEXT_TO:
		case INST_WORD:
		case INST_NOT_WORD:
			if (holds(m, in->op))
				push(m, to, pc + 1, &top);
			break;
		case INST_CLASS:
		case INST_MATCH:
			break;
		}
	}
}

static bool
in_class(const struct inst *in, uint32_t c)
{
	for (uint32_t i = 0; i < in->n_ranges; i++)
		if (c >= in->ranges[i].lo && c <= in->ranges[i].hi)
			return !in->negated;
	return in->negated;
}

struct str
regex_text(const struct regex *re)
{
	return re->text;
}

size_t
regex_scratch(const struct regex *re)
{
	return (size_t)re->n * 5;
}

/* The character at byte offset at, or NO_CHAR; *next is the offset after it. */
static uint32_t
char_at(struct str s, size_t at, size_t *next)
{
	uint32_t c;

	*next = at;
	if (at >= s.n)
		return NO_CHAR;
	*next = at + regex_decode(s.p + at, s.n - at, &c);
	return c;
}

bool
regex_match(const struct regex *re, struct str subject, uint32_t *scratch)
{
	uint32_t n = re->n;
	struct states now = { 0, scratch, scratch + n };
	struct states then = { 0, scratch + 2 * n, scratch + 3 * n }, old;
	struct machine m = { .re = re, .stack = scratch + 4 * n };
	size_t next;

	m.before = NO_CHAR;
	m.after = char_at(subject, 0, &next);
	follow(&m, &now, 0);
	while (m.after != NO_CHAR && now.n) {
		m.before = m.after;
		m.after = char_at(subject, next, &next);
		then.n = 0;
		for (uint32_t i = 0; i < now.n; i++) {
			const struct inst *in = &re->at[now.dense[i]];

			if (in->op == INST_CLASS && in_class(in, m.before))
				follow(&m, &then, now.dense[i] + 1);
		}
		old = now;
		now = then;
		then = old;
	}
	return m.after == NO_CHAR && has(&now, n - 1);
}
