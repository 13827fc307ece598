# SPDX-License-Identifier: MIT
"""oriel dyndbg: listing, switching, and what it says when it cannot.

  command.py ORIEL LINES [TEST...]
"""
import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import harness  # noqa: E402

TITLE = "# filename:lineno [module]function flags format"
LINE = re.compile(r'^(\S+):(\d+) \[(\S+)\](\S+) =(\w+) "(.*)"( class:\S+)?$')


def sites(place, *args):
    """(file, function, flags, format, class) of each line of the list."""
    text = harness.lines(place.oriel("dyndbg", "--list", *args).stdout)
    assert text[0] == TITLE, text
    found = [LINE.match(line) for line in text[1:]]
    assert all(found), text
    return [(os.path.basename(m[1]), m[4], m[5], m[6], m[7]) for m in found]


def flags(place, *args):
    return {(file, fmt): on for file, _, on, fmt, _ in sites(place, *args)}


def printed(place):
    """What the lines that are on left in the rings."""
    return [line.split(": ", 1)[1] for line in harness.records(place.oriel("trace").stdout)]


def test_the_list_has_the_kernels_form(place):
    place.puppet()
    assert sites(place) == [
        ("lines-other.c", "lines_other", "_", r"from %s\n", None),
        ("lines.c", "first", "_", r"first %d\n", None),
        ("lines.c", "first", "_", r'second "%s"\t%d\n', None),
        ("lines.c", "classed", "_", r"of a class\n", " class:LINES_CORE"),
    ], sites(place)


def test_the_list_as_json(place):
    place.puppet()
    place.puppet()
    place.oriel("dyndbg", "func first =pt")
    document = place.json("dyndbg", "--list")
    assert document["version"] == 1
    site = [s for s in document["sites"] if s["format"] == "first %d\n"]
    assert len(site) == 1 and site[0]["flags"] == "pt" and site[0]["processes"] == 2, site
    assert site[0]["function"] == "first" and site[0]["class"] is None
    assert document["queries"] == [{"query": "func first =pt"}], document["queries"]


def test_a_line_prints_when_it_is_on(place):
    puppet = place.puppet()
    done = place.oriel("dyndbg", "file lines.c func first format first +p")
    assert done.stderr == "oriel: 1 site matched in 1 process\n", done.stderr
    puppet.tell("print")
    place.oriel("dyndbg", "-p", str(puppet.pid), "=_")
    puppet.tell("print")
    assert len(printed(place)) == 1 and printed(place)[0].endswith("first: first 1"), printed(place)


def test_each_flag_is_listed_and_taken_back(place):
    place.puppet()
    for flag in "pmfslt":
        place.oriel("dyndbg", "func lines_other +" + flag)
    assert flags(place)[("lines-other.c", r"from %s\n")] == "pmfslt"
    for flag in "tlsfmp":
        place.oriel("dyndbg", "func lines_other -" + flag)
    assert set(flags(place).values()) == {"_"}
    place.oriel("dyndbg", "func lines_other =mt")
    place.oriel("dyndbg", "func lines_other =f")
    assert flags(place)[("lines-other.c", r"from %s\n")] == "f"


def test_a_range_of_lines_is_switched(place):
    place.puppet()
    numbers = {m[6]: int(m[2]) for m in map(LINE.match, harness.lines(place.oriel("dyndbg", "--list").stdout)[1:])}
    first = numbers[r"first %d\n"]
    place.oriel("dyndbg", "file lines.c line %d-%d +p" % (first, first + 1))
    on = flags(place)
    assert on[("lines.c", r"first %d\n")] == on[("lines.c", r'second "%s"\t%d\n')] == "p", on
    assert on[("lines.c", r"of a class\n")] == on[("lines-other.c", r"from %s\n")] == "_", on


def test_a_class_is_matched_by_its_name_alone(place):
    place.puppet()
    done = place.oriel("dyndbg", "file lines.c +p")
    assert done.stderr == "oriel: 2 sites matched in 1 process\n", done.stderr
    assert flags(place)[("lines.c", r"of a class\n")] == "_"
    place.oriel("dyndbg", "class LINES_CORE +p")
    assert flags(place)[("lines.c", r"of a class\n")] == "p"


def test_several_queries_count_together(place):
    place.puppet()
    place.puppet()
    done = place.oriel("dyndbg", "func first +p; format first +p", "func lines_other +p")
    assert done.stderr == "oriel: 3 sites matched in 2 processes\n", done.stderr


