#!/bin/bash
# Real programs with checks of their own: rows 24, 28 to 33 of the matrix.
# Missing Debian packages are installed; NO_INSTALL=1 leaves them out, and the
# tests that need them are skipped, as are those for Go and Java, which are too
# large to install for this.
. "$(dirname "$0")/lib.sh"
needs_root
TIMEOUT=${TIMEOUT:-120}
PACKAGES="python3 perl nodejs git gcc libc6-dev make redis-server nginx-light
wrk curl iproute2 procps postgresql gunicorn apt dpkg-dev"
# Semaphores and shared memory that end with their namespace
PRIVATE='mount -t tmpfs none /dev/shm && exec "$@"'

# Server packages must not start their servers.
install_packages()
{
	local policy=/usr/sbin/policy-rc.d ours=
	if ! [ -e "$policy" ]; then
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
		ours=1
	fi
	# shellcheck disable=SC2086 # a list of words
	"$TOP/test/setup" $PACKAGES >"$T/setup.log" 2>&1 ||
		sed 's/^/# /' "$T/setup.log"
	[ -z "$ours" ] || rm -f "$policy"
}

build_go()
{
	[ ! -e "$T/gowork" ] || return 0
	HOME=$T CGO_ENABLED=0 GOFLAGS=-mod=mod GO111MODULE=off \
		GOCACHE=$T/gocache go build -o "$T/gowork" \
		"$E2E/real/work.go" 2>&1 | sed 's/^/# /'
}

languages()
{
	local r=$E2E/real
	same "bash" bash "$r/bash.sh"
	have "python3" python3 && same "python3" unshare --mount sh -c \
		"$PRIVATE" sh {} python3 "$r/python.py"
	have "perl" perl && same "perl" perl "$r/perl.pl"
	have "node" node && same "node" node "$r/node.js"
	have "git" git && same "git" bash "$r/git.sh"
	have "C compile with make -j" gcc make &&
		same "C compile with make -j" bash "$r/build.sh"
	if have "java" java javac; then
		mkdir -p "$T/java"
		[ -e "$T/java/Work.class" ] ||
			javac -J-XX:-UsePerfData -d "$T/java" "$r/Work.java"
		same "java" java -XX:-UsePerfData \
			-Djava.io.tmpdir="$T/tmp" -cp "$T/java" Work
	fi
	if have "go" go; then
		build_go
		same "go" "$T/gowork"
	fi
	if [ -x "$P/exits-musl" ]; then
		same "musl program" "$P/exits-musl" all
	else
		skip "musl program" "musl-gcc is not installed"
	fi
}

servers()
{
	local r=$E2E/real
	have "redis under redis-benchmark" redis-benchmark &&
		same "redis under redis-benchmark" bash "$r/redis.sh" {}
	have "nginx under wrk" nginx wrk curl ip pgrep &&
		same "nginx under wrk" unshare --net bash "$r/nginx.sh" {}
	have "gunicorn" gunicorn curl ip &&
		same "gunicorn" unshare --net bash "$r/gunicorn.sh" {}
	have "PostgreSQL under pgbench" psql &&
		same "PostgreSQL under pgbench" unshare --mount --ipc sh -c \
			"$PRIVATE" sh bash "$r/postgres.sh" {}
	have "apt-get" apt-get dpkg-scanpackages &&
		same "apt-get" bash "$r/apt.sh" {}
}

[ -n "${NO_INSTALL:-}" ] || install_packages
for_engines languages servers
finish
