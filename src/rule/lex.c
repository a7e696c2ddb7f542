/*
 * The tokens. Blanks are those of isspace(3) in the C locale; escapes are
 * Falco's, the backslash before a blank among them (it stands for the
 * backslash alone).
 */
#include "rule/lex.h"

#include <stdarg.h>

#include "base/err.h"

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* NUL past the end: no token has one. */
static char
peek(const struct lexer *l, size_t at)
{
	return at < l->text.n ? l->text.p[at] : '\0';
}

static struct str
take(struct lexer *l, size_t end)
{
	l->last = str_sub(l->text, l->at, end);
	l->at = end;
	return l->last;
}

int
lex_fail(struct lexer *l, size_t at, const char *format, ...)
{
	char what[sizeof(l->diag->what)];
	struct buf b = buf_fixed(what, sizeof(what) - 1);
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&b, format, ap);
	va_end(ap);
	diag_set(l->diag, "%.*s", STR_ARG(buf_str(&b)));
	l->error_at = at;
	return ERR_SYNTAX;
}

int
lex_no_memory(struct lexer *l)
{
	lex_fail(l, l->at, "no memory left for this condition");
	return ERR_NOMEM;
}

int
lex_enter(struct lexer *l)
{
	if (++l->depth <= l->max_depth)
		return 0;
	lex_fail(l, l->at, "exceeded max depth limit of %u", l->max_depth);
	return ERR_LIMIT;
}

void
lex_leave(struct lexer *l)
{
	l->depth--;
}

bool
lex_blank(struct lexer *l)
{
	size_t from = l->at;

	while (l->at < l->text.n && is_blank(l->text.p[l->at]))
		l->at++;
	return l->at > from;
}

bool
lex_at_blank(const struct lexer *l)
{
	return is_blank(peek(l, l->at));
}

bool
lex_at_char(const struct lexer *l, char c)
{
	return l->at < l->text.n && l->text.p[l->at] == c;
}

bool
lex_char(struct lexer *l, char c)
{
	if (!lex_at_char(l, c))
		return false;
	take(l, l->at + 1);
	return true;
}

bool
lex_word(struct lexer *l, const char *word)
{
	struct str w = str_from(word);

	if (!str_starts(str_sub(l->text, l->at, l->text.n), w))
		return false;
	take(l, l->at + w.n);
	return true;
}

/* The end of the identifier at `at`, or `at` when there is none. */
static size_t
identifier_end(const struct lexer *l, size_t at)
{
	if (!is_letter(peek(l, at)))
		return at;
	while (is_letter(peek(l, at)) || is_digit(peek(l, at)) ||
	    peek(l, at) == '_')
		at++;
	return at;
}

bool
lex_identifier(struct lexer *l, struct str *out)
{
	size_t end = identifier_end(l, l->at);

	if (end == l->at)
		return false;
	*out = take(l, end);
	return true;
}

bool
lex_field_name(struct lexer *l, struct str *out)
{
	size_t end = identifier_end(l, l->at), dots = 0;

	if (end == l->at)
		return false;
	while (peek(l, end) == '.') {
		size_t next = identifier_end(l, end + 1);

		if (next == end + 1)
			break;
		end = next;
		dots++;
	}
	if (dots == 0)
		return false;
	*out = take(l, end);
	return true;
}

static size_t
digits_end(const struct lexer *l, size_t at)
{
	while (is_digit(peek(l, at)))
		at++;
	return at;
}

bool
lex_number(struct lexer *l, struct str *out)
{
	size_t at = l->at, end;

	if (peek(l, at) == '0' && (peek(l, at + 1) | 0x20) == 'x' &&
	    hex_value(peek(l, at + 2)) >= 0) {
		for (end = at + 3; hex_value(peek(l, end)) >= 0; end++)
			;
		*out = take(l, end);
		return true;
	}
	if (peek(l, at) == '+' || peek(l, at) == '-')
		at++;
	end = digits_end(l, at);
	if (end == at)
		return false;
	if (peek(l, end) == '.')
		end = digits_end(l, end + 1);
	if ((peek(l, end) | 0x20) == 'e' &&
	    (peek(l, end + 1) == '+' || peek(l, end + 1) == '-') &&
	    is_digit(peek(l, end + 2)))
		end = digits_end(l, end + 2);
	*out = take(l, end);
	return true;
}

static bool
ends_bare(char c)
{
	return c == '(' || c == ')' || c == '"' || c == '\'' || c == '=' ||
	    c == ',';
}

static bool
ends_field_arg(char c)
{
	return c == '[' || c == ']' || c == '"' || c == '\'';
}

/* Everything up to a blank or an end. */
static int
take_until(struct lexer *l, bool (*is_end)(char c), struct str *out)
{
	size_t end = l->at;

	while (end < l->text.n && !is_blank(l->text.p[end]) &&
	    l->text.p[end] != '\0' && !is_end(l->text.p[end]))
		end++;
	if (end < l->text.n && l->text.p[end] == '\0')
		return lex_fail(l, end, "a value cannot hold a NUL byte");
	if (end == l->at)
		return 0;
	*out = take(l, end);
	return 1;
}

int
lex_bare(struct lexer *l, struct str *out)
{
	return take_until(l, ends_bare, out);
}

int
lex_field_arg(struct lexer *l, struct str *out)
{
	return take_until(l, ends_field_arg, out);
}

/*
 * The character that the escape at text[*at] (its backslash) stands for; *at
 * moves behind it.
 */
static int
unescape(struct lexer *l, char quote, size_t *at, char *out)
{
	/* the blank is Falco's: old rules have it */
	static const char from[] = "bfnrt\\/ ", to[] = "\b\f\n\r\t\\/\\";
	char c = peek(l, *at + 1);
	const char *known = c ? strchr(from, c) : NULL;
	int high, low;

	if (known || c == quote) {
		*out = known ? to[known - from] : quote;
		*at += 2;
		return 0;
	}
	high = hex_value(peek(l, *at + 2));
	low = high < 0 ? -1 : hex_value(peek(l, *at + 3));
	if (c != 'x' || low < 0)
		return lex_fail(l, *at, "unsupported string escape sequence");
	*out = (char)(high * 16 + low); /* NUL too: buffers may hold it */
	*at += 4;
	return 0;
}

static int
unescape_all(struct lexer *l, char quote, size_t from, size_t end,
    struct str *out)
{
	char *p = arena_bytes(l->arena, end - from);
	size_t n = 0;

	if (!p)
		return lex_no_memory(l);
	while (from < end) {
		int err = 0;

		if (l->text.p[from] == '\\')
			err = unescape(l, quote, &from, &p[n]);
		else
			p[n] = l->text.p[from++];
		if (err)
			return err;
		n++;
	}
	*out = (struct str){ p, n };
	return 0;
}

int
lex_quoted(struct lexer *l, struct str *out)
{
	char quote = peek(l, l->at);
	size_t from = l->at + 1, end;
	bool escapes = false;
	int err;

	if (quote != '"' && quote != '\'')
		return 0;
	for (end = from; end < l->text.n && l->text.p[end] != quote; end++) {
		if (l->text.p[end] == '\0')
			return lex_fail(l, end,
			    "a value cannot hold a NUL byte");
		if (l->text.p[end] != '\\')
			continue;
		escapes = true;
		end++;
	}
	if (end >= l->text.n)
		return lex_fail(l, l->at, "expected a closing %c", quote);
	*out = str_sub(l->text, from, end);
	if (escapes) {
		err = unescape_all(l, quote, from, end, out);
		if (err)
			return err;
	}
	take(l, end + 1);
	return 1;
}
