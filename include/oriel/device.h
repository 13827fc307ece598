/* SPDX-License-Identifier: MIT */
/*
 * A device for programs that have none of their own: what dev_err() and its like print of it, with
 * the kernel's names (linux/device.h).
 */
#ifndef ORIEL_DEVICE_H
#define ORIEL_DEVICE_H

#include <oriel/dev_printk.h>

ORIEL_BEGIN_DECLS

struct device_driver {
	const char *name;
};

struct device {
	struct device *parent;
	const char *init_name;
	struct device_driver *driver;	/* or NULL */
	void *driver_data;
};

ORIEL_INLINE const char *dev_name(const struct device *dev)
{
	return dev->init_name ? dev->init_name : "";
}

ORIEL_INLINE const char *dev_driver_string(const struct device *dev)
{
	return dev->driver && dev->driver->name ? dev->driver->name : "";
}

ORIEL_INLINE void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

ORIEL_INLINE void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

ORIEL_END_DECLS

#endif
