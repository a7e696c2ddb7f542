/*
 * struct buf: bytes that are appended to, with a hard cap and a sticky error.
 * Over a fixed array (buf_fixed) it never allocates; buf_grow() ones own heap
 * memory. Check .failed once, at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf {
	char *p;
	size_t n;    /* used */
	size_t size; /* allocated or given */
	size_t cap;  /* never grows over this */
	bool owned;
	bool failed; /* something did not fit: the text is cut */
};

static inline struct buf
buf_fixed(void *memory, size_t size)
{
	return (struct buf){ .p = memory, .size = size, .cap = size };
}

/* A heap buffer of at most cap bytes; release with buf_free. */
static inline struct buf
buf_grow(size_t cap)
{
	return (struct buf){ .cap = cap, .owned = true };
}

void
buf_free(struct buf *b);
static inline void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}
static inline struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}

/* What does not fit is cut at the cap and sets .failed. */
void
buf_put(struct buf *b, const void *bytes, size_t n);
void
buf_str_put(struct buf *b, struct str s);
void
buf_zput(struct buf *b, const char *z);
void
buf_char(struct buf *b, char c);
void
buf_u64(struct buf *b, uint64_t v);
void
buf_i64(struct buf *b, int64_t v);
void
buf_hex(struct buf *b, uint64_t v); /* 0x1f */
void
buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void
buf_vprintf(struct buf *b, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* Appends a NUL that n does not count; the text is then a C string. */
const char *
buf_cstr(struct buf *b);

/* A JSON string with its quotes; invalid UTF-8 becomes U+FFFD. RFC 8259. */
void
buf_json_str(struct buf *b, struct str s);
/* The same escapes without the quotes (Falco's text lines). */
void
buf_json_escape(struct buf *b, struct str s);

#endif
