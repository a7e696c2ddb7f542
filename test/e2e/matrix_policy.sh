#!/bin/bash
# When tracing is impossible or disturbed: rows 20, 25, 42, 44, 45, 47 and 48
# of the matrix, nested tracers, and attacks on the agent.
RULES=$(dirname "$0")/rules/marker.yaml
. "$(dirname "$0")/lib.sh"
needs_agent
needs_root

# equals NAME TEXT: what the last run printed on standard output
equals()
{
	chosen "$1" || return 0
	if [ "$(cat "$T/run/stdout")" = "$2" ]; then
		pass "$1"
	else
		printf 'expected:\n%s\ngot:\n' "$2" |
			cat - "$T/run/stdout" "$T/run/stderr" | flunk "$1"
	fi
}

# Nobody can have two tracers: PTRACE_TRACEME fails inside, and nothing hangs.
nested()
{
	expect "tracer inside" "exit 0" "$P/misc" traceme
	equals "tracer inside: refused" 'TRACEME: EPERM
TRACEME: exit 0
SEIZE: EPERM
seized: signal 9 core=0'
	have "strace inside" strace && {
		expect "strace inside" "exit 1" \
			sh -c 'strace -o log true; exit $?'
		contains "strace inside: says why" "$T/run/stderr" \
			'Operation not permitted'
	}
	have "gdb inside" gdb &&
		expect "gdb inside" "exit 8" sh -c \
			'gdb -batch -nx -ex run true; exit 8'
}

twice()
{
	local inner
	inner="$SL instrument --engine $ENGINE --log error --output inner"
	# shellcheck disable=SC2086 # a list of words
	{
	expect "instrumented twice" "exit 0" $inner -- "$P/exits" all
	run_instrumented "$T/run" $inner -- "$P/exits" all
	cp "$T/run/stdout" "$T/twice"
	run_bare "$T/run" "$P/exits" all
	}
	if cmp "$T/twice" "$T/run/stdout" >"$T/diff" 2>&1; then
		pass "instrumented twice: works as once"
	else
		flunk "instrumented twice: works as once" <"$T/diff"
	fi
	# shellcheck disable=SC2086 # a list of words
	expect "instrumented twice, security inside" "exit 125" \
		$inner --priority security -- touch out
}

# impossible NAME PREFIX...: the command runs untraced, with a word about it;
# with priority security it does not run
impossible()
{
	local name=$1
	shift
	LOGLEVEL=info
	expect "$name: runs untraced" "exit 9" "$@" {} sh -c 'exit 9'
	contains "$name: says so" "$T/run/stderr" \
		'[Nn]ot traced|untraced|without (being )?trac'
	SLOPTS="--priority security"
	expect "$name: refused by security" "exit 125" "$@" {} touch out
	SLOPTS=
	LOGLEVEL=error
	if [ -e "$T/run/cwd/out" ]; then
		flunk "$name: not started by security" </dev/null
	else
		pass "$name: not started by security"
	fi
}

no_ptrace()
{
	impossible "ptrace refused" "$P/refuse" ptrace --
	impossible "ptrace and seccomp refused" "$P/refuse" ptrace seccomp --
	if [ "$ENGINE" = ptrace ]; then
		impossible "seccomp refused" "$P/refuse" seccomp --
		ENGINE=auto
		expect "seccomp refused, engine auto" "exit 0" \
			"$P/refuse" seccomp -- {} cat /etc/hostname
		contains "seccomp refused, engine auto: syscall mode" \
			"$T/run.log" '"engine":"syscall".*"stops":[1-9]'
		ENGINE=ptrace
	fi
}

# Without CAP_SYS_ADMIN a filter needs no_new_privs, which disarms setuid
# programs; syscall mode does not need it.
setuid()
{
	local caps='--bounding-set=-all,+setuid,+setgid,+sys_ptrace,+chown'
	local nobody='--reuid=65534 --regid=65534 --clear-groups'
	# shellcheck disable=SC2086 # lists of words
	expect "setuid program without CAP_SYS_ADMIN" "exit 0" \
		setpriv $caps {} setpriv $nobody "$T/setuid/misc" getids
	if [ "$ENGINE" = syscall ]; then
		equals "setuid program works" \
			'uid 65534 0 0 gid 65534 65534 65534'
	else
		equals "setuid program is disarmed, as documented" \
			'uid 65534 65534 65534 gid 65534 65534 65534'
	fi
}

escapes()
{
	SLOPTS="--priority security"
	expect "io_uring refused by security" "exit 0" "$P/misc" iouring
	equals "io_uring refused by security: ENOSYS" 'io_uring_setup: ENOSYS
io_uring_setup null: ENOSYS'
	SLOPTS=
}

# start COMMAND...: instrumented, in the background; waits for the file
# "ready" in its directory. Sets $tracer and $shipper.
start()
{
	local prefix
	prefix=("$SL" instrument --engine "$ENGINE" --stats --log error
		--output "$T/bg.log" --rules "$T/rules.yaml")
	# shellcheck disable=SC2206 # a list of words
	prefix+=($SLOPTS --)
	rm -rf "$T/bg"
	mkdir -p "$T/bg/cwd"
	: >"$T/bg.log"
	"$P/runner" -t 60 -o "$T/bg/stdout" -e "$T/bg/stderr" \
		-r "$T/bg/ending" -d "$T/bg/cwd" "${prefix[@]}" "$@" &
	runner_pid=$!
	until [ -s "$T/bg/cwd/ready" ] || ! kill -0 "$runner_pid" 2>/dev/null
	do
		sleep 0.02
	done
	workload=$(cat "$T/bg/cwd/ready")
	tracer=$(awk '/^TracerPid/ { print $2 }' "/proc/$workload/status")
	shipper=
	until [ -n "$shipper" ] || ! [ -e "/proc/$tracer" ]; do
		shipper=$(cat "/proc/$tracer/task/$tracer/children")
	done
}

