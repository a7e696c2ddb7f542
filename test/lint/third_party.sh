#!/bin/sh
# Each third-party header is included by exactly one file, so that a library
# can be replaced by changing that file.
. "${LINT_LIB:-test/lint/lib.sh}"

problems()
{
	c_files 'c h def' | grep -v '^test/' | xargs awk '
	BEGIN {
		while ((getline line < "test/lint/third_party.txt") > 0)
			if (line !~ /^#/ && split(line, word, ": ") == 2)
				only[word[1]] = word[2]
	}
	/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
		split($0, part, /[<">]/)
		for (prefix in only)
			if (index(part[2], prefix) == 1 &&
			    FILENAME != only[prefix])
				print FILENAME ":" FNR ": only " only[prefix] \
				    " may include " part[2]
	}'
}
problems | report "third-party headers are included by one file each"
