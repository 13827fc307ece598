#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a site that is off is in machine code: site-example.c built by each compiler with -O2 -fPIC, its hot
paths disassembled, and compared with those of the same functions without a site.

  site-off.py LIBORIEL SOURCE_ROOT COMPILER...
"""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hotpath
from results import report

# place of the site, and whether the compiler has nothing to save around the event's call there
PLACES = [("end", "at a function's end", True),
          ("calls", "between two calls", True),
          ("leaf", "in a function that calls nothing else", False)]


def build(compiler, library, root, where):
    path = os.path.join(where, os.path.basename(compiler) + ".so")
    subprocess.run([compiler, "-O2", "-fPIC", "-shared", "-I", root + "/include", "-I", root + "/bench",
                    root + "/bench/site-example.c", root + "/bench/bench_events.c", library, "-o", path],
                   check=True)
    return path


def main():
    library, root = sys.argv[1:3]
    compilers = [c for c in sys.argv[3:] if shutil.which(c)]
    for missing in set(sys.argv[3:]) - set(compilers):
        print("%s is not installed: not measured" % missing)
    if not compilers or not shutil.which("objdump"):
        raise SystemExit("there is no compiler, or no objdump")
    with tempfile.TemporaryDirectory() as where:
        for compiler in compilers:
            path = build(compiler, library, root, where)
            for place, words, is_bare in PLACES:
                more, nops, text = hotpath.extra(path, "with_" + place, "without_" + place)
                print("\n%s -O2 -fPIC, a site %s:" % (compiler, words))
                print("\n".join("    " + line for line in text))
                report("%s: instructions of a site %s" % (compiler, words), more, "instructions",
                       target=1 if is_bare else None, nop5=nops)


main()
