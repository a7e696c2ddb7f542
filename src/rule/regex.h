/*
 * Regular expressions in RE2's syntax without its Unicode classes, matched
 * against the whole text in time linear in its length. Internal to the room.
 */
#ifndef RULE_REGEX_H
#define RULE_REGEX_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

struct regex;

/* NULL with diag->what when the pattern is invalid or too large. */
const struct regex *
regex_compile(struct arena *a, struct str pattern, struct diag *diag);
/* The pattern. */
struct str
regex_text(const struct regex *re);
/* Words of scratch memory that matching needs. */
size_t
regex_scratch(const struct regex *re);
/*
 * Whether the pattern matches all of subject. Bytes that are no UTF-8 count as
 * U+FFFD. scratch: regex_scratch() words, set at least once (any values).
 */
bool
regex_match(const struct regex *re, struct str subject, uint32_t *scratch);

#endif
