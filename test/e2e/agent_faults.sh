#!/bin/bash
# Faults around the agent that the workload must not notice: limits, outputs
# that do not take lines, a shipper that is killed, no /proc, odd rule files.
RULES=$(dirname "$0")/rules/marker.yaml
. "$(dirname "$0")/lib.sh"
needs_agent
needs_root
ENGINE=auto

suite_cleanup()
{
	exec 8>&- 9>&-
}

# agent_of PID: the agent beside that process
agent_of()
{
	local c
	for c in $(cat "/proc/$1/task/$1/children"); do
		if [ "$(cat "/proc/$c/comm" 2>/dev/null)" = sysdig-sl ]; then
			echo "$c"
		fi
	done
}

# start DIR COMMAND...: instrumented in the background, traced when it returns;
# sets $workload and $agent
start()
{
	local dir=$1 i
	shift
	mkdir -p "$dir"
	# shellcheck disable=SC2086 # a list of words
	"$SL" instrument --rules "$T/rules.yaml" --stats -o "$dir/log" \
		$SLOPTS -- sh -c 'echo $$ >'"$dir"'/pid; exec "$@"' sh "$@" &
	workload=$!
	for ((i = 0; i < 250; i++)); do
		[ -s "$dir/pid" ] && break
		sleep 0.02
	done
	agent=$(agent_of "$workload")
}

limits()
{
	local n
	for n in 4 5 6 8; do
		same -u -o "at most $n descriptors" \
			sh -c 'ulimit -n '"$n"'; exec "$@"' sh {} \
			sh -c 'echo alive; exit 9'
	done
	same -u -o "at most 6 MB of memory" \
		sh -c 'ulimit -v 6000; exec "$@"' sh {} \
		sh -c 'echo alive; exit 9'
	same -u -o "no more processes" \
		sh -c 'ulimit -u 1; exec "$@"' sh {} "$P/exits" 9
}

# The agent works for all processes together, so a limit for each is not its.
agent_is_apart()
{
	chosen "agent is apart" || return 0
	(
		cd "$T" || exit
		ulimit -S -t 100
		exec 7<"$T/rules.yaml"
		start "$T/apart" sleep 20
		grep -q 'CPU time *unlimited' "/proc/$agent/limits" ||
			grep CPU "/proc/$agent/limits"
		[ "$(readlink "/proc/$agent/cwd")" = / ] ||
			readlink "/proc/$agent/cwd"
		find "/proc/$agent/fd" -lname "$T/rules.yaml"
		kill "$workload"
		wait "$workload"
	) >"$T/found" 2>&1
	if [ -s "$T/found" ]; then
		flunk "agent is apart" <"$T/found"
	else
		pass "agent is apart"
	fi
}

# opens N: shell commands that open N marked files, one after the other
opens()
{
	echo "i=0; while [ \$i -lt $1 ]; do
		true 2>/dev/null <e2e-marker-\$i-; i=\$((i+1)); done"
}

# all_there FILE N: an alert for each of them
all_there()
{
	local i
	for ((i = 0; i < $2; i++)); do
		grep -q -a "e2e-marker-$i-" "$1" || echo "no alert for $i"
	done
}

shipper_is_killed()
{
	local s kills=0
	chosen "shipper is killed" || return 0
	start "$T/killed" sh -c "$(opens 300 | sed 's/;;*/; sleep 0.002;/')"
	while kill -0 "$workload" 2>/dev/null; do
		for s in $(cat "/proc/$agent/task/$agent/children" 2>/dev/null)
		do
			kill -KILL "$s" 2>/dev/null && kills=$((kills + 1))
		done
		sleep 0.03
	done
	wait "$workload"
	while [ -d "/proc/$agent" ] && ! grep -q "State:.*Z" \
		"/proc/$agent/status" 2>/dev/null; do
		sleep 0.02
	done
	{
		all_there "$T/killed/log" 300
		[ "$kills" -gt 3 ] || echo "only $kills kills"
	} >"$T/found"
	if [ -s "$T/found" ]; then
		flunk "shipper is killed" <"$T/found"
	else
		pass "shipper is killed"
	fi
}

