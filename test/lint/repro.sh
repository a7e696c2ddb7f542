#!/bin/bash
# The same sources in another directory give the same binary, byte for byte:
# no path, date or order of directory entries leaks into it. Warnings are
# errors in that build.
set -u
echo 1..2
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' INT TERM HUP

if git rev-parse --git-dir >/dev/null 2>&1; then
	git ls-files -z --cached --others --exclude-standard
else
	find . -path ./build -prune -o -type f -print0
fi | tar --null --ignore-failed-read -T - -c 2>/dev/null |
	tar -C "$copy" -x

# The other build has its own libraries, but not its own downloads.
if env -u B make -C "$copy" \
	B=out DEPS="$copy/libraries" DL="${DL:-$PWD/build/deps/dl}" \
	WERROR=1 all >"$copy/log" 2>&1; then
	echo "ok 1 - builds without a warning in another directory"
else
	echo "not ok 1 - builds without a warning in another directory"
	grep -vE '^  (CC|LD|LIB|LIBC) ' "$copy/log" | sed 's/^/# /'
fi
if cmp "$SL" "$copy/out/sysdig-sl" >"$copy/log" 2>&1; then
	echo "ok 2 - two builds are the same bytes"
else
	echo "not ok 2 - two builds are the same bytes"
	sed 's/^/# /' "$copy/log"
fi
