/*
 * Which container: every source alone, what wins over what, and the small HTTP
 * client against a server on loopback.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "pipe/identity.h"
#include "pipe/identity_http.h"

#define HEX64                              \
	"3ad7b26ded6d8e7b23da7d48fe889434" \
	"573036c27ae5a74837233de441c3601e"

static struct arena arena;
static struct container got;
static unsigned warnings;
static char last_warning[1024];

static void
put_log(void *ctx, enum log_level level, struct str line)
{
	(void)ctx;
	if (level == LOG_WARNING)
		warnings++;
	snprintf(last_warning, sizeof(last_warning), "%.*s", STR_ARG(line));
}

static const struct log test_log = { LOG_DEBUG, put_log, NULL };

static int
setup(void **state)
{
	(void)state;
	warnings = 0;
	arena_init(&arena, 4 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

static void
decide(const struct identity_facts *f)
{
	assert_int_equal(identity_decide(&arena, f, &test_log, &got), 0);
}

static void
is(struct str s, const char *want)
{
	const struct str w = { want, strlen(want) };

	if (!str_eq(s, w))
		print_error("'%.*s', want '%s'\n", STR_ARG(s), want);
	assert_true(str_eq(s, w));
}

static void
test_host(void **state)
{
	struct identity_facts f = { .cgroup = STR("0::/init.scope\n"),
		.hostname = STR("box") };

	(void)state;
	decide(&f);
	is(got.id, "host");
	is(got.name, "host");
	is(got.type, "host");
	is(got.image, "");
	assert_int_equal(got.privileged, -1);
	assert_int_equal(got.start_ns, 0);
	assert_int_equal(warnings, 0);
	/* Said so, it is the host whatever else speaks against it. */
	f = (struct identity_facts){ .words = STR(" host "),
		.cgroup = STR("0::/docker/" HEX64),
		.marker = true };
	decide(&f);
	is(got.id, "host");
}

static void
test_words(void **state)
{
	struct identity_facts f = {
		.words =
		    STR("id=" HEX64 ",name=web, image=r:5000/a/b:1@sha256:x,"
			"privileged=true,label.team=shop,"
			"mount=/srv:/data:ro,mount=/proc:/host/proc,"
			"type=docker,ip=10.0.0.3,image_id=abc"),
		.start_ns = 77,
	};

	(void)state;
	decide(&f);
	is(got.id, "3ad7b26ded6d");
	is(got.full_id, HEX64);
	is(got.name, "web");
	is(got.image, "r:5000/a/b:1@sha256:x");
	is(got.repository, "r:5000/a/b");
	is(got.tag, "1");
	is(got.digest, "sha256:x");
	is(got.type, "docker");
	is(got.ip, "10.0.0.3");
	is(got.image_id, "abc");
	assert_int_equal(got.privileged, 1);
	assert_int_equal(got.n_labels, 1);
	is(got.labels[0].key, "team");
	is(got.labels[0].value, "shop");
	assert_int_equal(got.n_mounts, 2);
	is(got.mounts[0].source, "/srv");
	is(got.mounts[0].dest, "/data");
	is(got.mounts[0].mode, "ro");
	is(got.mounts[0].rdwr, "false");
	is(got.mounts[1].rdwr, "true");
	assert_int_equal(got.start_ns, 77);
	assert_int_equal(warnings, 0);
}

static void
check_bad_words(const char *words, const char *message)
{
	struct container c = { .privileged = -1 };
	struct diag d = { 0 };

	assert_int_equal(identity_parse_words(&arena, str_from(words), &c, &d),
	    ERR_INVAL);
	assert_non_null(strstr(d.what, message));
}

