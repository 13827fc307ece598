# SPDX-License-Identifier: MIT
"""dynamic_debug/control through the mount and without one: echo and cat, as on the kernel's; and by-name/.

  control.py ORIEL LINES [TEST...]
"""
import errno
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
sys.path.insert(0, os.path.join(HERE, "..", "mount"))
import doors  # noqa: E402
import harness  # noqa: E402

TITLE = "# filename:lineno [module]function flags format"


def sh(place, mount, script, expect=0):
    """A shell's own echo and cat, in the mount."""
    done = subprocess.run(["sh", "-c", script], cwd=mount.root, capture_output=True, text=True,
                          timeout=harness.PATIENCE, env=place.environment())
    assert done.returncode == expect, (script, done)
    return done.stdout


def on(text):
    return [line for line in harness.lines(text)[1:] if " =p" in line]


def test_echo_switches_and_cat_shows(place):
    puppet = place.puppet()
    with doors.mounted(place) as mount:
        before = sh(place, mount, "cat dynamic_debug/control")
        assert harness.lines(before)[0] == TITLE and not on(before), before
        sh(place, mount, "echo 'file lines.c func first +p' > dynamic_debug/control")
        assert len(on(sh(place, mount, "cat dynamic_debug/control"))) == 2
        puppet.tell("print")
        assert "first: first 1" in sh(place, mount, "cat tracing/trace")
        sh(place, mount, "echo '=_' > dynamic_debug/control")
        assert sh(place, mount, "cat dynamic_debug/control") == before


def test_under_exec_a_line_is_switched_at_the_kernels_place(place):
    doors.need_fuse()
    if not os.path.isdir("/sys/kernel/debug"):
        raise harness.Skip("no debugfs")
    puppet = place.puppet()
    place.oriel("exec", "--", "sh", "-c", "echo 'func first +p' > /sys/kernel/debug/dynamic_debug/control")
    puppet.tell("print")
    assert "first: first 1" in place.oriel("exec", "--", "cat", "/sys/kernel/tracing/trace").stdout


def test_tee_and_append_do_as_echo(place):
    place.puppet()
    with doors.mounted(place) as mount:
        assert sh(place, mount, "echo 'func first +p' | tee dynamic_debug/control") == "func first +p\n"
        sh(place, mount, "echo 'func lines_other +p' >> dynamic_debug/control")
        sh(place, mount, "printf 'func lines_other +f' | dd of=dynamic_debug/control 2>/dev/null")
        text = sh(place, mount, "cat dynamic_debug/control")
        assert len(on(text)) == 3 and "lines_other =pf " in text, text


def test_lines_are_switched_by_number(place):
    place.puppet()
    with doors.mounted(place) as mount:
        text = sh(place, mount, "cat dynamic_debug/control")
        number = int(text[text.index("lines.c:"):].split(":")[1].split()[0])
        sh(place, mount, "echo 'file lines.c line %d-%d +p' > dynamic_debug/control" % (number - 2, number))
        assert len(on(sh(place, mount, "cat dynamic_debug/control"))) == 1


def test_no_match_is_silent(place):
    place.puppet()
    with doors.mounted(place) as mount:
        sh(place, mount, "echo 'file nosuch.c +p' > dynamic_debug/control")
        assert not on(sh(place, mount, "cat dynamic_debug/control"))
    assert place.json("dyndbg", "--list")["queries"] == []


def refused(path, text):
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text)
    except OSError as error:
        return error.errno
    finally:
        os.close(fd)
    return 0


def test_errors_are_the_kernels(place):
    place.puppet()
    with doors.mounted(place) as mount:
        control = os.path.join(mount.root, "dynamic_debug", "control")
        assert refused(control, b"nonsense") == errno.EINVAL
        assert refused(control, b"file lines.c") == errno.EINVAL
        assert refused(control, b" " * 4096) == errno.E2BIG
        assert refused(control, b" " * 4095) == 0
        # what is right in a write that fails holds
        assert refused(control, b"func first +p\nfunc\n") == errno.EINVAL
        assert len(on(sh(place, mount, "cat dynamic_debug/control"))) == 2


