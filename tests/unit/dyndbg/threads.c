// SPDX-License-Identifier: MIT
/*
 * Lines under way while tools, the program and its loader switch them: whatever a line's flags were
 * when it printed, its record can be printed by what the registry says.
 */
#include "objects.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <oriel/oriel.h>
#include <oriel/printk.h>

#include "abi/print.h"
#include "reader/ring.h"

#define NR_PRINTING 2
#define NR_ROUNDS 150

static bool is_over;

static void *print_lines(void *id)
{
	int n = 0;

	while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) {
		pr_debug("thread %d line %d\n", (int)(intptr_t)id, n++);
		pr_debug("again %d %d\n", (int)(intptr_t)id, n++);
	}
	/* all are on now */
	pr_debug("last %d %d\n", (int)(intptr_t)id, n);
	return NULL;
}

static void *switch_by_program(void *unused)
{
	static const char *const queries[] = { "func print_lines +p", "=_", "func print_lines =pmt",
					       "+s", "-t", "=pfl", "format thread -p" };
	unsigned int seed = 1;

	for (unsigned int i = 0; i < NR_ROUNDS; i++)
		assert_true(dynamic_debug_exec_queries(queries[rand_r(&seed) % 7], NULL) >= 0);
	return unused;
}

static void *switch_by_tool(void *unused)
{
	for (unsigned int i = 0; i < NR_ROUNDS / 2; i++) {
		tool_writes(0, i % 2 ? "func print_lines +p" : "format again =pt");
		nr_shown(getpid());
	}
	return unused;
}

static void *load_and_unload(void *unused)
{
	static struct object o;

	for (unsigned int i = 0; i < NR_ROUNDS; i++) {
		object_init(&o);
		object_load(&o);
		object_unload(&o);
	}
	return unused;
}

static const struct orl_print *entry_of(const char *map, uint32_t number)
{
	const struct orl_print *entry;
	uint64_t word;

	assert_true(number < ORL_NR_PRINTS);
	memcpy(&word, map + ORL_PRINTS_OFF_INDEX + number * 8UL, sizeof(word));
	assert_true((uint32_t)word);
	entry = (const void *)(map + ORL_PRINTS_OFF_DATA + ((uint32_t)word - 1) * 8UL);
	return entry;
}

/* A line: what the registry says of it, and that thread and number follow a thread id or nothing.
 */
static void check_record(const char *map, const struct orl_record *rec, int last[NR_PRINTING])
{
	const unsigned char *data = rec->data;
	const struct orl_print *entry;
	uint32_t number, decor;
	uint64_t ip, fmt;
	int args[2];

	memcpy(&ip, data + ORL_PRINT_OFF_IP, sizeof(ip));
	memcpy(&fmt, data + ORL_PRINT_OFF_FMT, sizeof(fmt));
	number = (uint32_t)((fmt - ORL_PRINT_FMT_BASE) / ORL_PRINT_STEP);
	decor = (uint32_t)((fmt - ORL_PRINT_FMT_BASE) % ORL_PRINT_STEP);
	assert_true(ip == orl_print_ip(number));
	entry = entry_of(map, number);
	assert_string_equal(entry->text + entry->text_len[0] + entry->text_len[1] + 2,
			    "print_lines");
	assert_true(entry->decors >> decor & 1);
	assert_int_equal(rec->len, decor & ORL_DECOR_TID ? 36 : 32);
	memcpy(args, data + rec->len - sizeof(args), sizeof(args));
	assert_in_range(args[0], 0, NR_PRINTING - 1);
	assert_true(args[1] >= last[args[0]]);
	last[args[0]] = args[1];
}

static void every_record_can_be_printed(void)
{
	void *(*const others[])(void *) = { switch_by_program, switch_by_tool, load_and_unload };
	int last[NR_PRINTING] = { 0 };
	pthread_t printing[NR_PRINTING], other[3];
	struct orl_merge *m;
	struct orl_record rec;
	uint32_t nr = 0;
	size_t len;
	char *map;
	int err;

	for (intptr_t i = 0; i < NR_PRINTING; i++)
		assert_false(pthread_create(&printing[i], NULL, print_lines, (void *)i));
	for (unsigned int i = 0; i < 3; i++)
		assert_false(pthread_create(&other[i], NULL, others[i], NULL));
	for (unsigned int i = 0; i < 3; i++)
		pthread_join(other[i], NULL);
	assert_true(dynamic_debug_exec_queries("func print_lines =p", NULL) == 3);
	__atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < NR_PRINTING; i++)
		pthread_join(printing[i], NULL);
	map = orl_domain_map(&top.domain, ORL_PRINTS_NAME, false, &len, &err);
	assert_non_null(map);
	ok(orl_session_map_rings(&top));
	ok(orl_merge_open(&m, &top, ORL_MERGE_SNAPSHOT));
	for (; orl_merge_next(m, &rec) == 1; nr++)
		check_record(map, &rec, last);
	orl_merge_close(m);
	munmap(map, len);
	assert_true(nr >= NR_PRINTING);
	assert_true(last[0] > 0 && last[1] > 0);
}

int main(int argc, char **argv)
{
	const struct place_test list[] = {
		{ "every record can be printed", every_record_can_be_printed },
	};

	return place_main(argv[0], list, sizeof(list) / sizeof(*list));
}
