# SPDX-License-Identifier: MIT
"""The mount as a file system."""
import errno
import fcntl
import os
import select
import signal
import subprocess
import threading
import time

import doors
from doors import harness


def fails(code, function, *args):
    try:
        function(*args)
    except OSError as error:
        assert error.errno == code, error
        return
    raise AssertionError("it did not fail")


def enabled(place, mount):
    puppet = place.puppet()
    place.oriel("list")
    mount.write("1", "events", "puppet", "enable")
    return puppet


def test_mount_says_where_and_umount_ends_it(place):
    doors.need_fuse()
    done = place.oriel("mount")
    root = done.stdout.strip()
    assert root == os.path.join(place.runtime_dir, "oriel", "mnt"), root
    try:
        assert sorted(os.listdir(root)) == ["by-name", "dynamic_debug", "processes", "tracing"]
        assert os.stat(root).st_uid == os.geteuid()
        again = place.oriel("mount", expect=1)
        assert "already shows" in again.stderr
    finally:
        place.oriel("umount")
    assert not doors.is_mounted(root) and os.listdir(root) == []
    assert "no domain is mounted" in place.oriel("umount", expect=1).stderr


def test_mount_on_a_directory_of_ones_own(place):
    doors.need_fuse()
    where = place.file("here")
    assert place.oriel("mount", "here").stdout.strip() == os.path.realpath(where)
    assert os.path.exists(os.path.join(where, "tracing", "trace"))
    place.oriel("umount", "here/")
    assert not doors.is_mounted(os.path.realpath(where))


def test_a_directory_that_holds_files_is_not_hidden(place):
    os.mkdir(place.file("full"))
    open(place.file("full/x"), "w").close()
    assert "not empty" in place.oriel("mount", "full", expect=1).stderr


def test_foreground_ends_by_a_signal_and_unmounts(place):
    doors.need_fuse()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        mount = doors.Mount(place)
        mount.process.send_signal(number)
        mount.process.wait(harness.PATIENCE)
        status = mount.end()
        assert status == 128 + number, (status, number)
        assert not doors.is_mounted(mount.root)


def test_foreground_ends_when_unmounted_from_outside(place):
    with doors.mounted(place) as mount:
        subprocess.run(["umount", mount.root], check=True)
        assert mount.process.wait(harness.PATIENCE) == 0


def test_a_traced_mount_is_refused(place):
    done = place.oriel("mount", env={"LD_PRELOAD": "/nowhere/liboriel-malloc.so"}, expect=2)
    assert "LD_PRELOAD" in done.stderr


def test_every_file_reads_though_its_size_is_0(place):
    with doors.mounted(place) as mount:
        assert os.stat(mount.path("tracing_on")).st_size == 0
        assert mount.read("tracing_on") == "1\n"


def test_partial_reads_and_seeks(place):
    with doors.mounted(place) as mount:
        whole = mount.read("README").encode()
        fd = os.open(mount.path("README"), os.O_RDONLY)
        try:
            parts = b""
            while piece := os.read(fd, 7):
                parts += piece
            assert parts == whole
            assert os.pread(fd, 10, 5) == whole[5:15]
            os.lseek(fd, 0, os.SEEK_SET)
            assert os.read(fd, 1 << 20) == whole
            assert os.read(fd, 100) == b""
        finally:
            os.close(fd)


def test_streams_cannot_be_sought_in(place):
    with doors.mounted(place) as mount:
        for name in ("trace_pipe",), ("per_cpu", "cpu0", "trace_pipe_raw"):
            fd = os.open(mount.path(*name), os.O_RDONLY)
            fails(errno.ESPIPE, os.lseek, fd, 0, os.SEEK_CUR)
            os.close(fd)


def test_nothing_is_made_or_removed_where_tracefs_does_not(place):
    with doors.mounted(place) as mount:
        fails(errno.EACCES, os.open, mount.path("new"), os.O_CREAT | os.O_WRONLY)
        fails(errno.EPERM, os.unlink, mount.path("trace"))
        fails(errno.EPERM, os.rename, mount.path("trace"), mount.path("trace2"))
        fails(errno.EPERM, os.symlink, "trace", mount.path("link"))
        fails(errno.EPERM, os.mkdir, mount.path("folder"))


def test_echo_to_a_file_as_the_shell_opens_it(place):
    with doors.mounted(place) as mount:
        subprocess.run(["sh", "-c", "echo 0 > tracing_on"], cwd=mount.tracing, check=True)
        assert mount.read("tracing_on") == "0\n"
        subprocess.run(["sh", "-c", "! echo abc > tracing_on"], cwd=mount.tracing, check=True,
                       stderr=subprocess.DEVNULL)
        fails(errno.EINVAL, mount.write, "abc", "tracing_on")


def test_truncation_by_open_and_by_truncate_is_the_same(place):
    with doors.mounted(place) as mount:
        puppet = enabled(place, mount)
        for cut in (lambda: open(mount.path("trace"), "w").close(),
                    lambda: os.truncate(mount.path("trace"), 0)):
            puppet.tell("ping 1")
            assert "ping" in mount.read("trace")
            cut()
            assert "ping: " not in mount.read("trace")


def test_nonblock_is_judged_at_each_read(place):
    with doors.mounted(place) as mount:
        puppet = enabled(place, mount)
        fd = os.open(mount.path("trace_pipe"), os.O_RDONLY)
        try:
            fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK)
            fails(errno.EAGAIN, os.read, fd, 4096)
            puppet.tell("ping 1")
            assert b"ping" in os.read(fd, 4096)
            fails(errno.EAGAIN, os.read, fd, 4096)
            fcntl.fcntl(fd, fcntl.F_SETFL, 0)
            threading.Timer(0.1, puppet.tell, ["ping 1"]).start()
            assert b"ping" in os.read(fd, 4096)
        finally:
            os.close(fd)


