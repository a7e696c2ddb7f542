/*
 * Encoding and printing of alerts: Falco's text line and JSON object.
 */
#include "pipe/alert.h"

#include "base/err.h"

#define NS_PER_SECOND 1000000000u

static void
put_u64(struct buf *b, uint64_t v)
{
	buf_put(b, &v, sizeof v);
}

static void
put_text(struct buf *b, struct str s)
{
	put_u64(b, s.n);
	buf_str_put(b, s);
}

void
alert_encode(struct buf *b, const struct alert *a)
{
	put_u64(b, a->time_ns);
	put_u64(b, a->priority);
	put_text(b, a->rule);
	put_text(b, a->source);
	put_text(b, a->hostname);
	put_text(b, a->message);
	put_text(b, a->fields);
	put_u64(b, a->n_tags);
	for (size_t i = 0; i < a->n_tags; i++)
		put_text(b, a->tags[i]);
}

static bool
take_u64(struct str *in, uint64_t *out)
{
	if (in->n < sizeof *out)
		return false;
	memcpy(out, in->p, sizeof *out);
	*in = str_sub(*in, sizeof *out, in->n);
	return true;
}

static bool
take_text(struct str *in, struct str *out)
{
	uint64_t n;

	if (!take_u64(in, &n) || n > in->n)
		return false;
	*out = str_sub(*in, 0, n);
	*in = str_sub(*in, n, in->n);
	return true;
}

int
alert_decode(struct str bytes, struct alert *out)
{
	uint64_t priority, n_tags;

	*out = (struct alert){ 0 };
	if (!take_u64(&bytes, &out->time_ns) || !take_u64(&bytes, &priority) ||
	    priority > PRIORITY_DEBUG || !take_text(&bytes, &out->rule) ||
	    !take_text(&bytes, &out->source) ||
	    !take_text(&bytes, &out->hostname) ||
	    !take_text(&bytes, &out->message) ||
	    !take_text(&bytes, &out->fields) || !take_u64(&bytes, &n_tags) ||
	    n_tags > ALERT_TAGS_MAX)
		return ERR_INVAL;
	out->priority = (enum rule_priority)priority;
	for (; out->n_tags < n_tags; out->n_tags++)
		if (!take_text(&bytes, &out->tags[out->n_tags]))
			return ERR_INVAL;
	return bytes.n == 0 ? 0 : ERR_INVAL;
}

struct civil {
	int64_t year;
	unsigned month, day, hour, minute, second;
};

/* Days to date in the proleptic Gregorian calendar, years from March. */
static struct civil
civil_from_seconds(int64_t seconds)
{
	int64_t days = seconds / 86400;
	unsigned left = (unsigned)(seconds % 86400);
	int64_t z = days + 719468;
	int64_t era = z / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;
	unsigned month = mp < 10 ? mp + 3 : mp - 9;

	return (struct civil){
		.year = (int64_t)yoe + era * 400 + (month <= 2),
		.month = month,
		.day = doy - (153 * mp + 2) / 5 + 1,
		.hour = left / 3600,
		.minute = left / 60 % 60,
		.second = left % 60,
	};
}

static void
put_iso_time(struct buf *b, uint64_t time_ns, const char *zone)
{
	struct civil c = civil_from_seconds((int64_t)(time_ns / NS_PER_SECOND));

	buf_printf(b, "%04lld-%02u-%02uT%02u:%02u:%02u.%09u%s",
	    (long long)c.year, c.month, c.day, c.hour, c.minute, c.second,
	    (unsigned)(time_ns % NS_PER_SECOND), zone);
}

void
alert_put_time(struct buf *b, uint64_t time_ns, bool iso,
    long (*utc_offset)(int64_t seconds))
{
	int64_t seconds = (int64_t)(time_ns / NS_PER_SECOND);

	if (iso) {
		put_iso_time(b, time_ns, "+0000");
		return;
	}
	if (utc_offset)
		seconds += utc_offset(seconds);
	struct civil c = civil_from_seconds(seconds);
	buf_printf(b, "%02u:%02u:%02u.%09u", c.hour, c.minute, c.second,
	    (unsigned)(time_ns % NS_PER_SECOND));
}

static void
put_line(struct buf *b, const struct alert *a, const struct alert_style *s)
{
	alert_put_time(b, a->time_ns, s->iso_time, s->utc_offset);
	buf_printf(b, ": %s ", rule_priority_name(a->priority));
	buf_str_put(b, a->message);
}

static void
member(struct buf *b, const char *name, bool *first)
{
	if (!*first)
		buf_char(b, ',');
	*first = false;
	buf_printf(b, "\"%s\":", name);
}

static void
print_json(struct buf *b, const struct alert *a, const struct alert_style *s)
{
	char memory[ALERT_TEXT_MAX + 64];
	struct buf line = buf_fixed(memory, sizeof memory);
	bool first = true;

	buf_char(b, '{');
	member(b, "hostname", &first);
	buf_json_str(b, a->hostname);
	if (s->message_property) {
		member(b, "message", &first);
		buf_json_str(b, a->message);
	}
	if (!s->no_output_property) {
		put_line(&line, a, s);
		member(b, "output", &first);
		buf_json_str(b, buf_str(&line));
	}
	if (!s->no_fields_property) {
		member(b, "output_fields", &first);
		buf_char(b, '{');
		buf_str_put(b, a->fields);
		buf_char(b, '}');
	}
	member(b, "priority", &first);
	buf_json_str(b, str_from(rule_priority_name(a->priority)));
	member(b, "rule", &first);
	buf_json_str(b, a->rule);
	member(b, "source", &first);
	buf_json_str(b, a->source);
	if (!s->no_tags_property) {
		member(b, "tags", &first);
		buf_char(b, '[');
		for (size_t i = 0; i < a->n_tags; i++) {
			if (i)
				buf_char(b, ',');
			buf_json_str(b, a->tags[i]);
		}
		buf_char(b, ']');
	}
	member(b, "time", &first);
	buf_char(b, '"');
	put_iso_time(b, a->time_ns, "Z");
	buf_zput(b, "\"}\n");
}

void
alert_print(struct buf *b, const struct alert *a, const struct alert_style *s)
{
	char memory[ALERT_TEXT_MAX + 64];
	struct buf line = buf_fixed(memory, sizeof memory);

	if (s->json) {
		print_json(b, a, s);
		return;
	}
	put_line(&line, a, s);
	buf_json_escape(b, buf_str(&line));
	buf_char(b, '\n');
}
