/*
 * Lexical path arithmetic; path_resolution(7) without the links.
 */
#include "state/path.h"

struct builder {
	char *p;
	size_t n;
	size_t floor; /* ".." removes nothing before this */
};

/* Appends the components of s, each with a slash in front. */
static void
components(struct builder *b, struct str s)
{
	struct str part;

	while (str_split(&s, '/', &part)) {
		if (part.n == 0 || str_eq(part, STR(".")))
			continue;
		if (str_eq(part, STR(".."))) {
			while (b->n > b->floor && b->p[b->n - 1] != '/')
				b->n--;
			if (b->n > b->floor)
				b->n--;
			continue;
		}
		b->p[b->n++] = '/';
		memcpy(b->p + b->n, part.p, part.n);
		b->n += part.n;
	}
}

static bool
absolute(struct str s)
{
	return s.n && s.p[0] == '/';
}

struct str
path_resolve(struct arena *a, struct str base, struct str name)
{
	struct builder b = { 0 };

	if (absolute(name))
		base = STR_NONE;
	if (base.n >= PATH_LIMIT || name.n >= PATH_LIMIT ||
	    base.n + name.n + 1 > PATH_LIMIT)
		return PATH_TOO_LONG;
	b.p = arena_bytes(a, base.n + name.n + 4);
	if (!b.p)
		return STR_NONE;
	if (base.n && !absolute(base)) {
		/* "<UNKNOWN>": nothing above it is known. */
		memcpy(b.p, base.p, base.n);
		b.n = base.n;
		while (b.n && b.p[b.n - 1] == '/')
			b.n--;
		b.floor = b.n;
	} else {
		components(&b, base);
	}
	components(&b, name);
	if (b.n == 0)
		b.p[b.n++] = '/';
	b.p[b.n] = '\0';
	return (struct str){ b.p, b.n };
}

/* Copies s, repeated slashes as one, also against what is there already. */
static void
squeeze(struct builder *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '/' || b->n == 0 || b->p[b->n - 1] != '/')
			b->p[b->n++] = s.p[i];
}

struct str
path_raw(struct arena *a, struct str name)
{
	struct builder b = { .p = arena_bytes(a, name.n + 1) };

	if (!b.p)
		return STR_NONE;
	squeeze(&b, name);
	b.p[b.n] = '\0';
	return (struct str){ b.p, b.n };
}

struct str
path_directory(struct str path)
{
	ptrdiff_t slash = str_rfind_char(path, '/');

	if (slash < 0)
		return path;
	return slash == 0 ? STR("/") : str_sub(path, 0, (size_t)slash);
}

struct str
path_last(struct str path)
{
	ptrdiff_t slash = str_rfind_char(path, '/');

	return slash < 0 ? path : str_sub(path, (size_t)slash + 1, path.n);
}
