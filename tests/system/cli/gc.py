# SPDX-License-Identifier: MIT
"""gc: what goes, what stays."""
import fcntl
import os
import subprocess

import harness


def dead_pid():
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def has_ended(pid):
    try:
        with open("/proc/%d/stat" % pid) as stat:
            return stat.read().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def test_a_domain_that_is_not_there_is_said(place):
    done = place.oriel("gc", "--domain", "nowhere", expect=1)
    assert "no domain at" in done.stderr and not done.stdout, done


def test_nothing_to_do(place):
    assert "0 domains removed" in place.oriel("gc").stdout


def test_an_unused_domain_goes_and_its_bytes_are_told(place):
    place.oriel("list")
    size = sum(os.stat(os.path.join(place.domain(), name)).st_blocks * 512
               for name in os.listdir(place.domain()))
    result = place.json("gc")
    assert result["freed"] == size > 0, (result, size)
    assert not os.path.exists(place.domain())


def test_a_dry_run_only_says_it(place):
    place.oriel("list")
    result = place.json("gc", "-n")
    assert result["dry_run"] and result["freed"] > 0
    assert result["domains"][0]["action"] == "would remove"
    assert os.path.exists(place.domain())


def test_a_domain_with_a_process_stays(place):
    place.puppet()
    place.oriel("enable", "puppet:*")
    place.oriel("disable", "puppet:*")
    place.oriel("gc", "--force")
    assert os.path.exists(place.domain())


def test_a_domain_of_a_merely_linked_process_stays(place):
    place.oriel("list")
    place.puppet()
    place.oriel("gc")
    assert os.path.exists(place.domain())


def test_a_domain_that_a_tool_reads_stays(place):
    follow = place.start("follow")
    harness.until(lambda: os.path.exists(os.path.join(place.domain(), "ctl")), "the domain")
    harness.until(lambda: place.domain() in open("/proc/%d/maps" % follow.pid).read(), "its mapping")
    place.oriel("gc", "--force")
    assert os.path.exists(place.domain())
    follow.terminate()
    follow.communicate()


def test_rules_keep_a_domain_and_force_removes_it(place):
    place.oriel("enable", "-f", "x:*")
    assert "--force" in place.oriel("gc").stdout
    assert os.path.exists(place.domain())
    place.oriel("gc", "--force")
    assert not os.path.exists(place.domain())


def test_a_dead_recorders_domain_goes_though_it_has_rules(place):
    name = "record-%d" % dead_pid()
    place.oriel("enable", "-f", "x:*", "--domain", name)
    place.oriel("gc")
    assert not os.path.exists(place.domain(name))


def test_a_living_recorders_domain_stays(place):
    name = "record-%d" % os.getpid()
    place.oriel("list", "--domain", name)
    place.oriel("gc", "--force")
    assert os.path.exists(place.domain(name))


def test_a_killed_recorders_domain_goes_when_its_program_has_ended(place):
    recorder = place.start("record", "--", harness.PUPPET, "obey", stdin=subprocess.PIPE)
    recorder.stdin.write("ping 1\n")
    recorder.stdin.flush()
    assert recorder.stdout.readline() == "ok\n"
    recorder.kill()
    recorder.wait()
    place.oriel("gc")
    assert os.path.exists(place.domain("record-%d" % recorder.pid))
    program = place.json("list", "--domain", "record-%d" % recorder.pid)["events"][0]["pids"][0]
    recorder.communicate("", timeout=harness.PATIENCE)
    harness.until(lambda: has_ended(program), "the program's end")     # its output closes before it is gone
    place.oriel("gc")
    assert os.listdir(os.path.dirname(place.domain())) == []


# abi/ctl.h: where the slots are, the size of one, and in it the time at which it was taken
PROCS, PROC_SIZE, BEGAN = 131072, 1152, 96
TICK_NS = 10 ** 9 // os.sysconf("SC_CLK_TCK")


def slot_of(ctl, pid):
    """Offset of a process's slot, and when it was taken."""
    ctl.seek(PROCS)
    for at in range(PROCS, PROCS + 512 * PROC_SIZE, PROC_SIZE):
        slot = ctl.read(PROC_SIZE)
        if int.from_bytes(slot[:4], "little") == pid:
            return at, int.from_bytes(slot[BEGAN:BEGAN + 8], "little")
    raise AssertionError("no slot of %d" % pid)


