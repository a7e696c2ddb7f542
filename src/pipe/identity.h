/*
 * Which container this is, found out once at start. What the user says comes
 * first, then the ECS task metadata endpoint (version 4), then control groups,
 * mounts and the environment. When nothing speaks of a container, it is "host".
 */
#ifndef PIPE_IDENTITY_H
#define PIPE_IDENTITY_H

#include "base/diag.h"
#include "base/log.h"
#include "conf/settings.h"
#include "state/state.h"

/* All that identity is decided from; texts may be empty. */
struct identity_facts {
	struct str words; /* --container, SYSDIG_SL_CONTAINER */
	const struct settings_container *settings; /* or NULL */
	struct str metadata; /* JSON of ${ECS_CONTAINER_METADATA_URI_V4} */
	struct str cgroup;   /* /proc/self/cgroup */
	struct str mounts;   /* /proc/self/mountinfo */
	struct str hostname;
	bool marker; /* a runtime left a mark: /.dockerenv, ... */
	bool ecs, fargate, kubernetes;
	uint64_t start_ns; /* of process 1, epoch; 0 unknown */
};

/*
 * Fills *out from the facts; texts live in a. What cannot be used is warned
 * about and left out. 0 or ERR_NOMEM.
 */
int
identity_decide(struct arena *a, const struct identity_facts *f,
    const struct log *log, struct container *out);
/*
 * "host", or KEY=VALUE with commas between: id, full_id, name, image, image_id,
 * type, ip, privileged (true, false), label.NAME, mount (SOURCE:DEST or
 * SOURCE:DEST:MODE). Adds to *out. 0, ERR_INVAL with d, or ERR_NOMEM.
 */
int
identity_parse_words(struct arena *a, struct str words, struct container *out,
    struct diag *d);
/* The metadata document of one container. The same results. */
int
identity_parse_metadata(struct arena *a, struct str json, struct container *out,
    struct diag *d);

/* How long the start may wait for the metadata endpoint. */
#define IDENTITY_FETCH_MS 250

/*
 * Gathers the facts of this process and decides. metadata_uri: NULL or empty
 * asks nobody. 0 or ERR_NOMEM.
 */
int
identity_find(struct arena *a, const char *words,
    const struct settings_container *settings, const char *metadata_uri,
    const struct log *log, struct container *out);

#endif
