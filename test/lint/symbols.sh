#!/bin/sh
# What the objects of the rooms may not refer to, by nm(1) on the musl flavour:
# no room ends the process, but for the process mains of may_exit.txt; the pure
# rooms (base event state rule conf) have no descriptors, clock, environment,
# output or variables of static storage.
#
# Usage: symbols.sh OBJECTS (a directory with src/ROOM/*.o)
. "${LINT_LIB:-test/lint/lib.sh}"
objects=${1:-${B:-build}/musl}/src

ending='exit|_exit|_Exit|quick_exit|abort|__assert_fail|longjmp|siglongjmp'
impure='open|openat|creat|fopen|fdopen|read|pread|write|pwrite|close|socket'
impure="$impure|connect|mmap|ioctl|syscall|printf|vprintf|puts|putchar|fprintf"
impure="$impure|fwrite|fputs|stdout|stderr|stdin|perror|getenv|secure_getenv"
impure="$impure|environ|setenv|time|gettimeofday|clock_gettime|localtime"
impure="$impure|gmtime|fork|execve|system|getpid|gettid|kill|signal|sigaction"
impure="$impure|rand|srand|random|getrandom|strtok|strerror|setlocale"

problems()
{
	[ -d "$objects" ] || echo "$objects: no objects; run make first"
	for object in "$objects"/*/*.o; do
		[ -e "$object" ] || continue
		name=${object#"$objects"/}
		room=${name%%/*}
		if [ "$room" != os ] &&
		    ! grep -qx "$name" test/lint/may_exit.txt; then
			nm -u "$object" | awk -v o="$name" \
				-v bad="^($ending)\$" '$2 ~ bad {
				print o ": refers to " $2 }'
		fi
		case $room in
		base | event | state | rule | conf) ;;
		*) continue ;;
		esac
		nm -u "$object" | awk -v o="$name" -v bad="^($impure)\$" \
			'$2 ~ bad { print o ": a pure room refers to " $2 }'
		nm -f sysv "$object" | awk -F'|' -v o="$name" '
			{ gsub(/ /, "") }
			$7 ~ /^\.(data|bss|tdata|tbss)/ &&
			$7 !~ /^\.data\.rel\.ro/ && $4 == "OBJECT" {
				print o ": a pure room has the variable " $1 }'
	done
}
problems | report "rooms do not exit, pure rooms are pure"
