/*
 * Copying and filling: overlapping words up to 512 bytes, string instructions
 * beyond. One file on purpose: whoever links one of the names gets all three.
 */
#include "os/copy.h"

#include <stdint.h>

#ifdef __x86_64__

#define STRING_MIN 512

/* Unaligned, of any type. */
typedef uint16_t half __attribute__((aligned(1), may_alias));
typedef uint32_t word __attribute__((aligned(1), may_alias));
typedef uint64_t wide __attribute__((aligned(1), may_alias));
typedef uint64_t block __attribute__((vector_size(16), aligned(1), may_alias));

/* Else the compiler makes calls of memcpy and memset out of these loops. */
#define PLAIN __attribute__((optimize("no-tree-loop-distribute-patterns")))

/* The first and the last word of a length between one and two of them. */
#define COPY_ENDS(type, to, from, n)                                       \
	do {                                                               \
		type first = *(const type *)(from);                        \
		type last = *(const type *)((from) + (n) - sizeof(first)); \
                                                                           \
		*(type *)(to) = first;                                     \
		*(type *)((to) + (n) - sizeof(last)) = last;               \
	} while (0)

PLAIN static inline void
copy_short(char *to, const char *from, size_t n)
{
	if (n >= 8)
		COPY_ENDS(wide, to, from, n);
	else if (n >= 4)
		COPY_ENDS(word, to, from, n);
	else if (n >= 2)
		COPY_ENDS(half, to, from, n);
	else if (n)
		*to = *from;
}

/* Upwards: to may overlap from when it is below. */
PLAIN static inline void
copy_up(char *to, const char *from, size_t n)
{
	block last = *(const block *)(from + n - sizeof(last));
	char *end = to + n - sizeof(last);

	if (n > STRING_MIN) {
		size_t wides = n / sizeof(wide);

		__asm__ volatile("rep movsq"
				 : "+D"(to), "+S"(from), "+c"(wides)
				 :
				 : "memory");
	} else {
		for (; to < end; to += sizeof(last), from += sizeof(last))
			*(block *)to = *(const block *)from;
	}
	*(block *)end = last;
}

PLAIN static inline void
copy_down(char *to, const char *from, size_t n)
{
	block first = *(const block *)from;

	for (size_t left = n; left > sizeof(first); left -= sizeof(first))
		*(block *)(to + left - sizeof(first)) =
		    *(const block *)(from + left - sizeof(first));
	*(block *)to = first;
}

PLAIN void *
os_copy(void *restrict to, const void *restrict from, size_t n)
{
	if (n < sizeof(block))
		copy_short(to, from, n);
	else
		copy_up(to, from, n);
	return to;
}

PLAIN void *
os_move(void *to, const void *from, size_t n)
{
	if (n < sizeof(block))
		copy_short(to, from, n);
	else if ((uintptr_t)to - (uintptr_t)from >= n)
		copy_up(to, from, n);
	else
		copy_down(to, from, n);
	return to;
}

PLAIN void *
os_fill(void *to, int byte, size_t n)
{
	uint64_t fill = (unsigned char)byte * UINT64_C(0x0101010101010101);
	block all = { fill, fill };
	char *at = to, *end = at + n - sizeof(all);

	if (n < sizeof(wide)) {
		while (n)
			at[--n] = (char)byte;
		return to;
	}
	if (n < sizeof(all)) {
		*(wide *)at = fill;
		*(wide *)(at + n - sizeof(fill)) = fill;
		return to;
	}
	if (n > STRING_MIN) {
		size_t wides = n / sizeof(wide);

		__asm__ volatile("rep stosq"
				 : "+D"(at), "+c"(wides)
				 : "a"(fill)
				 : "memory");
	} else {
		for (; at < end; at += sizeof(all))
			*(block *)at = all;
	}
	*(block *)end = all;
	return to;
}

#ifndef __GLIBC__
void *
memcpy(void *restrict to, const void *restrict from, size_t n)
    __attribute__((alias("os_copy")));
void *
memmove(void *to, const void *from, size_t n) __attribute__((alias("os_move")));
void *
memset(void *to, int byte, size_t n) __attribute__((alias("os_fill")));
#endif

#else

#include <string.h>

void *
os_copy(void *restrict to, const void *restrict from, size_t n)
{
	return memcpy(to, from, n);
}

void *
os_move(void *to, const void *from, size_t n)
{
	return memmove(to, from, n);
}

void *
os_fill(void *to, int byte, size_t n)
{
	return memset(to, byte, n);
}

#endif
