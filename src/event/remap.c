/*
 * From the kernel's flags (Linux 6.1, include/uapi) to those of rules.
 */
#include "event/remap.h"

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct pair {
	uint64_t from, to;
};

/* The bits of all pairs whose bits are all set. */
static uint64_t
map_bits(uint64_t value, const struct pair *pairs, size_t n)
{
	uint64_t out = 0;

	for (size_t i = 0; i < n; i++)
		if ((value & pairs[i].from) == pairs[i].from)
			out |= pairs[i].to;
	return out;
}

/* The one pair that is equal, or 0. */
static uint64_t
map_value(uint64_t value, const struct pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (value == pairs[i].from)
			return pairs[i].to;
	return 0;
}

/* --- files --------------------------------------------------------------- */

enum {
	K_O_ACCMODE = 3,
	K_O_CREAT = 0100,
	K_O_TMPFILE = 020000000, /* without the O_DIRECTORY in it */
};

static uint64_t
directory_bit(enum abi abi)
{
	return abi == ABI_AARCH64 ? 040000 : 0200000;
}

static bool
is_tmpfile(uint64_t flags, enum abi abi)
{
	uint64_t both = K_O_TMPFILE | directory_bit(abi);

	return (flags & both) == both;
}

bool
remap_open_creates(uint64_t flags, enum abi abi)
{
	return (flags & K_O_CREAT) || is_tmpfile(flags, abi);
}

uint64_t
remap_fd_flags(uint64_t value, enum abi abi)
{
	static const struct pair common[] = {
		{ K_O_CREAT, 4 }, { 02000, 8 }, /* O_APPEND */
		{ 010000, 0x10 },               /* O_DSYNC */
		{ 0200, 0x20 },                 /* O_EXCL */
		{ 04000, 0x40 },                /* O_NONBLOCK */
		{ 04010000, 0x80 },             /* O_SYNC */
		{ 01000, 0x100 },               /* O_TRUNC */
		{ 02000000, 0x1000 },           /* O_CLOEXEC */
	};
	static const struct pair x86[] = {
		{ 040000, 0x200 }, { 0200000, 0x400 }, { 0100000, 0x800 },
	}, arm64[] = { /* O_DIRECT, O_DIRECTORY, O_LARGEFILE */
		{ 0200000, 0x200 }, { 040000, 0x400 }, { 0400000, 0x800 },
	};
	uint64_t out = map_bits(value, common, COUNT(common));

	out |= map_bits(value, abi == ABI_AARCH64 ? arm64 : x86, COUNT(x86));
	if (is_tmpfile(value, abi))
		out |= 0x2000;
	return out;
}

uint64_t
remap_open_flags(uint64_t value, enum abi abi)
{
	/* O_RDONLY, O_WRONLY, O_RDWR; 3 opens for neither, as rules see it
	 * for reading. */
	static const uint8_t access[] = { 1, 2, 3, 1 };

	return remap_fd_flags(value, abi) | access[value & K_O_ACCMODE];
}

uint64_t
remap_resolve_flags(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = {
		{ 0x08, 1 }, { 0x10, 2 },   /* BENEATH, IN_ROOT */
		{ 0x02, 4 }, { 0x04, 8 },   /* NO_MAGICLINKS, NO_SYMLINKS */
		{ 0x01, 16 }, { 0x20, 32 }, /* NO_XDEV, CACHED */
	};

	(void)abi;
	return map_bits(value, pairs, COUNT(pairs));
}

uint64_t
remap_access_mode(uint64_t value, enum abi abi)
{
	/* X_OK 1, W_OK 2, R_OK 4 */
	static const struct pair pairs[] = { { 4, 1 }, { 2, 2 }, { 1, 4 } };

	(void)abi;
	return map_bits(value, pairs, COUNT(pairs));
}

uint64_t
remap_link_flags(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = {
		{ 0x400, 1 }, { 0x1000, 2 }, /* SYMLINK_FOLLOW, EMPTY_PATH */
		{ 0x100, 4 }, { 0x800, 8 },  /* NOFOLLOW, NO_AUTOMOUNT */
	};

	(void)abi;
	return map_bits(value, pairs, COUNT(pairs));
}

