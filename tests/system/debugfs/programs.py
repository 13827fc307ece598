# SPDX-License-Identifier: MIT
"""Files of real programs (driver.c), by command and by mount: reading, writing, waiting, hanging, dying, forking."""
import errno
import os
import signal
import select
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "mount")]
import doors    # noqa: E402
import harness  # noqa: E402


def of(driver, *names):
    return "/".join(("processes/%d" % driver.pid, "my_driver") + names)


def error_of(call, *args):
    try:
        call(*args)
    except OSError as error:
        return error.errno
    return 0


def read(path):
    with open(path, "rb", buffering=0) as file:
        return file.read(1 << 20)


class Reader:
    """A thread that reads a file: its bytes, or its error."""

    def __init__(self, path, flags=os.O_RDONLY):
        self.result = None
        self.fd = os.open(path, flags)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            self.result = os.read(self.fd, 100)
        except OSError as error:
            self.result = error.errno
        os.close(self.fd)

    def end(self):
        self.thread.join(harness.PATIENCE)
        assert not self.thread.is_alive(), "it still reads"
        return self.result


def test_the_files_are_read_and_written_by_command(place):
    driver = place.puppet()
    assert place.oriel("cat", of(driver, "debug_level")).stdout == "3\n"
    assert place.oriel("cat", of(driver, "status")).stdout == "State: ok\nErrors: 0\n"
    assert place.oriel("cat", of(driver, "numbers")).stdout == "1 2 3\n"
    assert place.oriel("cat", "by-name/%s/level" % os.path.basename(harness.PUPPET)[:15]).stdout == "3\n"
    place.oriel("write", of(driver, "debug_level"), "7")
    assert driver.tell("level") == "7"
    place.oriel("write", of(driver, "status"), "reset")
    assert "Errors: 1" in place.oriel("cat", of(driver, "status")).stdout
    assert "Invalid argument" in place.oriel("write", of(driver, "status"), "explode", expect=1).stderr
    place.oriel("write", of(driver, "name"), "window")
    assert driver.tell("name") == "window"
    assert place.oriel("cat", of(driver, "name")).stdout == "window\n"


def test_the_files_are_read_and_written_by_mount(place):
    driver = place.puppet()
    with doors.mounted(place) as mount:
        top = os.path.join(mount.root, of(driver))
        assert read(os.path.join(top, "debug_level")) == b"3\n"
        assert read(os.path.join(top, "status")) == b"State: ok\nErrors: 0\n"
        assert read(os.path.join(top, "firmware")) == b"\xa5" * 300000
        subprocess.run(["sh", "-c", "echo 9 > %s/debug_level && echo reset > %s/status" % (top, top)], check=True)
        assert driver.tell("level") == "9"
        assert subprocess.run(["cat", top + "/status"], capture_output=True).stdout == b"State: ok\nErrors: 1\n"
        assert os.readlink(os.path.join(mount.root, "processes", str(driver.pid), "level")) == "my_driver/debug_level"
        assert error_of(os.listdir, top + "/status") == errno.ENOTDIR
        with open(top + "/status", "rb", buffering=0) as file:
            assert file.read(7) == b"State: " and file.read(2) == b"ok"
            file.seek(0)
            assert file.read(5) == b"State"


def test_a_text_that_is_written_meanwhile_is_the_old_one_or_the_new_one(place):
    driver = place.puppet()
    texts = (b"a" * 200, b"b" * 900)
    ended = threading.Event()
    with doors.mounted(place) as mount:
        path = os.path.join(mount.root, of(driver, "name"))

        def write():
            with open(path, "wb", buffering=0) as file:
                while not ended.is_set():
                    for text in texts:
                        os.pwrite(file.fileno(), text, 0)
        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(3000):
                assert read(path) in tuple(text + b"\n" for text in texts) + (b"oriel\n",)
        finally:
            ended.set()
            writer.join()


