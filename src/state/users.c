/*
 * User and group names: passwd(5), group(5), without any C library lookup,
 * because the tracee's files count and not ours.
 */
#include "state/users.h"

#include "base/err.h"
#include "state/internal.h"

#define NOT_KNOWN STR("<NA>")

bool
users_init(struct users *u, struct arena *a)
{
	u->file = arena_bytes(a, USERS_FILE_MAX);
	return u->file;
}

/* Splits a line at ':' into exactly n fields; the last keeps the rest. */
static bool
split_fields(struct str line, struct str *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ptrdiff_t colon = str_find_char(line, ':');

		if (i + 1 == n) {
			fields[i] = line;
			return true;
		}
		if (colon < 0)
			return false;
		fields[i] = str_sub(line, 0, (size_t)colon);
		line = str_sub(line, (size_t)colon + 1, line.n);
	}
	return false;
}

static bool
is_id(struct str digits, uint32_t id)
{
	uint64_t v;

	return str_to_u64(digits, &v) && v == id;
}

bool
users_parse_passwd(struct str text, uint32_t id, struct user_names *out)
{
	struct str line, f[7];

	while (str_split(&text, '\n', &line)) {
		if (!split_fields(line, f, 7) || f[0].n == 0 ||
		    !is_id(f[2], id))
			continue;
		*out = (struct user_names){ true, f[0], f[5], f[6] };
		return true;
	}
	return false;
}

bool
users_parse_group(struct str text, uint32_t id, struct str *name)
{
	struct str line, f[4];

	while (str_split(&text, '\n', &line)) {
		if (!split_fields(line, f, 4) || f[0].n == 0 ||
		    !is_id(f[2], id))
			continue;
		*name = f[0];
		return true;
	}
	return false;
}

static uint8_t
copy_text(char to[USERS_TEXT], struct str s)
{
	size_t n = s.n < USERS_TEXT ? s.n : USERS_TEXT;

	if (n)
		memcpy(to, s.p, n);
	return (uint8_t)n;
}

static void
fill(struct state *st, struct user_entry *e, pid_t tid)
{
	struct user_names names = { false, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN };
	const char *path = e->group ? "/etc/group" : "/etc/passwd";
	long n = st->source.root_file(st->source.ctx, tid, path, st->users.file,
	    USERS_FILE_MAX);
	struct str text = { st->users.file, n > 0 ? (size_t)n : 0 };

	st->counts.proc_reads++;
	e->known = e->group ? users_parse_group(text, e->id, &names.name)
			    : users_parse_passwd(text, e->id, &names);
	if (!e->known && e->id == 0)
		names.name = STR("root");
	if (!e->known && e->id == 0 && !e->group)
		names.home = STR("/root");
	e->name_n = copy_text(e->name, names.name);
	e->home_n = copy_text(e->home, names.home);
	e->shell_n = copy_text(e->shell, names.shell);
}

static const struct user_entry *
entry(struct state *st, pid_t tid, uint32_t id, bool group)
{
	struct users *u = &st->users;
	uint64_t root = str_hash(state_root(st, tid), st->config.seed);
	struct user_entry *e;

	for (e = u->cache; e < u->cache + USERS_CACHE; e++)
		if (e->used && e->group == group && e->id == id &&
		    e->root == root)
			break;
	if (e < u->cache + USERS_CACHE && st->time_ns - e->read_ns <= USERS_NS)
		return e;
	if (e == u->cache + USERS_CACHE) {
		e = &u->cache[u->next];
		u->next = (u->next + 1) % USERS_CACHE;
	}
	*e = (struct user_entry){ .used = true,
		.group = group,
		.id = id,
		.root = root,
		.read_ns = st->time_ns };
	fill(st, e, tid);
	return e;
}

void
state_user(struct state *st, pid_t tid, uint32_t uid, struct user_names *out)
{
	const struct user_entry *e = entry(st, tid, uid, false);

	*out = (struct user_names){ e->known, { e->name, e->name_n },
		{ e->home, e->home_n }, { e->shell, e->shell_n } };
}

struct str
state_group(struct state *st, pid_t tid, uint32_t gid)
{
	const struct user_entry *e = entry(st, tid, gid, true);

	return (struct str){ e->name, e->name_n };
}
