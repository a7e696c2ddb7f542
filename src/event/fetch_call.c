/*
 * Fetching what only one call has: openat2(2), clone3(2), capset(2),
 * prctl(2), poll(2), semop(2), quotactl(2), fsconfig(2) and others.
 */
#include "base/buf.h"
#include "event/fetch.h"

/* Field i of struct open_how: flags, mode, resolve. */
void
get_open_how(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t how[3];

	p->state = PARAM_UNREADABLE;
	/* The first version of the structure is the smallest one allowed. */
	if (run->ev->args[3] < sizeof(how) ||
	    !fetch_block(run, run->ev->args[2], how, sizeof(how)))
		return;
	if (f->a == 0)
		fetch_number(p, remap_open_flags(how[0], run->ev->abi));
	else if (f->a == 1)
		fetch_number(p, how[1] & 07777);
	else
		fetch_number(p, remap_resolve_flags(how[2], run->ev->abi));
}

/* The flags come first in struct clone_args. */
void
get_clone3(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t flags;

	(void)f;
	p->state = PARAM_UNREADABLE;
	if (run->ev->args[1] >= 64 && fetch_u64(run, run->ev->args[0], &flags))
		fetch_number(p, remap_clone_flags(flags, run->ev->abi));
}

/* Set i of capset's data: 0 effective, 1 permitted, 2 inheritable. */
void
get_caps(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t version, low, high = 0;
	uint64_t at = run->ev->args[1] + 4u * f->a;

	p->state = PARAM_UNREADABLE;
	if (!fetch_u32(run, run->ev->args[0], &version) ||
	    !fetch_u32(run, at, &low))
		return;
	/* _LINUX_CAPABILITY_VERSION_1 has one set of 32 bits. */
	if (version != 0x19980330 && !fetch_u32(run, at + 12, &high))
		return;
	fetch_number(p, low | high << 32);
}

/* A user or group id that the kernel wrote to where argument i points. */
void
get_id_at(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t addr = run->ev->args[f->a], v;
	uint16_t narrow;

	p->state = PARAM_UNREADABLE;
	if (run->ev->abi == ABI_I386 && run->ev->nr <= 182) {
		if (fetch_block(run, addr, &narrow, sizeof(narrow)))
			fetch_number(p, narrow);
	} else if (fetch_u32(run, addr, &v)) {
		fetch_number(p, v);
	}
}

void
get_llseek_offset(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	(void)f;
	fetch_number(p, run->ev->args[1] << 32 | (uint32_t)run->ev->args[2]);
}

/* sendfile64 is i386's second number, with 64-bit offsets. */
void
get_sendfile_offset(struct fetch_run *run, const struct fetch *f,
    struct param *p)
{
	uint64_t addr = run->ev->args[2], v;
	bool narrow = run->ev->abi == ABI_I386 && run->ev->nr == 187;

	(void)f;
	p->raw = 0;
	p->null = addr == 0;
	p->state = p->null ? PARAM_KNOWN : PARAM_UNREADABLE;
	if (addr &&
	    (narrow ? fetch_u32(run, addr, &v) : fetch_u64(run, addr, &v)))
		fetch_number(p, v);
}

/* --- poll ----------------------------------------------------------------- */

/* "3:1 5:4": the descriptors with their events, at most 64 of them. */
void
get_pollfds(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t count = run->ev->args[1];
	struct buf b;
	char *text;

	(void)f;
	p->raw = run->ev->args[0];
	p->state = PARAM_UNREADABLE;
	p->cut = count > 64;
	if (p->cut)
		count = 64;
	text = arena_bytes(run->scratch, 18 * 64); /* "-2147483648:65535 " */
	if (!text)
		return;
	b = buf_fixed(text, 18 * 64);
	for (uint64_t i = 0; i < count; i++) {
		struct {
			int32_t fd;
			uint16_t events, revents;
		} at;

		if (!fetch_block(run, p->raw + i * sizeof(at), &at, sizeof(at)))
			return;
		if (i > 0)
			buf_char(&b, ' ');
		buf_i64(&b, at.fd);
		buf_char(&b, ':');
		buf_u64(&b, at.events);
	}
	p->s = buf_str(&b);
	p->state = PARAM_KNOWN;
}

/* --- prctl ---------------------------------------------------------------- */

enum { PRCTL_SET_NAME = 15, PRCTL_GET_NAME = 16 };

