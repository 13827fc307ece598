# SPDX-License-Identifier: MIT
"""Processes that come to be in every way there is: each is traced, is listed, and obeys.

  processes.py ORIEL ROLE ROLE-STATIC ROLE-TWICE LIBRARY [TEST...]
"""
import collections
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import harness  # noqa: E402

MARK = re.compile(r"-(\d+) +\[\d+\].* (mark|plug): where=(.*) n=(-?\d+)$")


class Role:
    """A process by its name, wherever it came from."""

    def __init__(self, family, name):
        base = os.path.join(family.dir, name)
        for path in (base + ".in", base + ".out"):
            with contextlib.suppress(FileExistsError):
                os.mkfifo(path)
        self.name = name
        self.to = os.open(base + ".in", os.O_RDWR)
        self.back = os.fdopen(os.open(base + ".out", os.O_RDWR), "r")

    def say(self, line):
        os.write(self.to, (line + "\n").encode())

    def tell(self, line):
        self.say(line)
        return int(self.listen())

    def listen(self):
        alarm = threading.Timer(3 * harness.PATIENCE, os._exit, (99,))  # readline would wait for the dead for ever
        alarm.start()
        try:
            return self.back.readline()
        finally:
            alarm.cancel()

    def pid(self):
        return self.tell("pid")


class Family:
    """All roles of a test."""

    def __init__(self, place, program=None, command=(), env=()):
        self.place, self.dir = place, place.files
        self.roles, self.pids = {}, set()
        first = self.role("first")
        self.process = subprocess.Popen([*command, program or harness.PUPPET, self.dir, "first"],
                                        env=place.environment(**dict(env)), start_new_session=True)
        self.pids.add(first.pid())

    def role(self, name):
        self.roles[name] = Role(self, name)
        return self.roles[name]

    def child(self, how, name="second", of="first"):
        role = self.role(name)
        answer = self.roles[of].tell("%s %s" % (how, name))
        assert answer >= 0, "%s: %s" % (how, os.strerror(-answer))
        self.pids.add(role.pid())
        return role

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


def records(place):
    """{(pid, event, where): [n...]}, in order of the trace."""
    got = collections.defaultdict(list)
    for line in harness.records(place.oriel("trace").stdout):
        match = MARK.search(line)
        assert match, line
        got[int(match.group(1)), match.group(2), match.group(3)].append(int(match.group(4)))
    return dict(got)


def listed(place, event="context:mark"):
    """The processes that have an event."""
    events = place.json("list")["events"]
    return {pid for e in events if e["system"] + ":" + e["name"] == event for pid in e["pids"]}


def check_marks(place, roles, nr, pids=None):
    """Each role makes @nr records: they are there, once, under its own process number."""
    place.oriel("clear")
    wanted = {}
    for role in roles:
        last = role.tell("mark %d" % nr)
        wanted[(pids or {}).get(role.name) or role.pid(), "mark", role.name] = list(range(last - nr, last))
    assert records(place) == wanted, (records(place), wanted)


def check_silence(place, roles):
    place.oriel("clear")
    for role in roles:
        role.tell("mark 3")
    assert records(place) == {}, records(place)


def obey(place, roles, pids=None):
    """All of them are listed, and follow when events go on, off and on again."""
    place.oriel("enable", "context:*")
    check_marks(place, roles, 5, pids)
    assert {role.pid() for role in roles} <= listed(place), listed(place)
    place.oriel("disable", "context:*")
    check_silence(place, roles)
    place.oriel("enable", "context:*")
    check_marks(place, roles, 2, pids)


def start_on(place, family):
    place.oriel("enable", "context:*")
    check_marks(place, [family.roles["first"]], 1)


def child_of(how):
    def test(place):
        with Family(place) as family:
            start_on(place, family)
            second = family.child(how)
            check_marks(place, [second], 3)     # before any tool has spoken to the child
            obey(place, [family.roles["first"], second])
    return test


