/* SPDX-License-Identifier: MIT */
/*
 * The front of a trace.dat while it is built: everything before the records. It is small, so
 * it is made in memory, as three rows of bytes: the file, the strings that describe sections,
 * and the options, which point to the sections written so far.
 */
#ifndef ORL_EXPORT_TRACEDAT_FRONT_H
#define ORL_EXPORT_TRACEDAT_FRONT_H

#include <stdlib.h>
#include <string.h>

#include "reader/datfile-layout.h"
#include "tracedat-impl.h"

/* Bytes being built. After a failed allocation nothing is added and oom tells. */
struct blob {
	uint8_t *buf;
	size_t len, cap;
	bool oom;
};

static inline void blob_add(struct blob *b, const void *data, size_t len)
{
	if (b->oom || !len)
		return;
	if (len > b->cap - b->len) {
		size_t cap = (b->len + len) * 2 + 4096;
		uint8_t *buf = realloc(b->buf, cap);

		if (!buf) {
			b->oom = true;
			return;
		}
		b->buf = buf;
		b->cap = cap;
	}
	memcpy(b->buf + b->len, data, len);
	b->len += len;
}

static inline void blob_add16(struct blob *b, uint16_t v)
{
	blob_add(b, &v, sizeof(v));
}

static inline void blob_add32(struct blob *b, uint32_t v)
{
	blob_add(b, &v, sizeof(v));
}

static inline void blob_add64(struct blob *b, uint64_t v)
{
	blob_add(b, &v, sizeof(v));
}

static inline void blob_add_string(struct blob *b, const char *s)
{
	blob_add(b, s, strlen(s) + 1);
}

static inline void blob_set64(struct blob *b, size_t at, uint64_t v)
{
	if (!b->oom)
		memcpy(b->buf + at, &v, sizeof(v));
}

struct orl_front {
	struct orl_tracedat *t;
	struct blob file, strings, options;
};

/* Returns the id of a description, for a section header. */
uint32_t orl_front_describe(struct orl_front *f, const char *what);

void orl_front_add_section_header(struct orl_front *f, uint16_t id, bool packed, uint32_t what,
				  uint64_t size);

void orl_front_add_option(struct orl_front *f, uint16_t id, const void *data, size_t len);

/* Write @body as a section, compressed if the file is, and the option that points to it. */
int orl_front_add_section(struct orl_front *f, uint16_t id, const char *what, struct blob *body);

/* The sections that describe events and tasks; 0 or -errno. */
int orl_front_add_meta(struct orl_front *f, const struct orl_tracedat_meta *m);

/* The options that carry their contents themselves. */
void orl_front_add_small_options(struct orl_front *f, const struct orl_tracedat_meta *m);

#endif /* ORL_EXPORT_TRACEDAT_FRONT_H */
