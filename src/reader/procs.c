// SPDX-License-Identifier: MIT
/*
 * Who is in a domain, and who can be reached.
 */
#include "reader/procs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/maps.h"
#include "reader/proc.h"

static const struct {
	const char *reason, *advice;
} reach_text[] = {
	[ORL_REACH_OK] = { "can be reached", "" },
	[ORL_REACH_DEAD] = { "has ended", "" },
	[ORL_REACH_STOPPED] = { "is stopped",
				"continue it; it follows then" },
	[ORL_REACH_BLOCKED] = { "blocks the signal that tells it of changes, in every thread",
				"start it with ORIEL_CONTROL=thread, or with ORIEL_SIGNAL=NAME of "
				"a signal that it does not block" },
	[ORL_REACH_REPLACED] = { "no longer handles the signal that tells it of changes",
				 "start it with ORIEL_SIGNAL=NAME of a signal that it does not "
				 "use, or with ORIEL_CONTROL=thread" },
	[ORL_REACH_NO_CONTROL] = { "cannot be told of changes (ORIEL_CONTROL=off, or its signal "
				   "was in use)",
				   "start it with ORIEL_CONTROL=thread, or with ORIEL_SIGNAL=NAME "
				   "of a signal that it does not use" },
	[ORL_REACH_DENIED] = { "may not be signalled by this user",
			       "run this command as the user it runs as" },
	[ORL_REACH_SILENT] = { "did not answer in time",
			       "it follows when it next runs, unless it has taken the signal "
			       "for itself; then start it with ORIEL_CONTROL=thread, or with "
			       "ORIEL_SIGNAL=NAME of a signal that it does not use" },
};

const char *orl_reach_reason(enum orl_reach reach)
{
	return reach_text[reach].reason;
}

const char *orl_reach_advice(enum orl_reach reach)
{
	return reach_text[reach].advice;
}

bool orl_process_is_alive(int32_t pid)
{
	char path[32], text[512], state, *end;

	if (pid <= 0 || (kill(pid, 0) && errno == ESRCH))
		return false;
	/*
	 * a zombie still has its id, but will never do anything; where /proc is missing, believe
	 * kill()
	 */
	snprintf(path, sizeof(path), "/proc/%d/stat", orl_proc_thread(pid));
	if (orl_proc_read(path, text, sizeof(text)) <= 0)
		return true;
	end = strrchr(text, ')');
	state = end && end[1] ? end[2] : '?';
	return state != 'Z' && state != 'X';
}

bool orl_process_of_slot_is_alive(int32_t pid, const struct orl_proc *slot)
{
	return orl_process_is_alive(pid) &&
	       !orl_proc_started_after(pid, __atomic_load_n(&slot->began_ns, __ATOMIC_RELAXED));
}

static enum orl_reach find_reach(const struct orl_process *p)
{
	if (!p->alive)
		return ORL_REACH_DEAD;
	if (kill(p->pid, 0) && errno == EPERM)
		return ORL_REACH_DENIED;
	if (p->flags & ORL_PROC_CONTROL_NONE)
		return ORL_REACH_NO_CONTROL;
	if (p->state == 'T' || p->state == 't')
		return ORL_REACH_STOPPED;
	if (p->flags & (ORL_PROC_CONTROL_THREAD | ORL_PROC_CONTROL_POLL))
		return ORL_REACH_OK;
	if (!p->sig_caught)
		return ORL_REACH_REPLACED;
	return p->sig_blocked ? ORL_REACH_BLOCKED : ORL_REACH_OK;
}

static void examine(struct orl_process *p)
{
	struct orl_proc_status st;
	bool is_there = orl_proc_status(p->pid, &st);

	p->state = st.state;
	p->alive = is_there ? st.state != 'Z' && st.state != 'X' : orl_process_is_alive(p->pid);
	if (p->alive && orl_proc_started_after(p->pid, p->began_ns))
		p->alive = is_there = false;
	p->sig_caught = orl_proc_has_signal(st.caught, p->signal);
	p->sig_blocked = orl_proc_has_signal(st.blocked, p->signal);
	if (is_there)
		memcpy(p->comm, st.comm, sizeof(p->comm));
	p->reach = find_reach(p);
}

enum orl_reach orl_process_reach(struct orl_process *p)
{
	examine(p);
	return p->reach;
}

static int add(struct orl_processes *list, const struct orl_process *p)
{
	/* doubles at every power of two */
	if (!(list->nr & (list->nr - 1))) {
		size_t room = list->nr ? 2UL * list->nr : 1;
		void *more = realloc(list->process, room * sizeof(*p));

		if (!more)
			return -ENOMEM;
		list->process = more;
	}
	list->process[list->nr++] = *p;
	return 0;
}

