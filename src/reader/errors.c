// SPDX-License-Identifier: MIT
/*
 * The error log: the last few texts that say why a command of the tree was refused. A row of
 * { u32 length, text }; a new file takes the old one's place, so that who reads never sees half of
 * a change.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "domain/sys.h"
#include "reader/set-impl.h"

#define NR_TEXTS 8U			/* as many as the kernel keeps */
#define TEXT_MAX 4096U
#define LOG_MAX (NR_TEXTS * (TEXT_MAX + sizeof(uint32_t)))

struct log {
	uint32_t nr;
	uint32_t len[NR_TEXTS];
	char *text[NR_TEXTS];
	size_t size;
	char bytes[LOG_MAX];
};

static char *file_name(const struct orl_session *s, char *buf)
{
	return orl_domain_name(buf, ORL_ERRORS_NAME, s->instance_id);
}

/* Take the row apart; what is damaged, and what is behind it, is left out. */
static void parse(struct log *log)
{
	size_t at = 0;

	log->nr = 0;
	while (log->nr < NR_TEXTS && log->size - at >= sizeof(uint32_t)) {
		uint32_t len;

		memcpy(&len, log->bytes + at, sizeof(len));
		at += sizeof(len);
		if (len > TEXT_MAX || len > log->size - at)
			return;
		log->text[log->nr] = log->bytes + at;
		log->len[log->nr++] = len;
		at += len;
	}
}

static int load(const struct orl_session *s, struct log *log)
{
	int fd, dirfd = orl_domain_open_dir(s->domain.dir);
	char name[32];
	long n;

	log->size = 0;
	log->nr = 0;
	if (dirfd < 0)
		return dirfd;
	fd = orl_sys_openat(dirfd, file_name(s, name), O_RDONLY | ORL_OPEN_SAFE, 0);
	close(dirfd);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	do
		n = orl_sys_pread(fd, log->bytes, sizeof(log->bytes), 0);
	while (n == -EINTR);
	close(fd);
	if (n < 0)
		return (int)n;
	log->size = (size_t)n;
	parse(log);
	return 0;
}

/* The texts from @first on, and one more. */
static int write_all(int fd, const struct log *log, uint32_t first, const char *text, uint32_t len)
{
	char *row = malloc(LOG_MAX);
	size_t size = 0;
	int rc = 0;

	if (!row)
		return -ENOMEM;
	for (uint32_t i = first; i <= log->nr; i++) {
		uint32_t n = i < log->nr ? log->len[i] : len;

		memcpy(row + size, &n, sizeof(n));
		memcpy(row + size + sizeof(n), i < log->nr ? log->text[i] : text, n);
		size += sizeof(n) + n;
	}
	if (orl_sys_pwrite(fd, row, size, 0) != (long)size)
		rc = -ENOSPC;
	free(row);
	return rc;
}

/* Written aside, then renamed: under the lock, so that one name aside is enough for all. */
static int store(struct orl_session *s, const struct log *log, uint32_t first, const char *text,
		 uint32_t len)
{
	int fd, rc, dirfd = orl_domain_open_dir(s->domain.dir);
	char name[32], aside[48];

	if (dirfd < 0)
		return dirfd;
	snprintf(aside, sizeof(aside), "tmp-%s", file_name(s, name));
	unlinkat(dirfd, aside, 0);
	fd = orl_sys_openat(dirfd, aside, O_WRONLY | O_CREAT | O_EXCL | ORL_OPEN_SAFE, 0600);
	rc = fd < 0 ? fd : write_all(fd, log, first, text, len);
	if (fd >= 0)
		close(fd);
	if (!rc && renameat(dirfd, aside, dirfd, name))
		rc = -errno;
	if (rc)
		unlinkat(dirfd, aside, 0);
	close(dirfd);
	return rc;
}

int orl_errors_add(struct orl_session *s, const char *text, size_t len)
{
	struct log *log = malloc(sizeof(*log));
	int fd, rc;

	if (!log)
		return -ENOMEM;
	fd = orl_set_lock(s);
	rc = fd < 0 ? fd : load(s, log);
	if (!rc)
		rc = store(s, log, log->nr == NR_TEXTS, text,
			   len < TEXT_MAX ? (uint32_t)len : TEXT_MAX);
	if (fd >= 0)
		orl_set_unlock(fd);
	free(log);
	return rc;
}

int orl_errors_clear(struct orl_session *s)
{
	int fd = orl_set_lock(s);

	if (fd < 0)
		return fd;
	orl_domain_unlink(s, ORL_ERRORS_NAME, s->instance_id);
	orl_set_unlock(fd);
	return 0;
}

int orl_errors_read(const struct orl_session *s, char **copy, size_t *len)
{
	struct log *log = malloc(sizeof(*log));
	char *out = malloc(LOG_MAX + 1);
	int rc = log && out ? load(s, log) : -ENOMEM;

	*len = 0;
	for (uint32_t i = 0; !rc && i < log->nr; i++) {
		memcpy(out + *len, log->text[i], log->len[i]);
		*len += log->len[i];
	}
	free(log);
	if (rc) {
		free(out);
		return rc;
	}
	out[*len] = '\0';
	*copy = out;
	return 0;
}
