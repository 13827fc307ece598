// SPDX-License-Identifier: MIT
/*
 * Functions of an ELF file, read with libelf. The file may be anything: a stranger's program, or
 * one that is being replaced. Whatever libelf returns is checked again before it is used as an
 * index, and copied, so that the file can be closed.
 */
#include "symbols/impl.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LOADS 1024U
#define MAX_SECTIONS 65536U
#define MAX_NAMES (1U << 30)

static int read_loads(struct orl_elf *e, Elf *elf)
{
	size_t nr = 0;

	if (elf_getphdrnum(elf, &nr) || !nr)
		return -EBADMSG;
	if (nr > MAX_LOADS)
		nr = MAX_LOADS;
	e->load = calloc(nr, sizeof(*e->load));
	if (!e->load)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(elf, (int)i, &p) || p.p_type != PT_LOAD)
			continue;
		e->load[e->nr_loads++] = (struct orl_elf_load){
			.offset = p.p_offset, .addr = p.p_vaddr, .len = p.p_filesz,
		};
	}
	return e->nr_loads ? 0 : -EBADMSG;
}

/* .symtab if there is one, else .dynsym. */
static Elf_Scn *find_table(Elf *elf, GElf_Shdr *header)
{
	Elf_Scn *scn = NULL, *dynamic = NULL;
	GElf_Shdr h;

	for (uint32_t i = 0; i < MAX_SECTIONS && (scn = elf_nextscn(elf, scn)); i++) {
		if (!gelf_getshdr(scn, &h) || !h.sh_size)
			continue;
		if (h.sh_type == SHT_SYMTAB) {
			*header = h;
			return scn;
		}
		if (h.sh_type == SHT_DYNSYM)
			dynamic = scn;
	}
	return dynamic && gelf_getshdr(dynamic, header) ? dynamic : NULL;
}

static int copy_names(struct orl_elf *e, Elf *elf, uint32_t link)
{
	Elf_Scn *scn = elf_getscn(elf, link);
	Elf_Data *d = scn ? elf_getdata(scn, NULL) : NULL;

	if (!d || !d->d_buf || !d->d_size || d->d_size > MAX_NAMES)
		return -EBADMSG;
	e->names = malloc(d->d_size + 1);
	if (!e->names)
		return -ENOMEM;
	memcpy(e->names, d->d_buf, d->d_size);
	e->names[d->d_size] = '\0';
	e->names_len = d->d_size;
	return 0;
}

/* Global names before local ones, those without leading underscores before those with. */
static uint32_t rank_of(const GElf_Sym *sym, const char *name)
{
	uint32_t rank = GELF_ST_BIND(sym->st_info) == STB_GLOBAL ? 4 :
			GELF_ST_BIND(sym->st_info) == STB_WEAK	 ? 2 : 0;

	return rank + (name[0] != '_') + (sym->st_size ? 8 : 0);
}

static bool is_function(const GElf_Sym *sym, const struct orl_elf *e)
{
	unsigned int type = GELF_ST_TYPE(sym->st_info);

	return (type == STT_FUNC || type == STT_GNU_IFUNC) && sym->st_shndx != SHN_UNDEF &&
	       sym->st_value && sym->st_name < e->names_len && e->names[sym->st_name];
}

static int by_address(const void *a, const void *b)
{
	const struct orl_elf_symbol *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	/* the one to show last; names decide among equals, so that the same file gives the same */
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->name < y->name ? 1 : x->name > y->name ? -1 : 0;
}

static int read_symbols(struct orl_elf *e, Elf *elf)
{
	GElf_Shdr h;
	Elf_Scn *scn = find_table(elf, &h);
	Elf_Data *d = scn ? elf_getdata(scn, NULL) : NULL;
	size_t nr = d && d->d_buf && h.sh_entsize ? d->d_size / h.sh_entsize : 0;
	int rc;

	if (!nr)
		return 0;
	rc = copy_names(e, elf, h.sh_link);
	if (rc)
		return rc == -EBADMSG ? 0 : rc;
	if (nr > ORL_SYMBOLS_PER_FILE)
		nr = ORL_SYMBOLS_PER_FILE;
	e->symbol = malloc(nr * sizeof(*e->symbol));
	if (!e->symbol)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++) {
		GElf_Sym sym;

		if (!gelf_getsym(d, (int)i, &sym) || !is_function(&sym, e))
			continue;
		e->symbol[e->nr_symbols++] = (struct orl_elf_symbol){
			.addr = sym.st_value, .size = sym.st_size, .name = (uint32_t)sym.st_name,
			.rank = rank_of(&sym, e->names + sym.st_name),
		};
	}
	qsort(e->symbol, e->nr_symbols, sizeof(*e->symbol), by_address);
	return 0;
}

int orl_elf_read(struct orl_elf *e, int fd, uint64_t size)
{
	Elf *elf;
	int rc;

	memset(e, 0, sizeof(*e));
	if (size > ORL_SYMBOLS_FILE_MAX || elf_version(EV_CURRENT) == EV_NONE)
		return -EFBIG;
	/* not mapped: a file that shrinks must not kill the tool */
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		return -EBADMSG;
	}
	rc = read_loads(e, elf);
	if (!rc)
		rc = read_symbols(e, elf);
	elf_end(elf);
	if (rc)
		orl_elf_fini(e);
	return rc;
}

void orl_elf_fini(struct orl_elf *e)
{
	free(e->load);
	free(e->symbol);
	free(e->names);
	memset(e, 0, sizeof(*e));
}

const struct orl_elf_symbol *orl_elf_find(const struct orl_elf *e, uint64_t offset, uint64_t *addr)
{
	uint32_t low = 0, high = e->nr_symbols, i;

	for (i = 0; i < e->nr_loads; i++)
		if (offset >= e->load[i].offset && offset - e->load[i].offset < e->load[i].len)
			break;
	if (i == e->nr_loads)
		return NULL;
	*addr = offset - e->load[i].offset + e->load[i].addr;
	/* the last symbol that begins at or before it */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (e->symbol[middle].addr <= *addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	low--;
	/* one without a size reaches to the next; one with a size not beyond it */
	if (e->symbol[low].size && *addr - e->symbol[low].addr > e->symbol[low].size)
		return NULL;
	return &e->symbol[low];
}
