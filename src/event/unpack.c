/*
 * i386 calls with packed arguments: ipc(2), socketcall(2), linux/net.h and
 * sys_old_mmap, sys_old_select of Linux 6.1.
 */
#include "event/unpack.h"

enum {
	I386_OLD_SELECT = 82,
	I386_OLD_MMAP = 90,
	I386_SOCKETCALL = 102,
	I386_IPC = 117
};

/* By the first argument of socketcall: the call and how many arguments. */
static const struct {
	enum event_type type;
	unsigned n;
} socket_calls[] = {
	{ EVENT_NONE, 0 },
	{ EVENT_SOCKET, 3 },
	{ EVENT_BIND, 3 },
	{ EVENT_CONNECT, 3 },
	{ EVENT_LISTEN, 2 },
	{ EVENT_ACCEPT, 3 },
	{ EVENT_GETSOCKNAME, 3 },
	{ EVENT_GETPEERNAME, 3 },
	{ EVENT_SOCKETPAIR, 4 },
	{ EVENT_SEND, 4 },
	{ EVENT_RECV, 4 },
	{ EVENT_SENDTO, 6 },
	{ EVENT_RECVFROM, 6 },
	{ EVENT_SHUTDOWN, 2 },
	{ EVENT_SETSOCKOPT, 5 },
	{ EVENT_GETSOCKOPT, 5 },
	{ EVENT_SENDMSG, 3 },
	{ EVENT_RECVMSG, 3 },
	{ EVENT_ACCEPT4, 4 },
	{ EVENT_RECVMMSG, 5 },
	{ EVENT_SENDMMSG, 4 },
};
#define N_SOCKET_CALLS (sizeof(socket_calls) / sizeof(*socket_calls))

/* Replaces the arguments by n words at addr; false when unreadable. */
static bool
read_block(struct event *ev, const struct mem_reader *mem, uint64_t addr,
    unsigned n)
{
	uint32_t words[6];
	size_t size = n * sizeof(*words);

	if (mem->read(mem->ctx, ev->tid, addr, words, size) != (long)size)
		return false;
	memset(ev->args, 0, sizeof(ev->args));
	for (unsigned i = 0; i < n; i++)
		ev->args[i] = words[i];
	return true;
}

static enum event_type
unpack_socketcall(struct event *ev, const struct mem_reader *mem)
{
	uint32_t call = (uint32_t)ev->args[0];

	if (call >= N_SOCKET_CALLS || socket_calls[call].n == 0 ||
	    !read_block(ev, mem, (uint32_t)ev->args[1], socket_calls[call].n))
		return EVENT_NONE;
	return socket_calls[call].type;
}

/* ipc(call, first, second, third, ptr, fifth); the high half is a version. */
static const enum event_type ipc_calls[] = {
	[1] = EVENT_SEMOP,
	[2] = EVENT_SEMGET,
	[3] = EVENT_SEMCTL,
	[4] = EVENT_SEMTIMEDOP,
	[11] = EVENT_MSGSND,
	[12] = EVENT_MSGRCV,
	[13] = EVENT_MSGGET,
	[14] = EVENT_MSGCTL,
	[21] = EVENT_SHMAT,
	[22] = EVENT_SHMDT,
	[23] = EVENT_SHMGET,
	[24] = EVENT_SHMCTL,
};
#define N_IPC_CALLS (sizeof(ipc_calls) / sizeof(*ipc_calls))

static enum event_type
unpack_ipc(struct event *ev, const struct mem_reader *mem)
{
	uint64_t a[6];
	uint32_t call = ev->args[0] & 0xffff, value = 0;
	enum event_type type =
	    call < N_IPC_CALLS ? ipc_calls[call] : EVENT_NONE;

	memcpy(a, ev->args, sizeof(a));
	if (type == EVENT_SEMOP || type == EVENT_SEMTIMEDOP) {
		memcpy(ev->args, (uint64_t[6]){ a[1], a[4], a[2], a[5] },
		    sizeof(a));
		return type;
	}
	if (type == EVENT_SEMCTL &&
	    mem->read(mem->ctx, ev->tid, a[4], &value, sizeof(value)) !=
		sizeof(value))
		value = 0;
	memcpy(ev->args, (uint64_t[6]){ a[1], a[2], a[3], value }, sizeof(a));
	return type;
}

enum event_type
unpack_call(struct event *ev, const struct mem_reader *mem)
{
	if (ev->abi != ABI_I386)
		return event_by_number(ev->abi, ev->nr);
	for (unsigned i = 0; i < 6; i++)
		ev->args[i] = (uint32_t)ev->args[i];
	switch (ev->nr) {
	case I386_SOCKETCALL:
		return unpack_socketcall(ev, mem);
	case I386_IPC:
		return unpack_ipc(ev, mem);
	case I386_OLD_MMAP:
		return read_block(ev, mem, ev->args[0], 6) ? EVENT_MMAP
							   : EVENT_NONE;
	case I386_OLD_SELECT:
		return read_block(ev, mem, ev->args[0], 5) ? EVENT_SELECT
							   : EVENT_NONE;
	}
	return event_by_number(ev->abi, ev->nr);
}

unsigned
unpack_carrier(enum event_type type, enum abi abi, uint32_t *number)
{
	if (abi != ABI_I386 || type == EVENT_NONE)
		return 0;
	for (size_t i = 1; i < N_IPC_CALLS; i++) {
		if (type == ipc_calls[i]) {
			*number = I386_IPC;
			return 1;
		}
	}
	for (size_t i = 1; i < N_SOCKET_CALLS; i++) {
		if (type == socket_calls[i].type) {
			*number = I386_SOCKETCALL;
			return 1;
		}
	}
	return 0;
}
