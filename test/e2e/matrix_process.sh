#!/bin/bash
# Processes and what they inherit: rows 10 to 17, 34 and 46 of the matrix.
. "$(dirname "$0")/lib.sh"

created()
{
	same "fork, vfork, posix_spawn, clone, clone3" "$P/spawn"
	same -n "$REPEAT" "every way to make a process, repeated" "$P/spawn"
	same "daemon by double fork" "$P/daemon"
	same "setsid" setsid -w sh -c 'exit 23'
	same -t 120 "10000 processes" "$P/forkmany" 10000
	same -t 120 "2000 processes at a time" "$P/forkmany" 2000 crowd
	same "shell pipelines" bash -c '
		for i in 1 2 3; do seq 1000 | sort -n | tail -1; done
		(exit 3) | true; echo "${PIPESTATUS[@]}"
		coproc cat; echo hello >&"${COPROC[1]}"
		read -r x <&"${COPROC[0]}"; echo "$x"; kill $COPROC_PID
		wait; echo <(true) | cut -c1-8; cat <(echo from substitution)'
}

executed()
{
	local mode
	same "exec from a thread" "$P/threadexec" "$REPEAT"
	for mode in race alone; do
		same "exec from a thread: $mode" \
			"$P/threadexec" "$mode" "$REPEAT"
	done
	same -n "$REPEAT" "exec from a thread of the main process" \
		"$P/threadexec" 0
	same "chain of programs" sh -c 'exec env A=1 sh -c "exec nice sh -c \
		\"exec env B=2 sh -c \\\"echo \\\\\\\$A \\\\\\\$B; exit 24\\\"\""'
	same "program found in PATH" sh -c 'echo found; exit 25'
	same "script without interpreter line" sh -c '
		echo "echo script \$#" >s; chmod +x s; ./s a b'
}

waited()
{
	same "wait sees no one else" "$P/attrs" wait
	same "wait under bash" bash -c 'wait -n; echo $?; wait; echo $?'
	same "make waits for its jobs" sh -c '
		printf "all: a b c d\na b c d:\n\t@sleep 0.05; exit 0\n" >m
		make -s -j 2 -f m; echo $?'
}

arguments()
{
	local kind
	for kind in args many env both zero toobig; do
		same "arguments made inside: $kind" \
			"$P/bigargs" run "$kind" "$P/bigargs"
	done
	for kind in args many env both; do
		same "arguments of the main process: $kind" \
			"$P/bigargs" run "$kind" {} "$P/bigargs"
	done
	same "odd arguments" "$P/attrs" args env -- '' ' ' $'\n' $'\xff' '{' \
		'*' --help '--' -
}

attributes()
{
	local what
	same "everything that is inherited" "$P/attrs"
	same "argv[0] that is not the program" \
		bash -c 'exec -a odd "$@"' sh "$P/attrs" args files
	for what in fd limits nice umask oom timer slack groups cwd noenv \
		"fd limits nice umask oom timer slack groups cwd"; do
		# shellcheck disable=SC2086 # a list of words
		same "inherited: $what" "$P/inherit" $what -- {} "$P/attrs"
	done
	for what in close0 "close0 close1" "close0 close1 close2" close2; do
		# shellcheck disable=SC2086 # a list of words
		same "inherited: $what" "$P/inherit" $what -- \
			{} "$P/attrs" -o out
	done
	same "open descriptors" "$P/attrs" fds
	same "open descriptors of a shell" \
		sh -c 'ls /proc/self/fd | wc -l; exec 9</etc/passwd
		ls -l /proc/self/fd/9 | grep -c passwd'
	same "controlling terminal" "$P/jobshell" tty {} "$P/attrs" tty stat
	same "limits that forbid" "$P/misc" nofile
	same "limit of processes" "$P/misc" nproc
}

for_engines created executed waited arguments attributes
finish
