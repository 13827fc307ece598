// SPDX-License-Identifier: MIT
/*
 * Plain values through the socket: where a tool may not read the program's memory itself, and for
 * strings that may be written, whose old bytes are freed. As the kernel's files of that kind do it:
 *
 *   kind        no write bit, written   no read bit, read
 *   numbers     -EACCES                 -EACCES
 *   the others  -EINVAL                 -EINVAL
 *
 * The text is made when reading starts at 0 and stays while the reader goes on, so that a long
 * array is not half old and half new. A blob may change in between, as it may in the kernel.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "debugfs/debugfs.h"
#include "domain/value.h"

#define STR_MAX 4096U			/* bytes of a string that is written, with NUL: a page */

static bool is_number(uint32_t kind)
{
	return kind >= ORL_DFS_U8 && kind <= ORL_DFS_ATOMIC;
}

/* In one piece: the program may be writing it. */
static void load_value(const void *from, void *to, size_t size)
{
	switch (size) {
	case 1:
		*(uint8_t *)to = __atomic_load_n((const uint8_t *)from, __ATOMIC_RELAXED);
		break;
	case 2:
		*(uint16_t *)to = __atomic_load_n((const uint16_t *)from, __ATOMIC_RELAXED);
		break;
	case 4:
		*(uint32_t *)to = __atomic_load_n((const uint32_t *)from, __ATOMIC_RELAXED);
		break;
	case 8:
		*(uint64_t *)to = __atomic_load_n((const uint64_t *)from, __ATOMIC_RELAXED);
		break;
	}
}

static void store_value(void *to, const void *from, size_t size)
{
	switch (size) {
	case 1:
		__atomic_store_n((uint8_t *)to, *(const uint8_t *)from, __ATOMIC_RELAXED);
		break;
	case 2:
		__atomic_store_n((uint16_t *)to, *(const uint16_t *)from, __ATOMIC_RELAXED);
		break;
	case 4:
		__atomic_store_n((uint32_t *)to, *(const uint32_t *)from, __ATOMIC_RELAXED);
		break;
	case 8:
		__atomic_store_n((uint64_t *)to, *(const uint64_t *)from, __ATOMIC_RELAXED);
		break;
	}
}

/* The bytes of a value as they stand in memory. */
static const void *bytes_of(const struct orl_dnode *node, uint64_t *copy, size_t *len)
{
	const void *data = node->inode.i_private;

	if (node->kind == ORL_DFS_STR) {
		const char *s = __atomic_load_n((char *const *)data, __ATOMIC_ACQUIRE);

		*len = s ? strlen(s) : 0;
		return s;
	}
	if (node->kind == ORL_DFS_U32_ARRAY) {
		const struct debugfs_u32_array *array = data;

		*len = array->array ? array->n_elements * sizeof(u32) : 0;
		return array->array;
	}
	*len = orl_value_size(node->kind);
	load_value(data, copy, *len);
	return copy;
}

static int make_text(struct orl_dopen *open)
{
	uint64_t copy = 0;
	size_t len, size;
	const void *bytes = bytes_of(open->node, &copy, &len);

	free(open->text);
	open->len = 0;
	size = orl_value_print(open->node->kind, bytes, len, NULL, 0);
	open->text = malloc(size + 1);
	if (!open->text)
		return -ENOMEM;
	open->len = orl_value_print(open->node->kind, bytes, len, open->text, size);
	if (open->len > size)
		open->len = size;
	return 0;
}

long orl_debugfs_plain_read(struct orl_dopen *open, char *buf, size_t len, loff_t *pos)
{
	const struct orl_dnode *node = open->node;

	if (!(node->inode.i_mode & 0444))
		return is_number(node->kind) ? -EACCES : -EINVAL;
	if (node->kind == ORL_DFS_BLOB) {
		const struct debugfs_blob_wrapper *blob = node->inode.i_private;

		return simple_read_from_buffer(buf, len, pos, blob->data,
					       blob->data ? blob->size : 0);
	}
	if (!*pos || !open->text) {
		int err = make_text(open);

		if (err)
			return err;
	}
	return simple_read_from_buffer(buf, len, pos, open->text, open->len);
}

/* Another string in place of the old one: from the start, or behind all of it. */
static long write_str(char **value, const char *buf, size_t len, loff_t *pos)
{
	char *old = *value, *new;
	size_t kept = (size_t)*pos, end = kept + len;

	if (kept && kept != (old ? strlen(old) : 0))
		return -EINVAL;
	if (kept >= STR_MAX || len >= STR_MAX || end + 1 > STR_MAX)
		return -E2BIG;
	new = malloc(end + 1);
	if (!new)
		return -ENOMEM;
	if (kept)
		memcpy(new, old, kept);
	memcpy(new + kept, buf, len);
	new[end] = '\0';
	end = strlen(new);
	while (end && isspace((unsigned char)new[end - 1]))
		new[--end] = '\0';
	__atomic_store_n(value, new, __ATOMIC_RELEASE);
	free(old);
	*pos += (loff_t)len;
	return (long)len;
}

long orl_debugfs_plain_write(struct orl_dopen *open, const char *buf, size_t len, loff_t *pos)
{
	const struct orl_dnode *node = open->node;
	void *data = node->inode.i_private;
	uint64_t value = 0;
	int err;

	if (!(node->inode.i_mode & 0222))
		return is_number(node->kind) ? -EACCES : -EINVAL;
	if (node->kind == ORL_DFS_STR)
		return write_str(data, buf, len, pos);
	if (node->kind == ORL_DFS_BLOB) {
		struct debugfs_blob_wrapper *blob = data;

		return simple_write_to_buffer(blob->data, blob->data ? blob->size : 0, pos, buf,
					      len);
	}
	err = orl_value_parse(node->kind, buf, len, &value);
	if (err)
		return err;
	store_value(data, &value, orl_value_size(node->kind));
	*pos += (loff_t)len;
	return (long)len;
}
