# SPDX-License-Identifier: MIT
"""record: with a program and without, its ends, its limits, and what it gives back."""
import json
import os
import re
import shutil
import signal
import subprocess

import harness
from harness import lines, records


def burst(nr=10, status=0):
    return ["--", harness.PUPPET, "burst", str(nr), str(status)]


def summary(place, *args, **kwargs):
    return json.loads(lines(place.oriel("record", "--json", *args, **kwargs).stdout)[-1])


def counts(result):
    return {e["system"] + ":" + e["name"]: e["records"] for e in result["events"]}


def report(place, path="trace.dat"):
    return [line for line in lines(place.oriel("report", path).stdout) if not line.startswith("cpus=")]


def test_a_program_is_recorded_from_its_first_event(place):
    result = summary(place, *burst(1000))
    assert counts(result) == {"puppet:ping": 1000, "puppet:pong": 1}, result
    assert result["lost"] == 0 and result["ended_by"] == "program"
    assert result["bytes"] == os.path.getsize(place.file("trace.dat"))
    assert len(report(place)) == 1001


def test_the_file_is_private(place):
    place.oriel("record", *burst())
    assert os.stat(place.file("trace.dat")).st_mode & 0o777 == 0o600


def test_trace_cmd_reports_the_same_lines(place):
    if not shutil.which("trace-cmd"):
        raise harness.Skip("trace-cmd is not installed")
    place.oriel("record", "-o", "t.dat", *burst(5000))
    theirs = subprocess.run(["trace-cmd", "report", place.file("t.dat")], capture_output=True, text=True,
                            check=True).stdout
    ours = place.oriel("report", "t.dat").stdout
    assert lines(ours) == lines(theirs), (lines(ours)[:3], lines(theirs)[:3])


def record_stacks(place, path):
    """A recording with the stacks of programs that end before the recorder does."""
    one, two = place.puppet(), place.puppet()
    place.oriel("write", "tracing/options/stacktrace", "1")
    recorder = place.start("record", "--json", "-o", path, "-e", "puppet:ping")
    harness.until(lambda: is_enabled(place, "puppet:ping"), "the recorder's rule")
    # enable waits for the processes, whoever made the change before it
    harness.until(lambda: place.oriel("enable", "puppet:pong").returncode == 0, "all processes")
    one.tell("ping 3")
    two.tell("ping 2")
    two.tell("threads 2 5")
    place.oriel("write", "tracing/trace_marker", "between")
    one.end()
    two.end()
    recorder.send_signal(signal.SIGINT)
    recorder.communicate(timeout=harness.PATIENCE)


def test_stacks_keep_their_names_in_the_file(place):
    record_stacks(place, "t.dat")
    text = place.oriel("report", "t.dat").stdout
    stacks = [stack.split("\n")[1:] for stack in text.split("<stack trace >")[1:]]
    assert len(stacks) == 15, text
    for stack in stacks:
        assert re.match(r"=> [A-Za-z_]\w* \([0-9a-f]+\)$", stack[0]), stack
    # ping, or what a compiler put it into
    assert re.search(r"^=> (ping|obey_line) \(", text, re.M), text
    assert "tracing_mark_write: between" in text
    if not shutil.which("trace-cmd"):
        raise harness.Skip("trace-cmd is not installed")
    theirs = subprocess.run(["trace-cmd", "report", place.file("t.dat")], capture_output=True, text=True,
                            check=True).stdout
    assert text == theirs, (text, theirs)


def test_patterns_choose_what_is_recorded(place):
    assert counts(summary(place, "-e", "puppet:pong", *burst())) == {"puppet:pong": 1}


def test_markers_are_recorded_whatever_the_patterns(place):
    program = 'oriel write tracing/trace_marker hello && exec "$0" burst 10 0'
    place.oriel("record", "-e", "puppet:pong", "--", "sh", "-c", program.replace("oriel ", harness.ORIEL + " "),
                harness.PUPPET)
    found = report(place)
    assert len(found) == 2 and any("tracing_mark_write: hello" in line for line in found), found


def test_the_summary_goes_to_standard_error(place):
    done = place.oriel("record", *burst(10))
    assert done.stdout == ""
    assert "10  puppet:ping" in done.stderr and "trace.dat: 11 records, 0 lost" in done.stderr, done.stderr
    assert place.oriel("-q", "record", *burst(10)).stderr == ""


def test_a_progress_line_on_a_terminal_only(place):
    run = ["record", "--duration", "0.5", "--", harness.PUPPET, "run"]
    assert "\r0." in place.on_terminal(*run)
    assert "\r0." not in place.on_terminal(*run, env={"TERM": "dumb"})
    assert "\r0." not in place.on_terminal("-q", *run)
    assert "\r" not in place.oriel(*run).stderr


def test_without_rseq_records_come_from_leased_rings(place):
    result = summary(place, *burst(1000), env={"ORIEL_RSEQ": "off"})
    assert counts(result) == {"puppet:ping": 1000, "puppet:pong": 1}, result
    assert [c["records"] for c in result["cpus"] if c["leased"]] == [1001], result
    assert len(report(place)) == 1001