static void
test_bad_words(void **state)
{
	struct identity_facts f = { .words = STR("id=abc,nam=web"),
		.marker = true };
	struct container c = { .privileged = -1 };
	struct diag d = { 0 };

	(void)state;
	check_bad_words("web", "not KEY=VALUE");
	check_bad_words("=x", "not KEY=VALUE");
	check_bad_words("label.=x", "nothing that a container has");
	check_bad_words("privileged=maybe", "true or false");
	check_bad_words("mount=/srv", "SOURCE:DEST");
	identity_parse_words(&arena, STR("nam=web"), &c, &d);
	assert_non_null(strstr(d.hint, "name"));
	/* A mistake costs a warning, not the start. */
	decide(&f);
	assert_int_equal(warnings, 1);
	assert_non_null(strstr(last_warning, "'nam'"));
	is(got.id, "abc");
}

static const char metadata[] =
    "{\"DockerId\": \"cd189a933e5849daa93386466019ab50-2495160603\","
    "\"Name\": \"curl\", \"DockerName\": \"curl\","
    "\"Image\": \"111122223333.dkr.ecr.us-west-2.amazonaws.com/curl:7\","
    "\"ImageID\": \"sha256:25f3695bedfb454a50f12d127839a68ad3caf91e451c1d\","
    "\"Labels\": {\"com.amazonaws.ecs.cluster\": \"default\", \"a\": \"b\"},"
    "\"DesiredStatus\": \"RUNNING\", \"Limits\": {\"CPU\": 10},"
    "\"Networks\": [{\"NetworkMode\": \"awsvpc\","
    "\"IPv4Addresses\": [\"192.0.2.3\"]}]}";

static void
test_metadata(void **state)
{
	struct identity_facts f = { .metadata = str_from(metadata),
		.ecs = true,
		.fargate = true,
		.hostname = STR("ip-192-0-2-3") };

	(void)state;
	decide(&f);
	is(got.id, "cd189a933e58");
	is(got.full_id, "cd189a933e5849daa93386466019ab50-2495160603");
	is(got.name, "curl");
	is(got.repository, "111122223333.dkr.ecr.us-west-2.amazonaws.com/curl");
	is(got.tag, "7");
	is(got.image_id, "25f3695bedfb");
	is(got.type, "ecs");
	is(got.ip, "192.0.2.3");
	assert_int_equal(got.n_labels, 2);
	is(got.labels[1].key, "a");
	assert_int_equal(got.privileged, 0);
	/* What a person says wins, the rest stays. */
	f.words = STR("name=mine");
	decide(&f);
	is(got.name, "mine");
	is(got.id, "cd189a933e58");
}

static void
test_bad_metadata(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "{}", "null",
		"{\"DockerId\": 5}", "{\"DockerId\": {}}", "\"x\"",
		"{\"DockerId\": \"a\", \"Labels\": 3, \"Networks\": {}}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct identity_facts f = { .metadata = str_from(bad[i]),
			.ecs = true,
			.hostname = STR("3ad7b26ded6d") };

		decide(&f);
		assert_true(got.id.n > 0);
		assert_false(str_eq(got.id, STR("host")));
	}
	assert_true(warnings > 0);
}

static void
test_system(void **state)
{
	struct identity_facts f = {
		.cgroup = STR("1:cpu:/docker/" HEX64 "\n"),
		.hostname = STR("web-1"),
		.start_ns = 5,
	};

	(void)state;
	decide(&f);
	is(got.id, "3ad7b26ded6d");
	is(got.type, "docker");
	assert_int_equal(got.privileged, -1);
	assert_int_equal(got.start_ns, 5);
	f = (struct identity_facts){ .cgroup = STR("0::/\n"),
		.mounts = STR("5 1 8:1 /x/docker/containers/" HEX64 "/hostname "
			      "/etc/hostname rw - ext4 /dev/a rw\n") };
	decide(&f);
	is(got.id, "3ad7b26ded6d");
	/* Only a mark: the host's name stands in for the id. */
	f = (struct identity_facts){ .marker = true,
		.hostname = STR("0123456789abcdef") };
	decide(&f);
	is(got.id, "0123456789ab");
	is(got.type, "container");
	f = (struct identity_facts){ .kubernetes = true };
	decide(&f);
	is(got.id, "container");
	is(got.type, "kubernetes");
	f = (struct identity_facts){ .marker = true, .hostname = STR("host") };
	decide(&f);
	is(got.id, "container");
}

