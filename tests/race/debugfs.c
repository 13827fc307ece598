// SPDX-License-Identifier: MIT
/*
 * A tree of files under threads that make, rename and remove them, and peers that read, write, poll
 * and sleep in them.
 *
 * What a file's functions look at is an object that is poisoned and freed as soon as removal has
 * returned: a function that runs later is seen by the object's mark, or by a sanitizer. In the end
 * each open file was released once, and no node is left.
 *
 *   race-debugfs SECONDS
 */
#include <errno.h>
#include <oriel/debugfs.h>
#include <oriel/wait.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../unit/debugfs/client.h"

#define NR_MAKERS 8
#define NR_READERS 4
#define NR_NAMES 12
#define MARK 0x0b7ec7U

struct object {
	unsigned int mark;
	u32 value;
	int id;
	wait_queue_head_t queue;
};

static int slot, stop;
static struct dentry *shared;
static unsigned long opened, released, served, ran;

static void fail(const char *what, long value)
{
	printf("FAILED: %s (%ld)\n", what, value);
	fflush(stdout);
	abort();
}

static void check(const struct object *o)
{
	if (o->mark != MARK)
		fail("a function ran after its file was removed", o->id);
	__atomic_fetch_add(&ran, 1, __ATOMIC_RELAXED);
}

/* ---- the functions of files ---- */

static int object_open(struct inode *inode, struct file *file)
{
	check(inode->i_private);
	file->private_data = inode->i_private;
	__atomic_fetch_add(&opened, 1, __ATOMIC_RELAXED);
	return 0;
}

static int object_release(struct inode *inode, struct file *file)
{
	check(file->private_data);
	__atomic_fetch_add(&released, 1, __ATOMIC_RELAXED);
	return 0;
}

static ssize_t object_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	const struct object *o = file->private_data;
	char text[32];
	int n;

	check(o);
	n = snprintf(text, sizeof(text), "id %d\n", o->id);
	return simple_read_from_buffer(buf, len, pos, text, (size_t)n);
}

static ssize_t object_write(struct file *file, const char *buf, size_t len, loff_t *pos)
{
	check(file->private_data);
	return (ssize_t)len;
}

static __poll_t object_poll(struct file *file, poll_table *wait)
{
	struct object *o = file->private_data;

	check(o);
	poll_wait(file, &o->queue, wait);
	return 0;
}

/* Sleeps until its file is removed, or its reader goes. */
static ssize_t sleepy_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	struct object *o = file->private_data;
	int err;

	check(o);
	err = wait_event_interruptible(o->queue, 0);
	check(o);
	return err;
}

static const struct file_operations plain_fops = {
	.open = object_open, .read = object_read, .write = object_write, .poll = object_poll,
	.release = object_release, .llseek = default_llseek,
};
static const struct file_operations sleepy_fops = {
	.open = object_open, .read = sleepy_read, .poll = object_poll, .release = object_release,
};

/* ---- makers ---- */

static unsigned int roll(unsigned int *seed)
{
	*seed = *seed * 1103515245U + 12345U;
	return *seed >> 16;
}

/* One round of a maker's own folder: its files and their object come and go together. */
static void round_of(int maker, unsigned int *seed)
{
	struct object *o = calloc(1, sizeof(*o));
	char name[16];
	struct dentry *dir, *file, *sub;

	o->mark = MARK;
	o->id = maker;
	init_waitqueue_head(&o->queue);
	snprintf(name, sizeof(name), "m%d", maker);
	dir = debugfs_create_dir(name, NULL);
	if (IS_ERR(dir))
		fail("a folder cannot be made", PTR_ERR(dir));
	file = debugfs_create_file("file", 0644, dir, o, &plain_fops);
	debugfs_create_file("sleepy", 0444, dir, o, &sleepy_fops);
	debugfs_create_u32("value", 0644, dir, &o->value);
	debugfs_create_symlink("link", dir, "file");
	sub = debugfs_create_dir("sub", dir);
	for (unsigned int i = roll(seed) % 40; i; i--) {
		unsigned int what = roll(seed) % 8;

		if (what == 0)
			debugfs_rename(dir, file, roll(seed) % 2 ? sub : dir, "file");
		else if (what == 1)
			wake_up(&o->queue);
		else if (what == 2 && !debugfs_file_get(file))
			debugfs_file_put(file);
		else
			sched_yield();
	}
	if (roll(seed) % 2)
		debugfs_remove(file);
	debugfs_remove(dir);
	memset(o, 0xdd, sizeof(*o));
	free(o);
}

