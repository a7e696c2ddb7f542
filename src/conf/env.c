/*
 * The table of environment variables and the only check of their values.
 */
#include "conf/env.h"

#include "base/err.h"
#include "base/log.h"

#define TEXT_MAX  4096
#define WORDS_MAX (32 * 1024)
#define YAML_MAX  (128 * 1024)
#define SHOWN_MAX 60 /* bytes of a bad value that a message quotes */

enum { SECRET = 1, IDLE = 2 };

static const struct conf_env table[] = {
#define ENV(id, k, w, lo, hi, value, flags, text) \
	[ENV_##id] = { .name = #id,               \
		.kind = CONF_ENV_##k,             \
		.words = (w),                     \
		.min = (lo),                      \
		.max = (hi),                      \
		.initial = (value),               \
		.secret = ((flags)&SECRET) != 0,  \
		.idle = ((flags)&IDLE) != 0,      \
		.meaning = (text) },
#include "conf/env.def"
#undef ENV
};

const struct conf_env *
conf_env_at(size_t i)
{
	return &table[i];
}

const struct conf_env *
conf_env_find(struct str name)
{
	for (size_t i = 0; i < CONF_ENV_COUNT; i++)
		if (str_eq(name, str_from(table[i].name)))
			return &table[i];
	return NULL;
}

static bool
has_controls(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

static bool
is_word(const char *words, struct str value)
{
	struct str rest = str_from(words), word;

	while (str_split(&rest, ' ', &word))
		if (str_eq_nocase(word, value))
			return true;
	return false;
}

static bool
is_address(struct str s)
{
	ptrdiff_t colon = str_rfind_char(s, ':');
	struct str host;
	uint64_t port;

	if (colon <= 0 || has_controls(s) || str_find_char(s, ' ') >= 0)
		return false;
	host = str_sub(s, 0, (size_t)colon);
	if (str_find_char(host, ':') >= 0 &&
	    !(str_starts(host, STR("[")) && str_ends(host, STR("]"))))
		return false;
	return str_to_u64(str_sub(s, (size_t)colon + 1, s.n), &port) && port &&
	    port <= 65535;
}

static bool
is_usable(const struct conf_env *e, struct str value)
{
	enum log_level level;
	int64_t number;
	bool on;

	switch (e->kind) {
	case CONF_ENV_TEXT:
		return value.n <= TEXT_MAX && !has_controls(value);
	case CONF_ENV_SWITCH:
		return str_to_switch(str_trim(value), &on);
	case CONF_ENV_LEVEL:
		return log_level_parse(value, &level);
	case CONF_ENV_NUMBER:
		return str_to_i64(str_trim(value), &number) &&
		    number >= e->min && number <= e->max;
	case CONF_ENV_CHOICE:
		return is_word(e->words, value);
	case CONF_ENV_ADDRESS:
		return value.n <= TEXT_MAX && is_address(value);
	case CONF_ENV_WORDS:
		return value.n <= WORDS_MAX;
	case CONF_ENV_YAML:
		return value.n <= YAML_MAX;
	}
	return false;
}

static void
say_accepted(const struct conf_env *e, struct diag *d)
{
	switch (e->kind) {
	case CONF_ENV_TEXT:
		diag_hint(d, "at most %d bytes, without control characters",
		    TEXT_MAX);
		break;
	case CONF_ENV_SWITCH:
		diag_hint(d, "use one of true, false, 1, 0, yes, no, on, off");
		break;
	case CONF_ENV_LEVEL:
		diag_hint(d,
		    "use one of none, silent, fatal, critical, error, "
		    "warning, notice, info, debug, trace");
		break;
	case CONF_ENV_NUMBER:
		diag_hint(d, "use a whole number from %ld to %ld", e->min,
		    e->max);
		break;
	case CONF_ENV_CHOICE:
		diag_hint(d, "use one of: %s", e->words);
		break;
	case CONF_ENV_ADDRESS:
		diag_hint(d, "use HOST:PORT or [IPV6]:PORT");
		break;
	case CONF_ENV_WORDS:
		diag_hint(d, "at most %d bytes", WORDS_MAX);
		break;
	case CONF_ENV_YAML:
		diag_hint(d, "at most %d bytes", YAML_MAX);
		break;
	}
}

int
conf_env_check(const struct conf_env *e, struct str value, struct diag *d)
{
	struct str shown = str_sub(value, 0, SHOWN_MAX);

	if (!value.n || is_usable(e, value))
		return 0;
	if (e->secret || value.n > TEXT_MAX)
		diag_set(d, "%s: unusable value of %zu bytes", e->name,
		    value.n);
	else
		diag_set(d, "%s: unusable value \"%.*s%s\"", e->name,
		    STR_ARG(shown), shown.n < value.n ? "..." : "");
	say_accepted(e, d);
	return ERR_INVAL;
}

void
conf_env_check_all(conf_lookup *lookup, void *ctx,
    void (*bad)(void *bad_ctx, const struct diag *d), void *bad_ctx)
{
	for (size_t i = 0; i < CONF_ENV_COUNT; i++) {
		struct diag d;

		diag_reset(&d);
		if (conf_env_check(&table[i],
			str_from(lookup(ctx, table[i].name)), &d))
			bad(bad_ctx, &d);
	}
}

const char *
conf_env_value(const struct conf_env *e, conf_lookup *lookup, void *ctx)
{
	const char *value = lookup(ctx, e->name);
	enum log_level level;

	if (!value || !*value || !is_usable(e, str_from(value)))
		return NULL;
	if (e->kind == CONF_ENV_LEVEL &&
	    log_level_parse(str_from(value), &level))
		return log_level_name(level);
	return value;
}

long
conf_env_number(enum conf_env_id id, conf_lookup *lookup, void *ctx)
{
	const char *value = conf_env_value(&table[id], lookup, ctx);
	int64_t number = 0;

	if (!value)
		value = table[id].initial;
	return value && str_to_i64(str_trim(str_from(value)), &number)
	    ? (long)number
	    : 0;
}

void
conf_env_show(struct buf *b, const struct conf_env *e, struct str value)
{
	uint64_t h = str_hash(value, 0);
	unsigned hash = (h ^ h >> 16 ^ h >> 32 ^ h >> 48) & 0xffff;

	if (e->secret)
		buf_printf(b, "%s: secret, %zu bytes, hash %04x", e->name,
		    value.n, hash);
	else
		buf_printf(b, "%s=%.*s", e->name, STR_ARG(value));
}

size_t
conf_env_unknown(const char *const *environment, struct buf *names)
{
	const char *known[CONF_ENV_COUNT];
	size_t n = 0;

	for (size_t i = 0; i < CONF_ENV_COUNT; i++)
		known[i] = table[i].name;
	for (; *environment; environment++) {
		struct str name = str_from(*environment);
		ptrdiff_t equals = str_find_char(name, '=');
		const char *near;

		if (equals >= 0)
			name.n = (size_t)equals;
		if (!str_starts(name, STR("SYSDIG_")) || conf_env_find(name))
			continue;
		near = str_nearest(name, known, CONF_ENV_COUNT);
		buf_zput(names, n++ ? " " : "");
		buf_str_put(names, name);
		if (near)
			buf_printf(names, " (near %s)", near);
	}
	return n;
}