outputs()
{
	local i
	SLOPTS='-o /dev/full' same -u -o "output is full" sh -c "$(opens 3)"
	"$SL" instrument --rules "$T/rules.yaml" -o /dev/full -- \
		sh -c "$(opens 3)" 2>"$T/full.log"
	for ((i = 0; i < 250; i++)); do
		[ -s "$T/full.log" ] && break
		sleep 0.02
	done
	contains "output is full: said" "$T/full.log" \
		'error: [0-9]+ lines could not be written'
	mkfifo "$T/unread"
	SLOPTS="-o $T/unread" same -u -o "output is a pipe without a reader" \
		sh -c 'echo alive; exit 9'
	same "reader goes away" \
		bash -c '"$@" yes | head -n 1; echo "${PIPESTATUS[0]}"' bash {}
}

# Somebody else may have made our standard error non-blocking.
nonblocking()
{
	chosen "non-blocking output" || return 0
	mkfifo "$T/pipe"
	exec 8<>"$T/pipe"
	(sleep 0.5; exec cat "$T/pipe") >"$T/pipe.out" 2>/dev/null 8>&- &
	local reader=$!
	python3 -c 'import os; os.set_blocking(8, False)'
	timeout 60 "$SL" instrument --rules "$T/rules.yaml" -o - -- \
		sh -c "$(opens 1000)" >&8 2>"$T/pipe.err"
	sleep 0.5
	exec 8>&-
	wait "$reader"
	all_there "$T/pipe.out" 1000 >"$T/found"
	if [ -s "$T/found" ]; then
		flunk "non-blocking output" <"$T/found"
	else
		pass "non-blocking output"
	fi
	rm "$T/pipe"
}

# A log that nobody reads does not hold up the start.
log_is_full()
{
	chosen "log is full" || return 0
	printf -- '- rule: bad\n  condition: evt.typo=1\n' >"$T/bad.yaml"
	mkfifo "$T/pipe"
	exec 9<>"$T/pipe"
	head -c 65536 /dev/zero >&9
	if timeout 20 "$SL" instrument --rules "$T/bad.yaml" -o "$T/bad.log" \
		-- touch "$T/started" 2>&9; then
		pass "log is full"
	else
		echo "status $?" | flunk "log is full"
	fi
	exec 9>&-
	rm "$T/pipe"
}

odd_rules()
{
	mkfifo "$T/rules.pipe"
	SLOPTS="--rules $T/rules.pipe" same -o "rules are a pipe" \
		sh -c 'echo alive; exit 9'
	rm "$T/rules.pipe"
}

without_proc()
{
	same -u -o "no /proc" unshare -m \
		sh -c 'umount -l /proc; exec "$@"' sh {} \
		sh -c 'cat e2e-marker; echo alive; exit 9'
	contains "no /proc: still alerts" "$T/run.log" 'MARK open .*e2e-marker'
	same -u -o "/proc of another namespace" unshare -p -f {} \
		sh -c 'cat e2e-marker; echo alive; exit 9'
	contains "/proc of another namespace: nothing wrong" "$T/run.log" \
		'MARK open .*e2e-marker proc=<NA>'
}

# A file server that is traced itself cannot answer while it is stopped.
file_server()
{
	local name="file server inside"
	have "$name" bindfs || return
	mkdir "$T/served" "$T/mount"
	cp /bin/cat "$T/served"
	echo served >"$T/served/e2e-marker"
	expect "$name" "exit 0" sh -c '
		bindfs -f "$0/served" "$0/mount" & server=$!
		until [ -e "$0/mount/cat" ]; do sleep 0.02; done
		"$0/mount/cat" "$0/mount/e2e-marker"
		kill $server; wait $server; :' "$T"
	contains "$name: answers" "$T/run/stdout" served
	contains "$name: alerts" "$T/run.log" \
		'MARK open name=.*/mount/e2e-marker .*exe=.*/mount/cat'
	umount -l "$T/mount" 2>/dev/null
}

# An agent that gave up leaves no trace beside the workload.
gives_up()
{
	same -u -o "no zombie when it gave up" "$P/refuse" ptrace -- {} \
		bash -c 'read -r c </proc/$$/task/$$/children; echo "[$c]"'
}

