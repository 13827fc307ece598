# SPDX-License-Identifier: MIT
"""ls, cat, write, tree: the tree without a mount."""
import json
import os
import select
import signal

import doors
from doors import harness


def make(place):
    """A domain with a program in it."""
    puppet = place.puppet()
    place.oriel("list")
    return puppet


def test_ls_lists_the_root(place):
    make(place)
    assert harness.lines(place.oriel("ls").stdout) == ["by-name", "dynamic_debug", "processes", "tracing"]


def test_a_path_may_be_meant_below_tracing(place):
    make(place)
    names = place.oriel("ls", "tracing/events").stdout
    assert "puppet\n" in names
    for path in ("events", "/events/", "/sys/kernel/tracing/events", "/sys/kernel/debug/tracing/events/"):
        assert place.oriel("ls", path).stdout == names, path
    assert "tracing\n" in place.oriel("ls", "/").stdout


def test_cpus_are_sorted_as_people_count(place):
    make(place)
    names = [name for name in harness.lines(place.oriel("ls", "per_cpu").stdout)]
    assert names == ["cpu%d" % i for i in range(len(names))]


def test_ls_names_what_is_not_there(place):
    make(place)
    done = place.oriel("ls", "events/nothing", expect=1)
    assert "events/nothing: No such file or directory" in done.stderr
    done = place.oriel("ls", "../x", expect=2)
    assert ".." in done.stderr


def test_ls_l_shows_modes(place):
    make(place)
    done = place.oriel("ls", "-l", "tracing")
    modes = {line.split()[-1]: line.split()[0] for line in harness.lines(done.stdout)}
    assert modes["events"].startswith("d") and modes["tracing_on"] == "-rw-r-----", modes


def test_ls_json(place):
    make(place)
    entries = place.json("ls", "tracing")["entries"]
    by_path = {entry["path"]: entry for entry in entries}
    assert by_path["tracing/events"]["type"] == "dir"
    assert by_path["tracing/tracing_on"]["mode"] == 0o640, by_path["tracing/tracing_on"]


def test_ls_makes_no_domain(place):
    place.oriel("ls", expect=1)
    assert not os.path.exists(place.domain())


def test_ls_finds_programs_that_are_older_than_any_domain(place):
    place.puppet()
    assert "puppet" in harness.lines(place.oriel("ls", "events").stdout)


def test_as_many_names_as_were_asked_for(place):
    puppet = make(place)
    place.oriel("write", "events/puppet/enable", "1")
    puppet.tell("threads 8 10")
    assert len(harness.lines(place.oriel("cat", "saved_cmdlines").stdout)) >= 8
    place.oriel("write", "saved_cmdlines_size", "5")
    assert len(harness.lines(place.oriel("cat", "saved_cmdlines").stdout)) == 5


def test_tree_shows_what_is_below(place):
    make(place)
    text = place.oriel("tree", "events/puppet").stdout
    assert "tracing/events/puppet\n" in text and "\n  ping/\n    enable\n" in text, text


def test_write_is_echo_and_cat_is_cat(place):
    make(place)
    place.oriel("write", "events/puppet/ping/enable", "1")
    assert place.oriel("cat", "events/puppet/ping/enable").stdout == "1\n"
    place.oriel("write", "tracing_on", input="0")
    assert place.oriel("cat", "tracing_on").stdout == "0\n"


def test_write_empties_as_the_shell_does_unless_told_not_to(place):
    make(place)
    place.oriel("write", "set_event", "puppet:ping")
    place.oriel("write", "-a", "set_event", "puppet:pong")
    assert set(harness.lines(place.oriel("cat", "set_event").stdout)) == {"puppet:ping", "puppet:pong"}
    place.oriel("write", "set_event", "puppet:say")
    assert place.oriel("cat", "set_event").stdout == "puppet:say\n"


def test_a_refused_text_is_explained_below_the_place(place):
    make(place)
    done = place.oriel("write", "events/puppet/ping/filter", "nothing == 1", expect=1)
    assert "Invalid argument" in done.stderr and "Field not found" in done.stderr, done.stderr
    lines = harness.lines(done.stderr)
    assert any(line.strip() == "^" for line in lines), lines
    assert "Field not found" in place.oriel("cat", "error_log").stdout


def test_what_may_not_be_written_is_said(place):
    make(place)
    done = place.oriel("write", "available_events", "x", expect=4)
    assert "Permission denied" in done.stderr, done.stderr


def test_what_was_recorded_can_be_read(place):
    puppet = make(place)
    place.oriel("write", "events/puppet/enable", "1")
    puppet.tell("ping 1")
    assert any("ping" in line for line in harness.records(place.oriel("cat", "trace").stdout))
    place.oriel("write", "trace", "0")
    assert harness.records(place.oriel("cat", "trace").stdout) == []


def test_cat_waits_on_trace_pipe_until_interrupted(place):
    puppet = make(place)
    place.oriel("write", "events/puppet/enable", "1")
    cat = place.start("cat", "trace_pipe")
    puppet.tell("ping 1")
    assert "ping" in cat.stdout.readline()
    puppet.tell("ping 1")
    assert "ping" in cat.stdout.readline()
    cat.send_signal(signal.SIGINT)
    out, err = cat.communicate(timeout=harness.PATIENCE)
    assert cat.returncode == 130 and (out, err) == ("", ""), (cat.returncode, out, err)


def test_cat_is_interrupted_though_nobody_takes_what_it_writes(place):
    make(place)
    cat = place.start("cat", "README", "README", pipesize=4096)     # which holds less than that
    assert select.select([cat.stdout], [], [], harness.PATIENCE)[0]
    cat.send_signal(signal.SIGTERM)
    assert cat.wait(harness.PATIENCE) == 128 + signal.SIGTERM
    cat.stdout.close()


def test_stopped_and_dead_programs_are_read_the_same(place):
    puppet = make(place)
    place.oriel("write", "events/puppet/enable", "1")
    puppet.tell("ping 1")
    text = harness.records(place.oriel("cat", "trace").stdout)
    assert len(text) == 1
    os.kill(puppet.pid, signal.SIGSTOP)
    assert harness.records(place.oriel("cat", "trace").stdout) == text
    os.kill(puppet.pid, signal.SIGKILL)
    puppet.process.wait()
    assert harness.records(place.oriel("cat", "trace").stdout) == text


if __name__ == "__main__":
    harness.main(globals())