static void
test_settings(void **state)
{
	struct settings_pair label = { STR("k"), STR("v") };
	struct settings_mount mount = { STR("/s"), STR("/d"), STR("ro"),
		STR("false"), STR("rprivate") };
	struct settings_container s = { .id = STR("3ad7b26ded6d"),
		.image = STR("a/b:c"),
		.privileged = 0,
		.labels = &label,
		.n_labels = 1,
		.mounts = &mount,
		.n_mounts = 1 };
	struct settings_container none = { .privileged = -1 };
	struct identity_facts f = { .settings = &s, .words = STR("image=x/y") };

	(void)state;
	decide(&f);
	is(got.id, "3ad7b26ded6d");
	is(got.image, "x/y");
	is(got.repository, "x/y");
	is(got.tag, "");
	assert_int_equal(got.privileged, 0);
	assert_int_equal(got.n_labels, 1);
	assert_int_equal(got.n_mounts, 1);
	is(got.mounts[0].propagation, "rprivate");
	f = (struct identity_facts){ .settings = &none };
	decide(&f);
	is(got.id, "host");
}

/* --- HTTP ---------------------------------------------------------------- */

static void
test_url(void **state)
{
	static const char *const bad[] = { "", "http://", "https://1.2.3.4/",
		"http://name/", "http://1.2.3/", "http://1.2.3.4.5/",
		"http://1.2.3.256/", "http://1.2.3.4:0/", "http://1.2.3.4:x/",
		"http://1.2.3.4/a b", "http://1.2.3.4/a\r\nX: y",
		"http://[::1/", "http://[1::2::3]/", "http://[1:2]/",
		"http://[g::]/", "http://[1:2:3:4:5:6:7:8:9]/",
		"http://[::1]x/" };
	struct http_url u;
	static const uint8_t loopback[16] = { [15] = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(http_parse_url(str_from(bad[i]), &u));
	assert_true(http_parse_url(STR("http://169.254.170.2/v4/abc-1"), &u));
	assert_int_equal(u.port, 80);
	assert_int_equal(u.address[0], 169);
	assert_int_equal(u.address[3], 2);
	is(u.path, "/v4/abc-1");
	is(u.host, "169.254.170.2");
	assert_true(http_parse_url(STR("http://127.0.0.1:8080"), &u));
	assert_int_equal(u.port, 8080);
	is(u.path, "/");
	assert_true(http_parse_url(STR("http://[::1]:81/x"), &u));
	assert_int_equal(u.family, 6);
	assert_memory_equal(u.address, loopback, 16);
	assert_int_equal(u.port, 81);
	assert_true(http_parse_url(STR("http://[fd00:ec2::254]/"), &u));
	assert_int_equal(u.address[0], 0xfd);
	assert_int_equal(u.address[2], 0x0e);
	assert_int_equal(u.address[15], 0x54);
}

static void
check_response(const char *text, int want_status, const char *want_body)
{
	char room[512];
	struct str body;
	int status = 0;
	bool ok;

	snprintf(room, sizeof(room), "%s", text);
	ok = http_parse_response(room, strlen(room), &status, &body);
	assert_int_equal(ok, want_body != NULL);
	if (!ok)
		return;
	assert_int_equal(status, want_status);
	is(body, want_body);
}

static void
test_response(void **state)
{
	(void)state;
	check_response("HTTP/1.1 200 OK\r\n\r\nbody", 200, "body");
	check_response("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nbody", 200,
	    "bo");
	check_response("HTTP/1.0 404 No\r\ncontent-length:0\r\n\r\n", 404, "");
	check_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		       "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
	    200, "abc0123456789");
	check_response("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody", 0,
	    NULL);
	check_response("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nbody", 0,
	    NULL);
	check_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx", 0,
	    NULL);
	check_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		       "5\r\nabc\r\n0\r\n\r\n",
	    0, NULL);
	check_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		       "ffffffffffffffff\r\nabc\r\n0\r\n\r\n",
	    0, NULL);
	check_response("HTTP/1.1 20x OK\r\n\r\nbody", 0, NULL);
	check_response("HTTP/1.1 200 OK\r\n", 0, NULL);
	check_response("SSH-2.0-x\r\n\r\n", 0, NULL);
	check_response("", 0, NULL);
}

