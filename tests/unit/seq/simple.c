// SPDX-License-Identifier: MIT
/* Buffers as files, and files that hold one number. */
#include "opened.h"

static char content[] = "0123456789";

static void a_buffer_is_read_from_a_position(void **state)
{
	char buf[8] = "";
	loff_t pos = 0;

	assert_int_equal(simple_read_from_buffer(buf, 4, &pos, content, 10), 4);
	assert_int_equal(pos, 4);
	assert_int_equal(simple_read_from_buffer(buf, 8, &pos, content, 10), 6);
	assert_memory_equal(buf, "456789", 6);
	assert_int_equal(simple_read_from_buffer(buf, 8, &pos, content, 10), 0);
	assert_int_equal(pos, 10);
	pos = 1;
	assert_int_equal(simple_read_from_buffer(buf, 0, &pos, content, 10), 0);
	pos = INT64_MAX;
	assert_int_equal(simple_read_from_buffer(buf, 8, &pos, content, 10), 0);
	pos = -1;
	assert_int_equal(simple_read_from_buffer(buf, 8, &pos, content, 10), -EINVAL);
	pos = 8;
	assert_int_equal(memory_read_from_buffer(buf, 8, &pos, content, 10), 2);
}

static void a_buffer_is_written_while_there_is_room(void **state)
{
	char to[8] = "";
	loff_t pos = 0;

	assert_int_equal(simple_write_to_buffer(to, 6, &pos, content, 4), 4);
	assert_int_equal(simple_write_to_buffer(to, 6, &pos, content, 4), 2);
	assert_int_equal(pos, 6);
	assert_string_equal(to, "012301");
	assert_int_equal(simple_write_to_buffer(to, 6, &pos, content, 4), 0);
	pos = -1;
	assert_int_equal(simple_write_to_buffer(to, 6, &pos, content, 4), -EINVAL);
}

static void copies_of_user_memory_leave_nothing_over(void **state)
{
	char buf[4];
	int x = 0;

	assert_int_equal(copy_from_user(buf, content, 4), 0);
	assert_memory_equal(buf, "0123", 4);
	assert_int_equal(copy_to_user(buf, content + 4, 4), 0);
	assert_memory_equal(buf, "4567", 4);
	assert_int_equal(clear_user(buf, 4), 0);
	assert_memory_equal(buf, "\0\0\0", 4);
	assert_int_equal(put_user('a', buf), 0);
	assert_int_equal(get_user(x, buf), 0);
	assert_int_equal(x, 'a');
}

static void simple_open_takes_the_file_s_data(void **state)
{
	inode.i_private = content;
	file.private_data = NULL;
	assert_int_equal(simple_open(&inode, &file), 0);
	assert_ptr_equal(file.private_data, content);
}

/* ---- one number ---- */

static u64 number;
static int answer, nr_gets;

static int number_get(void *data, u64 *value)
{
	assert_ptr_equal(data, &number);
	nr_gets++;
	*value = number;
	return answer;
}

static int number_set(void *data, u64 value)
{
	assert_ptr_equal(data, &number);
	if (!answer)
		number = value;
	return answer;
}

DEFINE_SIMPLE_ATTRIBUTE(plain, number_get, number_set, "%llu\n");
DEFINE_SIMPLE_ATTRIBUTE_SIGNED(with_sign, number_get, number_set, "%lld\n");
DEFINE_DEBUGFS_ATTRIBUTE(hex, number_get, number_set, "0x%08llx\n");
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(debug, number_get, number_set, "%lld\n");
DEFINE_SIMPLE_ATTRIBUTE(mute, NULL, NULL, "%llu\n");
DEFINE_SIMPLE_ATTRIBUTE(wide, number_get, number_set, "%030llu\n");

static void open_number(const struct file_operations *fops, u64 value)
{
	number = value;
	answer = nr_gets = 0;
	open_file(fops, &number);
}

static void a_number_is_read_by_its_format(void **state)
{
	open_number(&plain, UINT64_MAX);
	reads(64, "18446744073709551615\n");
	reads(64, "");
	close_file();
	open_number(&with_sign, (u64)-3);
	reads(64, "-3\n");
	close_file();
	open_number(&hex, 0xbeef);
	reads(64, "0x0000beef\n");
	close_file();
}

static void a_reader_sees_one_number_to_its_end(void **state)
{
	open_number(&plain, 1234);
	reads(2, "12");
	number = 5678;
	reads(64, "34\n");
	assert_int_equal(nr_gets, 1);
	file.f_pos = 0;
	reads(64, "5678\n");
	close_file();
}

static void a_long_text_is_cut_to_23_bytes(void **state)
{
	open_number(&wide, 7);
	reads(64, "00000000000000000000000");
	close_file();
}

static void a_number_is_written_in_three_bases(void **state)
{
	open_number(&plain, 0);
	assert_int_equal(write_file("0x10\n"), 5);
	assert_true(number == 16);
	assert_int_equal(write_file("010"), 3);
	assert_true(number == 8);
	assert_int_equal(write_file("18446744073709551615"), 20);
	assert_true(number == UINT64_MAX);
	assert_int_equal(write_file("-1"), -EINVAL);
	assert_int_equal(write_file("three"), -EINVAL);
	assert_int_equal(write_file(""), -EINVAL);
	assert_int_equal(write_file("18446744073709551616"), -ERANGE);
	close_file();
}

static void a_signed_number_takes_a_minus(void **state)
{
	open_number(&with_sign, 0);
	assert_int_equal(write_file("-5\n"), 3);
	assert_true(number == (u64)-5);
	assert_int_equal(write_file("9223372036854775808"), -ERANGE);
	close_file();
	open_number(&debug, 0);
	assert_int_equal(write_file("-6"), 2);
	assert_true(number == (u64)-6);
	close_file();
}

static void of_a_long_write_23_bytes_count_and_all_are_taken(void **state)
{
	open_number(&plain, 0);
	assert_int_equal(write_file("00000000000000000000012345"), 26);
	assert_true(number == 012);
	close_file();
}

static void errors_of_get_and_set_are_the_caller_s(void **state)
{
	open_number(&plain, 3);
	answer = -EBUSY;
	read_fails(-EBUSY);
	assert_int_equal(write_file("4"), -EBUSY);
	assert_true(number == 3);
	close_file();
}

static void without_get_and_set_access_is_denied(void **state)
{
	open_number(&mute, 3);
	read_fails(-EACCES);
	assert_int_equal(write_file("4"), -EACCES);
	close_file();
}

static void a_file_of_one_number_cannot_be_sought(void **state)
{
	open_number(&plain, 3);
	assert_false(file.f_mode & FMODE_LSEEK);
	close_file();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_is_read_from_a_position),
		cmocka_unit_test(a_buffer_is_written_while_there_is_room),
		cmocka_unit_test(copies_of_user_memory_leave_nothing_over),
		cmocka_unit_test(simple_open_takes_the_file_s_data),
		cmocka_unit_test(a_number_is_read_by_its_format),
		cmocka_unit_test(a_reader_sees_one_number_to_its_end),
		cmocka_unit_test(a_long_text_is_cut_to_23_bytes),
		cmocka_unit_test(a_number_is_written_in_three_bases),
		cmocka_unit_test(a_signed_number_takes_a_minus),
		cmocka_unit_test(of_a_long_write_23_bytes_count_and_all_are_taken),
		cmocka_unit_test(errors_of_get_and_set_are_the_caller_s),
		cmocka_unit_test(without_get_and_set_access_is_denied),
		cmocka_unit_test(a_file_of_one_number_cannot_be_sought),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
