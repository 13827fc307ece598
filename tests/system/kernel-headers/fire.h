/* SPDX-License-Identifier: MIT */
/*
 * Arguments for events that the generated programs fire.
 *
 * FIRE_ROOM is a place in memory in which every word is a pointer to that place, so that each
 * pointer found in an object there, and in what it points to, leads back. Read as text it is
 * "@@EFGH". Objects of which more is expected have a function fire_<struct>() (types/objects.h).
 */
#ifndef FIRE_H
#define FIRE_H

#define FIRE_BASE 0x484746450000UL
#define FIRE_SIZE 65536UL
#define FIRE_ROOM ((void *)(FIRE_BASE + 0x4040))
#define FIRE_TEXT ((char *)(const void *)"text")
#define FIRE_VALUE(type) FIRE_NUMBER(type, 1)
#define FIRE_ZERO(type) FIRE_NUMBER(type, 0)
#define FIRE_NUMBER(type, number) \
	({ \
		union { \
			__typeof__(type) value; \
			unsigned char first; \
		} fire_value; \
		memset(&fire_value, 0, sizeof(fire_value)); \
		fire_value.first = number; \
		fire_value.value; \
	})
#define FIRE_OBJECT(name) FIRE_ROOM

#endif
