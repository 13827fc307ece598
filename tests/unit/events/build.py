# SPDX-License-Identifier: MIT
"""The sched_switch example, as it stands, with every compiler, level and language; and compiled to nothing.

  build.py ORIEL LIBRARY-FOLDER INCLUDE-FOLDER [TEST...]
"""
import itertools
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "system", "cli"))
import harness  # noqa: E402

WARNINGS = ["-Wall", "-Wextra", "-Werror"]
CREATE, USE = os.path.join(HERE, "sched_create.c"), os.path.join(HERE, "sched_use.c")
TEXT = "prev_comm=one prev_pid=7 prev_prio=120 prev_state=1 ==> next_comm=two next_pid=8 next_prio=98"
COMPILER = {("gcc", "c"): "gcc", ("gcc", "c++"): "g++", ("clang", "c"): "clang", ("clang", "c++"): "clang++"}
STANDARD = {"c": ["-x", "c", "-std=gnu11"], "c++": ["-x", "c++", "-std=c++17"]}


def tool(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, "%s\n%s%s" % (" ".join(command), done.stdout, done.stderr)
    return done.stdout


def build(place, name, language_of, *flags, libraries=True):
    """@language_of: (of the file that creates the event, of the one that uses it)"""
    objects = []
    for source, language in zip((CREATE, USE), language_of):
        objects.append(place.file(os.path.basename(source) + language + ".o"))
        tool(COMPILER[name, language], *STANDARD[language], *WARNINGS, *flags, "-I", INCLUDE, "-I", HERE, "-c", source, "-o", objects[-1])
    program = place.file("sched")
    tool(COMPILER[name, "c++" if "c++" in language_of else "c"], *flags, *objects, "-o", program,
         *(["-L", LIBRARY, "-loriel", "-Wl,-rpath," + LIBRARY] if libraries else []))
    return program


# As the kernel prints it for these fields: char is unsigned there, and arrays carry their length.
FORMAT = """name: sched_switch
ID: %d
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;

	field:char prev_comm[16];	offset:8;	size:16;	signed:0;
	field:pid_t prev_pid;	offset:24;	size:4;	signed:1;
	field:int prev_prio;	offset:28;	size:4;	signed:1;
	field:long prev_state;	offset:32;	size:8;	signed:1;
	field:char next_comm[16];	offset:40;	size:16;	signed:0;
	field:pid_t next_pid;	offset:56;	size:4;	signed:1;
	field:int next_prio;	offset:60;	size:4;	signed:1;

print fmt: "prev_comm=%%s prev_pid=%%d prev_prio=%%d prev_state=%%ld ==> next_comm=%%s next_pid=%%d next_prio=%%d", \
REC->prev_comm, REC->prev_pid, REC->prev_prio, REC->prev_state, REC->next_comm, REC->next_pid, REC->next_prio
"""


def check(place, program):
    env = place.environment(ORIEL_EVENTS="sched:*")
    assert subprocess.run([program], env=env).returncode == 0
    (event,) = place.json("list", "-v")["events"]
    assert event["format"] == FORMAT % event["id"], event["format"]
    got = [line.split(" sched_switch: ")[1] for line in harness.records(place.oriel("trace").stdout)]
    assert got == [TEXT] * 2, got


def built_with(name, language_of, *flags):
    def test(place):
        check(place, build(place, name, language_of, *flags))
    return test


for compiler, pair in itertools.product(("gcc", "clang"), (("c", "c"), ("c++", "c++"))):
    for level in ("-O0", "-O1", "-O2", "-O3", "-Os", "-O2 -flto"):
        globals()["test_%s_as_%s_at_%s" % (compiler, pair[0], level.replace("-", ""))] = \
            built_with(compiler, pair, *level.split())
test_created_in_c_used_from_cxx = built_with("gcc", ("c", "c++"), "-O2")
test_created_in_cxx_used_from_c = built_with("clang", ("c++", "c"), "-O2")
test_without_rewriting_of_instructions = built_with("gcc", ("c", "c"), "-O2", "-DORIEL_NO_JUMP_LABEL")
test_cxx_without_rewriting_of_instructions = built_with("clang", ("c++", "c++"), "-O2", "-DORIEL_NO_JUMP_LABEL")


def disabled(name, language):
    def test(place):
        program = build(place, name, (language, language), "-O2", "-DORIEL_DISABLE", libraries=False)
        assert subprocess.run([program]).returncode == 0
        names = [line.split()[-1] for line in tool("nm", program).splitlines()]
        ours = [n for n in names if "oriel" in n or "trace" in n or "static_key" in n]
        assert not ours, ours
        assert "oriel" not in tool("readelf", "-SW", program)
        assert "liboriel" not in tool("readelf", "-dW", program)
        created = tool("nm", place.file("sched_create.c" + language + ".o"))
        assert not [line for line in created.splitlines() if "oriel" in line or "trace" in line], created
    return test


for compiler, lang in itertools.product(("gcc", "clang"), ("c", "c++")):
    globals()["test_disabled_it_is_nothing_with_%s_as_%s" % (compiler, lang)] = disabled(compiler, lang)

if __name__ == "__main__":
    LIBRARY, INCLUDE = (os.path.abspath(arg) for arg in sys.argv[2:4])
    sys.argv[2:4] = ["-"]
    harness.main(globals())
