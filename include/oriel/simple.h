/* SPDX-License-Identifier: MIT */
/*
 * What the functions of a file are made of: copies between a caller's buffer and the program's, and
 * files that hold one number. Names and meaning are the kernel's (linux/fs.h, linux/uaccess.h).
 *
 *	static int depth_get(void *data, u64 *val) { return queue_depth(data, val); }
 *	static int depth_set(void *data, u64 val) { return queue_resize(data, val); }
 *	DEFINE_DEBUGFS_ATTRIBUTE(depth_fops, depth_get, depth_set, "%llu\n");
 *
 *	debugfs_create_file("depth", 0644, dir, queue, &depth_fops);
 *
 * The functions of one open file are never called at the same time, and so need no lock for it.
 */
#ifndef ORIEL_SIMPLE_H
#define ORIEL_SIMPLE_H

#include <oriel/fs.h>
#include <oriel/types.h>
#include <string.h>

ORIEL_BEGIN_DECLS

/* ---- a caller's memory: here a buffer of the service thread's, which cannot fault ---- */

/** copy_to_user() - Return: bytes that were not copied: 0 */
ORIEL_INLINE unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	memcpy(to, from, n);
	return 0;
}

/** copy_from_user() - Return: bytes that were not copied: 0 */
ORIEL_INLINE unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	memcpy(to, from, n);
	return 0;
}

ORIEL_INLINE unsigned long clear_user(void __user *to, unsigned long n)
{
	memset(to, 0, n);
	return 0;
}

#define get_user(x, ptr) (__extension__({ (x) = *(ptr); 0; }))
#define put_user(x, ptr) (__extension__({ *(ptr) = (x); 0; }))
#define access_ok(addr, size) ((void)(addr), (void)(size), 1)

/* ---- a buffer as a file ---- */

/**
 * simple_read_from_buffer() - read(2) of a file whose content is a buffer
 * @to:        receives at most @count bytes
 * @ppos:      where in the file; moves on by what is copied
 * @from:      the file's content, @available bytes
 *
 * Return: bytes copied, 0 at the end, -EINVAL for a position below 0.
 */
ORIEL_INLINE ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos,
					     const void *from, size_t available)
{
	loff_t pos = *ppos;

	if (pos < 0)
		return -EINVAL;
	if ((size_t)pos >= available || !count)
		return 0;
	if (count > available - (size_t)pos)
		count = available - (size_t)pos;
	memcpy(to, (const char *)from + pos, count);
	*ppos = pos + (loff_t)count;
	return (ssize_t)count;
}

/**
 * simple_write_to_buffer() - write(2) to a file whose content is a buffer
 * @to:        the file's content, which has room for @available bytes
 * @ppos:      where in the file; moves on by what is taken
 *
 * Return: bytes taken, 0 when there is no room at *@ppos, -EINVAL for a position below 0.
 */
ORIEL_INLINE ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos,
					    const void __user *from, size_t count)
{
	loff_t pos = *ppos;

	if (pos < 0)
		return -EINVAL;
	if ((size_t)pos >= available || !count)
		return 0;
	if (count > available - (size_t)pos)
		count = available - (size_t)pos;
	memcpy((char *)to + pos, from, count);
	*ppos = pos + (loff_t)count;
	return (ssize_t)count;
}

/** memory_read_from_buffer() - simple_read_from_buffer() into the program's own memory */
ORIEL_INLINE ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *ppos, const void *from,
					     size_t available)
{
	return simple_read_from_buffer(to, count, ppos, from, available);
}

/** simple_open() - open: the file's private data is what debugfs_create_file() was given */
ORIEL_INLINE int simple_open(struct inode *inode, struct file *file)
{
	if (inode->i_private)
		file->private_data = inode->i_private;
	return 0;
}

/* ---- a file that holds one number ---- */