struct server {
	pid_t pid;
	uint16_t port;
};

/* Answers one connection with text; with silent it never does. */
static struct server
serve(const char *text, bool silent)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);
	struct server s;
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(sock, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(sock, 4), 0);
	assert_int_equal(getsockname(sock, (struct sockaddr *)&a, &n), 0);
	s.port = ntohs(a.sin_port);
	s.pid = fork();
	assert_true(s.pid >= 0);
	if (s.pid == 0) {
		char request[2048];
		int c;

		alarm(20); /* never outlives the test */
		c = accept(sock, NULL, NULL);
		if (read(c, request, sizeof(request)) <= 0)
			_exit(1);
		if (silent)
			pause();
		if (write(c, text, strlen(text)) < 0)
			_exit(1);
		_exit(0);
	}
	close(sock);
	return s;
}

static void
stop(struct server s)
{
	kill(s.pid, SIGKILL);
	waitpid(s.pid, NULL, 0);
}

static int
get(uint16_t port, int timeout_ms, struct str *body)
{
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v4/x", port);
	return http_get(&arena, str_from(url), timeout_ms, body);
}

static void
test_get(void **state)
{
	struct server s;
	struct str body;
	int r;

	(void)state;
	s = serve("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false);
	r = get(s.port, 5000, &body);
	stop(s);
	assert_int_equal(r, 0);
	is(body, "hello");
	s = serve("HTTP/1.1 404 Not Found\r\n\r\n", false);
	r = get(s.port, 5000, &body);
	stop(s);
	assert_int_equal(r, ERR_NOENT);
	s = serve("nonsense", false);
	r = get(s.port, 5000, &body);
	stop(s);
	assert_int_equal(r, ERR_SYNTAX);
	s = serve("", true);
	r = get(s.port, 100, &body);
	stop(s);
	assert_int_equal(r, ERR_AGAIN);
	assert_int_not_equal(get(s.port, 500, &body), 0); /* nobody there */
	assert_int_equal(http_get(&arena, STR("ftp://1.2.3.4/"), 10, &body),
	    ERR_INVAL);
}

static void
test_find(void **state)
{
	char answer[2048], url[64];
	struct server s;
	int r;

	(void)state;
	snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\n\r\n%s", metadata);
	s = serve(answer, false);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v4/x", s.port);
	r = identity_find(&arena, "name=mine", NULL, url, &test_log, &got);
	stop(s);
	assert_int_equal(r, 0);
	is(got.id, "cd189a933e58");
	is(got.name, "mine");
	assert_true(got.start_ns > 0);
	assert_int_equal(warnings, 0);
	/* A silent endpoint costs its limit and a warning. */
	s = serve("", true);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v4/x", s.port);
	r = identity_find(&arena, "id=abc", NULL, url, &test_log, &got);
	stop(s);
	assert_int_equal(r, 0);
	is(got.id, "abc");
	assert_int_equal(warnings, 1);
	assert_int_equal(
	    identity_find(&arena, "host", NULL, url, &test_log, &got), 0);
	is(got.id, "host");
}

int
main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		ONE(test_host),
		ONE(test_words),
		ONE(test_bad_words),
		ONE(test_metadata),
		ONE(test_bad_metadata),
		ONE(test_system),
		ONE(test_settings),
		ONE(test_url),
		ONE(test_response),
		ONE(test_get),
		ONE(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
