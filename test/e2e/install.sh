#!/bin/bash
# The dispatcher (src/main.c) and sysdig-sl install.
set -u
: "${SL:?absolute path of the binary}"
dir=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
number=0 failures=0

check() # WHAT COMMAND...: the command must succeed
{
	local what=$1 word=ok
	shift
	number=$((number + 1))
	"$@" >"$dir/said" 2>&1 || { word="not ok"; failures=1; }
	echo "$word $number - $what"
	[ "$word" = ok ] || sed 's/^/# /' "$dir/said" "$dir/out" "$dir/err"
}

run() # COMMAND...: leaves $status and the files out and err
{
	"$@" >"$dir/out" 2>"$dir/err"
	status=$?
}

out() { grep -qF -- "$1" "$dir/out"; }
err() { grep -qF -- "$1" "$dir/err"; }
silent() { ! [ -s "$dir/$1" ]; }
status() { [ "$status" -eq "$1" ] || { echo "status $status"; false; }; }
applets=$("$SL" --help | awk '/^  [a-z]/ { print $1 }')

run "$SL" --version
check "--version prints name and number" grep -qxE 'sysdig-sl [0-9.]+' "$dir/out"
run "$SL" --help
check "--help goes to stdout" silent err
check "--help shows an example" out "Example: sysdig-sl"
check "--help names the applets" out "  install "
run "$SL"
check "no argument is a usage error" status 100
check "and prints the help to stderr" err "Usage: sysdig-sl"
run "$SL" instal
check "an unknown applet is a usage error" status 100
check "the nearest name is suggested" err 'did you mean "install"?'
run sh -c "\"$SL\" --help >/dev/full"
check "output that cannot be written is an error" status 111
run "$SL" install --help
check "install --help shows an example" out "Example: sysdig-sl install"
run "$SL" install
check "install needs a directory" status 100
run "$SL" install a b
check "install takes one directory" status 100
run "$SL" install --nosuch a
check "install has no such option" status 100

target=$dir/volume/bin
(umask 077 && "$SL" install "$target") >"$dir/out" 2>"$dir/err"
status=$?
check "install makes the directory and its parents" status 0
check "says nothing" silent err
check "the copy is the same file" cmp "$SL" "$target/sysdig-sl"
check "its mode is 0755 whatever the umask" \
	[ "$(stat -c %a "$target/sysdig-sl")" = 755 ]
for applet in $applets; do
	[ "$applet" != install ] || continue
	check "$applet is a relative link" \
		[ "$(readlink "$target/$applet")" = sysdig-sl ]
	run "$target/$applet" --help
	check "started as $applet, it is $applet" out "sysdig-sl $applet"
done
check "there is no link that hides install(1)" [ ! -e "$target/install" ]
check "no temporary file stays" \
	[ -z "$(find "$target" -name '.*' -type f -o -name '.*' -type l)" ]

before=$(stat -c %i "$target/sysdig-sl")
run "$target/sysdig-sl" install "$target"
check "the copy installs over itself" status 0
check "by a new file, not in place" \
	[ "$before" != "$(stat -c %i "$target/sysdig-sl")" ]

foreign=$dir/foreign
mkdir "$foreign"
echo mine >"$foreign/instrument"
run "$SL" install "$foreign"
check "a foreign file of an applet's name is an error" status 111
check "the message names it" err "$foreign/instrument exists"
check "the foreign file is untouched" grep -qx mine "$foreign/instrument"

run "$SL" install "$SL"
check "a file instead of a directory is an error" status 111
check "the message says so" err "Not a directory"
mkdir -p "$dir/taken/sysdig-sl"
run "$SL" install "$dir/taken"
check "a directory in the way is an error" status 111
check "it leaves no temporary file" [ -z "$(find "$dir/taken" -type f)" ]
run "$SL" install /proc/nosuch
check "where no directory can be made is an error" status 111
check "the message has the path and a hint" grep -qF "/proc/nosuch" "$dir/err"
check "hint included" err "hint: "

echo "1..$number"
exit $failures
