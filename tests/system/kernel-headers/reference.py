# SPDX-License-Identifier: MIT
"""What the package's own macros and types make of the trace headers: objects that kbuild compiles, and what is in them.

They are never loaded. An object holds, as data, each class's table of fields and print format, and the values of the
names that TRACE_DEFINE_ENUM was given; the linker gives them addresses, and a few lines of ELF give the bytes.
"""
import os
import re
import struct
import subprocess

# A header is written to be included where these are known.
PRELUDE = """
#include <linux/module.h>
#include <linux/blkdev.h>
#include <linux/clk-provider.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/gpio/driver.h>
#include <linux/interrupt.h>
#include <linux/iommu.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/swap.h>
#include <linux/tick.h>
#include <linux/writeback.h>
#include <net/ip.h>
#include <net/neighbour.h>
/* Structures that are private to a file of the kernel. */
struct kmem_cache { slab_flags_t flags; unsigned int size, object_size; const char *name; };
struct compact_control { unsigned long free_pfn, migrate_pfn, nr_migratepages; };
struct worker_pool { int cpu; };
struct workqueue_struct { char name[24]; };
struct pool_workqueue { struct worker_pool *pool; struct workqueue_struct *wq; };
#define CREATE_TRACE_POINTS
"""
# Some headers leave these set, for the next one to stumble over.
EACH = "#include <trace/events/%s.h>\n#undef TRACE_INCLUDE_FILE\n#undef TRACE_INCLUDE_PATH\n"


class Unavailable(Exception):
    pass


def kbuild(package):
    """The folder of the configured tree that belongs to a package's include folder."""
    common = os.path.dirname(package)
    machine = "arm64" if os.uname().machine == "aarch64" else "amd64"
    tree = common[:-len("-common")] + "-" + machine
    if not os.path.exists(tree + "/Makefile"):
        raise Unavailable("no configured tree of the kernel: %s is not there" % tree)
    return tree


def compile_some(package, folder, names):
    """One object of as many of these headers as compile together; (its path, their names)."""
    tree = kbuild(package)
    names = list(names)
    while names:
        with open(folder + "/reference.c", "w") as file:
            file.write(PRELUDE + "".join(EACH % name for name in names) + 'MODULE_LICENSE("GPL");\n')
        with open(folder + "/Makefile", "w") as file:
            file.write("obj-m := reference.o\n")
        done = subprocess.run(["make", "-C", tree, "M=" + folder, "reference.o"], capture_output=True, text=True)
        if done.returncode == 0:
            return folder + "/reference.o", names
        blamed = set(re.findall(r"trace/events/([\w-]+)\.h:\d+:\d+: (?:fatal )?error", done.stderr))
        blamed = blamed or set(re.findall(r"trace/events/([\w-]+)\.h:", done.stderr)[:1])
        if not blamed & set(names):
            raise Unavailable("kbuild: " + (done.stderr.strip().splitlines() or ["?"])[0])
        names = [name for name in names if name not in blamed]
    raise Unavailable("kbuild compiles none of them")


class Object:
    """A linked object: symbols and bytes by address."""

    def __init__(self, path):
        linked = path + ".linked"
        subprocess.run(["ld", "--unresolved-symbols=ignore-all", "--no-warn-rwx-segments", "-e", "0", "-o", linked, path],
                       check=True, capture_output=True)
        with open(linked, "rb") as file:
            self.bytes = file.read()
        self.sections = self.read_sections()
        self.symbols = self.read_symbols()

    def read_sections(self):
        offset, = struct.unpack_from("<Q", self.bytes, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.bytes, 0x3a)
        rows = [struct.unpack_from("<IIQQQQIIQQ", self.bytes, offset + i * size) for i in range(count)]
        return [(self.text_at(rows[names][4] + row[0]), *row[1:]) for row in rows]

    def read_symbols(self):
        table = next(s for s in self.sections if s[1] == 2)
        strings = self.sections[table[6]]
        symbols = {}
        for at in range(table[4], table[4] + table[5], 24):
            name, _, _, section, value, size = struct.unpack_from("<IBBHQQ", self.bytes, at)
            if section and size:
                symbols[self.text_at(strings[4] + name)] = value, size
        return symbols

    def text_at(self, at):
        return self.bytes[at:self.bytes.index(b"\0", at)].decode()

    def offset(self, address):
        for _, kind, flags, start, at, size, *_ in self.sections:
            if flags & 2 and kind != 8 and start <= address < start + size:
                return at + address - start
        raise KeyError(hex(address))

    def string(self, address):
        return self.text_at(self.offset(address))

    def words(self, form, address):
        return struct.unpack_from(form, self.bytes, self.offset(address))

    def enums(self):
        """(system, name): value."""
        found = {}
        for name, _, _, start, _, size, *_ in self.sections:
            if name == "_ftrace_eval_map":
                for at in range(start, start + size, 8):
                    system, word, value = self.words("<QQq", self.words("<Q", at)[0])
                    found[self.string(system), self.string(word)] = value
        return found

    def fields(self, template):
        """Of a class: (type, name, size, alignment, signed) of each field; arrays have their length in the type."""
        address, size = self.symbols["trace_event_fields_" + template]
        stride = self.stride()
        found = []
        for at in range(address, address + size - stride, stride):
            kind, name, nbytes, align, signed = self.words("<QQiii", at)
            found.append((self.string(kind), self.string(name), nbytes, align, signed))
        return found

    def stride(self):
        """Bytes of one row: later kernels have a member more. A table ends with an empty row."""
        for stride in 32, 40:
            if all(size % stride == 0 and not any(self.words("<%dB" % stride, address + size - stride))
                   for name, (address, size) in self.symbols.items() if name.startswith("trace_event_fields_")):
                return stride
        raise Unavailable("tables of fields of another form")

    def print_format(self, event, template):
        for name in event, template:
            if "print_fmt_" + name in self.symbols:
                return self.string(self.symbols["print_fmt_" + name][0])
        raise KeyError(event)
