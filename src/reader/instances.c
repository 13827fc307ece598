// SPDX-License-Identifier: MIT
/*
 * The table of instances: finding, making and removing one.
 *
 * An entry is taken by the store of its id, when its name and its set file are there, and given up
 * by the store of 0. Ids are never used twice, so a process or a session that knows an entry and an
 * id notices when the entry has become another instance's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "domain/sys.h"
#include "reader/control.h"
#include "reader/guard.h"
#include "reader/ring-impl.h"
#include "reader/set-impl.h"

bool orl_instance_is_name(const char *name)
{
	size_t len = strlen(name);

	return len && len < ORL_INSTANCE_NAME_MAX && !strchr(name, '/') && strcmp(name, ".") &&
	       strcmp(name, "..");
}

/* Copy an entry; false when it is free, or became another's meanwhile. */
static bool load(const struct orl_ctl *ctl, uint32_t i, struct orl_instance *out)
{
	const struct orl_instance *e = &ctl->instance[i];
	uint32_t id = __atomic_load_n(&e->id, __ATOMIC_ACQUIRE);

	if (!id)
		return false;
	*out = *e;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	out->id = id;
	out->name[ORL_INSTANCE_NAME_MAX - 1] = '\0';
	return __atomic_load_n(&e->id, __ATOMIC_RELAXED) == id && orl_instance_is_name(out->name);
}

/* The entry of an instance, 0 if there is none. */
static uint32_t find(const struct orl_ctl *ctl, const char *name, struct orl_instance *out)
{
	for (uint32_t i = 1; i < ORL_NR_INSTANCES; i++)
		if (load(ctl, i, out) && !strcmp(out->name, name))
			return i;
	return 0;
}

int orl_instance_map(struct orl_session *s, const char *name)
{
	bool writable = !(s->flags & ORL_SESSION_READONLY);
	struct orl_instance e;
	uint32_t i = find(s->domain.ctl, name, &e);
	struct orl_set *set;
	char file[32];
	size_t len;
	int rc;

	if (!i)
		return orl_session_fail(s, -ENOENT, "there is no instance '%.64s' in %s", name,
					s->domain.dir);
	orl_domain_name(file, ORL_SET_NAME, e.id);
	set = orl_domain_map(&s->domain, file, writable, &len, &rc);
	if (set && (len != ORL_SET_SIZE || set->magic != ORL_SET_MAGIC ||
		    set->version != ORL_SET_VERSION || set->id != e.id)) {
		munmap(set, len);
		set = NULL;
		rc = -EBADMSG;
	}
	if (!set)
		return orl_session_fail(s, rc, "cannot open the instance '%s', file %s/%s: %s",
					name, s->domain.dir, file,
					rc == -EBADMSG ? "it is damaged" : strerror(-rc));
	orl_guard_add(set, ORL_SET_SIZE);
	s->set = set;
	s->instance = i;
	s->instance_id = e.id;
	return 0;
}

void orl_instance_unmap(struct orl_session *s)
{
	orl_guard_remove(s->set);
	munmap(s->set, ORL_SET_SIZE);
	s->set = &s->domain.ctl->top;
	s->instance = 0;
}

bool orl_instance_is_gone(const struct orl_session *s)
{
	return s->instance &&
	       (__atomic_load_n(&s->set->dead, __ATOMIC_ACQUIRE) ||
		__atomic_load_n(&s->domain.ctl->instance[s->instance].id, __ATOMIC_ACQUIRE) !=
			s->instance_id);
}

uint32_t orl_domain_new_id(struct orl_session *s)
{
	uint32_t id;

	do
		id = __atomic_fetch_add(&s->domain.ctl->next_id, 1, __ATOMIC_RELAXED);
	while (!id || id == ORL_NO_RING);
	return id;
}

void orl_domain_unlink(const struct orl_session *s, const char *base, uint32_t id)
{
	int dirfd = orl_domain_open_dir(s->domain.dir);
	char name[32];

	if (dirfd < 0)
		return;
	unlinkat(dirfd, orl_domain_name(name, base, id), 0);
	close(dirfd);
}

/* The file "set.ID", whole before it gets its name. */
static int make_set(struct orl_session *s, uint32_t id)
{
	int dirfd = orl_domain_open_dir(s->domain.dir), rc;
	struct orl_new_file file;
	struct orl_set *set;
	char name[32];

	if (dirfd < 0)
		return dirfd;
	rc = orl_domain_file_begin(&file, dirfd);
	if (!rc)
		rc = orl_domain_file_allocate(file.fd, 0, ORL_SET_SIZE);
	else
		file.fd = -1;
	set = rc ? MAP_FAILED :
		   mmap(NULL, ORL_SET_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0);
	if (set == MAP_FAILED) {
		rc = rc ? rc : -errno;
		if (file.fd >= 0)
			orl_domain_file_abandon(&file, dirfd);
	} else {
		orl_set_init(set, id, s->domain.ctl);
		munmap(set, ORL_SET_SIZE);
		rc = orl_domain_file_publish(&file, dirfd,
					     orl_domain_name(name, ORL_SET_NAME, id));
	}
	close(dirfd);
	return rc;
}

static void fill_entry(struct orl_instance *e, uint32_t id, const char *name)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	memset(e->name, 0, sizeof(e->name));
	strcpy(e->name, name);
	e->made_ns = (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
	orl_testpoint("instance-filled");
	__atomic_store_n(&e->id, id, __ATOMIC_RELEASE);
}

