#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Copy a shared library without its SONAME, so that a program linked with the copy names it by its path.

An installed library is found in the loader's cache; one in a build tree by trying some twenty folders, which
takes longer than loading it. Named by path it is loaded as directly as the former.

  by-path.py LIBRARY COPY
"""
import struct
import sys

PT_DYNAMIC, DT_NULL, DT_SONAME, DT_DEBUG = 2, 0, 14, 21


def main():
    with open(sys.argv[1], "rb") as source:
        image = bytearray(source.read())
    if image[:6] != b"\x7fELF\x02\x01":
        raise SystemExit("%s: not a 64-bit little-endian ELF file" % sys.argv[1])
    headers, = struct.unpack_from("<Q", image, 32)
    size, nr = struct.unpack_from("<HH", image, 54)
    for i in range(nr):
        kind, _, at = struct.unpack_from("<IIQ", image, headers + i * size)
        while kind == PT_DYNAMIC:
            tag, = struct.unpack_from("<Q", image, at)
            if tag == DT_NULL:
                break
            if tag == DT_SONAME:
                struct.pack_into("<QQ", image, at, DT_DEBUG, 0)
            at += 16
    with open(sys.argv[2], "wb") as copy:
        copy.write(image)


main()
