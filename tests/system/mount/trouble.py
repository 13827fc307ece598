# SPDX-License-Identifier: MIT
"""What may happen to a mount: a killed server, a killed reader, a stopped program, no room, other users."""
import errno
import os
import signal
import subprocess
import time

import doors
from doors import harness
from mount import enabled, fails


def kill(mount):
    mount.process.kill()
    mount.process.wait(harness.PATIENCE)


def test_readers_of_a_killed_server_get_an_error(place):
    with doors.mounted(place) as mount:
        enabled(place, mount)
        fd = os.open(mount.path("trace"), os.O_RDONLY)
        cat = subprocess.Popen(["cat", mount.path("trace_pipe")], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
        with open("/proc/%d/syscall" % cat.pid) as call:
            harness.until(lambda: (call.seek(0), call.read().startswith("0 "))[1], "cat in read()")
        kill(mount)
        assert cat.communicate(timeout=harness.PATIENCE)[1] and cat.returncode == 1
        fails(errno.ENOTCONN, os.read, fd, 100)
        os.close(fd)
        fails(errno.ENOTCONN, os.open, mount.path("tracing_on"), os.O_RDONLY)


def test_a_new_mount_takes_the_place_of_a_killed_one(place):
    with doors.mounted(place) as mount:
        kill(mount)
        assert "is gone" in str(place.json("doctor", expect=None)["checks"])
        done = place.oriel("mount")
        assert "took away" in done.stderr
        assert mount.read("tracing_on") == "1\n"
        place.oriel("umount")
        assert not doors.is_mounted(mount.root)


def test_umount_and_gc_clear_a_killed_mount(place):
    for command in (["umount"], ["gc"]):
        with doors.mounted(place) as mount:
            kill(mount)
            place.oriel(*command)
            assert not doors.is_mounted(mount.root)


def test_gc_leaves_a_mount_alone(place):
    with doors.mounted(place) as mount:
        assert "0 domains removed" in place.oriel("gc").stdout
        assert mount.read("tracing_on") == "1\n"


def test_umount_of_a_mount_in_use(place):
    with doors.mounted(place) as mount:
        file = open(mount.path("tracing_on"))
        done = place.oriel("umount")
        assert "was in use" in done.stderr
        assert not doors.is_mounted(mount.root)
        assert file.read() == "1\n"
        file.close()
        assert mount.process.wait(harness.PATIENCE) == 0


def test_a_reader_killed_in_the_middle_harms_nobody(place):
    with doors.mounted(place) as mount:
        puppet = enabled(place, mount)
        for _ in range(20):
            for i in range(50):
                puppet.tell("say number %d." % i)
            cat = subprocess.Popen(["cat", mount.path("trace_pipe")], stdout=subprocess.PIPE)
            os.read(cat.stdout.fileno(), 1)
            cat.kill()
            cat.wait(harness.PATIENCE)
            cat.stdout.close()
        puppet.tell("say 4711")
        with open(mount.path("trace_pipe"), "rb", buffering=0) as pipe:
            got = b""
            while b"4711" not in got:
                got += pipe.read(65536)


def test_a_stopped_program_holds_up_no_reader_and_no_writer(place):
    with doors.mounted(place) as mount:
        puppet = enabled(place, mount)
        puppet.tell("ping 1")
        os.kill(puppet.pid, signal.SIGSTOP)
        assert "ping" in mount.read("trace")
        mount.write("0", "events", "enable")
        assert mount.read("events", "puppet", "ping", "enable") == "0\n"
        mount.write("1", "events", "puppet", "ping", "enable")
        os.kill(puppet.pid, signal.SIGCONT)
        puppet.tell("ping 1")
        assert mount.read("trace").count("ping:") == 2


def test_a_full_file_system_is_an_error_and_no_crash(place):
    doors.need_root()
    doors.need_fuse()
    place.oriel("write", "tracing_on", "1")
    # Room for the control file, and none for rings.
    room = sum(entry.stat().st_blocks * 512 for entry in os.scandir(place.domain())) // 1024 + 200
    script = """
        set -e
        mount -t tmpfs -o size={room}k t {dir}
        export XDG_RUNTIME_DIR={dir}
        root=$({oriel} mount)
        cat $root/tracing/tracing_on
        if /bin/echo hello > $root/tracing/trace_marker; then echo marked; fi
        cat $root/tracing/tracing_on
        {oriel} umount
    """.format(room=room, dir=place.runtime_dir, oriel=harness.ORIEL)
    done = subprocess.run(["unshare", "-m", "--propagation", "private", "sh", "-c", script], capture_output=True,
                          text=True, timeout=harness.PATIENCE, env=place.environment())
    assert done.returncode == 0 and done.stdout.startswith("1\n") and done.stdout.endswith("1\n"), done
    assert "marked" not in done.stdout and "No space left" in done.stderr, done


def test_another_user_does_not_get_in(place):
    doors.need_root()
    with doors.mounted(place) as mount:
        os.chmod(place.runtime_dir, 0o755)
        os.chmod(os.path.join(place.runtime_dir, "oriel"), 0o755)
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                               "cat", mount.path("tracing_on")], capture_output=True, text=True)
        assert done.returncode and "Permission denied" in done.stderr, done
        assert mount.read("tracing_on") == "1\n"


