// SPDX-License-Identifier: MIT
/*
 * A process may take a slot, and put a file of its own there, at any moment. So what is to go is
 * given another name, looked at again, and put back if it is not what it was.
 */
#include "reader/left.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool remove_left(int dirfd, const char *name, uint32_t slot,
			bool (*is_left)(int dirfd, const char *name, uint32_t slot))
{
	char aside[48];
	bool is_gone;

	snprintf(aside, sizeof(aside), "tmp-%s-%d", name, (int)getpid());
	if (renameat(dirfd, name, dirfd, aside))
		return false;
	is_gone = is_left(dirfd, aside, slot);
	if (!is_gone && linkat(dirfd, aside, dirfd, name, 0) && errno != EEXIST)
		return false;
	unlinkat(dirfd, aside, 0);
	return is_gone;
}

int orl_left_sweep(const struct orl_session *s, const char *base,
		   bool (*is_left)(int dirfd, const char *name, uint32_t slot), bool dry_run,
		   uint64_t *bytes)
{
	int dirfd = orl_domain_open_dir(s->domain.dir), nr = 0;
	struct stat st;
	char name[32];

	if (dirfd < 0)
		return 0;
	for (uint32_t i = 0; i < ORL_NR_PROCS; i++) {
		orl_domain_slot_name(name, base, i);
		if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !(S_ISREG(st.st_mode) || S_ISSOCK(st.st_mode)) || !is_left(dirfd, name, i) ||
		    !(dry_run || remove_left(dirfd, name, i, is_left)))
			continue;
		*bytes += (uint64_t)st.st_blocks * 512;
		nr++;
	}
	close(dirfd);
	return nr;
}