def test_a_file_without_the_operation_says_so(place):
    driver = place.puppet()
    with doors.mounted(place) as mount:
        if not os.geteuid():    # the mode keeps others out before
            fd = os.open(os.path.join(mount.root, of(driver, "hang")), os.O_WRONLY)
            assert error_of(os.write, fd, b"x") == errno.EINVAL
            os.close(fd)
            fd = os.open(os.path.join(mount.root, of(driver, "numbers")), os.O_WRONLY)
            assert error_of(os.write, fd, b"1") == errno.EINVAL
            os.close(fd)
        fd = os.open(os.path.join(mount.root, of(driver, "pipe")), os.O_RDONLY)
        assert error_of(os.lseek, fd, 0, os.SEEK_SET) == errno.ESPIPE
        os.close(fd)


def test_a_read_waits_until_there_is_something(place):
    driver = place.puppet()
    with doors.mounted(place) as mount:
        path = os.path.join(mount.root, of(driver, "pipe"))
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        assert error_of(os.read, fd, 10) == errno.EAGAIN
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        assert poll.poll(0) == []
        reader = Reader(path)
        driver.tell("put hello")
        assert reader.end() == b"hello\n"
        os.set_blocking(fd, True)
        threading.Thread(target=driver.tell, args=("put again",)).start()
        assert poll.poll(harness.PATIENCE * 1000)[0][1] & select.POLLIN
        assert os.read(fd, 100) == b"again\n"
        os.close(fd)
    harness.until(lambda: driver.tell("released") == "2", "the release of both")


def test_while_one_read_waits_the_other_files_are_served(place):
    driver = place.puppet()
    with doors.mounted(place) as mount:
        reader = Reader(os.path.join(mount.root, of(driver, "pipe")))
        for _ in range(20):
            assert read(os.path.join(mount.root, of(driver, "status"))) == b"State: ok\nErrors: 0\n"
        driver.tell("put end")
        assert reader.end() == b"end\n"


def test_a_function_that_never_returns_is_a_timeout_and_wedges_nobody(place):
    driver, other = place.puppet(), place.puppet()
    with doors.mounted(place) as mount:
        begin = time.monotonic()
        reader = Reader(os.path.join(mount.root, of(driver, "hang")))
        harness.until(lambda: driver.tell("hung") == "1", "the function")
        # its values, control and all of the other program go on
        assert read(os.path.join(mount.root, of(driver, "debug_level"))) == b"3\n"
        assert read(os.path.join(mount.root, of(other, "status"))) == b"State: ok\nErrors: 0\n"
        assert b"pid:" in read(os.path.join(mount.root, "processes", str(driver.pid), "info"))
        assert time.monotonic() - begin < 5, "the hanging function held somebody up"
        failed = place.oriel("cat", of(driver, "status"), expect=6)
        assert "Connection timed out" in failed.stderr and str(driver.pid) in failed.stderr, failed.stderr
        assert reader.end() == errno.ETIMEDOUT
        driver.tell("unhang")
        harness.until(lambda: place.oriel("cat", of(driver, "status"), expect=None).returncode == 0, "its recovery")


def test_an_interrupt_ends_the_wait_for_a_hanging_function(place):
    driver = place.puppet()
    begin = time.monotonic()
    reader = place.start("cat", of(driver, "hang"))
    harness.until(lambda: driver.tell("hung") == "1", "the function")
    reader.send_signal(signal.SIGINT)
    reader.communicate(timeout=harness.PATIENCE)
    assert reader.returncode == 130 and time.monotonic() - begin < 5
    driver.tell("unhang")


def test_a_crash_is_an_io_error_and_other_programs_files_stay(place):
    driver, other = place.puppet(), place.puppet()
    with doors.mounted(place) as mount:
        crash = os.path.join(mount.root, of(driver, "crash"))
        assert error_of(read, crash) == errno.EIO
        driver.process.wait(harness.PATIENCE)
        assert read(os.path.join(mount.root, of(other, "status"))) == b"State: ok\nErrors: 0\n"
        harness.until(lambda: not os.path.exists(crash), "the end of its files")


def test_killing_the_program_ends_a_read_that_waits(place):
    driver = place.puppet()
    with doors.mounted(place) as mount:
        reader = Reader(os.path.join(mount.root, of(driver, "pipe")))
        os.kill(driver.pid, signal.SIGKILL)
        assert reader.end() == errno.EIO


