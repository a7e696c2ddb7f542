#!/bin/bash
# The recordings of this directory give the alerts that they gave when they were
# made, with the binary and again under REPLAY (make check: valgrind).
set -u
: "${SL:?absolute path of the binary}"
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP
number=0 failures=0

for recording in "$here"/*.slr; do
	name=$(basename "$recording" .slr)
	for binary in "$SL" ${REPLAY:+"$REPLAY"}; do
		number=$((number + 1))
		what="$name gives the alerts expected${REPLAY:+ ($number)}"
		if "$here/replay-one" "$binary" "$recording" \
			>"$dir/alerts" 2>"$dir/log" &&
			diff "$here/$name.expected" "$dir/alerts" >"$dir/diff"
		then
			echo "ok $number - $what"
			continue
		fi
		failures=1
		echo "not ok $number - $what"
		head -n 40 "$dir/log" "$dir/diff" | sed 's/^/# /'
		echo "# after a change of events.def: make recordings"
	done
done
# One that is cut short gives what it has, and says so.
number=$((number + 1))
head -c 5000 "$here/execs.slr" >"$dir/cut"
"$here/replay-one" "$SL" "$dir/cut" >"$dir/alerts" 2>"$dir/log"
status=$?
if [ $status -eq 100 ] && grep -q 'recording is damaged' "$dir/log" &&
	head -n "$(wc -l <"$dir/alerts")" "$here/execs.expected" |
	cmp -s - "$dir/alerts" && [ -s "$dir/alerts" ]; then
	echo "ok $number - a recording that is cut short"
else
	failures=1
	echo "not ok $number - a recording that is cut short: status $status"
	sed 's/^/# /' "$dir/log"
fi
echo "1..$number"
exit $failures
