/*
 * Output texts: what is a field in them, what is refused, and the words and
 * JSON members that values become.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "rule/compile.h"
#include "rule/format.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const struct value list_items[] = {
	{ .kind = VALUE_STR, .s = { "file", 4 } },
	{ .kind = VALUE_STR, .s = { "i\"4", 3 } },
};

static const struct {
	const char *name;
	struct value value;
} values[] = {
	{ "proc.name", { .kind = VALUE_STR, .s = { "bash", 4 } } },
	{ "proc.cmdline", { .kind = VALUE_STR, .s = { "a\"\n\xff", 4 } } },
	{ "fd.num", { .kind = VALUE_I64, .i = -3 } },
	{ "fd.sport", { .kind = VALUE_U64, .u = 443 } },
	{ "thread.cpu", { .kind = VALUE_F64, .f = 1.5 } },
	{ "evt.is_io", { .kind = VALUE_BOOL, .b = true } },
	{ "fd.sip", { .kind = VALUE_IP, .ip = { 4, { 10, 0, 0, 1 } } } },
	{ "evt.buffer", { .kind = VALUE_BYTES, .s = { "a\0b\x80", 4 } } },
	{ "fd.types", { .kind = VALUE_LIST, .list = { list_items, 2 } } },
	{ "evt.res", { .kind = VALUE_UNKNOWN } },
	{ "evt.rawres", { .kind = VALUE_RANGE, .range = { 0, 9 } } },
	{ "evt.time", { .kind = VALUE_STR, .s = { "10:11:12.5", 10 } } },
	{ "evt.time.iso8601", { .kind = VALUE_STR, .s = { "2026", 4 } } },
	{ "evt.rawtime", { .kind = VALUE_U64, .u = 1470327477881781397 } },
	{ "evt.rawtime.ns", { .kind = VALUE_U64, .u = 42 } },
	{ "evt.arg", { .kind = VALUE_STR, .s = { "arg", 3 } } },
	{ "proc.aname", { .kind = VALUE_STR, .s = { "sh", 2 } } },
	{ "container.id", { .kind = VALUE_STR, .s = { "abc", 3 } } },
};

static void
get(void *ctx, const struct field_ref *ref, unsigned lanes, struct value *out)
{
	const char *name = field_info(ref->id)->name;

	(void)ctx;
	*out = (struct value){ .kind = VALUE_NONE };
	for (size_t i = 0; i < COUNT(values); i++)
		if (strcmp(values[i].name, name) == 0)
			*out = values[i].value;
	/* Parameters come with their places in the events. */
	if (ref->id == FIELD_EVT_ARG && !ref->arg_is_index)
		assert_true(ref->param_of[EVENT_OPENAT] >= 0);
	out->lanes = lanes;
}

static const struct field_source source = { get, NULL };

struct fixture {
	struct arena arena;
	struct rule_format *f;
	struct compile_result r;
	char memory[4096];
};

static int
set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .f = NULL };
	arena_init(&f.arena, 4u << 20);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	arena_reset(&f->arena);
	return 0;
}

static const char *
text(struct fixture *f, const char *output)
{
	struct buf b = buf_fixed(f->memory, sizeof(f->memory));

	if (format_compile(&f->arena, str_from(output), false, &f->f, &f->r) <
	    0)
		fail_msg("%s: %s", output, f->r.diag.what);
	rule_format_text(f->f, &source, &b);
	return buf_cstr(&b);
}

static const char *
json(struct fixture *f, const char *output, const struct rule_json_member *more,
    size_t n_more)
{
	struct buf b = buf_fixed(f->memory, sizeof(f->memory));

	if (format_compile(&f->arena, str_from(output), false, &f->f, &f->r) <
	    0)
		fail_msg("%s: %s", output, f->r.diag.what);
	rule_format_json(f->f, &source, more, n_more, &b);
	return buf_cstr(&b);
}

