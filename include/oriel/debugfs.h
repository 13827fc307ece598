/* SPDX-License-Identifier: MIT */
/*
 * A program shows its insides as files, with the kernel's names and meaning (linux/debugfs.h,
 * Documentation/filesystems/debugfs.rst). They stand at processes/PID/ of the domain's tree.
 *
 *	dir = debugfs_create_dir("my_driver", NULL);
 *	debugfs_create_u32("debug_level", 0644, dir, &debug_level);
 *	debugfs_create_file("status", 0444, dir, state, &status_fops);
 *	...
 *	debugfs_remove(dir);
 *
 * As in the kernel nobody needs to look at what these functions return: where making a file failed,
 * for whatever reason, the error is a valid parent of others and may be removed, to no effect. The
 * program does its work with or without its files.
 *
 * Plain values are read and written in the program's memory by whoever looks at the file; they must
 * stay where they are until the file is removed. Nothing in the program runs for that. Files with
 * functions of their own are served by a thread of the library, "oriel-debugfs", which the first of
 * them starts: one function at a time, with every signal blocked, on a stack of 256 KiB.
 *
 * Errors, as ERR_PTR(-errno), of all that make something:
 *   -EEXIST        the name is taken, or at the top one of the tree's own: info, dynamic_debug,
 *                  metrics
 *   -EACCES        a name that is empty, ".", ".." or has a '/'; or the domain may not be written
 *   -ENAMETOOLONG  a name of more than 255 bytes; a link's target of more than 447
 *   -ENOTDIR       the parent is no folder
 *   -ENOENT        the parent is being removed
 *   -ENOSPC        no room in the domain for the process or the file; more than 65,534 files
 *   -ENODEV        a set-user-id program, or a domain with a name that makes no sense
 *   -ENOMEM, -EAGAIN  no memory, or no thread to serve the file
 *   whatever error the parent is
 * Making the first file makes the domain where there is none.
 *
 * Any thread may call these functions; not signal handlers. A folder or file must not be used after
 * its removal has begun. After fork() the child has the same files, as its own; files that are open
 * are the parent's.
 */
#ifndef ORIEL_DEBUGFS_H
#define ORIEL_DEBUGFS_H

#include <oriel/err.h>
#include <oriel/fs.h>
#include <oriel/seq_file.h>
#include <oriel/types.h>

#ifndef __iomem
#define __iomem
#endif

struct device;

/* Bytes that are shown as they are: size may change while the file is there. */
struct debugfs_blob_wrapper {
	void *data;
	unsigned long size;
};

struct debugfs_u32_array {
	u32 *array;
	u32 n_elements;
};

/* A register: 32 bits at base + offset, shown as "name = 0x%08x". */
struct debugfs_reg32 {
	char *name;
	unsigned long offset;
};

struct debugfs_regset32 {
	const struct debugfs_reg32 *regs;
	int nregs;
	void __iomem *base;
	struct device *dev;		/* not used */
};

/* debugfs_remove() takes what is below with it. */
#define debugfs_remove_recursive debugfs_remove

ORIEL_BEGIN_DECLS

#ifndef ORIEL_DISABLE

/** debugfs_initialized() - can files be made? Looks for a domain, and makes one where there is none
 */
bool debugfs_initialized(void) ORIEL_LINKED(debugfs_initialized);

/**
 * debugfs_create_dir() - make a folder
 * @parent: NULL: the process's own top folder
 */
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
	ORIEL_LINKED(debugfs_create_dir);

/**
 * debugfs_create_file() - make a file with functions of its own
 * @mode: permissions; for everybody but root, who may read and write any file
 * @data: inode->i_private in @fops's functions
 * @fops: stays the program's; until the file is removed
 */
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops)
	ORIEL_LINKED(debugfs_create_file);

/** debugfs_create_file_unsafe() - the same: removal waits for running functions of these too */
struct dentry *debugfs_create_file_unsafe(const char *name, umode_t mode, struct dentry *parent,
					  void *data, const struct file_operations *fops)
	ORIEL_LINKED(debugfs_create_file_unsafe);

/** debugfs_create_file_size() - the same; stat(2) says it has @file_size bytes */
void debugfs_create_file_size(const char *name, umode_t mode, struct dentry *parent, void *data,
			      const struct file_operations *fops, loff_t file_size)
	ORIEL_LINKED(debugfs_create_file_size);

