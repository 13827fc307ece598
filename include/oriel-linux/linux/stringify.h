/* SPDX-License-Identifier: MIT */
#ifndef ORIEL_LINUX_STRINGIFY_H
#define ORIEL_LINUX_STRINGIFY_H

/* Of the arguments after their macros are expanded, as one string. */
#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)

#endif
