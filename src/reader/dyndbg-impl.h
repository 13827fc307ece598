/* SPDX-License-Identifier: MIT */
/*
 * What the files that read processes' sites share.
 */
#ifndef ORL_READER_DYNDBG_IMPL_H
#define ORL_READER_DYNDBG_IMPL_H

#include "reader/dyndbg.h"

/* What one copy of the library in a process shows: any numbers, any flags. */
struct orl_shown {
	int32_t pid;
	uint32_t nr;
	struct orl_site *site;
};

/**
 * orl_dyndbg_foreach() - call @fn for each copy of the library that shows something
 * @pid: only in this process; 0: all. Copies in one process come in a row.
 * @fn:  what it returns, unless 0, ends this
 *
 * Return: 0, -ENOMEM, or what @fn returned. @trouble is added to.
 */
int orl_dyndbg_foreach(struct orl_session *s, int32_t pid, struct orl_dyndbg_trouble *trouble,
		       int (*fn)(const struct orl_shown *shown, void *arg), void *arg);

#endif /* ORL_READER_DYNDBG_IMPL_H */
