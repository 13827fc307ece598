// SPDX-License-Identifier: MIT
/*
 * Hist files: what is counted by src/trigger comes out as histogram.rst shows it, column by column;
 * and a table whose bytes are anything is refused or printed, but read only where it is.
 */
#include "sample.h"

#define NR_SLOTS 256U

static struct orl_hook hook;
static struct orl_hist hist;
static _Alignas(
	8) char map[ORL_HIST_BLOCK + NR_SLOTS * (16 + 8 * ORL_HIST_VALS + ORL_HIST_KEY_MAX)];

/* Make an empty table for a trigger's text. */
static void begin(const char *text)
{
	uint32_t len = (uint32_t)strlen(text);
	struct orl_hist_file *f = (struct orl_hist_file *)(void *)map;
	struct orl_trigger_text t;
	struct orl_mistake m;

	memset(map, 0, sizeof(map));
	memset(&hook, 0, sizeof(hook));
	assert_int_equal(orl_compile_trigger_parse(&t, text, len, &m), 0);
	assert_int_equal(orl_compile_trigger(&hook, &t, format, text, len, &m), 0);
	f->magic = ORL_HIST_MAGIC;
	f->version = ORL_HIST_VERSION;
	f->size = 128;
	f->nr_slots = NR_SLOTS;
	f->nr_vals = hook.hist.nr_vals;
	f->key_len = hook.hist.key_len;
	f->entry_len = 16 + 8 * f->nr_vals + f->key_len;
	f->spec = hook.hist;
	f->file_size = sizeof(map);
	assert_int_equal(orl_hist_check(&hist, map, sizeof(map)), 0);
}

static void count(const struct sample *s, int32_t pid)
{
	struct sample record;
	struct orl_occurrence o = sample_record(&record);

	record = *s;
	o.common = (uint64_t)(uint32_t)pid << 32 | SAMPLE_ID;
	orl_hist_update(&hist, &o);
}

static void count_pid(int32_t prev_pid, uint32_t word)
{
	struct sample s;

	sample_record(&s);
	s.pid = prev_pid;
	s.word = word;
	count(&s, SAMPLE_PID);
}

static bool symbol(void *arg, uint64_t addr, int32_t tid, struct orl_text *out)
{
	if (addr >= 0x2000)
		return false;
	orl_text_printf(out, "func%d+0x%x/0x40", tid, (unsigned int)(addr & 0xff));
	return true;
}

static uint64_t ns_of_ticks(void *arg, uint64_t ticks)
{
	return ticks * 3;
}

static int print(struct orl_text *out, uint64_t len)
{
	struct orl_hist_view view = { .hook = &hook, .format = format, .map = map, .map_len = len,
				      .symbol = symbol, .ns_of_ticks = ns_of_ticks };

	return orl_compile_hist_print(out, &view);
}

/* The rows between the header and the totals. */
static void check_rows(const char *rows)
{
	struct orl_text out = ORL_TEXT_INIT;
	char *first, *end;

	assert_int_equal(print(&out, sizeof(map)), 0);
	first = strstr(orl_text_str(&out), "#\n\n");
	assert_non_null(first);
	end = strstr(first, "\nTotals:");
	assert_non_null(end);
	*end = '\0';
	assert_string_equal(first + 3, rows);
	orl_text_fini(&out);
}

static void a_file_has_header_rows_and_totals(void **state)
{
	struct orl_text out = ORL_TEXT_INIT;

	begin("hist:keys=prev_pid:vals=word if prev_pid > 0");
	for (int i = 0; i < 3; i++)
		count_pid(7, 100);
	count_pid(8, 5);
	assert_int_equal(print(&out, sizeof(map)), 0);
	assert_string_equal(orl_text_str(&out),
		"# event histogram\n"
		"#\n"
		"# trigger info: hist:keys=prev_pid:vals=hitcount,word:sort=hitcount:size=2048 "
		"if prev_pid > 0 [active]\n"
		"#\n"
		"\n"
		"{ prev_pid:          8 } hitcount:          1  word:          5\n"
		"{ prev_pid:          7 } hitcount:          3  word:        300\n"
		"\n"
		"Totals:\n"
		"    Hits: 4\n"
		"    Entries: 2\n"
		"    Dropped: 0\n");
	orl_text_fini(&out);
}

static void an_empty_table_has_no_rows(void **state)
{
	begin("hist:keys=prev_pid");
	check_rows("");
}

