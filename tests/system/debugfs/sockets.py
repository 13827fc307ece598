# SPDX-License-Identifier: MIT
"""Files that a program answers for, with a program made by hand that answers as it likes, or not at all."""
import contextlib
import errno
import os
import select
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "mount")]
import doors    # noqa: E402
import fake     # noqa: E402
import harness  # noqa: E402


@contextlib.contextmanager
def serving(place, connection, *names):
    """A program whose files are all served by connection(c)."""
    p = fake.Program(place)
    for name in names or ("file",):
        p.add(name, fake.FILE, mode=0o644)
    p.listen(connection)
    try:
        yield p
    finally:
        p.end()


class Hang:
    """A connection function that opens the file and does not answer what comes then, until let go."""

    def __init__(self, opens=True):
        self.asked, self.go, self.opens = threading.Event(), threading.Event(), opens

    def __call__(self, c):
        if self.opens:
            c.opened()
        what, _, _, length, _ = c.take()
        self.asked.set()
        self.go.wait()
        c.answer(0)
        fake.text_file(b"late\n")


def error_of(call, *args):
    try:
        call(*args)
    except OSError as error:
        return error.errno
    return 0


def test_a_programs_text_is_read_and_written(place):
    written = []

    def connection(c):
        c.opened()
        while True:
            what, _, off, length, data = c.take()
            if what == fake.WRITE:
                written.append((off, data))
                c.answer(len(data))
            else:
                piece = b"State: ok\n"[off:off + length]
                c.answer(len(piece), piece)
    with serving(place, connection) as p:
        assert place.oriel("cat", p.path("file")).stdout == "State: ok\n"
        place.oriel("write", p.path("file"), "reset")
        with doors.mounted(place) as mount:
            path = os.path.join(mount.root, p.path("file"))
            with open(path) as file:
                assert file.read() == "State: ok\n"
            with open(path, "w") as file:
                file.write("again")
        assert written == [(0, b"reset\n"), (0, b"again")], written


def test_a_long_text_comes_in_pieces(place):
    text = bytes(range(256)) * 1024
    with serving(place, fake.text_file(text)) as p, doors.mounted(place) as mount:
        with open(os.path.join(mount.root, p.path("file")), "rb") as file:
            assert file.read() == text
            file.seek(70000)
            assert file.read(10) == text[70000:70010]


def test_the_programs_own_errors_are_the_readers(place):
    def connection(c):
        c.opened()
        while True:
            what, *_ = c.take()
            c.answer(-errno.EAGAIN if what == fake.READ else -errno.ENOSPC)
    with serving(place, connection) as p, doors.mounted(place) as mount:
        path = os.path.join(mount.root, p.path("file"))
        with open(path, "rb+", buffering=0) as file:
            fd = file.fileno()
            assert error_of(os.read, fd, 10) == errno.EAGAIN
            assert error_of(os.write, fd, b"x") == errno.ENOSPC
        assert "Resource temporarily unavailable" in place.oriel("cat", p.path("file"), expect=1).stderr


def test_a_failed_open_is_the_openers_error(place):
    def connection(c):
        c.take()
        c.answer(-errno.EBUSY)
    with serving(place, connection) as p, doors.mounted(place) as mount:
        assert error_of(open, os.path.join(mount.root, p.path("file"))) == errno.EBUSY
        assert "Device or resource busy" in place.oriel("cat", p.path("file"), expect=1).stderr


def test_a_program_that_does_not_answer_is_a_timeout_to_its_reader_alone(place):
    hang = Hang()
    with serving(place, hang, "file") as p:
        other = place.puppet() if os.path.basename(harness.PUPPET) != "true" else None
        with doors.mounted(place) as mount:
            top = os.path.join(mount.root, p.path())
            reader = place.start("cat", p.path("file"))
            done = []
            by_mount = threading.Thread(target=lambda: done.append(
                error_of(lambda: open(os.path.join(top, "file")).read())))
            by_mount.start()
            assert hang.asked.wait(harness.PATIENCE)
            # all the rest goes on
            assert "level" not in os.listdir(top)
            assert "pid:" in open(os.path.join(top, "info")).read()
            if other:
                assert str(other.pid) in os.listdir(os.path.join(mount.root, "processes"))
            assert place.oriel("ls", p.path()).stdout
            assert not done
            _, stderr = reader.communicate(timeout=harness.PATIENCE)
            assert reader.returncode == 6, (reader.returncode, stderr)
            assert p.path("file") in stderr and "Connection timed out" in stderr and \
                "process %d was asked 5 seconds ago" % p.pid in stderr and len(stderr.splitlines()) == 1, stderr
            by_mount.join(harness.PATIENCE)
            assert done == [errno.ETIMEDOUT], done
        hang.go.set()


