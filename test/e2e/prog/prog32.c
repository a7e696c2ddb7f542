/*
 * A 32-bit program without a C library: opens, forks, execs a 64-bit
 * program and exits with 48. Built with -m32 -nostdlib.
 */
static long
call(long nr, long a, long b, long c)
{
	long r;

	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "0"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory");
	return r;
}

static void
print(const char *s)
{
	long n = 0;

	while (s[n])
		n++;
	call(4, 1, (long)s, n);
}

void
_start(void)
{
	static const char *const argv[] = { "sh", "-c", "exit 49", 0 };
	int status = 0;
	long pid, fd;

	fd = call(5, (long)"/etc/passwd", 0, 0);
	print(fd >= 0 ? "open ok\n" : "open failed\n");
	fd = call(5, (long)"/nonexistent", 0, 0);
	print(fd == -2 ? "ENOENT\n" : "another error\n");
	pid = call(2, 0, 0, 0);
	if (!pid) {
		call(11, (long)"/bin/sh", (long)argv, (long)(argv + 3));
		call(1, 1, 0, 0);
	}
	call(7, pid, (long)&status, 0);
	print(status == 49 << 8 ? "child ok\n" : "child differs\n");
	call(252, 48, 0, 0);
}
