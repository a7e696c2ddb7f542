/*
 * Local time, clock ticks, host name, resident memory: localtime_r(3),
 * sysconf(3), uname(2), proc(5).
 */
#include "os/local.h"

#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "os/os.h"

long
os_utc_offset(int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	return localtime_r(&t, &tm) ? tm.tm_gmtoff : 0;
}

long
os_clock_ticks(void)
{
	return sysconf(_SC_CLK_TCK);
}

const char *
os_hostname(void)
{
	static struct utsname name;

	return uname(&name) == 0 ? name.nodename : "";
}

uint64_t
os_resident_bytes(void)
{
	char text[128];
	ssize_t n = os_read_file(
	    OS_CWD, STR("/proc/self/statm"), text, sizeof text);
	struct str rest = { text, n > 0 ? (size_t)n : 0 }, word;
	uint64_t pages = 0;

	if (!str_split(&rest, ' ', &word) || !str_split(&rest, ' ', &word) ||
	    !str_to_u64(word, &pages))
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
