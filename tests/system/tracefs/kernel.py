# SPDX-License-Identifier: MIT
"""The same steps on the kernel's tracefs and on a domain: values, errors, modes, reads in pieces and seeks.

Both work on an instance of their own, so that the kernel's state is left alone; and on events of the same names and
fields: sched_switch and its like, which traced.c has too. A difference is a failure unless DIFFERS names it, and
whoever adds one there adds it to docs/tree.md.
"""
import errno
import os
import re
import stat
import tempfile

import tracefs
from tracefs import TRACING, Skip, harness

SWITCH, WAKING = "events/sched/sched_switch", "events/sched/sched_waking"
# Happens on no kernel that is well, so that counts of its triggers stand still.
HANG = "events/sched/sched_process_hang"

# Step, and the kernel's answer: why Oriel answers otherwise.
DIFFERS = [
    (r"printf '' >+ (?!trace$|set_event|error_log|trace_marker$)", "'EINVAL'", "FUSE does not pass on a write of no bytes"),
    (r"cat .*/filter", r"'\\nError: \(0\)\\n\\n'", "the same: what was there stays"),
    (r"printf 'sched:sched_switch.{1,2}sched:sched_waking.*' > set_event", "19", "all words are taken at once"),
    (r"printf '  sched:sched_switch  ' > set_event", "21", "the same"),
    (r"(printf|cat).* events/sched/sched_switch/filter", r"3396|'prev_pid == 1 && .{3000}.*", "at most 240 comparisons"),
    (r"printf '256' > per_cpu|of one CPU", "3|True", "all rings have one size"),
    (r"cat buffer_size_kb", r"'X\\n'", "the same"),
    (r"printf '.*' > (buffer_total_size_kb|timestamp_mode)", "'EINVAL'", "cannot even be opened"),
    (r"open .* to (read|write|read and write)|cat trace_marker", "None|'EINVAL'", "cannot even be opened"),
    (r"printf '0' > tracing_cpumask", "1", "a mask without any CPU is refused"),
    (r"cat tracing_cpumask", r"'0\\n'", "the same"),
    (r"too long a name", "'ENAMETOOLONG'", "EINVAL, from 64 bytes on"),
    (r"set_event after truncate", ".*", "truncate(2) does what O_TRUNC does"),
    (r"printf '99999999999' > set_event_(notrace_)?pid", "'EPERM'", "EINVAL says it better"),
    (r"cat trace", r"\['.*UNKNOWN TYPE N'\]", "a marker's fields are known"),
    (r"cat trace", r"\['.*tracing_mark_write(\+| <).*", "a marker's place in the kernel is nowhere here"),
    (r"cat trace", r"\['# 64636261 buf:.*", "lines are not cut at 8 KiB"),
    (r".* (by \d+ bytes is whole|from its middle)", "False|'EINVAL'", "the kernel begins anew at each read"),
]


def outcome(act, *args, **kwargs):
    try:
        got = act(*args, **kwargs)
    except OSError as error:
        return errno.errorcode[error.errno]
    return got


def read_all(path, size=65536):
    fd = os.open(path, os.O_RDONLY)
    try:
        text = b""
        while more := os.read(fd, size):
            text += more
        return text.decode()
    finally:
        os.close(fd)


def write_one(path, text, flags):
    fd = os.open(path, os.O_WRONLY | flags)
    try:
        return os.write(fd, text.encode())
    finally:
        os.close(fd)


class Side:
    """One of the two trees, or rather an instance in it."""

    def __init__(self, root):
        self.root = root
        self.seen = []

    def note(self, step, result):
        self.seen.append((step, result))

    def path(self, name):
        return os.path.join(self.root, name)

    def read(self, name, change=None):
        text = outcome(read_all, self.path(name))
        self.note("cat " + name, change(text) if change and text not in errno.errorcode.values() else text)

    def write(self, text, name, flags=os.O_TRUNC):
        sign = {os.O_TRUNC: ">", os.O_APPEND: ">>", 0: "1<>"}[flags]
        self.note("printf %r %s %s" % (text, sign, name), outcome(write_one, self.path(name), text, flags))

    def try_each(self, name, texts, shown=None, flags=os.O_TRUNC, change=None):
        for text in texts:
            self.write(text, name, flags)
            for other in [name] if shown is None else shown:
                self.read(other, change)

    def do(self, step, act):
        self.note(step, outcome(act))


