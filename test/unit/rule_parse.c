/*
 * Conditions: what parses into which canonical text, what is refused, where
 * and with which words; and Falco's own cases when the data is there.
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
#include "rule/ast.h"

#define CAP (8u << 20)

struct parsed {
	struct arena arena;
	struct ast *root;
	struct diag diag;
	size_t error_at;
	int err;
};

static void
parse(struct parsed *p, struct str text)
{
	*p = (struct parsed){ .err = 0 };
	arena_init(&p->arena, CAP);
	p->err = ast_parse(&p->arena, text, AST_MAX_DEPTH, &p->root, &p->diag,
	    &p->error_at);
}

static struct str
canonical(struct parsed *p)
{
	struct buf b = buf_grow(CAP);
	struct str s;

	ast_print(&b, p->root);
	assert_false(b.failed);
	s = arena_str(&p->arena, buf_str(&b));
	buf_free(&b);
	assert_non_null(s.p);
	return s;
}

/* Printing loses nothing: the text parses back to the same tree and text. */
static void
check_round_trip(struct parsed *p)
{
	struct str first = canonical(p);
	struct parsed again;

	parse(&again, first);
	if (again.err)
		fail_msg("canonical text \"%s\": %s", first.p, again.diag.what);
	if (!ast_equal(p->root, again.root) ||
	    !str_eq(first, canonical(&again)))
		fail_msg("\"%s\" changed when parsed again", first.p);
	arena_reset(&again.arena);
}

static void
check_ok(const char *text, const char *want)
{
	struct parsed p;

	parse(&p, str_from(text));
	if (p.err)
		fail_msg("\"%s\": offset %zu: %s", text, p.error_at,
		    p.diag.what);
	assert_string_equal(canonical(&p).p, want);
	check_round_trip(&p);
	arena_reset(&p.arena);
}

static void
check_error(struct str text, size_t at, const char *what)
{
	struct parsed p;

	parse(&p, text);
	if (p.err != ERR_SYNTAX && p.err != ERR_LIMIT)
		fail_msg("\"%.*s\" was not refused", STR_ARG(text));
	assert_int_equal(p.error_at, at);
	if (!strstr(p.diag.what, what))
		fail_msg("\"%.*s\": \"%s\" lacks \"%s\"", STR_ARG(text),
		    p.diag.what, what);
	arena_reset(&p.arena);
}

#define ERROR(text, at, what) check_error(STR(text), (at), (what))

static void
test_connectives(void **state)
{
	(void)state;
	check_ok("a", "a");
	check_ok("  ((a))\t\n", "a");
	check_ok("a or b and c", "(a or (b and c))");
	check_ok("(a or b) and c", "((a or b) and c)");
	check_ok("a and (b and c)", "(a and (b and c))");
	check_ok("(a)and(b)and(c)", "(a and b and c)");
	check_ok("a or(b and c)or d", "(a or (b and c) or d)");
	check_ok("not a and b", "(not a and b)");
	check_ok("not not a", "a");
	check_ok("not not not a", "not a");
	check_ok("not(not (not (a)))", "not a");
	check_ok("not (a or b)", "not (a or b)");
	check_ok("notz and nota", "(notz and nota)");
	check_ok("a\n\vand\f\r\nnot\tb", "(a and not b)");
	check_ok("a and b and c and d and e", "(a and b and c and d and e)");
}

static void
test_connectives_refused(void **state)
{
	(void)state;
	ERROR("", 0, "expected a '(' token, a field check");
	ERROR("   ", 3, "expected a '(' token, a field check");
	ERROR("a b", 2, "unexpected token after 'a', expecting 'or', 'and'");
	ERROR("a andb", 5, "expected blank or '(' after 'and'");
	ERROR("a or", 4, "expected blank or '(' after 'or'");
	ERROR("a or ", 5, "expected a '(' token");
	ERROR("a or(b) and c", 8, "unexpected token after ')'");
	ERROR("a andnot(b)", 5, "expected blank");
	ERROR("(a", 2, "expected a ')' token");
	ERROR("(a))", 3, "unexpected token after ')'");
	ERROR("()", 1, "expected a '(' token");
	ERROR("not ", 4, "expected a '(' token");
	ERROR("and_then(x)", 8, "unexpected token after 'and_then'");
}

