#!/bin/bash
# Interfaces and arguments: rows 26 to 28, 35 to 40 of the matrix.
. "$(dirname "$0")/lib.sh"

abis()
{
	same "int 0x80 in a 64-bit program" "$P/abi" int80
	same "x32 numbers" "$P/abi" x32
	if [ -x "$P/prog32" ]; then
		same "32-bit program" "$P/prog32"
	else
		skip "32-bit program" "the compiler has no -m32"
	fi
	same "static program" "$P/exits" all
}

hostile()
{
	same "paths and pointers" "$P/paths"
	same "sibling thread changes the path" "$P/sibling"
	same -n 10 "sibling thread changes the path, repeated" "$P/sibling"
}

descriptors()
{
	same "descriptors from elsewhere" "$P/fds"
	same "here documents and substitutions" bash -c '
		cat <<<here; cat <(echo sub); exec 3<>/dev/null; ls /dev/fd/3
		echo x | tee /dev/stderr /dev/fd/1 | wc -l'
}

threads()
{
	same "threads as Go makes them" "$P/gostyle"
	same -n "$REPEAT" "threads as Go makes them, repeated" "$P/gostyle"
}

for_engines abis hostile descriptors threads
finish