def numbers_gone(text):
    return re.sub(r"\d+", "N", text)


def no_times(text):
    return re.sub(r"^\[ *\d+\.\d+\]", "[time]", text, flags=re.M)


def both(steps):
    def test(place):
        folder = kernel_instance()
        try:
            kernel = Side(folder)
            program = tracefs.traced(place)
            with tracefs.Mount(place) as tracing:
                os.mkdir(os.path.join(tracing, "instances", "here"))
                ours = Side(os.path.join(tracing, "instances", "here"))
                for side in kernel, ours:
                    steps(side)
            program.end()
        finally:
            os.rmdir(folder)
        compare(kernel.seen, ours.seen)
    return test


def kernel_instance():
    if os.geteuid() != 0 or not os.path.exists(TRACING + "/events/sched/sched_switch/id"):
        raise Skip("the kernel's tracefs is not for us")
    try:
        return tempfile.mkdtemp(prefix="oriel-test-", dir=TRACING + "/instances")
    except OSError as error:
        raise Skip("no instance of the kernel's tracefs: %s" % error)


def compare(kernel, ours):
    assert [step for step, _ in kernel] == [step for step, _ in ours]
    different = ["%s\n    kernel: %r\n    Oriel:  %r" % (step, theirs, mine)
                 for (step, theirs), (_, mine) in zip(kernel, ours)
                 if theirs != mine and not may_differ(step, theirs)]
    assert not different, "%d of %d steps differ\n" % (len(different), len(ours)) + "\n".join(different)


def may_differ(step, theirs):
    return any(re.match(pattern, step) and re.fullmatch(answer, repr(theirs), re.S) for pattern, answer, _ in DIFFERS)


def test_names_and_modes(place):
    """What both have has the same mode; what only one has is in the lists of docs/tree.md."""
    folder = kernel_instance()
    program = tracefs.traced(place)
    try:
        with tracefs.Mount(place) as tracing:
            os.mkdir(os.path.join(tracing, "instances", "here"))
            for theirs, ours in (TRACING, tracing), (folder, os.path.join(tracing, "instances", "here")):
                compare_folders(theirs, ours, ["", SWITCH, "events/sched", "events", "per_cpu/cpu0", "options",
                                               "events/ftrace/print", "per_cpu"])
    finally:
        program.end()
        os.rmdir(folder)


# Files of Oriel that this kernel, or any, has not: hist and snapshot are matters of its configuration.
OURS_ONLY = {"snapshot", "snapshot_raw", "hist", "filter"}
OTHER_MODE = {"per_cpu/cpu0/buffer_size_kb"}


def compare_folders(theirs, ours, folders):
    wrong = []
    for folder in folders:
        mine = listing(os.path.join(ours, folder))
        kernels = listing(os.path.join(theirs, folder))
        for name in sorted(mine):
            if name not in kernels:
                if name not in OURS_ONLY and folder not in ("events", "events/sched"):
                    wrong.append("%s/%s: the kernel has it not" % (folder, name))
            elif mine[name] != kernels[name] and folder + "/" + name not in OTHER_MODE:
                wrong.append("%s/%s: %s, the kernel's %s" % (folder, name, stat.filemode(mine[name]),
                                                             stat.filemode(kernels[name])))
    assert not wrong, "\n".join(wrong)


def listing(folder):
    return {entry.name: entry.stat().st_mode for entry in os.scandir(folder)}


def steps_switches(side):
    words = ["0", "1", "1\n", "0\n", " 1", "1 ", "2", "7", "-1", "abc", "", "\n", "0x1", "01", "1 1", "0"]
    side.try_each("tracing_on", words + ["1"])
    for option in "overwrite", "irq-info", "markers", "record-tgid":
        side.try_each("options/" + option, words)
    side.try_each(SWITCH + "/enable", words)
    side.try_each("events/sched/enable", ["1", "0", "2", "abc"], shown=["events/sched/enable", SWITCH + "/enable"])
    side.write("1", SWITCH + "/enable")
    side.read("events/sched/enable")
    side.read("set_event")
    side.write("0", SWITCH + "/enable")
    side.read("events/sched/enable")
    side.write("1\n", SWITCH + "/enable", os.O_APPEND)
    side.read(SWITCH + "/enable")
    side.write("0\n", SWITCH + "/enable", 0)
    side.read(SWITCH + "/enable")


