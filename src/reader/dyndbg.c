// SPDX-License-Identifier: MIT
/*
 * The queries of a domain. A new list is made in private memory, written to the copy that nobody
 * reads, and selected by one store; a tool that dies on the way has changed nothing.
 */
#include "reader/dyndbg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "domain/query.h"
#include "domain/sys.h"
#include "reader/guard.h"
#include "reader/instance.h"
#include "reader/procs.h"
#include "reader/set-impl.h"

#define TRIES 1000

/* 0, or -errno without a text. */
static int map_file(const struct orl_session *s, bool writable, struct orl_dyndbg **out)
{
	struct orl_dyndbg *d;
	size_t len;
	int rc;

	*out = NULL;
	d = orl_domain_map(&s->domain, ORL_DYNDBG_NAME, writable, &len, &rc);
	if (!d)
		return rc;
	if (len != sizeof(*d) || d->magic != ORL_DYNDBG_MAGIC ||
	    d->version != ORL_DYNDBG_VERSION || d->size != sizeof(*d)) {
		munmap(d, len);
		return -EBADMSG;
	}
	orl_guard_add(d, sizeof(*d));
	*out = d;
	return 0;
}

static void unmap_file(struct orl_dyndbg *d)
{
	orl_guard_remove(d);
	munmap(d, sizeof(*d));
}

static int write_head(int fd)
{
	const struct {
		uint64_t magic;
		uint32_t version, size;
	} head = { ORL_DYNDBG_MAGIC, ORL_DYNDBG_VERSION, sizeof(struct orl_dyndbg) };
	long n = orl_sys_pwrite(fd, &head, sizeof(head), 0);

	_Static_assert(sizeof(head) == offsetof(struct orl_dyndbg, gen), "abi");
	return n == sizeof(head) ? 0 : n < 0 ? (int)n : -EIO;
}

/* Whole before it gets its name. */
static int make_file(const struct orl_session *s)
{
	int dirfd = orl_domain_open_dir(s->domain.dir), rc;
	struct orl_new_file file;

	if (dirfd < 0)
		return dirfd;
	rc = orl_domain_file_begin(&file, dirfd);
	if (!rc) {
		rc = orl_domain_file_allocate(file.fd, 0, sizeof(struct orl_dyndbg));
		if (!rc)
			rc = write_head(file.fd);
		if (rc)
			orl_domain_file_abandon(&file, dirfd);
		else
			rc = orl_domain_file_publish(&file, dirfd, ORL_DYNDBG_NAME);
	}
	close(dirfd);
	return rc == -EEXIST ? 0 : rc;
}

static int open_locked(struct orl_session *s, struct orl_dyndbg **out)
{
	int rc = map_file(s, true, out);

	if (rc == -ENOENT) {
		rc = make_file(s);
		if (!rc)
			rc = map_file(s, true, out);
	}
	if (rc == -ENOSPC)
		return orl_session_fail_no_room(s, s->domain.dir, "dynamic debug");
	if (rc)
		return orl_session_fail(s, rc, "cannot open %s/" ORL_DYNDBG_NAME ": %s",
					s->domain.dir,
					rc == -EBADMSG ? "it is damaged" : strerror(-rc));
	return 0;
}

/* Somebody has asked now: never 0 again. */
static void move_on_locked(struct orl_session *s)
{
	struct orl_ctl *ctl = s->domain.ctl;
	uint32_t next = ctl->dyndbg + 1;

	__atomic_store_n(&ctl->dyndbg, next ? next : 1, __ATOMIC_RELEASE);
	orl_set_select_locked(s);
}

int orl_dyndbg_ask(struct orl_session *s)
{
	struct orl_dyndbg *d;
	int fd, rc;

	if ((s->flags & ORL_SESSION_READONLY) ||
	    __atomic_load_n(&s->domain.ctl->dyndbg, __ATOMIC_ACQUIRE))
		return 0;
	fd = orl_set_lock(s);
	if (fd < 0)
		return fd;
	rc = open_locked(s, &d);
	if (!rc) {
		unmap_file(d);
		rc = !s->domain.ctl->dyndbg;
		if (rc)
			move_on_locked(s);
	}
	orl_set_unlock(fd);
	return rc;
}

/* A copy of the list that counts, whatever a hostile writer does meanwhile: of sound queries. */
static bool is_unsound(const struct orl_query *q, void *arg)
{
	return !q->seq || !orl_query_is_sound(q);
}

