/*
 * For tests of rule files: loading texts, and what should have come of it.
 */
#ifndef TEST_RULE_FILES_H
#define TEST_RULE_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "rule/load.h"

#define CAP (8u << 20)

/* A whole rule with the condition given, and one line for each other key. */
#define RULE(name, condition)          \
	"- rule: " name "\n"           \
	"  desc: d\n"                  \
	"  condition: " condition "\n" \
	"  output: o\n"                \
	"  priority: info\n"           \
	"  warn_evttypes: false\n"

/* The same with exceptions. */
#define EXCEPTION(text) RULE("r", "evt.type=open") "  exceptions:\n" text

static inline struct rule_loader *
load(const char *text)
{
	struct rule_loader *l = rule_loader_new(CAP);

	assert_non_null(l);
	rule_load_text(l, "a.yaml", str_from(text));
	return l;
}

static inline int
load_more(struct rule_loader *l, const char *name, const char *text)
{
	return rule_load_text(l, name, str_from(text));
}

static inline void
print_problems(const struct rule_loader *l)
{
	struct buf b = buf_grow(1u << 20);
	const struct rule_problem *p = rule_loader_problems(l);

	for (; p; p = p->next)
		diag_print(&b, &p->diag);
	fwrite(b.p, 1, b.n, stderr);
	buf_free(&b);
}

static inline void
check_clean(const struct rule_loader *l)
{
	if (rule_loader_problems(l)) {
		print_problems(l);
		fail_msg("there are problems");
	}
}

static inline const struct loaded_rule *
find_rule(const struct rule_loader *l, const char *name)
{
	for (size_t i = 0; i < rule_loader_count(l); i++) {
		const struct loaded_rule *r = rule_loader_rule(l, i);

		if (str_eq(r->rule.name, str_from(name)))
			return r;
	}
	print_problems(l);
	fail_msg("no rule %s", name);
	return NULL;
}

static inline void
check_condition(const struct rule_loader *l, const char *name, const char *want)
{
	struct buf b = buf_grow(1u << 20);

	ast_print(&b, find_rule(l, name)->resolved);
	assert_string_equal(buf_cstr(&b), want);
	buf_free(&b);
}

/* The rule `r` of one text without any problem. */
static inline void
check(const char *text, const char *condition)
{
	struct rule_loader *l = load(text);

	check_clean(l);
	check_condition(l, "r", condition);
	rule_loader_free(l);
}

struct want {
	bool is_error;
	const char *code;
	unsigned line, col;
	const char *what; /* a part */
	const char *hint; /* a part; "" for no hint, NULL for any */
};

static inline bool
is_wanted(const struct rule_problem *p, const struct want *w)
{
	return p->is_error == w->is_error &&
	    strcmp(rule_code_name(p->code), w->code) == 0 &&
	    p->diag.line == w->line && p->diag.col == w->col &&
	    strstr(p->diag.what, w->what) &&
	    (!w->hint ||
		(w->hint[0] ? strstr(p->diag.hint, w->hint) != NULL
			    : !p->diag.hint[0]));
}

static inline void
expect(const struct rule_loader *l, const struct want *w)
{
	const struct rule_problem *p = rule_loader_problems(l);

	while (p && !is_wanted(p, w))
		p = p->next;
	if (p)
		return;
	print_problems(l);
	fail_msg("no %s at %u:%u: %s", w->code, w->line, w->col, w->what);
}

static inline void
check_error(const char *text, const char *code, unsigned line, unsigned col,
    const char *what, const char *hint)
{
	const struct want w = { true, code, line, col, what, hint };
	struct rule_loader *l = load(text);

	expect(l, &w);
	assert_int_equal(rule_loader_count(l), 0);
	rule_loader_free(l);
}

static inline void
check_warning(const char *text, const char *code, unsigned line, unsigned col,
    const char *what)
{
	const struct want w = { false, code, line, col, what, NULL };
	struct rule_loader *l = load(text);

	expect(l, &w);
	for (const struct rule_problem *p = rule_loader_problems(l); p;
	     p = p->next)
		assert_false(p->is_error);
	rule_loader_free(l);
}

#define VALIDATE  "LOAD_ERR_VALIDATE"
#define YAML      "LOAD_ERR_YAML_VALIDATE"
#define CONDITION "LOAD_ERR_COMPILE_CONDITION"

#endif
