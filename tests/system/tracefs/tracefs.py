# SPDX-License-Identifier: MIT
"""What the tests with real tools share: a domain that stands where the kernel's tracefs stands.

A file of tests is run as FILE.py ORIEL TRACED [TEST...]; TRACED is the program of traced.c, and beside it lie the
other programs built for these tests. The place of each test is that of ../cli/harness.py.
"""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import harness                                           # noqa: E402
from harness import Skip, until                          # noqa: E402,F401

TRACING = "/sys/kernel/tracing"


class Traced(harness.Puppet):
    """traced.c: tell() returns how many records it wrote."""

    def tell(self, line):
        return int(super().tell(line).split()[1])


def traced(place, **kwargs):
    """A program whose events are known: the domain is there before it starts."""
    place.oriel("list", expect=None)
    puppet = Traced(place, **kwargs)
    place.puppets.append(puppet)
    return puppet


def beside(name):
    return os.path.join(os.path.dirname(harness.PUPPET), name)


def tool(name):
    if not shutil.which(name):
        raise Skip(name + " is not installed")
    return name


def need_mounts(place):
    """Can a tree be mounted here at all? Asked once."""
    if not hasattr(need_mounts, "why_not"):
        done = run(place, "true", expect=None)
        fuse = "/dev/fuse" in done.stderr or "fusermount3" in done.stderr
        need_mounts.why_not = done.stderr.strip() if done.returncode and fuse else None
    if need_mounts.why_not:
        raise Skip("no FUSE mounts here: " + need_mounts.why_not.splitlines()[-1])


def run(place, *command, expect=0, env=(), timeout=None, **kwargs):
    """A command of a person who has the kernel's tracefs in mind: `oriel exec -- COMMAND`."""
    done = subprocess.run([harness.ORIEL, "exec", "--", *command], capture_output=True, text=True,
                          timeout=timeout or harness.PATIENCE, env=place.environment(**dict(env)),
                          cwd=place.files, **kwargs)
    assert expect is None or done.returncode == expect, "%s: exit status %d, not %d\n--- stdout\n%s--- stderr\n%s" % (
        " ".join(command), done.returncode, expect, done.stdout[-4000:], done.stderr[-4000:])
    return done


def start(place, *command, env=(), **kwargs):
    """The same, not waited for; what is left of it at the test's end is ended."""
    process = subprocess.Popen([harness.ORIEL, "exec", "--", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=place.environment(**dict(env)),
                            cwd=place.files, **kwargs)
    place.puppets.append(Left(process))
    return process


class Left:
    def __init__(self, process):
        self.process = process

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in self.process.stdin, self.process.stdout, self.process.stderr:
            if stream:
                stream.close()


def shell(place, script, expect=0, **kwargs):
    """A session in the tracing directory; what it printed."""
    need_mounts(place)
    return run(place, "bash", "-c", "cd %s && %s" % (TRACING, script), expect=expect, **kwargs).stdout


class Mount:
    """A domain's tree as a folder; `with Mount(place) as tracing`."""

    def __init__(self, place):
        need_mounts(place)
        self.place, self.folder = place, place.file("mnt")

    def __enter__(self):
        os.makedirs(self.folder, exist_ok=True)
        self.place.oriel("mount", self.folder)
        return os.path.join(self.folder, "tracing")

    def __exit__(self, *_):
        self.place.oriel("umount", self.folder, expect=None)
        if os.path.ismount(self.folder):
            subprocess.run(["umount", "-l", self.folder], check=False)


def get(*path):
    with open(os.path.join(*path), encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def put(text, *path, mode="w"):
    """As echo does: one write; with "a", >>."""
    flags = os.O_WRONLY | (os.O_TRUNC if mode == "w" else os.O_APPEND)
    fd = os.open(os.path.join(*path), flags)
    try:
        return os.write(fd, text.encode())
    finally:
        os.close(fd)


def stats(folder, cpu):
    """per_cpu/cpuN/stats as numbers."""
    text = get(folder, "per_cpu", "cpu%d" % cpu, "stats")
    return {name: float(value) for name, value in re.findall(r"^(.*): +([\d.]+)$", text, re.M)}


def sum_of(texts, names):
    """The counts of several stats texts, summed."""
    return sum(int(n) for text in texts for name in names for n in re.findall(r"^%s: (\d+)$" % name, text, re.M))


def cpus(folder):
    return sorted(int(name[3:]) for name in os.listdir(os.path.join(folder, "per_cpu")))


def records(text):
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def main(names):
    harness.main(names)
