/*
 * An alert: everything that a line of output needs, fixed at the moment of the
 * match, as bytes that cross from the tracer to the shipper; and the two lines
 * that Falco prints of it.
 */
#ifndef PIPE_ALERT_H
#define PIPE_ALERT_H

#include "base/buf.h"
#include "rule/rule.h"

#define ALERT_TAGS_MAX 64
/* A longer message is cut. A line, where each byte may become six, fits. */
#define ALERT_TEXT_MAX ((size_t)32 * 1024)
#define ALERT_LINE_MAX ((size_t)512 * 1024)

/* Texts are borrowed: from the encoded bytes after alert_decode. */
struct alert {
	uint64_t time_ns; /* of the event, CLOCK_REALTIME */
	enum rule_priority priority;
	struct str rule;
	struct str source; /* "syscall" */
	struct str hostname;
	struct str message; /* the output with its fields filled in */
	struct str fields;  /* members of output_fields, without braces */
	struct str tags[ALERT_TAGS_MAX]; /* sorted */
	size_t n_tags;
};

struct alert_style {
	bool json;
	bool iso_time; /* time_format_iso_8601 */
	bool no_output_property;
	bool no_fields_property;
	bool no_tags_property;
	bool message_property;
	/* Seconds east of UTC at time_ns; NULL: UTC. */
	long (*utc_offset)(int64_t seconds);
};

void
alert_encode(struct buf *b, const struct alert *a);
/* 0, or ERR_INVAL when the bytes are not an alert. */
int
alert_decode(struct str bytes, struct alert *out);
/* One line with its newline. */
void
alert_print(struct buf *b, const struct alert *a, const struct alert_style *s);
/* "HH:MM:SS.nnnnnnnnn", or ISO 8601 with "+0000". */
void
alert_put_time(struct buf *b, uint64_t time_ns, bool iso,
    long (*utc_offset)(int64_t seconds));

#endif
