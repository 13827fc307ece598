/* SPDX-License-Identifier: MIT */
/*
 * A cursor over bytes in memory: takes numbers, strings and stretches from the front. Once
 * something is not there the cursor is bad and everything further is 0, "" or empty, so that
 * a parser can check once at the end of a step. Little endian, as the host.
 */
#ifndef ORL_READER_DATFILE_BYTES_H
#define ORL_READER_DATFILE_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct orl_bytes {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct orl_bytes orl_bytes_of(const void *p, size_t len)
{
	return (struct orl_bytes){ .p = p, .end = (const uint8_t *)p + len };
}

static inline size_t orl_bytes_left(const struct orl_bytes *b)
{
	return (size_t)(b->end - b->p);
}

/* The next @len bytes, or NULL. */
static inline const uint8_t *orl_bytes_take(struct orl_bytes *b, uint64_t len)
{
	const uint8_t *p = b->p;

	if (len > orl_bytes_left(b)) {
		b->bad = true;
		b->p = b->end;
		return NULL;
	}
	b->p += len;
	return p;
}

static inline void orl_bytes_copy(struct orl_bytes *b, void *to, size_t len)
{
	const uint8_t *p = orl_bytes_take(b, len);

	if (p)
		memcpy(to, p, len);
	else
		memset(to, 0, len);
}

static inline uint16_t orl_bytes_u16(struct orl_bytes *b)
{
	uint16_t v;

	orl_bytes_copy(b, &v, sizeof(v));
	return v;
}

static inline uint32_t orl_bytes_u32(struct orl_bytes *b)
{
	uint32_t v;

	orl_bytes_copy(b, &v, sizeof(v));
	return v;
}

static inline uint64_t orl_bytes_u64(struct orl_bytes *b)
{
	uint64_t v;

	orl_bytes_copy(b, &v, sizeof(v));
	return v;
}

/* A NUL-terminated string. */
static inline const char *orl_bytes_string(struct orl_bytes *b)
{
	const uint8_t *nul = memchr(b->p, '\0', orl_bytes_left(b));
	const char *s = (const char *)b->p;

	if (!nul) {
		b->bad = true;
		b->p = b->end;
		return "";
	}
	b->p = nul + 1;
	return s;
}

#endif /* ORL_READER_DATFILE_BYTES_H */
