/*
 * Checked settings from SYSDIG_EXTRA_CONF (YAML or JSON), with the keys of the
 * Sysdig agent and of falco.yaml that mean something here: settings.def has
 * the list. What cannot be used is warned about and keeps its default, since a
 * bad text must never keep the workload from running.
 */
#ifndef CONF_SETTINGS_H
#define CONF_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/log.h"
#include "base/str.h"
#include "conf/env.h"

#define SETTINGS_RULES_MAX 32
#define SETTINGS_PAIRS_MAX 256

struct settings_pair {
	struct str key, value;
};

struct settings_mount {
	struct str source, dest, mode, rdwr, propagation;
};

/*
 *   container:
 *     id: 3ad7b26ded6d       # 12 characters
 *     full_id: 3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e
 *     name: web
 *     image: registry.example/web:1.2
 *     image_id: 6d54a5b2a6f5
 *     privileged: false
 *     labels: { team: shop }
 *     mounts: [{ source: /srv, dest: /data, mode: ro, rdwr: "false",
 *                propagation: rprivate }]
 * Empty texts were not given.
 */
struct settings_container {
	struct str id, full_id, name, image, image_id;
	int privileged; /* 1, 0; -1: not given */
	struct settings_pair *labels;
	size_t n_labels;
	struct settings_mount *mounts;
	size_t n_mounts;
};

struct settings {
	bool run_without_policies;
	int64_t policies_timeout_s; /* -1: not given; 0: do not wait */
	int file_priority;          /* enum log_level; -1: not given */
	int console_priority;       /* the same */
	int priority;               /* 0 emergency .. 7 debug; -1: not given */
	int json_output;            /* 1, 0; -1: not given */
	bool all_matches;           /* rule_matching: all, not first */
	bool time_format_iso_8601;
	bool json_include_output_property;
	bool json_include_tags_property;
	bool json_include_output_fields_property;
	bool json_include_message_property;
	struct str rules_files[SETTINGS_RULES_MAX]; /* each followed by a NUL */
	size_t n_rules_files;
	const char *rules_list; /* the same, colon separated; NULL: none */
	struct settings_container container;
};

typedef void
settings_warn(void *ctx, const struct diag *d);

void
settings_init(struct settings *s);
/*
 * name: for messages ("SYSDIG_EXTRA_CONF"). Texts of s live in a. A text that
 * is no YAML, or no map, gives a warning and the defaults.
 */
void
settings_parse(struct settings *s, struct arena *a, const char *name,
    struct str text, settings_warn *warn, void *ctx);

/*
 * For opt_parse(): the environment when it has a usable value, else what the
 * settings say about the same thing. ctx is a struct settings_sources.
 */
struct settings_sources {
	conf_lookup *environment;
	void *ctx;
	const struct settings *settings;
};
const char *
settings_lookup(void *ctx, const char *name);

#endif
