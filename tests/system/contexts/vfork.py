# SPDX-License-Identifier: MIT
"""A child of vfork() runs on its parent's thread data: its events are its own all the same, and every record is whole.

  vfork.py ORIEL PROGRAM
"""
import collections
import os
import re
import subprocess
import sys
import tempfile

oriel, program = map(os.path.abspath, sys.argv[1:3])
LINE = re.compile(r"-(\d+) .*: mark: where=(\w+) n=(\d+)$")


def main():
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        env = dict(os.environ, ORIEL_DOMAIN=os.path.join(folder, "domain"), ORIEL_EVENTS="context:*")
        *pids, totals = subprocess.run([program], env=env, check=True, capture_output=True, text=True).stdout.splitlines()
        trace = subprocess.run([oriel, "trace"], env=env, check=True, capture_output=True, text=True).stdout
    lines = [line for line in trace.splitlines() if not line.startswith("#")]
    found = [LINE.search(line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found) if not match][:3]
    made = collections.defaultdict(list)
    for match in found:
        made[match[2], match[1]].append(int(match[3]))
    children = {pid: numbers for (where, pid), numbers in made.items() if where == "child"}
    assert sorted(children) == sorted(pids), (sorted(children), sorted(pids))
    assert all(numbers == list(range(100)) for numbers in children.values())
    _, nr_main, _, nr_other = totals.split()
    for where, nr in (("main", nr_main), ("other", nr_other)):
        (numbers,) = [numbers for (at, _), numbers in made.items() if at == where]
        assert numbers == list(range(int(nr))), (where, nr, len(numbers))


main()
