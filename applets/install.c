/*
 * sysdig-sl install DIR: copies the running program to DIR/sysdig-sl and makes
 * a symbolic link for each applet beside it, so that a sidecar whose image
 * holds only this file can fill a volume that the workload mounts. Each name
 * appears complete or not at all (rename(2)); a file that is not ours is never
 * replaced by a link.
 */
#include "applets/applet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRAM "sysdig-sl"

const struct opt_applet applet_install_usage = {
	.name = "install",
	.usage = "DIR",
	.example = "sysdig-sl install /opt/draios/bin",
	.about =
	    "Copies this program to DIR/" PROGRAM " and makes a link beside "
	    "it for each applet. DIR is made when it does not exist.",
};

/* What failed, on which path, from errno. */
static int
fail(struct diag *d, const char *doing, const char *dir, const char *name)
{
	int saved = errno;

	diag_set(d, "cannot %s %s%s%s: %s", doing, dir, name ? "/" : "",
	    name ? name : "", strerror(saved));
	switch (saved) {
	case EACCES:
	case EPERM:
		diag_hint(d, "run it as a user who may write to %s", dir);
		break;
	case EROFS:
		diag_hint(d, "mount a writable volume on %s", dir);
		break;
	case ENOSPC:
	case EDQUOT:
		diag_hint(d, "about 2 MB are needed in %s", dir);
		break;
	case ENOTDIR:
		diag_hint(d, "the argument is a directory, not a file");
		break;
	case EISDIR:
		diag_hint(d, "remove that directory, or choose another DIR");
		break;
	default:
		diag_hint(d, "choose a DIR on an ordinary, writable volume");
		break;
	}
	return -1;
}

/* mkdir -p: the parents of an existing directory may be unwritable. */
static int
make_directory(const char *dir, struct diag *d)
{
	char path[PATH_MAX];
	size_t n = strlen(dir);

	if (n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return fail(d, "make", dir, NULL);
	}
	memcpy(path, dir, n + 1);
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		path[i] = '\0';
		if (mkdir(path, 0755) != 0 && errno != EEXIST &&
		    access(path, F_OK) != 0)
			return fail(d, "make", path, NULL);
		path[i] = dir[i];
	}
	return 0;
}

static int
copy_bytes(int from, int to)
{
	char block[65536];

	for (;;) {
		ssize_t n = read(from, block, sizeof(block));

		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -1;
		for (ssize_t done = 0; done < n;) {
			ssize_t w = write(to, block + done, n - done);

			if (w < 0 && errno != EINTR)
				return -1;
			done += w > 0 ? w : 0;
		}
	}
}

static int
copy_program(int dirfd, const char *dir, struct diag *d)
{
	char temporary[64];
	int from, to, result = -1;

	snprintf(temporary, sizeof(temporary), "." PROGRAM ".%ld",
	    (long)getpid());
	from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (from < 0) {
		fail(d, "read", "/proc/self/exe", NULL);
		diag_hint(d, "mount /proc in this container");
		return -1;
	}
	to = openat(dirfd, temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0755);
	if (to < 0) {
		fail(d, "create", dir, temporary);
		goto out;
	}
	if (copy_bytes(from, to) != 0 || fchmod(to, 0755) != 0 ||
	    fsync(to) != 0)
		fail(d, "write", dir, temporary);
	else if (renameat(dirfd, temporary, dirfd, PROGRAM) != 0)
		fail(d, "replace", dir, PROGRAM);
	else
		result = 0;
	if (result != 0)
		unlinkat(dirfd, temporary, 0);
	close(to);
out:
	close(from);
	return result;
}

/* Whether name is free, or a link that points to our program. */
static bool
may_link(int dirfd, const char *name)
{
	char target[sizeof(PROGRAM)];
	ssize_t n = readlinkat(dirfd, name, target, sizeof(target));

	if (n < 0)
		return errno == ENOENT;
	return n == sizeof(PROGRAM) - 1 && memcmp(target, PROGRAM, n) == 0;
}

static int
link_applet(int dirfd, const char *dir, const char *name, struct diag *d)
{
	char temporary[64];

	if (!may_link(dirfd, name)) {
		diag_set(d, "%s/%s exists and is not a link to " PROGRAM, dir,
		    name);
		diag_hint(d, "remove it, or choose another DIR");
		return -1;
	}
	snprintf(temporary, sizeof(temporary), ".%s.%ld", name, (long)getpid());
	if (symlinkat(PROGRAM, dirfd, temporary) != 0)
		return fail(d, "link", dir, name);
	if (renameat(dirfd, temporary, dirfd, name) != 0) {
		fail(d, "link", dir, name);
		unlinkat(dirfd, temporary, 0);
		return -1;
	}
	return 0;
}

/* A link named "install" would hide install(1) where DIR is in PATH. */
static int
link_applets(int dirfd, const char *dir, struct diag *d)
{
	static const char *const names[] = {
#define APPLET(name, summary) #name,
#include "applets/applets.def"
#undef APPLET
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], applet_install_usage.name) != 0 &&
		    link_applet(dirfd, dir, names[i], d) != 0)
			return -1;
	return 0;
}

static int
install(const char *dir, struct diag *d)
{
	int dirfd, result;

	if (make_directory(dir, d) != 0)
		return -1;
	dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return fail(d, "open", dir, NULL);
	result = copy_program(dirfd, dir, d);
	if (result == 0)
		result = link_applets(dirfd, dir, d);
	close(dirfd);
	return result;
}

int
applet_install(int argc, char **argv)
{
	struct diag d = { 0 };
	bool help = false;
	const struct opt_applet *usage = &applet_install_usage;
	int first = opt_parse(usage, argc, argv, applet_getenv, NULL, NULL,
	    NULL, &help, &d);

	if (help)
		return applet_help(usage);
	if (first >= 0 && argc - first != 1) {
		diag_set(&d, "exactly one directory is needed");
		diag_hint(&d, "for example: %s", usage->example);
		first = -1;
	}
	if (first < 0) {
		applet_complain(usage->name, &d);
		return EXIT_USAGE;
	}
	if (install(argv[first], &d) != 0) {
		applet_complain(usage->name, &d);
		return EXIT_SYSTEM;
	}
	return EXIT_SUCCESS;
}