def test_a_stopped_programs_values_are_read_and_its_functions_time_out(place):
    driver = place.puppet()
    os.kill(driver.pid, signal.SIGSTOP)
    assert place.oriel("cat", of(driver, "debug_level")).stdout == "3\n"
    assert "it is stopped" in place.oriel("cat", of(driver, "status"), expect=6).stderr
    os.kill(driver.pid, signal.SIGCONT)
    assert "State" in place.oriel("cat", of(driver, "status")).stdout


def test_removal_ends_a_read_that_waits(place):
    driver = place.puppet()
    with doors.mounted(place) as mount:
        path = os.path.join(mount.root, of(driver, "pipe"))
        reader = Reader(path)
        keeper = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        driver.tell("remove-pipe")
        assert reader.end() in (errno.EIO, errno.EINTR)
        assert error_of(os.read, keeper, 10) == errno.EIO
        os.close(keeper)
        assert error_of(os.open, path, os.O_RDONLY) == errno.ENOENT
        driver.tell("remove")
        assert error_of(os.listdir, os.path.dirname(path)) == errno.ENOENT
        assert driver.tell("released") == "2"


def test_a_child_has_files_of_its_own_and_the_parents_stay_open(place):
    driver = place.puppet()
    with doors.mounted(place) as mount:
        fd = os.open(os.path.join(mount.root, of(driver, "status")), os.O_RDONLY)
        child = int(driver.tell("fork"))
        assert os.read(fd, 100) == b"State: ok\nErrors: 0\n"
        of_child = os.path.join(mount.root, "processes", str(child), "my_driver")
        harness.until(lambda: os.path.exists(of_child), "the child's files")
        assert read(os.path.join(of_child, "debug_level")) == b"100\n"
        assert read(os.path.join(of_child, "status")) == b"State: ok\nErrors: 0\n"
        assert read(os.path.join(mount.root, of(driver, "debug_level"))) == b"3\n"
        os.close(fd)
        driver.tell("exit")     # the child's
        assert read(os.path.join(mount.root, of(driver, "status"))) == b"State: ok\nErrors: 0\n"


def as_nobody(place, script):
    """Run commands as a user who is not root, with a driver running: $p is its folder, "tell" tells it something."""
    doors.can_be_nobody()
    os.chmod(place.runtime_dir, 0o755)
    os.chown(place.runtime_dir, doors.NOBODY, doors.NOBODY)
    script = ("set -e; cd $XDG_RUNTIME_DIR; mkfifo in out; %s obey <in >out & driver=$!; exec 3>in 4<out; "
              "tell() { echo $1 >&3; read answer <&4; }; tell hello; p=processes/$driver/my_driver; oriel=%s; %s; "
              "kill $driver") % (harness.PUPPET, harness.ORIEL, script)
    return subprocess.run(doors.nobody_with_fuse() + ["bash", "-c", script], capture_output=True, text=True,
                          env=place.environment(), timeout=harness.PATIENCE)


def test_modes_hold_for_who_is_not_root(place):
    """The domain's owner is not root here, so the modes hold for him."""
    done = as_nobody(place, "$oriel cat $p/secret; $oriel write $p/debug_level 5; $oriel cat $p/debug_level; "
                            "if $oriel write $p/firmware x; then exit 7; else echo status $?; fi")
    assert done.stdout == "42\n5\nstatus 4\n", (done.stdout, done.stderr)
    assert "Permission denied" in done.stderr, done.stderr


def test_a_program_that_nobody_may_look_into_answers_itself(place):
    done = as_nobody(place, "tell undumpable; $oriel cat $p/debug_level; $oriel write $p/debug_level 0x11; "
                            "$oriel cat $p/debug_level; $oriel cat $p/numbers; $oriel cat $p/name; "
                            "$oriel write $p/name new; $oriel cat $p/name; $oriel cat $p/firmware | wc -c; "
                            "$oriel doctor | grep -c 'its service thread answers'")
    assert done.stdout == "3\n17\n1 2 3\noriel\nnew\n300000\n1\n", (done.stdout, done.stderr)


if __name__ == "__main__":
    harness.main(globals())
