/* src/os/file.c and src/os/fd.c */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "os/os.h"

static char dir[64];
static int dirfd_;

static int
setup(void **unused)
{
	(void)unused;
	snprintf(dir, sizeof(dir), "/tmp/os_file.%d", (int)getpid());
	assert_int_equal(os_mkdir(OS_CWD, str_from(dir), 0700), 0);
	dirfd_ = os_open(OS_CWD, str_from(dir), O_DIRECTORY, 0);
	return dirfd_ < 0;
}

static int
teardown(void **unused)
{
	const char *const names[] = { "a", "b", "c", "link", "exe", "plain" };

	(void)unused;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		os_unlink(dirfd_, str_from(names[i]));
	os_close(dirfd_);
	return rmdir(dir);
}

static void
put_file(const char *name, const char *text, unsigned mode)
{
	int fd =
	    os_open(dirfd_, str_from(name), O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(os_write_all(fd, text, strlen(text)), 0);
	assert_int_equal(os_chmod_fd(fd, mode), 0);
	os_close(fd);
}

static void
files_are_written_and_read(void **unused)
{
	char text[8];
	struct arena a;
	struct str all;
	struct os_file f;

	(void)unused;
	put_file("a", "hello world", 0640);
	assert_int_equal(os_read_file(dirfd_, STR("a"), text, sizeof(text)), 8);
	assert_memory_equal(text, "hello wo", 8);
	arena_init(&a, 1 << 20);
	assert_int_equal(os_load_file(dirfd_, STR("a"), 100, &a, &all), 0);
	assert_true(str_eq(all, STR("hello world")));
	assert_int_equal(all.p[all.n], 0);
	assert_int_equal(os_load_file(dirfd_, STR("a"), 11, &a, &all), 0);
	assert_int_equal(os_load_file(dirfd_, STR("a"), 10, &a, &all),
	    ERR_LIMIT);
	assert_int_equal(os_load_file(dirfd_, STR("none"), 10, &a, &all),
	    ERR_NOENT);
	/* A file of /proc has no size. */
	assert_int_equal(
	    os_load_file(OS_CWD, STR("/proc/self/status"), 65536, &a, &all), 0);
	assert_true(all.n > 100);
	arena_reset(&a);
	assert_int_equal(os_stat(dirfd_, STR("a"), true, &f), 0);
	assert_int_equal(f.type, OS_FILE_REGULAR);
	assert_int_equal(f.mode, 0640);
	assert_int_equal(f.size, 11);
	assert_int_equal(f.uid, os_uid());
	assert_true(f.mtime_ns > 1600000000000000000u);
	assert_int_equal(os_rename(dirfd_, STR("a"), STR("b")), 0);
	assert_int_equal(os_stat(dirfd_, STR("a"), true, &f), ERR_NOENT);
	assert_int_equal(os_unlink(dirfd_, STR("b")), 0);
}

static void
paths_that_are_no_c_strings_are_refused(void **unused)
{
	char text[4], path[OS_PATH_MAX + 8];
	struct os_file f;

	(void)unused;
	memset(path, '/', sizeof(path));
	assert_int_equal(
	    os_read_file(OS_CWD, (struct str){ "/etc\0/passwd", 12 }, text, 4),
	    ERR_INVAL);
	assert_int_equal(
	    os_stat(OS_CWD, (struct str){ path, OS_PATH_MAX }, true, &f),
	    ERR_INVAL);
	assert_int_equal(
	    os_stat(OS_CWD, (struct str){ path, OS_PATH_MAX - 1 }, true, &f),
	    0);
	assert_int_equal(os_stat(OS_CWD, STR_NONE, true, &f), ERR_NOENT);
}

static void
links_are_read(void **unused)
{
	char text[16];
	struct os_file f;

	(void)unused;
	assert_int_equal(os_symlink(STR("somewhere/else"), dirfd_, STR("link")),
	    0);
	assert_int_equal(os_readlink(dirfd_, STR("link"), text, 16), 14);
	assert_memory_equal(text, "somewhere/else", 14);
	assert_int_equal(os_readlink(dirfd_, STR("link"), text, 4), 4);
	assert_int_equal(os_stat(dirfd_, STR("link"), false, &f), 0);
	assert_int_equal(f.type, OS_FILE_LINK);
	assert_int_equal(os_stat(dirfd_, STR("link"), true, &f), ERR_NOENT);
	os_unlink(dirfd_, STR("link"));
}

static void
directories_are_listed_in_order(void **unused)
{
	struct arena a;
	struct str *names;
	size_t n;

	(void)unused;
	put_file("c", "", 0600);
	put_file("a", "", 0600);
	put_file("b", "", 0600);
	arena_init(&a, 1 << 16);
	assert_int_equal(os_list(OS_CWD, str_from(dir), 3, &a, &names, &n), 0);
	assert_int_equal(n, 3);
	assert_true(str_eq(names[0], STR("a")));
	assert_true(str_eq(names[1], STR("b")));
	assert_true(str_eq(names[2], STR("c")));
	assert_int_equal(os_list(OS_CWD, str_from(dir), 2, &a, &names, &n),
	    ERR_LIMIT);
	assert_true(os_list(dirfd_, STR("a"), 2, &a, &names, &n) < 0);
	arena_reset(&a);
	os_unlink(dirfd_, STR("a"));
	os_unlink(dirfd_, STR("b"));
	os_unlink(dirfd_, STR("c"));
}

static void
programs_are_found_as_execvp_does(void **unused)
{
	char path[128], out[OS_PATH_MAX];

	(void)unused;
	put_file("exe", "#!/bin/true\n", 0755);
	put_file("plain", "", 0644);
	snprintf(path, sizeof(path), "/nonexistent:%s:/bin", dir);
	assert_int_equal(os_find_program("exe", path, out, sizeof(out)), 0);
	assert_int_equal(strncmp(out, dir, strlen(dir)), 0);
	assert_int_equal(os_find_program("plain", path, out, sizeof(out)),
	    -EACCES);
	assert_int_equal(os_find_program("nothing", path, out, sizeof(out)),
	    -ENOENT);
	assert_int_equal(os_find_program("", path, out, sizeof(out)), -ENOENT);
	/* With a slash PATH is not searched. */
	assert_int_equal(os_find_program("./exe", path, out, sizeof(out)),
	    -ENOENT);
	assert_int_equal(os_find_program("/", path, out, sizeof(out)), -EACCES);
	assert_int_equal(os_find_program("/bin/sh", NULL, out, sizeof(out)), 0);
	assert_string_equal(out, "/bin/sh");
	/* An empty element is the current directory. */
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(
	    os_find_program("exe", "/nonexistent::/bin", out, sizeof(out)), 0);
	assert_string_equal(out, "exe");
	assert_int_equal(os_find_program("exe", "", out, sizeof(out)), 0);
	assert_int_equal(os_find_program("exe", "/bin:", out, sizeof(out)), 0);
	assert_int_equal(os_find_program("sh", NULL, out, 4), -ENOENT);
	assert_int_equal(chdir("/"), 0);
	os_unlink(dirfd_, STR("exe"));
	os_unlink(dirfd_, STR("plain"));
}

static void
descriptors_are_passed(void **unused)
{
	int sock[2], pipe_fds[2], copy;
	char byte = 0;

	(void)unused;
	assert_int_equal(os_socketpair(sock), 0);
	assert_int_equal(os_pipe(pipe_fds), 0);
	assert_int_equal(os_send_fd(sock[0], pipe_fds[1]), 0);
	copy = os_recv_fd(sock[1]);
	assert_true(copy > 2 && copy != pipe_fds[1]);
	assert_true(fcntl(copy, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(os_write(copy, "x", 1), 1);
	assert_int_equal(os_read(pipe_fds[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	/* A byte without a descriptor, and the end. */
	assert_int_equal(os_write(sock[0], "y", 1), 1);
	assert_int_equal(os_recv_fd(sock[1]), ERR_INVAL);
	os_close(sock[0]);
	assert_int_equal(os_recv_fd(sock[1]), ERR_INVAL);
	os_close(sock[1]);
	os_close(pipe_fds[0]);
	os_close(pipe_fds[1]);
	os_close(copy);
}

static void
others_are_closed(void **unused)
{
	int status;
	pid_t pid = fork();

	(void)unused;
	if (pid == 0) {
		int keep[2];

		for (int fd = 3; fd < 40; fd++)
			if (dup2(dirfd_, fd) < 0)
				_exit(1);
		keep[0] = 30;
		keep[1] = 7;
		os_close_others(keep, 2);
		for (int fd = 0; fd < 60; fd++)
			if ((fcntl(fd, F_GETFD) >= 0) != (fd == 30 || fd == 7))
				_exit(2);
		os_detach_stdio(keep, 2);
		for (int fd = 0; fd <= 2; fd++)
			if (write(fd, "x", 1) != 1)
				_exit(3);
		if (fcntl(3, F_GETFD) >= 0)
			_exit(4);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

static void
sockets_tell_their_facts(void **unused)
{
	struct os_socket s;
	int sock[2], fd;

	(void)unused;
	assert_int_equal(os_socketpair(sock), 0);
	assert_int_equal(os_socket_facts(sock[0], &s), 0);
	assert_int_equal(s.family, AF_UNIX);
	assert_int_equal(s.type, SOCK_STREAM);
	assert_true(s.remote.n >= 2);
	os_close(sock[0]);
	os_close(sock[1]);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(os_socket_facts(fd, &s), 0);
	assert_int_equal(s.family, AF_INET);
	assert_int_equal(s.protocol, 17);
	assert_int_equal(s.local.n, 16);
	assert_int_equal(s.remote.n, 0);
	os_close(fd);
	assert_true(os_socket_facts(dirfd_, &s) < 0);
}

static void
waiting_has_an_end(void **unused)
{
	uint32_t *word = os_map_shared(4096);
	int fds[2], status;
	pid_t pid;

	(void)unused;
	assert_int_equal(os_pipe(fds), 0);
	assert_int_equal(os_poll_in(fds[0], 5), 0);
	assert_int_equal(os_write(fds[1], "x", 1), 1);
	assert_int_equal(os_poll_in(fds[0], -1), 1);
	os_close(fds[0]);
	os_close(fds[1]);
	assert_int_equal(*word, 0);
	assert_int_equal(os_futex_wait(word, 0, 5), ERR_AGAIN);
	assert_int_equal(os_futex_wait(word, 1, -1), 0);
	pid = fork();
	if (pid == 0) {
		__atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
		os_futex_wake(word);
		_exit(0);
	}
	while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == 0)
		os_futex_wait(word, 0, -1);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	os_unmap(word, 4096);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_written_and_read),
		cmocka_unit_test(paths_that_are_no_c_strings_are_refused),
		cmocka_unit_test(links_are_read),
		cmocka_unit_test(directories_are_listed_in_order),
		cmocka_unit_test(programs_are_found_as_execvp_does),
		cmocka_unit_test(descriptors_are_passed),
		cmocka_unit_test(others_are_closed),
		cmocka_unit_test(sockets_tell_their_facts),
		cmocka_unit_test(waiting_has_an_end),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
