# SPDX-License-Identifier: MIT
"""docs/drivers.md: its commands, in a copy of examples/my_driver, print what it says.

  page.py ORIEL PKG_CONFIG_PATH [TEST...]
"""
import glob
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import console  # noqa: E402
import harness  # noqa: E402

ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))


def test_the_pages_commands_print_what_it_says(place):
    for command in "bash", "cc", "make", "pkg-config":
        if not shutil.which(command):
            raise harness.Skip("no " + command)
    folder = place.file("my_driver")
    shutil.copytree(os.path.join(ROOT, "examples", "my_driver"), folder)
    lacks = () if glob.glob("/usr/src/linux-headers-*/Module.symvers") else ("headers",)
    pkg_config = os.path.abspath(harness.PUPPET)
    run = console.run(place, os.path.join(ROOT, "docs", "drivers.md"), folder, lacks=lacks,
                      PATH=os.path.dirname(harness.ORIEL) + ":" + os.environ["PATH"], PKG_CONFIG_PATH=pkg_config,
                      LD_LIBRARY_PATH=os.path.join(os.path.dirname(pkg_config), "src", "runtime"))
    assert run > 10, run


if __name__ == "__main__":
    harness.main(globals())
