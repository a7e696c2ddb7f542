/*
 * Comparing a value with the right-hand side of a check. Results are
 * three-valued, as a set of what is possible. Internal to the room.
 */
#ifndef RULE_OPS_H
#define RULE_OPS_H

#include "base/arena.h"
#include "event/value.h"
#include "rule/expr.h"
#include "rule/regex.h"

#define TRI_TRUE   1u
#define TRI_FALSE  2u
#define TRI_EITHER 3u

struct network {
	struct ip ip;
	uint8_t bits; /* length of the prefix */
};

union operand_value {
	struct str s; /* text, bytes, wildcard, path prefix */
	int64_t i;    /* numbers and bools, see order_unsigned() */
	struct network net;
	const struct regex *re;
};

/* The constants right of an operator. */
struct operand {
	enum value_class class; /* of the left side */
	size_t n;
	union operand_value *at; /* numbers are sorted for in, intersects */
	/* in, intersects on texts: a hash table, and the lengths that occur */
	uint32_t *cells; /* index + 1; a power of two of them */
	size_t mask;
	uint64_t lengths; /* bit min(length, 63) */
};

/* Maps to signed integers in the same order. */
int64_t
order_unsigned(uint64_t u);
int64_t
order_double(double f);
uint64_t
operand_hash(struct str s);

/*
 * Compares a scalar value (neither NONE, UNKNOWN nor LIST) with constant i, or
 * with all of them where the operator takes a set. TRI_*.
 */
typedef unsigned (*match_fn)(const struct operand *right, size_t i,
    const struct value *left, uint32_t *scratch);

/* How op compares values of a class, or NULL when it does not. */
match_fn
ops_match(enum ast_op op, enum value_class class);
/* True, with r filled, when op is not for the left side's class. */
bool
ops_refuse(enum ast_op op, const struct expr *left, struct compile_result *r,
    size_t at);
/*
 * Parses the constants of a check. scratch: grows to what matching needs.
 */
int
operand_parse(struct arena *a, enum ast_op op, const struct expr *left,
    const struct ast_term *terms, size_t n, struct operand *out,
    size_t *scratch, struct compile_result *r);
/*
 * Another field's value as the only constant of out (at: where to keep it).
 * False when it is not certain.
 */
bool
operand_from_value(struct operand *out, union operand_value *at,
    enum value_class class, const struct value *v);
/* "http" to 80; false when it is not in the table. */
bool
service_port(struct str name, uint64_t *out);
bool
ip_parse(struct str text, struct ip *out);

#endif