def test_quiet_says_nothing(place):
    place.puppet()
    assert place.oriel("-q", "dyndbg", "+p").stderr == ""


def test_one_process_is_switched_alone(place):
    one, two = place.puppet(), place.puppet()
    done = place.oriel("dyndbg", "-p", str(one.pid), "func lines_other +p")
    assert done.stderr == "oriel: 1 site matched in 1 process\n", done.stderr
    key = ("lines-other.c", r"from %s\n")
    assert flags(place, "-p", str(one.pid))[key] == "p"
    assert flags(place, "-p", str(two.pid))[key] == "_"
    # where processes differ, the line is listed for each
    assert [s[2] for s in sites(place) if s[:1] == key[:1]] == ["_", "p"]


def test_a_program_that_comes_later_prints_too(place):
    place.puppet()
    place.oriel("dyndbg", "func lines_other +p")
    later = place.puppet()
    later.tell("print")
    assert len(printed(place)) == 1 and printed(place)[0].endswith("from other"), printed(place)
    assert flags(place, "-p", str(later.pid))[("lines-other.c", r"from %s\n")] == "p"


def test_tools_at_once_lose_no_query(place):
    place.puppet()
    sites(place)
    # none of these ranges lies in another: no query undoes one before it
    queries = ["func first line %d-%d +p" % (n, 1000 + n) for n in range(1, 9)]
    tools = [place.start("dyndbg", query) for query in queries]
    for tool in tools:
        assert not tool.wait(harness.PATIENCE), tool.stderr.read()
        tool.stdout.close()
        tool.stderr.close()
    kept = sorted(q["query"] for q in place.json("dyndbg", "--list")["queries"])
    assert kept == queries, kept


def test_lines_are_recorded_where_there_is_no_event(place):
    puppet = place.puppet()
    place.oriel("dyndbg", "func lines_other +p")
    recorder = place.start("record", "-o", "lines.dat", "--duration", "0.2")
    while recorder.poll() is None:
        puppet.tell("print")
    assert recorder.returncode == 0, recorder.stderr.read()
    recorder.stdout.close()
    recorder.stderr.close()
    assert "lines_other: from other" in place.oriel("report", "lines.dat").stdout


def test_no_match_is_an_error_and_changes_nothing(place):
    place.puppet()
    done = place.oriel("dyndbg", "func first +p", "file lnies.c +p", expect=3)
    assert "no site matches 'file lnies.c +p'" in done.stderr, done.stderr
    assert "near: lines.c" in done.stderr and "--future" in done.stderr, done.stderr
    assert len(harness.lines(done.stderr)) == 1
    assert set(flags(place).values()) == {"_"}
    assert place.json("dyndbg", "--list")["queries"] == []


def test_no_match_names_the_word_that_is_wrong(place):
    place.puppet()
    for query, said in (("func frist +p", "none is in a function 'frist'; near: first"),
                        ("module line +p", "none is in a module 'line'; near: dyndbg-lines"),
                        ("class LINES_COER +p", "none is of a class 'LINES_COER'; near: LINES_CORE"),
                        ("format nothing +p", "none has a format with 'nothing'"),
                        ("file lines.c func lines_other +p", "see oriel dyndbg --list")):
        done = place.oriel("dyndbg", query, expect=3)
        assert said in done.stderr, (query, done.stderr)


def test_no_program_at_all(place):
    done = place.oriel("dyndbg", "+p", expect=3)
    assert "shows any" in done.stderr, done.stderr
    done = place.oriel("dyndbg", "--list")
    assert done.stdout == TITLE + "\n" and "no process" in done.stderr


def test_future_keeps_what_matches_nothing(place):
    done = place.oriel("dyndbg", "--future", "func lines_other +p")
    assert "kept for programs to come" in done.stderr, done.stderr
    puppet = place.puppet()
    puppet.tell("print")
    assert len(printed(place)) == 1, printed(place)
    puppet.end()
    # and it is taken back by its own words
    place.oriel("dyndbg", "func lines_other -p")
    assert place.json("dyndbg", "--list")["queries"] == [{"query": "func lines_other -p"}]


def test_a_bad_query_is_shown_with_carets(place):
    place.puppet()
    done = place.oriel("dyndbg", "file lines.c lnie 3 +p", expect=2)
    lines = harness.lines(done.stderr)
    assert lines[0].startswith("oriel: bad query: "), lines
    assert lines[1:] == ["  file lines.c lnie 3 +p", "               ^^^^"], lines


