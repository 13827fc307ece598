// SPDX-License-Identifier: MIT
/*
 * The functions that make files. What each kind of plain value is to its readers stands in
 * domain/value.h; here is only which kind it is.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debugfs/debugfs.h"

#define LONG_KIND(narrow, wide) (sizeof(long) == 8 ? ORL_DFS_##wide : ORL_DFS_##narrow)

bool debugfs_initialized(void)
{
	int err;

	if (!orl_debugfs_may_use())
		return false;
	orl_debugfs_lock();
	err = orl_debugfs_ready_locked();
	orl_debugfs_unlock();
	return !err;
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	struct orl_dnode_spec spec = {
		.name = name, .mode = 0755, .parent = parent, .kind = ORL_DFS_DIR,
	};

	return orl_debugfs_create(&spec);
}

struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *target)
{
	struct orl_dnode_spec spec = {
		.name = name, .mode = 0777, .parent = parent, .kind = ORL_DFS_LINK,
		.target = target ? target : "",
	};

	return orl_debugfs_create(&spec);
}

/* ---- files with functions ---- */

static ssize_t nothing_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	return 0;
}

static ssize_t nothing_write(struct file *file, const char *buf, size_t len, loff_t *pos)
{
	return (ssize_t)len;
}

/* What a file has that was made with no functions: it is empty, and takes whatever is written. */
static const struct file_operations nothing = {
	.llseek = noop_llseek,
	.read = nothing_read,
	.write = nothing_write,
	.open = simple_open,
};

static struct dentry *create_file(const char *name, umode_t mode, struct dentry *parent,
				  void *data, const struct file_operations *fops, loff_t size)
{
	struct orl_dnode_spec spec = {
		.name = name, .mode = mode, .parent = parent, .kind = ORL_DFS_FILE, .data = data,
		.fops = fops ? fops : &nothing, .size = size,
	};

	return orl_debugfs_create(&spec);
}

struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops)
{
	return create_file(name, mode, parent, data, fops, 0);
}

struct dentry *debugfs_create_file_unsafe(const char *name, umode_t mode, struct dentry *parent,
					  void *data, const struct file_operations *fops)
{
	return create_file(name, mode, parent, data, fops, 0);
}

void debugfs_create_file_size(const char *name, umode_t mode, struct dentry *parent, void *data,
			      const struct file_operations *fops, loff_t file_size)
{
	create_file(name, mode, parent, data, fops, file_size);
}

/* ---- plain values ---- */

static struct dentry *create_value(const char *name, umode_t mode, struct dentry *parent,
				   uint32_t kind, void *value)
{
	struct orl_dnode_spec spec = {
		.name = name, .mode = mode, .parent = parent, .kind = kind, .data = value,
	};

	return orl_debugfs_create(&spec);
}

#define CREATE_VALUE(suffix, type, kind)                                                   \
	void debugfs_create_##suffix(const char *name, umode_t mode, struct dentry *parent, \
				     type *value)                                          \
	{                                                                                  \
		create_value(name, mode, parent, kind, value);                             \
	}

CREATE_VALUE(u8, u8, ORL_DFS_U8)
CREATE_VALUE(u16, u16, ORL_DFS_U16)
CREATE_VALUE(u32, u32, ORL_DFS_U32)
CREATE_VALUE(u64, u64, ORL_DFS_U64)
CREATE_VALUE(ulong, unsigned long, LONG_KIND(U32, U64))
CREATE_VALUE(x8, u8, ORL_DFS_X8)
CREATE_VALUE(x16, u16, ORL_DFS_X16)
CREATE_VALUE(x32, u32, ORL_DFS_X32)
CREATE_VALUE(x64, u64, ORL_DFS_X64)
CREATE_VALUE(xul, unsigned long, LONG_KIND(X32, X64))
CREATE_VALUE(size_t, size_t, ORL_DFS_SIZE_T)
CREATE_VALUE(atomic_t, atomic_t, ORL_DFS_ATOMIC)
CREATE_VALUE(bool, bool, ORL_DFS_BOOL)
CREATE_VALUE(str, char *, ORL_DFS_STR)

