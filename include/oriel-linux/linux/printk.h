/* SPDX-License-Identifier: MIT */
/* Lines that are printed; all of it is Oriel's own. */
#ifndef ORIEL_LINUX_PRINTK_H
#define ORIEL_LINUX_PRINTK_H

#include <linux/types.h>
#include <oriel/printk.h>

#endif
