/* SPDX-License-Identifier: MIT */
/* Errors in pointers. */
#ifndef ORIEL_LINUX_ERR_H
#define ORIEL_LINUX_ERR_H

#include <linux/errno.h>
#include <linux/types.h>
#include <oriel/err.h>

#define IS_ERR_OR_NULL_PTR(ptr) IS_ERR_OR_NULL(ptr)

#endif
