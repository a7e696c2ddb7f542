/*
 * Writing recordings; see the header.
 */
#include "pipe/recording.h"

#include <fcntl.h>

#include "event/codec.h"
#include "os/os.h"
#include "pipe/record.h"

#define RECORD_BYTES ((size_t)256 * 1024)

struct recording {
	int fd;
	struct state_source inner;
	struct record_asker asker;
	struct codec_recorder codec;
	struct buf bytes;
};

struct recording *
recording_open(struct arena *a, const char *path, struct state_source *source)
{
	struct recording *r = arena_alloc(a, sizeof *r);
	char *blob = arena_alloc(a, CODEC_PROCESS_MAX);
	char *bytes = arena_alloc(a, RECORD_BYTES);

	if (!r || !blob || !bytes)
		return NULL;
	r->fd =
	    os_open(OS_CWD, str_from(path), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (r->fd < 0)
		return NULL;
	r->bytes = buf_fixed(bytes, RECORD_BYTES);
	codec_put_header(&r->bytes);
	(void)os_write_all(r->fd, r->bytes.p, r->bytes.n);
	r->inner = *source;
	r->asker.inner = &r->inner;
	r->asker.blob = buf_fixed(blob, CODEC_PROCESS_MAX);
	*source = record_source(&r->asker);
	return r;
}

struct mem_reader
recording_start(struct recording *r, const struct mem_reader *inner,
    const struct stop *s)
{
	buf_reset(&r->asker.blob);
	return codec_record_start(&r->codec, inner, s);
}

void
recording_finish(struct recording *r)
{
	buf_reset(&r->bytes);
	r->codec.record.process = buf_str(&r->asker.blob);
	codec_put(&r->bytes, &r->codec.record);
	if (!r->bytes.failed && !r->asker.blob.failed)
		(void)os_write_all(r->fd, r->bytes.p, r->bytes.n);
}
