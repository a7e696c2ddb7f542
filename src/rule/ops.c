/*
 * The operators on scalar values. Numbers of every width and kind are mapped
 * to signed integers in the same order, so that one comparison serves all, and
 * ranges (not yet known exactly) are decided by their ends.
 */
#include "rule/ops.h"

#include "rule/glob.h"

static unsigned
tri(bool b)
{
	return b ? TRI_TRUE : TRI_FALSE;
}

static unsigned
tri_not(unsigned t)
{
	return (t & TRI_TRUE ? TRI_FALSE : 0) | (t & TRI_FALSE ? TRI_TRUE : 0);
}

/* --- numbers ------------------------------------------------------- */

#define SIGN_BIT (UINT64_C(1) << 63)

int64_t
order_unsigned(uint64_t u)
{
	return (int64_t)(u ^ SIGN_BIT);
}

int64_t
order_double(double f)
{
	uint64_t bits;

	if (f == 0)
		f = 0; /* -0.0 */
	memcpy(&bits, &f, sizeof(bits));
	return (int64_t)(bits & SIGN_BIT ? ~bits ^ SIGN_BIT : bits);
}

/* A signed number as a number of the class that o has. */
static int64_t
order_signed(const struct operand *o, int64_t i)
{
	if (o->class == CLASS_UNSIGNED)
		return order_unsigned((uint64_t)i);
	return o->class == CLASS_FLOAT ? order_double((double)i) : i;
}

/* The interval that v lies in; false when it is no number. */
static bool
bounds(const struct operand *o, const struct value *v, int64_t *lo, int64_t *hi)
{
	switch (v->kind) {
	case VALUE_I64:
		*lo = *hi = order_signed(o, v->i);
		return true;
	case VALUE_U64:
		*lo = *hi = o->class == CLASS_FLOAT
		    ? order_double((double)v->u)
		    : order_signed(o, (int64_t)v->u);
		return true;
	case VALUE_BOOL:
		*lo = *hi = order_signed(o, v->b);
		return true;
	case VALUE_F64:
		*lo = *hi = o->class == CLASS_FLOAT
		    ? order_double(v->f)
		    : order_signed(o, (int64_t)v->f);
		return true;
	case VALUE_RANGE:
		*lo = order_signed(o, v->range.lo);
		*hi = order_signed(o, v->range.hi);
		if (*lo > *hi) { /* a signed range in an unsigned field */
			*lo = INT64_MIN;
			*hi = INT64_MAX;
		}
		return true;
	case VALUE_NONE:
	case VALUE_UNKNOWN:
	case VALUE_STR:
	case VALUE_BYTES:
	case VALUE_IP:
	case VALUE_LIST:
		break;
	}
	return false;
}

static unsigned
number_eq(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	int64_t x = o->at[i].i, lo, hi;

	(void)scratch;
	if (!bounds(o, v, &lo, &hi) || x < lo || x > hi)
		return TRI_FALSE;
	return lo == hi ? TRI_TRUE : TRI_EITHER;
}

static unsigned
number_ne(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	int64_t lo, hi;

	if (!bounds(o, v, &lo, &hi))
		return TRI_FALSE;
	return tri_not(number_eq(o, i, v, scratch));
}

static unsigned
number_lt(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	int64_t x = o->at[i].i, lo, hi;

	(void)scratch;
	if (!bounds(o, v, &lo, &hi))
		return TRI_FALSE;
	return (lo < x ? TRI_TRUE : 0) | (hi >= x ? TRI_FALSE : 0);
}

static unsigned
number_le(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	int64_t x = o->at[i].i, lo, hi;

	(void)scratch;
	if (!bounds(o, v, &lo, &hi))
		return TRI_FALSE;
	return (lo <= x ? TRI_TRUE : 0) | (hi > x ? TRI_FALSE : 0);
}

static unsigned
number_gt(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	int64_t lo, hi;

	if (!bounds(o, v, &lo, &hi))
		return TRI_FALSE;
	return tri_not(number_le(o, i, v, scratch));
}

static unsigned
number_ge(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	int64_t lo, hi;

	if (!bounds(o, v, &lo, &hi))
		return TRI_FALSE;
	return tri_not(number_lt(o, i, v, scratch));
}

