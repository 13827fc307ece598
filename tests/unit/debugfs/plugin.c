// SPDX-License-Identifier: MIT
/*
 * A driver in an object that is loaded and unloaded, with another copy of the library.
 */
#include <oriel/debugfs.h>

#include <string.h>

#include "plugin.h"

static struct dentry *dir;
static int *released_count;

static ssize_t plug_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	return simple_read_from_buffer(buf, len, pos, "plugin\n", 7);
}

static int plug_release(struct inode *inode, struct file *file)
{
	++*released_count;
	return 0;
}

static const struct file_operations fops = { .read = plug_read, .release = plug_release };

int plugin_begin(int *released)
{
	released_count = released;
	dir = debugfs_create_dir("plugin", NULL);
	return PTR_ERR_OR_ZERO(debugfs_create_file("file", 0444, dir, NULL, &fops));
}

void plugin_end(void)
{
	debugfs_remove(dir);
}
