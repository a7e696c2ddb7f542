#!/bin/sh
# No tracked file mentions where somebody's copy of the tree is.
. "${LINT_LIB:-test/lint/lib.sh}"

problems()
{
	here=$(pwd -P)
	for path in "$here" "${here%/*}/shared" "/tmp/""b-"; do
		git grep -nIF -e "$path" -- .
	done
}
problems | report "no local paths in tracked files"
