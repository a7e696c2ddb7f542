# Programs in place of programs, some of which are not there.
cd /tmp/replay/home || exit
(
	exec /usr/bin/env -i A=b /bin/sh -c 'exec /bin/sh -c "exec true one"'
)
./nosuch 2>/dev/null
: >plain && ./plain 2>/dev/null
(
	(
		sleep 0.1
		exec true orphan
	) &
)
sleep 0.3
kill -TERM $$
