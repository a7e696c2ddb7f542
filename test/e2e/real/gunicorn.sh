# gunicorn.sh [PREFIX...]: a prefork server; one worker is killed and
# replaced; an orderly end.
ip link set lo up
cat >app.py <<'END'
import os, subprocess
def app(environ, start_response):
    if environ["PATH_INFO"] == "/die":
        os.kill(os.getpid(), 9)
    out = subprocess.run(["echo", environ["PATH_INFO"]], stdout=subprocess.PIPE)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [out.stdout]
END
"$@" gunicorn --log-level critical --workers 3 --bind 127.0.0.1:8081 \
	app:app 2>err &
pid=$!
trap 'kill $pid 2>/dev/null' EXIT
get() { curl -s "http://127.0.0.1:8081$1"; }
until [ "$(get /up)" = /up ]; do
	kill -0 $pid 2>/dev/null || { echo "ended"; cat err; exit 1; }
	sleep 0.05
done
for i in 1 2 3 4 5 6 7 8 9; do get "/$i"; done
get /die
until [ "$(get /again)" = /again ]; do sleep 0.05; done
kill -TERM $pid
wait $pid
echo "gunicorn: $?"
