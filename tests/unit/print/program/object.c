// SPDX-License-Identifier: MIT
/* A shared object. */
#include "sites.h"

void print_from_object(void)
{
	pr_debug("object %d\n", arg(1));
	print_from_header(3);
#ifdef __cplusplus
	print_inline(3);
	print_template<2>();
#endif
}
