/*
 * Memory of a stopped tracee: process_vm_readv(2), and PTRACE_PEEKDATA where a
 * policy forbids that.
 */
#ifndef TRACE_MEM_H
#define TRACE_MEM_H

#include "event/stop.h"

struct mem {
	bool peek; /* process_vm_readv(2) does not work here */
};

/* The reader of struct mem_reader: ctx is a struct mem. */
long
mem_read(void *ctx, pid_t tid, uint64_t addr, void *to, size_t n);
/* Eight bytes; 0, ERR_FAULT or ERR_GONE. */
int
mem_read_u64(struct mem *m, pid_t tid, uint64_t addr, uint64_t *value);
int
mem_write_u64(struct mem *m, pid_t tid, uint64_t addr, uint64_t value);

#endif
