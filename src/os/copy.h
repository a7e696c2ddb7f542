/*
 * memcpy, memmove and memset for the x86_64 binary. The C library's run a
 * string instruction, whose start costs more than most of our copies. Under
 * glibc the names stay its own, and these are only tested.
 */
#ifndef OS_COPY_H
#define OS_COPY_H

#include <stddef.h>

void *
os_copy(void *restrict to, const void *restrict from, size_t n);
/* to and from may overlap. */
void *
os_move(void *to, const void *from, size_t n);
void *
os_fill(void *to, int byte, size_t n);

#endif
