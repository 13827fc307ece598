// SPDX-License-Identifier: MIT
/*
 * The process's memory map: reading /proc/self/maps line by line with nothing but system calls, and
 * keeping what is executable for whoever looks at stacks when the process is gone.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "domain/sys.h"
#include "runtime/runtime.h"
#include "runtime/stack.h"

int orl_maps_open(struct orl_maps *m, char *buf, uint32_t size)
{
	*m = (struct orl_maps){ .buf = buf, .size = size };
	m->fd = orl_sys_openat(AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);
	return m->fd < 0 ? m->fd : 0;
}

void orl_maps_close(struct orl_maps *m)
{
	orl_sys_close(m->fd);
}

/* More bytes behind those that are not used yet; false when there are none. */
static bool refill(struct orl_maps *m)
{
	long n;

	memmove(m->buf, m->buf + m->pos, m->len - m->pos);
	m->len -= m->pos;
	m->pos = 0;
	do {
		n = orl_sys_result(
			syscall(SYS_read, m->fd, m->buf + m->len, m->size - m->len));
	} while (n == -EINTR);
	if (n <= 0)
		return false;
	m->len += (uint32_t)n;
	return true;
}

/* Skip the rest of a line that the buffer does not hold. */
static void skip_line(struct orl_maps *m)
{
	const char *end;

	do {
		m->pos = m->len;
		if (!refill(m))
			return;
		end = memchr(m->buf, '\n', m->len);
	} while (!end);
	m->pos = (uint32_t)(end - m->buf) + 1;
}

static const char *hex(const char *p, const char *end, uint64_t *v)
{
	*v = 0;
	for (; p < end; p++) {
		if (*p >= '0' && *p <= '9')
			*v = *v << 4 | (uint64_t)(*p - '0');
		else if (*p >= 'a' && *p <= 'f')
			*v = *v << 4 | (uint64_t)(*p - 'a' + 10);
		else
			break;
	}
	return p;
}

/* "start-end rwxp ..." */
static void parse(struct orl_maps_line *line)
{
	const char *end = line->text + line->len, *p = hex(line->text, end, &line->start);

	line->end = 0;
	if (p < end)
		p = hex(p + 1, end, &line->end);
	line->is_readable = end - p > 3 && p[1] == 'r';
	line->is_executable = end - p > 3 && p[3] == 'x';
}

/* A cut line is parsed where it lies and then skipped: its text is overwritten by the next call. */
bool orl_maps_next(struct orl_maps *m, struct orl_maps_line *line)
{
	const char *end = memchr(m->buf + m->pos, '\n', m->len - m->pos);

	if (m->len == m->size && !m->pos && !end) {
		skip_line(m);
		end = memchr(m->buf + m->pos, '\n', m->len - m->pos);
	}
	while (!end && refill(m)) {
		end = memchr(m->buf, '\n', m->len);
		if (!end && m->len == m->size)
			break;
	}
	line->text = m->buf + m->pos;
	if (end) {
		line->len = (uint32_t)(end - line->text);
		m->pos += line->len + 1;
	} else if (m->len == m->size) {
		line->len = m->len;
	} else {
		return false;
	}
	parse(line);
	return true;
}

/* ---- the file ---- */

/* Under orl_lock(). The stack of whoever was nudged may be too small for it. */
static struct {
	char in[8192], out[4096];
	uint32_t out_len;
	uint64_t hash, image;		/* what was last written, and by whom */
	uint32_t pid;
} keep;

static uint64_t hash_bytes(uint64_t hash, const char *p, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)p[i]) * 0x100000001b3ULL;
	return hash;
}

static int flush(int fd)
{
	uint32_t done = 0;

	while (done < keep.out_len) {
		long n = orl_sys_result(
			syscall(SYS_write, fd, keep.out + done, keep.out_len - done));

		if (n < 0 && n != -EINTR)
			return (int)n;
		if (n > 0)
			done += (uint32_t)n;
	}
	keep.out_len = 0;
	return 0;
}

static int put(int fd, const char *p, uint32_t len)
{
	int rc = 0;

	while (len && !rc) {
		uint32_t room = (uint32_t)sizeof(keep.out) - keep.out_len;
		uint32_t n = len < room ? len : room;

		memcpy(keep.out + keep.out_len, p, n);
		keep.out_len += n;
		p += n;
		len -= n;
		if (keep.out_len == sizeof(keep.out))
			rc = flush(fd);
	}
	return rc;
}

/* The executable mappings, to @fd, or nowhere when it is negative; their hash. */
static int copy(int fd, uint64_t *hash)
{
	struct orl_maps_line line;
	struct orl_maps maps;
	int rc = orl_maps_open(&maps, keep.in, sizeof(keep.in));

	if (rc)
		return rc;
	*hash = 0xcbf29ce484222325ULL;
	keep.out_len = 0;
	while (!rc && orl_maps_next(&maps, &line)) {
		if (!line.is_executable)
			continue;
		*hash = hash_bytes(*hash, line.text, line.len);
		if (fd >= 0)
			rc = put(fd, line.text, line.len);
		if (fd >= 0 && !rc)
			rc = put(fd, "\n", 1);
	}
	orl_maps_close(&maps);
	return !rc && fd >= 0 ? flush(fd) : rc;
}

static char *put_number(char *p, uint64_t v, unsigned int base, unsigned int width)
{
	char digits[24];
	unsigned int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v || n < width);
	while (n)
		*p++ = digits[--n];
	*p = '\0';
	return p;
}

/* "maps.PID.IMAGE", and the same with this copy of the library behind it while it is not whole */
static void make_names(char *name, char *unfinished)
{
	char *p = name;

	memcpy(p, "maps.", 5);
	p = put_number(p + 5, keep.pid, 10, 1);
	*p++ = '.';
	p = put_number(p, keep.image, 16, 16);
	memcpy(unfinished, name, (size_t)(p - name));
	p = unfinished + (p - name);
	*p++ = '.';
	put_number(p, (uintptr_t)&keep, 16, 1);
}

static int write_file(int dirfd, uint64_t *hash)
{
	char name[64], unfinished[96];
	int rc, fd;

	make_names(name, unfinished);
	fd = orl_sys_openat(dirfd, unfinished, O_WRONLY | O_CREAT | O_TRUNC | ORL_OPEN_SAFE, 0600);
	if (fd < 0)
		return fd;
	rc = copy(fd, hash);
	orl_sys_close(fd);
	if (!rc)
		rc = (int)orl_sys_result(
			syscall(SYS_renameat2, dirfd, unfinished, dirfd, name, 0));
	if (rc)
		orl_sys_unlinkat(dirfd, unfinished);
	return rc;
}

int orl_maps_record(void)
{
	uint64_t hash;
	int rc, dirfd, saved = errno;

	if (!orl_rt.proc || !orl_rt.domain.ctl)
		return -ENOENT;
	if (keep.pid != orl_load(&orl_rt.proc->pid) || keep.image != orl_rt.proc->image)
		keep.hash = 0;
	keep.pid = orl_load(&orl_rt.proc->pid);
	keep.image = orl_rt.proc->image;
	rc = copy(-1, &hash);
	if (!rc && hash != keep.hash) {
		rc = dirfd = orl_domain_open_dir(orl_rt.domain.dir);
		if (rc >= 0) {
			rc = write_file(dirfd, &hash);
			orl_sys_close(dirfd);
		}
		keep.hash = rc ? 0 : hash;
	}
	errno = saved;
	return rc;
}