def test_a_waiting_read_is_interrupted(place):
    with doors.mounted(place) as mount:
        for number in (signal.SIGINT, signal.SIGKILL):
            cat = subprocess.Popen(["cat", mount.path("trace_pipe")], stdout=subprocess.PIPE)
            with open("/proc/%d/syscall" % cat.pid) as call:
                harness.until(lambda: (call.seek(0), call.read().startswith("0 "))[1], "cat in read()")
            cat.send_signal(number)
            assert cat.wait(harness.PATIENCE) == -number
            cat.stdout.close()
        assert mount.read("tracing_on") == "1\n"


def test_poll_tells_of_data(place):
    with doors.mounted(place) as mount:
        puppet = enabled(place, mount)
        fd = os.open(mount.path("trace_pipe"), os.O_RDONLY | os.O_NONBLOCK)
        try:
            poll = select.poll()
            poll.register(fd, select.POLLIN)
            assert poll.poll(50) == []
            threading.Timer(0.1, puppet.tell, ["ping 1"]).start()
            assert poll.poll(harness.PATIENCE * 1000) == [(fd, select.POLLIN)]
            assert b"ping" in os.read(fd, 4096)
            assert poll.poll(50) == []
        finally:
            os.close(fd)


def test_a_reader_takes_no_more_than_it_gets(place):
    with doors.mounted(place) as mount:
        enabled(place, mount).tell("ping 1000")
        for size in 1, 100, 3000:
            fd = os.open(mount.path("trace_pipe"), os.O_RDONLY | os.O_NONBLOCK)
            os.read(fd, size)
            os.close(fd)
        fd = os.open(mount.path("trace_pipe"), os.O_RDONLY | os.O_NONBLOCK)
        rest = b""
        try:
            while piece := os.read(fd, 65536):
                rest += piece
        except BlockingIOError:
            pass
        os.close(fd)
        # 40 lines are more than 3000 bytes
        assert rest.count(b"\n") >= 1000 - 45, rest.count(b"\n")


def test_two_readers_of_one_trace_pipe_share_the_records(place):
    with doors.mounted(place) as mount:
        puppet = enabled(place, mount)
        cats = [subprocess.Popen(["cat", mount.path("trace_pipe")], stdout=subprocess.PIPE) for _ in range(2)]
        got = [b"", b""]

        def collect(i):
            while piece := os.read(cats[i].stdout.fileno(), 65536):
                got[i] += piece

        threads = [threading.Thread(target=collect, args=[i]) for i in range(2)]
        for thread in threads:
            thread.start()
        for i in range(200):
            puppet.tell("say number %d." % i)
        harness.until(lambda: (got[0] + got[1]).count(b"say:") >= 200, "200 records")
        for cat in cats:
            cat.terminate()
        for cat, thread in zip(cats, threads):
            cat.wait(harness.PATIENCE)
            thread.join()
            cat.stdout.close()
        records = harness.lines((got[0] + got[1]).decode())
        assert len(records) == len(set(records)) == 200, (len(records), records[:5], records[-5:])


def test_an_instance_made_and_removed_through_the_mount(place):
    with doors.mounted(place) as mount:
        for _ in range(3):
            os.mkdir(mount.path("instances", "one"))
            assert os.listdir(mount.path("instances")) == ["one"]
            assert mount.read("instances", "one", "tracing_on") == "1\n"
            fails(errno.EEXIST, os.mkdir, mount.path("instances", "one"))
            os.rmdir(mount.path("instances", "one"))
            assert os.listdir(mount.path("instances")) == []
            fails(errno.ENOENT, os.stat, mount.path("instances", "one"))


def test_what_vanished_elsewhere_is_not_there(place):
    with doors.mounted(place) as one:
        os.mkdir(one.path("instances", "gone"))
        other = place.file("other")
        place.oriel("mount", other)
        try:
            assert os.stat(os.path.join(other, "tracing/instances/gone/trace"))
            os.rmdir(one.path("instances", "gone"))
            fails(errno.ENOENT, os.open, os.path.join(other, "tracing/instances/gone/tracing_on"), os.O_RDONLY)
        finally:
            place.oriel("umount", other)


def test_a_new_event_is_there_at_once(place):
    with doors.mounted(place) as mount:
        fails(errno.ENOENT, os.stat, mount.path("events", "puppet", "ping", "enable"))
        place.puppet()
        place.oriel("list")
        assert mount.read("events", "puppet", "ping", "enable") == "0\n"


def test_ls_lR_shows_each_file_once(place):
    with doors.mounted(place) as mount:
        place.puppet()
        place.oriel("list")
        found = subprocess.run(["find", mount.root], capture_output=True, text=True, check=True).stdout.split("\n")
        assert len(found) == len(set(found))
        listed = subprocess.run(["ls", "-lR", mount.root], capture_output=True, text=True, check=True).stdout
        assert "tracing/events/puppet/ping:\n" in listed
        assert place.oriel("tree").stdout.count("\n") == len(found) - 1


def test_a_marker_carries_its_writers_name(place):
    with doors.mounted(place) as mount:
        done = subprocess.Popen(["sh", "-c", "echo hello > trace_marker; echo $$"], cwd=mount.tracing,
                                stdout=subprocess.PIPE, text=True)
        pid = done.communicate()[0].strip()
        assert "-%s " % pid in mount.read("trace"), mount.read("trace")


if __name__ == "__main__":
    harness.main(globals())
