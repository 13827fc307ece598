// SPDX-License-Identifier: MIT
/*
 * What is wanted of an instance before anybody has wanted anything; and the files that an instance
 * has, by name.
 */
#include "domain/domain.h"

#include <string.h>
#include <sys/mman.h>

#include "abi/debugfs.h"
#include "abi/dyndbg.h"
#include "abi/print.h"

#include "domain/sys.h"

static char *put_numbered(char *buf, const char *base, uint32_t number)
{
	size_t len = strlen(base);
	char digits[10];
	unsigned int n = 0;

	memcpy(buf, base, len);
	buf[len++] = '.';
	do
		digits[n++] = (char)('0' + number % 10);
	while (number /= 10);
	while (n)
		buf[len++] = digits[--n];
	buf[len] = '\0';
	return buf;
}

char *orl_domain_name(char *buf, const char *base, uint32_t id)
{
	return id ? put_numbered(buf, base, id) : strcpy(buf, base);
}

char *orl_domain_slot_name(char *buf, const char *base, uint32_t slot)
{
	return put_numbered(buf, base, slot);
}

/* Nothing but these, and at least one. */
static bool is_all(const char *s, const char *bytes)
{
	return *s && !s[strspn(s, bytes)];
}

bool orl_domain_is_file_name(const char *name)
{
	static const char *const plain[] = { ORL_CTL_NAME,   ORL_NUDGE_NAME,  ORL_RING_NAME,
					     ORL_HOOKS_NAME, ORL_ERRORS_NAME, ORL_DYNDBG_NAME,
					     ORL_PRINTS_NAME };
	static const char *const numbered[] = { ORL_RING_NAME,	 ORL_SET_NAME,	  ORL_HOOKS_NAME,
						ORL_HIST_NAME,	 ORL_ERRORS_NAME, ORL_SITES_NAME,
						ORL_DFS_NAME,	 ORL_DFS_SOCKET };

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(name, plain[i]))
			return true;
	for (size_t i = 0; i < sizeof(numbered) / sizeof(numbered[0]); i++) {
		size_t len = strlen(numbered[i]);

		if (!strncmp(name, numbered[i], len) && name[len] == '.' &&
		    is_all(name + len + 1, "0123456789"))
			return true;
	}
	if (!strncmp(name, "maps.", 5))
		return is_all(name + 5, "0123456789abcdef.");
	return !strncmp(name, "tmp-", 4) || !strncmp(name, "metrics-", 8);
}

void *orl_domain_map(const struct orl_domain *d, const char *name, bool writable, size_t *len,
		     int *err)
{
	int fd, dirfd = orl_domain_open_dir(d->dir);
	void *map = MAP_FAILED;
	struct stat st;

	*err = dirfd < 0 ? dirfd : 0;
	if (dirfd < 0)
		return NULL;
	fd = orl_sys_openat(dirfd, name, (writable ? O_RDWR : O_RDONLY) | ORL_OPEN_SAFE, 0);
	orl_sys_close(dirfd);
	*err = fd < 0 ? fd : 0;
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st))
		*err = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_size <= 0)
		*err = -EBADMSG;
	else if (st.st_uid != geteuid())
		*err = -EPERM;
	if (!*err) {
		map = mmap(NULL, (size_t)st.st_size, writable ? PROT_READ | PROT_WRITE : PROT_READ,
			   MAP_SHARED, fd, 0);
		*err = map == MAP_FAILED ? -errno : 0;
		*len = (size_t)st.st_size;
	}
	orl_sys_close(fd);
	return *err ? NULL : map;
}

void orl_set_init(struct orl_set *set, uint32_t id, const struct orl_ctl *ctl)
{
	set->magic = ORL_SET_MAGIC;
	set->version = ORL_SET_VERSION;
	set->id = id;
	set->tracing_on = 1;
	set->ring_id[0] = id;
	set->ring_id[1] = ORL_NO_RING;
	set->retired_ring = ORL_NO_RING;
	set->page_size = ctl->page_size;
	set->cpu_data_size = ctl->cpu_data_size;
	set->lease_data_size = ctl->lease_data_size;
	set->buffer_percent = 50;
	set->options = ORL_OPT_DEFAULT;
}
