// SPDX-License-Identifier: MIT
/* Another file of the program. */
#include "sites.h"

void print_from_other(void)
{
	pr_debug("other %d\n", arg(1));
	print_from_header(2);
#ifdef __cplusplus
	print_inline(2);
	print_template<2>();
	print_template<3>();
#endif
}
