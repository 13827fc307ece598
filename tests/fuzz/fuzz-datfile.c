// SPDX-License-Identifier: MIT
/*
 * Any bytes as a trace.dat: opening gives a file or one line of error; all that a file then
 * hands out is inside memory; reading ends, and after its end stays ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reader/datfile.h"

static void require(bool ok)
{
	if (!ok)
		abort();
}

static volatile uint64_t sink;

static void touch(const void *p, size_t len)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < len; i++)
		sink += b[i];
}

static void touch_formats(const struct orl_datfile_format *f, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		touch(f[i].system, strlen(f[i].system));
		touch(f[i].text, f[i].len);
	}
}

static void touch_tables(const struct orl_datfile *d)
{
	const struct orl_datfile_format *f;
	const struct orl_datfile_text *t;
	unsigned int nr;

	f = orl_datfile_events(d, &nr);
	touch_formats(f, nr);
	f = orl_datfile_ftrace(d, &nr);
	touch_formats(f, nr);
	t = orl_datfile_cpustats(d, &nr);
	for (unsigned int i = 0; i < nr; i++)
		touch(t[i].text, t[i].len);
	touch(orl_datfile_cmdlines(d).text, orl_datfile_cmdlines(d).len);
	touch(orl_datfile_printk(d).text, orl_datfile_printk(d).len);
	touch(orl_datfile_uname(d).text, orl_datfile_uname(d).len);
	touch(orl_datfile_clock(d), strlen(orl_datfile_clock(d)));
}

static void read_all(struct orl_datfile *d)
{
	struct orl_record r;
	int rc;

	while ((rc = orl_datfile_next(d, &r)) > 0) {
		require(r.cpu >= 0 && (unsigned int)r.cpu < orl_datfile_nr_cpus(d));
		touch(r.data, r.len);
	}
	require(rc == 0 || orl_datfile_damage(d));
	require(orl_datfile_next(d, &r) <= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct orl_datfile *d;
	char path[40], err[600] = "";

	if (fd < 0)
		fd = memfd_create("fuzz", 0);
	if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (orl_datfile_open(&d, path, err, sizeof(err))) {
		require(err[0] && !strchr(err, '\n'));
		return 0;
	}
	touch_tables(d);
	read_all(d);
	orl_datfile_close(d);
	return 0;
}
