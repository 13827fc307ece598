# SPDX-License-Identifier: MIT
"""docs/kernel-source.md shows what happens: its files are compiled and its commands run.

  page.py ORIEL PKG_CONFIG_PATH [TEST...]
"""
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import console                                           # noqa: E402
import harness                                           # noqa: E402
import package                                           # noqa: E402

PAGE = os.path.join(HERE, "..", "..", "..", "docs", "kernel-source.md")
FILE = re.compile(r"^`([\w.]+)`[^\n]*:\n\n```c\n(.*?)^```$", re.M | re.S)


def test_the_commands_do_what_is_shown(place):
    for command in "bash", "cc", "pkg-config":
        if not shutil.which(command):
            raise harness.Skip("no " + command)
    with open(PAGE, encoding="utf-8") as page:
        for name, text in FILE.findall(page.read()):
            with open(place.file(name), "w", encoding="utf-8") as file:
                file.write(text)
    pkg_config = os.path.abspath(harness.PUPPET)
    env = {
        "PATH": os.path.dirname(harness.ORIEL) + ":" + os.environ["PATH"],
        "PKG_CONFIG_PATH": pkg_config,
        "LD_LIBRARY_PATH": os.path.join(os.path.dirname(pkg_config), "src", "runtime"),
    }
    run = console.run(place, PAGE, place.files, pids=["4711"], lacks=() if package.find() else ("headers",), **env)
    assert run > 4, run


if __name__ == "__main__":
    harness.main(globals())