static void rows_are_sorted_by_keys_and_values(void **state)
{
	static const char all[] = "hist:keys=prev_pid,small:vals=word:sort=";
	static const char *const order[][2] = {
		{ "prev_pid", "-1 3 9" }, { "prev_pid.descending", "9 3 -1" },
		{ "word", "3 -1 9" }, { "word.descending", "9 3 -1" },
		{ "small,prev_pid.descending", "9 3 -1" }, { "hitcount.descending,word", "3 -1 9" },
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		struct orl_text out = ORL_TEXT_INIT;
		char text[128], got[64] = "";
		const char *at;

		snprintf(text, sizeof(text), "%s%s", all, order[i][0]);
		begin(text);
		count_pid(9, 50);
		count_pid(3, 10);
		count_pid(-1, 10);
		if (i == 3) /* sums, not single values */
			count_pid(3, 5);
		assert_int_equal(print(&out, sizeof(map)), 0);
		for (at = orl_text_str(&out); (at = strstr(at, "{ prev_pid: ")); at++)
			sprintf(got + strlen(got), "%s%d", *got ? " " : "",
				(int32_t)strtoull(at + 12, NULL, 10));
		if (strcmp(got, order[i][1]))
			fail_msg("%s: %s", order[i][0], got);
		orl_text_fini(&out);
	}
}

static void each_modifier_has_its_own_look(void **state)
{
	struct sample s;

	sample_record(&s);
	begin("hist:keys=callsite.hex,word.log2,half.buckets=1000:vals=word.hex");
	count(&s, SAMPLE_PID);
	check_rows("{ callsite: ffff, word: ~ 2^32, half: ~ 60000-60999 } hitcount:          1  "
		   "word:   ee6b2800\n");

	begin("hist:keys=small.log2");
	s.small = 5;
	count(&s, SAMPLE_PID);
	check_rows("{ small: ~ 2^3  } hitcount:          1\n");

	begin("hist:keys=common_pid.execname");
	count(&s, 784);
	check_rows("{ common_pid: tester          [       784] } hitcount:          1\n");

	begin("hist:keys=cpu,prev_comm");
	count(&s, 1);
	check_rows("{ common_cpu:          1, prev_comm: bash                                      "
		   "         } hitcount:          1\n");

	begin("hist:keys=filename:vals=half,small");
	count(&s, 1);
	check_rows("{ filename: /bin/true                                          } "
		   "hitcount:          1  half:      60000  small:          5\n");
}

static void a_negative_number_is_shown_as_64_bits(void **state)
{
	begin("hist:keys=prev_pid");
	count_pid(-1, 0);
	check_rows("{ prev_pid: 18446744073709551615 } hitcount:          1\n");
}

static void shares_are_percents_and_bars(void **state)
{
	begin("hist:keys=prev_pid:vals=hitcount.percent,word.graph,word.percent:sort=prev_pid:"
	      "NOHC");
	count_pid(1, 1);
	count_pid(2, 10);
	count_pid(2, 30);
	check_rows("{ prev_pid:          1 }  hitcount (%):  33.33  word:                       "
		   "word (%):   2.43\n"
		   "{ prev_pid:          2 }  hitcount (%):  66.66  word: ####################  "
		   "word (%):  97.56\n");
	/* of nothing */
	begin("hist:keys=prev_pid:vals=word.percent,word.graph");
	count_pid(1, 0);
	check_rows("{ prev_pid:          1 } hitcount:          1  word (%):   0.00  "
		   "word:                     \n");
}

static void stacks_take_a_line_for_each_address(void **state)
{
	struct sample s;

	sample_record(&s);
	begin("hist:keys=stacktrace:vals=small");
	count(&s, 4);
	check_rows("{ common_stacktrace:\n"
		   "         func0+0x0/0x40\n"
		   "         func0+0x10/0x40\n"
		   "} hitcount:          1  small:        200\n");
	/* the thread is known when it is a key */
	begin("hist:keys=common_pid,stacktrace");
	count(&s, 4);
	check_rows("{ common_pid:          4, common_stacktrace:\n"
		   "         func4+0x0/0x40\n"
		   "         func4+0x10/0x40\n"
		   "} hitcount:          1\n");
	begin("hist:keys=stack.stacktrace");
	count(&s, 4);
	check_rows("{ stack.stacktrace         func0+0x20/0x40\n"
		   "         func0+0x30/0x40\n"
		   "} hitcount:          1\n");
}

