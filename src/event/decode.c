/*
 * From a stop to an event: a loop over the last column of events.def.
 */
#include <sys/wait.h>

#include "base/err.h"
#include "event/fetch.h"
#include "event/unpack.h"

// clang-format off
#define NONE              { .get = NULL }
#define ZERO              { .get = get_zero }
#define RET               { .get = get_ret, .later = true }
#define REG(n)            { .get = get_reg, .a = n }
#define U32(n)            { .get = get_u32, .a = n }
#define INT(n)            { .get = get_int, .a = n }
#define LONG(n)           { .get = get_long, .a = n }
#define MODE(n)           { .get = get_mode, .a = n }
#define ID(n)             { .get = get_id, .a = n }
#define OFFSET(n)         { .get = get_offset, .a = n }
#define VIA(fn, n)        { .get = get_via, .a = n, .remap = remap_##fn }
#define WIDE(fn, n)       { .get = get_wide, .a = n, .remap = remap_##fn }
#define OPEN_MODE(f, m)   { .get = get_open_mode, .a = f, .b = m }
#define TEXT(p)           { .get = get_text, .a = p }
#define TEXT_OUT(p)       { .get = get_text, .a = p, .later = true }
#define BUF(p, n)         { .get = get_buf, .a = p, .b = n }
#define BUF_OUT(p)        { .get = get_buf_out, .a = p, .later = true }
#define IOV(p, n)         { .get = get_iov, .a = p, .b = n }
#define IOV_OUT(p, n)     { .get = get_iov_out, .a = p, .b = n, .later = true }
#define IOV_SIZE(p, n)    { .get = get_iov_size, .a = p, .b = n }
#define MEM32(p, i)       { .get = get_mem32, .a = p, .b = i }
#define MEM32_OUT(p, i)   { .get = get_mem32, .a = p, .b = i, .later = true }
#define MEM64(p, i)       { .get = get_mem64, .a = p, .b = i }
#define MEM64_OUT(p, i)   { .get = get_mem64, .a = p, .b = i, .later = true }
#define WORD(p, i)        { .get = get_word, .a = p, .b = i }
#define WORD_OUT(p, i)    { .get = get_word, .a = p, .b = i, .later = true }
#define TIMESPEC(p)       { .get = get_timespec, .a = p }
#define SOCKADDR(p, n)    { .get = get_sockaddr, .a = p, .b = n }
#define PEER(p, q)        { .get = get_peer, .a = p, .b = q, .later = true }
#define MSG_DATA(p)       { .get = get_msg_data, .a = p }
#define MSG_DATA_OUT(p)   { .get = get_msg_data_out, .a = p, .later = true }
#define MMSG_DATA_OUT(p)  { .get = get_mmsg_data_out, .a = p, .later = true }
#define MSG_SIZE(p)       { .get = get_msg_size, .a = p }
#define MSG_NAME(p)       { .get = get_msg_name, .a = p }
#define MSG_NAME_OUT(p)   { .get = get_msg_name, .a = p, .later = true }
#define MSG_CONTROL(p)    { .get = get_msg_control, .a = p, .later = true }
#define CALL(fn, i)       { .get = get_##fn, .a = i }
#define CALL_OUT(fn, i)   { .get = get_##fn, .a = i, .later = true }
// clang-format on

/* As in event.c, each EVENT closes the array of the one before. */
#define EVENT(id, ...) \
	}              \
	;              \
	static const struct fetch fetch_##id[] = {
#define PARAM(id, name, type, table, fetch_) fetch_,
static const struct fetch fetch_NONE[] = {
#include "event/events.def"
};
#undef EVENT
#undef PARAM

static const struct fetch *const fetches[EVENT_COUNT] = {
	[EVENT_NONE] = fetch_NONE,
#define EVENT(id, ...) [EVENT_##id] = fetch_##id,
#define PARAM(...)
#include "event/events.def"
#undef EVENT
#undef PARAM
};

int
event_decode(struct event *ev, const struct stop *stop,
    const struct mem_reader *mem, struct arena *scratch)
{
	struct fetch_run run = { .ev = ev, .mem = mem, .scratch = scratch };
	const struct fetch *f;

	ev->abi = stop->abi;
	ev->tid = stop->tid;
	ev->time_ns = stop->time_ns;
	ev->has_result = false;
	ev->result = 0;
	ev->nr = stop->nr;
	ev->n_params = 0;
	memcpy(ev->args, stop->args, sizeof(ev->args));
	ev->type = unpack_call(ev, mem);
	if (ev->type == EVENT_NONE)
		return ERR_INVAL;
	ev->n_params = event_info(ev->type)->n_params;
	f = fetches[ev->type];
	for (unsigned i = 0; i < ev->n_params; i++, f++) {
		struct param *p = &ev->params[i];

		*p = (struct param){ .state = PARAM_ABSENT };
		if (f->later)
			p->state = PARAM_LATER;
		else if (f->get)
			f->get(&run, f, p);
	}
	return 0;
}

void
event_set_result(struct event *ev, int64_t result, const struct mem_reader *mem,
    struct arena *scratch)
{
	struct fetch_run run = { .ev = ev,
		.mem = mem,
		.scratch = scratch,
		.after = true };
	const struct fetch *f = fetches[ev->type];

	ev->has_result = true;
	ev->result = result;
	for (unsigned i = 0; i < ev->n_params; i++, f++) {
		struct param *p = &ev->params[i];

		if (p->state != PARAM_LATER)
			continue;
		/* A call that failed has written nothing. */
		p->state = PARAM_ABSENT;
		if (result >= 0 || f->get == get_ret)
			f->get(&run, f, p);
	}
}

void
event_procexit(struct event *ev, const struct stop *stop)
{
	int status = stop->status;
	const uint64_t values[] = {
		(uint64_t)(int64_t)status,
		WIFEXITED(status) ? (uint64_t)WEXITSTATUS(status) : 0,
		WIFSIGNALED(status) ? (uint64_t)WTERMSIG(status) : 0,
		WIFSIGNALED(status) && WCOREDUMP(status),
	};

	*ev = (struct event){ .type = EVENT_PROCEXIT,
		.abi = stop->abi,
		.tid = stop->tid,
		.num = ev->num,
		.time_ns = stop->time_ns,
		.n_params = event_info(EVENT_PROCEXIT)->n_params };
	for (unsigned i = 0; i < sizeof(values) / sizeof(*values); i++)
		fetch_number(&ev->params[i], values[i]);
}
