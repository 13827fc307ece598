# SPDX-License-Identifier: MIT
"""Wait until trace-cmd really records; as a program: then run another, as trace-cmd's child.

trace-cmd starts its recorders and its program at once and does not wait for them; a recorder that has not begun when
the program ends records nothing at all, on the kernel's tracefs too.

  recorders.py COMMAND...
"""
import os
import sys
import time

# A recorder that has begun waits: read, nanosleep, clock_nanosleep, pselect6, splice, poll (x86-64).
WAITS = {"0", "35", "230", "270", "275", "7"}
PATIENCE = 30


def read(path):
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def begun(pid):
    folder = "/proc/%s/fd" % pid
    try:
        links = [os.readlink(os.path.join(folder, fd)) for fd in os.listdir(folder)]
    except OSError:
        return False
    if not any("trace_pipe_raw" in link for link in links) or any("header_page" in link for link in links):
        return False
    return read("/proc/%s/syscall" % pid).split(" ")[0] in WAITS


def all_begun(parent, but=None):
    """Have the recorders among the children of a trace-cmd begun, one for each CPU at least?"""
    children = read("/proc/%d/task/%d/children" % (parent, parent)).split()
    others = [pid for pid in children if pid != str(but)]
    return len(others) >= os.cpu_count() and all(begun(pid) for pid in others)


def main():
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not all_begun(os.getppid(), os.getpid()):
        time.sleep(0.001)
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