/** debugfs_create_symlink() - make a link; @target is any text of up to 447 bytes, copied */
struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *target)
	ORIEL_LINKED(debugfs_create_symlink);

/*
 * Plain values. Without a write bit in @mode nobody writes the file, without a read bit nobody
 * reads it, root included.
 */
void debugfs_create_u8(const char *name, umode_t mode, struct dentry *parent, u8 *value)
	ORIEL_LINKED(debugfs_create_u8);
void debugfs_create_u16(const char *name, umode_t mode, struct dentry *parent, u16 *value)
	ORIEL_LINKED(debugfs_create_u16);
void debugfs_create_u32(const char *name, umode_t mode, struct dentry *parent, u32 *value)
	ORIEL_LINKED(debugfs_create_u32);
void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent, u64 *value)
	ORIEL_LINKED(debugfs_create_u64);
void debugfs_create_ulong(const char *name, umode_t mode, struct dentry *parent,
			  unsigned long *value) ORIEL_LINKED(debugfs_create_ulong);
void debugfs_create_x8(const char *name, umode_t mode, struct dentry *parent, u8 *value)
	ORIEL_LINKED(debugfs_create_x8);
void debugfs_create_x16(const char *name, umode_t mode, struct dentry *parent, u16 *value)
	ORIEL_LINKED(debugfs_create_x16);
void debugfs_create_x32(const char *name, umode_t mode, struct dentry *parent, u32 *value)
	ORIEL_LINKED(debugfs_create_x32);
void debugfs_create_x64(const char *name, umode_t mode, struct dentry *parent, u64 *value)
	ORIEL_LINKED(debugfs_create_x64);
void debugfs_create_xul(const char *name, umode_t mode, struct dentry *parent,
			unsigned long *value) ORIEL_LINKED(debugfs_create_xul);
void debugfs_create_size_t(const char *name, umode_t mode, struct dentry *parent, size_t *value)
	ORIEL_LINKED(debugfs_create_size_t);
void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent,
			     atomic_t *value) ORIEL_LINKED(debugfs_create_atomic_t);
void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value)
	ORIEL_LINKED(debugfs_create_bool);

/**
 * debugfs_create_str() - a string, shown with a newline behind it
 * @value: of a string from malloc() where @mode lets it be written: who writes puts another one in
 *         its place and frees the old one, on the thread of the library
 */
void debugfs_create_str(const char *name, umode_t mode, struct dentry *parent, char **value)
	ORIEL_LINKED(debugfs_create_str);

/** debugfs_create_blob() - bytes, read only */
struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
				   struct debugfs_blob_wrapper *blob)
	ORIEL_LINKED(debugfs_create_blob);

/** debugfs_create_u32_array() - numbers in a line, read only */
void debugfs_create_u32_array(const char *name, umode_t mode, struct dentry *parent,
			      struct debugfs_u32_array *array)
	ORIEL_LINKED(debugfs_create_u32_array);

/** debugfs_create_regset32() - a set of 32-bit words with names, read only */
void debugfs_create_regset32(const char *name, umode_t mode, struct dentry *parent,
			     struct debugfs_regset32 *regset) ORIEL_LINKED(debugfs_create_regset32);

/** debugfs_print_regs32() - for a show function of one's own: "prefix" "name = 0x%08x" lines; NULL
 * for no prefix */
void debugfs_print_regs32(struct seq_file *s, const struct debugfs_reg32 *regs, int nregs,
			  void __iomem *base, char *prefix) ORIEL_LINKED(debugfs_print_regs32);

/** debugfs_create_devm_seqfile() - a file that @read_fn prints; s->private is @dev; mode 0444 */
void debugfs_create_devm_seqfile(struct device *dev, const char *name, struct dentry *parent,
				 int (*read_fn)(struct seq_file *s, void *data))
	ORIEL_LINKED(debugfs_create_devm_seqfile);

/**
 * debugfs_lookup() - find what is there
 *
 * Return: what has that name in @parent, to be given back by dput(); NULL: nothing, or one of the
 * arguments is an error or an empty name.
 */
struct dentry *debugfs_lookup(const char *name, struct dentry *parent) ORIEL_LINKED(debugfs_lookup);

/**
 * debugfs_rename() - give it another name, in the same or another folder
 *
 * Return: @old_dentry; an argument that is an error; ERR_PTR(-EINVAL) where the new name is taken
 * or below what is renamed; an error as above for a name that cannot be.
 */