def late_child_of(how):
    def test(place):
        with Family(place) as family:
            second = family.child(how)
            obey(place, [family.roles["first"], second])
    return test


def child_survives(how):
    def test(place):
        with Family(place) as family:
            start_on(place, family)
            second = family.child(how)
            os.kill(family.process.pid, signal.SIGKILL)
            family.process.wait()
            obey(place, [second])
    return test


test_parent_and_child_of_fork_are_traced_and_obey = child_of("fork")
test_parent_and_child_of__fork_are_traced_and_obey = child_of("_fork")
test_parent_and_child_of_a_raw_clone_are_traced_and_obey = child_of("clone")
test_vfork_and_exec = child_of("vfork")
test_posix_spawn = child_of("spawn")
test_a_fork_before_the_first_tool = late_child_of("fork")
test_a__fork_before_the_first_tool = late_child_of("_fork")
test_a_clone_before_the_first_tool = late_child_of("clone")
test_a_child_of_fork_obeys_when_its_parent_is_dead = child_survives("fork")
test_a_child_of__fork_obeys_when_its_parent_is_dead = child_survives("_fork")


def test_a_fork_on_leased_rings(place):
    with Family(place, env={"ORIEL_RSEQ": "off"}) as family:
        start_on(place, family)
        obey(place, [family.roles["first"], family.child("fork")])


def test_a__fork_on_leased_rings(place):
    with Family(place, env={"ORIEL_RSEQ": "off"}) as family:
        start_on(place, family)
        obey(place, [family.roles["first"], family.child("_fork")])


def test_a_fork_with_rseq_of_our_own(place):
    with Family(place, env={"GLIBC_TUNABLES": "glibc.pthread.rseq=0"}) as family:
        start_on(place, family)
        obey(place, [family.roles["first"], family.child("fork")])


def test_a_fork_of_a_program_with_a_service_thread(place):
    with Family(place, env={"ORIEL_CONTROL": "thread"}) as family:
        start_on(place, family)
        second = family.child("fork")
        second.tell("block")
        obey(place, [family.roles["first"], second])


def test_three_generations(place):
    with Family(place) as family:
        start_on(place, family)
        family.child("fork", "second")
        family.child("_fork", "third", of="second")
        family.child("fork", "fourth", of="third")
        obey(place, list(family.roles.values()))


def test_a_daemon_without_descriptors(place):
    with Family(place) as family:
        start_on(place, family)
        second = family.child("daemon")
        check_marks(place, [second], 3)
        obey(place, [family.roles["first"], second])


def test_a_daemon_that_was_not_attached_before(place):
    with Family(place) as family:
        second = family.child("daemon")
        obey(place, [family.roles["first"], second])


def test_exec_is_traced_as_before(place):
    with Family(place) as family:
        start_on(place, family)
        second = family.role("second")
        family.roles["first"].say("exec second")
        assert second.pid() in family.pids
        check_marks(place, [second], 3)
        obey(place, [second])


def test_exec_with_a_nudge_pending_does_not_kill(place):
    with Family(place) as family:
        start_on(place, family)
        first, second = family.roles["first"], family.role("second")
        first.tell("block")
        place.oriel("disable", "context:*", expect=6)
        first.say("exec second")
        assert second.pid() in family.pids
        second.tell("unblock")
        obey(place, [second])


def test_exec_again_and_again_under_nudges_does_not_kill(place):
    with Family(place) as family:
        start_on(place, family)
        second = family.role("second")
        family.roles["first"].say("exec-often second 300")
        pid = next(iter(family.pids))
        second.say("pid")
        done = threading.Event()

        def nudge():
            while not done.is_set():
                place.oriel("disable", "-f", "context:*", expect=None)
                place.oriel("enable", "-f", "context:*", expect=None)

        nudger = threading.Thread(target=nudge)
        nudger.start()
        try:
            assert second.listen() == "%d\n" % pid
        finally:
            done.set()
            nudger.join()
        obey(place, [second])


