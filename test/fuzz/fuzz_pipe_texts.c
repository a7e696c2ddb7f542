/*
 * What identity and procfs parse: HTTP answers and addresses, the ECS metadata
 * document, the words of an option, socket tables. The first byte picks.
 */
#include <netinet/in.h>
#include <stdlib.h>

#include "pipe/identity.h"
#include "pipe/identity_http.h"
#include "pipe/procfs.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
http(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);
	struct str body;
	int status;

	if (!copy)
		abort();
	memcpy(copy, data, size);
	if (http_parse_response(copy, size, &status, &body) && body.n &&
	    (body.p < copy || body.p + body.n > copy + size))
		abort();
	free(copy);
}

static void
identity(struct str text, bool words)
{
	struct container c = { .privileged = -1 };
	struct diag d = { 0 };
	struct arena a;

	arena_init(&a, 8 << 20);
	if (words)
		identity_parse_words(&a, text, &c, &d);
	else
		identity_parse_metadata(&a, text, &c, &d);
	arena_reset(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data + 1, size - 1 };
	struct http_url url;
	struct sock_facts s;

	if (size == 0)
		return 0;
	switch (data[0] % 6) {
	case 0:
		http(data + 1, size - 1);
		break;
	case 1:
		http_parse_url(text, &url);
		break;
	case 2:
		identity(text, true);
		break;
	case 3:
		identity(text, false);
		break;
	case 4:
		procfs_parse_inet(text, 1, size & 1, IPPROTO_TCP, &s);
		break;
	case 5:
		procfs_parse_unix(text, 1, &s);
		break;
	}
	return 0;
}