/**
 * simple_attr_open() - open of a file that holds one number
 * @get: stores the number; NULL: reading is -EACCES. Its error (< 0) is the read's
 * @set: takes a number; NULL: writing is -EACCES. Its error (< 0) is the write's
 * @fmt: for one number of 64 bits; kept, not copied. Of the text 23 bytes are shown
 *
 * Both get what debugfs_create_file() was given. @get is called once for a reader that starts at
 * 0 and reads on. The file cannot be sought. Undone with simple_attr_release().
 * Return: 0 or -ENOMEM.
 */
int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *),
		     int (*set)(void *, u64), const char *fmt) ORIEL_LINKED(simple_attr_open);
int simple_attr_release(struct inode *inode, struct file *file) ORIEL_LINKED(simple_attr_release);
ssize_t simple_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos)
	ORIEL_LINKED(simple_attr_read);
/**
 * simple_attr_write() - one number by kstrtoull(), base 0, from the first 23 bytes
 * Return: @len, -EINVAL, -ERANGE, -EACCES, or what set returns
 */
ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos)
	ORIEL_LINKED(simple_attr_write);
/** simple_attr_write_signed() - the same by kstrtoll() */
ssize_t simple_attr_write_signed(struct file *file, const char __user *buf, size_t len,
				 loff_t *ppos) ORIEL_LINKED(simple_attr_write_signed);

/* The kernel's debugfs_attr_*() also hold off the file's removal; here the service thread does. */
ORIEL_INLINE ssize_t debugfs_attr_read(struct file *file, char __user *buf, size_t len,
				       loff_t *ppos)
{
	return simple_attr_read(file, buf, len, ppos);
}

ORIEL_INLINE ssize_t debugfs_attr_write(struct file *file, const char __user *buf, size_t len,
					loff_t *ppos)
{
	return simple_attr_write(file, buf, len, ppos);
}

ORIEL_INLINE ssize_t debugfs_attr_write_signed(struct file *file, const char __user *buf,
					       size_t len, loff_t *ppos)
{
	return simple_attr_write_signed(file, buf, len, ppos);
}

/* The compiler checks that the format is for one number of 64 bits. */
__attribute__((format(printf, 1, 2), unused)) static inline void
oriel_attr_check_format(const char *fmt, ...)
{
	(void)fmt;
}

/* The functions in the order of struct file_operations: C++17 has no names here. */
#define ORIEL_FILE_OPERATIONS(llseek, read, write, open, release) \
	{ 0, llseek, read, write, 0, 0, open, 0, release }

#define ORIEL_ATTRIBUTE(fops, get, set, fmt, read, write)                                          \
	static int fops##_open(struct inode *inode, struct file *file)                             \
	{                                                                                          \
		oriel_attr_check_format(fmt, 0ULL);                                                \
		return simple_attr_open(inode, file, get, set, fmt);                               \
	}                                                                                          \
	static const struct file_operations fops = ORIEL_FILE_OPERATIONS(                          \
		0, read, write, fops##_open, simple_attr_release)

/*
 * DEFINE_SIMPLE_ATTRIBUTE() - a static struct file_operations for debugfs_create_file()
 * @fops: its name;  the rest: see simple_attr_open()
 */
#define DEFINE_SIMPLE_ATTRIBUTE(fops, get, set, fmt) \
	ORIEL_ATTRIBUTE(fops, get, set, fmt, simple_attr_read, simple_attr_write)
#define DEFINE_SIMPLE_ATTRIBUTE_SIGNED(fops, get, set, fmt) \
	ORIEL_ATTRIBUTE(fops, get, set, fmt, simple_attr_read, simple_attr_write_signed)
#define DEFINE_DEBUGFS_ATTRIBUTE(fops, get, set, fmt) \
	ORIEL_ATTRIBUTE(fops, get, set, fmt, debugfs_attr_read, debugfs_attr_write)
#define DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(fops, get, set, fmt) \
	ORIEL_ATTRIBUTE(fops, get, set, fmt, debugfs_attr_read, debugfs_attr_write_signed)

ORIEL_END_DECLS

#endif
