# SPDX-License-Identifier: MIT
"""What the tests of the built command share.

Each test is a function test_*(place): place is a default place of its own, gone afterwards, so no test sees
another's domains. A file of tests ends with harness.main(globals()); the result is TAP.

  FILE.py ORIEL PUPPET [TEST...]
"""
import contextlib
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

# Nothing here is expected to take long; this only keeps a hang from lasting for ever.
PATIENCE = 60


class Skip(Exception):
    pass


class Puppet:
    """A traced program that does what it is told, one line at a time."""

    def __init__(self, place, command=(), env=(), **kwargs):
        self.process = subprocess.Popen(
            list(command) + [PUPPET, "obey"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=place.environment(**dict(env)), **kwargs)
        self.pid = self.process.pid
        self.tell("hello")

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self):
        answer = self.process.stdout.readline().strip()
        assert answer, "the puppet is gone"
        return answer

    def end(self):
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGCONT)
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
            self.process.wait(PATIENCE)
        self.process.stdout.close()


class Place:
    def __init__(self):
        base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.runtime_dir = tempfile.mkdtemp(prefix="oriel-test-", dir=base)
        self.files = tempfile.mkdtemp(prefix="oriel-test-")
        self.puppets = []

    def environment(self, **more):
        env = {k: v for k, v in os.environ.items()
               if not k.startswith("ORIEL_") or k == "ORIEL_LIBDIR"}
        env["XDG_RUNTIME_DIR"] = self.runtime_dir
        env.update(more)
        return env

    def domain(self, name="default"):
        return os.path.join(self.runtime_dir, "oriel", name)

    def file(self, name):
        return os.path.join(self.files, name)

    def puppet(self, **kwargs):
        puppet = Puppet(self, **kwargs)
        self.puppets.append(puppet)
        return puppet

    def oriel(self, *args, expect=0, env=(), **kwargs):
        done = subprocess.run([ORIEL, *args], capture_output=True, text=True, timeout=PATIENCE,
                              env=self.environment(**dict(env)), cwd=self.files, **kwargs)
        assert expect is None or done.returncode == expect, (
            "oriel %s: exit status %d, not %d\n--- stdout\n%s--- stderr\n%s" % (
                " ".join(args), done.returncode, expect, done.stdout[-4000:], done.stderr[-4000:]))
        return done

    def on_terminal(self, *args, env=()):
        """Run it with a terminal as its output; all that the terminal got."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([ORIEL, *args], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
                                   env=self.environment(**{"TERM": "xterm", "NO_COLOR": "", **dict(env)}), cwd=self.files)
        os.close(theirs)
        text = b""
        with contextlib.suppress(OSError):      # EIO: the other end is closed
            while more := os.read(ours, 65536):
                text += more
        os.close(ours)
        process.wait(PATIENCE)
        return text.decode()

    def start(self, *args, env=(), **kwargs):
        return subprocess.Popen([ORIEL, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.environment(**dict(env)), cwd=self.files, **kwargs)

    def json(self, *args, **kwargs):
        return json.loads(self.oriel(*args, "--json", **kwargs).stdout)

    def end(self):
        for puppet in self.puppets:
            puppet.end()
        shutil.rmtree(self.runtime_dir, ignore_errors=True)
        shutil.rmtree(self.files, ignore_errors=True)


def until(condition, what):
    """Wait for something that must come; how long it takes says nothing."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came: " + what
        time.sleep(0.005)


def lines(text):
    return text.splitlines()


def records(text):
    """The lines of `oriel trace` that are records."""
    return [line for line in text.splitlines() if not line.startswith("#")]


def run(name, test):
    place = Place()
    try:
        test(place)
        return "ok", ""
    except Skip as reason:
        return "ok", " # SKIP %s" % reason
    except Exception:
        traceback.print_exc()
        return "not ok", ""
    finally:
        place.end()


def main(names):
    global ORIEL, PUPPET
    ORIEL, PUPPET = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    # Programs do not take a signal that they find ignored, as one started by nohup finds SIGHUP.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    tests = {name: test for name, test in names.items() if name.startswith("test_")}
    wanted = sys.argv[3:] or list(tests)
    print("1..%d" % len(wanted), flush=True)
    for number, name in enumerate(wanted, 1):
        verdict, note = run(name, tests[name])
        print("%s %d - %s%s" % (verdict, number, name[5:].replace("_", " "), note), flush=True)
