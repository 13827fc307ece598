// SPDX-License-Identifier: MIT
/*
 * Changing an instance: the lock, the copies that are written aside, the generations that make them
 * hold; and the options, lists and masks that are set so.
 */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reader/control.h"
#include "reader/ring-impl.h"
#include "reader/set-impl.h"

int orl_set_lock(struct orl_session *s)
{
	int fd, rc;

	if (s->flags & ORL_SESSION_READONLY)
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	if (orl_instance_is_gone(s))
		return orl_session_fail(s, -ENODEV, "the instance was removed");
	fd = orl_session_lock_open(s, ORL_CTL_NAME);
	if (fd < 0)
		return fd;
	rc = orl_session_lock(s, fd, ORL_CTL_NAME);
	s->has_copy = false;
	if (!rc && orl_instance_is_gone(s))
		rc = orl_session_fail(s, -ENODEV, "the instance was removed");
	if (!rc)
		return fd;
	close(fd);
	return rc;
}

void orl_set_unlock(int fd)
{
	close(fd);
}

uint32_t orl_set_copy_locked(struct orl_session *s)
{
	struct orl_set *set = s->set;
	uint32_t gen = __atomic_load_n(&set->gen, __ATOMIC_RELAXED);
	uint32_t from = gen & 1, to = (gen + 1) & 1;

	if (s->has_copy)
		return to;
	/* whoever still reads this copy, by the generation before, finds that gen has changed */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	memcpy(&set->rules[to], &set->rules[from], sizeof(set->rules[0]));
	memcpy(&set->exact[to], &set->exact[from], sizeof(set->exact[0]));
	memcpy(&set->pids[to], &set->pids[from], sizeof(set->pids[0]));
	memcpy(&set->notrace[to], &set->notrace[from], sizeof(set->notrace[0]));
	s->has_copy = true;
	return to;
}

void orl_set_select_locked(struct orl_session *s)
{
	struct orl_ctl *ctl = s->domain.ctl;

	orl_testpoint("rules-written");
	/* release: pairs with the acquire of whoever reads gen; a new gen shows the new copies */
	if (s->has_copy)
		__atomic_fetch_add(&s->set->gen, 1, __ATOMIC_RELEASE);
	s->has_copy = false;
	__atomic_fetch_add(&ctl->gen, 1, __ATOMIC_RELEASE);
	orl_testpoint("rules-selected");
	syscall(SYS_futex, &ctl->gen, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
	orl_domain_touch(s->domain.dir);
}

void orl_set_publish(struct orl_session *s, bool changed_copies)
{
	if (changed_copies)
		orl_set_copy_locked(s);
	orl_set_select_locked(s);
	orl_nudge_processes(s, 0);
}

int orl_set_options(struct orl_session *s, uint64_t set_bits, uint64_t clear_bits)
{
	int fd = orl_set_lock(s), rc = 0;
	uint64_t before;

	if (fd < 0)
		return fd;
	before = __atomic_load_n(&s->set->options, __ATOMIC_RELAXED);
	__atomic_store_n(&s->set->options, (before & ~clear_bits) | set_bits, __ATOMIC_RELEASE);
	if ((before ^ s->set->options) & ORL_OPT_OVERWRITE)
		rc = orl_states_fix(s);
	orl_set_publish(s, false);
	orl_set_unlock(fd);
	return rc;
}

static bool has_pid(const struct orl_pids *list, int32_t pid)
{
	for (uint32_t i = 0; i < list->nr; i++)
		if (list->pid[i] == pid)
			return true;
	return false;
}

static int set_pids_locked(struct orl_session *s, bool notrace, const int32_t *pid, uint32_t nr,
			   bool add)
{
	uint32_t copy = orl_set_copy_locked(s);
	struct orl_pids *list = notrace ? &s->set->notrace[copy] : &s->set->pids[copy];

	if (!add)
		list->nr = 0;
	if (list->nr > ORL_NR_PIDS)
		list->nr = ORL_NR_PIDS;
	for (uint32_t i = 0; i < nr; i++) {
		if (has_pid(list, pid[i]))
			continue;
		if (list->nr == ORL_NR_PIDS) {
			/* the copy is forgotten: nothing has changed */
			s->has_copy = false;
			return orl_session_fail(s, -E2BIG, "at most %u processes can be listed",
						ORL_NR_PIDS);
		}
		list->pid[list->nr++] = pid[i];
	}
	return 0;
}

int orl_set_pids(struct orl_session *s, bool notrace, const int32_t *pid, uint32_t nr, bool add)
{
	int fd = orl_set_lock(s), rc;

	if (fd < 0)
		return fd;
	rc = set_pids_locked(s, notrace, pid, nr, add);
	if (!rc) {
		orl_set_select_locked(s);
		/* behind the new list: a thread that sees this looks at that */
		__atomic_fetch_add(&s->set->pid_gen, 1, __ATOMIC_RELEASE);
		orl_nudge_processes(s, 0);
	}
	orl_set_unlock(fd);
	return rc;
}

uint32_t orl_get_pids(const struct orl_session *s, bool notrace, int32_t *pid)
{
	const struct orl_set *set = s->set;
	uint32_t gen = __atomic_load_n(&set->gen, __ATOMIC_ACQUIRE), nr = 0;

	for (int i = 0; i < 1000; i++) {
		const struct orl_pids *list = notrace ? &set->notrace[gen & 1] :
							&set->pids[gen & 1];
		uint32_t now;

		nr = __atomic_load_n(&list->nr, __ATOMIC_RELAXED);
		if (nr > ORL_NR_PIDS)
			nr = ORL_NR_PIDS;
		memcpy(pid, list->pid, nr * sizeof(*pid));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		now = __atomic_load_n(&set->gen, __ATOMIC_ACQUIRE);
		if (now == gen)
			break;
		gen = now;
	}
	return nr;
}

int orl_set_cpumask(struct orl_session *s, const uint64_t *mask, uint32_t nr_words)
{
	const uint32_t nr_cpus = s->domain.ctl->nr_cpus, words = 64;
	int fd = orl_set_lock(s), rc;

	if (fd < 0)
		return fd;
	for (uint32_t i = 0; i < words; i++) {
		uint64_t on = i < nr_words ? mask[i] : 0;
		uint64_t there = i < nr_cpus / 64 ? ~0ULL :
				 i == nr_cpus / 64 ? (1ULL << nr_cpus % 64) - 1 : 0;

		__atomic_store_n(&s->set->cpumask_off[i], ~on & there, __ATOMIC_RELAXED);
	}
	rc = orl_states_fix(s);
	orl_set_publish(s, false);
	orl_set_unlock(fd);
	return rc;
}
