// SPDX-License-Identifier: MIT
/* Where in a file its records are: reads of all sizes, positions, growth, errors. */
#include "opened.h"

#include <oriel/err.h>

/* Records "0\n", "1\n" ... up to nr - 1, some of them other. */
static struct list {
	int nr;
	int skipped;			/* shows nothing: SEQ_SKIP */
	int empty;			/* shows nothing */
	int failing;			/* err after some output */
	int err;
	int failing_start;		/* start() at this index: ERR_PTR(-ENXIO) */
	int wide;			/* is WIDE bytes long */
	int lazy;			/* next() stays where it is */
	int depth;			/* starts without a stop */
	int shown;
} list;

#define WIDE 10000

static void *record_at(loff_t pos)
{
	static int records[64];

	if (pos >= list.nr)
		return NULL;
	records[pos] = (int)pos;
	return &records[pos];
}

static void *list_start(struct seq_file *m, loff_t *pos)
{
	assert_int_equal(list.depth++, 0);
	if (*pos == list.failing_start)
		return ERR_PTR(-ENXIO);
	return record_at(*pos);
}

static void *list_next(struct seq_file *m, void *v, loff_t *pos)
{
	loff_t at = *(int *)v + 1;

	assert_int_equal(list.depth, 1);
	if (!list.lazy)
		*pos = at;
	return record_at(at);
}

static void list_stop(struct seq_file *m, void *v)
{
	assert_int_equal(list.depth--, 1);
}

static int list_show(struct seq_file *m, void *v)
{
	int i = *(int *)v;

	assert_int_equal(list.depth, 1);
	list.shown++;
	if (i == list.empty)
		return 0;
	seq_printf(m, "%d\n", i);
	if (i == list.wide)
		for (int k = 0; k < WIDE - 2; k++)
			seq_putc(m, 'w');
	return i == list.skipped ? SEQ_SKIP : i == list.failing ? list.err : 0;
}

static const struct seq_operations list_sops = {
	.start = list_start, .next = list_next, .stop = list_stop, .show = list_show,
};
DEFINE_SEQ_ATTRIBUTE(list);

static int setup(void **state)
{
	list = (struct list){ .nr = 5, .skipped = -1, .empty = -1, .failing = -1,
			      .err = -EIO, .failing_start = -1, .wide = -1 };
	open_file(&list_fops, NULL);
	return 0;
}

static int teardown(void **state)
{
	close_file();
	assert_int_equal(list.depth, 0);
	return 0;
}

static void every_size_of_reads_gives_the_same_text(void **state)
{
	list.nr = 64;
	for (size_t size = 1; size < 300; size = size * 3 / 2 + 1) {
		char *text, want[300] = "";

		for (int i = 0; i < list.nr; i++)
			sprintf(want + strlen(want), "%d\n", i);
		file.f_pos = 0;
		text = read_all(size);
		assert_string_equal(text, want);
		free(text);
	}
}

static void a_read_takes_many_records(void **state)
{
	reads(100, "0\n1\n2\n3\n4\n");
	reads(100, "");
}

static void a_short_read_takes_a_part_of_a_record(void **state)
{
	reads(1, "0");
	reads(2, "\n1");
	reads(4, "\n2\n3");
	reads(100, "\n4\n");
}

static void a_read_of_nothing_shows_nothing(void **state)
{
	assert_int_equal(read_file(NULL, 0), 0);
	assert_int_equal(list.shown, 0);
}

static void position_0_begins_anew(void **state)
{
	reads(4, "0\n1\n");
	file.f_pos = 0;
	list.nr = 1;
	reads(100, "0\n");
}

static void a_read_elsewhere_shows_what_is_before(void **state)
{
	char buf[8];
	loff_t pos = 3;

	assert_int_equal(file.f_op->read(&file, buf, 2, &pos), 2);
	assert_memory_equal(buf, "\n2", 2);
	assert_int_equal(pos, 5);
	pos = 1;
	assert_int_equal(file.f_op->read(&file, buf, 3, &pos), 3);
	assert_memory_equal(buf, "\n1\n", 3);
	pos = 100;
	assert_int_equal(file.f_op->read(&file, buf, 3, &pos), 0);
	assert_int_equal(pos, 100);
}

static void lseek_moves_within_records(void **state)
{
	assert_int_equal(seek(5, SEEK_SET), 5);
	reads(2, "\n3");
	assert_int_equal(seek(-3, SEEK_CUR), 4);
	assert_int_equal(file.f_pos, 4);
	reads(2, "2\n");
	assert_int_equal(seek(0, SEEK_SET), 0);
	reads(2, "0\n");
	assert_int_equal(seek(0, SEEK_CUR), 2);
	reads(2, "1\n");
}

