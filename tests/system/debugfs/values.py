# SPDX-License-Identifier: MIT
"""Folders, links and plain values of a program's debugfs, by command and by mount, from nodes made by hand."""
import contextlib
import ctypes
import os
import resource
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "mount")]
import doors    # noqa: E402
import fake     # noqa: E402
import harness  # noqa: E402


@contextlib.contextmanager
def program(place):
    p = fake.Program(place)
    try:
        yield p
    finally:
        p.end()


NUMBERS = {
    "u8": (fake.U8, ctypes.c_uint8(200), "200\n"), "u16": (fake.U16, ctypes.c_uint16(60000), "60000\n"),
    "u32": (fake.U32, ctypes.c_uint32(4000000000), "4000000000\n"),
    "u64": (fake.U64, ctypes.c_uint64(2**64 - 1), "18446744073709551615\n"),
    "x8": (fake.X8, ctypes.c_uint8(0xa), "0x0a\n"), "x16": (fake.X16, ctypes.c_uint16(0xab), "0x00ab\n"),
    "x32": (fake.X32, ctypes.c_uint32(0xabc), "0x00000abc\n"),
    "x64": (fake.X64, ctypes.c_uint64(0xabcd), "0x000000000000abcd\n"),
    "size_t": (fake.SIZE_T, ctypes.c_size_t(77), "77\n"), "atomic": (fake.ATOMIC, ctypes.c_int(-3), "-3\n"),
    "bool": (fake.BOOL, ctypes.c_bool(True), "Y\n"),
}


def test_each_kind_of_number_is_shown_as_the_kernel_shows_it(place):
    with program(place) as p:
        for name, (kind, variable, text) in NUMBERS.items():
            p.value(name, kind, variable)
            assert place.oriel("cat", p.path(name)).stdout == text, name


def test_what_is_written_stands_in_the_programs_memory(place):
    with program(place) as p:
        values = {"u8": (fake.U8, ctypes.c_uint8()), "x32": (fake.X32, ctypes.c_uint32()),
                  "u64": (fake.U64, ctypes.c_uint64()), "atomic": (fake.ATOMIC, ctypes.c_int())}
        for name, (kind, variable) in values.items():
            p.value(name, kind, variable)
            place.oriel("write", p.path(name), "0x2a")
            assert variable.value == 42, name
        flag = ctypes.c_bool()
        p.value("bool", fake.BOOL, flag)
        place.oriel("write", p.path("bool"), "on")
        assert flag.value is True


def test_what_is_no_number_is_refused(place):
    with program(place) as p:
        level = ctypes.c_uint32(7)
        p.value("level", fake.U32, level)
        for text, error in (("seven", "Invalid argument"), ("99999999999999999999999", "out of range")):
            assert error in place.oriel("write", p.path("level"), text, expect=1).stderr
        assert level.value == 7


def test_neighbours_of_a_written_value_keep_theirs(place):
    class Pair(ctypes.Structure):
        _fields_ = [("before", ctypes.c_uint16), ("it", ctypes.c_uint8), ("behind", ctypes.c_uint8),
                    ("far", ctypes.c_uint32)]
    with program(place) as p:
        pair = Pair(1, 2, 3, 4)
        p.kept.append(pair)
        p.add("it", fake.U8, addr=ctypes.addressof(pair) + Pair.it.offset)
        place.oriel("write", p.path("it"), "9")
        assert (pair.before, pair.it, pair.behind, pair.far) == (1, 9, 3, 4)
        assert place.oriel("cat", p.path("it")).stdout == "9\n"


