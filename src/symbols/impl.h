/* SPDX-License-Identifier: MIT */
/* What the files of this folder share. */
#ifndef ORL_SYMBOLS_IMPL_H
#define ORL_SYMBOLS_IMPL_H

#include <stddef.h>
#include <sys/types.h>

#include "symbols/symbols.h"

/* A function of an ELF file, by its address in the file's own numbering. */
struct orl_elf_symbol {
	uint64_t addr, size;
	uint32_t name;			/* in orl_elf.names */
	uint32_t rank;			/* of several at one address the highest is shown */
};

struct orl_elf_load {
	uint64_t offset, addr, len;	/* of a PT_LOAD segment */
};

/* What is needed of an ELF file, copied: nothing points into the file. */
struct orl_elf {
	struct orl_elf_load *load;
	uint32_t nr_loads;
	struct orl_elf_symbol *symbol;	/* sorted by address */
	uint32_t nr_symbols;
	char *names;
	size_t names_len;
};

/** orl_elf_read() - 0, or -errno when it is no ELF file or a damaged one; undone with
 * orl_elf_fini()
 */
int orl_elf_read(struct orl_elf *e, int fd, uint64_t size);
void orl_elf_fini(struct orl_elf *e);

/** orl_elf_find() - the function at a file offset, or NULL; its address there in @addr */
const struct orl_elf_symbol *orl_elf_find(const struct orl_elf *e, uint64_t offset, uint64_t *addr);

struct orl_mapping {
	uint64_t start, end, offset;
	uint64_t ino;			/* 0 unknown */
	char *path;
};

/* The executable mappings of one process, sorted by start. */
struct orl_mappings {
	struct orl_mapping *mapping;
	uint32_t nr;
};

/** orl_mappings_parse() - take the executable mappings from a text as of /proc/PID/maps; 0 or
 * -ENOMEM */
int orl_mappings_parse(struct orl_mappings *m, char *text);
void orl_mappings_fini(struct orl_mappings *m);

/** orl_mappings_live() - those of a process that has the domain's control file mapped; else, or
 * when it has ended, -ESRCH */
int orl_mappings_live(struct orl_mappings *m, int32_t pid, const char *dir);

/** orl_mappings_left() - those that a process left in the domain: the @nth newest file; -ESRCH when
 * there are not so many */
int orl_mappings_left(struct orl_mappings *m, int32_t pid, const char *dir, uint32_t nth);

const struct orl_mapping *orl_mappings_find(const struct orl_mappings *m, uint64_t addr);

#endif
