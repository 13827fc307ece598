# SPDX-License-Identifier: MIT
"""The malloc wrapper in programs whose allocations are known, and in real ones.

Each test is a function test_*(place); place is a folder and a place for domains of its own. The result is TAP.

  preload.py ORIEL FOLDER [TEST...]     FOLDER: where the built helper programs are
"""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

# Nothing here is expected to take long; this only keeps a hang from lasting for ever.
PATIENCE = 120

ALLOCATIONS = ("malloc", "calloc", "realloc", "reallocarray", "posix_memalign", "aligned_alloc",
               "memalign", "valloc", "pvalloc")


class Skip(Exception):
    pass


class Place:
    def __init__(self):
        base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = tempfile.mkdtemp(prefix="oriel-test-", dir=base)
        self.processes = []

    def environment(self, **more):
        env = {k: v for k, v in os.environ.items()
               if not k.startswith("ORIEL_") and k not in ("LD_PRELOAD", "MALLOC_PERTURB_")}
        env["XDG_RUNTIME_DIR"] = self.folder
        env.update(more)
        return env

    def file(self, name):
        return os.path.join(self.folder, name)

    def run(self, *command, stdin="", **env):
        return subprocess.run(command, capture_output=True, text=True, input=stdin, timeout=PATIENCE,
                              env=self.environment(**env), cwd=self.folder)

    def start(self, *command, **env):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   env=self.environment(**env), cwd=self.folder)
        self.processes.append(process)
        return process

    def must(self, *command, **more):
        done = self.run(*command, **more)
        assert done.returncode == 0, "%s: exit status %d\n%s%s" % (
            " ".join(command), done.returncode, done.stdout[-4000:], done.stderr[-4000:])
        return done

    def record(self, *command, events="libc:*", may_lose=False, **env):
        """Run a program under oriel record: what it printed, and the records."""
        out = self.file("out.dat")
        done = self.run(ORIEL, "record", "--preload", "malloc", "-e", events, "-o", out, "--",
                        *command, **env)
        assert done.returncode == 0, "record: exit status %d\n%s" % (
            done.returncode, done.stderr[-4000:])
        assert may_lose or re.search(r" 0 lost, ", done.stderr), done.stderr
        return done.stdout, self.report(out)

    def report(self, out):
        text = self.must(ORIEL, "report", "--json", out).stdout
        return [Record(line) for line in text.splitlines() if '"event"' in line]

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Record:
    def __init__(self, line):
        record = json.loads(line)
        self.pid, self.comm = record["pid"], record["comm"]
        self.system, self.name = record["event"].split(":")
        self.fields = record["fields"]
        for name in ("ptr", "old", "call_site"):
            if name in self.fields:
                self.fields[name] = int(str(self.fields[name]), 0)

    def __getattr__(self, name):
        return self.fields[name]

    def has(self, name):
        return name in self.fields


def helper(name):
    return os.path.join(FOLDER, name)


def wrapper():
    return os.path.join(os.path.dirname(ORIEL), "..", "preload", "liboriel-malloc.so")


def tool(name):
    path = shutil.which(name)
    if not path:
        raise Skip("no " + name)
    return path


def of_size(records, size):
    return [r for r in records if r.has("bytes") and r.bytes == size]


def replay(records):
    """Follow every pointer in the order of time; what is live at the end."""
    live = {}
    for r in records:
        if r.name in ("realloc", "reallocarray"):
            # A failure keeps the old memory; a size of 0 frees it.
            if r.old and (r.ptr or not r.bytes):
                live.pop(r.old, None)
        if r.name == "free":
            live.pop(r.ptr, None)
        elif r.ptr:
            assert r.ptr not in live, "%#x was given out twice: %s" % (r.ptr, r.fields)
            live[r.ptr] = r
    return live


