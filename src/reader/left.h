/* SPDX-License-Identifier: MIT */
/*
 * Files of process slots, "sites.SLOT" and the like, whose process has ended.
 */
#ifndef ORL_READER_LEFT_H
#define ORL_READER_LEFT_H

#include "reader/session.h"

/**
 * orl_left_sweep() - remove what ended processes left of one kind of file
 * @base:    of the files' names
 * @is_left: is the file @name of directory @dirfd, made for slot @slot, one that nobody has?
 * @dry_run: only count
 * @bytes:   has the memory added that they had
 * Return: how many.
 */
int orl_left_sweep(const struct orl_session *s, const char *base,
		   bool (*is_left)(int dirfd, const char *name, uint32_t slot), bool dry_run,
		   uint64_t *bytes);

#endif /* ORL_READER_LEFT_H */