def steps_set_event(side):
    for text in "sched:sched_switch sched:sched_waking", "sched:sched_switch\nsched:sched_waking\n":
        side.write(text, "set_event")
    side.try_each("set_event", [
        "sched:sched_switch", "sched_waking", "!sched:sched_switch", "", "\n", "nosuch", "nosuch:nosuch", "sched:nosuch", ":sched_switch",
        "!", "!nosuch", "sched:sched_switch nosuch:x", "  sched:sched_switch  ", "sched:sched_wak*",
        "sched:*:*", "sched_switch:*", "\tsched:sched_waking"])
    side.write("sched:sched_switch", "set_event")
    side.try_each("set_event", ["sched:sched_waking", "!sched:sched_switch", "nosuch"], flags=os.O_APPEND)
    side.try_each("set_event", [" "], flags=0)
    side.write("", "set_event")
    side.read("set_event")
    # whole systems: what is listed differs, how the folders read does not
    for text in "sched", "sched:", "sched:*":
        side.write(text, "set_event")
        side.read("events/sched/enable")
        side.read(SWITCH + "/enable")
        side.write("!" + text, "set_event", os.O_APPEND)
        side.read("events/sched/enable")
    side.write("sched:sched_switch", "set_event")
    side.do("truncate set_event", lambda: os.truncate(side.path("set_event"), 0))
    side.do("set_event after truncate", lambda: read_all(side.path("set_event")))


GOOD_FILTERS = [
    "prev_pid == 3", "prev_pid==3", "prev_pid != 3 && next_pid < 7", "(prev_pid == 1)",
    "prev_pid > 1 || next_pid > 2 && prev_prio <= 120", "!(prev_pid == 1)", "prev_pid & 4", "prev_state & 0x2",
    "prev_comm == bash", 'prev_comm == "bash"', "prev_comm == 'bash'", 'prev_comm ~ "ba*"', 'prev_comm ~ "*sh"',
    'prev_comm ~ "*as*"', 'prev_comm ~ "b?sh"', 'prev_comm ~ "[a-c]ash"', 'prev_comm != "x y"',
    "common_pid == 0", "common_pid != 77", "COMM == bash", "COMM ~ \"ba*\"", "comm == bash", "CPU == 0", "CPU & 1",
    "CPU & CPUS{0}", "CPU & CPUS{0-1}", "CPU == CPUS{0,1}", "cpu == 0", "common_flags == 0", "common_type > 0",
    "prev_pid == -1", "prev_pid == 0x10", "prev_pid == 010", "  prev_pid  ==  3  ", "prev_pid == 3\n",
    "prev_state == -1", "prev_pid >= 2147483647", "(((prev_pid == 1)))", "prev_pid == 1 && prev_pid == 2 && prev_pid == 3",
    "!prev_pid == 1", "prev_pid < 5 || !(next_pid == 2 || next_pid == 3)", "prev_comm == 12", "0"]
BAD_FILTERS = [
    "", "\n", " ", "nosuch == 1", "prev_pid = 3", "prev_pid === 3", "prev_pid", "prev_pid ==", "== 3", "prev_pid == x",
    "prev_pid ~ 3", 'prev_pid ~ "3"', "prev_comm > bash", 'prev_comm == "bash', "prev_comm == 'bash", "(prev_pid == 3",
    "prev_pid == 3)", "((prev_pid == 3)", "prev_pid == 3 &&", "&& prev_pid == 3", "prev_pid == 3 && && prev_pid == 4",
    "prev_pid == 3 prev_pid == 4", "prev_pid == 3 and prev_pid == 4", "prev_pid == 3 & prev_pid == 4", "()", "!",
    "prev_pid == 3 ||", "prev_pid == 3 | 4", "prev_pid == 99999999999999999999", "prev_pid == 1x", "prev_pid == 1.5",
    "prev_comm & 1", "CPU & CPUS{", "CPU & CPUS{}", "CPU & CPUS{x}", "CPU & CPUS{0", "CPU ~ 1", "prev_pid & CPUS{0}",
    "CPU > CPUS{0}", "COMM > 3", "common_nosuch == 1", "prev_pid == \"3\"", "1", "prev_pid == 3;", "1 == 1",
    "prev_pid == 3 && (next_pid == 4 || nosuch == 5)", "prev_pid.function == x", "ip == 3", "x" * 300 + " == 1",
    "prev_comm == " + "y" * 300, " && ".join(["prev_pid == 1"] * 200), "(" * 100, "(" * 40 + "prev_pid == 1" + ")" * 40,
    "prev_pid ! 3", "prev_pid <> 3", "prev_pid !== 3", "! ! prev_pid == 3", "!!prev_pid == 3", "prev_pid => 3"]


