// SPDX-License-Identifier: MIT
/* The library's formatter, for programs. */
#define ORIEL_INTERNAL
#pragma GCC visibility push(default)
#include <oriel/sprintf.h>
#pragma GCC visibility pop

#include "runtime/text.h"

int oriel_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	return orl_vsnprintf(buf, size, fmt, args);
}
