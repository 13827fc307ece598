# SPDX-License-Identifier: MIT
"""The trace headers of Debian's linux-headers package, unchanged, against include/oriel-linux/.

They are compiled with the test's own declarations of the types they touch (types/); a program is made of them in which
every event fires; and what it recorded, and each event's format file, is compared with what others say: trace-cmd, the
package's own macros (objects that kbuild compiles) and the running kernel.

What is listed in the output, with "#", is what differs for a known reason. Anything else is a failure.

  kernel-headers.py ORIEL LIBORIEL [TEST...]
"""
import atexit
import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
sys.path.insert(0, HERE)
import compare                                           # noqa: E402
import formats                                           # noqa: E402
import harness                                           # noqa: E402
import package                                           # noqa: E402
import reference                                         # noqa: E402
from harness import Skip                                 # noqa: E402

REQUIRED = "sched block net kmem irq timer signal workqueue power napi skb task module printk".split()
# Of Linux 6.1's headers so many compile.
AT_LEAST = 96
TIMES = 3

# Our text of a record, and trace-cmd's: why they differ.
TEXTS = {
    "fsi_master_acf_copro_response": "trace-cmd does not print a character that an expression chooses",
    "hrtimer_start": "a plugin of trace-cmd prints it, shorter",
    "hrtimer_expire_entry": "a plugin of trace-cmd prints it, in another order",
    "tlb_flush": "a plugin of trace-cmd prints it, with other signs",
    "host1x_cdma_push_gather": "two of its fields have one name",
}


def say(line):
    print("# " + line, flush=True)


class World:
    """What all tests need, made once: the headers, their events, and which of them compile."""

    def __init__(self):
        found = package.find()
        if not found:
            raise Skip("no linux-headers package is installed")
        self.package = found
        self.folder = tempfile.mkdtemp(prefix="oriel-headers-")
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.headers = package.Headers(found, self.folder)
        self.events, self.units, self.broken = {}, {}, {}
        with ThreadPoolExecutor(2) as pool:
            for name, result in zip(self.headers.names, pool.map(self.try_header, self.headers.names)):
                if isinstance(result, str):
                    self.broken[name] = result
        self.working = sorted(name for name in self.units if name not in self.broken and self.events[name])

    def try_header(self, name):
        """None when it compiles, else the first error."""
        try:
            self.events[name] = self.headers.events(name)
        except RuntimeError as error:
            return first_error(str(error))
        self.units[name] = self.headers.unit(name, self.events[name])
        errors = self.compile("gcc", name)
        return first_error(errors) if errors else None

    def compile(self, compiler, name, *flags):
        """All that a compiler has to say about a header's events."""
        unit = self.units[name]
        done = self.headers.run(compiler, "-Wall", "-Wextra", "-O1", *flags, "-c", unit, "-o",
                                "%s.%s.o" % (unit[:-2], compiler))
        return done.stderr or ("exit status %d" % done.returncode if done.returncode else "")

    def all_events(self):
        return [event for name in self.working for event in self.events[name]]

    @functools.cached_property
    def program(self):
        path = os.path.join(self.folder, "fire")
        library = harness.PUPPET
        done = self.headers.run("gcc", "-O1", self.headers.main(self.working), os.path.join(HERE, "types", "given.c"),
                                *("%s/%s.gcc.o" % (self.folder, name) for name in self.working),
                                "-o", path, library, "-Wl,-rpath," + os.path.dirname(library))
        assert done.returncode == 0, done.stderr
        return path

    @functools.cached_property
    def reference(self):
        """The package's own idea of the headers: {(system, event): (object, template)}."""
        known = self.built("named", REQUIRED)
        known.update(self.built("further", [name for name in self.working if name not in REQUIRED]))
        return known

    def built(self, label, names):
        folder = os.path.join(self.folder, "kbuild-" + label)
        os.makedirs(folder, exist_ok=True)
        path, compiled = reference.compile_some(self.package, folder, names)
        linked = reference.Object(path)
        return {(event.system, event.name): (linked, event.template)
                for name in compiled for event in self.events[name]}

    @functools.cache
    def built_alone(self, name):
        """A header that did not compile together with the others."""
        with contextlib.suppress(reference.Unavailable):
            self.reference.update(self.built(name, [name]))

    def known(self, event):
        """(object, template) of an event, or None."""
        if event not in self.reference:
            for name in self.working:
                if any((other.system, other.name) == event for other in self.events[name]):
                    self.built_alone(name)
        return self.reference.get(event)


def first_error(text):
    found = re.search(r"(?:fatal )?error: (.*)", text)
    return found[1] if found else text.strip().split("\n")[0]


@functools.cache
def made():
    try:
        return World()
    except Skip as reason:
        return reason


def world():
    result = made()
    if isinstance(result, Skip):
        raise result
    return result


def test_the_named_headers_compile_unchanged_with_gcc_and_clang(place):
    here = world()
    for name in REQUIRED:
        assert name not in here.broken, "%s: %s" % (name, here.broken[name])
        for compiler in "gcc", "clang":
            if shutil.which(compiler):
                errors = here.compile(compiler, name)
                assert not errors, "%s says of %s:\n%s" % (compiler, name, errors[:2000])


