// SPDX-License-Identifier: MIT
/*
 * A driver in the kernel's style that shows its insides: the same source is a kernel module
 * (Kbuild) and, with include/oriel-linux, a part of a program.
 *
 *   <debugfs>/my_driver/debug_level   how much it says: read and written as a number
 *   <debugfs>/my_driver/firmware      the bytes that were loaded into the device
 *   <debugfs>/my_driver/status        "State: running\nErrors: 3\n"
 *   events my_driver:*                each request, and each that failed
 *   pr_debug()                        switched one by one, by dynamic_debug/control
 *
 * There is no device: a thread makes up requests, one every interval_ms, of which every
 * errors_every-th fails.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#define CREATE_TRACE_POINTS
#include "my_driver_trace.h"

#define FIRMWARE_SIZE 64
#define STATUS_MAX 64

static unsigned int interval_ms = 100;
module_param(interval_ms, uint, 0444);
MODULE_PARM_DESC(interval_ms, "time between two requests, in milliseconds");

static unsigned int errors_every = 10;
module_param(errors_every, uint, 0444);
MODULE_PARM_DESC(errors_every, "how many requests until one fails; 0: none does");

struct my_driver {
	struct mutex lock;		/* of state */
	const char *state;
	atomic_t errors;
	u32 debug_level;
	struct debugfs_blob_wrapper firmware;
	struct dentry *dir;
	struct task_struct *thread;
};

static struct my_driver *driver;

static void set_state(struct my_driver *drv, const char *state)
{
	mutex_lock(&drv->lock);
	pr_debug("state %s -> %s\n", drv->state, state);
	drv->state = state;
	mutex_unlock(&drv->lock);
}

/* ---- requests ---- */

static int do_request(struct my_driver *drv, unsigned int nr)
{
	unsigned int sector = nr * 8, len = 512 << (nr % 4);

	trace_my_driver_request(sector, len, nr % 2);
	pr_debug("request %u: sector %u, %u bytes\n", nr, sector, len);
	if (drv->debug_level >= 2)
		pr_info("request %u\n", nr);
	if (!errors_every || nr % errors_every)
		return 0;
	trace_my_driver_error(sector, -EIO, drv->state);
	return -EIO;
}

static int work(void *data)
{
	struct my_driver *drv = data;
	unsigned int nr = 0;

	set_state(drv, "running");
	while (!kthread_should_stop()) {
		int err = do_request(drv, ++nr);

		if (err) {
			atomic_inc(&drv->errors);
			pr_debug("request %u failed: %d\n", nr, err);
		}
		msleep_interruptible(interval_ms);
	}
	set_state(drv, "stopped");
	return 0;
}

/* ---- files ---- */

static ssize_t status_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	struct my_driver *drv = file->private_data;
	char text[STATUS_MAX];
	int len;

	mutex_lock(&drv->lock);
	len = scnprintf(text, sizeof(text), "State: %s\nErrors: %d\n", drv->state,
			atomic_read(&drv->errors));
	mutex_unlock(&drv->lock);
	return simple_read_from_buffer(buf, count, ppos, text, len);
}

static const struct file_operations status_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = status_read,
	.llseek = default_llseek,
};

/* Nobody looks at what these return: a driver works with and without its files. */
static void make_files(struct my_driver *drv)
{
	drv->dir = debugfs_create_dir("my_driver", NULL);
	debugfs_create_u32("debug_level", 0644, drv->dir, &drv->debug_level);
	debugfs_create_blob("firmware", 0444, drv->dir, &drv->firmware);
	debugfs_create_file("status", 0444, drv->dir, drv, &status_fops);
}

/* ---- the module ---- */

static int load_firmware(struct my_driver *drv)
{
	char *bytes = kzalloc(FIRMWARE_SIZE, GFP_KERNEL);

	if (!bytes)
		return -ENOMEM;
	strscpy(bytes, "MYFW 1.0", FIRMWARE_SIZE);
	drv->firmware.data = bytes;
	drv->firmware.size = FIRMWARE_SIZE;
	return 0;
}

static void free_driver(struct my_driver *drv)
{
	debugfs_remove(drv->dir);
	kfree(drv->firmware.data);
	kfree(drv);
}

static int __init my_driver_init(void)
{
	struct my_driver *drv = kzalloc(sizeof(*drv), GFP_KERNEL);
	int err;

	if (!drv)
		return -ENOMEM;
	mutex_init(&drv->lock);
	drv->state = "starting";
	drv->debug_level = 1;
	err = load_firmware(drv);
	if (err) {
		kfree(drv);
		return err;
	}
	make_files(drv);
	drv->thread = kthread_run(work, drv, "my_driver");
	if (IS_ERR(drv->thread)) {
		err = PTR_ERR(drv->thread);
		free_driver(drv);
		return err;
	}
	driver = drv;
	pr_info("loaded, %u ms between requests\n", interval_ms);
	return 0;
}

static void __exit my_driver_exit(void)
{
	kthread_stop(driver->thread);
	pr_info("%d errors\n", atomic_read(&driver->errors));
	free_driver(driver);
}

module_init(my_driver_init);
module_exit(my_driver_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A driver that shows its insides, in the kernel and in a program");
