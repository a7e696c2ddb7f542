/*
 * User and group names from the tracee's files, and how long they are believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "fake_proc.h"
#include "state/users.h"

#define SECOND UINT64_C(1000000000)

static void
test_parse(void **state)
{
	struct user_names n;
	struct str g;
	struct str passwd = STR("# comment\n"
				"root:x:0:0:root:/root:/bin/bash\n"
				"short:x:7\n"
				":x:8:8::/:/bin/sh\n"
				"neg:x:-1:0::/:/bin/sh\n"
				"odd:x:0x9:0::/:/bin/sh\n"
				"last:x:33:33::/var:/bin/sh:extra");

	(void)state;
	assert_true(users_parse_passwd(passwd, 0, &n));
	assert_true(str_eq(n.name, STR("root")));
	assert_true(str_eq(n.home, STR("/root")));
	assert_true(str_eq(n.shell, STR("/bin/bash")));
	assert_false(users_parse_passwd(passwd, 7, &n));
	assert_false(users_parse_passwd(passwd, 8, &n));
	assert_false(users_parse_passwd(passwd, UINT32_MAX, &n));
	assert_true(users_parse_passwd(passwd, 33, &n));
	assert_true(str_eq(n.name, STR("last")));
	assert_false(users_parse_passwd(STR(""), 0, &n));
	assert_true(users_parse_group(STR("a:x:1:\nb:x:2:u,v\n"), 2, &g));
	assert_true(str_eq(g, STR("b")));
	assert_false(users_parse_group(STR("a:x:1\n"), 1, &g));
}

static void
test_lookup(void **state)
{
	struct fake *f = calloc(1, sizeof(*f));
	char memory[16 * 1024], name[300];
	char line[400];
	struct state_source source;
	struct state_config c = { .max_procs = 4,
		.max_threads = 4,
		.text_bytes = 32 * 1024,
		.clock_ticks = 100 };
	struct arena arena, scratch;
	struct user_names n;
	struct state *st;

	(void)state;
	assert_non_null(f);
	source = fake_source(f);
	fake_add(f, (struct fake_proc){ .tid = 5, .comm = "x", .cwd = "/" });
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(line, sizeof(line), "%s:x:9:9::/h:/s\n", name);
	f->files[0] = (struct fake_file){ "/etc/passwd", line };
	arena_init(&arena, 4 << 20);
	arena_fixed(&scratch, memory, sizeof(memory));
	st = state_new(&arena, &c, &source);
	assert_non_null(st);
	state_event_begin(st, 5, SECOND, &scratch);
	state_user(st, 5, 9, &n);
	assert_true(n.known);
	assert_int_equal(n.name.n, USERS_TEXT); /* cut */
	state_user(st, 5, 0, &n);
	assert_false(n.known);
	assert_true(str_eq(n.name, STR("root")));
	assert_true(str_eq(n.home, STR("/root")));
	assert_true(str_eq(n.shell, STR("<NA>")));
	state_user(st, 5, 1, &n);
	assert_true(str_eq(n.name, STR("<NA>")));
	assert_true(str_eq(state_group(st, 5, 0), STR("root")));
	assert_true(str_eq(state_group(st, 5, 1), STR("<NA>")));
	/* Believed for a second, whatever the file says meanwhile. */
	fake_reset_counts(f);
	f->files[0].text = "new:x:1:1::/h:/s\n";
	state_user(st, 5, 1, &n);
	assert_true(str_eq(n.name, STR("<NA>")));
	assert_int_equal(f->root_files, 0);
	arena_reset(&scratch);
	state_event_begin(st, 5, 3 * SECOND, &scratch);
	state_user(st, 5, 1, &n);
	assert_true(str_eq(n.name, STR("new")));
	assert_int_equal(f->root_files, 1);
	/* Another root has other users. */
	fake_find(f, 5)->root = "/jail";
	arena_reset(&scratch);
	state_event_begin(st, 5, 3 * SECOND, &scratch);
	state_user(st, 5, 1, &n);
	assert_int_equal(f->root_files, 2);
	arena_reset(&arena);
	free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
