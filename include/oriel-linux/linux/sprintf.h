/* SPDX-License-Identifier: MIT */
/* Text into buffers; all of it is Oriel's own. */
#ifndef ORIEL_LINUX_SPRINTF_H
#define ORIEL_LINUX_SPRINTF_H

#include <linux/types.h>
#include <oriel/sprintf.h>

#endif
