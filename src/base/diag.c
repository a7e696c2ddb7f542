/*
 * One problem for a person to read, and its only layout.
 */
#include "base/diag.h"

#include <stdio.h>

void
diag_reset(struct diag *d)
{
	if (d)
		*d = (struct diag){ .line = 0 };
}

static void
format_text(char *text, size_t size, const char *format, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void
format_text(char *text, size_t size, const char *format, va_list ap)
{
	if (vsnprintf(text, size, format, ap) >= (int)size)
		memcpy(text + size - 4, "...", 4);
}

void
diag_set(struct diag *d, const char *format, ...)
{
	va_list ap;

	if (!d)
		return;
	va_start(ap, format);
	format_text(d->what, sizeof(d->what), format, ap);
	va_end(ap);
}

void
diag_hint(struct diag *d, const char *format, ...)
{
	va_list ap;

	if (!d)
		return;
	va_start(ap, format);
	format_text(d->hint, sizeof(d->hint), format, ap);
	va_end(ap);
}

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Copies the part of the line around the column that fits. */
static void
keep_source(struct diag *d, struct str line, size_t col)
{
	size_t max = sizeof(d->source) - 1, from = 0;

	if (line.n > max && col > max / 2) {
		from = col - max / 2;
		from = from > line.n - max ? line.n - max : from;
		while (from < col && is_continuation(line.p[from]))
			from++;
	}
	line = str_sub(line, from, from + max);
	memset(d->source, 0, sizeof(d->source));
	if (line.n)
		memcpy(d->source, line.p, line.n);
	d->caret = (unsigned)(col - from) + 1;
}

void
diag_locate(struct diag *d, const char *file, struct str text, size_t offset)
{
	struct str before, after;
	size_t start, end, lines = 1;

	if (!d)
		return;
	snprintf(d->file, sizeof(d->file), "%s", file ? file : "");
	before = str_sub(text, 0, offset);
	offset = before.n;
	start = (size_t)(str_rfind_char(before, '\n') + 1);
	for (size_t i = 0; i < start; i++)
		lines += text.p[i] == '\n';
	after = str_sub(text, offset, text.n);
	end = str_find_char(after, '\n') < 0
	    ? text.n
	    : offset + (size_t)str_find_char(after, '\n');
	if (end > offset && text.p[end - 1] == '\r')
		end--;
	d->line = (unsigned)lines;
	d->col = (unsigned)(offset - start) + 1;
	keep_source(d, str_sub(text, start, end), offset - start);
}

/* Bytes of files reach a terminal here: no control characters. */
static void
put_visible(struct buf *b, const char *z, size_t n)
{
	for (size_t i = 0; i < n && z[i]; i++) {
		unsigned char c = (unsigned char)z[i];

		buf_char(b, (c < 0x20 && c != '\t') || c == 0x7f ? '?' : z[i]);
	}
}

/* The caret stands under its character: tabs stay, UTF-8 is one column. */
static void
put_caret(struct buf *b, const char *source, size_t caret)
{
	size_t n = strnlen(source, sizeof(((struct diag *)0)->source));

	buf_zput(b, "    ");
	for (size_t i = 0; i + 1 < caret && i < n; i++)
		if (!is_continuation(source[i]))
			buf_char(b, source[i] == '\t' ? '\t' : ' ');
	buf_zput(b, "^\n");
}

void
diag_print(struct buf *b, const struct diag *d)
{
	if (d->file[0]) {
		put_visible(b, d->file, sizeof(d->file));
		if (d->line)
			buf_printf(b, ":%u", d->line);
		if (d->line && d->col)
			buf_printf(b, ":%u", d->col);
		buf_zput(b, ": ");
	} else if (d->line) {
		buf_printf(b, "line %u", d->line);
		if (d->col)
			buf_printf(b, ", column %u", d->col);
		buf_zput(b, ": ");
	}
	put_visible(b, d->what, sizeof(d->what));
	buf_char(b, '\n');
	if (d->source[0]) {
		buf_zput(b, "    ");
		put_visible(b, d->source, sizeof(d->source));
		buf_char(b, '\n');
		if (d->col)
			put_caret(b, d->source, d->caret ? d->caret : d->col);
	}
	if (d->hint[0]) {
		buf_zput(b, "    hint: ");
		put_visible(b, d->hint, sizeof(d->hint));
		buf_char(b, '\n');
	}
}
