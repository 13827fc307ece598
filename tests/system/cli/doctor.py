# SPDX-License-Identifier: MIT
"""doctor: what works, what does not, and why."""
import os
import signal

import harness


def find(checks, name, pid=None):
    found = [c for c in checks if c["name"] == name and c.get("pid") == pid]
    assert found, "no check %s of %s in %s" % (name, pid, checks)
    return found[0]


def test_the_machine_is_examined(place):
    checks = place.json("doctor", expect=None)["checks"]
    for name in ("clock", "rseq", "membarrier", "patching", "domain", "room"):
        assert find(checks, name)["status"] in ("ok", "warn", "fail")
    assert all(c["status"] == "ok" or c["detail"] for c in checks)


def test_doctor_changes_nothing(place):
    place.oriel("doctor")
    assert not os.path.exists(place.domain())


def test_one_line_for_each_check_and_no_colour_off_a_terminal(place):
    text = place.oriel("doctor").stdout
    assert all(line[:6] in ("ok    ", "warn  ", "fail  ") for line in harness.lines(text)), text
    assert "\033" not in text


def test_colour_on_a_terminal_unless_it_is_unwanted(place):
    assert "\033[32mok" in place.on_terminal("doctor")
    for unwanted in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\033" not in place.on_terminal("doctor", env=unwanted), unwanted


def test_a_process_is_examined(place):
    puppet = place.puppet()
    place.oriel("enable", "puppet:*")
    checks = place.json("doctor", "-p", str(puppet.pid))["checks"]
    assert "puppet" in find(checks, "process", puppet.pid)["detail"]
    for name in ("patching", "rseq", "control"):
        assert find(checks, name, puppet.pid)["status"] in ("ok", "warn"), checks
    assert "signal" in find(checks, "control", puppet.pid)["detail"]


def test_a_merely_linked_process_is_known(place):
    puppet = place.puppet()
    # makes the domain and tells nobody
    follow = place.start("follow")
    harness.until(lambda: os.path.exists(os.path.join(place.domain(), "ctl")), "the domain")
    follow.terminate()
    follow.communicate()
    checks = place.json("doctor")["checks"]
    assert "linked only" in find(checks, "control", puppet.pid)["detail"]


def test_the_way_of_patching_is_told(place):
    puppet = place.puppet(env={"ORIEL_PATCH": "mprotect"})
    place.oriel("enable", "puppet:*")
    checks = place.json("doctor")["checks"]
    assert "mprotect" in find(checks, "patching", puppet.pid)["detail"], checks


def test_a_stopped_process_is_a_warning(place):
    puppet = place.puppet()
    place.oriel("list")
    os.kill(puppet.pid, signal.SIGSTOP)
    harness.until(lambda: "stopped" in find(place.json("doctor", expect=None)["checks"], "control",
                                            puppet.pid)["detail"], "the stop")
    assert find(place.json("doctor")["checks"], "control", puppet.pid)["status"] == "warn"


def test_a_process_that_blocks_signals_fails_with_a_fix(place):
    puppet = place.puppet()
    place.oriel("list")
    puppet.tell("block")
    check = find(place.json("doctor", expect=1)["checks"], "control", puppet.pid)
    assert check["status"] == "fail" and "ORIEL_CONTROL=thread" in check["fix"], check


def test_a_process_without_control_is_told(place):
    puppet = place.puppet(env={"ORIEL_CONTROL": "off", "ORIEL_EVENTS": "puppet:ping"})
    check = find(place.json("doctor", expect=None)["checks"], "control", puppet.pid)
    assert check["status"] == "fail" and check["detail"].startswith("off"), check


def test_a_process_that_does_not_use_oriel_is_told(place):
    place.oriel("list")
    check = find(place.json("doctor", "-p", str(os.getpid()), expect=1)["checks"], "process", os.getpid())
    assert "does not use Oriel" in check["detail"]
    assert "no such process" in place.oriel("doctor", "-p", "2147483646", expect=1).stdout


harness.main(globals())
