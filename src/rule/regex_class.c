/*
 * Character sets of regular expressions: sorted by nothing, searched in order;
 * they are short.
 */
#include "rule/regex_prog.h"

#define LAST_CHAR 0x10ffff

void
range_add(struct range_set *set, uint32_t lo, uint32_t hi)
{
	if (set->n == set->size) {
		uint32_t size = set->size ? set->size * 2 : 4;
		struct range *at = arena_array(set->arena, size, sizeof(*at));

		if (!at) {
			set->failed = true;
			return;
		}
		if (set->n)
			memcpy(at, set->at, set->n * sizeof(*at));
		set->at = at;
		set->size = size;
	}
	set->at[set->n++] = (struct range){ lo, hi };
}

struct named {
	const char *name;
	struct range at[4]; /* sorted; ends with {0, 0} unless full */
};

static const struct named named_sets[] = {
	{ "alnum", { { '0', '9' }, { 'A', 'Z' }, { 'a', 'z' } } },
	{ "alpha", { { 'A', 'Z' }, { 'a', 'z' } } },
	{ "ascii", { { 0, 0x7f } } },
	{ "blank", { { '\t', '\t' }, { ' ', ' ' } } },
	{ "cntrl", { { 0, 0x1f }, { 0x7f, 0x7f } } },
	{ "digit", { { '0', '9' } } },
	{ "graph", { { '!', '~' } } },
	{ "lower", { { 'a', 'z' } } },
	{ "print", { { ' ', '~' } } },
	{ "punct", { { '!', '/' }, { ':', '@' }, { '[', '`' }, { '{', '~' } } },
	{ "space", { { '\t', '\r' }, { ' ', ' ' } } },
	{ "upper", { { 'A', 'Z' } } },
	{ "word", { { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' } } },
	{ "xdigit", { { '0', '9' }, { 'A', 'F' }, { 'a', 'f' } } },
	/* Perl's \s lacks the vertical tab. */
	{ "s", { { '\t', '\n' }, { '\f', '\r' }, { ' ', ' ' } } },
};

static void
add_all(struct range_set *set, const struct named *named, bool negated)
{
	uint32_t from = 0;

	for (int i = 0; i < 4; i++) {
		const struct range *r = &named->at[i];

		if (i && !r->hi)
			break;
		if (!negated)
			range_add(set, r->lo, r->hi);
		else if (r->lo > from)
			range_add(set, from, r->lo - 1);
		from = r->hi + 1;
	}
	if (negated)
		range_add(set, from, LAST_CHAR);
}

bool
range_add_named(struct range_set *set, struct str name, bool negated)
{
	size_t n = sizeof(named_sets) / sizeof(*named_sets);

	for (size_t i = 0; i < n; i++)
		if (str_eq(name, str_from(named_sets[i].name))) {
			add_all(set, &named_sets[i], negated);
			return true;
		}
	return false;
}

bool
range_add_perl(struct range_set *set, char letter)
{
	switch (letter) {
	case 'd':
	case 'D':
		return range_add_named(set, STR("digit"), letter == 'D');
	case 's':
	case 'S':
		return range_add_named(set, STR("s"), letter == 'S');
	case 'w':
	case 'W':
		return range_add_named(set, STR("word"), letter == 'W');
	default:
		return false;
	}
}

/* The part of r in [lo, hi], moved by shift. */
static void
fold_part(struct range_set *set, struct range r, uint32_t lo, uint32_t hi,
    int shift)
{
	uint32_t from = r.lo > lo ? r.lo : lo, to = r.hi < hi ? r.hi : hi;

	if (from <= to)
		range_add(set, (uint32_t)((int)from + shift),
		    (uint32_t)((int)to + shift));
}

void
range_fold(struct range_set *set)
{
	uint32_t n = set->n;

	for (uint32_t i = 0; i < n && !set->failed; i++) {
		fold_part(set, set->at[i], 'a', 'z', 'A' - 'a');
		fold_part(set, set->at[i], 'A', 'Z', 'a' - 'A');
	}
}
