// SPDX-License-Identifier: MIT
/* Lines of another source file. */
#include "lines.h"

void lines_other(const char *what)
{
	pr_debug("from %s\n", what);
}
