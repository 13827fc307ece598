/* SPDX-License-Identifier: MIT */
/* Records of lines, taken from the library before they get to a ring. */
#ifndef TEST_PRINT_EMITTED_H
#define TEST_PRINT_EMITTED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "runtime/print.h"

#define EMITTED_NUMBER 5U		/* of each site in the registry that there is not */

/* The last record. */
struct emitted {
	_Alignas(8) uint8_t data[ORL_PRINT_RECORD_MAX];
	uint32_t len;
	uint32_t nr;			/* of all so far */
};
extern struct emitted emitted;

/** emitted_begin() - from now on records come here */
void emitted_begin(void);

/** emitted_room() - a record may have as many bytes */
void emitted_room(uint16_t bytes);

/** emitted_site() - a site that is on, with its plan */
void emitted_site(struct _ddebug *d, const char *format, uint16_t flags);

/** emitted_args() - the arguments of the last record */
static inline const uint8_t *emitted_args(void)
{
	return emitted.data + ORL_PRINT_OFF_ARGS;
}

/* A line of a site of its own; its record is the last one then. */
#define EMIT(fmt, ...) \
	do { \
		static struct _ddebug site_; \
		emitted_site(&site_, fmt, _DPRINTK_FLAGS_PRINT); \
		oriel_dyndbg_emit(&site_, fmt, ##__VA_ARGS__); \
	} while (0)

#endif