uint64_t
remap_unlink_flags(uint64_t value, enum abi abi)
{
	(void)abi;
	return value & 0x200 ? 1 : 0; /* AT_REMOVEDIR */
}

uint64_t
remap_mount_flags(uint64_t value, enum abi abi)
{
	(void)abi;
	/* The magic number of Linux before 2.4, MS_MGC_VAL. */
	if ((value & 0xffff0000) == 0xc0ed0000)
		value &= ~(uint64_t)0xffff0000;
	return value;
}

uint64_t
remap_epoll_flags(uint64_t value, enum abi abi)
{
	(void)abi;
	return value & 02000000 ? 1 : 0;
}

uint64_t
remap_pidfd_flags(uint64_t value, enum abi abi)
{
	(void)abi;
	return value & 04000 ? 1 : 0;
}

uint64_t
remap_quota_command(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = {
		{ 0x800002, 0x1 },
		{ 0x800003, 0x2 },
		{ 0x800004, 0x4 },
		{ 0x800005, 0x8 },
		{ 0x800006, 0x10 },
		{ 0x800007, 0x20 },
		{ 0x800008, 0x40 },
		{ 0x800001, 0x80 },
		{ 0x5801, 0x100 },
		{ 0x5802, 0x200 },
		{ 0x5803, 0x400 },
		{ 0x5804, 0x800 },
		{ 0x5805, 0x1000 },
		{ 0x5806, 0x2000 },
		{ 0x5807, 0x4000 },
		{ 0x5808, 0x8000 },
	};

	(void)abi;
	return map_value((uint32_t)value >> 8, pairs, COUNT(pairs));
}

uint64_t
remap_quota_type(uint64_t value, enum abi abi)
{
	(void)abi;
	return (value & 0xff) < 3 ? UINT64_C(1) << (value & 0xff) : 0;
}

uint64_t
remap_quota_format(uint64_t value, enum abi abi)
{
	(void)abi;
	return value == 1 || value == 2 || value == 4 ? value : 0;
}

/* --- processes, memory, kernel ------------------------------------------- */

uint64_t
remap_clone_flags(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = {
		{ 0x400, 0x1 },            /* FILES */
		{ 0x200, 0x2 },            /* FS */
		{ 0x80000000, 0x4 },       /* IO */
		{ 0x08000000, 0x8 },       /* NEWIPC */
		{ 0x40000000, 0x10 },      /* NEWNET */
		{ 0x00020000, 0x20 },      /* NEWNS */
		{ 0x20000000, 0x40 },      /* NEWPID */
		{ 0x04000000, 0x80 },      /* NEWUTS */
		{ 0x8000, 0x100 },         /* PARENT */
		{ 0x100000, 0x200 },       /* PARENT_SETTID */
		{ 0x2000, 0x400 },         /* PTRACE */
		{ 0x800, 0x800 },          /* SIGHAND */
		{ 0x40000, 0x1000 },       /* SYSVSEM */
		{ 0x10000, 0x2000 },       /* THREAD */
		{ 0x800000, 0x4000 },      /* UNTRACED */
		{ 0x100, 0x8000 },         /* VM */
		{ 0x10000000, 0x80000 },   /* NEWUSER */
		{ 0x200000, 0x400000 },    /* CHILD_CLEARTID */
		{ 0x1000000, 0x800000 },   /* CHILD_SETTID */
		{ 0x80000, 0x1000000 },    /* SETTLS */
		{ 0x4000, 0x4000000 },     /* VFORK */
		{ 0x02000000, 0x8000000 }, /* NEWCGROUP */
	};

	(void)abi;
	return map_bits(value, pairs, COUNT(pairs));
}

uint64_t
remap_mmap_prot(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = {
		{ 1, 1 }, { 2, 2 }, { 4, 4 }, { 8, 8 },     /* READ to SEM */
		{ 0x01000000, 0x10 }, { 0x02000000, 0x20 }, /* GROWS* */
	};

	(void)abi;
	return map_bits(value, pairs, COUNT(pairs));
}

