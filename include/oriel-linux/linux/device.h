/* SPDX-License-Identifier: MIT */
/*
 * A device, for what dev_err() and its like print of it. Memory of devm_kzalloc() belongs to the
 * program: devices here do not go away.
 */
#ifndef ORIEL_LINUX_DEVICE_H
#define ORIEL_LINUX_DEVICE_H

#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <oriel/device.h>

#define devm_kmalloc(dev, size, flags) ((void)(dev), kmalloc(size, flags))
#define devm_kzalloc(dev, size, flags) ((void)(dev), kzalloc(size, flags))
#define devm_kcalloc(dev, n, size, flags) ((void)(dev), kcalloc(n, size, flags))
#define devm_kfree(dev, p) ((void)(dev), kfree(p))

#endif
