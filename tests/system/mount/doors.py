# SPDX-License-Identifier: MIT
"""What the tests of the mount share, besides the harness of the command's tests."""
import contextlib
import ctypes
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import harness  # noqa: E402

NOBODY = 65534
libc = ctypes.CDLL(None, use_errno=True)


def need_fuse():
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError as error:
        raise harness.Skip("/dev/fuse: %s" % error.strerror)
    if os.geteuid() and not any(os.access(os.path.join(d, "fusermount3"), os.X_OK)
                                for d in os.environ["PATH"].split(":")):
        raise harness.Skip("no fusermount3")


def need_root():
    if os.geteuid():
        raise harness.Skip("needs root")


class Mount:
    """oriel mount -f, so that the process that serves is known."""

    def __init__(self, place, *args):
        need_fuse()
        self.place = place
        self.process = place.start(*args, "mount", "-f")
        self.root = self.process.stdout.readline().strip()
        assert self.root, self.process.stderr.read()
        self.tracing = os.path.join(self.root, "tracing")

    def path(self, *names):
        return os.path.join(self.tracing, *names)

    def read(self, *names):
        with open(self.path(*names)) as file:
            return file.read()

    def write(self, text, *names, mode="w"):
        with open(self.path(*names), mode) as file:
            file.write(text)

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(harness.PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return status


@contextlib.contextmanager
def mounted(place, *args):
    mount = Mount(place, *args)
    try:
        yield mount
    finally:
        mount.end()
        # Whatever a failed test left: nothing of it may stay mounted.
        while is_mounted(mount.root):
            subprocess.run(["umount", "-l", mount.root], check=True)


def is_mounted(path):
    with open("/proc/self/mountinfo") as mounts:
        return any(line.split()[4] == path for line in mounts)


def nobody_with_fuse(prepare=""):
    """A command prefix: run what follows as nobody, with a /dev/fuse for everybody, as most systems have it, in
    a mount namespace."""
    need_root()
    script = ("mount -t tmpfs -o mode=755,dev t /mnt && mknod -m 666 /mnt/fuse c 10 229 && "
              "mount --bind /mnt/fuse /dev/fuse && umount -l /mnt || exit 99; " + prepare +
              "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"")
    return ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh"]


def can_be_nobody():
    done = subprocess.run(nobody_with_fuse() + ["sh", "-c", ": </dev/fuse"], capture_output=True)
    if done.returncode:
        raise harness.Skip("nobody cannot be given a /dev/fuse here: %s" % done.stderr.decode().strip())
