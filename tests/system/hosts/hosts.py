# SPDX-License-Identifier: MIT
"""Hosts that lack something: the tool says what and what to do about it, and the program runs on unharmed.

  hosts.py ORIEL PUPPET SANDBOX [TEST...]

PUPPET is the one of the tests of the command, with the library in it, so that a copy of it runs anywhere.
Mounts are made in a mount namespace of this script's own.
"""
import contextlib
import ctypes
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import harness  # noqa: E402
from harness import records  # noqa: E402

NOBODY = 65534
CLONE_NEWNS = 0x20000


def own_mounts():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS):
        sys.exit("hosts.py: no mount namespace of our own: %s" % os.strerror(ctypes.get_errno()))
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


def sandboxed(place, what, **env):
    return place.puppet(command=[SANDBOX, what], env=env)


def works(place, puppet):
    """Events go on and off, and what is made is found."""
    place.oriel("enable", "puppet:*")
    puppet.tell("ping 3")
    assert len(records(place.oriel("trace").stdout)) == 3
    place.oriel("disable", "puppet:*")
    puppet.tell("ping 3")
    assert len(records(place.oriel("trace").stdout)) == 3


def doctor(place, puppet, **kwargs):
    return place.oriel("doctor", "-p", str(puppet.pid), expect=None, **kwargs).stdout


def line_of(text, what):
    found = [line for line in text.splitlines() if what in line]
    assert found, "no line with '%s':\n%s" % (what, text)
    return "\n".join(found)


# No restartable sequences


def test_no_rseq_by_the_c_library_registers_our_own(place):
    puppet = place.puppet(env={"GLIBC_TUNABLES": "glibc.pthread.rseq=0"})
    works(place, puppet)
    assert "by Oriel" in line_of(doctor(place, puppet), "rseq:"), doctor(place, puppet)


def test_no_rseq_by_the_kernel_leases_rings_and_the_doctor_says_so(place):
    puppet = sandboxed(place, "rseq")
    works(place, puppet)
    assert "lease" in line_of(doctor(place, puppet), "%d rseq" % puppet.pid)


def test_a_sandbox_without_rseq_is_seen_by_the_doctor(place):
    done = subprocess.run([SANDBOX, "rseq", harness.ORIEL, "doctor"], env=place.environment(), capture_output=True, text=True)
    assert "lease" in line_of(done.stdout, "rseq:")


def test_rseq_switched_off_leases_rings(place):
    puppet = place.puppet(env={"ORIEL_RSEQ": "off"})
    works(place, puppet)
    assert "lease" in line_of(doctor(place, puppet), "%d rseq" % puppet.pid)


def valgrind(place, *args, lines=(), **env):
    done = subprocess.run(["valgrind", "-q", "--error-exitcode=99", "--leak-check=full", harness.PUPPET, *args],
                          env=place.environment(ORIEL_EVENTS="puppet:*", **env), capture_output=True, text=True,
                          input="".join(line + "\n" for line in lines), timeout=10 * harness.PATIENCE)
    assert done.returncode == 0 and "==" not in done.stderr, done.stderr
    return records(place.oriel("trace").stdout)


def test_under_valgrind_records_are_made_without_an_error(place):
    assert len(valgrind(place, "burst", "500", "0")) == 501


def test_under_valgrind_strings_of_every_length(place):
    texts = ["a" * n for n in (1, 2, 14, 15, 16, 17, 31, 255, 256, 257, 3000)]
    got = valgrind(place, "obey", lines=["say " + text for text in texts])
    assert [line.split("text=")[1] for line in got] == texts


def test_under_valgrind_threads(place):
    assert len(valgrind(place, "obey", lines=["threads 8 50"])) == 400


def test_under_valgrind_a_nudge_switches_events_on_and_off(place):
    place.oriel("list")     # makes the domain, so that the program attaches: /proc shows valgrind in its place
    puppet = place.puppet(command=["valgrind", "-q", "--error-exitcode=99"])
    works(place, puppet)
    puppet.end()
    assert puppet.process.returncode == 0


