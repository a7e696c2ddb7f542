/*
 * A walk over the configuration's maps that looks each key up in settings.def.
 */
#include "conf/settings.h"

#include "base/err.h"
#include "conf/yaml.h"

#define PATH_MAX_BYTES 128

enum kind {
	BOOL,     /* bool */
	SWITCH,   /* int: 1, 0 */
	INT,      /* int64_t */
	LEVEL,    /* int: enum log_level */
	PRIORITY, /* int */
	MATCHING, /* bool: first, all */
	TEXT,     /* struct str */
	FILES,    /* rules_files */
	LABELS,
	MOUNTS,
	IDLE,
};

struct setting {
	const char *path;
	enum kind kind;
	size_t offset;
	int64_t min, max;
};

static const struct setting table[] = {
#define AT(member)                            offsetof(struct settings, member)
#define SETTING(path, kind, offset, min, max) { path, kind, offset, min, max },
#include "conf/settings.def"
#undef SETTING
#undef AT
};

#define TABLE_SIZE (sizeof(table) / sizeof(table[0]))

struct reader {
	struct settings *s;
	struct arena *arena;
	const struct yaml *yaml;
	settings_warn *warn;
	void *ctx;
	struct diag diag; /* of the value that is being read */
};

void
settings_init(struct settings *s)
{
	*s = (struct settings){
		.policies_timeout_s = -1,
		.file_priority = -1,
		.console_priority = -1,
		.priority = -1,
		.json_output = -1,
		.json_include_output_property = true,
		.json_include_tags_property = true,
		.json_include_output_fields_property = true,
		.container.privileged = -1,
	};
}

static void
warn_at(struct reader *r, const struct yaml_node *node)
{
	yaml_point(r->yaml, node, &r->diag);
	r->warn(r->ctx, &r->diag);
	diag_reset(&r->diag);
}

static int
read_level(struct reader *r, const struct yaml_node *node, const char *name,
    int *out)
{
	enum log_level level;
	struct str word;
	int err = yaml_text(r->yaml, node, name, &word, &r->diag);

	if (err)
		return err;
	if (!log_level_parse(word, &level)) {
		diag_set(&r->diag, "%s: \"%.*s\" is not a level", name,
		    STR_ARG(word));
		diag_hint(&r->diag,
		    "use one of none, fatal, critical, error, "
		    "warning, notice, info, debug, trace");
		return ERR_INVAL;
	}
	*out = (int)level;
	return 0;
}

static int
read_priority(struct reader *r, const struct yaml_node *node, const char *name,
    int *out)
{
	static const char *const words[] = { "emergency", "alert", "critical",
		"error", "warning", "notice", "informational", "debug" };
	struct str word;
	int err = yaml_text(r->yaml, node, name, &word, &r->diag);

	if (err)
		return err;
	if (str_eq_nocase(word, STR("info")))
		word = STR("informational");
	for (int i = 0; i < 8; i++)
		if (str_eq_nocase(word, str_from(words[i]))) {
			*out = i;
			return 0;
		}
	diag_set(&r->diag, "%s: \"%.*s\" is not a priority", name,
	    STR_ARG(word));
	diag_hint(&r->diag,
	    "use one of emergency, alert, critical, error, "
	    "warning, notice, informational, debug");
	return ERR_INVAL;
}

static int
read_matching(struct reader *r, const struct yaml_node *node, const char *name,
    bool *all)
{
	struct str word;
	int err = yaml_text(r->yaml, node, name, &word, &r->diag);

	if (err)
		return err;
	*all = str_eq(word, STR("all"));
	if (*all || str_eq(word, STR("first")))
		return 0;
	diag_set(&r->diag, "%s: \"%.*s\" is neither first nor all", name,
	    STR_ARG(word));
	return ERR_INVAL;
}

/* The list in the form that the option --rules has in the environment. */
static int
join_files(struct reader *r)
{
	struct settings *s = r->s;
	size_t size = 1, at = 0;
	char *list;

	for (size_t i = 0; i < s->n_rules_files; i++)
		size += s->rules_files[i].n + 1;
	list = arena_bytes(r->arena, size);
	if (!list) {
		diag_set(&r->diag, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < s->n_rules_files; i++) {
		if (i)
			list[at++] = ':';
		memcpy(list + at, s->rules_files[i].p, s->rules_files[i].n);
		at += s->rules_files[i].n;
	}
	list[at] = '\0';
	s->rules_list = list;
	return 0;
}

/* One path or a list of them. */
static int
read_files(struct reader *r, const struct yaml_node *node, const char *name)
{
	size_t n = node->kind == YAML_SEQ ? node->n : 1;
	struct settings *s = r->s;

	s->n_rules_files = 0;
	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *item =
		    node->kind == YAML_SEQ ? node->items[i] : node;
		struct str path;

		if (yaml_text(r->yaml, item, name, &path, &r->diag)) {
			warn_at(r, item);
		} else if (!path.n || str_find_char(path, ':') >= 0 ||
		    str_find_char(path, '\0') >= 0) {
			diag_set(&r->diag,
			    "%s: \"%.*s\" cannot be used: it is "
			    "empty or has a colon",
			    name, STR_ARG(path));
			warn_at(r, item);
		} else if (s->n_rules_files == SETTINGS_RULES_MAX) {
			diag_set(&r->diag, "%s: more than %d files", name,
			    SETTINGS_RULES_MAX);
			return ERR_LIMIT;
		} else {
			s->rules_files[s->n_rules_files++] = path;
		}
	}
	return join_files(r);
}

