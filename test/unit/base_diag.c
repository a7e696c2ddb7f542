/*
 * Diagnostics, error words and the log: what a person gets to read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/log.h"

static void
expect(const struct diag *d, const char *want)
{
	char memory[2000];
	struct buf b = buf_fixed(memory, sizeof(memory));

	diag_print(&b, d);
	assert_string_equal(buf_cstr(&b), want);
}

static void
test_located(void **state)
{
	struct str text = STR("- rule: a\r\n\tcond: x\xc3\xa4y bad\nend");
	struct diag d;

	(void)state;
	diag_reset(&d);
	diag_set(&d, "unknown field \"%s\"", "bad");
	diag_hint(&d, "try %d", 1);
	diag_locate(&d, "r.yaml", text, (size_t)str_find(text, STR("bad")));
	assert_int_equal(d.line, 2);
	assert_int_equal(d.col, 13);
	expect(&d,
	    "r.yaml:2:13: unknown field \"bad\"\n"
	    "    \tcond: x\xc3\xa4y bad\n"
	    "    \t          ^\n"
	    "    hint: try 1\n");
	diag_locate(&d, NULL, text, 9);
	assert_int_equal(d.col, 10);
	assert_string_equal(d.source, "- rule: a");
	diag_locate(&d, NULL, text, 9999);
	assert_int_equal(d.line, 3);
	assert_int_equal(d.col, 4);
	diag_locate(&d, NULL, STR_NONE, 0);
	assert_int_equal(d.line, 1);
	assert_string_equal(d.source, "");
}

static void
test_long_line(void **state)
{
	char line[1000];
	struct str text = { line, sizeof(line) };
	struct diag d;

	(void)state;
	memset(line, '.', sizeof(line));
	line[700] = 'X';
	diag_reset(&d);
	diag_locate(&d, "f", text, 700);
	assert_int_equal(d.col, 701);
	assert_int_equal(d.source[d.caret - 1], 'X');
	assert_int_equal(strlen(d.source), sizeof(d.source) - 1);
	line[999] = 'Y';
	diag_locate(&d, "f", text, 999);
	assert_int_equal(d.source[d.caret - 1], 'Y');
}

static void
test_cut_and_hostile(void **state)
{
	struct diag d;
	char printed[3000];
	struct buf b = buf_fixed(printed, sizeof(printed));

	(void)state;
	diag_reset(&d);
	diag_set(&d, "%0500d", 0);
	assert_int_equal(strlen(d.what), sizeof(d.what) - 1);
	assert_string_equal(d.what + sizeof(d.what) - 4, "...");
	diag_set(&d, "a\x1b[2Jb\nc");
	d.line = 3;
	expect(&d, "line 3: a?[2Jb?c\n");
	d.col = 4;
	expect(&d, "line 3, column 4: a?[2Jb?c\n");
	/* without their NULs the fields still end */
	memset(&d, 'x', sizeof(d));
	d.caret = 5;
	diag_print(&b, &d);
	assert_false(b.failed);
	/* nobody is interested: nothing happens */
	diag_reset(NULL);
	diag_set(NULL, "x");
	diag_hint(NULL, "x");
	diag_locate(NULL, "x", STR("x"), 0);
}

static void
test_err(void **state)
{
	static const int errnos[][2] = { { 0, 0 }, { ENOMEM, ERR_NOMEM },
		{ ENOENT, ERR_NOENT }, { ENOTDIR, ERR_NOENT },
		{ EPERM, ERR_PERM }, { EACCES, ERR_PERM }, { EROFS, ERR_PERM },
		{ EINVAL, ERR_INVAL }, { EISDIR, ERR_INVAL },
		{ ENAMETOOLONG, ERR_LIMIT }, { ENOSPC, ERR_LIMIT },
		{ EMFILE, ERR_LIMIT }, { ESRCH, ERR_GONE },
		{ EFAULT, ERR_FAULT }, { ENOSYS, ERR_UNSUPPORTED },
		{ EAGAIN, ERR_AGAIN }, { EINTR, ERR_AGAIN },
		{ EEXIST, ERR_EXISTS } };

	(void)state;
	assert_string_equal(err_text(ERR_NOENT), "no such file or object");
	assert_string_equal(err_text(0), "no error");
	assert_string_equal(err_text(-9999), "unknown error");
	assert_string_equal(err_text(1), "unknown error");
	assert_int_equal(ERR_NOMEM, -1);
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++)
		assert_int_equal(err_from_errno(errnos[i][0]), errnos[i][1]);
	assert_int_equal(err_from_errno(EIO), ERR_IO);
}

struct kept {
	enum log_level level;
	char line[2000];
	int lines;
};

static void
keep(void *ctx, enum log_level level, struct str line)
{
	struct kept *k = ctx;

	k->level = level;
	k->lines++;
	snprintf(k->line, sizeof(k->line), "%.*s", STR_ARG(line));
}

static void
test_log(void **state)
{
	struct kept k = { .lines = 0 };
	struct log l = { .level = LOG_INFO, .put = keep, .ctx = &k };
	struct diag d = { .what = "bad", .source = "ab", .col = 2 };

	(void)state;
	log_debug(&l, "no");
	log_print(&l, LOG_SILENT, "no");
	log_error(NULL, "no");
	assert_int_equal(k.lines, 0);
	log_info(&l, "a\n%s\tb", "\x1b[m");
	assert_int_equal(k.lines, 1);
	assert_int_equal(k.level, LOG_INFO);
	assert_string_equal(k.line, "a??[m\tb");
	log_info(&l, "%01500d", 1);
	assert_int_equal(strlen(k.line), 1023);
	k.lines = 0;
	log_diag(&l, LOG_ERROR, &d);
	assert_int_equal(k.lines, 3);
	assert_string_equal(k.line, "     ^");
	l.level = LOG_SILENT;
	log_print(&l, LOG_FATAL, "no");
	assert_int_equal(k.lines, 3);
}

static void
test_log_levels(void **state)
{
	enum log_level level;

	(void)state;
	for (int i = LOG_SILENT; i <= LOG_TRACE; i++) {
		const char *name = log_level_name((enum log_level)i);

		assert_true(log_level_parse(str_from(name), &level));
		assert_int_equal(level, i);
	}
	level = LOG_INFO;
	assert_true(log_level_parse(STR("NONE"), &level));
	assert_int_equal(level, LOG_SILENT);
	assert_false(log_level_parse(STR("verbose"), &level));
	assert_false(log_level_parse(STR(""), &level));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_located),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_cut_and_hostile),
		cmocka_unit_test(test_err),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_log_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
