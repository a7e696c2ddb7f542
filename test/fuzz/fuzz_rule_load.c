/*
 * Rule files: no byte of one may crash the loader or the compiler or take
 * memory beyond the cap, a file with an error leaves what was there before,
 * and what was loaded can be compiled, printed and parsed again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "rule/load.h"

#define CAP (16u << 20)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char base[] = "- list: l\n  items: [a, b]\n"
			   "- macro: m\n  condition: evt.type = open\n"
			   "- rule: r\n  desc: d\n"
			   "  condition: m and fd.name in (l)\n"
			   "  output: of %fd.name\n  priority: info\n"
			   "  exceptions:\n  - name: e\n"
			   "    fields: [proc.name]\n    values: [[c]]\n";

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
check_print(const struct loaded_rule *r)
{
	struct buf b = buf_grow(64u << 20);
	struct arena a;
	struct ast *again;
	struct diag d;
	size_t at;

	if (!r->resolved)
		return;
	arena_init(&a, 64u << 20);
	ast_print(&b, r->resolved);
	diag_reset(&d);
	if (!b.failed && b.n < 100000) {
		require(ast_parse(&a, buf_str(&b), 3 * AST_MAX_DEPTH, &again,
			    &d, &at) == 0);
		require(ast_equal(again, r->resolved));
	}
	buf_free(&b);
	arena_reset(&a);
}

static bool
has_error(const struct rule_loader *l)
{
	const struct rule_problem *p = rule_loader_problems(l);

	for (; p && !p->is_error; p = p->next)
		;
	return p;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rule_compile_options o = { .threshold = PRIORITY_DEBUG };
	struct rule_loader *l = rule_loader_new(CAP);
	struct str text = { (const char *)data, size };
	struct ruleset *rs;

	if (!l)
		return 0;
	require(rule_load_text(l, "base", str_from(base)) == 0);
	if (rule_load_text(l, "input", text)) {
		require(has_error(l));
		require(rule_loader_count(l) == 1);
	} else {
		require(!has_error(l));
	}
	for (size_t i = 0; i < rule_loader_count(l); i++)
		check_print(rule_loader_rule(l, i));
	rs = rule_compile(l, &o);
	ruleset_free(rs);
	rule_loader_free(l);
	return 0;
}
