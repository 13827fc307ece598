// SPDX-License-Identifier: MIT
/*
 * The recording half of the trace.dat writer: pages come in, compressed chunks go to spools.
 *
 *   pages ─► chunk of the CPU (128 KiB) ─► zstd ─► [csize usize data] appended to its spool
 *
 * A chunk is the unit that a reader must hold per CPU, so it is kept small; it is large
 * enough that a bigger one gains little (measured: 128 KiB to 1 MiB differ by 2 % in size).
 */
#include "tracedat-impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/page.h"

#define CHUNK_SIZE	(128u << 10)
#define DEFAULT_LEVEL	1
#define MAX_CPUS	65536u
#define PAGE_SIZE_MIN	4096u

int orl_tracedat_fail(struct orl_tracedat *t, int rc, const char *what)
{
	if (!t->rc) {
		t->rc = rc;
		snprintf(t->error, sizeof(t->error), "%s: %s: %s", t->path, what, strerror(-rc));
	}
	return rc;
}

const char *orl_tracedat_error(const struct orl_tracedat *t)
{
	return t->error;
}

uint64_t orl_tracedat_bytes(const struct orl_tracedat *t)
{
	return t->bytes;
}

/* Split the path into an open folder and a name, and see that the name can be replaced. */
static int open_folder(struct orl_tracedat *t, const char *path, const char **err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	struct stat st;

	t->path = strdup(path);
	t->name = strdup(slash ? slash + 1 : path);
	*err = "no memory";
	if (!dir || !t->path || !t->name) {
		free(dir);
		return -ENOMEM;
	}
	t->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	*err = "cannot open its folder";
	if (t->dirfd < 0)
		return -errno;
	*err = "the name is that of a folder";
	if (!t->name[0] || !strcmp(t->name, ".") || !strcmp(t->name, ".."))
		return -EISDIR;
	if (fstatat(t->dirfd, t->name, &st, AT_SYMLINK_NOFOLLOW))
		return 0;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	*err = "exists and is not a regular file";
	return S_ISREG(st.st_mode) || S_ISLNK(st.st_mode) ? 0 : -EEXIST;
}

/* Try the folder now: a recording that cannot be written should not begin. */
static int try_folder(struct orl_tracedat *t, const char **err)
{
	struct orl_spool probe;
	int rc = orl_spool_open(&probe, t->dirfd, NULL);

	*err = "cannot create files in its folder";
	if (!rc)
		orl_spool_close(&probe, t->dirfd, NULL);
	return rc;
}

static int set_up(struct orl_tracedat *t, unsigned int nr_cpus, uint32_t page_size,
		  const char *clock, const char **err)
{
	t->nr_cpus = nr_cpus;
	t->page_size = page_size;
	t->chunk_size = page_size > CHUNK_SIZE ? page_size : CHUNK_SIZE;
	t->level = DEFAULT_LEVEL;
	t->clock = strdup(clock);
	t->cpus = calloc(nr_cpus, sizeof(*t->cpus));
	*err = "no memory";
	if (!t->clock || !t->cpus)
		return -ENOMEM;
	for (unsigned int i = 0; i < nr_cpus; i++)
		t->cpus[i].spool.fd = -1;
	return 0;
}

int orl_tracedat_create(struct orl_tracedat **out, const char *path, unsigned int nr_cpus,
			uint32_t page_size, const char *clock, const char **err)
{
	struct orl_tracedat *t;
	const char *ignored;
	int rc;

	if (!err)
		err = &ignored;
	*err = "impossible number of CPUs or page size";
	if (!nr_cpus || nr_cpus > MAX_CPUS || page_size < PAGE_SIZE_MIN ||
	    page_size > ORL_PAGE_SIZE_MAX || page_size & (page_size - 1))
		return -EINVAL;
	t = calloc(1, sizeof(*t));
	*err = "no memory";
	if (!t)
		return -ENOMEM;
	t->dirfd = -1;
	rc = open_folder(t, path, err);
	if (!rc)
		rc = set_up(t, nr_cpus, page_size, clock, err);
	if (!rc)
		rc = try_folder(t, err);
	if (rc) {
		orl_tracedat_abort(t);
		return rc;
	}
	*err = NULL;
	*out = t;
	return 0;
}

void orl_tracedat_set_plain(struct orl_tracedat *t)
{
	t->plain = true;
}

void orl_tracedat_set_level(struct orl_tracedat *t, int level)
{
	t->level = level;
}

int64_t orl_tracedat_pack(struct orl_tracedat *t, void *dst, size_t cap, const void *src,
			  size_t len)
{
	size_t n;

	if (!t->zstd) {
		t->zstd = ZSTD_createCCtx();
		if (!t->zstd)
			return -ENOMEM;
		ZSTD_CCtx_setParameter(t->zstd, ZSTD_c_compressionLevel, t->level);
		/* four bytes that let a reader tell a damaged chunk from a whole one */
		ZSTD_CCtx_setParameter(t->zstd, ZSTD_c_checksumFlag, 1);
	}
	n = ZSTD_compress2(t->zstd, dst, cap, src, len);
	return ZSTD_isError(n) ? -ENOMEM : (int64_t)n;
}

