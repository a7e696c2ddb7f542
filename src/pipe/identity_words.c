/*
 * What a person says of the container: "id=3ad7b26ded6d,name=web,...".
 */
#include "base/err.h"
#include "pipe/identity.h"
#include "state/container.h"

#define LIST_MAX 64

enum word_key {
	KEY_ID,
	KEY_FULL_ID,
	KEY_NAME,
	KEY_IMAGE,
	KEY_IMAGE_ID,
	KEY_TYPE,
	KEY_IP,
	KEY_PRIVILEGED,
	KEY_MOUNT,
	KEY_COUNT
};

static const char *const key_names[KEY_COUNT] = {
	[KEY_ID] = "id",
	[KEY_FULL_ID] = "full_id",
	[KEY_NAME] = "name",
	[KEY_IMAGE] = "image",
	[KEY_IMAGE_ID] = "image_id",
	[KEY_TYPE] = "type",
	[KEY_IP] = "ip",
	[KEY_PRIVILEGED] = "privileged",
	[KEY_MOUNT] = "mount",
};

struct lists {
	struct container_pair labels[LIST_MAX];
	struct container_mount mounts[LIST_MAX];
	size_t n_labels, n_mounts;
};

static void
take_image(struct container *out, struct str image)
{
	struct image_reference r;

	container_parse_image(image, &r);
	out->image = image;
	out->repository = r.repository;
	out->tag = r.tag;
	out->digest = r.digest;
}

static void
take_id(struct container *out, struct str id)
{
	out->id = container_short_id(id);
	if (id.n > CONTAINER_ID_SHORT)
		out->full_id = id;
}

static int
take_mount(struct lists *l, struct str text, struct diag *d)
{
	struct container_mount m = { .rdwr = STR("true") };

	if (!str_split(&text, ':', &m.source) ||
	    !str_split(&text, ':', &m.dest) || !m.source.n || !m.dest.n) {
		diag_set(d, "mount needs SOURCE:DEST");
		return ERR_INVAL;
	}
	m.mode = text;
	if (str_eq(text, STR("ro")))
		m.rdwr = STR("false");
	if (l->n_mounts == LIST_MAX)
		return ERR_LIMIT;
	l->mounts[l->n_mounts++] = m;
	return 0;
}

static int
take_label(struct lists *l, struct str key, struct str value)
{
	if (l->n_labels == LIST_MAX)
		return ERR_LIMIT;
	l->labels[l->n_labels++] = (struct container_pair){ key, value };
	return 0;
}

static int
take_privileged(struct container *out, struct str value, struct diag *d)
{
	bool on;

	if (!str_to_switch(value, &on)) {
		diag_set(d, "privileged takes true or false, not '%.*s'",
		    STR_ARG(value));
		return ERR_INVAL;
	}
	out->privileged = on;
	return 0;
}

static int
unknown_key(struct str key, struct diag *d)
{
	const char *near = str_nearest(key, key_names, KEY_COUNT);

	diag_set(d, "'%.*s' is nothing that a container has", STR_ARG(key));
	if (near)
		diag_hint(d, "did you mean '%s'?", near);
	return ERR_INVAL;
}

static int
take(struct container *out, struct lists *l, struct str key, struct str value,
    struct diag *d)
{
	struct str label = STR("label.");
	int k = 0;

	if (str_starts(key, label) && key.n > label.n)
		return take_label(l, str_sub(key, label.n, key.n), value);
	while (k < KEY_COUNT && !str_eq(key, str_from(key_names[k])))
		k++;
	switch ((enum word_key)k) {
	case KEY_ID:
		take_id(out, value);
		return 0;
	case KEY_FULL_ID:
		out->full_id = value;
		return 0;
	case KEY_NAME:
		out->name = value;
		return 0;
	case KEY_IMAGE:
		take_image(out, value);
		return 0;
	case KEY_IMAGE_ID:
		out->image_id = value;
		return 0;
	case KEY_TYPE:
		out->type = value;
		return 0;
	case KEY_IP:
		out->ip = value;
		return 0;
	case KEY_PRIVILEGED:
		return take_privileged(out, value, d);
	case KEY_MOUNT:
		return take_mount(l, value, d);
	case KEY_COUNT:
		break;
	}
	return unknown_key(key, d);
}

static int
keep_lists(struct arena *a, const struct lists *l, struct container *out)
{
	struct container_pair *labels =
	    arena_array(a, l->n_labels, sizeof(*labels));
	struct container_mount *mounts =
	    arena_array(a, l->n_mounts, sizeof(*mounts));

	if ((l->n_labels && !labels) || (l->n_mounts && !mounts))
		return ERR_NOMEM;
	if (l->n_labels) {
		memcpy(labels, l->labels, l->n_labels * sizeof(*labels));
		out->labels = labels;
		out->n_labels = l->n_labels;
	}
	if (l->n_mounts) {
		memcpy(mounts, l->mounts, l->n_mounts * sizeof(*mounts));
		out->mounts = mounts;
		out->n_mounts = l->n_mounts;
	}
	return 0;
}

static void
become_host(struct container *out)
{
	*out = (struct container){ .id = STR("host"),
		.name = STR("host"),
		.type = STR("host"),
		.privileged = -1 };
}

int
identity_parse_words(struct arena *a, struct str words, struct container *out,
    struct diag *d)
{
	struct lists l = { .n_labels = 0 };
	struct str rest, piece;
	int r = 0;

	words = str_trim(words);
	if (str_eq(words, STR("host"))) {
		become_host(out);
		return 0;
	}
	rest = arena_str(a, words);
	if (!rest.p)
		return ERR_NOMEM;
	while (!r && str_split(&rest, ',', &piece)) {
		ptrdiff_t equals = str_find_char(piece, '=');

		if (equals <= 0) {
			diag_set(d, "'%.*s' is not KEY=VALUE", STR_ARG(piece));
			diag_hint(d, "write id=...,name=...,image=... or host");
			return ERR_INVAL;
		}
		r = take(out, &l, str_trim(str_sub(piece, 0, (size_t)equals)),
		    str_trim(str_sub(piece, (size_t)equals + 1, piece.n)), d);
	}
	if (r == ERR_LIMIT)
		diag_set(d, "more than %d labels or mounts", LIST_MAX);
	return r ? r : keep_lists(a, &l, out);
}