/* Names that all makers fight for. */
static void fight(unsigned int *seed)
{
	static struct object ours = { .mark = MARK, .id = 99 };
	unsigned int which = roll(seed) % NR_NAMES;
	struct dentry *dentry;
	char name[16];

	snprintf(name, sizeof(name), "s%u", which);
	if (roll(seed) % 2) {
		dentry = debugfs_create_file(name, 0644, shared, &ours, &plain_fops);
		if (IS_ERR(dentry) && PTR_ERR(dentry) != -EEXIST)
			fail("a file cannot be made", PTR_ERR(dentry));
	} else {
		debugfs_lookup_and_remove(name, shared);
	}
}

static void *make_files(void *arg)
{
	int maker = (int)(intptr_t)arg;
	unsigned int seed = (unsigned int)maker * 7919U + 1;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		round_of(maker, &seed);
		for (unsigned int i = 0; i < 4; i++)
			fight(&seed);
	}
	return NULL;
}

/* ---- readers ---- */

static void expect(int result, int length)
{
	if (result != length && result != -EIO && result != NO_ANSWER)
		fail("an operation went wrong", result);
	if (result == length)
		__atomic_fetch_add(&served, 1, __ATOMIC_RELAXED);
}

static void use_file(int fd, int id, unsigned int *seed)
{
	char text[32], buf[32];
	int len = snprintf(text, sizeof(text), "id %d\n", id);
	uint32_t events;
	int n = file_read(fd, 0, buf, sizeof(buf));

	expect(n, len);
	if (n == len && memcmp(buf, text, (size_t)len))
		fail("another file's text", id);
	if (roll(seed) % 2)
		expect(file_write(fd, 0, "some text", 9), 9);
	if (roll(seed) % 2)
		expect(file_poll(fd, POLLIN, &events), 0);
	expect(file_seek(fd, 3, SEEK_SET) == 3 ? 0 : -EIO, 0);
}

/* Has a read sleep, and goes or waits for its end. */
static void sleep_in(int fd, unsigned int *seed)
{
	struct orl_dfs_request r = { .len = 8, .flags = POLLIN };
	struct orl_dfs_answer a;
	int result;

	ask(fd, roll(seed) % 2 ? ORL_DFS_READ : ORL_DFS_WAIT, &r, NULL);
	if (roll(seed) % 2)
		ask(fd, ORL_DFS_CANCEL, &r, NULL);
	else if (roll(seed) % 2)
		return;
	do
		result = answer_get(fd, &a, NULL);
	while (result == ORL_DFS_SLEEPS);
	if (result != -EINTR && result != -EIO && result != 0 && result != NO_ANSWER)
		fail("a sleep ended in an odd way", result);
}

static void *read_files(void *arg)
{
	unsigned int seed = (unsigned int)(intptr_t)arg * 104729U + 5;
	static const char *const names[] = { "m%d/file", "m%d/sleepy", "m%d/value" };

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		unsigned int what = roll(&seed) % 4;
		int id = (int)(roll(&seed) % (what == 3 ? NR_NAMES : NR_MAKERS)), err, fd;
		char path[32];

		if (what == 3)
			snprintf(path, sizeof(path), "shared/s%d", id);
		else
			snprintf(path, sizeof(path), names[what], id);
		fd = file_open(slot, path, what == 1 ? O_RDONLY : O_RDWR, &err);
		if (!err && what == 1)
			sleep_in(fd, &seed);
		else if (!err && what == 2)
			expect(file_write(fd, 0, "77", 2), 2);
		else if (!err)
			use_file(fd, what == 3 ? 99 : id, &seed);
		else if (err != -ENOENT && err != NO_ANSWER)
			fail("a file cannot be opened", err);
		close(fd);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned int seconds = argc > 1 ? (unsigned int)atoi(argv[1]) : 5;
	pthread_t threads[NR_MAKERS + NR_READERS];
	unsigned long count;

	if (getenv("ORIEL_LOAD_SECONDS") && argc < 2)
		seconds = (unsigned int)atoi(getenv("ORIEL_LOAD_SECONDS"));
	place_begin(argv);
	shared = debugfs_create_dir("shared", NULL);
	debugfs_create_file("keep", 0444, shared, NULL, NULL);
	slot = place_slot((uint32_t)getpid());
	for (intptr_t i = 0; i < NR_MAKERS + NR_READERS; i++)
		pthread_create(&threads[i], NULL, i < NR_MAKERS ? make_files : read_files,
			       (void *)i);
	sleep(seconds);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < NR_MAKERS + NR_READERS; i++)
		pthread_join(threads[i], NULL);
	debugfs_remove(shared);
	count = __atomic_load_n(&opened, __ATOMIC_SEQ_CST);
	if (count != __atomic_load_n(&released, __ATOMIC_SEQ_CST))
		fail("files that were not released", (long)(count - released));
	if (node_count(slot) != 1)
		fail("nodes that are left", node_count(slot) - 1);
	if (!served || !opened)
		fail("nothing was read", 0);
	printf("ok: %lu files opened and released, %lu operations, %lu calls\n", opened, served,
	       ran);
	place_end();
	return 0;
}
