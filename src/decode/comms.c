// SPDX-License-Identifier: MIT
/*
 * Task names by pid: open addressing, at most half full, so that a lookup is one or two probes.
 * Slot 0 of a chain is free when its name is empty; a task with an empty name is one unknown.
 */
#include "decode/formats.h"

#include <errno.h>
#include <stdlib.h>

struct slot {
	int32_t pid;
	char comm[ORL_COMM_LEN];
};

struct orl_comms {
	struct slot *slots;
	uint32_t mask;		/* slots - 1, a power of two */
	uint32_t used;
};

#define FIRST_SLOTS 64u

int orl_comms_create(struct orl_comms **out)
{
	struct orl_comms *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (!c)
		return -ENOMEM;
	c->slots = calloc(FIRST_SLOTS, sizeof(*c->slots));
	if (!c->slots) {
		free(c);
		return -ENOMEM;
	}
	c->mask = FIRST_SLOTS - 1;
	*out = c;
	return 0;
}

/* The slot of a pid, or the free one where it belongs. */
static struct slot *find(const struct orl_comms *c, int32_t pid)
{
	uint32_t i = (uint32_t)pid * 2654435761u;

	for (i ^= i >> 16;; i++) {
		struct slot *s = &c->slots[i & c->mask];

		if (!s->comm[0] || s->pid == pid)
			return s;
	}
}

static int grow(struct orl_comms *c)
{
	struct orl_comms bigger = {.mask = c->mask * 2 + 1, .used = c->used};
	uint32_t i;

	bigger.slots = calloc((size_t)bigger.mask + 1, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (i = 0; i <= c->mask; i++)
		if (c->slots[i].comm[0])
			*find(&bigger, c->slots[i].pid) = c->slots[i];
	free(c->slots);
	*c = bigger;
	return 0;
}

int orl_comms_set(struct orl_comms *c, int32_t pid, const char *comm, size_t len)
{
	struct slot *s;

	len = strnlen(comm, len < ORL_COMM_LEN - 1 ? len : ORL_COMM_LEN - 1);
	if (!len)
		return 0;
	s = find(c, pid);
	if (!s->comm[0]) {
		if (c->used * 2 > c->mask) {
			if (grow(c))
				return -ENOMEM;
			s = find(c, pid);
		}
		c->used++;
	}
	s->pid = pid;
	memset(s->comm, 0, sizeof(s->comm));
	memcpy(s->comm, comm, len);
	return 0;
}

int orl_comms_load(struct orl_comms *c, const char *text, size_t len)
{
	const char *p = text, *end = text + len, *eol;
	uint32_t pid;
	int err = 0;

	for (; p < end && !err; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol)
			eol = end;
		for (pid = 0; p < eol && *p >= '0' && *p <= '9' && pid < INT32_MAX / 10; p++)
			pid = pid * 10 + (uint32_t)(*p - '0');
		if (p < eol && *p == ' ')
			err = orl_comms_set(c, (int32_t)pid, p + 1, (size_t)(eol - p - 1));
	}
	return err;
}

const char *orl_comms_get(const struct orl_comms *c, int32_t pid)
{
	const struct slot *s;

	if (!pid)
		return "<idle>";
	s = find(c, pid);
	return s->comm[0] ? s->comm : "<...>";
}

void orl_comms_destroy(struct orl_comms *c)
{
	if (!c)
		return;
	free(c->slots);
	free(c);
}
