/*
 * Borrowed text: comparing, searching, numbers, nearest names.
 */
#include "base/str.h"

/* Longest name that str_distance compares; longer ones are simply far away. */
#define DISTANCE_MAX 127

static unsigned char
lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

bool
str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq((struct str){ s.p, prefix.n }, prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	    str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

ptrdiff_t
str_find(struct str s, struct str needle)
{
	const char *at;

	if (!needle.n)
		return 0;
	if (needle.n > s.n)
		return -1;
	at = memmem(s.p, s.n, needle.p, needle.n);
	return at ? at - s.p : -1;
}

ptrdiff_t
str_find_nocase(struct str s, struct str needle)
{
	for (size_t i = 0; i + needle.n <= s.n; i++) {
		struct str here = { s.p ? s.p + i : s.p, needle.n };

		if (str_eq_nocase(here, needle))
			return (ptrdiff_t)i;
	}
	return -1;
}

ptrdiff_t
str_find_char(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? at - s.p : -1;
}

ptrdiff_t
str_rfind_char(struct str s, char c)
{
	const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;

	return at ? at - s.p : -1;
}

struct str
str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){ s.p ? s.p + from : s.p, to - from };
}

struct str
str_trim(struct str s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (lower(c) >= 'a' && lower(c) <= 'f')
		return lower(c) - 'a' + 10;
	return 99;
}

bool
str_to_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;
	unsigned base = 10;

	if (s.n > 2 && s.p[0] == '0' && lower(s.p[1]) == 'x') {
		base = 16;
		s = str_sub(s, 2, s.n);
	}
	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)digit(s.p[i]);

		if (d >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, d, &v))
			return false;
	}
	*out = v;
	return true;
}

bool
str_to_i64(struct str s, int64_t *out)
{
	bool negative = s.n && s.p[0] == '-';
	uint64_t v;

	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_sub(s, 1, s.n);
	if (!str_to_u64(s, &v) || v > (uint64_t)INT64_MAX + negative)
		return false;
	*out = (int64_t)(negative ? 0 - v : v);
	return true;
}

bool
str_to_switch(struct str s, bool *out)
{
	static const char *const words[2][4] = {
		{ "false", "0", "no", "off" },
		{ "true", "1", "yes", "on" },
	};

	for (size_t i = 0; i < 8; i++)
		if (str_eq_nocase(s, str_from(words[i / 4][i % 4]))) {
			*out = i >= 4;
			return true;
		}
	return false;
}

uint64_t
str_hash(struct str s, uint64_t seed)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ seed;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* Insertions, deletions, replacements and swapped neighbours count one each. */
unsigned
str_distance(struct str a, struct str b, unsigned limit)
{
	unsigned rows[3][DISTANCE_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];
	size_t gap = a.n > b.n ? a.n - b.n : b.n - a.n;

	if (gap > limit || a.n > DISTANCE_MAX || b.n > DISTANCE_MAX)
		return str_eq(a, b) ? 0 : limit + 1;
	for (size_t j = 0; j <= b.n; j++)
		above[j] = before[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned best = row[0] = (unsigned)i, *recycled = before;

		for (size_t j = 1; j <= b.n; j++) {
			unsigned differs = a.p[i - 1] != b.p[j - 1];

			row[j] = min3(above[j] + 1, row[j - 1] + 1,
			    above[j - 1] + differs);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1] && before[j - 2] < row[j])
				row[j] = before[j - 2] + differs;
			best = row[j] < best ? row[j] : best;
		}
		if (best > limit + 1)
			return limit + 1;
		before = above;
		above = row;
		row = recycled;
	}
	return above[b.n] > limit ? limit + 1 : above[b.n];
}

const char *
str_nearest(struct str word, const char *const *names, size_t n)
{
	unsigned limit = word.n < 6 ? 1 : (unsigned)(word.n / 3);
	const char *nearest = NULL;

	if (!word.n || word.n > DISTANCE_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		unsigned far = str_distance(word, str_from(names[i]), limit);

		if (far > limit)
			continue;
		nearest = names[i];
		if (far == 0)
			break;
		limit = far - 1;
	}
	return nearest;
}

bool
str_split(struct str *rest, char separator, struct str *piece)
{
	ptrdiff_t at;

	if (!rest->p)
		return false;
	at = str_find_char(*rest, separator);
	if (at < 0) {
		*piece = *rest;
		*rest = STR_NONE;
		return true;
	}
	*piece = str_sub(*rest, 0, (size_t)at);
	*rest = str_sub(*rest, (size_t)at + 1, rest->n);
	return true;
}
