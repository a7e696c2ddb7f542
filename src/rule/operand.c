/*
 * The constants right of an operator: parsed as the left side's type asks.
 */
#include "rule/ops.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "rule/regex.h"

/* The well-known ones (IANA); rules name few others. */
static const struct {
	const char *name;
	uint16_t port;
} services[] = {
	{ "ftp-data", 20 },
	{ "ftp", 21 },
	{ "ssh", 22 },
	{ "telnet", 23 },
	{ "smtp", 25 },
	{ "domain", 53 },
	{ "bootps", 67 },
	{ "bootpc", 68 },
	{ "tftp", 69 },
	{ "http", 80 },
	{ "www", 80 },
	{ "kerberos", 88 },
	{ "pop3", 110 },
	{ "sunrpc", 111 },
	{ "ntp", 123 },
	{ "netbios-ns", 137 },
	{ "netbios-ssn", 139 },
	{ "imap2", 143 },
	{ "imap", 143 },
	{ "snmp", 161 },
	{ "snmp-trap", 162 },
	{ "bgp", 179 },
	{ "irc", 194 },
	{ "ldap", 389 },
	{ "https", 443 },
	{ "microsoft-ds", 445 },
	{ "submissions", 465 },
	{ "syslog", 514 },
	{ "submission", 587 },
	{ "ldaps", 636 },
	{ "domain-s", 853 },
	{ "rsync", 873 },
	{ "ftps", 990 },
	{ "imaps", 993 },
	{ "pop3s", 995 },
	{ "socks", 1080 },
	{ "openvpn", 1194 },
	{ "ms-sql-s", 1433 },
	{ "mqtt", 1883 },
	{ "nfs", 2049 },
	{ "mysql", 3306 },
	{ "ms-wbt-server", 3389 },
	{ "svn", 3690 },
	{ "epmd", 4369 },
	{ "postgresql", 5432 },
	{ "amqps", 5671 },
	{ "amqp", 5672 },
	{ "redis", 6379 },
	{ "http-alt", 8080 },
	{ "zabbix-agent", 10050 },
	{ "mongodb", 27017 },
};

bool
service_port(struct str name, uint64_t *out)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
		if (str_eq(name, str_from(services[i].name))) {
			*out = services[i].port;
			return true;
		}
	return false;
}

bool
ip_parse(struct str text, struct ip *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	char z[INET6_ADDRSTRLEN];

	*out = (struct ip){ 0 };
	if (text.n >= sizeof(z) || memchr(text.p, '\0', text.n))
		return false;
	memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	if (inet_pton(AF_INET, z, out->bytes) == 1) {
		out->family = 4;
		return true;
	}
	if (inet_pton(AF_INET6, z, out->bytes) != 1)
		return false;
	out->family = 6;
	if (memcmp(out->bytes, mapped, sizeof(mapped)) == 0) {
		struct ip v4 = { .family = 4 };

		memcpy(v4.bytes, out->bytes + sizeof(mapped), 4);
		*out = v4;
	}
	return true;
}

static bool
parse_network(struct str text, bool prefix, struct network *out)
{
	ptrdiff_t slash = prefix ? str_find_char(text, '/') : -1;
	struct str ip = slash < 0 ? text : str_sub(text, 0, (size_t)slash);
	uint64_t bits, most;

	if (!ip_parse(ip, &out->ip))
		return false;
	most = out->ip.family == 4 ? 32 : 128;
	bits = most;
	if (slash >= 0 &&
	    (!str_to_u64(str_sub(text, (size_t)slash + 1, text.n), &bits) ||
		bits > most))
		return false;
	out->bits = (uint8_t)bits;
	return true;
}

/* Bits of an integer type; 64 where it does not matter. */
static unsigned
width_of(enum field_type type)
{
	switch (type) {
	case FT_I16:
	case FT_PORT:
		return 16;
	case FT_I32:
	case FT_U32:
		return 32;
	case FT_U64:
	case FT_I64:
	case FT_F64:
	case FT_BOOL:
	case FT_DURATION:
	case FT_TIME:
	case FT_DYNAMIC:
	case FT_STR:
	case FT_PATH:
	case FT_IP:
	case FT_NET:
	case FT_BYTES:
		break;
	}
	return 64;
}

