/*
 * The container's document of the Amazon ECS task metadata endpoint, version 4
 * (the answer to ${ECS_CONTAINER_METADATA_URI_V4}).
 */
#include "base/err.h"
#include "conf/json.h"
#include "pipe/identity.h"
#include "state/container.h"

#define LABELS_MAX 64
#define MOUNTS_MAX 64

static struct str
text_at(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n && n->kind == YAML_SCALAR ? n->value : STR_NONE;
}

static void
take_image(const struct yaml_node *doc, struct container *out)
{
	struct image_reference r;
	struct str id = text_at(doc, "ImageID"), algorithm = STR("sha256:");

	out->image = text_at(doc, "Image");
	container_parse_image(out->image, &r);
	out->repository = r.repository;
	out->tag = r.tag;
	out->digest = r.digest;
	if (str_starts(id, algorithm))
		id = container_short_id(str_sub(id, algorithm.n, id.n));
	out->image_id = id;
}

static int
take_labels(struct arena *a, const struct yaml_node *doc, struct container *out)
{
	const struct yaml_node *map = yaml_get(doc, "Labels");
	struct container_pair *at;
	size_t n;

	if (!map || map->kind != YAML_MAP || !map->n)
		return 0;
	n = map->n < LABELS_MAX ? map->n : LABELS_MAX;
	at = arena_array(a, n, sizeof(*at));
	if (!at)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		at[i] = (struct container_pair){ map->pairs[i].key->value,
			map->pairs[i].value->value };
	out->labels = at;
	out->n_labels = n;
	return 0;
}

/* "Volumes": [{ "Source": ..., "Destination": ... }], where the agent tells. */
static int
take_volumes(struct arena *a, const struct yaml_node *doc,
    struct container *out)
{
	const struct yaml_node *list = yaml_get(doc, "Volumes");
	struct container_mount *at;
	size_t n;

	if (!list || list->kind != YAML_SEQ || !list->n)
		return 0;
	n = list->n < MOUNTS_MAX ? list->n : MOUNTS_MAX;
	at = arena_array(a, n, sizeof(*at));
	if (!at)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		at[i] = (struct container_mount){
			.source = text_at(list->items[i], "Source"),
			.dest = text_at(list->items[i], "Destination"),
			.rdwr = STR("true"),
		};
	out->mounts = at;
	out->n_mounts = n;
	return 0;
}

static void
take_network(const struct yaml_node *doc, struct container *out)
{
	const struct yaml_node *first = yaml_at(yaml_get(doc, "Networks"), 0);
	const struct yaml_node *ip =
	    yaml_at(yaml_get(first, "IPv4Addresses"), 0);

	if (ip && ip->kind == YAML_SCALAR)
		out->ip = ip->value;
}

int
identity_parse_metadata(struct arena *a, struct str json, struct container *out,
    struct diag *d)
{
	struct yaml_node *doc;
	struct str id;
	int r = json_parse(a, json, &doc, d);

	if (r)
		return r;
	id = text_at(doc, "DockerId");
	if (!id.n) {
		diag_set(d, "no DockerId in the container's metadata");
		return ERR_INVAL;
	}
	out->id = container_short_id(id);
	out->full_id = id;
	out->type = STR("ecs");
	out->name = text_at(doc, "Name");
	take_image(doc, out);
	take_network(doc, out);
	r = take_labels(a, doc, out);
	return r ? r : take_volumes(a, doc, out);
}