def test_user_and_mount_namespaces_of_its_own(place):
    with Family(place) as family:
        start_on(place, family)
        first = family.roles["first"]
        assert first.tell("unshare") == 0
        check_marks(place, [first], 3)
        obey(place, [first])


def test_user_and_mount_namespaces_before_the_first_tool(place):
    with Family(place) as family:
        first = family.roles["first"]
        assert first.tell("unshare") == 0
        obey(place, [first])


def test_a_program_run_by_unshare(place):
    with Family(place, command=["unshare", "-Urm"]) as family:
        obey(place, [family.roles["first"]])


def test_the_main_thread_is_gone(place):
    with Family(place) as family:
        start_on(place, family)
        first = family.roles["first"]
        first.say("main-exit")
        thread = thread_of(first.pid())
        obey(place, [first], {"first": thread})


def test_the_main_thread_is_gone_before_the_first_tool(place):
    with Family(place) as family:
        first = family.roles["first"]
        first.say("main-exit")
        thread = thread_of(first.pid())
        obey(place, [first], {"first": thread})


def thread_of(pid):
    harness.until(lambda: len(os.listdir("/proc/%d/task" % pid)) == 2, "the second thread")
    return next(int(tid) for tid in os.listdir("/proc/%d/task" % pid) if int(tid) != pid)


def test_every_signal_blocked_is_said_with_the_way_out(place):
    with Family(place) as family:
        place.oriel("list")
        family.roles["first"].tell("block")
        said = place.oriel("enable", "-f", "context:*", expect=6).stderr
        assert "process %d" % family.process.pid in said and "ORIEL_CONTROL=thread" in said, said
        check_silence(place, [family.roles["first"]])


def test_every_signal_blocked_with_control_by_thread(place):
    with Family(place, env={"ORIEL_CONTROL": "thread"}) as family:
        family.roles["first"].tell("block")
        obey(place, [family.roles["first"]])


def test_every_signal_blocked_after_oriel_start(place):
    with Family(place) as family:
        first = family.roles["first"]
        first.tell("block")
        assert first.tell("start") == 0 and first.tell("start") == 0
        obey(place, [first])


def test_an_event_loop_with_the_control_descriptor(place):
    with Family(place, env={"ORIEL_CONTROL": "poll"}) as family:
        first = family.roles["first"]
        first.tell("block")
        obey(place, [first])


def test_control_off_is_said_and_the_environment_still_rules(place):
    with Family(place, env={"ORIEL_CONTROL": "off", "ORIEL_EVENTS": "context:*"}) as family:
        first = family.roles["first"]
        check_marks(place, [first], 3)
        done = place.oriel("enable", "context:*", expect=None)
        assert "process %d" % family.process.pid in done.stderr and done.returncode == 6, done
        check_marks(place, [first], 3)


def test_the_programs_own_handler_taken_later_is_kept_and_said(place):
    with Family(place) as family:
        first = family.roles["first"]
        start_on(place, family)
        first.tell("own-handler")
        done = place.oriel("disable", "context:*", expect=6)
        assert "process %d" % family.process.pid in done.stderr and "signal" in done.stderr, done.stderr
        os.kill(family.process.pid, signal.SIGURG)
        harness.until(lambda: first.tell("signals") >= 1, "the program's own signal")


def test_the_programs_own_handler_from_before_is_kept_and_said(place):
    with Family(place, program=TWICE, env={"ROLE_OWN_HANDLER": "1"}) as family:
        assert family.roles["first"].tell("mark 1") == 1
        place.oriel("record", "--duration", "0.01", expect=None)
        done = place.oriel("enable", "-f", "context:*", expect=None)
        said = done.stderr + place.oriel("doctor", "-p", str(family.process.pid), expect=None).stdout
        assert "ORIEL_SIGNAL" in said or "ORIEL_CONTROL" in said, said