# Text that may not be written


def test_mprotect_to_executable_forbidden(place):
    puppet = sandboxed(place, "mprotect")
    works(place, puppet)
    assert "/proc/self/mem" in line_of(doctor(place, puppet), "%d patching" % puppet.pid)


def test_proc_self_mem_forbidden(place):
    puppet = sandboxed(place, "proc-mem")
    works(place, puppet)
    assert "by mprotect" in line_of(doctor(place, puppet), "%d patching" % puppet.pid)


def test_no_proc_at_all(place):
    puppet = place.puppet(command=["unshare", "-m", "sh", "-c", 'umount -l /proc && exec "$@"', "sh"])
    works(place, puppet)
    assert "by mprotect" in line_of(doctor(place, puppet), "%d patching" % puppet.pid)


def test_both_ways_forbidden_is_said_and_the_program_runs_on(place):
    puppet = sandboxed(place, "mprotect,proc-mem")
    place.oriel("enable", "puppet:*", expect=None)
    assert puppet.tell("ping 3") == "ok"
    assert records(place.oriel("trace").stdout) == []
    said = line_of(doctor(place, puppet), "%d patching" % puppet.pid)
    assert "fail" in said.lower() and "cannot be written" in said and "mprotect(PROT_EXEC)" in doctor(place, puppet), said
    assert place.oriel("doctor", "-p", str(puppet.pid), expect=None).returncode != 0


def test_a_sandbox_that_forbids_both_ways_is_seen_by_the_doctor(place):
    done = subprocess.run([SANDBOX, "mprotect,proc-mem", harness.ORIEL, "doctor"], env=place.environment(), capture_output=True,
                          text=True)
    assert done.returncode == 1 and "sites cannot be written" in line_of(done.stdout, "patching:"), done.stdout


def test_membarrier_forbidden_is_said_and_the_program_runs_on(place):
    puppet = sandboxed(place, "membarrier")
    place.oriel("enable", "puppet:*", expect=None)
    assert puppet.tell("ping 3") == "ok"
    assert records(place.oriel("trace").stdout) == []
    said = line_of(doctor(place, puppet), "%d patching" % puppet.pid)
    assert "cannot be written" in said, said
    done = subprocess.run([SANDBOX, "membarrier", harness.ORIEL, "doctor"], env=place.environment(), capture_output=True, text=True)
    assert done.returncode == 1 and "sandbox" in line_of(done.stdout, "membarrier"), done.stdout


# No room


