/* SPDX-License-Identifier: MIT */
/* Lines of bytes; all of it is Oriel's own. */
#ifndef ORIEL_LINUX_HEXDUMP_H
#define ORIEL_LINUX_HEXDUMP_H

#include <oriel/hexdump.h>

#endif
