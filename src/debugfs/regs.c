// SPDX-License-Identifier: MIT
/*
 * Two kinds of files that are made of seq_file: registers, and what one function shows.
 */
#include <errno.h>
#include <stdlib.h>

#include "debugfs/debugfs.h"

void debugfs_print_regs32(struct seq_file *s, const struct debugfs_reg32 *regs, int nregs,
			  void *base, char *prefix)
{
	for (int i = 0; i < nregs && !seq_has_overflowed(s); i++) {
		const uint32_t *at =
			(const uint32_t *)(const void *)((char *)base + regs[i].offset);

		seq_printf(s, "%s%s = 0x%08x\n", prefix ? prefix : "", regs[i].name,
			   __atomic_load_n(at, __ATOMIC_RELAXED));
	}
}

static int regset_show(struct seq_file *s, void *unused)
{
	const struct debugfs_regset32 *set = s->private;

	debugfs_print_regs32(s, set->regs, set->nregs, set->base, NULL);
	return 0;
}

static int regset_open(struct inode *inode, struct file *file)
{
	return single_open(file, regset_show, inode->i_private);
}

static const struct file_operations regset_fops = {
	.open = regset_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

void debugfs_create_regset32(const char *name, umode_t mode, struct dentry *parent,
			     struct debugfs_regset32 *regset)
{
	debugfs_create_file(name, mode, parent, regset, &regset_fops);
}

struct device_file {
	int (*show)(struct seq_file *s, void *data);
	struct device *dev;
};

static int device_open(struct inode *inode, struct file *file)
{
	const struct device_file *f = inode->i_private;

	return single_open(file, f->show, f->dev);
}

static const struct file_operations device_fops = {
	.open = device_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

void debugfs_create_devm_seqfile(struct device *dev, const char *name, struct dentry *parent,
				 int (*read_fn)(struct seq_file *s, void *data))
{
	struct device_file *f = malloc(sizeof(*f));
	struct orl_dnode_spec spec = {
		.name = name, .mode = 0444, .parent = parent, .kind = ORL_DFS_FILE, .data = f,
		.fops = &device_fops, .owned = f,
	};

	if (!f)
		return;
	f->show = read_fn;
	f->dev = dev;
	orl_debugfs_create(&spec);
}