uint64_t
remap_mmap_flags(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = {
		{ 0x1, 0x1 }, { 0x2, 0x2 },           /* SHARED, PRIVATE */
		{ 0x10, 0x4 }, { 0x20, 0x8 },         /* FIXED, ANONYMOUS */
		{ 0x4000, 0x40 }, { 0x8000, 0x80 },   /* NORESERVE, POPULATE */
		{ 0x10000, 0x100 }, { 0x100, 0x200 }, /* NONBLOCK, GROWSDOWN */
		{ 0x800, 0x400 }, { 0x1000, 0x800 }, /* DENYWRITE, EXECUTABLE */
		{ 0x2000, 0x4000 },                  /* LOCKED */
	};
	uint64_t out = map_bits(value, pairs, COUNT(pairs));

	if (abi != ABI_AARCH64 && (value & 0x40))
		out |= 0x10; /* 32BIT */
	return out;
}

uint64_t
remap_module_flags(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = { { 04000, 1 }, { 01000, 2 } };

	(void)abi;
	return map_bits(value, pairs, COUNT(pairs));
}

uint64_t
remap_ptrace_request(uint64_t value, enum abi abi)
{
	static const struct pair all[] = {
		{ 0, 1 }, { 1, 2 }, { 2, 3 }, { 3, 4 }, { 4, 5 }, { 5, 6 },
		{ 6, 7 }, { 7, 8 }, { 8, 9 }, { 9, 10 }, /* to SINGLESTEP */
		{ 16, 11 }, { 17, 12 }, { 24, 13 }, /* ATTACH DETACH SYSCALL */
		{ 21, 32 }, { 31, 36 }, { 32, 37 }, /* OLDSETOPTIONS SYSEMU* */
	}, x86[] = {
		{ 12, 26 }, { 13, 27 }, { 14, 28 }, { 15, 29 }, { 18, 30 },
		{ 19, 31 }, /* GETREGS to SETFPXREGS */
		{ 25, 33 }, { 26, 34 }, /* thread areas */
		{ 30, 35 }, { 33, 38 }, /* ARCH_PRCTL SINGLEBLOCK */
	};
	uint64_t out;

	if (value >= 0x4200 && value <= 0x420b) /* SETOPTIONS to SETSIGMASK */
		return value - 0x4200 + 14;
	out = map_value(value, all, COUNT(all));
	if (out == 0 && abi != ABI_AARCH64)
		out = map_value(value, x86, COUNT(x86));
	return out;
}

uint64_t
remap_semget_flags(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = {
		{ 02000, 0x2000 }, { 01000, 0x4000 }, /* EXCL, CREAT */
	};

	(void)abi;
	return map_bits(value, pairs, COUNT(pairs)) | (value & 0777);
}

uint64_t
remap_semop_flags(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = { { 04000, 1 }, { 0x1000, 2 } };

	(void)abi;
	return map_bits(value, pairs, COUNT(pairs));
}

uint64_t
remap_semctl_command(uint64_t value, enum abi abi)
{
	static const struct pair pairs[] = {
		{ 2, 0x1 },     /* IPC_STAT */
		{ 1, 0x2 },     /* IPC_SET */
		{ 0, 0x4 },     /* IPC_RMID */
		{ 3, 0x8 },     /* IPC_INFO */
		{ 19, 0x10 },   /* SEM_INFO */
		{ 18, 0x20 },   /* SEM_STAT */
		{ 13, 0x40 },   /* GETALL */
		{ 14, 0x80 },   /* GETNCNT */
		{ 11, 0x100 },  /* GETPID */
		{ 12, 0x200 },  /* GETVAL */
		{ 15, 0x400 },  /* GETZCNT */
		{ 17, 0x800 },  /* SETALL */
		{ 16, 0x1000 }, /* SETVAL */
	};

	(void)abi;
	return map_value(value & ~UINT64_C(0x100), pairs, COUNT(pairs));
}
