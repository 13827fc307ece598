// SPDX-License-Identifier: MIT
/* What prints into a file: each function's bytes, and what it does where they do not fit. */
#include "opened.h"

static struct seq_file *new_file(size_t size)
{
	struct seq_file *m = calloc(1, sizeof(*m));

	m->buf = malloc(size);
	m->size = size;
	return m;
}

/* Compares what was printed with a text, and gives the file back. */
static void has(struct seq_file *m, const char *want)
{
	assert_int_equal(m->count, strlen(want));
	assert_memory_equal(m->buf, want, m->count);
	assert_false(seq_has_overflowed(m));
	free(m->buf);
	free(m);
}

/* Printing into every room that is too small overflows, and writes to no byte behind it. */
#define OVERFLOWS(len, ...)                                                                        \
	do {                                                                                       \
		for (size_t room = 1; room <= (len); room++) {                                     \
			struct seq_file *m = new_file(room);                                       \
												   \
			__VA_ARGS__;                                                               \
			assert_true(seq_has_overflowed(m));                                        \
			free(m->buf);                                                              \
			free(m);                                                                   \
		}                                                                                  \
	} while (0)

static void printf_and_puts_add_text(void **state)
{
	struct seq_file *m = new_file(64);

	seq_printf(m, "%s %d%%", "is", 5);
	seq_puts(m, ", ");
	seq_putc(m, 'x');
	assert_int_equal(seq_write(m, "y\0z", 2), 0);
	assert_int_equal(m->buf[m->count - 1], '\0');
	m->count--;
	has(m, "is 5%, xy");
	OVERFLOWS(3, seq_printf(m, "%d", 123));
	OVERFLOWS(3, seq_puts(m, "abc"));
	OVERFLOWS(3, assert_int_equal(seq_write(m, "abc", 3), -1));
	OVERFLOWS(1, seq_putc(m, 'c'));
}

static void the_kernel_s_conversions_are_known(void **state)
{
	struct seq_file *m = new_file(64);
	unsigned char ip[] = { 192, 168, 0, 1 };

	seq_printf(m, "%pI4 %*ph", (void *)ip, 2, (void *)ip);
	has(m, "192.168.0.1 c0 a8");
}

static void what_overflowed_takes_no_more(void **state)
{
	struct seq_file *m = new_file(4);

	seq_puts(m, "abcdef");
	seq_puts(m, "x");
	seq_putc(m, 'x');
	seq_printf(m, "x");
	seq_put_decimal_ull(m, "x", 1);
	seq_setwidth(m, 9);
	seq_pad(m, 'x');
	assert_true(seq_has_overflowed(m));
	free(m->buf);
	free(m);
}

static void decimal_numbers_stand_behind_a_delimiter(void **state)
{
	struct seq_file *m = new_file(128);

	seq_put_decimal_ull(m, "a:", UINT64_MAX);
	seq_put_decimal_ull(m, NULL, 0);
	seq_put_decimal_ll(m, " ", INT64_MIN);
	seq_put_decimal_ll(m, "", 7);
	seq_put_decimal_ull_width(m, "|", 42, 5);
	seq_put_decimal_ull_width(m, "|", 42, 1);
	has(m, "a:184467440737095516150 -92233720368547758087|   42|42");
	OVERFLOWS(4, seq_put_decimal_ll(m, " ", -12));
	OVERFLOWS(4, seq_put_decimal_ull_width(m, "", 1, 4));
}

static void hexadecimal_numbers_are_filled_with_zeros(void **state)
{
	struct seq_file *m = new_file(64);

	seq_put_hex_ll(m, "0x", 0xbeef, 8);
	seq_put_hex_ll(m, " ", 0, 0);
	seq_put_hex_ll(m, " ", UINT64_MAX, 2);
	has(m, "0x0000beef 0 ffffffffffffffff");
}