struct dentry *debugfs_rename(struct dentry *old_dir, struct dentry *old_dentry,
			      struct dentry *new_dir, const char *new_name)
	ORIEL_LINKED(debugfs_rename);

/** debugfs_change_name() - another name, made with a printf() format, in the same folder; 0 (also
 * for an error as @dentry), -EEXIST or another errno as above */
int debugfs_change_name(struct dentry *dentry, const char *fmt, ...)
	ORIEL_LINKED(debugfs_change_name)
	__attribute__((format(printf, 2, 3)));

/**
 * debugfs_remove() - remove a file, or a folder with all that is below
 * @dentry: NULL and errors are ignored
 *
 * When it returns, no function of the files runs any more nor will: whoever has one open gets EIO.
 * Waits for functions that are running, but not for the one that calls it; wakes those in
 * wait_event_interruptible(). release() of files that are still open is called here, so that the
 * functions' object may be unloaded afterwards.
 */
void debugfs_remove(struct dentry *dentry) ORIEL_LINKED(debugfs_remove);

/** debugfs_lookup_and_remove() - debugfs_lookup() and debugfs_remove() of what it finds */
void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
	ORIEL_LINKED(debugfs_lookup_and_remove);

/**
 * debugfs_file_get() - keep a file from being removed
 * Return: 0: debugfs_remove() of it waits until debugfs_file_put(); -EIO: too late.
 * Functions of a file need none of it for that file.
 */
int debugfs_file_get(struct dentry *dentry) ORIEL_LINKED(debugfs_file_get);
void debugfs_file_put(struct dentry *dentry) ORIEL_LINKED(debugfs_file_put);

/** debugfs_real_fops() - the functions that an open file was made with */
const struct file_operations *debugfs_real_fops(const struct file *file)
	ORIEL_LINKED(debugfs_real_fops);

#else /* ORIEL_DISABLE: the kernel's answers where debugfs is not built in */

#define ORIEL_DEBUGFS_STUB(type, name, ...) \
	static inline __attribute__((unused)) type name(__VA_ARGS__)
#define ORIEL_DEBUGFS_NO_VALUE(type, name)                                      \
	ORIEL_DEBUGFS_STUB(void, name, const char *file, umode_t mode,         \
			   struct dentry *parent, type value)                  \
	{                                                                      \
		(void)file, (void)mode, (void)parent, (void)value;             \
	}

ORIEL_DEBUGFS_STUB(bool, debugfs_initialized, void)
{
	return false;
}

ORIEL_DEBUGFS_STUB(struct dentry *, debugfs_create_dir, const char *name, struct dentry *parent)
{
	(void)name, (void)parent;
	return (struct dentry *)ERR_PTR(-ENODEV);
}

ORIEL_DEBUGFS_STUB(struct dentry *, debugfs_create_file, const char *name, umode_t mode,
		   struct dentry *parent, void *data, const struct file_operations *fops)
{
	(void)name, (void)mode, (void)parent, (void)data, (void)fops;
	return (struct dentry *)ERR_PTR(-ENODEV);
}
#define debugfs_create_file_unsafe debugfs_create_file

ORIEL_DEBUGFS_STUB(void, debugfs_create_file_size, const char *name, umode_t mode,
		   struct dentry *parent, void *data, const struct file_operations *fops,
		   loff_t file_size)
{
	(void)name, (void)mode, (void)parent, (void)data, (void)fops, (void)file_size;
}

ORIEL_DEBUGFS_STUB(struct dentry *, debugfs_create_symlink, const char *name,
		   struct dentry *parent, const char *target)
{
	(void)name, (void)parent, (void)target;
	return (struct dentry *)ERR_PTR(-ENODEV);
}

ORIEL_DEBUGFS_STUB(struct dentry *, debugfs_create_blob, const char *name, umode_t mode,
		   struct dentry *parent, struct debugfs_blob_wrapper *blob)
{
	(void)name, (void)mode, (void)parent, (void)blob;
	return (struct dentry *)ERR_PTR(-ENODEV);
}

