# SPDX-License-Identifier: MIT
"""examples/my_driver: its source as a kernel module, and as a program whose insides are read and written."""
import errno
import glob
import os
import re
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "mount")]
import doors    # noqa: E402
import harness  # noqa: E402

SOURCE = os.path.normpath(os.path.join(HERE, "..", "..", "..", "examples", "my_driver"))


class Driver:
    """The program, until end()."""

    def __init__(self, place, parameters=""):
        self.place = place
        self.said = place.file("driver.log")
        with open(self.said, "w") as log:
            self.process = subprocess.Popen(
                [harness.PUPPET], stdout=subprocess.PIPE, stderr=log, text=True,
                env=place.environment(ORIEL_MODULE_PARAMS="my_driver.interval_ms=2 " + parameters))
        place.puppets.append(self)
        assert self.process.stdout.readline() == "ready\n", self.log()
        self.folder = "processes/%d/my_driver" % self.process.pid
        # its thread may not have begun
        harness.until(lambda: self.cat("status").startswith("State: running"), "the driver's thread")

    def log(self):
        with open(self.said) as file:
            return file.read()

    def cat(self, name):
        return self.place.oriel("cat", self.folder + "/" + name).stdout

    def errors(self):
        return int(re.fullmatch(r"State: running\nErrors: (\d+)\n", self.cat("status")).group(1))

    def end(self):
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(harness.PATIENCE)
            self.process.stdout.close()
        return self.process.returncode


def error_of(call, *args):
    try:
        call(*args)
    except OSError as error:
        return error.errno
    return 0


def read(*names):
    with open(os.path.join(*names), "rb", buffering=0) as file:
        return file.read(4096)


def write(text, *names):
    fd = os.open(os.path.join(*names), os.O_WRONLY | os.O_TRUNC)
    try:
        os.write(fd, text)
    finally:
        os.close(fd)


def headers():
    """The newest kernel headers that modules can be built with."""
    found = [place for place in glob.glob("/usr/src/linux-headers-*") if os.path.exists(place + "/Module.symvers")]
    if not found:
        raise harness.Skip("no kernel headers (package linux-headers) in /usr/src")
    for tool in "make", "gcc":
        if not shutil.which(tool):
            raise harness.Skip("no " + tool)
    return max(found, key=lambda place: [int(number) for number in re.findall(r"\d+", place)])


def test_the_source_is_a_kernel_module(place):
    kernel, folder = headers(), place.file("kernel")
    done = subprocess.run(["make", "-C", SOURCE, "BUILD=" + folder, "KERNEL=" + kernel],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "warning" not in (done.stdout + done.stderr).lower().replace("skipping btf", ""), done.stderr
    module = os.path.join(folder, "my_driver.ko")
    sections = subprocess.run(["readelf", "-SW", module], capture_output=True, text=True, check=True).stdout
    assert ".modinfo" in sections and "__dyndbg" in sections and "_ftrace_events" in sections, sections
    symbols = subprocess.run(["nm", module], capture_output=True, text=True, check=True).stdout
    for name in "debugfs_create_u32", "debugfs_create_blob", "debugfs_create_file", "simple_read_from_buffer":
        assert re.search(r" U %s$" % name, symbols, re.M), name
    assert " init_module" in symbols and " cleanup_module" in symbols
    assert not [name for name in os.listdir(SOURCE) if name.endswith((".o", ".ko", ".mod.c"))]


def test_the_same_source_is_a_program(place):
    driver = Driver(place)
    assert driver.cat("debug_level") == "1\n"
    assert driver.cat("firmware") == "MYFW 1.0" + "\0" * 56
    assert re.fullmatch(r"State: running\nErrors: \d+\n", driver.cat("status"))
    assert driver.log() == "my_driver: loaded, 2 ms between requests\n"


def test_compiled_out_it_runs_without_the_library(place):
    include = os.path.join(SOURCE, "..", "..", "include")
    for level in "-O0", "-O2":
        subprocess.run([os.environ.get("CC", "cc"), level, "-std=gnu11", "-D_GNU_SOURCE", "-DORIEL_DISABLE", "-Wall", "-Wextra",
                        "-Wno-unused-parameter", "-Werror", "-DKBUILD_MODNAME=\"my_driver\"", "-I", SOURCE,
                        "-I", include + "/oriel-linux", "-I", include, "-o", place.file("driver"),
                        SOURCE + "/my_driver.c", SOURCE + "/host.c", "-pthread"], check=True)
        program = subprocess.Popen([place.file("driver")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=place.environment())
        assert program.stdout.readline() == "ready\n"
        program.terminate()
        said = program.communicate(timeout=harness.PATIENCE)[1]
        assert program.returncode == 0 and re.search(r"^my_driver: \d+ errors$", said, re.M), said
    assert not os.path.exists(place.domain())


WAITER = """
#include <linux/kthread.h>
#include <linux/wait.h>
#include <stdio.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static int ready;

static int make_ready(void *data)
{
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
	wake_up_interruptible(&queue);
	return 0;
}

int main(void)
{
	long left = wait_event_timeout(queue, ready, 3);
	struct task_struct *thread = kthread_run(make_ready, NULL, "maker");
	int err = wait_event_interruptible(queue, __atomic_load_n(&ready, __ATOMIC_ACQUIRE));

	printf("%ld %d\\n", left, err);
	return kthread_stop(thread);
}
"""


def test_compiled_out_a_driver_may_wait(place):
    include = os.path.join(SOURCE, "..", "..", "include")
    with open(place.file("waiter.c"), "w") as file:
        file.write(WAITER)
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-D_GNU_SOURCE", "-DORIEL_DISABLE", "-Wall", "-Wextra",
                    "-Wno-unused-parameter", "-Werror", "-I", include + "/oriel-linux", "-I", include, "-o",
                    place.file("waiter"), place.file("waiter.c"), "-pthread"], check=True)
    assert subprocess.run([place.file("waiter")], stdout=subprocess.PIPE, text=True, check=True).stdout == "0 0\n"


