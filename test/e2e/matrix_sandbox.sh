#!/bin/bash
# Sandboxes and privileges: rows 21 to 25, 41, 42 and 47 of the matrix.
. "$(dirname "$0")/lib.sh"
needs_root

# The capabilities of a container with SYS_PTRACE added, as on Fargate.
DOCKER=chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap
DOCKER=$DOCKER,net_bind_service,net_raw,sys_chroot,mknod,audit_write,setfcap
# What is documented to differ without CAP_SYS_ADMIN (README, Limits).
NNP='/^NoNewPrivs:/d'

bounding()
{
	echo "--bounding-set=-all,+${1//,/,+}"
}

seccomp()
{
	local what
	for what in errno trap kill killthread notif tsync log hide \
		trace; do
		same "own seccomp filter: $what" "$P/sandbox" "$what"
	done
	# The kernel refuses strict mode to whom has a filter (README, Limits), as it
	# does in any container: so with an outer filter it must be the same.
	[ "$ENGINE" = ptrace ] ||
		same "own seccomp filter: strict" "$P/sandbox" strict
	same "own seccomp filter: strict, in a container" \
		"$P/refuse" vmread -- {} "$P/sandbox" strict
	same "not dumpable" "$P/misc" undumpable
	same "io_uring" "$P/misc" iouring
	have "bubblewrap" bwrap && same "bubblewrap" bwrap --ro-bind / / \
		--unshare-all --proc /proc --dev /dev --die-with-parent \
		sh -c 'echo "$$"; cat /etc/hostname >/dev/null; exit 41'
}

other_users()
{
	local nobody='--reuid=65534 --regid=65534 --clear-groups'
	# shellcheck disable=SC2086 # a list of words
	{
	same -f "$NNP" "as another user" setpriv $nobody {} "$P/attrs"
	same "as another user: processes" setpriv $nobody {} "$P/spawn"
	same "as another user: threads" setpriv $nobody {} \
		"$P/threadexec" 5
	same "as another user: not dumpable" setpriv $nobody {} \
		"$P/misc" undumpable
	same "root becomes another user" setpriv $nobody "$P/attrs" \
		status args
	same "su" su nobody -s /bin/sh -c 'id -u; exit 42'
	}
	same "root becomes another user: setuid program" \
		setpriv $nobody "$T/setuid/misc" getids
}

capabilities()
{
	local p=$DOCKER,sys_ptrace
	same -f "$NNP" "Fargate's capabilities" \
		setpriv "$(bounding "$p")" {} "$P/attrs"
	same "Fargate's capabilities: processes" \
		setpriv "$(bounding "$p")" {} "$P/spawn"
	same "Fargate's capabilities: kill storm" \
		setpriv "$(bounding "$p")" {} "$P/killstorm" 5
	same "Fargate's capabilities: gosu style" \
		setpriv "$(bounding "$p")" {} setpriv --reuid=65534 \
		--regid=65534 --clear-groups "$P/spawn"
	same "Fargate's capabilities, another user" \
		setpriv "$(bounding "$p")" --reuid=65534 --regid=65534 \
		--clear-groups {} "$P/spawn"
	same "container without SYS_PTRACE" \
		setpriv "$(bounding "$DOCKER")" {} "$P/spawn"
	same -u "no capability at all" setpriv --bounding-set=-all \
		--inh-caps=-all {} "$P/spawn"
	same "no_new_privs already set" setpriv --no-new-privs {} "$P/attrs"
}

refused()
{
	same "process_vm_readv refused" "$P/refuse" vmread -- {} "$P/spawn"
	same "pidfd_open refused" "$P/refuse" pidfd -- {} "$P/spawn"
	same -u -o "ptrace refused" "$P/refuse" ptrace -- {} "$P/spawn"
	same -u -o "ptrace and seccomp refused" \
		"$P/refuse" ptrace seccomp vmread -- {} "$P/attrs" status stat
}

# A root directory with nothing but the programs; $1: how it is mounted.
# The log goes to a writable volume, as a read-only container has one.
ROOT='
set -e
mount -t tmpfs none "$1"
mkdir "$1/proc" "$1/out" "$1/etc"
cp "$2"/* "$1"
[ ! -e "$3" ] || cp "$3" "$1/rules.yaml"
echo root:x:0:0::/: >"$1/etc/passwd"
shift 3
'

roots()
{
	local agent="/sysdig-sl instrument --engine $ENGINE --stats"
	mkdir -p "$T/newroot"
	[ -z "$RULES" ] || agent="$agent --rules /rules.yaml"
	rooted "read-only root" "mount -t proc none %/proc
		mount -t tmpfs none %/out; mount -o remount,ro %" \
		"$agent --output /out/log --"
	rooted "read-only root, no volume" \
		"mount -t proc none %/proc; mount -o remount,ro %" \
		"$agent --"
	rooted "root without /proc" "mount -o remount,ro %" "$agent --"
}

# rooted NAME MOUNT-COMMANDS AGENT-COMMAND
rooted()
{
	local name=$1 script=$ROOT
	chosen "$name" || return 0
	script+="${2//%/$T/newroot}
exec chroot $T/newroot "
	run "$T/run" unshare --mount sh -c "$script \"\$@\"" sh \
		"$T/newroot" "$P" "$T/rules.yaml" /exits all
	cat "$T/run/stdout" "$T/run/ending" >"$T/expected"
	run "$T/run" unshare --mount sh -c "$script $3 \"\$@\"" sh \
		"$T/newroot" "$P" "$T/rules.yaml" /exits all
	cat "$T/run/stdout" "$T/run/ending" >"$T/got"
	if grep -q '^exit 0$' "$T/expected" &&
		diff -u "$T/expected" "$T/got" >"$T/diff"; then
		pass "$name"
	else
		cat "$T/diff" "$T/run/stderr" | flunk "$name"
	fi
}

inside()
{
	mkdir -p "$T/jail/etc"
	echo jailed >"$T/jail/etc/passwd"
	cp "$P/exits" "$P/misc" "$P/attrs" "$T/jail"
	same "chroot by the workload" chroot "$T/jail" /exits all
	same "chroot of the whole" chroot "$T/jail" /attrs args env fds stat
	same "mount namespace by the workload" unshare --mount sh -c '
		mount -t tmpfs none /mnt && echo data >/mnt/file &&
		cat /mnt/file && umount /mnt; exit 43'
}

mkdir "$T/setuid"
cp "$P/misc" "$T/setuid"
chmod 4755 "$T/setuid/misc"
for_engines seccomp other_users capabilities refused roots inside
finish
