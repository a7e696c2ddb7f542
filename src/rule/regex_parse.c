/*
 * The syntax of regular expressions, after the RE2 syntax page. As in RE2's
 * POSIX mode "^" and "$" are ends of lines. Perl's classes, \b and (?flags)
 * are taken too.
 */
#include "rule/regex_prog.h"

struct parser {
	struct arena *arena;
	struct str text;
	size_t at;
	unsigned depth;
	bool fold;    /* (?i) */
	bool dot_all; /* (?s) */
	struct diag *diag;
};

static struct syntax *
parse_alternation(struct parser *p);

static bool
more(const struct parser *p)
{
	return p->at < p->text.n;
}

static char
peek(const struct parser *p)
{
	return more(p) ? p->text.p[p->at] : '\0';
}

static bool
take(struct parser *p, char c)
{
	if (!more(p) || peek(p) != c)
		return false;
	p->at++;
	return true;
}

static struct syntax *
fail(struct parser *p, const char *what)
{
	diag_set(p->diag, "invalid regular expression '%.*s': %s",
	    STR_ARG(p->text), what);
	return NULL;
}

static struct syntax *
make(struct parser *p, enum syntax_kind kind, struct syntax *left,
    struct syntax *right)
{
	struct syntax *s = arena_alloc(p->arena, sizeof(*s));

	if (!s)
		return fail(p, "out of memory");
	s->kind = kind;
	s->left = left;
	s->right = right;
	return s;
}

static struct syntax *
make_atom(struct parser *p, enum inst_op op)
{
	struct syntax *s = make(p, SYNTAX_ATOM, NULL, NULL);

	if (s)
		s->inst.op = op;
	return s;
}

static struct syntax *
make_class(struct parser *p, struct range_set *set, bool negated)
{
	struct syntax *s;

	if (p->fold)
		range_fold(set);
	s = make_atom(p, INST_CLASS);
	if (set->failed)
		return fail(p, "out of memory");
	if (s) {
		s->inst.negated = negated;
		s->inst.ranges = set->at;
		s->inst.n_ranges = set->n;
	}
	return s;
}