def test_status_counts_what_failed(place):
    driver = Driver(place, "my_driver.errors_every=2")
    harness.until(lambda: driver.errors() > 3, "the fourth error")
    quiet = Driver(place, "my_driver.errors_every=0")
    assert quiet.errors() == 0


def test_cat_and_echo_through_the_mount(place):
    driver = Driver(place)
    with doors.mounted(place) as mount:
        folder = os.path.join(mount.root, driver.folder)
        assert sorted(os.listdir(folder)) == ["debug_level", "firmware", "status"]
        shell = subprocess.run("cat status && echo 3 > debug_level && cat debug_level && cat firmware", shell=True,
                               cwd=folder, capture_output=True, check=True)
        assert re.fullmatch(rb"State: running\nErrors: \d+\n3\nMYFW 1\.0\0{56}", shell.stdout), shell.stdout
        assert driver.cat("debug_level") == "3\n"
        harness.until(lambda: "my_driver: request " in driver.log(), "a line of the new level")


def test_files_have_their_modes_and_errors(place):
    driver = Driver(place)
    with doors.mounted(place) as mount:
        folder = os.path.join(mount.root, driver.folder)
        modes = {name: os.stat(os.path.join(folder, name)).st_mode & 0o7777 for name in os.listdir(folder)}
        assert modes == {"debug_level": 0o644, "firmware": 0o444, "status": 0o444}, modes
        assert error_of(write, b"three", folder, "debug_level") == errno.EINVAL
        assert error_of(write, b"18446744073709551616", folder, "debug_level") == errno.ERANGE
        write(b"0x10\n", folder, "debug_level")
        assert read(folder, "debug_level") == b"16\n"
        assert error_of(write, b"x", folder, "firmware") in (errno.EACCES, errno.EPERM, errno.EINVAL)
        assert error_of(write, b"x", folder, "status") in (errno.EACCES, errno.EPERM, errno.EINVAL)


def test_the_newest_process_stands_by_name(place):
    Driver(place)
    driver = Driver(place)
    place.oriel("write", driver.folder + "/debug_level", "7")
    with doors.mounted(place) as mount:
        assert read(mount.root, "by-name", "my_driver", "my_driver", "debug_level") == b"7\n"


def test_its_lines_are_switched_one_by_one(place):
    Driver(place, "my_driver.errors_every=2")
    listed = place.oriel("dyndbg", "--list").stdout
    assert re.search(r'my_driver\.c:\d+ \[my_driver\]work =_ "request %u failed: %d\\n"', listed), listed
    place.oriel("dyndbg", "module my_driver func work +pf")
    harness.until(lambda: "failed: -5" in place.oriel("trace").stdout, "a line that is on")
    text = place.oriel("trace").stdout
    assert re.search(r"work: my_driver: request \d+ failed: -5$", text, re.M), text
    assert "sector" not in text, text
    assert place.oriel("dyndbg", "module no_driver +p", expect=None).returncode != 0


def test_a_query_from_the_environment_sees_the_start(place):
    with open(place.file("driver.log"), "w"):
        pass
    driver = subprocess.Popen([harness.PUPPET], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              env=place.environment(ORIEL_DYNDBG="func set_state +p"))
    try:
        driver.stdout.readline()
        harness.until(lambda: "state starting -> running" in place.oriel("trace").stdout, "the first state")
    finally:
        driver.terminate()
        driver.wait(harness.PATIENCE)
        driver.stdout.close()
    assert "state running -> stopped" in place.oriel("trace").stdout


def test_its_events_are_recorded(place):
    Driver(place, "my_driver.errors_every=2")
    place.oriel("enable", "my_driver:*")
    harness.until(lambda: "my_driver_error" in place.oriel("trace").stdout, "an event")
    text = place.oriel("trace").stdout
    assert re.search(r"my_driver_request: (read|write) sector=\d+ len=\d+$", text, re.M), text
    assert re.search(r"my_driver_error: sector=\d+ error=-5 state=running$", text, re.M), text


def test_it_ends_as_a_module_is_unloaded(place):
    driver = Driver(place)
    assert driver.end() == 0
    assert re.search(r"^my_driver: \d+ errors$", driver.log(), re.M), driver.log()
    assert place.oriel("cat", driver.folder + "/status", expect=None).returncode != 0


def test_a_parameter_that_makes_no_sense_is_told_and_left_out(place):
    driver = Driver(place, "my_driver.errors_every=many my_driver.nothing=1 other.errors_every=0")
    assert "my_driver: `many' invalid for parameter `errors_every'" in driver.log(), driver.log()
    assert "my_driver: unknown parameter 'nothing' ignored" in driver.log(), driver.log()
    harness.until(lambda: driver.errors() > 0, "an error")


if __name__ == "__main__":
    harness.main(globals())
