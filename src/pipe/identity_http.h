/*
 * One GET of a small document from a numeric address: RFC 9112, without
 * redirects, names, TLS or reuse. For the link-local metadata endpoint.
 */
#ifndef PIPE_IDENTITY_HTTP_H
#define PIPE_IDENTITY_HTTP_H

#include "base/arena.h"

#define HTTP_BODY_MAX ((size_t)256 * 1024)

/* "http://ADDRESS[:PORT]/PATH"; ADDRESS is IPv4, or IPv6 in brackets. Pure. */
struct http_url {
	int family; /* 4 or 6 */
	uint8_t address[16];
	uint16_t port;
	struct str host; /* as written, with the port */
	struct str path; /* at least "/" */
};

bool
http_parse_url(struct str url, struct http_url *out);
/*
 * The body of a complete response, decoded in place (chunked). False when the
 * response is no HTTP/1.x, is cut or is malformed. status: 200 ... Pure.
 */
bool
http_parse_response(char *text, size_t n, int *status, struct str *body);
/*
 * The document in a, within timeout_ms for all of it. 0, ERR_INVAL (URL),
 * ERR_AGAIN (too slow), ERR_LIMIT (too long), ERR_SYNTAX (malformed),
 * ERR_NOENT (status other than 200), or another error of the connection.
 */
int
http_get(struct arena *a, struct str url, int timeout_ms, struct str *body);

#endif
