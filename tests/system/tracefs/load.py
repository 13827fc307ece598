# SPDX-License-Identifier: MIT
"""The tree while programs write as fast as they can: what is not read is counted, exactly.

ORIEL_LOAD_SECONDS is how long the writer of the longest test writes; 60 unless told.
"""
import os
import re
import subprocess
import threading
import time

import tracefs
from tracefs import Mount, cpus, get, harness, put, stats, traced

SECONDS = float(os.environ.get("ORIEL_LOAD_SECONDS", "60"))


def lost(folder):
    """Overwritten and dropped, over all CPUs; the leased rings' are in them."""
    return sum(int(stats(folder, cpu)["overrun"] + stats(folder, cpu)["dropped events"]) for cpu in cpus(folder))


def left(folder):
    return sum(int(stats(folder, cpu)["entries"]) for cpu in cpus(folder))


class Reader(threading.Thread):
    """Reads trace_pipe and counts records; sleeps so that it takes half of the time for it."""

    def __init__(self, path, pace=0.0):
        super().__init__(daemon=True)
        self.fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.pace, self.records, self.over, self.last, self.out_of_order = pace, 0, False, {}, 0
        self.start()

    def run(self):
        rest = b""
        while True:
            over = self.over
            begin = time.monotonic()
            try:
                text = os.read(self.fd, 1 << 20)
            except BlockingIOError:
                if over:
                    break
                time.sleep(0.01)
                continue
            lines = (rest + text).split(b"\n")
            rest = lines.pop()
            self.take(lines)
            time.sleep(self.pace * (time.monotonic() - begin))
        os.close(self.fd)
        assert not rest, rest

    def take(self, lines):
        for line in lines:
            match = TICK.search(line)
            if not match:
                continue
            thread, n = match.group(1), int(match.group(2))
            self.records += 1
            self.out_of_order += n <= self.last.get(thread, -1)
            self.last[thread] = n

    def end(self):
        """All that is there is read, then no more."""
        self.over = True
        self.join(4 * harness.PATIENCE)
        assert not self.is_alive(), "the reader does not come to an end"
        return self.records


TICK = re.compile(rb": load_tick: thread=(\d+) n=(\d+)$")


