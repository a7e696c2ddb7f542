/*
 * src/pipe/wants.c: which calls are stopped for which rules.
 */
#include "pipe_sieve.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>

#define ALLOWED(s, abi, type, ...)                                      \
	assert_int_equal(fate(s, abi, EVENT_##type, ARGS(__VA_ARGS__)), \
	    SECCOMP_RET_ALLOW)
#define TRACED(s, abi, type, ...)                                       \
	assert_int_equal(fate(s, abi, EVENT_##type, ARGS(__VA_ARGS__)), \
	    SECCOMP_RET_TRACE)

#define EACH_ABI(abi)                                                 \
	for (size_t i_ = 0; i_ < 3; i_++)                             \
		for (enum abi abi = all_abis[i_], once_ = ABI_X86_64; \
		     once_ == ABI_X86_64; once_ = ABI_OTHER)

/* --- rules as people write them --- */

#define RULE_OF(name, condition)                                       \
	"- rule: " name "\n  desc: d\n  output: o\n  priority: INFO\n" \
	"  condition: " condition "\n"

static const char small_rules[] = RULE_OF("read",
    "evt.type in (open,openat,openat2) and "
    "evt.is_open_read=true and fd.typechar='f' and fd.num>=0 and "
    "fd.name startswith /etc/secret") RULE_OF("write",
    "evt.type in (open,openat,openat2) and "
    "evt.is_open_write=true and fd.typechar='f' and fd.num>=0 and "
    "fd.name startswith /usr/bin") RULE_OF("send",
    "evt.type in (sendto,sendmsg,connect) and "
    "fd.typechar = 4 and fd.name_changed=true") RULE_OF("redirect",
    "evt.type in (dup,dup2,dup3) and "
    "evt.rawres in (0,1,2) and fd.typechar in (4,6)") RULE_OF("packet",
    "evt.type=socket and "
    "evt.arg.domain contains AF_PACKET");

/* The calls that programs make all the time go unseen, the others do not. */
static void
check_usual(const struct sieve *s)
{
	EACH_ABI(abi)
	{
		TRACED(s, abi, OPENAT, CWD, 0x1000, O_RDONLY);
		TRACED(s, abi, OPENAT, CWD, 0x1000, O_RDONLY | O_CLOEXEC);
		TRACED(s, abi, OPENAT, CWD, 0x1000, O_WRONLY | O_CREAT, 0644);
		TRACED(s, abi, OPENAT, CWD, 0x1000, O_RDWR);
		TRACED(s, abi, OPENAT, CWD, 0x1000, O_RDWR | O_TMPFILE, 0600);
		TRACED(s, abi, OPEN, 0x1000, O_RDONLY);
		TRACED(s, abi, OPENAT2, CWD, 0x1000, 0x2000, 24);
		ALLOWED(s, abi, DUP2, 4, 3);
		ALLOWED(s, abi, DUP2, 0, 255);
		TRACED(s, abi, DUP2, 4, 0);
		TRACED(s, abi, DUP2, 4, 1);
		TRACED(s, abi, DUP3, 4, 2, O_CLOEXEC);
		ALLOWED(s, abi, DUP3, 4, 10, O_CLOEXEC);
		ALLOWED(s, abi, SOCKET, AF_INET, SOCK_STREAM);
		ALLOWED(s, abi, SOCKET, AF_UNIX, SOCK_STREAM);
		TRACED(s, abi, SOCKET, AF_PACKET_, SOCK_RAW);
		ALLOWED(s, abi, SENDTO, 3, 0x1000, 10, 0, 0, 0);
		TRACED(s, abi, SENDTO, 3, 0x1000, 10, 0, 0x2000, 16);
		TRACED(s, abi, CONNECT, 3, 0x2000, 16);
		ALLOWED(s, abi, READ, 3, 0x1000, 10);
		ALLOWED(s, abi, WRITE, 3, 0x1000, 10);
		ALLOWED(s, abi, CLOSE, 3);
		ALLOWED(s, abi, MMAP, 0, 4096);
		TRACED(s, abi, EXECVE, 0x1000);
		TRACED(s, abi, EXECVEAT, 3, 0x1000);
		TRACED(s, abi, IO_URING_SETUP, 8, 0x1000);
	}
	/* Its arguments are in memory. */
	assert_int_equal(run(s, ABI_I386, SOCKETCALL, ARGS(1, 0x1000)) &
		SECCOMP_RET_ACTION_FULL,
	    SECCOMP_RET_TRACE);
}

static void
small(void **state)
{
	struct sieve s = sieve_new(small_rules, (struct wants_options){ 0 });

	(void)state;
	check_usual(&s);
	EACH_ABI(abi)
	{
		ALLOWED(&s, abi, OPEN, 0x1000, O_RDONLY | O_DIRECTORY);
		ALLOWED(&s, abi, OPENAT, CWD, 0x1000, O_RDONLY | O_DIRECTORY);
		ALLOWED(&s, abi, OPENAT, CWD, 0x1000,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	}
	sieve_free(&s);
}

/* NULL when the data is not there. */
static char *
official_rules(void)
{
	const char *dir = getenv("FALCO_DATA");
	char path[512], *text = calloc(1, 1 << 20);
	size_t n;
	FILE *f;

	assert_non_null(text);
	snprintf(path, sizeof(path), "%s/rules/falco_rules.yaml",
	    dir ? dir : "../shared/data/falco");
	f = fopen(path, "re");
	n = f ? fread(text, 1, (1 << 20) - 1, f) : 0;
	if (f)
		fclose(f);
	if (n)
		return text;
	free(text);
	return NULL;
}

static void
official(void **state)
{
	char *text = official_rules();
	struct sieve s;

	(void)state;
	if (!text)
		skip();
	s = sieve_new(text, (struct wants_options){ 0 });
	check_usual(&s);
	/* A directory that cannot be opened matches a rule on failed opens. */
	TRACED(&s, ABI_X86_64, OPENAT, CWD, 0x1000, O_RDONLY | O_DIRECTORY);
	sieve_free(&s);
	free(text);
}

/* A rule about what a gate would hide opens that gate, and only that one. */
static void
each_gate_depends_on_rules(void **state)
{
	static const char rules[] = RULE_OF("listing",
	    "evt.type=openat and fd.typechar=d")
	    RULE_OF("dup", "evt.type=dup2 and evt.rawres=7")
		RULE_OF("socket", "evt.type=socket and evt.arg.domain=AF_INET6")
		    RULE_OF("send", "evt.type=sendto");
	struct sieve s = sieve_new(rules, (struct wants_options){ 0 });

	(void)state;
	TRACED(&s, ABI_X86_64, OPENAT, CWD, 0x1000, O_RDONLY | O_DIRECTORY);
	ALLOWED(&s, ABI_X86_64, OPENAT, CWD, 0x1000, O_RDONLY);
	ALLOWED(&s, ABI_X86_64, OPEN, 0x1000, O_RDONLY | O_DIRECTORY);
	TRACED(&s, ABI_X86_64, DUP2, 4, 7);
	TRACED(&s, ABI_X86_64, SOCKET, AF_INET6, SOCK_STREAM);
	ALLOWED(&s, ABI_X86_64, SOCKET, AF_INET, SOCK_STREAM);
	TRACED(&s, ABI_X86_64, SENDTO, 3, 0x1000, 10, 0, 0, 0);
	sieve_free(&s);
}

/* socketcall's first argument is no domain. */
static void
gates_are_for_registers(void **state)
{
	struct sieve s = sieve_new(
	    RULE_OF("packet", "evt.type=socket and evt.arg.domain=AF_PACKET"),
	    (struct wants_options){ 0 });

	(void)state;
	ALLOWED(&s, ABI_I386, SOCKET, AF_UNIX, SOCK_STREAM);
	for (uint64_t call = 1; call <= 20; call++)
		assert_int_equal(
		    run(&s, ABI_I386, SOCKETCALL, ARGS(call, 0x1000)) &
			SECCOMP_RET_ACTION_FULL,
		    SECCOMP_RET_TRACE);
	sieve_free(&s);
}

static void
no_rules(void **state)
{
	struct sieve s = sieve_new(NULL, (struct wants_options){ 0 });

	(void)state;
	EACH_ABI(abi)
	{
		TRACED(&s, abi, EXECVE, 0x1000);
		TRACED(&s, abi, EXECVEAT, 3, 0x1000);
		TRACED(&s, abi, IO_URING_SETUP, 8, 0x1000);
		TRACED(&s, abi, CLONE3, 0x1000, 88);
		TRACED(&s, abi, CLONE, CLONE_UNTRACED | SIGCHLD);
		ALLOWED(&s, abi, CLONE, CLONE_VM | CLONE_THREAD);
		ALLOWED(&s, abi, OPENAT, CWD, 0x1000, O_WRONLY);
		ALLOWED(&s, abi, CONNECT, 3, 0x2000, 16);
	}
	sieve_free(&s);
}

static void
listing_wants_all_but_chatter(void **state)
{
	struct wants_options o = { .all_events = true };
	struct sieve s = sieve_new(small_rules, o);

	(void)state;
	TRACED(&s, ABI_X86_64, OPENAT, CWD, 0x1000, O_RDONLY | O_DIRECTORY);
	TRACED(&s, ABI_X86_64, DUP2, 4, 7);
	TRACED(&s, ABI_X86_64, UNLINK, 0x1000);
	TRACED(&s, ABI_I386, UNLINK, 0x1000);
	ALLOWED(&s, ABI_X86_64, READ, 3, 0x1000, 10);
	ALLOWED(&s, ABI_X86_64, CLOSE, 3);
	sieve_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small),
		cmocka_unit_test(official),
		cmocka_unit_test(each_gate_depends_on_rules),
		cmocka_unit_test(gates_are_for_registers),
		cmocka_unit_test(no_rules),
		cmocka_unit_test(listing_wants_all_but_chatter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