static void
texts(void **state)
{
	static const char *const table[][2] = {
		{ "", "" },
		{ "plain text", "plain text" },
		{ "*%proc.name", "bash" },
		{ "a * b", "a * b" },
		{ "(p=%proc.name,n=%fd.num)", "(p=bash,n=-3)" },
		{ "%proc.name%proc.name", "bashbash" },
		{ "end %proc.name.", "end bash." },
		{ "%proc.name.x", "bash.x" },
		{ "%proc.namex %proc.name_", "bashx bash_" },
		{ "%proc.aname[2]:%evt.arg.flags %evt.arg[0]", "sh:arg arg" },
		{ "%evt.arg.flagsy", "argy" },
		{ "%proc.name[", "bash[" },
		{ "%evt.is_io %fd.sport %fd.sip %thread.cpu",
		    "true 443 10.0.0.1 1.500000" },
		{ "%evt.buffer|%fd.types", "a.b.|file, i\"4" },
		{ "%proc.pname %evt.res %evt.rawres", "<NA> <NA> <NA>" },
		{ "%6proc.name|%2proc.name|%0proc.name", "bash  |ba|bash" },
		{ "%6proc.pname|", "<NA>  |" },
		{ "%toupper(proc.name)", "BASH" },
		{ "%join(\"-\", (proc.name, \"x\"))!", "bash-x!" },
		{ "%len(proc.name)%tolower(toupper(proc.name))", "4bash" },
		{ "%evt.time %evt.rawtime.ns", "10:11:12.5 000000042" },
		{ "a %container.info b", "a  b" },
		{ "%proc.cmdline", "a\"\n\xff" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(table); i++)
		assert_string_equal(text(f, table[i][0]), table[i][1]);
}

static void
refused(void **state)
{
	static const struct {
		const char *output, *what;
		size_t at;
		bool unknown;
	} table[] = {
		{ "100%", "cannot end with a %", 3, false },
		{ "%10", "cannot end with a number", 0, false },
		{ "a % b", "invalid formatting token", 3, true },
		{ "a %proc.nobody b", "invalid formatting token proc.nobody", 3,
		    true },
		{ "%evt.arg.nix", "invalid formatting token evt.arg.nix", 1,
		    true },
		{ "%fd.ip", "field 'fd.ip' can only be used in a condition", 1,
		    false },
		{ "%evt.arg", "requires an argument", 1, false },
		{ "%toupper(fd.num)", "takes one text", 1, false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(table); i++) {
		int err = format_compile(&f->arena, str_from(table[i].output),
		    false, &f->f, &f->r);

		if (err >= 0 || !strstr(f->r.diag.what, table[i].what) ||
		    f->r.error_at != table[i].at ||
		    f->r.unknown_name != table[i].unknown)
			fail_msg("%s: %d, %zu, %d: %s", table[i].output, err,
			    f->r.error_at, f->r.unknown_name, f->r.diag.what);
	}
}

static void
json_members(void **state)
{
	struct fixture *f = *state;
	const struct rule_json_member more[] = {
		{ STR("a"), STR("1") },
		{ STR("evt.time"), STR("2") },
		{ STR("proc.name"), STR("\"mine\"") },
		{ STR("z"), STR("3") },
	};

	assert_string_equal(json(f, "nothing", NULL, 0), "");
	assert_string_equal(json(f, "nothing", more, 2),
	    "\"a\":1,\"evt.time\":2");
	assert_string_equal(
	    json(f, "%proc.name %fd.num %proc.name %evt.is_io", NULL, 0),
	    "\"evt.is_io\":true,\"fd.num\":-3,\"proc.name\":\"bash\"");
	assert_string_equal(json(f, "%proc.pname %evt.res %fd.sip", NULL, 0),
	    "\"evt.res\":null,\"fd.sip\":\"10.0.0.1\",\"proc.pname\":null");
	assert_string_equal(json(f, "%proc.cmdline %evt.buffer", NULL, 0),
	    "\"evt.buffer\":\"a.b.\","
	    "\"proc.cmdline\":\"a\\\"\\n\xef\xbf\xbd\"");
	assert_string_equal(json(f, "%fd.types %thread.cpu", NULL, 0),
	    "\"fd.types\":[\"file\",\"i\\\"4\"],\"thread.cpu\":1.500000");
	assert_string_equal(json(f, "%evt.time.iso8601 %evt.time", NULL, 0),
	    "\"evt.time\":1470327477881781397,"
	    "\"evt.time.iso8601\":1470327477881781397");
	/* The caller's member counts where both have it. */
	assert_string_equal(json(f, "%fd.num %proc.name %evt.time", more, 4),
	    "\"a\":1,\"evt.time\":2,\"fd.num\":-3,\"proc.name\":\"mine\","
	    "\"z\":3");
	assert_string_equal(
	    json(f, "%10proc.name %proc.aname[2] %toupper(proc.name)", NULL, 0),
	    "\"proc.aname[2]\":\"sh\",\"proc.name\":\"bash\","
	    "\"toupper(proc.name)\":\"BASH\"");
}

static void
suggested(void **state)
{
	struct fixture *f = *state;
	struct buf b = buf_fixed(f->memory, sizeof(f->memory));
	const struct field_ref *refs;

	assert_int_equal(
	    format_compile(&f->arena, STR("x"), true, &f->f, &f->r), 0);
	rule_format_text(f->f, &source, &b);
	assert_string_equal(buf_cstr(&b),
	    "x container_id=abc "
	    "container_name=<NA> container_image_repository=<NA> "
	    "container_image_tag=<NA> k8s_pod_name=<NA> k8s_ns_name=<NA>");
	assert_int_equal(rule_format_fields(f->f, &refs), 6);
	assert_int_equal(refs[0].id, FIELD_CONTAINER_ID);
	assert_int_equal(refs[5].id, FIELD_K8S_NS_NAME);
}

static void
warned(void **state)
{
	struct fixture *f = *state;

	text(f, "%proc.name");
	assert_int_equal(f->r.warnings, 0);
	text(f, "%container.info");
	assert_int_equal(f->r.warnings, COMPILE_WARN_DEPRECATED);
	text(f, "%evt.dir");
	assert_int_equal(f->r.warnings, COMPILE_WARN_DEPRECATED);
	assert_string_equal(f->r.warning.what,
	    "usage of deprecated field "
	    "'evt.dir' has been detected in the rule output");
}

static void
cut_where_room_ends(void **state)
{
	struct fixture *f = *state;
	char small[6];
	struct buf b = buf_fixed(small, sizeof(small));

	text(f, "%20proc.name %20proc.name");
	rule_format_text(f->f, &source, &b);
	assert_true(b.failed);
	assert_memory_equal(small, "bash  ", 6);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(texts),
		WITH(refused),
		WITH(json_members),
		WITH(suggested),
		WITH(warned),
		WITH(cut_where_room_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
