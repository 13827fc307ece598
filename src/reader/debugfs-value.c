// SPDX-License-Identifier: MIT
/*
 * The values in a process's memory (debugfs-memory.c), as text and as bytes.
 */
#include "reader/debugfs-value.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "domain/value.h"
#include "reader/debugfs-impl.h"

#define TRIES 64

/* How the program's struct debugfs_blob_wrapper and struct debugfs_u32_array begin. */
struct their_blob {
	uint64_t data, size;
};

struct their_array {
	uint64_t array;
	uint32_t nr, pad;
};

/* A string up to its NUL: page by page, for nobody knows where its memory ends. */
static int read_string(const struct orl_dfs_memory *m, uint64_t address, char **out, size_t *len)
{
	size_t room = 0, used = 0;
	char *buf = NULL;

	for (;;) {
		size_t n = 4096 - (address + used) % 4096;
		char *end, *more;
		int rc;

		if (used + n > ORL_DFS_STR_MAX)
			n = ORL_DFS_STR_MAX - used;
		if (used + n + 1 > room) {
			room = 2 * (used + n) + 1;
			more = realloc(buf, room);
			if (!more) {
				free(buf);
				return -ENOMEM;
			}
			buf = more;
		}
		rc = orl_dfs_memory_read(m, address + used, buf + used, n);
		if (rc) {
			free(buf);
			return rc;
		}
		end = memchr(buf + used, 0, n);
		used = end ? (size_t)(end - buf) : used + n;
		if (end || used == ORL_DFS_STR_MAX)
			break;
	}
	*out = buf;
	*len = used;
	return 0;
}

/* -EFAULT also where another string took its place meanwhile. */
static int read_str_once(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e,
			 char **bytes, size_t *len)
{
	uint64_t address, now;
	int rc = orl_dfs_memory_value(m, e->addr, &address, sizeof(address));

	if (rc)
		return rc;
	if (!address) {
		*bytes = calloc(1, 1);
		*len = 0;
		return *bytes ? 0 : -ENOMEM;
	}
	rc = read_string(m, address, bytes, len);
	if (rc)
		return rc;
	rc = orl_dfs_memory_value(m, e->addr, &now, sizeof(now));
	if (!rc && now != address)
		rc = -EFAULT;
	if (rc)
		free(*bytes);
	return rc;
}

/* Whoever writes it frees the old one, and others' bytes may stand there then: it counts when it is
 * the same twice, from the pointer on. */
static int read_str(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, char **bytes,
		    size_t *len)
{
	char *before = NULL;
	size_t before_len = 0;
	bool is_same = false;
	int rc = -EFAULT;

	*bytes = NULL;
	*len = 0;
	for (int i = 0; i < TRIES && !is_same; i++) {
		rc = read_str_once(m, e, bytes, len);
		is_same = !rc && before && *len == before_len && !memcmp(*bytes, before, *len);
		free(before);
		if (rc && rc != -EFAULT)
			return rc;
		before = rc || is_same ? NULL : *bytes;
		before_len = *len;
	}
	return rc;
}

static int read_array(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, char **bytes,
		      size_t *len)
{
	struct their_array a;
	int rc = orl_dfs_memory_read(m, e->addr, &a, offsetof(struct their_array, pad));

	if (rc)
		return rc;
	if (a.nr > ORL_DFS_ARRAY_MAX)
		return -EFBIG;
	*len = (size_t)a.nr * sizeof(uint32_t);
	*bytes = malloc(*len + 1);
	if (!*bytes)
		return -ENOMEM;
	rc = *len ? orl_dfs_memory_read(m, a.array, *bytes, *len) : 0;
	if (rc)
		free(*bytes);
	return rc;
}

/* What stands in memory, as orl_value_print() takes it. */
static int read_bytes(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, char **bytes,
		      size_t *len)
{
	int rc;

	if (e->kind == ORL_DFS_STR)
		return read_str(m, e, bytes, len);
	if (e->kind == ORL_DFS_U32_ARRAY)
		return read_array(m, e, bytes, len);
	*len = orl_value_size(e->kind);
	if (!*len)
		return -EINVAL;
	*bytes = malloc(*len);
	if (!*bytes)
		return -ENOMEM;
	rc = orl_dfs_memory_value(m, e->addr, *bytes, *len);
	if (rc)
		free(*bytes);
	return rc;
}

int orl_dfs_value_text(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, char **text,
		       size_t *len)
{
	char *bytes;
	size_t nr;
	int rc = read_bytes(m, e, &bytes, &nr);

	if (rc)
		return rc;
	*len = orl_value_print(e->kind, bytes, nr, NULL, 0);
	*text = malloc(*len + 1);
	if (*text)
		orl_value_print(e->kind, bytes, nr, *text, *len);
	free(bytes);
	return *text ? 0 : -ENOMEM;
}

/* A read lock on the node's bytes: who removes it waits until it is gone. */
static int lock_node(int fd, const struct orl_dfs_entry *e, short type)
{
	struct flock lock = {
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = (off_t)(e->node * sizeof(struct orl_dfs_node)),
		.l_len = sizeof(struct orl_dfs_node),
	};

	return fcntl(fd, F_OFD_SETLK, &lock) ? -EIO : 0;
}

static int write_memory(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, int fd,
			uint64_t address, const void *buf, size_t len)
{
	struct iovec here = { (void *)(uintptr_t)buf, len };
	struct iovec there = { (void *)(uintptr_t)address, len };
	uint8_t random[RANDOM_SIZE];
	ssize_t n;
	int rc = lock_node(fd, e, F_RDLCK);

	if (rc)
		return rc;
	rc = orl_dfs_is_there(fd, e);
	if (!rc)
		rc = orl_dfs_memory_read(m, m->random, random, sizeof(random));
	if (!rc) {
		n = process_vm_writev(m->tid, &here, 1, &there, 1, 0);
		rc = n < 0 ? -errno : (size_t)n == len ? 0 : -EFAULT;
	}
	lock_node(fd, e, F_UNLCK);
	return rc;
}

int orl_dfs_value_store(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, int fd,
			const char *text, size_t len)
{
	uint8_t bytes[ORL_VALUE_SIZE_MAX];
	int rc = orl_value_parse(e->kind, text, len, bytes);

	return rc ? rc : write_memory(m, e, fd, e->addr, bytes, orl_value_size(e->kind));
}

/* Where @off is in it, and how many bytes there are from there on. */
static int find_blob(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, uint64_t off,
		     uint64_t *address, size_t *size)
{
	struct their_blob b;
	int rc = orl_dfs_memory_read(m, e->addr, &b, sizeof(b));

	if (rc)
		return rc;
	if (off >= b.size)
		*size = 0;
	else if (*size > b.size - off)
		*size = (size_t)(b.size - off);
	*address = b.data + off;
	return 0;
}

ssize_t orl_dfs_blob_read(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, void *buf,
			  size_t size, uint64_t off)
{
	uint64_t address;
	int rc = find_blob(m, e, off, &address, &size);

	if (!rc && size)
		rc = orl_dfs_memory_read(m, address, buf, size);
	return rc ? rc : (ssize_t)size;
}

ssize_t orl_dfs_blob_write(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, int fd,
			   const void *buf, size_t size, uint64_t off)
{
	uint64_t address;
	int rc = find_blob(m, e, off, &address, &size);

	if (!rc && size)
		rc = write_memory(m, e, fd, address, buf, size);
	return rc ? rc : (ssize_t)size;
}
