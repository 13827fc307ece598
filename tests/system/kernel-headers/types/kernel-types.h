/* SPDX-License-Identifier: MIT */
/*
 * The test's own declarations of the kernel's types, as far as trace headers touch them. Sizes and
 * signs of what events store are the kernel's; the rest is there to compile, and its functions
 * give back what lies at hand.
 */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <linux/kdev_t.h>
#include <linux/types.h>

#include <arpa/inet.h>
#include <limits.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "basics.h"
#include "task.h"
#include "timers.h"
#include "mm.h"
#include "block.h"
#include "device.h"
#include "net.h"
#include "sockets.h"
#include "buses.h"
#include "reclaim.h"
#include "further.h"

#endif
