# SPDX-License-Identifier: MIT
"""Keys and events across a program of two files and a shared object, in the builds that people make.

  sites.py ORIEL LIBRARY-FOLDER INCLUDE-FOLDER [TEST...]

Not every combination: each pair of compiler, language, level, kind of code and linker is in one of the builds.
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "system", "cli"))
import harness  # noqa: E402

WARNINGS = ["-Wall", "-Wextra", "-Werror"]
COMPILER = {("gcc", "c"): "gcc", ("gcc", "c++"): "g++", ("clang", "c"): "clang", ("clang", "c++"): "clang++"}
STANDARD = {"c": ["-x", "c", "-std=gnu11"], "c++": ["-x", "c++", "-std=c++17"]}
GC = "-ffunction-sections -fdata-sections"

#         compiler language level  program's code      more               linker
BUILDS = """
          gcc      c        -O0    -fPIE               -                  bfd
          gcc      c        -O1    -fno-pie            -fcf-protection    gold
          gcc      c        -O2    -fPIE               -                  lld
          gcc      c        -O2    -fno-pie            -flto              bfd
          gcc      c        -O3    -fPIC               gc                 bfd
          gcc      c        -Os    -fPIE               gc                 gold
          gcc      c++      -O0    -fno-pie            gc                 lld
          gcc      c++      -O1    -fPIE               -                  gold
          gcc      c++      -O2    -fPIE               -fcf-protection    bfd
          gcc      c++      -O2    -fPIC               -flto              bfd
          gcc      c++      -O3    -fno-pie            -                  bfd
          gcc      c++      -Os    -fPIC               gc                 lld
          clang    c        -O0    -fno-pie            gc                 gold
          clang    c        -O1    -fPIC               -                  bfd
          clang    c        -O2    -fPIE               -flto              lld
          clang    c        -O2    -fPIE               gc                 bfd
          clang    c        -O3    -fPIE               -fcf-protection    lld
          clang    c        -Os    -fno-pie            -                  lld
          clang    c++      -O0    -fPIE               -                  bfd
          clang    c++      -O1    -fno-pie            gc                 lld
          clang    c++      -O2    -fPIC               -                  gold
          clang    c++      -O2    -fPIE               -flto=thin         lld
          clang    c++      -O3    -fPIE               gc                 gold
          clang    c++      -Os    -fPIE               -fcf-protection    bfd
"""


def tool(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, "%s\n%s%s" % (" ".join(command), done.stdout, done.stderr)
    return done.stdout


def build(place, name, language, level, code, more, linker):
    cc = COMPILER[name, language]
    flags = [level, "-g0", *(GC.split() if more == "gc" else [] if more == "-" else [more])]
    link = ["-fuse-ld=" + linker, "-L", LIBRARY, "-loriel", "-Wl,-rpath," + LIBRARY,
            *(["-Wl,--gc-sections"] if more == "gc" else [])]
    sources = {"main": code, "other": code, "object": "-fPIC"}
    compiling = [
        subprocess.Popen([cc, *STANDARD[language], *WARNINGS, *flags, kind, "-I", INCLUDE, "-I", HERE, "-c", os.path.join(HERE, source + ".c"),
                          "-o", place.file(source + ".o")]) for source, kind in sources.items()]
    assert [compiler.wait() for compiler in compiling] == [0, 0, 0]
    tool(cc, *flags, "-shared", place.file("object.o"), "-o", place.file("libobject.so"), *link)
    program = place.file("sites")
    tool(cc, *flags, "-no-pie" if code == "-fno-pie" else "-pie", "-rdynamic", place.file("main.o"), place.file("other.o"),
         "-o", program, "-L", place.files, "-lobject", "-Wl,-rpath," + place.files, *link)
    return program


def check(place, program):
    done = subprocess.run([program], env=place.environment(), capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout == "", done
    assert subprocess.run([program, "make"], env=place.environment(ORIEL_EVENTS="sites:*")).returncode == 0
    got = [line.split()[-2] + line.split()[-1] for line in harness.records(place.oriel("trace").stdout)]
    assert got == ["tick:n=1", "tick:n=2", "tick:n=4", "tock:n=8", "tock:n=16"], got
    check_state = subprocess.run([program], env=place.environment(ORIEL_EVENTS="sites:tick", ORIEL_PATCH="mprotect"),
                                 capture_output=True, text=True)
    assert check_state.returncode == 0, check_state


def built(words):
    def test(place):
        check(place, build(place, *words))
    return test


for words in filter(None, map(str.split, BUILDS.splitlines())):
    globals()["test_" + "_".join(word.strip("-") or "plain" for word in words)] = built(words)

if __name__ == "__main__":
    LIBRARY, INCLUDE = (os.path.abspath(arg) for arg in sys.argv[2:4])
    sys.argv[2:4] = ["-"]
    harness.main(globals())