/* Room for the items of a list or a map that the settings allow. */
static void *
make_items(struct reader *r, const struct yaml_node *node, const char *name,
    size_t size)
{
	void *items = NULL;

	if (node->n > SETTINGS_PAIRS_MAX)
		diag_set(&r->diag, "%s: more than %d items", name,
		    SETTINGS_PAIRS_MAX);
	else if (!(items = arena_array(r->arena, node->n, size)))
		diag_set(&r->diag, "%s", err_text(ERR_NOMEM));
	return items;
}

static int
read_labels(struct reader *r, const struct yaml_node *node, const char *name)
{
	struct settings_container *c = &r->s->container;
	struct settings_pair *pairs;

	if (node->kind != YAML_MAP) {
		diag_set(&r->diag, "%s must be a map, not %s", name,
		    yaml_kind_name(node));
		return ERR_INVAL;
	}
	pairs = make_items(r, node, name, sizeof(*pairs));
	if (!pairs)
		return ERR_LIMIT;
	c->labels = pairs;
	c->n_labels = 0;
	for (size_t i = 0; i < node->n; i++) {
		const struct yaml_pair *from = &node->pairs[i];
		struct settings_pair *to = &pairs[c->n_labels];

		if (yaml_text(r->yaml, from->key, name, &to->key, &r->diag) ||
		    yaml_text(r->yaml, from->value, name, &to->value, &r->diag))
			warn_at(r, from->value);
		else
			c->n_labels++;
	}
	return 0;
}

static void
read_mount(struct reader *r, const struct yaml_node *node, const char *name,
    struct settings_mount *m)
{
	const struct {
		const char *key;
		struct str *to;
	} members[] = { { "source", &m->source }, { "dest", &m->dest },
		{ "mode", &m->mode }, { "rdwr", &m->rdwr },
		{ "propagation", &m->propagation } };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct yaml_node *value = yaml_get(node, members[i].key);

		if (value &&
		    yaml_text(r->yaml, value, name, members[i].to, &r->diag))
			warn_at(r, value);
	}
}

static int
read_mounts(struct reader *r, const struct yaml_node *node, const char *name)
{
	struct settings_container *c = &r->s->container;
	struct settings_mount *mounts;

	if (node->kind != YAML_SEQ) {
		diag_set(&r->diag, "%s must be a list, not %s", name,
		    yaml_kind_name(node));
		return ERR_INVAL;
	}
	mounts = make_items(r, node, name, sizeof(*mounts));
	if (!mounts)
		return ERR_LIMIT;
	c->mounts = mounts;
	c->n_mounts = 0;
	for (size_t i = 0; i < node->n; i++) {
		struct settings_mount *m = &mounts[c->n_mounts];

		read_mount(r, node->items[i], name, m);
		if (m->source.n || m->dest.n) {
			c->n_mounts++;
			continue;
		}
		*m = (struct settings_mount){ .source = STR_NONE };
		diag_set(&r->diag, "%s: neither source nor dest", name);
		warn_at(r, node->items[i]);
	}
	return 0;
}

static int
read_value(struct reader *r, const struct setting *t,
    const struct yaml_node *node)
{
	void *to = (char *)r->s + t->offset;
	bool on;
	int err;

	switch (t->kind) {
	case BOOL:
		return yaml_bool(r->yaml, node, t->path, to, &r->diag);
	case SWITCH:
		err = yaml_bool(r->yaml, node, t->path, &on, &r->diag);
		if (!err)
			*(int *)to = on;
		return err;
	case INT:
		return yaml_int(r->yaml, node, t->path, t->min, t->max, to,
		    &r->diag);
	case LEVEL:
		return read_level(r, node, t->path, to);
	case PRIORITY:
		return read_priority(r, node, t->path, to);
	case MATCHING:
		return read_matching(r, node, t->path, to);
	case TEXT:
		return yaml_text(r->yaml, node, t->path, to, &r->diag);
	case FILES:
		return read_files(r, node, t->path);
	case LABELS:
		return read_labels(r, node, t->path);
	case MOUNTS:
		return read_mounts(r, node, t->path);
	case IDLE:
		diag_set(&r->diag, "%s is not used by this version", t->path);
		return ERR_UNSUPPORTED;
	}
	return ERR_INTERNAL;
}

