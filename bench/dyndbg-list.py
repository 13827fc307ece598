#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Listing the 10,000 pr_debug() lines of a program: by command, by the tree's file, through a mount, and as JSON.

  dyndbg-list.py ORIEL PROGRAM

A command's whole run is timed, from its start to its end. The first look makes the program show its lines and is told apart.
"""
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from recording import hurry
from results import report

LINES, TARGET_MS = 10000, 200
ROUNDS = 11


class Domain:
    """One of its own, with the program in it."""

    def __init__(self, oriel, program):
        self.oriel = oriel
        self.runtime = tempfile.mkdtemp(prefix="oriel-bench-", dir="/dev/shm")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ORIEL_")}
        self.environment["XDG_RUNTIME_DIR"] = self.runtime
        self.program = subprocess.Popen([program], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.program.stdin.write(b"\0")
        self.program.stdin.flush()
        self.program.stdout.read(1)

    def run(self, *args):
        return subprocess.run([self.oriel, *args], env=self.environment, check=True, stdout=subprocess.PIPE).stdout

    def end(self):
        self.program.kill()
        self.program.wait()
        shutil.rmtree(self.runtime, ignore_errors=True)


def milliseconds(what):
    """How long it took, and that all lines were there."""
    begin = time.monotonic()
    text = what()
    took = (time.monotonic() - begin) * 1000
    assert text.count(b"\n") == LINES + 1 or text.count(b'"line":') == LINES, text[:200]
    return took


def measure(title, what):
    took = [milliseconds(what) for _ in range(ROUNDS)]
    report(title, statistics.median(took), "ms", TARGET_MS, worst=max(took))


def through_mount(domain):
    if not os.access("/dev/fuse", os.W_OK):
        print("no /dev/fuse: not measured through a mount")
        return
    root = domain.run("mount").decode().strip()

    def read():
        with open(os.path.join(root, "dynamic_debug", "control"), "rb") as file:
            return file.read()

    with contextlib.ExitStack() as stack:
        stack.callback(domain.run, "umount")
        measure("10,000 lines listed through a mount", read)


def main():
    hurry()
    domain = Domain(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    try:
        report("10,000 lines asked for the first time", milliseconds(lambda: domain.run("dyndbg", "--list")), "ms")
        measure("10,000 lines listed by oriel dyndbg", lambda: domain.run("dyndbg", "--list"))
        measure("10,000 lines listed as JSON", lambda: domain.run("dyndbg", "--list", "--json"))
        measure("10,000 lines listed by oriel cat", lambda: domain.run("cat", "dynamic_debug/control"))
        through_mount(domain)
    finally:
        domain.end()


main()
