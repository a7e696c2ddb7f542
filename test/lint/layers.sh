#!/bin/sh
# Each room includes only the headers of the rooms that layers.txt allows, and
# nothing but src/main.c and the applets includes the applets.
. "${LINT_LIB:-test/lint/lib.sh}"

problems()
{
	for dir in src/*/; do
		room=$(basename "$dir")
		grep -q "^$room:" test/lint/layers.txt ||
			echo "src/$room: has no line in test/lint/layers.txt"
	done
	find src applets -name '*.[ch]' -o -name '*.def' | sort |
		xargs awk -v layers=test/lint/layers.txt '
	BEGIN {
		while ((getline line < layers) > 0) {
			sub(/#.*/, "", line)
			n = split(line, word, /[: ]+/)
			for (i = 1; i <= n; i++)
				allowed[word[1], word[i]] = 1
		}
		allowed["main", "applets"] = allowed["main", "base"] = 1
	}
	FNR == 1 {
		n = split(FILENAME, part, "/")
		room = part[1] == "applets" ? "applets" : \
		    n == 2 ? "main" : part[2]
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, quoted, "\"")
		n = split(quoted[2], part, "/")
		where = FILENAME ":" FNR ": "
		if (n != 2)
			print where "\"" quoted[2] "\" is not \"room/file\""
		else if (!((room, part[1]) in allowed))
			print where room " may not include " part[1]
	}'
}
problems | report "rooms include only what their layer allows"