/* Not for everybody to write, whatever is asked for. */
struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
				   struct debugfs_blob_wrapper *blob)
{
	return create_value(name, mode & 0644, parent, ORL_DFS_BLOB, blob);
}

void debugfs_create_u32_array(const char *name, umode_t mode, struct dentry *parent,
			      struct debugfs_u32_array *array)
{
	create_value(name, mode & 0444, parent, ORL_DFS_U32_ARRAY, array);
}

/* ---- what is there ---- */

static bool is_usable(const void *dentry)
{
	return !IS_ERR(dentry) && orl_debugfs_may_use();
}

struct dentry *debugfs_lookup(const char *name, struct dentry *parent)
{
	struct orl_dnode *folder, *node = NULL;

	if (!name || !*name || !is_usable(parent))
		return NULL;
	orl_debugfs_lock();
	folder = parent ? orl_dnode_of(parent) : orl_debugfs.root;
	if (folder)
		node = orl_debugfs_find_locked(folder, name);
	if (node)
		node->refs++;
	orl_debugfs_unlock();
	return node ? &node->dentry : NULL;
}

void dput(struct dentry *dentry)
{
	if (IS_ERR_OR_NULL(dentry))
		return;
	orl_debugfs_lock();
	orl_debugfs_put_locked(orl_dnode_of(dentry));
	orl_debugfs_unlock();
}

void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
{
	struct dentry *dentry = debugfs_lookup(name, parent);

	debugfs_remove(dentry);
	dput(dentry);
}

static int rename_locked(struct orl_dnode *node, struct orl_dnode *folder, const char *name)
{
	char *copy;
	int err = orl_debugfs_ready_locked();

	if (!err)
		err = orl_debugfs_check_locked(folder, name);
	if (err)
		return err;
	for (struct orl_dnode *up = folder; up; up = up->parent) {
		if (up == node)
			return -EINVAL;
	}
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	free(node->name);
	node->name = copy;
	node->dentry.d_name.name = copy;
	node->dentry.d_name.len = (unsigned int)strlen(copy);
	orl_debugfs_unlink_locked(node);
	orl_debugfs_link_locked(node, folder);
	orl_debugfs_nodes_publish(node);
	return 0;
}

struct dentry *debugfs_rename(struct dentry *old_dir, struct dentry *old_dentry,
			      struct dentry *new_dir, const char *new_name)
{
	struct orl_dnode *node;
	int err = -EINVAL;

	if (IS_ERR(old_dir))
		return old_dir;
	if (IS_ERR(new_dir))
		return new_dir;
	if (IS_ERR_OR_NULL(old_dentry))
		return old_dentry;
	if (!orl_debugfs_may_use())
		return ERR_PTR(-EDEADLK);
	node = orl_dnode_of(old_dentry);
	orl_debugfs_lock();
	if (node->parent && !node->dead)
		err = rename_locked(node, new_dir ? orl_dnode_of(new_dir) : orl_debugfs.root,
				    new_name);
	orl_debugfs_unlock();
	if (err == -EEXIST)
		err = -EINVAL;
	return err ? ERR_PTR(err) : old_dentry;
}

int debugfs_change_name(struct dentry *dentry, const char *fmt, ...)
{
	struct orl_dnode *node;
	char *name = NULL;
	va_list args;
	int len, err = -EINVAL;

	if (IS_ERR_OR_NULL(dentry))
		return 0;
	if (!orl_debugfs_may_use())
		return -EDEADLK;
	va_start(args, fmt);
	len = vasprintf(&name, fmt, args);
	va_end(args);
	if (len < 0)
		return -ENOMEM;
	node = orl_dnode_of(dentry);
	orl_debugfs_lock();
	if (node->parent && !node->dead)
		err = strcmp(node->name, name) ? rename_locked(node, node->parent, name) : 0;
	orl_debugfs_unlock();
	free(name);
	return err;
}
