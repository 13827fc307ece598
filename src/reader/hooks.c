// SPDX-License-Identifier: MIT
/*
 * Filters and triggers in shared memory: a sparse file of slots, of which set->hook[] says which
 * are in use. A slot is written under the control file's lock, while its seq is odd; processes run
 * it only where seq is even before and after.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/sys.h"
#include "reader/guard.h"
#include "reader/ring-impl.h"
#include "reader/set-impl.h"

#define FILE_SIZE ((uint64_t)ORL_NR_HOOKS * ORL_HOOK_SIZE)
#define TRIES 1000

static char *file_name(const struct orl_session *s, char *buf)
{
	return orl_domain_name(buf, ORL_HOOKS_NAME, s->instance_id);
}

/* Map the file once it is there. */
static struct orl_hook *hooks_of(const struct orl_session *s)
{
	struct orl_hooks *h = s->hooks;
	char name[32];
	int rc;

	if (h->hook)
		return h->hook;
	h->hook = orl_domain_map(&s->domain, file_name(s, name),
				 !(s->flags & ORL_SESSION_READONLY), &h->len, &rc);
	if (h->hook && h->len < FILE_SIZE) {
		munmap(h->hook, h->len);
		h->hook = NULL;
	}
	if (h->hook)
		orl_guard_add(h->hook, h->len);
	return h->hook;
}

void orl_hooks_unmap(struct orl_hooks *h)
{
	if (!h->hook)
		return;
	orl_guard_remove(h->hook);
	munmap(h->hook, h->len);
	h->hook = NULL;
}

/* The kind of what is in a slot, 0: nothing. */
static uint32_t kind_of(const struct orl_session *s, uint32_t i)
{
	uint32_t word = __atomic_load_n(&s->set->hook[i], __ATOMIC_ACQUIRE);
	uint32_t kind = word >> 16;

	return word && (kind == ORL_HOOK_FILTER || kind == ORL_HOOK_TRIGGER) ? kind : 0;
}

static uint32_t event_of(const struct orl_session *s, uint32_t i)
{
	return __atomic_load_n(&s->set->hook[i], __ATOMIC_RELAXED) & 0xffff;
}

bool orl_hook_get(const struct orl_session *s, uint32_t i, struct orl_hook *hook)
{
	const struct orl_hook *from = i < ORL_NR_HOOKS && kind_of(s, i) ? hooks_of(s) : NULL;

	if (!from)
		return false;
	from += i;
	for (int n = 0; n < TRIES; n++) {
		uint32_t seq = __atomic_load_n(&from->seq, __ATOMIC_ACQUIRE);

		if (seq & 1)
			continue;
		memcpy(hook, from, sizeof(*hook));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&from->seq, __ATOMIC_RELAXED) != seq)
			continue;
		hook->text[ORL_HOOK_TEXT - 1] = '\0';
		return kind_of(s, i) == hook->kind && event_of(s, i) == hook->event;
	}
	return false;
}

struct found {
	uint64_t order;
	uint32_t slot;
};

static int by_order(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->slot < y->slot ? -1 : 1;
}

int orl_hook_foreach(const struct orl_session *s, uint32_t event, uint32_t kind,
		     bool (*fn)(const struct orl_hook *hook, uint32_t i, void *arg), void *arg)
{
	struct orl_hook *hook = malloc(sizeof(*hook));
	struct found *found = malloc(ORL_NR_HOOKS * sizeof(*found));
	uint32_t nr = 0;

	for (uint32_t i = 0; hook && found && i < ORL_NR_HOOKS; i++) {
		uint32_t is = kind_of(s, i);

		if (!is || (kind && is != kind) || (event && event_of(s, i) != event) ||
		    !orl_hook_get(s, i, hook))
			continue;
		found[nr++] = (struct found){ hook->order, i };
	}
	if (nr)
		qsort(found, nr, sizeof(*found), by_order);
	for (uint32_t i = 0; i < nr; i++)
		if (orl_hook_get(s, found[i].slot, hook) && !fn(hook, found[i].slot, arg))
			break;
	free(found);
	free(hook);
	return hook && found ? 0 : -ENOMEM;
}

void orl_hooks_targets(const struct orl_session *s, uint64_t *slots)
{
	const struct orl_hook *hooks;

	memset(slots, 0, ORL_SET_EVENTS / 8);
	for (uint32_t i = 0; i < ORL_NR_HOOKS; i++) {
		uint32_t slot, cmd;

		if (kind_of(s, i) != ORL_HOOK_TRIGGER)
			continue;
		hooks = hooks_of(s);
		if (!hooks)
			return;
		cmd = hooks[i].cmd;
		slot = hooks[i].target - ORL_EVENT_ID_FIRST;
		if ((cmd == ORL_CMD_ENABLE_EVENT || cmd == ORL_CMD_DISABLE_EVENT) &&
		    slot < ORL_SET_EVENTS)
			slots[slot / 64] |= 1ULL << slot % 64;
	}
}