def test_another_users_domain_is_refused(place):
    doors.need_root()
    os.makedirs(place.domain("theirs"), 0o700)
    os.chown(place.domain("theirs"), doors.NOBODY, doors.NOBODY)
    for command in (["mount"], ["exec", "true"], ["ls"], ["cat", "trace"]):
        done = place.oriel("--domain", "theirs", *command, expect=4)
        assert done.stderr, command


def test_an_unprivileged_user_mounts(place):
    doors.can_be_nobody()
    os.chmod(place.runtime_dir, 0o755)
    own = os.path.join(place.runtime_dir, "nobody")
    os.mkdir(own, 0o700)
    os.chown(own, doors.NOBODY, doors.NOBODY)
    script = 'root=$("$0" mount) && cat "$root/tracing/tracing_on" && "$0" umount && ls "$root"'
    done = subprocess.run(doors.nobody_with_fuse() + ["sh", "-c", script, harness.ORIEL], cwd="/",
                          env=place.environment(XDG_RUNTIME_DIR=own), capture_output=True, text=True,
                          timeout=harness.PATIENCE)
    assert done.returncode == 0 and done.stdout == "1\n", done


def test_a_slow_reader_of_a_long_trace_holds_up_nobody(place):
    with doors.mounted(place) as mount:
        puppet = place.puppet()
        place.oriel("list")
        mount.write("1", "events", "puppet", "enable")
        subprocess.run([harness.PUPPET, "burst", "200000", "0"], env=place.environment(), check=True)
        readers = [subprocess.Popen(["cat", mount.path("trace")], stdout=subprocess.DEVNULL) for _ in range(4)]
        seen = 0
        while any(reader.poll() is None for reader in readers):
            assert mount.read("tracing_on") == "1\n"
            seen += 1
        assert seen and all(reader.returncode == 0 for reader in readers)
        puppet.tell("ping 1")


def test_waiting_costs_no_cpu_time(place):
    with doors.mounted(place) as mount:
        cats = [subprocess.Popen(["cat", mount.path("trace_pipe")], stdout=subprocess.DEVNULL) for _ in range(8)]

        def used():
            with open("/proc/%d/stat" % mount.process.pid) as stat:
                return sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))

        time.sleep(0.5)     # to get into their waiting
        before = used()
        time.sleep(2)
        ticks = used() - before
        for cat in cats:
            cat.kill()
            cat.wait(harness.PATIENCE)
        # 2 s of a busy loop would be 200 ticks.
        assert ticks < 40, ticks


if __name__ == "__main__":
    harness.main(globals())
