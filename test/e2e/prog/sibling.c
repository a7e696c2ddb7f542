/*
 * A sibling thread rewrites the path while open runs: both names exist, so
 * every open succeeds, and each is one of the two files.
 */
#include "util.h"
#include <pthread.h>
#include <sys/stat.h>

static char path[8] = "file-a";
static volatile int stop;

static void *
flip(void *unused)
{
	(void)unused;
	while (!stop)
		path[5] ^= 'a' ^ 'b';
	return NULL;
}

int
main(void)
{
	int i, fd, bad = 0;
	pthread_t t;
	char c;

	for (i = 'a'; i <= 'b'; i++) {
		path[5] = (char)i;
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
		close(fd);
	}
	stop = 1;
	pthread_join(t, NULL);
	say("bad %d\n", bad);
	return 0;
}
