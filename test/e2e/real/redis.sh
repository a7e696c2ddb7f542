# redis.sh [PREFIX...]: a server on a unix socket in the current directory,
# a small benchmark, a save in the background, and an orderly end.
server=$(command -v redis-server || command -v redis-check-rdb)
"$@" bash -c 'exec -a redis-server "$@"' sh "$server" --port 0 \
	--unixsocket "$PWD/s" --dir "$PWD" --save '' --appendonly yes \
	--logfile "$PWD/log" --daemonize no &
pid=$!
trap 'kill $pid 2>/dev/null' EXIT
cli() { redis-cli -s "$PWD/s" "$@"; }
until cli ping >/dev/null 2>&1; do
	kill -0 $pid 2>/dev/null || { echo "server ended"; cat log; exit 1; }
	sleep 0.05
done
redis-benchmark -s "$PWD/s" -q -n 3000 -c 10 -r 100 \
	-t set,get,incr,lpush,lpop | tr '\r' '\n' | grep -a 'requests per' |
	sed 's/:.*//' | sort -u
cli incrby total 42
cli eval 'local s = 0 for i = 1, 100 do s = s + i end return s' 0
cli bgsave >/dev/null
until [ "$(cli info persistence | tr -d '\r' |
	sed -n 's/^rdb_bgsave_in_progress://p')" = 0 ]; do sleep 0.05; done
cli info persistence | tr -d '\r' | grep -E '^rdb_last_bgsave_status'
cli dbsize | grep -c .
cli shutdown nosave
wait $pid
echo "server: $?"
redis-check-aof appendonlydir/*.incr.aof 2>&1 | grep -c 'is valid'
