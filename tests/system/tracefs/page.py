# SPDX-License-Identifier: MIT
"""docs/tree.md tells of every file that is there, and of none that is not."""
import os
import re

import tracefs

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")


def page():
    with open(os.path.join(ROOT, "docs", "tree.md"), encoding="utf-8") as file:
        return file.read()


def names_of_tables(text):
    """The file names in the first columns of the page's tables but of those of what is absent."""
    there = text.split("## What is not there")[0]
    return {name for row in re.findall(r"^\| (`.*?) \|", there, re.M) for name in re.findall(r"`([^`]+)`", row)}


def test_every_file_is_on_the_page(place):
    tracefs.traced(place)
    told = names_of_tables(page())
    missing = []
    for folder, prefix in (("tracing", ""), ("tracing/per_cpu/cpu0", "per_cpu/cpuN/"), ("tracing/options", "options/"),
                           ("tracing/events", "events/"), ("tracing/events/sched", "events/SYSTEM/"),
                           ("tracing/events/sched/sched_switch", "events/SYSTEM/EVENT/"),
                           ("processes/" + some_process(place), "processes/PID/")):
        for name in place.oriel("ls", folder).stdout.split():
            name = name.rstrip("/@")
            if prefix == "events/" and name not in ("enable", "header_page", "header_event", "ftrace"):
                continue
            if prefix == "events/SYSTEM/" and name.startswith("sched_"):
                continue
            if prefix + name not in told and prefix + name + "/" not in told:
                missing.append(prefix + name)
    assert not missing, "docs/tree.md does not tell of %s" % ", ".join(missing)


def some_process(place):
    return place.oriel("ls", "processes").stdout.split()[0].rstrip("/")


def test_what_the_page_says_is_absent_is(place):
    tracefs.traced(place)
    absent = page().split("## What is not there")[1].split("\n## ")[0]
    there = [name for name in re.findall(r"`([a-z_]+)`", absent)
             if place.oriel("cat", "tracing/" + name, expect=None).returncode == 0]
    assert not there, there


tracefs.main(globals())
