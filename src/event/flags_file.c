/*
 * Names of flags and values of calls on files and descriptors, in the order in
 * which they are printed. Man pages of the calls named; remapped values are
 * those of Falco (see remap.h).
 */
#include "event/flags.h"

/* access(2) mode, as remapped by remap_access_mode */
const struct flag_name flags_access[] = {
	{ "F_OK", 0 },
	{ "R_OK", 1 },
	{ "W_OK", 2 },
	{ "X_OK", 4 },
	{ NULL, 0 },
};

/* permission bits, chmod(2) */
const struct flag_name flags_chmod_modes[] = {
	{ "S_IXOTH", 1 },
	{ "S_IWOTH", 2 },
	{ "S_IROTH", 4 },
	{ "S_IXGRP", 8 },
	{ "S_IWGRP", 0x10 },
	{ "S_IRGRP", 0x20 },
	{ "S_IXUSR", 0x40 },
	{ "S_IWUSR", 0x80 },
	{ "S_IRUSR", 0x100 },
	{ "S_ISVTX", 0x200 },
	{ "S_ISGID", 0x400 },
	{ "S_ISUID", 0x800 },
	{ NULL, 0 },
};

/* close_range(2) */
const struct flag_name flags_close_range[] = {
	{ "CLOSE_RANGE_UNSHARE", 2 },
	{ "CLOSE_RANGE_CLOEXEC", 4 },
	{ NULL, 0 },
};

/* where a file that was created lies */
const struct flag_name flags_creat[] = {
	{ "FD_UPPER_LAYER_CREAT", 1 },
	{ "FD_LOWER_LAYER_CREAT", 2 },
	{ NULL, 0 },
};

/* epoll_create1(2), remapped by remap_epoll_flags */
const struct flag_name flags_epoll[] = {
	{ "EPOLL_CLOEXEC", 1 },
	{ NULL, 0 },
};

/* fchownat(2), remapped by remap_link_flags */
const struct flag_name flags_fchownat[] = {
	{ "AT_EMPTY_PATH", 2 },
	{ "AT_SYMLINK_NOFOLLOW", 4 },
	{ NULL, 0 },
};

/* fcntl(2) */
const struct flag_name flags_fcntl_commands[] = {
	{ "F_DUPFD", 0 },
	{ "F_GETFD", 1 },
	{ "F_SETFD", 2 },
	{ "F_GETFL", 3 },
	{ "F_SETFL", 4 },
	{ "F_GETLK", 5 },
	{ "F_SETLK", 6 },
	{ "F_SETLKW", 7 },
	{ "F_SETOWN", 8 },
	{ "F_GETOWN", 9 },
	{ "F_SETSIG", 10 },
	{ "F_GETSIG", 11 },
	{ "F_GETLK64", 12 },
	{ "F_SETLK64", 13 },
	{ "F_SETLKW64", 14 },
	{ "F_SETOWN_EX", 15 },
	{ "F_GETOWN_EX", 0x10 },
	{ "F_OFD_GETLK", 36 },
	{ "F_OFD_SETLK", 37 },
	{ "F_OFD_SETLKW", 38 },
	{ "F_SETLEASE", 0x400 },
	{ "F_GETLEASE", 1025 },
	{ "F_NOTIFY", 1026 },
	{ "F_CANCELLK", 1029 },
	{ "F_DUPFD_CLOEXEC", 1030 },
	{ "F_SETPIPE_SZ", 1031 },
	{ "F_GETPIPE_SZ", 1032 },
	{ "F_ADD_SEALS", 1033 },
	{ "F_GET_SEALS", 1034 },
	{ NULL, 0 },
};

/* flock(2) */
const struct flag_name flags_flock[] = {
	{ "LOCK_SH", 1 },
	{ "LOCK_EX", 2 },
	{ "LOCK_NB", 4 },
	{ "LOCK_UN", 8 },
	{ "LOCK_NONE", 0 },
	{ NULL, 0 },
};

/* fsconfig(2) */
const struct flag_name flags_fsconfig_commands[] = {
	{ "FSCONFIG_SET_FLAG", 0 },
	{ "FSCONFIG_SET_STRING", 1 },
	{ "FSCONFIG_SET_BINARY", 2 },
	{ "FSCONFIG_SET_PATH", 3 },
	{ "FSCONFIG_SET_PATH_EMPTY", 4 },
	{ "FSCONFIG_SET_FD", 5 },
	{ "FSCONFIG_CMD_CREATE", 6 },
	{ "FSCONFIG_CMD_RECONFIGURE", 7 },
	{ "FSCONFIG_CMD_CREATE_EXCL", 8 },
	{ NULL, 0 },
};

