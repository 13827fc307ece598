/* SPDX-License-Identifier: MIT */
/*
 * Reading trace.dat, versions 7 and 6, as trace-cmd and Oriel write it: 64-bit little-endian
 * kernels, uncompressed or zstd. The records of the top instance come out in time order.
 *
 * Nothing in the file is trusted. Memory is bounded: one chunk (or 256 KiB) per CPU, all
 * chunks together at most 256 MiB, descriptions at most 64 MiB. Where a file is damaged or
 * cut short, all that is whole is still read, and the damage is reported at the end.
 */
#ifndef ORL_READER_DATFILE_H
#define ORL_READER_DATFILE_H

#include <stddef.h>
#include <stdint.h>

#include "page.h"

struct orl_datfile;

struct orl_datfile_text {
	const char *text;	/* not NUL-terminated; NULL if the file has none */
	size_t len;
};

struct orl_datfile_format {
	const char *system;	/* NUL-terminated; "ftrace" for ftrace's own */
	const char *text;	/* the format file, not NUL-terminated */
	size_t len;
};

/**
 * orl_datfile_open() - read everything of a trace.dat but its records
 * @out:    the file, ended by orl_datfile_close(); written on success
 * @path:   of a regular file
 * @err:    gets one line naming the file and what is wrong; unchanged on success
 * @errlen: bytes of @err, may be 0
 *
 * The file must not be changed while it is open; if it is, reading ends with an error.
 *
 * Return: 0, -errno of opening or reading it, -EBADMSG for a file that is damaged,
 * -ENOTSUP for one that is whole but of another kind (version, byte order, compression),
 * or -ENOMEM, also where the file demands more than the bounds above.
 */
int orl_datfile_open(struct orl_datfile **out, const char *path, char *err, size_t errlen);

/* Accessors. What they return lives until orl_datfile_close(). */
unsigned int orl_datfile_version(const struct orl_datfile *d);
unsigned int orl_datfile_nr_cpus(const struct orl_datfile *d);	/* ids of records are below */
uint32_t orl_datfile_page_size(const struct orl_datfile *d);
const char *orl_datfile_clock(const struct orl_datfile *d);	/* "" if not told */
unsigned int orl_datfile_nr_instances(const struct orl_datfile *d); /* buffers not read */
const struct orl_datfile_format *orl_datfile_events(const struct orl_datfile *d, unsigned int *nr);
const struct orl_datfile_format *orl_datfile_ftrace(const struct orl_datfile *d, unsigned int *nr);
struct orl_datfile_text orl_datfile_cmdlines(const struct orl_datfile *d);
struct orl_datfile_text orl_datfile_kallsyms(const struct orl_datfile *d);
struct orl_datfile_text orl_datfile_printk(const struct orl_datfile *d);
struct orl_datfile_text orl_datfile_uname(const struct orl_datfile *d);

/** orl_datfile_cpustats() - texts of per_cpu/cpuN/stats, each with "CPU: N" as first line */
const struct orl_datfile_text *orl_datfile_cpustats(const struct orl_datfile *d, unsigned int *nr);

/**
 * orl_datfile_next() - the next record of all CPUs, in time order
 * @out: written when 1 is returned; its data is valid until the next call
 *
 * Damaged pages and chunks are left out; the record behind them says that an unknown number
 * was missed.
 *
 * Return: 1 with a record; 0 at the end; at the end of a damaged or cut file -EBADMSG once,
 * with orl_datfile_damage() in words, then 0. -ENOMEM or an error of reading ends it too.
 */
int orl_datfile_next(struct orl_datfile *d, struct orl_record *out);

/**
 * orl_datfile_damage() - one line naming the file and the first damage met
 *
 * Return: NULL if there is none so far. Known already after open for a file that is cut short.
 */
const char *orl_datfile_damage(const struct orl_datfile *d);

/** orl_datfile_close() - NULL is fine */
void orl_datfile_close(struct orl_datfile *d);

#endif /* ORL_READER_DATFILE_H */