static void addresses_are_shown_with_their_symbol(void **state)
{
	struct sample s;

	sample_record(&s);
	s.addr = 0x1010;
	s.big = 0xffff0000;
	begin("hist:keys=callsite.sym");
	count(&s, 4);
	check_rows("{ callsite: [1010] func0                                         } "
		   "hitcount:          1\n");
	begin("hist:keys=callsite.sym-offset");
	count(&s, 4);
	check_rows("{ callsite: [1010] func0+0x10/0x40                                         } "
		   "hitcount:          1\n");
	begin("hist:keys=big.sym");
	count(&s, 4);
	check_rows("{ big: [ffff0000] 0xffff0000                                    } "
		   "hitcount:          1\n");
}

static void times_are_converted_and_equal_ones_added_up(void **state)
{
	struct sample s;

	sample_record(&s);
	begin("hist:keys=common_timestamp");
	count(&s, 4);
	check_rows("{ common_timestamp:      15000 } hitcount:          1\n");
	begin("hist:keys=common_timestamp.usecs");
	count(&s, 4);
	check_rows("{ common_timestamp:         15 } hitcount:          1\n");
}

static void a_key_that_stands_twice_is_one_row(void **state)
{
	char *first, *second;

	begin("hist:keys=prev_pid:vals=word");
	count_pid(5, 10);
	for (first = map + ORL_HIST_BLOCK; !*(uint64_t *)(void *)first; first += hist.entry_len)
		;
	second = map + ORL_HIST_BLOCK + (first == map + ORL_HIST_BLOCK ? hist.entry_len : 0);
	memcpy(second, first, hist.entry_len);
	check_rows("{ prev_pid:          5 } hitcount:          2  word:         20\n");
	/* an entry that somebody is making is none */
	*(uint64_t *)(void *)second = 4 | ORL_HIST_CLAIMED;
	check_rows("{ prev_pid:          5 } hitcount:          1  word:         10\n");
}

static void control_characters_stay_in_the_file(void **state)
{
	struct sample s;

	sample_record(&s);
	memcpy(s.comm, "a\n\033b", 5);
	begin("hist:keys=prev_comm");
	count(&s, 4);
	check_rows("{ prev_comm: a\\n\\x1bb                                           } "
		   "hitcount:          1\n");
}

static void a_table_that_is_not_the_hooks_is_refused(void **state)
{
	struct orl_hist_file *f = (struct orl_hist_file *)(void *)map;
	struct orl_text out = ORL_TEXT_INIT;

	begin("hist:keys=prev_pid:vals=word");
	assert_int_equal(print(&out, ORL_HIST_BLOCK - 1), -EBADMSG);
	assert_int_equal(print(&out, ORL_HIST_BLOCK + 8), -EBADMSG);
	f->key_len = 16;
	assert_int_equal(print(&out, sizeof(map)), -EBADMSG);
	f->key_len = 8;
	f->entry_len = 8;
	assert_int_equal(print(&out, sizeof(map)), -EBADMSG);
	f->entry_len = 32;
	f->nr_slots = UINT32_MAX;
	assert_int_equal(print(&out, sizeof(map)), -EBADMSG);
	f->nr_slots = NR_SLOTS;
	assert_int_equal(print(&out, sizeof(map)), 0);
	hook.text[6] = 'x';
	assert_int_equal(print(&out, sizeof(map)), -EBADMSG);
	orl_text_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_has_header_rows_and_totals),
		cmocka_unit_test(an_empty_table_has_no_rows),
		cmocka_unit_test(rows_are_sorted_by_keys_and_values),
		cmocka_unit_test(each_modifier_has_its_own_look),
		cmocka_unit_test(a_negative_number_is_shown_as_64_bits),
		cmocka_unit_test(shares_are_percents_and_bars),
		cmocka_unit_test(stacks_take_a_line_for_each_address),
		cmocka_unit_test(addresses_are_shown_with_their_symbol),
		cmocka_unit_test(times_are_converted_and_equal_ones_added_up),
		cmocka_unit_test(a_key_that_stands_twice_is_one_row),
		cmocka_unit_test(control_characters_stay_in_the_file),
		cmocka_unit_test(a_table_that_is_not_the_hooks_is_refused),
	};

	return cmocka_run_group_tests(tests, sample_setup, sample_teardown);
}
