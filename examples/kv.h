/* SPDX-License-Identifier: MIT */
/*
 * The store of oriel-kv: values by key, for any number of threads.
 */
#ifndef KV_H
#define KV_H

#include <stddef.h>
#include <stdint.h>

#define KV_MAX_KEY 250U
#define KV_MAX_VALUE 8192U

enum kv_op { KV_GET, KV_SET, KV_DELETE };
enum kv_status { KV_DONE, KV_MISSING, KV_NO_MEMORY };

/** kv_get() - copy a value to @out, which has room for KV_MAX_VALUE bytes; its length in @size */
enum kv_status kv_get(const char *key, size_t key_len, char *out, uint32_t *size);

/** kv_set() - keep a copy of a value of at most KV_MAX_VALUE bytes in place of what there was */
enum kv_status kv_set(const char *key, size_t key_len, const char *value, uint32_t size);

/** kv_delete() - forget a key; KV_MISSING when there was none */
enum kv_status kv_delete(const char *key, size_t key_len);

#endif
