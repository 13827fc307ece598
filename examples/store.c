// SPDX-License-Identifier: MIT
/*
 * The store: a hash table of chains, whose buckets share a few locks.
 */
#include "kv.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NR_BUCKETS 65536U
#define NR_LOCKS 64U

struct item {
	struct item *next;
	uint32_t key_len, size;
	char bytes[];			/* the key, then the value */
};

static struct item *buckets[NR_BUCKETS];
static pthread_mutex_t locks[NR_LOCKS] = {
	[0 ... NR_LOCKS - 1] = PTHREAD_MUTEX_INITIALIZER,
};

static uint32_t bucket_of(const char *key, size_t len)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)key[i]) * 16777619U;
	return hash % NR_BUCKETS;
}

/* The pointer that leads to the item, or to where it would be. */
static struct item **find(uint32_t bucket, const char *key, size_t len)
{
	struct item **at = &buckets[bucket];

	while (*at && ((*at)->key_len != len || memcmp((*at)->bytes, key, len)))
		at = &(*at)->next;
	return at;
}

enum kv_status kv_get(const char *key, size_t key_len, char *out, uint32_t *size)
{
	uint32_t bucket = bucket_of(key, key_len);
	enum kv_status status = KV_MISSING;
	struct item *item;

	*size = 0;
	pthread_mutex_lock(&locks[bucket % NR_LOCKS]);
	item = *find(bucket, key, key_len);
	if (item) {
		*size = item->size;
		memcpy(out, item->bytes + item->key_len, item->size);
		status = KV_DONE;
	}
	pthread_mutex_unlock(&locks[bucket % NR_LOCKS]);
	return status;
}

enum kv_status kv_set(const char *key, size_t key_len, const char *value, uint32_t size)
{
	uint32_t bucket = bucket_of(key, key_len);
	struct item *item = malloc(sizeof(*item) + key_len + size), **at, *old;

	if (!item)
		return KV_NO_MEMORY;
	item->key_len = (uint32_t)key_len;
	item->size = size;
	memcpy(item->bytes, key, key_len);
	memcpy(item->bytes + key_len, value, size);
	pthread_mutex_lock(&locks[bucket % NR_LOCKS]);
	at = find(bucket, key, key_len);
	old = *at;
	item->next = old ? old->next : NULL;
	*at = item;
	pthread_mutex_unlock(&locks[bucket % NR_LOCKS]);
	free(old);
	return KV_DONE;
}

enum kv_status kv_delete(const char *key, size_t key_len)
{
	uint32_t bucket = bucket_of(key, key_len);
	struct item **at, *old;

	pthread_mutex_lock(&locks[bucket % NR_LOCKS]);
	at = find(bucket, key, key_len);
	old = *at;
	if (old)
		*at = old->next;
	pthread_mutex_unlock(&locks[bucket % NR_LOCKS]);
	free(old);
	return old ? KV_DONE : KV_MISSING;
}
