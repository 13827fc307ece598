# SPDX-License-Identifier: MIT
"""Format files, and when two of them say the same."""
import re
from collections import namedtuple

Field = namedtuple("Field", "type name array offset size signed")
LINE = re.compile(r"\tfield:(.*?)\s*(\w+)(\[\w*\])?;\toffset:(\d+);\tsize:(\d+);\tsigned:(\d);")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|0[xX][0-9a-fA-F]+\w*|\d\w*|\w+|->|<<|>>|[^\s\w]')
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|\d+)[uUlL]*$")


class Format:
    def __init__(self, text):
        head, _, self.print_format = text.partition("\nprint fmt: ")
        self.fields = [Field(tidy(kind), name, bool(length), int(offset), int(size), int(signed))
                       for kind, name, length, offset, size, signed in LINE.findall(head)
                       if not name.startswith("common_")]


def tidy(kind):
    return re.sub(r"\s*\*", " *", " ".join(kind.split()))


def shape(fields):
    """What two versions of an event must share before their layouts can be compared."""
    return [(f.type, f.name, f.array, f.size) for f in fields]


def number(token):
    found = NUMBER.match(token)
    return int(found[1], 0) if found else None


def evaluate(tokens):
    """The value of an expression of constants, or None."""
    text = ""
    for token in tokens:
        value = number(token)
        if value is None and token not in ("|", "&", "+", "-", "*", "<<", ">>", "~"):
            return None
        text += " " + (str(value) if value is not None else token)
    try:
        return eval(text) & (1 << 64) - 1 if text else None
    except SyntaxError:
        return None


def without_casts(tokens):
    """(type)1 is 1."""
    out = []
    for token in tokens:
        if number(token) is not None:
            at = len(out) - 1
            if at > 1 and out[at] == ")":
                start = at - 1
                while start > 0 and re.match(r"[A-Za-z_]\w*$", out[start]):
                    start -= 1
                if out[start] == "(" and start < at - 1:
                    del out[start:]
        out.append(token)
    return out


def fold(tokens):
    """Replace each constant expression in parentheses, or at the head of { value, "name" }, by its value."""
    before = None
    while before != tokens:
        before, tokens, at = tokens, without_casts(tokens), 0
        while at < len(tokens):
            if tokens[at] in ("(", "{"):
                end = at + 1
                while end < len(tokens) and tokens[end] not in ("(", ")", "{", "}", ","):
                    end += 1
                value = evaluate(tokens[at + 1:end])
                if value is not None and end < len(tokens) and (tokens[at], tokens[end]) in (("(", ")"), ("{", ",")):
                    keep = [] if tokens[at] == "(" else [tokens[at]]
                    rest = end + 1 if tokens[at] == "(" else end
                    called = at > 0 and tokens[at] == "(" and re.match(r"[A-Za-z_]\w*$", tokens[at - 1])
                    if not called:
                        tokens = tokens[:at] + keep + [str(value)] + tokens[rest:]
            at += 1
    return tokens


def normal(print_format, enums={}):
    """A print format with constants evaluated and without white space between tokens."""
    tokens = [str(enums[token]) if token in enums else token for token in TOKEN.findall(print_format)]
    return fold([token if number(token) is None else str(number(token)) for token in tokens])
