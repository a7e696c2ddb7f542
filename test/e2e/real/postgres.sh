# postgres.sh [PREFIX...]: initdb, a server on a unix socket, pgbench, and a
# fast shutdown, all in the current directory, as the user postgres.
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
user="setpriv --reuid=postgres --regid=postgres --clear-groups"
export PGHOST=$PWD PGUSER=postgres PGDATABASE=postgres
export PATH=$bin:$PATH
chmod 777 .
"$@" $user initdb -D "$PWD/data" -A trust -U postgres --no-sync >init.log 2>&1
echo "initdb: $?"
"$@" $user postgres -D "$PWD/data" -c listen_addresses= -c fsync=off \
	-c unix_socket_directories="$PWD" >server.log 2>&1 &
pid=$!
trap 'kill -INT $pid 2>/dev/null' EXIT
until $user psql -Atc 'select 1' >/dev/null 2>&1; do
	kill -0 $pid 2>/dev/null || { echo "ended"; cat server.log; exit 1; }
	sleep 0.05
done
$user pgbench -q -i -s 1 >/dev/null 2>&1
echo "pgbench -i: $?"
$user pgbench -S -c 4 -j 2 -t 200 2>/dev/null | grep 'actually processed'
$user pgbench -c 4 -j 2 -t 50 2>/dev/null | grep 'actually processed'
$user psql -Atc 'select count(*), sum(abalance) = (select sum(tbalance)
	from pgbench_tellers) from pgbench_accounts'
$user psql -Atc "copy (select 6 * 7) to program 'cat >$PWD/copied'"
cat copied
$user psql -Atc 'select pg_terminate_backend(pg_backend_pid())' 2>&1 |
	grep -c terminating
kill -INT $pid
wait $pid
echo "postgres: $?"
grep -E 'PANIC|server process .* was terminated' server.log
$user pg_controldata "$PWD/data" | grep 'cluster state'
