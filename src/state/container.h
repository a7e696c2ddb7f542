/*
 * Texts that say which container this is. Pure: the reading is done in
 * pipe/identity.
 */
#ifndef STATE_CONTAINER_H
#define STATE_CONTAINER_H

#include "state/state.h"

#define CONTAINER_ID_SHORT 12

/* "registry:5000/name:tag@sha256:..." taken apart; empty where absent. */
struct image_reference {
	struct str repository; /* with the registry */
	struct str tag;
	struct str digest;
};

/* Borrows from text. */
void
container_parse_image(struct str text, struct image_reference *out);
/*
 * The container's id in the text of /proc/self/cgroup: 64 hexadecimal digits
 * (docker, containerd, CRI-O, podman) or an ECS id (32 digits, '-', digits).
 * *type is "docker", "containerd", "cri-o", "podman", "ecs" or "container".
 * False when there is none. Borrows from text.
 */
bool
container_parse_cgroup(struct str text, struct str *id, struct str *type);
/*
 * The same id in /proc/self/mountinfo: with a cgroup namespace the former file
 * only says "0::/", but /etc/hostname is mounted from a directory of that name.
 */
bool
container_parse_mountinfo(struct str text, struct str *id, struct str *type);
/* The first 12 characters, or all of it. */
struct str
container_short_id(struct str id);

#endif
