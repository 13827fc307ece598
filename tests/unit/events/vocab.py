# SPDX-License-Identifier: MIT
"""Every word that an event may be made of: recorded, and read back with the right text by oriel and by trace-cmd.

  vocab.py ORIEL VOCAB [TEST...]

VOCAB is one of the builds of vocab.c.
"""
import collections
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "system", "cli"))
import harness  # noqa: E402

RECORD = re.compile(r"\] +(?:\S+ +)?\d+\.\d+: (\w+): +(.*)$")
TRACEFS = "/sys/kernel/tracing/events"

WORDS = """\
numbers: 0 0 0 0 0 0 0 0 0 120 5 0     0|0    |00000
numbers: 254 126 65534 32766 4294967294 -2 18446744073709551614 -2 1 120 5 0xfffffffe    -2|-2   |-0002
numbers: 203 75 1227 1227 1912276171 1912276171 1234567890123 1234567890123 1 120 5 0x71fb04cb 1912276171|1912276171|1912276171
fields: ext=250 bytes=250 251 252 253 hex=fa fb fc fd str=fafbfcfd ints=0 250 500
strings: a=one b=two c=four-5 d=one
strings: a= b= c= d=
strings: a=sixteen charact. b=b c=%s7 d=sixteen charact.
arrays: a=1 4294967295 70000 0 b=00 len=16
arrays: a=1 b=00 len=4
masks: bits=00000000,00000003,80000000,000000f5 cpus=0,2,4-7,63-65
addresses: addr=192.0.2.33:8080
addresses: addr=[2001:db8::1:2]:443
pointers: p=0x12345678 mac=20:01:0d:b8:00:00 ip=32.1.13.184 ip6=2001:0db8:0000:ab00:0000:0000:0000:0009 ip6c=2001:db8:0:ab00::9
names: flags= colour=red green=0 size=16
names: flags=A|C colour=green green=1 size=16
names: flags=A|C|0x8 colour=0x4 green=0 size=16
pair_one: x=1 y=2
pair_two: x=3 y=4
pair_print: y before x: 6, 5
pair_if: x=7 y=8
odd: x=3
watched: x=4
nothing: nothing at all""" % ("0" * 299)
# The kernel's own trace file prints some of it another way than libtraceevent.
IN_TRACE = {
    "fields: ext=250 bytes=250 251 252 253 hex=fa fb fc fd str=fafbfcfd ints=0 250 500":
        "fields: ext=250 bytes={0xfa,0xfb,0xfc,0xfd} hex=fa fb fc fd str=fafbfcfd ints={0x0,0xfa,0x1f4}",
    "arrays: a=1 4294967295 70000 0 b=00 len=16": "arrays: a={0x1,0xffffffff,0x11170,0x0} b=00 len=16",
    "arrays: a=1 b=00 len=4": "arrays: a={0x1} b=00 len=4",
}
NEWER = ["newer: secs=3 rest=7 letter=x bytes=ab ab ab", "newer: secs=0 rest=999999999 letter=x bytes="]


