# SPDX-License-Identifier: MIT
"""exec: a command that finds the domain where it expects the kernel's debugfs and tracefs."""
import os
import signal
import subprocess

import doors
from doors import harness

TRACING = "/sys/kernel/tracing"
DEBUG = "/sys/kernel/debug"


def need_exec(place):
    doors.need_fuse()
    done = place.oriel("exec", "true", expect=None)
    if done.returncode == 4 or TRACING in done.stderr:
        raise harness.Skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr


def test_the_domain_stands_at_the_kernels_place(place):
    need_exec(place)
    place.puppet()
    place.oriel("list")
    done = place.oriel("exec", "--", "sh", "-c", "ls -d %s/events/puppet; cat %s/tracing_on" % (TRACING, TRACING))
    assert done.stdout == TRACING + "/events/puppet\n1\n", done
    assert not os.path.exists(TRACING + "/events/puppet")


def test_all_of_it_stands_at_debugfs(place):
    need_exec(place)
    if not os.path.isdir(DEBUG):
        raise harness.Skip("no debugfs")
    puppet = place.puppet()
    place.oriel("list")
    place.oriel("exec", "--", "ls", DEBUG + "/tracing/events/puppet")
    found = place.oriel("exec", "--", "ls", DEBUG, DEBUG + "/processes").stdout.split()
    assert set(found) >= {"by-name", "dynamic_debug", "processes", "tracing", str(puppet.pid)}, found
    assert place.oriel("exec", "--", "cat", DEBUG + "/dynamic_debug/control").stdout == \
        place.oriel("cat", "dynamic_debug/control").stdout


def test_exit_statuses_are_those_of_the_command_and_the_shell(place):
    need_exec(place)
    place.oriel("exec", "--", "sh", "-c", "exit 7", expect=7)
    assert "no-such-program" in place.oriel("exec", "no-such-program", expect=127).stderr
    place.oriel("exec", place.files, expect=126)
    place.oriel("exec", "--", "sh", "-c", "kill -TERM $$", expect=-signal.SIGTERM)


def test_ftrace_enabled_can_be_written_and_the_kernels_is_not(place):
    need_exec(place)
    path = "/proc/sys/kernel/ftrace_enabled"
    if not os.path.exists(path):
        raise harness.Skip("no " + path)
    before = open(path).read()
    assert place.oriel("exec", "--", "sh", "-c", "echo 0 > %s; cat %s" % (path, path)).stdout == "0\n"
    assert open(path).read() == before


def test_domain_is_handed_on(place):
    need_exec(place)
    done = place.oriel("--domain", "other", "exec", "--", "sh", "-c", "echo $ORIEL_DOMAIN")
    assert done.stdout.strip() == place.domain("other")
    done = place.oriel("exec", "--", "sh", "-c", "echo ${ORIEL_DOMAIN-none}")
    assert done.stdout.strip() == "none"


def servers(place):
    """Processes that have files of the domain mapped."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/maps" % pid) as maps:
                if place.domain() + "/" in maps.read():
                    found.append(int(pid))
        except OSError:
            pass
    return found


def test_mount_and_server_go_with_the_command_however_it_ends(place):
    need_exec(place)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        command = place.start("exec", "--", "sh", "-c", "echo ready; exec sleep 1000")
        assert command.stdout.readline() == "ready\n"
        assert servers(place)
        command.send_signal(number)
        command.communicate(timeout=harness.PATIENCE)
        assert command.returncode == -number
        harness.until(lambda: not servers(place), "the server's end")
        assert not doors.is_mounted(TRACING) or place.domain() not in open("/proc/self/mountinfo").read()


def test_what_the_command_leaves_behind_never_sees_the_kernels_files(place):
    need_exec(place)
    # The pipe is the sign: the server has gone when the left-over process is told to look.
    tell, told = os.pipe()
    os.set_inheritable(tell, True)
    left = place.start("exec", "--", "sh", "-c",
                       "(read x <&%d; echo 1 > %s/tracing_on && echo written || echo refused) & exit 0" %
                       (tell, TRACING), close_fds=False)
    os.close(tell)
    left.wait(harness.PATIENCE)
    harness.until(lambda: not servers(place), "the server's end")
    os.write(told, b"go\n")
    os.close(told)
    assert left.communicate(timeout=harness.PATIENCE)[0] == "refused\n"


def test_a_user_without_rights_gets_it_in_a_user_namespace(place):
    doors.can_be_nobody()
    os.chmod(place.runtime_dir, 0o755)
    own = os.path.join(place.runtime_dir, "nobody")
    os.mkdir(own, 0o700)
    os.chown(own, doors.NOBODY, doors.NOBODY)
    env = place.environment(XDG_RUNTIME_DIR=own)
    also = DEBUG + "/tracing/tracing_on" if os.path.isdir(DEBUG) else ""
    done = subprocess.run(doors.nobody_with_fuse() + [harness.ORIEL, "exec", "--", "sh", "-c",
                          "id -u; cat %s/tracing_on %s" % (TRACING, also)], env=env, cwd="/", capture_output=True, text=True)
    if "not permitted here" in done.stderr:
        raise harness.Skip(done.stderr.strip())
    assert done.returncode == 0 and done.stdout == "65534\n1\n" + ("1\n" if also else ""), done


if __name__ == "__main__":
    harness.main(globals())
