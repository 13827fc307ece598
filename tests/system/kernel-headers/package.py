# SPDX-License-Identifier: MIT
"""The trace headers of an installed linux-headers package, and programs made of them.

Nothing of the package is copied: a folder gets links to its trace/events, so that the compiler finds the headers there
and nothing else of the kernel's. What they include besides is include/oriel-linux's where it belongs to tracing (OURS), or
else a stub that includes the test's own declarations (types/).

Which events a header has, the preprocessor says: it reads the header with macros that write each event down
(listing.h). The program that fires them is written from that.
"""
import glob
import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
# What is about events and their types. Others of ours (linux/fs.h ...) are for drivers, whose types are not the kernel's.
OURS = {"linux/" + name + ".h" for name in (
    "types", "kdev_t", "stringify", "jump_label", "static_key", "tracepoint", "tracepoint-defs", "trace_events", "trace_seq")}
OURS = ["linux/%s.h" % name for name in (
    "jump_label", "kdev_t", "static_key", "stringify", "trace_events", "trace_seq", "tracepoint", "tracepoint-defs", "types")]
LISTED = re.compile(r"@event (\w+) (\w+) @of (\w+) @(\w+) @proto (.*?) @end", re.S)


def find():
    """The newest package's include folder, or None."""
    places = glob.glob("/usr/src/linux-headers-*-common/include")
    with_events = [place for place in places if os.path.isdir(place + "/trace/events")]
    return max(with_events, default=None, key=lambda place: [int(n) for n in re.findall(r"\d+", place)])


class Event:
    def __init__(self, system, name, template, kind, proto):
        self.system, self.name, self.template, self.kind = system, name, template, kind
        self.parameters = split(" ".join(proto.split()))

    def calls(self):
        """With one of everything; and with nothing too, where an event has a condition."""
        some = ", ".join(argument(parameter) for parameter in self.parameters)
        return [some] + ([some.replace("FIRE_VALUE", "FIRE_ZERO")] if self.kind == "conditional" else [])


def split(proto):
    """At the commas that are in no parentheses."""
    parts, depth = [""], 0
    for c in proto:
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "," and not depth:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts]


def argument(parameter):
    """Something plausible for a parameter: see fire.h."""
    function = re.search(r"\(\*\s*\w*\s*\)", parameter)
    if function:
        return "FIRE_VALUE(%s)" % parameter.replace(function.group(), "(*)")
    kind = re.sub(r"\b(\w+)\s*((\[\w*\])*)$", "", parameter).strip()
    if parameter.endswith("]"):
        kind += " *"
    words = kind.replace("*", " ").split()
    if "*" not in kind:
        return "FIRE_VALUE(%s)" % kind
    if kind.count("*") == 1 and "char" in words and "unsigned" not in words:
        return "FIRE_TEXT"
    if kind.count("*") == 1 and "struct" in words:
        return "FIRE_OBJECT(%s)" % words[-1]
    return "FIRE_ROOM"


class Headers:
    """A folder to compile in."""

    def __init__(self, package, folder):
        self.package, self.folder = package, folder
        self.include, self.stubs = os.path.join(folder, "include"), os.path.join(folder, "stubs")
        self.stubs = os.path.join(folder, "stubs")
        os.makedirs(self.include + "/trace")
        for name in "events", "misc":
            os.symlink(os.path.join(package, "trace", name), os.path.join(self.include, "trace", name))
        self.names = sorted(os.path.basename(path)[:-2] for path in glob.glob(package + "/trace/events/*.h"))
        self.stub()

    def stub(self):
        """What else the headers include: one line each."""
        text = ""
        for pattern in "/trace/events/*.h", "/trace/misc/*.h":
            for path in glob.glob(self.package + pattern):
                with open(path) as file:
                    text += file.read()
        for name in set(re.findall(r"^#\s*include\s*<([\w./-]+)>", text, re.M)):
            if name.startswith("trace/") or name in OURS:
                continue
            path = os.path.join(self.stubs, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write('#include "kernel-types.h"\n')

    def flags(self):
        return ["-std=gnu11", "-D_GNU_SOURCE", "-I" + os.path.join(HERE, "types"), "-I" + HERE, "-I" + self.stubs,
                "-I" + os.path.join(SOURCE, "include", "oriel-linux"), "-I" + os.path.join(SOURCE, "include"),
                "-isystem", self.include, *self.configuration()]

    def configuration(self):
        """What Debian's kernel was configured with: some events are there only then."""
        found = glob.glob(self.package.replace("-common/", "-*64/") + "/generated/autoconf.h")
        return ["-include", found[0]] if found else []

    def run(self, compiler, *args, given=None):
        return subprocess.run([compiler, *self.flags(), *args], input=given, capture_output=True, text=True)

    def events(self, name):
        """Of one header; raises when it cannot be read."""
        given = '#include "kernel-types.h"\n#include "listing.h"\n#include <trace/events/%s.h>\n' % name
        done = self.run("gcc", "-E", "-P", "-x", "c", "-", given=given)
        if done.returncode:
            raise RuntimeError(done.stderr)
        # module.h sets its system only where events are made
        return [Event(name if found[0] == "TRACE_SYSTEM" else found[0], *found[1:])
                for found in LISTED.findall(done.stdout)]

    def unit(self, name, events):
        """The C file that makes the events of one header and fires each of them."""
        path = os.path.join(self.folder, name + ".c")
        with open(path, "w") as file:
            file.write('#include "kernel-types.h"\n#include "fire.h"\n#define CREATE_TRACE_POINTS\n'
                       "#include <trace/events/%s.h>\n\nvoid fire_%s(void);\nvoid fire_%s(void)\n{\n" % (
                           name, clean(name), clean(name)))
            for event in events:
                file.writelines("\ttrace_%s(%s);\n" % (event.name, call) for call in event.calls())
            file.write("}\n")
        return path

    def main(self, names):
        """main(): makes the room, and fires every event as often as its argument says."""
        path = os.path.join(self.folder, "main.c")
        with open(path, "w") as file:
            file.write('#include "fire-main.h"\n\n')
            file.writelines("void fire_%s(void);\n" % clean(name) for name in names)
            file.write("\nstatic void fire_all(void)\n{\n")
            file.writelines("\tfire_%s();\n" % clean(name) for name in names)
            file.write("}\n")
        return path


def clean(name):
    return re.sub(r"\W", "_", name)