def steps_filters(side):
    for text in GOOD_FILTERS + BAD_FILTERS:
        side.write("0", SWITCH + "/filter")
        side.write(text, SWITCH + "/filter")
        side.read(SWITCH + "/filter")
    side.write("0", SWITCH + "/filter")
    # what was wrong takes the place of what was there
    side.try_each(SWITCH + "/filter", ["prev_pid == 3", "nosuch", "prev_pid == 4", "0", "0\n"])


def steps_filters_of_a_system(side):
    files = ["events/sched/filter", SWITCH + "/filter", WAKING + "/filter"]
    side.try_each("events/sched/filter", ["common_pid == 0", "prev_pid == 0", "nosuch == 1", "(", "0"], shown=files)
    side.write("prev_pid == 5", SWITCH + "/filter")
    side.try_each("events/sched/filter", ["pid > 4", "0"], shown=files)


TRIGGERS = [
    "traceon", "traceoff", "stacktrace", "traceoff:3", "traceon:1 if pid == 3", "stacktrace:5",
    "traceoff if pid == 77777", "enable_event:sched:sched_waking", "enable_event:sched:sched_waking:2",
    "disable_event:sched:sched_waking", "enable_event:sched:sched_waking:1 if pid == 5", " traceoff", "traceoff ",
    "traceoff\n", "traceoff:1:2", "traceoff:0", "traceoff:-1", "traceoff:x", "traceoff:", "traceoff if", "traceoff if ",
    "traceoff unless pid == 3", "traceoff if nosuch == 3", "traceoff if pid", "nosuch", "!traceoff",
    "enable_event", "enable_event:", "enable_event:sched", "enable_event:sched:", "enable_event:sched:nosuch",
    "enable_event:nosuch:nosuch", "enable_event:sched:sched_waking:x", "traceoff 3", "traceoff:3if pid == 3",
    "", "\n", " ", "!", "! traceoff", "traceoff:4294967296", "traceoff:99999999999999999999", "traceoff:0x10",
    "stacktrace if pid > 3 && comm ~ \"b*\"", "TRACEOFF", "traceoffx", "traceoff\ttab"]


def available_gone(text):
    return re.sub(r"^# .*\n", "", text, flags=re.M)


def steps_triggers(side):
    for text in TRIGGERS:
        side.write(text, HANG + "/trigger")
        side.read(HANG + "/trigger", available_gone)
        side.read(HANG + "/enable")
        side.read(WAKING + "/enable")
        side.write("!" + text.split(" if ")[0].strip(), HANG + "/trigger")
        side.read(HANG + "/trigger", available_gone)
        side.read(WAKING + "/enable")
    side.write("traceoff:3", HANG + "/trigger")
    side.write("traceon", HANG + "/trigger")
    side.write("traceoff:5", HANG + "/trigger")
    side.read(HANG + "/trigger")
    side.write("stacktrace:1", HANG + "/trigger", os.O_APPEND)
    side.read(HANG + "/trigger")
    for text in "!stacktrace", "!traceon:0", "!traceoff:0", "!traceoff", "!nosuch":
        side.write(text, HANG + "/trigger", os.O_APPEND)
        side.read(HANG + "/trigger", available_gone)
    side.write("enable_event:sched:sched_waking", HANG + "/trigger")
    side.write("1", WAKING + "/enable")
    side.read(WAKING + "/enable")
    side.write("0", WAKING + "/enable")
    side.read(WAKING + "/enable")
    side.write("!enable_event:sched:sched_waking", HANG + "/trigger")
    side.read(WAKING + "/enable")


