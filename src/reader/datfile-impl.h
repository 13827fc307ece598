/* SPDX-License-Identifier: MIT */
/*
 * The inside of the trace.dat reader. datfile.c opens and merges, datfile-meta.c reads what
 * describes with the parsers of datfile-tables.c, datfile-stream.c reads the pages of a CPU.
 */
#ifndef ORL_READER_DATFILE_IMPL_H
#define ORL_READER_DATFILE_IMPL_H

#include <stdbool.h>
#include <zstd.h>

#include "datfile.h"
#include "datfile-bytes.h"
#include "datfile-layout.h"

#define ORL_DAT_META_MAX	(64ull << 20)	/* bytes of descriptions, all together */
#define ORL_DAT_CHUNKS_MAX	(256ull << 20)	/* bytes of pages in memory, all CPUs together */
#define ORL_DAT_CHUNK_MAX	(16u << 20)
#define ORL_DAT_BLOCK		(256u << 10)	/* read at once of an uncompressed CPU */
#define ORL_DAT_CPUS_MAX	65536u
#define ORL_DAT_FORMATS_MAX	65536u		/* there are no more event ids */

/* A growing array; ORL_DAT_PUSH() keeps its element size apart from it. */
struct orl_dat_vec {
	void *items;
	unsigned int nr, cap;
};

/* The pages of one CPU. */
struct orl_dat_stream {
	int cpu;
	uint64_t off, end;	/* bytes of the file not read yet */
	uint64_t block_off;	/* where in the file the pages in buf are from */
	uint32_t nr_chunks;	/* chunks not read yet, if compressed */
	bool begun;
	bool gap;		/* something was damaged: say so with the next record */
	uint8_t *buf;
	size_t cap, len;
	size_t next_page;	/* in buf */
	struct orl_page_iter it;
	struct orl_record rec;	/* the next one of this CPU */
};

struct orl_datfile {
	char *path;
	int fd;
	uint64_t size;
	unsigned int version;
	unsigned int nr_cpus;
	uint32_t page_size;
	char *clock;
	bool zstd;		/* compression named in the header */
	bool packed;		/* the CPUs' data is compressed */
	bool have_buffer;	/* the buffer that is read has been chosen */
	unsigned int nr_others;	/* buffers not read */

	struct orl_dat_vec blobs;	/* uint8_t *: memory that texts point into */
	uint64_t meta_len;		/* bytes in blobs */
	struct orl_dat_vec events, ftrace;	/* struct orl_datfile_format */
	struct orl_dat_vec cpustats;		/* struct orl_datfile_text */
	struct orl_datfile_text cmdlines, kallsyms, printk, uname;

	struct orl_dat_stream *streams;
	unsigned int nr_streams;
	struct orl_dat_stream **heap;	/* by time of rec; [0] is the earliest */
	unsigned int nr_heap;
	bool merging;			/* heap is built */
	bool pending;			/* heap[0]'s record has been given out */
	bool reported;

	ZSTD_DCtx *dctx;
	uint8_t *in;		/* one compressed chunk */
	size_t in_cap;
	uint64_t chunk_bytes;	/* sum of the streams' cap */
	char damage[512];
	int fatal;
};

/* Note what is wrong ("PATH: ...") unless something was noted before; returns @rc. */
int orl_dat_fail(struct orl_datfile *d, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Read exactly @len bytes at @off; -EBADMSG if the file ends before, or another -errno. */
int orl_dat_read(struct orl_datfile *d, uint64_t off, void *buf, size_t len);

/* A new zeroed element at the end, or NULL; at most @max of them. */
void *orl_dat_push(struct orl_dat_vec *v, size_t item_size, unsigned int max);

/* Read everything but pages; sets up streams. */
int orl_dat_read_meta(struct orl_datfile *d);

/* See that the CPUs' data are apart from each other, and cut them to the file. */
int orl_dat_check_streams(struct orl_datfile *d);

/*
 * Parsers of tables, of what BUFFER holds, and of the options that both versions have. Texts
 * point into the bytes given. Return 0 or -errno, with the damage noted.
 */
int orl_dat_parse_table(struct orl_datfile *d, uint16_t id, struct orl_bytes *b);
int orl_dat_parse_buffer(struct orl_datfile *d, struct orl_bytes b);
int orl_dat_parse_option(struct orl_datfile *d, uint16_t id, const uint8_t *data, size_t len);

/* Room for @nr CPUs, then one after the other; CPUs without data get no stream. */
int orl_dat_alloc_streams(struct orl_datfile *d, uint32_t nr);
int orl_dat_add_stream(struct orl_datfile *d, uint32_t cpu, uint64_t off, uint64_t size);

/* Step to the stream's next record: 1, 0 at its end, or an error that ends all reading. */
int orl_dat_stream_next(struct orl_datfile *d, struct orl_dat_stream *s);

#endif /* ORL_READER_DATFILE_IMPL_H */
