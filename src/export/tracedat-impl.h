/* SPDX-License-Identifier: MIT */
/*
 * The inside of the trace.dat writer: tracedat.c takes pages, tracedat-meta.c and
 * tracedat-file.c build the file.
 */
#ifndef ORL_EXPORT_TRACEDAT_IMPL_H
#define ORL_EXPORT_TRACEDAT_IMPL_H

#include <stdbool.h>
#include <zstd.h>

#include "spool.h"
#include "tracedat.h"

struct orl_tracedat_cpu {
	struct orl_spool spool;		/* this CPU's part of the BUFFER section, less the count */
	uint8_t *chunk;			/* pages not yet spooled; allocated at the first page */
	uint32_t chunk_len;
	uint32_t nr_chunks;
	uint64_t lost;			/* records since the last page kept; UINT64_MAX unknown */
};

struct orl_tracedat {
	char *path;			/* as given, for messages */
	char *name;			/* its last part */
	int dirfd;
	char *clock;
	unsigned int nr_cpus;
	uint32_t page_size;
	uint32_t chunk_size;		/* multiple of page_size */
	bool plain;
	int level;
	ZSTD_CCtx *zstd;		/* NULL until the first compression */
	uint8_t *packed;		/* room for one compressed chunk and its two sizes */
	size_t packed_cap;
	struct orl_tracedat_cpu *cpus;
	uint64_t bytes;
	int rc;				/* the first error; sticks */
	char error[512];
};

/* Note an error in words ("PATH: what: reason") and return it. */
int orl_tracedat_fail(struct orl_tracedat *t, int rc, const char *what);

/* Spool what is left in the CPU's chunk. */
int orl_tracedat_flush(struct orl_tracedat *t, struct orl_tracedat_cpu *c);

/* Compress into @dst; returns bytes or -errno. The context is made at the first call. */
int64_t orl_tracedat_pack(struct orl_tracedat *t, void *dst, size_t cap, const void *src,
			  size_t len);

#endif /* ORL_EXPORT_TRACEDAT_IMPL_H */