def test_an_interrupt_ends_a_read_before_the_timeout(place):
    hang = Hang()
    with serving(place, hang) as p:
        begin = time.monotonic()
        reader = place.start("cat", p.path("file"))
        assert hang.asked.wait(harness.PATIENCE)
        reader.send_signal(signal.SIGINT)
        reader.communicate(timeout=harness.PATIENCE)
        assert reader.returncode == 130, reader.returncode
        hang.asked.clear()
        with doors.mounted(place) as mount:
            by_mount = subprocess.Popen([sys.executable, "-c", "import sys; open(sys.argv[1]).read()",
                                         os.path.join(mount.root, p.path("file"))], stderr=subprocess.PIPE)
            assert hang.asked.wait(harness.PATIENCE)
            by_mount.send_signal(signal.SIGINT)
            _, stderr = by_mount.communicate(timeout=harness.PATIENCE)
            assert b"KeyboardInterrupt" in stderr, stderr
        assert time.monotonic() - begin < 5, "it was the timeout that ended it"
        hang.go.set()


def test_the_file_is_of_use_again_after_a_timeout(place):
    late = threading.Event()

    def connection(c):
        c.opened()
        c.take()
        late.wait()
        c.answer(5, b"late\n")
        while True:
            c.take()
            c.answer(4, b"new\n")
    with serving(place, connection) as p, doors.mounted(place) as mount:
        fd = os.open(os.path.join(mount.root, p.path("file")), os.O_RDONLY)
        assert error_of(os.read, fd, 100) == errno.ETIMEDOUT
        late.set()
        assert os.read(fd, 100) == b"new\n"
        os.close(fd)


def test_a_function_that_sleeps_is_no_timeout(place):
    asleep, wake = threading.Event(), threading.Event()

    def connection(c):
        c.opened()
        c.take()
        c.answer(fake.SLEEPS)
        asleep.set()
        wake.wait()
        c.answer(5, b"data\n")
        c.take()
        c.answer(0)
    with serving(place, connection) as p:
        reader = place.start("cat", p.path("file"))
        assert asleep.wait(harness.PATIENCE)
        time.sleep(5.5)     # longer than a program may take that does not sleep
        wake.set()
        assert reader.communicate(timeout=harness.PATIENCE)[0] == "data\n"


def test_an_interrupt_ends_a_sleeping_function(place):
    asleep = threading.Event()
    seen = []

    def connection(c):
        c.opened()
        c.take()
        c.answer(fake.SLEEPS)
        asleep.set()
        seen.append(c.take()[0])
        c.answer(-errno.EINTR)
        while True:
            c.take()
            c.answer(4, b"more")
    with serving(place, connection) as p, doors.mounted(place) as mount:
        script = ("import os, signal, sys\n"
                  "class Done(Exception): pass\n"
                  "def stop(*_): raise Done\n"
                  "signal.signal(signal.SIGUSR1, stop)\n"
                  "fd = os.open(sys.argv[1], os.O_RDONLY)\n"
                  "try:\n    os.read(fd, 10)\nexcept Done:\n    print(os.read(fd, 10).decode())\n")
        reader = subprocess.Popen([sys.executable, "-c", script, os.path.join(mount.root, p.path("file"))],
                                  stdout=subprocess.PIPE, text=True)
        assert asleep.wait(harness.PATIENCE)
        reader.send_signal(signal.SIGUSR1)
        assert reader.communicate(timeout=harness.PATIENCE)[0] == "more\n"
        assert seen == [fake.CANCEL], seen


def test_the_end_of_the_connection_is_an_io_error(place):
    def connection(c):
        c.opened()
        c.take()
    with serving(place, connection) as p, doors.mounted(place) as mount:
        failed = place.oriel("cat", p.path("file"), expect=1)
        assert "Input/output error" in failed.stderr and "hung up" in failed.stderr, failed.stderr
        assert error_of(lambda: open(os.path.join(mount.root, p.path("file"))).read()) == errno.EIO


def test_poll_waits_until_the_program_says_it_is_ready(place):
    waiting, ready = threading.Event(), threading.Event()

    def connection(c):
        c.opened()
        while True:
            what, flags, *_ = c.take()
            if what == fake.POLL:
                c.answer(0, events=select.POLLIN if ready.is_set() else 0)
            elif what == fake.WAIT:
                assert flags & select.POLLIN
                waiting.set()
                ready.wait()
                c.answer(0, events=select.POLLIN)
            else:
                c.answer(3, b"abc")
    with serving(place, connection) as p, doors.mounted(place) as mount:
        fd = os.open(os.path.join(mount.root, p.path("file")), os.O_RDONLY | os.O_NONBLOCK)
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        assert poll.poll(0) == []
        threading.Thread(target=lambda: (waiting.wait(), ready.set())).start()
        assert poll.poll(harness.PATIENCE * 1000) == [(fd, select.POLLIN)]
        assert os.read(fd, 10) == b"abc"
        with contextlib.closing(select.epoll()) as epoll:
            epoll.register(fd, select.EPOLLIN)
            assert epoll.poll(harness.PATIENCE) == [(fd, select.EPOLLIN)]
        assert select.select([fd], [], [], harness.PATIENCE)[0] == [fd]
        os.close(fd)


