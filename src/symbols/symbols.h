/* SPDX-License-Identifier: MIT */
/*
 * Addresses of traced processes to function names.
 *
 * What is mapped where comes from /proc while the process lives, else from what it left in the
 * domain. Names come from the ELF files' .symtab, else .dynsym, as they are there (C++ mangled).
 * Where a file is gone, was replaced or makes no sense, the answer is its name and the offset in
 * it.
 *
 * Everything is remembered; memory is bounded by the limits below, beyond which answers become less
 * good but stay right. A table belongs to one thread at a time.
 */
#ifndef ORL_SYMBOLS_SYMBOLS_H
#define ORL_SYMBOLS_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

struct orl_symbols;
struct orl_text;

struct orl_symbol {
	const char *name; /* function; else base name of the file; NULL: nothing known */
	uint64_t off;			/* of the address in it */
	uint64_t size;			/* of the function; 0 unknown, or a file */
	const char *file;		/* path of the mapped file, or NULL */
};

/**
 * orl_symbols_create() - an empty table
 * @dir: the domain's directory, for processes that have ended; copied. NULL: only live ones.
 */
int orl_symbols_create(struct orl_symbols **out, const char *dir);
void orl_symbols_destroy(struct orl_symbols *t);

/**
 * orl_symbols_find() - what is at @addr in process @pid
 * Return: true and @out, whose strings live as long as @t; false: nothing is known, @out is empty.
 */
bool orl_symbols_find(struct orl_symbols *t, int32_t pid, uint64_t addr, struct orl_symbol *out);

/* Limits, all of them generous. */
#define ORL_SYMBOLS_PROCS 1024U
#define ORL_SYMBOLS_MAPPINGS 65536U	/* of a process */
#define ORL_SYMBOLS_FILES 4096U
#define ORL_SYMBOLS_PER_FILE 4000000U
#define ORL_SYMBOLS_FILE_MAX (4ULL << 30) /* bytes of an ELF file that is still read */

/**
 * orl_symbols_print() - append "function+0x12", with @with_size "function+0x12/0x34", or "0x..."
 * for what nobody knows
 * @t:   created when it is NULL, for the domain in @dir
 * @pid: the process
 */
void orl_symbols_print(struct orl_symbols **t, const char *dir, int32_t pid, uint64_t addr,
		       bool with_size, struct orl_text *out);

#endif
