/*
 * Wildcard matching: on a mismatch only the last "*" is tried again, so time
 * is at most length times length.
 */
#include "rule/glob.h"

static unsigned char
lower(char c, bool fold)
{
	unsigned char u = (unsigned char)c;

	return fold && u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

static bool
in_named(struct str name, unsigned char c)
{
	bool upper = c >= 'A' && c <= 'Z', small = c >= 'a' && c <= 'z';
	bool digit = c >= '0' && c <= '9', graph = c > ' ' && c < 0x7f;

	if (str_eq(name, STR("alpha")))
		return upper || small;
	if (str_eq(name, STR("digit")))
		return digit;
	if (str_eq(name, STR("alnum")))
		return upper || small || digit;
	if (str_eq(name, STR("upper")))
		return upper;
	if (str_eq(name, STR("lower")))
		return small;
	if (str_eq(name, STR("space")))
		return c == ' ' || (c >= '\t' && c <= '\r');
	if (str_eq(name, STR("blank")))
		return c == ' ' || c == '\t';
	if (str_eq(name, STR("punct")))
		return graph && !upper && !small && !digit;
	if (str_eq(name, STR("xdigit")))
		return digit || ((c | 32) >= 'a' && (c | 32) <= 'f');
	if (str_eq(name, STR("print")))
		return graph || c == ' ';
	if (str_eq(name, STR("graph")))
		return graph;
	return str_eq(name, STR("cntrl")) && (c < ' ' || c == 0x7f);
}

/* One member of a set: advances *at and says whether c is it. */
static bool
set_member(struct str p, size_t *at, unsigned char c, bool fold)
{
	struct str rest = str_sub(p, *at, p.n);
	ptrdiff_t end = str_find(rest, STR(":]"));
	unsigned char lo, hi;

	if (str_starts(rest, STR("[:")) && end >= 2) {
		*at += (size_t)end + 2;
		return in_named(str_sub(rest, 2, (size_t)end), c);
	}
	if (p.p[*at] == '\\' && *at + 1 < p.n)
		++*at;
	lo = hi = lower(p.p[(*at)++], fold);
	if (*at + 1 < p.n && p.p[*at] == '-' && p.p[*at + 1] != ']') {
		++*at;
		if (p.p[*at] == '\\' && *at + 1 < p.n)
			++*at;
		hi = lower(p.p[(*at)++], fold);
	}
	return c >= lo && c <= hi;
}

/*
 * The set that begins after '[' at *at. 1 or 0: whether it has c, and *at is
 * behind it; -1: there is no closing bracket, so '[' is itself.
 */
static int
match_set(struct str p, size_t *at, char byte, bool fold)
{
	unsigned char c = lower(byte, fold);
	size_t i = *at;
	bool negated = i < p.n && (p.p[i] == '!' || p.p[i] == '^');
	bool found = false, first = true;

	i += negated;
	while (i < p.n && (first || p.p[i] != ']')) {
		first = false;
		if (set_member(p, &i, c, fold))
			found = true;
	}
	if (i >= p.n)
		return -1;
	*at = i + 1;
	return found != negated;
}

/* Matches one byte against the pattern at *at (no '*') and advances it. */
static bool
match_one(struct str p, size_t *at, char c, bool fold)
{
	int in_set;

	if (*at >= p.n)
		return false;
	if (p.p[*at] == '?') {
		++*at;
		return true;
	}
	if (p.p[*at] == '[') {
		size_t inside = *at + 1;

		in_set = match_set(p, &inside, c, fold);
		if (in_set >= 0) {
			*at = inside;
			return in_set == 1;
		}
	}
	/* As glibc, a backslash at the very end matches nothing. */
	if (p.p[*at] == '\\' && ++*at == p.n)
		return false;
	return lower(p.p[(*at)++], fold) == lower(c, fold);
}

bool
glob_match(struct str pattern, struct str text, bool fold)
{
	size_t at = 0, i = 0, star = SIZE_MAX, from = 0;

	while (i < text.n) {
		if (at < pattern.n && pattern.p[at] == '*') {
			star = ++at;
			from = i;
			continue;
		}
		if (match_one(pattern, &at, text.p[i], fold)) {
			i++;
			continue;
		}
		if (star == SIZE_MAX)
			return false;
		at = star;
		i = ++from;
	}
	while (at < pattern.n && pattern.p[at] == '*')
		at++;
	return at == pattern.n;
}

/* The next component of a path; empty ones are skipped. */
static bool
next_component(struct str *rest, struct str *out)
{
	while (str_split(rest, '/', out))
		if (out->n)
			return true;
	return false;
}

bool
glob_path_prefix(struct str prefix, struct str path)
{
	bool absolute = prefix.n && prefix.p[0] == '/';
	struct str want, have;

	if (!prefix.n || absolute != (path.n && path.p[0] == '/'))
		return false;
	while (next_component(&prefix, &want)) {
		if (!next_component(&path, &have))
			return false;
		if (!glob_match(want, have, false))
			return false;
	}
	return true;
}
