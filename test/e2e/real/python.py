"""Work for Python: processes, threads, signals, sockets, files."""
import asyncio
import concurrent.futures
import multiprocessing
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading


def square(n):
    with open("/etc/passwd", "rb") as f:
        f.read(1)
    return n * n


def echo_server(server):
    for _ in range(20):
        conn, _ = server.accept()
        with conn:
            conn.sendall(conn.recv(100)[::-1])


def sockets():
    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=echo_server, args=(server,))
    thread.start()
    answers = []
    for i in range(20):
        with socket.create_connection(server.getsockname()) as conn:
            conn.sendall(b"message %02d" % i)
            answers.append(conn.recv(100).decode())
    thread.join()
    server.close()
    return answers[-1]


async def shells():
    procs = [await asyncio.create_subprocess_shell(f"exit {n}")
             for n in range(10)]
    return [await p.wait() for p in procs]


def main():
    got = []
    signal.signal(signal.SIGALRM, lambda *a: got.append("alarm"))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    signal.pause()
    print(got)
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with context.Pool(3) as pool:
            print(method, pool.map(square, range(10)))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        print(sum(pool.map(square, range(200))))
    print(subprocess.run(["sh", "-c", "echo out; echo err >&2; exit 3"],
                         capture_output=True, check=False))
    print(subprocess.call(["sh", "-c", "kill -9 $$"]))
    try:
        subprocess.run(["/nonexistent"], check=False)
    except FileNotFoundError as e:
        print(e)
    try:
        subprocess.run(["sleep", "100"], timeout=0.1, check=False)
    except subprocess.TimeoutExpired:
        print("timed out")
    print(asyncio.run(shells()))
    print(sockets())
    with tempfile.TemporaryDirectory() as d:
        db = sqlite3.connect(os.path.join(d, "db"))
        db.execute("create table t(n)")
        db.executemany("insert into t values(?)", ((i,) for i in range(500)))
        db.commit()
        print(db.execute("select sum(n) from t").fetchone())
        db.close()
    pid = os.fork()
    if not pid:
        os.execv("/bin/sh", ["sh", "-c", "exit 9"])
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    sys.exit(78)


if __name__ == "__main__":
    main()
