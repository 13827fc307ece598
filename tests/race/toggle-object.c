// SPDX-License-Identifier: MIT
#include "toggle.h"

DEFINE_STATIC_KEY_FALSE(object_key);

unsigned int object_sites(void)
{
	unsigned int on = 0;

	if (static_branch_unlikely(&key_off))
		on |= 1;
	if (static_branch_likely(&key_off))
		on |= 2;
	if (static_branch_likely(&key_on))
		on |= 4;
	if (static_branch_unlikely(&object_key))
		on |= 8;
	return on;
}
