// SPDX-License-Identifier: MIT
/*
 * A program with files of every kind, that does what it is told on its standard input: one line is
 * one command, answered by one line.
 */
#include <errno.h>
#include <oriel/debugfs.h>
#include <oriel/seq_file.h>
#include <oriel/simple.h>
#include <oriel/wait.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static u32 level = 3, secret = 42;
static char *name;
static char firmware[300000];
static struct debugfs_blob_wrapper blob = { firmware, sizeof(firmware) };
static u32 numbers[] = { 1, 2, 3 };
static struct debugfs_u32_array array = { numbers, 3 };
static struct dentry *top, *pipe_file;
static int resets, released;

static int status_show(struct seq_file *s, void *v)
{
	(void)v;
	seq_printf(s, "State: %s\nErrors: %d\n", "ok", resets);
	return 0;
}

static int status_open(struct inode *inode, struct file *file)
{
	return single_open(file, status_show, inode->i_private);
}

static ssize_t status_write(struct file *file, const char __user *buf, size_t size, loff_t *pos)
{
	(void)file;
	(void)pos;
	if (strncmp(buf, "reset", 5))
		return -EINVAL;
	resets++;
	return (ssize_t)size;
}

static const struct file_operations status_fops = {
	.open = status_open, .read = seq_read, .write = status_write, .llseek = seq_lseek,
	.release = single_release,
};

/* ---- what waits ---- */

static DECLARE_WAIT_QUEUE_HEAD(queue);
static char message[64];
static int has_message;

static ssize_t pipe_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	size_t len;

	(void)pos;
	if (!__atomic_load_n(&has_message, __ATOMIC_ACQUIRE) && (file->f_flags & O_NONBLOCK))
		return -EAGAIN;
	if (wait_event_interruptible(queue, __atomic_load_n(&has_message, __ATOMIC_ACQUIRE)))
		return -ERESTARTSYS;
	len = strlen(message) < size ? strlen(message) : size;
	memcpy(buf, message, len);
	__atomic_store_n(&has_message, 0, __ATOMIC_RELEASE);
	return (ssize_t)len;
}

static __poll_t pipe_poll(struct file *file, struct poll_table_struct *wait)
{
	poll_wait(file, &queue, wait);
	return __atomic_load_n(&has_message, __ATOMIC_ACQUIRE) ? POLLIN | POLLRDNORM : 0;
}

static int pipe_release(struct inode *inode, struct file *file)
{
	(void)inode;
	(void)file;
	__atomic_add_fetch(&released, 1, __ATOMIC_RELEASE);
	return 0;
}

static const struct file_operations pipe_fops = {
	.read = pipe_read, .poll = pipe_poll, .release = pipe_release,
};

/* ---- what goes wrong ---- */

static int hung;

static ssize_t hang_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	(void)file, (void)buf, (void)size, (void)pos;
	__atomic_store_n(&hung, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&hung, __ATOMIC_ACQUIRE))
		usleep(1000);
	return 0;
}

static const struct file_operations hang_fops = { .read = hang_read };

static ssize_t crash_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	(void)file, (void)buf, (void)size, (void)pos;
	abort();
}

static const struct file_operations crash_fops = { .read = crash_read };

static void make_files(void)
{
	name = strdup("oriel");
	memset(firmware, 0xa5, sizeof(firmware));
	top = debugfs_create_dir("my_driver", NULL);
	debugfs_create_u32("debug_level", 0644, top, &level);
	debugfs_create_u32("secret", 0600, top, &secret);
	debugfs_create_str("name", 0644, top, &name);
	debugfs_create_blob("firmware", 0444, top, &blob);
	debugfs_create_u32_array("numbers", 0444, top, &array);
	debugfs_create_file("status", 0644, top, NULL, &status_fops);
	pipe_file = debugfs_create_file("pipe", 0444, top, NULL, &pipe_fops);
	debugfs_create_file("hang", 0444, top, NULL, &hang_fops);
	debugfs_create_file("crash", 0444, top, NULL, &crash_fops);
	debugfs_create_symlink("level", NULL, "my_driver/debug_level");
}

static void say(const char *text)
{
	printf("%s\n", text);
	fflush(stdout);
}

/* The child answers for itself until its input ends, then the parent goes on. */
static void do_fork(void)
{
	pid_t child = fork();

	if (child) {
		waitpid(child, NULL, 0);
		say("alone");
		return;
	}
	level = 100;
	printf("%d\n", (int)getpid());
	fflush(stdout);
}

static int obey(char *line)
{
	char *word = strchr(line, ' ');

	if (word)
		*word++ = '\0';
	if (!strcmp(line, "level"))
		return printf("%u\n", level);
	if (!strcmp(line, "name"))
		return printf("%s\n", name);
	if (!strcmp(line, "released"))
		return printf("%d\n", __atomic_load_n(&released, __ATOMIC_ACQUIRE));
	if (!strcmp(line, "hung"))
		return printf("%d\n", __atomic_load_n(&hung, __ATOMIC_ACQUIRE));
	if (!strcmp(line, "unhang"))
		__atomic_store_n(&hung, 0, __ATOMIC_RELEASE);
	if (!strcmp(line, "put")) {
		snprintf(message, sizeof(message), "%s\n", word ? word : "");
		__atomic_store_n(&has_message, 1, __ATOMIC_RELEASE);
		wake_up_interruptible(&queue);
	}
	if (!strcmp(line, "remove-pipe"))
		debugfs_remove(pipe_file);
	if (!strcmp(line, "remove"))
		debugfs_remove(top);
	if (!strcmp(line, "undumpable"))
		prctl(PR_SET_DUMPABLE, 0);
	if (!strcmp(line, "exit"))
		_exit(0);
	if (!strcmp(line, "fork")) {
		do_fork();
		return 0;
	}
	return printf("ok\n");
}

int main(void)
{
	char line[256];

	make_files();
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		obey(line);
		fflush(stdout);
	}
	return 0;
}
