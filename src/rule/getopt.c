/*
 * The getopt transformer: getopt(3) in POSIX order (the first argument that is
 * no option ends them) over texts; long options are passed over.
 */
#include "rule/values.h"

struct found {
	char name;   /* as getopt() returns it: '?' or ':' on a problem */
	char letter; /* as it was given */
	bool takes;  /* wants an argument */
	struct str value;
};

struct scan {
	const struct value *args;
	size_t n, at;  /* current argument */
	size_t inside; /* position in a group such as -abc; 0: at its start */
	struct str letters;
	bool colon; /* a leading colon: ':' for a missing argument */
};

/* At the next option letter; false at the end of the options. */
static bool
next_letter(struct scan *s)
{
	for (; !s->inside && s->at < s->n; s->at++) {
		struct str arg = s->args[s->at].s;

		if (arg.n < 2 || arg.p[0] != '-')
			return false;
		if (arg.p[1] != '-') {
			s->inside = 1;
			return true;
		}
		if (arg.n == 2)
			return false;
	}
	return s->inside != 0;
}

/* The option's argument: the rest of the word, or the next word. */
static void
take_value(struct scan *s, struct found *f)
{
	struct str arg = s->args[s->at].s;

	f->takes = true;
	if (s->inside < arg.n) {
		f->value = str_sub(arg, s->inside, arg.n);
	} else if (s->at + 1 < s->n) {
		f->value = s->args[++s->at].s;
	} else {
		f->name = s->colon ? ':' : '?';
		f->value = STR("");
	}
	s->inside = 0;
	s->at++;
}

static bool
next_option(struct scan *s, struct found *f)
{
	struct str arg;
	ptrdiff_t at;

	if (!next_letter(s))
		return false;
	arg = s->args[s->at].s;
	*f = (struct found){ .letter = arg.p[s->inside++] };
	f->name = f->letter;
	at = f->letter == ':' ? -1 : str_find_char(s->letters, f->letter);
	if (at >= 0 && (size_t)at + 1 < s->letters.n &&
	    s->letters.p[at + 1] == ':') {
		take_value(s, f);
		return true;
	}
	if (at < 0)
		f->name = '?';
	if (s->inside == arg.n) {
		s->inside = 0;
		s->at++;
	}
	return true;
}

static struct value
text_value(const char *p, size_t n)
{
	return (struct value){ .kind = VALUE_STR, .s = { p, n } };
}

static struct value
letter_value(struct arena *scratch, char c)
{
	char *p = arena_bytes(scratch, 1);

	if (p)
		*p = c;
	return p ? text_value(p, 1) : (struct value){ .kind = VALUE_NONE };
}

/* [c]: the last one given counts. */
static struct value
one_option(struct arena *scratch, struct scan *s, char letter)
{
	struct value out = { .kind = VALUE_NONE };
	struct found f;

	while (next_option(s, &f)) {
		if (f.letter != letter || (f.name == '?' && !f.takes))
			continue;
		out = f.takes ? text_value(f.value.p, f.value.n)
			      : letter_value(scratch, letter);
	}
	return out;
}

struct value
transform_getopt(struct arena *scratch, const struct value *args, size_t n,
    struct str letters, char letter)
{
	struct scan s = { .args = args, .n = n, .letters = letters };
	struct value *at, list = { .kind = VALUE_LIST };
	size_t most = 0;
	struct found f;

	s.colon = str_starts(letters, STR(":"));
	if (letter)
		return one_option(scratch, &s, letter);
	for (size_t i = 0; i < n; i++)
		most += args[i].s.n;
	/* Every letter yields at most a name, the letter itself and a value. */
	at = arena_array(scratch, most * 3 + 1, sizeof(*at));
	if (!at)
		return (struct value){ .kind = VALUE_NONE };
	list.list.at = at;
	while (next_option(&s, &f)) {
		at[list.list.n++] = letter_value(scratch, f.name);
		if (f.takes && f.name != f.letter)
			at[list.list.n++] = letter_value(scratch, f.letter);
		if (f.takes)
			at[list.list.n++] = text_value(f.value.p, f.value.n);
	}
	return list;
}
