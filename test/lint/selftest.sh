#!/bin/bash
# Every lint passes on a small clean tree and fails on one seeded violation.
set -u
root=$PWD
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
export LINT_LIB=$root/test/lint/lib.sh
number=0

fresh()
{
	rm -rf "${tree:?}"/* "$tree/.git"
	mkdir -p "$tree"/{src/{base,os,conf},applets,test/lint}
	cd "$tree" || exit 1
	cp "$root"/test/lint/*.txt test/lint/
	cp "$root/.clang-format" .
	printf 'int\nbase_one(void);\n' >src/base/one.h
	printf '#include "base/one.h"\n\nint\nbase_one(void)\n{\n\treturn 1;\n}\n' \
		>src/base/one.c
	printf '#include <yaml.h>\n' >src/conf/yaml.c
	printf 'int\nmain(void)\n{\n\treturn 0;\n}\n' >src/main.c
}

compile()
{
	local file
	for file in src/base/*.c src/os/*.c; do
		[ -e "$file" ] || continue
		mkdir -p "objects/${file%/*}"
		gcc -fPIE -Isrc -w -c -o "objects/${file%.c}.o" "$file"
	done
}

# expect pass|fail[:WORDS OF THE PROBLEM] LINT WHAT [ARGUMENT]
expect()
{
	local want=${1%%:*} words='' lint=$2 what=$3 got=pass
	case $1 in
	*:*) words=${1#*:} ;;
	esac
	shift 3
	output=$("$root/test/lint/$lint.sh" "$@" 2>&1) || got=fail
	number=$((number + 1))
	if [ "$got" = "$want" ] && [[ $output == *"$words"* ]]; then
		echo "ok $number - $lint: $what"
	else
		echo "not ok $number - $lint: $what: expected to $want"
		printf '%s\n' "$output" | sed 's/^/# /'
	fi
}

echo 1..32
fresh
compile
git init -q . && git add . 2>/dev/null
for lint in layers third_party headers format paths; do
	expect pass $lint "accepts a clean tree"
done
expect pass symbols "accepts clean objects" objects

echo '#include "os/x.h"' >>src/base/one.c
expect fail layers "a room that reaches upward"
fresh
echo '#include "applets/applet.h"' >src/os/x.c
expect fail layers "a room that includes an applet"
fresh
echo '#include "x.h"' >src/os/x.c
expect fail layers "a header without a room"
fresh
mkdir src/attic
expect fail layers "a room without a line in layers.txt"
fresh
echo '# include <yaml.h>' >src/os/x.c
expect fail third_party "a second file that includes yaml.h"
fresh
echo 'struct str first(void);size_t n;' >>src/base/one.h
expect fail headers "a header that needs another one first"
fresh
printf 'int\nmain(void)\n{\n  return 0;\n}\n' >src/main.c
expect fail format "an indentation of two columns"
fresh
printf '/* %080d */\n' 0 >src/main.c
expect fail format "a line of 86 columns"
fresh
echo "$(pwd -P)/src" >README.md
git init -q . && git add README.md
expect fail paths "the path of the tree in a tracked file"

fresh
cp "$root/README.md" .
expect pass readme "the README of this tree"
sed -i 's/^| `--engine [^|]*|/| `--motor NAME |/' README.md
expect "fail:--engine" readme "an option under another name"

for call in 'exit(1)' 'abort()' '_exit(1)' 'getenv("x")' 'close(1)'; do
	fresh
	echo "void f(void) { $call; }" >>src/base/one.c
	compile
	expect fail symbols "$call in a pure room" objects
done
fresh
echo 'int counter = 1; int next(void) { return ++counter; }' >>src/base/one.c
compile
expect fail symbols "a variable in a pure room" objects
fresh
echo 'const char *const t[] = { "a" }; static int z; int *g(void) { return &z; }' \
	>>src/base/one.c
compile
expect fail symbols "a zeroed variable in a pure room" objects
fresh
echo 'const char *const t[] = { "a" };' >>src/base/one.c
compile
expect pass symbols "a constant table in a pure room" objects
fresh
echo 'void f(void) { exit(1); }' >src/os/x.c
compile
expect pass symbols "os may end the process" objects

fresh
gcc -o pie src/main.c
expect "fail:has an interpreter" elf "a dynamic PIE" pie
expect "fail:needs a shared library" elf "a dynamic PIE" pie
gcc -static -no-pie -o static src/main.c
expect "fail:not position independent" elf "a fixed address" static
gcc -static-pie -Wl,-z,execstack -o stack src/main.c
expect "fail:an executable stack" elf "an executable stack" stack
gcc -static-pie -Wl,-z,norelro,-z,lazy -o lazy src/main.c
expect "fail:has no RELRO" elf "no RELRO" lazy
gcc -static-pie -Wl,--build-id -o noted src/main.c
expect "fail:has a note" elf "a build id" noted