ORIEL_DEBUGFS_NO_VALUE(u8 *, debugfs_create_u8)
ORIEL_DEBUGFS_NO_VALUE(u16 *, debugfs_create_u16)
ORIEL_DEBUGFS_NO_VALUE(u32 *, debugfs_create_u32)
ORIEL_DEBUGFS_NO_VALUE(u64 *, debugfs_create_u64)
ORIEL_DEBUGFS_NO_VALUE(unsigned long *, debugfs_create_ulong)
ORIEL_DEBUGFS_NO_VALUE(u8 *, debugfs_create_x8)
ORIEL_DEBUGFS_NO_VALUE(u16 *, debugfs_create_x16)
ORIEL_DEBUGFS_NO_VALUE(u32 *, debugfs_create_x32)
ORIEL_DEBUGFS_NO_VALUE(u64 *, debugfs_create_x64)
ORIEL_DEBUGFS_NO_VALUE(unsigned long *, debugfs_create_xul)
ORIEL_DEBUGFS_NO_VALUE(size_t *, debugfs_create_size_t)
ORIEL_DEBUGFS_NO_VALUE(atomic_t *, debugfs_create_atomic_t)
ORIEL_DEBUGFS_NO_VALUE(bool *, debugfs_create_bool)
ORIEL_DEBUGFS_NO_VALUE(char **, debugfs_create_str)
ORIEL_DEBUGFS_NO_VALUE(struct debugfs_u32_array *, debugfs_create_u32_array)
ORIEL_DEBUGFS_NO_VALUE(struct debugfs_regset32 *, debugfs_create_regset32)

ORIEL_DEBUGFS_STUB(void, debugfs_print_regs32, struct seq_file *s,
		   const struct debugfs_reg32 *regs, int nregs, void __iomem *base, char *prefix)
{
	(void)s, (void)regs, (void)nregs, (void)base, (void)prefix;
}

ORIEL_DEBUGFS_STUB(void, debugfs_create_devm_seqfile, struct device *dev, const char *name,
		   struct dentry *parent, int (*read_fn)(struct seq_file *s, void *data))
{
	(void)dev, (void)name, (void)parent, (void)read_fn;
}

ORIEL_DEBUGFS_STUB(struct dentry *, debugfs_lookup, const char *name, struct dentry *parent)
{
	(void)name, (void)parent;
	return (struct dentry *)ERR_PTR(-ENODEV);
}

ORIEL_DEBUGFS_STUB(struct dentry *, debugfs_rename, struct dentry *old_dir,
		   struct dentry *old_dentry, struct dentry *new_dir, const char *new_name)
{
	(void)old_dir, (void)old_dentry, (void)new_dir, (void)new_name;
	return (struct dentry *)ERR_PTR(-ENODEV);
}

ORIEL_DEBUGFS_STUB(int, debugfs_change_name, struct dentry *dentry, const char *fmt, ...)
{
	(void)dentry, (void)fmt;
	return -ENODEV;
}

ORIEL_DEBUGFS_STUB(void, debugfs_remove, struct dentry *dentry)
{
	(void)dentry;
}

ORIEL_DEBUGFS_STUB(void, debugfs_lookup_and_remove, const char *name, struct dentry *parent)
{
	(void)name, (void)parent;
}

ORIEL_DEBUGFS_STUB(int, debugfs_file_get, struct dentry *dentry)
{
	(void)dentry;
	return 0;
}

ORIEL_DEBUGFS_STUB(void, debugfs_file_put, struct dentry *dentry)
{
	(void)dentry;
}

ORIEL_DEBUGFS_STUB(const struct file_operations *, debugfs_real_fops, const struct file *file)
{
	(void)file;
	return NULL;
}

#endif /* ORIEL_DISABLE */

ORIEL_END_DECLS

/* A uint64_t may be an unsigned long, which the kernel's u64 is not: both are taken. */
#ifdef __cplusplus
ORIEL_INLINE void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent,
				     unsigned long *value)
{
	debugfs_create_ulong(name, mode, parent, value);
}

ORIEL_INLINE void debugfs_create_x64(const char *name, umode_t mode, struct dentry *parent,
				     unsigned long *value)
{
	debugfs_create_xul(name, mode, parent, value);
}
#elif !defined(ORIEL_INTERNAL)
#define debugfs_create_u64(name, mode, parent, value) \
	(_Generic((value), unsigned long *: debugfs_create_ulong, default: debugfs_create_u64)( \
		name, mode, parent, value))
#define debugfs_create_x64(name, mode, parent, value) \
	(_Generic((value), unsigned long *: debugfs_create_xul, default: debugfs_create_x64)( \
		name, mode, parent, value))
#endif

#endif
