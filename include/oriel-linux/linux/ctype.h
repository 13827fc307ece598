/* SPDX-License-Identifier: MIT */
/* Kinds of characters: the C library's, in the program's locale. */
#ifndef ORIEL_LINUX_CTYPE_H
#define ORIEL_LINUX_CTYPE_H

#include <ctype.h>

#endif
