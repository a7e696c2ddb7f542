/*
 * Levelled messages, one line each, through the function that the log carries.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE_MAX_BYTES 1023

static const char *const names[] = {
	[LOG_SILENT] = "silent",
	[LOG_FATAL] = "fatal",
	[LOG_CRITICAL] = "critical",
	[LOG_ERROR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_NOTICE] = "notice",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
	[LOG_TRACE] = "trace",
};

bool
log_level_parse(struct str word, enum log_level *out)
{
	if (str_eq_nocase(word, STR("none"))) {
		*out = LOG_SILENT;
		return true;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_nocase(word, str_from(names[i]))) {
			*out = (enum log_level)i;
			return true;
		}
	return false;
}

const char *
log_level_name(enum log_level level)
{
	size_t n = sizeof(names) / sizeof(names[0]);

	return (size_t)level < n ? names[level] : "unknown";
}

void
log_print(const struct log *l, enum log_level level, const char *format, ...)
{
	char line[LINE_MAX_BYTES + 1];
	va_list ap;
	int n;

	if (!l || !l->put || level == LOG_SILENT || level > l->level)
		return;
	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	if (n < 0)
		return;
	if (n > LINE_MAX_BYTES)
		n = LINE_MAX_BYTES;
	/* A name from a tracee must not start a line or move a cursor. */
	for (int i = 0; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = line[i] == '\t' ? '\t' : '?';
	l->put(l->ctx, level, (struct str){ line, (size_t)n });
}

void
log_diag(const struct log *l, enum log_level level, const struct diag *d)
{
	char memory[sizeof(*d) * 2];
	struct buf b = buf_fixed(memory, sizeof(memory));
	struct str rest, line;

	diag_print(&b, d);
	rest = buf_str(&b);
	while (str_split(&rest, '\n', &line))
		if (line.n)
			log_print(l, level, "%.*s", STR_ARG(line));
}
