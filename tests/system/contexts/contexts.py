# SPDX-License-Identifier: MIT
"""Events in the places where they are hard: every one found by the reader, none twice, the program unharmed.

  contexts.py ORIEL ACT HEAP LOADER-PLUGIN [TEST...]
"""
import collections
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import harness  # noqa: E402

ON = {"ORIEL_EVENTS": "context:*"}
OFF_RSEQ = {"ORIEL_RSEQ": "off"}
OWN_RSEQ = {"GLIBC_TUNABLES": "glibc.pthread.rseq=0"}
MARK = re.compile(r" mark: where=(.*) n=(-?\d+)$")


def act(place, *args, program=None, **env):
    done = subprocess.run([program or harness.PUPPET, *args], env=place.environment(**env), timeout=harness.PATIENCE * 5,
                          capture_output=True, text=True)
    assert done.returncode == 0, "%s: status %d\n%s%s" % (args, done.returncode, done.stdout, done.stderr)
    return done.stdout


def found(place):
    """How often each record is there."""
    text = place.oriel("trace").stdout
    got = [MARK.search(line) for line in harness.records(text)]
    assert all(got), text
    return collections.Counter((m.group(1), int(m.group(2))) for m in got)


def expect(place, *wanted, ignore=()):
    """Exactly @wanted, each once; those whose place is in @ignore may be there as well."""
    got = found(place)
    got = {key: nr for key, nr in got.items() if key[0] not in ignore}
    wanted = collections.Counter(wanted)
    missing = [key for key in wanted if key not in got]
    extra = ["%s x %d" % (key, nr) for key, nr in got.items() if nr != wanted[key]]
    assert not missing and not extra, "missing %d: %s\nnot as wanted %d: %s" % (
        len(missing), missing[:10], len(extra), extra[:10])


FRAME = ["first-constructor", "last-constructor", "first-destructor", "last-destructor", "atexit"]


def counts(text):
    return {line.split()[0]: int(line.split()[1]) for line in text.splitlines()}


def numbered(text):
    return [(name, n) for name, count in counts(text).items() for n in range(count)]


def test_from_the_first_constructor_to_the_last_destructor_by_the_environment(place):
    act(place, "loading", **ON)
    expect(place, *[(name, 0) for name in FRAME + ["main"]])


def test_from_the_first_constructor_to_the_last_destructor_by_the_rules_of_the_domain(place):
    place.oriel("enable", "--future", "context:mark")
    act(place, "loading")
    expect(place, *[(name, 0) for name in FRAME + ["main"]])


def test_constructors_and_destructors_on_leased_rings(place):
    act(place, "loading", **ON, **OFF_RSEQ)
    expect(place, *[(name, 0) for name in FRAME + ["main"]])


def test_constructors_and_destructors_with_rseq_of_our_own(place):
    act(place, "loading", **ON, **OWN_RSEQ)
    expect(place, *[(name, 0) for name in FRAME + ["main"]])


def storm(place, **env):
    text = act(place, "storm", **ON, **env)
    assert counts(text)["handler"] > 20, text
    expect(place, *numbered(text), ignore=FRAME)


def test_a_storm_of_signal_handlers(place):
    storm(place)


def test_a_storm_of_signal_handlers_on_leased_rings(place):
    storm(place, **OFF_RSEQ)


def test_a_storm_of_signal_handlers_with_rseq_of_our_own(place):
    storm(place, **OWN_RSEQ)


def test_a_handler_at_every_instruction_of_an_event(place):
    text = act(place, "steps", **ON)
    assert counts(text)["inner"] > 50, text
    expect(place, *numbered(text), ignore=FRAME)


def test_a_handler_at_every_instruction_of_an_event_on_leased_rings(place):
    text = act(place, "steps", **ON, **OFF_RSEQ)
    assert 50 < counts(text)["inner"] < 700, text
    expect(place, *numbered(text), ignore=FRAME)