static void
test_operators(void **state)
{
	static const char *const words[] = { "glob", "iglob", "contains",
		"icontains", "bcontains", "startswith", "bstartswith",
		"endswith", "regex" };

	(void)state;
	check_ok("a.b exists", "a.b exists");
	check_ok("a.b existsand c", "(a.b exists and c)");
	check_ok("a.b=1", "a.b = 1");
	check_ok("a.b == 1", "a.b = 1");
	check_ok("a.b!=x", "a.b != x");
	check_ok("a.b<1 or a.b<=+1.5e-3 or a.b>0x1F or a.b>=-2",
	    "(a.b < 1 or a.b <= +1.5e-3 or a.b > 0x1F or a.b >= -2)");
	check_ok("a.b in(x)", "a.b in (x)");
	check_ok("a.b in ( )", "a.b in ()");
	check_ok("a.b intersects (x ,y,\"z z\")",
	    "a.b intersects (x, y, \"z z\")");
	check_ok("a.b pmatch(/usr, '/bin')", "a.b pmatch (/usr, /bin)");
	check_ok("a.b in names and c", "(a.b in names and c)");
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		char text[80], glued[80];

		snprintf(text, sizeof(text), "a.b %s value", words[i]);
		snprintf(glued, sizeof(glued), "a.b %svalue", words[i]);
		check_ok(text, text);
		check_error(str_from(glued), 4, "expected a valid check");
	}
}

static void
test_operators_refused(void **state)
{
	(void)state;
	ERROR("a.b", 3, "one of 'exists', '<=', '<', '>='");
	ERROR("a.b like x", 4, "expected a valid check operator");
	ERROR("a.b istartswith x", 4, "expected a valid check operator");
	ERROR("a.b < x", 6, "expected a number value");
	ERROR("a.b < '1'", 6, "expected a number value");
	ERROR("a.b < 0x", 7, "unexpected token after '0'");
	ERROR("a.b < 1e5", 7, "unexpected token after '1'");
	ERROR("a.b = ", 6, "expected a string value");
	ERROR("a.b = (x)", 6, "expected a string value");
	ERROR("a.b === x", 6, "expected a string value");
	ERROR("a.b in", 6, "expected a list or an identifier");
	ERROR("a.b in (x", 9, "expected a ')' token");
	ERROR("a.b in (x,)", 10, "expected a string value");
	ERROR("a.b in (,x)", 8, "expected a string value");
	ERROR("a.b in (x y)", 10, "expected a ')' token");
	ERROR("a.b exists x", 11, "unexpected token after 'exists'");
}

static void
test_values(void **state)
{
	(void)state;
	check_ok("a.b = and", "a.b = and");
	check_ok("a.b = 0a!@#:/\\.;$%^&*[]{}|", "a.b = 0a!@#:/\\.;$%^&*[]{}|");
	check_ok("a.b = 'c d'", "a.b = \"c d\"");
	check_ok("a.b = ''", "a.b = \"\"");
	check_ok("a.b = \"it's\"", "a.b = \"it's\"");
	check_ok("a.b = 'it\\'s'", "a.b = \"it's\"");
	check_ok("a.b = '=' and c", "(a.b = \"=\" and c)");
	check_ok("a.b = \"\\b\\f\\n\\r\\t\\\\\\/\\\"\"",
	    "a.b = \"\\b\\f\\n\\r\\t\\\\/\\\"\"");
	check_ok("a.b = '\\x41\\xc3\\xa4 \\x1b'", "a.b = \"A\xc3\xa4 \\x1b\"");
	check_ok("a.b = 'x\\ y'", "a.b = x\\y");
	check_ok("a.b = \xc3\xa4", "a.b = \xc3\xa4");
	check_ok("a.b = val", "a.b = val");
	check_ok("a.b = b64 and c", "(a.b = b64 and c)");
	check_ok("a.b in (b64, oneof, and)", "a.b in (b64, oneof, and)");
}

static void
test_values_refused(void **state)
{
	(void)state;
	ERROR("a.b = \"x", 6, "expected a closing \"");
	ERROR("a.b = 'x\\'", 6, "expected a closing '");
	ERROR("a.b = '\\\"'", 7, "unsupported string escape sequence");
	ERROR("a.b = \"\\'\"", 7, "unsupported string escape sequence");
	ERROR("a.b = '\\q'", 7, "unsupported string escape sequence");
	ERROR("a.b = '\\x4'", 7, "unsupported string escape sequence");
	ERROR("a.b = '\\xg1'", 7, "unsupported string escape sequence");
	ERROR("a.b = x\0y", 7, "NUL");
	ERROR("a.b = 'x\0y'", 8, "NUL");
	ERROR("a.b = x\"y\"", 7, "unexpected token after 'x'");
	ERROR("a.b = x,y", 7, "unexpected token after 'x'");
	ERROR("a\0b", 1, "unexpected token after 'a'");
}

