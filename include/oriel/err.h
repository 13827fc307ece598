/* SPDX-License-Identifier: MIT */
/*
 * Errors in pointers, with the kernel's names (linux/err.h): the last 4,095 addresses are no
 * addresses but -errno.
 */
#ifndef ORIEL_ERR_H
#define ORIEL_ERR_H

#include <errno.h>
#include <oriel/base.h>
#include <stdbool.h>

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) ((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)

/* What a wait that was interrupted returns; whoever asked for the operation gets EINTR. */
#ifndef ERESTARTSYS
#define ERESTARTSYS 512
#endif

ORIEL_INLINE void *ERR_PTR(long error)
{
	return (void *)error;
}

ORIEL_INLINE long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

ORIEL_INLINE bool IS_ERR(const void *ptr)
{
	return (unsigned long)ptr >= (unsigned long)-MAX_ERRNO;
}

ORIEL_INLINE bool IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}

/** PTR_ERR_OR_ZERO() - the -errno in a pointer, or 0 for one that is none */
ORIEL_INLINE int PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

/** ERR_CAST() - the same error as a pointer to another type */
ORIEL_INLINE void *ERR_CAST(const void *ptr)
{
	return ORIEL_CONST_CAST(void *, ptr);
}

#endif
