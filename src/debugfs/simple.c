// SPDX-License-Identifier: MIT
/*
 * Files that hold one number: text that is made when a reader begins, and kept until he is through,
 * so that a number that changes meanwhile is not shown in halves.
 */
#include <stdlib.h>

#define ORIEL_INTERNAL
#include <oriel/kstrto.h>
#pragma GCC visibility push(default)
#include <oriel/simple.h>
#pragma GCC visibility pop

#include "runtime/text.h"

#define TEXT_MAX 24U			/* with NUL; longer ones are cut */

struct simple_attr {
	int (*get)(void *data, u64 *val);
	int (*set)(void *data, u64 val);
	void *data;
	const char *fmt;
	char text[TEXT_MAX];
};

int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *),
		     int (*set)(void *, u64), const char *fmt)
{
	struct simple_attr *attr = calloc(1, sizeof(*attr));

	if (!attr)
		return -ENOMEM;
	*attr = (struct simple_attr){ get, set, inode->i_private, fmt, "" };
	file->private_data = attr;
	file->f_mode &= ~FMODE_LSEEK;
	return 0;
}

int simple_attr_release(struct inode *inode, struct file *file)
{
	free(file->private_data);
	return 0;
}

ssize_t simple_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos)
{
	struct simple_attr *attr = file->private_data;
	u64 value;
	int err;

	if (!attr->get)
		return -EACCES;
	if (!*ppos || !attr->text[0]) {
		err = attr->get(attr->data, &value);
		if (err)
			return err;
		orl_snprintf(attr->text, sizeof(attr->text), attr->fmt, value);
	}
	return simple_read_from_buffer(buf, len, ppos, attr->text, strlen(attr->text));
}

static ssize_t write_attr(struct file *file, const char *buf, size_t len, bool is_signed)
{
	struct simple_attr *attr = file->private_data;
	size_t used = len < TEXT_MAX - 1 ? len : TEXT_MAX - 1;
	char text[TEXT_MAX];
	long long value = 0;
	u64 uvalue = 0;
	int err;

	if (!attr->set)
		return -EACCES;
	memcpy(text, buf, used);
	text[used] = '\0';
	err = is_signed ? kstrtoll(text, 0, &value) : kstrtoull(text, 0, &uvalue);
	if (!err)
		err = attr->set(attr->data, is_signed ? (u64)value : uvalue);
	return err ? err : (ssize_t)len;
}

ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos)
{
	return write_attr(file, buf, len, false);
}

ssize_t simple_attr_write_signed(struct file *file, const char __user *buf, size_t len,
				 loff_t *ppos)
{
	return write_attr(file, buf, len, true);
}
