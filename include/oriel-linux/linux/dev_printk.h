/* SPDX-License-Identifier: MIT */
/* Lines about a device: Oriel's own, and one that gives its error back. */
#ifndef ORIEL_LINUX_DEV_PRINTK_H
#define ORIEL_LINUX_DEV_PRINTK_H

#include <linux/err.h>
#include <linux/printk.h>
#include <oriel/dev_printk.h>

/** dev_err_probe() - @err, with a line that has it; -EPROBE_DEFER goes to dynamic debug */
#define dev_err_probe(dev, err, fmt, ...)                                                          \
	__extension__({                                                                            \
		int oriel_probe = (err);                                                           \
												   \
		if (oriel_probe == -EPROBE_DEFER)                                                  \
			dynamic_dev_dbg(dev, "error %pe: " fmt, ERR_PTR(oriel_probe),              \
					##__VA_ARGS__);                                            \
		else                                                                               \
			ORIEL_DEV_CALL(PRINTK, KERN_ERR, dev, "error %pe: " fmt,                   \
				       ERR_PTR(oriel_probe), ##__VA_ARGS__);                       \
		oriel_probe;                                                                       \
	})

#endif