def test_every_record_of_a_ring_that_wraps_is_recorded_or_counted(place):
    for env in {"ORIEL_RSEQ": "on"}, {"ORIEL_RSEQ": "off"}:
        result = summary(place, *burst(2000000), env=env)
        told = result["records"] + result["lost"] + result["no_ring"] + sum(c["dropped"] for c in result["cpus"])
        assert told == 2000001, result


def test_the_programs_exit_status_is_ours(place):
    place.oriel("record", *burst(1, 42), expect=42)
    place.oriel("record", "--", "sh", "-c", "%s burst 1 0; kill -9 $$" % harness.PUPPET, expect=137)


def test_a_program_that_is_not_there_leaves_no_file(place):
    done = place.oriel("record", "--", "no-such-program", expect=1)
    assert "cannot run no-such-program" in done.stderr
    assert not os.path.exists(place.file("trace.dat"))
    assert os.listdir(os.path.dirname(place.domain())) == []


def test_a_pattern_that_nothing_matched_by_the_end(place):
    done = place.oriel("record", "-e", "puppet:ping", "-e", "puppet:pnog", *burst(), expect=3)
    assert "no event matches 'puppet:pnog'; near: puppet:pong" in done.stderr, done.stderr
    assert len(report(place)) == 10


def test_a_program_without_events_is_said_and_writes_nothing(place):
    done = place.oriel("record", "--", "true", expect=3)
    assert "no event matches '*:*'" in done.stderr and "--preload malloc" in done.stderr
    assert not os.path.exists(place.file("trace.dat"))


def test_the_private_domain_is_gone_afterwards(place):
    place.oriel("record", *burst())
    place.oriel("record", "--", "true", expect=3)
    assert os.listdir(os.path.dirname(place.domain())) == []


def test_children_of_the_program_are_recorded(place):
    script = "for i in 1 2 3; do %s burst 10 0 & done; wait" % harness.PUPPET
    assert counts(summary(place, "--", "sh", "-c", script)) == {"puppet:ping": 30, "puppet:pong": 3}


def test_running_programs_are_recorded_and_switched_off_afterwards(place):
    puppet = place.puppet()
    recorder = place.start("record", "--json", "-e", "puppet:ping")
    harness.until(lambda: is_enabled(place, "puppet:ping"), "the recorder's rule")
    harness.until(lambda: place.oriel("enable", "puppet:pong").returncode == 0, "all processes")
    puppet.tell("ping 5")
    puppet.tell("pong 5")
    recorder.send_signal(signal.SIGINT)
    result = json.loads(recorder.communicate(timeout=harness.PATIENCE)[0])
    assert recorder.returncode == 130
    # pong was on by somebody else's rule: in the rings, not in the file; and it stays on
    assert counts(result) == {"puppet:ping": 5}, result
    assert not is_enabled(place, "puppet:ping") and is_enabled(place, "puppet:pong")
    puppet.tell("ping 5")
    assert len(report(place)) == 5


def is_enabled(place, event):
    found = place.oriel("list", "--json", event, expect=None)
    return found.returncode == 0 and json.loads(found.stdout)["events"][0]["enabled"]


def test_sigterm_gives_everything_back_too(place):
    place.puppet()
    recorder = place.start("record")
    harness.until(lambda: is_enabled(place, "puppet:ping"), "the recorder's rule")
    recorder.send_signal(signal.SIGTERM)
    recorder.communicate(timeout=harness.PATIENCE)
    assert recorder.returncode == 143
    assert not is_enabled(place, "puppet:ping")
    report(place)


def test_the_rules_of_a_killed_recorder_are_void(place):
    puppet = place.puppet()
    recorder = place.start("record")
    harness.until(lambda: is_enabled(place, "puppet:ping"), "the recorder's rule")
    recorder.kill()
    recorder.communicate()
    assert not os.path.exists(place.file("trace.dat"))
    assert not is_enabled(place, "puppet:ping")
    place.oriel("enable", "puppet:say")
    puppet.tell("ping 3")
    puppet.tell("say something")
    assert len([line for line in records(place.oriel("trace").stdout) if " ping: " in line]) == 0


def test_sigint_ends_the_program_and_takes_its_last_words(place):
    recorder = place.start("record", "--json", "--", harness.PUPPET, "run")
    assert recorder.stdout.readline() == "running\n"
    recorder.send_signal(signal.SIGINT)
    out, err = recorder.communicate(timeout=harness.PATIENCE)
    assert recorder.returncode == 130, err
    assert counts(json.loads(lines(out)[-1]))["puppet:pong"] == 1, out
    assert os.listdir(os.path.dirname(place.domain())) == []


def test_a_second_sigint_ends_the_recording_of_a_stubborn_program(place):
    recorder = place.start("record", "--json", "--", harness.PUPPET, "stubborn", stdin=subprocess.PIPE)
    assert recorder.stdout.readline() == "running\n"
    recorder.send_signal(signal.SIGINT)
    recorder.send_signal(signal.SIGINT)
    harness.until(lambda: not os.listdir(os.path.dirname(place.domain())), "the end of the domain")
    recorder.stdin.close()
    recorder.stdin = None
    out, err = recorder.communicate(timeout=harness.PATIENCE)
    assert recorder.returncode == 130, err
    assert json.loads(lines(out)[-1])["ended_by"] == "signal"


