// SPDX-License-Identifier: MIT
/*
 * What a file's .llseek may be, and an .open that says it cannot be sought.
 */
#include <errno.h>

#include "debugfs/debugfs.h"

static loff_t seek(struct file *file, loff_t pos, int whence, loff_t end)
{
	loff_t from = 0;

	if (whence == SEEK_END)
		from = end;
	else if (whence == SEEK_CUR)
		from = file->f_pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (__builtin_add_overflow(from, pos, &pos) || pos < 0)
		return -EINVAL;
	file->f_pos = pos;
	return pos;
}

loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t end = file->f_inode->i_size;

	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return seek(file, offset, whence, end);
	if (offset < 0 || offset >= end)
		return -ENXIO;
	return seek(file, whence == SEEK_DATA ? offset : end, SEEK_SET, end);
}

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
	return default_llseek(file, offset, whence);
}

loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos;
}

loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
	return -ESPIPE;
}

int nonseekable_open(struct inode *inode, struct file *file)
{
	file->f_mode &= ~FMODE_LSEEK;
	return 0;
}
