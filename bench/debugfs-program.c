// SPDX-License-Identifier: MIT
/* A program with a number and a text of its own among its files, until its input ends. */
#include <oriel/debugfs.h>
#include <oriel/simple.h>
#include <stdio.h>

static u32 level = 4000000000U;

static ssize_t text_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	(void)file;
	return simple_read_from_buffer(buf, size, pos, "State: ok\n", 10);
}

static const struct file_operations text_fops = { .read = text_read, .llseek = default_llseek };

int main(void)
{
	struct dentry *dir = debugfs_create_dir("bench", NULL);

	debugfs_create_u32("level", 0644, dir, &level);
	debugfs_create_file("text", 0444, dir, NULL, &text_fops);
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
