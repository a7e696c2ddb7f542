/*
 * Files and directories: open(2), read(2), readlink(2), fstatat(2),
 * getdents(2) through readdir(3).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/err.h"
#include "os/os.h"

static int
failure(void)
{
	return err_from_errno(errno);
}

static bool
terminate(char z[static OS_PATH_MAX], struct str s)
{
	if (s.n >= OS_PATH_MAX || memchr(s.n ? s.p : "", 0, s.n))
		return false;
	if (s.n)
		memcpy(z, s.p, s.n);
	z[s.n] = 0;
	return true;
}

int
os_open(int dirfd, struct str path, int flags, unsigned mode)
{
	char z[OS_PATH_MAX];
	int fd;

	if (!terminate(z, path))
		return ERR_INVAL;
	do {
		fd = openat(dirfd, z, flags | O_CLOEXEC, mode);
	} while (fd < 0 && errno == EINTR);
	return fd < 0 ? failure() : fd;
}

int
os_open_in_root(int dirfd, struct str path, int flags)
{
	char z[OS_PATH_MAX];
	struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	long fd;

	if (!terminate(z, path))
		return ERR_INVAL;
	do {
		fd = syscall(SYS_openat2, dirfd, z, &how, sizeof(how));
	} while (fd < 0 && errno == EINTR);
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return os_open(dirfd, path, flags | O_NOFOLLOW, 0);
	return fd < 0 ? failure() : (int)fd;
}

void
os_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

ssize_t
os_read(int fd, void *to, size_t n)
{
	ssize_t got;

	do {
		got = read(fd, to, n);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? failure() : got;
}

ssize_t
os_read_all(int fd, void *to, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = os_read(fd, (char *)to + have, n - have);

		if (got < 0)
			return got;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

ssize_t
os_write(int fd, const void *from, size_t n)
{
	ssize_t put;

	do {
		put = write(fd, from, n);
	} while (put < 0 && errno == EINTR);
	return put < 0 ? -errno : put;
}

static int
wait_for_room(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int r;

	do {
		r = poll(&p, 1, -1);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? failure() : 0;
}

int
os_write_all(int fd, const void *from, size_t n)
{
	const char *p = from;

	while (n > 0) {
		ssize_t put = os_write(fd, p, n);

		if (put == -EAGAIN && wait_for_room(fd) == 0)
			continue;
		if (put < 0)
			return err_from_errno((int)-put);
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

int
os_seek(int fd, int64_t offset)
{
	return lseek(fd, offset, SEEK_SET) < 0 ? failure() : 0;
}

int
os_sync(int fd)
{
	return fdatasync(fd) < 0 ? failure() : 0;
}

int
os_truncate(int fd, int64_t size)
{
	return ftruncate(fd, size) < 0 ? failure() : 0;
}

ssize_t
os_read_file(int dirfd, struct str path, void *to, size_t cap)
{
	int fd = os_open(dirfd, path, O_RDONLY | O_NOCTTY, 0);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = os_read_all(fd, to, cap);
	os_close(fd);
	return n;
}

/* Reads to the end in pieces: the size of /proc files is not known before. */
static int
load(int fd, size_t cap, struct arena *a, struct str *out)
{
	char *p = NULL;
	size_t n = 0, size = 0;
	ssize_t got = 1;
	int r = 0;

	while (got > 0) {
		if (n == size) {
			size_t more = size ? size * 2 : 16384;
			char *bigger = realloc(p, more);

			if (!bigger) {
				r = ERR_NOMEM;
				break;
			}
			p = bigger;
			size = more;
		}
		got = os_read(fd, p + n, size - n);
		if (got < 0)
			r = (int)got;
		else
			n += (size_t)got;
		if (n > cap) {
			r = ERR_LIMIT;
			break;
		}
	}
	if (r == 0) {
		*out = arena_str(a, (struct str){ p, n });
		if (!out->p)
			r = ERR_NOMEM;
	}
	free(p);
	return r;
}

int
os_load_file(int dirfd, struct str path, size_t cap, struct arena *a,
    struct str *out)
{
	int fd = os_open(dirfd, path, O_RDONLY | O_NOCTTY, 0);
	int r;

	if (fd < 0)
		return fd;
	r = load(fd, cap, a, out);
	os_close(fd);
	return r;
}

ssize_t
os_readlink(int dirfd, struct str path, char *to, size_t size)
{
	char z[OS_PATH_MAX];
	ssize_t n;

	if (!terminate(z, path))
		return ERR_INVAL;
	n = readlinkat(dirfd, z, to, size);
	return n < 0 ? failure() : n;
}

static enum os_file_type
type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return OS_FILE_REGULAR;
	case S_IFDIR:
		return OS_FILE_DIRECTORY;
	case S_IFLNK:
		return OS_FILE_LINK;
	case S_IFIFO:
		return OS_FILE_FIFO;
	case S_IFSOCK:
		return OS_FILE_SOCKET;
	case S_IFBLK:
		return OS_FILE_BLOCK;
	case S_IFCHR:
		return OS_FILE_CHAR;
	}
	return OS_FILE_OTHER;
}

