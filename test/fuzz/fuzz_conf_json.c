/*
 * JSON text, and the same bytes as words of a shell: two small parsers of
 * texts that come from outside.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "conf/env.h"
#include "conf/json.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Counts again what the node says about itself. */
static uint32_t
visit(const struct yaml_node *node, unsigned depth)
{
	uint32_t nodes = 1;

	require(depth <= JSON_MAX_DEPTH + 1);
	for (size_t i = 0; node->kind == YAML_SEQ && i < node->n; i++)
		nodes += visit(yaml_at(node, i), depth + 1);
	for (size_t i = 0; node->kind == YAML_MAP && i < node->n; i++)
		nodes += visit(node->pairs[i].key, depth + 1) +
		    visit(node->pairs[i].value, depth + 1);
	require(node->nodes == nodes);
	return nodes;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct diag d = { .line = 0 };
	struct yaml_node *node;
	struct arena a;
	char **argv;
	size_t n;

	arena_init(&a, 64 << 20);
	if (json_parse(&a, text, &node, &d))
		require(!node && d.what[0]);
	else
		visit(node, 1);
	if (!conf_split_words(&a, text, &argv, &n, &d))
		require(n <= CONF_WORDS_MAX && !argv[n]);
	arena_reset(&a);
	return 0;
}
