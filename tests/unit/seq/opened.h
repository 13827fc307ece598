/* SPDX-License-Identifier: MIT */
/* One open file, and read(2), write(2) and lseek(2) of it. */
#ifndef TEST_OPENED_H
#define TEST_OPENED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <oriel/seq_file.h>

static struct inode inode;
static struct file file;

static inline void open_file(const struct file_operations *fops, void *data)
{
	memset(&file, 0, sizeof(file));
	inode.i_private = data;
	file.f_op = fops;
	file.f_inode = &inode;
	file.f_mode = FMODE_READ | FMODE_WRITE | FMODE_LSEEK;
	assert_int_equal(fops->open(&inode, &file), 0);
}

static inline void close_file(void)
{
	assert_int_equal(file.f_op->release(&inode, &file), 0);
}

static inline ssize_t read_file(char *buf, size_t size)
{
	return file.f_op->read(&file, buf, size, &file.f_pos);
}

/* Reads at most @size bytes, which must be @want. */
static inline void reads(size_t size, const char *want)
{
	char buf[256];

	assert_true(size <= sizeof(buf));
	memset(buf, '?', sizeof(buf));
	assert_int_equal(read_file(buf, size), strlen(want));
	assert_memory_equal(buf, want, strlen(want));
}

static inline void read_fails(int err)
{
	char buf[16];

	assert_int_equal(read_file(buf, sizeof(buf)), err);
}

/* The whole file, read @size bytes at a time, from where it is; NUL-terminated, to be freed. */
static inline char *read_all(size_t size)
{
	size_t len = 0;
	char *text = NULL;
	ssize_t got;

	do {
		text = realloc(text, len + size + 1);
		assert_non_null(text);
		got = read_file(text + len, size);
		assert_true(got >= 0);
		len += (size_t)got;
	} while (got);
	text[len] = '\0';
	return text;
}

static inline ssize_t write_file(const char *text)
{
	return file.f_op->write(&file, text, strlen(text), &file.f_pos);
}

static inline loff_t seek(loff_t off, int whence)
{
	return file.f_op->llseek(&file, off, whence);
}

#endif