class Drain:
    """drain.c: takes pages, and counts."""

    def __init__(self, tracing, *args):
        self.process = subprocess.Popen([tracefs.beside("drain"), tracing, *args], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "reading\n"

    def end(self):
        self.process.terminate()
        out, _ = self.process.communicate(timeout=4 * harness.PATIENCE)
        return [int(n) for n in out.split()]


def test_a_writer_at_full_speed_under_a_slower_reader(place):
    program = traced(place)
    with Mount(place) as tracing:
        put("1", tracing, "events/load/load_tick/enable")
        drain = Drain(tracing)
        program.tell("start 1")
        time.sleep(SECONDS)
        written = program.tell("stop")
        got, missed, size = drain.end()
        assert left(tracing) == 0 and got > 0
        assert got + lost(tracing) == written, (got, lost(tracing), written)
        assert missed <= lost(tracing), (missed, lost(tracing))
    print("# %d written in %g s, %d (%.0f MB/s) read, the rest counted" % (written, SECONDS, got, size / SECONDS / 1e6))


def test_a_writer_under_a_reader_of_half_its_speed(place):
    program = traced(place)
    with Mount(place) as tracing:
        put("1", tracing, "events/load/load_tick/enable")
        drain = Drain(tracing, "50")
        program.tell("start 1")
        time.sleep(2)
        program.tell("stop")
        rate = drain.end()[0] / 2
        put("", tracing, "trace")
        drain = Drain(tracing, "50")
        program.tell("pace %d" % (2 * rate))
        time.sleep(min(SECONDS, 10))
        written = program.tell("stop")
        got, missed, _ = drain.end()
        assert left(tracing) == 0 and missed <= lost(tracing)
        assert got + lost(tracing) == written, (got, lost(tracing), written)
    print("# %d written, %d read, the rest counted" % (written, got))


def test_a_writer_under_a_reader_of_text(place):
    program = traced(place)
    with Mount(place) as tracing:
        put("1", tracing, "events/load/load_tick/enable")
        reader = Reader(tracing + "/trace_pipe", pace=1.0)
        program.tell("start 1")
        time.sleep(3)
        written = program.tell("stop")
        got = reader.end()
        assert left(tracing) == 0 and got > 0
        assert got + lost(tracing) == written, (got, lost(tracing), written)
        assert reader.out_of_order == 0


def test_many_writers_under_a_reader(place):
    programs = [traced(place) for _ in range(3)]
    with Mount(place) as tracing:
        put("1", tracing, "events/load/load_tick/enable")
        reader = Reader(tracing + "/trace_pipe")
        for program in programs:
            program.tell("start 4")
        time.sleep(3)
        written = sum(program.tell("stop") for program in programs)
        got = reader.end()
        assert got + left(tracing) + lost(tracing) == written, (got, left(tracing), lost(tracing), written)


def test_a_hundred_instances_while_events_flow(place):
    program = traced(place)
    with Mount(place) as tracing:
        put("1", tracing, "events/load/load_tick/enable")
        put("256", tracing, "buffer_size_kb")
        before = shared_memory(place)
        program.tell("start 2")
        for i in range(100):
            folder = "%s/instances/n%d" % (tracing, i)
            os.mkdir(folder)
            put("64", folder, "buffer_size_kb")
            put("1", folder, "events/load/load_tick/enable")
            if i % 3 == 0:
                harness.until(lambda: left(folder), "a record of instance %d" % i)
            put("0", folder, "events/load/load_tick/enable")
            os.rmdir(folder)
            assert not os.path.exists(folder)
        written = program.tell("stop")
        assert os.listdir(tracing + "/instances") == []
        assert left(tracing) + lost(tracing) == written, (left(tracing), lost(tracing), written)
        harness.until(lambda: shared_memory(place) <= before + (1 << 20), "the memory of the instances, given back")


def shared_memory(place):
    done = subprocess.run(["du", "-s", "-B1", place.domain()], capture_output=True, text=True)
    return int(done.stdout.split()[0])


def test_many_instances_at_once(place):
    program = traced(place)
    with Mount(place) as tracing:
        folders = ["%s/instances/n%d" % (tracing, i) for i in range(20)]
        for folder in folders:
            os.mkdir(folder)
            put("64", folder, "buffer_size_kb")
            put("1", folder, "events/load/load_tick/enable")
        written = program.tell("load 20000 2")
        for folder in folders:
            assert left(folder) + lost(folder) == written, (folder, left(folder), lost(folder), written)
        for folder in folders:
            os.rmdir(folder)


def test_a_resize_while_events_flow(place):
    """What a ring held when its size changed is gone with it, as on the kernel's; what comes after is counted."""
    program = traced(place)
    with Mount(place) as tracing:
        put("1", tracing, "events/load/load_tick/enable")
        program.tell("start 2")
        for kb in [64, 2048, 128, 1024, 16, 512] * 3:
            put(str(kb), tracing, "buffer_size_kb")
            assert int(get(tracing, "buffer_size_kb")) >= kb
        program.tell("stop")
        put("", tracing, "trace")
        for kb in (256, 64):
            put(str(kb), tracing, "buffer_size_kb")
            put("", tracing, "trace")
            written = program.tell("load 30000 2")
            assert left(tracing) + lost(tracing) == written, (kb, left(tracing), lost(tracing), written)
        text = get(tracing, "trace")
        assert text.count(": load_tick: ") == left(tracing)


def test_switches_while_events_flow(place):
    program = traced(place)
    with Mount(place) as tracing:
        program.tell("start 2")
        for _ in range(50):
            put("1", tracing, "events/load/load_tick/enable")
            put("n & 1", tracing, "events/load/load_tick/filter")
            put("traceoff:1 if n == 3", tracing, "events/load/load_tick/trigger")
            put("hist:keys=thread", tracing, "events/load/load_tick/trigger", mode="a")
            assert "Hits: " in get(tracing, "events/load/load_tick/hist")
            put("0", tracing, "events/load/load_tick/filter")
            put("!hist:keys=thread", tracing, "events/load/load_tick/trigger", mode="a")
            put("!traceoff", tracing, "events/load/load_tick/trigger", mode="a")
            put("0", tracing, "events/load/load_tick/enable")
        assert program.tell("stop") > 0
        assert "hist:" not in [line.split(" ")[0] for line in get(tracing, "events/load/load_tick/trigger").splitlines()]


def test_a_snapshot_while_events_flow(place):
    program = traced(place)
    with Mount(place) as tracing:
        put("1", tracing, "events/load/load_tick/enable")
        put("64", tracing, "buffer_size_kb")
        program.tell("start 2")
        for _ in range(20):
            put("1", tracing, "snapshot")
            numbers = {}
            for thread, n in re.findall(r": load_tick: thread=(\d+) n=(\d+)$", get(tracing, "snapshot"), re.M):
                assert int(n) > numbers.get(thread, -1), (thread, n)
                numbers[thread] = int(n)
        program.tell("stop")


def test_a_hist_under_load_is_exact(place):
    program = traced(place)
    with Mount(place) as tracing:
        put("hist:keys=thread:vals=n", tracing, "events/load/load_tick/trigger")
        written = program.tell("load 200000 4")
        text = get(tracing, "events/load/load_tick/hist")
        assert "Hits: %d\n" % written in text and "Entries: 4\n" in text and "Dropped: 0" in text, text
        sums = [int(n) for n in re.findall(r" n: +(\d+)$", text, re.M)]
        assert sums == [200000 * 199999 // 2] * 4, text


tracefs.main(globals())
