// SPDX-License-Identifier: MIT
/*
 * A process's memory. Each reading begins with the bytes by which the kernel tells program images
 * apart, so nothing is read of a program that the process runs by now.
 *
 * How many bytes the kernel copies at a time is its own affair, so a value is read twice in one
 * call, within its aligned word, and counts when both are the same.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "reader/debugfs-impl.h"
#include "reader/proc.h"

#define TRIES 64

static int find_random(int32_t tid, uint64_t *address)
{
	char path[32];
	uint64_t pair[2];
	int fd, rc = -EIO;

	snprintf(path, sizeof(path), "/proc/%d/auxv", tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES ? -EPERM : errno == ENOENT ? -ESRCH : -errno;
	while (rc && read(fd, pair, sizeof(pair)) == (ssize_t)sizeof(pair) && pair[0] != AT_NULL)
		if (pair[0] == AT_RANDOM) {
			*address = pair[1];
			rc = 0;
		}
	close(fd);
	return rc;
}

/* @nr pieces of its memory, all of @len bytes behind each other in @buf, if it is the image's. */
static int read_pieces(const struct orl_dfs_memory *m, const struct iovec *piece, unsigned int nr,
		       void *buf, size_t len)
{
	uint8_t random[RANDOM_SIZE];
	struct iovec here[2] = { { random, sizeof(random) }, { buf, len } }, there[4];
	ssize_t n;

	there[0] = (struct iovec){ (void *)(uintptr_t)m->random, sizeof(random) };
	memcpy(there + 1, piece, nr * sizeof(*piece));
	n = process_vm_readv(m->tid, here, 2, there, nr + 1, 0);
	if (n < 0)
		/* the kernel says EFAULT also where the random bytes' page went: another image */
		return errno == EFAULT ? -EIO : -errno;
	if ((size_t)n < sizeof(random) || orl_image_number(random) != m->image)
		return -EIO;
	return (size_t)n == sizeof(random) + len ? 0 : -EFAULT;
}

int orl_dfs_memory_read(const struct orl_dfs_memory *m, uint64_t address, void *buf, size_t len)
{
	struct iovec piece = { (void *)(uintptr_t)address, len };

	return read_pieces(m, &piece, 1, buf, len);
}

int orl_dfs_memory_init(struct orl_dfs_memory *m, const struct orl_dfs_owner *owner)
{
	uint8_t random[RANDOM_SIZE];
	int rc;

	m->tid = orl_proc_thread(owner->pid);
	m->image = owner->image;
	rc = find_random(m->tid, &m->random);
	return rc ? rc : orl_dfs_memory_read(m, m->random, random, sizeof(random));
}

int orl_dfs_memory_value(const struct orl_dfs_memory *m, uint64_t address, void *value, size_t size)
{
	uint64_t start = address & ~(uint64_t)7, skip = address - start;
	uint8_t both[32];
	size_t len = skip + size;
	struct iovec piece[2];
	int rc = 0;

	piece[0] = piece[1] = (struct iovec){ (void *)(uintptr_t)start, len <= 8 ? 8 : len };
	len = piece[0].iov_len;
	for (int i = 0; i < TRIES; i++) {
		rc = read_pieces(m, piece, 2, both, 2 * len);
		if (rc || !memcmp(both + skip, both + len + skip, size))
			break;
	}
	memcpy(value, both + len + skip, size);
	return rc;
}