def steps_sizes(side):
    first = lambda text: text.split()[0]
    side.try_each("buffer_size_kb", ["512", "0", "-1", "abc", "", "1024\n", "1x", "1 2"], change=numbers_gone)
    side.write("1024", "buffer_size_kb")
    side.do("buffer_size_kb is close", lambda: 1024 <= int(first(read_all(side.path("buffer_size_kb")))) < 1100)
    side.do("its sum", lambda: int(first(read_all(side.path("buffer_total_size_kb")))) ==
            len(os.listdir(side.path("per_cpu"))) * int(first(read_all(side.path("buffer_size_kb")))))
    side.write("256", "per_cpu/cpu0/buffer_size_kb")
    side.do("of one CPU", lambda: 256 <= int(first(read_all(side.path("per_cpu/cpu0/buffer_size_kb")))) < 300)
    if len(os.listdir(side.path("per_cpu"))) > 1:
        side.read("buffer_size_kb")
    side.write("256", "buffer_size_kb")
    side.try_each("buffer_percent", ["0", "50", "100", "101", "-1", "abc", "", "7\n"])
    side.try_each("tracing_cpumask", ["1", "3", "0", "x", "0x1", "1,1", "00000001", "3\n"])
    side.write("1", "buffer_total_size_kb")


def steps_clocks(side):
    words = lambda text: text.split()[0] if text.startswith("[local]") else re.findall(r"\[.*\]", text)
    side.try_each("trace_clock", ["mono", "nosuch", "", "local\n", "global", " mono", "mono ", "mon", "boot", "tai", "0",
                                  "local"], change=words)
    side.read("timestamp_mode")
    side.write("delta", "timestamp_mode")
    side.try_each("current_tracer", ["nop", "nosuch", "", "nop\n", " nop", "nop "])
    side.try_each("trace_options", ["nosuch", "nooverwrite", "overwrite", "raw", "noraw", "", "\n", "no", "nonoraw", "raw hex",
                                    " raw", "raw ", "noraw"], change=lambda text: re.findall(r"^(?:no)?(?:overwrite|raw)$", text, re.M))


def steps_pids(side):
    for name in "set_event_pid", "set_event_notrace_pid":
        side.try_each(name, ["1", "1 2 3", "3 2 1 2", "abc", "-1", "0", "", "1,2", "1 x", "1\n2\n", "99999999999", "4194304",
                             "4194303", " 5 "])
        side.write("1", name)
        side.try_each(name, ["7", "3", "abc", ""], flags=os.O_APPEND)
        side.try_each(name, ["9"], flags=0)
        side.write("\n", name)
        side.read(name)


def steps_output_when_empty(side):
    header = lambda text: re.sub(r"#P:\d+", "#P:N", text)
    side.read("trace", header)
    side.read("per_cpu/cpu0/trace", header)
    for setting in "noirq-info", "irq-info", "record-tgid", "norecord-tgid", "verbose", "noverbose", "nocontext-info", \
            "context-info", "raw", "noraw", "fields", "nofields":
        side.write(setting, "trace_options")
        side.read("trace", header)
    for text in "", "0", "\n", "anything":
        side.write(text, "trace")
    side.write("x", "trace", os.O_APPEND)
    side.do("truncate trace", lambda: os.truncate(side.path("trace"), 0))
    side.do("trace_pipe without waiting", lambda: nonblocking(side.path("trace_pipe"), 100))
    side.do("trace_pipe_raw without waiting", lambda: nonblocking(side.path("per_cpu/cpu0/trace_pipe_raw"), 4096))
    side.read("per_cpu/cpu0/stats", lambda text: re.sub(r"[\d.]+", "N", text))
    side.read("error_log")


def nonblocking(path, size):
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.read(fd, size).hex()
    finally:
        os.close(fd)


def steps_markers(side):
    texts = lambda text: [line.split(": ", 1)[1].rstrip("\n") for line in text.splitlines() if ": tracing_mark_write: " in line]
    for text in "hello", "hello\n", "x" * 1000, "y" * 5000, "a\0b":
        side.write(text, "trace_marker")
    side.read("trace", texts)
    side.write("", "trace")
    # one record is one line, so these read otherwise
    for text in "two\nlines\n", "tab\there":
        side.write(text, "trace_marker")
    side.write("", "trace")
    for text in "abcd", "\1\0\0\0data", "ab", "", "z" * 3000:
        side.write(text, "trace_marker_raw")
    side.read("trace", lambda text: re.findall(r": (# .*)$", text, re.M))
    side.write("0", "options/markers")
    side.write("unseen", "trace_marker")
    side.write("1", "options/markers")
    side.write("0", "tracing_on")
    side.write("unseen", "trace_marker")
    side.write("1", "tracing_on")
    side.write("", "trace")
    side.read("trace_marker")
    side.write("taken\n", "trace_marker")
    side.do("a marker through trace_pipe",
            lambda: re.sub(r"^.*?: ", "", bytes.fromhex(nonblocking(side.path("trace_pipe"), 4096)).decode()))
    side.do("and it is gone", lambda: nonblocking(side.path("trace_pipe"), 4096))


