/* SPDX-License-Identifier: MIT */
/* Waiting until something holds. */
#ifndef ORIEL_LINUX_WAIT_H
#define ORIEL_LINUX_WAIT_H

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/types.h>
#include <oriel/wait.h>

#endif
