/* SPDX-License-Identifier: MIT */
/*
 * A device, for what dev_err() and its like print of it. Memory of devm_kzalloc() belongs to the
 * program: devices here do not go away.
 */
#pragma GCC system_header
/* To trace headers, the program's own header: see fs.h. */
#if defined(TRACE_SYSTEM) && __INCLUDE_LEVEL__ > 1 && !defined(ORIEL_LINUX_DRIVER)
#if __has_include_next(<linux/device.h>)
#include_next <linux/device.h>
#endif
#else
#ifndef ORIEL_LINUX_DEVICE_H
#define ORIEL_LINUX_DEVICE_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <oriel/device.h>

/** root_device_register() - a device of this name, kept by pointer, or ERR_PTR(-ENOMEM) */
__maybe_unused static inline struct device *root_device_register(const char *name)
{
	struct device *dev = (struct device *)kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return (struct device *)ERR_PTR(-ENOMEM);
	dev->init_name = name;
	return dev;
}

#define root_device_unregister(dev) kfree(dev)

#define devm_kmalloc(dev, size, flags) ((void)(dev), kmalloc(size, flags))
#define devm_kzalloc(dev, size, flags) ((void)(dev), kzalloc(size, flags))
#define devm_kcalloc(dev, n, size, flags) ((void)(dev), kcalloc(n, size, flags))
#define devm_kmalloc_array(dev, n, size, flags) ((void)(dev), kmalloc_array(n, size, flags))
#define devm_kstrdup(dev, s, flags) ((void)(dev), kstrdup(s, flags))
#define devm_kmemdup(dev, from, len, flags) ((void)(dev), kmemdup(from, len, flags))
#define devm_kasprintf(dev, flags, ...) ((void)(dev), kasprintf(flags, __VA_ARGS__))
#define devm_kfree(dev, p) ((void)(dev), kfree(p))

#endif
#endif
