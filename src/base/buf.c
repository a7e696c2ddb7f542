/*
 * Appending to a bounded buffer, numbers, and JSON strings (RFC 8259 section
 * 7; UTF-8 checked after RFC 3629, one U+FFFD for each maximal broken part as
 * Unicode 15 section 3.9 advises).
 */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_SIZE 256

void
buf_free(struct buf *b)
{
	if (b->owned)
		free(b->p);
	*b = (struct buf){ .cap = b->cap, .owned = b->owned };
}

/* Room for at least want bytes in total if the cap and memory allow. */
static void
grow(struct buf *b, size_t want)
{
	size_t size = b->size ? b->size : FIRST_SIZE;
	char *p;

	if (!b->owned || want <= b->size)
		return;
	while (size < want && size <= b->cap / 2)
		size *= 2;
	if (size < want || size > b->cap)
		size = b->cap;
	if (size <= b->size)
		return;
	p = realloc(b->p, size);
	if (!p)
		return;
	b->p = p;
	b->size = size;
}

/* Makes room for n more bytes and returns how many of them fit. */
static size_t
room(struct buf *b, size_t n)
{
	size_t want;

	if (b->failed)
		return 0;
	if (__builtin_add_overflow(b->n, n, &want))
		want = SIZE_MAX;
	if (want > b->size)
		grow(b, want);
	if (want <= b->size)
		return n;
	b->failed = true;
	return b->size - b->n;
}

void
buf_put(struct buf *b, const void *bytes, size_t n)
{
	n = room(b, n);
	if (n)
		memcpy(b->p + b->n, bytes, n);
	b->n += n;
}

void
buf_str_put(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.n);
}

void
buf_zput(struct buf *b, const char *z)
{
	buf_put(b, z, strlen(z));
}

void
buf_char(struct buf *b, char c)
{
	if (room(b, 1))
		b->p[b->n++] = c;
}

static void
put_number(struct buf *b, uint64_t v, unsigned base)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	buf_put(b, digits + at, sizeof(digits) - at);
}

void
buf_u64(struct buf *b, uint64_t v)
{
	put_number(b, v, 10);
}

void
buf_i64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_char(b, '-');
	put_number(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10);
}

void
buf_hex(struct buf *b, uint64_t v)
{
	buf_put(b, "0x", 2);
	put_number(b, v, 16);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vprintf(b, format, ap);
	va_end(ap);
}

/*
 * Most texts go through the small array, so that one that just fits is not cut
 * for the sake of vsnprintf's NUL.
 */
void
buf_vprintf(struct buf *b, const char *format, va_list ap)
{
	char small[512];
	va_list again;
	size_t fits;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), format, ap);
	if (n < 0) {
		b->failed = true;
	} else if ((size_t)n < sizeof(small)) {
		buf_put(b, small, (size_t)n);
	} else if ((fits = room(b, (size_t)n + 1)) > 0) {
		vsnprintf(b->p + b->n, fits, format, again);
		b->n += fits - 1;
	}
	va_end(again);
}

const char *
buf_cstr(struct buf *b)
{
	if (b->n == b->size)
		grow(b, b->n + 1);
	if (!b->size) {
		b->failed = true;
		return "";
	}
	if (b->n == b->size) {
		b->failed = true;
		b->n--;
	}
	b->p[b->n] = '\0';
	return b->p;
}

/* What may follow a lead byte: how many bytes, and the range of the second. */
struct lead {
	unsigned char more, low, high;
};

static struct lead
lead_of(unsigned char c)
{
	if (c >= 0xc2 && c <= 0xdf)
		return (struct lead){ 1, 0x80, 0xbf };
	if (c == 0xe0)
		return (struct lead){ 2, 0xa0, 0xbf };
	if (c == 0xed) /* no surrogates */
		return (struct lead){ 2, 0x80, 0x9f };
	if (c >= 0xe1 && c <= 0xef)
		return (struct lead){ 2, 0x80, 0xbf };
	if (c == 0xf0)
		return (struct lead){ 3, 0x90, 0xbf };
	if (c >= 0xf1 && c <= 0xf3)
		return (struct lead){ 3, 0x80, 0xbf };
	if (c == 0xf4)
		return (struct lead){ 3, 0x80, 0x8f };
	return (struct lead){ 0, 0, 0 };
}

/* Length of the sequence, or of its longest correct beginning (*ok false). */
static size_t
utf8_length(const char *p, size_t n, bool *ok)
{
	struct lead lead = lead_of((unsigned char)p[0]);
	size_t i;

	for (i = 1; i <= lead.more && i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < lead.low || c > lead.high)
			break;
		lead.low = 0x80;
		lead.high = 0xbf;
	}
	*ok = lead.more && i == (size_t)lead.more + 1;
	return i;
}

/* ASCII that stands for itself: the common case, copied in runs. */
static size_t
plain_run(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
			break;
	}
	return i;
}

static void
escape_char(struct buf *b, char c)
{
	static const char from[] = "\b\f\n\r\t\"\\";
	static const char to[] = "bfnrt\"\\";
	const char *at = c ? strchr(from, c) : NULL;

	if (at) {
		buf_char(b, '\\');
		buf_char(b, to[at - from]);
	} else {
		buf_zput(b, "\\u00");
		buf_char(b, "01"[(c >> 4) & 1]);
		buf_char(b, "0123456789abcdef"[c & 15]);
	}
}

void
buf_json_escape(struct buf *b, struct str s)
{
	size_t i = 0, run;

	while (i < s.n && !b->failed) {
		bool ok;

		run = plain_run(s.p + i, s.n - i);
		buf_put(b, s.p + i, run);
		i += run;
		if (i == s.n)
			break;
		if ((unsigned char)s.p[i] < 0x80) {
			escape_char(b, s.p[i++]);
			continue;
		}
		run = utf8_length(s.p + i, s.n - i, &ok);
		if (ok)
			buf_put(b, s.p + i, run);
		else
			buf_zput(b, "\xef\xbf\xbd");
		i += run;
	}
}

void
buf_json_str(struct buf *b, struct str s)
{
	buf_char(b, '"');
	buf_json_escape(b, s);
	buf_char(b, '"');
}
