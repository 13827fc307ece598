// SPDX-License-Identifier: MIT
/* Formats by id: a plain array, since ids are small and every record looks one up. */
#include "decode/formats.h"

#include <errno.h>
#include <stdlib.h>

struct orl_formats {
	struct orl_format **by_id;
	unsigned int nr;		/* length of by_id */
	const struct orl_kallsyms *functions; /* not owned */
	struct orl_print_texts *prints; /* not owned */
};

int orl_formats_create(struct orl_formats **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : -ENOMEM;
}

static int make_room(struct orl_formats *t, unsigned int id)
{
	unsigned int nr = t->nr ? t->nr : 64;
	struct orl_format **by_id;

	while (nr <= id)
		nr *= 2;
	if (nr == t->nr)
		return 0;
	by_id = realloc(t->by_id, nr * sizeof(struct orl_format *));
	if (!by_id)
		return -ENOMEM;
	memset(by_id + t->nr, 0, (nr - t->nr) * sizeof(struct orl_format *));
	t->by_id = by_id;
	t->nr = nr;
	return 0;
}

int orl_formats_add(struct orl_formats *t, struct orl_format *f)
{
	int id = orl_format_id(f), err;

	if (id < 0 || id > ORL_MAX_EVENT_ID)
		err = -EINVAL;
	else if (orl_formats_find(t, (unsigned int)id))
		err = -EEXIST;
	else
		err = make_room(t, (unsigned int)id);
	if (err)
		orl_format_destroy(f);
	else
		t->by_id[id] = f;
	return err;
}

const struct orl_format *orl_formats_find(const struct orl_formats *t, unsigned int id)
{
	return id < t->nr ? t->by_id[id] : NULL;
}

int orl_formats_foreach(const struct orl_formats *t,
			int (*fn)(void *arg, const struct orl_format *f), void *arg)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < t->nr && !ret; i++)
		if (t->by_id[i])
			ret = fn(arg, t->by_id[i]);
	return ret;
}

void orl_formats_set_functions(struct orl_formats *t, const struct orl_kallsyms *k)
{
	t->functions = k;
}

const struct orl_kallsyms *orl_formats_functions(const struct orl_formats *t)
{
	return t->functions;
}

void orl_formats_set_prints(struct orl_formats *t, struct orl_print_texts *p)
{
	t->prints = p;
}

struct orl_print_texts *orl_formats_prints(const struct orl_formats *t)
{
	return t->prints;
}

void orl_formats_destroy(struct orl_formats *t)
{
	unsigned int i;

	if (!t)
		return;
	for (i = 0; i < t->nr; i++)
		orl_format_destroy(t->by_id[i]);
	free(t->by_id);
	free(t);
}
