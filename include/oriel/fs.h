/* SPDX-License-Identifier: MIT */
/*
 * Files of a program: the kernel's struct file_operations and what its functions are given
 * (linux/fs.h), as far as a debugfs file needs it.
 *
 * The functions of a file run on the library's service thread, one at a time, never in a signal
 * handler. "User" memory is a buffer of that thread.
 */
#ifndef ORIEL_FS_H
#define ORIEL_FS_H

#include <errno.h>
#include <fcntl.h>
#include <oriel/base.h>
#include <oriel/types.h>
#include <poll.h>

#ifndef __user
#define __user
#endif
struct module;
struct inode;
struct file;
struct seq_file;
struct poll_table_struct;
typedef struct poll_table_struct poll_table;

struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buf, size_t size, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t size, loff_t *pos);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *wait);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*open)(struct inode *inode, struct file *file);
	int (*flush)(struct file *file, void *id);
	int (*release)(struct inode *inode, struct file *file);
};

struct qstr {
	const char *name;
	unsigned int len;
};

/* A folder or a file; made by debugfs_create_*(), gone with debugfs_remove(). */
struct dentry {
	struct qstr d_name;
	struct dentry *d_parent;
	struct inode *d_inode;
	void *d_fsdata;
};

struct inode {
	umode_t i_mode;
	uid_t i_uid;
	gid_t i_gid;
	loff_t i_size;
	void *i_private;		/* the data that debugfs_create_file() was given */
	unsigned long i_ino;
	const struct file_operations *i_fop;
};

struct path {
	struct dentry *dentry;
};

/* One open file. */
struct file {
	const struct file_operations *f_op;
	struct inode *f_inode;
	struct path f_path;
	unsigned int f_flags;		/* O_* */
	unsigned int f_mode;		/* FMODE_* */
	loff_t f_pos;
	void *private_data;		/* the functions' own */
};

#define FMODE_READ 1U
#define FMODE_WRITE 2U
#define FMODE_LSEEK 4U

ORIEL_INLINE struct inode *file_inode(const struct file *f)
{
	return f->f_inode;
}

#endif
