/*
 * Alerts: the bytes between the processes, Falco's text line and JSON object.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "pipe/alert.h"

static struct alert
sample(void)
{
	return (struct alert){
		.time_ns = 1470327477881781397u,
		.priority = PRIORITY_WARNING,
		.rule = STR("open_from_cat"),
		.source = STR("syscall"),
		.hostname = STR("h"),
		.message = STR("An open was seen (command=cat \"x\")"),
		.fields = STR("\"evt.time\":1470327477881781397,"
			      "\"proc.cmdline\":\"cat /dev/null\""),
		.tags = { STR("a"), STR("b") },
		.n_tags = 2,
	};
}

static long
two_hours_east(int64_t seconds)
{
	(void)seconds;
	return 7200;
}

static void
line_is(const struct alert *a, const struct alert_style *s, const char *text)
{
	char memory[4096];
	struct buf b = buf_fixed(memory, sizeof memory);

	alert_print(&b, a, s);
	assert_string_equal(buf_cstr(&b), text);
}

static void
text_lines(void **state)
{
	struct alert a = sample();
	struct alert_style local = { .utc_offset = two_hours_east };
	struct alert_style iso = { .iso_time = true };

	(void)state;
	line_is(&a, &local,
	    "18:17:57.881781397: Warning An open was seen "
	    "(command=cat \\\"x\\\")\n");
	line_is(&a, &iso,
	    "2016-08-04T16:17:57.881781397+0000: Warning An open was seen "
	    "(command=cat \\\"x\\\")\n");
}

static void
json_object(void **state)
{
	struct alert a = sample();
	struct alert_style s = { .json = true, .iso_time = true };

	(void)state;
	line_is(&a, &s,
	    "{\"hostname\":\"h\",\"output\":\"2016-08-04T16:17:57.881781397"
	    "+0000: Warning An open was seen (command=cat \\\"x\\\")\","
	    "\"output_fields\":{\"evt.time\":1470327477881781397,"
	    "\"proc.cmdline\":\"cat /dev/null\"},\"priority\":\"Warning\","
	    "\"rule\":\"open_from_cat\",\"source\":\"syscall\","
	    "\"tags\":[\"a\",\"b\"],"
	    "\"time\":\"2016-08-04T16:17:57.881781397Z\"}\n");
	s.no_output_property = s.no_fields_property = true;
	s.no_tags_property = s.message_property = true;
	line_is(&a, &s,
	    "{\"hostname\":\"h\",\"message\":\"An open was seen "
	    "(command=cat \\\"x\\\")\",\"priority\":\"Warning\","
	    "\"rule\":\"open_from_cat\",\"source\":\"syscall\","
	    "\"time\":\"2016-08-04T16:17:57.881781397Z\"}\n");
}

static void
leap_days_and_ends_of_years(void **state)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} days[] = {
		{ 0, "1970-01-01T00:00:00.000000000+0000" },
		{ 951782400, "2000-02-29T00:00:00.000000000+0000" },
		{ 1709251199, "2024-02-29T23:59:59.000000000+0000" },
		{ 1735689599, "2024-12-31T23:59:59.000000000+0000" },
		{ 4107542400, "2100-03-01T00:00:00.000000000+0000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		char memory[64];
		struct buf b = buf_fixed(memory, sizeof memory);

		alert_put_time(&b, days[i].seconds * 1000000000u, true, NULL);
		assert_string_equal(buf_cstr(&b), days[i].text);
	}
}

static void
bytes_come_back(void **state)
{
	char memory[4096];
	struct buf b = buf_fixed(memory, sizeof memory);
	struct alert a = sample(), back;

	(void)state;
	alert_encode(&b, &a);
	assert_int_equal(alert_decode(buf_str(&b), &back), 0);
	assert_int_equal(back.time_ns, a.time_ns);
	assert_int_equal(back.priority, a.priority);
	assert_true(str_eq(back.message, a.message));
	assert_true(str_eq(back.fields, a.fields));
	assert_int_equal(back.n_tags, 2);
	assert_true(str_eq(back.tags[1], a.tags[1]));
}

static void
broken_bytes_are_refused(void **state)
{
	char memory[4096], copy[4096];
	struct buf b = buf_fixed(memory, sizeof memory);
	struct alert a = sample(), back;

	(void)state;
	alert_encode(&b, &a);
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(
		    alert_decode(str_sub(buf_str(&b), 0, n), &back), ERR_INVAL);
	for (size_t i = 8; i + 8 <= b.n; i++) {
		memcpy(copy, memory, b.n);
		memset(copy + i, 0xff, 8);
		(void)alert_decode((struct str){ copy, b.n }, &back);
	}
	buf_char(&b, 'x');
	assert_int_equal(alert_decode(buf_str(&b), &back), ERR_INVAL);
}

/* Every byte of the longest message needs six in JSON, twice. */
static void
longest_line_fits(void **state)
{
	static char message[ALERT_TEXT_MAX], memory[ALERT_LINE_MAX];
	struct buf b = buf_fixed(memory, sizeof memory);
	struct alert_style s = { .json = true, .message_property = true };
	struct alert a = sample();

	(void)state;
	memset(message, 1, sizeof message);
	a.message = (struct str){ message, sizeof message };
	alert_print(&b, &a, &s);
	assert_false(b.failed);
	assert_true(b.n > 2 * 6 * sizeof message);
	buf_reset(&b);
	s.json = false;
	alert_print(&b, &a, &s);
	assert_false(b.failed);
	assert_true(b.n > 6 * sizeof message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_lines),
		cmocka_unit_test(json_object),
		cmocka_unit_test(leap_days_and_ends_of_years),
		cmocka_unit_test(bytes_come_back),
		cmocka_unit_test(broken_bytes_are_refused),
		cmocka_unit_test(longest_line_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
