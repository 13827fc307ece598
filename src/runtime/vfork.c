// SPDX-License-Identifier: MIT
/*
 * vfork(): the child runs on its parent's memory, thread data included, while the kernel keeps no
 * struct rseq for it. Its appends would go to whatever CPU's ring its parent was last on, excluding
 * nobody. So the library stands before the C library's vfork(): it marks the thread's data for as
 * long as the child has it, and every event of the child takes the slow path, to a ring that it
 * leases for one record.
 *
 * posix_spawn(), system() and popen() need nothing: their child runs no code but the C library's,
 * with every signal blocked.
 */
#include <errno.h>

#include "runtime/runtime.h"

#if ORL_ARCH_HAS_VFORK

#pragma GCC visibility push(default)
extern int vfork(void);
#pragma GCC visibility pop
__attribute__((used)) void orl_vfork_before(void);
__attribute__((used)) int orl_vfork_after(long ret);

ORL_ARCH_VFORK;

void orl_vfork_before(void)
{
	orl_tls.vforked++;
	orl_tls.epoch = 0;
}

/* In the parent, once the child has gone, or where there is none. */
int orl_vfork_after(long ret)
{
	orl_tls.vforked--;
	orl_tls.epoch = 0;
	if (ret > 0)
		return (int)ret;
	errno = (int)-ret;
	return -1;
}

#endif
