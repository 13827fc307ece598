# SPDX-License-Identifier: MIT
"""Sessions of the kernel's documentation (events, ftrace, histogram), with a program that has such events.

The scripts run as they would run on a kernel: in /sys/kernel/tracing, by sh, with cat and echo.
"""
import os
import re
import signal
import time

import tracefs
from tracefs import TRACING, harness, run, shell, traced

LINE = re.compile(r"^ *(.{1,16})-(\d+) +\[(\d{3})\] (?:([^ ]{5}) )? *(\d+\.\d{6}): (\w+): (.*)$")


def texts(output, event=None):
    """What records say, without who and when."""
    got = [LINE.match(line) for line in tracefs.records(output)]
    assert all(got), output
    return [m.group(7) for m in got if event in (None, m.group(6))]


def events(output):
    return [LINE.match(line).group(6) for line in tracefs.records(output)]


def test_enable_a_system_and_cat_trace(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable")
    program.tell("switch 2")
    program.tell("waking 1")
    text = shell(place, "cat trace")
    assert re.match(r"# tracer: nop\n#\n# entries-in-buffer/entries-written: 3/3   #P:\d+\n#\n", text), text
    assert text.split("\n")[4:12] == [
        "#                                _-----=> irqs-off/BH-disabled",
        "#                               / _----=> need-resched",
        "#                              | / _---=> hardirq/softirq",
        "#                              || / _--=> preempt-depth",
        "#                              ||| / _-=> migrate-disable",
        "#                              |||| /     delay",
        "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION",
        "#              | |         |   |||||     |         |"], text
    assert texts(text) == [
        "prev_comm=bash prev_pid=1000 prev_prio=120 prev_state=R ==> next_comm=make next_pid=2000 next_prio=120",
        "prev_comm=bash prev_pid=1001 prev_prio=120 prev_state=S ==> next_comm=make next_pid=2001 next_prio=120",
        "comm=make pid=2000 prio=120 target_cpu=000"], text
    assert LINE.match(tracefs.records(text)[0]).group(1, 2) == ("traced", str(program.pid))


def test_set_event(place):
    traced(place)
    assert shell(place, "echo sched_wakeup >> set_event; cat set_event") == "sched:sched_wakeup\n"
    assert shell(place, "echo sched:sched_switch >> set_event; cat set_event") == \
        "sched:sched_switch\nsched:sched_wakeup\n"
    assert shell(place, "echo '!sched_wakeup' >> set_event; cat set_event") == "sched:sched_switch\n"
    assert shell(place, "echo > set_event; cat set_event") == ""
    assert shell(place, "echo 'sched:*' > set_event; cat set_event | wc -l") == "4\n"
    assert shell(place, "echo '*:*' > set_event; cat set_event").split() == shell(place, "cat available_events").split()
    assert shell(place, "echo 'kmem:* sched:sched_switch' > set_event; cat set_event | sort").split() == \
        ["kmem:kfree", "kmem:kmalloc", "sched:sched_switch"]
    done = run(place, "bash", "-c", "cd %s && echo nonsense > set_event" % TRACING, expect=None)
    assert done.returncode != 0 and "Invalid argument" in done.stderr, done.stderr


def test_enable_at_all_levels(place):
    traced(place)
    assert shell(place, "cd events; cat enable sched/enable sched/sched_switch/enable") == "0\n0\n0\n"
    assert shell(place, "cd events; echo 1 > sched/sched_switch/enable; cat enable sched/enable kmem/enable "
                 "sched/sched_switch/enable") == "X\nX\n0\n1\n"
    assert shell(place, "cd events; echo 1 > enable; cat enable sched/enable kmem/kfree/enable") == "1\n1\n1\n"
    assert shell(place, "cd events; echo 0 > kmem/enable; cat enable kmem/enable kmem/kfree/enable") == "X\n0\n0\n"
    assert shell(place, "cd events; echo 0 > enable; cat enable sched/sched_switch/enable") == "0\n0\n"


def test_a_system_that_is_enabled_holds_for_programs_to_come(place):
    first = traced(place)
    shell(place, "echo 1 > events/sched/enable")
    first.end()
    second = traced(place)
    second.tell("switch 3")
    assert len(texts(shell(place, "cat trace"), "sched_switch")) == 3


def test_format_and_id(place):
    traced(place)
    text = shell(place, "cat events/kmem/kmalloc/format")
    number = shell(place, "cat events/kmem/kmalloc/id")
    assert text.startswith("name: kmalloc\nID: " + number + "format:\n\tfield:unsigned short common_type;"), text
    assert "\tfield:size_t bytes_req;\toffset:24;\tsize:8;\tsigned:0;\n" in text, text
    assert shell(place, "grep -c field: events/sched/sched_wakeup/format") == "8\n"


def test_filters(place):
    program = traced(place)
    folder = "cd events/sched/sched_switch; "
    assert shell(place, folder + "cat filter") == "none\n"
    text = '((prev_pid >= 1000 && prev_pid < 1002) || prev_pid == 1003) && prev_comm != "init"'
    assert shell(place, folder + "echo '%s' > filter; cat filter" % text) == text + "\n"
    shell(place, folder + "echo 1 > enable")
    program.tell("switch 8")
    got = [re.search(r"prev_pid=(\d+)", line).group(1) for line in texts(shell(place, "cat trace"))]
    assert got == ["1000", "1001", "1003"] * 2, got
    shell(place, folder + "echo 0 > filter; echo > ../../../trace")
    program.tell("switch 8")
    assert len(texts(shell(place, "cat trace"))) == 8


def test_filters_on_strings_cpus_and_names(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable; echo 1 > events/load/enable")
    program.tell("affine 0")
    program.tell("name a_painter")
    for text, passes in (('prev_comm ~ "ba*"', 4), ('prev_comm ~ "*x*"', 0), ("CPU == 0", 4), ("CPU & CPUS{1-63}", 0),
                         ("CPU & CPUS{0}", 4), ('COMM == "a_painter"', 4), ('COMM ~ "*nter"', 4),
                         ("common_pid == %d" % program.pid, 4), ("common_pid == 1", 0), ("prev_state & 1", 2),
                         ("!(prev_state & 1)", 2), ("next_pid > 2001 && !(next_pid == 2003)", 1)):
        shell(place, "echo > trace; echo '%s' > events/sched/sched_switch/filter" % text)
        program.tell("switch 4")
        assert len(texts(shell(place, "cat trace"))) == passes, text
    shell(place, "echo > trace; echo 'text ~ \"*needle*\"' > events/load/load_say/filter")
    for said in "a needle here", "only hay", "needle":
        program.tell("say " + said)
    assert texts(shell(place, "cat trace"), "load_say") == ["text=a needle here", "text=needle"]


def test_a_filter_with_an_error(place):
    traced(place)
    script = "cd events/sched/sched_switch; echo '((prev_pid >= 10 && prev_pid < 15) || dprev == 17) && prev_comm != \"x\"' > filter"
    done = run(place, "bash", "-c", "cd %s; %s" % (TRACING, script), expect=None)
    assert done.returncode != 0 and "Invalid argument" in done.stderr, done.stderr
    text = shell(place, "cat events/sched/sched_switch/filter")
    lines = text.split("\n")
    assert lines[0].startswith("((prev_pid >= 10") and lines[2] == "parse_error: Field not found", text
    caret = lines[1].index("^")
    assert caret == lines[0].index("dprev") + len("dprev") + 1, text
    log = shell(place, "cat error_log")
    assert re.match(r"\[ *\d+\.\d+\] event filter parse error: error: Field not found\n  Command: \(\(prev_pid", log), log
    assert shell(place, "echo > error_log; cat error_log") == ""


def test_filters_of_a_system(place):
    traced(place)
    files = "sched_switch/filter sched_wakeup/filter"
    assert shell(place, "cd events/sched; echo common_pid == 0 > filter; cat " + files) == \
        "common_pid == 0\ncommon_pid == 0\n"
    text = shell(place, "cd events/sched; echo prev_pid == 0 > filter; cat " + files)
    assert text.startswith("prev_pid == 0\nprev_pid == 0\n^\nparse_error: Couldn't find or set field"), text
    assert shell(place, "cd events/sched; echo 0 > filter; cat " + files) == "none\nnone\n"


def test_filters_on_pids(place):
    one, two = traced(place), traced(place)
    shell(place, "echo 1 > events/sched/enable; echo %d > set_event_pid" % one.pid)
    for program in one, two:
        program.tell("switch 3")
    assert len(texts(shell(place, "cat trace"))) == 3
    assert shell(place, "echo %d >> set_event_pid; cat set_event_pid | sort -n" % two.pid).split() == \
        [str(n) for n in sorted([one.pid, two.pid])]
    two.tell("switch 4")
    assert len(texts(shell(place, "cat trace"))) == 7
    shell(place, "echo > set_event_pid; echo %d > set_event_notrace_pid" % one.pid)
    one.tell("switch 100")
    two.tell("switch 1")
    assert len(texts(shell(place, "cat trace"))) == 8


def test_trigger_traceoff_and_traceon(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable; echo 'traceoff:1 if next_pid == 2003' > events/sched/sched_switch/trigger")
    assert shell(place, "cat events/sched/sched_switch/trigger") == "traceoff:count=1 if next_pid == 2003\n"
    program.tell("switch 10")
    # the record that switches off is the last one taken
    assert len(texts(shell(place, "cat trace"))) == 4 and shell(place, "cat tracing_on") == "0\n"
    assert shell(place, "cat events/sched/sched_switch/trigger") == "traceoff:count=0 if next_pid == 2003\n"
    shell(place, "echo 1 > tracing_on")
    program.tell("switch 10")
    assert len(texts(shell(place, "cat trace"))) == 14
    shell(place, "echo 'traceon if pid == 2001' > events/sched/sched_waking/trigger; echo 0 > tracing_on; echo > trace")
    program.tell("waking 4")
    assert shell(place, "cat tracing_on") == "1\n"
    # the record that switches on is not taken
    assert len(texts(shell(place, "cat trace"))) == 2
    shell(place, "echo '!traceoff' > events/sched/sched_switch/trigger; echo '!traceon' > events/sched/sched_waking/trigger")
    assert "# Available triggers:" in shell(place, "cat events/sched/sched_switch/trigger")


def test_trigger_enable_event(place):
    program = traced(place)
    shell(place, "echo 'enable_event:kmem:kmalloc:1' > events/sched/sched_switch/trigger; "
          "echo 'disable_event:kmem:kmalloc' > events/sched/sched_waking/trigger")
    assert shell(place, "cat events/kmem/kmalloc/enable events/sched/sched_switch/enable") == "0*\n0*\n"
    program.tell("kmalloc 3")
    program.tell("switch 1")
    assert shell(place, "cat events/kmem/kmalloc/enable") == "1*\n"
    program.tell("kmalloc 5")
    program.tell("waking 1")
    program.tell("kmalloc 7")
    program.tell("switch 1")                    # once only
    program.tell("kmalloc 9")
    text = shell(place, "cat trace")
    assert events(text) == ["kmalloc"] * 5, text
    shell(place, "echo '!enable_event:kmem:kmalloc' > events/sched/sched_switch/trigger; "
          "echo '!disable_event:kmem:kmalloc' > events/sched/sched_waking/trigger")
    assert shell(place, "cat events/kmem/kmalloc/enable events/sched/sched_switch/enable") == "0\n0\n"


def test_trigger_stacktrace(place):
    program = traced(place)
    shell(place, "echo 'stacktrace:5 if bytes_req >= 128' > events/kmem/kmalloc/trigger; echo 1 > events/kmem/enable")
    program.tell("kmalloc 50")
    text = shell(place, "cat trace")
    assert text.count("<stack trace>") == 5, text
    # records that asked for it are followed by it
    first = text.index("<stack trace>")
    assert "bytes_req=128" in text[:first].split("\n")[-2], text[:first]
    assert re.search(r"^ => .*\b(one|do_line|main)\b", text[first:], re.M), text[first:first + 800]


def test_stack_traces_are_named_after_the_program_has_died(place):
    program = traced(place)
    shell(place, "echo 1 > options/stacktrace; echo 1 > events/sched/sched_switch/enable")
    program.tell("switch 2")
    program.process.kill()
    program.process.wait()
    text = shell(place, "cat trace")
    assert text.count("<stack trace>") == 2 and re.search(r"<stack trace>\n => (one|do_line|main)\+0x", text), text


def test_trigger_snapshot(place):
    program = traced(place)
    shell(place, "echo 'snapshot:1 if next_pid == 2004' > events/sched/sched_switch/trigger; "
          "echo 1 > events/sched/sched_switch/enable")
    program.tell("switch 6")
    assert shell(place, "cat events/sched/sched_switch/trigger") == "snapshot:count=0 if next_pid == 2004\n"
    # what was there is in the snapshot, what follows is not
    taken, left = texts(shell(place, "cat snapshot")), texts(shell(place, "cat trace"))
    assert len(taken) in (4, 5) and len(taken) + len(left) == 6, (taken, left)


def test_snapshot(place):
    program = traced(place)
    assert shell(place, "cat snapshot").startswith("# tracer: nop\n#\n#\n# * Snapshot is freed *\n#\n")
    shell(place, "echo 1 > events/sched/enable")
    program.tell("switch 5")
    shell(place, "echo 1 > snapshot")
    program.tell("waking 2")
    assert events(shell(place, "cat snapshot")) == ["sched_switch"] * 5
    assert events(shell(place, "cat trace")) == ["sched_waking"] * 2
    shell(place, "echo 2 > snapshot")
    assert "Snapshot is allocated" in shell(place, "cat snapshot")
    assert len(texts(shell(place, "cat trace"))) == 2
    shell(place, "echo 0 > snapshot")
    assert "Snapshot is freed" in shell(place, "cat snapshot")


def hist(place, text="kmalloc"):
    return shell(place, "cat events/kmem/%s/hist" % text)


def entries(text):
    return [line for line in text.splitlines() if line.startswith("{")]


def test_hist_of_one_key(place):
    program = traced(place)
    shell(place, "echo 'hist:key=bytes_req:val=bytes_alloc' > events/kmem/kmalloc/trigger")
    assert shell(place, "cat events/kmem/kmalloc/trigger") == \
        "hist:keys=bytes_req:vals=hitcount,bytes_alloc:sort=hitcount:size=2048 [active]\n"
    program.tell("kmalloc 12")
    text = hist(place)
    assert text.startswith("# event histogram\n#\n# trigger info: hist:keys=bytes_req:vals=hitcount,bytes_alloc:"
                           "sort=hitcount:size=2048 [active]\n#\n\n"), text
    assert sorted(entries(text)) == [
        "{ bytes_req:          8 } hitcount:          3  bytes_alloc:         48",
        "{ bytes_req:         16 } hitcount:          3  bytes_alloc:         72",
        "{ bytes_req:         32 } hitcount:          2  bytes_alloc:         80",
        "{ bytes_req:         64 } hitcount:          2  bytes_alloc:        144",
        "{ bytes_req:        128 } hitcount:          2  bytes_alloc:        272"], text
    counts = [int(n) for n in re.findall(r"hitcount: +(\d+)", text)]
    assert counts == sorted(counts), text
    assert text.endswith("\nTotals:\n    Hits: 12\n    Entries: 5\n    Dropped: 0\n"), text
    # nothing is recorded for it
    assert texts(shell(place, "cat trace")) == []
    shell(place, "echo '!hist:key=bytes_req:val=bytes_alloc' > events/kmem/kmalloc/trigger")
    assert "hist:" not in shell(place, "cat events/kmem/kmalloc/trigger").replace("# ", "").split("Available")[0]


def test_hist_modifiers(place):
    program = traced(place)
    # who, and the largest first
    shell(place, "echo 'hist:key=common_pid.execname:val=bytes_req:sort=bytes_req.descending' > events/kmem/kmalloc/trigger")
    program.tell("kmalloc 5")
    text = hist(place)
    assert re.match(r"\{ common_pid: traced +\[ *%d\] \} hitcount: +5  bytes_req: +248$" % program.pid, entries(text)[0]), text
    shell(place, "echo > events/kmem/kmalloc/trigger", expect=None)
    for key, wanted in (("bytes_req.log2", "~ 2^3"), ("bytes_req.hex", "80"), ("bytes_req.buckets=100", "0-99"),
                        ("bytes_req.buckets=100", "100-199"), ("call_site.hex", None), ("call_site.sym", "site_small"),
                        ("call_site.sym-offset", "site_large+0x1"), ("cpu", "0"), ("ptr.hex", "1040")):
        shell(place, ": > events/kmem/kmalloc/trigger; echo 'hist:keys=%s' > events/kmem/kmalloc/trigger" % key)
        program.tell("affine 0")
        program.tell("kmalloc 15")
        text = hist(place)
        assert "Hits: 15" in text and entries(text), (key, text)
        assert wanted is None or any(wanted in line for line in entries(text)), (key, text)


def test_hist_percent_and_graph(place):
    program = traced(place)
    shell(place, "echo 'hist:keys=bytes_req:vals=hitcount.percent,bytes_alloc.graph' > events/kmem/kmalloc/trigger")
    program.tell("kmalloc 20")
    text = hist(place)
    assert text.count("hitcount (%):  20.00") == 5, text
    assert re.search(r"bytes_alloc: #{15,}$", text, re.M), text


def test_hist_of_two_and_three_keys(place):
    program = traced(place)
    shell(place, "echo 'hist:keys=bytes_req,node:sort=bytes_req,node' > events/kmem/kmalloc/trigger")
    program.tell("kmalloc 10")
    got = entries(hist(place))
    assert [int(re.search(r"bytes_req: +(\d+)", line).group(1)) for line in got] == [8, 16, 32, 64, 128], got
    assert all("node:" in line and "hitcount:          2" in line for line in got), got
    shell(place, ": > events/kmem/kmalloc/trigger; "
          "echo 'hist:keys=common_pid,bytes_req,bytes_alloc' > events/kmem/kmalloc/trigger")
    program.tell("kmalloc 10")
    assert len(entries(hist(place))) == 5
    done = run(place, "bash", "-c", "cd %s; echo 'hist:keys=ptr,call_site,bytes_req,node' > events/kmem/kmalloc/trigger" % TRACING,
               expect=None)
    assert done.returncode != 0


def test_hist_with_a_filter_and_no_values(place):
    program = traced(place)
    shell(place, "echo 'hist:keys=ptr.hex:vals=bytes_req if bytes_req > 32' > events/kmem/kmalloc/trigger")
    program.tell("kmalloc 10")
    text = hist(place)
    assert len(entries(text)) == 4 and "if bytes_req > 32 [active]" in text, text


def test_hist_of_strings_and_of_stacks(place):
    program = traced(place)
    shell(place, "echo 'hist:keys=prev_comm,next_comm' > events/sched/sched_switch/trigger; "
          "echo 'hist:keys=text' > events/load/load_say/trigger; "
          "echo 'hist:keys=common_stacktrace:vals=bytes_req' > events/kmem/kmalloc/trigger || "
          "echo 'hist:keys=stacktrace:vals=bytes_req' > events/kmem/kmalloc/trigger")
    program.tell("switch 6")
    for text in "red", "blue", "red":
        program.tell("say " + text)
    program.tell("kmalloc 5")
    text = shell(place, "cat events/sched/sched_switch/hist")
    assert re.search(r"\{ prev_comm: bash +, next_comm: make +\} hitcount: +6$", text, re.M), text
    text = shell(place, "cat events/load/load_say/hist")
    assert re.search(r"\{ text: red +\} hitcount: +2$", text, re.M), text
    text = hist(place)
    assert re.search(r"^ +(one|do_line|main)\+0x", text, re.M) and "hitcount:          5" in text, text


def test_hist_paused_continued_and_cleared(place):
    program = traced(place)
    trigger = "echo '%s' >> events/kmem/kmalloc/trigger"
    text = "hist:keys=bytes_req:vals=bytes_alloc"
    shell(place, trigger % (text + ":pause"))
    assert "[paused]" in shell(place, "cat events/kmem/kmalloc/trigger")
    program.tell("kmalloc 5")
    assert "Hits: 0" in hist(place)
    shell(place, trigger % (text + ":continue"))
    program.tell("kmalloc 5")
    assert "Hits: 5" in hist(place)
    shell(place, trigger % (text + ":clear"))
    assert "Hits: 0" in hist(place) and "Entries: 0" in hist(place)
    program.tell("kmalloc 7")
    assert "Hits: 7" in hist(place)


def test_hist_that_is_full_counts_what_it_drops(place):
    program = traced(place)
    shell(place, "echo 'hist:keys=ptr:size=128' > events/kmem/kmalloc/trigger")
    program.tell("kmalloc 5000")
    text = hist(place)
    hits, nr, dropped = (int(re.search(name + r": (\d+)", text).group(1)) for name in ("Hits", "Entries", "Dropped"))
    assert dropped > 0 and nr == len(entries(text)) and hits + dropped == 5000, text[-200:]


def test_hist_with_a_name_is_shared(place):
    program = traced(place)
    shell(place, "echo 'hist:name=both:keys=call_site.hex' > events/kmem/kmalloc/trigger; "
          "echo 'hist:name=both:keys=call_site.hex' > events/kmem/kfree/trigger")
    program.tell("kmalloc 6")
    program.tell("kfree 3")
    one, two = hist(place), hist(place, "kfree")
    assert "hist:name=both:" in one and "Hits: 9" in one and entries(one) == entries(two), (one, two)


def test_hist_with_an_error(place):
    traced(place)
    for text in "hist:keys=nosuch", "hist:keys=", "hist:vals=bytes_req", "hist:keys=bytes_req:nonsense=1", "hist:keys=bytes_req:size=x", \
            "hist:keys=bytes_req.nosuch", "hist:keys=bytes_req:sort=nosuch":
        done = run(place, "bash", "-c", "cd %s; echo '%s' > events/kmem/kmalloc/trigger" % (TRACING, text), expect=None)
        assert done.returncode != 0, text
    log = shell(place, "cat error_log")
    assert "hist:kmem:kmalloc: error: " in log and "Command: " in log and "^" in log, log


def test_hist_of_markers(place):
    traced(place)
    shell(place, "echo 'hist:keys=buf' > events/ftrace/print/trigger; echo one > trace_marker; echo two > trace_marker; "
          "echo one > trace_marker", expect=None)
    text = shell(place, "cat events/ftrace/print/hist")
    assert "Hits: 3" in text and "Entries: 2" in text, text


def test_trigger_of_markers(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable; echo 'traceoff if buf ~ \"*stop*\"' > events/ftrace/print/trigger")
    shell(place, "echo go on > trace_marker")
    program.tell("switch 2")
    shell(place, "echo stop now > trace_marker")
    program.tell("switch 2")
    text = shell(place, "cat trace; cat tracing_on")
    assert text.count("sched_switch:") == 2 and text.endswith("\n0\n"), text


def test_markers(place):
    traced(place)
    shell(place, "echo hello world > trace_marker; true")
    text = shell(place, "cat trace")
    line = tracefs.records(text)[0]
    assert line.endswith(": tracing_mark_write: hello world") and re.match(r" +bash-\d+ ", line), text
    text = shell(place, "printf '\\001\\000\\000\\000abcd' > trace_marker_raw; cat trace")
    assert "# 1 buf: 61 62 63 64" in text, text


def test_tracing_on(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable; echo 0 > tracing_on")
    program.tell("switch 5")
    assert texts(shell(place, "cat trace")) == []
    shell(place, "echo 1 > tracing_on")
    program.tell("switch 5")
    assert len(texts(shell(place, "cat trace; cat trace"))) == 10


def test_clear_and_sizes(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable; echo 512 > buffer_size_kb")
    size = int(shell(place, "cat buffer_size_kb"))
    cpus = int(shell(place, "ls -d per_cpu/cpu* | wc -l"))
    assert 512 <= size < 640 and int(shell(place, "cat buffer_total_size_kb")) == size * cpus
    program.tell("switch 5")
    text = shell(place, "echo > trace; cat trace")
    assert "entries-in-buffer/entries-written: 0/0" in text
    program.tell("switch 5")
    assert len(texts(shell(place, "cat trace"))) == 5
    done = run(place, "bash", "-c", "cd %s; echo 0 > buffer_size_kb" % TRACING, expect=None)
    assert "Invalid argument" in done.stderr, done.stderr


def test_options(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable")
    program.tell("switch 1")
    number = shell(place, "cat events/sched/sched_switch/id").strip()
    for option, wanted in (("noirq-info", r"^# +TASK-PID +CPU# +TIMESTAMP  FUNCTION$"), ("raw", r"^\d+ \d+ \d+ type: %s$" % number),
                           ("nocontext-info", r"^sched_switch: prev_comm"), ("record-tgid", r"\( *(?:\d+|-+)\) \["),
                           ("fields", r"prev_pid=0x3e8 \(1000\)"), ("latency-format", r"latency trace v1"),
                           ("hex", r"^[0-9a-f]{8} ")):
        text = shell(place, "echo %s > trace_options; cat trace" % option)
        assert re.search(wanted, text, re.M), (option, text)
        undo = option[2:] if option.startswith("no") else "no" + option
        assert shell(place, "echo %s > trace_options; cat trace" % undo).count("sched_switch: prev_comm") == 1, undo
    for name in shell(place, "ls options").split():
        shell(place, "was=$(cat options/{0}); echo $((1 - was)) > options/{0}; test $(cat options/{0}) = $((1 - was)) && "
              "echo $was > options/{0}".format(name))


def test_overwrite_or_not(place):
    program = traced(place)
    shell(place, "echo 16 > buffer_size_kb; echo 1 > events/sched/enable")
    program.tell("affine 0")
    program.tell("switch 2000")
    assert texts(shell(place, "cat trace"))[-1].endswith("next_pid=3999 next_prio=120")
    shell(place, "echo 0 > options/overwrite; echo > trace")
    program.tell("switch 2000")
    text = shell(place, "cat trace; cat per_cpu/cpu0/stats")
    kept = [line for line in text.splitlines() if "sched_switch:" in line]
    dropped = int(re.search(r"dropped events: (\d+)", text).group(1))
    assert "next_pid=2000 " in kept[0] and dropped > 0 and len(kept) + dropped == 2000, (len(kept), dropped)


def test_clocks(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable; echo mono > trace_clock; grep -q '\\[mono\\]' trace_clock")
    before = time.monotonic()
    program.tell("switch 1")
    after = time.monotonic()
    when = float(LINE.match(tracefs.records(shell(place, "cat trace"))[0]).group(5))
    assert before - 0.001 <= when <= after + 0.001, (before, when, after)
    assert tracefs.records(shell(place, "echo local > trace_clock; cat trace")) == []


def test_per_cpu(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable")
    program.tell("affine 0")
    program.tell("switch 3")
    cpus = shell(place, "ls per_cpu").split()
    for cpu in cpus:
        text = shell(place, "cat per_cpu/%s/trace" % cpu)
        stats = shell(place, "cat per_cpu/%s/stats" % cpu)
        wanted = 3 if cpu == "cpu0" else 0
        assert len(texts(text)) == wanted and stats.startswith("entries: %d\noverrun: 0\ncommit overrun: 0\n" % wanted), text
    assert len(texts(shell(place, "dd if=per_cpu/cpu0/trace_pipe bs=64K iflag=nonblock 2>/dev/null", expect=1))) == 3
    stats = shell(place, "cat per_cpu/cpu0/stats")
    assert "entries: 0\n" in stats and "read events: 3\n" in stats, stats


def test_trace_pipe(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable")
    program.tell("switch 2")
    pipe = tracefs.start(place, "cat", TRACING + "/trace_pipe", start_new_session=True)
    got = [pipe.stdout.readline() for _ in range(2)]
    program.tell("waking 1")
    got.append(pipe.stdout.readline())
    assert events("".join(got)) == ["sched_switch", "sched_switch", "sched_waking"], got
    os.killpg(pipe.pid, signal.SIGINT)
    pipe.communicate(timeout=harness.PATIENCE)
    assert texts(shell(place, "cat trace")) == []


def test_instances(place):
    program = traced(place)
    shell(place, "mkdir instances/foo; ls instances/foo | grep -q tracing_on; echo 1 > instances/foo/events/sched/enable")
    assert shell(place, "cat events/sched/enable") == "0\n"
    program.tell("switch 4")
    assert len(texts(shell(place, "cat instances/foo/trace"))) == 4 and texts(shell(place, "cat trace")) == []
    shell(place, "mkdir instances/bar; echo 'next_pid == 2001' > instances/bar/events/sched/sched_switch/filter; "
          "echo 1 > instances/bar/events/sched/sched_switch/enable; echo 1 > events/sched/sched_waking/enable")
    program.tell("switch 4")
    program.tell("waking 3")
    for folder, number in ("instances/foo", 4 + 4 + 3), ("instances/bar", 1), (".", 3):
        assert len(texts(shell(place, "cat %s/trace" % folder))) == number, folder
    shell(place, "echo hello > instances/bar/trace_marker")
    assert len(texts(shell(place, "cat instances/bar/trace"))) == 2
    assert shell(place, "rmdir instances/foo; rmdir instances/bar; ls instances") == ""
    program.tell("waking 3")
    assert len(texts(shell(place, "cat trace"))) == 6


def test_task_names(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable; echo 1 > options/record-tgid")
    program.tell("name worker")
    program.tell("switch 1")
    assert "%d worker\n" % program.pid in shell(place, "cat saved_cmdlines")
    assert re.search(r"^%d %d$" % (program.pid, program.pid), shell(place, "cat saved_tgids"), re.M)
    assert int(shell(place, "cat saved_cmdlines_size")) > 0


def test_processes(place):
    program = traced(place)
    text = place.oriel("cat", "processes/%d/info" % program.pid).stdout
    assert "traced" in text, text


def test_readme_names_what_scripts_look_for(place):
    traced(place)
    text = shell(place, "cat README")
    for words in "hist:keys=<field1[,field2,...]>", "enable_event:<system>:<event>", "set_event_pid", "trace_marker_raw", \
            "buffer_size_kb", "instances", "traceoff", "snapshot", "stacktrace", ".buckets=", ".execname", "trace_clock":
        assert words in text, words
    # a script that greps for what the kernel has and we have not must not find it
    for words in "kprobe_events", "uprobe_events", "function_graph", "set_ftrace_filter":
        assert words not in text, words
    for name in "kprobe_events", "uprobe_events", "set_ftrace_filter", "available_filter_functions", "synthetic_events":
        shell(place, "test ! -e " + name)


def test_reading_needs_no_living_process(place):
    program, other = traced(place), traced(place)
    shell(place, "echo 1 > events/sched/enable")
    program.tell("switch 3")
    other.tell("waking 2")
    os.kill(program.pid, signal.SIGSTOP)
    other.process.kill()
    other.process.wait()
    assert len(texts(shell(place, "cat trace"))) == 5
    assert len(texts(shell(place, "echo 0 > events/enable; cat trace; cat events/sched/sched_switch/format > /dev/null"))) == 5
    os.kill(program.pid, signal.SIGCONT)
    program.tell("switch 3")


def test_free_buffer(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable")
    program.tell("switch 3")
    shell(place, "echo > free_buffer")
    assert texts(shell(place, "cat trace")) == []


def test_dd_wc_head_and_tail(place):
    program = traced(place)
    shell(place, "echo 1 > events/sched/enable")
    program.tell("switch 1000")
    # By one command: each measures anew how fast the counter runs, and rounds to microseconds.
    commands = {"whole": "cat trace", "bytes": "dd if=trace bs=1 skip=2 count=10",
                "blocks": "dd if=trace bs=1000 skip=7 count=3", "last": "tail -n 1 trace",
                "first": "head -c 100 trace"}
    shell(place, "; ".join("%s > %s 2>/dev/null" % (line, place.file(name)) for name, line in commands.items()))
    got = {name: open(place.file(name)).read() for name in commands}
    whole = got["whole"]
    assert got["bytes"] == whole[2:12] and got["blocks"] == whole[7000:10000]
    assert got["last"] == whole.splitlines()[-1] + "\n" and got["first"] == whole[:100]
    assert int(shell(place, "wc -c < trace")) == len(whole)
    assert shell(place, "grep -c sched_switch: trace") == "1000\n"


tracefs.main(globals())