def steps_how_records_print(side):
    """With a marker, since both can have the same."""
    def same(text):
        text = re.sub(r"\b[0-9a-f]{6,}\b", "N", re.sub(r"#P:\d+", "#P:N", text))
        # what only a kernel can know: depth of preemption
        return re.sub(r"\d+", "N", re.sub(r"([ \d])\.\.\.1\.", r"\1.....", text))
    side.write("0", "trace")
    side.write("a marker\n", "trace_marker")
    for option in "raw", "hex", "fields", "verbose", "latency-format", "noirq-info", "record-tgid", "nocontext-info", \
            "printk-msg-only", "annotate", "sym-addr", "sym-offset":
        side.write(option, "trace_options")
        side.read("trace", lambda text: [line for line in same(text).splitlines() if not line.startswith("#")])
        side.write(option[2:] if option.startswith("no") else "no" + option, "trace_options")
    side.write("0", "trace")


def in_pieces(path, size):
    fd = os.open(path, os.O_RDONLY)
    try:
        pieces = []
        while more := os.read(fd, size):
            pieces.append(more)
        return b"".join(pieces)
    finally:
        os.close(fd)


def steps_reading_in_pieces(side):
    for name in SWITCH + "/filter", SWITCH + "/format", "trace_clock", "set_event", "trace_options", "trace", "tracing_on", \
            SWITCH + "/id", SWITCH + "/trigger", "events/header_page", "buffer_percent", "tracing_cpumask", "error_log":
        path = side.path(name)
        for size in 1, 7, 100, 4096:
            side.do("%s by %d bytes is whole" % (name, size), lambda: in_pieces(path, size) == in_pieces(path, 1 << 16))
        side.do("%s from its middle" % name, lambda: after_seek(path, 3) == in_pieces(path, 1 << 16)[3:])
        side.do("%s past its end" % name, lambda: after_seek(path, 1 << 20))
        side.do("%s again from its start" % name, lambda: twice(path))
        side.do("%s: st_size" % name, lambda: os.stat(path).st_size)


def after_seek(path, at):
    fd = os.open(path, os.O_RDONLY)
    try:
        os.lseek(fd, at, os.SEEK_SET)
        return os.read(fd, 1 << 16)
    finally:
        os.close(fd)


