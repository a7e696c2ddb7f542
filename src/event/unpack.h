/*
 * i386 calls whose arguments are not all in registers: socketcall(2), ipc(2)
 * and the old mmap and select, which take a block of words.
 */
#ifndef EVENT_UNPACK_H
#define EVENT_UNPACK_H

#include "event/event.h"

/*
 * The call's type; ev->args become its own arguments. EVENT_NONE when the
 * number is not in the table, or when the block of socketcall is unreadable.
 */
enum event_type
unpack_call(struct event *ev, const struct mem_reader *mem);
/* Adds socketcall's or ipc's number if it can carry the call: 0 or 1. */
unsigned
unpack_carrier(enum event_type type, enum abi abi, uint32_t *number);

#endif