/* linkat(2), remapped by remap_link_flags */
const struct flag_name flags_linkat[] = {
	{ "AT_SYMLINK_FOLLOW", 1 },
	{ "AT_EMPTY_PATH", 2 },
	{ NULL, 0 },
};

/* lseek(2) */
const struct flag_name flags_lseek_whence[] = {
	{ "SEEK_SET", 0 },
	{ "SEEK_CUR", 1 },
	{ "SEEK_END", 2 },
	{ "SEEK_DATA", 3 },
	{ "SEEK_HOLE", 4 },
	{ NULL, 0 },
};

/* memfd_create(2) */
const struct flag_name flags_memfd[] = {
	{ "MFD_CLOEXEC", 1 },
	{ "MFD_ALLOW_SEALING", 2 },
	{ "MFD_HUGETLB", 4 },
	{ NULL, 0 },
};

/* permission bits and the kind of file, mknod(2) */
const struct flag_name flags_mknod_modes[] = {
	{ "S_IXOTH", 1 },
	{ "S_IWOTH", 2 },
	{ "S_IROTH", 4 },
	{ "S_IXGRP", 8 },
	{ "S_IWGRP", 0x10 },
	{ "S_IRGRP", 0x20 },
	{ "S_IXUSR", 0x40 },
	{ "S_IWUSR", 0x80 },
	{ "S_IRUSR", 0x100 },
	{ "S_ISVTX", 0x200 },
	{ "S_ISGID", 0x400 },
	{ "S_ISUID", 0x800 },
	{ "S_IFSOCK", 49152 },
	{ "S_IFBLK", 24576 },
	{ "S_IFREG", 0x8000 },
	{ "S_IFCHR", 0x2000 },
	{ "S_IFIFO", 0x1000 },
	{ NULL, 0 },
};

/* mount(2), without the MS_ prefix */
const struct flag_name flags_mount[] = {
	{ "RDONLY", 1 },
	{ "NOSUID", 2 },
	{ "NODEV", 4 },
	{ "NOEXEC", 8 },
	{ "SYNCHRONOUS", 0x10 },
	{ "REMOUNT", 0x20 },
	{ "MANDLOCK", 0x40 },
	{ "DIRSYNC", 0x80 },
	{ "NOATIME", 0x400 },
	{ "NODIRATIME", 0x800 },
	{ "BIND", 0x1000 },
	{ "MOVE", 0x2000 },
	{ "REC", 0x4000 },
	{ "SILENT", 0x8000 },
	{ "POSIXACL", 0x10000 },
	{ "UNBINDABLE", 0x20000 },
	{ "PRIVATE", 0x40000 },
	{ "SLAVE", 0x80000 },
	{ "SHARED", 0x100000 },
	{ "RELATIME", 0x200000 },
	{ "KERNMOUNT", 0x400000 },
	{ "I_VERSION", 0x800000 },
	{ "STRICTATIME", 0x1000000 },
	{ "LAZYTIME", 0x2000000 },
	{ "NOSEC", 0x10000000 },
	{ "BORN", 0x20000000 },
	{ "ACTIVE", 0x40000000 },
	{ "NOUSER", 0x80000000 },
	{ NULL, 0 },
};

/* newfstatat(2), remapped by remap_link_flags */
const struct flag_name flags_newfstatat[] = {
	{ "AT_EMPTY_PATH", 2 },
	{ "AT_SYMLINK_NOFOLLOW", 4 },
	{ "AT_NO_AUTOMOUNT", 8 },
	{ NULL, 0 },
};

