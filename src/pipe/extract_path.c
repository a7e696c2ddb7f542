/*
 * Paths that calls are given: evt.abspath and fs.path.*.
 */
#include "pipe/extract_parts.h"

#define FDCWD (-100)

static bool
is_absolute(struct str path)
{
	return path.n && path.p[0] == '/';
}

/*
 * The parameter before a path is its directory when it is a descriptor, but
 * for the first one, which is the result.
 */
struct str
path_base(struct extract *x, unsigned i)
{
	const struct event *ev = x->event;
	const struct event_info *info = event_info(ev->type);
	struct str base = STR_NONE;
	int fd = FDCWD;

	if (is_absolute(ev->params[i].s))
		return STR_NONE;
	if (i >= 2 && info->params[i - 1].type == PT_FD)
		fd = (int32_t)ev->params[i - 1].raw;
	if (fd == FDCWD)
		base = state_cwd(state_of(x), acting_tid(x));
	else if (fd >= 0)
		base = state_fd_link(state_of(x), acting_tid(x), fd);
	/* What is no directory has no path: "pipe:[1]". */
	return is_absolute(base) ? base : PATH_UNKNOWN;
}

struct str
path_of_param(struct extract *x, unsigned i)
{
	const struct param *p = &x->event->params[i];

	if (!param_usable(p))
		return STR_NONE;
	if (p->cut)
		return PATH_TOO_LONG;
	return path_resolve(x->scratch, path_base(x, i), p->s);
}

int
path_param(const struct extract *x, unsigned n)
{
	const struct event *ev = x->event;
	const struct event_info *info = event_info(ev->type);

	for (unsigned i = 0; i < ev->n_params; i++)
		if (info->params[i].type == PT_PATH &&
		    param_usable(&ev->params[i]) && n-- == 0)
			return (int)i;
	return -1;
}

static bool
is_symlink(enum event_type t)
{
	return t == EVENT_SYMLINK || t == EVENT_SYMLINKAT;
}

/* Number of paths that this kind of call takes. */
static unsigned
count_paths(const struct extract *x)
{
	const struct event_info *info = event_info(x->event->type);
	unsigned n = 0;

	if (is_symlink(x->event->type))
		return 2;
	for (unsigned i = 0; i < info->n_params; i++)
		n += info->params[i].type == PT_PATH;
	return n;
}

/* Which path is asked for, as -1 for none: a link's target is no PT_PATH. */
static int
wanted(const struct extract *x, bool source)
{
	if (is_symlink(x->event->type))
		return source ? event_param_index(x->event->type, STR("target"))
			      : path_param(x, 0);
	return path_param(x, source ? 0 : 1);
}

static void
set_path(const struct ask *q, int i, bool raw, struct value *out)
{
	const struct param *p;

	if (i < 0)
		return;
	p = &q->x->event->params[i];
	if (!param_usable(p))
		return;
	set_str(out, raw ? p->s : path_of_param(q->x, (unsigned)i));
}

/* fs.path.name and nameraw: calls with one path, or the file they work on. */
static void
single(const struct ask *q, bool raw, struct value *out)
{
	struct value name = { .kind = VALUE_NONE, .lanes = q->lane };
	const struct fd_facts *fd;

	if (count_paths(q->x) == 1) {
		set_path(q, path_param(q->x, 0), raw, out);
		return;
	}
	if (count_paths(q->x) || q->x->memo->fd_case != FD_CASE_USES)
		return;
	fd = fd_existing(q->x);
	if (fd->kind != FD_FILE && fd->kind != FD_DIRECTORY)
		return;
	fd_name(q->x, q->lane, &name);
	out->kind = name.kind;
	out->s = name.s;
}

void
get_fs_path_name(const struct ask *q, struct value *out)
{
	single(q, false, out);
}

void
get_fs_path_nameraw(const struct ask *q, struct value *out)
{
	single(q, true, out);
}

static void
pair(const struct ask *q, bool source, bool raw, struct value *out)
{
	if (count_paths(q->x) == 2)
		set_path(q, wanted(q->x, source), raw, out);
}

void
get_fs_path_source(const struct ask *q, struct value *out)
{
	pair(q, true, false, out);
}

void
get_fs_path_sourceraw(const struct ask *q, struct value *out)
{
	pair(q, true, true, out);
}

void
get_fs_path_target(const struct ask *q, struct value *out)
{
	pair(q, false, false, out);
}

void
get_fs_path_targetraw(const struct ask *q, struct value *out)
{
	pair(q, false, true, out);
}

/* evt.abspath, or .src and .dst of calls with two paths. */
void
get_evt_abspath(const struct ask *q, struct value *out)
{
	out->lanes = LANE_BOTH;
	if (!q->f->has_arg)
		set_path(q, path_param(q->x, 0), false, out);
	else if (str_eq(q->f->key, STR("src")))
		pair(q, true, false, out);
	else if (str_eq(q->f->key, STR("dst")))
		pair(q, false, false, out);
}
