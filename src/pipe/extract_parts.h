/*
 * What the files of extract share: the memo of one event, ways to set values,
 * and the getters that extract.def names.
 */
#ifndef PIPE_EXTRACT_PARTS_H
#define PIPE_EXTRACT_PARTS_H

#include "pipe/extract.h"
#include "state/fd.h"
#include "state/path.h"
#include "state/proc.h"
#include "state/users.h"

/* Which descriptor fd.* is about, and how it comes to be. */
enum fd_case {
	FD_CASE_NONE, /* no fd.* at all */
	FD_CASE_OPEN, /* a file by its path */
	FD_CASE_SOCKET,
	FD_CASE_CONNECT,
	FD_CASE_ACCEPT,
	FD_CASE_BIND,
	FD_CASE_DUP,  /* the descriptor that is duplicated */
	FD_CASE_NEW,  /* another kind of new descriptor */
	FD_CASE_USES, /* one that exists already */
};

enum end_state { END_NONE, END_KNOWN, END_UNKNOWN };

/* Both ends of the event's socket in one lane. */
struct fd_ends {
	bool ready;
	enum end_state local_state, remote_state;
	struct sock_addr local, remote;
	enum sock_role role;
};

/* A UDP socket's last address, to tell whether fd.name changes. */
#define SENT_CELLS 1024
struct sent_cell {
	uint64_t key;    /* hash of thread group and socket */
	uint64_t remote; /* hash of the address */
	uint64_t num;    /* event that set it */
	bool changed;    /* what that event was told */
};

struct extract_memo {
	enum fd_case fd_case;
	bool fd_ready;     /* fd is filled */
	bool socket_ready; /* its addresses were asked for */
	struct fd_facts fd;
	struct fd_ends ends[2]; /* OK, FAIL */
	bool name_ready, raw_ready, args_ready, pargs_ready;
	struct str name, raw; /* path of the open family */
	struct str cmdline, pcmdline;
	struct sent_cell *sent; /* SENT_CELLS, kept between events */
	uint64_t prints;        /* util.cnt */
	uint64_t num, time_ns;  /* of the event begun */
};

/* --- values -------------------------------------------------------------- */

static inline void
set_none(struct value *v)
{
	v->kind = VALUE_NONE;
}
static inline void
set_unknown(struct value *v)
{
	v->kind = VALUE_UNKNOWN;
}
static inline void
set_bool(struct value *v, bool b)
{
	v->kind = VALUE_BOOL;
	v->b = b;
}
static inline void
set_i64(struct value *v, int64_t i)
{
	v->kind = VALUE_I64;
	v->i = i;
}
static inline void
set_u64(struct value *v, uint64_t u)
{
	v->kind = VALUE_U64;
	v->u = u;
}
static inline void
set_range(struct value *v, int64_t lo, int64_t hi)
{
	v->kind = VALUE_RANGE;
	v->range.lo = lo;
	v->range.hi = hi;
}
/* .p NULL: no value. */
static inline void
set_str(struct value *v, struct str s)
{
	v->kind = s.p ? VALUE_STR : VALUE_NONE;
	v->s = s;
}
/* Empty: no value. */
static inline void
set_filled(struct value *v, struct str s)
{
	v->kind = s.n ? VALUE_STR : VALUE_NONE;
	v->s = s;
}
static inline void
set_text(struct value *v, const char *z)
{
	set_str(v, str_from(z));
}
static inline void
set_ip(struct value *v, struct ip ip)
{
	v->kind = VALUE_IP;
	v->ip = ip;
}

/* --- the event ----------------------------------------------------------- */

/* A buffer of size bytes in scratch; a full scratch gives one of size 0. */
struct buf
scratch_buf(struct extract *x, size_t size);
/* Its text, NULL when nothing could be allocated. */
struct str
scratch_text(const struct buf *b);