static struct syntax *
make_char(struct parser *p, uint32_t c)
{
	struct range_set set = { .arena = p->arena };

	range_add(&set, c, c);
	return make_class(p, &set, false);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

/* After \x: two digits, or any number of them in braces. */
static bool
parse_hex(struct parser *p, uint32_t *out)
{
	bool braces = take(p, '{');
	unsigned n = 0;
	uint32_t v = 0;

	while (more(p) && hex_digit(peek(p)) >= 0 && (braces || n < 2)) {
		v = v * 16 + (uint32_t)hex_digit(p->text.p[p->at++]);
		if (v > 0x10ffff)
			return false;
		n++;
	}
	*out = v;
	return braces ? n && take(p, '}') : n == 2;
}

/* The character that an escape stands for; p is after the backslash. */
static bool
parse_escape(struct parser *p, uint32_t *out)
{
	static const char from[] = "aftnrv", to[] = "\a\f\t\n\r\v";
	char c = peek(p);
	const char *simple = c ? strchr(from, c) : NULL;

	if (!more(p))
		return false;
	p->at++;
	if (simple) {
		*out = (unsigned char)to[simple - from];
		return true;
	}
	if (c == 'x')
		return parse_hex(p, out);
	if (c >= '0' && c <= '7') {
		*out = (uint32_t)(c - '0');
		for (int i = 0; i < 2 && peek(p) >= '0' && peek(p) <= '7'; i++)
			*out = *out * 8 + (uint32_t)(p->text.p[p->at++] - '0');
		return true;
	}
	*out = (unsigned char)c;
	return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') ||
	    (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/* One character of the pattern itself. */
static bool
parse_plain(struct parser *p, uint32_t *out)
{
	size_t n = regex_decode(p->text.p + p->at, p->text.n - p->at, out);

	if (n == 1 && *out == 0xfffd)
		return false;
	p->at += n;
	return true;
}

/* [:name:] inside a class; false when there is none here. */
static bool
parse_named(struct parser *p, struct range_set *set, bool *bad)
{
	struct str rest = str_sub(p->text, p->at, p->text.n);
	ptrdiff_t end = str_find(rest, STR(":]"));
	struct str name;
	bool negated;

	if (!str_starts(rest, STR("[:")) || end < 2)
		return false;
	name = str_sub(rest, 2, (size_t)end);
	negated = name.n && name.p[0] == '^';
	if (!range_add_named(set, str_sub(name, negated, name.n), negated))
		*bad = true;
	p->at += (size_t)end + 2;
	return true;
}

/* One end of a range, or a whole Perl class (*whole). */
static bool
parse_class_char(struct parser *p, struct range_set *set, uint32_t *out,
    bool *whole)
{
	*whole = false;
	if (!take(p, '\\'))
		return parse_plain(p, out);
	if (more(p) && range_add_perl(set, peek(p))) {
		p->at++;
		*whole = true;
		return true;
	}
	return parse_escape(p, out);
}

static struct syntax *
parse_class(struct parser *p)
{
	struct range_set set = { .arena = p->arena };
	bool negated = take(p, '^'), first = true, bad = false, whole;
	uint32_t lo, hi;

	while (more(p) && (first || peek(p) != ']')) {
		first = false;
		if (parse_named(p, &set, &bad)) {
			if (bad)
				return fail(p, "unknown character class name");
			continue;
		}
		if (!parse_class_char(p, &set, &lo, &whole))
			return fail(p, "invalid escape or character");
		if (whole)
			continue;
		hi = lo;
		if (peek(p) == '-' && p->at + 1 < p->text.n &&
		    p->text.p[p->at + 1] != ']') {
			p->at++;
			if (!parse_class_char(p, &set, &hi, &whole) || whole ||
			    hi < lo)
				return fail(p, "invalid range");
		}
		range_add(&set, lo, hi);
	}
	if (!take(p, ']'))
		return fail(p, "missing ]");
	return make_class(p, &set, negated);
}

/* (?flags) or (?flags:...) or (?P<name>...); p is after "(?". */
static bool
parse_flags(struct parser *p, bool *group)
{
	bool on = true;

	*group = true;
	if (take(p, 'P') || peek(p) == '<') {
		ptrdiff_t end =
		    str_find_char(str_sub(p->text, p->at, p->text.n), '>');

		if (!take(p, '<') || end < 2)
			return false;
		p->at += (size_t)end;
		return true;
	}
	while (more(p)) {
		char c = p->text.p[p->at++];

		if (c == ':')
			return true;
		if (c == ')') {
			*group = false;
			return true;
		}
		if (c == 'i')
			p->fold = on;
		else if (c == 's')
			p->dot_all = on;
		else if (c == '-' && on)
			on = false;
		else if (c != 'm' && c != 'U')
			return false;
	}
	return false;
}

static struct syntax *
parse_group(struct parser *p)
{
	bool fold = p->fold, dot_all = p->dot_all, group = true;
	struct syntax *s;

	if (peek(p) == '?') {
		p->at++;
		if (!parse_flags(p, &group))
			return fail(p, "invalid group");
	}
	if (!group) /* holds until the enclosing group ends */
		return make(p, SYNTAX_EMPTY, NULL, NULL);
	if (++p->depth > REGEX_DEPTH_MAX)
		return fail(p, "nested too deeply");
	s = parse_alternation(p);
	p->depth--;
	p->fold = fold;
	p->dot_all = dot_all;
	if (s && !take(p, ')'))
		return fail(p, "missing )");
	return s;
}

/* \Q...\E: the text as it stands. */
static struct syntax *
parse_quoted(struct parser *p)
{
	struct syntax *s = make(p, SYNTAX_EMPTY, NULL, NULL), *c;
	uint32_t v;

	while (s && more(p)) {
		if (str_starts(str_sub(p->text, p->at, p->text.n),
			STR("\\E"))) {
			p->at += 2;
			break;
		}
		if (!parse_plain(p, &v))
			return fail(p, "invalid UTF-8");
		c = make_char(p, v);
		s = c ? make(p, SYNTAX_CAT, s, c) : NULL;
	}
	return s;
}

static struct syntax *
parse_backslash(struct parser *p)
{
	struct range_set set = { .arena = p->arena };
	char c = peek(p);
	uint32_t v;

	if (more(p) && range_add_perl(&set, c)) {
		p->at++;
		return make_class(p, &set, false);
	}
	if (take(p, 'b'))
		return make_atom(p, INST_WORD);
	if (take(p, 'B'))
		return make_atom(p, INST_NOT_WORD);
	if (take(p, 'A'))
		return make_atom(p, INST_TEXT_FROM);
	if (take(p, 'z'))
		return make_atom(p, INST_TEXT_TO);
	if (take(p, 'Q'))
		return parse_quoted(p);
	if (!parse_escape(p, &v))
		return fail(p, "invalid escape sequence");
	return make_char(p, v);
}

static struct syntax *
parse_dot(struct parser *p)
{
	struct syntax *s = make_atom(p, INST_CLASS);
	static const struct range newline = { '\n', '\n' };

	if (s) {
		s->inst.negated = true;
		s->inst.ranges = &newline;
		s->inst.n_ranges = p->dot_all ? 0 : 1;
	}
	return s;
}

static struct syntax *
parse_atom(struct parser *p)
{
	uint32_t v;

	switch (peek(p)) {
	case '.':
		p->at++;
		return parse_dot(p);
	case '[':
		p->at++;
		return parse_class(p);
	case '(':
		p->at++;
		return parse_group(p);
	case '\\':
		p->at++;
		return parse_backslash(p);
	case '^':
		p->at++;
		return make_atom(p, INST_LINE_FROM);
	case '$':
		p->at++;
		return make_atom(p, INST_LINE_TO);
	case '*':
	case '+':
	case '?':
		return fail(p, "no argument for repetition operator");
	default:
		if (!parse_plain(p, &v))
			return fail(p, "invalid UTF-8");
		return make_char(p, v);
	}
}

static bool
parse_number(struct parser *p, int *out)
{
	size_t from = p->at;

	*out = 0;
	while (peek(p) >= '0' && peek(p) <= '9' && *out <= REGEX_REPEAT_MAX)
		*out = *out * 10 + (p->text.p[p->at++] - '0');
	return p->at > from;
}

/* {n}, {n,} or {n,m}; anything else in braces is plain text. */
static bool
parse_braces(struct parser *p, int *min, int *max)
{
	size_t from = p->at;

	p->at++;
	if (parse_number(p, min)) {
		*max = *min;
		if (take(p, ',') && !parse_number(p, max))
			*max = -1;
		if (take(p, '}'))
			return true;
	}
	p->at = from;
	return false;
}

static bool
parse_count(struct parser *p, int *min, int *max)
{
	*min = 0;
	*max = -1;
	switch (peek(p)) {
	case '*':
		break;
	case '+':
		*min = 1;
		break;
	case '?':
		*max = 1;
		break;
	case '{':
		return parse_braces(p, min, max);
	default:
		return false;
	}
	p->at++;
	return true;
}

static struct syntax *
parse_repeat(struct parser *p)
{
	struct syntax *s = parse_atom(p);
	int min, max;

	for (unsigned n = 0; s && parse_count(p, &min, &max); n++) {
		if (min > REGEX_REPEAT_MAX || max > REGEX_REPEAT_MAX ||
		    (max >= 0 && max < min) || n > REGEX_DEPTH_MAX)
			return fail(p, "invalid repetition");
		/* Lazy or not is the same for a match of the whole text. */
		take(p, '?');
		s = make(p, SYNTAX_REPEAT, s, NULL);
		if (s) {
			s->min = min;
			s->max = max;
		}
	}
	return s;
}

static struct syntax *
parse_sequence(struct parser *p)
{
	struct syntax *s = make(p, SYNTAX_EMPTY, NULL, NULL), *next;

	while (s && more(p) && peek(p) != '|' && peek(p) != ')') {
		next = parse_repeat(p);
		s = next ? make(p, SYNTAX_CAT, s, next) : NULL;
	}
	return s;
}

static struct syntax *
parse_alternation(struct parser *p)
{
	struct syntax *s = parse_sequence(p), *next;

	while (s && take(p, '|')) {
		next = parse_sequence(p);
		s = next ? make(p, SYNTAX_ALT, s, next) : NULL;
	}
	return s;
}

struct syntax *
regex_parse(struct arena *a, struct str pattern, struct diag *diag)
{
	struct parser p = { .arena = a, .text = pattern, .diag = diag };
	struct syntax *s = parse_alternation(&p);

	if (s && more(&p))
		return fail(&p, "unexpected )");
	return s;
}
