// SPDX-License-Identifier: MIT
#include "place.h"

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

static void remove_place(void)
{
	static const char *const names[] = { ORL_CTL_NAME, ORL_RING_NAME, ORL_NUDGE_NAME };
	char path[sizeof(dir) + 16];

	if (getpid() != owner)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
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
