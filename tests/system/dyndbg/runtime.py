#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lines switched by the program itself and by what it is started with: before main, in plugins, in children.

  runtime.py ORIEL ROLE ROLE_DEBUG ROLE_STATIC PLUGIN [TEST...]
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import harness  # noqa: E402

DEBUG, STATIC, PLUGIN = sys.argv[3:6]
del sys.argv[3:6]


def role(place, program=None, **env):
    if program:
        harness.PUPPET, before = program, harness.PUPPET
        try:
            return place.puppet(env=env)
        finally:
            harness.PUPPET = before
    return place.puppet(env=env)


def trace(place):
    """What the lines printed, in order, without what stands before the function."""
    return [line.split(": ", 1)[1] for line in harness.lines(place.oriel("trace").stdout)
            if not line.startswith("#")]


def listed(place, *args):
    """file -> flags of its lines"""
    text = place.oriel("dyndbg", "--list", *args).stdout
    found = {}
    for line in harness.lines(text)[1:]:
        name, rest = line.split(":", 1)
        found.setdefault(os.path.basename(name), []).append(rest.split(" =", 1)[1].split(" ", 1)[0])
    return found


def test_the_environment_switches_lines_before_main(place):
    puppet = role(place, ORIEL_DYNDBG="file role.c +p")
    puppet.tell("print")
    assert trace(place) == ["before_main: before main", "print: own line"], trace(place)


def test_what_is_wrong_in_the_environment_is_skipped(place):
    puppet = role(place, ORIEL_DYNDBG="nonsense; func print +p; file role.c +x")
    puppet.tell("print")
    assert trace(place) == ["print: own line"], trace(place)


def test_the_environment_decorates(place):
    puppet = role(place, ORIEL_DYNDBG="func print +pmfslt")
    puppet.tell("print")
    [line] = trace(place)
    start = "print: [%d] %s:print:" % (puppet.pid, os.path.basename(harness.PUPPET))
    assert line.startswith(start) and line.endswith(": own line") and "role.c:" in line, line


def test_nothing_is_made_for_a_program_that_is_not_asked(place):
    puppet = role(place)
    puppet.tell("print")
    assert not os.path.exists(place.domain()), os.listdir(place.domain())


def test_a_plugin_gets_what_the_environment_says(place):
    puppet = role(place, ORIEL_DYNDBG="file plugin.c +p")
    assert puppet.tell("open " + PLUGIN) == "0"
    puppet.tell("print")
    assert trace(place) == ["plugin_run: in the plugin"], trace(place)


def test_a_plugin_gets_what_a_tool_said_before(place):
    puppet = role(place)
    place.oriel("enable", "none:*", expect=None)     # it is nudged, and attaches
    place.oriel("dyndbg", "--future", "func plugin_run +pf")
    puppet.tell("open " + PLUGIN)
    assert listed(place)["plugin.c"] == ["pf"]
    puppet.tell("print")
    assert trace(place) == ["plugin_run: plugin_run: in the plugin"], trace(place)


def test_a_plugin_has_its_files_name_as_module(place):
    puppet = role(place)
    puppet.tell("open " + PLUGIN)
    name = os.path.basename(PLUGIN).split(".so")[0]
    assert puppet.tell("query module %s +p" % name) == "1"
    assert puppet.tell("module %s +p" % name) == "1"
    assert puppet.tell("module other +p") == "0"


def test_a_plugin_that_goes_takes_its_lines_away(place):
    puppet = role(place, ORIEL_DYNDBG="+p")
    puppet.tell("open " + PLUGIN)
    assert "plugin.c" in listed(place)
    puppet.tell("close")
    assert "plugin.c" not in listed(place)
    puppet.tell("open " + PLUGIN)
    puppet.tell("print")
    assert "plugin_run: in the plugin" in trace(place)


def test_a_program_switches_its_own_lines(place):
    puppet = role(place)
    assert puppet.tell("query func print +p; file role.c -m") == "3"
    assert puppet.tell("query func nowhere +p") == "0"
    assert puppet.tell("query func print +p; nonsense") == "-22"
    puppet.tell("print")
    assert puppet.tell("query func print -p") == "1"
    puppet.tell("print")
    assert trace(place) == ["print: own line"], trace(place)