/* at[] is sorted: the first constant that is not below lo decides. */
static unsigned
number_in(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	size_t from = 0, to = o->n;
	int64_t lo, hi;

	(void)i;
	(void)scratch;
	if (!bounds(o, v, &lo, &hi))
		return TRI_FALSE;
	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (o->at[mid].i < lo)
			from = mid + 1;
		else
			to = mid;
	}
	if (from == o->n || o->at[from].i > hi)
		return TRI_FALSE;
	return lo == hi ? TRI_TRUE : TRI_EITHER;
}

/* --- text and bytes ------------------------------------------------ */

static bool
text_of(const struct value *v, struct str *out)
{
	*out = v->s;
	return v->kind == VALUE_STR || v->kind == VALUE_BYTES;
}

/* Defines an operator on a text s and the constant i of o. */
#define TEXT_OPERATOR(name, condition)                          \
	static unsigned name(const struct operand *o, size_t i, \
	    const struct value *v, uint32_t *scratch)           \
	{                                                       \
		struct str s;                                   \
                                                                \
		(void)i;                                        \
		(void)scratch;                                  \
		return tri(text_of(v, &s) && (condition));      \
	}

static bool
text_in_set(const struct operand *o, struct str s)
{
	uint64_t h;

	if (!(o->lengths >> (s.n < 63 ? s.n : 63) & 1))
		return false;
	h = operand_hash(s);
	for (size_t at = h & o->mask; o->cells[at]; at = (at + 1) & o->mask)
		if (str_eq(o->at[o->cells[at] - 1].s, s))
			return true;
	return false;
}

static bool
below_any(const struct operand *o, struct str s)
{
	for (size_t i = 0; i < o->n; i++)
		if (glob_path_prefix(o->at[i].s, s))
			return true;
	return false;
}

TEXT_OPERATOR(text_eq, str_eq(s, o->at[i].s))
TEXT_OPERATOR(text_ne, !str_eq(s, o->at[i].s))
TEXT_OPERATOR(text_lt, str_cmp(s, o->at[i].s) < 0)
TEXT_OPERATOR(text_le, str_cmp(s, o->at[i].s) <= 0)
TEXT_OPERATOR(text_gt, str_cmp(s, o->at[i].s) > 0)
TEXT_OPERATOR(text_ge, str_cmp(s, o->at[i].s) >= 0)
TEXT_OPERATOR(text_contains, str_find(s, o->at[i].s) >= 0)
TEXT_OPERATOR(text_icontains, str_find_nocase(s, o->at[i].s) >= 0)
TEXT_OPERATOR(text_startswith, str_starts(s, o->at[i].s))
TEXT_OPERATOR(text_endswith, str_ends(s, o->at[i].s))
TEXT_OPERATOR(text_glob, glob_match(o->at[i].s, s, false))
TEXT_OPERATOR(text_iglob, glob_match(o->at[i].s, s, true))
TEXT_OPERATOR(text_regex, regex_match(o->at[i].re, s, scratch))
TEXT_OPERATOR(text_in, text_in_set(o, s))
TEXT_OPERATOR(text_pmatch, below_any(o, s))

/* --- addresses ----------------------------------------------------- */

static bool
in_network(const struct network *net, const struct ip *ip)
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;

	if (ip->family != net->ip.family ||
	    memcmp(ip->bytes, net->ip.bytes, whole) != 0)
		return false;
	return !rest ||
	    (ip->bytes[whole] ^ net->ip.bytes[whole]) >> (8 - rest) == 0;
}

static unsigned
address_eq(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	(void)scratch;
	if (v->kind != VALUE_IP)
		return TRI_FALSE;
	if (!v->ip.family)
		return TRI_EITHER;
	return tri(in_network(&o->at[i].net, &v->ip));
}

static unsigned
address_ne(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	if (v->kind != VALUE_IP)
		return TRI_FALSE;
	return tri_not(address_eq(o, i, v, scratch));
}

static unsigned
address_in(const struct operand *o, size_t i, const struct value *v,
    uint32_t *scratch)
{
	unsigned all = TRI_FALSE;

	for (i = 0; i < o->n && all == TRI_FALSE; i++)
		all = address_eq(o, i, v, scratch);
	return all;
}

/* --- another field's value ----------------------------------------- */

bool
operand_from_value(struct operand *out, union operand_value *at,
    enum value_class class, const struct value *v)
{
	int64_t hi;

