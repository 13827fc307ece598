// SPDX-License-Identifier: MIT
/* A shared object with a line. */
#include "lines.h"

void plugin_run(void);

void plugin_run(void)
{
	pr_debug("in the plugin\n");
}
