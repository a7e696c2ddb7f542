# Helpers of the end-to-end suites (bash). A suite sources this file, defines
# functions with tests, and hands them to `for_engines` or `once`; `finish`
# prints the plan. Output is TAP.
#
#   SL=FILE       the binary under test (default $B/sysdig-sl)
#   B=DIR         build directory (default: build/ of the repository)
#   ENGINES=...   engines that each test runs under (default: ptrace syscall)
#   RULES=FILE    rules of the instrumented runs; empty: the built-in ones
#                 (default: rules/busy.yaml, which makes everything stop)
#   REPEAT=N      repetitions of the racy tests (default 50)
#   ONLY=PATTERN  only the tests whose name matches this shell pattern
#   SL_STUB=1     $SL only executes its command: no test of what it reports
set -u
shopt -s lastpipe extglob # `... | flunk` counts; ONLY is a pattern
export LC_ALL=C
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
E2E=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$E2E/../.." && pwd)
B=$(mkdir -p "${B:-$TOP/build}" && cd "${B:-$TOP/build}" && pwd)
SL=$(realpath -m "${SL:-$B/sysdig-sl}")
ENGINES=${ENGINES:-ptrace syscall}
REPEAT=${REPEAT:-50}
RULES=${RULES-$E2E/rules/busy.yaml}
ONLY=${ONLY:-*}
SL_STUB=${SL_STUB:-}
ENGINE=
SLOPTS=
LOGLEVEL=error # warnings on standard error would be a difference
tests=0 failures=0 runner_pid=

