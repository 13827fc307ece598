# SPDX-License-Identifier: MIT
"""A program that uses libtracefs (client.c), unmodified, on a domain."""
import subprocess
import sys

import tracefs


def one(name):
    def test(place):
        tracefs.need_mounts(place)
        # An event must be known before its folder is there.
        program = tracefs.traced(place)
        done = tracefs.run(place, tracefs.beside("client"), name, tracefs.harness.PUPPET, expect=None)
        assert done.returncode == 0, done.stdout + done.stderr
        program.end()
    return test


for found in subprocess.run([tracefs.os.path.join(tracefs.os.path.dirname(sys.argv[2]), "client"), "--list"],
                            capture_output=True, text=True, check=True).stdout.split():
    globals()["test_" + found] = one(found)

tracefs.main(globals())
