#!/bin/bash
# What the agent sees and reports: rows 16, 26, 27, 35 to 41 and 43 of the
# matrix, from the side of the alerts.
RULES=$(dirname "$0")/rules/marker.yaml
. "$(dirname "$0")/lib.sh"
needs_agent
needs_root

# sees NAME PATTERN... -- COMMAND: alerts match the expressions
sees()
{
	local name=$1 patterns=()
	shift
	while [ "$1" != -- ]; do
		patterns+=("$1")
		shift
	done
	shift
	have "$name" "$1" || return 0
	run_instrumented "$T/run" "$@"
	if grep -qE '^(timeout|left |runner failed)' "$T/run/ending"; then
		transcript "$T/run" | flunk "$name"
	else
		contains "$name" "$T/run.log" "${patterns[@]}"
	fi
}

names()
{
	sees "relative path" 'MARK open name=/[^ ]*/cwd/e2e-marker ' \
		-- sh -c ': >e2e-marker'
	sees "path with dots" 'MARK open name=/[^ ]*/cwd/e2e-marker ' \
		-- sh -c 'mkdir d; cd d; : >./../d/../e2e-marker'
	sees "renamed directory" 'MARK open name=/[^ ]*/cwd/new/e2e-marker ' \
		-- sh -c 'mkdir old; cd old; mv ../old ../new; : >e2e-marker'
	sees "descriptor as directory" 'MARK open name=/[^ ]*/d/e2e-marker ' \
		-- python3 -c 'import os; os.mkdir("d")
os.open("e2e-marker", os.O_CREAT, dir_fd=os.open("d", os.O_RDONLY))'
	sees "failed open" 'MARK open name=/no/e2e-marker ' \
		-- sh -c 'cat /no/e2e-marker 2>/dev/null'
	sees "/proc/self is the tracee" \
		'MARK open name=(/proc/[0-9]+|/proc/self|)/[^ ]*e2e-marker' \
		-- sh -c ': >e2e-marker; cat /proc/self/cwd/e2e-marker'
	sees "passed descriptor as directory" \
		'MARK open name=/[^ ]*/d/e2e-marker ' -- python3 -c '
import os, socket
os.mkdir("d")
a, b = socket.socketpair()
if not os.fork():
    socket.send_fds(b, [b"x"], [os.open("d", os.O_RDONLY)])
    os._exit(0)
fd = socket.recv_fds(a, 1, 1)[1][0]
os.open("e2e-marker", os.O_CREAT, dir_fd=fd)
os.wait()'
	sees "inside a chroot" 'MARK open name=/[^ ]*e2e-marker ' \
		-- chroot "$T/jail" /attrs -o /e2e-marker wait
	sees "inside a mount namespace" 'MARK open name=/mnt/e2e-marker ' \
		-- unshare --mount sh -c '
		mount -t tmpfs none /mnt && : >/mnt/e2e-marker'
}

processes()
{
	local how
	sees "PID namespace" 'MARK open name=/[^ ]*e2e-marker .*vpid=1 ' \
		-- unshare --pid --fork --mount-proc sh -c ': >e2e-marker'
	sees "program in a memfd" \
		'MARK exec cmd=[^=]*e2e-marker .*memfd=true' -- python3 -c '
import os
fd = os.memfd_create("image")
os.write(fd, open("/bin/sh", "rb").read())
os.execve(fd, ["sh", "-c", "exit 0", "e2e-marker"], os.environ)'
	sees "script" 'MARK exec cmd=s ./s e2e-marker|MARK exec cmd=[^=]*s e2e-marker' \
		-- sh -c 'printf "#!/bin/sh\nexit 0\n" >s; chmod +x s
		./s e2e-marker'
	sees "exec from a thread" 'MARK exec cmd=sh -c exit 0; # e2e-marker .*exe=/[^ ]*sh ' -- python3 -c '
import os, threading, time
def run():
    os.execv("/bin/sh", ["sh", "-c", "exit 0; # e2e-marker"])
open("e2e-marker", "w")
threading.Thread(target=run).start()
time.sleep(100)'
	for how in fork vfork clone clone3; do
		sees "child by $how" 'MARK open name=/[^ ]*e2e-marker ' \
			-- "$P/marker" "$how" e2e-marker
	done
	for how in untraced ptrace clone3-untraced; do
		sees "child by clone with a flag: $how" \
			'MARK open name=/[^ ]*e2e-marker ' \
			-- "$P/marker" "$how" e2e-marker
	done
	sees "daemon after its parent" 'MARK open name=/[^ ]*e2e-marker ' \
		-- sh -c '(setsid sh -c "sleep 0.1; : >e2e-marker") & exit 3'
	sees "other user" 'MARK open name=/[^ ]*e2e-marker .*user=65534' \
		-- setpriv --reuid=65534 --regid=65534 --clear-groups \
		sh -c ': >e2e-marker'
}

