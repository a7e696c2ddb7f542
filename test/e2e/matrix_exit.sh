#!/bin/bash
# Exit codes and deaths: rows 1, 2 and 3 of the correctness matrix.
. "$(dirname "$0")/lib.sh"
ulimit -c unlimited

exits()
{
	same "exit codes of children, 0 to 255" "$P/exits" all
	same -t 120 "exit codes of the main process, 0 to 255" \
		"$P/drive" codes 0 255 {} "$P/exits"
	same "exit code from another thread" "$P/exits" thread 17
	same "exit code after the leader ended" "$P/exits" leader 18
	same "exit codes from another thread" \
		"$P/drive" codes 250 255 {} "$P/exits" thread
	same "exit code of a shell" sh -c 'exit 200'
	same "exit without output" true
}

deaths()
{
	same "death of children by each signal" "$P/die" children
	same -t 120 "death of the main process by each signal" \
		"$P/drive" signals {} "$P/die"
	same "death by a signal from another thread" "$P/die" thread 15
	local what
	for what in segv bus fpe ill trap pipe alrm abort xfsz; do
		same "death by $what" "$P/die" fault "$what"
	done
	same "shell sees the death of its child" \
		sh -c '"$0" 11; echo $?; "$0" 9; echo $?; "$0" fault segv
		echo $?' "$P/die"
}

no_cores()
{
	ulimit -S -c 0
	same "no core without a limit for it" "$P/die" fault segv
	ulimit -S -c unlimited
}

for_engines exits deaths no_cores
finish