/* open(2) and descriptors, as remapped by remap_open_flags */
const struct flag_name flags_open[] = {
	{ "O_LARGEFILE", 0x800 },
	{ "O_DIRECTORY", 0x400 },
	{ "O_DIRECT", 0x200 },
	{ "O_TRUNC", 0x100 },
	{ "O_SYNC", 0x80 },
	{ "O_NONBLOCK", 0x40 },
	{ "O_EXCL", 0x20 },
	{ "O_DSYNC", 0x10 },
	{ "O_APPEND", 8 },
	{ "O_CREAT", 4 },
	{ "O_RDWR", 3 },
	{ "O_WRONLY", 2 },
	{ "O_RDONLY", 1 },
	{ "O_CLOEXEC", 0x1000 },
	{ "O_NONE", 0 },
	{ "O_TMPFILE", 0x2000 },
	{ "O_F_CREATED", 0x4000 },
	{ "FD_UPPER_LAYER", 0x8000 },
	{ "FD_LOWER_LAYER", 0x10000 },
	{ NULL, 0 },
};

/* openat2(2) resolve, as remapped by remap_resolve_flags */
const struct flag_name flags_openat2_resolve[] = {
	{ "RESOLVE_BENEATH", 1 },
	{ "RESOLVE_IN_ROOT", 2 },
	{ "RESOLVE_NO_MAGICLINKS", 4 },
	{ "RESOLVE_NO_SYMLINKS", 8 },
	{ "RESOLVE_NO_XDEV", 0x10 },
	{ "RESOLVE_CACHED", 0x20 },
	{ NULL, 0 },
};

/* pidfd_open(2), remapped by remap_pidfd_flags */
const struct flag_name flags_pidfd[] = {
	{ "PIDFD_NONBLOCK", 1 },
	{ NULL, 0 },
};

/* quotactl(2), as remapped by remap_quota_command */
const struct flag_name flags_quota_commands[] = {
	{ "Q_QUOTAON", 1 },
	{ "Q_QUOTAOFF", 2 },
	{ "Q_GETFMT", 4 },
	{ "Q_GETINFO", 8 },
	{ "Q_SETINFO", 0x10 },
	{ "Q_GETQUOTA", 0x20 },
	{ "Q_SETQUOTA", 0x40 },
	{ "Q_SYNC", 0x80 },
	{ "Q_XQUOTAON", 0x100 },
	{ "Q_XQUOTAOFF", 0x200 },
	{ "Q_XGETQUOTA", 0x400 },
	{ "Q_XSETQLIM", 0x800 },
	{ "Q_XGETQSTAT", 0x1000 },
	{ "Q_XQUOTARM", 0x2000 },
	{ "Q_XQUOTASYNC", 0x4000 },
	{ "Q_XGETQSTATV", 0x8000 },
	{ NULL, 0 },
};

/* quotactl(2) */
const struct flag_name flags_quota_formats[] = {
	{ "QFMT_NOT_USED", 0 },
	{ "QFMT_VFS_OLD", 1 },
	{ "QFMT_VFS_V0", 2 },
	{ "QFMT_VFS_V1", 4 },
	{ NULL, 0 },
};

/* flags of a quota file, quotactl(2) */
const struct flag_name flags_quota_info[] = {
	{ "DQF_NONE", 0 },
	{ "V1_DQF_RSQUASH", 1 },
	{ NULL, 0 },
};

/* quotactl(2), as remapped by remap_quota_type */
const struct flag_name flags_quota_types[] = {
	{ "USRQUOTA", 1 },
	{ "GRPQUOTA", 2 },
	{ "PRJQUOTA", 4 },
	{ NULL, 0 },
};

/* renameat2(2) */
const struct flag_name flags_renameat2[] = {
	{ "RENAME_NOREPLACE", 1 },
	{ "RENAME_EXCHANGE", 2 },
	{ "RENAME_WHITEOUT", 4 },
	{ NULL, 0 },
};

/* splice(2) */
const struct flag_name flags_splice[] = {
	{ "SPLICE_F_MOVE", 1 },
	{ "SPLICE_F_NONBLOCK", 2 },
	{ "SPLICE_F_MORE", 4 },
	{ "SPLICE_F_GIFT", 8 },
	{ NULL, 0 },
};

/* umount2(2) */
const struct flag_name flags_umount[] = {
	{ "FORCE", 1 },
	{ "DETACH", 2 },
	{ "EXPIRE", 4 },
	{ "NOFOLLOW", 8 },
	{ NULL, 0 },
};

/* unlinkat(2), remapped by remap_unlink_flags */
const struct flag_name flags_unlinkat[] = {
	{ "AT_REMOVEDIR", 1 },
	{ NULL, 0 },
};
