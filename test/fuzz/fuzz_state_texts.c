/*
 * Everything that state parses from a tracee's surroundings: /proc files,
 * passwd and group, control groups, image names, paths. The first byte picks
 * the parser; results must lie inside the text.
 */
#include <stdlib.h>

#include "state/container.h"
#include "state/fd.h"
#include "state/path.h"
#include "state/proc.h"
#include "state/users.h"

static char memory[64 * 1024];

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
inside(struct str text, struct str s)
{
	if (s.n && (s.p < text.p || s.p + s.n > text.p + text.n))
		abort();
}

static void
paths(struct str text)
{
	ptrdiff_t cut = str_find_char(text, '\n');
	struct str base =
	    cut < 0 ? STR("/base/") : str_sub(text, 0, (size_t)cut);
	struct str name =
	    cut < 0 ? text : str_sub(text, (size_t)cut + 1, text.n);
	struct arena a;
	struct str s;

	arena_fixed(&a, memory, sizeof(memory));
	s = path_resolve(&a, base, name);
	/* Cleaning what is clean changes nothing. */
	if (s.p && s.n && s.p[0] == '/' &&
	    !str_eq(path_resolve(&a, STR_NONE, s), s))
		abort();
	path_raw(&a, name);
}

static void
container(struct str text)
{
	struct image_reference r;
	struct str id, type;

	container_parse_image(text, &r);
	inside(text, r.repository);
	inside(text, r.tag);
	inside(text, r.digest);
	if (container_parse_cgroup(text, &id, &type))
		inside(text, id);
	if (container_parse_mountinfo(text, &id, &type))
		inside(text, id);
}

static void
users(struct str text)
{
	struct user_names names;
	struct str group;

	for (uint32_t id = 0; id < 3; id++) {
		if (users_parse_passwd(text, id, &names)) {
			inside(text, names.name);
			inside(text, names.shell);
		}
		if (users_parse_group(text, id, &group))
			inside(text, group);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data + 1, size - 1 };
	struct proc_stat stat;
	struct proc_status status;

	if (size == 0)
		return 0;
	switch (data[0] % 6) {
	case 0:
		proc_parse_stat(text, 1, 100, &stat);
		break;
	case 1:
		proc_parse_status(text, &status);
		break;
	case 2:
		users(text);
		break;
	case 3:
		container(text);
		break;
	case 4:
		paths(text);
		break;
	case 5:
		fd_kind_of_link(text);
		break;
	}
	return 0;
}
