#!/bin/bash
# Bad input: commands and rules that cannot be used, and what is said.
RULES=''
. "$(dirname "$0")/lib.sh"
needs_agent
LOGLEVEL=info
GOOD=$E2E/rules/marker.yaml

commands()
{
	printf '#!/bin/sh\nexit 0\n' >"$T/plain"
	chmod 644 "$T/plain"
	expect "command that does not exist" "exit 127" /nonexistent/command
	contains "command that does not exist: said" "$T/run/stderr" \
		'/nonexistent/command: .*not found'
	expect "command that is not in PATH" "exit 127" no-such-command
	expect "command that is not executable" "exit 126" "$T/plain"
	contains "command that is not executable: said" "$T/run/stderr" \
		'/plain: .*cannot be executed'
	expect "command that is a directory" "exit 126" /etc
	expect "no command" "exit 125"
	contains "no command: said" "$T/run/stderr" 'usage'
	chmod 755 "$T/plain"
	printf '#!/no/such/interpreter\n' >"$T/plain"
	same -o "interpreter that does not exist" "$T/plain"
	printf 'echo "no format $#"; exit 7\n' >"$T/plain"
	same "file of no known format" "$T/plain" a b
	printf '\177ELF broken' >"$T/plain"
	same -o "broken executable" "$T/plain"
}

# complains NAME RULES-FILE PLACE PATTERN...: both priorities. Availability
# runs the command, and a valid file beside the bad one works; security does
# not start it. The log has the place and each pattern.
complains()
{
	local name=$1 file=$2 place=$3
	shift 3
	SLOPTS="--rules $file --rules $GOOD"
	expect "$name: availability" "exit 5" \
		sh -c 'echo ran >out; cat e2e-marker 2>/dev/null; exit 5'
	contains "$name: the rest works" "$T/run.log" \
		'MARK open name=.*/e2e-marker'
	contains "$name: said" "$T/run/stderr" "$place" "$@"
	SLOPTS="--priority security $SLOPTS"
	expect "$name: security" "exit 100" sh -c 'echo ran >out'
	contains "$name: said by security" "$T/run/stderr" "$place" "$@"
	if [ -e "$T/run/cwd/out" ]; then
		flunk "$name: not started by security" </dev/null
	else
		pass "$name: not started by security"
	fi
	SLOPTS=
}

# broken NAME LINE:COLUMN PATTERN...: standard input is the rules file
broken()
{
	local name=$1 place=$2
	shift 2
	cat >"$T/bad.yaml"
	complains "$name" "$T/bad.yaml" "bad\\.yaml:$place:" "$@"
}

rules()
{
	complains "missing rules file" "$T/missing.yaml" 'missing\.yaml'
	broken "condition that ends too early" '3:[0-9]+' \
		'evt.type = open and$|^ *condition: evt' <<-'END'
		- rule: Broken
		  desc: x
		  condition: evt.type = open and
		  output: x
		  priority: INFO
	END
	broken "unknown field" '3:[0-9]+' 'proc\.nmae' 'hint:.*proc\.name' \
		'\^' <<-'END'
		- rule: Broken
		  desc: x
		  condition: evt.type = open and proc.nmae = cat
		  output: x
		  priority: INFO
	END
	broken "unknown macro" '3:[0-9]+' 'open_wriet' <<-'END'
		- rule: Broken
		  desc: x
		  condition: open_wriet and proc.name = cat
		  output: x
		  priority: INFO
	END
	broken "unknown field in the output" '4:[0-9]+' 'proc\.nmae' <<-'END'
		- rule: Broken
		  desc: x
		  condition: evt.type = open
		  output: 'opened by %proc.nmae'
		  priority: INFO
	END
	broken "no YAML" '[23]:[0-9]+' <<-'END'
		- rule: Broken
		  desc: [unclosed
		- rule: Next
	END
	broken "no priority" '1:[0-9]+' 'priority' <<-'END'
		- rule: Broken
		  desc: x
		  condition: evt.type = open
		  output: x
	END
	head -c 4096 /dev/urandom >"$T/bad.yaml"
	complains "random bytes" "$T/bad.yaml" 'bad\.yaml'
	mkdir -p "$T/dir.yaml"
	printf '%s\n' '- macro: x' '  condition: (((' >"$T/dir.yaml/a.yaml"
	complains "broken file in a directory" "$T/dir.yaml" \
		'dir\.yaml/a\.yaml:2:[0-9]+'
}

accepted()
{
	: >"$T/empty.yaml"
	SLOPTS="--rules $T/empty.yaml"
	expect "empty rules file" "exit 6" sh -c 'exit 6'
	mkdir -p "$T/rules.d"
	cp "$GOOD" "$T/rules.d/10-marker.yaml"
	SLOPTS="--rules $T/rules.d --priority security"
	expect "directory of rules" "exit 6" \
		sh -c 'cat e2e-marker 2>/dev/null; exit 6'
	contains "directory of rules: they work" "$T/run.log" \
		'MARK open name=.*/e2e-marker'
	SLOPTS=
}

for_engines commands rules accepted
finish
