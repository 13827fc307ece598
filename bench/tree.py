#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the mounted tree delivers: `cat trace` of a million records, the pages of trace_pipe_raw, and `ls -lR` of a
domain with 2,000 events.

  tree.py ORIEL PACED MANY

The floors: the same text by `oriel trace`, the same bytes copied from file to file in shared memory, and `ls -lR` of
as many files there.
"""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from recording import hurry
from results import report

RECORDS = 1000000
ROUNDS = 5
# A record of bench_ints takes 28 bytes.
RING_KB = 36000
PAGES_KB = 200000
EVENTS = 2000


class Domain:
    """One of its own, mounted."""

    def __init__(self, oriel, folder):
        self.oriel, self.mount = oriel, os.path.join(folder, "mnt")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ORIEL_")}
        self.runtime = tempfile.mkdtemp(prefix="oriel-bench-", dir="/dev/shm")
        self.environment["XDG_RUNTIME_DIR"] = self.runtime
        os.mkdir(self.mount)
        self.run("mount", self.mount, stdout=subprocess.DEVNULL)
        self.tracing = os.path.join(self.mount, "tracing")

    def run(self, *args, **kwargs):
        return subprocess.run([self.oriel, *args], env=self.environment, check=True, **kwargs)

    def write(self, name, text):
        fd = os.open(os.path.join(self.tracing, name), os.O_WRONLY | os.O_TRUNC)
        try:
            os.write(fd, text.encode())
        finally:
            os.close(fd)

    def read(self, name):
        with open(os.path.join(self.tracing, name), encoding="utf-8") as file:
            return file.read()

    def end(self):
        with contextlib.suppress(subprocess.CalledProcessError):
            self.run("umount", self.mount)
        shutil.rmtree(self.runtime, ignore_errors=True)


def fill(domain, paced, folder, records):
    """So many records in the rings."""
    told = os.path.join(folder, "paced.json")
    domain.write("trace", "0")
    subprocess.run([paced, "20000000", "60", told, "ints", str(records)], env=domain.environment, check=True,
                   stdout=subprocess.DEVNULL)


def take(path, size):
    """Read a file to its end, or until it would have to wait: (bytes, seconds)."""
    fd, got = os.open(path, os.O_RDONLY | os.O_NONBLOCK), 0
    begin = time.monotonic()
    with contextlib.suppress(BlockingIOError):
        while more := os.read(fd, size):
            got += len(more)
    elapsed = time.monotonic() - begin
    os.close(fd)
    return got, elapsed


def timed(*command, **kwargs):
    begin = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, **kwargs)
    return time.monotonic() - begin


def bench_trace(domain, paced, folder):
    domain.write("buffer_size_kb", str(RING_KB))
    domain.write("events/bench/bench_ints/enable", "1")
    fill(domain, paced, folder, RECORDS)
    path = os.path.join(domain.tracing, "trace")
    lines = int(subprocess.run("grep -vc '^#' " + path, shell=True, capture_output=True, text=True).stdout)
    if lines < RECORDS:
        raise SystemExit("only %d of %d records are there" % (lines, RECORDS))
    best = min(timed("cat", path) for _ in range(ROUNDS))
    floor = min(timed(domain.oriel, "trace", env=domain.environment) for _ in range(ROUNDS))
    report("cat trace through the mount", RECORDS / best, "records/s", target=1e6, at_least=True,
           floor="oriel trace", floor_records_per_s=RECORDS / floor)
    pipe = os.path.join(domain.tracing, "trace_pipe")
    _, elapsed = take(pipe, 1 << 17)
    report("trace_pipe through the mount", RECORDS / elapsed, "records/s")


def raw_rate(domain, paced, folder, taking):
    fill(domain, paced, folder, PAGES_KB * 1024 // 28 // 2)
    got = elapsed = 0
    for cpu in sorted(os.listdir(os.path.join(domain.tracing, "per_cpu"))):
        more, seconds = taking(os.path.join(domain.tracing, "per_cpu", cpu, "trace_pipe_raw"))
        got, elapsed = got + more, elapsed + seconds
    return got / elapsed / 1e6, got


def splice(path):
    """As trace-cmd does it, into a pipe and on; there, to nowhere."""
    fd, sink = os.open(path, os.O_RDONLY | os.O_NONBLOCK), os.open("/dev/null", os.O_WRONLY)
    inlet, outlet = os.pipe()
    got, begin = 0, time.monotonic()
    with contextlib.suppress(BlockingIOError):
        while more := os.splice(fd, outlet, 1 << 16):
            got += more
            while more:
                more -= os.splice(inlet, sink, more)
    elapsed = time.monotonic() - begin
    for one in fd, sink, inlet, outlet:
        os.close(one)
    return got, elapsed


def bench_raw(domain, paced, folder):
    domain.write("buffer_size_kb", str(PAGES_KB))
    size = int(domain.read("buffer_subbuf_size_kb")) * 1024
    ways = [("read, a page each", lambda path: take(path, size)), ("read, 128 KiB each", lambda path: take(path, 1 << 17)),
            ("splice", splice)]
    for what, taking in ways:
        rate, got = max(raw_rate(domain, paced, folder, taking) for _ in range(2))
        more = {"bytes": got}
        if what == ways[0][0]:
            more["floor_MBps"] = floor_copy(folder, size)
        report("trace_pipe_raw through the mount, %s" % what, rate, "MB/s",
               target=200 if what == ways[1][0] else None, at_least=True, **more)
    with contextlib.suppress(OSError):
        domain.write("buffer_subbuf_size_kb", "64")
        rate, got = max(raw_rate(domain, paced, folder, lambda path: take(path, 1 << 16)) for _ in range(2))
        report("the same with pages of 64 KiB, a page each", rate, "MB/s", target=200, at_least=True, bytes=got)


def floor_copy(folder, size):
    """Reading as many bytes from a file in shared memory, as many at a time."""
    path = os.path.join("/dev/shm", os.path.basename(folder))
    with open(path, "wb") as file:
        file.write(bytes(64 << 20))
    got, elapsed = take(path, size)
    os.unlink(path)
    return got / elapsed / 1e6


def bench_list(domain, many, folder):
    program = subprocess.Popen([many], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=domain.environment)
    program.stdout.readline()
    files = subprocess.run(["ls", "-lR", domain.mount], capture_output=True, text=True, check=True).stdout.count("\n-")
    first = subprocess_after_remount(domain)
    best = min(timed("ls", "-lR", domain.mount) for _ in range(ROUNDS))
    floor = min(timed("ls", "-lR", plain(folder, domain)) for _ in range(ROUNDS))
    report("ls -lR of a domain with %d events" % EVENTS, first, "s", target=1, files=files, again=best,
           floor="as many files in shared memory", floor_seconds=floor)
    program.stdin.close()
    program.wait()


def subprocess_after_remount(domain):
    """Of a mount that nobody has looked at."""
    domain.run("umount", domain.mount)
    domain.run("mount", domain.mount, stdout=subprocess.DEVNULL)
    return timed("ls", "-lR", domain.mount)


def plain(folder, domain):
    copy = os.path.join(domain.runtime, "copy")
    if not os.path.exists(copy):
        for i in range(EVENTS):
            os.makedirs(os.path.join(copy, "events", "many", "many_%04d" % i))
            for name in "enable", "filter", "format", "hist", "id", "trigger":
                open(os.path.join(copy, "events", "many", "many_%04d" % i, name), "wb").close()
    return copy


def main():
    oriel, paced, many = [os.path.abspath(path) for path in sys.argv[1:4]]
    if not os.access("/dev/fuse", os.W_OK):
        print("no /dev/fuse for us: nothing can be mounted")
        return
    hurry()
    with tempfile.TemporaryDirectory(prefix="oriel-bench-") as folder:
        for bench, program in (bench_trace, paced), (bench_raw, paced), (bench_list, many):
            domain = Domain(oriel, tempfile.mkdtemp(dir=folder))
            try:
                # its events are known once it has run
                subprocess.run([program, "1000", "0.01", os.path.join(folder, "told")] if program == paced else ["true"],
                               env=domain.environment, stderr=subprocess.DEVNULL)
                if program == paced:
                    domain.write("events/bench/bench_ints/enable", "1")
                bench(domain, program, folder)
            finally:
                domain.end()



if __name__ == "__main__":
    main()
