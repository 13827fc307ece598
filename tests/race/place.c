// SPDX-License-Identifier: MIT
#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[] = "/dev/shm/oriel-race-XXXXXX";
static pid_t owner;

void race_give_up(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

/* Whatever files are in it: rings, sets and hooks of instances have numbers. */
static void remove_place(void)
{
	DIR *d = getpid() == owner ? opendir(dir) : NULL;
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d)))
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	rmdir(dir);
}

const char *race_place_make(void)
{
	if (!mkdtemp(dir))
		race_give_up("cannot make %s: %s", dir, strerror(errno));
	owner = getpid();
	atexit(remove_place);
	return dir;
}

void race_place_set(struct orl_ctl *ctl, uint64_t cpu_data, uint64_t lease_data, uint32_t nr_leases)
{
	ctl->top.cpu_data_size = ctl->cpu_data_size = cpu_data;
	ctl->top.lease_data_size = ctl->lease_data_size = lease_data;
	ctl->nr_leases = nr_leases;
}
