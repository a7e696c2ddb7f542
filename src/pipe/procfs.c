/*
 * /proc as the source of state: one open file a question, relative to a
 * descriptor of /proc that is kept.
 */
#include "pipe/procfs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/err.h"
#include "os/os.h"
#include "pipe/procfs_socket.h"
#include "state/proc.h"

#define PATH_ROOM       64
#define MOUNTINFO_BYTES ((size_t)256 * 1024)

/* What is mounted there does not change while it is. */
#define MOUNTS 16

struct mount {
	uint64_t id, dev;
	bool overlay;
	bool served; /* by a process or a machine that may not answer */
};

struct procfs {
	int dirfd; /* /proc */
	struct mount mounts[MOUNTS];
	unsigned next_mount;
	char *mountinfo; /* MOUNTINFO_BYTES, while it is read */
	uint64_t container_start_ns;
	struct state_source source;
};

static const char *const file_names[] = {
	[PROC_STAT] = "stat",
	[PROC_STATUS] = "status",
	[PROC_COMM] = "comm",
	[PROC_CMDLINE] = "cmdline",
	[PROC_ENVIRON] = "environ",
	[PROC_LOGINUID] = "loginuid",
	[PROC_CGROUP] = "cgroup",
	[PROC_LIMITS] = "limits",
};

static struct str
path_of(char room[PATH_ROOM], pid_t tid, const char *name)
{
	struct buf b = buf_fixed(room, PATH_ROOM);

	buf_i64(&b, tid);
	buf_char(&b, '/');
	buf_zput(&b, name);
	return buf_str(&b);
}

static struct str
fd_path(char room[PATH_ROOM], pid_t tid, int fd)
{
	struct buf b = buf_fixed(room, PATH_ROOM);

	buf_i64(&b, tid);
	buf_zput(&b, "/fd/");
	buf_i64(&b, fd);
	return buf_str(&b);
}

static long
procfs_read(void *ctx, pid_t tid, enum proc_file f, void *to, size_t n)
{
	const struct procfs *p = ctx;
	char room[PATH_ROOM];

	return os_read_file(p->dirfd, path_of(room, tid, file_names[f]), to, n);
}

static long
procfs_link(void *ctx, pid_t tid, enum proc_link l, int number, void *to,
    size_t n)
{
	const struct procfs *p = ctx;
	char room[PATH_ROOM];
	struct str path = STR_NONE;

	switch (l) {
	case PROC_EXE:
		path = path_of(room, tid, "exe");
		break;
	case PROC_CWD:
		path = path_of(room, tid, "cwd");
		break;
	case PROC_ROOT:
		path = path_of(room, tid, "root");
		break;
	case PROC_FD:
		path = fd_path(room, tid, number);
		break;
	}
	return os_readlink(p->dirfd, path, to, n);
}

static unsigned
type_bits(enum os_file_type type)
{
	switch (type) {
	case OS_FILE_REGULAR:
		return S_IFREG;
	case OS_FILE_DIRECTORY:
		return S_IFDIR;
	case OS_FILE_LINK:
		return S_IFLNK;
	case OS_FILE_FIFO:
		return S_IFIFO;
	case OS_FILE_SOCKET:
		return S_IFSOCK;
	case OS_FILE_BLOCK:
		return S_IFBLK;
	case OS_FILE_CHAR:
		return S_IFCHR;
	case OS_FILE_OTHER:
		break;
	}
	return 0;
}

/* "ID PARENT MAJOR:MINOR ...": by the id if it is known, else by the device. */
static bool
is_mount(struct str line, uint64_t id, uint64_t dev)
{
	char memory[32];
	struct buf device = buf_fixed(memory, sizeof(memory));
	struct str word = STR_NONE;
	uint64_t number;

	if (!str_split(&line, ' ', &word) || !str_to_u64(word, &number))
		return false;
	if (id)
		return number == id;
	buf_printf(&device, "%u:%u", major(dev), minor(dev));
	return str_split(&line, ' ', &word) && str_split(&line, ' ', &word) &&
	    str_eq(word, buf_str(&device));
}

/* The type of the mount in /proc/TID/mountinfo; empty when it is not there. */
static struct str
mount_type(const struct procfs *p, pid_t tid, uint64_t id, uint64_t dev)
{
	char room[PATH_ROOM];
	ssize_t n = os_read_file(p->dirfd, path_of(room, tid, "mountinfo"),
	    p->mountinfo, MOUNTINFO_BYTES);
	struct str rest = { p->mountinfo, n > 0 ? (size_t)n : 0 }, line, word;

	while (str_split(&rest, '\n', &line)) {
		if (!is_mount(line, id, dev))
			continue;
		/* Optional fields end with a dash. */
		while (str_split(&line, ' ', &word))
			if (str_eq(word, STR("-")) &&
			    str_split(&line, ' ', &word))
				return word;
	}
	return STR_NONE;
}

/* statfs(2) would ask a server, and that may be a process that we hold. */
static const struct mount *
mount_of(struct procfs *p, pid_t tid, uint64_t id, uint64_t dev)
{
	static const char *const served[] = { "fuse", "nfs", "cifs", "smb",
		"9p", "virtiofs", "ceph", "afs" };
	struct mount *m;

	for (m = p->mounts; m < p->mounts + MOUNTS; m++)
		if (m->id == id && m->dev == dev)
			return m;
	struct str type = mount_type(p, tid, id, dev);
	m = &p->mounts[p->next_mount++ % MOUNTS];
	*m = (struct mount){ id, dev, str_eq(type, STR("overlay")), false };
	for (size_t i = 0; i < sizeof served / sizeof *served; i++)
		m->served |= str_starts(type, str_from(served[i]));
	return m;
}