static int make_file(struct orl_session *s)
{
	int dirfd = orl_domain_open_dir(s->domain.dir), rc;
	struct orl_new_file file;
	char name[32];

	if (dirfd < 0)
		return dirfd;
	rc = orl_domain_file_begin(&file, dirfd);
	if (!rc && ftruncate(file.fd, (off_t)FILE_SIZE)) {
		rc = -errno;
		orl_domain_file_abandon(&file, dirfd);
	} else if (!rc) {
		rc = orl_domain_file_publish(&file, dirfd, file_name(s, name));
	}
	close(dirfd);
	return rc == -EEXIST ? 0 : rc;
}

/* The memory of slot @i, so that no process faults on it. */
static int allocate(struct orl_session *s, uint32_t i)
{
	struct stat st;
	char name[32];
	int rc, fd;

	rc = make_file(s);
	if (rc)
		return rc;
	fd = orl_session_lock_open(s, file_name(s, name));
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) || st.st_size < (off_t)FILE_SIZE)
		rc = -EBADMSG;
	else
		rc = posix_fallocate(fd, (off_t)i * ORL_HOOK_SIZE, ORL_HOOK_SIZE) ? -ENOSPC : 0;
	close(fd);
	return rc;
}

static void write_slot(struct orl_hook *to, const struct orl_hook *hook)
{
	/* odd, and another odd number than a writer that died may have left */
	uint32_t seq = (__atomic_load_n(&to->seq, __ATOMIC_RELAXED) + 2) | 1;

	__atomic_store_n(&to->seq, seq, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	memcpy((char *)to + sizeof(to->seq), (const char *)hook + sizeof(hook->seq),
	       sizeof(*hook) - sizeof(hook->seq));
	orl_testpoint("hook-written");
	__atomic_store_n(&to->seq, seq + 1, __ATOMIC_RELEASE);
}

/* With the lock held nobody writes: what is half written was left by a tool that died. It does
 * nothing, and is not shown, so that nobody could remove it. */
static void drop_unfinished_locked(struct orl_session *s)
{
	for (uint32_t i = 0; i < ORL_NR_HOOKS; i++) {
		const struct orl_hook *hooks = kind_of(s, i) ? hooks_of(s) : NULL;

		if (hooks && (__atomic_load_n(&hooks[i].seq, __ATOMIC_RELAXED) & 1))
			orl_hook_remove_locked(s, i);
	}
}

int orl_hook_add_locked(struct orl_session *s, struct orl_hook *hook)
{
	uint32_t i = 0;
	int rc;

	drop_unfinished_locked(s);
	while (i < ORL_NR_HOOKS && __atomic_load_n(&s->set->hook[i], __ATOMIC_RELAXED))
		i++;
	if (i == ORL_NR_HOOKS)
		return orl_session_fail(s, -ENOSPC,
					"an instance has at most %u filters and triggers",
					ORL_NR_HOOKS);
	rc = allocate(s, i);
	if (!rc && !hooks_of(s))
		rc = -EBADMSG;
	if (rc == -ENOSPC)
		return orl_session_fail_no_room(s, s->domain.dir, "the filter or trigger");
	if (rc)
		return orl_session_fail(s, rc, "cannot store in %s/" ORL_HOOKS_NAME ": %s",
					s->domain.dir, strerror(-rc));
	hook->order = __atomic_add_fetch(&s->set->hook_order, 1, __ATOMIC_RELAXED);
	write_slot(&hooks_of(s)[i], hook);
	__atomic_store_n(&s->set->hook[i], ORL_HOOK_INDEX(hook->event & 0xffff, hook->kind),
			 __ATOMIC_RELEASE);
	return (int)i;
}

int orl_hook_replace_locked(struct orl_session *s, uint32_t i, const struct orl_hook *hook)
{
	struct orl_hook *to = i < ORL_NR_HOOKS && kind_of(s, i) ? hooks_of(s) : NULL;

	if (!to)
		return orl_session_fail(s, -ENOENT, "there is no such filter or trigger");
	write_slot(&to[i], hook);
	__atomic_store_n(&s->set->hook[i], ORL_HOOK_INDEX(hook->event & 0xffff, hook->kind),
			 __ATOMIC_RELEASE);
	return 0;
}

void orl_hook_remove_locked(struct orl_session *s, uint32_t i)
{
	if (i < ORL_NR_HOOKS)
		__atomic_store_n(&s->set->hook[i], 0, __ATOMIC_RELEASE);
}