def start_tick(pid):
    with open("/proc/%d/stat" % pid) as stat:
        return int(stat.read().rpartition(")")[2].split()[19])


def later_process(tick):
    """A process that started in a later tick."""
    while True:
        process = subprocess.Popen(["sleep", "1000"])
        if start_tick(process.pid) > tick:
            return process
        process.kill()
        process.wait()


def test_a_dead_process_whose_number_another_has_is_dead(place):
    puppet = place.puppet()
    place.oriel("list")
    assert str(puppet.pid) in place.oriel("ls", "processes").stdout.split()
    with open(os.path.join(place.domain(), "ctl"), "r+b") as ctl:
        at, began = slot_of(ctl, puppet.pid)
        puppet.process.kill()
        puppet.process.wait()
        other = later_process(began // TICK_NS)
        try:
            ctl.seek(at)
            ctl.write(other.pid.to_bytes(4, "little"))
            ctl.flush()
            assert str(other.pid) not in place.oriel("ls", "processes").stdout.split()
            assert place.oriel("ls", "by-name").stdout == ""
            assert not any(event["pids"] for event in place.json("list")["events"])
        finally:
            other.kill()
            other.wait()


def test_slots_of_dead_processes_are_freed(place):
    place.puppet()
    dead = place.puppet()
    place.oriel("enable", "puppet:*")
    dead.process.kill()
    dead.process.wait()
    assert "slots of 1 dead" in place.oriel("gc", "-n").stdout
    assert "slots of 1 dead" in place.oriel("gc").stdout
    assert "slots of" not in place.oriel("gc").stdout


def test_the_rules_of_a_killed_recorder_are_taken_back(place):
    puppet = place.puppet()
    recorder = place.start("record")
    harness.until(lambda: place.json("list")["events"][0]["enabled"], "the recorder's rule")
    recorder.kill()
    recorder.communicate()
    assert "1 rules of dead" in place.oriel("gc", "-n").stdout
    assert "1 rules of dead" in place.oriel("gc").stdout
    puppet.tell("ping 3")
    assert harness.records(place.oriel("trace").stdout) == []


def test_rules_for_a_dead_process_are_taken_back(place):
    place.puppet()
    dead = place.puppet()
    place.oriel("enable", "-p", str(dead.pid), "puppet:*")
    dead.process.kill()
    dead.process.wait()
    assert "1 rules of dead" in place.oriel("gc").stdout
    assert not any(event["enabled"] for event in place.json("list")["events"])


def test_a_domain_that_is_named_is_the_only_one_looked_at(place):
    for name in "one", "two", place.file("three"):
        place.oriel("list", "--domain", name)
    place.oriel("gc", "--domain", "one", "--force")
    assert not os.path.exists(place.domain("one"))
    assert os.path.exists(place.domain("two"))
    place.oriel("gc", "--domain", place.file("three") + "/")
    assert not os.path.exists(place.file("three"))
    assert place.file("none") in place.oriel("gc", "--domain", place.file("none"), expect=1).stderr


def test_a_tool_that_waited_for_a_removed_domain_says_so(place):
    place.oriel("list")
    ctl = os.open(os.path.join(place.domain(), "ctl"), os.O_RDWR)
    fcntl.flock(ctl, fcntl.LOCK_EX)
    enable = place.start("enable", "-f", "x:*")
    harness.until(lambda: os.path.exists(os.path.join(place.domain(), "ring")), "its rings")
    harness.until(lambda: any(os.path.realpath(os.path.join("/proc/%d/fd" % enable.pid, fd)).endswith("/ctl")
                              for fd in os.listdir("/proc/%d/fd" % enable.pid)), "its lock")
    os.unlink(os.path.join(place.domain(), "ctl"))
    os.close(ctl)
    assert "removed meanwhile" in enable.communicate(timeout=harness.PATIENCE)[1]
    assert enable.returncode == 1


def test_what_is_no_domain_is_left_alone(place):
    parent = os.path.dirname(place.domain())
    os.makedirs(os.path.join(parent, "mine"), 0o700)
    with open(os.path.join(parent, "mine", "letter"), "w") as letter:
        letter.write("dear")
    os.symlink("/etc", os.path.join(parent, "link"))
    place.oriel("gc", "--force", expect=None)
    assert os.path.exists(os.path.join(parent, "mine", "letter"))
    assert os.path.exists("/etc/passwd") and os.path.islink(os.path.join(parent, "link"))


harness.main(globals())
