/*
 * YAML text and the settings in it: no byte of the text may make the loader
 * crash, leak, take memory beyond its arena, or point outside of the text.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "conf/settings.h"
#include "conf/yaml.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
visit(struct str text, const struct yaml_node *node)
{
	require(node->offset <= text.n && node->line > 0 && node->col > 0);
	if (node->kind == YAML_SCALAR) {
		size_t step = node->value.n / 16 + 1;

		require(node->value.p[node->value.n] == '\0');
		for (size_t i = 0; i <= node->value.n; i += step)
			require(yaml_locate(text, node, i) <= text.n);
	}
	for (size_t i = 0; node->kind == YAML_SEQ && i < node->n; i++)
		visit(text, yaml_at(node, i));
	for (size_t i = 0; node->kind == YAML_MAP && i < node->n; i++) {
		visit(text, node->pairs[i].key);
		visit(text, node->pairs[i].value);
	}
}

static void
on_warning(void *ctx, const struct diag *d)
{
	char text[3000];
	struct buf b = buf_fixed(text, sizeof(text));

	(void)ctx;
	require(d->what[0] != '\0');
	diag_print(&b, d);
	require(!b.failed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct diag d = { .line = 0 };
	struct arena a;
	struct settings s;
	struct yaml y;

	arena_init(&a, 16 << 20);
	if (yaml_parse(&y, &a, "fuzz", text, &d))
		on_warning(NULL, &d);
	for (size_t i = 0; i < y.n_docs; i++) {
		require(y.docs[i]->depth <= YAML_MAX_DEPTH + 1);
		if (y.docs[i]->nodes < 10000)
			visit(text, y.docs[i]);
	}
	settings_init(&s);
	settings_parse(&s, &a, "fuzz", text, on_warning, NULL);
	arena_reset(&a);
	return 0;
}
