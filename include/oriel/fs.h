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

#ifdef __GLIBC__
typedef __loff_t loff_t;		/* also where the compiler is asked for plain C11 */
#endif

#ifndef THIS_MODULE
#define THIS_MODULE ((struct module *)0)
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

ORIEL_INLINE struct dentry *file_dentry(const struct file *f)
{
	return f->f_path.dentry;
}

ORIEL_INLINE struct inode *d_inode(const struct dentry *dentry)
{
	return dentry->d_inode;
}

ORIEL_BEGIN_DECLS

/*
 * For .llseek: each returns the new position, which is then file->f_pos, or -EINVAL for an unknown
 * whence or a position below 0. A file whose .llseek is NULL cannot be sought: -ESPIPE.
 */
/** default_llseek() - SEEK_END counts from the file's size (debugfs_create_file_size()) */
loff_t default_llseek(struct file *file, loff_t offset, int whence) ORIEL_LINKED(default_llseek);
/** generic_file_llseek() - as default_llseek(), also SEEK_DATA and SEEK_HOLE of a file without
 * holes; -ENXIO behind its end */
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
	ORIEL_LINKED(generic_file_llseek);
/** noop_llseek() - stay where we are; the position */
loff_t noop_llseek(struct file *file, loff_t offset, int whence) ORIEL_LINKED(noop_llseek);
/** no_llseek() - -ESPIPE */
loff_t no_llseek(struct file *file, loff_t offset, int whence) ORIEL_LINKED(no_llseek);

/** nonseekable_open() - for .open: this open file cannot be sought; 0 */
int nonseekable_open(struct inode *inode, struct file *file) ORIEL_LINKED(nonseekable_open);

/** dput() - give back what debugfs_lookup() returned; NULL and errors are ignored */
void dput(struct dentry *dentry) ORIEL_LINKED(dput);

ORIEL_END_DECLS

#endif
