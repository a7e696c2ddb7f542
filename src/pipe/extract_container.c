/*
 * container.*: what identity found out at start. What it did not is missing.
 */
#include "pipe/extract_parts.h"
#include "rule/glob.h"

static const struct container *
container(const struct ask *q)
{
	return q->x->context->container;
}

#define TEXT_OF(name, field)                                              \
	void get_container_##name(const struct ask *q, struct value *out) \
	{                                                                 \
		set_filled(out, container(q)->field);                     \
	}
TEXT_OF(id, id)
TEXT_OF(full_id, full_id)
TEXT_OF(name, name)
TEXT_OF(image, image)
TEXT_OF(image_id, image_id)
TEXT_OF(image_repository, repository)
TEXT_OF(image_tag, tag)
TEXT_OF(image_digest, digest)
TEXT_OF(type, type)
TEXT_OF(ip, ip)

void
get_container_privileged(const struct ask *q, struct value *out)
{
	if (container(q)->privileged >= 0)
		set_bool(out, container(q)->privileged);
}

void
get_container_start_ts(const struct ask *q, struct value *out)
{
	if (container(q)->start_ns)
		set_u64(out, container(q)->start_ns);
}

void
get_container_duration(const struct ask *q, struct value *out)
{
	uint64_t start = container(q)->start_ns, now = q->x->event->time_ns;

	if (start)
		set_u64(out, now > start ? now - start : 0);
}

void
get_container_label(const struct ask *q, struct value *out)
{
	const struct container *c = container(q);

	for (size_t i = 0; i < c->n_labels; i++)
		if (str_eq(c->labels[i].key, q->f->key))
			set_str(out, c->labels[i].value);
}

#define LIST_BYTES 4096

void
get_container_labels(const struct ask *q, struct value *out)
{
	const struct container *c = container(q);
	struct buf b;

	if (!c->n_labels)
		return;
	b = scratch_buf(q->x, LIST_BYTES);
	for (size_t i = 0; i < c->n_labels; i++) {
		struct str key = c->labels[i].key;

		if (str_starts(key, STR("annotation.")) ||
		    str_starts(key, STR("io.kubernetes.")))
			continue;
		if (b.n)
			buf_zput(&b, ", ");
		buf_str_put(&b, key);
		buf_char(&b, ':');
		buf_str_put(&b, c->labels[i].value);
	}
	set_str(out, scratch_text(&b));
}

/* --- mounts -------------------------------------------------------------- */

static void
put_mount(struct buf *b, const struct container_mount *m)
{
	const struct str parts[] = { m->source, m->dest, m->mode, m->rdwr,
		m->propagation };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (i)
			buf_char(b, ':');
		buf_str_put(b, parts[i]);
	}
}

void
get_container_mounts(const struct ask *q, struct value *out)
{
	const struct container *c = container(q);
	struct buf b;

	if (!c->n_mounts)
		return;
	b = scratch_buf(q->x, LIST_BYTES);
	for (size_t i = 0; i < c->n_mounts; i++) {
		if (i)
			buf_char(&b, ',');
		put_mount(&b, &c->mounts[i]);
	}
	set_str(out, scratch_text(&b));
}

/* By index, or by a pattern for the source (the destination with by_dest). */
static const struct container_mount *
find_mount(const struct ask *q, bool by_dest)
{
	const struct container *c = container(q);

	if (q->f->arg_is_index)
		return q->f->index >= 0 && (uint64_t)q->f->index < c->n_mounts
		    ? &c->mounts[q->f->index]
		    : NULL;
	for (size_t i = 0; i < c->n_mounts; i++) {
		struct str path =
		    by_dest ? c->mounts[i].dest : c->mounts[i].source;

		if (glob_match(q->f->key, path, false))
			return &c->mounts[i];
	}
	return NULL;
}

/*
 * "none" says that there is no such mount; without any knowledge of mounts the
 * field has no value.
 */
static void
set_mount(const struct ask *q, struct str text, bool found, struct value *out)
{
	if (container(q)->n_mounts)
		set_str(out, found ? text : STR("none"));
}

void
get_container_mount(const struct ask *q, struct value *out)
{
	const struct container_mount *m = find_mount(q, false);
	struct buf b = { 0 };

	if (m) {
		b = scratch_buf(q->x, LIST_BYTES);
		put_mount(&b, m);
	}
	set_mount(q, scratch_text(&b), m, out);
}

void
get_container_mount_source(const struct ask *q, struct value *out)
{
	const struct container_mount *m = find_mount(q, true);

	set_mount(q, m ? m->source : STR_NONE, m, out);
}

#define MOUNT_PART(name, field)                                         \
	void get_container_mount_##name(const struct ask *q,            \
	    struct value *out)                                          \
	{                                                               \
		const struct container_mount *m = find_mount(q, false); \
                                                                        \
		set_mount(q, m ? m->field : STR_NONE, m, out);          \
	}
MOUNT_PART(dest, dest)
MOUNT_PART(mode, mode)
MOUNT_PART(rdwr, rdwr)
MOUNT_PART(propagation, propagation)
