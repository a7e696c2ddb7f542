/*
 * YAML: kinds, positions, the texts that rules use against the standard, the
 * limits, and the way from a value back to its place in the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "conf/yaml.h"

struct parsed {
	struct arena arena;
	struct yaml y;
	struct diag d;
	int err;
};

static struct parsed p;

static const struct yaml_node *
parse(struct str text)
{
	arena_reset(&p.arena);
	arena_init(&p.arena, 256 << 20);
	diag_reset(&p.d);
	p.err = yaml_parse(&p.y, &p.arena, "t.yaml", text, &p.d);
	return p.err || !p.y.n_docs ? NULL : p.y.docs[0];
}

static int
release(void **state)
{
	(void)state;
	arena_reset(&p.arena);
	return 0;
}

static void
expect_text(const struct yaml_node *node, const char *want)
{
	assert_non_null(node);
	assert_int_equal(node->kind, YAML_SCALAR);
	assert_string_equal(node->value.p, want);
	assert_int_equal(node->value.n, strlen(want));
}

static void
expect_error(struct str text, int err, unsigned line, unsigned col,
    const char *what)
{
	assert_null(parse(text));
	assert_int_equal(p.err, err);
	assert_string_equal(p.d.what, what);
	assert_string_equal(p.d.file, "t.yaml");
	assert_int_equal(p.d.line, line);
	assert_int_equal(p.d.col, col);
}

static void
test_tree(void **state)
{
	const struct yaml_node *doc = parse(STR("- rule: a b\n"
						"  tags: [x, 'y', \"z\"]\n"
						"  enabled: false\n"
						"- n: 12\n"));
	const struct yaml_node *rule = yaml_at(doc, 0), *tags;

	(void)state;
	assert_int_equal(doc->kind, YAML_SEQ);
	assert_int_equal(doc->n, 2);
	assert_int_equal(rule->n, 3);
	expect_text(yaml_get(rule, "rule"), "a b");
	tags = yaml_get(rule, "tags");
	assert_false(yaml_at(tags, 0)->quoted);
	assert_true(yaml_at(tags, 1)->quoted && yaml_at(tags, 2)->quoted);
	assert_int_equal(yaml_at(tags, 1)->style, YAML_SINGLE);
	assert_int_equal(yaml_at(tags, 1)->line, 2);
	assert_int_equal(yaml_at(tags, 1)->col, 13);
	assert_int_equal(yaml_at(tags, 1)->offset, 24);
	assert_null(yaml_at(tags, 3));
	assert_null(yaml_at(rule, 0));
	assert_null(yaml_get(rule, "nothing"));
	assert_null(yaml_get(doc, "rule"));
	assert_null(yaml_get(NULL, "x"));
	assert_null(yaml_at(NULL, 0));
	assert_int_equal(doc->depth, 4);
	assert_int_equal(doc->nodes, 14);
}

static void
test_documents(void **state)
{
	(void)state;
	assert_null(parse(STR_NONE));
	assert_int_equal(p.err, 0);
	assert_int_equal(p.y.n_docs, 0);
	assert_null(parse(STR("# only a comment\n")));
	assert_int_equal(p.err, 0);
	assert_int_equal(parse(STR("[]"))->kind, YAML_SEQ);
	assert_int_equal(parse(STR("{}"))->n, 0);
	parse(STR("---\n---\na\n...\n--- [b]\n"));
	assert_int_equal(p.y.n_docs, 3);
	assert_int_equal(p.y.docs[0]->kind, YAML_NULL);
	expect_text(p.y.docs[1], "a");
	expect_text(yaml_at(p.y.docs[2], 0), "b");
}

static void
test_nulls(void **state)
{
	const struct yaml_node *doc = parse(
	    STR("[~, null, Null, NULL, nuLL, 'null', !!str null, !!str ]\n"));

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(yaml_at(doc, i)->kind, YAML_NULL);
	for (size_t i = 4; i < 8; i++)
		assert_int_equal(yaml_at(doc, i)->kind, YAML_SCALAR);
	assert_string_equal(yaml_at(doc, 7)->tag.p, "tag:yaml.org,2002:str");
	doc = parse(STR("a:\nb: ''\n"));
	assert_int_equal(yaml_get(doc, "a")->kind, YAML_NULL);
	expect_text(yaml_get(doc, "b"), "");
}

/* YAML takes "!=" for a tag, or an error; for a rule it is an operator. */
static void
test_operators(void **state)
{
	const struct yaml_node *doc =
	    parse(STR("- desc: != after x, not \xc3\xa4\n"
		      "  comps: [=, !=, in, !=x, [!=]]\n"
		      "- !=\n"
		      "- '!=' # != here\n"
		      "- \"!=\\x21=\\t!=\"\n"
		      "- !tag a != b\n"
		      "- &n >\n  a != b\n  and c!=d\n"));
	const struct yaml_node *comps, *first = yaml_at(doc, 0);

	(void)state;
	expect_text(yaml_get(first, "desc"), "!= after x, not \xc3\xa4");
	assert_int_equal(yaml_get(first, "desc")->offset, 8);
	assert_int_equal(yaml_get(first, "desc")->tag.n, 0);
	comps = yaml_get(first, "comps");
	expect_text(yaml_at(comps, 0), "=");
	expect_text(yaml_at(comps, 1), "!=");
	expect_text(yaml_at(comps, 2), "in");
	expect_text(yaml_at(comps, 3), "!=x");
	expect_text(yaml_at(yaml_at(comps, 4), 0), "!=");
	expect_text(yaml_at(doc, 1), "!=");
	expect_text(yaml_at(doc, 2), "!=");
	expect_text(yaml_at(doc, 3), "!=!=\t!=");
	expect_text(yaml_at(doc, 4), "a != b");
	assert_string_equal(yaml_at(doc, 4)->tag.p, "!tag");
	expect_text(yaml_at(doc, 5), "a != b and c!=d\n");
}

