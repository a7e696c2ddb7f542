# shellcheck shell=sh
# Sourced by the lints. Each prints its problems, one a line; report() turns
# them into a TAP result. They run in the root of the tree that they judge.

# report NAME: problems on stdin
report()
{
	problems=$(cat)
	echo 1..1
	if [ -z "$problems" ]; then
		echo "ok 1 - $1"
		return 0
	fi
	echo "not ok 1 - $1"
	printf '%s\n' "$problems" | sed 's/^/# /'
	return 1
}

# Our C files of the given suffixes ("c h def"), also before they are committed.
c_files()
{
	for suffix in $1; do
		find src applets test -name "*.$suffix" 2>/dev/null
	done | sort
}
