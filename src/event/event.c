/*
 * The events as tables, built from events.def and numbers.def: by type, by
 * name and by number. Numbers follow Linux 6.1; x32 ones go without bit 30.
 */
#include "event/event.h"

#include "event/flags.h"
#include "event/unpack.h"

/* Each EVENT closes the parameters of the one before and opens its own. */
#define EVENT(id, ...) \
	}              \
	;              \
	static const struct param_info params_##id[] = {
#define PARAM(id, name, type, table, fetch) \
	{ name, sizeof(name) - 1, type, table },
static const struct param_info params_NONE[] = {
#include "event/events.def"
};
#undef EVENT
#undef PARAM

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
/* numbers.def overrides the x32 number, which is x86_64's otherwise. */
static const struct event_info events[EVENT_COUNT] = {
	[EVENT_NONE] = { "", "", 0, RESULT_ANY, { -1, -1, -1, -1, -1 },
	    params_NONE, 0 },
#define EVENT(id, name_, facts_, result_, x86_64, i386, arm64, summary_) \
	[EVENT_##id] = {                                                 \
		.name = name_,                                           \
		.summary = summary_,                                     \
		.facts = facts_,                                         \
		.result = result_,                                       \
		.nr = { x86_64, i386, x86_64, arm64, -1 },               \
		.params = params_##id,                                   \
		.n_params = sizeof(params_##id) / sizeof(*params_##id),  \
	},
#define PARAM(...)
#include "event/events.def"
#undef EVENT
#undef PARAM
#define X32(id, number) [EVENT_##id].nr[ABI_X32] = number,
#define ALIAS(...)
#include "event/numbers.def"
#undef X32
#undef ALIAS
};

/* Type by number. Calls that an ABI lacks share the last cell. */
#define NUMBERS  600
#define CELL(nr) ((nr) < 0 ? NUMBERS : (nr))

// clang-format off
static const uint16_t by_number[ABI_OTHER][NUMBERS + 1] = {
#define EVENT(id, name, facts, result, x86_64, i386, arm64, summary) \
	[ABI_X86_64][CELL(x86_64)] = EVENT_##id,                     \
	[ABI_X32][CELL(x86_64)] = EVENT_##id,                        \
	[ABI_I386][CELL(i386)] = EVENT_##id,                         \
	[ABI_AARCH64][CELL(arm64)] = EVENT_##id,
#define PARAM(...)
#include "event/events.def"
#undef EVENT
#undef PARAM
#define X32(id, number) [ABI_X32][CELL(number)] = EVENT_##id,
#define ALIAS(id, abi, number) [abi][number] = EVENT_##id,
#include "event/numbers.def"
#undef X32
#undef ALIAS
};
// clang-format on
#pragma GCC diagnostic pop

const struct event_info *
event_info(enum event_type type)
{
	return &events[(unsigned)type < EVENT_COUNT ? type : EVENT_NONE];
}

enum event_type
event_by_name(struct str name)
{
	unsigned low = EVENT_NONE + 1, high = EVENT_COUNT;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		int order = str_cmp(name, str_from(events[middle].name));

		if (order == 0)
			return (enum event_type)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return EVENT_NONE;
}

enum event_type
event_by_number(enum abi abi, uint32_t nr)
{
	if ((unsigned)abi >= ABI_OTHER || nr >= NUMBERS)
		return EVENT_NONE;
	return (enum event_type)by_number[abi][nr];
}

unsigned
event_numbers(enum event_type type, enum abi abi,
    uint32_t numbers[EVENT_NUMBERS_MAX])
{
	const struct event_info *info = event_info(type);
	unsigned n = 0;

	if ((unsigned)abi >= ABI_OTHER)
		return 0;
	if (info->nr[abi] >= 0)
		numbers[n++] = (uint32_t)info->nr[abi];
#define X32(...)
#define ALIAS(id, abi_, number)                  \
	if (type == EVENT_##id && abi == (abi_)) \
		numbers[n++] = (number);
#include "event/numbers.def"
#undef X32
#undef ALIAS
	n += unpack_carrier(type, abi, numbers + n);
	return n;
}

int
event_param_index(enum event_type type, struct str name)
{
	const struct event_info *info = event_info(type);

	for (unsigned i = 0; i < info->n_params; i++)
		if (name.n == info->params[i].name_n &&
		    memcmp(name.p, info->params[i].name, name.n) == 0)
			return (int)i;
	return -1;
}

int
event_fd_param(enum event_type type)
{
	const struct event_info *info = event_info(type);

	if (info->facts & EF_NEWFD)
		return 0;
	if (!(info->facts & EF_USESFD))
		return -1;
	for (unsigned i = 0; i < info->n_params; i++)
		if (info->params[i].type == PT_FD && i > 0)
			return (int)i;
	return -1;
}

bool
event_param_exists(struct str name)
{
	for (unsigned type = 0; type < EVENT_COUNT; type++)
		if (event_param_index((enum event_type)type, name) >= 0)
			return true;
	return false;
}

static uint64_t
hash_number(uint64_t hash, uint64_t number)
{
	char bytes[8];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(number >> (8 * i));
	return str_hash((struct str){ bytes, sizeof(bytes) }, hash);
}

uint64_t
event_schema_hash(void)
{
	uint64_t hash = 0;

	for (unsigned type = 0; type < EVENT_COUNT; type++) {
		const struct event_info *info = &events[type];

		hash = str_hash(str_from(info->name), hash);
		hash = hash_number(hash, info->facts);
		for (unsigned abi = 0; abi < ABI_COUNT; abi++)
			hash = hash_number(hash, (uint32_t)info->nr[abi]);
		for (unsigned i = 0; i < info->n_params; i++) {
			hash = str_hash(str_from(info->params[i].name), hash);
			hash = hash_number(hash, info->params[i].type);
		}
	}
	return hash;
}