static void copy_list(const struct orl_dyndbg *d, struct orl_queries *list)
{
	uint32_t gen = __atomic_load_n(&d->gen, __ATOMIC_ACQUIRE);

	for (int i = 0; i < TRIES; i++) {
		uint32_t now;

		memcpy(list, &d->list[gen & 1], sizeof(*list));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		now = __atomic_load_n(&d->gen, __ATOMIC_ACQUIRE);
		/* one change later this copy still stands; after two it may be half written */
		if (now == gen)
			break;
		gen = now;
	}
	orl_queries_sweep(list, is_unsound, NULL);
}

int orl_dyndbg_kept(const struct orl_session *s, struct orl_queries *list)
{
	struct orl_dyndbg *d = NULL;
	int rc = map_file(s, false, &d);

	list->nr = 0;
	if (rc)
		return rc;
	copy_list(d, list);
	unmap_file(d);
	return 0;
}

/* The image that a process runs; false: it is not in the domain. */
static bool find_image(const struct orl_session *s, int32_t pid, uint64_t *image)
{
	const struct orl_proc *slot = orl_ctl_procs(s->domain.ctl);

	for (uint32_t i = 0; i < ORL_NR_PROCS; i++) {
		if (__atomic_load_n(&slot[i].pid, __ATOMIC_ACQUIRE) != (uint32_t)pid)
			continue;
		*image = __atomic_load_n(&slot[i].image, __ATOMIC_RELAXED);
		return orl_process_is_alive(pid);
	}
	return false;
}

/* Of a process that has ended, or runs another program now. */
static bool is_dead(const struct orl_query *q, void *arg)
{
	uint64_t image;

	return q->pid && (!find_image(arg, q->pid, &image) || image != q->image);
}

static int add_all(struct orl_session *s, struct orl_queries *list, uint64_t seq, int32_t pid,
		   const struct orl_query *query, uint32_t nr)
{
	uint64_t image = 0;

	if (pid && !find_image(s, pid, &image))
		return orl_session_fail(s, -ESRCH, "process %d is not in the domain %s", pid,
					s->domain.dir);
	orl_queries_sweep(list, is_dead, s);
	for (uint32_t i = 0; i < nr; i++) {
		struct orl_query q = query[i];

		q.seq = seq + i + 1;
		q.pid = pid;
		q.image = image;
		if (orl_queries_add(list, &q))
			return orl_session_fail(s, -ENOSPC,
						"more than %u queries: undo what is no longer "
						"needed, for example with '=_'", ORL_NR_QUERIES);
	}
	return 0;
}

static int keep_locked(struct orl_session *s, struct orl_dyndbg *d, int32_t pid,
		       const struct orl_query *query, uint32_t nr)
{
	struct orl_queries *list = malloc(sizeof(*list));
	uint32_t to = (d->gen + 1) & 1;
	uint64_t seq = d->seq;
	int rc;

	if (!list)
		return orl_session_fail(s, -ENOMEM, "no memory");
	copy_list(d, list);
	rc = add_all(s, list, seq, pid, query, nr);
	if (!rc) {
		/* whoever still reads this copy, by the generation before, finds gen changed */
		__atomic_thread_fence(__ATOMIC_RELEASE);
		memcpy(d->list[to].query, list->query, list->nr * sizeof(list->query[0]));
		__atomic_store_n(&d->list[to].nr, list->nr, __ATOMIC_RELAXED);
		__atomic_store_n(&d->seq, seq + nr, __ATOMIC_RELAXED);
		__atomic_fetch_add(&d->gen, 1, __ATOMIC_RELEASE);
		move_on_locked(s);
	}
	free(list);
	return rc;
}

int orl_dyndbg_keep(struct orl_session *s, int32_t pid, const struct orl_query *query, uint32_t nr)
{
	struct orl_dyndbg *d;
	bool prints = false;
	int fd, rc = 0;

	if (s->flags & ORL_SESSION_READONLY)
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	for (uint32_t i = 0; i < nr; i++)
		prints |= query[i].set & ORL_SITE_PRINT;
	if (prints)
		rc = orl_session_create_rings(s);
	if (rc)
		return rc;
	fd = orl_set_lock(s);
	if (fd < 0)
		return fd;
	rc = open_locked(s, &d);
	if (!rc) {
		rc = keep_locked(s, d, pid, query, nr);
		unmap_file(d);
	}
	orl_set_unlock(fd);
	return rc;
}