def twice(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        one = os.read(fd, 1 << 16)
        os.lseek(fd, 0, os.SEEK_SET)
        return one == os.read(fd, 1 << 16)
    finally:
        os.close(fd)


def steps_what_is_not_allowed(side):
    for flags, name in (os.O_WRONLY, "write"), (os.O_RDWR, "read and write"), (os.O_RDONLY, "read"):
        for path in "events", SWITCH, SWITCH + "/id", SWITCH + "/format", "trace_pipe", "trace_marker", "per_cpu/cpu0/stats", \
                "nosuch", "events/nosuch", "per_cpu/cpu99", "per_cpu/cpu99/stats", "events/sched/nosuch/id", "tracing_on/x":
            side.do("open %s to %s" % (path, name), lambda: os.close(os.open(side.path(path), flags)))
    for path in "nosuch", "events/nosuch", "events/sched/nosuch", "options/nosuch", "per_cpu/cpu9":
        side.do("mkdir " + path, lambda: os.mkdir(side.path(path)))
        side.do("create " + path, lambda: os.close(os.open(side.path(path), os.O_CREAT | os.O_WRONLY)))
    for path in "events", "options", "events/sched":
        side.do("rmdir " + path, lambda: os.rmdir(side.path(path)))
    for path in "trace", "tracing_on", SWITCH + "/id":
        side.do("unlink " + path, lambda: os.unlink(side.path(path)))
        side.do("rename " + path, lambda: os.rename(side.path(path), side.path("other")))
        side.do("link " + path, lambda: os.link(side.path(path), side.path("other")))
    side.do("symlink", lambda: os.symlink("trace", side.path("other")))
    side.do("list a file", lambda: os.listdir(side.path("trace")))


def steps_error_log(side):
    side.read("error_log")
    for i in range(10):
        side.write("nosuch%d == 1" % i, SWITCH + "/filter")
    side.read("error_log", no_times)
    side.write("0", SWITCH + "/filter")
    side.write("traceoff:x", HANG + "/trigger")
    side.write("nosuch", HANG + "/trigger")
    side.write("traceoff if nosuch == 1", HANG + "/trigger")
    side.read("error_log", no_times)
    for text, flags in ("x", os.O_APPEND), ("", os.O_TRUNC):
        side.write("nosuch == 1", SWITCH + "/filter")
        side.write(text, "error_log", flags)
        side.read("error_log", no_times)
    side.write("0", SWITCH + "/filter")


def steps_instances(side):
    folder = os.path.dirname(side.root)
    names = {"plain": "oriel-test-a", "dots": "oriel-test..b", "blank": "oriel-test c", "long": "oriel-test-" + "x" * 40}
    for what, name in names.items():
        path = os.path.join(folder, name)
        side.do("mkdir " + what, lambda: os.mkdir(path))
        side.do("again " + what, lambda: os.mkdir(path))
        side.do("its switch " + what, lambda: read_all(path + "/tracing_on"))
        side.do("rmdir " + what, lambda: os.rmdir(path))
        side.do("gone " + what, lambda: os.path.exists(path))
        side.do("rmdir again " + what, lambda: os.rmdir(path))
    path = os.path.join(folder, "oriel-test-busy")
    os.mkdir(path)
    fd = os.open(path + "/trace", os.O_RDONLY)
    side.do("rmdir while trace is open", lambda: os.rmdir(path))
    os.close(fd)
    fd = os.open(path + "/trace_pipe", os.O_RDONLY | os.O_NONBLOCK)
    side.do("rmdir while trace_pipe is open", lambda: os.rmdir(path))
    os.close(fd)
    side.do("rmdir when closed", lambda: os.rmdir(path) if os.path.exists(path) else None)
    side.do("too long a name", lambda: os.mkdir(os.path.join(folder, "x" * 256)))
    side.do("an instance within", lambda: os.mkdir(os.path.join(side.root, "instances")))


for steps in [name for name in globals() if name.startswith("steps_")]:
    globals()["test_" + steps.removeprefix("steps_")] = both(globals()[steps])


def test_the_page_header(place):
    program = tracefs.traced(place)
    with tracefs.Mount(place) as tracing:
        for name in "header_page", "header_event":
            theirs = outcome(read_all, os.path.join(TRACING, "events", name))
            if theirs == "EACCES" or theirs == "ENOENT":
                raise Skip("the kernel's tracefs is not for us")
            assert read_all(os.path.join(tracing, "events", name)) == theirs
    program.end()


def test_formats(place):
    """The fields of an event of the kernel's name are the kernel's, and so are ftrace's own."""
    kernel_instance_is_possible()
    program = tracefs.traced(place)
    fields = lambda text: re.findall(r"^\tfield:.*$|^$", text, re.M)
    with tracefs.Mount(place) as tracing:
        for name in "sched/sched_switch", "sched/sched_waking", "kmem/kmalloc", "ftrace/print", "ftrace/raw_data", \
                "ftrace/kernel_stack", "ftrace/bprint", "ftrace/bputs":
            ours = outcome(read_all, os.path.join(tracing, "events", name, "format"))
            if ours == "ENOENT" and name in ("ftrace/bprint", "ftrace/bputs"):
                continue
            theirs = read_all(os.path.join(TRACING, "events", name, "format"))
            assert fields(ours) == fields(theirs), (name, ours, theirs)
            assert re.sub(r"ID: \d+", "", ours).split("print fmt")[0] == \
                re.sub(r"ID: \d+", "", theirs).split("print fmt")[0], name
            if name.startswith("ftrace/"):
                assert ours == theirs, (ours, theirs)
    program.end()


def kernel_instance_is_possible():
    os.rmdir(kernel_instance())


if __name__ == "__main__":
    assert harness
    tracefs.main(globals())
