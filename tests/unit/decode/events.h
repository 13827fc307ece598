/* SPDX-License-Identifier: MIT */
/* The events of the running kernel, and made-up records of them. */
#ifndef TEST_DECODE_EVENTS_H
#define TEST_DECODE_EVENTS_H

#include "decode/format.h"

#define EVENT_ROUNDS 30		/* records per event: zero, filled, then random ones */
#define EVENT_RECORD_MAX 65536

struct kernel_event {
	const char *path;
	char system[128];
	char *text;		/* of the format file; valid until the next event */
	size_t len;
};

extern unsigned char event_record[EVENT_RECORD_MAX];

/* events_mount() - find or mount tracefs, in a mount namespace of our own; false: not possible */
bool events_mount(void);
const char *events_mount_error(void);

/* events_open(), events_next(), events_close() - go through all format files */
void events_open(void);
bool events_next(struct kernel_event *event);
void events_close(void);

/* event_fill() - make record number @round of an event in event_record; its length */
uint32_t event_fill(const struct orl_format *f, int round);

#endif /* TEST_DECODE_EVENTS_H */
