#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reading a u32 of a program's debugfs: by the command, by the program's socket, through the mount; and a file with a
function of its own beside it.

  debugfs.py ORIEL PROGRAM

The floors: `cat` of a file in shared memory, and reading one there.
"""
import contextlib
import os
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from recording import hurry
from results import report
from tree import Domain

# As in src/abi/debugfs.h.
REQUEST, ANSWER, NODE = struct.Struct("<IHHIIQQII"), struct.Struct("<IiQII"), struct.Struct("<IIQ")
MAGIC, OPEN, READ = 0x7166644f, 1, 2


def measure(call, rounds):
    """Seconds: (least, median)."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times), statistics.median(times)


def tell(what, times, floor, floor_times):
    report(what, times[1] * 1e6, "us", least_us=times[0] * 1e6, floor=floor, floor_us=floor_times[1] * 1e6,
           floor_least_us=floor_times[0] * 1e6)


def read_file(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        return os.read(fd, 64)
    finally:
        os.close(fd)


def find_node(folder, name):
    """Index and serial of the first node of that name."""
    with open(os.path.join(folder, "debugfs.0"), "rb") as file:
        data = file.read(65536)
    for index in range(2, 100):
        if data[index * 512 + 64:].startswith(name + b"\0"):
            return index, NODE.unpack_from(data, index * 512)[2]
    raise SystemExit("no %s among the nodes" % name)


class Peer:
    """A connection to the program: one open file."""

    def __init__(self, folder, node, serial):
        self.node, self.serial = node, serial
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.connect(os.path.join(folder, "socket.0"))
        self.ask(OPEN, 0)

    def ask(self, what, length):
        self.socket.send(REQUEST.pack(MAGIC, what, 0, self.node, 0, self.serial, 0, length, 0))
        answer = self.socket.recv(4096)
        result = ANSWER.unpack_from(answer)[1]
        if result < 0:
            raise SystemExit("the program says %d" % result)
        return answer[ANSWER.size:]

    def read(self):
        return self.ask(READ, 64)

    def close(self):
        self.socket.close()


def by_socket(folder, node, serial):
    peer = Peer(folder, node, serial)
    peer.read()
    peer.close()


def bench(domain, pid, plain):
    folder, path = os.path.join(domain.runtime, "oriel", "default"), "processes/%d/bench/" % pid

    def command(*args):
        subprocess.run(args, env=domain.environment, check=True, stdout=subprocess.DEVNULL)

    shown = os.path.join(domain.mount, path)
    if read_file(shown + "level") != b"4000000000\n" or read_file(shown + "text") != b"State: ok\n":
        raise SystemExit("that is not what the program shows")
    tell("oriel cat of a u32", measure(lambda: command(domain.oriel, "cat", path + "level"), 100), "cat of a file",
         measure(lambda: command("cat", plain), 100))
    floor = measure(lambda: read_file(plain), 5000)
    tell("a u32 through the mount: open, read, close", measure(lambda: read_file(shown + "level"), 5000),
         "a file in shared memory", floor)
    tell("a text of the program's own through the mount", measure(lambda: read_file(shown + "text"), 5000),
         "a file in shared memory", floor)
    fd, plain_fd = os.open(shown + "level", os.O_RDONLY), os.open(plain, os.O_RDONLY)
    tell("a u32 through the mount: read", measure(lambda: os.pread(fd, 64, 0), 5000), "a file in shared memory",
         measure(lambda: os.pread(plain_fd, 64, 0), 5000))
    os.close(fd)
    os.close(plain_fd)
    level = find_node(folder, b"level")
    tell("a u32 by the socket: connect, open, read, close", measure(lambda: by_socket(folder, *level), 5000),
         "a file in shared memory", floor)
    peer = Peer(folder, *level)
    tell("a u32 by the socket: read", measure(peer.read, 5000), "a file in shared memory", floor)
    peer.close()


def main():
    oriel, program = [os.path.abspath(path) for path in sys.argv[1:3]]
    if not os.access("/dev/fuse", os.W_OK):
        print("no /dev/fuse for us: nothing can be mounted")
        return
    hurry()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="oriel-bench-"))
        domain = Domain(oriel, folder)
        stack.callback(domain.end)
        plain = os.path.join(domain.runtime, "plain")
        with open(plain, "w", encoding="utf-8") as file:
            file.write("4000000000\n")
        running = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=domain.environment)
        running.stdout.readline()
        try:
            bench(domain, running.pid, plain)
        finally:
            running.stdin.close()
            running.wait()


if __name__ == "__main__":
    main()
