/*
 * The socket tables below /proc/TID/net; proc(5). Addresses are hexadecimal
 * words in the machine's byte order.
 */
#include "pipe/procfs.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define TCP_LISTENING 0x0a

/* The next word of a line; empty at its end. */
static struct str
word(struct str *rest)
{
	struct str w = STR_NONE;

	while (w.n == 0 && rest->n)
		str_split(rest, ' ', &w);
	return w;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
hexadecimal(struct str s, uint32_t *out)
{
	*out = 0;
	if (s.n == 0 || s.n > 8)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (digit(s.p[i]) < 0)
			return false;
		*out = *out << 4 | (uint32_t)digit(s.p[i]);
	}
	return true;
}

/* "0100007F:0050". */
static bool
address(struct str s, bool v6, struct sock_addr *out)
{
	size_t words = v6 ? 4 : 1;
	uint32_t v;

	*out = (struct sock_addr){ .family = v6 ? AF_INET6 : AF_INET };
	if (s.n < words * 8 + 2 || s.p[words * 8] != ':')
		return false;
	out->ip.family = v6 ? 6 : 4;
	for (size_t i = 0; i < words; i++) {
		if (!hexadecimal(str_sub(s, i * 8, i * 8 + 8), &v))
			return false;
		memcpy(out->ip.bytes + i * 4, &v, 4);
	}
	if (!hexadecimal(str_sub(s, words * 8 + 1, s.n), &v) || v > 65535)
		return false;
	out->port = (uint16_t)v;
	return true;
}

static bool
is_set(const struct sock_addr *a)
{
	static const uint8_t zero[16];

	return a->port || memcmp(a->ip.bytes, zero, sizeof(zero)) != 0;
}

static uint16_t
type_of(int protocol)
{
	if (protocol == IPPROTO_TCP)
		return SOCK_STREAM;
	return protocol == IPPROTO_RAW ? SOCK_RAW : SOCK_DGRAM;
}

/* sl local remote st queues timer retransmits uid timeout inode ... */
static bool
inet_line(struct str line, uint64_t inode, bool v6, int protocol,
    struct sock_facts *out)
{
	struct str f[10];
	uint64_t found;
	uint32_t st;

	for (size_t i = 0; i < 10; i++)
		f[i] = word(&line);
	if (!str_to_u64(f[9], &found) || found != inode)
		return false;
	*out = (struct sock_facts){ .family = v6 ? AF_INET6 : AF_INET,
		.type = type_of(protocol),
		.protocol = (uint16_t)protocol };
	if (!address(f[1], v6, &out->local) ||
	    !address(f[2], v6, &out->remote) || !hexadecimal(f[3], &st))
		return false;
	out->have_local = is_set(&out->local);
	out->have_remote = is_set(&out->remote);
	out->listening = protocol == IPPROTO_TCP && st == TCP_LISTENING;
	return true;
}

bool
procfs_parse_inet(struct str text, uint64_t inode, bool v6, int protocol,
    struct sock_facts *out)
{
	struct str line;

	while (str_split(&text, '\n', &line))
		if (inet_line(line, inode, v6, protocol, out))
			return true;
	return false;
}

/* Num: RefCount Protocol Flags Type St Inode Path; the path may have blanks. */
static bool
unix_line(struct str line, uint64_t inode, struct sock_facts *out)
{
	struct str f[7];
	uint64_t found;
	uint32_t type, flags;

	for (size_t i = 0; i < 7; i++)
		f[i] = word(&line);
	if (!str_to_u64(f[6], &found) || found != inode ||
	    !hexadecimal(f[3], &flags) || !hexadecimal(f[4], &type))
		return false;
	*out = (struct sock_facts){ .family = AF_UNIX,
		.type = (uint16_t)type,
		.have_local = line.n > 0,
		.local = { .family = AF_UNIX, .path = line },
		.listening = flags >> 16 & 1 };
	return true;
}

bool
procfs_parse_unix(struct str text, uint64_t inode, struct sock_facts *out)
{
	struct str line;

	while (str_split(&text, '\n', &line))
		if (unix_line(line, inode, out))
			return true;
	return false;
}
