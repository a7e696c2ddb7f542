/*
 * Objects by name: an array in order of definition, and a hash index over it.
 */
#include "rule/names.h"

static size_t
find_cell(const struct names *names, struct str name)
{
	size_t mask = names->n_cells - 1;
	size_t i = (size_t)str_hash(name, 0) & mask;

	while (names->cells[i] &&
	    !str_eq(names->at[names->cells[i] - 1]->name, name))
		i = (i + 1) & mask;
	return i;
}

ptrdiff_t
names_find(const struct names *names, struct str name)
{
	if (!names->n)
		return -1;
	return (ptrdiff_t)names->cells[find_cell(names, name)] - 1;
}

struct named *
names_get(const struct names *names, struct str name)
{
	ptrdiff_t i = names_find(names, name);

	return i < 0 ? NULL : names->at[i];
}

/* Room for `size` objects, with the index at most half full. */
static bool
resize(struct names *names, struct arena *a, size_t size)
{
	struct names grown = { .n = names->n,
		.size = size,
		.n_cells = 2 * size };

	grown.at = arena_array(a, size, sizeof(*grown.at));
	grown.cells = arena_array(a, grown.n_cells, sizeof(*grown.cells));
	if (!grown.at || !grown.cells)
		return false;
	if (names->n)
		memcpy(grown.at, names->at, names->n * sizeof(*grown.at));
	for (size_t i = 0; i < grown.n; i++)
		grown.cells[find_cell(&grown, grown.at[i]->name)] =
		    (uint32_t)i + 1;
	*names = grown;
	return true;
}

bool
names_put(struct names *names, struct arena *a, struct named *object)
{
	ptrdiff_t i = names_find(names, object->name);

	if (i >= 0) {
		names->at[i] = object;
		return true;
	}
	if (names->n == names->size &&
	    !resize(names, a, names->size ? 2 * names->size : 64))
		return false;
	names->at[names->n] = object;
	names->cells[find_cell(names, object->name)] = (uint32_t)++names->n;
	return true;
}

bool
names_copy(const struct names *from, struct arena *a, struct names *to)
{
	*to = *from;
	return from->size == 0 || resize(to, a, from->size);
}

const char *
names_nearest(const struct names *names, struct str word)
{
	unsigned limit = word.n < 6 ? 1 : (unsigned)(word.n / 3);
	const char *best = NULL;

	for (size_t i = 0; i < names->n && limit > 0; i++) {
		struct str name = names->at[i]->name;
		unsigned far = str_distance(word, name, limit);

		if (far > limit)
			continue;
		best = name.p;
		limit = far ? far - 1 : 0;
	}
	return best;
}
