/*
 * A minimal HTTP/1.1 client: RFC 9112. The server closes the connection, so the
 * end of the response is the end of the stream.
 */
#include "pipe/identity_http.h"

#include "base/buf.h"
#include "base/err.h"
#include "os/net.h"
#include "os/os.h"

#define HEAD_MAX ((size_t)16 * 1024)

/* --- addresses ----------------------------------------------------------- */

static bool
parse_v4(struct str s, uint8_t out[16])
{
	struct str part;
	uint64_t v;

	for (int i = 0; i < 4; i++) {
		ptrdiff_t dot = str_find_char(s, '.');

		if ((dot < 0) != (i == 3))
			return false;
		part = dot < 0 ? s : str_sub(s, 0, (size_t)dot);
		if (part.n > 3 || !str_to_u64(part, &v) || v > 255)
			return false;
		out[i] = (uint8_t)v;
		s = dot < 0 ? STR("") : str_sub(s, (size_t)dot + 1, s.n);
	}
	return true;
}

static bool
hex_group(struct str s, unsigned *out)
{
	char room[8];
	struct buf b = buf_fixed(room, sizeof(room));
	uint64_t v;

	if (s.n == 0 || s.n > 4)
		return false;
	buf_zput(&b, "0x");
	buf_str_put(&b, s);
	if (!str_to_u64(buf_str(&b), &v))
		return false;
	*out = (unsigned)v;
	return true;
}

/* Groups of s from the left into out; their number, or -1. */
static int
groups(struct str s, unsigned out[8])
{
	struct str part;
	int n = 0;

	while (s.n) {
		ptrdiff_t colon = str_find_char(s, ':');

		part = colon < 0 ? s : str_sub(s, 0, (size_t)colon);
		if (n == 8 || !hex_group(part, &out[n++]))
			return -1;
		s = colon < 0 ? STR("") : str_sub(s, (size_t)colon + 1, s.n);
		if (colon >= 0 && !s.n)
			return -1;
	}
	return n;
}

static bool
parse_v6(struct str s, uint8_t out[16])
{
	unsigned all[8] = { 0 }, tail[8];
	ptrdiff_t gap = str_find(s, STR("::"));
	int head, end = 0;

	if (gap < 0) {
		head = groups(s, all);
	} else {
		head = groups(str_sub(s, 0, (size_t)gap), all);
		end = groups(str_sub(s, (size_t)gap + 2, s.n), tail);
	}
	if (head < 0 || end < 0 || head + end > 8 - (gap >= 0) ||
	    (gap < 0 && head != 8))
		return false;
	for (int i = 0; i < end; i++)
		all[8 - end + i] = tail[i];
	for (int i = 0; i < 8; i++) {
		out[2 * i] = (uint8_t)(all[i] >> 8);
		out[2 * i + 1] = (uint8_t)all[i];
	}
	return true;
}

static bool
parse_port(struct str s, uint16_t *out)
{
	uint64_t v;

	if (!str_to_u64(s, &v) || v == 0 || v > 65535)
		return false;
	*out = (uint16_t)v;
	return true;
}

bool
http_parse_url(struct str url, struct http_url *out)
{
	struct str scheme = STR("http://"), host, rest;
	ptrdiff_t slash, end;

	*out = (struct http_url){ .port = 80 };
	if (!str_starts(url, scheme))
		return false;
	/* What goes into the request must stay one line. */
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f)
			return false;
	url = str_sub(url, scheme.n, url.n);
	slash = str_find_char(url, '/');
	out->path = slash < 0 ? STR("/") : str_sub(url, (size_t)slash, url.n);
	out->host = slash < 0 ? url : str_sub(url, 0, (size_t)slash);
	host = out->host;
	out->family = host.n && host.p[0] == '[' ? 6 : 4;
	end = str_find_char(host, out->family == 6 ? ']' : ':');
	if (out->family == 6 && end < 0)
		return false;
	rest = end < 0
	    ? STR("")
	    : str_sub(host, (size_t)end + (out->family == 6), host.n);
	host = str_sub(host, out->family == 6, end < 0 ? host.n : (size_t)end);
	if (rest.n &&
	    (rest.p[0] != ':' ||
		!parse_port(str_sub(rest, 1, rest.n), &out->port)))
		return false;
	return out->family == 6 ? parse_v6(host, out->address)
				: parse_v4(host, out->address);
}

/* --- responses ----------------------------------------------------------- */

/* A header's value; names are compared in any case. */
static bool
header(struct str head, struct str name, struct str *value)
{
	struct str line;

	while (str_split(&head, '\n', &line)) {
		ptrdiff_t colon = str_find_char(line, ':');

		if (colon < 0 ||
		    !str_eq_nocase(str_sub(line, 0, (size_t)colon), name))
			continue;
		*value = str_trim(str_sub(line, (size_t)colon + 1, line.n));
		return true;
	}
	return false;
}