/* A memfd has no name, so it has no links either. */
static bool
is_memfd(const struct procfs *p, const struct os_file *file, struct str path)
{
	char link[16];
	ssize_t n;

	if (file->nlink || file->type != OS_FILE_REGULAR)
		return false;
	n = os_readlink(p->dirfd, path, link, sizeof(link));
	return n > 0 &&
	    str_starts((struct str){ link, (size_t)n }, STR("/memfd:"));
}

static int
facts_at(struct procfs *p, pid_t tid, struct str path, struct file_facts *out)
{
	struct os_file file;
	uint64_t id;
	int r = os_stat_cached(p->dirfd, path, &file, &id);

	if (r)
		return r;
	*out = (struct file_facts){
		.ino = file.ino,
		.dev_major = major(file.dev),
		.dev_minor = minor(file.dev),
		.mode = file.mode | type_bits(file.type),
		.uid = file.uid,
		.gid = file.gid,
		.ctime_ns = file.ctime_ns,
		.mtime_ns = file.mtime_ns,
		.overlay = mount_of(p, tid, id, file.dev)->overlay,
		.memfd = is_memfd(p, &file, path),
	};
	out->upper_layer = out->overlay && p->container_start_ns &&
	    out->ctime_ns > p->container_start_ns;
	return 0;
}

static int
procfs_exe_facts(void *ctx, pid_t tid, struct file_facts *out)
{
	char room[PATH_ROOM];

	return facts_at(ctx, tid, path_of(room, tid, "exe"), out);
}

static int
procfs_fd_facts(void *ctx, pid_t tid, int fd, struct file_facts *out)
{
	char room[PATH_ROOM];

	return facts_at(ctx, tid, fd_path(room, tid, fd), out);
}

static int
procfs_socket(void *ctx, pid_t tid, int fd, struct sock_facts *out,
    struct arena *scratch)
{
	const struct procfs *p = ctx;

	return procfs_socket_facts(p->dirfd, tid, fd, out, scratch);
}

static long
procfs_root_file(void *ctx, pid_t tid, const char *path, void *to, size_t n)
{
	struct procfs *p = ctx;
	char room[PATH_ROOM];
	struct str root = path_of(room, tid, "root");
	struct os_file file;
	uint64_t id;
	int dir, fd;
	long got;

	/* A link in the tracee's tree must not lead out of it, or to a pipe. */
	while (*path == '/')
		path++;
	got = os_stat_cached(p->dirfd, root, &file, &id);
	if (got)
		return got;
	if (mount_of(p, tid, id, file.dev)->served)
		return ERR_UNSUPPORTED;
	dir = os_open(p->dirfd, root, O_RDONLY | O_DIRECTORY | O_PATH, 0);
	if (dir < 0)
		return dir;
	fd = os_open_in_root(dir, str_from(path),
	    O_RDONLY | O_NONBLOCK | O_NOCTTY);
	os_close(dir);
	if (fd < 0)
		return fd;
	got = os_stat_fd(fd, &file);
	if (got == 0)
		got = file.type == OS_FILE_REGULAR ? os_read_all(fd, to, n)
						   : ERR_INVAL;
	os_close(fd);
	return got;
}

/* One of another PID namespace has other processes under our numbers. */
static bool
is_ours(int dirfd)
{
	char text[16];
	ssize_t n = os_readlink(dirfd, STR("self"), text, sizeof(text));
	uint64_t pid;

	return n > 0 && str_to_u64((struct str){ text, (size_t)n }, &pid) &&
	    pid == (uint64_t)os_pid();
}

struct procfs *
procfs_open(struct arena *a, uint64_t container_start_ns)
{
	struct procfs *p = arena_alloc(a, sizeof(*p));

	if (!p)
		return NULL;
	p->mountinfo = arena_alloc(a, MOUNTINFO_BYTES);
	if (!p->mountinfo)
		return NULL;
	p->dirfd = os_open(OS_CWD, STR("/proc"), O_RDONLY | O_DIRECTORY, 0);
	if (p->dirfd >= 0 && !is_ours(p->dirfd)) {
		os_close(p->dirfd);
		p->dirfd = -1;
	}
	p->container_start_ns = container_start_ns;
	p->source =
	    (struct state_source){ procfs_read, procfs_link, procfs_exe_facts,
		    procfs_fd_facts, procfs_socket, procfs_root_file, p };
	return p;
}

bool
procfs_is_there(const struct procfs *p)
{
	return p->dirfd >= 0;
}

const struct state_source *
procfs_source(const struct procfs *p)
{
	return &p->source;
}

uint64_t
procfs_init_start(uint64_t boot_ns, long clock_ticks)
{
	char text[1024];
	struct proc_stat stat;
	ssize_t n =
	    os_read_file(OS_CWD, STR("/proc/1/stat"), text, sizeof(text));

	if (n <= 0 ||
	    !proc_parse_stat((struct str){ text, (size_t)n }, boot_ns,
		clock_ticks, &stat))
		return 0;
	return stat.start_ns;
}
