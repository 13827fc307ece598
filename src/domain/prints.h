/* SPDX-License-Identifier: MIT */
/*
 * The registry of print sites, for those who add to it (abi/print.h). Tools that only read it have
 * their own way to it, with more checks.
 *
 * Libc only, no malloc, async-signal-safe; leaves errno as it likes. Concurrent use by any number
 * of processes; within one, the struct is guarded by its owner's lock.
 */
#ifndef ORL_DOMAIN_PRINTS_H
#define ORL_DOMAIN_PRINTS_H

#include "abi/print.h"
#include "domain/domain.h"

struct orl_registry {
	struct orl_prints *head;	/* mapped shared, ORL_PRINTS_SIZE bytes; NULL: not open */
	const struct orl_domain *domain;
};

/**
 * orl_registry_open() - map the registry of a domain, and make it first where there is none
 * @r: filled in; undone with orl_registry_close()
 * @d: must stay as long as @r
 *
 * Return: 0, -ENOSPC (nothing is left behind), -EBADMSG when the file is damaged, -EPROTO when it
 * is of another version, or what open, mmap and fallocate return.
 */
int orl_registry_open(struct orl_registry *r, const struct orl_domain *d);
void orl_registry_close(struct orl_registry *r);

/* A site as the program has it. */
struct orl_print_source {
	const char *text[ORL_PRINT_NR_TEXTS];	/* module, file ... NULL is "" */
	uint32_t line;
	uint8_t kind;			/* ORL_PRINT_DEBUG ... */
	uint8_t class_id;		/* ORL_PRINT_NO_CLASS: none */
};

/**
 * orl_registry_add() - the number of a site, and a new entry if it has none
 * Texts that are too long for an entry are cut, the format last.
 * Return: 0 .. ORL_NR_PRINTS - 1; -ENOSPC when there is no room, which is counted; or -errno of
 * allocating.
 */
int64_t orl_registry_add(struct orl_registry *r, const struct orl_print_source *site);

/**
 * orl_registry_note_decor() - keep that a site prints with a decoration
 * @number: from orl_registry_add()
 * To be called before records have it: tools list a format for each decoration that was ever used.
 */
void orl_registry_note_decor(struct orl_registry *r, uint32_t number, uint32_t decor);

#endif
