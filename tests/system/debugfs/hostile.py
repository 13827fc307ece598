# SPDX-License-Identifier: MIT
"""Peers of a program's socket that do not keep to the rules, and those that have no business there."""
import contextlib
import errno
import os
import random
import socket
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "mount")]
import doors    # noqa: E402
import fake     # noqa: E402
import harness  # noqa: E402


def nodes(place):
    """Index and serial by name, of the first process."""
    with open(os.path.join(place.domain(), "debugfs.0"), "rb") as file:
        data = file.read(64 * fake.NODE_SIZE)
    found = {}
    for index in range(2, 64):
        head = fake.NODE.unpack_from(data, index * fake.NODE_SIZE)
        name = data[index * fake.NODE_SIZE + fake.HEAD:][:256].split(b"\0")[0].decode(errors="replace")
        if head[1] not in (fake.FREE, fake.TEXT):
            found[name] = index, head[2]
    return found


def connect(place):
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    peer.settimeout(harness.PATIENCE)
    peer.connect(os.path.join(place.domain(), "socket.0"))
    return peer


def request(what, node=0, serial=0, flags=0, off=0, length=0, data=b"", magic=fake.REQUEST_MAGIC):
    return fake.REQUEST.pack(magic, what, 0, node, flags, serial, off, length, 0) + data


def ask(peer, *args, **more):
    peer.send(request(*args, **more))
    return struct.unpack_from("<Ii", peer.recv(fake.ANSWER.size + fake.DATA_MAX))[1]


def is_refused(peer, message):
    """Does the program hang up upon this?"""
    with contextlib.suppress(ConnectionError):
        peer.send(message)
        while answer := peer.recv(fake.ANSWER.size + fake.DATA_MAX):
            assert struct.unpack_from("<I", answer)[0] == fake.ANSWER_MAGIC
    peer.close()
    return True


def check_it_serves(place, driver):
    path = "processes/%d/my_driver/status" % driver.pid
    assert "State: ok" in place.oriel("cat", path).stdout


def test_whoever_breaks_the_rules_is_disconnected_and_the_program_goes_on(place):
    driver = place.puppet()
    node, serial = nodes(place)["status"]
    for message in (b"x", b"\0" * 40, request(fake.OPEN, magic=1), request(0), request(99), request(fake.READ, length=9),
                    request(fake.CANCEL), request(fake.OPEN, node, serial, data=b"more"),
                    request(fake.WRITE, length=10, data=b"few"), b"\xff" * 65576, b"\xff" * 150000):
        assert is_refused(connect(place), message), message[:40]
    for message in (request(fake.OPEN, node, serial), request(fake.WRITE, length=2**32 - 1), b"x",
                    request(fake.WRITE, length=65537, data=b"y" * 65537)):
        peer = connect(place)
        assert ask(peer, fake.OPEN, node, serial) == 0
        assert is_refused(peer, message), message[:40]
    check_it_serves(place, driver)


def test_a_node_that_is_not_there_is_not_opened(place):
    driver = place.puppet()
    node, serial = nodes(place)["status"]
    folder, folder_serial = nodes(place)["my_driver"]
    for index, number in ((0, 0), (1, 1), (node, serial + 1), (node + 1000, serial), (2**32 - 1, serial),
                          (folder, folder_serial)):
        with connect(place) as peer:
            assert ask(peer, fake.OPEN, index, number) < 0, index
    check_it_serves(place, driver)


def test_requests_without_sense_are_answered_or_end_the_connection(place):
    driver = place.puppet()
    status = nodes(place)["status"]
    chance = random.Random(20)
    for _ in range(200):
        peer = connect(place)
        with contextlib.suppress(ConnectionError), peer:
            assert ask(peer, fake.OPEN, *status, flags=2) == 0
            for _ in range(10):
                data = chance.randbytes(chance.choice((0, 0, 1, 100, 65536)))
                peer.send(request(chance.randrange(2, 6), *status, chance.getrandbits(32), chance.getrandbits(64),
                                  chance.choice((len(data), 65536, 2**32 - 1)), data))
                if not peer.recv(fake.ANSWER.size + fake.DATA_MAX):
                    break
    check_it_serves(place, driver)


def test_many_who_say_nothing_keep_nobody_out(place):
    driver = place.puppet()
    idle = []
    for _ in range(40):
        idle.append(connect(place))
    check_it_serves(place, driver)
    for peer in idle:
        peer.close()


def test_who_does_not_take_his_answer_holds_up_nobody(place):
    driver = place.puppet()
    firmware = nodes(place)["firmware"]
    with connect(place) as peer:
        assert ask(peer, fake.OPEN, *firmware) == 0
        with contextlib.suppress(ConnectionError, BlockingIOError):
            peer.setblocking(False)
            for _ in range(1000):
                peer.send(request(fake.READ, *firmware, length=65536))
        check_it_serves(place, driver)


def test_another_user_is_refused(place):
    doors.need_root()
    driver = place.puppet()
    status = nodes(place)["status"]
    # let him come as far as the socket, which the domain's directory does not
    os.chmod(place.runtime_dir, 0o711)
    os.chmod(os.path.dirname(place.domain()), 0o711)
    os.chmod(place.domain(), 0o711)
    os.chmod(os.path.join(place.domain(), "socket.0"), 0o666)
    script = ("import os, socket, sys\n"
              "os.setgid(%d); os.setuid(%d)\n"
              "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.connect(sys.argv[1])\n"
              "try:\n"
              "    s.send(bytes.fromhex(sys.argv[2])); print(s.recv(1000).hex() or 0)\n"
              "except ConnectionError:\n"
              "    print(0)\n") % (doors.NOBODY, doors.NOBODY)
    done = subprocess.run([sys.executable, "-c", script, os.path.join(place.domain(), "socket.0"),
                           request(fake.OPEN, *status).hex()], capture_output=True, text=True)
    # told so, or hung up on before he can listen
    told = bytes.fromhex(done.stdout.strip()) if done.stdout != "0\n" else b""
    assert not told or fake.ANSWER.unpack(told)[1] == -errno.EACCES, done
    os.chmod(place.domain(), 0o700)
    check_it_serves(place, driver)


if __name__ == "__main__":
    harness.main(globals())
