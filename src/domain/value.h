/* SPDX-License-Identifier: MIT */
/*
 * Plain values of a program's debugfs as text, and back: the same in the program, which answers its
 * socket, and in the tools, which read and write the program's memory.
 *
 *   kind of node        in memory             text
 *   ORL_DFS_U8 .. U64   unsigned              "%llu\n"
 *   ORL_DFS_X8 .. X64   unsigned              "0x%02llx\n" .. "0x%016llx\n"
 *   ORL_DFS_SIZE_T      size_t                "%llu\n"
 *   ORL_DFS_ATOMIC      int                   "%lld\n"
 *   ORL_DFS_BOOL        one byte, not 0: yes  "Y\n" or "N\n"
 *   ORL_DFS_STR         bytes without NUL     the bytes and a newline
 *   ORL_DFS_BLOB        bytes                 the bytes
 *   ORL_DFS_U32_ARRAY   uint32_t[]            "1 2 3\n"; no element: nothing
 *
 * No malloc, no errno, async-signal-safe; any bytes may be given.
 */
#ifndef ORL_DOMAIN_VALUE_H
#define ORL_DOMAIN_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/debugfs.h"

#define ORL_VALUE_TEXT_MAX 24U	/* bytes of the text of a value of fixed size, NUL included */
#define ORL_VALUE_SIZE_MAX 8U	/* bytes in memory of such a value */
#define ORL_VALUE_WRITE_MAX 23U	/* bytes that are looked at of a text for a number */

/** orl_value_size() - bytes in memory of a value of a fixed size; 0: @kind has none, or is no value
 */
size_t orl_value_size(uint32_t kind);

/**
 * orl_value_print() - a value as text
 * @kind:  ORL_DFS_*
 * @bytes: what stands in memory, unaligned if need be
 * @len:   of them: orl_value_size(), or what a str, blob or array has
 * @buf:   receives the first @size bytes of the text, without NUL; may be NULL when @size is 0
 *
 * Return: the length of the whole text, which may be more than @size; 0 for a kind that is no plain
 * value, or a @len that is not the kind's.
 */
size_t orl_value_print(uint32_t kind, const void *bytes, size_t len, char *buf, size_t size);

/**
 * orl_value_parse() - text to a value of a fixed size
 * @kind:  ORL_DFS_*
 * @text:  what was written, @len bytes, without NUL; of more than ORL_VALUE_WRITE_MAX bytes the
 *         rest is ignored
 * @bytes: receives orl_value_size(@kind) bytes; untouched on an error
 *
 * As the kernel's files do it: a number in base 8, 10 or 16 as kstrtoull() (kstrtoll() for ATOMIC)
 * reads it; what 64 bits can hold and the value cannot is cut to the value's size, with no error.
 * A bool is what kstrtobool() makes of the first three bytes.
 *
 * Return: 0, -EINVAL (no such value), -ERANGE (more than 64 bits), -EACCES (no kind that is written
 * so: STR, BLOB, U32_ARRAY, folders, files).
 */
int orl_value_parse(uint32_t kind, const char *text, size_t len, void *bytes);

#endif
