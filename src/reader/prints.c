// SPDX-License-Identifier: MIT
/*
 * Copying places that print out of shared memory.
 *
 * Memory stands behind the data only as far as data_ready says, which grows; beyond it nothing is
 * touched, whatever the index says.
 */
#include "reader/prints.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "reader/guard.h"

struct orl_print_table {
	const struct orl_domain *domain;
	char *map;			/* NULL: not there yet, or refused */
	size_t len;
	int error;			/* why there is no map */
};

int orl_prints_open(struct orl_print_table **out, const struct orl_domain *d)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	(*out)->domain = d;
	(*out)->error = -ENOENT;
	return 0;
}

void orl_prints_close(struct orl_print_table *t)
{
	if (!t)
		return;
	if (t->map) {
		orl_guard_remove(t->map);
		munmap(t->map, t->len);
	}
	free(t);
}

static int check(const struct orl_prints *head, size_t len)
{
	if (len < sizeof(*head) || head->magic != ORL_PRINTS_MAGIC)
		return -EBADMSG;
	if (head->version != ORL_PRINTS_VERSION)
		return -EPROTO;
	return head->size == ORL_PRINTS_SIZE && len >= ORL_PRINTS_SIZE ? 0 : -EBADMSG;
}

/* Only a registry that is not there may yet come. */
int orl_prints_error(struct orl_print_table *t)
{
	if (t->map || t->error != -ENOENT)
		return t->map ? 0 : t->error;
	t->map = orl_domain_map(t->domain, ORL_PRINTS_NAME, false, &t->len, &t->error);
	if (!t->map)
		return t->error;
	orl_guard_add(t->map, t->len);
	t->error = check((const struct orl_prints *)t->map, t->len);
	if (t->error) {
		orl_guard_remove(t->map);
		munmap(t->map, t->len);
		t->map = NULL;
	}
	return t->error;
}

static uint64_t load(const void *word)
{
	return __atomic_load_n((const uint64_t *)word, __ATOMIC_ACQUIRE);
}

static uint64_t ready(const struct orl_print_table *t)
{
	uint64_t n = load(&((const struct orl_prints *)t->map)->data_ready);

	return n < ORL_PRINTS_DATA ? n : ORL_PRINTS_DATA;
}

/* Where the texts are in the copy, each with its NUL and none within. */
static bool place_texts(struct orl_print_site *site, const struct orl_print *head, size_t room)
{
	size_t at = 0;

	for (unsigned int i = 0; i < ORL_PRINT_NR_TEXTS; i++) {
		size_t len = head->text_len[i];

		if (len >= room - at || memchr(site->text + at, '\0', len + 1) !=
						site->text + at + len)
			return false;
		site->text_at[i] = (uint16_t)at;
		site->text_len[i] = (uint16_t)len;
		at += len + 1;
	}
	return true;
}

/* The index word's low half is the entry's place in units of 8 bytes, plus one. */
static bool copy(const struct orl_print_table *t, uint64_t word, struct orl_print_site *site)
{
	uint64_t off = ((word & UINT32_MAX) - 1) * 8, end = ready(t);
	const size_t fixed = offsetof(struct orl_print, text);
	struct orl_print head;
	const char *from;

	if (!(word & UINT32_MAX) || off > end || end - off < sizeof(head))
		return false;
	from = t->map + ORL_PRINTS_OFF_DATA + off;
	memcpy(&head, from, sizeof(head));
	if (head.len > ORL_PRINT_MAX || head.len > end - off || head.len <= fixed)
		return false;
	memcpy(site->text, from + fixed, head.len - fixed);
	site->line = head.line;
	site->decors = head.decors;
	site->kind = head.kind;
	site->class_id = head.class_id;
	return place_texts(site, &head, head.len - fixed);
}

bool orl_prints_find(struct orl_print_table *t, uint32_t number, struct orl_print_site *site)
{
	site->number = number;
	if (number >= ORL_NR_PRINTS || orl_prints_error(t))
		return false;
	/* pairs with the registering process's compare-and-swap: the entry is whole behind it */
	return copy(t, load(t->map + ORL_PRINTS_OFF_INDEX + number * 8ULL), site);
}

bool orl_prints_next(struct orl_print_table *t, uint32_t number, struct orl_print_site *site)
{
	if (orl_prints_error(t))
		return false;
	for (; number < ORL_NR_PRINTS; number++) {
		uint64_t word = load(t->map + ORL_PRINTS_OFF_INDEX + number * 8ULL);

		site->number = number;
		if (word && copy(t, word, site))
			return true;
	}
	return false;
}

uint64_t orl_prints_refused(struct orl_print_table *t)
{
	return orl_prints_error(t) ? 0 : load(&((const struct orl_prints *)t->map)->full);
}

/* Formats */

struct writer {
	char *buf;
	size_t len, size;		/* size: without the NUL */
};

static void put(struct writer *w, const char *s, size_t len)
{
	if (len > w->size - w->len)
		len = w->size - w->len;
	memcpy(w->buf + w->len, s, len);
	w->len += len;
}

static void put_name(struct writer *w, const char *name)
{
	for (; *name; name++) {
		if (*name == '%')
			put(w, "%", 1);
		put(w, name, 1);
	}
	put(w, ":", 1);
}

static void put_line(struct writer *w, uint32_t line)
{
	char digits[10], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + line % 10);
	while (line /= 10);
	put(w, p, (size_t)(digits + sizeof(digits) - p));
	put(w, ":", 1);
}

/* As the kernel does it: a blank behind the names, if there are any; the thread has its own. */
static void put_prefix(struct writer *w, const struct orl_print_site *site, uint32_t decor)
{
	if (decor & ORL_DECOR_TID)
		put(w, "[%d] ", 5);
	if (decor & ORL_DECOR_MODULE)
		put_name(w, orl_print_text(site, ORL_PRINT_MODULE));
	if (decor & ORL_DECOR_FUNCTION)
		put_name(w, orl_print_text(site, ORL_PRINT_FUNCTION));
	if (decor & ORL_DECOR_SOURCE)
		put_name(w, orl_print_text(site, ORL_PRINT_FILE));
	if (decor & ORL_DECOR_LINE)
		put_line(w, site->line);
	if (decor & (ORL_NR_DECORS - 1) & ~ORL_DECOR_TID)
		put(w, " ", 1);
}

size_t orl_print_format(const struct orl_print_site *site, uint32_t decor, char *buf, size_t size)
{
	struct writer w = { .buf = buf, .size = size - 1 };

	put_prefix(&w, site, decor);
	if (site->kind == ORL_PRINT_HEX) {
		put(&w, "%s", 2);
	} else {
		put(&w, orl_print_text(site, ORL_PRINT_HEAD), site->text_len[ORL_PRINT_HEAD]);
		put(&w, orl_print_text(site, ORL_PRINT_FORMAT), site->text_len[ORL_PRINT_FORMAT]);
	}
	buf[w.len] = '\0';
	return w.len;
}
