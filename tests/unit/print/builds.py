# SPDX-License-Identifier: MIT
"""Every macro that prints, in a program of two files and a shared object, in the builds that people make.

  builds.py ORIEL LIBRARY-FOLDER INCLUDE-FOLDER [TEST...]
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sites"))
sys.path.insert(0, os.path.join(HERE, "..", "..", "system", "cli"))
import harness  # noqa: E402
import sites  # noqa: E402

ALWAYS = """t: emerg
t: alert
t: crit
t: err 1
t: warn goes on
t: open
t: info \\x1b[1m
no level
t: err once
""" + "".join("t: limited %d\n" % i for i in range(10)) + """drv dev0: device 2
(NULL device *): none
dump 00000000: 3130 3332 3534 3736 3938 6261 6463 6665  0123456789abcdef
dump 00000010: 6867                                     gh
"""

DEBUG = """t: plain
t: 1 word  2.50
t: once 2
""" + "".join("t: limited %d\n" % i for i in range(10)) + """t: class 3
drv dev0: device 4
(NULL device *): no device
drv dev0: device once
dump 00000000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef
dump 00000010: 67 68                                            gh
var 33323130 37363534
bytes 30 31                                            01
by hand 5
by a function: word
"""

FTRACE = ["constant 7", "constant", "variable 8", "puts 100%", "list 9"]

# What the functions of all files print, in this order; each of them evaluates arg() once.
FILES = {
    "c": ["header 1", "other 1", "header 2", "object 1", "header 3"],
    "c++": ["header 1", "other 1", "header 2", "inline 2", "template 2 of print_template", "template 3 of print_template",
            "object 1", "header 3", "inline 3", "template 2 of print_template",
            "inline 1", "template 1 of print_template", "template 2 of print_template", "constructor 1", "lambda 2"],
}
TEMPLATES = ["template %d" % n for n in (2, 3, 2, 1, 2)]


def run(place, program, domain, calls, **env):
    done = subprocess.run([program, str(calls)], env=place.environment(ORIEL_DOMAIN=domain, **env), capture_output=True,
                          text=True)
    assert done.returncode == 0, done
    return done.stderr


def recorded(place, domain):
    text = place.oriel("trace", env={"ORIEL_DOMAIN": domain}).stdout
    return [line.split(": ", 2)[2].rstrip() for line in harness.records(text)]


def same(got, want):
    assert got == want, "\n--- got\n%s\n--- want\n%s" % (got, want)


def check_off(place, program, language):
    same(run(place, program, "off", 0), ALWAYS)
    same(recorded(place, "off"), FTRACE + (TEMPLATES if language == "c++" else []))


def check_on(place, program, language):
    files = ["t: " + text for text in FILES[language]]
    shown = DEBUG + ALWAYS.replace("no level\n", "debug\nno level\n") + "".join(text + "\n" for text in files)
    same(run(place, program, "on", 7 + len(files), ORIEL_DYNDBG="+p; class B +p", ORIEL_LOGLEVEL="8"), shown)
    same([text for text in recorded(place, "on") if text not in TEMPLATES],
         [line.rstrip() for line in DEBUG.splitlines()] + FTRACE + files)


def tested(words):
    def test(place):
        program = sites.build(place, *words)
        check_off(place, program, words[1])
        check_on(place, program, words[1])
    return test


def whole(place, language, compiler, *flags, link=()):
    """A program of all three files in one."""
    program = place.file("whole")
    sources = [os.path.join(sites.HERE, name + ".c") for name in ("main", "other", "object")]
    sites.tool(sites.COMPILER[compiler, language], *sites.STANDARD[language], *sites.WARNINGS, *flags, "-I", sites.INCLUDE,
               *sources, "-x", "none", "-o", program, *link)
    return program


def each_compiler(place, *flags, link=()):
    for compiler, language in sites.COMPILER:
        for level in ("-O0", "-O2"):
            yield whole(place, language, compiler, level, *flags, link=link), language


def test_a_static_program_prints_the_same(place):
    for program, language in each_compiler(place, "-static", link=[os.path.join(sites.LIBRARY, "liboriel.a"), "-pthread"]):
        assert run(place, program, "off", 0) == ALWAYS
        shown = run(place, program, "on", 7 + len(FILES[language]), ORIEL_DYNDBG="+p; class B +p", ORIEL_LOGLEVEL="8")
        assert "t: class 3\n" in shown and "t: object 1\n" in shown, shown


def test_without_jump_labels_it_prints_the_same(place):
    link = ["-L", sites.LIBRARY, "-loriel", "-Wl,-rpath," + sites.LIBRARY]
    for program, language in each_compiler(place, "-DORIEL_NO_JUMP_LABEL", "-fPIE", link=link):
        assert run(place, program, "off", 0) == ALWAYS
        shown = run(place, program, "on", 7 + len(FILES[language]), ORIEL_DYNDBG="+p; class B +p", ORIEL_LOGLEVEL="8")
        assert "t: class 3\n" in shown and "t: object 1\n" in shown, shown


def test_with_debug_defined_sites_are_on_from_the_start(place):
    link = ["-L", sites.LIBRARY, "-loriel", "-Wl,-rpath," + sites.LIBRARY]
    for program, language in each_compiler(place, "-DDEBUG", link=link):
        shown = run(place, program, "on", 7 + len(FILES[language]), ORIEL_LOGLEVEL="8")
        assert shown.startswith(DEBUG) and "t: devel\n" in shown, shown


def test_disabled_it_prints_without_the_library_what_prints_always(place):
    for program, language in each_compiler(place, "-DORIEL_DISABLE"):
        shown = run(place, program, "off", 0)
        always = [line for line in ALWAYS.splitlines() if "open" not in line and "x1b" not in line]
        assert [line for line in shown.splitlines() if "open" not in line] == always, shown


for words in filter(None, map(str.split, sites.BUILDS.splitlines())):
    globals()["test_" + "_".join(word.strip("-") or "plain" for word in words)] = tested(words)

if __name__ == "__main__":
    sites.LIBRARY, sites.INCLUDE = (os.path.abspath(arg) for arg in sys.argv[2:4])
    sites.HERE = os.path.join(HERE, "program")
    sys.argv[2:4] = ["-"]
    harness.main(globals())
