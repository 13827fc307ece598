# SPDX-License-Identifier: MIT
"""Debian's trace-cmd, unmodified, on a domain."""
import collections
import glob
import os
import re
import signal
import subprocess
import time

import recorders
import tracefs
from tracefs import Skip, harness, run, shell, tool, traced, until

LINE = re.compile(r"^(?:(\w[\w.-]*):)? +(.*)-(\d+) +\[(\d{3})\] +(?:[^ ]{4,6} +)?(\d+\.\d+): (\w+): +(.*)$")


def known(place):
    """A domain whose events are known: of a program that runs. trace-cmd is here."""
    tool("trace-cmd")
    tracefs.need_mounts(place)
    return traced(place)


def trace_cmd(place, *args, **kwargs):
    return run(place, "trace-cmd", *args, **kwargs)


def when_recorded(*command):
    return ["python3", os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorders.py"), *command]


def the_program(*lines):
    return when_recorded(harness.PUPPET, *lines)


def report(place, *args, path="trace.dat"):
    done = subprocess.run(["trace-cmd", "report", *args, "-i", place.file(path)], capture_output=True, text=True,
                          check=True, timeout=4 * harness.PATIENCE)
    assert "[FAILED" not in done.stdout and "unknown" not in done.stderr, done.stderr + done.stdout[:2000]
    return done.stdout


class Line:
    def __init__(self, match):
        self.instance, self.comm, self.pid, self.cpu, self.time, self.event, self.text = match.groups()
        self.pid, self.cpu, self.time = int(self.pid), int(self.cpu), float(self.time)


def lines(text):
    got = [LINE.match(line) for line in text.splitlines()]
    return [Line(match) for match in got if match]


def names(found):
    return dict(collections.Counter(line.event for line in found))


def record(place, *args, program=("switch 100", "waking 50"), env=()):
    """trace-cmd record of the program of traced.c; its records, as trace-cmd report shows them."""
    trace_cmd(place, "record", *args, *the_program(*program), env=env)
    return lines(report(place))


def test_record(place):
    known(place)
    found = record(place, "-e", "sched")
    assert names(found) == {"sched_switch": 100, "sched_waking": 50}, names(found)
    assert {line.comm for line in found} == {"traced"}
    switch = [line.text for line in found if line.event == "sched_switch"]
    # its own plugin prints sched_switch
    assert "2000" in switch[0] and "2099" in switch[99], switch[0]
    waking = [line.text for line in found if line.event == "sched_waking"]
    assert "2049" in waking[49], waking[49]
    times = [line.time for line in found]
    assert times == sorted(times)


def test_record_without_its_plugins_prints_as_the_format_says(place):
    known(place)
    trace_cmd(place, "record", "-e", "sched", *the_program("switch 2"))
    found = lines(report(place, "-N"))
    assert found[1].text == ("prev_comm=bash prev_pid=1001 prev_prio=120 prev_state=S ==> "
                             "next_comm=make next_pid=2001 next_prio=120"), found[1].text


def test_record_gives_everything_back(place):
    known(place)
    place.oriel("ls", "tracing")
    before = {name: place.oriel("cat", "tracing/" + name).stdout for name in STATE}
    record(place, "-e", "sched:sched_switch", "-f", "prev_pid == 1001", "-C", "mono")
    after = {name: place.oriel("cat", "tracing/" + name).stdout for name in STATE}
    # The clock stays as it was set, as on the kernel's; and so does a filter.
    before.pop("trace_clock"), after.pop("trace_clock")
    assert after == before, (before, after)


STATE = ("set_event", "tracing_on", "trace_clock", "current_tracer", "events/enable", "set_event_pid")


def test_record_into_an_instance(place):
    known(place)
    trace_cmd(place, "record", "-e", "sched:sched_switch", "-B", "mine", "-e", "sched:sched_waking",
              *the_program("switch 10", "waking 20"))
    text = report(place)
    found = lines(text)
    assert names([line for line in found if line.instance == "mine"]) == {"sched_waking": 20}, text
    assert names([line for line in found if line.instance != "mine"]) == {"sched_switch": 10}, text
    assert place.oriel("ls", "tracing/instances").stdout.split() == []


def test_record_with_the_monotonic_clock(place):
    known(place)
    begin = time.monotonic()
    trace_cmd(place, "record", "-C", "mono", "-e", "sched", *the_program("switch 10", "sleep 200", "switch 1"))
    end = time.monotonic()
    found = lines(report(place))
    assert names(found) == {"sched_switch": 11}
    # Two tools fit the clock's slope anew; a millisecond is far more than they differ.
    assert begin - 0.001 < found[0].time < found[-1].time < end + 0.001, (begin, found[0].time, end)
    assert found[-1].time - found[0].time >= 0.199


def test_record_with_the_counter_itself(place):
    known(place)
    if "x86-tsc" not in place.oriel("cat", "tracing/trace_clock").stdout:
        raise Skip("the rings' clock is not the TSC")
    trace_cmd(place, "record", "-C", "x86-tsc", "-e", "sched", *the_program("switch 10", "sleep 200", "switch 1"))
    text = report(place, "-t")
    times = [int(n) for n in re.findall(r"\](?: +)?(\d{9,}): +sched_switch", text)]
    assert len(times) == 11 and times == sorted(times) and times[-1] - times[0] > 20e6, text


def test_record_with_a_larger_buffer(place):
    known(place)
    script = "cat %s/buffer_size_kb >&2; exec %s 'load 100000'" % (tracefs.TRACING, harness.PUPPET)
    done = trace_cmd(place, "record", "-b", "4096", "-e", "load", *when_recorded("sh", "-c", script))
    assert re.search(r"^4[01]\d\d$", done.stderr, re.M), done.stderr
    assert names(lines(report(place))) == {"load_tick": 100000}


def test_record_with_a_filter(place):
    known(place)
    found = record(place, "-e", "kmem:kmalloc", "-f", "bytes_req > 32 && node == -1",
                   program=["kmalloc 50", "kfree 10"])
    assert names(found) == {"kmalloc": 20}, names(found)


def test_record_with_a_filter_that_is_wrong(place):
    known(place)
    done = trace_cmd(place, "record", "-e", "kmem:kmalloc", "-f", "no_such == 1", *the_program("kmalloc 1"),
                     expect=None)
    said = done.stdout + done.stderr
    # it puts the filter in parentheses, and goes on without
    assert "error: Field not found" in said and "Command: (no_such == 1)" in said, said
    assert place.oriel("cat", "tracing/events/enable").stdout == "0\n"


def test_record_with_a_trigger(place):
    known(place)
    found = record(place, "-e", "sched:sched_switch", "-R", "traceoff if next_pid == 2005")
    # as on the kernel, the record that switches off is the last one taken
    assert names(found) == {"sched_switch": 6}, names(found)
    assert place.oriel("cat", "tracing/tracing_on").stdout == "1\n"
    assert "traceoff:" not in place.oriel("cat", "tracing/events/sched/sched_switch/trigger").stdout


def test_record_with_stack_traces_of_one_event(place):
    known(place)
    trace_cmd(place, "record", "-e", "sched:sched_switch", "-R", "stacktrace:2", *the_program("switch 10"))
    text = report(place)
    assert text.count("<stack trace") == 2, text


def test_record_with_stack_traces_of_all(place):
    known(place)
    trace_cmd(place, "record", "-T", "-e", "sched", *the_program("switch 5", "waking 3"))
    text = report(place)
    assert text.count("<stack trace") == 8, text
    assert place.oriel("cat", "tracing/options/stacktrace").stdout == "0\n"


def test_record_one_process(place):
    one, two = known(place), traced(place)
    fifo = place.file("fifo")
    os.mkfifo(fifo)
    recorder = tracefs.start(place, "trace-cmd", "record", "-e", "sched", "-P", str(one.pid), *when_recorded("cat", fifo))
    with open(fifo, "w"):                       # opens when cat does: then all is set
        assert place.oriel("cat", "tracing/set_event_pid").stdout.split() == [str(one.pid)]
        one.tell("switch 10")
        two.tell("switch 100")
    out, err = recorder.communicate(timeout=harness.PATIENCE)
    assert recorder.returncode == 0, out + err
    found = lines(report(place))
    assert names(found) == {"sched_switch": 10} and {line.pid for line in found} == {one.pid}, names(found)


def test_record_only_the_command(place):
    other = known(place)
    fifo = place.file("fifo")
    os.mkfifo(fifo)
    script = "cat %s; exec %s 'switch 7'" % (fifo, harness.PUPPET)
    recorder = tracefs.start(place, "trace-cmd", "record", "-F", "-e", "sched", *when_recorded("sh", "-c", script))
    with open(fifo, "w"):
        other.tell("switch 100")
    out, err = recorder.communicate(timeout=harness.PATIENCE)
    assert recorder.returncode == 0, out + err
    assert names(lines(report(place))) == {"sched_switch": 7}


def test_record_until_interrupted(place):
    program = known(place)
    recorder = tracefs.start(place, "trace-cmd", "record", "-e", "sched:sched_switch", start_new_session=True)
    until(lambda: any(recorders.all_begun(pid) for pid in [recorder.pid] + below(recorder.pid)), "the recorders")
    program.tell("switch 100")
    os.killpg(recorder.pid, signal.SIGINT)
    out, err = recorder.communicate(timeout=harness.PATIENCE)
    assert names(lines(report(place))) == {"sched_switch": 100}, out + err


def below(pid):
    """All processes that descend from one."""
    children = [int(n) for n in recorders.read("/proc/%d/task/%d/children" % (pid, pid)).split()]
    return children + [n for child in children for n in below(child)]


def test_record_options_cpus_and_names(place):
    known(place)
    if (os.cpu_count() or 1) < 2:
        raise Skip("one CPU")
    found = record(place, "-M", "2", "-O", "norecord-cmd", "--cmdlines-size", "512", "-e", "sched",
                   program=["affine 0", "switch 10", "affine 1", "switch 3"])
    assert [line.cpu for line in found] == [1, 1, 1], names(found)


def test_record_in_old_formats(place):
    known(place)
    for args in ["--file-version", "6"], ["--compression", "none"], ["-s", "5000"], ["-m", "4000"]:
        found = record(place, *args, "-e", "sched")
        assert names(found) == {"sched_switch": 100, "sched_waking": 50}, (args, names(found))


def lost_as_told(place):
    """Overwritten and dropped, by the stats that trace-cmd keeps in its file."""
    return tracefs.sum_of([report(place, "--stat")], ["overrun", "dropped events"])


def full_speed(place, *args, program):
    """All that was written is in the file or counted in stats."""
    done = trace_cmd(place, "record", *args, "-e", "load:load_tick", *the_program(program),
                     timeout=4 * harness.PATIENCE)
    written = int(re.search(r"^ok (\d+)$", done.stdout, re.M).group(1))
    text = report(place)
    in_file, lost = len(re.findall(r" load_tick: ", text)), lost_as_told(place)
    assert in_file + lost == written, (in_file, lost, written, text[-2000:])
    values = collections.defaultdict(list)
    for thread, n in re.findall(r" load_tick: +thread=(\d+) n=(\d+)$", text, re.M):
        values[thread].append(int(n))
    for numbers in values.values():
        assert numbers == sorted(set(numbers)), "a record came twice or out of order"
    missed = sum(int(n) for n in re.findall(r"(\d+) EVENTS DROPPED", text))
    return written, in_file, lost, missed


def test_at_full_speed_nothing_is_lost_in_silence(place):
    known(place)
    written, in_file, lost, _ = full_speed(place, program="load 3000000")
    assert written == 3000000 and in_file > 0


def test_at_full_speed_from_many_threads(place):
    known(place)
    written, _, _, _ = full_speed(place, program="load 500000 8")
    assert written == 4000000


def test_at_full_speed_by_read_instead_of_splice(place):
    known(place)
    try:
        trace_cmd(place, "record", "--nosplice", "-e", "load", "true")
    except AssertionError:
        raise Skip("this trace-cmd has no --nosplice")
    full_speed(place, "--nosplice", program="load 2000000")


def test_a_buffer_for_all_of_it_loses_nothing(place):
    known(place)
    size = os.statvfs("/dev/shm")
    if size.f_bavail * size.f_frsize < 256 << 20:
        raise Skip("/dev/shm has no room for such rings")
    written, in_file, lost, missed = full_speed(place, "-b", "65536", program="load 1000000")
    assert (in_file, lost, missed) == (written, 0, 0), (in_file, lost, missed)


def fullest(place):
    """How many records wait in the ring that has most."""
    files = ["per_cpu/cpu%d/stats" % cpu for cpu in range(os.cpu_count() or 1)]
    return max(int(n) for n in re.findall(r"^entries: (\d+)$", place.oriel("cat", *files).stdout, re.M))


def test_slower_than_its_recorder_loses_nothing(place):
    known(place)
    fifo = place.file("fifo")
    os.mkfifo(fifo)
    program = traced(place)
    recorder = tracefs.start(place, "trace-cmd", "record", "-b", "8192", "-e", "load", *when_recorded("cat", fifo))
    with open(fifo, "w"):
        written = 0
        for _ in range(10):
            # a ring has room for nearly 300,000, and the recorder begins when it is half full
            until(lambda: fullest(place) < 180000, "the recorder")
            written += program.tell("load 100000")
    out, err = recorder.communicate(timeout=harness.PATIENCE)
    assert recorder.returncode == 0, out + err
    in_file = len(re.findall(r" load_tick: ", report(place)))
    assert (in_file, lost_as_told(place)) == (written, 0), (in_file, written)


def without_times(text):
    return re.sub(r" \d+\.\d{6}: ", " ", text)


def test_start_show_stop(place):
    program = known(place)
    trace_cmd(place, "start", "-e", "sched:sched_switch")
    program.tell("switch 10")
    shown = trace_cmd(place, "show").stdout
    assert shown.startswith("# tracer: nop\n") and len(tracefs.records(shown)) == 10, shown
    trace_cmd(place, "stop")
    assert place.oriel("cat", "tracing/tracing_on").stdout == "0\n"
    program.tell("switch 10")
    # each exec fits the clock's slope anew, so that times may differ by a microsecond
    assert without_times(trace_cmd(place, "show").stdout) == without_times(shown)
    trace_cmd(place, "restart")
    program.tell("switch 1")
    assert len(tracefs.records(trace_cmd(place, "show").stdout)) == 11


def test_show_of_one_cpu_and_of_a_file(place):
    program = known(place)
    trace_cmd(place, "start", "-e", "sched")
    program.tell("affine 0")
    program.tell("switch 4")
    assert len(tracefs.records(trace_cmd(place, "show", "-c", "0").stdout)) == 4
    assert trace_cmd(place, "show", "--tracing_on").stdout.strip().endswith("1")
    assert "nop" in trace_cmd(place, "show", "--current_tracer").stdout
    assert "buffer_size_kb" not in trace_cmd(place, "show", "--buffer_size").stderr


def test_show_of_the_pipe(place):
    program = known(place)
    trace_cmd(place, "start", "-e", "sched")
    show = tracefs.start(place, "trace-cmd", "show", "-p", start_new_session=True)
    try:
        # it prints what fills its buffer of some KiB
        program.tell("switch 500")
        got = [show.stdout.readline() for _ in range(20)]
        assert all(": sched_switch: " in line for line in got), got
    finally:
        os.killpg(show.pid, signal.SIGINT)
        show.communicate(timeout=harness.PATIENCE)


def test_extract(place):
    program = known(place)
    trace_cmd(place, "start", "-e", "sched")
    program.tell("switch 100")
    program.tell("waking 30")
    trace_cmd(place, "stop")
    trace_cmd(place, "extract", "-o", "taken.dat")
    assert names(lines(report(place, path="taken.dat"))) == {"sched_switch": 100, "sched_waking": 30}
    # extracted is taken
    assert tracefs.records(trace_cmd(place, "show").stdout) == []


def test_extract_of_an_instance(place):
    program = known(place)
    trace_cmd(place, "start", "-B", "mine", "-e", "sched")
    program.tell("switch 12")
    trace_cmd(place, "extract", "-B", "mine", "-o", "taken.dat")
    assert names(lines(report(place, path="taken.dat"))) == {"sched_switch": 12}
    trace_cmd(place, "reset", "-B", "mine", "-d")
    assert place.oriel("ls", "tracing/instances").stdout == ""


def test_clear_and_reset(place):
    program = known(place)
    trace_cmd(place, "start", "-e", "sched:sched_switch", "-f", "prev_pid == 1000", "-e", "kmem", "-C", "mono")
    program.tell("switch 8")
    trace_cmd(place, "clear")
    assert tracefs.records(trace_cmd(place, "show").stdout) == []
    trace_cmd(place, "reset")
    assert place.oriel("cat", "tracing/set_event").stdout == ""
    assert place.oriel("cat", "tracing/events/sched/sched_switch/filter").stdout == "none\n"
    assert place.oriel("cat", "tracing/trace_clock").stdout.startswith("[local]")
    assert place.oriel("cat", "tracing/tracing_on").stdout == "1\n"
    program.tell("switch 8")
    assert tracefs.records(trace_cmd(place, "show").stdout) == []


def test_list(place):
    known(place)
    systems = trace_cmd(place, "list", "-s").stdout.split()
    assert {"sched", "kmem", "load"} <= set(systems), systems
    events = trace_cmd(place, "list", "-e", "^sched:").stdout.split()
    assert sorted(events) == ["sched:sched_process_hang", "sched:sched_switch", "sched:sched_wakeup",
                              "sched:sched_waking"], events
    assert "sched:sched_switch" in trace_cmd(place, "list").stdout
    assert trace_cmd(place, "list", "-t").stdout.split() == ["nop"]
    assert "[local]" in trace_cmd(place, "list", "-C").stdout
    place.oriel("write", "tracing/events/sched/sched_switch/filter", "prev_pid == 3")
    assert "prev_pid == 3" in trace_cmd(place, "list", "-e", "sched:sched_switch", "-l").stdout
    assert "field:pid_t prev_pid;" in trace_cmd(place, "list", "-e", "sched:sched_switch", "-F").stdout
    trace_cmd(place, "start", "-B", "mine", "-e", "sched")
    assert trace_cmd(place, "list", "-B").stdout.split() == ["mine"]


def test_list_of_options(place):
    known(place)
    listed = trace_cmd(place, "list", "-o").stdout.split()
    found = place.oriel("ls", "tracing/options").stdout.split()
    assert sorted(name.removeprefix("no") if name.removeprefix("no") in found else name for name in listed) == \
        sorted(found), (listed, found)


def test_stat(place):
    known(place)
    text = trace_cmd(place, "stat").stdout
    assert "Tracing is disabled" not in text, text
    trace_cmd(place, "start", "-e", "sched:sched_switch", "-f", "prev_pid == 7", "-B", "mine", "-e", "kmem")
    trace_cmd(place, "stop")
    text = trace_cmd(place, "stat").stdout
    for words in "sched_switch", "prev_pid == 7", "mine", "Tracing is disabled", "Buffer size in kilobytes":
        assert words in text, text


def test_set(place):
    program = known(place)
    trace_cmd(place, "set", "-e", "sched:sched_waking", "-f", "pid > 2004", "-C", "mono")
    program.tell("waking 10")
    assert "[mono]" in place.oriel("cat", "tracing/trace_clock").stdout
    assert len(tracefs.records(trace_cmd(place, "show").stdout)) == 5
    trace_cmd(place, "set", "-v", "-e", "sched:sched_waking")
    assert place.oriel("cat", "tracing/set_event").stdout == ""


def test_snapshot(place):
    program = known(place)
    trace_cmd(place, "start", "-e", "sched")
    trace_cmd(place, "snapshot", "-s")
    program.tell("switch 6")
    trace_cmd(place, "snapshot", "-s")
    program.tell("switch 2")
    text = trace_cmd(place, "snapshot").stdout
    assert len(tracefs.records(text)) == 6, text
    assert len(tracefs.records(trace_cmd(place, "show").stdout)) == 2
    trace_cmd(place, "snapshot", "-f")
    assert "Snapshot is freed" in trace_cmd(place, "snapshot").stdout


def test_check_events(place):
    known(place)
    done = trace_cmd(place, "check-events", "-N", expect=None)
    assert done.returncode == 0 and not done.stderr.strip(), done.stderr


def wrapper():
    found = glob.glob(os.path.join(os.path.dirname(harness.ORIEL), "..", "preload", "liboriel-malloc.so"))
    if not found:
        raise Skip("liboriel-malloc.so is not built")
    return os.path.abspath(found[0])


def wrapped(place):
    """The wrapper's events are known after one run with it."""
    known(place)
    library = wrapper()
    run(place, "env", "LD_PRELOAD=" + library, "true", expect=None)
    if "libc" not in place.oriel("ls", "tracing/events").stdout.split():
        raise Skip("the wrapper cannot be loaded into a plain program")
    return library


def test_an_unmodified_database(place):
    tool("sqlite3")
    library = wrapped(place)
    sql = ("create table t(a); with recursive c(x) as (select 1 union all select x + 1 from c where x < 20000) "
           "insert into t select x from c; select sum(a) from t;")
    done = trace_cmd(place, "record", "-b", "16384", "-e", "libc",
                     *when_recorded("env", "LD_PRELOAD=" + library, "sqlite3", ":memory:", sql))
    assert "200010000" in done.stdout
    found = [line for line in lines(report(place)) if line.comm == "sqlite3"]
    count = names(found)
    assert count["malloc"] > 1000 and count["free"] > 1000, count
    pointers = {re.search(r"ptr=(\S+)", line.text).group(1) for line in found if line.event != "free"}
    freed = [re.search(r"ptr=(\S+)", line.text).group(1) for line in found if line.event == "free"]
    strangers = [p for p in freed if p not in pointers]
    assert len(strangers) <= 0.02 * len(freed), "%d of %d frees of unknown pointers" % (len(strangers), len(freed))


def test_an_unmodified_server(place):
    server, client = tool("redis-server"), tool("redis-cli")
    library = wrapped(place)
    socket = place.file("redis.sock")
    recorder = tracefs.start(place, "trace-cmd", "record", "-b", "16384", "-e", "libc:malloc", "-f", "bytes > 64",
                             "-e", "libc:free", *when_recorded(
                                 "env", "LD_PRELOAD=" + library, server, "--port", "0", "--unixsocket", socket,
                                 "--save", "", "--appendonly", "no", "--dir", place.files))

    def ask(*words):
        return subprocess.run([client, "-s", socket, *words], capture_output=True, text=True).stdout.strip()

    until(lambda: ask("ping") == "PONG", "PONG")
    assert ask("set", "key", "x" * 1000) == "OK" and len(ask("get", "key")) == 1000
    ask("shutdown", "nosave")
    out, err = recorder.communicate(timeout=harness.PATIENCE)
    assert recorder.returncode == 0, out[-2000:] + err
    found = lines(report(place))
    count = names(found)
    assert count["malloc"] > 10 and count["free"] > 10, count
    sizes = [int(re.search(r"bytes=(\d+)", line.text).group(1)) for line in found if line.event == "malloc"]
    assert min(sizes) > 64, min(sizes)


def test_kernelshark_and_oriel_read_the_same_file(place):
    known(place)
    found = record(place, "-e", "sched")
    ours = place.oriel("report", "trace.dat").stdout
    assert len([line for line in ours.splitlines() if ": sched_" in line]) == len(found) == 150


def test_the_directory_is_found_by_the_old_name_too(place):
    known(place)
    run(place, "test", "-f", "/sys/kernel/debug/tracing/tracing_on")
    assert "sched" in run(place, "ls", "/sys/kernel/debug/tracing/events").stdout.split()


def test_nobody_else_sees_the_mount(place):
    known(place)
    inside = shell(place, "ls events")
    assert "load" in inside.split()
    outside = subprocess.run(["ls", tracefs.TRACING + "/events"], capture_output=True, text=True).stdout
    assert "load" not in outside.split()


tracefs.main(globals())
