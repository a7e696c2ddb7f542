#!/bin/sh
# Each header compiles alone.
. "${LINT_LIB:-test/lint/lib.sh}"

find src applets -name '*.h' | sort | while read -r header; do
	echo "#include \"$header\"" |
		${CC:-gcc} -std=c11 -D_GNU_SOURCE -Isrc -I. -Wall -Wextra \
			-Werror -fsyntax-only -x c - 2>&1 | head -n 3
done | report "headers compile alone"