static void
test_fields(void **state)
{
	(void)state;
	check_ok("ab1.c_d.e[2]=1", "ab1.c_d.e[2] = 1");
	check_ok("a.b['x y']exists", "a.b[\"x y\"] exists");
	check_ok("a.b[\"\"] = 1", "a.b[\"\"] = 1");
	check_ok("a.b[x(),y] = 1", "a.b[x(),y] = 1");
	ERROR("a.b[] = 1", 4, "expected a valid field argument: a quoted");
	ERROR("a.b[ x ] = 1", 4, "expected a valid field argument");
	ERROR("a.b[\"x\" = 1", 7, "expected a ']' token");
	ERROR("a.b[x[y]] = 1", 5, "expected a ']' token");
	ERROR("a.b [x] = 1", 4, "expected a valid check operator");
	ERROR("a.1 = 1", 1, "unexpected token after 'a'");
	ERROR("_a.b = 1", 0, "expected a '(' token");
}

static void
test_modifiers(void **state)
{
	(void)state;
	check_ok("a.b = oneof (x, y)", "a.b = oneof (x, y)");
	check_ok("a.b != allof  names", "a.b != allof names");
	check_ok("a.b startswith anyof\n(x)", "a.b startswith anyof (x)");
	check_ok("a.b = oneof oneof", "a.b = oneof oneof");
	check_ok("a.b = oneof", "a.b = oneof");
	check_ok("a.b = anyof and c", "(a.b = anyof and c)");
	check_ok("(a.b = allof )or c", "(a.b = allof or c)");
	check_ok("a.b = oneof_x", "a.b = oneof_x");
	ERROR("a.b = oneof(x)", 11, "unexpected token after 'oneof'");
	ERROR("a.b =oneof (x)", 11, "unexpected token after 'oneof'");
	ERROR("a.b = ONEOF (x)", 12, "unexpected token after 'ONEOF'");
	ERROR("a.b = oneof not x", 12, "unexpected token after 'oneof'");
	ERROR("a.b in oneof (x)", 13, "unexpected token after 'oneof'");
	ERROR("a.b > oneof (1)", 6, "expected a number value");
}

static void
test_transformers(void **state)
{
	(void)state;
	check_ok("tolower( a.b )= x", "tolower(a.b) = x");
	check_ok("toupper(b64(basename(a.b[1]))) exists",
	    "toupper(b64(basename(a.b[1]))) exists");
	check_ok("a.b = val( c.d[1] )", "a.b = val(c.d[1])");
	check_ok("a.b in tolower(c.d)", "a.b in tolower(c.d)");
	check_ok("a.b > len(c.d)", "a.b > len(c.d)");
	check_ok("join(',', (a.b, \"x\", 5, len(c.d))) = y",
	    "join(\",\", (a.b, \"x\", 5, len(c.d))) = y");
	check_ok("concat(a.b, c.d) = y", "concat(a.b, c.d) = y");
	check_ok("getopt(a.b, 'c:')[c] exists",
	    "getopt(a.b, \"c:\")[c] exists");
	ERROR("tolower (a.b) = x", 8, "unexpected token after 'tolower'");
	ERROR("val(a.b) = x", 3, "unexpected token after 'val'");
	ERROR("tolower(val(a.b)) = x", 8, "expected a field, a transformer");
	ERROR("tolower(macro) = x", 8, "expected a field, a transformer");
	ERROR("tolower() = x", 8, "expected a field, a transformer");
	ERROR("tolower(a.b = x", 12, "expected a ')' token");
	ERROR("a.b = val(c)", 10, "expected a field within 'val()'");
	ERROR("a.b = val(c.d", 13, "expected a ')' token");
	ERROR("join(',', (a.b,)) = x", 15, "expected a field");
	ERROR("join(',', (,)) = x", 11, "expected a field");
	ERROR("a.b in (tolower(c.d))", 15, "expected a ')' token");
}

static void
test_unknown_transformer_hint(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, STR("lower(a.b) = x"));
	assert_int_equal(p.err, ERR_SYNTAX);
	assert_non_null(strstr(p.diag.hint, "tolower"));
	arena_reset(&p.arena);
	parse(&p, STR("lower a.b"));
	assert_int_equal(p.err, ERR_SYNTAX);
	assert_string_equal(p.diag.hint, "");
	arena_reset(&p.arena);
}

/* n times open, then middle, then n times close. */
static struct str
nested(char *text, size_t n, const char *open, const char *middle, char close)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		at += (size_t)sprintf(text + at, "%s", open);
	at += (size_t)sprintf(text + at, "%s", middle);
	memset(text + at, close, n);
	return (struct str){ text, at + n };
}

static void
test_depth(void **state)
{
	static char text[20000];
	struct parsed p;

	(void)state;
	parse(&p, nested(text, AST_MAX_DEPTH, "(", "a", ')'));
	assert_int_equal(p.err, 0);
	arena_reset(&p.arena);
	check_error(nested(text, AST_MAX_DEPTH + 1, "(", "a", ')'),
	    AST_MAX_DEPTH + 1, "exceeded max depth limit of 1000");
	parse(&p, nested(text, AST_MAX_DEPTH + 1, "tolower(", "a.b", ')'));
	assert_int_equal(p.err, ERR_LIMIT);
	arena_reset(&p.arena);
}