def test_each_function_has_its_event(place):
    text, records = place.record(helper("allocate"), "each")
    pointer = {int(n): int(p, 16) for n, p in re.findall(r"^(\d) 0x([0-9a-f]+)$", text, re.M)}
    before = int(re.search(r"before realloc 0x([0-9a-f]+)", text).group(1), 16)
    wanted = [
        ("malloc", 0, {"bytes": 7001}),
        ("calloc", 1, {"count": 3, "bytes": 7002}),
        ("realloc", 2, {"old": before, "bytes": 70030}),
        ("reallocarray", 3, {"old": 0, "count": 5, "bytes": 7004}),
        ("posix_memalign", 4, {"alignment": 64, "bytes": 7005, "ret": 0}),
        ("aligned_alloc", 5, {"alignment": 128, "bytes": 7040}),
        ("memalign", 6, {"alignment": 256, "bytes": 7007}),
        ("valloc", 7, {"bytes": 7008}),
        ("pvalloc", 8, {"bytes": 7009}),
    ]
    for name, index, fields in wanted:
        found = [r for r in of_size(records, fields["bytes"]) if r.has("ptr")]
        assert [r.name for r in found] == [name], (name, [r.name for r in found])
        assert found[0].ptr == pointer[index], name
        assert {k: found[0].fields[k] for k in fields} == fields, (name, found[0].fields)
        freed = [r for r in records if r.name == "free" and r.ptr == pointer[index]]
        assert freed, "no free of what %s gave" % name
    assert any(r.name == "free" and r.ptr == 0 for r in records), "no free(NULL)"


def test_a_call_site_is_in_the_caller(place):
    _, records = place.record(helper("allocate"), "each")
    sites = [r.call_site for r in records if r.has("bytes") and 7001 <= r.bytes <= 7009]
    # They all stand in one function of a few hundred bytes.
    assert len(sites) == 8 and len(set(sites)) == 8, sites
    assert max(sites) - min(sites) < 4096, sites


def test_results_and_errno_are_those_of_libc(place):
    plain = place.must(helper("allocate"), "semantics").stdout
    assert plain.count("\n") == 19, plain
    off = place.must(helper("allocate"), "semantics", LD_PRELOAD=wrapper()).stdout
    on, records = place.record(helper("allocate"), "semantics")
    assert off == plain, off
    assert on == plain, on
    assert len(records) > 20


def test_every_pointer_is_freed(place):
    _, records = place.record(helper("allocate"), "each")
    marks = [n for n, r in enumerate(records) if r.has("bytes") and r.bytes in (7001, 7009)]
    freed = [n for n, r in enumerate(records) if r.name == "free" and r.ptr == records[marks[-1]].ptr]
    live = replay(records[marks[0]:freed[0] + 1])
    # stdout's buffer stays until the end of the process
    assert all(r.bytes in (1024, 4096) for r in live.values()), [r.fields for r in live.values()]


def test_threads_begin_with_an_allocation(place):
    _, records = place.record(helper("allocate"), "threads", "16", "500")
    for thread in range(16):
        mine = of_size(records, 71000 + thread)
        assert len(mine) == 500, "thread %d: %d of 500" % (thread, len(mine))
        tids = {r.pid for r in mine}
        assert len(tids) == 1, "thread %d seems to be %s" % (thread, tids)
        tid = tids.pop()
        pointers = collections.Counter(r.ptr for r in mine)
        frees = collections.Counter(r.ptr for r in records if r.name == "free" and r.pid == tid)
        assert not pointers - frees, "thread %d: %s were not freed" % (thread, pointers - frees)
    replay(records)


def test_children_record_what_they_do(place):
    _, records = place.record(helper("allocate"), "forks", "100", "20")
    count = collections.Counter(r.pid for r in of_size(records, 72000))
    assert len(count) == 100 and set(count.values()) == {20}, count
    for pid in count:
        mine = [r for r in records if r.pid == pid]
        pointers = collections.Counter(r.ptr for r in of_size(mine, 72000))
        frees = collections.Counter(r.ptr for r in mine if r.name == "free")
        assert not pointers - frees, "child %d" % pid


def test_fork_while_other_threads_allocate(place):
    # Into the rings alone: millions of records, which overwrite each other.
    place.must(helper("allocate"), "busy-forks", "200", "20", LD_PRELOAD=wrapper(),
               ORIEL_EVENTS="libc:*", ORIEL_DOMAIN=place.file("forks"))


