/*
 * Image references and control group paths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "state/container.h"

#define HEX64                              \
	"3ad7b26ded6d8e7b23da7d48fe889434" \
	"573036c27ae5a74837233de441c3601e"

static void
check_image(const char *text, const char *repository, const char *tag,
    const char *digest)
{
	struct image_reference r;

	container_parse_image(str_from(text), &r);
	assert_true(str_eq(r.repository, str_from(repository)));
	assert_true(str_eq(r.tag, str_from(tag)));
	assert_true(str_eq(r.digest, str_from(digest)));
}

static void
test_image(void **state)
{
	(void)state;
	check_image("nginx", "nginx", "", "");
	check_image("nginx:1.25", "nginx", "1.25", "");
	check_image("localhost:5000/a/b", "localhost:5000/a/b", "", "");
	check_image("localhost:5000/a/b:v1", "localhost:5000/a/b", "v1", "");
	check_image("r.io/a@sha256:abc", "r.io/a", "", "sha256:abc");
	check_image("r.io:1/a:2@sha256:abc\n", "r.io:1/a", "2", "sha256:abc");
	check_image("", "", "", "");
}

static void
check_cgroup(const char *text, const char *want_id, const char *want_type)
{
	struct str id, type;
	bool found = container_parse_cgroup(str_from(text), &id, &type);

	assert_int_equal(found, want_id != NULL);
	if (!found)
		return;
	assert_true(str_eq(id, str_from(want_id)));
	assert_true(str_eq(type, str_from(want_type)));
}

static void
test_cgroup(void **state)
{
	(void)state;
	check_cgroup("12:cpu:/docker/" HEX64 "\n11:mem:/x\n", HEX64, "docker");
	check_cgroup("0::/system.slice/docker-" HEX64 ".scope\n", HEX64,
	    "docker");
	check_cgroup("1:name=systemd:/ecs/0aa58dd4bd65459e9fa2e8d8f8e5a5b1/"
		     "0aa58dd4bd65459e9fa2e8d8f8e5a5b1-3045329272\n",
	    "0aa58dd4bd65459e9fa2e8d8f8e5a5b1-3045329272", "ecs");
	check_cgroup("0::/machine.slice/libpod-" HEX64 ".scope/container",
	    HEX64, "podman");
	check_cgroup("0::/kubepods.slice/crio-" HEX64 ".scope", HEX64, "cri-o");
	check_cgroup("0::/kubepods.slice/cri-containerd-" HEX64 ".scope", HEX64,
	    "containerd");
	check_cgroup("0::/kubepods/pod1/" HEX64, HEX64, "container");
	check_cgroup("0::/\n", NULL, NULL);
	check_cgroup("", NULL, NULL);
	check_cgroup("0::/user.slice/user-1000.slice/session-3.scope\n", NULL,
	    NULL);
	/* One digit more or less is no id. */
	check_cgroup("0::/docker/a" HEX64, NULL, NULL);
	check_cgroup("0::/docker/3ad7b26ded6d", NULL, NULL);
	check_cgroup("0::/x/0aa58dd4bd65459e9fa2e8d8f8e5a5b1-", NULL, NULL);
}

static void
test_mountinfo(void **state)
{
	struct str id, type;

	(void)state;
	assert_true(container_parse_mountinfo(
	    STR("1 2 0:3 / /proc rw - proc proc rw\n"
		"5 1 8:1 /var/lib/docker/containers/" HEX64 "/hostname "
		"/etc/hostname rw - ext4 /dev/sda1 rw\n"),
	    &id, &type));
	assert_true(str_eq(id, STR(HEX64)));
	assert_true(str_eq(type, STR("docker")));
	/* An image layer's digest on another mount is not the container. */
	assert_false(container_parse_mountinfo(
	    STR("1 2 0:3 / / rw - overlay overlay rw,lowerdir=/var/lib/"
		"docker/overlay2/" HEX64 "/diff\n"),
	    &id, &type));
}

static void
test_short(void **state)
{
	(void)state;
	assert_true(
	    str_eq(container_short_id(STR(HEX64)), STR("3ad7b26ded6d")));
	assert_true(str_eq(container_short_id(STR("host")), STR("host")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_cgroup),
		cmocka_unit_test(test_mountinfo),
		cmocka_unit_test(test_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
