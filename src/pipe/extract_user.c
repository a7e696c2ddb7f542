/*
 * user.*, group.*: names from the tracee's own files.
 */
#include "pipe/extract_parts.h"

/* False when the credentials cannot be read. */
static bool
user_of(const struct ask *q, struct user_names *names)
{
	const struct proc_status *s =
	    state_status(state_of(q->x), acting_tid(q->x));

	if (!s)
		return false;
	state_user(state_of(q->x), acting_tid(q->x), s->uid[1], names);
	return true;
}

void
get_user_name(const struct ask *q, struct value *out)
{
	struct user_names names;

	set_str(out, user_of(q, &names) ? names.name : STR("<NA>"));
}

void
get_user_homedir(const struct ask *q, struct value *out)
{
	struct user_names names;

	set_str(out, user_of(q, &names) ? names.home : STR("<NA>"));
}

void
get_user_shell(const struct ask *q, struct value *out)
{
	struct user_names names;

	set_str(out, user_of(q, &names) ? names.shell : STR("<NA>"));
}

void
get_user_loginuid(const struct ask *q, struct value *out)
{
	int64_t uid;

	/* A kernel without audit has no login uid: the same as unset. */
	if (!state_loginuid(state_of(q->x), acting_tid(q->x), &uid))
		uid = PROC_LOGINUID_UNSET;
	set_i64(out, uid);
}

void
get_user_loginname(const struct ask *q, struct value *out)
{
	struct user_names names;
	int64_t uid;

	if (!state_loginuid(state_of(q->x), acting_tid(q->x), &uid) ||
	    uid < 0) {
		set_str(out, STR("<NA>"));
		return;
	}
	state_user(state_of(q->x), acting_tid(q->x), (uint32_t)uid, &names);
	set_str(out, names.name);
}

void
get_group_name(const struct ask *q, struct value *out)
{
	const struct proc_status *s =
	    state_status(state_of(q->x), acting_tid(q->x));

	if (s)
		set_str(out,
		    state_group(state_of(q->x), acting_tid(q->x), s->gid[1]));
}