void
get_prctl_text(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint32_t option = (uint32_t)run->ev->args[0];

	(void)f;
	p->state = PARAM_ABSENT;
	if (option == PRCTL_GET_NAME && !run->after)
		p->state = PARAM_LATER;
	else if (option == PRCTL_SET_NAME || option == PRCTL_GET_NAME)
		fetch_text(run, p, run->ev->args[1], 16);
}

void
get_prctl_number(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint32_t option = (uint32_t)run->ev->args[0];

	(void)f;
	p->state = PARAM_ABSENT;
	if (option != PRCTL_SET_NAME && option != PRCTL_GET_NAME)
		fetch_number(p, run->ev->args[1]);
}

/* --- semaphores ----------------------------------------------------------- */

/* Fields 0 to 2 of the first struct sembuf and 3 to 5 of the second. */
void
get_semop(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	unsigned index = f->a / 3, field = f->a % 3;
	uint64_t value;
	uint16_t at[3];

	p->state = PARAM_ABSENT;
	if (run->ev->args[2] <= index)
		return;
	p->state = PARAM_UNREADABLE;
	if (!fetch_block(run, run->ev->args[1] + index * sizeof(at), at,
		sizeof(at)))
		return;
	value = at[field];
	if (field == 1)
		value = (uint64_t)(int64_t)(int16_t)at[1];
	else if (field == 2)
		value = remap_semop_flags(at[2], run->ev->abi);
	fetch_number(p, value);
}

void
get_semctl(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint32_t command = (uint32_t)run->ev->args[2] & ~0x100u;

	(void)f;
	if (command == 16) /* SETVAL: the only one that takes a number */
		fetch_number(p,
		    (uint64_t)(int64_t)(int32_t)(uint32_t)run->ev->args[3]);
	else
		p->state = PARAM_ABSENT;
}

/* --- quotactl ------------------------------------------------------------- */

enum {
	QUOTA_ON = 0x800002,
	QUOTA_GET_FORMAT = 0x800004,
	QUOTA_GET_INFO = 0x800005,
	QUOTA_SET_INFO = 0x800006,
	QUOTA_GET = 0x800007,
	QUOTA_SET = 0x800008,
};

static uint32_t
quota_command(const struct fetch_run *run)
{
	return (uint32_t)run->ev->args[0] >> 8;
}

/*
 * Fields 0 to 7 of struct if_dqblk, 8 to 10 those of struct if_dqinfo, 11 the
 * format: each only of the commands that have it.
 */
void
get_quota(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint64_t at = run->ev->args[3], v;
	uint32_t command = quota_command(run);
	unsigned i = f->a;
	bool ok;

	p->state = PARAM_ABSENT;
	if (i < 8 ? command != QUOTA_GET && command != QUOTA_SET
		: i < 11
		? command != QUOTA_GET_INFO && command != QUOTA_SET_INFO
		: command != QUOTA_GET_FORMAT)
		return;
	p->state = PARAM_UNREADABLE;
	if (i < 8)
		ok = fetch_u64(run, at + 8 * i, &v);
	else if (i < 10)
		ok = fetch_u64(run, at + 8 * (i - 8), &v);
	else
		ok = fetch_u32(run, i == 10 ? at + 16 : at, &v);
	if (!ok)
		return;
	fetch_number(p, i == 11 ? remap_quota_format(v, run->ev->abi) : v);
}

void
get_quota_path(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	(void)f;
	p->state = PARAM_ABSENT;
	if (quota_command(run) == QUOTA_ON)
		fetch_text(run, p, run->ev->args[3], EVENT_PATH_MAX);
}

void
get_quota_format(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	(void)f;
	p->state = PARAM_ABSENT;
	if (quota_command(run) == QUOTA_ON)
		fetch_number(p,
		    remap_quota_format((uint32_t)run->ev->args[2],
			run->ev->abi));
}

/* --- fsconfig ------------------------------------------------------------- */

void
get_fsconfig_bytes(struct fetch_run *run, const struct fetch *f,
    struct param *p)
{
	(void)f;
	p->state = PARAM_ABSENT;
	if ((uint32_t)run->ev->args[1] == 2) /* FSCONFIG_SET_BINARY */
		fetch_bytes(run, p, run->ev->args[3],
		    (uint32_t)run->ev->args[4]);
}

void
get_fsconfig_text(struct fetch_run *run, const struct fetch *f, struct param *p)
{
	uint32_t command = (uint32_t)run->ev->args[1];

	(void)f;
	p->state = PARAM_ABSENT;
	/* FSCONFIG_SET_STRING, SET_PATH, SET_PATH_EMPTY */
	if (command == 1 || command == 3 || command == 4)
		fetch_text(run, p, run->ev->args[3], EVENT_PATH_MAX);
}
