# SPDX-License-Identifier: MIT
"""Lines of pr_debug() and trace_printk(), as each tool shows them; with trace-cmd as the witness."""
import json
import os
import re
import shutil
import signal
import subprocess

import harness
from harness import lines

ON = {"ORIEL_DYNDBG": "file printer.c +p"}
DECORATED = {"ORIEL_DYNDBG": "file printer.c +pmflt"}
# waits until trace-cmd's recorders are there before it runs a command
RECORDERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tracefs", "recorders.py")
EVERYTHING = ["plain 7 text", "odd 65 Ab", "bytes x", "trace 5", "loose word", "dump Hello"]


def printer(place, *orders, env=()):
    puppet = place.puppet(env={**ON, **dict(env)})
    for order in orders:
        puppet.tell(order)
    return puppet


def texts(output):
    """What stands behind the time of each line."""
    return [re.sub(r"^.*?\d+\.\d+: (bprint: +)?", "", line) for line in lines(output)
            if re.search(r"\d+\.\d+: ", line)]


def trace(place):
    return texts(place.oriel("trace").stdout)


def need_trace_cmd():
    if not shutil.which("trace-cmd"):
        raise harness.Skip("no trace-cmd")


def trace_cmd_report(place, path):
    done = subprocess.run(["trace-cmd", "report", "-i", path], capture_output=True, text=True, cwd=place.files)
    assert done.returncode == 0, done.stderr
    return texts(done.stdout)


def record(place, *orders, env=()):
    """A recording of a program that carries out orders; its path."""
    done = subprocess.run([harness.ORIEL, "-q", "record", "--", harness.PUPPET, "obey"],
                          input="".join(order + "\n" for order in orders), capture_output=True, text=True,
                          env=place.environment(**{**ON, **dict(env)}), cwd=place.files, timeout=harness.PATIENCE)
    assert done.returncode == 0, done.stderr
    return place.file("trace.dat")


def need_exec(place):
    done = place.oriel("exec", "true", expect=None)
    if done.returncode or "/sys/kernel/tracing" in done.stderr:
        raise harness.Skip(done.stderr.strip())


def exec_trace_cmd(place, *args):
    done = place.oriel("exec", "--", "trace-cmd", *args)
    return texts(done.stdout)


def test_trace_shows_function_and_text(place):
    printer(place, "plain 7 some text")
    assert trace(place) == ["print_plain: unit: plain 7     7 0x7 some text 70000000000"]


def test_the_prefix_is_that_of_the_kernel(place):
    puppet = printer(place, "plain 7 x", env=DECORATED)
    assert re.fullmatch(r"print_plain: \[%d\] printer:print_plain:\d+: unit: plain 7 .*" % puppet.pid,
                        trace(place)[0]), trace(place)


def test_flags_that_change_change_the_lines_behind_them(place):
    puppet = printer(place, "plain 1 x")
    place.oriel("dyndbg", "func print_plain +f")
    puppet.tell("plain 2 x")
    place.oriel("dyndbg", "func print_plain -p")
    puppet.tell("plain 3 x")
    got = trace(place)
    assert [line.split(" ")[1:3] for line in got] == [["unit:", "plain"], ["print_plain:", "unit:"]], got


def test_every_conversion_is_printed_right(place):
    printer(place, "odd 65 Ab", "bytes x")
    assert trace(place) == ["print_odd: unit: odd |65   |A|16.25|65|Ab    |65",
                            "print_bytes: unit: bytes 01:02:03:04:05:06 10.0.0.1 01 02 03 x\\x1b[2J\ttab"]


def test_trace_printk_needs_nobody_to_ask_for_it(place):
    place.puppet().tell("trace 5")
    assert trace(place) == ["print_trace: trace 5 from print_trace"]


def test_a_format_that_is_no_constant_prints(place):
    printer(place, "loose word")
    assert trace(place) == ["print_loose: loose word"]


def test_a_hex_dump_is_a_line_for_each_row(place):
    printer(place, "dump Hello,_this_is_more_than_a_row")
    got = trace(place)
    assert len(got) == 2 and got[0].startswith("print_dump: dump: 00000000: 48 65 6c 6c 6f") and \
        got[0].endswith("Hello,_this_is_m"), got


def test_lines_outlive_a_program_that_is_killed(place):
    puppet = printer(place, "plain 7 x")
    puppet.process.kill()
    puppet.process.wait()
    assert len(trace(place)) == 1


def test_names_of_functions_outlive_it_too(place):
    puppet = printer(place, "trace 5")
    puppet.process.kill()
    puppet.process.wait()
    assert trace(place) == ["print_trace: trace 5 from print_trace"]


def test_names_of_functions_are_in_a_recording(place):
    path = record(place, "trace 5")
    assert texts(place.oriel("report", path).stdout) == ["print_trace: trace 5 from print_trace"]
    need_trace_cmd()
    assert trace_cmd_report(place, path) == ["print_trace: trace 5 from print_trace"]


