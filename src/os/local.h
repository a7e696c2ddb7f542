/*
 * Facts of the machine and of this process that formats and counters need.
 */
#ifndef OS_LOCAL_H
#define OS_LOCAL_H

#include <stdint.h>

#include "base/str.h"

/* Seconds east of UTC at a time in seconds since the epoch (TZ, tzset(3)). */
long
os_utc_offset(int64_t seconds);
/* sysconf(_SC_CLK_TCK): the unit of times in /proc/PID/stat. */
long
os_clock_ticks(void);
/* uname(2)'s node name, borrowed; "" when it fails. */
const char *
os_hostname(void);
/* Resident memory of this process, from /proc/self/statm; 0 without it. */
uint64_t
os_resident_bytes(void);

#endif