static uint64_t
nanoseconds(struct timespec t)
{
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void
put_facts(const struct stat *st, struct os_file *out)
{
	*out = (struct os_file){
		.type = type_of(st->st_mode),
		.mode = st->st_mode & 07777,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.dev = st->st_dev,
		.ino = st->st_ino,
		.nlink = st->st_nlink,
		.size = (uint64_t)st->st_size,
		.rdev = st->st_rdev,
		.mtime_ns = nanoseconds(st->st_mtim),
		.ctime_ns = nanoseconds(st->st_ctim),
	};
}

int
os_stat(int dirfd, struct str path, bool follow, struct os_file *out)
{
	char z[OS_PATH_MAX];
	struct stat st;

	if (!terminate(z, path))
		return ERR_INVAL;
	if (fstatat(dirfd, z, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0)
		return failure();
	put_facts(&st, out);
	return 0;
}

int
os_stat_fd(int fd, struct os_file *out)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return failure();
	put_facts(&st, out);
	return 0;
}

/* struct statx of linux/stat.h as of 5.8; C libraries stop short of mnt_id. */
struct kernel_time {
	int64_t sec;
	uint32_t nsec;
	int32_t unused;
};

struct kernel_statx {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, unused;
	uint64_t ino, size, blocks, attributes_mask;
	struct kernel_time atime, btime, ctime, mtime;
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t mnt_id;
	uint64_t spare[13];
};

#define STATX_BASIC     0x7ffu
#define STATX_MOUNT     0x1000u
#define STATX_DONT_SYNC 0x4000

static struct timespec
time_of(struct kernel_time t)
{
	return (struct timespec){ .tv_sec = t.sec, .tv_nsec = t.nsec };
}

int
os_stat_cached(int dirfd, struct str path, struct os_file *out, uint64_t *mount)
{
	char z[OS_PATH_MAX];
	struct kernel_statx st;

	*mount = 0;
	if (!terminate(z, path))
		return ERR_INVAL;
	if (syscall(SYS_statx, dirfd, z, STATX_DONT_SYNC,
		STATX_BASIC | STATX_MOUNT, &st) < 0) {
		/* Before Linux 4.11, or an old seccomp policy. */
		if (errno == ENOSYS || errno == EPERM)
			return os_stat(dirfd, path, true, out);
		return failure();
	}
	if (st.mask & STATX_MOUNT)
		*mount = st.mnt_id;
	put_facts(
	    &(struct stat){
		.st_mode = st.mode,
		.st_uid = st.uid,
		.st_gid = st.gid,
		.st_dev = makedev(st.dev_major, st.dev_minor),
		.st_ino = st.ino,
		.st_nlink = st.nlink,
		.st_size = (off_t)st.size,
		.st_rdev = makedev(st.rdev_major, st.rdev_minor),
		.st_mtim = time_of(st.mtime),
		.st_ctim = time_of(st.ctime),
	    },
	    out);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct str *x = a, *y = b;

	return str_cmp(*x, *y);
}

static bool
is_dots(const char *z)
{
	return z[0] == '.' && (!z[1] || (z[1] == '.' && !z[2]));
}

/* Counts in a first pass, so that the array is allocated once. */
static int
list(DIR *dir, size_t max, struct arena *a, struct str **names, size_t *n)
{
	size_t count = 0, have = 0;
	struct dirent *d;

	while ((d = readdir(dir)))
		count += !is_dots(d->d_name);
	if (count > max)
		return ERR_LIMIT;
	*names = arena_array(a, count ? count : 1, sizeof(**names));
	if (!*names)
		return ERR_NOMEM;
	rewinddir(dir);
	while (have < count && (d = readdir(dir))) {
		if (is_dots(d->d_name))
			continue;
		(*names)[have] = arena_str(a, str_from(d->d_name));
		if (!(*names)[have++].p)
			return ERR_NOMEM;
	}
	qsort(*names, have, sizeof(**names), by_name);
	*n = have;
	return 0;
}

int
os_list(int dirfd, struct str path, size_t max, struct arena *a,
    struct str **names, size_t *n)
{
	int fd = os_open(dirfd, path, O_RDONLY | O_DIRECTORY, 0);
	DIR *dir;
	int r;

	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		r = failure();
		os_close(fd);
		return r;
	}
	r = list(dir, max, a, names, n);
	closedir(dir);
	return r;
}

int
os_mkdir(int dirfd, struct str path, unsigned mode)
{
	char z[OS_PATH_MAX];

	if (!terminate(z, path))
		return ERR_INVAL;
	return mkdirat(dirfd, z, mode) < 0 ? failure() : 0;
}

int
os_symlink(struct str target, int dirfd, struct str path)
{
	char z[OS_PATH_MAX], to[OS_PATH_MAX];

	if (!terminate(z, path) || !terminate(to, target))
		return ERR_INVAL;
	return symlinkat(to, dirfd, z) < 0 ? failure() : 0;
}

int
os_rename(int dirfd, struct str from, struct str to)
{
	char a[OS_PATH_MAX], b[OS_PATH_MAX];

	if (!terminate(a, from) || !terminate(b, to))
		return ERR_INVAL;
	return renameat(dirfd, a, dirfd, b) < 0 ? failure() : 0;
}

int
os_unlink(int dirfd, struct str path)
{
	char z[OS_PATH_MAX];

	if (!terminate(z, path))
		return ERR_INVAL;
	return unlinkat(dirfd, z, 0) < 0 ? failure() : 0;
}

int
os_chmod_fd(int fd, unsigned mode)
{
	return fchmod(fd, mode) < 0 ? failure() : 0;
}
