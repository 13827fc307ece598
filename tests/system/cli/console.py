# SPDX-License-Identifier: MIT
"""Run the commands of a page: every ```console block, in one shell, and compare what they print.

In a block a line "$ COMMAND" is typed, "> MORE" goes on with it, and the lines below are what comes out, errors too.
Of these a line "..." stands for any lines. What is another at every run is told apart: times, CPUs, and process ids,
for which the page writes numbers of its choice (pids). A command that only looks is asked again until it shows what
the page shows: what a program does on being told takes its time.

  ```console SKIPPED-WITHOUT    needs what is named there, see run()
"""
import re
import shlex
import subprocess
import time

import harness

BLOCK = re.compile(r"^```console ?(\w*)\n(.*?)^```$", re.M | re.S)
LOOKS = ("oriel trace", "oriel report", "oriel cat", "oriel ls", "oriel tree", "oriel list", "oriel dyndbg --list", "cat ", "ls ")
MARK = "--- console.py: that was all ---"


def blocks(text):
    """(what it needs, [(command, [expected line])])"""
    found = []
    for need, body in BLOCK.findall(text):
        steps = []
        for line in body.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            elif line.startswith("> ") and not steps[-1][1]:
                steps[-1] = (steps[-1][0] + "\n" + line[2:], [])
            else:
                steps[-1][1].append(line)
        found.append((need, steps))
    return found


def normal(line):
    line = re.sub(r"\d+\.\d{6}|\b\d\d:\d\d:\d\d\b", "TIME", line)
    line = re.sub(r"(-\d+ +)\[\d{3}\]", r"\1[CPU]", line)
    return " ".join(line.split())


def is_line(expected, got, pids):
    """@pids: what the page writes for a process, and its id as a pattern"""
    pattern = re.escape(normal(expected))
    for shown, real in pids:
        pattern = re.sub(r"\b%s\b" % shown, lambda _: real, pattern)
    return re.fullmatch(pattern, normal(got))


def matches(expected, got, pids):
    if not expected:
        return not got
    if expected[0].strip() == "...":
        return any(matches(expected[1:], got[i:], pids) for i in range(len(got) + 1))
    return bool(got) and is_line(expected[0], got[0], pids) and matches(expected[1:], got[1:], pids)


class Shell:
    def __init__(self, place, folder, env):
        self.process = subprocess.Popen(["bash", "--norc", "--noprofile"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, cwd=folder,
                                        env=place.environment(**env), start_new_session=True)

    def run(self, command):
        self.process.stdin.write("%s\nprintf '\\n%%s\\n' %s\n" % (command, shlex.quote(MARK)))
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.rstrip("\n") == MARK:
                break
            lines.append(line.rstrip("\n"))
        else:
            raise AssertionError("the shell has ended at: %s" % command)
        # our own newline before the mark, where the last line had one
        return lines[:-1] if lines and not lines[-1] else lines

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(harness.PATIENCE)


def step(shell, command, expected, pids):
    deadline = time.monotonic() + harness.PATIENCE
    while True:
        got = shell.run(command)
        if matches(expected, got, pids):
            return
        assert command.startswith(LOOKS) and time.monotonic() < deadline, \
            "$ %s\n--- the page says\n%s\n--- it was\n%s" % (command, "\n".join(expected), "\n".join(got))
        time.sleep(0.02)


def run(place, page, folder, pids=(), lacks=(), **env):
    """@pids: what the page writes for the first job in the background, the second ..., then for other processes;
    @lacks: blocks that need one of these are left out. How many commands were run."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    shell, nr, jobs = Shell(place, folder, env), 0, 0
    known = [(shown, r"\d+") for shown in pids]
    try:
        for need, steps in blocks(text):
            for command, expected in () if need in lacks else steps:
                step(shell, command, expected, known)
                nr += 1
                if command.rstrip().endswith("&") and jobs < len(pids):
                    known[jobs] = (pids[jobs], shell.run("echo $!")[0])
                    jobs += 1
    finally:
        shell.run("kill $(jobs -p) 2>/dev/null; wait")
        shell.end()
    return nr