def test_duration_ends_the_recording_and_the_program(place):
    result = summary(place, "--duration", "2", "--", harness.PUPPET, "run")
    assert result["ended_by"] == "duration" and result["elapsed"] >= 2
    assert counts(result)["puppet:ping"] > 0


def test_max_size_ends_the_recording(place):
    result = summary(place, "--max-size", "1M", "--", harness.PUPPET, "paced", "3000000", "10")
    assert result["ended_by"] == "size", result
    assert 300000 < result["bytes"] <= 1 << 20, result["bytes"]
    assert len(report(place)) == result["records"]


def test_pid_records_one_process_and_ends_with_it(place):
    one, two = place.puppet(), place.puppet()
    recorder = place.start("record", "--json", "-p", str(one.pid))
    harness.until(lambda: is_enabled_in(place, one.pid), "the recorder's rule")
    place.oriel("enable", "puppet:ping")
    one.tell("ping 5")
    two.tell("ping 50")
    one.tell("threads 2 10")
    one.end()
    out, err = recorder.communicate(timeout=harness.PATIENCE)
    assert recorder.returncode == 0, err
    result = json.loads(out)
    assert counts(result) == {"puppet:ping": 25} and result["ended_by"] == "program", result
    assert all("ping" in line for line in report(place))


def is_enabled_in(place, pid):
    found = place.oriel("list", "--json", "-p", str(pid), "puppet:pong", expect=None)
    return found.returncode == 0 and json.loads(found.stdout)["events"][0]["enabled"]


def test_pages_with_unwanted_records_keep_times_and_order(place):
    puppet = place.puppet()
    place.oriel("enable", "puppet:*")
    recorder = place.start("record", "--json", "-e", "puppet:pong")
    harness.until(lambda: overlays(place), "the recorder's rule")
    for _ in range(200):
        puppet.tell("ping 7")
        puppet.tell("pong 1")
    recorder.send_signal(signal.SIGINT)
    result = json.loads(recorder.communicate(timeout=harness.PATIENCE)[0])
    assert counts(result) == {"puppet:pong": 200}, result
    in_file = [time_of(line) for line in report(place)]
    in_rings = [time_of(line) for line in records(place.oriel("trace").stdout) if " pong: " in line]
    assert in_file == sorted(in_file) and len(in_file) == len(in_rings) == 200
    # Two tools fit the clock's slope anew, to some parts in a million.
    assert max(abs(a - b) for a, b in zip(in_file, in_rings)) < 0.001


def time_of(line):
    return float(line.split(": ")[0].split()[-1])


def overlays(place):
    """Is a rule with an owner in force? Read from the control file, as DESIGN has it: nothing shows it else."""
    import struct
    set_off, rules_off, rules_len = 128 + 128 * 80, 224 + 512 + 1024 + 4 * 4096, 8 + 128 * 128
    with open(os.path.join(place.domain(), "ctl"), "rb") as ctl:
        ctl.seek(set_off)
        top = ctl.read(rules_off + 2 * rules_len)
    generation = struct.unpack_from("<I", top, 16)[0]
    rules = rules_off + (generation & 1) * rules_len
    nr = struct.unpack_from("<I", top, rules)[0]
    return any(struct.unpack_from("<I", top, rules + 8 + 128 * i)[0] & 2 for i in range(nr))


def test_a_full_file_system_is_an_error_and_everything_is_given_back(place):
    place.puppet()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", place.files],
                      capture_output=True).returncode:
        raise harness.Skip("no permission to mount a small tmpfs")
    try:
        done = place.oriel("record", "--", harness.PUPPET, "burst", "3000000", "0", expect=1)
        assert "No space left" in done.stderr, done.stderr
        assert os.listdir(place.files) == []
    finally:
        subprocess.run(["umount", "-l", place.files], check=True)


def test_an_output_that_cannot_be_written_is_said_before_anything_runs(place):
    done = place.oriel("record", "-o", "/nonexistent/x.dat", "--", "sh", "-c", "touch ran", expect=1)
    assert "/nonexistent/x.dat" in done.stderr
    assert not os.path.exists(place.file("ran"))


def test_preload_records_an_unmodified_program(place):
    done = place.oriel("record", "--json", "--preload", "malloc", "-e", "libc:malloc", "--",
                       "ls", "/", expect=None)
    if "ORIEL_LIBDIR" in done.stderr:
        raise harness.Skip("liboriel-malloc.so is not built")
    if "asan" in done.stderr.lower() or "tsan" in done.stderr.lower():
        raise harness.Skip("built with a sanitizer, which cannot be loaded into a program without")
    assert done.returncode == 0, done.stderr
    assert counts(json.loads(lines(done.stdout)[-1]))["libc:malloc"] > 0


harness.main(globals())
