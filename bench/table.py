#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The results of the last `meson test --benchmark` as a table in Markdown.

  table.py BUILD_FOLDER
"""
import json
import os
import sys

KNOWN = {"bench", "what", "value", "unit", "target", "bound", "met"}


def number(value):
    return "%.4g" % value if isinstance(value, (int, float)) else str(value)


def row(result):
    target = ""
    if "target" in result:
        target = "%s %s%s" % ("≥" if result["bound"] == "least" else "≤", number(round(result["target"], 6)),
                              "" if result["met"] else ", **missed**")
    more = ", ".join("%s %s" % (name.replace("_", " "), number(value))
                     for name, value in result.items() if name not in KNOWN)
    return "| %s | %s | %s %s | %s |" % (result["what"], target, number(result["value"]), result["unit"], more)


def main():
    print("| what | reach | measured | and |\n|---|---|---|---|")
    with open(os.path.join(sys.argv[1], "meson-logs", "testlog.json"), encoding="utf-8") as log:
        for test in map(json.loads, log):
            for line in test.get("stdout", "").splitlines():
                if line.startswith("result "):
                    print(row(json.loads(line[7:])))


main()