def test_another_signal_when_the_program_has_that_one(place):
    with Family(place, program=TWICE, env={"ROLE_OWN_HANDLER": "1", "ORIEL_SIGNAL": "RTMIN+5"}) as family:
        obey(place, [family.roles["first"]])


def test_a_static_binary(place):
    with Family(place, program=STATIC) as family:
        obey(place, [family.roles["first"]])


def test_a_static_binary_that_forks(place):
    with Family(place, program=STATIC) as family:
        start_on(place, family)
        obey(place, [family.roles["first"], family.child("fork")])


def test_a_static_binary_that_was_asked_to_trace_from_the_start(place):
    with Family(place, program=STATIC, env={"ORIEL_EVENTS": "context:*"}) as family:
        check_marks(place, [family.roles["first"]], 4)


def check_plugin(place, role, nr):
    place.oriel("clear")
    last = role.tell("plugin %d" % nr)
    assert records(place) == {(role.pid(), "plug", "plugin"): list(range(last - nr, last))}, records(place)


def obey_plugin(place, role):
    place.oriel("enable", "context:*")
    check_marks(place, [role], 3)
    check_plugin(place, role, 3)
    place.oriel("disable", "context:plug")
    check_marks(place, [role], 2)
    place.oriel("clear")
    role.tell("plugin 2")
    assert records(place) == {}
    place.oriel("disable", "context:*", expect=None)
    check_silence(place, [role])
    place.oriel("enable", "context:*")
    check_marks(place, [role], 2)
    check_plugin(place, role, 2)


def test_a_library_that_comes_later(place):
    with Family(place) as family:
        start_on(place, family)
        family.roles["first"].tell("open " + LIBRARY)
        obey_plugin(place, family.roles["first"])


def test_a_library_that_goes_takes_its_events_along(place):
    with Family(place) as family:
        start_on(place, family)
        first = family.roles["first"]
        first.tell("open " + LIBRARY)
        assert listed(place, "context:plug") == {first.pid()}
        first.tell("close")
        assert listed(place, "context:plug") == set()
        obey(place, [first])


def test_two_copies_of_oriel_in_one_process_both_obey(place):
    with Family(place, program=TWICE) as family:
        family.roles["first"].tell("open " + LIBRARY)
        obey_plugin(place, family.roles["first"])


def test_two_copies_of_oriel_fork_and_both_obey(place):
    with Family(place, program=TWICE) as family:
        family.roles["first"].tell("open " + LIBRARY)
        start_on(place, family)
        second = family.child("fork")
        obey_plugin(place, second)
        obey_plugin(place, family.roles["first"])


def cycle(place, program):
    """A thousand times, and on until events have been toggled often meanwhile."""
    with Family(place, program=program) as family:
        start_on(place, family)
        first = family.roles["first"]
        toggles = 0
        while toggles < 40:
            first.say("cycle %s 1000" % LIBRARY)
            answers = []
            listener = threading.Thread(target=lambda: answers.append(first.listen()))  # noqa: B023
            listener.start()
            while listener.is_alive():
                place.oriel("disable", "-f", "context:*")
                place.oriel("enable", "-f", "context:*")
                toggles += 2
            assert answers == ["0\n"], "the program did not survive"
        assert first.tell("toggle 100") == 0
        first.tell("open " + LIBRARY)
        obey_plugin(place, first)


def test_a_library_comes_and_goes_a_thousand_times_while_events_are_toggled(place):
    cycle(place, None)


def test_a_copy_of_oriel_stays_while_its_plugin_comes_and_goes(place):
    cycle(place, TWICE)


if __name__ == "__main__":
    STATIC, TWICE, LIBRARY = (os.path.abspath(arg) for arg in sys.argv[3:6])
    del sys.argv[3:6]
    harness.main(globals())
