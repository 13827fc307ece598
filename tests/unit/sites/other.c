// SPDX-License-Identifier: MIT
/* Another file of the program, with a function that nobody calls: --gc-sections takes it away, and
 * its sites with it. */
#include "sites.h"
#include "tick_trace.h"

unsigned int look_from_other(void) LOOK()

unsigned int look_from_nowhere(void);

unsigned int look_from_nowhere(void) LOOK()

void tick_from_other(int n)
{
	trace_tick(n);
}

#ifdef __cplusplus
unsigned int look_inline_from_other()
{
	return look_inline();
}

unsigned int look_template_from_other()
{
	return look_template<1>() + look_template<2>() - 3 - look_inline();
}
#endif
