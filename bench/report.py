#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How fast `oriel report` prints: records a second on one CPU, its memory against the file's size, and
whether twice the records take twice the time.

  report.py ORIEL PACED REPORT_FLOOR
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from recording import Recording, hurry
from results import report

RATE = 4e6
ROUNDS = 5
SIZES = (5.2e6, 10.4e6)


def timed(command):
    """(seconds of CPU, peak resident bytes) of a command whose output nobody wants"""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("%s failed with %d" % (command[0], process.returncode))
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def record(tools, folder, records):
    r = Recording(*tools, folder, int(RATE), 60, "both", str(int(records)))
    if r.records < records * 0.96:
        raise SystemExit("only %d of %d records came into the file" % (r.records, records))
    r.file = shutil.move(r.file, os.path.join(folder, "trace-%d.dat" % records))
    return r


def main():
    oriel, paced, floor = [os.path.abspath(path) for path in sys.argv[1:4]]
    hurry()
    with tempfile.TemporaryDirectory(prefix="oriel-bench-") as folder:
        files = [record((oriel, paced), folder, records) for records in SIZES]
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        seconds, floors, peak = [[], []], [], [0, 0]
        for _ in range(ROUNDS):
            floors.append(timed([floor, str(files[0].records)])[0])
            for i, r in enumerate(files):
                cpu, rss = timed([oriel, "report", r.file])
                seconds[i].append(cpu)
                peak[i] = max(peak[i], rss)
        n = [r.records for r in files]
        print("files of %d and %d records, %.3g and %.3g MB" % (
            n[0], n[1], files[0].bytes / 1e6, files[1].bytes / 1e6))
        report("oriel report, text", n[0] / min(seconds[0]), "records/s", target=1.5e6, at_least=True,
               median=n[0] / statistics.median(seconds[0]), floor="printf of the same lines",
               floor_max=n[0] / min(floors), floor_median=n[0] / statistics.median(floors))
        report("peak memory of oriel report", peak[1] / files[1].bytes, "x the file", target=2,
               peak_MB=peak[1] / 1e6, file_MB=files[1].bytes / 1e6)
        report("time for each record, file of twice the size", min(seconds[1]) / n[1] / (min(seconds[0]) / n[0]),
               "x that of the smaller", target=1.1)


main()