def test_several_queries_and_a_file_of_them(place):
    place.puppet()
    with open(place.file("queries"), "w") as file:
        file.write("# what we look at\nfunc first +p\n\nfunc lines_other +p   # and this\n")
    with doors.mounted(place) as mount:
        sh(place, mount, "cat %s > dynamic_debug/control" % place.file("queries"))
        assert len(on(sh(place, mount, "cat dynamic_debug/control"))) == 3
        sh(place, mount, "echo 'func first -p; func lines_other -p' > dynamic_debug/control")
        assert not on(sh(place, mount, "cat dynamic_debug/control"))


def test_a_process_has_a_control_of_its_own(place):
    one, two = place.puppet(), place.puppet()
    with doors.mounted(place) as mount:
        sh(place, mount, "echo +p > processes/%d/dynamic_debug/control" % one.pid)
        assert on(sh(place, mount, "cat processes/%d/dynamic_debug/control" % one.pid))
        assert not on(sh(place, mount, "cat processes/%d/dynamic_debug/control" % two.pid))
        one.end()
        sh(place, mount, "cat processes/%d/dynamic_debug/control" % one.pid, expect=1)


def test_a_small_read_at_a_time_gives_the_same(place):
    place.puppet()
    with doors.mounted(place) as mount:
        assert sh(place, mount, "dd if=dynamic_debug/control bs=7 2>/dev/null") == \
            sh(place, mount, "cat dynamic_debug/control")


def test_commands_without_a_mount_do_the_same(place):
    place.puppet()
    place.oriel("write", "dynamic_debug/control", "func first +p")
    assert len(on(place.oriel("cat", "dynamic_debug/control").stdout)) == 2
    done = place.oriel("write", "dynamic_debug/control", "func frist lnie 3 +p", expect=1)
    assert "  func frist lnie 3 +p\n             ^^^^\n" in done.stderr, done.stderr
    # the kernel's own names for it
    assert place.oriel("cat", "/sys/kernel/debug/dynamic_debug/control").stdout == \
        place.oriel("cat", "dynamic_debug/control").stdout


def test_a_name_leads_to_the_newest_process(place):
    one = place.puppet()
    with doors.mounted(place) as mount:
        link = os.path.join(mount.root, "by-name", "dyndbg-lines")
        assert os.readlink(link) == "../processes/%d" % one.pid
        two = place.puppet()
        two.tell("print")
        harness.until(lambda: os.readlink(link) == "../processes/%d" % two.pid, "the newer one")
        assert os.path.isfile(os.path.join(link, "dynamic_debug", "control"))
        assert os.listdir(os.path.join(mount.root, "by-name")) == ["dyndbg-lines"]
        two.end()
        assert os.readlink(link) == "../processes/%d" % one.pid
        one.tell("name a/b")
        assert os.listdir(os.path.join(mount.root, "by-name")) == ["a_b"]
        one.end()
        assert os.listdir(os.path.join(mount.root, "by-name")) == []


def test_commands_follow_a_name(place):
    puppet = place.puppet()
    assert "by-name" in harness.lines(place.oriel("ls", "/").stdout)
    assert place.oriel("ls", "by-name").stdout == "dyndbg-lines\n"
    assert "-> ../processes/%d" % puppet.pid in place.oriel("ls", "-l", "by-name").stdout
    assert "info" in harness.lines(place.oriel("ls", "by-name/dyndbg-lines").stdout)
    assert harness.lines(place.oriel("cat", "by-name/dyndbg-lines/dynamic_debug/control").stdout)[0] == TITLE
    place.oriel("write", "by-name/dyndbg-lines/dynamic_debug/control", "+p")
    assert on(place.oriel("cat", "dynamic_debug/control").stdout)


if __name__ == "__main__":
    harness.main(globals())
