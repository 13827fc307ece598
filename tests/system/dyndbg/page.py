# SPDX-License-Identifier: MIT
"""docs/dynamic-debug.md shows what happens: its commands are run with the program that it shows.

  page.py ORIEL PKG_CONFIG_PATH [TEST...]
"""
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import console  # noqa: E402
import harness  # noqa: E402

PAGE = os.path.join(ROOT, "docs", "dynamic-debug.md")
EXAMPLE = os.path.join(ROOT, "examples", "shop.c")


def need(*commands):
    for command in commands:
        if not shutil.which(command):
            raise harness.Skip("no " + command)


def has_fuse():
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError:
        return False
    return not os.geteuid() or bool(shutil.which("fusermount3"))


def test_the_program_is_the_example(place):
    with open(PAGE, encoding="utf-8") as page, open(EXAMPLE, encoding="utf-8") as example:
        shown = re.search(r"^```c\n(.*?)^```$", page.read(), re.M | re.S)[1]
        assert example.read().endswith(shown), "examples/shop.c is not what the page shows"


def test_the_commands_do_what_is_shown(place):
    need("bash", "cc", "pkg-config")
    pkg_config = os.path.abspath(harness.PUPPET)
    shutil.copy(EXAMPLE, place.files)
    env = {
        "PATH": os.path.dirname(harness.ORIEL) + ":" + os.environ["PATH"],
        "PKG_CONFIG_PATH": pkg_config,
        "LD_LIBRARY_PATH": os.path.join(os.path.dirname(pkg_config), "src", "runtime"),
    }
    nr = console.run(place, PAGE, place.files, pids=["4711", "4712"],
                     lacks=() if has_fuse() else ("fuse",), **env)
    assert nr > 20, nr


if __name__ == "__main__":
    harness.main(globals())
