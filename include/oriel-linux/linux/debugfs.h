/* SPDX-License-Identifier: MIT */
/* A program's files; all of it is Oriel's own. */
#ifndef ORIEL_LINUX_DEBUGFS_H
#define ORIEL_LINUX_DEBUGFS_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <oriel/debugfs.h>

#endif
