/*
 * struct str: borrowed bytes with a length. It never owns, is never assumed to
 * end in NUL, and may hold any byte.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_NONE     ((struct str){ NULL, 0 })
/* For "%.*s"; lengths over INT_MAX do not occur under our caps. */
#define STR_ARG(s) (int)(s).n, (s).p

static inline struct str
str_from(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* memcmp order, the shorter one first when one is a prefix. */
int
str_cmp(struct str a, struct str b);
bool
str_eq_nocase(struct str a, struct str b); /* ASCII only */
bool
str_starts(struct str s, struct str prefix);
bool
str_ends(struct str s, struct str suffix);
/* Index of the first occurrence, or -1. An empty needle is found at 0. */
ptrdiff_t
str_find(struct str s, struct str needle);
ptrdiff_t
str_find_nocase(struct str s, struct str needle); /* ASCII only */
ptrdiff_t
str_find_char(struct str s, char c);
ptrdiff_t
str_rfind_char(struct str s, char c);
/* Bytes [from, to), clamped to the text. */
struct str
str_sub(struct str s, size_t from, size_t to);
/* Without leading and trailing [[:space:]]. */
struct str
str_trim(struct str s);
/*
 * Whole text as a number: decimal, or hexadecimal after 0x. False when empty,
 * when anything is left over or when it does not fit. str_to_i64 takes a sign.
 */
bool
str_to_u64(struct str s, uint64_t *out);
bool
str_to_i64(struct str s, int64_t *out);
/* true/false/1/0/yes/no/on/off in any case; false when it is none of them. */
bool
str_to_switch(struct str s, bool *out);
/* FNV-1a, 64 bits: not for hostile keys without a seed. */
uint64_t
str_hash(struct str s, uint64_t seed);
/* Edit distance, capped: returns limit + 1 as soon as it is larger. */
unsigned
str_distance(struct str a, struct str b, unsigned limit);
/* The nearest of n names within a third of its length, or NULL. */
const char *
str_nearest(struct str word, const char *const *names, size_t n);

/* Cursor over the pieces between separators: false when none is left. */
bool
str_split(struct str *rest, char separator, struct str *piece);

#endif