static bool
chunk_size(struct str line, size_t *out)
{
	char room[20];
	struct buf b = buf_fixed(room, sizeof(room));
	ptrdiff_t extension = str_find_char(line, ';');
	uint64_t v;

	if (extension >= 0)
		line = str_sub(line, 0, (size_t)extension);
	buf_zput(&b, "0x");
	buf_str_put(&b, str_trim(line));
	if (b.failed || !str_to_u64(buf_str(&b), &v) || v > SIZE_MAX / 2)
		return false;
	*out = (size_t)v;
	return true;
}

/* Joins the chunks at the start of text. */
static bool
join_chunks(char *text, size_t n, struct str *body)
{
	struct str rest = { text, n }, line;
	size_t at = 0, size;

	for (;;) {
		ptrdiff_t end = str_find(rest, STR("\r\n"));

		if (end < 0)
			return false;
		line = str_sub(rest, 0, (size_t)end);
		rest = str_sub(rest, (size_t)end + 2, rest.n);
		if (!chunk_size(line, &size))
			return false;
		if (size == 0)
			break;
		if (rest.n < size + 2)
			return false;
		memmove(text + at, rest.p, size);
		at += size;
		rest = str_sub(rest, size + 2, rest.n);
	}
	*body = (struct str){ text, at };
	return true;
}

bool
http_parse_response(char *text, size_t n, int *status, struct str *body)
{
	struct str all = { text, n }, head, value;
	ptrdiff_t end = str_find(all, STR("\r\n\r\n"));
	uint64_t number;

	if (end < 0 || !str_starts(all, STR("HTTP/1.")) || all.n < 12 ||
	    !str_to_u64(str_sub(all, 9, 12), &number))
		return false;
	*status = (int)number;
	head = str_sub(all, 0, (size_t)end);
	*body = str_sub(all, (size_t)end + 4, all.n);
	if (header(head, STR("transfer-encoding"), &value))
		return str_eq_nocase(value, STR("chunked")) &&
		    join_chunks(text + end + 4, body->n, body);
	if (header(head, STR("content-length"), &value)) {
		if (!str_to_u64(value, &number) || number > body->n)
			return false;
		body->n = (size_t)number;
	}
	return true;
}

/* --- the exchange -------------------------------------------------------- */

static int
remaining(uint64_t deadline_ns)
{
	uint64_t now = os_now_monotonic_ns();

	return now >= deadline_ns ? 0 : (int)((deadline_ns - now) / 1000000);
}

static int
send_request(int fd, const struct http_url *u)
{
	char room[2048];
	struct buf b = buf_fixed(room, sizeof(room));

	buf_printf(&b,
	    "GET %.*s HTTP/1.1\r\nHost: %.*s\r\nAccept: application/json\r\n"
	    "Connection: close\r\n\r\n",
	    STR_ARG(u->path), STR_ARG(u->host));
	return b.failed ? ERR_INVAL : os_write_all(fd, b.p, b.n);
}

/* Until the peer closes: the count, or a negative enum err. */
static ssize_t
receive(int fd, char *to, size_t cap, uint64_t deadline_ns)
{
	size_t n = 0;

	for (;;) {
		int ready = os_poll_in(fd, remaining(deadline_ns));
		ssize_t got;

		if (ready <= 0)
			return ready < 0 ? ready : ERR_AGAIN;
		if (n == cap)
			return ERR_LIMIT;
		got = os_read(fd, to + n, cap - n);
		if (got < 0)
			return got;
		if (got == 0)
			return (ssize_t)n;
		n += (size_t)got;
	}
}

int
http_get(struct arena *a, struct str url, int timeout_ms, struct str *body)
{
	uint64_t deadline =
	    os_now_monotonic_ns() + (uint64_t)timeout_ms * 1000000;
	const size_t cap = HEAD_MAX + HTTP_BODY_MAX;
	struct http_url u;
	char *text;
	ssize_t n;
	int fd, status;

	if (!http_parse_url(url, &u))
		return ERR_INVAL;
	text = os_map_private(cap);
	if (!text)
		return ERR_NOMEM;
	fd = os_tcp_connect(u.family, u.address, u.port, timeout_ms);
	n = fd < 0 ? fd : send_request(fd, &u);
	if (n == 0)
		n = receive(fd, text, cap, deadline);
	os_close(fd);
	if (n >= 0 && !http_parse_response(text, (size_t)n, &status, body))
		n = ERR_SYNTAX;
	else if (n >= 0)
		n = status == 200 ? 0 : ERR_NOENT;
	if (n == 0) {
		*body = arena_str(a, *body);
		n = body->p ? 0 : ERR_NOMEM;
	}
	os_unmap(text, cap);
	return (int)n;
}