# The same numbers mean other processes in a PID namespace of its own.
attacks()
{
	same "kill in a namespace of its own" unshare -p -f --mount-proc {} \
		sh -c 'unshare -p -f --mount-proc sh -c "
			sleep 60 & kill -9 \$!; wait \$!; echo \$?"'
	same "kill -1 of one among many" unshare -p -f --mount-proc \
		sh -c '"$@"; echo $?' sh {} sh -c 'sleep 60 & sleep 61 &
			kill -9 -1; echo $?; wait; echo alone; exit 5'
	chosen "attack is reported" || return 0
	"$SL" instrument --rules "$T/rules.yaml" --format json \
		-o "$T/attack" -- sh -c '
		kill -9 "$(sed -n "s/^TracerPid:[^0-9]*//p" /proc/self/status)"
		exit 7' 2>/dev/null
	if [ $? -ne 7 ]; then
		echo "the agent was killed" | flunk "attack is reported"
		return
	fi
	for ((i = 0; i < 250; i++)); do
		[ -s "$T/attack" ] && break
		sleep 0.02
	done
	if python3 -c 'import json, sys
a = json.load(open(sys.argv[1]))
assert a["priority"] == "Critical", a
assert a["rule"] == "Attack on the agent", a
assert a["output_fields"]["evt.type"] == "kill", a
assert a["output_fields"]["proc.name"] == "sh", a' "$T/attack" 2>"$T/found"
	then
		pass "attack is reported"
	else
		flunk "attack is reported" <"$T/found"
	fi
}

# death OPTIONS STATUS: how the command ends when its agent is killed
death()
{
	local name="agent is killed: $1" status
	chosen "$name" || return 0
	SLOPTS=$1 start "$T/death" sh -c '
		while [ ! -e '"$T/go"' ]; do sleep 0.02; done; exit 5' \
		2>"$T/death.err"
	kill -KILL "$agent"
	: >"$T/go"
	wait "$workload" 2>/dev/null
	status=$?
	rm -r "$T/go" "$T/death"
	if [ "$status" -eq "$2" ]; then
		pass "$name"
	else
		echo "status $status" | cat - "$T/death.err" | flunk "$name"
	fi
}

deaths()
{
	death "--priority availability" 137
	death "--engine syscall" 137
	death "--on-tracer-death continue" 5
	death "--engine ptrace --on-tracer-death continue" 137
	death "--priority security --on-tracer-death continue" 137
}

# told NAME STATUS TEXT COMMAND...: how it ends, and a text on stderr
told()
{
	local name=$1 want=$2 text=$3 status
	shift 3
	timeout 20 "$@" >"$T/told.out" 2>"$T/told.err" </dev/null
	status=$?
	if [ "$status" -eq "$want" ] && grep -qF -- "$text" "$T/told.err"; then
		pass "$name"
	else
		echo "status $status" | cat - "$T/told.err" | flunk "$name"
	fi
}

# What a person wrote wrong is never taken in silence.
mistakes()
{
	local run=("$SL" instrument)
	: >"$T/none.yaml"
	told "a typo in SYSDIG_PRIORITY" 0 'SYSDIG_PRIORITY: unusable value' \
		env SYSDIG_PRIORITY=securty "${run[@]}" -- true
	told "a typo in SYSDIG_SL_FORMAT" 0 'SYSDIG_SL_FORMAT: unusable value' \
		env SYSDIG_SL_FORMAT=xml "${run[@]}" -- true
	told "no rule, availability" 0 'no rule is in force' \
		"${run[@]}" -r "$T/none.yaml" -- true
	told "no rule, security" 100 'not started' \
		"${run[@]}" --priority security -r "$T/none.yaml" -- true
	told "output that cannot be opened" 0 'they go to stderr' \
		"${run[@]}" -o /nonexistent/file -- true
	told "no command" 125 'no command to run' "${run[@]}"
}

mistakes
limits
agent_is_apart
deaths
attacks
shipper_is_killed
outputs
nonblocking
log_is_full
odd_rules
without_proc
TIMEOUT=20 ENGINE=syscall file_server
gives_up
ENGINE=
finish
