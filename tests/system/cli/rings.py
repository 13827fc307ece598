# SPDX-License-Identifier: MIT
"""trace, follow, clear."""
import json
import re
import signal

import harness
from harness import records

LINE = re.compile(r"^ *(.*)-(\d+) +\[(\d{3})\] (.{5}) +(\d+\.\d{6}): (\w+): (.*)$")


def traced(place, *events):
    puppet = place.puppet()
    place.oriel("enable", *(events or ["puppet:*"]))
    return puppet


def test_trace_prints_tracefs_header_and_lines(place):
    puppet = traced(place)
    puppet.tell("name painter")
    puppet.tell("ping 3")
    text = place.oriel("trace").stdout
    assert text.startswith("# tracer: nop\n#\n# entries-in-buffer/entries-written: 3/3   #P:"), text
    got = [LINE.match(line) for line in records(text)]
    assert all(got), text
    assert [m.group(1) for m in got] == ["painter"] * 3
    assert [int(m.group(2)) for m in got] == [puppet.pid] * 3
    assert [m.group(7) for m in got] == ["n=0 total=0 kind=plain", "n=1 total=3 kind=odd",
                                        "n=2 total=6 kind=plain"]


def test_trace_changes_nothing(place):
    puppet = traced(place)
    puppet.tell("ping 5")
    assert place.oriel("trace").stdout == place.oriel("trace").stdout


def test_trace_merges_threads_by_time(place):
    puppet = traced(place)
    puppet.tell("threads 8 500")
    times = [LINE.match(line).group(5) for line in records(place.oriel("trace").stdout)]
    assert len(times) == 4000 and times == sorted(times, key=float)


def test_trace_of_an_empty_domain_is_a_header(place):
    place.oriel("list")
    assert "entries-in-buffer/entries-written: 0/0" in place.oriel("trace").stdout


def test_trace_shows_what_a_killed_program_left(place):
    puppet = traced(place)
    puppet.tell("ping 7")
    puppet.process.kill()
    puppet.process.wait()
    assert len(records(place.oriel("trace").stdout)) == 7


def test_a_stack_begins_where_the_event_fired_also_without_frame_pointers(place):
    puppet = traced(place, "puppet:ping")
    place.oriel("write", "tracing/options/stacktrace", "1")
    puppet.tell("ping 2")
    puppet.end()
    stacks = place.oriel("trace").stdout.split("<stack trace>\n")[1:]
    assert len(stacks) == 2, stacks
    for stack in stacks:
        assert re.match(r" => (ping|obey_line|obey|main)\S*\+0x", stack), stack


def test_control_characters_are_escaped_and_one_record_is_one_line(place):
    puppet = traced(place)
    puppet.tell("say-evil")
    for command in (["trace"], ["trace", "--json"]):
        text = place.oriel(*command).stdout
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\x80-\x9f]", text), repr(text)
        assert len(records(text)) == 1


def test_json_trace_is_one_object_a_line(place):
    puppet = traced(place)
    puppet.tell("ping 2")
    got = [json.loads(line) for line in place.oriel("trace", "--json").stdout.splitlines()]
    assert len(got) == 2, got


def test_clear_empties_the_rings_and_leaves_events_on(place):
    puppet = traced(place)
    puppet.tell("ping 5")
    place.oriel("clear")
    assert records(place.oriel("trace").stdout) == []
    puppet.tell("ping 2")
    text = place.oriel("trace").stdout
    assert len(records(text)) == 2 and "entries-written: 2/2" in text, text


def read_lines(process, nr):
    return [process.stdout.readline() for _ in range(nr)]


def test_follow_prints_what_is_there_and_what_comes(place):
    puppet = traced(place)
    puppet.tell("ping 2")
    follow = place.start("follow")
    assert all(" ping: " in line for line in read_lines(follow, 2))
    puppet.tell("pong 3")
    assert all(" pong: " in line for line in read_lines(follow, 3))
    follow.send_signal(signal.SIGINT)
    rest, errors = follow.communicate(timeout=harness.PATIENCE)
    assert (rest, errors, follow.returncode) == ("", "", 130)


def test_follow_consumes(place):
    puppet = traced(place)
    puppet.tell("ping 4")
    follow = place.start("follow")
    read_lines(follow, 4)
    follow.send_signal(signal.SIGTERM)
    follow.communicate(timeout=harness.PATIENCE)
    assert follow.returncode == 143
    assert records(place.oriel("trace").stdout) == []


def test_follow_waits_for_a_domain_that_records_nothing_yet(place):
    follow = place.start("follow")
    puppet = traced(place)
    puppet.tell("ping 1")
    assert " ping: n=0 " in read_lines(follow, 1)[0]
    follow.send_signal(signal.SIGINT)
    follow.communicate(timeout=harness.PATIENCE)


def test_follow_ends_quietly_when_its_reader_goes(place):
    puppet = traced(place)
    puppet.tell("ping 3")
    follow = place.start("follow")
    read_lines(follow, 3)
    follow.stdout.close()
    puppet.tell("ping 1000")
    assert follow.stderr.read() == ""
    follow.stderr.close()
    assert follow.wait(harness.PATIENCE) == -signal.SIGPIPE


def test_json_follow(place):
    puppet = traced(place)
    puppet.tell("say hello")
    follow = place.start("follow", "--json")
    assert "hello" in json.dumps(json.loads(read_lines(follow, 1)[0]))
    follow.send_signal(signal.SIGINT)
    follow.communicate(timeout=harness.PATIENCE)


harness.main(globals())
