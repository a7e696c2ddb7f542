#!/bin/sh
# No tracked file mentions where somebody's copy of the tree is.
. "${LINT_LIB:-test/lint/lib.sh}"

problems()
{
	here=$(pwd -P)
	for path in "$here" "${here%/*}/shared"; do
		# A tree in /src says nothing: the words are everywhere.
		case $path in
		/*/*) ;;
		*) continue ;;
		esac
		git grep -nIF -e "$path" -- .
	done
}
problems | report "no local paths in tracked files"
