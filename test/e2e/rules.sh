#!/bin/bash
# sysdig-sl rules: what it prints, where errors point to, and its status.
set -u
: "${SL:?absolute path of the binary}"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
number=0 failures=0

check() # WHAT COMMAND...: the command must succeed
{
	local what=$1 word=ok
	shift
	number=$((number + 1))
	"$@" >said 2>&1 || { word="not ok"; failures=1; }
	echo "$word $number - $what"
	[ "$word" = ok ] || sed 's/^/# /' said out err
}

run() # ARGUMENT...: leaves $status and the files out and err
{
	"$SL" rules "$@" >out 2>err
	status=$?
}

out() { grep -qF -- "$1" out; }
err() { grep -qF -- "$1" err; }
silent() { ! [ -s "$1" ]; }
status() { [ "$status" -eq "$1" ] || { echo "status $status"; false; }; }

cat >good.yaml <<'END'
- macro: opened
  condition: evt.type in (open, openat)
- rule: a
  desc: d
  condition: opened and fd.name = /etc/shadow
  output: of %fd.name
  priority: warning
- rule: b
  desc: d
  condition: evt.type = execve
  output: o
  priority: info
  enabled: false
END
cat >bad.yaml <<'END'
- rule: a
  desc: d
  condition: >
    evt.type = open
    and fd.nmae = x
  output: o
  priority: info
END
printf -- '- macro: m\n  condition: evt.type = open\n' >unused.yaml

run check good.yaml
check "check of a good file succeeds" status 0
check "and says so" out "good.yaml: ok"
check "and counts the rules" out "2 rules loaded"
run check bad.yaml
check "check of a bad file has status 1" status 1
check "names file, line and column, and the mistake" out \
	"bad.yaml:5:9: error: filter_check called with nonexistent field fd.nmae"
check "shows the line" out "        and fd.nmae = x"
check "with a caret under the place" grep -qx ' \{12\}^' out
check "suggests the nearest name" out "did you mean 'fd.name'?"
check "gives Falco's code and the item" out \
	"(LOAD_ERR_COMPILE_CONDITION, rule 'a')"
check "counts the errors" out "bad.yaml: failed, 1 error"
run check unused.yaml
check "a warning is no error" status 0
check "but is shown" out "unused.yaml:1:3: warning: Macro not referred to"
run check good.yaml bad.yaml
check "a good file does not hide a bad one" status 1
check "what was good stays" out "2 rules loaded"
run check missing.yaml
check "a missing file has status 1" status 1
check "with Falco's code" out "LOAD_ERR_FILE_READ"

run check --json good.yaml
check "JSON of a good file" grep -qxF \
	'{"falco_load_results":[{"errors":[],"name":"good.yaml","successful":true,"warnings":[]}]}' out
run check --json bad.yaml
check "JSON of a bad file has status 1" status 1
check "and is one line" test "$(wc -l <out)" -eq 1
check "says that it failed" out '"name":"bad.yaml","successful":false'
check "has the message" out \
	'"message":"filter_check called with nonexistent field fd.nmae"'
check "and the place" out \
	'"item_name":"a","item_type":"rule","position":{"column":3,"line":1,"name":"bad.yaml","offset":2}'

run list good.yaml
check "list succeeds" status 0
check "shows priority, state, name and event types" grep -qx \
	'Warning  *enabled  *a  \[open,openat\]' out
check "shows what is disabled" grep -qx \
	'Informational *disabled *b  \[execve\]' out
run list bad.yaml
check "list of a bad file has status 1" status 1
check "and complains on stderr" err "bad.yaml:5:9: error:"
run list
check "list without a file shows the embedded rules" out "Reverse shell"
run fields
check "fields names them with their arguments" grep -qE \
	'^proc\.aname\(\[N\]\) +[a-z]' out
run parse --condition 'not(a)and b.c==1 or d'
check "parse prints canonical text" grep -qxF '((not a and b.c = 1) or d)' out
run parse --condition 'a.b in (x'
check "parse of a wrong condition has status 1" status 1
check "and shows the place" err "condition:1:10: expected a ')' token"

run
check "no command is a usage error" status 100
run chek
check "an unknown command is a usage error" status 100
check "the nearest is suggested" err 'did you mean "check"?'
run check
check "check without a file is a usage error" status 100
run check --nosuch good.yaml
check "an unknown option is a usage error" status 100
run --help
check "--help starts with an example" test "$(head -c 7 out)" = Example
run check --help
check "check --help too" test "$(head -c 7 out)" = Example
run_full() { "$SL" rules list >/dev/full 2>err; }
run_full
status=$?
check "output that cannot be written is an error" status 111

echo "1..$number"
exit $failures
