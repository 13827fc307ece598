# SPDX-License-Identifier: MIT
"""A recording of the paced program by `oriel record`, for record.py and report.py."""
import contextlib
import json
import os
import subprocess
import time


def hurry():
    """As bench_hurry() of bench.h, children included."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


class Recording:
    """What came of it. cpu is that of the recorder alone, in seconds."""

    def __init__(self, oriel, paced, folder, rate, seconds, *mode):
        self.file = os.path.join(folder, "trace.dat")
        told = os.path.join(folder, "paced.json")
        command = [oriel, "record", "-e", "bench:*", "-o", self.file, "--json", "--",
                   paced, str(rate), str(seconds), told, *mode]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ORIEL_")}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        begin = time.monotonic()
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit("oriel record failed with %d" % process.returncode)
        self.elapsed = time.monotonic() - begin
        summary = json.loads(out)
        with open(told, encoding="utf-8") as report:
            program = json.load(report)
        self.written = program["records"]
        self.rate = program["records"] / program["seconds"]
        self.records = summary["records"]
        self.lost = summary["lost"] + summary["no_ring"] + sum(cpu["dropped"] for cpu in summary["cpus"])
        self.bytes = summary["bytes"]
        self.cpu = usage.ru_utime + usage.ru_stime - program["cpu"]
        self.seconds = program["seconds"]
        if self.records + self.lost != self.written:
            raise SystemExit("%d records written, %d recorded, %d lost: they do not add up" % (
                self.written, self.records, self.lost))
