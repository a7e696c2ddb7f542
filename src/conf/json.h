/*
 * JSON text (RFC 8259) as the nodes of conf/yaml.h, for documents that other
 * programs write, such as the ECS task metadata. Strings are YAML_SCALAR with
 * .quoted, numbers and true/false plain ones, null is YAML_NULL. Nodes have no
 * positions. Numbers went through a double: integers above 2^53 are rounded.
 * Of equal keys the first one counts.
 */
#ifndef CONF_JSON_H
#define CONF_JSON_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "conf/yaml.h"

#define JSON_MAX_BYTES (1u << 20)
#define JSON_MAX_DEPTH 100

/*
 * 0, ERR_SYNTAX, ERR_LIMIT (size or depth) or ERR_NOMEM, with d, which knows
 * the position but no file. A string with \u0000 is refused.
 */
int
json_parse(struct arena *a, struct str text, struct yaml_node **out,
    struct diag *d);

#endif
