/*
 * struct value: what a field yields. Before a call has returned a value may
 * differ between success and failure; a lane is one of these two outcomes, and
 * a value says for which lanes it holds.
 */
#ifndef EVENT_VALUE_H
#define EVENT_VALUE_H

#include "base/str.h"

#define LANE_OK   1u /* the call succeeds */
#define LANE_FAIL 2u /* the call fails */
#define LANE_BOTH 3u

enum value_kind {
	VALUE_NONE,    /* the field has no value: comparisons are false */
	VALUE_UNKNOWN, /* it will have one, but not before the result */
	VALUE_RANGE,   /* an integer in [lo, hi], not known closer yet */
	VALUE_BOOL,
	VALUE_I64,
	VALUE_U64,
	VALUE_F64,
	VALUE_STR,   /* text or path, any bytes but NUL */
	VALUE_BYTES, /* raw buffer */
	VALUE_IP,
	VALUE_LIST, /* of STR or IP */
};

struct ip {
	uint8_t family;    /* 4, 6, or 0: unknown before the result */
	uint8_t bytes[16]; /* IPv4: the first four, network order */
};

struct value {
	enum value_kind kind;
	unsigned lanes; /* LANE_*: for which outcomes this holds */
	union {
		bool b;
		int64_t i;
		uint64_t u;
		double f;
		struct str s; /* borrowed until the next event */
		struct ip ip;
		struct {
			int64_t lo, hi;
		} range;
		struct {
			const struct value *at;
			size_t n;
		} list;
	};
};

#endif