# ends NAME ENDING: after the workload may go on
ends()
{
	: >"$T/bg/cwd/go"
	wait "$runner_pid"
	runner_pid=
	if [ "$(cat "$T/bg/ending")" = "$2" ]; then
		pass "$1"
	else
		cat "$T/bg/ending" "$T/bg/stderr" "$T/bg.log" | flunk "$1"
	fi
}

WAITING='echo $$ >r; mv r ready; until [ -e go ]; do sleep 0.02; done
cat e2e-marker-late 2>/dev/null; (exit 3); echo "child $?"; exit 12'

disturbed()
{
	local i now sig
	chosen "the agent is disturbed" || return 0
	start sh -c "$WAITING"
	kill -KILL "$tracer"
	ends "tracer killed: so is the workload" "signal 9 core=0"
	if [ "$ENGINE" = syscall ]; then
		SLOPTS="--on-tracer-death continue"
		start sh -c "$WAITING"
		kill -KILL "$tracer"
		ends "tracer killed: the workload runs on" "exit 12"
		SLOPTS=
	fi
	start sh -c "$WAITING"
	# shellcheck disable=SC2086 # one or more ids
	kill -KILL $shipper
	for ((i = 0; i < 500; i++)); do
		now=$(cat "/proc/$tracer/task/$tracer/children")
		[ -z "$now" ] || [ "$now" = "$shipper" ] || break
		sleep 0.02
	done
	ends "shipper killed" "exit 12"
	contains "shipper killed: alerts still come" "$T/bg.log" \
		'MARK open name=.*/e2e-marker-late' '"shipper_restarts":[1-9]'
	start sh -c "$WAITING"
	kill -STOP "$tracer"
	kill -CONT "$tracer"
	ends "tracer stopped for a moment" "exit 12"
	start sh -c "$WAITING"
	for sig in HUP INT QUIT TERM USR1 USR2 PIPE ALRM TSTP TTIN; do
		# shellcheck disable=SC2086 # one or more ids
		kill -$sig "$tracer" $shipper
	done
	ends "signals to the agent" "exit 12"
	contains "signals to the agent: alerts still come" "$T/bg.log" \
		'MARK open name=.*/e2e-marker-late'
}

# From inside: each attempt fails, and what follows is still seen.
attacks()
{
	expect "attack on the agent" "exit 13" sh -c '
		tracer=$(sed -n "s/^TracerPid:[^0-9]*//p" /proc/self/status)
		kill -9 "$tracer" 2>&1 | grep -o "not permitted"
		kill -STOP "$tracer" 2>&1 | grep -o "not permitted"
		strace -p "$tracer" 2>&1 | grep -o "not permitted" | head -1
		cat e2e-marker-after 2>/dev/null; exit 13'
	contains "attack on the agent: denied" "$T/run/stdout" 'not permitted'
	contains "attack on the agent: alerts still come" "$T/run.log" \
		'MARK open name=.*/e2e-marker-after'
	expect "signals to the group" "exit 14" sh -c '
		trap "" TERM INT HUP; kill -TERM 0; kill -INT 0; kill -HUP 0
		cat e2e-marker-after 2>/dev/null; exit 14'
	contains "signals to the group: alerts still come" "$T/run.log" \
		'MARK open name=.*/e2e-marker-after'
}

# Alerts that are raised just before the end must not be lost.
endings()
{
	local i lost=0
	for ((i = 0; i < 20; i++)); do
		run_instrumented "$T/run" unshare --pid --fork \
			--mount-proc {} sh -c ': >e2e-marker-last; kill -9 $$'
		grep -q 'MARK open name=.*/e2e-marker-last' "$T/run.log" ||
			lost=$((lost + 1))
	done
	if [ "$lost" -eq 0 ]; then
		pass "alert just before the end of PID 1"
	else
		echo "lost $lost of 20" | flunk "alert just before the end of PID 1"
	fi
	expect "alert just before SIGKILL" "signal 9 core=0" \
		sh -c ': >e2e-marker-last; kill -9 $$'
	contains "alert just before SIGKILL: seen" "$T/run.log" \
		'MARK open name=.*/e2e-marker-last'
}

# Where alerts cannot be written, the workload does not notice.
outputs()
{
	SLOPTS="--output /dev/full --events"
	expect "full output" "exit 15" sh -c 'cat /etc/passwd >/dev/null
		exit 15'
	SLOPTS="--events"
	expect "nobody reads the output" "exit 16" bash -c '
		mkfifo f; exec 9<>f
		for ((i = 0; i < 20000; i++)); do echo xxxx; done >&9 &
		sleep 0.2; kill $!
		"$@" --output - -- sh -c "for i in 1 2 3 4 5 6 7 8; do
			find /etc -maxdepth 1 >/dev/null 2>&1; done
			: >done" >&9
		[ -e done ] && exit 16' sh \
		"$SL" instrument --engine "$ENGINE" --log error
	SLOPTS="--output /nonexistent/file"
	expect "output that cannot be opened" "exit 17" sh -c 'exit 17'
	SLOPTS=
}

mkdir "$T/setuid"
cp "$P/misc" "$T/setuid"
chmod 4755 "$T/setuid/misc"
for_engines nested twice no_ptrace setuid escapes disturbed attacks endings \
	outputs
finish