static void padding_fills_up_to_the_column(void **state)
{
	struct seq_file *m = new_file(64);

	seq_setwidth(m, 6);
	seq_puts(m, "ab");
	seq_pad(m, '|');
	seq_setwidth(m, 2);
	seq_puts(m, "longer");
	seq_pad(m, '\n');
	seq_setwidth(m, 2);
	seq_pad(m, 0);
	has(m, "ab    |longer\n  ");
	OVERFLOWS(6, seq_setwidth(m, 6); seq_pad(m, '|'));
}

static void escape_writes_named_characters_in_octal(void **state)
{
	struct seq_file *m = new_file(64);

	seq_escape(m, "a b\tc\\\xff", " \t\\");
	has(m, "a\\040b\\011c\\134\xff");
	OVERFLOWS(4, seq_escape(m, "\t", "\t"));
}

static void escape_mem_takes_the_first_way_that_fits(void **state)
{
	struct seq_file *m = new_file(128);

	seq_escape_mem(m, "\n\"\0\001a", 5, ESCAPE_ANY, NULL);
	seq_puts(m, "|");
	seq_escape_mem(m, "\n\"\0\001a\x80", 6, ESCAPE_ANY_NP, NULL);
	seq_puts(m, "|");
	seq_escape_mem(m, "\n\"a", 3, ESCAPE_HEX, NULL);
	seq_puts(m, "|");
	seq_escape_mem(m, "ab\n", 3, ESCAPE_HEX | ESCAPE_NAP | ESCAPE_APPEND, "b");
	has(m, "\\n\\\"\\0\\001\\141|\\n\"\\0\\001a\\200|\\x0a\\x22\\x61|a\\x62\\x0a");
}

static void a_mount_option_is_escaped(void **state)
{
	struct seq_file *m = new_file(64);

	seq_show_option(m, "na=me", "a,b");
	seq_show_option(m, "flag", NULL);
	has(m, ",na\\075me=a\\054b,flag");
}

static void bytes_are_dumped_in_lines(void **state)
{
	static const char bytes[] = "0123456789abcdef\n.";
	struct seq_file *m = new_file(256);

	seq_hex_dump(m, "p ", DUMP_PREFIX_OFFSET, 16, 1, bytes, 18, true);
	seq_hex_dump(m, "", DUMP_PREFIX_NONE, 16, 1, bytes, 1, false);
	has(m, "p 00000000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n"
	       "p 00000010: 0a 2e                                            ..\n30\n");
	OVERFLOWS(4, seq_hex_dump(m, "x", DUMP_PREFIX_NONE, 16, 1, bytes, 1, false));
}

static void room_may_be_filled_by_hand(void **state)
{
	struct seq_file *m = new_file(8);
	char *buf;

	assert_int_equal(seq_get_buf(m, &buf), 8);
	memcpy(buf, "abc", 3);
	seq_commit(m, 3);
	assert_int_equal(seq_get_buf(m, &buf), 5);
	assert_ptr_equal(buf, m->buf + 3);
	seq_commit(m, -1);
	assert_true(seq_has_overflowed(m));
	assert_int_equal(seq_get_buf(m, &buf), 0);
	assert_null(buf);
	m->count = 3;
	has(m, "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printf_and_puts_add_text),
		cmocka_unit_test(the_kernel_s_conversions_are_known),
		cmocka_unit_test(what_overflowed_takes_no_more),
		cmocka_unit_test(decimal_numbers_stand_behind_a_delimiter),
		cmocka_unit_test(hexadecimal_numbers_are_filled_with_zeros),
		cmocka_unit_test(padding_fills_up_to_the_column),
		cmocka_unit_test(escape_writes_named_characters_in_octal),
		cmocka_unit_test(escape_mem_takes_the_first_way_that_fits),
		cmocka_unit_test(a_mount_option_is_escaped),
		cmocka_unit_test(bytes_are_dumped_in_lines),
		cmocka_unit_test(room_may_be_filled_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
