/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own error numbers. The C library includes <linux/errno.h> for those that it shows,
 * which are passed on; so nothing else may be included here.
 */
#ifndef ORIEL_LINUX_ERRNO_H
#define ORIEL_LINUX_ERRNO_H

#pragma GCC system_header
#include_next <linux/errno.h>

#ifndef ERESTARTSYS
#define ERESTARTSYS 512			/* an interrupted wait; whoever asked gets EINTR */
#endif
#define ERESTARTNOINTR 513
#define ENOIOCTLCMD 515
#define EPROBE_DEFER 517
#define ENOPARAM 519
#define ENOTSUPP 524

#endif