def test_further_headers_that_compile_do_so_with_clang_too(place):
    here = world()
    say("compile: " + " ".join(here.working))
    say("%d events in %d of %d headers" % (len(here.all_events()), len(here.working), len(here.headers.names)))
    for name, error in sorted(here.broken.items()):
        say("not: %s: %s" % (name, error))
    assert "headers-6.1." not in here.package or len(here.working) >= AT_LEAST
    if not shutil.which("clang"):
        raise Skip("no clang")
    with ThreadPoolExecutor(2) as pool:
        said = pool.map(lambda name: here.compile("clang", name, "-fsyntax-only"), here.working)
        for name, errors in zip(here.working, said):
            assert not errors, "%s: %s" % (name, errors[:2000])


def recorded(place):
    here = world()
    place.oriel("-q", "record", "-e", "*:*", "-o", place.file("x.dat"), "--", here.program, str(TIMES))
    return place.file("x.dat")


def records(text):
    """(event, text) of each line of a report."""
    return re.findall(r"^\s*fire-\d+\s+\[\d+\]\s+(?:\S{4,8}\s+)?[\d.]+: (?:\w+:)?(\w+):[ \t]*(.*)$", text, re.M)


def counts(found):
    return Counter(name for name, _ in found)


def test_every_event_is_read_back_by_report_and_by_trace_cmd(place):
    here = world()
    path = recorded(place)
    wanted = {event.name: TIMES for event in here.all_events()}
    ours = records(place.oriel("report", path).stdout)
    for event in here.all_events():
        if event.kind == "conditional" and counts(ours)[event.name] == 2 * TIMES:
            wanted[event.name] = 2 * TIMES
    assert counts(ours) == wanted, set(counts(ours).items()) ^ set(wanted.items())
    if not shutil.which("trace-cmd"):
        raise Skip("no trace-cmd")
    done = subprocess.run(["trace-cmd", "report", path], capture_output=True, text=True, errors="replace")
    theirs = records(done.stdout)
    assert counts(theirs) == wanted, set(counts(theirs).items()) ^ set(wanted.items())
    unexplained, reasons = [], {}
    for (name, our), (same, their) in zip(ours, theirs):
        assert name == same
        if our.split() == their.split():
            continue
        failed = "[FAILED TO PARSE]" in their or "ARG TYPE NOT FIELD" in their
        reason = TEXTS.get(name) or ("trace-cmd cannot parse it" if failed else None)
        reasons[name] = reason
        if not reason:
            unexplained.append("%s:\n  report:    %s\n  trace-cmd: %s" % (name, our, their))
    for name, reason in sorted(reasons.items()):
        say("%s: %s" % (name, reason))
    assert not unexplained, "\n".join(unexplained)


def our_formats(place):
    """{(system, event): Format} of all events, from the domain's tree."""
    here = world()
    env = dict(place.environment(), ORIEL_EVENTS="*:*")
    subprocess.run([here.program, "1"], env=env, check=True)
    events = [(event.system, event.name) for event in here.all_events()]
    found = {}
    for at in range(0, len(events), 200):
        some = events[at:at + 200]
        text = place.oriel("cat", *("tracing/events/%s/%s/format" % event for event in some)).stdout
        parts = re.split(r"(?m)^name: \w+\n", text)[1:]
        assert len(parts) == len(some)
        found.update(zip(some, map(formats.Format, parts)))
    return found


def built_by_kbuild():
    try:
        return world().reference
    except reference.Unavailable as reason:
        raise Skip(str(reason))


def test_formats_are_those_that_the_package_itself_makes(place):
    known, bad, same = built_by_kbuild(), [], 0
    for event, form in our_formats(place).items():
        if event not in known:
            continue
        differences = compare.with_package(event, form, known[event])
        same += not differences
        if event[1] in compare.FEWER and differences:
            say("%s:%s: %s" % (*event, compare.FEWER[event[1]]))
        elif differences:
            bad.append("%s:%s: %s" % (*event, "; ".join(differences)))
    say("%d of %d formats are the same" % (same, len(known)))
    assert not bad, "\n".join(bad)


class Tracefs:
    """The kernel's, mounted if it is not, and then taken away again."""

    def __enter__(self):
        self.mounted = False
        if not os.path.isdir(compare.TRACEFS + "/events"):
            done = subprocess.run(["mount", "-t", "tracefs", "tracefs", compare.TRACEFS], capture_output=True, text=True)
            if done.returncode:
                raise Skip("no tracefs: " + done.stderr.strip())
            self.mounted = True
        if not os.access(compare.TRACEFS + "/events", os.R_OK | os.X_OK):
            raise Skip("tracefs may be read by root only")
        return self

    def __exit__(self, *_):
        if self.mounted:
            subprocess.run(["umount", compare.TRACEFS], check=True)


def test_formats_are_those_of_the_running_kernel(place):
    built_by_kbuild()
    unexplained, reasons = [], {}
    with Tracefs():
        for event, ours in our_formats(place).items():
            reason, explained = compare.with_kernel(event, ours, compare.kernel_format(event), world().known)
            if not explained:
                unexplained.append("%s:%s: %s" % (*event, reason))
            reasons.setdefault(reason, []).append("%s:%s" % event)
    say("Linux %s: %d of the events have the same format" % (os.uname().release, len(reasons.pop("", ()))))
    for reason, events in sorted(reasons.items()):
        say("%s: %s" % (reason.split("\n")[0], " ".join(sorted(events))))
    assert not unexplained, "\n".join(unexplained)


if __name__ == "__main__":
    harness.main(globals())
