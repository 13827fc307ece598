// SPDX-License-Identifier: MIT
/*
 * by-name/COMM: a link to the process of that name that started last.
 *
 * A name is what /proc says at the moment, which is any bytes: '/' and control characters are shown
 * as '_', "." and ".." with '_' for each dot, and a process without a name has no link.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/proc.h"
#include "reader/procs.h"
#include "tree/impl.h"

struct named {
	char name[17];
	int32_t pid;
	uint64_t start;			/* clock ticks since boot; 0: unknown */
};

static void make_name(char out[17], const char *comm, size_t len)
{
	bool is_dots = len && len <= 2 && comm[0] == '.' && comm[len - 1] == '.';

	if (len > 16)
		len = 16;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)comm[i];

		out[i] = (char)(c == '/' || c < ' ' || c == 127 || is_dots ? '_' : c);
	}
	out[len] = '\0';
}

/* Name and start from "PID (NAME) STATE ..." */
static bool read_stat(struct named *n)
{
	char path[32], text[1024], *begin, *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", n->pid);
	if (orl_proc_read(path, text, sizeof(text)) <= 0)
		return false;
	begin = strchr(text, '(');
	end = strrchr(text, ')');
	if (!begin || !end || end < begin)
		return false;
	make_name(n->name, begin + 1, (size_t)(end - begin - 1));
	n->start = orl_proc_start(text);
	return true;
}

static bool is_newer(const struct named *a, const struct named *b)
{
	return a->start != b->start ? a->start > b->start : a->pid > b->pid;
}

/* All that live; at most ORL_NR_PROCS. */
static uint32_t gather(const struct orl_tree *t, struct named *list)
{
	const struct orl_proc *slot = orl_ctl_procs(t->top.domain.ctl);
	uint32_t nr = 0;

	for (uint32_t i = 0; i < ORL_NR_PROCS; i++) {
		struct named *n = &list[nr];
		uint32_t pid = __atomic_load_n(&slot[i].pid, __ATOMIC_ACQUIRE);

		if (!pid || pid > INT32_MAX)
			continue;
		*n = (struct named){ .pid = (int32_t)pid };
		if (!orl_process_of_slot_is_alive(n->pid, &slot[i]))
			continue;
		if (!read_stat(n)) {
			char comm[sizeof(slot->comm)];

			memcpy(comm, slot[i].comm, sizeof(comm));
			make_name(n->name, comm, strnlen(comm, sizeof(comm)));
		}
		nr += n->name[0] != '\0';
	}
	return nr;
}

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int rc = strcmp(x->name, y->name);

	return rc ? rc : is_newer(x, y) ? -1 : is_newer(y, x);
}

void orl_byname_foreach(const struct orl_tree *t,
			void (*fn)(const char *name, int32_t pid, void *arg), void *arg)
{
	struct named list[ORL_NR_PROCS];
	uint32_t nr = gather(t, list);

	qsort(list, nr, sizeof(list[0]), by_name);
	for (uint32_t i = 0; i < nr; i++)
		if (!i || strcmp(list[i].name, list[i - 1].name))
			fn(list[i].name, list[i].pid, arg);
}

int32_t orl_byname_find(const struct orl_tree *t, const char *name)
{
	struct named list[ORL_NR_PROCS];
	uint32_t nr = gather(t, list);
	const struct named *found = NULL;

	for (uint32_t i = 0; i < nr; i++)
		if (!strcmp(list[i].name, name) && (!found || is_newer(&list[i], found)))
			found = &list[i];
	return found ? found->pid : 0;
}
