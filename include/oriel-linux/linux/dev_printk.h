/* SPDX-License-Identifier: MIT */
/* Lines about a device; all of it is Oriel's own. */
#ifndef ORIEL_LINUX_DEV_PRINTK_H
#define ORIEL_LINUX_DEV_PRINTK_H

#include <linux/printk.h>
#include <oriel/dev_printk.h>

#endif
