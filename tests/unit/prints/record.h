/* SPDX-License-Identifier: MIT */
/*
 * Binary print records made by hand, from words: i5 an int, l5 a long, d1.5 a double, sabc a
 * string.
 */
#ifndef TEST_PRINTS_RECORD_H
#define TEST_PRINTS_RECORD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "abi/print.h"
#include "decode/bprint.h"

#define MAX_WORDS 8

struct record {
	_Alignas(8) uint8_t data[ORL_PRINT_RECORD_MAX];
	uint32_t len;
};

static inline void record_begin(struct record *r, uint64_t ip, uint64_t fmt)
{
	const uint16_t type = ORL_PRINT_ID;
	const int32_t pid = 12;

	memset(r, 0, sizeof(*r));
	memcpy(r->data, &type, sizeof(type));
	memcpy(r->data + 4, &pid, sizeof(pid));
	memcpy(r->data + ORL_PRINT_OFF_IP, &ip, sizeof(ip));
	memcpy(r->data + ORL_PRINT_OFF_FMT, &fmt, sizeof(fmt));
	r->len = ORL_PRINT_OFF_ARGS;
}

static inline void record_add(struct record *r, const void *data, uint32_t size)
{
	memcpy(r->data + r->len, data, size);
	r->len += size;
}

static inline void record_word(struct record *r, const char *word)
{
	int32_t i;
	int64_t l;
	double d;

	if (*word != 's')
		r->len = (r->len + 3) & ~3u;
	switch (*word++) {
	case 'i':
		i = (int32_t)strtoll(word, NULL, 0);
		record_add(r, &i, sizeof(i));
		break;
	case 'l':
		l = (int64_t)strtoull(word, NULL, 0);
		record_add(r, &l, sizeof(l));
		break;
	case 'd':
		d = strtod(word, NULL);
		record_add(r, &d, sizeof(d));
		break;
	default:
		record_add(r, word, (uint32_t)strlen(word) + 1);
	}
}

static inline void record_make(struct record *r, uint64_t ip, uint64_t fmt,
			       const char *const words[MAX_WORDS])
{
	record_begin(r, ip, fmt);
	for (int i = 0; i < MAX_WORDS && words[i]; i++)
		record_word(r, words[i]);
	r->len = (r->len + 3) & ~3u;
}

static inline struct orl_bprint record_bprint(const struct record *r, const char *format)
{
	return (struct orl_bprint){
		.format = format,
		.format_len = strlen(format),
		.args = r->data + ORL_PRINT_OFF_ARGS,
		.args_len = r->len - ORL_PRINT_OFF_ARGS,
	};
}

#endif
