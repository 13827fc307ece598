/* SPDX-License-Identifier: MIT */
/*
 * Writing trace.dat, the file of trace-cmd and KernelShark (version 7).
 *
 * Pages are compressed as they come and spooled to one nameless file per CPU in the folder
 * of the output. finish() puts the file together and only then gives it its name: until
 * then an older file of that name is untouched, and whatever goes wrong, kill included,
 * leaves nothing behind. The file is private to its owner (0600).
 *
 * A writer belongs to one thread at a time. After an error every call returns that error;
 * orl_tracedat_error() has it in words.
 */
#ifndef ORL_EXPORT_TRACEDAT_H
#define ORL_EXPORT_TRACEDAT_H

#include <stddef.h>
#include <stdint.h>

struct orl_tracedat;

struct orl_tracedat_format {
	const char *system;	/* NULL for ftrace's own formats */
	const char *text;	/* the format file */
	size_t len;
};

/* What a trace.dat knows besides records. Every pointer may be NULL (0 entries, no text). */
struct orl_tracedat_meta {
	const struct orl_tracedat_format *ftrace;	/* events/ftrace: at least "print" */
	unsigned int nr_ftrace;
	const struct orl_tracedat_format *events;	/* in any order */
	unsigned int nr_events;
	const char *kallsyms;		/* as /proc/kallsyms, by address, all below markers' */
	const char *kallsyms_above;	/* ... all above it */
	const char *printk;		/* text of printk_formats */
	const char *cmdlines;		/* text of saved_cmdlines: "PID COMM\n" */
	const char *const *cpustat;	/* text of per_cpu/cpuN/stats, nr_cpus of them, some NULL */
};

/**
 * orl_tracedat_create() - begin a recording
 * @out:       the writer, ended by orl_tracedat_finish() or orl_tracedat_abort()
 * @path:      where the file will be; its folder must exist. An existing regular file or
 *             link is replaced at the end; a link is never followed
 * @nr_cpus:   CPUs of the system, with or without pages
 * @page_size: of each page, a power of two from 4096
 * @clock:     name of the clock of the stamps, as in trace_clock; "mono"
 * @err:       on failure, a constant text that says which step failed; may be NULL
 *
 * Return: 0, -EINVAL, -ENOMEM, -EISDIR (or another file that cannot be replaced: -EEXIST),
 * or what opening the folder gave.
 */
int orl_tracedat_create(struct orl_tracedat **out, const char *path, unsigned int nr_cpus,
			uint32_t page_size, const char *clock, const char **err);

/** orl_tracedat_set_plain() - do not compress; call before the first pages */
void orl_tracedat_set_plain(struct orl_tracedat *t);

/**
 * orl_tracedat_set_level() - choose zstd's level, negative is faster; before the first pages
 */
void orl_tracedat_set_level(struct orl_tracedat *t, int level);

/**
 * orl_tracedat_pages() - append pages of one CPU
 * @cpu:      from 0 to nr_cpus - 1
 * @pages:    @nr_pages whole pages, in order, stamps in ns; not kept after the call
 *
 * What lies behind a page's data does not reach the file. Empty pages are left out; records
 * that they report as lost are added to the CPU's next page.
 *
 * Return: 0, -EINVAL for a CPU out of range, -EBADMSG for a page that claims more data than
 * it has room for (nothing of it or behind it is taken, and the writer stays usable),
 * -ENOSPC, -ENOMEM, or another error of writing.
 */
int orl_tracedat_pages(struct orl_tracedat *t, int cpu, const void *pages, uint32_t nr_pages);

/**
 * orl_tracedat_trim() - leave out CPUs at the end that have no pages
 * @at_least: CPUs to keep, with or without pages
 *
 * For a writer that was made with room for leased rings, most of which nobody leased. After the
 * last pages; does not fail.
 */
void orl_tracedat_trim(struct orl_tracedat *t, unsigned int at_least);

/** orl_tracedat_bytes() - bytes spooled so far, about what the file will have */
uint64_t orl_tracedat_bytes(const struct orl_tracedat *t);

/** orl_tracedat_error() - what went wrong, with the path; "" if nothing. Owned by the writer. */
const char *orl_tracedat_error(const struct orl_tracedat *t);

/**
 * orl_tracedat_finish() - write the file and give it its name
 * @m: nothing of it is kept
 *
 * The writer stays, for orl_tracedat_error(), until orl_tracedat_abort(), which no longer
 * touches the file. Needs room for little more than the file itself: spools shrink as they
 * are copied.
 *
 * Return: 0 or -errno; after an error there is no file.
 */
int orl_tracedat_finish(struct orl_tracedat *t, const struct orl_tracedat_meta *m);

/** orl_tracedat_abort() - free the writer; before finish, the recording is gone. NULL is fine. */
void orl_tracedat_abort(struct orl_tracedat *t);

#endif /* ORL_EXPORT_TRACEDAT_H */