static bool
parse_signed(struct str text, unsigned width, int64_t *out)
{
	int64_t most = (int64_t)(UINT64_MAX >> (65 - width));

	return str_to_i64(text, out) && *out <= most && *out >= -most - 1;
}

/* Negative numbers wrap, as strtoul(3) has it. */
static bool
parse_unsigned(struct str text, unsigned width, uint64_t *out)
{
	uint64_t most = UINT64_MAX >> (64 - width);
	bool sign = text.n && (text.p[0] == '-' || text.p[0] == '+');

	if (!str_to_u64(str_sub(text, sign, text.n), out) || *out > most)
		return false;
	if (sign && text.p[0] == '-')
		*out = (0 - *out) & most;
	return true;
}

static bool
parse_number(struct str text, enum field_type type, enum value_class class,
    int64_t *out)
{
	unsigned width = width_of(type);
	uint64_t u;

	if (class == CLASS_UNSIGNED) {
		if (!parse_unsigned(text, width, &u) &&
		    !(type == FT_PORT && service_port(text, &u)))
			return false;
		*out = order_unsigned(u);
		return true;
	}
	if (!parse_signed(text, width, out))
		return false;
	if (class == CLASS_FLOAT)
		*out = order_double((double)*out);
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

static bool
parse_hex(struct arena *a, struct str text, struct str *out)
{
	char *p = arena_bytes(a, text.n / 2 + 1);

	if (!p || !text.n || text.n % 2)
		return false;
	for (size_t i = 0; i < text.n; i += 2) {
		int high = hex_digit(text.p[i]), low = hex_digit(text.p[i + 1]);

		if (high < 0 || low < 0)
			return false;
		p[i / 2] = (char)(high * 16 + low);
	}
	*out = (struct str){ p, text.n / 2 };
	return true;
}

/*
 * Upstream's hint: a pattern that is plain text with at most "^", ".*" or ".+"
 * in front and "$", ".*" or ".+" behind does not need a regular expression.
 */
static bool
is_plain_regex(struct str p)
{
	static const char *const special = ".^$*+?()[]{}|\\";

	if (str_starts(p, STR("^")))
		p = str_sub(p, 1, p.n);
	if (str_ends(p, STR("$")))
		p = str_sub(p, 0, p.n - 1);
	if (str_starts(p, STR(".*")) || str_starts(p, STR(".+")))
		p = str_sub(p, 2, p.n);
	if (str_ends(p, STR(".*")) || str_ends(p, STR(".+")))
		p = str_sub(p, 0, p.n - 2);
	for (size_t i = 0; i < p.n; i++)
		if (strchr(special, p.p[i]))
			return false;
	return true;
}

static int
parse_regex(struct arena *a, struct str text, union operand_value *out,
    size_t *scratch, struct compile_result *r, size_t at)
{
	struct diag why;

	diag_reset(&why);
	out->re = regex_compile(a, text, &why);
	if (!out->re)
		return compile_fail(r, ERR_INVAL, at, "%s", why.what);
	if (*scratch < regex_scratch(out->re))
		*scratch = regex_scratch(out->re);
	if (is_plain_regex(text)) {
		r->warnings |= COMPILE_WARN_REGEX;
		r->warning_at = at;
		diag_set(&r->warning,
		    "regular expression '%.*s' can be "
		    "replaced by '=', 'startswith', 'endswith' or 'contains'",
		    STR_ARG(text));
	}
	return 0;
}

static int
bad_value(struct compile_result *r, const struct ast_term *term,
    const char *what)
{
	return compile_fail(r, ERR_INVAL, term->at, "'%.*s' is not %s",
	    STR_ARG(term->text), what);
}

static int
parse_text(struct arena *a, enum ast_op op, enum value_class class,
    const struct ast_term *term, union operand_value *out, size_t *scratch,
    struct compile_result *r)
{
	if (op == OP_BCONTAINS || op == OP_BSTARTSWITH)
		return parse_hex(a, term->text, &out->s)
		    ? 0
		    : bad_value(r, term, "hexadecimal text");
	if (class == CLASS_TEXT && memchr(term->text.p, '\0', term->text.n))
		return compile_fail(r, ERR_INVAL, term->at,
		    "a NUL byte in a value never matches");
	if (op == OP_REGEX)
		return parse_regex(a, term->text, out, scratch, r, term->at);
	out->s = arena_str(a, term->text);
	return out->s.p
	    ? 0
	    : compile_fail(r, ERR_NOMEM, term->at, "%s", err_text(ERR_NOMEM));
}

static int
parse_bool(struct str text, union operand_value *out)
{
	bool yes = str_eq(text, STR("true"));

	out->i = yes;
	return yes || str_eq(text, STR("false")) ? 0 : ERR_INVAL;
}

static int
parse_value(struct arena *a, enum ast_op op, const struct expr *left,
    const struct ast_term *term, union operand_value *out, size_t *scratch,
    struct compile_result *r)
{
	switch (left->class) {
	case CLASS_TEXT:
	case CLASS_BYTES:
		return parse_text(a, op, left->class, term, out, scratch, r);
	case CLASS_BOOL:
		return parse_bool(term->text, out) == 0
		    ? 0
		    : bad_value(r, term, "true or false");
	case CLASS_ADDRESS:
		return parse_network(term->text, false, &out->net)
		    ? 0
		    : bad_value(r, term, "an IP address");
	case CLASS_NETWORK:
		return parse_network(term->text, true, &out->net)
		    ? 0
		    : bad_value(r, term, "an IP address or network");
	case CLASS_SIGNED:
	case CLASS_UNSIGNED:
	case CLASS_FLOAT:
		return parse_number(term->text, left->type, left->class,
			   &out->i)
		    ? 0
		    : bad_value(r, term,
			  left->type == FT_PORT
			      ? "a port number or service name"
			      : "a number that the field can have");
	}
	return ERR_INTERNAL;
}

uint64_t
operand_hash(struct str s)
{
	uint64_t h = s.n * UINT64_C(0x9e3779b97f4a7c15), word;
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&word, s.p + i, 8);
		h = (h ^ word) * UINT64_C(0xbf58476d1ce4e5b9);
		h ^= h >> 32;
	}
	word = 0;
	if (i < s.n)
		memcpy(&word, s.p + i, s.n - i);
	h = (h ^ word) * UINT64_C(0x94d049bb133111eb);
	return h ^ h >> 29;
}

