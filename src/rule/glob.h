/*
 * Wildcards as fnmatch(3) takes them without flags ("*" and "?" match "/" too,
 * [...] sets with ranges and [:classes:], backslash quotes), and path prefixes
 * made of them. Bytes, no locale. Internal to the room.
 */
#ifndef RULE_GLOB_H
#define RULE_GLOB_H

#include "base/str.h"

bool
glob_match(struct str pattern, struct str text, bool fold);
/*
 * pmatch: whether path is prefix or lies below it. Component by component;
 * each of prefix may have wildcards.
 */
bool
glob_path_prefix(struct str prefix, struct str path);

#endif
