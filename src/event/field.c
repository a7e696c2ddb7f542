/*
 * The fields as a table, built from fields.def, and their names.
 */
#include "event/field.h"

static const struct field_info fields[FIELD_COUNT] = {
	[FIELD_NONE] = { "", FT_STR, FA_NONE, 0, FS_ABSENT, 0, "" },
#define FIELD(id, ...) [FIELD_##id] = { __VA_ARGS__ },
#include "event/fields.def"
#undef FIELD
};

static const char *const names[] = {
#define FIELD(id, name, ...) name,
#include "event/fields.def"
#undef FIELD
};

const struct field_info *
field_info(enum field_id id)
{
	return &fields[(unsigned)id < FIELD_COUNT ? id : FIELD_NONE];
}

/* The order of str_cmp() without measuring the name first. */
static int
compare(struct str s, const char *name)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != name[i] || !name[i])
			return (unsigned char)s.p[i] < (unsigned char)name[i]
			    ? -1
			    : 1;
	return name[s.n] ? -1 : 0;
}

enum field_id
field_by_name(struct str name)
{
	unsigned low = FIELD_NONE + 1, high = FIELD_COUNT;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		int order = compare(name, fields[middle].name);

		if (order == 0)
			return (enum field_id)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return FIELD_NONE;
}

const char *
field_nearest(struct str name)
{
	return str_nearest(name, names, sizeof(names) / sizeof(*names));
}