static void
test_memory(void **state)
{
	struct str text = STR("a.b in (c, d, e, f) and g and h or i");
	bool parsed = false;

	(void)state;
	for (size_t size = 0; size < 16384 && !parsed; size += 64) {
		char memory[16384];
		struct arena a;
		struct ast *root;
		struct diag d;
		size_t at;
		int err;

		arena_fixed(&a, memory, size);
		diag_reset(&d);
		err = ast_parse(&a, text, 10, &root, &d, &at);
		parsed = err == 0;
		if (!parsed)
			assert_int_equal(err, ERR_NOMEM);
	}
	assert_true(parsed);
}

static void
test_not_equal(void **state)
{
	static const char *const texts[] = { "a", "b", "a.b exists", "a.b = c",
		"a.b != c", "a.b = d", "a.b[1] = c", "a.b[2] = c",
		"a.b = val(c.d)", "a.b = c.d", "a.b in (c)", "a.b in (c, d)",
		"a.b = oneof (c)", "a.b = anyof (c)", "tolower(a.b) = c",
		"not a", "a and b", "a or b", "a and b and c", "a and not b" };
	size_t n = sizeof(texts) / sizeof(*texts);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			struct parsed p, q;

			parse(&p, str_from(texts[i]));
			parse(&q, str_from(texts[j]));
			assert_int_equal(ast_equal(p.root, q.root), i == j);
			arena_reset(&p.arena);
			arena_reset(&q.arena);
		}
}

/* --- Falco's cases --- */

static void
check_blanks(const char *id, struct str filter, char blank)
{
	char *text = malloc(filter.n + 2);
	struct parsed p;

	assert_non_null(text);
	text[0] = text[filter.n + 1] = blank;
	for (size_t i = 0; i < filter.n; i++)
		text[i + 1] = filter.p[i] == ' ' ? blank : filter.p[i];
	parse(&p, (struct str){ text, filter.n + 2 });
	if (p.err)
		fail_msg("%s with blank %d: %s", id, blank, p.diag.what);
	arena_reset(&p.arena);
	free(text);
}

static void
check_case(const struct yaml_node *c)
{
	const char *id = yaml_get(c, "id")->value.p;
	struct str filter = yaml_get(c, "filter")->value;
	bool ok = str_eq(yaml_get(c, "expect")->value, STR("ok"));
	const struct yaml_node *blanks = yaml_get(c, "blanks");
	const struct yaml_node *message = yaml_get(c, "message");
	struct parsed p;

	parse(&p, filter);
	if ((p.err == 0) != ok)
		fail_msg("%s: \"%s\" %s", id, filter.p,
		    p.err ? p.diag.what : "was not refused");
	if (message && strcmp(message->value.p, p.diag.what) != 0)
		fail_msg("%s: message \"%s\"", id, p.diag.what);
	if (ok)
		check_round_trip(&p);
	arena_reset(&p.arena);
	if (!blanks || !str_eq(blanks->value, STR("true")))
		return;
	check_blanks(id, filter, ' ');
	check_blanks(id, filter, '\n');
	check_blanks(id, filter, '\t');
}

static void
test_falco_cases(void **state)
{
	const char *dir = getenv("FALCO_DATA");
	char path[4096], *text;
	struct arena a;
	struct yaml y;
	struct diag d;
	size_t n;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/filter_parse.json",
	    dir ? dir : "../shared/data/falco");
	f = fopen(path, "re");
	if (!f) {
		print_message("# no %s: skipped\n", path);
		skip();
	}
	text = malloc(CAP);
	assert_non_null(text);
	n = fread(text, 1, CAP, f);
	fclose(f);
	arena_init(&a, CAP);
	diag_reset(&d);
	assert_int_equal(yaml_parse(&y, &a, path, (struct str){ text, n }, &d),
	    0);
	assert_int_equal(y.n_docs, 1);
	assert_true(y.docs[0]->n > 0);
	for (size_t i = 0; i < y.docs[0]->n; i++)
		check_case(yaml_at(y.docs[0], i));
	arena_reset(&a);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connectives),
		cmocka_unit_test(test_connectives_refused),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_operators_refused),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_values_refused),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_modifiers),
		cmocka_unit_test(test_transformers),
		cmocka_unit_test(test_unknown_transformer_hint),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_not_equal),
		cmocka_unit_test(test_falco_cases),
	};

	return cmocka_run_group_tests_name("rule_parse", tests, NULL, NULL);
}