def test_strings_blobs_and_arrays_are_shown(place):
    with program(place) as p:
        text = ctypes.c_char_p(b"hello world")
        p.value("str", fake.STR, text, mode=0o444)
        bytes_ = ctypes.create_string_buffer(bytes(range(256)) * 1024)

        class Blob(ctypes.Structure):
            _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_ulong)]

        class Array(ctypes.Structure):
            _fields_ = [("array", ctypes.c_void_p), ("n_elements", ctypes.c_uint32)]
        p.kept.append(bytes_)
        p.value("blob", fake.BLOB, Blob(ctypes.addressof(bytes_), 256 * 1024), mode=0o444)
        numbers = (ctypes.c_uint32 * 3)(1, 2, 4000000000)
        p.kept.append(numbers)
        p.value("array", fake.U32_ARRAY, Array(ctypes.addressof(numbers), 3), mode=0o444)
        assert place.oriel("cat", p.path("str")).stdout == "hello world\n"
        assert place.oriel("cat", p.path("array")).stdout == "1 2 4000000000\n"
        with doors.mounted(place) as mount:
            with open(os.path.join(mount.root, p.path("blob")), "rb") as file:
                assert file.read() == bytes_.raw[:256 * 1024]
                file.seek(255)
                assert file.read(2) == b"\xff\x00"


def test_an_address_without_memory_is_an_error_with_words(place):
    with program(place) as p:
        p.add("wild", fake.U32, addr=0x10)
        failed = place.oriel("cat", p.path("wild"), expect=1)
        assert "Bad address" in failed.stderr and "has no memory" in failed.stderr, failed.stderr


def test_folders_links_and_files_are_listed_with_modes(place):
    with program(place) as p:
        folder = p.folder("my_driver")
        p.value("level", fake.U32, ctypes.c_uint32(3), folder, mode=0o640)
        p.link("again", "my_driver/level")
        assert sorted(place.oriel("ls", p.path()).stdout.split()) == ["again", "dynamic_debug", "info", "my_driver"]
        details = place.oriel("ls", "-l", p.path()).stdout
        assert "again -> my_driver/level" in details and "drwxr-xr-x" in details, details
        assert "-rw-r-----" in place.oriel("ls", "-l", p.path("my_driver")).stdout
        assert place.oriel("cat", p.path("again")).stdout == "3\n"
        assert "level" in place.oriel("tree", p.path()).stdout
        with doors.mounted(place) as mount:
            top = os.path.join(mount.root, p.path())
            assert os.readlink(os.path.join(top, "again")) == "my_driver/level"
            stat = os.stat(os.path.join(top, "again"))
            assert stat.st_mode & 0o7777 == 0o640 and stat.st_uid == os.geteuid() and stat.st_mtime == 1700000000
            with open(os.path.join(top, "again")) as file:
                assert file.read() == "3\n"


def test_a_file_without_write_bits_is_not_written_even_by_root(place):
    with program(place) as p:
        p.value("level", fake.U32, ctypes.c_uint32(3), mode=0o444)
        p.value("flag", fake.BOOL, ctypes.c_bool(), mode=0o444)
        assert "Permission denied" in place.oriel("write", p.path("level"), "4", expect=4).stderr
        if not os.geteuid():
            assert "Invalid argument" in place.oriel("write", p.path("flag"), "1", expect=1).stderr


def test_odd_names_are_not_there_and_harm_nobody(place):
    with program(place) as p:
        good = ctypes.c_uint32(1)
        for name in (b"", b".", b"..", b"a/b", b"x" * 256):
            p.raw(p.next_node, fake.U32, name=name, addr=ctypes.addressof(good))
        p.raw(p.next_node, fake.U32, name=b"esc\x1b[2J\n", addr=ctypes.addressof(good))
        p.value("twin", fake.U32, ctypes.c_uint32(1))
        p.value("twin", fake.U32, ctypes.c_uint32(2))
        p.raw(p.next_node, fake.U32, name=b"moving", addr=ctypes.addressof(good), seq=3)
        p.raw(p.next_node, 99, name=b"kind")
        p.raw(p.next_node, fake.U32, 77, name=b"orphan")
        p.value("info", fake.U32, good)
        names = place.oriel("ls", p.path()).stdout
        assert "\x1b" not in names and "esc" in names
        plain = [name for name in names.splitlines() if "esc" not in name]
        assert sorted(plain) == ["dynamic_debug", "info", "twin"], names
        assert place.oriel("cat", p.path("twin")).stdout == "1\n"
        assert "pid:" in place.oriel("cat", p.path("info")).stdout


