# SPDX-License-Identifier: MIT
"""docs/debugfs.md: its program is built, and its commands print what it says.

  page.py ORIEL PKG_CONFIG_PATH [TEST...]
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "mount")]
import console  # noqa: E402
import doors    # noqa: E402
import harness  # noqa: E402

PAGE = os.path.join(HERE, "..", "..", "..", "docs", "debugfs.md")


def test_the_pages_commands_print_what_it_says(place):
    with open(PAGE, encoding="utf-8") as page, open(place.file("window.c"), "w") as program:
        program.write(re.search(r"^```c\n(.*?)^```$", page.read(), re.M | re.S).group(1))
    lacks = ()
    try:
        doors.need_fuse()
    except harness.Skip:
        lacks = ("fuse",)
    pkg_config = os.path.abspath(harness.PUPPET)
    nr = console.run(place, PAGE, place.files, pids=["4711"], lacks=lacks,
                     PATH=os.path.dirname(harness.ORIEL) + ":" + os.environ["PATH"], PKG_CONFIG_PATH=pkg_config,
                     LD_LIBRARY_PATH=os.path.join(os.path.dirname(pkg_config), "src", "runtime"))
    assert nr > 15, nr


if __name__ == "__main__":
    harness.main(globals())
