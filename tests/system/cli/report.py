# SPDX-License-Identifier: MIT
"""report: whole files, damaged files, readers that go."""
import json
import os
import re
import signal
import subprocess

import harness
from harness import lines


def recording(place, nr=2000):
    place.oriel("-q", "record", "--", harness.PUPPET, "burst", str(nr), "0")
    return place.file("trace.dat")


def test_the_default_file_is_trace_dat(place):
    assert "trace.dat" in place.oriel("report", expect=1).stderr
    path = recording(place)
    assert place.oriel("report").stdout == place.oriel("report", path).stdout


def test_json_report_has_the_fields(place):
    recording(place, 3)
    got = [json.loads(line) for line in lines(place.oriel("report", "--json").stdout)]
    assert len(got) == 4 and "ping" in json.dumps(got[0]) and '"n": 2' in json.dumps(got[2]), got


def test_a_file_that_is_no_trace_is_damaged_input(place):
    with open(place.file("x"), "w") as out:
        out.write("hello\n" * 100)
    done = place.oriel("report", "x", expect=5)
    assert "x" in done.stderr and done.stdout == ""


def test_an_empty_file_and_a_folder_are_no_trace(place):
    open(place.file("empty"), "w").close()
    place.oriel("report", "empty", expect=5)
    assert place.oriel("report", place.files, expect=None).returncode in (1, 5)


def test_a_file_cut_short_gives_what_is_whole_and_says_so(place):
    path = recording(place, 400000)
    whole = lines(place.oriel("report").stdout)
    os.truncate(path, os.path.getsize(path) * 3 // 4)
    done = place.oriel("report", expect=5)
    got = lines(done.stdout)
    assert "trace.dat" in done.stderr
    assert len(got) < len(whole)


def test_any_flipped_byte_gives_text_or_an_error(place):
    path = recording(place, 300)
    with open(path, "rb") as whole:
        data = bytearray(whole.read())
    for at in range(0, len(data), max(1, len(data) // 150)):
        data[at] ^= 0x5a
        with open(place.file("bad"), "wb") as out:
            out.write(data)
        data[at] ^= 0x5a
        done = place.oriel("report", "bad", expect=None)
        assert done.returncode in (0, 1, 5), (at, done.returncode, done.stderr)


def test_control_characters_in_a_file_stay_off_the_terminal(place):
    puppet = subprocess.Popen(
        [harness.ORIEL, "-q", "record", "--", harness.PUPPET, "obey"], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, env=place.environment(), cwd=place.files, text=True)
    puppet.communicate("say-evil\n", timeout=harness.PATIENCE)
    text = place.oriel("report").stdout
    assert "red" in text and not re.search("[\x00-\x09\x0b-\x1f\x7f\x80-\x9f]", text), repr(text)


def test_report_ends_quietly_when_its_reader_goes(place):
    recording(place, 200000)
    report = place.start("report")
    report.stdout.readline()
    report.stdout.close()
    assert report.stderr.read() == ""
    report.stderr.close()
    assert report.wait(harness.PATIENCE) == -signal.SIGPIPE


def test_report_to_a_full_disk_is_an_error(place):
    recording(place)
    with open("/dev/full", "w") as full:
        done = subprocess.run([harness.ORIEL, "report"], stdout=full, stderr=subprocess.PIPE, text=True,
                              cwd=place.files)
    assert done.returncode == 1 and "No space left" in done.stderr, done.stderr


harness.main(globals())
