/*
 * Small operations, timed from inside so that the start of a tracer does not
 * count: the four programs of OSBench (files, threads, processes, programs),
 * re-implemented from their description, and a loop of open and close.
 *
 *   ops NAME COUNT DIR    prints the microseconds of one operation
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 100

extern char **environ;

static const char *directory;
static const char *self;

static void
check(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "ops: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
opens(long count)
{
	for (long i = 0; i < count; i++) {
		int fd = open("/etc/hostname", O_RDONLY | O_CLOEXEC);

		check(fd >= 0, "open");
		close(fd);
	}
}

/* Files of 32 bytes in one directory, then their removal. */
static void
files(long count)
{
	static const char text[32] = "thirty-two bytes in every file.";
	char path[4096];

	for (long i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/f%ld", directory, i);
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		check(fd >= 0, path);
		check(write(fd, text, sizeof text) == sizeof text, path);
		close(fd);
	}
	for (long i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/f%ld", directory, i);
		check(unlink(path) == 0, path);
	}
}

static void *
idle(void *arg)
{
	return arg;
}

static void
threads(long count)
{
	pthread_t t[THREADS];

	for (long done = 0; done < count; done += THREADS) {
		for (int i = 0; i < THREADS; i++)
			check(pthread_create(&t[i], NULL, idle, NULL) == 0,
			    "pthread_create");
		for (int i = 0; i < THREADS; i++)
			pthread_join(t[i], NULL);
	}
}

static void
reap(pid_t pid)
{
	int status;

	check(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0,
	    "child");
}

static void
processes(long count)
{
	for (long i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		reap(pid);
	}
}

static void
programs(long count)
{
	char *argv[] = { (char *)(size_t) "ops", (char *)(size_t) "nothing",
		NULL };

	for (long i = 0; i < count; i++) {
		pid_t pid;

		check(posix_spawn(&pid, self, NULL, NULL, argv, environ) == 0,
		    "posix_spawn");
		reap(pid);
	}
}

static void
mallocs(long count)
{
	void *volatile p;

	for (long i = 0; i < count; i++) {
		p = malloc(1 + (size_t)i % 1000);
		free(p);
	}
}

static const struct {
	const char *name;
	void (*run)(long count);
} operations[] = {
	{ "opens", opens },
	{ "files", files },
	{ "threads", threads },
	{ "processes", processes },
	{ "programs", programs },
	{ "mallocs", mallocs },
};

int
main(int argc, char **argv)
{
	struct timespec a, b;

	if (argc == 2)
		return 0;
	if (argc < 4) {
		fprintf(stderr, "usage: ops NAME COUNT DIR\n");
		return 100;
	}
	long count = atol(argv[2]);
	directory = argv[3];
	self = argv[0];
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		if (strcmp(operations[i].name, argv[1]) != 0)
			continue;
		clock_gettime(CLOCK_MONOTONIC, &a);
		operations[i].run(count);
		clock_gettime(CLOCK_MONOTONIC, &b);
		double us = (double)(b.tv_sec - a.tv_sec) * 1e6 +
		    (double)(b.tv_nsec - a.tv_nsec) / 1e3;
		printf("%.3f\n", us / (double)count);
		return 0;
	}
	fprintf(stderr, "ops: no operation %s\n", argv[1]);
	return 100;
}
