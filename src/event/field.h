/*
 * The fields that rules may name. fields.def is the only description; the
 * compiler checks against it, extraction switches over it, listings print it.
 */
#ifndef EVENT_FIELD_H
#define EVENT_FIELD_H

#include "base/str.h"
#include "event/event.h"

enum field_id {
	FIELD_NONE,
#define FIELD(id, ...) FIELD_##id,
#include "event/fields.def"
#undef FIELD
	FIELD_COUNT
};

enum field_type {
	FT_STR,
	FT_PATH,
	FT_U64,
	FT_U32,
	FT_I64,
	FT_I32,
	FT_I16,
	FT_F64,
	FT_BOOL,
	FT_IP,
	FT_NET,
	FT_PORT,
	FT_DURATION, /* ns */
	FT_TIME,     /* ns since the epoch */
	FT_BYTES,
	FT_DYNAMIC, /* evt.rawarg: the type of the parameter named */
};

enum field_arg {
	FA_NONE,
	FA_REQUIRED_KEY,   /* .name or [name] */
	FA_REQUIRED_INDEX, /* [n] */
	FA_OPTIONAL_KEY,
	FA_OPTIONAL_INDEX,
	FA_OPTIONAL_ANY, /* [n] or [NAME] */
	FA_REQUIRED_ANY,
};

/* The letters of the flags column in the field reference. */
#define FF_FILTER_ONLY  (1u << 0) /* F */
#define FF_PRINT_ONLY   (1u << 1) /* P */
#define FF_HIDDEN       (1u << 2) /* H */
#define FF_DEPRECATED   (1u << 3) /* D */
#define FF_LIST         (1u << 4) /* L */
#define FF_NO_TRANSFORM (1u << 5) /* X */
#define FF_NO_RHS       (1u << 6) /* R */
#define FF_SUGGESTED    (1u << 7) /* S */

/* How long a value lives: what caching may rely on. */
enum field_scope {
	FS_EVENT,     /* from this event's entry */
	FS_RESULT,    /* may differ with the outcome of the call */
	FS_PROCESS,   /* of the process: until exec */
	FS_VOLATILE,  /* of the process, but may change any time */
	FS_CONTAINER, /* constant for the container */
	FS_ABSENT,    /* this agent never has it */
};

struct field_info {
	const char *name;
	enum field_type type;
	enum field_arg arg;
	unsigned flags; /* FF_* */
	enum field_scope scope;
	uint8_t cost; /* relative: 1 register, 4 memory, 16 /proc, 64 sockets */
	const char *help;
};

const struct field_info *
field_info(enum field_id id);
enum field_id
field_by_name(struct str name);
/* Nearest known name for a message, or NULL. */
const char *
field_nearest(struct str name);

/* A field with its argument, as a condition or format names it. */
struct field_ref {
	enum field_id id;
	bool has_arg;
	bool arg_is_index;
	int64_t index;  /* [n] */
	struct str key; /* [name] or .name, without quotes */
	/* evt.arg, evt.rawarg: per event type the parameter index or -1. */
	const int8_t *param_of; /* EVENT_COUNT entries, or NULL */
};

/*
 * Where values come from: events and state in the agent, JSON in tests.
 * get() fills *out for at least one of the lanes asked for and says in
 * out->lanes for which; the caller asks again for the rest. Texts are borrowed
 * until the event ends.
 */
struct field_source {
	void (*get)(void *ctx, const struct field_ref *f, unsigned lanes,
	    struct value *out);
	void *ctx;
};

#endif
