#!/bin/bash
# A recorded run gives the same alerts when it is replayed, and again when it
# is replayed under REPLAY (make check: valgrind on the host flavour). The
# rules match every stop that they can and print what costs the most to know.
set -u
: "${SL:?absolute path of the binary}"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP
number=0 failures=0

check() # WHAT COMMAND...
{
	local what=$1 word=ok
	shift
	number=$((number + 1))
	"$@" >"$dir/said" 2>&1 || { word="not ok"; failures=1; }
	echo "$word $number - $what"
	[ "$word" = ok ] || head -n 60 "$dir/said" | sed 's/^/# /'
}

cat >"$dir/rules.yaml" <<'EOF'
- rule: Started
  desc: every program
  condition: evt.type in (execve, execveat) and evt.res = SUCCESS
  output: >
    started %proc.cmdline in %proc.cwd from %proc.exepath by %proc.pname
    %proc.aname[2] %proc.aname[3] user %user.name %user.uid %group.gid
    tty %proc.tty session %proc.sid %proc.sname
  priority: INFO
- rule: Opened
  desc: every open, with its result
  condition: evt.type in (open, openat, openat2, creat) and fd.num >= 0
  output: opened %fd.num %fd.name %fd.directory %fd.filename %evt.args
  priority: DEBUG
- rule: Missed
  desc: every open that failed
  condition: evt.type in (open, openat, openat2) and evt.failed = true
  output: missed %evt.rawres %evt.res %evt.arg.name %proc.name
  priority: NOTICE
- rule: Connected
  desc: every connection
  condition: evt.type in (socket, connect, bind)
  output: socket %evt.type %fd.name %fd.l4proto %fd.sip %fd.sport %evt.args
  priority: WARNING
- rule: Changed
  desc: names and modes
  condition: >
    evt.type in (rename, renameat, renameat2, unlink, unlinkat, mkdir, mkdirat,
    chmod, fchmodat, symlink, symlinkat, link, linkat)
  output: changed %evt.type %fs.path.name %fs.path.source %fs.path.target %evt.args
  priority: ERROR
EOF
cat >"$dir/workload.sh" <<'EOF'
cd "$1" || exit
mkdir -p a/b
echo text >a/b/file
cat a/b/file /etc/passwd nosuch >/dev/null 2>&1
ln -s file a/b/link
mv a/b/file a/moved
chmod 600 a/moved
(cd a && exec /bin/ls -l .. >/dev/null)
bash -c ': </dev/tcp/127.0.0.1/1' 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10; do
	/bin/true & /bin/echo $i >/dev/null
done
wait
rm -r a
exit 7
EOF
options=(--container id=0123456789ab,name=replay --format json)
replay() # NAME COMMAND...
{
	local name=$1
	shift
	"$@" instrument "${options[@]}" --rules "$dir/rules.yaml" \
		--replay "$dir/stops" --output "$dir/$name.out" || return 1
	grep '^{"hostname"' "$dir/$name.out" >"$dir/$name.alerts"
}

mkdir "$dir/work"
"$SL" instrument "${options[@]}" --rules "$dir/rules.yaml" \
	--record "$dir/stops" --output "$dir/live.out" -- \
	sh "$dir/workload.sh" "$dir/work" 2>"$dir/err"
status=$?
if [ "$status" -eq 7 ] && ! [ -s "$dir/stops" ]; then
	echo "1..0 # SKIP tracing does not work here: $(head -n 1 "$dir/err")"
	exit 0
fi
check "the recorded workload keeps its exit status" [ "$status" -eq 7 ]
grep '^{"hostname"' "$dir/live.out" >"$dir/live.alerts"
for rule in Started Opened Missed Connected Changed; do
	check "alerts of $rule are there" grep -q "\"rule\":\"$rule\"" \
		"$dir/live.alerts"
done
check "a replay ends well" replay first "$SL"
check "its alerts are those of the live run" \
	diff "$dir/live.alerts" "$dir/first.alerts"
# shellcheck disable=SC2086 # a list of words
check "a replay under ${REPLAY:-$SL} ends well" replay second ${REPLAY:-$SL}
check "its alerts are the same" diff "$dir/first.alerts" "$dir/second.alerts"
head -c 5000 "$dir/stops" >"$dir/cut" && mv "$dir/cut" "$dir/stops"
check "a recording that is cut short is refused, without a crash" \
	sh -c '"$@" 2>&1; status=$?; echo $status; [ $status -eq 100 ]' - \
	${REPLAY:-$SL} instrument --rules "$dir/rules.yaml" \
	--replay "$dir/stops" --output "$dir/third.out"

echo "1..$number"
exit $failures
