// SPDX-License-Identifier: MIT
/* Lines that are on from the start where the program is built so, and lines without a prefix. */
#ifdef ROLE_DEBUG
#define DEBUG
#endif
#include "lines.h"

void lines_default(void)
{
	pr_debug("from the start\n");
#ifdef ROLE_DEBUG
	trace_printk("to the ring %d\n", 5);
#endif
}
