# SPDX-License-Identifier: MIT
"""Our format of an event beside the package's and the kernel's: what differs, and whether that is explained."""
import os
import re

import formats

TRACEFS = "/sys/kernel/tracing"
# Where the test's own types say less than the kernel's: why a print format differs.
FEWER = {
    "kfree_skb": "types/net.h has a few of the reasons for which packets are dropped",
    "vm_unmapped_area": "the types lack the macro IS_ERR_VALUE(), so its name stands there",
    "mm_page_alloc_extfrag": "types/mm.h has the value of pageblock_order, the kernel an expression",
}


def reference_format(linked, event, template):
    system, name = event
    enums = {word: value for (of, word), value in linked.enums().items() if of == system}
    return formats.normal(linked.print_format(name, template), enums)


def field_differences(fields, wanted):
    """Between ours and the rows of the kernel's table."""
    ours = [(re.sub(r" ?\*", "*", f.type), f.name, f.size) for f in fields]
    theirs = [(re.sub(r" ?\*", "*", re.sub(r"\[[^]]+\]$", "", formats.tidy(kind))), name, size)
              for kind, name, size, _, _ in wanted]
    if ours != theirs:
        return ["fields: %s, not %s" % (sorted(set(ours) - set(theirs)), sorted(set(theirs) - set(ours)))]
    differences, offset = [], 8
    for field, (kind, name, size, align, signed) in zip(fields, wanted):
        offset = (offset + align - 1) // align * align
        if field.offset != offset:
            differences.append("%s: offset %d, not %d" % (name, field.offset, offset))
        # In that kernel a plain char has a sign, since 6.2 it has none.
        if field.signed != signed and not re.search(r"\bchar\b", kind):
            differences.append("%s: signed %d, not %d" % (name, field.signed, signed))
        offset += size
    return differences


def with_package(event, form, known):
    """How a format differs from what the package's macros make of its header; [] when it does not."""
    linked, template = known
    differences = field_differences(form.fields, linked.fields(template))
    if not differences and formats.normal(form.print_format) != reference_format(linked, event, template):
        differences = ["print fmt: %s\n  not: %s" % (form.print_format, linked.print_format(event[1], template))]
    return differences


def with_kernel(event, ours, theirs, known):
    """Why two formats differ, "" when they do not, and whether that is explained.

    known(event) gives the package's idea of it, or None.
    """
    if theirs is None:
        return "the running kernel has no such event", True
    if formats.shape(ours.fields) != formats.shape(theirs.fields):
        changed = set(formats.shape(ours.fields)) ^ set(formats.shape(theirs.fields))
        return "other fields in that kernel: " + " ".join(sorted({name for _, name, *_ in changed}) or ["order"]), True
    if ours.fields != theirs.fields:
        return "layout: %s, not %s" % (sorted(set(ours.fields) - set(theirs.fields)),
                                       sorted(set(theirs.fields) - set(ours.fields))), False
    if formats.normal(ours.print_format) == formats.normal(theirs.print_format):
        return "", True
    if event[1] in FEWER:
        return FEWER[event[1]], True
    linked, template = known(event) or (None, None)
    if linked and formats.normal(ours.print_format) == reference_format(linked, event, template):
        return "another print fmt in that kernel; ours is that of the package", True
    return "print fmt: %s\n  not: %s" % (ours.print_format, theirs.print_format), False


def kernel_format(event):
    """The running kernel's format of (system, event), or None."""
    try:
        with open(os.path.join(TRACEFS, "events", *event, "format")) as file:
            return formats.Format(file.read())
    except FileNotFoundError:
        return None
