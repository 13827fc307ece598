#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Oriel beside the tracers that Debian has: switch each peer on, run bench-peers, and leave nothing behind.

  peers.py PROGRAM EXAMPLE LIST    LIST: the peers built in, as "lttng,usdt"

  LTTng-UST     a session in snapshot mode, of a daemon of our own
  USDT          a kernel uprobe on the site, with its three arguments, into an instance of our own
  trace_marker  of the same instance

What is missing (a package, root, tracefs) is left out, with the reason. As root all of it runs in a mount
namespace of its own, where /run and /dev/shm are empty and ours: there root's LTTng daemon has its sockets.
"""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import hotpath
from results import report

PATIENCE = 30
OFF = (("Oriel", "off_oriel", None), ("LTTng-UST", "off_lttng", "lttng"), ("USDT", "off_usdt", "usdt"),
       ("trace_marker behind a test of its descriptor", "off_marker", None))
INSIDE = "BENCH_PEERS_INSIDE"
# Names of registers in USDT's notes and in the kernel's fetch arguments.
REGISTER = re.compile(r"%[er]?([a-d]x|[sd]i|[bs]p|1?\d)[dwb]?$|%r(\d+)[dwb]?$")


def own_namespace():
    if os.geteuid() or os.environ.get(INSIDE) or not shutil.which("unshare"):
        return
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable] + sys.argv)


def count_off(example, built):
    counts = {}
    for name, function, needs in OFF:
        if needs in (None, *built):
            counts[name] = hotpath.extra(example, function, "off_plain")[0]
    for name, count in counts.items():
        more = {"than_Oriel": count - counts["Oriel"]} if name != "Oriel" else {}
        report("%s, instructions when off" % name, count, "instructions", **more)


def lttng(stack, env, folder):
    """Start a daemon and a session; a reason why not, or None."""
    if not shutil.which("lttng-sessiond") or not shutil.which("lttng"):
        return "lttng-tools is not installed"
    if os.geteuid() == 0 and not os.environ.get(INSIDE):
        return "there is no unshare to keep root's LTTng daemon apart from the system's"
    env["LTTNG_HOME"] = os.path.join(folder, "lttng")
    os.mkdir(env["LTTNG_HOME"])

    def run(*args):
        return subprocess.run(["lttng", "--no-sessiond", *args], env=env, capture_output=True, text=True,
                              timeout=PATIENCE)

    daemon = subprocess.Popen(["lttng-sessiond", "--no-kernel"], env=env, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, start_new_session=True)

    def stop():
        run("destroy", "--all")
        daemon.terminate()
        try:
            daemon.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(daemon.pid, signal.SIGKILL)
            daemon.wait()

    stack.callback(stop)
    until = time.monotonic() + PATIENCE
    while run("list").returncode:
        if daemon.poll() is not None or time.monotonic() > until:
            return "lttng-sessiond does not come up"
        time.sleep(0.05)
    for args in (["create", "oriel-bench", "--snapshot", "--output", folder + "/snapshot"],
                 ["enable-event", "-u", "oriel_bench:*"], ["start"]):
        done = run(*args)
        if done.returncode:
            return "lttng %s: %s" % (args[0], (done.stdout + done.stderr).strip())
    # The program waits until the daemon has told it what is on.
    env["LTTNG_UST_REGISTER_TIMEOUT"] = "-1"
    env["PEERS_LTTNG"] = "1"
    return None


def tracefs(stack, folder):
    """(path of an instance of our own, reason why there is none)"""
    if os.geteuid():
        return None, "tracefs is root's"
    mount = os.path.join(folder, "tracing")
    os.mkdir(mount)
    done = subprocess.run(["mount", "-t", "tracefs", "nodev", mount], capture_output=True, text=True)
    if done.returncode:
        return None, "tracefs cannot be mounted: " + done.stderr.strip()
    stack.callback(subprocess.run, ["umount", "-l", mount])
    instance = os.path.join(mount, "instances", "oriel-bench-%d" % os.getpid())
    try:
        os.mkdir(instance)
    except OSError as error:
        return None, "no tracefs instance: %s" % error
    stack.callback(os.rmdir, instance)
    return instance, None


def fetch_argument(argument):
    """The kernel's words for one argument of a USDT note: "-4@%ebx" is "%bx:s32"."""
    size, place = argument.split("@", 1)
    kind = "%s%d" % ("s" if size.startswith("-") else "u", 8 * abs(int(size)))
    register = REGISTER.match(place)
    memory = re.match(r"(-?\d*)\((%\w+)\)$", place)
    if place.startswith("$"):
        return "\\%s:%s" % (place[1:], kind)
    if register:
        name = register.group(1) or register.group(2)
        return "%%%s:%s" % ("r" + name if name.isdigit() else name, kind)
    if memory and REGISTER.match(memory.group(2)):
        inner = REGISTER.match(memory.group(2))
        name = inner.group(1) or inner.group(2)
        return "%+d(%%%s):%s" % (int(memory.group(1) or 0), "r" + name if name.isdigit() else name, kind)
    raise ValueError("argument %s of the USDT site" % argument)


