/*
 * required_engine_version and required_plugin_versions: what a file asks of
 * us, in semantic versions (semver.org, numbers only).
 */
#include "base/err.h"
#include "rule/loader.h"

struct version {
	uint64_t major, minor, patch;
};

/* The Falco engine whose language and fields we have. */
static const struct version engine = { 0, 63, 0 };

/* What a plugin would bring is built in. */
static const struct plugin {
	const char *name;
	struct version version;
} plugins[] = {
	{ "container", { 0, 6, 1 } },
};

#define N_PLUGINS (sizeof(plugins) / sizeof(*plugins))

/* x.y.z; what follows a '-' or '+' is not compared. */
static bool
parse_version(struct str s, struct version *v)
{
	uint64_t *parts[] = { &v->major, &v->minor, &v->patch };
	struct str rest = s, part;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '-' || s.p[i] == '+') {
			rest = str_sub(s, 0, i);
			break;
		}
	while (str_split(&rest, '.', &part)) {
		if (n == 3 || !part.n || part.p[0] < '0' || part.p[0] > '9' ||
		    !str_to_u64(part, parts[n]))
			return false;
		n++;
	}
	return n == 3;
}

static bool
is_compatible(struct version have, struct version want)
{
	if (have.major != want.major)
		return false;
	if (have.minor != want.minor)
		return have.minor > want.minor;
	return have.patch >= want.patch;
}

int
read_engine_version(struct reader *r, const struct yaml_node *item,
    const struct context *parent)
{
	struct context c =
	    read_context(r, parent, "required_engine_version", STR_NONE, item);
	struct version want = { .major = 0 };
	struct str text;
	int err =
	    read_text(r, item, "required_engine_version", true, &c, &text);

	if (err)
		return err;
	/* a lone number is the minor one */
	if (!str_to_u64(text, &want.minor) && !parse_version(text, &want))
		return problem_error(r->l, CODE_YAML_VALIDATE, &c,
		    "Unable to parse engine version '%.*s' as a semver "
		    "string. Expected \"x.y.z\" semver format.",
		    STR_ARG(text));
	if (is_compatible(engine, want))
		return 0;
	return problem_error(r->l, CODE_ERR_VALIDATE, &c,
	    "Rules require engine version %llu.%llu.%llu, but engine version "
	    "is %llu.%llu.%llu",
	    (unsigned long long)want.major, (unsigned long long)want.minor,
	    (unsigned long long)want.patch, (unsigned long long)engine.major,
	    (unsigned long long)engine.minor, (unsigned long long)engine.patch);
}

/* {name, version} against what is built in. */
static int
read_plugin(struct reader *r, const struct yaml_node *item,
    const struct context *parent, const char *type, struct str *name, bool *met)
{
	struct context c = read_context(r, parent, type, STR_NONE, item);
	struct version want;
	struct str text;
	int err;

	if (item->kind != YAML_MAP)
		return problem_error(r->l, CODE_YAML_VALIDATE, &c,
		    "Plugin version must be a mapping");
	err = read_text(r, item, "name", true, &c, name);
	if (!err)
		err = read_text(r, item, "version", true, &c, &text);
	if (err)
		return err;
	if (!parse_version(text, &want))
		return problem_error(r->l, CODE_YAML_VALIDATE, &c,
		    "Invalid required version '%.*s' for plugin '%.*s'",
		    STR_ARG(text), STR_ARG(*name));
	for (size_t i = 0; i < N_PLUGINS; i++)
		if (str_eq(*name, str_from(plugins[i].name)) &&
		    is_compatible(plugins[i].version, want))
			*met = true;
	return 0;
}

/* A plugin or any of its alternatives. */
static int
read_requirement(struct reader *r, const struct yaml_node *item,
    const struct context *parent)
{
	static const char alternative[] =
	    "required plugin versions alternative";
	const struct yaml_node *others = yaml_get(item, "alternatives");
	struct context c = read_context(r, parent,
	    "required plugin versions entry", STR_NONE, item);
	struct str name, other;
	bool met = false;
	int err;

	err = read_plugin(r, item, parent, c.type, &name, &met);
	if (err)
		return err;
	c.name = name;
	if (others && others->kind != YAML_SEQ)
		return problem_error(r->l, CODE_YAML_VALIDATE, &c,
		    "Value of plugin version alternatives must be a sequence");
	for (size_t i = 0; !err && others && i < others->n; i++)
		err = read_plugin(r, others->items[i], &c, alternative, &other,
		    &met);
	if (err || met)
		return err;
	return problem_error(r->l, CODE_ERR_VALIDATE, &c,
	    "Plugin requirement not satisfied: '%.*s' is not built in, or "
	    "not in a compatible version",
	    STR_ARG(name));
}

int
read_plugin_versions(struct reader *r, const struct yaml_node *item,
    const struct context *parent)
{
	const struct yaml_node *seq =
	    yaml_get(item, "required_plugin_versions");
	struct context c =
	    read_context(r, parent, "required plugin versions", STR_NONE, item);
	int err = 0;

	if (seq->kind != YAML_SEQ)
		return problem_error(r->l, CODE_YAML_VALIDATE, &c,
		    "Value of required_plugin_versions must be a sequence");
	for (size_t i = 0; !err && i < seq->n; i++)
		err = read_requirement(r, seq->items[i], &c);
	return err;
}