/* The letter that stands in for "!=" must be one that the text has not. */
static void
test_operators_among_all_letters(void **state)
{
	char text[4 * 2000] = "- !=\n- \"";
	size_t n = strlen(text);
	const struct yaml_node *doc;

	(void)state;
	for (unsigned c = 0x7ff; c > 0x100; c--) {
		text[n++] = (char)(0xc0 | c >> 6);
		text[n++] = (char)(0x80 | (c & 63));
	}
	text[n++] = '"';
	text[n++] = '\n';
	doc = parse((struct str){ text, n });
	assert_int_equal(p.err, 0);
	expect_text(yaml_at(doc, 0), "!=");
	assert_memory_equal(yaml_at(doc, 1)->value.p, text + 8, n - 10);
}

static void
test_first_key_counts(void **state)
{
	const struct yaml_node *doc =
	    parse(STR("a: 1\nb: 2\na: 3\n<<: {c: 4}\nb: 5\na: 6\n"));

	(void)state;
	expect_text(yaml_get(doc, "a"), "1");
	assert_null(yaml_get(doc, "c"));
	expect_text(yaml_duplicate(doc, 0)->value, "3");
	expect_text(yaml_duplicate(doc, 1)->value, "5");
	expect_text(yaml_duplicate(doc, 2)->value, "6");
	assert_null(yaml_duplicate(doc, 3));
	assert_null(yaml_duplicate(yaml_at(parse(STR("[a, a]")), 0), 0));
}