static inline bool
is_error(int64_t result)
{
	return result < 0 && result >= -4095;
}
/* The event's parameter, NULL when it has none of this name. */
const struct param *
param_named(const struct extract *x, const char *name);
/* Whether the path parameter i can be used. */
bool
param_usable(const struct param *p);
/* Thread to ask /proc about: the acting one. */
static inline pid_t
acting_tid(const struct extract *x)
{
	return x->event->tid;
}
static inline struct state *
state_of(const struct extract *x)
{
	return x->context->state;
}

/* --- paths --------------------------------------------------------------- */

/* Directory that the path parameter i is relative to, ending in '/'. */
struct str
path_base(struct extract *x, unsigned i);
/* The path parameter i, absolute and clean; .p NULL when not readable. */
struct str
path_of_param(struct extract *x, unsigned i);
/* Index of the n-th PT_PATH parameter that was given, or -1. */
int
path_param(const struct extract *x, unsigned n);

/* --- descriptors --------------------------------------------------------- */

enum fd_case
fd_case_of(enum event_type type);
/* The descriptor that exists while we look at it; -1 when there is none. */
int
fd_existing_number(const struct extract *x);
/* Whether the outcome changes nothing of what the descriptor is. */
bool
fd_same_in_both(const struct extract *x);
/* FD_UNKNOWN: there is none. *later: not known before the result. */
enum fd_kind
fd_kind_in(struct extract *x, unsigned lane, bool *later);
/* Facts of the descriptor that exists (USES, DUP, CONNECT ...; after NEW). */
const struct fd_facts *
fd_existing(struct extract *x);
/* The same with its addresses. */
const struct fd_facts *
fd_with_socket(struct extract *x);
const struct fd_ends *
fd_ends(struct extract *x, unsigned lane);
/* "<f>/path" of any descriptor of the acting process; false when unknown. */
bool
fd_put(struct extract *x, struct buf *b, int fd);
/* The same for the descriptor that fd.* is about. */
bool
fd_put_own(struct extract *x, struct buf *b, unsigned lane);
/* fd.name in a lane. */
void
fd_name(struct extract *x, unsigned lane, struct value *out);

/* --- parameters ---------------------------------------------------------- */

enum param_form {
	FORM_PLAIN,    /* the number */
	FORM_RESOLVED, /* what it stands for, the number when that is nothing */
	FORM_BOTH,     /* number(what it stands for) */
};

/* Parameter i as in evt.args: name=value. */
void
put_arg(struct extract *x, struct buf *b, unsigned i, unsigned lane);

/* --- fields -------------------------------------------------------------- */

/* One field in one lane. */
struct ask {
	struct extract *x;
	const struct field_ref *f;
	unsigned lane;
};

/*
 * Sets *out, whose kind is VALUE_NONE. out->lanes is the lane asked for, or
 * LANE_BOTH for fields that no result changes; a getter may widen it.
 */
typedef void
extract_get(const struct ask *q, struct value *out);

#define GET(id, function) extract_get function;
#include "pipe/extract.def"
#undef GET

/* --- pieces that more than one class needs ------------------------------- */

/* comm, blank, arguments; arguments only; argv[0], blank, arguments. */
struct str
proc_cmdline(struct extract *x, struct proc *p);
struct str
proc_args(struct extract *x, struct proc *p);
/* Bits of EXE_WRITABLE and so on, as execve's flags parameter has them. */
#define EXE_WRITABLE    1u
#define EXE_UPPER_LAYER 2u
#define EXE_FROM_MEMFD  4u
#define EXE_LOWER_LAYER 8u
bool
proc_exe_flags(struct extract *x, unsigned *flags);
/* Environment joined by blanks. */
struct str
join_list(struct extract *x, struct str list);
/* A variable's value without blanks around it; false when empty or not set. */
bool
proc_variable(struct str environ, struct str name, struct str *value);
int64_t
proc_fdlimit(struct extract *x); /* -1: unknown */

#endif
