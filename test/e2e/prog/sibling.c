/*
 * A sibling thread rewrites the path while open runs: both names exist, so
 * every open succeeds, and each is one of the two files. "sibling NAME" uses
 * NAME-a and NAME-b, and tells how often it got the second.
 */
#include "util.h"
#include <pthread.h>
#include <sys/stat.h>

static char path[64] = "file-a";
static size_t last = 5;
static volatile int stop;

static void *
flip(void *unused)
{
	(void)unused;
	while (!stop)
		path[last] ^= 'a' ^ 'b';
	return NULL;
}

int
main(int argc, char **argv)
{
	int i, fd, bad = 0, second = 0;
	pthread_t t;
	char c;

	if (argc > 1) {
		snprintf(path, sizeof(path), "%.50s-a", argv[1]);
		last = strlen(path) - 1;
	}
	for (i = 'a'; i <= 'b'; i++) {
		path[last] = (char)i;
		fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
		c = (char)i;
		if (write(fd, &c, 1) != 1)
			fail("write");
		close(fd);
	}
	pthread_create(&t, NULL, flip, NULL);
	for (i = 0; i < 2000; i++) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		bad += fd < 0 || read(fd, &c, 1) != 1 || c < 'a' || c > 'b';
		second += c == 'b';
		close(fd);
	}
	stop = 1;
	pthread_join(t, NULL);
	say("bad %d\n", bad);
	if (argc > 1)
		say("second %d\n", second + 1); /* and once created */
	return 0;
}
