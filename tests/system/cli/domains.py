# SPDX-License-Identifier: MIT
"""Domains that are not there, not ours, or damaged: a clear message and the right exit status."""
import os
import re
import subprocess

import harness

ROOM = re.compile("room|full")
READERS = (["trace"], ["follow"], ["clear"], ["list"], ["enable", "*:*"])


def make(place):
    """An empty domain."""
    place.oriel("list")
    return place.domain()


def test_reading_a_domain_that_is_not_there_says_so(place):
    for command in (["trace"], ["clear"]):
        done = place.oriel(*command, expect=1)
        assert place.domain() in done.stderr, done.stderr


def test_a_link_in_place_of_the_domain_is_refused(place):
    target = place.file("elsewhere")
    os.mkdir(target, 0o700)
    os.makedirs(os.path.dirname(place.domain()), 0o700)
    os.symlink(target, place.domain())
    for command in READERS:
        assert place.domain() in place.oriel(*command, expect=None).stderr
        assert place.oriel(*command, expect=None).returncode in (1, 4)
    assert os.listdir(target) == []
    assert "symbolic link" in place.oriel("doctor", expect=1).stdout


def test_a_domain_open_to_others_is_refused(place):
    os.chmod(make(place), 0o755)
    for command in READERS:
        assert place.domain() in place.oriel(*command, expect=4).stderr
    assert "0755" in place.oriel("doctor", expect=1).stdout


def test_a_damaged_control_file_is_told(place):
    path = os.path.join(make(place), "ctl")
    with open(path, "r+b") as ctl:
        ctl.write(b"\xff" * 64)
    for command in READERS:
        assert place.domain() in place.oriel(*command, expect=5).stderr


def test_a_control_file_of_another_version_is_told(place):
    path = os.path.join(make(place), "ctl")
    with open(path, "r+b") as ctl:
        ctl.seek(8)
        ctl.write(b"\x63")
    assert place.domain() in place.oriel("trace", expect=5).stderr


def test_a_control_file_cut_short_is_told(place):
    os.truncate(os.path.join(make(place), "ctl"), 4096)
    for command in READERS:
        place.oriel(*command, expect=5)


def test_the_domain_option_goes_before_the_variable(place):
    other = place.file("other")
    os.mkdir(other, 0o700)
    place.oriel("--domain", other, "list", env={"ORIEL_DOMAIN": "default"})
    assert os.path.exists(os.path.join(other, "ctl"))
    assert not os.path.exists(place.domain())
    place.oriel("list", "--domain", "named")
    assert os.path.exists(os.path.join(place.domain("named"), "ctl"))


def on_small_tmpfs(place, size, test):
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0700,size=" + size, "none", place.runtime_dir],
                      capture_output=True).returncode:
        raise harness.Skip("no permission to mount a small tmpfs")
    try:
        test()
    finally:
        subprocess.run(["umount", "-l", place.runtime_dir], check=True)


def fill(directory):
    with open(os.path.join(directory, "filler"), "wb", buffering=0) as filler:
        try:
            while filler.write(b"x" * 65536):
                pass
        except OSError:
            pass


def test_two_domains_of_a_thousand_cpus_fit_64_mib(place):
    online = place.file("online")
    with open(online, "w") as file:
        file.write("0-1023\n")
    pretend = ["unshare", "-m", "sh", "-c",
               "mount --bind %s /sys/devices/system/cpu/online && exec \"$@\"" % online, "sh"]
    if subprocess.run([*pretend, "true"], capture_output=True).returncode:
        raise harness.Skip("no permission to mount over the list of CPUs")

    def two_domains():
        for name in "one", "two":
            subprocess.run([*pretend, harness.ORIEL, "--domain", name, "enable", "-f", "x:*"], check=True,
                           env=place.environment())
            assert os.path.exists(os.path.join(place.domain(name), "ring"))
    on_small_tmpfs(place, "64M", two_domains)


def test_a_place_that_is_not_there_is_told(place):
    for command in ["list"], ["record", "--", "true"]:
        done = place.oriel(*command, expect=1, env={"XDG_RUNTIME_DIR": place.file("none")})
        assert "directory above it is missing" in done.stderr and "XDG_RUNTIME_DIR" in done.stderr, done.stderr


def test_a_full_file_system_is_told_and_nothing_is_switched_on(place):
    def no_rings():
        make(place)
        fill(place.runtime_dir)
        for command in (["enable", "-f", "x:*"], ["record", "--", "true"]):
            done = place.oriel(*command, expect=1)
            assert place.runtime_dir in done.stderr and ROOM.search(done.stderr), done.stderr
        assert place.json("gc", "-n")["freed"] > 0     # no rules: nothing was switched on
        assert "fail  room" in place.oriel("doctor", expect=1).stdout
        assert not os.path.exists(os.path.join(place.domain(), "ring"))
    on_small_tmpfs(place, "8M", no_rings)

    def no_domain():
        done = place.oriel("list", expect=1)
        assert place.runtime_dir in done.stderr and ROOM.search(done.stderr), done.stderr
    on_small_tmpfs(place, "1M", no_domain)


harness.main(globals())
