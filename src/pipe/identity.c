/*
 * The container's identity from what is known about it, best source first;
 * each fills what those before it left open.
 */
#include "pipe/identity.h"

#include "base/err.h"
#include "os/os.h"
#include "pipe/identity_http.h"
#include "pipe/procfs.h"
#include "state/container.h"

#define CGROUP_BYTES ((size_t)16 * 1024)
#define MOUNTS_BYTES ((size_t)256 * 1024)

/* --- deciding ------------------------------------------------------------ */

static void
fill(struct str *to, struct str from)
{
	if (!to->n)
		*to = from;
}

/* What more is known less certainly. */
static void
add(struct container *to, const struct container *more)
{
	fill(&to->id, more->id);
	fill(&to->full_id, more->full_id);
	fill(&to->name, more->name);
	if (!to->image.n) {
		to->image = more->image;
		to->repository = more->repository;
		to->tag = more->tag;
		to->digest = more->digest;
	}
	fill(&to->image_id, more->image_id);
	fill(&to->type, more->type);
	fill(&to->ip, more->ip);
	if (to->privileged < 0)
		to->privileged = more->privileged;
	if (!to->n_labels) {
		to->labels = more->labels;
		to->n_labels = more->n_labels;
	}
	if (!to->n_mounts) {
		to->mounts = more->mounts;
		to->n_mounts = more->n_mounts;
	}
}

static void
warn(const struct log *log, const char *what, const struct diag *d)
{
	log_warning(log, "%s: %s%s%s", what, d->what, d->hint[0] ? "; " : "",
	    d->hint);
}

static int
from_words(struct arena *a, const struct identity_facts *f,
    const struct log *log, struct container *out)
{
	struct diag d = { 0 };
	int r;

	if (!f->words.n)
		return 0;
	r = identity_parse_words(a, f->words, out, &d);
	if (r && r != ERR_NOMEM)
		warn(log, "container identity (SYSDIG_SL_CONTAINER)", &d);
	return r == ERR_NOMEM ? r : 0;
}

static int
settings_lists(struct arena *a, const struct settings_container *s,
    struct container *out)
{
	struct container_pair *labels =
	    arena_array(a, s->n_labels, sizeof(*labels));
	struct container_mount *mounts =
	    arena_array(a, s->n_mounts, sizeof(*mounts));

	if ((s->n_labels && !labels) || (s->n_mounts && !mounts))
		return ERR_NOMEM;
	for (size_t i = 0; i < s->n_labels; i++)
		labels[i] = (struct container_pair){ s->labels[i].key,
			s->labels[i].value };
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct settings_mount *m = &s->mounts[i];

		mounts[i] = (struct container_mount){ m->source, m->dest,
			m->mode, m->rdwr, m->propagation };
	}
	out->labels = labels;
	out->n_labels = s->n_labels;
	out->mounts = mounts;
	out->n_mounts = s->n_mounts;
	return 0;
}

static int
from_settings(struct arena *a, const struct identity_facts *f,
    struct container *out)
{
	const struct settings_container *s = f->settings;
	struct image_reference r;

	if (!s)
		return 0;
	container_parse_image(s->image, &r);
	out->id = container_short_id(s->id);
	out->full_id = s->full_id;
	if (!out->id.n)
		out->id = container_short_id(s->full_id);
	if (!out->full_id.n && s->id.n > CONTAINER_ID_SHORT)
		out->full_id = s->id;
	out->name = s->name;
	out->image = s->image;
	out->repository = r.repository;
	out->tag = r.tag;
	out->digest = r.digest;
	out->image_id = s->image_id;
	out->privileged = s->privileged;
	return settings_lists(a, s, out);
}

static int
from_metadata(struct arena *a, const struct identity_facts *f,
    const struct log *log, struct container *out)
{
	struct diag d = { 0 };
	int r;

	if (!f->metadata.n)
		return 0;
	r = identity_parse_metadata(a, f->metadata, out, &d);
	if (r && r != ERR_NOMEM)
		warn(log, "ECS container metadata", &d);
	return r == ERR_NOMEM ? r : 0;
}

static int
from_system(struct arena *a, const struct identity_facts *f,
    struct container *out)
{
	struct str id, type;

	if (container_parse_cgroup(f->cgroup, &id, &type) ||
	    container_parse_mountinfo(f->mounts, &id, &type)) {
		out->full_id = arena_str(a, id);
		if (!out->full_id.p)
			return ERR_NOMEM;
		out->id = container_short_id(out->full_id);
		out->type = type;
	}
	if (f->ecs)
		out->type = STR("ecs");
	/* Fargate allows no privileged containers. */
	if (f->fargate)
		out->privileged = 0;
	return 0;
}