static int
hash_texts(struct arena *a, struct operand *o)
{
	size_t size = 2;

	while (size < o->n * 2)
		size *= 2;
	o->cells = arena_array(a, size, sizeof(*o->cells));
	o->mask = size - 1;
	if (!o->cells)
		return ERR_NOMEM;
	for (size_t i = 0; i < o->n; i++) {
		struct str s = o->at[i].s;
		size_t at = operand_hash(s) & o->mask;

		while (o->cells[at])
			at = (at + 1) & o->mask;
		o->cells[at] = (uint32_t)i + 1;
		o->lengths |= UINT64_C(1) << (s.n < 63 ? s.n : 63);
	}
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	const union operand_value *x = a, *y = b;

	return (x->i > y->i) - (x->i < y->i);
}

int
operand_parse(struct arena *a, enum ast_op op, const struct expr *left,
    const struct ast_term *terms, size_t n, struct operand *out,
    size_t *scratch, struct compile_result *r)
{
	*out = (struct operand){ .n = n, .class = left->class };
	out->at = arena_array(a, n ? n : 1, sizeof(*out->at));
	if (!out->at)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		int err = parse_value(a, op, left, &terms[i], &out->at[i],
		    scratch, r);

		if (err)
			return err;
	}
	if (op != OP_IN && op != OP_INTERSECTS)
		return 0;
	if (left->class == CLASS_TEXT || left->class == CLASS_BYTES)
		return hash_texts(a, out);
	if (left->class != CLASS_ADDRESS && left->class != CLASS_NETWORK)
		qsort(out->at, n, sizeof(*out->at), by_number);
	return 0;
}
