/*
 * struct event: a system call (or procexit) decoded from a stop, with the
 * parameters of events.def. events.def is the only description of a call;
 * names, numbers, parameters, flags and their printed forms follow from it.
 */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "event/stop.h"
#include "event/value.h"

enum event_type {
	EVENT_NONE, /* not in the table */
#define EVENT(id, ...) EVENT_##id,
#define PARAM(...)
#include "event/events.def"
#undef EVENT
#undef PARAM
	EVENT_COUNT
};

/* Category of the call, and facts about it (EVENT(..., facts, ...)). */
#define EF_FILE    (1u << 0)
#define EF_NET     (1u << 1)
#define EF_PROCESS (1u << 2)
#define EF_MEMORY  (1u << 3)
#define EF_SIGNAL  (1u << 4)
#define EF_USER    (1u << 5)
#define EF_IPC     (1u << 6)
#define EF_TIME    (1u << 7)
#define EF_SYSTEM  (1u << 8)
#define EF_WAIT    (1u << 9)  /* may block: poll, select, sleep */
#define EF_READ    (1u << 10) /* reads from a descriptor */
#define EF_WRITE   (1u << 11) /* writes to a descriptor */
#define EF_NEWFD   (1u << 12) /* a successful result is a new descriptor */
#define EF_USESFD  (1u << 13) /* works on the descriptor in parameter "fd" */
#define EF_STATE   (1u << 14) /* changes process state: see state/ */
#define EF_NOTCALL (1u << 15) /* not a system call (procexit, container) */

/* What a successful call returns, as far as it is known at entry. */
enum result_kind {
	RESULT_ZERO,  /* 0 */
	RESULT_FD,    /* a descriptor, >= 0 */
	RESULT_COUNT, /* a number >= 0 */
	RESULT_ARG1,  /* the value of argument 1 (dup2, dup3) */
	RESULT_ANY,   /* anything */
};

enum param_type {
	PT_NONE,
	PT_RES, /* result: number, errno name when negative */
	PT_FD,
	PT_PATH,
	PT_STR,
	PT_I64,
	PT_U64,
	PT_HEX,
	PT_FLAGS, /* names of a flag table, joined by | */
	PT_ENUM,  /* the one name of an enum table */
	PT_MODE,
	PT_UID,
	PT_GID,
	PT_PID,
	PT_SIG,
	PT_BUF,   /* bytes, at most 80 kept */
	PT_ADDR,  /* socket address */
	PT_TUPLE, /* both ends of a socket: state has them; when the call gives
	           * or gets an address, .addr is it and the state is KNOWN */
};

#define EVENT_PARAMS_MAX 36
#define EVENT_SNAPLEN    80 /* bytes of an I/O buffer that are kept */
#define EVENT_PATH_MAX   4096

/*
 * A socket address as the call gave it. The family stays AF_INET6 where a
 * v4-mapped address or :: has become IPv4.
 */
struct sock_addr {
	uint16_t family; /* AF_*; 0 when none was given */
	uint16_t port;
	struct ip ip;    /* AF_INET, AF_INET6; family 0 when there is none */
	struct str path; /* AF_UNIX; abstract names start with '@' */
};

enum param_state {
	PARAM_ABSENT,     /* this event cannot know it, or state supplies it */
	PARAM_KNOWN,      /* also a NULL pointer: .null, and an empty text */
	PARAM_LATER,      /* known only with the result */
	PARAM_UNREADABLE, /* the tracee's pointer could not be read */
};

struct param {
	enum param_state state;
	bool cut;     /* text or buffer was longer than what is kept */
	bool null;    /* the pointer was NULL */
	uint64_t raw; /* numbers, flags (Falco's remapped values), pointers */
	struct str s; /* STR, PATH (as passed), BUF; a NUL follows texts */
	struct sock_addr addr; /* ADDR */
};

struct event {
	enum event_type type;
	enum abi abi;
	pid_t tid;
	uint64_t num;     /* evt.num, from 1; the caller's, decode keeps it */
	uint64_t time_ns; /* CLOCK_REALTIME */
	bool has_result;
	int64_t result;   /* value or -errno; valid with has_result */
	uint64_t args[6]; /* unpacked: of connect, not of socketcall */
	uint32_t nr;      /* the kernel's number, socketcall's too */
	unsigned n_params;
	struct param params[EVENT_PARAMS_MAX];
};

/* The static description of one parameter, in table order. */
struct param_info {
	const char *name;
	uint8_t name_n; /* its length */
	enum param_type type;
	const struct flag_name *flags; /* FLAGS, ENUM: ends with a NULL name */
};

struct flag_name {
	const char *name;
	uint64_t value;
};

struct event_info {
	const char *name; /* as in evt.type */
	const char *summary;
	unsigned facts; /* EF_* */
	enum result_kind result;
	int nr[ABI_COUNT]; /* -1: no such call in this ABI */
	const struct param_info *params;
	unsigned n_params;
};

const struct event_info *
event_info(enum event_type type);
/* By the name in evt.type; EVENT_NONE when unknown. */
enum event_type
event_by_name(struct str name);
/* EVENT_NONE also for socketcall and ipc: the arguments name the call. */
enum event_type
event_by_number(enum abi abi, uint32_t nr);
/*
 * All numbers by which a call may come in an ABI: its own, old and new forms,
 * and i386's socketcall or ipc where one of them can carry it.
 */
#define EVENT_NUMBERS_MAX 4
unsigned
event_numbers(enum event_type type, enum abi abi,
    uint32_t numbers[EVENT_NUMBERS_MAX]);
/* Index of a parameter by name, or -1. */
int
event_param_index(enum event_type type, struct str name);
/*
 * Index of the parameter that fd.* is about: the new descriptor (0) of an
 * EF_NEWFD event, else the descriptor that an EF_USESFD event works on, for
 * example the directory of unlinkat; -1 when there is none.
 */
int
event_fd_param(enum event_type type);
/* Whether any event has a parameter of this name. */
bool
event_param_exists(struct str name);
/* FNV-1a over events.def as compiled: part of the protocol's hello. */
uint64_t
event_schema_hash(void);

/*
 * Decodes an ENTRY stop. Texts go to scratch (reset it per event; 32 KB hold
 * the largest event). A parameter that cannot be read is PARAM_UNREADABLE, it
 * is never an error of the event. Returns 0 or ERR_INVAL for a number that is
 * not in the table.
 */
int
event_decode(struct event *ev, const struct stop *stop,
    const struct mem_reader *mem, struct arena *scratch);
/*
 * Adds the result and what can only be read with it (parameters that were
 * PARAM_LATER). What was read at entry stays: it is what the kernel was asked.
 */
void
event_set_result(struct event *ev, int64_t result, const struct mem_reader *mem,
    struct arena *scratch);

/* The procexit event of a STOP_EXIT; reaper_tid is left to state. */
void
event_procexit(struct event *ev, const struct stop *stop);

/* errno name ("ENOENT") for a positive number, or NULL. */
const char *
event_errno_name(int errnum);
/* Appends the names of the set bits joined by '|', or the number. */
void
event_put_flags(struct buf *b, const struct flag_name *table, uint64_t value);
/* Appends the one name of value (several for equal values), or the number. */
void
event_put_enum(struct buf *b, const struct flag_name *table, uint64_t value);
/* "10.0.0.1", "::1"; RFC 5952. */
void
event_put_ip(struct buf *b, const struct ip *ip);

#endif