T=$(mktemp -d "${TMPDIR:-/tmp}/sl-e2e.XXXXXX") || exit 2
chmod 755 "$T"
mkdir -m 1777 "$T/tmp"
cleanup()
{
	trap '' INT TERM HUP
	if [ -n "$runner_pid" ]; then
		kill -TERM "$runner_pid" 2>/dev/null
		wait "$runner_pid" 2>/dev/null
	fi
	if declare -F suite_cleanup >/dev/null; then
		suite_cleanup
	fi
	rm -rf "$T"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

if ! [ -x "$SL" ]; then
	echo "Bail out! $SL is missing: run make first"
	exit 1
fi
if ! flock "$B" make -s -f "$E2E/prog.mk" B="$B" >"$T/make.log" 2>&1; then
	cat "$T/make.log"
	echo "Bail out! the test programs do not build"
	exit 1
fi
# Copies that every user can reach, and that a rebuild does not change.
mkdir "$T/bin"
cp "$SL" "$T/bin/sysdig-sl"
cp "$B"/e2e/* "$T/bin"
if [ -n "$RULES" ]; then
	cp "$RULES" "$T/rules.yaml"
fi
chmod -R a+rX "$T/bin" "$T"
SL=$T/bin/sysdig-sl
P=$T/bin

# --- TAP ---

pass()
{
	tests=$((tests + 1))
	echo "ok $tests - ${ENGINE:+$ENGINE: }$1"
}

# flunk NAME: failed; standard input is the reason
flunk()
{
	tests=$((tests + 1))
	failures=$((failures + 1))
	echo "not ok $tests - ${ENGINE:+$ENGINE: }$1"
	head -n "${DIAG_LINES:-30}" | cut -c1-400 | sed 's/^/# /'
}

skip()
{
	tests=$((tests + 1))
	echo "ok $tests - ${ENGINE:+$ENGINE: }$1 # SKIP $2"
}

finish()
{
	echo "1..$tests"
	[ "$failures" -eq 0 ]
	exit
}

chosen()
{
	# shellcheck disable=SC2254 # a pattern on purpose
	case $1 in
	$ONLY) return 0 ;;
	esac
	return 1
}

for_engines()
{
	local f
	for ENGINE in $ENGINES; do
		for f; do
			"$f"
		done
	done
	ENGINE=
}

# have TEST-NAME PROGRAM...: skips the test if a program is not installed
have()
{
	local name=$1 p
	shift
	chosen "$name" || return 1
	for p; do
		if ! command -v "$p" >/dev/null; then
			skip "$name" "$p is not installed"
			return 1
		fi
	done
}

# --- running ---

# run DIR COMMAND...: under the runner, in the new directory DIR/cwd.
# Leaves DIR/{stdout,stderr,ending}. $TIMEOUT and $STDIN are honoured.
run()
{
	local dir=$1
	shift
	rm -rf "$dir"
	mkdir -p "$dir/cwd"
	chmod 777 "$dir" "$dir/cwd"
	env -i PATH="$PATH" HOME=/root LC_ALL=C TMPDIR="$T/tmp" \
		"$P/runner" -t "${TIMEOUT:-60}" -i "${STDIN:-/dev/null}" \
		-o "$dir/stdout" -e "$dir/stderr" -r "$dir/ending" \
		-d "$dir/cwd" "$@" &
	runner_pid=$!
	wait "$runner_pid"
	local status=$?
	runner_pid=
	[ "$status" -eq 0 ] || echo "runner failed: $status" >>"$dir/ending"
}

# expand WITH WORD...: sets $words to the words with {} replaced by the array
# named WITH, which goes in front if there is no {}
expand()
{
	local -n with=$1
	local w found=
	shift
	words=()
	for w; do
		if [ "$w" = '{}' ]; then
			words+=("${with[@]}")
			found=1
		else
			words+=("$w")
		fi
	done
	[ -n "$found" ] || words=("${with[@]}" "$@")
}

run_bare()
{
	local dir=$1 none=()
	shift
	expand none "$@"
	run "$dir" "${words[@]}"
}

# Alerts, log and counters go to DIR.log. $SLOPTS are added.
run_instrumented()
{
	local dir=$1 prefix
	shift
	prefix=("$SL" instrument --engine "$ENGINE" --stats
		--output "$dir.log" --log "$LOGLEVEL")
	[ -z "$RULES" ] || prefix+=(--rules "$T/rules.yaml")
	# shellcheck disable=SC2206 # a list of words
	prefix+=($SLOPTS --)
	: >"$dir.log"
	chmod 666 "$dir.log"
	expand prefix "$@"
	run "$dir" "${words[@]}"
}

# What of a run is compared: output, ending, and the file "out" if there is
transcript()
{
	local dir=$1
	echo "--- stdout"
	cat "$dir/stdout"
	if [ -z "${NO_STDERR:-}" ]; then
		echo "--- stderr"
		cat "$dir/stderr"
	fi
	if [ -e "$dir/cwd/out" ]; then
		echo "--- out"
		cat "$dir/cwd/out"
	fi
	echo "--- ending"
	cat "$dir/ending"
}

# The last line of the log is the object with the counters; a run that was
# meant to be traced, and was not, proves nothing.
was_traced()
{
	local n
	[ -z "$SL_STUB" ] || return 0
	n=$(grep -a -o '"stops": *[0-9]*' "$1" | tail -n 1 | tr -dc 0-9)
	[ "${n:-0}" -gt 0 ]
}

# same [-n TIMES] [-f SED-SCRIPT] [-t SECONDS] [-u] [-o] NAME COMMAND...
# Runs COMMAND bare (once a suite) and instrumented: both must write the same
# and end alike, leaving no process. A word {} stands for the place of
# "sysdig-sl instrument ... --", which else goes in front.
#   -n  instrumented runs      -f  applied to both transcripts
#   -u  being untraced is fine -o  standard error is not compared
same()
{
	local times=1 filter='' untraced='' name i bare OPTIND=1 opt
	local TIMEOUT=${TIMEOUT:-60} NO_STDERR=
	while getopts n:f:t:uo opt; do
		case $opt in
		n) times=$OPTARG ;;
		f) filter=$OPTARG ;;
		t) TIMEOUT=$OPTARG ;;
		u) untraced=1 ;;
		o) NO_STDERR=1 ;;
		*) exit 2 ;;
		esac
	done
	shift $((OPTIND - 1))
	name=$1
	shift
	chosen "$name" || return 0
	bare=$T/bare-$(printf %s "$name" | tr -c 'A-Za-z0-9\n' _)
	if ! [ -e "$bare" ]; then
		run_bare "$T/run" "$@"
		transcript "$T/run" | sed -e "$filter" >"$bare"
	fi
	if grep -qE '^(timeout|left |runner failed)' "$bare"; then
		flunk "$name (bare)" <"$bare"
		return
	fi
	for ((i = 1; i <= times; i++)); do
		run_instrumented "$T/run" "$@"
		transcript "$T/run" | sed -e "$filter" >"$T/run.transcript"
		if ! diff -a -u "$bare" "$T/run.transcript" \
			>"$T/diff"; then
			{
				echo "run $i of $times: - bare, + instrumented"
				tail -n +3 "$T/diff"
				tail -n 5 "$T/run.log"
			} | flunk "$name"
			return
		fi
		if [ -z "$untraced" ] && ! was_traced "$T/run.log"; then
			{
				echo "equal, but it was not traced; the log:"
				tail -n 5 "$T/run.log"
			} | flunk "$name"
			return
		fi
	done
	pass "$name"
}

# expect NAME ENDING COMMAND...: an instrumented run ends so
expect()
{
	local name=$1 ending=$2
	shift 2
	chosen "$name" || return 1
	run_instrumented "$T/run" "$@"
	if [ "$(cat "$T/run/ending")" = "$ending" ]; then
		pass "$name"
	else
		{
			echo "expected: $ending"
			transcript "$T/run"
			tail -n 20 "$T/run.log"
		} | flunk "$name"
	fi
}

# contains NAME FILE PATTERN...: FILE has lines for each extended expression
contains()
{
	local name=$1 file=$2 p
	shift 2
	chosen "$name" || return 0
	for p; do
		if ! grep -a -q -E -e "$p" "$file"; then
			{
				echo "no line matches $p; the last lines:"
				tail -n 20 "$file"
			} | flunk "$name"
			return
		fi
	done
	pass "$name"
}

# lacks NAME FILE PATTERN
lacks()
{
	chosen "$1" || return 0
	if grep -a -E -e "$3" "$2" >"$T/found"; then
		flunk "$1" <"$T/found"
	else
		pass "$1"
	fi
}

# Suites that ask what the agent reports make no sense with a stub.
needs_agent()
{
	if [ -n "$SL_STUB" ]; then
		echo "1..0 # SKIP the stub reports nothing"
		exit 0
	fi
}

needs_root()
{
	if [ "$(id -u)" -ne 0 ]; then
		echo "1..0 # SKIP needs root (namespaces, other users)"
		exit 0
	fi
}
