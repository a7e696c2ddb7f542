/*
 * Image references (the OCI distribution grammar, as far as it separates the
 * parts) and control group paths of the known container runtimes.
 */
#include "state/container.h"

#define HEX_ID 64
#define ECS_ID 32

void
container_parse_image(struct str text, struct image_reference *out)
{
	ptrdiff_t at, colon, slash;

	*out = (struct image_reference){ 0 };
	text = str_trim(text);
	at = str_find_char(text, '@');
	if (at >= 0) {
		out->digest = str_sub(text, (size_t)at + 1, text.n);
		text = str_sub(text, 0, (size_t)at);
	}
	/* A colon before the last slash belongs to the registry's port. */
	colon = str_rfind_char(text, ':');
	slash = str_rfind_char(text, '/');
	if (colon > slash) {
		out->tag = str_sub(text, (size_t)colon + 1, text.n);
		text = str_sub(text, 0, (size_t)colon);
	}
	out->repository = text;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z');
}

/* A run of exactly n hexadecimal digits, with no letter or digit around it. */
static bool
find_hex(struct str s, size_t n, struct str *out)
{
	size_t i = 0;

	while (i < s.n) {
		size_t from = i;

		while (i < s.n && is_hex(s.p[i]))
			i++;
		if (i - from == n && (from == 0 || !is_word(s.p[from - 1])) &&
		    (i == s.n || !is_word(s.p[i]))) {
			*out = str_sub(s, from, i);
			return true;
		}
		i += i == from;
	}
	return false;
}

/* 32 hexadecimal digits, a dash, decimal digits. */
static bool
find_ecs(struct str s, struct str *out)
{
	struct str head;

	while (find_hex(s, ECS_ID, &head)) {
		size_t from = (size_t)(head.p - s.p), end = from + ECS_ID;
		size_t digits = end + 1;

		while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
			digits++;
		if (end < s.n && s.p[end] == '-' && digits > end + 1) {
			*out = str_sub(s, from, digits);
			return true;
		}
		s = str_sub(s, end, s.n);
	}
	return false;
}

static struct str
runtime_of(struct str line)
{
	static const struct {
		struct str mark, type;
	} known[] = {
		{ { "libpod", 6 }, { "podman", 6 } },
		{ { "crio-", 5 }, { "cri-o", 5 } },
		{ { "cri-containerd", 14 }, { "containerd", 10 } },
		{ { "containerd", 10 }, { "containerd", 10 } },
		{ { "/ecs/", 5 }, { "ecs", 3 } },
		{ { "docker", 6 }, { "docker", 6 } },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_find(line, known[i].mark) >= 0)
			return known[i].type;
	return STR("container");
}

bool
container_parse_cgroup(struct str text, struct str *id, struct str *type)
{
	struct str line;

	while (str_split(&text, '\n', &line)) {
		if (find_ecs(line, id)) {
			*type = STR("ecs");
			return true;
		}
		if (find_hex(line, HEX_ID, id)) {
			*type = runtime_of(line);
			return true;
		}
	}
	return false;
}

bool
container_parse_mountinfo(struct str text, struct str *id, struct str *type)
{
	struct str line;

	while (str_split(&text, '\n', &line)) {
		if (str_find(line, STR(" /etc/hostname ")) < 0 &&
		    str_find(line, STR(" /etc/resolv.conf ")) < 0)
			continue;
		if (find_hex(line, HEX_ID, id)) {
			*type = runtime_of(line);
			return true;
		}
	}
	return false;
}

struct str
container_short_id(struct str id)
{
	return str_sub(id, 0, CONTAINER_ID_SHORT);
}
