#!/usr/bin/env python3
"""make bench: each workload bare, instrumented with the official rules, and
under strace -f --seccomp-bpf tracing the same calls, in turn, in one run.
Prints medians as ratios, stops, exit stops and nanoseconds per stop.

    bench.py --sl BINARY --ops OPS --rules DIR [--rounds N] [--only NAME]
"""
import argparse
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

# What the 25 stable rules and the process tree need: strace shows these.
CALLS = ("open,openat,openat2,execve,execveat,connect,ptrace,symlink,"
         "symlinkat,link,linkat,socket,dup,dup2,dup3,init_module,"
         "finit_module,sendto,sendmsg")
STRACE = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null",
          "-e", "trace=" + CALLS]


class Bench:
    def __init__(self, options):
        self.options = options
        self.stable = os.path.join(options.rules, "falco_rules.yaml")
        self.directory = tempfile.mkdtemp(prefix="bench-", dir="/dev/shm")
        self.bars = []

    def sl(self, *rules, output=None):
        command = [self.options.sl, "instrument", "--stats", "--engine",
                   self.options.engine, "--output",
                   output or os.path.join(self.directory, "out")]
        for rule in rules or (self.stable,):
            command += ["--rules", rule]
        return command + ["--"]

    def counts(self):
        path = os.path.join(self.directory, "out")
        with open(path, encoding="utf-8") as f:
            lines = [line for line in f if line.startswith('{"engine"')]
        os.unlink(path)
        return json.loads(lines[-1])

    # --- measuring ---------------------------------------------------------

    def inside(self, prefix, name, count):
        """Microseconds per operation as the program itself measured."""
        done = subprocess.run(
            prefix + [self.options.ops, name, str(count), self.directory],
            capture_output=True, check=True, text=True)
        return float(done.stdout)

    def outside(self, prefix, command):
        """Wall-clock seconds of a whole command."""
        start = time.monotonic()
        subprocess.run(prefix + command, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True,
                       cwd=self.directory)
        return time.monotonic() - start

    def three_ways(self, name, measure):
        """measure(prefix) for bare, ours and strace, in turn."""
        ways = {"bare": [], "sl": self.sl(), "strace": STRACE}
        values = {way: [] for way in ways}
        for _ in range(self.options.rounds):
            for way, prefix in ways.items():
                values[way].append(measure(prefix))
        counts = self.counts()
        medians = {w: statistics.median(v) for w, v in values.items()}
        self.report(name, medians, counts)
        return medians, counts

    def report(self, name, m, counts):
        print(f"{name:18} {m['bare']:10.3f} {m['sl'] / m['bare']:7.2f} "
              f"{m['strace'] / m['bare']:7.2f} {m['sl'] / m['strace']:7.2f} "
              f"{counts['stops']:9d} {counts['exit_stops']:7d} "
              f"{counts['ns_per_stop']:7d}", flush=True)

    def bar(self, text, value, limit, at_least=False):
        met = value >= limit if at_least else value <= limit
        self.bars.append((met, text, value, limit, at_least))

    # --- workloads ---------------------------------------------------------

    def operations(self):
        for name, count in (("opens", 20000), ("files", 20000),
                            ("threads", 5000), ("processes", 1000),
                            ("programs", 1000), ("mallocs", 1000000)):
            if self.options.only and self.options.only != name:
                continue
            m, c = self.three_ways(
                name, lambda p, n=name, k=count: self.inside(p, n, k))
            if name == "opens":
                self.bar("opens / strace", m["sl"] / m["strace"], 0.55)
                self.bar("exit stops / entry stops (opens)",
                         c["exit_stops"] / max(1, c["entry_stops"]), 0.01)
            if name == "files":
                self.bar("files / strace", m["sl"] / m["strace"], 0.6)
                self.bar("exit stops / entry stops (files)",
                         c["exit_stops"] / max(1, c["entry_stops"]), 0.01)
            if name == "programs":
                self.bar("programs / bare", m["sl"] / m["bare"], 1.35)

    def commands(self):
        shutil.copy(os.path.join(os.path.dirname(__file__), "ops.c"),
                    self.directory)
        loop = "i=0; while [ $i -lt 300 ]; do /bin/true; i=$((i+1)); done"
        for name, command in (
                ("find", ["find", "/usr/share/doc", "-maxdepth", "2"]),
                ("fork+exec loop", ["bash", "-c", loop]),
                ("C compile", ["gcc", "-O2", "-c", "-o", "ops.o", "ops.c"])):
            if self.options.only and self.options.only not in name:
                continue
            m, _ = self.three_ways(
                name, lambda p, c=command: self.outside(p, c))
            if name == "find":
                self.bar("find / bare", m["sl"] / m["bare"], 2.6)

    def serve(self, name, server, ready, load, stop):
        """Median throughput bare, instrumented and under strace."""
        if self.options.only and self.options.only != name:
            return
        rates = {"bare": [], "sl": [], "strace": []}
        for _ in range(self.options.rounds):
            for way, prefix in (("bare", []), ("sl", self.sl()),
                                ("strace", STRACE)):
                process = subprocess.Popen(
                    prefix + server, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL)
                try:
                    ready(process)
                    rates[way].append(load())
                finally:
                    stop()
                    process.wait(timeout=30)
        time.sleep(0.3)
        counts = self.counts()
        m = {w: statistics.median(r) for w, r in rates.items()}
        print(f"{name:18} {m['bare']:10.0f} {m['sl'] / m['bare']:7.2f} "
              f"{m['strace'] / m['bare']:7.2f} {m['sl'] / m['strace']:7.2f} "
              f"{counts['stops']:9d} {counts['exit_stops']:7d} "
              f"{counts['ns_per_stop']:7d}  (operations a second)",
              flush=True)
        self.bar(f"{name} throughput / bare", m["sl"] / m["bare"], 0.9,
                 at_least=True)

    def redis(self):
        path = os.path.join(self.directory, "redis.sock")

        def load():
            done = subprocess.run(
                ["redis-benchmark", "-s", path, "-t", "get,set", "-P", "1",
                 "-n", "60000", "-q", "--csv"],
                capture_output=True, text=True, check=True)
            rates = [float(line.split(",")[1].strip('"'))
                     for line in done.stdout.splitlines()
                     if line.startswith(('"GET"', '"SET"'))]
            return statistics.mean(rates)

        self.serve("redis-benchmark",
                   ["redis-server", "--port", "0", "--unixsocket", path,
                    "--save", "", "--appendonly", "no",
                    "--dir", self.directory],
                   lambda p: wait_for_socket(path, p), load,
                   lambda: subprocess.run(
                       ["redis-cli", "-s", path, "shutdown", "nosave"],
                       capture_output=True, check=False))

    def pgbench(self):
        if self.options.only and self.options.only != "pgbench":
            return
        bin_dir = postgres_bin()
        data = os.path.join(self.directory, "pg")
        os.chmod(self.directory, 0o755)
        os.mkdir(data)
        shutil.chown(data, "postgres", "postgres")
        as_postgres = ["setpriv", "--reuid", "postgres", "--regid",
                       "postgres", "--clear-groups"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
                 "check": True, "cwd": "/"}
        subprocess.run(as_postgres + [f"{bin_dir}/initdb", "-D", data, "-A",
                                      "trust", "--no-sync"], **quiet)
        path = os.path.join(data, ".s.PGSQL.5432")
        client = ["-h", data, "-U", "postgres"]

        def load():
            done = subprocess.run(
                ["pgbench", *client, "-S", "-n", "-c", "4", "-j", "1", "-T",
                 "4", "postgres"], capture_output=True, text=True, check=True)
            return next(float(line.split()[2])
                        for line in done.stdout.splitlines()
                        if line.startswith("tps"))

        def ready(process):
            wait_for_socket(path, process)
            subprocess.run(["pgbench", *client, "-i", "-q", "-s", "5",
                            "postgres"], **quiet)

        server = as_postgres + [f"{bin_dir}/postgres", "-D", data, "-k", data,
                                "-c", "listen_addresses=", "-c", "fsync=off"]
        def stop():
            # The server's own id: a tracer would swallow the signal.
            with open(os.path.join(data, "postmaster.pid"),
                      encoding="utf-8") as f:
                os.kill(int(f.readline()), signal.SIGINT)

        self.serve("pgbench", server, ready, load, stop)

    def once(self):
        if self.options.only and self.options.only != "once":
            return
        subprocess.run(self.sl() + [self.options.ops, "processes", "100000",
                                    self.directory],
                       check=True, stdout=subprocess.DEVNULL)
        c = self.counts()
        print(f"agent after {c['processes']} processes: "
              f"{c['resident_kb']} kB resident, {c['evicted_processes']} "
              "evicted")
        self.bar("agent MB after 100,000 processes",
                 c["resident_kb"] / 1024, 12)
        every = [os.path.join(self.options.rules, f)
                 for f in sorted(os.listdir(self.options.rules))
                 if f.endswith(".yaml")]
        times = []
        for _ in range(15):
            subprocess.run(self.sl(*every) + ["/bin/true"], check=True)
            times.append(self.counts()["exec_us"])
        print(f"start to exec with all three rule files: "
              f"{statistics.median(times) / 1000:.1f} ms")
        self.bar("ms to the workload's exec, three files",
                 statistics.median(times) / 1000, 20)

    def verdict(self):
        print("\nbars")
        for met, text, value, limit, at_least in self.bars:
            print(f"  {'met   ' if met else 'MISSED'} {text}: {value:.3f} "
                  f"({'at least' if at_least else 'at most'} {limit})")
        return all(b[0] for b in self.bars)


def wait_for_socket(path, process):
    for _ in range(500):
        if process.poll() is not None:
            sys.exit(f"bench: server ended with {process.returncode}")
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(path)
                time.sleep(0.2)
                return
            except OSError:
                time.sleep(0.02)
    sys.exit(f"bench: no server at {path}")


def postgres_bin():
    base = "/usr/lib/postgresql"
    return os.path.join(base, sorted(os.listdir(base))[-1], "bin")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sl", required=True)
    parser.add_argument("--ops", required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    bench = Bench(options)
    print(f"{platform.processor() or platform.machine()}, "
          f"{os.cpu_count()} CPUs, Linux {platform.release()}")
    print(f"{'workload':18} {'bare':>10} {'sl/bare':>7} {'st/bare':>7} "
          f"{'sl/st':>7} {'stops':>9} {'exits':>7} {'ns/stop':>7}")
    try:
        bench.operations()
        bench.commands()
        bench.redis()
        bench.pgbench()
        bench.once()
        ok = bench.verdict()
    finally:
        shutil.rmtree(bench.directory, ignore_errors=True)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
