# SPDX-License-Identifier: MIT
"""list, enable, disable: on programs that run."""
import os
import signal

import harness
from harness import lines, records

ALL = ["puppet:ping", "puppet:pong", "puppet:say"]


def test_list_shows_the_events_of_a_program_that_merely_links(place):
    place.puppet()
    assert lines(place.oriel("list").stdout) == ALL


def test_list_with_a_pattern_shows_what_matches(place):
    place.puppet()
    assert lines(place.oriel("list", "puppet:p*").stdout) == ALL[:2]
    assert lines(place.oriel("list", "puppet").stdout) == ALL


def test_a_pattern_without_match_names_what_is_near_and_changes_nothing(place):
    puppet = place.puppet()
    for command in (["list"], ["enable"], ["disable"], ["record", "--duration", "1", "-e"]):
        done = place.oriel(*command, "puppet:pign", expect=3)
        assert "no event matches 'puppet:pign'; near: puppet:ping" in done.stderr, done.stderr
        assert done.stdout == ""
    place.oriel("enable", "puppet:ping", "no:such", expect=3)
    puppet.tell("ping 1")
    assert records(place.oriel("trace").stdout) == []


def test_no_event_at_all_is_said_as_such(place):
    assert "no program with events has run" in place.oriel("enable", "a:b", expect=3).stderr


def test_enable_and_disable_reach_a_running_program(place):
    puppet = place.puppet()
    place.oriel("enable", "puppet:ping")
    puppet.tell("ping 2")
    puppet.tell("pong 2")
    place.oriel("disable", "puppet:ping")
    puppet.tell("ping 3")
    got = records(place.oriel("trace").stdout)
    assert len(got) == 2 and all(" ping: n=" in line for line in got), got


def test_enabling_holds_for_programs_to_come(place):
    place.puppet()
    place.oriel("enable", "puppet:pong")
    place.oriel("record", "--duration", "0.01", "-e", "puppet:say")
    done = harness.subprocess.run([harness.PUPPET, "burst", "3", "0"], env=place.environment())
    assert done.returncode == 0
    assert len(records(place.oriel("trace").stdout)) == 1


def test_future_enables_what_no_program_has_yet(place):
    place.oriel("enable", "puppet:ping", expect=3)
    place.oriel("enable", "--future", "puppet:ping")
    harness.subprocess.run([harness.PUPPET, "burst", "3", "0"], env=place.environment(), check=True)
    assert len(records(place.oriel("trace").stdout)) == 3


def test_a_rule_for_the_future_is_taken_back_by_its_pattern(place):
    place.oriel("enable", "-f", "nothing:has_this")
    place.oriel("disable", "nothing:has_this")
    place.oriel("disable", "nothing:has_this", expect=3)


def test_pid_limits_enabling_to_one_process(place):
    one, two = place.puppet(), place.puppet()
    place.oriel("enable", "-p", str(one.pid), "puppet:ping")
    one.tell("ping 1")
    two.tell("ping 1")
    got = records(place.oriel("trace").stdout)
    assert len(got) == 1 and "-%d " % one.pid in got[0], got


def test_pid_of_a_stranger_is_said(place):
    place.puppet()
    for command in (["list"], ["enable", "*:*"]):
        assert "not in the domain" in place.oriel(*command, "-p", str(os.getpid()), expect=6).stderr


def test_verbose_list_shows_state_and_number_of_processes(place):
    place.puppet()
    place.puppet()
    place.oriel("enable", "puppet:pong")
    got = [line.split() for line in lines(place.oriel("list", "-v").stdout)]
    assert got == [["puppet:ping", "off", "2", "processes"], ["puppet:pong", "on", "2", "processes"],
                   ["puppet:say", "off", "2", "processes"]], got


def test_json_list(place):
    puppet = place.puppet()
    got = place.json("list")
    assert [e["system"] + ":" + e["name"] for e in got["events"]] == ALL
    assert all(e["pids"] == [puppet.pid] and not e["enabled"] for e in got["events"])


def test_a_stopped_program_is_named_and_follows_later(place):
    puppet = place.puppet()
    os.kill(puppet.pid, signal.SIGSTOP)
    harness.until(lambda: state(puppet.pid) == "T", "the stop")
    done = place.oriel("enable", "-f", "puppet:*", expect=6)
    assert "process %d" % puppet.pid in done.stderr and "stopped" in done.stderr, done.stderr
    os.kill(puppet.pid, signal.SIGCONT)
    puppet.tell("ping 2")
    assert len(records(place.oriel("trace").stdout)) == 2


def test_a_program_that_blocks_every_signal_is_named_with_the_way_out(place):
    puppet = place.puppet()
    place.oriel("list")
    puppet.tell("block")
    done = place.oriel("enable", "puppet:*", expect=6)
    assert "process %d" % puppet.pid in done.stderr and "ORIEL_CONTROL=thread" in done.stderr, done.stderr


def test_a_program_of_another_domain_that_lost_its_environment_is_no_concern(place):
    puppet = place.puppet(env={"ORIEL_DOMAIN": "theirs"})
    place.oriel("enable", "puppet:*", "--domain", "theirs")
    puppet.tell("title xyz")
    ours = place.puppet()
    done = place.oriel("enable", "puppet:ping")
    assert done.stderr == ""
    assert place.json("list")["events"][0]["pids"] == [ours.pid]


def test_quiet_says_only_errors(place):
    done = place.oriel("-q", "list")
    assert done.stdout == "" and done.stderr == ""
    assert place.oriel("-q", "list", "a:b", expect=3).stderr != ""


def state(pid):
    with open("/proc/%d/stat" % pid) as stat:
        return stat.read().rsplit(")", 1)[1].split()[0]


harness.main(globals())