def usdt_site(program):
    """(offset in the file, arguments) of the site oriel_bench:on, from the program's notes."""
    notes = subprocess.run(["readelf", "-nW", program], capture_output=True, text=True, check=True).stdout
    match = re.search(r"Provider: oriel_bench\s+Name: on\s+Location: 0x([0-9a-f]+).*?Arguments: ([^\n]*)", notes,
                      flags=re.S)
    headers = subprocess.run(["readelf", "-lW", program], capture_output=True, text=True, check=True).stdout
    address = int(match.group(1), 16)
    for load in re.finditer(r"LOAD\s+0x(\w+) 0x(\w+) 0x\w+ 0x(\w+)", headers):
        offset, start, size = [int(text, 16) for text in load.groups()]
        if start <= address < start + size:
            return address - start + offset, match.group(2).split()
    raise ValueError("the USDT site is in no segment")


def usdt(stack, env, instance, program):
    group = "oriel_bench_%d" % os.getpid()
    events = os.path.join(instance, "..", "..", "uprobe_events")

    def tell(path, text):
        # Not open(): it seeks, which tracefs refuses. Without O_APPEND all probes would be deleted.
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(file, text.encode())
        finally:
            os.close(file)

    try:
        offset, arguments = usdt_site(program)
        fetch = ["a%d=%s" % (i, fetch_argument(a)) for i, a in enumerate(arguments)]
        tell(events, "p:%s/on %s:0x%x %s\n" % (group, program, offset, " ".join(fetch)))
        stack.callback(tell, events, "-:%s/on\n" % group)
        enable = os.path.join(instance, "events", group, "enable")
        tell(enable, "1")
        stack.callback(tell, enable, "0")
    except (OSError, ValueError) as error:
        return "no uprobe on the USDT site: %s" % error
    env["PEERS_USDT"] = "1"
    return None


def uprobe_hits(instance):
    """How often our uprobe was hit; the run must have hit it."""
    with open(os.path.join(instance, "..", "..", "uprobe_profile"), encoding="utf-8") as profile:
        return sum(int(line.split()[2]) for line in profile if line.split()[1] == "on")


def end(process):
    """Asked to, it removes its domain."""
    if process.poll() is None:
        process.terminate()
        process.wait(PATIENCE)


def measure(stack, program, built):
    folder = tempfile.mkdtemp(prefix="oriel-bench-")
    stack.callback(shutil.rmtree, folder, True)
    if os.environ.get(INSIDE):
        # /dev/shm too: LTTng-UST leaves files there for ever.
        for place in ("/run", "/dev/shm"):
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=True)
    env, reasons = dict(os.environ), {}
    if "lttng" in built:
        reasons["LTTng-UST"] = lttng(stack, env, folder)
    else:
        reasons["LTTng-UST"] = "liblttng-ust-dev was not installed when this was built"
    instance, reason = tracefs(stack, folder)
    if instance:
        env["PEERS_MARKER"] = os.path.join(instance, "trace_marker")
    reasons["trace_marker"] = reason
    if "usdt" not in built:
        reason = "systemtap-sdt-dev was not installed when this was built"
    elif instance:
        reason = usdt(stack, env, instance, program)
    reasons["USDT"] = reason
    for peer, why in reasons.items():
        if why:
            print("%s is left out: %s" % (peer, why), flush=True)
    if all(reasons.values()):
        return 77
    running = subprocess.Popen([program], env=env)
    stack.callback(end, running)
    status = running.wait()
    if not reasons["USDT"] and not uprobe_hits(instance):
        print("the uprobe was never hit: the figure for USDT is void")
        return 1
    return 1 if status else 0


def main():
    own_namespace()
    program, example = [os.path.abspath(path) for path in sys.argv[1:3]]
    built = sys.argv[3].split(",") if len(sys.argv) > 3 else []
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))
    with contextlib.ExitStack() as stack:
        status = measure(stack, program, built)
    count_off(example, built)
    sys.exit(status)


main()