static void lseek_knows_no_end_and_nothing_before_0(void **state)
{
	assert_int_equal(seek(0, SEEK_END), -EINVAL);
	assert_int_equal(seek(-1, SEEK_SET), -EINVAL);
	assert_int_equal(seek(-1, SEEK_CUR), -EINVAL);
	assert_int_equal(seek(INT64_MAX, SEEK_CUR), INT64_MAX);
	assert_int_equal(seek(1, SEEK_CUR), -EINVAL);
	assert_int_equal(seek(0, 77), -EINVAL);
}

static void a_record_that_is_skipped_leaves_nothing(void **state)
{
	list.skipped = 0;
	reads(100, "1\n2\n3\n4\n");
	file.f_pos = 0;
	list.skipped = 2;
	reads(100, "0\n1\n3\n4\n");
	assert_int_equal(seek(4, SEEK_SET), 4);
	reads(100, "3\n4\n");
}

static void an_empty_record_does_not_end_the_file(void **state)
{
	list.empty = 0;
	reads(100, "1\n2\n3\n4\n");
	file.f_pos = 0;
	list.empty = 4;
	reads(100, "0\n1\n2\n3\n");
	reads(100, "");
}

static void an_empty_list_is_an_empty_file(void **state)
{
	list.nr = 0;
	reads(100, "");
	assert_int_equal(seek(3, SEEK_SET), 3);
	reads(100, "");
}

static void an_error_comes_when_nothing_else_is_left(void **state)
{
	list.failing = 2;
	reads(100, "0\n1\n");
	read_fails(-EIO);
	read_fails(-EIO);
	list.failing = -1;
	reads(100, "2\n3\n4\n");
}

static void an_error_of_start_is_the_read_s(void **state)
{
	list.failing_start = 0;
	read_fails(-ENXIO);
	list.failing_start = 3;
	reads(6, "0\n1\n2\n");
	read_fails(-ENXIO);
}

static void an_error_on_the_way_to_a_position_goes_back_to_0(void **state)
{
	list.failing = 2;
	assert_int_equal(seek(3, SEEK_SET), 3);
	assert_int_equal(seek(7, SEEK_SET), -EIO);
	assert_int_equal(file.f_pos, 0);
	reads(100, "0\n1\n");
}

static void a_show_that_returns_eagain_is_not_asked_again_for_ever(void **state)
{
	list.failing = 0;
	list.err = -EAGAIN;
	assert_int_equal(seek(1, SEEK_SET), -EAGAIN);
	read_fails(-EAGAIN);
}

static void the_buffer_grows_until_a_record_fits(void **state)
{
	char *text;

	list.wide = 1;
	text = read_all(700);
	assert_int_equal(strlen(text), 2 + WIDE + 6);
	assert_memory_equal(text, "0\n1\nwww", 7);
	assert_memory_equal(text + 2 + WIDE - 3, "www2\n3\n4\n", 9);
	free(text);
}

static void a_record_that_is_too_large_waits_for_its_own_read(void **state)
{
	char buf[32000];

	list.wide = 1;
	assert_int_equal(read_file(buf, sizeof(buf)), 2);
	assert_int_equal(read_file(buf, sizeof(buf)), WIDE + 6);
}

static void positions_behind_a_wide_record_are_found(void **state)
{
	list.wide = 1;
	assert_int_equal(seek(2 + WIDE + 1, SEEK_SET), 2 + WIDE + 1);
	reads(100, "\n3\n4\n");
	assert_int_equal(seek(2 + WIDE - 1, SEEK_SET), 2 + WIDE - 1);
	reads(3, "w2\n");
}

static void a_next_that_stays_is_moved_on(void **state)
{
	list.lazy = 1;
	list.nr = 3;
	reads(100, "0\n1\n2\n");
}

/* ---- one function shows the whole ---- */