static void
test_aliases(void **state)
{
	const struct yaml_node *doc =
	    parse(STR("- &a [x, y]\n- *a\n- &a z\n- *a\n- {k: *a}\n"));

	(void)state;
	assert_ptr_equal(yaml_at(doc, 0), yaml_at(doc, 1));
	expect_text(yaml_at(doc, 3), "z");
	expect_text(yaml_get(yaml_at(doc, 4), "k"), "z");
	expect_error(STR("a: *b\n"), ERR_SYNTAX, 1, 4,
	    "no anchor \"b\" before this");
	expect_error(STR("a: &a\n  - *a\n"), ERR_SYNTAX, 2, 5,
	    "anchor \"a\" contains itself");
	expect_error(STR("&a x\n---\n*a\n"), ERR_SYNTAX, 3, 1,
	    "no anchor \"a\" before this");
}

static void
test_billion_laughs(void **state)
{
	char text[2000];
	struct buf b = buf_fixed(text, sizeof(text));

	(void)state;
	buf_zput(&b, "- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 10; i++) {
		buf_printf(&b, "- &a%d [", i);
		for (int j = 0; j < 9; j++)
			buf_printf(&b, "*a%d, ", i - 1);
		buf_printf(&b, "*a%d]\n", i - 1);
	}
	assert_null(parse(buf_str(&b)));
	assert_int_equal(p.err, ERR_LIMIT);
	assert_non_null(strstr(p.d.what, "too many nodes"));
	assert_true(p.arena.used < 1 << 20);
}

/* Few nodes, but much text behind each alias. */
static void
test_alias_text(void **state)
{
	struct buf b = buf_grow(2 << 20);

	(void)state;
	buf_zput(&b, "- &a ");
	for (int i = 0; i < 1 << 20; i++)
		buf_char(&b, 'x');
	buf_zput(&b, "\n");
	for (int i = 0; i < 70; i++)
		buf_zput(&b, "- *a\n");
	assert_null(parse(buf_str(&b)));
	assert_int_equal(p.err, ERR_LIMIT);
	assert_int_equal(p.d.line, 65);
	buf_free(&b);
}

static void
test_depth(void **state)
{
	char text[400];

	(void)state;
	memset(text, '[', 200);
	memset(text + 200, ']', 200);
	assert_non_null(parse((struct str){ text + 101, 198 }));
	expect_error((struct str){ text, 400 }, ERR_LIMIT, 1, 100,
	    "nested deeper than 100 levels");
	/* an alias must not get around it */
	memcpy(text, "- &a ", 5);
	memset(text + 5, '[', 60);
	memset(text + 65, ']', 60);
	memcpy(text + 125, "\n- ", 3);
	memset(text + 128, '[', 60);
	memcpy(text + 188, "*a ", 3);
	memset(text + 191, ']', 60);
	expect_error((struct str){ text, 251 }, ERR_LIMIT, 2, 63,
	    "nested deeper than 100 levels");
}

static void
test_sizes(void **state)
{
	size_t n = (16u << 20) + 1;
	char *text = malloc(n);
	struct buf b = buf_grow(1 << 20);
	struct yaml y;
	struct arena small;
	struct diag d = { .line = 0 };

	(void)state;
	assert_non_null(text);
	memset(text, '#', n);
	expect_error((struct str){ text, n }, ERR_LIMIT, 1, 1,
	    "larger than 16 MB");
	free(text);
	for (int i = 0; i <= YAML_MAX_ANCHORS; i++)
		buf_printf(&b, "- &a%d x\n", i);
	expect_error(buf_str(&b), ERR_LIMIT, 1001, 3, "more than 1000 anchors");
	buf_reset(&b);
	buf_zput(&b, "- &a x\n");
	for (int i = 0; i <= YAML_MAX_ALIASES; i++)
		buf_zput(&b, "- *a\n");
	expect_error(buf_str(&b), ERR_LIMIT, 10002, 3,
	    "more than 10000 aliases");
	/* every cap of the arena fails cleanly */
	for (size_t cap = 0; cap < 20000; cap += 512) {
		arena_init(&small, cap);
		if (yaml_parse(&y, &small, NULL, STR("[a, {b: &x !t c}]"),
			&d) == 0)
			assert_int_equal(y.n_docs, 1);
		else
			assert_non_null(strstr(d.what, "memory"));
		arena_reset(&small);
	}
	assert_int_equal(y.n_docs, 1);
	buf_free(&b);
}

