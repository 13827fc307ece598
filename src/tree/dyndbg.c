// SPDX-License-Identifier: MIT
/*
 * dynamic_debug/control, of the domain and of one process.
 */
#include "tree/kinds.h"

const struct orl_kind orl_kinds_dyndbg[] = {
	{ NULL },
};