def test_folders_that_hold_each_other_end_no_walk(place):
    with program(place) as p:
        one = p.next_node
        p.raw(one, fake.DIR, one + 1, name=b"one")
        p.raw(one + 1, fake.DIR, one, name=b"two")
        p.raw(one + 2, fake.DIR, one + 2, name=b"self")
        p.raw(1, fake.DIR, one, name=b"root")
        assert place.oriel("ls", p.path()).stdout.split() == ["dynamic_debug", "info"]
        place.oriel("tree", p.path())


def test_links_that_lead_nowhere_or_round_and_round_are_errors(place):
    with program(place) as p:
        p.link("out", "../../../../etc/passwd")
        p.link("root", "/etc/passwd")
        p.link("loop", "loop")
        for name in ("out", "root", "loop"):
            assert place.oriel("cat", p.path(name), expect=None).returncode != 0, name


def test_a_damaged_file_shows_nothing_and_hides_no_one_else(place):
    with program(place) as p:
        p.value("level", fake.U32, ctypes.c_uint32(3))
        for change in (dict(magic=1), dict(version=9), dict(pid=1), dict(image=5)):
            p.header(**change)
            assert place.oriel("ls", p.path()).stdout.split() == ["dynamic_debug", "info"], change
        p.header(nr=2**32 - 1, ready=2**32 - 1)
        assert "level" in place.oriel("ls", p.path()).stdout
        os.ftruncate(p.file, 700)
        assert place.oriel("ls", p.path()).stdout.split() == ["dynamic_debug", "info"]
        os.ftruncate(p.file, 3)
        assert place.oriel("ls", p.path()).stdout.split() == ["dynamic_debug", "info"]


def test_a_removed_value_is_an_io_error_to_who_has_it_open(place):
    with program(place) as p, doors.mounted(place) as mount:
        level = p.value("level", fake.U32, ctypes.c_uint32(3))
        path = os.path.join(mount.root, p.path("level"))
        with open(path, "rb", buffering=0) as file:
            assert file.read(10) == b"3\n"
            p.remove(level)
            file.seek(0)
            try:
                file.read(10)
                assert False, "it was read"
            except OSError as error:
                assert error.errno == 5, error
        assert not os.path.exists(path)


@contextlib.contextmanager
def mounted_with(place, descriptors):
    """By a server that was started with so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, hard))
    try:
        with doors.mounted(place) as mount:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            yield mount
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_who_opens_many_files_takes_nobodys_descriptors(place):
    with program(place) as p, mounted_with(place, 64) as mount:
        p.value("level", fake.U32, ctypes.c_uint32(7))
        path = os.path.join(mount.root, p.path("level"))
        fds = [os.open(path, os.O_RDONLY) for _ in range(200)]
        assert mount.read("tracing_on") == "1\n" and os.read(fds[-1], 10) == b"7\n"
        for fd in fds:
            os.close(fd)


def test_several_copies_in_one_process_show_one_folder(place):
    with program(place) as p:
        other = fake.Program(place, copy=2)
        one, two = p.folder("drv"), other.folder("drv")
        p.value("a", fake.U32, ctypes.c_uint32(1), one)
        p.value("both", fake.U32, ctypes.c_uint32(2), one)
        other.value("both", fake.U32, ctypes.c_uint32(3), two)
        other.value("b", fake.U32, ctypes.c_uint32(4), two)
        assert place.oriel("ls", p.path()).stdout.split() == ["drv", "dynamic_debug", "info"]
        assert place.oriel("ls", p.path("drv")).stdout.split() == ["a", "b", "both"]
        assert place.oriel("cat", *(p.path("drv", name) for name in ("a", "both", "b"))).stdout == "1\n2\n4\n"
        other.end()


def test_gc_removes_what_ended_processes_left_and_nothing_else(place):
    with program(place) as p:
        p.listen()
        files = lambda: sorted(n for n in os.listdir(p.dir) if n.startswith(("debugfs.", "socket.")))
        assert files() == ["debugfs.0", "socket.0"]
        for name in ("debugfs.7", "socket.7", "socket.9"):
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=p.dirfd))
        place.oriel("gc", "--dry-run")
        assert len(files()) == 5
        assert "3 files of dead tools and processes" in place.oriel("gc").stdout
        assert files() == ["debugfs.0", "socket.0"]


if __name__ == "__main__":
    harness.main(globals())