static int pack_chunk(struct orl_tracedat *t, struct orl_tracedat_cpu *c)
{
	int64_t n;
	uint32_t sizes[2];

	if (!t->packed) {
		t->packed_cap = ZSTD_compressBound(t->chunk_size) + sizeof(sizes);
		t->packed = malloc(t->packed_cap);
		if (!t->packed)
			return -ENOMEM;
	}
	n = orl_tracedat_pack(t, t->packed + sizeof(sizes), t->packed_cap - sizeof(sizes), c->chunk,
			      c->chunk_len);
	if (n < 0)
		return (int)n;
	sizes[0] = (uint32_t)n;
	sizes[1] = c->chunk_len;
	memcpy(t->packed, sizes, sizeof(sizes));
	return orl_spool_write(&c->spool, t->packed, (size_t)n + sizeof(sizes));
}

int orl_tracedat_flush(struct orl_tracedat *t, struct orl_tracedat_cpu *c)
{
	uint64_t before;
	int rc;

	if (!c->chunk_len)
		return 0;
	before = c->spool.len;
	rc = t->plain ? orl_spool_write(&c->spool, c->chunk, c->chunk_len) : pack_chunk(t, c);
	if (rc)
		return orl_tracedat_fail(t, rc, "cannot spool records");
	t->bytes += c->spool.len - before;
	c->chunk_len = 0;
	c->nr_chunks++;
	return 0;
}

static int begin_cpu(struct orl_tracedat *t, struct orl_tracedat_cpu *c)
{
	int rc;

	c->chunk = malloc(t->chunk_size);
	if (!c->chunk)
		return orl_tracedat_fail(t, -ENOMEM, "cannot spool records");
	rc = orl_spool_open(&c->spool, t->dirfd, NULL);
	if (!rc)
		return 0;
	free(c->chunk);
	c->chunk = NULL;
	return orl_tracedat_fail(t, rc, "cannot create a spool file in its folder");
}

/* Records lost before @page, by its own account; UINT64_MAX when it does not know. */
static uint64_t page_missed(const struct orl_page_iter *it)
{
	return it->missed < 0 ? UINT64_MAX : (uint64_t)it->missed;
}

static uint64_t add_lost(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static int add_page(struct orl_tracedat *t, struct orl_tracedat_cpu *c, const uint8_t *page)
{
	struct orl_page_iter it;
	uint8_t *to;
	int rc = orl_page_iter_init(&it, page, t->page_size);

	if (rc)
		return rc;
	if (it.end == ORL_PAGE_HEADER_LEN) {
		c->lost = add_lost(c->lost, page_missed(&it));
		return 0;
	}
	if (!c->chunk && (rc = begin_cpu(t, c)))
		return rc;
	to = c->chunk + c->chunk_len;
	memcpy(to, page, it.end);
	memset(to + it.end, 0, t->page_size - it.end);
	if (c->lost || it.missed) {
		orl_page_set_missed(to, t->page_size, add_lost(c->lost, page_missed(&it)));
		c->lost = 0;
	}
	c->chunk_len += t->page_size;
	return c->chunk_len == t->chunk_size ? orl_tracedat_flush(t, c) : 0;
}

int orl_tracedat_pages(struct orl_tracedat *t, int cpu, const void *pages, uint32_t nr_pages)
{
	const uint8_t *page = pages;

	if (t->rc)
		return t->rc;
	if (cpu < 0 || (unsigned int)cpu >= t->nr_cpus)
		return -EINVAL;
	for (uint32_t i = 0; i < nr_pages; i++) {
		int rc = add_page(t, &t->cpus[cpu], page + (size_t)i * t->page_size);

		if (rc)
			return rc;
	}
	return 0;
}

void orl_tracedat_trim(struct orl_tracedat *t, unsigned int at_least)
{
	/* A CPU that had a page has a chunk; one that lost all of them has a loss to tell. */
	while (t->nr_cpus > at_least && t->nr_cpus > 1 && !t->cpus[t->nr_cpus - 1].chunk &&
	       !t->cpus[t->nr_cpus - 1].lost)
		t->nr_cpus--;
}

void orl_tracedat_abort(struct orl_tracedat *t)
{
	if (!t)
		return;
	for (unsigned int i = 0; t->cpus && i < t->nr_cpus; i++) {
		orl_spool_close(&t->cpus[i].spool, t->dirfd, NULL);
		free(t->cpus[i].chunk);
	}
	if (t->dirfd >= 0)
		close(t->dirfd);
	ZSTD_freeCCtx(t->zstd);
	free(t->packed);
	free(t->cpus);
	free(t->clock);
	free(t->name);
	free(t->path);
	free(t);
}