static bool
says_something(const struct container *c)
{
	return c->id.n || c->full_id.n || c->name.n || c->image.n ||
	    c->image_id.n || c->type.n || c->ip.n || c->privileged >= 0 ||
	    c->n_labels || c->n_mounts;
}

/* No id, but a container it is: runtimes name the host after it. */
static void
fill_gaps(const struct identity_facts *f, struct container *out)
{
	if (!out->id.n)
		out->id = container_short_id(out->full_id);
	if (!out->id.n)
		out->id = container_short_id(f->hostname);
	if (!out->id.n || str_eq(out->id, STR("host")))
		out->id = STR("container");
	fill(&out->full_id, out->id);
	fill(&out->type, f->kubernetes ? STR("kubernetes") : STR("container"));
	out->start_ns = f->start_ns;
}

#define UNKNOWN_CONTAINER ((struct container){ .privileged = -1 })

int
identity_decide(struct arena *a, const struct identity_facts *f,
    const struct log *log, struct container *out)
{
	struct container next = UNKNOWN_CONTAINER;
	int r;

	*out = UNKNOWN_CONTAINER;
	r = from_words(a, f, log, out);
	if (r || str_eq(out->id, STR("host")))
		return r;
	r = from_settings(a, f, &next);
	add(out, &next);
	next = UNKNOWN_CONTAINER;
	if (!r)
		r = from_metadata(a, f, log, &next);
	add(out, &next);
	next = UNKNOWN_CONTAINER;
	if (!r)
		r = from_system(a, f, &next);
	add(out, &next);
	if (r)
		return r;
	if (says_something(out) || f->marker || f->ecs || f->kubernetes) {
		fill_gaps(f, out);
		return 0;
	}
	return identity_parse_words(a, STR("host"), out, NULL);
}

/* --- gathering ----------------------------------------------------------- */

static struct str
load(struct arena *a, struct str path, size_t cap)
{
	char *room = os_map_private(cap);
	struct str text = STR_NONE;
	ssize_t n = room ? os_read_file(OS_CWD, path, room, cap) : -1;

	if (n > 0)
		text = arena_str(a, (struct str){ room, (size_t)n });
	if (room)
		os_unmap(room, cap);
	return text;
}

static bool
exists(struct str path)
{
	struct os_file file;

	return os_stat(OS_CWD, path, true, &file) == 0;
}

static struct str
fetch(struct arena *a, const char *uri, const struct log *log)
{
	struct str body = STR_NONE;
	int r;

	if (!uri || !*uri)
		return STR_NONE;
	r = http_get(a, str_from(uri), IDENTITY_FETCH_MS, &body);
	if (!r)
		return body;
	log_warning(log,
	    "no ECS container metadata from %s: %s; the container is known by "
	    "its control group only",
	    uri, err_text(r));
	return STR_NONE;
}

static bool
is_set(const char *name)
{
	const char *value = os_getenv(name);

	return value && *value;
}

/* The files are large and what is taken from them is copied: in t. */
static void
read_system(struct identity_facts *f, struct arena *a, struct arena *t)
{
	f->cgroup = load(t, STR("/proc/self/cgroup"), CGROUP_BYTES);
	f->mounts = load(t, STR("/proc/self/mountinfo"), MOUNTS_BYTES);
	f->hostname =
	    str_trim(load(a, STR("/proc/sys/kernel/hostname"), OS_PATH_MAX));
	f->marker = is_set("container") || exists(STR("/.dockerenv")) ||
	    exists(STR("/run/.containerenv"));
	f->start_ns = procfs_init_start(
	    os_now_realtime_ns() - os_now_boottime_ns(), os_clock_ticks());
}

int
identity_find(struct arena *a, const char *words,
    const struct settings_container *settings, const char *metadata_uri,
    const struct log *log, struct container *out)
{
	const char *runtime = os_getenv("AWS_EXECUTION_ENV");
	struct arena t;
	int r;
	struct identity_facts f = {
		.words = str_trim(str_from(words)),
		.settings = settings,
		.kubernetes = is_set("KUBERNETES_SERVICE_HOST"),
		.ecs = is_set("ECS_CONTAINER_METADATA_URI_V4") ||
		    is_set("ECS_CONTAINER_METADATA_URI"),
		.fargate = runtime && strcmp(runtime, "AWS_ECS_FARGATE") == 0,
	};

	arena_init(&t, CGROUP_BYTES + 2 * MOUNTS_BYTES);
	if (!str_eq(f.words, STR("host"))) {
		f.metadata = fetch(a, metadata_uri, log);
		read_system(&f, a, &t);
	}
	r = identity_decide(a, &f, log, out);
	arena_reset(&t);
	return r;
}
