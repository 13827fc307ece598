/* SPDX-License-Identifier: MIT */
/* Not more than so many in so much time; all of it is Oriel's own. */
#ifndef ORIEL_LINUX_RATELIMIT_H
#define ORIEL_LINUX_RATELIMIT_H

#include <oriel/ratelimit.h>

#endif