static int whole_show(struct seq_file *m, void *v)
{
	seq_puts(m, m->private);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(whole);

static char written[16];

static int stored_show(struct seq_file *m, void *v)
{
	return whole_show(m, v);
}

static ssize_t stored_write(struct file *f, const char *buf, size_t len, loff_t *pos)
{
	return simple_write_to_buffer(written, sizeof(written) - 1, pos, buf, len);
}
DEFINE_SHOW_STORE_ATTRIBUTE(stored);

static void a_single_file_is_shown_once(void **state)
{
	char text[] = "whole";

	open_file(&whole_fops, text);
	reads(3, "who");
	reads(100, "le");
	reads(100, "");
	assert_int_equal(seek(4, SEEK_SET), 4);
	reads(100, "e");
	assert_null(file.f_op->write);
	close_file();
}

static void a_single_file_of_any_size_is_shown(void **state)
{
	size_t len = 100000;
	char *text = malloc(len + 1), *got;

	memset(text, 'x', len);
	text[len] = '\0';
	open_file(&whole_fops, text);
	got = read_all(4096);
	assert_string_equal(got, text);
	close_file();
	free(got);
	free(text);
}

static void a_store_attribute_is_written_too(void **state)
{
	char text[] = "shown";

	open_file(&stored_fops, text);
	assert_int_equal(write_file("abc"), 3);
	assert_string_equal(written, "abc");
	file.f_pos = 0;
	reads(100, "shown");
	close_file();
}

static int sized_open(struct inode *in, struct file *f)
{
	return single_open_size(f, whole_show, in->i_private, 64);
}

static void a_single_file_takes_a_first_size(void **state)
{
	static const struct file_operations fops = {
		.open = sized_open, .read = seq_read, .release = single_release,
	};
	char text[] = "0123456789012345678901234567890123456789012345678901234567890123456789";

	open_file(&fops, text);
	assert_int_equal(((struct seq_file *)file.private_data)->size, 64);
	reads(100, text);
	close_file();
}

static int unsized_open(struct inode *in, struct file *f)
{
	return single_open_size(f, whole_show, in->i_private, 0);
}

static void a_first_size_of_nothing_is_none(void **state)
{
	static const struct file_operations fops = {
		.open = unsized_open, .read = seq_read, .release = single_release,
	};
	char text[] = "text";

	open_file(&fops, text);
	reads(100, text);
	close_file();
}

static int private_open(struct inode *in, struct file *f)
{
	return seq_open_private(f, &list_sops, sizeof(int));
}

static void private_bytes_are_zero_and_freed(void **state)
{
	static const struct file_operations fops = {
		.open = private_open, .read = seq_read, .release = seq_release_private,
	};

	open_file(&fops, NULL);
	assert_int_equal(*(int *)((struct seq_file *)file.private_data)->private, 0);
	close_file();
}

static void a_seq_attribute_gets_the_file_s_data(void **state)
{
	int data;

	open_file(&list_fops, &data);
	assert_ptr_equal(((struct seq_file *)file.private_data)->private, &data);
	close_file();
}

int main(void)
{
#define LIST_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		LIST_TEST(every_size_of_reads_gives_the_same_text),
		LIST_TEST(a_read_takes_many_records),
		LIST_TEST(a_short_read_takes_a_part_of_a_record),
		LIST_TEST(a_read_of_nothing_shows_nothing),
		LIST_TEST(position_0_begins_anew),
		LIST_TEST(a_read_elsewhere_shows_what_is_before),
		LIST_TEST(lseek_moves_within_records),
		LIST_TEST(lseek_knows_no_end_and_nothing_before_0),
		LIST_TEST(a_record_that_is_skipped_leaves_nothing),
		LIST_TEST(an_empty_record_does_not_end_the_file),
		LIST_TEST(an_empty_list_is_an_empty_file),
		LIST_TEST(an_error_comes_when_nothing_else_is_left),
		LIST_TEST(an_error_of_start_is_the_read_s),
		LIST_TEST(an_error_on_the_way_to_a_position_goes_back_to_0),
		LIST_TEST(a_show_that_returns_eagain_is_not_asked_again_for_ever),
		LIST_TEST(the_buffer_grows_until_a_record_fits),
		LIST_TEST(a_record_that_is_too_large_waits_for_its_own_read),
		LIST_TEST(positions_behind_a_wide_record_are_found),
		LIST_TEST(a_next_that_stays_is_moved_on),
		cmocka_unit_test(a_single_file_is_shown_once),
		cmocka_unit_test(a_single_file_of_any_size_is_shown),
		cmocka_unit_test(a_store_attribute_is_written_too),
		cmocka_unit_test(a_single_file_takes_a_first_size),
		cmocka_unit_test(a_first_size_of_nothing_is_none),
		cmocka_unit_test(private_bytes_are_zero_and_freed),
		cmocka_unit_test(a_seq_attribute_gets_the_file_s_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
