/*
 * The file behind the descriptor, and fields about several descriptors.
 */
#include <sys/sysmacros.h>

#include "pipe/extract_parts.h"

/* --- files --------------------------------------------------------------- */

/* Facts of the file, false with *out set for this lane otherwise. */
static bool
file_facts(const struct ask *q, struct file_facts *facts, struct value *out)
{
	struct extract *x = q->x;
	enum fd_case c = x->memo->fd_case;
	const struct fd_facts *fd;

	if (c == FD_CASE_OPEN) {
		if (q->lane == LANE_FAIL)
			return false;
		if (!x->event->has_result) {
			set_unknown(out);
			return false;
		}
	} else if (c == FD_CASE_USES || c == FD_CASE_DUP) {
		out->lanes = LANE_BOTH;
	} else {
		return false;
	}
	fd = fd_existing(x);
	*facts = fd->file;
	return fd->have_file;
}

void
get_fd_dev(const struct ask *q, struct value *out)
{
	struct file_facts f;

	if (file_facts(q, &f, out))
		set_i64(out, (int64_t)makedev(f.dev_major, f.dev_minor));
}

void
get_fd_dev_major(const struct ask *q, struct value *out)
{
	struct file_facts f;

	if (file_facts(q, &f, out))
		set_i64(out, f.dev_major);
}

void
get_fd_dev_minor(const struct ask *q, struct value *out)
{
	struct file_facts f;

	if (file_facts(q, &f, out))
		set_i64(out, f.dev_minor);
}

void
get_fd_ino(const struct ask *q, struct value *out)
{
	struct file_facts f;

	if (file_facts(q, &f, out))
		set_i64(out, (int64_t)f.ino);
}

void
get_fd_is_upper_layer(const struct ask *q, struct value *out)
{
	struct file_facts f;

	if (file_facts(q, &f, out))
		set_bool(out, f.upper_layer);
}

void
get_fd_is_lower_layer(const struct ask *q, struct value *out)
{
	struct file_facts f;

	if (file_facts(q, &f, out))
		set_bool(out, f.overlay && !f.upper_layer);
}

/* --- several descriptors ------------------------------------------------- */

#define TYPES_MAX 64 /* descriptors that fd.types looks at */

void
get_fd_types(const struct ask *q, struct value *out)
{
	struct extract *x = q->x;
	struct fd_facts fd;
	struct value *at;
	int from = 0, to = TYPES_MAX;
	size_t n = 0;

	out->lanes = LANE_BOTH;
	if (q->f->has_arg) {
		if (q->f->index < 0 || q->f->index >= INT32_MAX)
			return;
		from = (int)q->f->index;
		to = from + 1;
	}
	at = arena_array(x->scratch, (size_t)(to - from), sizeof(*at));
	for (int i = from; at && i < to; i++) {
		const char *name;

		state_fd(state_of(x), acting_tid(x), i, &fd);
		name = fd_kind_name(fd.kind);
		if (!name)
			continue;
		at[n].lanes = LANE_BOTH;
		set_text(&at[n++], name);
	}
	if (!n)
		return;
	out->kind = VALUE_LIST;
	out->list.at = at;
	out->list.n = n;
}

/* The next "number:events" of poll's parameter. */
static bool
next_polled(struct str *rest, int64_t *fd)
{
	struct str piece;

	while (str_split(rest, ' ', &piece)) {
		ptrdiff_t colon = str_find_char(piece, ':');

		if (colon > 0 &&
		    str_to_i64(str_sub(piece, 0, (size_t)colon), fd))
			return true;
	}
	return false;
}

void
get_fdlist_nums(const struct ask *q, struct value *out)
{
	const struct param *p = param_named(q->x, "fds");
	struct str rest;
	struct buf b;
	int64_t fd;

	if (!param_usable(p))
		return;
	rest = p->s;
	b = scratch_buf(q->x, p->s.n + 1);
	while (next_polled(&rest, &fd)) {
		if (b.n)
			buf_char(&b, ',');
		buf_i64(&b, fd);
	}
	set_filled(out, scratch_text(&b));
}

#define LIST_BYTES 2048

void
get_fdlist_names(const struct ask *q, struct value *out)
{
	const struct param *p = param_named(q->x, "fds");
	struct str rest;
	struct buf b;
	int64_t fd;

	if (!param_usable(p))
		return;
	rest = p->s;
	b = scratch_buf(q->x, LIST_BYTES);
	while (!b.failed && next_polled(&rest, &fd)) {
		struct str link = fd < 0 || fd > INT32_MAX
		    ? STR_NONE
		    : state_fd_link(state_of(q->x), acting_tid(q->x), (int)fd);

		if (link.n && b.n)
			buf_char(&b, ',');
		buf_str_put(&b, link);
	}
	set_filled(out, scratch_text(&b));
}