def test_constructors_and_destructors_of_libraries(place):
    _, records = place.record(helper("allocate"), "nothing")
    made = of_size(records, 74000)
    assert len(made) == 1, "constructor: %d events" % len(made)
    assert [r for r in records if r.name == "free" and r.ptr == made[0].ptr], "no free at the end"


def test_plugins_that_come_and_go(place):
    _, records = place.record(helper("allocate"), "plugin", helper("holder-plugin.so"), "200")
    made = of_size(records, 75000)
    assert len(made) == 200, len(made)
    freed = collections.Counter(r.ptr for r in records if r.name == "free")
    assert not collections.Counter(r.ptr for r in made) - freed


def test_a_dlsym_that_allocates(place):
    both = "%s:%s" % (wrapper(), helper("hungry.so"))
    for events in ("none:*", "libc:*"):
        done = place.must(helper("allocate"), "each", LD_PRELOAD=both, ORIEL_EVENTS=events,
                          ORIEL_DOMAIN=place.file("hungry"))
        got = re.search(r"^(\d+) of (\d+)$", done.stdout, re.M)
        assert got and got.group(1) == got.group(2) and int(got.group(1)) >= 10, done.stdout


def test_events_on_and_off_while_threads_allocate(place):
    domain = {"ORIEL_DOMAIN": place.file("toggled")}
    process = place.start(helper("allocate"), "run", LD_PRELOAD=wrapper(), **domain)
    assert process.stdout.readline() == "ready\n"
    listed = place.must(ORIEL, "list", "libc:*", **domain).stdout.split()
    assert sorted(listed) == sorted("libc:" + name for name in ALLOCATIONS + ("free",)), listed
    for _ in range(30):
        place.must(ORIEL, "enable", "libc:*", **domain)
        place.must(ORIEL, "disable", "libc:*", **domain)
    assert process.poll() is None, process.returncode
    names = collections.Counter()
    trace = place.start(ORIEL, "trace", **domain)
    for line in trace.stdout:
        match = re.search(r": (\w+): call_site=", line)
        if match:
            names[match.group(1)] += 1
    assert trace.wait(PATIENCE) == 0
    assert names["malloc"] and names["calloc"] and names["realloc"] and names["free"], names
    process.stdin.close()
    assert process.wait(PATIENCE) == 0, process.returncode


def test_a_program_with_events_of_its_own(place):
    for program in ("both-shared", "both-static"):
        _, records = place.record(helper(program), events="*:*")
        assert len([r for r in records if r.system == "both"]) == 100, program
        assert len(of_size(records, 73000)) == 100, program


def test_static_programs_are_not_touched(place):
    for program in ("untouched-static", "untouched-static-pie"):
        if not os.path.exists(helper(program)):
            continue
        done = place.must(helper(program), "each", LD_PRELOAD=wrapper(), ORIEL_EVENTS="libc:*",
                          ORIEL_DOMAIN=place.file("static"))
        assert "before realloc" in done.stdout
        assert not os.path.exists(place.file("static")), "it made a domain"


