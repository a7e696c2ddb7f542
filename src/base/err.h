/*
 * The error numbers that rooms return: 0 or a negative enum err. The table is
 * errors.def; err_text() gives the words.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	ERR_OK = 0,
#define ERROR(name, value, text) ERR_##name = -(value),
#include "base/errors.def"
#undef ERROR
};

/* Static text for a negative enum err; "unknown error" for anything else. */
const char *
err_text(int err);

/* The enum err nearest to a positive errno value. */
int
err_from_errno(int errnum);

#endif