static void
test_errors(void **state)
{
	(void)state;
	expect_error(STR("- a: b: c\n"), ERR_SYNTAX, 1, 7,
	    "mapping values are not allowed in this context");
	expect_error(STR("a: [1\nc: \xc3\xa4: 1"), ERR_SYNTAX, 2, 2,
	    "while parsing a flow sequence, did not find expected ',' or ']'");
	expect_error(STR("a:\n\tb: c\n"), ERR_SYNTAX, 2, 1,
	    "while scanning for the next token, found character that cannot "
	    "start any token");
	assert_string_equal(p.d.hint, "indent with spaces: YAML forbids tabs");
	assert_string_equal(p.d.source, "\tb: c");
	expect_error(STR("a: \"\x01\"\n"), ERR_SYNTAX, 1, 5,
	    "control characters are not allowed");
	expect_error(STR("a: 1\nb: \xff\n"), ERR_SYNTAX, 2, 4,
	    "invalid leading UTF-8 octet");
	expect_error(STR("a: 'x\n"), ERR_SYNTAX, 2, 1,
	    "while scanning a quoted scalar, found unexpected end of stream");
	/* a UTF-16 text is not guessed at */
	assert_null(parse(STR("\xff\xfe"
			      "a\0")));
	assert_int_equal(p.err, ERR_SYNTAX);
	/* positions count bytes, also after multi-byte characters and != */
	expect_error(STR("\xe2\x82\xac: != x\na: b: c\n"), ERR_SYNTAX, 2, 5,
	    "mapping values are not allowed in this context");
	/* a byte order mark is skipped */
	assert_non_null(parse(STR("\xef\xbb\xbf"
				  "a: b\n")));
	assert_int_equal(yaml_get(p.y.docs[0], "a")->offset, 6);
}

static void
test_typed(void **state)
{
	const struct yaml_node *doc = parse(
	    STR("t: x\nb: Yes\nq: 'off'\ny: n\none: 1\ni: -5\nh: 0x10\nl: [1]\n"
		"m: {}\nz:\n"));
	struct diag d = { .line = 0 };
	struct str s;
	int64_t i = 0;
	bool on = false;

	(void)state;
	assert_int_equal(yaml_text(&p.y, yaml_get(doc, "t"), "t", &s, &d), 0);
	assert_true(str_eq(s, STR("x")));
	assert_int_equal(yaml_bool(&p.y, yaml_get(doc, "b"), "b", &on, &d), 0);
	assert_true(on);
	assert_int_equal(yaml_bool(&p.y, yaml_get(doc, "q"), "q", &on, &d), 0);
	assert_false(on);
	on = true;
	assert_int_equal(yaml_bool(&p.y, yaml_get(doc, "y"), "y", &on, &d), 0);
	assert_false(on);
	assert_int_equal(yaml_bool(&p.y, yaml_get(doc, "one"), "one", &on, &d),
	    ERR_INVAL);
	assert_string_equal(d.what, "one: \"1\" is neither true nor false");
	assert_int_equal(d.line, 5);
	assert_int_equal(d.col, 6);
	assert_int_equal(yaml_int(&p.y, yaml_get(doc, "i"), "i", -5, 5, &i, &d),
	    0);
	assert_int_equal(i, -5);
	assert_int_equal(yaml_int(&p.y, yaml_get(doc, "h"), "h", 0, 99, &i, &d),
	    0);
	assert_int_equal(i, 16);
	assert_int_equal(yaml_int(&p.y, yaml_get(doc, "h"), "h", 0, 15, &i, &d),
	    ERR_INVAL);
	assert_string_equal(d.what,
	    "h: \"0x10\" is not a whole number from 0 to 15");
	assert_int_equal(yaml_text(&p.y, yaml_get(doc, "l"), "l", &s, &d),
	    ERR_INVAL);
	assert_string_equal(d.what, "l must be text, not a list");
	assert_int_equal(yaml_text(&p.y, yaml_get(doc, "m"), "m", &s, &d),
	    ERR_INVAL);
	assert_string_equal(d.what, "m must be text, not a map");
	assert_int_equal(yaml_text(&p.y, yaml_get(doc, "z"), "z", &s, &d),
	    ERR_INVAL);
	assert_string_equal(d.what, "z has no value");
	assert_int_equal(yaml_text(&p.y, NULL, "no", &s, &d), ERR_INVAL);
	assert_string_equal(yaml_kind_name(NULL), "nothing");
}