/* The setting itself (*below false), or any that lies below the path. */
static const struct setting *
find_setting(struct str path, bool *below)
{
	for (size_t i = 0; i < TABLE_SIZE; i++) {
		struct str known = str_from(table[i].path);

		if (!str_starts(known, path))
			continue;
		*below = known.n > path.n;
		if (!*below || known.p[path.n] == '.')
			return &table[i];
	}
	return NULL;
}

static void
warn_unknown(struct reader *r, struct str path, const struct yaml_node *key)
{
	const char *names[TABLE_SIZE], *near;

	for (size_t i = 0; i < TABLE_SIZE; i++)
		names[i] = table[i].path;
	near = str_nearest(path, names, TABLE_SIZE);
	if (near)
		diag_set(&r->diag, "unknown key \"%.*s\"; did you mean \"%s\"?",
		    STR_ARG(path), near);
	else
		diag_set(&r->diag, "unknown key \"%.*s\"", STR_ARG(path));
	warn_at(r, key);
}

static void
read_map(struct reader *r, const struct yaml_node *map, struct buf *path);

static void
read_pair(struct reader *r, const struct yaml_pair *pair, struct buf *path)
{
	const struct yaml_node *value = pair->value;
	const struct setting *t;
	bool below = false;

	buf_zput(path, path->n ? "." : "");
	buf_str_put(path, pair->key->value);
	t = path->failed ? NULL : find_setting(buf_str(path), &below);
	if (!t) {
		warn_unknown(r, buf_str(path), pair->key);
	} else if (!below) {
		if (read_value(r, t, value))
			warn_at(r, value);
	} else if (value->kind == YAML_MAP) {
		read_map(r, value, path);
	} else if (value->kind != YAML_NULL) {
		diag_set(&r->diag, "%.*s must be a map, not %s",
		    STR_ARG(buf_str(path)), yaml_kind_name(value));
		warn_at(r, value);
	}
}

/* The depth is bounded: only paths that lead to a known key are entered. */
static void
read_map(struct reader *r, const struct yaml_node *map, struct buf *path)
{
	size_t length = path->n;

	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_pair *pair = &map->pairs[i];

		if (pair->key->kind == YAML_SCALAR &&
		    yaml_get(map, pair->key->value.p) != pair->value) {
			diag_set(&r->diag,
			    "\"%.*s\" is given twice: the first one counts",
			    STR_ARG(pair->key->value));
			warn_at(r, pair->key);
			continue;
		}
		read_pair(r, pair, path);
		path->n = length;
		path->failed = false;
	}
}

void
settings_parse(struct settings *s, struct arena *a, const char *name,
    struct str text, settings_warn *warn, void *ctx)
{
	char memory[PATH_MAX_BYTES];
	struct buf path = buf_fixed(memory, sizeof(memory));
	struct yaml yaml;
	struct reader r = { .s = s,
		.arena = a,
		.yaml = &yaml,
		.warn = warn,
		.ctx = ctx };

	if (yaml_parse(&yaml, a, name, text, &r.diag)) {
		warn(ctx, &r.diag);
		return;
	}
	for (size_t i = 0; i < yaml.n_docs; i++) {
		const struct yaml_node *doc = yaml.docs[i];

		if (doc->kind == YAML_MAP) {
			read_map(&r, doc, &path);
		} else if (doc->kind != YAML_NULL) {
			diag_set(&r.diag,
			    "the configuration must be a map, "
			    "not %s",
			    yaml_kind_name(doc));
			warn_at(&r, doc);
		}
	}
}

/* What the settings say in the words of the environment; NULL: nothing. */
static const char *
from_settings(const struct settings *s, const char *name)
{
	struct str variable = str_from(name);
	int level =
	    s->console_priority >= 0 ? s->console_priority : s->file_priority;

	if (str_eq(variable, STR("SYSDIG_LOGGING")) && level >= 0)
		return log_level_name((enum log_level)level);
	if (str_eq(variable, STR("SYSDIG_SL_FORMAT")) && s->json_output >= 0)
		return s->json_output ? "json" : "text";
	if (str_eq(variable, STR("SYSDIG_SL_RULES")) && s->n_rules_files)
		return s->rules_list;
	return NULL;
}

const char *
settings_lookup(void *ctx, const char *name)
{
	const struct settings_sources *from = ctx;
	const struct conf_env *e = conf_env_find(str_from(name));
	const char *value = e ? conf_env_value(e, from->environment, from->ctx)
			      : from->environment(from->ctx, name);

	if (value && *value)
		return value;
	return from->settings ? from_settings(from->settings, name) : NULL;
}