def test_what_a_program_asked_for_holds_in_its_plugins(place):
    puppet = role(place)
    assert puppet.tell("query file plugin.c +p") == "0"
    puppet.tell("open " + PLUGIN)
    puppet.tell("print")
    assert trace(place) == ["plugin_run: in the plugin"], trace(place)


def test_a_child_goes_on_with_its_parents_flags(place):
    puppet = role(place, ORIEL_DYNDBG="func print +pt")
    child = int(puppet.tell("fork"))
    puppet.tell("print")
    assert trace(place) == ["print: [%d] own line" % child], trace(place)
    assert listed(place, "-p", str(child))["role.c"].count("pt") == 1


def test_a_childs_plugin_gets_what_its_parents_would(place):
    puppet = role(place, ORIEL_DYNDBG="file plugin.c +p")
    puppet.tell("fork")
    puppet.tell("open " + PLUGIN)
    puppet.tell("print")
    assert trace(place) == ["plugin_run: in the plugin"], trace(place)


def test_a_query_for_the_parent_holds_in_a_childs_plugin(place):
    puppet = role(place, ORIEL_DYNDBG="func print +p")
    place.oriel("dyndbg", "--future", "-p", str(puppet.pid), "file plugin.c +p")
    puppet.tell("fork")
    puppet.tell("open " + PLUGIN)
    puppet.tell("print")
    assert "plugin_run: in the plugin" in trace(place), trace(place)


def test_a_query_for_one_process_is_not_for_its_child(place):
    puppet = role(place, ORIEL_DYNDBG="func print +p")
    child = puppet.tell("fork")
    place.oriel("dyndbg", "-p", str(puppet.pid), "func print -p", expect=None)
    puppet.tell("print")
    assert trace(place) == ["print: own line"], trace(place)
    place.oriel("dyndbg", "-p", child, "func print -p")
    puppet.tell("print")
    assert trace(place) == ["print: own line"], trace(place)


def test_lines_built_with_debug_are_on_from_the_start(place):
    puppet = role(place, DEBUG)
    puppet.tell("print")
    assert trace(place) == ["lines_default: from the start", "lines_default: to the ring 5"], trace(place)
    assert listed(place)["role-default.c"] == ["p"]
    place.oriel("dyndbg", "file role-default.c -p")
    puppet.tell("print")
    assert trace(place)[2:] == ["lines_default: to the ring 5"], trace(place)


def test_the_environment_takes_the_default_back(place):
    puppet = role(place, DEBUG, ORIEL_DYNDBG="-p")
    puppet.tell("print")
    assert trace(place) == ["lines_default: to the ring 5"], trace(place)


def test_the_environment_comes_behind_the_domains_queries(place):
    role(place, ORIEL_DYNDBG="+m")
    place.oriel("dyndbg", "file role.c +p")
    later = role(place, ORIEL_DYNDBG="func print -p")
    later.tell("print")
    assert trace(place) == ["before_main: before main"], trace(place)


def test_lines_go_to_the_console_without_a_domain(place):
    env = place.environment(ORIEL_DYNDBG="func print +pf", ORIEL_LOGLEVEL="8", ORIEL_DOMAIN="/proc/nowhere")
    done = subprocess.run([harness.PUPPET, "obey"], input="print\n", capture_output=True, text=True, env=env,
                          timeout=harness.PATIENCE)
    assert done.stderr == "print: own line\n" and done.stdout == "0\n", done


def test_a_static_program_is_no_different(place):
    if STATIC == "none":
        raise harness.Skip("no static programs here")
    puppet = role(place, STATIC, ORIEL_DYNDBG="module %s func print +pm" % os.path.basename(STATIC))
    puppet.tell("print")
    assert trace(place) == ["print: %s: own line" % os.path.basename(STATIC)], trace(place)


def test_a_program_with_a_service_thread_follows_too(place):
    puppet = role(place, ORIEL_CONTROL="thread")
    place.oriel("dyndbg", "func print +p")
    puppet.tell("print")
    assert trace(place) == ["print: own line"], trace(place)


harness.main(globals())
