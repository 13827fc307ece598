/* SPDX-License-Identifier: MIT */
/* The struct around a member. */
#ifndef ORIEL_LINUX_CONTAINER_OF_H
#define ORIEL_LINUX_CONTAINER_OF_H

#include <stddef.h>

#define container_of(ptr, type, member)                                                            \
	__extension__({                                                                            \
		const __typeof__(((type *)0)->member) *oriel_member = (ptr);                       \
												   \
		(type *)((char *)(unsigned long)oriel_member - offsetof(type, member));            \
	})

#endif
