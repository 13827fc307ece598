/* SPDX-License-Identifier: MIT */
/*
 * Records on their way to text: what trace, trace_pipe and snapshot share.
 *
 * Formats, names of threads, processes and functions are looked up when the first record needs
 * them, and kept for as long as the file is open.
 */
#ifndef ORL_TREE_OUT_H
#define ORL_TREE_OUT_H

#include "decode/line.h"
#include "reader/clocks.h"
#include "reader/control.h"
#include "reader/ring.h"
#include "tree/impl.h"

struct orl_symbols;

#define ORL_OUT_TIDS 1024U		/* a power of two */
#define ORL_OUT_CPUS 4096U

struct orl_out {
	struct orl_tree *tree;
	struct orl_session *s;		/* of the file, or of its snapshot */
	uint32_t cpu;			/* or ORL_ALL_CPUS */
	struct orl_merge *merge;
	struct orl_clock_conv clock;
	struct orl_line_style style;
	struct orl_formats *formats;
	struct orl_comms *comms;
	struct orl_print_texts *prints;
	struct orl_symbols *symbols;
	uint32_t line_len;		/* bytes that a line has, about: orl_out_some() */
	uint64_t named_ns;		/* since when the names below hold */
	struct {
		int32_t tid, pid;	/* 0: free; pid 0: unknown, -1: not asked */
	} thread[ORL_OUT_TIDS];
	uint8_t id_known[(ORL_MAX_EVENT_ID + 1) / 8];
	uint8_t cpu_started[ORL_OUT_CPUS / 8];
	bool annotate;
	/* latency-format says how long it is to the next record: one is held back */
	bool is_held;
	struct orl_record held;
	uint8_t *held_data;
	size_t held_room;
};

/** orl_out_create() - for what file @f shows of session @s; 0 or -ENOMEM */
int orl_out_create(struct orl_out **out, struct orl_file *f, struct orl_session *s);
void orl_out_destroy(struct orl_out *o);

/** orl_out_begin() - (again) from the oldest record on, with the options and clock of this moment
 */
int orl_out_begin(struct orl_out *o, enum orl_merge_mode mode);

/** orl_out_title() - the comment lines; false when there is no record */
bool orl_out_title(struct orl_out *o, struct orl_text *text);

/** orl_out_some() - append lines until there are @size bytes: 1, 0 there is no more now, or -errno
 */
int orl_out_some(struct orl_out *o, struct orl_text *text, size_t size);

/** orl_out_stats() - counts of a CPU, or the sums of all */
int orl_out_stats(const struct orl_session *s, uint32_t cpu, struct orl_ring_stats *out);

/** orl_out_cpu() - the CPU that the file is about, or ORL_ALL_CPUS */
uint32_t orl_out_cpu(const struct orl_file *f);

/* ---- functions of the kinds, in the files of their names ---- */

int orl_trace_open(struct orl_file *f);
int orl_trace_trunc(struct orl_file *f);
ssize_t orl_trace_read(struct orl_file *f, void *buf, size_t size, off_t off);
ssize_t orl_trace_write(struct orl_file *f, const void *buf, size_t size);
void orl_trace_release(struct orl_file *f);
int orl_snapshot_store(struct orl_file *f, char *buf, size_t len);
int orl_pipe_open(struct orl_file *f);
ssize_t orl_pipe_read(struct orl_file *f, void *buf, size_t size, off_t off);
unsigned int orl_pipe_poll(struct orl_file *f);
void orl_pipe_release(struct orl_file *f);
int orl_raw_open(struct orl_file *f);
ssize_t orl_raw_read(struct orl_file *f, void *buf, size_t size, off_t off);
unsigned int orl_raw_poll(struct orl_file *f);
int orl_raw_ioctl(struct orl_file *f, unsigned int cmd);
void orl_raw_release(struct orl_file *f);
int orl_snapshot_raw_open(struct orl_file *f);
ssize_t orl_snapshot_raw_read(struct orl_file *f, void *buf, size_t size, off_t off);
void orl_snapshot_raw_release(struct orl_file *f);
ssize_t orl_marker_file_write(struct orl_file *f, const void *buf, size_t size);
ssize_t orl_marker_file_write_raw(struct orl_file *f, const void *buf, size_t size);

/* arg of a kind that shows the snapshot's half. */
extern const char orl_is_snapshot[];

#endif
