#!/bin/bash
# PID 1 of a container: rows 5, 6, 9, 11 and 43 of the correctness matrix.
. "$(dirname "$0")/lib.sh"
needs_root

stopped()
{
	local sig
	for sig in 15 2 3 1 10 12 28 30 37; do
		same "PID 1 handles signal $sig" \
			"$P/pidns" "$sig" {} "$P/init" stop
	done
	same "PID 1 is killed" "$P/pidns" 9 {} "$P/init" stop
	same "PID 1 without handlers" \
		"$P/pidns" 15,2,10 {} "$P/init" deaf
	same "PID 1 stops its children" "$P/pidns" 15 {} "$P/init" family
	same -n "$REPEAT" "PID 1 handles SIGTERM, again and again" \
		"$P/pidns" 15 {} "$P/init" family
	same "shell as PID 1" "$P/pidns" 15 {} bash -c '
		trap "echo got it; exit 31" TERM
		echo ready; while :; do sleep 0.05; done'
}

adopted()
{
	same "orphans of PID 1" "$P/pidns" 0 {} "$P/init" orphans 100
	same "zombies of PID 1" "$P/pidns" 0 {} "$P/init" zombies
	same "PID 1 ends before the others" "$P/pidns" 0 {} "$P/init" leave
	same -n "$REPEAT" "PID 1 ends before the others, again and again" \
		"$P/pidns" 0 {} "$P/init" leave
	same "PID 1 sends SIGTERM to all" "$P/pidns" 0 {} "$P/init" sweep 15
	same "PID 1 sends SIGKILL to all" "$P/pidns" 0 {} "$P/init" sweep 9
	same "wait of PID 1" "$P/pidns" 0 {} "$P/attrs" wait stat
}

nested()
{
	same "unshare makes the namespace" unshare --pid --fork --mount-proc \
		{} sh -c 'echo "pid $$"; readlink /proc/self | grep -c .
		(exit 4); echo $?; exit 32'
	same "unshare, SIGTERM from inside" unshare --pid --fork --mount-proc \
		{} sh -c 'sh -c "kill -TERM 1; exit 5"; echo $?
		trap "exit 33" TERM; kill -TERM 1; echo no'
	same "namespace made by the workload" unshare --pid --fork \
		--mount-proc sh -c 'echo "pid $$"; cat /etc/hostname >/dev/null
		unshare --pid --fork --mount-proc sh -c "echo \$\$; exit 6"
		echo $?; exit 34'
	same "PID 1 in a namespace of the workload" \
		"$P/pidns" 15 "$P/init" family
	same "namespace ends with its PID 1" \
		"$P/pidns" 0 "$P/init" leave
	same "user namespace" unshare --user --map-root-user --pid --fork \
		--mount-proc sh -c 'id -u; cat /etc/hostname >/dev/null
		exit 35'
	same "other namespaces" unshare --uts --ipc --net --mount \
		sh -c 'hostname inside; hostname; ip link 2>/dev/null |
		grep -c LOOPBACK; exit 36'
}

for_engines stopped adopted nested
finish