def test_words_without_quotes_are_explained(place):
    done = place.oriel("dyndbg", "file", "lines.c", "+p", expect=2)
    assert "put quotes around it" in done.stderr, done.stderr


def test_a_list_and_a_query_exclude_each_other(place):
    place.oriel("dyndbg", "--list", "+p", expect=2)
    place.oriel("dyndbg", expect=2)
    place.oriel("dyndbg", "# nothing", expect=2)


def test_a_process_that_ended_is_not_listed(place):
    puppet = place.puppet()
    assert sites(place)
    puppet.end()
    assert sites(place) == []
    place.oriel("dyndbg", "+p", expect=3)


def test_a_strange_process_is_refused(place):
    place.puppet()
    done = place.oriel("dyndbg", "-p", "1", "+p", expect=6)
    assert "process 1" in done.stderr, done.stderr


def test_a_stopped_process_is_named_and_follows_later(place):
    puppet = place.puppet()
    assert sites(place)
    os.kill(puppet.pid, signal.SIGSTOP)
    done = place.oriel("dyndbg", "func lines_other +p", expect=6)
    assert "process %d" % puppet.pid in done.stderr and "stopped" in done.stderr, done.stderr
    assert "1 site matched in 1 process" in done.stderr, done.stderr
    os.kill(puppet.pid, signal.SIGCONT)
    puppet.tell("print")
    puppet.tell("print")
    harness.until(lambda: flags(place)[("lines-other.c", r"from %s\n")] == "p", "the line is on")


def test_a_process_that_blocks_signals_is_named_with_a_remedy(place):
    puppet = place.puppet()
    assert sites(place)
    puppet.tell("block")
    done = place.oriel("dyndbg", "func lines_other +p", expect=6)
    assert "process %d" % puppet.pid in done.stderr and "ORIEL_CONTROL=thread" in done.stderr, done.stderr


def test_a_stopped_recording_is_pointed_out(place):
    place.puppet()
    place.oriel("write", "tracing_on", "0")
    assert "tracing_on is 0" in place.oriel("dyndbg", "+p").stderr


def test_damaged_sites_are_told(place):
    puppet = place.puppet()
    sites(place)
    files = [f for f in os.listdir(place.domain()) if f.startswith("sites.")]
    assert len(files) == 1, files
    with open(os.path.join(place.domain(), files[0]), "r+b") as file:
        file.write(b"nonsense")
    done = place.oriel("dyndbg", "--list", expect=5)
    assert done.stdout == TITLE + "\n" and "damaged" in done.stderr
    assert puppet.tell("hello") == "ok"


def test_damaged_queries_are_refused(place):
    place.puppet()
    sites(place)
    with open(os.path.join(place.domain(), "dyndbg"), "r+b") as file:
        file.write(b"nonsense")
    done = place.oriel("dyndbg", "+p", expect=5)
    assert "dyndbg: it is damaged" in done.stderr, done.stderr
    assert any("dynamic debug" in line for line in harness.lines(place.oriel("doctor", expect=1).stdout))


def test_control_characters_of_a_format_do_not_reach_the_terminal(place):
    puppet = place.puppet()
    assert sites(place)
    with open(os.path.join(place.domain(), "prints"), "r+b") as file:
        whole = file.read()
        at = whole.index(b"from %s\n")
        file.seek(at)
        file.write(b"\033[1;5m%")
    out = place.on_terminal("dyndbg", "--list")
    assert "\033" not in out and r"\x1b[1;5m%" in out, out
    assert puppet.tell("hello") == "ok"


def test_doctor_and_gc_know_of_lines(place):
    puppet = place.puppet()
    place.oriel("dyndbg", "func lines_other +p")
    assert any("lines: 4 to switch in 1 processes, 1 are on" in line
               for line in harness.lines(place.oriel("doctor").stdout))
    puppet.process.kill()
    puppet.process.wait()
    place.puppet()
    place.oriel("gc", "--domain", "default")
    assert len([f for f in os.listdir(place.domain()) if f.startswith("sites.")]) <= 1
    place.puppets[-1].end()
    assert "lines" in place.oriel("gc").stdout
    assert os.path.isdir(place.domain())
    place.oriel("gc", "--force")
    assert not os.path.isdir(place.domain())


if __name__ == "__main__":
    harness.main(globals())