static int create_locked(struct orl_session *s, const char *name)
{
	struct orl_instance *table = s->domain.ctl->instance, e;
	uint32_t i = 1, id;
	int rc;

	if (find(s->domain.ctl, name, &e))
		return orl_session_fail(s, -EEXIST, "there is an instance '%s'", name);
	while (i < ORL_NR_INSTANCES && table[i].id)
		i++;
	if (i == ORL_NR_INSTANCES)
		return orl_session_fail(s, -ENOSPC, "a domain has at most %u instances: remove one",
					ORL_NR_INSTANCES - 1);
	id = orl_domain_new_id(s);
	rc = make_set(s, id);
	if (rc == -ENOSPC)
		return orl_session_fail_no_room(s, s->domain.dir, "the instance");
	if (rc)
		return orl_session_fail(s, rc, "cannot make the instance '%s' in %s: %s", name,
					s->domain.dir, strerror(-rc));
	fill_entry(&table[i], id, name);
	return 0;
}

int orl_instance_create(struct orl_session *top, const char *name)
{
	int fd, rc;

	if (!orl_instance_is_name(name))
		return orl_session_fail(top, -EINVAL,
					"'%.64s' cannot name an instance: 1 to %u bytes without "
					"'/', not '.' or '..'", name, ORL_INSTANCE_NAME_MAX - 1);
	fd = orl_set_lock(top);
	if (fd < 0)
		return fd;
	rc = create_locked(top, name);
	if (!rc)
		orl_set_publish(top, false);
	orl_set_unlock(fd);
	return rc;
}

int orl_instance_hold(struct orl_session *s)
{
	char name[32];
	int fd;

	if (!s->instance)
		return orl_session_lock_open(s, ORL_CTL_NAME);
	fd = orl_session_lock_open(s, orl_domain_name(name, ORL_SET_NAME, s->instance_id));
	if (fd >= 0 && flock(fd, LOCK_SH | LOCK_NB)) {
		/* only a removal locks it alone */
		close(fd);
		return orl_session_fail(s, -ENODEV, "the instance is being removed");
	}
	return fd;
}

static bool is_held(struct orl_session *s)
{
	char name[32];
	int fd = orl_session_lock_open(s, orl_domain_name(name, ORL_SET_NAME, s->instance_id));
	bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	return held;
}

static void retire_half(const struct orl_session *s, uint32_t id)
{
	struct orl_rings r;

	if (id == ORL_NO_RING || orl_rings_map(&r, &s->domain, id, 0))
		return;
	orl_rings_mark(&r, ORL_RING_RETIRED, ORL_RING_ON);
	orl_rings_unmap(&r);
}

static bool remove_hist(const struct orl_hook *hook, uint32_t i, void *arg)
{
	(void)i;
	if (hook->cmd == ORL_CMD_HIST)
		orl_hist_remove(arg, hook->hist_id);
	return true;
}

/* The rings stop taking records at once; processes let go of the memory when they follow. */
static void remove_files(struct orl_session *s)
{
	const uint32_t id = s->instance_id;
	const uint32_t ring[3] = { s->set->ring_id[0], s->set->ring_id[1], s->set->retired_ring };

	orl_hook_foreach(s, 0, ORL_HOOK_TRIGGER, remove_hist, s);
	for (int i = 0; i < 3; i++) {
		/* ring file 0 is the top instance's, whatever a damaged set says */
		if (!ring[i] || ring[i] == ORL_NO_RING)
			continue;
		retire_half(s, ring[i]);
		orl_domain_unlink(s, ORL_RING_NAME, ring[i]);
	}
	orl_domain_unlink(s, ORL_HOOKS_NAME, id);
	orl_domain_unlink(s, ORL_ERRORS_NAME, id);
	orl_domain_unlink(s, ORL_SET_NAME, id);
}

int orl_instance_remove(struct orl_session *top, const char *name)
{
	struct orl_session s;
	int fd = orl_set_lock(top), rc;

	if (fd < 0)
		return fd;
	rc = *name ? orl_session_open_instance(&s, top, name) : -ENOENT;
	if (rc)
		orl_session_fail(top, rc, "there is no instance '%.64s'", name);
	if (!rc && is_held(&s)) {
		rc = orl_session_fail(top, -EBUSY, "the instance '%s' is being read", name);
		orl_session_close(&s);
	} else if (!rc) {
		__atomic_store_n(&s.set->dead, 1, __ATOMIC_RELEASE);
		__atomic_store_n(&s.domain.ctl->instance[s.instance].id, 0, __ATOMIC_RELEASE);
		remove_files(&s);
		orl_session_close(&s);
		orl_set_publish(top, false);
	}
	orl_set_unlock(fd);
	return rc;
}

static int by_id(const void *a, const void *b)
{
	const struct orl_instance *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

void orl_instance_foreach(const struct orl_session *top,
			  bool (*fn)(const char *name, uint32_t id, void *arg), void *arg)
{
	struct orl_instance table[ORL_NR_INSTANCES];
	uint32_t nr = 0;

	for (uint32_t i = 1; i < ORL_NR_INSTANCES; i++)
		nr += load(top->domain.ctl, i, &table[nr]);
	/* ids are given in order of creation */
	qsort(table, nr, sizeof(table[0]), by_id);
	for (uint32_t i = 0; i < nr; i++)
		if (!fn(table[i].name, table[i].id, arg))
			return;
}
