/* SPDX-License-Identifier: MIT */
/* Attributes; all of them are in one header. */
#ifndef ORIEL_LINUX_COMPILER_ATTRIBUTES_H
#define ORIEL_LINUX_COMPILER_ATTRIBUTES_H

#include <linux/compiler.h>

#endif
