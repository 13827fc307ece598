# SPDX-License-Identifier: MIT
"""Results of the benchmarks that are scripts, printed as bench_print() of bench.c does it."""
import json
import os
import sys


def report(what, value, unit, target=None, at_least=False, **more):
    line = "%s: %.4g %s" % (what, value, unit)
    fields = {"bench": os.path.basename(sys.argv[0]).removesuffix(".py"), "what": what,
              "value": value, "unit": unit}
    if target is not None:
        met = value >= target if at_least else value <= target
        line += " (target %s %.4g: %s)" % (">=" if at_least else "<=", target, "met" if met else "missed")
        fields.update(target=target, bound="least" if at_least else "most", met=met)
    for name, held in more.items():
        line += "; %s %s" % (name.replace("_", " "), "%.4g" % held if isinstance(held, float) else held)
    fields.update(more)
    print(line)
    print("result " + json.dumps(fields), flush=True)
