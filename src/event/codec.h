/*
 * Recordings: stops with what was read of the tracee's memory, so that a run
 * can be replayed without tracees. A file is a header and records; numbers are
 * little-endian:
 *
 *   header   "SLREPLAY", u32 version, u64 event_schema_hash()
 *   record   u32 length of what follows
 *            u8 kind, u8 abi, u8 leader, u8 restarted,
 *            i32 tid, i32 child, i32 former_tid, u32 nr, i32 status,
 *            u64 args[6], i64 result, u64 sp, u64 clone_flags, u64 time_ns
 *            u32 count of snippets, each: u64 address, u32 length, bytes
 *            u32 length of the process blob, bytes
 *
 * The reader takes any bytes and trusts none of them.
 */
#ifndef EVENT_CODEC_H
#define EVENT_CODEC_H

#include "base/buf.h"
#include "event/stop.h"

#define CODEC_VERSION      1
#define CODEC_SNIPPETS_MAX 64
#define CODEC_BYTES_MAX    32768 /* of all snippets of a record */
#define CODEC_PROCESS_MAX  65536

struct codec_snippet {
	uint64_t addr;
	struct str bytes;
};

struct codec_record {
	struct stop stop;
	unsigned n_snippets;
	struct codec_snippet snippets[CODEC_SNIPPETS_MAX];
	struct str process; /* of EXEC and CLONE: what the caller wants kept */
};

void
codec_put_header(struct buf *b);
/* Sets b->failed when it does not fit; r keeps to the limits above. */
void
codec_put(struct buf *b, const struct codec_record *r);

/*
 * Takes the header off. ERR_SYNTAX when it is no recording, ERR_UNSUPPORTED
 * when it is one of another version or with another events.def.
 */
int
codec_get_header(struct str *rest);
/*
 * Takes the next record off; its texts are borrowed from rest. Returns 1, 0 at
 * the end, or ERR_SYNTAX at anything that codec_put would not write.
 */
int
codec_get(struct str *rest, struct codec_record *r);

/* Reads the memory that the record holds; r must outlive it. */
struct mem_reader
codec_reader(struct codec_record *r);

/* A reader that passes on to inner and keeps what was read in the record. */
struct codec_recorder {
	const struct mem_reader *inner;
	struct codec_record record;
	size_t used;
	bool full; /* something did not fit and is missing */
	char bytes[CODEC_BYTES_MAX];
};

/* Forgets the record before and starts one of this stop. */
struct mem_reader
codec_record_start(struct codec_recorder *c, const struct mem_reader *inner,
    const struct stop *stop);

#endif