/* Each "Xn" of the value must be found where the text has it. */
static void
expect_located(const char *text, const char *value)
{
	const struct yaml_node *node = parse(str_from(text));
	size_t found = 0;

	assert_int_equal(p.err, 0);
	if (node->kind == YAML_SEQ)
		node = yaml_at(node, 0);
	expect_text(node, value);
	for (const char *v = value; (v = strchr(v, 'X')); v++, found++) {
		const char mark[] = { 'X', v[1], '\0' };
		size_t at = yaml_locate(p.y.text, node, (size_t)(v - value));

		assert_string_equal(text + at, strstr(text, mark));
		at = yaml_locate(p.y.text, node, (size_t)(v - value) + 1);
		assert_int_equal(text[at], v[1]);
	}
	assert_int_equal(found, 3);
}

static void
test_locate(void **state)
{
	(void)state;
	expect_located("X1 X2 \xc3\xa4 X3", "X1 X2 \xc3\xa4 X3");
	expect_located("X1\n  X2\n\n\n  b X3\n", "X1 X2\n\nb X3");
	expect_located("- 'X1''s  ''X2\n\n   X3'", "X1's  'X2\nX3");
	expect_located("- \"X1\\t\\u00e4\\\"X2 \\\n   \\  a\n \\tb X3\"",
	    "X1\t\xc3\xa4\"X2   a \tb X3");
	expect_located("- \"\\x20X1\\N\\L\\U0001F600X2\\n\n\n\\nX3\"",
	    " X1\xc2\x85\xe2\x80\xa8\xf0\x9f\x98\x80X2\n\n\nX3");
	expect_located("- |\n  X1\n    X2\n\n  X3\n", "X1\n  X2\n\nX3\n");
	expect_located("- |2- # X0\n    X1\n   X2\n  X3\n", "  X1\n X2\nX3");
	expect_located("- >\n  X1 a\n  X2\n\n  b\n   c\n  X3\n\n",
	    "X1 a X2\nb\n c\nX3\n");
	expect_located("- >\r\n  X1\r\n  X2 X3\r\n", "X1 X2 X3\n");
	expect_located("- &a !t # note\n  X1\n  X2 X3\n", "X1 X2 X3");
	expect_located("- !t &a >-\n  X1\n  != X2\n  X3\n", "X1 != X2 X3");
	expect_located("- !=\n  X1\n  X2 !=X3\n", "!= X1 X2 !=X3");
}

static void
test_locate_ends(void **state)
{
	const struct yaml_node *node = parse(STR("abc # d"));

	(void)state;
	assert_int_equal(yaml_locate(p.y.text, node, 0), 0);
	assert_int_equal(yaml_locate(p.y.text, node, 3), 3);
	assert_int_equal(yaml_locate(p.y.text, node, 99), 3);
	node = parse(STR("a:\n"));
	assert_true(yaml_locate(p.y.text, yaml_get(node, "a"), 5) <= 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_nulls),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_operators_among_all_letters),
		cmocka_unit_test(test_first_key_counts),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_billion_laughs),
		cmocka_unit_test(test_alias_text),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_typed),
		cmocka_unit_test(test_locate),
		cmocka_unit_test(test_locate_ends),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
