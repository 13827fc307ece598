// SPDX-License-Identifier: MIT
/*
 * Plain values through the socket: texts, writes and errors of the kernel's files of each kind. And
 * files that functions print.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <oriel/debugfs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static struct dentry *dir;
static int slot;

static void expect(const char *name, const char *text)
{
	char path[64];
	int err;

	snprintf(path, sizeof(path), "v/%s", name);
	assert_string_equal(cat(slot, path, &err), text);
	assert_int_equal(err, 0);
}

static int write_to(const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "v/%s", name);
	return put(slot, path, text);
}

static void numbers_are_decimal_or_hexadecimal(void **state)
{
	static u8 a = 200;
	static u16 b = 0xbeef;
	static u32 c = 4000000000U;
	static u64 d = 18446744073709551615ULL;
	static size_t e = 12345;
	static atomic_t f = { -5 };
	static unsigned long g = 77;

	debugfs_create_u8("u8", 0444, dir, &a);
	debugfs_create_u16("u16", 0444, dir, &b);
	debugfs_create_u32("u32", 0444, dir, &c);
	debugfs_create_u64("u64", 0444, dir, &d);
	debugfs_create_x8("x8", 0444, dir, &a);
	debugfs_create_x16("x16", 0444, dir, &b);
	debugfs_create_x32("x32", 0444, dir, &c);
	debugfs_create_x64("x64", 0444, dir, &d);
	debugfs_create_size_t("size", 0444, dir, &e);
	debugfs_create_atomic_t("atomic", 0444, dir, &f);
	debugfs_create_ulong("ulong", 0444, dir, &g);
	expect("u8", "200\n");
	expect("u16", "48879\n");
	expect("u32", "4000000000\n");
	expect("u64", "18446744073709551615\n");
	expect("x8", "0xc8\n");
	expect("x16", "0xbeef\n");
	expect("x32", "0xee6b2800\n");
	expect("x64", "0xffffffffffffffff\n");
	expect("size", "12345\n");
	expect("atomic", "-5\n");
	expect("ulong", "77\n");
}

static void numbers_are_written_as_kstrtoull_reads_them(void **state)
{
	static u32 value = 1;
	static atomic_t signed_value;

	debugfs_create_u32("w", 0644, dir, &value);
	debugfs_create_atomic_t("ws", 0644, dir, &signed_value);
	assert_int_equal(write_to("w", "42\n"), 3);
	assert_int_equal(value, 42);
	assert_int_equal(write_to("w", "0x1f"), 4);
	assert_int_equal(value, 0x1f);
	assert_int_equal(write_to("w", "nonsense"), -EINVAL);
	assert_int_equal(write_to("w", "99999999999999999999"), -ERANGE);
	assert_int_equal(value, 0x1f);
	assert_int_equal(write_to("ws", "-7"), 2);
	assert_int_equal(signed_value.counter, -7);
}

static void modes_say_what_can_be_done_even_by_root(void **state)
{
	static u32 value;
	static bool flag;
	char buf[8];
	int err, fd;

	if (geteuid())
		skip();
	debugfs_create_u32("ro", 0444, dir, &value);
	debugfs_create_u32("wo", 0222, dir, &value);
	debugfs_create_bool("bro", 0444, dir, &flag);
	assert_int_equal(write_to("ro", "1"), -EACCES);
	assert_int_equal(write_to("bro", "1"), -EINVAL);
	fd = file_open(slot, "v/wo", O_RDONLY, &err);
	assert_int_equal(err, 0);
	assert_int_equal(file_read(fd, 0, buf, 8), -EACCES);
	close(fd);
}

static void a_bool_is_y_or_n(void **state)
{
	static bool flag = true;

	debugfs_create_bool("bool", 0644, dir, &flag);
	expect("bool", "Y\n");
	assert_int_equal(write_to("bool", "off\n"), 4);
	assert_false(flag);
	expect("bool", "N\n");
}

static void a_string_is_replaced_or_appended_to(void **state)
{
	static char *text;
	char long_text[5000];
	int err, fd;

	text = strdup("first");
	debugfs_create_str("str", 0644, dir, &text);
	expect("str", "first\n");
	assert_int_equal(write_to("str", "second\n"), 7);
	assert_string_equal(text, "second");
	expect("str", "second\n");
	fd = file_open(slot, "v/str", O_WRONLY, &err);
	assert_int_equal(file_write(fd, 6, " half", 5), 5);
	assert_string_equal(text, "second half");
	assert_int_equal(file_write(fd, 3, "x", 1), -EINVAL);
	close(fd);
	memset(long_text, 'x', sizeof(long_text));
	long_text[4999] = '\0';
	assert_int_equal(write_to("str", long_text), -E2BIG);
	assert_string_equal(text, "second half");
	debugfs_lookup_and_remove("str", dir);
	free(text);
}

static void a_blob_is_its_bytes(void **state)
{
	static char bytes[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static struct debugfs_blob_wrapper blob = { bytes, 6 };
	char buf[16];
	int err, fd;

	debugfs_create_blob("blob", 0644, dir, &blob);
	fd = file_open(slot, "v/blob", O_RDWR, &err);
	assert_int_equal(file_read(fd, 0, buf, sizeof(buf)), 6);
	assert_memory_equal(buf, bytes, 6);
	blob.size = 8;
	assert_int_equal(file_read(fd, 6, buf, sizeof(buf)), 2);
	assert_int_equal(file_write(fd, 2, "ab", 2), 2);
	assert_memory_equal(bytes, "\0\1ab\4\5\6\7", 8);
	assert_int_equal(file_seek(fd, 4, SEEK_SET), 4);
	close(fd);
}

static void an_array_is_a_line(void **state)
{
	static u32 elements[] = { 1, 20, 300 };
	static struct debugfs_u32_array array = { elements, 3 };

	debugfs_create_u32_array("array", 0444, dir, &array);
	expect("array", "1 20 300\n");
	assert_int_equal(write_to("array", "1"), geteuid() ? -EACCES : -EINVAL);
}

static void a_text_is_of_one_moment_while_it_is_read_on(void **state)
{
	static u32 elements[] = { 11, 22, 33 };
	static struct debugfs_u32_array array = { elements, 3 };
	char buf[8];
	int err, fd;

	debugfs_create_u32_array("moment", 0444, dir, &array);
	fd = file_open(slot, "v/moment", O_RDONLY, &err);
	assert_int_equal(file_read(fd, 0, buf, 3), 3);
	elements[1] = 99;
	assert_int_equal(file_read(fd, 3, buf, 3), 3);
	assert_memory_equal(buf, "22 ", 3);
	assert_int_equal(file_read(fd, 0, buf, 6), 6);
	assert_memory_equal(buf, "11 99 ", 6);
	assert_int_equal(file_seek(fd, 0, SEEK_SET), -ESPIPE);
	close(fd);
}

static void registers_are_lines(void **state)
{
	static u32 words[] = { 0x11, 0, 0xdeadbeef };
	static char ctrl[] = "CTRL", status[] = "STATUS";
	static const struct debugfs_reg32 regs[] = { { ctrl, 0 }, { status, 8 } };
	static struct debugfs_regset32 set = { .regs = regs, .nregs = 2, .base = words };

	debugfs_create_regset32("regs", 0444, dir, &set);
	expect("regs", "CTRL = 0x00000011\nSTATUS = 0xdeadbeef\n");
}

static int device_show(struct seq_file *s, void *unused)
{
	seq_printf(s, "device %s\n", (const char *)s->private);
	return 0;
}

static void a_device_file_is_what_its_function_prints(void **state)
{
	static char name[] = "one";

	debugfs_create_devm_seqfile((struct device *)name, "device", dir, device_show);
	expect("device", "device one\n");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_decimal_or_hexadecimal),
		cmocka_unit_test(numbers_are_written_as_kstrtoull_reads_them),
		cmocka_unit_test(modes_say_what_can_be_done_even_by_root),
		cmocka_unit_test(a_bool_is_y_or_n),
		cmocka_unit_test(a_string_is_replaced_or_appended_to),
		cmocka_unit_test(a_blob_is_its_bytes),
		cmocka_unit_test(an_array_is_a_line),
		cmocka_unit_test(a_text_is_of_one_moment_while_it_is_read_on),
		cmocka_unit_test(registers_are_lines),
		cmocka_unit_test(a_device_file_is_what_its_function_prints),
	};
	int failed;

	place_begin(argv);
	dir = debugfs_create_dir("v", NULL);
	/* what has functions has somebody who serves it, and all others */
	debugfs_create_file("served", 0444, dir, NULL, NULL);
	slot = place_slot((uint32_t)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	debugfs_remove(dir);
	place_end();
	return failed;
}
