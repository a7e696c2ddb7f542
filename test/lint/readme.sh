#!/bin/sh
# The README's tables of options and environment variables are those of the
# program; `make readme` makes them anew.
. "${LINT_LIB:-test/lint/lib.sh}"

problems()
{
	"${B:-build}/host/tables" README.md 2>&1 | diff README.md - |
		grep '^[<>]' | cut -c 1-100
}
problems | report "the README's tables are the program's (make readme)"
