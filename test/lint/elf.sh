#!/bin/sh
# The binary is a static PIE without an interpreter, with RELRO and immediate
# binding, without text relocations, and its stack is not executable.
#
# Usage: elf.sh BINARY
. "${LINT_LIB:-test/lint/lib.sh}"
binary=${1:-${SL:-build/sysdig-sl}}

problems()
{
	elf=$(readelf -hldW "$binary" 2>&1) || {
		echo "$binary: $elf" | head -n 1
		return
	}
	must()
	{
		printf '%s\n' "$elf" | grep -qE "$1" || echo "$binary: $2"
	}
	must_not()
	{
		! printf '%s\n' "$elf" | grep -qE "$1" || echo "$binary: $2"
	}
	must '^ *Type: +DYN' "is not position independent"
	must '^ *GNU_RELRO ' "has no RELRO segment"
	must '\((FLAGS|FLAGS_1|BIND_NOW)\).*NOW' "does not bind at start"
	must '^ *GNU_STACK .* RW +0x' "has an executable stack, or no GNU_STACK"
	must_not '^ *INTERP ' "has an interpreter"
	must_not '\(NEEDED\)' "needs a shared library"
	must_not '\(TEXTREL\)|TEXTREL$' "has text relocations"
	must_not '^ *LOAD .* RWE ' "has a writable and executable segment"
	must_not '^ *NOTE .*' "has a note (build id?)"
}
problems | report "the binary is a hardened static PIE"
