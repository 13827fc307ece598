# SPDX-License-Identifier: MIT
"""The command line itself: help, wrong words, exit status 2."""
import harness

COMMANDS = "list enable disable trace follow clear record report doctor gc".split()


def test_help_names_every_command(place):
    text = place.oriel("--help").stdout
    for command in COMMANDS:
        assert "\n  %s " % command in text, command


def test_every_command_explains_itself(place):
    for command in COMMANDS:
        text = place.oriel(command, "--help").stdout
        assert text.startswith("usage: oriel %s" % command), text
        assert place.oriel("help", command).stdout == text


def test_version(place):
    assert place.oriel("--version").stdout.startswith("oriel ")


def test_no_command_is_a_usage_error(place):
    done = place.oriel(expect=2)
    assert done.stdout == "" and "usage:" in done.stderr


def test_unknown_command_names_what_is_near(place):
    assert "near: record" in place.oriel("recrod", expect=2).stderr


def test_unknown_option_is_a_usage_error(place):
    assert "no option '--frobnicate'" in place.oriel("list", "--frobnicate", expect=2).stderr
    place.oriel("clear", "--json", expect=2)
    place.oriel("--frobnicate", "list", expect=2)
    assert "goes after --" in place.oriel("write", "x", "-5", expect=2).stderr


def test_an_option_without_its_value_is_a_usage_error(place):
    stderr = place.oriel("dyndbg", "-p", expect=2).stderr
    assert "'-p' wants a value, PID" in stderr and "goes after --" in stderr
    assert "oriel: '--domain' wants a value" in place.oriel("--domain", expect=2).stderr


def test_missing_and_superfluous_arguments(place):
    assert "argument is missing" in place.oriel("enable", expect=2).stderr
    assert "one argument too many" in place.oriel("trace", "x", expect=2).stderr
    place.oriel("list", "-p", expect=2)


def test_values_are_checked(place):
    for wrong in (["-p", "0"], ["-p", "x"], ["-p", "12x"], ["-p", "99999999999"]):
        place.oriel("list", *wrong, expect=2)
    for wrong in (["--duration", "0"], ["--duration", "-1"], ["--duration", "nan"],
                  ["--max-size", "0"], ["--max-size", "12Q"], ["--max-size", "-5"],
                  ["--max-size", "99999999999G"], ["--preload", "nothing", "--", "true"]):
        place.oriel("record", *wrong, expect=2)


def test_a_program_to_record_stands_behind_dashes(place):
    assert "write -- before the program" in place.oriel("record", "true", expect=2).stderr
    place.oriel("record", "--", expect=2)
    place.oriel("record", "--preload", "malloc", expect=2)


def test_a_domain_is_a_name_or_an_absolute_path(place):
    for wrong in ("a/b", ".", ".."):
        place.oriel("--domain", wrong, "trace", expect=2)
        place.oriel("trace", env={"ORIEL_DOMAIN": wrong}, expect=2)
        place.oriel("doctor", "--domain=" + wrong, expect=2)


def test_output_that_cannot_be_written_is_an_error(place):
    with open("/dev/full", "w") as full:
        done = harness.subprocess.run([harness.ORIEL, "--help"], stdout=full, stderr=harness.subprocess.PIPE,
                                      text=True)
    assert done.returncode == 1 and "cannot write" in done.stderr


harness.main(globals())