def test_json_has_format_and_text(place):
    printer(place, "plain 7 x")
    got = json.loads(place.oriel("trace", "--json").stdout)
    assert got["event"] == "ftrace:bprint", got
    assert got["fields"]["function"] == "print_plain", got
    assert got["fields"]["fmt"] == "unit: plain %d %5u %#x %s %lld\n", got
    assert got["fields"]["msg"] == "unit: plain 7     7 0x7 x 70000000000", got


def test_follow_shows_a_line_as_it_is_printed(place):
    puppet = printer(place)
    follow = place.start("follow")
    puppet.tell("plain 1 x")
    assert "print_plain: unit: plain 1 " in follow.stdout.readline()
    puppet.tell("trace 2")
    assert "print_trace: trace 2 from print_trace" in follow.stdout.readline()
    follow.send_signal(signal.SIGINT)
    follow.communicate()


def test_report_prints_what_trace_prints(place):
    path = record(place, *EVERYTHING)
    got = texts(place.oriel("report", path).stdout)
    printer(place, *EVERYTHING)
    assert got == trace(place)


def test_trace_cmd_prints_a_recording_as_report_does(place):
    need_trace_cmd()
    orders = ["plain 7 text", "trace 5", "loose word", "dump Hello"]
    path = record(place, *orders, env=DECORATED)
    got = trace_cmd_report(place, path)
    assert got == texts(place.oriel("report", path).stdout)
    assert len(got) == 4 and "unit: plain 7     7 0x7 text 70000000000" in got[0], got


def test_trace_cmd_gets_what_it_can_print_of_the_rest(place):
    need_trace_cmd()
    path = record(place, "odd 65 Ab")
    assert trace_cmd_report(place, path) == ["print_odd: unit: odd |   65|A|0x4030400000000000|65|    Ab|65"]


def test_printk_formats_lists_what_has_printed(place):
    printer(place, "plain 7 x", "odd 65 Ab")
    got = lines(place.oriel("cat", "tracing/printk_formats").stdout)
    assert all(re.fullmatch(r'0x[0-9a-f]{16} : ".*"', line) for line in got), got
    assert any(line.endswith(' : "unit: plain %d %5u %#x %s %lld\\n"') for line in got), got
    # what libtraceevent would misread stands there twice
    odd = [line for line in got if "odd" in line]
    assert [line.split(' : ')[1] for line in odd] == [
        '"unit: odd |%5d|%s|%#lx|%d|%6s|%d\\n"', '"unit: odd |%-5d|%c|%.2f|%hhd|%-6s|%d\\n"'], odd


def test_printk_formats_is_empty_where_nothing_prints(place):
    place.puppet(env={"ORIEL_DYNDBG": ""})
    place.oriel("enable", "none:*", expect=None)
    assert "unit" not in place.oriel("cat", "tracing/printk_formats").stdout


def test_trace_cmd_shows_the_trace_file(place):
    need_trace_cmd()
    printer(place, *EVERYTHING)
    need_exec(place)
    assert exec_trace_cmd(place, "show") == trace(place)


def test_trace_cmd_records_and_reports(place):
    need_trace_cmd()
    puppet = printer(place)
    need_exec(place)
    recorder = place.start("exec", "--", "trace-cmd", "record", "-e", "all", "python3", RECORDERS, "sh", "-c",
                           "echo ready; read line", stdin=subprocess.PIPE)
    if not recorder.stdout.readline():
        raise AssertionError(recorder.communicate())
    for order in ["plain 7 text", "loose word", "dump Hello"]:
        puppet.tell(order)
    out, err = recorder.communicate("\n", timeout=harness.PATIENCE)
    assert recorder.returncode == 0, (out, err)
    got = trace_cmd_report(place, place.file("trace.dat"))
    assert got == texts(place.oriel("report").stdout)
    assert got[:2] == ["print_plain: unit: plain 7     7 0x7 text 70000000000", "print_loose: loose word"], got
    assert got[2].startswith("print_dump: dump: "), got


def test_a_damaged_registry_leaves_a_line_for_each_record(place):
    puppet = printer(place, *EVERYTHING)
    puppet.end()
    path = os.path.join(place.domain(), "prints")
    with open(path, "r+b") as file:
        file.seek(4096 + 131072 * 8)
        file.write(os.urandom(4096))
    got = trace(place)
    assert len(got) == len(EVERYTHING) and all("(NO FORMAT FOUND at " in line for line in got), got
    assert place.oriel("cat", "tracing/printk_formats").stdout == ""


def test_a_registry_that_is_none_leaves_a_line_for_each_record(place):
    puppet = printer(place, *EVERYTHING)
    puppet.end()
    path = os.path.join(place.domain(), "prints")
    for size in (0, 8, 4096, os.path.getsize(path) - 4096):
        os.truncate(path, size)
        assert len(trace(place)) == len(EVERYTHING), size
    os.unlink(path)
    assert len(trace(place)) == len(EVERYTHING)


harness.main(globals())
