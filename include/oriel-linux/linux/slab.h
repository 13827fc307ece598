/* SPDX-License-Identifier: MIT */
/* Memory: the C library's, so that free(3) and kfree() take each other's. */
#ifndef ORIEL_LINUX_SLAB_H
#define ORIEL_LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/string.h>
#include <linux/types.h>
#include <oriel/base.h>
#include <malloc.h>
#include <stdlib.h>

/** kmalloc() - memory for kfree(); zeros with __GFP_ZERO; NULL: there is none */
ORIEL_INLINE void *kmalloc(size_t size, gfp_t flags)
{
	return flags & __GFP_ZERO ? calloc(1, size) : malloc(size);
}

ORIEL_INLINE void *kzalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags | __GFP_ZERO);
}

/** kmalloc_array() - NULL also where @n * @size does not fit a size_t */
ORIEL_INLINE void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kmalloc(bytes, flags);
}

ORIEL_INLINE void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	return kmalloc_array(n, size, flags | __GFP_ZERO);
}

/** krealloc() - @size 0 frees @p and gives NULL */
ORIEL_INLINE void *krealloc(void *p, size_t size, gfp_t flags)
{
	(void)flags;
	if (size)
		return realloc(p, size);
	free(p);
	return NULL;
}

ORIEL_INLINE void kfree(const void *p)
{
	free(ORIEL_CONST_CAST(void *, p));
}

#define kvmalloc(size, flags) kmalloc(size, flags)
#define kvzalloc(size, flags) kzalloc(size, flags)
#define kvmalloc_array(n, size, flags) kmalloc_array(n, size, flags)
#define kvcalloc(n, size, flags) kcalloc(n, size, flags)
#define kvfree(p) kfree(p)
#define vmalloc(size) kmalloc(size, GFP_KERNEL)
#define vzalloc(size) kzalloc(size, GFP_KERNEL)
#define vfree(p) kfree(p)
#define kmalloc_node(size, flags, node) kmalloc(size, flags)
#define kzalloc_node(size, flags, node) kzalloc(size, flags)

/** kfree_sensitive() - kfree(), all of it overwritten before */
__maybe_unused static inline void kfree_sensitive(const void *p)
{
	volatile unsigned char *byte = ORIEL_CONST_CAST(volatile unsigned char *, p);

	for (size_t left = malloc_usable_size(ORIEL_CONST_CAST(void *, p)); left; left--)
		*byte++ = 0;
	kfree(p);
}

/* A cache of objects of one size. */
struct kmem_cache {
	size_t size;
	void (*ctor)(void *object);
};

#define SLAB_HWCACHE_ALIGN 0u
#define SLAB_PANIC 0u

ORIEL_INLINE struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
						  unsigned int align, slab_flags_t flags,
						  void (*ctor)(void *))
{
	struct kmem_cache *cache = (struct kmem_cache *)malloc(sizeof(*cache));

	(void)name, (void)align, (void)flags;
	if (cache) {
		cache->size = size;
		cache->ctor = ctor;
	}
	return cache;
}

ORIEL_INLINE void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags)
{
	void *object = kmalloc(cache->size, flags);

	if (object && cache->ctor)
		cache->ctor(object);
	return object;
}

#define KMEM_CACHE(type, flags)                                                                    \
	kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), flags, NULL)
#define kmem_cache_zalloc(cache, flags) kmem_cache_alloc(cache, (flags) | __GFP_ZERO)
#define kmem_cache_free(cache, object) ((void)(cache), kfree(object))
#define kmem_cache_destroy(cache) kfree(cache)

#endif
