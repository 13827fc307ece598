/* SPDX-License-Identifier: MIT */
/*
 * Files and their functions. The user-space header of this name, which has the numbers of ioctls on
 * files and disks, is passed on.
 */
#pragma GCC system_header
#include_next <linux/fs.h>

/*
 * The kernel's trace headers include this one for types that only the kernel has. Where one of them
 * does, in a program that is no driver, it gets the program's own header of this name. So do
 * device.h, ktime.h, kthread.h and sched.h.
 */
#if !defined(TRACE_SYSTEM) || __INCLUDE_LEVEL__ < 2 || defined(ORIEL_LINUX_DRIVER)
#ifndef ORIEL_LINUX_FS_H
#define ORIEL_LINUX_FS_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/err.h>
#include <linux/export.h>
#include <linux/stat.h>
#include <linux/types.h>
#include <oriel/fs.h>
#include <oriel/simple.h>

#endif
#endif
