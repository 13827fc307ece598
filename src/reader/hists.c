// SPDX-License-Identifier: MIT
/*
 * The files that hold histograms: made empty and in full, so that a process which counts never
 * faults; read by copying.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "domain/sys.h"
#include "reader/set-impl.h"

#define NR_SLOTS_MAX (2U * ORL_HIST_SIZE_MAX)
#define ENTRY_MAX (sizeof(struct orl_hist_entry) + 8 * ORL_HIST_VALS + ORL_HIST_KEY_MAX)

static int plan(struct orl_hist_file *f, const struct orl_hist_spec *spec, uint32_t size)
{
	memset(f, 0, sizeof(*f));
	if (size < ORL_HIST_SIZE_MIN || size > ORL_HIST_SIZE_MAX || !spec->nr_keys ||
	    spec->nr_keys > ORL_HIST_KEYS || spec->nr_vals > ORL_HIST_VALS || !spec->key_len ||
	    spec->key_len > ORL_HIST_KEY_MAX || spec->key_len % 8)
		return -EINVAL;
	f->magic = ORL_HIST_MAGIC;
	f->version = ORL_HIST_VERSION;
	for (f->size = ORL_HIST_SIZE_MIN; f->size < size; f->size *= 2)
		;
	f->nr_slots = 2 * f->size;
	f->nr_vals = spec->nr_vals;
	f->key_len = spec->key_len;
	f->entry_len = (uint32_t)sizeof(struct orl_hist_entry) + 8 * f->nr_vals + f->key_len;
	f->file_size = ORL_HIST_BLOCK + (uint64_t)f->nr_slots * f->entry_len;
	f->spec = *spec;
	return 0;
}

static int make(struct orl_session *s, struct orl_hist_file *f)
{
	int dirfd = orl_domain_open_dir(s->domain.dir), rc;
	struct orl_new_file file;
	char name[32];

	if (dirfd < 0)
		return dirfd;
	rc = orl_domain_file_begin(&file, dirfd);
	if (!rc) {
		rc = orl_domain_file_allocate(file.fd, 0, f->file_size);
		if (!rc && orl_sys_pwrite(file.fd, f, sizeof(*f), 0) != sizeof(*f))
			rc = -EIO;
		if (rc)
			orl_domain_file_abandon(&file, dirfd);
		else
			rc = orl_domain_file_publish(&file, dirfd,
						     orl_domain_name(name, ORL_HIST_NAME, f->id));
	}
	close(dirfd);
	return rc;
}

int orl_hist_create(struct orl_session *s, const struct orl_hist_spec *spec, uint32_t size)
{
	struct orl_hist_file f;
	int rc = plan(&f, spec, size);

	if (rc)
		return orl_session_fail(s, rc, "a hist cannot have %u keys of %u bytes and size %u",
					spec->nr_keys, spec->key_len, size);
	f.id = orl_domain_new_id(s);
	if (f.id > INT32_MAX)
		return orl_session_fail(s, -ENOSPC, "the domain has no more numbers for hists");
	rc = make(s, &f);
	if (rc == -ENOSPC)
		return orl_session_fail_no_room(s, s->domain.dir, "the hist");
	if (rc)
		return orl_session_fail(s, rc, "cannot make a hist in %s: %s", s->domain.dir,
					strerror(-rc));
	return (int)f.id;
}

void orl_hist_remove(struct orl_session *s, uint32_t id)
{
	if (id)
		orl_domain_unlink(s, ORL_HIST_NAME, id);
}

/* Is the copy what its header says, with every entry inside it? */
static int check(const struct orl_hist_file *f, uint64_t len, uint32_t id)
{
	if (len < ORL_HIST_BLOCK || f->magic != ORL_HIST_MAGIC || f->id != id)
		return -EBADMSG;
	if (f->version != ORL_HIST_VERSION)
		return -EPROTO;
	if (f->nr_slots > NR_SLOTS_MAX || f->entry_len > ENTRY_MAX || !f->nr_slots ||
	    f->spec.nr_keys > ORL_HIST_KEYS || f->nr_vals > ORL_HIST_VALS ||
	    f->key_len > ORL_HIST_KEY_MAX || f->key_len % 8 || f->spec.nr_vals != f->nr_vals ||
	    f->spec.key_len != f->key_len ||
	    f->entry_len != sizeof(struct orl_hist_entry) + 8 * f->nr_vals + f->key_len ||
	    (uint64_t)f->nr_slots * f->entry_len > len - ORL_HIST_BLOCK)
		return -EBADMSG;
	return 0;
}

int orl_hist_read(const struct orl_session *s, uint32_t id, void **copy, size_t *len)
{
	int rc, fd, dirfd = orl_domain_open_dir(s->domain.dir);
	char name[32], *buf = NULL;
	size_t have = 0;
	struct stat st;

	if (dirfd < 0)
		return dirfd;
	fd = orl_sys_openat(dirfd, orl_domain_name(name, ORL_HIST_NAME, id),
			    O_RDONLY | ORL_OPEN_SAFE, 0);
	close(dirfd);
	if (fd < 0)
		return fd;
	rc = fstat(fd, &st) ? -errno : 0;
	if (!rc && (!S_ISREG(st.st_mode) || st.st_size < (off_t)ORL_HIST_BLOCK ||
		    st.st_size > (off_t)(ORL_HIST_BLOCK + NR_SLOTS_MAX * ENTRY_MAX)))
		rc = -EBADMSG;
	buf = rc ? NULL : malloc((size_t)st.st_size);
	if (!rc && !buf)
		rc = -ENOMEM;
	while (!rc && have < (size_t)st.st_size) {
		long n = orl_sys_pread(fd, buf + have, (size_t)st.st_size - have, (off_t)have);

		rc = n > 0 || n == -EINTR ? 0 : n ? (int)n : -EBADMSG;
		have += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	rc = rc ? rc : check((const void *)buf, have, id);
	if (rc) {
		free(buf);
		return rc;
	}
	*copy = buf;
	*len = have;
	return 0;
}
