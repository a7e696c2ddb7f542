/*
 * Names of users and groups as the tracee's own /etc/passwd and /etc/group
 * have them; passwd(5), group(5). A file is read in one piece of at most
 * USERS_FILE_MAX bytes and what was found is believed for USERS_NS.
 */
#ifndef STATE_USERS_H
#define STATE_USERS_H

#include <sys/types.h>

#include "base/arena.h"

#define USERS_FILE_MAX (64 * 1024)
#define USERS_CACHE    32
#define USERS_TEXT     128 /* longer fields are cut */
#define USERS_NS       UINT64_C(1000000000)

struct user_entry {
	bool used, known;
	bool group; /* an entry of /etc/group */
	uint32_t id;
	uint64_t root; /* hash of the root directory it was read in */
	uint64_t read_ns;
	uint8_t name_n, home_n, shell_n;
	char name[USERS_TEXT], home[USERS_TEXT], shell[USERS_TEXT];
};

struct users {
	char *file; /* USERS_FILE_MAX */
	struct user_entry cache[USERS_CACHE];
	unsigned next; /* that is replaced */
};

struct user_names {
	bool known; /* else name is "<NA>", or root's for uid 0 */
	struct str name, home, shell;
};

struct state;

bool
users_init(struct users *u, struct arena *a);
/* Texts are borrowed until the next event. */
void
state_user(struct state *st, pid_t tid, uint32_t uid, struct user_names *out);
/* "<NA>" when unknown; gid 0 is root. */
struct str
state_group(struct state *st, pid_t tid, uint32_t gid);

/* Pure: the entry of id in the text of passwd or group. */
bool
users_parse_passwd(struct str text, uint32_t id, struct user_names *out);
bool
users_parse_group(struct str text, uint32_t id, struct str *name);

#endif