interfaces()
{
	sees "int 0x80 in a 64-bit program" \
		'MARK open name=/[^ ]*e2e-marker ' \
		-- "$P/marker" int80 e2e-marker
	SLOPTS=--events
	sees "32-bit program" 'open(at)?\(.*/etc/passwd.*= 3$' \
		'open(at)?\(.*/nonexistent.*ENOENT' -- "$P/prog32"
	SLOPTS=
	LOGLEVEL=warning
	expect "io_uring" "exit 0" "$P/misc" iouring
	contains "io_uring: said" "$T/run/stderr" 'warning.*io_uring'
	LOGLEVEL=error
}

pointers()
{
	chosen "hostile pointers" || return 0
	SLOPTS=--events
	expect "hostile pointers" "exit 0" "$P/paths"
	contains "hostile pointers: paths" "$T/run.log" \
		'openat\(fd=-14\(EFAULT\).*name=<unreadable>' \
		'openat\(fd=-14\(EFAULT\).*name=<NULL>' \
		'openat\(fd=3.*name=/etc/passwd ' \
		'openat\(fd=-36\(ENAMETOOLONG\)'
	lacks "hostile pointers: one line an event" "$T/run.log" \
		'^[^0-9{[]'
	expect "large arguments in events" "exit 0" \
		"$P/bigargs" run both "$P/bigargs"
	expect "unreadable process in events" "exit 0" \
		setpriv --reuid=65534 --regid=65534 --clear-groups {} \
		"$P/misc" undumpable
	SLOPTS=
}

# What the file was at the moment of the open counts, not what stood in the
# thread's memory before: as many alerts name the file as were opened.
raced()
{
	local got want
	chosen "path that a sibling changes" || return 0
	run_instrumented "$T/run" "$P/sibling" e2e-marker
	want=$(sed -n 's/^second //p' "$T/run/stdout")
	got=$(grep -c 'MARK open name=[^ ]*/e2e-marker-b ' "$T/run.log")
	if [ "$got" = "$want" ]; then
		pass "path that a sibling changes"
	else
		echo "opened $want times, named $got times" |
			flunk "path that a sibling changes"
	fi
}

# After 10000 processes the agent is small, and knows what it left out.
bounded()
{
	local kb
	expect "10000 processes" "exit 0" "$P/forkmany" 10000
	kb=$(grep -o '"resident_kb":[0-9]*' "$T/run.log" | tr -dc 0-9)
	if [ "${kb:-99999}" -lt 12288 ]; then
		pass "10000 processes: less than 12 MB"
	else
		echo "resident: ${kb:-unknown} KB" |
			flunk "10000 processes: less than 12 MB"
	fi
	contains "10000 processes: counted" "$T/run.log" \
		'"processes":10[0-9]{3},.*"evicted_processes":'
}

mkdir "$T/jail"
cp "$P/attrs" "$T/jail"
for_engines names processes interfaces pointers raced bounded
finish