@contextlib.contextmanager
def small_shm(place, size):
    """A file system of @size where this test's domains go."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=700,size=" + size, "tmpfs", place.runtime_dir], check=True)
    try:
        yield
    finally:
        for puppet in place.puppets:
            puppet.end()
        subprocess.run(["umount", "-l", place.runtime_dir], check=True)


def check_no_room(place, done):
    assert done.returncode not in (0, None) and done.returncode > 0, done
    assert "no room" in done.stderr and place.runtime_dir in done.stderr and "ORIEL_DOMAIN" in done.stderr, done.stderr


def test_no_room_for_the_domain(place):
    with small_shm(place, "1m"):
        puppet = place.puppet()
        check_no_room(place, place.oriel("enable", "--future", "puppet:*", expect=None))
        check_no_room(place, place.oriel("list", expect=None))
        assert puppet.tell("ping 3") == "ok"


def test_no_room_for_the_domain_that_a_program_is_to_make(place):
    with small_shm(place, "1m"):
        puppet = place.puppet(env={"ORIEL_EVENTS": "puppet:*"})
        assert puppet.tell("ping 1000") == "ok"
        assert puppet.tell("threads 4 1000") == "ok"


def test_no_room_for_the_rings(place):
    with small_shm(place, "5500k"):
        puppet = place.puppet()
        check_no_room(place, place.oriel("enable", "puppet:*", expect=None))
        assert puppet.tell("ping 3") == "ok"
        subprocess.run(["mount", "-o", "remount,size=64m", place.runtime_dir], check=True)
        works(place, puppet)


def test_no_room_for_the_rings_that_a_program_is_to_make(place):
    with small_shm(place, "5500k"):
        puppet = place.puppet(env={"ORIEL_EVENTS": "puppet:*"})
        assert puppet.tell("ping 1000") == "ok"
        assert "ring" in doctor(place, puppet) + place.oriel("list", expect=None).stderr
        assert records(place.oriel("trace", expect=None).stdout) == []


def fill(path):
    with open(os.path.join(path, "filler"), "wb") as filler, contextlib.suppress(OSError):
        while True:
            filler.write(b"\1" * 65536)
            filler.flush()


def test_no_room_for_a_leased_ring_drops_and_counts(place):
    with small_shm(place, "32m"):
        puppet = place.puppet(env={"ORIEL_RSEQ": "off"})
        place.oriel("enable", "puppet:*")
        fill(place.runtime_dir)
        assert puppet.tell("ping 100") == "ok"
        assert records(place.oriel("trace").stdout) == []
        assert " 100 records were lost" in line_of(place.oriel("doctor", expect=None).stdout, "leases")


def test_a_domain_fits_a_small_shm_and_is_full_without_harm(place):
    with small_shm(place, "24m"):
        puppet = place.puppet()
        place.oriel("enable", "puppet:*")
        fill(place.runtime_dir)
        assert puppet.tell("threads 8 100000") == "ok"   # every page of every ring is written
        assert len(records(place.oriel("trace").stdout)) > 1000


# Domains that are not ours, or not safe


def check_not_permitted(place, path, *what, **kwargs):
    env = {"ORIEL_DOMAIN": path}
    for command in (["list"], ["enable", "--future", "puppet:*"], ["trace"]):
        done = place.oriel(*command, expect=4, env=env, **kwargs)
        assert path in done.stderr and "ORIEL_DOMAIN" in done.stderr, done.stderr
        assert all(word in done.stderr for word in what), done.stderr
    said = place.oriel("doctor", expect=None, env=env, **kwargs).stdout
    assert "fail" in line_of(said, path).lower(), said


def check_unharmed(place, path, **kwargs):
    puppet = place.puppet(env={"ORIEL_DOMAIN": path, "ORIEL_EVENTS": "puppet:*"}, **kwargs)
    assert puppet.tell("ping 3") == "ok"
    puppet.end()
    assert puppet.process.returncode == 0


def bad_domain(place, uid=0, mode=0o700):
    path = os.path.join(place.runtime_dir, "bad")
    os.mkdir(path)
    os.chmod(path, mode)
    os.chown(path, uid, uid)
    return path


def test_a_domain_of_another_owner(place):
    path = bad_domain(place, uid=NOBODY)
    check_not_permitted(place, path, "another user")
    check_unharmed(place, path)
    assert os.listdir(path) == []


def test_a_domain_that_others_may_enter(place):
    path = bad_domain(place, mode=0o755)
    check_not_permitted(place, path, "chmod 700")
    check_unharmed(place, path)
    assert os.listdir(path) == []


def test_a_domain_that_is_a_symbolic_link(place):
    path = os.path.join(place.runtime_dir, "link")
    os.symlink(bad_domain(place), path)
    check_not_permitted(place, path, "symbolic link")
    check_unharmed(place, path)
    assert os.listdir(path) == []


def test_a_domain_in_a_directory_that_others_may_write(place):
    path = bad_domain(place)
    os.chmod(place.runtime_dir, 0o777)
    check_not_permitted(place, path, "directory above")
    check_unharmed(place, path)
    assert os.listdir(path) == []


def test_a_control_file_that_is_a_symbolic_link(place):
    path = bad_domain(place)
    os.symlink("/etc/passwd", os.path.join(path, "ctl"))
    before = os.stat("/etc/passwd")
    done = place.oriel("list", expect=None, env={"ORIEL_DOMAIN": path})
    assert done.returncode > 0 and path in done.stderr, done
    check_unharmed(place, path)
    assert os.stat("/etc/passwd").st_mtime_ns == before.st_mtime_ns


@contextlib.contextmanager
def copies():
    """The programs where anybody may run them."""
    directory = tempfile.mkdtemp(prefix="oriel-test-")
    os.chmod(directory, 0o755)
    saved = harness.ORIEL, harness.PUPPET
    try:
        harness.ORIEL, harness.PUPPET = (shutil.copy(path, directory) for path in saved)
        for path in (harness.ORIEL, harness.PUPPET):
            os.chmod(path, 0o755)
        yield directory
    finally:
        harness.ORIEL, harness.PUPPET = saved
        shutil.rmtree(directory)


AS_NOBODY = {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def test_no_permission_to_the_domain(place):
    place.oriel("enable", "--future", "puppet:*")
    with copies():
        os.chmod(place.files, 0o755)        # where the tool is run
        done = place.oriel("list", expect=4, env={"ORIEL_DOMAIN": place.domain()}, **AS_NOBODY)
        assert place.domain() in done.stderr, done.stderr
        check_unharmed(place, place.domain(), **AS_NOBODY)
        os.chmod(place.runtime_dir, 0o755)
        done = place.oriel("list", expect=4, env={"ORIEL_DOMAIN": place.domain()}, **AS_NOBODY)
        assert place.domain() in done.stderr, done.stderr


def test_a_process_of_another_user_is_not_taken_for_ours(place):
    with copies():
        os.chmod(place.files, 0o755)
        theirs = place.puppet(env={"ORIEL_DOMAIN": place.domain()}, **AS_NOBODY)
        ours = place.puppet()
        works(place, ours)
        assert theirs.tell("ping 3") == "ok"


# A program that was given rights


@contextlib.contextmanager
def setuid_puppet(place, **env):
    with copies():
        os.chmod(harness.PUPPET, 0o4755)
        assert os.stat(harness.PUPPET).st_mode & stat.S_ISUID
        assert not os.statvfs(harness.PUPPET).f_flag & os.ST_NOSUID, "tests need a folder for files that is not nosuid"
        puppet = place.puppet(env=env, **AS_NOBODY)
        assert puppet_uid(puppet.pid) == 0
        yield puppet


def puppet_uid(pid):
    with open("/proc/%d/status" % pid) as status:
        return int(line_of(status.read(), "Uid:").split()[2])


def catches(pid, number):
    with open("/proc/%d/status" % pid) as status:
        return int(line_of(status.read(), "SigCgt:").split()[1], 16) >> (number - 1) & 1


def test_a_set_user_id_program_ignores_the_environment(place):
    path = os.path.join(place.runtime_dir, "theirs")
    os.chmod(place.runtime_dir, 0o1777)
    with setuid_puppet(place, ORIEL_DOMAIN=path, ORIEL_EVENTS="*:*", ORIEL_CONTROL="thread") as puppet:
        assert puppet.tell("ping 3") == "ok"
        assert not os.path.exists(path)
        assert len(os.listdir("/proc/%d/task" % puppet.pid)) == 1


def test_a_set_user_id_program_is_inert(place):
    with setuid_puppet(place) as puppet:
        assert not catches(puppet.pid, signal.SIGURG)
        place.oriel("enable", "--future", "puppet:*")
        assert puppet.tell("ping 3") == "ok"
        assert records(place.oriel("trace", expect=None).stdout) == []


def test_the_doctor_says_that_a_set_user_id_program_is_inert(place):
    with setuid_puppet(place) as puppet:
        place.oriel("enable", "--future", "puppet:*")
        said = doctor(place, puppet) + place.oriel("doctor", "-p", str(puppet.pid), expect=None).stderr
        assert "set-user-id" in said or "AT_SECURE" in said, said


if __name__ == "__main__":
    own_mounts()
    SANDBOX = os.path.abspath(sys.argv[3])
    del sys.argv[3]
    harness.main(globals())
