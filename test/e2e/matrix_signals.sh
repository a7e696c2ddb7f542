#!/bin/bash
# Signals: rows 4, 7, 8, 17, 18 and 19 of the correctness matrix.
. "$(dirname "$0")/lib.sh"

inherited()
{
	local what
	for what in block ignore chld "block ignore"; do
		# shellcheck disable=SC2086 # a list of words
		same "inherited over exec: $what" "$P/inherit" $what -- \
			{} "$P/attrs" status wait
	done
	same "set inside, inherited by a program" "$P/inherit" block ignore \
		-- "$P/attrs" status
	same "nohup" sh -c 'nohup "$0" status' "$P/attrs"
}

job_control()
{
	same "job control" "$P/jobshell" {} "$P/job"
	same "job control of what runs inside" "$P/jobshell" "$P/job"
	same "orphaned process group" "$P/pgorphan"
	same "bash with job control" bash -c '
		set -m
		sleep 100 & kill -STOP %1
		until jobs | grep -q Stopped; do sleep 0.02; done
		jobs | tr -s " "; kill -CONT %1; kill %1; wait %1
		echo $?'
}

delivered()
{
	same "what comes with a signal" "$P/siginfo"
	same "parent death signal" "$P/misc" pdeath
	same "parent death signal of the main process" \
		"$P/inherit" pdeathsig -- {} "$P/attrs" sched
	same "SIGTERM to busy threads" "$P/misc" looping
	same -n "$REPEAT" "SIGTERM to busy threads, again and again" \
		"$P/misc" looping
}

interrupted()
{
	same "EINTR of sleeping calls" "$P/wakeup"
	same -n 3 "EINTR of sleeping calls, repeated" "$P/wakeup"
	same "no EINTR in a SIGURG storm" "$P/storm" urg
	same "no EINTR in a timer storm" "$P/storm" timer
	same "restarted after SIGSTOP" "$P/restart"
}

killed()
{
	same -t 120 "kill storm while forking" "$P/killstorm" "$REPEAT"
	same -n 5 -t 120 "kill storm, repeated" "$P/killstorm" 10
	same "timeout kills a family" sh -c '
		timeout -s KILL 0.3 sh -c "while :; do cat /dev/null; done"
		echo $?'
	same "xargs of many" sh -c \
		'seq 300 | xargs -P 4 -n 1 sh -c "exit 0"; echo $?'
}

for_engines inherited job_control delivered interrupted killed
finish
