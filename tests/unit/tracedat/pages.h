/* SPDX-License-Identifier: MIT */
/* Building ring pages by hand, for tests. Independent of the code that is tested. */
#ifndef TEST_TRACEDAT_PAGES_H
#define TEST_TRACEDAT_PAGES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define PAGE 4096u

struct builder {
	uint8_t page[PAGE];
	uint32_t off;
	uint64_t last;
};

static inline void put_word(struct builder *b, uint32_t v)
{
	assert_true(b->off + 4 <= PAGE);
	memcpy(b->page + b->off, &v, 4);
	b->off += 4;
}

/* A page without records that begins at @ts. */
static inline void begin(struct builder *b, uint64_t ts)
{
	memset(b, 0, sizeof(*b));
	memcpy(b->page, &ts, 8);
	b->off = 16;
	b->last = ts;
}

/* Set the bytes used; call it after the last item. */
static inline void end(struct builder *b)
{
	uint64_t used = b->off - 16;

	memcpy(b->page + 8, &used, 8);
}

static inline void put_extend(struct builder *b, uint64_t delta)
{
	put_word(b, (uint32_t)(delta & 0x7ffffff) << 5 | 30);
	put_word(b, (uint32_t)(delta >> 27));
	b->last += delta;
}

static inline void put_stamp(struct builder *b, uint64_t ts)
{
	put_word(b, (uint32_t)(ts & 0x7ffffff) << 5 | 31);
	put_word(b, (uint32_t)(ts >> 27));
	b->last = ts;
}

/* @len bytes in all are skipped, 8 or more; the delta counts as time. */
static inline void put_padding(struct builder *b, uint32_t delta, uint32_t len)
{
	put_word(b, delta << 5 | 29);
	put_word(b, len - 4);
	b->off += len - 8;
	b->last += delta;
}

/* A record: the common fields of event @id and task @pid, then @len bytes, a multiple of 4. */
static inline void put_record(struct builder *b, uint64_t ts, uint16_t id, int32_t pid,
			      const void *fields, uint32_t len)
{
	uint64_t delta = ts - b->last;
	uint32_t payload = 8 + len;

	if (delta >> 27) {
		put_extend(b, delta);
		delta = 0;
	}
	if (payload <= 112) {
		put_word(b, (uint32_t)delta << 5 | payload / 4);
	} else {
		put_word(b, (uint32_t)delta << 5);
		put_word(b, payload + 4);
	}
	put_word(b, id);
	put_word(b, (uint32_t)pid);
	assert_true(b->off + len <= PAGE);
	memcpy(b->page + b->off, fields, len);
	b->off += len;
	b->last = ts;
}

/* Event 900 of tests, "tick": one number. */
static inline void put_tick(struct builder *b, uint64_t ts, uint32_t seq)
{
	put_record(b, ts, 900, 100, &seq, 4);
}

static const char tick_format[] =
	"name: tick\nID: 900\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
	"\tfield:unsigned int seq;\toffset:8;\tsize:4;\tsigned:0;\n\n"
	"print fmt: \"seq=%u\", REC->seq\n";

static const char print_format[] =
	"name: print\nID: 5\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
	"\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:0;\n\n"
	"print fmt: \"%ps: %s\", (void *)REC->ip, REC->buf\n";

#endif /* TEST_TRACEDAT_PAGES_H */
