/* SPDX-License-Identifier: MIT */
/*
 * Files and their functions. The user-space header of this name, which has the numbers of ioctls on
 * files and disks, is passed on.
 */
#ifndef ORIEL_LINUX_FS_H
#define ORIEL_LINUX_FS_H

#pragma GCC system_header
#include_next <linux/fs.h>

#include <linux/err.h>
#include <linux/export.h>
#include <linux/types.h>
#include <oriel/fs.h>
#include <oriel/simple.h>

#endif
