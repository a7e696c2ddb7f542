/*
 * The matchers: regular expressions against a table and against libc's, on
 * random patterns; wildcards against fnmatch(3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rule/glob.h"
#include "rule/regex.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static uint64_t seed = 7;

static unsigned
pick(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

/* 1 or 0: matches or not; -1: the pattern is invalid. */
static int
match(struct str pattern, struct str text)
{
	const struct regex *re;
	uint32_t *scratch;
	struct arena a;
	struct diag d;
	int result = -1;

	diag_reset(&d);
	arena_init(&a, 16u << 20);
	re = regex_compile(&a, pattern, &d);
	if (re) {
		scratch = calloc(regex_scratch(re), sizeof(*scratch));
		assert_non_null(scratch);
		result = regex_match(re, text, scratch);
		/* What is left in the scratch memory must not matter. */
		assert_int_equal(regex_match(re, text, scratch), result);
		free(scratch);
	} else {
		assert_true(d.what[0] != '\0');
	}
	arena_reset(&a);
	return result;
}

static void
regex_table(void **state)
{
	static const struct {
		const char *pattern, *text;
		int result;
	} table[] = {
		{ "", "", 1 },
		{ "", "a", 0 },
		{ "abc", "abc", 1 },
		{ "abc", "xabc", 0 },
		{ "abc", "abcx", 0 },
		{ "a|bc|", "bc", 1 },
		{ "a|bc|", "", 1 },
		{ "a|bc|", "b", 0 },
		{ "(a|b)*c", "ababc", 1 },
		{ "a.c", "a\nc", 0 },
		{ "(?s)a.c", "a\nc", 1 },
		{ "a[^b]c", "a\nc", 1 },
		{ "(?i)AbC", "aBc", 1 },
		{ "a(?i)b(?-i)c", "aBc", 1 },
		{ "a(?i)b(?-i)c", "aBC", 0 },
		{ "(?i:a)b", "Ab", 1 },
		{ "(?i:a)b", "AB", 0 },
		{ "(?i)[a-c]+", "ABCabc", 1 },
		{ "(?P<name>a)(?:b)(?<n>c)", "abc", 1 },
		{ "a{2}", "aa", 1 },
		{ "a{2}", "a", 0 },
		{ "a{2,}", "aaaa", 1 },
		{ "a{2,3}", "aaaa", 0 },
		{ "a{0}", "", 1 },
		{ "a{,2}", "a{,2}", 1 },
		{ "a{x}", "a{x}", 1 },
		{ "a{1", "a{1", 1 },
		{ "a**", "aaa", 1 },
		{ "a+?b*?c?", "aabb", 1 },
		{ "[]a]+", "]a", 1 },
		{ "[^]a]", "]", 0 },
		{ "[a-]+", "a-", 1 },
		{ "[-a]+", "a-", 1 },
		{ "[[:alpha:]_]+", "aB_", 1 },
		{ "[[:^alpha:]]", "1", 1 },
		{ "[[:^alpha:]]", "a", 0 },
		{ "[\\d.]+", "1.5", 1 },
		{ "\\d+\\s\\w+", "12 ab_", 1 },
		{ "\\D\\S\\W", "ab-", 1 },
		{ "\\D", "1", 0 },
		{ "[^\\s]", "\v", 1 },
		{ "\\s", "\v", 0 },
		{ "[[:space:]]", "\v", 1 },
		{ "^a$", "a", 1 },
		{ "a$\n^b", "a\nb", 1 },
		{ "a$.*", "ab", 0 },
		{ "\\Aa\\z", "a", 1 },
		{ "a\n\\Ab", "a\nb", 0 },
		{ "\\bab\\b.*", "ab c", 1 },
		{ "\\bab\\b.*", "abc", 0 },
		{ "a\\Bb", "ab", 1 },
		{ "\\x41\\x{42}\\103\\a", "ABC\a", 1 },
		{ "\\.\\*\\/\\-", ".*/-", 1 },
		{ "\\Qa.*\\Eb+", "a.*bb", 1 },
		{ "\\Qa.*\\Eb+", "axb", 0 },
		{ "\\Qa", "a", 1 },
		{ "\xc3\xa9.", "\xc3\xa9\xe2\x82\xac", 1 },
		{ "..", "\xff\xfe", 1 },
		{ ".", "\xe2\x82", 0 },
		{ "\\x{fffd}", "\xff", 1 },
		{ "[\xc3\xa0-\xc3\xbf]", "\xc3\xa9", 1 },
		{ "(", "", -1 },
		{ ")", "", -1 },
		{ "a)", "", -1 },
		{ "*", "", -1 },
		{ "a|*", "", -1 },
		{ "+a", "", -1 },
		{ "[a", "", -1 },
		{ "[b-a]", "", -1 },
		{ "[[:nix:]]", "", -1 },
		{ "[a-\\d]", "", -1 },
		{ "a{3,2}", "", -1 },
		{ "a{1001}", "", -1 },
		{ "\\", "", -1 },
		{ "\\y", "", -1 },
		{ "\\xz", "", -1 },
		{ "\\x{110000}", "", -1 },
		{ "\\x{", "", -1 },
		{ "(?z)", "", -1 },
		{ "(?P<>a)", "", -1 },
		{ "\xff", "", -1 },
		{ "((a{1000}){1000}){1000}", "", -1 },
		{ "(((){1000}){1000}){1000}", "", 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		if (match(str_from(table[i].pattern),
			str_from(table[i].text)) != table[i].result)
			fail_msg("%s on %s", table[i].pattern, table[i].text);
}

static void
regex_limits(void **state)
{
	static char pattern[5000];
	struct timespec from, to;
	static char text[20000];

	(void)state;
	memset(pattern, '(', 1000);
	assert_int_equal(match((struct str){ pattern, 1000 }, STR("")), -1);
	memset(pattern, 'a', sizeof(pattern));
	assert_int_equal(
	    match((struct str){ pattern, 4096 }, (struct str){ pattern, 4096 }),
	    1);
	assert_int_equal(match((struct str){ pattern, 4097 }, STR("")), -1);
	/* Backtracking would take longer than the universe has existed. */
	memset(text, 'a', sizeof(text));
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(match(STR("(a*)*(a|aa)+(a?){50}b"),
			     (struct str){ text, sizeof(text) }),
	    0);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_in_range(to.tv_sec - from.tv_sec, 0, 30);
}

static void
put_regex(char *to, size_t *n, unsigned depth)
{
	static const char *const atoms[] = { "a", "b", ".", "[ab]", "[^a]", "c",
		"[a-c]" };
	static const char *const counts[] = { "*", "+", "?", "{2}", "{1,2}",
		"" };
	unsigned parts = 1 + pick(3);

	for (unsigned i = 0; i < parts; i++) {
		if (i && pick(3) == 0)
			*n += (size_t)sprintf(to + *n, "|");
		if (depth && pick(3) == 0) {
			to[(*n)++] = '(';
			put_regex(to, n, depth - 1);
			to[(*n)++] = ')';
		} else {
			*n += (size_t)sprintf(to + *n, "%s",
			    atoms[pick(COUNT(atoms))]);
		}
		*n +=
		    (size_t)sprintf(to + *n, "%s", counts[pick(COUNT(counts))]);
	}
	to[*n] = '\0';
}

/*
 * Of musl, regexec(3) matches too much in repeated optional groups, and
 * fnmatch(3) knows no escape in brackets.
 */
static void
need_glibc(void)
{
#ifndef __GLIBC__
	skip();
#endif
}

static void
regex_same_as_libc(void **state)
{
	unsigned hits = 0, tries = 0;

	(void)state;
	need_glibc();
	for (unsigned round = 0; round < 3000; round++) {
		char pattern[2048], whole[2100], text[16];
		size_t n = 0;
		regex_t re;

		put_regex(pattern, &n, 3);
		snprintf(whole, sizeof(whole), "^(%s)$", pattern);
		assert_int_equal(regcomp(&re, whole, REG_EXTENDED | REG_NOSUB),
		    0);
		for (unsigned i = 0; i < 8; i++) {
			size_t length = pick(8);
			int want;

			for (size_t j = 0; j < length; j++)
				text[j] = (char)('a' + pick(4));
			text[length] = '\0';
			want = regexec(&re, text, 0, NULL, 0) == 0;
			if (match(str_from(pattern), str_from(text)) != want)
				fail_msg("%s on %s: want %d", pattern, text,
				    want);
			hits += (unsigned)want;
			tries++;
		}
		regfree(&re);
	}
	assert_in_range(hits, tries / 20, tries / 2);
}

static void
glob_same_as_libc(void **state)
{
	static const char *const pieces[] = { "*", "?", "a", "b", "B", "/", ".",
		"[ab]", "[!a]", "[^b]", "[a-c]", "[]a]", "[!]]", "[a", "\\*",
		"\\\\", "\\a", "[[:alpha:]]", "[[:digit:][:punct:]]", "]", "-",
		"[a-]", "[\\]]", "**", "[/]", "[B-C]" };
	static const char letters[] = "aabB/.*]-1\\[";
	unsigned hits = 0, tries = 0;

	(void)state;
	need_glibc();
	for (unsigned round = 0; round < 200000; round++) {
		char pattern[80], text[16];
		size_t n = 0, length = pick(7);
		bool fold = pick(2);
		int want;

		for (unsigned i = 1 + pick(5); i; i--)
			n += (size_t)sprintf(pattern + n, "%s",
			    pieces[pick(COUNT(pieces))]);
		for (size_t j = 0; j < length; j++)
			text[j] = letters[pick(sizeof(letters) - 1)];
		text[length] = '\0';
		want = fnmatch(pattern, text, fold ? FNM_CASEFOLD : 0) == 0;
		if (glob_match(str_from(pattern), str_from(text), fold) != want)
			fail_msg("%s on %s, fold %d: want %d", pattern, text,
			    fold, want);
		hits += (unsigned)want;
		tries++;
	}
	assert_in_range(hits, tries / 50, tries / 2);
}

static void
glob_takes_any_bytes(void **state)
{
	(void)state;
	assert_true(glob_match(STR("bad?"), STR("bad\xff"), false));
	assert_true(glob_match(STR("[\x80-\xff]"), STR("\xc3"), false));
	assert_false(glob_match(STR("a\\"), STR("a\\"), false));
	assert_true(glob_match(STR(""), STR(""), false));
	assert_false(glob_match(STR("?"), STR(""), false));
}

static void
path_prefixes(void **state)
{
	static const struct {
		const char *prefix, *path;
		bool result;
	} table[] = {
		{ "/usr", "/usr", true },
		{ "/usr", "/usr/", true },
		{ "/usr", "/usr/lib", true },
		{ "/usr", "/usrx", false },
		{ "/usr/", "/usr/lib", true },
		{ "/usr/", "/usr", true },
		{ "/usr/lib", "/usr", false },
		{ "/", "/usr", true },
		{ "/", "/", true },
		{ "/", "usr", false },
		{ "usr", "usr/lib", true },
		{ "usr", "/usr", false },
		{ "/usr", "usr", false },
		{ "", "/usr", false },
		{ "", "", false },
		{ "/usr", "", false },
		{ "/u*/lib", "/usr/lib/x", true },
		{ "/*", "/a/b", true },
		{ "/*/x", "/a/b/x", false },
		{ "/usr//lib", "/usr/lib", true },
		{ "/a", "//a", true },
		{ "/?", "/ab", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		if (glob_path_prefix(str_from(table[i].prefix),
			str_from(table[i].path)) != table[i].result)
			fail_msg("%s of %s", table[i].prefix, table[i].path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regex_table),
		cmocka_unit_test(regex_limits),
		cmocka_unit_test(regex_same_as_libc),
		cmocka_unit_test(glob_same_as_libc),
		cmocka_unit_test(glob_takes_any_bytes),
		cmocka_unit_test(path_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