	*out = (struct operand){ .class = class, .n = 1, .at = at };
	switch (class) {
	case CLASS_TEXT:
	case CLASS_BYTES:
		return text_of(v, &at->s);
	case CLASS_ADDRESS:
	case CLASS_NETWORK:
		at->net =
		    (struct network){ v->ip, v->ip.family == 4 ? 32 : 128 };
		return v->kind == VALUE_IP && v->ip.family;
	case CLASS_SIGNED:
	case CLASS_UNSIGNED:
	case CLASS_FLOAT:
	case CLASS_BOOL:
		return bounds(out, v, &at->i, &hi) && at->i == hi;
	}
	return false;
}

/* --- which operator for which class -------------------------------- */

static match_fn
number_match(enum ast_op op)
{
	static const match_fn table[OP_PMATCH + 1] = {
		[OP_EQ] = number_eq,
		[OP_NE] = number_ne,
		[OP_LT] = number_lt,
		[OP_LE] = number_le,
		[OP_GT] = number_gt,
		[OP_GE] = number_ge,
		[OP_IN] = number_in,
		[OP_INTERSECTS] = number_in,
	};

	return table[op];
}

static match_fn
text_match(enum ast_op op)
{
	static const match_fn table[OP_PMATCH + 1] = {
		[OP_EQ] = text_eq,
		[OP_NE] = text_ne,
		[OP_LT] = text_lt,
		[OP_LE] = text_le,
		[OP_GT] = text_gt,
		[OP_GE] = text_ge,
		[OP_CONTAINS] = text_contains,
		[OP_ICONTAINS] = text_icontains,
		[OP_STARTSWITH] = text_startswith,
		[OP_ENDSWITH] = text_endswith,
		[OP_GLOB] = text_glob,
		[OP_IGLOB] = text_iglob,
		[OP_REGEX] = text_regex,
		[OP_IN] = text_in,
		[OP_INTERSECTS] = text_in,
		[OP_PMATCH] = text_pmatch,
	};

	return table[op];
}

static match_fn
bytes_match(enum ast_op op)
{
	static const match_fn table[OP_PMATCH + 1] = {
		[OP_EQ] = text_eq,
		[OP_NE] = text_ne,
		[OP_CONTAINS] = text_contains,
		[OP_BCONTAINS] = text_contains,
		[OP_STARTSWITH] = text_startswith,
		[OP_BSTARTSWITH] = text_startswith,
		[OP_ENDSWITH] = text_endswith,
		[OP_IN] = text_in,
		[OP_INTERSECTS] = text_in,
	};

	return table[op];
}

static match_fn
address_match(enum ast_op op)
{
	static const match_fn table[OP_PMATCH + 1] = {
		[OP_EQ] = address_eq,
		[OP_NE] = address_ne,
		[OP_IN] = address_in,
		[OP_INTERSECTS] = address_in,
	};

	return table[op];
}

match_fn
ops_match(enum ast_op op, enum value_class class)
{
	switch (class) {
	case CLASS_TEXT:
		return text_match(op);
	case CLASS_BYTES:
		return bytes_match(op);
	case CLASS_ADDRESS:
	case CLASS_NETWORK:
		return address_match(op);
	case CLASS_BOOL:
		return op >= OP_LT && op <= OP_GE ? NULL : number_match(op);
	case CLASS_SIGNED:
	case CLASS_UNSIGNED:
	case CLASS_FLOAT:
		return number_match(op);
	}
	return NULL;
}

static const char *class_word(enum value_class class)
{
	switch (class) {
	case CLASS_TEXT:
		return "string";
	case CLASS_BYTES:
		return "buffer";
	case CLASS_ADDRESS:
	case CLASS_NETWORK:
		return "ip address and network";
	case CLASS_SIGNED:
	case CLASS_UNSIGNED:
	case CLASS_FLOAT:
	case CLASS_BOOL:
		break;
	}
	return "numeric";
}

bool
ops_refuse(enum ast_op op, const struct expr *left, struct compile_result *r,
    size_t at)
{
	bool fits = op == OP_EXISTS || ops_match(op, left->class);

	if (left->is_list)
		fits = op == OP_EXISTS || op == OP_IN || op == OP_INTERSECTS;
	if (fits)
		return false;
	compile_fail(r, ERR_INVAL, at,
	    "'%s' operator not supported for %s filters", ast_op_name(op),
	    left->is_list ? "list" : class_word(left->class));
	return true;
}
