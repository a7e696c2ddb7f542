# nginx.sh [PREFIX...]: master and two workers on loopback, in a network
# namespace of its own; requests, reload, and a graceful end.
ip link set lo up
mkdir www tmp
seq 20000 >www/file
echo small >www/small
cat >conf <<END
daemon off; pid $PWD/pid; error_log $PWD/error.log; worker_processes 2;
events { worker_connections 128; }
http {
	access_log off; sendfile on;
	client_body_temp_path tmp/b; proxy_temp_path tmp/p;
	fastcgi_temp_path tmp/f; uwsgi_temp_path tmp/u; scgi_temp_path tmp/s;
	server { listen 127.0.0.1:8080; root $PWD/www;
		location /again/ { proxy_pass http://127.0.0.1:8080/; } }
}
END
chmod -R a+rX .
"$@" nginx -p "$PWD" -c "$PWD/conf" &
pid=$!
trap 'kill $pid 2>/dev/null' EXIT
get() { curl -s -o /dev/null -w '%{http_code} %{size_download}\n' \
	"http://127.0.0.1:8080$1"; }
until [ "$(get /small)" = '200 6' ]; do
	kill -0 $pid 2>/dev/null || { echo "ended"; cat error.log; exit 1; }
	sleep 0.05
done
get /file; get /again/file; get /missing
wrk -t 2 -c 8 -d 1s http://127.0.0.1:8080/small >wrk.out
grep -E 'Non-2xx|Socket errors' wrk.out
awk '/requests in/ { print ($1 > 0 ? "some" : "no") " requests" }' wrk.out
before=$(pgrep -c -P $pid nginx)
kill -HUP $pid
get /small; get /file
kill -USR1 $pid
get /small
echo "workers before the reload: $before"
kill -QUIT $pid
wait $pid
echo "nginx: $?"
grep -E 'emerg|alert|crit' error.log
exit 0
