# SPDX-License-Identifier: MIT
"""A program's debugfs made by hand: the bytes of "debugfs.SLOT" and of its socket, as src/abi/debugfs.h lays them
out, written by this very process. So a test can be a program that does anything, right or wrong."""
import ctypes
import mmap
import os
import re
import select
import socket
import struct
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
ABI = os.path.join(HERE, "..", "..", "..", "src", "abi")

NODE = struct.Struct("<II Q II II QQQQ")        # the head of a node; the name follows
HEADER = struct.Struct("<QIIQQIIIIIIQ")
REQUEST = struct.Struct("<IHHIIQQII")
ANSWER = struct.Struct("<IiQII")
NODE_SIZE, HEAD = 512, 64
MAGIC, VERSION = 0x317366644c524f, 1
FREE, DIR, LINK, TEXT, FILE = range(5)
U8, U16, U32, U64, X8, X16, X32, X64, SIZE_T, ATOMIC, BOOL, STR, BLOB, U32_ARRAY = range(5, 19)
OPEN, READ, WRITE, LSEEK, POLL, WAIT, CANCEL = range(1, 8)
SLEEPS = -115
REQUEST_MAGIC, ANSWER_MAGIC = 0x7166644f, 0x6166644f
DATA_MAX = 65536


def number(header, name):
    """A #define of the bytes' description, so that nothing here goes out of date in silence."""
    with open(os.path.join(ABI, header)) as file:
        match = re.search(r"#define %s\s+\(?(0x[0-9a-fA-F]+|\d+)" % name, file.read())
    return int(match.group(1), 0)


def image():
    """struct orl_proc.image of this process, as orl_image_number() makes it."""
    with open("/proc/self/auxv", "rb") as file:
        words = struct.iter_unpack("<QQ", file.read())
    address = next(value for kind, value in words if kind == 25)
    one, two = struct.unpack("<QQ", ctypes.string_at(address, 16))
    mask = (1 << 64) - 1
    return ((one ^ (two << 17 & mask | two >> 47)) * 0x9e3779b97f4a7c15 & mask) | 1


class Program:
    """This process, attached to a domain."""

    def __init__(self, place, domain="default", copy=1):
        assert number("debugfs.h", "ORL_DFS_MAGIC") == MAGIC and number("debugfs.h", "ORL_DFS_VERSION") == VERSION
        place.oriel("-q", "write", "tracing_on", "1") if domain == "default" else None
        self.dir = place.domain(domain)
        self.dirfd = os.open(self.dir, os.O_RDONLY)
        self.slot, self.pid, self.image = None, os.getpid(), image()
        self._claim(copy)
        self.nodes = {1: (DIR, 0, 0o755, b"")}
        self.serial = 1
        self.gen = 0
        self.next_node = 2
        self.kept = []
        self.socket = None
        self.file = os.open("debugfs.%d" % self.slot, os.O_RDWR | os.O_CREAT, 0o600, dir_fd=self.dirfd)
        os.ftruncate(self.file, 65536 * NODE_SIZE)
        self.header()

    def _claim(self, copy):
        first = 131072
        size = 128 + 8192 // 8
        with open(os.path.join(self.dir, "ctl"), "r+b") as file:
            ctl = mmap.mmap(file.fileno(), 0)
        for slot in range(512):
            at = first + slot * size
            if struct.unpack_from("<I", ctl, at)[0]:
                continue
            struct.pack_into("<IIQ", ctl, at, 0, 0, copy)
            ctl[at + 56:at + 72] = b"fake".ljust(16, b"\0")
            struct.pack_into("<Q", ctl, at + 72, self.image)
            struct.pack_into("<I", ctl, at, self.pid)
            self.slot, self.ctl, self.at = slot, ctl, at
            return

    def header(self, **changes):
        values = dict(magic=MAGIC, version=VERSION, pid=self.pid, image=self.image, copy=1, gen=self.gen,
                      nr=self.next_node, ready=self.next_node, has_socket=int(self.socket is not None),
                      uid=os.geteuid(), gid=os.getegid(), next_serial=self.serial + 1)
        values.update(changes)
        os.pwrite(self.file, HEADER.pack(*values.values()), 0)

    def raw(self, index, kind, parent=1, mode=0o644, name=b"x", addr=0, size=0, target=0, serial=None, seq=2):
        """A node, whatever it is."""
        self.serial += 1
        head = NODE.pack(seq, kind, self.serial if serial is None else serial, parent, mode, target, 0, addr, size,
                         1700000000 * 10**9, 0)
        os.pwrite(self.file, head + name.ljust(NODE_SIZE - HEAD, b"\0"), index * NODE_SIZE)
        self.gen += 1
        self.next_node = max(self.next_node, index + 1)
        self.header()
        return index

    def add(self, name, kind, parent=1, **more):
        return self.raw(self.next_node, kind, parent, name=name.encode(), **more)

    def folder(self, name, parent=1):
        return self.add(name, DIR, parent, mode=0o755)

    def link(self, name, target, parent=1):
        text = self.raw(self.next_node, TEXT, 0, name=target.encode())
        return self.add(name, LINK, parent, mode=0o777, target=text)

    def value(self, name, kind, variable, parent=1, mode=0o644):
        """A plain value; @variable is of ctypes and is kept."""
        self.kept.append(variable)
        return self.add(name, kind, parent, mode=mode, addr=ctypes.addressof(variable))

    def remove(self, index):
        os.pwrite(self.file, b"\0" * NODE_SIZE, index * NODE_SIZE)
        self.gen += 1
        self.header()

    def path(self, *names):
        return "/".join(("processes/%d" % self.pid,) + names)

    def listen(self, connection=None):
        """Serve the socket: connection(c) is called for each connection, in a thread of its own."""
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.bind("/proc/self/fd/%d/socket.%d" % (self.dirfd, self.slot))
        self.socket.listen(16)
        self.header()
        if connection:
            threading.Thread(target=self._accept, args=(connection,), daemon=True).start()

    def _accept(self, connection):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, peer), daemon=True).start()

    @staticmethod
    def _serve(connection, peer):
        with peer:
            try:
                connection(Connection(peer))
            except (ConnectionError, EOFError):
                pass

    def end(self):
        if self.socket:
            self.socket.close()
        struct.pack_into("<I", self.ctl, self.at, 0)
        os.close(self.file)
        os.close(self.dirfd)


class Connection:
    """One open file at the program's side."""

    def __init__(self, peer):
        self.peer = peer

    def take(self):
        """The next request: what, flags, off, len, data."""
        message = self.peer.recv(REQUEST.size + DATA_MAX)
        if not message:
            raise EOFError
        magic, what, _, self.node, flags, self.serial, off, length, _ = REQUEST.unpack_from(message)
        assert magic == REQUEST_MAGIC, hex(magic)
        return what, flags, off, length, message[REQUEST.size:]

    def answer(self, result, data=b"", off=0, events=0):
        self.peer.send(ANSWER.pack(ANSWER_MAGIC, result, off, events, len(data)) + data)

    def opened(self, mode=7):
        assert self.take()[0] == OPEN
        self.answer(0, events=mode)


def text_file(text):
    """A connection function: a file that shows a text."""
    def connection(c):
        c.opened()
        while True:
            what, _, off, length, data = c.take()
            if what == READ:
                piece = text[off:off + length]
                c.answer(len(piece), piece)
            elif what == WRITE:
                c.answer(len(data))
            elif what in (POLL, WAIT):
                c.answer(0, events=select.POLLIN | select.POLLOUT)
    return connection
