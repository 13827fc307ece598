/* SPDX-License-Identifier: MIT */
/* A count of users in a struct that ends with the last of them. */
#ifndef ORIEL_LINUX_KREF_H
#define ORIEL_LINUX_KREF_H

#include <linux/refcount.h>

struct kref {
	refcount_t refcount;
};

#define KREF_INIT(n) { REFCOUNT_INIT(n) }

ORIEL_INLINE void kref_init(struct kref *kref)
{
	refcount_set(&kref->refcount, 1);
}

ORIEL_INLINE void kref_get(struct kref *kref)
{
	refcount_inc(&kref->refcount);
}

ORIEL_INLINE int kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

ORIEL_INLINE unsigned int kref_read(const struct kref *kref)
{
	return refcount_read(&kref->refcount);
}

/** kref_put() - 1 when @release was called: that was the last user */
ORIEL_INLINE int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	if (!refcount_dec_and_test(&kref->refcount))
		return 0;
	release(kref);
	return 1;
}

#endif
