#!/bin/sh
# clang-format has nothing to change and no line of C is longer than 80 columns
# (tables in *.def are exempt). `make format` applies it.
. "${LINT_LIB:-test/lint/lib.sh}"

problems()
{
	c_files 'c h' | xargs clang-format --dry-run -Werror 2>&1 |
		grep -E '(error|warning):' | awk -F: '!seen[$1]++ {
			print $1 ":" $2 ": clang-format would change this" }'
	c_files 'c h' | while read -r file; do
		expand "$file" | awk -v file="$file" 'length($0) > 80 {
			print file ":" FNR ": " length($0) " columns" }'
	done
}
problems | report "C files are formatted"