static bool load_slot(struct orl_process *p, const struct orl_proc *slot, uint32_t gen)
{
	uint32_t pid = __atomic_load_n(&slot->pid, __ATOMIC_ACQUIRE);
	struct orl_proc copy;

	if (!pid || pid > INT32_MAX)
		return false;
	memcpy(&copy, slot, offsetof(struct orl_proc, events));
	memset(p, 0, sizeof(*p));
	p->pid = (int32_t)pid;
	p->applied = copy.applied;
	p->is_current = (int32_t)(copy.applied - gen) >= 0;
	p->copy = copy.copy;
	p->flags = copy.flags;
	p->signal = copy.signal <= 64 ? (int)copy.signal : 0;
	p->patch_error = copy.patch_error;
	p->patch_reason = copy.patch_reason;
	p->ring_error = copy.ring_error;
	p->nr_events = copy.nr_events;
	p->nr_sites = copy.nr_sites;
	p->refused = copy.refused;
	p->dropped = copy.dropped;
	p->began_ns = copy.began_ns;
	memcpy(p->comm, copy.comm, sizeof(copy.comm));
	p->comm[sizeof(copy.comm)] = '\0';
	return true;
}

/* Free the slot of a process that is dead, unless somebody else has taken it meanwhile. */
static void free_slot(const struct orl_session *s, struct orl_proc *slot, uint32_t owner)
{
	if (!(s->flags & ORL_SESSION_READONLY) &&
	    __atomic_compare_exchange_n(&slot->pid, &owner, 0, false, __ATOMIC_ACQ_REL,
					__ATOMIC_RELAXED))
		orl_maps_trim(s, ORL_MAPS_KEPT);
}

static void free_dead_claim(const struct orl_session *s, struct orl_proc *slot)
{
	uint32_t owner = __atomic_load_n(&slot->pid, __ATOMIC_RELAXED);

	if ((owner & ORL_PROC_CLAIMING) &&
	    !orl_process_is_alive((int32_t)(owner & ~ORL_PROC_CLAIMING)))
		free_slot(s, slot, owner);
}

static int list_slots(struct orl_processes *list, struct orl_session *s, unsigned int flags,
		      int32_t pid)
{
	struct orl_proc *slot = orl_ctl_procs(s->domain.ctl);
	uint32_t gen = __atomic_load_n(&s->domain.ctl->gen, __ATOMIC_ACQUIRE);

	for (uint32_t i = 0; i < ORL_NR_PROCS; i++) {
		struct orl_process p;

		free_dead_claim(s, &slot[i]);
		if (!load_slot(&p, &slot[i], gen) || (pid && p.pid != pid))
			continue;
		p.slot = (int)i;
		examine(&p);
		if (!p.alive && !(flags & ORL_PROCS_DEAD)) {
			free_slot(s, &slot[i], (uint32_t)p.pid);
			continue;
		}
		if (add(list, &p))
			return -ENOMEM;
	}
	return 0;
}

static bool is_listed(const struct orl_processes *list, uint32_t nr, int32_t pid)
{
	for (uint32_t i = 0; i < nr; i++)
		if (list->process[i].pid == pid)
			return true;
	return false;
}

static bool is_of_this_user(int32_t pid)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	return !stat(path, &st) && st.st_uid == geteuid();
}

/* The process that an entry of /proc stands for, if it merely links the library. */
static bool take_linked(const struct dirent *entry, const char *dir, struct orl_process *p)
{
	struct orl_proc_status st;

	*p = (struct orl_process){ .pid = atoi(entry->d_name), .slot = -1 };
	return isdigit((unsigned char)entry->d_name[0]) && p->pid > 0 && p->pid != getpid() &&
	       is_of_this_user(p->pid) && orl_proc_status(p->pid, &st) &&
	       orl_proc_linked(p->pid, &st, dir, &p->signal);
}

bool orl_processes_any_linked(const char *dir)
{
	DIR *proc = opendir("/proc");
	struct orl_process p;
	struct dirent *entry;
	bool any = false;

	while (proc && !any && (entry = readdir(proc)))
		any = take_linked(entry, dir, &p);
	if (proc)
		closedir(proc);
	return any;
}

static int list_linked(struct orl_processes *list, struct orl_session *s, int32_t pid)
{
	uint32_t nr_attached = list->nr;
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int rc = 0;

	while (dir && !rc && (entry = readdir(dir))) {
		int32_t its_pid = atoi(entry->d_name);
		struct orl_process p;

		if ((pid && its_pid != pid) || is_listed(list, nr_attached, its_pid) ||
		    !take_linked(entry, s->domain.dir, &p))
			continue;
		examine(&p);
		if (p.alive)
			rc = add(list, &p);
	}
	if (dir)
		closedir(dir);
	return rc;
}

static int by_pid(const void *a, const void *b)
{
	const struct orl_process *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->slot - y->slot;
}

int orl_processes_list(struct orl_processes *list, struct orl_session *s, unsigned int flags,
		       int32_t pid)
{
	int rc;

	memset(list, 0, sizeof(*list));
	list->nr_full = __atomic_load_n(&s->domain.ctl->procs_full, __ATOMIC_RELAXED);
	rc = list_slots(list, s, flags, pid);
	if (!rc && (flags & ORL_PROCS_LINKED))
		rc = list_linked(list, s, pid);
	if (rc)
		orl_processes_fini(list);
	else if (list->nr)
		qsort(list->process, list->nr, sizeof(*list->process), by_pid);
	return rc;
}

void orl_processes_fini(struct orl_processes *list)
{
	free(list->process);
	memset(list, 0, sizeof(*list));
}