def test_set_user_id_programs_are_not_touched(place):
    setpriv = tool("setpriv")
    if os.geteuid() != 0:
        raise Skip("only root can make one and be another user")
    folder = tempfile.mkdtemp(prefix="oriel-test-")
    try:
        os.chmod(folder, 0o755)
        program = os.path.join(folder, "suid")
        shutil.copy(helper("untouched-suid"), program)
        os.chmod(program, 0o4755)
        if os.statvfs(folder).f_flag & os.ST_NOSUID:
            raise Skip("%s is mounted nosuid" % folder)
        domain = os.path.join("/dev/shm", os.path.basename(folder))
        done = place.run(setpriv, "--reuid=65534", "--clear-groups", "env", "LD_PRELOAD=" + wrapper(),
                         "ORIEL_EVENTS=libc:*", "ORIEL_DOMAIN=" + domain, program, "each")
        made = os.path.exists(domain)
        shutil.rmtree(domain, ignore_errors=True)
        assert not made, "it made a domain"
        assert done.returncode == 0 and "before realloc" in done.stdout, (
            done.returncode, done.stdout, done.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


REAL = {
    "bash": ("bash", "-c", "for i in 1 2 3; do (echo $i | cat); done; x=$(ls /usr | wc -l); echo ok"),
    "ls": ("ls", "-l", "/usr"),
    "python3": ("python3", "-c",
                "import subprocess, threading\n"
                "t = [threading.Thread(target=lambda: sum(range(9999))) for _ in range(8)]\n"
                "[x.start() for x in t]; [x.join() for x in t]\n"
                "print(subprocess.run(['echo', 'child'], capture_output=True).stdout)"),
    "sqlite3": ("sqlite3", ":memory:",
                "create table t(a); with recursive c(x) as (select 1 union all select x + 1 from c "
                "where x < 5000) insert into t select x from c; select sum(a) from t;"),
    "sort": ("sort", "/etc/passwd"),
    "gcc": ("gcc", "-E", "-x", "c", "/dev/null"),
}


def real_program(name):
    def test(place):
        command = REAL[name]
        tool(command[0])
        plain = place.must(*command).stdout
        off = place.must(*command, LD_PRELOAD=wrapper()).stdout
        on, records = place.record(*command)
        assert off == plain and on == plain
        names = collections.Counter(r.name for r in records)
        assert names["malloc"] > 10 and names["free"] > 5, names
    return test


for real in REAL:
    globals()["test_%s_does_the_same" % real] = real_program(real)


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came: " + what
        time.sleep(0.01)


def test_redis_with_an_allocator_of_its_own(place):
    server, client = tool("redis-server"), tool("redis-cli")
    socket, out = place.file("redis.sock"), place.file("redis.dat")
    record = place.start(ORIEL, "record", "--preload", "malloc", "-o", out, "--", server, "--port", "0",
                         "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", place.folder)

    def ask(*words):
        return place.run(client, "-s", socket, *words).stdout.strip()

    until(lambda: ask("ping") == "PONG", "PONG")
    assert ask("set", "a key", "a value") == "OK" and ask("get", "a key") == "a value"
    assert ask("eval", "return redis.call('incrby', 'n', 41)", "0") == "41"
    # A child that walks the heap while the parent goes on.
    assert "Background saving started" in ask("bgsave")
    ask("shutdown", "nosave")
    record.stdin.close()
    assert record.wait(PATIENCE) == 0
    names = collections.Counter(r.name for r in place.report(out))
    assert names["malloc"] > 100 and names["free"] > 100, names


def test_off_is_a_nop_and_a_jump(place):
    objdump = tool("objdump")
    if "optimized" not in os.environ.get("ORIEL_TEST_BUILD", ""):
        raise Skip("this build is not optimized")
    text = place.must(objdump, "-d", "--no-show-raw-insn", wrapper()).stdout
    for name in ALLOCATIONS + ("free",):
        body = re.search(r"<%s>:\n(.*\n)(.*\n)(.*\n)(.*\n)" % name, text)
        lines = [re.sub(r"^\s*[0-9a-f]+:\s*", "", line) for line in body.groups()]
        if lines[0].startswith("endbr64"):
            lines.pop(0)
        assert lines[0].startswith("nopl   0x0(%rax,%rax,1)"), (name, lines)
        direct = lines[1].startswith("jmp    *") and "orl_preload_next" in lines[1]
        loaded = "orl_preload_next" in lines[1] and lines[1].startswith("mov ") and \
            lines[2].startswith("jmp    *%rax")
        assert direct or loaded, (name, lines)


def run(name, test):
    place = Place()
    try:
        test(place)
        return "ok", ""
    except Skip as reason:
        return "ok", " # SKIP %s" % reason
    except Exception:
        traceback.print_exc()
        return "not ok", ""
    finally:
        place.end()


def main():
    global ORIEL, FOLDER
    ORIEL, FOLDER = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    tests = {name: test for name, test in globals().items() if name.startswith("test_")}
    wanted = sys.argv[3:] or list(tests)
    print("1..%d" % len(wanted), flush=True)
    for number, name in enumerate(wanted, 1):
        verdict, note = run(name, tests[name])
        print("%s %d - %s%s" % (verdict, number, name[5:].replace("_", " "), note), flush=True)


if __name__ == "__main__":
    main()
