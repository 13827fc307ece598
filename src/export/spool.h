/* SPDX-License-Identifier: MIT */
/*
 * Nameless files next to an output, and giving one of them its name at the end.
 */
#ifndef ORL_EXPORT_SPOOL_H
#define ORL_EXPORT_SPOOL_H

#include <stddef.h>
#include <stdint.h>

struct orl_spool {
	int fd;			/* -1: not open */
	uint64_t len;		/* bytes written, also the file position */
};

/**
 * orl_spool_open() - a new private file in a folder, without a name if the system can
 * @dirfd: the folder
 * @temp:  32 bytes; gets "" or, where O_TMPFILE is not to be had, the file's temporary name.
 *         NULL: the file is unlinked at once instead and can never get a name
 *
 * Return: 0 or -errno of creating it.
 */
int orl_spool_open(struct orl_spool *s, int dirfd, char *temp);

/** orl_spool_write() - append all of @buf; 0, or -errno (-ENOSPC) with part of it written */
int orl_spool_write(struct orl_spool *s, const void *buf, size_t len);

/** orl_spool_pad() - append zeros up to a multiple of @align */
int orl_spool_pad(struct orl_spool *s, uint32_t align);

/**
 * orl_spool_move() - append all of @from to @to, then close @from
 *
 * @from gives its blocks back as they are copied (where holes can be punched), so that
 * both together need little more room than one.
 */
int orl_spool_move(struct orl_spool *to, struct orl_spool *from);

/**
 * orl_spool_publish() - give a file its name, in place of whatever had it
 * @temp: from orl_spool_open()
 * @name: in the folder @dirfd; no slash
 *
 * Others see the older file or the whole new one. Return: 0 or -errno; on error @name is
 * untouched and no temporary name stays.
 */
int orl_spool_publish(struct orl_spool *s, int dirfd, const char *temp, const char *name);

/** orl_spool_close() - close and, if it still has a temporary name, remove it */
void orl_spool_close(struct orl_spool *s, int dirfd, const char *temp);

#endif /* ORL_EXPORT_SPOOL_H */