def run(place, *args, **env):
    done = subprocess.run([harness.PUPPET, *args], env=place.environment(**env), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done
    return done.stdout


def contents(text):
    found = [RECORD.search(line) for line in text.splitlines() if not line.startswith(("#", "cpus="))]
    assert all(found), text
    return ["%s: %s" % match.groups() for match in found]


def same(got, wanted):
    assert got == wanted, "\n".join("not %r\nbut %r" % (w, g) for g, w in zip(got + [None] * 9, wanted + [None] * 9) if g != w)


def test_each_word_in_a_recorded_file(place):
    place.oriel("record", "-e", "vocab:*", "-o", "vocab.dat", "--", harness.PUPPET, "words")
    wanted = WORDS.splitlines()
    at = wanted.index("pair_one: x=1 y=2")
    same(contents(place.oriel("report", "vocab.dat").stdout), wanted[:at] + NEWER + wanted[at:])


def test_each_word_in_a_live_trace(place):
    run(place, "words", ORIEL_EVENTS="vocab:*")
    wanted = WORDS.splitlines()
    at = wanted.index("pair_one: x=1 y=2")
    wanted = [IN_TRACE.get(line, line) for line in wanted[:at] + NEWER + wanted[at:]]
    got = contents(place.oriel("trace").stdout)
    wanted = [line.replace("cpus=0,2,4-7,63-65", "cpus=" + "00000000," * 29 + "00000003,80000000,000000f5")
              .replace("p=0x12345678", "p=0000000012345678") for line in wanted]
    same(got, wanted)


def test_trace_cmd_prints_the_same_text(place):
    events = {line.split(":")[0] for line in WORDS.splitlines()}
    chosen = [word for event in sorted(events) for word in ("-e", "vocab:" + event)]
    place.oriel("record", *chosen, "-o", "vocab.dat", "--", harness.PUPPET, "words")
    theirs = subprocess.run(["trace-cmd", "report", "vocab.dat"], cwd=place.files, capture_output=True, text=True)
    assert theirs.returncode == 0, theirs
    same(contents(theirs.stdout), WORDS.splitlines())
    assert theirs.stdout.splitlines() == place.oriel("report", "vocab.dat").stdout.splitlines()


# Functions and conditions


def test_functions_are_called_for_the_first_and_the_last_user(place):
    assert run(place, "fn") == "bare 1\nreg 0 unreg 0\nreg 1 unreg 1 sum 20\n"


def test_functions_are_called_once_when_the_event_is_on_as_well(place):
    assert run(place, "fn", ORIEL_EVENTS="vocab:*") == "bare 1\nreg 1 unreg 0\nreg 1 unreg 0 sum 20\n"
    same(contents(place.oriel("trace").stdout), ["watched: x=20", "watched: x=30"])


# Lengths


def text_of(n):
    return "(null)" if n < 0 else "".join(chr(ord("a") + i % 26) for i in range(n))


def strings(place, a, b):
    run(place, "text", str(a), str(b), ORIEL_EVENTS="vocab:*")
    got = contents(place.oriel("trace").stdout)
    assert len(got) == 1, got
    return got[0][len("text: "):].split(",")


def whole(a, b):
    def test(place):
        assert strings(place, a, b) == [text_of(a), text_of(b)]
    return test


for one, other in ((0, 0), (1, 14), (15, 15), (15, 16), (16, 15), (16, 16), (17, 1), (31, 32), (127, 127), (128, 127), (254, 1), (255, 0), (0, 255),
                   (256, 256), (257, 0), (0, 257), (1000, 2000), (4000, 30), (-1, 5), (5, -1), (-1, -1), (-1, 4000)):
    globals()["test_strings_of_%d_and_%d_characters_are_whole" % (one, other)] = whole(one, other)


def check_cut(place, a, b):
    got = strings(place, a, b)
    for text, n in zip(got, (a, b)):
        assert text == text_of(n)[:len(text)], text[:40]
    assert sum(map(len, got)) > 3000 or b < 3000, [len(text) for text in got]
    return got


def test_a_string_of_10000_characters_is_cut_and_another_one_beside_it_is_whole(place):
    got = check_cut(place, 10000, 100)
    assert 1500 < len(got[0]) < 4096 and len(got[1]) == 100


def test_two_strings_of_10000_characters_are_both_cut(place):
    got = check_cut(place, 10000, 10000)
    assert min(map(len, got)) > 500


def test_the_longest_string_beside_an_empty_one(place):
    # 4096 - page header 16 - record header 8 - common fields 8 - two locations 8 - two NULs
    assert strings(place, 4054, 0) == [text_of(4054), ""]


def test_one_character_more_than_the_longest_is_cut(place):
    got = check_cut(place, 4055, 0)
    assert 1500 < len(got[0]) < 4055 and got[1] == ""


FULL = 4096 - 16 - 8 - 8 - 8    # page header, record header, common fields, the event's own two fields


def test_a_record_of_exactly_what_a_page_carries(place):
    run(place, "blob", str(FULL), ORIEL_EVENTS="vocab:*")
    same(contents(place.oriel("trace").stdout), ["blob: len=%d last=7" % FULL])


def test_pages_full_to_the_last_byte_one_after_the_other(place):
    run(place, "blob", *[str(FULL - i % 3) for i in range(100)], ORIEL_EVENTS="vocab:*")
    same(contents(place.oriel("trace").stdout), ["blob: len=%d last=7" % (FULL - i % 3) for i in range(100)])


def test_what_no_page_carries_is_dropped_and_counted(place):
    program = subprocess.Popen([harness.PUPPET, "blob", str(FULL + 1), "10", "65535", "65536", "70000000000", "-1"],
                               env=place.environment(ORIEL_EVENTS="vocab:*"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert program.stdout.readline() == "done\n"
        same(contents(place.oriel("trace").stdout), ["blob: len=10 last=7"])
        said = place.oriel("doctor", "-p", str(program.pid), expect=None).stdout
        assert "5 were dropped" in said, said
    finally:
        program.communicate()
    assert program.returncode == 0


def test_a_recording_tells_what_no_page_carried(place):
    dat = place.file("large.dat")
    said = place.oriel("record", "--json", "-e", "vocab:*", "-o", dat, "--", harness.PUPPET,
                       "blob", str(FULL + 1), "10", "65535", stdin=subprocess.DEVNULL).stdout
    summary = json.loads(said.splitlines()[-1])
    assert (summary["records"], summary["too_large"]) == (1, 2), summary


# Format files


def formats(place):
    run(place, "words", ORIEL_EVENTS="vocab:*")
    return {e["system"] + ":" + e["name"]: e["format"] for e in place.json("list", "-v")["events"]}


def without_id(text):
    return re.sub(r"\nID: \d+\n", "\n", text)


def like_the_kernels(path):
    def test(place):
        name = os.path.join(TRACEFS, path, "format")
        if not os.path.exists(name):
            raise harness.Skip("no %s on this kernel, or tracefs is not mounted" % name)
        with open(name) as theirs:
            assert without_id(formats(place)["kernel:" + os.path.basename(path)]) == without_id(theirs.read())
    return test


for event in ("irq/irq_handler_entry", "irq/softirq_entry", "sched/sched_wakeup", "sched/sched_process_exec", "task/task_rename",
              "ipi/ipi_send_cpumask", "raw_syscalls/sys_enter"):
    globals()["test_the_format_of_%s_is_the_kernels" % os.path.basename(event)] = like_the_kernels(event)

COMMON = """\
format:
\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

"""


def check_format(place, name, *lines):
    got = without_id(formats(place)["vocab:" + name])
    same(got.splitlines(), ("name: %s\n" % name + COMMON + "\n".join(lines)).splitlines())


def test_the_format_of_numbers(place):
    check_format(
        place, "numbers",
        "\tfield:uint8_t a;\toffset:8;\tsize:1;\tsigned:0;",
        "\tfield:int8_t b;\toffset:9;\tsize:1;\tsigned:1;",
        "\tfield:uint16_t c;\toffset:10;\tsize:2;\tsigned:0;",
        "\tfield:short d;\toffset:12;\tsize:2;\tsigned:1;",
        "\tfield:unsigned int e;\toffset:16;\tsize:4;\tsigned:0;",
        "\tfield:int f;\toffset:20;\tsize:4;\tsigned:1;",
        "\tfield:uint64_t g;\toffset:24;\tsize:8;\tsigned:0;",
        "\tfield:long long h;\toffset:32;\tsize:8;\tsigned:1;",
        "\tfield:bool i;\toffset:40;\tsize:1;\tsigned:0;",
        "\tfield:char j;\toffset:41;\tsize:1;\tsigned:0;",
        "\tfield:enum colour k;\toffset:44;\tsize:4;\tsigned:0;",
        "",
        'print fmt: "%u %d %u %d %u %d %llu %lld %d %d %d %#x %5d|%-5d|%05d", REC->a, REC->b, REC->c, REC->d, REC->e, REC->f, '
        "(unsigned long long)REC->g, REC->h, REC->i, REC->j, REC->k, REC->e, REC->f, REC->f, REC->f")


def test_the_format_of_dynamic_data(place):
    check_format(
        place, "strings",
        "\tfield:__data_loc char[] a;\toffset:8;\tsize:4;\tsigned:0;",
        "\tfield:__data_loc char[] b;\toffset:12;\tsize:4;\tsigned:0;",
        "\tfield:__data_loc char[] c;\toffset:16;\tsize:4;\tsigned:0;",
        "\tfield:__rel_loc char[] d;\toffset:20;\tsize:4;\tsigned:0;",
        "",
        'print fmt: "a=%s b=%s c=%s d=%s", __get_str(a), __get_str(b), __get_str(c), __get_rel_str(d)')


def test_names_in_a_format_are_replaced_by_their_values(place):
    check_format(
        place, "names",
        "\tfield:unsigned int flags;\toffset:8;\tsize:4;\tsigned:0;",
        "\tfield:int colour;\toffset:12;\tsize:4;\tsigned:1;",
        "",
        'print fmt: "flags=%s colour=%s green=%d size=%d", __print_flags(REC->flags, "|", { 1, "A" }, { 2, "B" }, { 4, "C" }), '
        '__print_symbolic(REC->colour, { 3, "red" }, { 5, "green" }), REC->colour == 5, (int)16')


def test_every_event_is_registered_once(place):
    formats(place)
    names = collections.Counter(e["system"] + ":" + e["name"] for e in place.json("list")["events"])
    assert "vocab:pair_print" in names and set(names.values()) == {1}, names


harness.main(globals())