BREATH = [("breath", n) for n in (3, 2, 1, 1)] + [("talk", 0)]


def test_the_last_breath_of_a_thread(place):
    act(place, "last-breath", **ON)
    expect(place, *BREATH, ignore=FRAME)


def test_the_last_breath_of_a_thread_on_leased_rings(place):
    act(place, "last-breath", **ON, **OFF_RSEQ)
    expect(place, *BREATH, ignore=FRAME)


def test_the_last_breath_of_a_thread_with_rseq_of_our_own(place):
    act(place, "last-breath", **ON, **OWN_RSEQ)
    expect(place, *BREATH, ignore=FRAME)


def heap(place, **env):
    text = act(place, program=HEAP, **ON, **env)
    made = counts(text)
    assert made["allocations"] >= 6000 and made["after"] >= 3, text
    expect(place, *[("allocation", n) for n in range(made["allocations"])],
           *[("after", n) for n in range(made["after"])])


def test_inside_malloc_and_after_the_last_destructor_of_a_thread(place):
    heap(place)


def test_inside_malloc_on_leased_rings(place):
    heap(place, **OFF_RSEQ)


def test_inside_malloc_with_rseq_of_our_own(place):
    heap(place, **OWN_RSEQ)


SMALL = [("x" * 4000, 1), ("x" * 4000, 2), ("handler on the small stack", 3)]


def small(place, **env):
    act(place, "small-stack", **ON, **env)
    got = found(place)
    assert got[SMALL[2]] == 1, got
    long = sorted(n for (where, n) in got if where.startswith("xxx") and len(where) > 1000)
    assert long == [1, 2], got


def test_on_a_16_kib_stack_and_in_a_signal_handler_on_it(place):
    small(place)


def test_on_a_16_kib_stack_on_leased_rings(place):
    small(place, **OFF_RSEQ)


def test_on_a_16_kib_stack_with_rseq_of_our_own(place):
    small(place, **OWN_RSEQ)


def nudge_on_small_stack(place, **env):
    program = subprocess.Popen([harness.PUPPET, "small-nudge"], env=place.environment(**env), stdout=subprocess.PIPE, text=True)
    assert program.stdout.readline() == "ready\n"
    place.oriel("enable", "--future", "context:*")
    assert program.wait(harness.PATIENCE) == 0
    program.stdout.close()
    expect(place, ("handler on the small stack", 3), ignore=FRAME)


def test_the_first_nudge_attaches_on_a_16_kib_stack_in_a_signal_handler(place):
    nudge_on_small_stack(place)


def test_the_first_nudge_on_a_16_kib_stack_writes_sites_by_mprotect(place):
    nudge_on_small_stack(place, ORIEL_PATCH="mprotect")


def test_a_threads_first_event_while_another_is_in_dlopen(place):
    act(place, "loader", PLUGIN, **ON)
    expect(place, ("while-loading", 0), ignore=FRAME)


def test_a_threads_first_event_while_another_is_in_dlopen_on_leased_rings(place):
    act(place, "loader", PLUGIN, **ON, **OFF_RSEQ)
    expect(place, ("while-loading", 0), ignore=FRAME)


def test_errno_stays_as_it_was(place):
    assert act(place, "errno", **ON) == "changed 0\n"


def test_errno_stays_as_it_was_when_events_are_off(place):
    assert act(place, "errno") == "changed 0\n"


def test_errno_stays_as_it_was_on_leased_rings_and_without_one(place):
    assert act(place, "errno", **ON, **OFF_RSEQ) == "changed 0\n"


def test_errno_stays_as_it_was_with_rseq_of_our_own(place):
    assert act(place, "errno", **ON, **OWN_RSEQ) == "changed 0\n"


if __name__ == "__main__":
    HEAP, PLUGIN = (os.path.abspath(arg) for arg in sys.argv[3:5])
    del sys.argv[3:5]
    harness.main(globals())
