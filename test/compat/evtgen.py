#!/usr/bin/env python3
"""The attack suite: performs each case under `sysdig-sl instrument` with the
official rules and compares the alerts with what the case says.

    evtgen.py --sl BINARY --actor ACTOR --rules RULES.yaml CASES.json...

A case is an object of the schema that evtgen_suite.json documents. Cases of our
own may also say "silent": true (the rule must not fire), "network": true, and
use the further steps of actor.c. Run it as root inside `enter`, which makes the
network and mount namespaces: nothing that a case does leaves them.
"""
import argparse
import concurrent.futures
import json
import os
import platform
import pwd
import shutil
import subprocess
import sys
import tempfile

CONTAINER = ("id=3ad7b26ded6d,name=actor,image=example/actor:1,"
             "privileged=true")
TIMEOUT_S = 60


class Skip(Exception):
    """The case cannot run here; the text says why."""


def words(*parts):
    for part in parts:
        if "\t" in str(part) or "\n" in str(part):
            raise Skip("a word with a tab or newline")
    return "\t".join(str(part) for part in parts)


def plan_process(process, directory, actor):
    path = os.path.join(tempfile.mkdtemp(dir=directory), process["name"])
    shutil.copy(actor, path)
    os.chmod(os.path.dirname(path), 0o755)
    user = process.get("user")
    ids = "-"
    if user:
        entry = pwd.getpwnam(user)
        ids = f"{entry.pw_uid}:{entry.pw_gid}"
    return words("chain", path, ids, *process.get("args", "").split())


def plan_resource(resource):
    kind = resource["type"]
    if kind == "fd":
        if resource["subtype"] == "directory":
            path = resource.get("dirPath") or resource["filePath"]
            return [words("mkdir", path),
                    words("open", path, "O_RDONLY|O_DIRECTORY")]
        path = resource.get("filePath") or resource["dirPath"]
        parent = os.path.dirname(path)
        return [words("mkdir", parent), words("open", path, "O_RDONLY")]
    if kind == "clientServer":
        address, _, port = resource["address"].rpartition(":")
        return [words("server", resource["l4Proto"], address, port)]
    if kind == "process" and resource.get("fileLess"):
        return [words("memfd", resource["name"])]
    raise Skip(f"resource {kind} is not known to the actor")


ARGUMENTS = {
    "open": ("pathname", "flags", "mode"),
    "openat": ("pathname", "flags", "mode"),
    "openat2": ("pathname", "how.flags", "how.mode"),
    "symlink": ("target", "linkPath"),
    "symlinkat": ("target", "linkPath"),
    "link": ("oldPath", "newPath"),
    "linkat": ("oldPath", "newPath"),
    "socket": ("domain", "type", "protocol"),
}


def argument(args, name):
    value = args
    for part in name.split("."):
        value = value.get(part, 0) if isinstance(value, dict) else 0
    return value


def plan_step(step):
    if "do" in step:  # our own form: the words as they are
        return words(*step["do"])
    name = step["syscall"]
    if name not in ARGUMENTS:
        raise Skip(f"call {name} is not known to the actor")
    return words("call", name,
                 *(argument(step["args"], a) for a in ARGUMENTS[name]))


def plan(case, directory, actor):
    lines = [plan_process(p, directory, actor)
             for p in case.get("context", {}).get("processes", [])]
    if case.get("before"):
        lines.append(words("before", case["before"]))
    for resource in case.get("resources", []):
        lines += plan_resource(resource)
    lines += [plan_step(s) for s in case.get("steps", [])]
    return "\n".join(lines) + "\n"


def same(expected, got):
    if isinstance(expected, str):
        return got is not None and str(got) == expected
    return got == expected


def matches(alert, case):
    expected = case.get("expectedOutcome", {})
    fields = alert.get("output_fields", {})
    return (alert["rule"] == case["rule"]
            and alert["priority"].lower() ==
            expected.get("priority", alert["priority"]).lower()
            and all(same(v, fields.get(k))
                    for k, v in expected.get("outputFields", {}).items()))


def perform(case, options, directory):
    condition = case.get("runIf", {}).get("arch")
    if condition and platform.machine() == "aarch64":
        raise Skip("not on arm64")
    path = os.path.join(directory, "plan")
    with open(path, "w", encoding="utf-8") as f:
        f.write(plan(case, directory, options.actor))
    os.chmod(directory, 0o755)
    output = os.path.join(directory, "alerts")
    inside = "container" in case.get("context", {})
    done = subprocess.run(
        [options.sl, "instrument", "--rules", options.rules,
         "--engine", options.engine, "--format", "json", "--output", output,
         "--container", CONTAINER if inside else "host", "--",
         options.actor],
        env={**os.environ, "ACTOR_PLAN": path}, timeout=TIMEOUT_S,
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
        start_new_session=True)  # no controlling terminal
    with open(output, encoding="utf-8") as f:
        alerts = [json.loads(line) for line in f]
    return alerts, done


def summary(alerts, rule):
    seen = [{"rule": a["rule"], "priority": a["priority"],
             "fields": a["output_fields"]}
            for a in alerts if a["rule"] == rule]
    return seen or [a["rule"] for a in alerts]


def judge(case, options):
    """(verdict, text): ok, failed, skipped."""
    directory = tempfile.mkdtemp(prefix="evtgen-")
    try:
        alerts, done = perform(case, options, directory)
    except Skip as reason:
        return "skipped", str(reason)
    except subprocess.TimeoutExpired:
        return "failed", f"took over {TIMEOUT_S} s"
    except (OSError, ValueError) as error:
        return "failed", str(error)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    if done.returncode != 0 or b"untraced" in done.stderr:
        return "failed", (f"actor ended with {done.returncode}: "
                          + done.stderr.decode(errors="replace")[-500:])
    if case.get("silent"):
        if any(a["rule"] == case["rule"] for a in alerts):
            return "failed", ("expected silence, got "
                              + json.dumps(summary(alerts, case["rule"])))
        return "ok", ""
    if any(matches(a, case) for a in alerts):
        return "ok", ""
    return "failed", ("expected " + json.dumps(case["expectedOutcome"])
                      + ", got " + json.dumps(summary(alerts, case["rule"])))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sl", required=True)
    parser.add_argument("--actor", required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--only", default="", help="part of an id")
    parser.add_argument("cases", nargs="+")
    options = parser.parse_args()
    cases = []
    for name in options.cases:
        with open(name, encoding="utf-8") as f:
            cases += [c for c in json.load(f) if options.only in c["id"]]
    if not cases:
        sys.exit(f"evtgen: no case has \"{options.only}\" in its id")
    count = {"ok": 0, "failed": 0, "skipped": 0}
    # Cases share /etc and /root of the namespace; those that make files there
    # remove them first, so the ones with steps run one after the other.
    alone = [c for c in cases
             if (c.get("steps") or c.get("resources"))
             and "sleep" not in c.get("before", "")]
    together = [c for c in cases if c not in alone]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(zip(together, pool.map(
            lambda c: judge(c, options), together)))
    results += [(c, judge(c, options)) for c in alone]
    for case, (verdict, text) in results:
        count[verdict] += 1
        if verdict != "ok":
            print(f"{verdict}: {case['id']}: {text}", flush=True)
    print(f"evtgen ({options.engine}): {count['ok']} passed, "
          f"{count['failed']} failed, {count['skipped']} skipped", flush=True)
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
