/*
 * The compiled graph against the naive walk of rule_naive.h on random
 * conditions and events: with the outcome known, and before it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rule_naive.h"
#include "rule_set.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define N_RULES  12

/* --- random events ------------------------------------------------- */

static uint64_t seed = 1;

static unsigned
pick(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

static const char *const texts[] = { "", "a", "b", "ab", "abc", "Bash", "bash",
	"/", "/etc", "/etc/", "/etc/passwd", "/etc/shadow", "/usr/bin/bash",
	"etc/passwd", "/ETC", "bash -c ls", "*", "a*" };
static const char *const numbers[] = { "0", "1", "2", "3", "7", "80", "443",
	"65535", "0x10" };
static const char *const signed_numbers[] = { "-1", "-2", "0", "3", "100" };
static const char *const addresses[] = { "10.0.0.1", "10.0.0.2", "127.0.0.1",
	"::1", "fe80::1" };
static const char *const networks[] = { "10.0.0.0/8", "10.0.0.2", "127.0.0.0/9",
	"::/0", "fe80::/10", "0.0.0.0/0" };
static const char *const globs[] = { "*", "a*", "?a*", "/etc/*", "*pass*",
	"[ab]*", "[!a]*", "/e?c", "*sh", "BASH" };
static const char *const regexes[] = { "a", "a|b", "/etc/.*", ".*sh", "[a-c]+",
	"(ab?c?)*", "bash.*", ".{3,4}" };
static const char *const paths[] = { "/etc", "/etc/", "/", "/*/passwd", "/usr",
	"etc", "/etc/pass*" };
static const char *const hexes[] = { "61", "6162", "2f", "00" };
static const char *const types[] = { "openat", "connect", "execve" };
static const char *const words[] = { "file", "ipv4", "pipe" };

enum kind {
	TEXT,
	SIGNED,
	UNSIGNED,
	PORT,
	FLOAT,
	BOOL,
	IP,
	NET,
	IPS,
	NETS,
	BYTES,
	NAMES,
	TYPES,
	EVENT
};

static const struct {
	const char *name;
	enum kind kind;
} fields[] = {
	{ "proc.name", TEXT },
	{ "fd.name", TEXT },
	{ "proc.cmdline", TEXT },
	{ "proc.pname", TEXT },
	{ "proc.aname[2]", TEXT },
	{ "fd.num", SIGNED },
	{ "evt.rawres", SIGNED },
	{ "proc.pid", SIGNED },
	{ "proc.tty", UNSIGNED },
	{ "user.uid", UNSIGNED },
	{ "fd.sport", PORT },
	{ "thread.cpu", FLOAT },
	{ "evt.is_open_read", BOOL },
	{ "proc.is_exe_upper_layer", BOOL },
	{ "fd.sip", IP },
	{ "fd.snet", NET },
	{ "fd.ip", IPS },
	{ "fd.net", NETS },
	{ "evt.buffer", BYTES },
	{ "proc.aname", NAMES },
	{ "fd.types", TYPES },
	{ "evt.type", EVENT },
};

#define N_FIELDS COUNT(fields)

/* What is true of one event: a value for each field and outcome. */
struct truth {
	struct value at[N_FIELDS][2];
	struct value elements[N_FIELDS][2][3];
	/* What is known before, for both lanes at once or not. */
	struct value before[N_FIELDS][2];
	struct value before_elements[N_FIELDS][2][3];
	bool together[N_FIELDS];
	enum event_type type;
	bool certain; /* nothing is unknown before */
	int lane;     /* which outcome the naive walk sees */
};

#define ANY(table) (table)[pick(COUNT(table))]

static struct value
ip_value(void)
{
	struct value v = { .kind = VALUE_IP };

	assert_true(ip_parse(str_from(ANY(addresses)), &v.ip));
	return v;
}

static struct value
random_value(enum kind kind, struct value elements[3])
{
	struct value v = { .kind = VALUE_STR };

	switch (kind) {
	case TEXT:
		v.s = str_from(ANY(texts));
		break;
	case SIGNED:
		v.kind = VALUE_I64;
		v.i = (int64_t)pick(6) - 2;
		break;
	case UNSIGNED:
		v.kind = VALUE_U64;
		v.u = pick(4);
		break;
	case PORT:
		v.kind = VALUE_U64;
		v.u = strtoul(ANY(numbers), NULL, 0);
		break;
	case FLOAT:
		v.kind = VALUE_F64;
		v.f = pick(8) / 2.0 - 1;
		break;
	case BOOL:
		v.kind = VALUE_BOOL;
		v.b = pick(2);
		break;
	case IP:
	case NET:
		return ip_value();
	case BYTES:
		v.kind = VALUE_BYTES;
		v.s = str_from(ANY(texts));
		break;
	case IPS:
	case NETS:
	case NAMES:
	case TYPES:
		v.kind = VALUE_LIST;
		v.list.n = kind == IPS || kind == NETS ? 2 : pick(4);
		v.list.at = elements;
		for (size_t i = 0; i < v.list.n; i++) {
			elements[i] = ip_value();
			if (kind != NAMES && kind != TYPES)
				continue;
			elements[i].kind = VALUE_STR;
			elements[i].s =
			    str_from(kind == NAMES ? ANY(texts) : ANY(words));
		}
		break;
	case EVENT:
		break;
	}
	return v;
}

/* Hides a part of what is true. */
static struct value
blur(struct value v, struct value elements[3])
{
	if (v.kind == VALUE_LIST && v.list.n && pick(2)) {
		memcpy(elements, v.list.at, v.list.n * sizeof(*elements));
		v.list.at = elements;
		elements = &elements[pick((unsigned)v.list.n)];
		if (elements->kind == VALUE_IP && pick(2))
			elements->ip.family = 0;
		else
			elements->kind = VALUE_UNKNOWN;
		return v;
	}
	if (v.kind == VALUE_IP && pick(2)) {
		v.ip.family = 0;
		return v;
	}
	if ((v.kind == VALUE_I64 || v.kind == VALUE_U64) && pick(3)) {
		int64_t low = v.i - pick(3), high = v.i + pick(3);

		v.kind = VALUE_RANGE;
		v.range.lo = low < 0 && v.i >= 0 ? 0 : low;
		v.range.hi = high;
		return v;
	}
	v.kind = VALUE_UNKNOWN;
	return v;
}

static void
random_truth(struct truth *t)
{
	t->certain = pick(2);
	t->type = event_by_name(str_from(ANY(types)));
	for (size_t i = 0; i < N_FIELDS; i++) {
		t->together[i] = pick(2);
		for (int lane = 0; lane < 2; lane++) {
			struct value *v = &t->at[i][lane];

			*v = random_value(fields[i].kind, t->elements[i][lane]);
			if (pick(6) == 0)
				v->kind = VALUE_NONE;
			if (fields[i].kind == EVENT) {
				v->kind = VALUE_STR;
				v->s = str_from(event_info(t->type)->name);
			}
			if (lane && t->together[i])
				*v = t->at[i][0];
			t->before[i][lane] = t->certain || pick(3)
			    ? *v
			    : blur(*v, t->before_elements[i][lane]);
		}
		if (t->together[i])
			t->before[i][1] = t->before[i][0];
	}
}

static size_t
field_index(struct str name, struct str arg)
{
	char whole[64];

	snprintf(whole, sizeof(whole), arg.p ? "%.*s[%.*s]" : "%.*s",
	    STR_ARG(name), STR_ARG(arg));
	for (size_t i = 0; i < N_FIELDS; i++)
		if (strcmp(whole, fields[i].name) == 0)
			return i;
	fail_msg("no field %s", whole);
	return 0;
}

static struct value
naive_get(void *ctx, struct str name, struct str arg)
{
	const struct truth *t = ctx;

	if (str_eq(name, STR("evt.num"))) /* the graph never asks for it */
		return (struct value){ .kind = VALUE_U64, .u = 1 };
	return t->at[field_index(name, arg)][t->lane];
}

static size_t
ref_index(const struct field_ref *ref)
{
	return field_index(str_from(field_info(ref->id)->name),
	    ref->has_arg ? ref->key : STR_NONE);
}

static void
get_after(void *ctx, const struct field_ref *ref, unsigned lanes,
    struct value *out)
{
	const struct truth *t = ctx;

	*out = t->at[ref_index(ref)][lanes == LANE_FAIL];
	out->lanes = lanes;
}

static void
get_before(void *ctx, const struct field_ref *ref, unsigned lanes,
    struct value *out)
{
	const struct truth *t = ctx;
	size_t i = ref_index(ref);

	*out = t->before[i][!(lanes & LANE_OK)];
	out->lanes = t->together[i] ? LANE_BOTH : lanes & -lanes;
}

/* --- random conditions --------------------------------------------- */

static void
put_value(struct buf *b, enum kind kind, const char *op)
{
	const char *v = NULL;

	if (strstr(op, "glob"))
		v = ANY(globs);
	else if (strstr(op, "regex"))
		v = ANY(regexes);
	else if (op[0] == 'b' && op[1] != 'a')
		v = ANY(hexes);
	else if (strcmp(op, "pmatch") == 0)
		v = ANY(paths);
	else if (kind == TEXT || kind == NAMES || kind == BYTES)
		v = ANY(texts);
	else if (kind == SIGNED || kind == FLOAT)
		v = ANY(signed_numbers);
	else if (kind == UNSIGNED || kind == PORT)
		v = ANY(numbers);
	else if (kind == BOOL)
		v = pick(2) ? "true" : "false";
	else if (kind == IP || kind == IPS)
		v = ANY(addresses);
	else if (kind == NET || kind == NETS)
		v = ANY(networks);
	else if (kind == TYPES)
		v = ANY(words);
	else
		v = ANY(types);
	/* The order operators take bare numbers only, of texts too. */
	if (op[0] == '<' || op[0] == '>')
		buf_zput(b, kind == TEXT || kind == NAMES ? ANY(numbers) : v);
	else
		buf_printf(b, "'%s'", v);
}

static void
put_values(struct buf *b, enum kind kind, const char *op, unsigned least)
{
	unsigned n = least + pick(4);

	buf_char(b, '(');
	for (unsigned i = 0; i < n; i++) {
		if (i)
			buf_zput(b, ", ");
		put_value(b, kind, op);
	}
	buf_char(b, ')');
}

static const char *
random_op(enum kind kind)
{
	static const char *const text[] = { "=", "!=", "<", "<=", ">",
		">=", "contains", "icontains", "startswith", "endswith", "glob",
		"iglob", "regex" };
	static const char *const number[] = { "=", "!=", "<", "<=", ">", ">=" };
	static const char *const bytes[] = { "=", "!=", "contains",
		"startswith", "endswith", "bcontains", "bstartswith" };

	if (kind == TEXT || kind == NAMES)
		return ANY(text);
	if (kind == BYTES)
		return ANY(bytes);
	if (kind == SIGNED || kind == UNSIGNED || kind == PORT || kind == FLOAT)
		return ANY(number);
	return pick(2) ? "=" : "!=";
}

static void
put_check(struct buf *b)
{
	static const char *const modifiers[] = { "oneof", "anyof", "allof" };
	size_t i = pick(N_FIELDS);
	enum kind kind = fields[i].kind;
	const char *op = random_op(kind);

	buf_zput(b, fields[i].name);
	if (pick(12) == 0) {
		buf_zput(b, " exists");
	} else if (pick(4) == 0 || kind == TYPES) {
		op = kind == TEXT && pick(2) ? "pmatch"
		    : pick(2)                ? "in"
					     : "intersects";
		buf_printf(b, " %s ", op);
		put_values(b, kind, op, 0);
	} else if (pick(4) == 0 && op[0] != '<' && op[0] != '>') {
		buf_printf(b, " %s %s ", op, ANY(modifiers));
		put_values(b, kind, op, 0);
	} else {
		buf_printf(b, " %s ", op);
		put_value(b, kind, op);
	}
}

/* Checks with transformers, and of a field with another. */
static void
put_special(struct buf *b)
{
	static const char *const specials[] = {
		"toupper(proc.name) = BASH",
		"tolower(fd.name) startswith /etc",
		"basename(fd.name) in (passwd, shadow, bash)",
		"len(fd.name) > 4",
		"len(fd.types) < 2",
		"len(evt.buffer) >= 3",
		"concat(proc.name, proc.pname) contains ab",
		"join('-', (proc.name, \"x\", proc.pname)) endswith -b",
		"proc.name = val(proc.pname)",
		"proc.cmdline contains val(proc.name)",
		"fd.name != val(proc.name)",
		"fd.num <= val(evt.rawres)",
		"proc.name glob val(proc.pname)",
		"basename(fd.name) = tolower(proc.name)",
		"evt.num > 0",
		"evt.num = 0",
	};

	buf_zput(b, ANY(specials));
}

static void
put_tree(struct buf *b, unsigned depth)
{
	unsigned n = 2 + pick(3);
	const char *word = pick(2) ? " and " : " or ";

	if (pick(4) == 0)
		buf_zput(b, "not ");
	if (depth == 0 || pick(5) == 0) {
		if (pick(6) == 0)
			put_special(b);
		else
			put_check(b);
		return;
	}
	buf_char(b, '(');
	for (unsigned i = 0; i < n; i++) {
		if (i)
			buf_zput(b, word);
		put_tree(b, depth - 1);
	}
	buf_char(b, ')');
}

/* --- properties ---------------------------------------------------- */

static void
wrong(const struct set *s, size_t i, const char *what)
{
	char text[8192];
	struct buf b = buf_fixed(text, sizeof(text));

	ast_print(&b, s->trees[i]);
	fail_msg("seed %llu: %s: %s", (unsigned long long)seed, what,
	    buf_cstr(&b));
}

static void
check_event(struct set *s, struct truth *t, unsigned *true_ones)
{
	struct field_source before = { get_before, t },
			    after = { get_after, t };
	struct naive_event naive = { naive_get, t };
	struct rule_verdict first, v;

	rule_eval_event(s->ev, t->type, LANE_BOTH, &before, false, &first);
	for (int lane = 0; lane < 2; lane++) {
		unsigned bit = lane ? LANE_FAIL : LANE_OK;

		t->lane = lane;
		rule_eval_event(s->ev, t->type, bit, &after, false, &v);
		for (size_t i = 0; i < s->n; i++) {
			bool truth = naive_matches(&naive, s->trees[i]);
			struct rule_match m = match_of(s, &v, i);

			*true_ones += truth;
			if (m.sure != (truth ? bit : 0) || m.maybe != m.sure)
				wrong(s, i, truth ? "not found" : "found");
			m = match_of(s, &first, i);
			if ((m.sure & bit) && !truth)
				wrong(s, i, "was sure, but is false");
			if (!(m.maybe & bit) && truth)
				wrong(s, i, "was ruled out, but is true");
			if (t->certain && (m.sure & bit) != (m.maybe & bit))
				wrong(s, i,
				    "not decided although all is known");
		}
	}
}

static void
same_as_naive(void **state)
{
	unsigned checked = 0, true_ones = 0;
	static struct truth t;

	(void)state;
	for (unsigned round = 0; round < 800; round++) {
		struct set s;

		set_begin(&s);
		for (unsigned i = 0; i < N_RULES; i++) {
			char text[8192];
			struct buf b = buf_fixed(text, sizeof(text));

			put_tree(&b, pick(4));
			assert_false(b.failed);
			set_add(&s, buf_cstr(&b));
		}
		set_finish(&s);
		for (unsigned i = 0; i < 30; i++) {
			random_truth(&t);
			check_event(&s, &t, &true_ones);
			checked += 2 * N_RULES;
		}
		set_end(&s);
	}
	/* Neither answer may be so rare that the comparison says nothing. */
	assert_in_range(true_ones, checked / 5, checked * 4 / 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_naive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
