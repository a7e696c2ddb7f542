/*
 * Conditions: what parses prints as text that parses to the same tree; what
 * does not is refused with words and a place within the text.
 */
#include <stdint.h>
#include <stdlib.h>

#include "rule/ast.h"

#define CAP (16u << 20)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct buf b = buf_grow(CAP);
	struct ast *root, *again;
	size_t at = SIZE_MAX;
	struct arena a;
	struct diag d;

	arena_init(&a, 4 * CAP);
	diag_reset(&d);
	if (ast_parse(&a, text, AST_MAX_DEPTH, &root, &d, &at)) {
		require(d.what[0] && at <= size);
	} else {
		ast_print(&b, root);
		require(!b.failed);
		/* and, or bring parentheses of their own */
		require(ast_parse(&a, buf_str(&b), 3 * AST_MAX_DEPTH, &again,
			    &d, &at) == 0);
		require(ast_equal(root, again));
	}
	buf_free(&b);
	arena_reset(&a);
	return 0;
}
