/*
 * Any bytes as records of a recording, and whatever is a record as a call of a
 * hostile tracee: read, decoded, given its result, rendered.
 */
#include <stdlib.h>

#include "event/codec.h"
#include "event/event.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char scratch_bytes[32768];

static void
check_text(struct str s)
{
	uintptr_t from = (uintptr_t)scratch_bytes, at = (uintptr_t)s.p;

	if (s.n == 0)
		return;
	if (at < from || s.n > sizeof(scratch_bytes) ||
	    at - from > sizeof(scratch_bytes) - s.n)
		abort();
}

static void
check_event(const struct event *ev)
{
	const struct event_info *info = event_info(ev->type);
	char text[4096];

	if (ev->n_params != info->n_params)
		abort();
	for (unsigned i = 0; i < ev->n_params; i++) {
		const struct param *p = &ev->params[i];
		struct buf b = buf_fixed(text, sizeof(text));

		if (p->state == PARAM_LATER && ev->has_result)
			abort();
		if (p->s.n > EVENT_PATH_MAX || p->addr.path.n > 108)
			abort();
		check_text(p->s);
		check_text(p->addr.path);
		event_put_flags(&b, info->params[i].flags, p->raw);
		event_put_enum(&b, info->params[i].flags, p->raw);
		event_put_ip(&b, &p->addr.ip);
		if (b.failed)
			abort();
	}
}

static void
decode_record(struct codec_record *record)
{
	static struct event ev;
	struct mem_reader reader = codec_reader(record);
	struct arena scratch;

	arena_fixed(&scratch, scratch_bytes, sizeof(scratch_bytes));
	if (event_decode(&ev, &record->stop, &reader, &scratch) < 0)
		return;
	check_event(&ev);
	event_set_result(&ev, record->stop.result, &reader, &scratch);
	check_event(&ev);
	event_procexit(&ev, &record->stop);
	check_event(&ev);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct codec_record record;
	struct str rest = { (const char *)data, size };

	/* The header would only keep the fuzzer away from the records. */
	codec_get_header(&rest);
	while (codec_get(&rest, &record) == 1)
		decode_record(&record);
	return 0;
}
