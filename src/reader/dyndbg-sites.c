// SPDX-License-Identifier: MIT
/*
 * The sites that processes show. A file is read into memory of our own, never mapped: its owner may
 * replace it, cut it or fill it with anything, and the worst is a site that is not there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/sys.h"
#include "reader/dyndbg-impl.h"
#include "reader/left.h"
#include "reader/procs.h"

#define SITES_MAX (1U << 20)		/* of one process */

/* @len bytes from the file's beginning; false: they are not there. */
static bool read_whole(int fd, void *buf, size_t len, off_t off)
{
	char *at = buf;

	while (len) {
		long n = orl_sys_pread(fd, at, len, off);

		if (n == -EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		off += n;
		len -= (size_t)n;
	}
	return true;
}

static int open_sites(int dirfd, int slot, off_t *size)
{
	char name[32];
	struct stat st;
	int fd = orl_sys_openat(dirfd, orl_domain_slot_name(name, ORL_SITES_NAME, (uint32_t)slot),
				O_RDONLY | ORL_OPEN_SAFE, 0);

	if (fd < 0)
		return fd;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid()) {
		*size = st.st_size;
		return fd;
	}
	close(fd);
	return -EBADMSG;
}

/* 0, -ENOENT: it shows nothing, -EBADMSG or -ENOMEM */
static int read_sites(const struct orl_session *s, int dirfd, const struct orl_process *p,
		      struct orl_shown *out)
{
	const struct orl_proc *slot = orl_ctl_procs(s->domain.ctl) + p->slot;
	struct orl_sites head;
	off_t size;
	int fd = open_sites(dirfd, p->slot, &size), rc = -EBADMSG;

	*out = (struct orl_shown){ .pid = p->pid };
	if (fd < 0)
		return fd == -ENOENT ? fd : -EBADMSG;
	if (!read_whole(fd, &head, sizeof(head), 0) || head.magic != ORL_SITES_MAGIC ||
	    head.version != ORL_DYNDBG_VERSION || head.nr > SITES_MAX ||
	    (off_t)(sizeof(head) + head.nr * sizeof(struct orl_site)) > size)
		goto out;
	/* left by the process that had the place before */
	rc = -ENOENT;
	if (head.pid != (uint32_t)p->pid ||
	    head.image != __atomic_load_n(&slot->image, __ATOMIC_RELAXED))
		goto out;
	rc = -ENOMEM;
	out->site = malloc(head.nr * sizeof(*out->site) + 1);
	if (!out->site)
		goto out;
	out->nr = head.nr;
	rc = read_whole(fd, out->site, head.nr * sizeof(*out->site), sizeof(head)) ? 0 : -EBADMSG;
out:
	if (rc)
		free(out->site);
	close(fd);
	return rc;
}

int orl_dyndbg_foreach(struct orl_session *s, int32_t pid, struct orl_dyndbg_trouble *trouble,
		       int (*fn)(const struct orl_shown *shown, void *arg), void *arg)
{
	struct orl_processes list;
	int dirfd, rc = orl_processes_list(&list, s, 0, pid);
	int32_t last = 0;

	if (rc)
		return rc;
	dirfd = orl_domain_open_dir(s->domain.dir);
	for (uint32_t i = 0; i < list.nr && dirfd >= 0 && !rc; i++) {
		struct orl_shown shown;

		rc = read_sites(s, dirfd, &list.process[i], &shown);
		if (rc == -EBADMSG)
			trouble->nr_damaged++;
		if (rc == -EBADMSG || rc == -ENOENT) {
			rc = 0;
			continue;
		}
		if (rc)
			break;
		trouble->nr_processes += shown.pid != last;
		last = shown.pid;
		rc = fn(&shown, arg);
		free(shown.site);
	}
	if (dirfd >= 0)
		close(dirfd);
	orl_processes_fini(&list);
	return rc;
}

/* Is this the file of a process that has ended? One that makes no sense is nobody's. */
static bool is_left(int dirfd, const char *name, uint32_t slot)
{
	int fd = orl_sys_openat(dirfd, name, O_RDONLY | ORL_OPEN_SAFE, 0);
	struct orl_sites head;
	bool is_whole = fd >= 0 && read_whole(fd, &head, sizeof(head), 0);

	if (fd < 0)
		return false;
	close(fd);
	return !is_whole || head.magic != ORL_SITES_MAGIC || head.pid > INT32_MAX ||
	       !orl_process_is_alive((int32_t)head.pid);
}

int orl_dyndbg_sweep(const struct orl_session *s, bool dry_run, uint64_t *bytes)
{
	return orl_left_sweep(s, ORL_SITES_NAME, is_left, dry_run, bytes);
}
