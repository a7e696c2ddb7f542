/*
 * struct stop: what an engine saw of one tracee, in the words of
 * ptrace(2) and seccomp(2). Everything after the engine works from it, so a
 * recorded stop can be replayed anywhere.
 */
#ifndef EVENT_STOP_H
#define EVENT_STOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum abi {
	ABI_X86_64,
	ABI_I386, /* int 0x80 and 32-bit programs on x86_64 */
	ABI_X32,  /* numbers without bit 30 */
	ABI_AARCH64,
	ABI_OTHER, /* nothing is decoded */
	ABI_COUNT
};

enum stop_kind {
	STOP_ENTRY,  /* about to make the call nr(args) */
	STOP_RESULT, /* the call for which WANT_RESULT was answered returned;
	              * nr and args are those of the entry */
	STOP_EXEC,   /* execve or execveat succeeded; tid is now the leader's,
	              * former_tid the thread that called (often the same) */
	STOP_CLONE,  /* tid made the task child; clone_flags are CLONE_* */
	STOP_DYING,  /* the watched main process is about to exit; status is
	              * the wait status it will have */
	STOP_EXIT,   /* thread tid is gone; status as from waitpid(2), leader
	              * says whether the whole process is gone */
	STOP_HELPER, /* a child of the agent itself ended (the shipper) */
};

struct stop {
	enum stop_kind kind;
	enum abi abi;     /* ENTRY, RESULT */
	pid_t tid;        /* in the agent's PID namespace */
	pid_t child;      /* CLONE */
	pid_t former_tid; /* EXEC */
	uint32_t nr;      /* ENTRY, RESULT: the kernel's number in abi */
	uint64_t args[6]; /* ENTRY, RESULT */
	int64_t result;   /* RESULT: value or -errno */
	uint64_t sp;      /* ENTRY, EXEC: stack pointer, 0 when unknown */
	uint64_t clone_flags;
	int status;  /* DYING, EXIT, HELPER */
	bool leader; /* EXIT */
	/*
	 * RESULT: a signal interrupted the call (result is -EINTR); unless a
	 * handler forbids it, the call is made again, as an ENTRY with this
	 * set. ENTRY: the same call, with the same registers, as the one that
	 * a signal interrupted in this thread; its memory may differ.
	 */
	bool restarted;
	uint64_t time_ns; /* CLOCK_REALTIME */
};

/* The answer to a stop. Stops other than ENTRY take only PASS and KILL. */
enum decision_kind {
	DECIDE_PASS,
	DECIDE_WANT_RESULT, /* a STOP_RESULT (or STOP_EXEC) follows */
	DECIDE_DENY,        /* the call is not made and fails with errnum */
	DECIDE_KILL,        /* SIGKILL to the whole process */
};

struct decision {
	enum decision_kind kind;
	int errnum; /* DENY: positive errno */
};

/* Reads tracee memory; the only way that decode reaches it. */
struct mem_reader {
	/*
	 * Up to n bytes at addr of thread tid. Returns the count that could be
	 * read from the start (short at an unreadable page), or ERR_FAULT when
	 * the first byte is not readable, ERR_GONE when the thread vanished.
	 */
	long (*read)(void *ctx, pid_t tid, uint64_t addr, void *to, size_t n);
	void *ctx;
};

#endif