def test_a_read_ends_the_programs_watching(place):
    seen, waiting = [], threading.Event()

    def connection(c):
        c.opened()
        while True:
            what, *_ = c.take()
            seen.append(what)
            if what == fake.POLL:
                c.answer(0)
            elif what == fake.WAIT:
                waiting.set()
            elif what == fake.CANCEL:
                c.answer(-errno.EINTR)
            else:
                c.answer(3, b"abc")
    with serving(place, connection) as p, doors.mounted(place) as mount:
        fd = os.open(os.path.join(mount.root, p.path("file")), os.O_RDONLY)
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        poll.poll(1)
        assert waiting.wait(harness.PATIENCE)
        assert os.read(fd, 10) == b"abc"
        read = seen.index(fake.READ)
        assert fake.WAIT in seen[:read] and seen[read - 1] == fake.CANCEL, seen
        os.close(fd)


def test_the_end_of_the_mount_ends_what_waits_for_a_program(place):
    hang = Hang()
    with serving(place, hang) as p:
        with doors.mounted(place) as mount:
            done = []
            reader = threading.Thread(target=lambda: done.append(
                error_of(lambda: open(os.path.join(mount.root, p.path("file"))).read())))
            reader.start()
            assert hang.asked.wait(harness.PATIENCE)
            mount.process.terminate()
            reader.join(harness.PATIENCE)
            assert done and done[0] in (errno.ENODEV, errno.ENOTCONN, errno.ECONNABORTED), done
        hang.go.set()


def test_answers_that_make_no_sense_are_io_errors(place):
    answers = [
        b"", b"x", b"\0" * 24, fake.ANSWER.pack(1, 0, 0, 0, 0),
        fake.ANSWER.pack(fake.ANSWER_MAGIC, 4, 0, 0, 0),
        fake.ANSWER.pack(fake.ANSWER_MAGIC, 2**30, 0, 0, 0),
        fake.ANSWER.pack(fake.ANSWER_MAGIC, -2**31, 0, 0, 0),
        fake.ANSWER.pack(fake.ANSWER_MAGIC, 2, 0, 0, 3) + b"abc",
        fake.ANSWER.pack(fake.ANSWER_MAGIC, 3, 0, 0, 2**32 - 1) + b"abc",
        fake.ANSWER.pack(fake.ANSWER_MAGIC, 65536, 0, 0, 65536) + b"a" * 65535,
        fake.ANSWER.pack(fake.ANSWER_MAGIC, fake.SLEEPS, 0, 0, 1) + b"a",
        fake.ANSWER.pack(fake.ANSWER_MAGIC, fake.SLEEPS, 0, 0, 0) * 1,
    ]
    which = []

    def connection(c):
        c.opened()
        c.take()
        c.peer.send(answers[which[-1]])
        if which[-1] == len(answers) - 1:
            c.peer.send(answers[which[-1]])
        c.take()
    with serving(place, connection) as p:
        for i in range(len(answers)):
            which.append(i)
            failed = place.oriel("cat", p.path("file"), expect=1)
            assert "Input/output error" in failed.stderr, (i, failed.stderr)


def test_a_listener_that_is_another_process_is_refused(place):
    p = fake.Program(place)
    p.add("file", fake.FILE)
    script = ("import os, socket, sys\n"
              "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
              "os.chdir(sys.argv[1]); s.bind(sys.argv[2]); s.listen(5); print(flush=True); sys.stdin.read()\n")
    with subprocess.Popen([sys.executable, "-c", script, p.dir, "socket.%d" % p.slot], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as stranger:
        stranger.stdout.readline()
        failed = place.oriel("cat", p.path("file"), expect=4)
        assert "process %d listens in the place of process %d" % (stranger.pid, p.pid) in failed.stderr, failed.stderr
        stranger.stdin.close()
    p.end()


def test_a_program_that_does_not_serve_its_files_is_an_io_error(place):
    p = fake.Program(place)
    p.add("file", fake.FILE)
    failed = place.oriel("cat", p.path("file"), expect=1)
    assert "does not serve its files" in failed.stderr, failed.stderr
    p.end()


if __name__ == "__main__":
    harness.main(globals())
