# SPDX-License-Identifier: MIT
"""The instructions that a function executes while its sites are off, read from objdump.

The path is followed from the entry: unconditional jumps are taken, conditional ones are not. That is right
for functions whose only conditional branches lead to what a probe does when it is on.
"""
import re
import subprocess

LINE = re.compile(r"^\s*([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*\t?(.*)$")
NOP5 = "0f 1f 44 00 00"
FULL = 1000


class Instruction:
    def __init__(self, address, code, text):
        self.address, self.code, self.text = address, code, text
        self.name = text.split()[0] if text else ""

    def target(self):
        match = re.match(r"\S+\s+([0-9a-f]+)\b", self.text)
        return int(match.group(1), 16) if match else None


def disassemble(path):
    out = subprocess.run(["objdump", "-d", "-w", "--insn-width=16", path], capture_output=True, text=True,
                         check=True).stdout
    return [Instruction(int(m.group(1), 16), m.group(2).strip(), m.group(3).split("#")[0].strip())
            for m in map(LINE.match, out.splitlines()) if m]


def symbol(path, name):
    out = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
    match = re.search(r"^([0-9a-f]+) [tT] %s$" % re.escape(name), out, flags=re.M)
    if not match:
        raise SystemExit("%s has no function %s" % (path, name))
    return int(match.group(1), 16)


def hot_path(path, function):
    code = disassemble(path)
    place = {insn.address: i for i, insn in enumerate(code)}
    at, found = place[symbol(path, function)], []
    while len(found) < FULL:
        insn = code[at]
        if insn.name == "jmp":
            at = place[insn.target()]
            continue
        found.append(insn)
        if insn.name.startswith("ret"):
            return found
        at += 1
    raise SystemExit("%s: %s does not return" % (path, function))


def extra(path, with_site, without_site):
    """(instructions more with the site than without, of them NOPs of five bytes, the path as text)"""
    taken, plain = hot_path(path, with_site), hot_path(path, without_site)
    nops = sum(i.code == NOP5 for i in taken) - sum(i.code == NOP5 for i in plain)
    return len(taken) - len(plain), nops, ["%-26s %s" % (i.code, i.text) for i in taken]
