// SPDX-License-Identifier: MIT
/*
 * Fuzz target of dynamic debug's queries, which the traced process itself reads.
 *
 * With an even first byte the rest is text. Whatever parses must be sound, must print as text that
 * parses to the same, and must leave a list of queries that does what the list of all would. With
 * an odd one the rest is memory that another process wrote: queries of any bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct orl_query_site sites[] = {
	{ .file = "../a/x.c", .function = "f", .module = "m", .format = "hello %d\n", .line = 1 },
	{ .file = "x.c", .function = "ff", .module = "n", .format = "", .line = UINT32_MAX },
	{ .file = "", .function = "", .module = "", .format = "hello", .class_name = "A" },
	{ .file = "./././", .function = "f", .module = "m", .format = "x", .class_name = "" },
};

#define NR_SITES (sizeof(sites) / sizeof(*sites))

static void must(bool yes)
{
	if (!yes)
		abort();
}

static uint32_t flags_of(const struct orl_queries *list, const struct orl_query_site *site)
{
	uint32_t flags = 0;

	for (uint32_t i = 0; i < list->nr; i++) {
		if (orl_query_match(&list->query[i], site))
			flags = orl_query_flags(&list->query[i], flags);
	}
	return flags;
}

static void print_and_parse(const struct orl_query *q)
{
	char text[ORL_QUERY_PRINT_MAX], cut[7];
	struct orl_query_text t;
	struct orl_query again;
	size_t len = orl_query_print(q, text, sizeof(text));

	must(len < sizeof(text) && strlen(text) == len);
	must(orl_query_print(q, cut, sizeof(cut)) == len && !strncmp(cut, text, strlen(cut)));
	orl_query_begin(&t, text, len, NULL);
	must(orl_query_next(&t, &again) == 1 && !memcmp(q, &again, sizeof(again)));
	must(orl_query_undoes(q, q));
}

static void fuzz_text(const char *text, size_t len)
{
	static struct orl_queries list, all;
	struct orl_query_text t;
	struct orl_query q;
	int rc;

	list.nr = all.nr = 0;
	orl_query_begin(&t, text, len, NULL);
	while ((rc = orl_query_next(&t, &q)) && all.nr < ORL_NR_QUERIES) {
		if (rc < 0) {
			must(t.mistake && (size_t)t.mistake_at + t.mistake_len <= len);
			continue;
		}
		must(rc == 1 && orl_query_is_sound(&q));
		print_and_parse(&q);
		all.query[all.nr++] = q;
		must(!orl_queries_add(&list, &q) && list.nr <= all.nr);
	}
	for (size_t i = 0; i < NR_SITES; i++)
		must(flags_of(&list, &sites[i]) == flags_of(&all, &sites[i]));
}

static bool is_unsound(const struct orl_query *q, void *arg)
{
	return !orl_query_is_sound(q);
}

static void fuzz_bytes(const uint8_t *data, size_t size)
{
	static struct orl_queries list;
	char text[ORL_QUERY_PRINT_MAX];
	struct orl_query q;

	memset(&list, 0, sizeof(list));
	memcpy(&list, data, size < sizeof(list) ? size : sizeof(list));
	orl_queries_sweep(&list, is_unsound, NULL);
	must(list.nr <= ORL_NR_QUERIES);
	for (uint32_t i = 0; i < list.nr; i++) {
		q = list.query[i];
		for (size_t s = 0; s < NR_SITES; s++)
			orl_query_match(&q, &sites[s]);
		must(orl_query_print(&q, text, sizeof(text)) < sizeof(text));
		orl_query_undoes(&list.query[0], &q);
	}
	memset(&q, 0, sizeof(q));
	orl_queries_add(&list, &q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (data[0] & 1)
		fuzz_bytes(data + 1, size - 1);
	else
		fuzz_text((const char *)data + 1, size - 1);
	return 0;
}
