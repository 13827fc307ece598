// SPDX-License-Identifier: MIT
/*
 * oriel doctor, the domain at work: what each process says of itself in its slot, and what /proc
 * says of it.
 */
#include "cli/doctor-process.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "reader/debugfs-value.h"
#include "reader/events.h"
#include "reader/procs.h"
#include "reader/ring.h"

void orl_doctor_rings(struct orl_checks *c, const struct orl_session *s)
{
	const struct orl_ring_file *file;
	struct orl_events ev;
	uint64_t dropped;
	char size[24];

	if (orl_events_load(&ev, s))
		return;
	if (ev.nr_damaged)
		orl_check_add(c, ORL_CHECK_FAIL, "registry",
			      "oriel gc, when no program uses the domain", "%u entries are damaged",
			      ev.nr_damaged);
	else if (ev.nr_refused)
		orl_check_add(c, ORL_CHECK_FAIL, "registry",
			      "give some programs an ORIEL_DOMAIN of "
			      "their own",
			      "full: %" PRIu64 " events found no room", ev.nr_refused);
	else
		orl_check_add(c, ORL_CHECK_OK, "registry", NULL, "%u events", ev.nr);
	orl_events_fini(&ev);
	if (!__atomic_load_n(&s->set->tracing_on, __ATOMIC_RELAXED))
		orl_check_add(c, ORL_CHECK_WARN, "recording", "oriel write tracing_on 1",
			      "tracing_on is 0: nothing is recorded");
	if (!s->has_rings) {
		orl_check_add(c, ORL_CHECK_OK, "rings", NULL,
			      "none yet, made when an event is enabled");
		return;
	}
	file = (const struct orl_ring_file *)(const void *)s->rings.map;
	dropped = __atomic_load_n(&file->lease_dropped, __ATOMIC_RELAXED);
	if (dropped)
		orl_check_add(c, ORL_CHECK_WARN, "leases",
			      "let fewer threads lease: see rseq; or make room for the rings",
			      "%" PRIu64 " records were lost, as there was no ring to lease",
			      dropped);
	orl_cli_bytes(size, s->rings.size);
	orl_check_add(c, ORL_CHECK_OK, "rings", NULL, "%u of CPUs, %u to lease, %s", s->nr_cpus,
		      s->nr_rings - s->nr_cpus, size);
}

/* AT_SECURE in the process's auxiliary vector: 0, 1, or -errno. */
static int is_secure(pid_t pid)
{
	char path[64];
	uint64_t pair[2];
	int fd, secure = 0;

	snprintf(path, sizeof(path), "/proc/%d/auxv", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (read(fd, pair, sizeof(pair)) == (ssize_t)sizeof(pair) && pair[0] != AT_NULL)
		if (pair[0] == AT_SECURE)
			secure = pair[1] != 0;
	close(fd);
	return secure;
}

/* A number from /proc/PID/status, -1 if there is none. */
static long status_number(pid_t pid, const char *key)
{
	char path[64], line[256];
	size_t len = strlen(key);
	long value = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && value < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, len) && line[len] == ':')
			value = strtol(line + len + 1, NULL, 10);
	if (f)
		fclose(f);
	return value;
}

static void check_patching(struct orl_checks *c, const struct orl_process *p)
{
	const char *why = p->patch_error ? strerror(p->patch_error) : NULL;

	if (p->flags & ORL_PROC_PATCH_NONE)
		orl_check_add(c, ORL_CHECK_FAIL, "patching",
			      "let its sandbox permit /proc/self/mem or "
			      "mprotect(PROT_EXEC)",
			      "its %u sites cannot be written: %s; its events "
			      "stay off",
			      p->nr_sites, why ? why : "no reason given");
	else if (why)
		orl_check_add(c, ORL_CHECK_WARN, "patching", NULL,
			      "%u sites by %s; the last one that "
			      "could not be written: %s",
			      p->nr_sites,
			      p->flags & ORL_PROC_PATCH_MPROTECT ? "mprotect" : "/proc/self/mem",
			      why);
	else if (p->flags & ORL_PROC_PATCH_MPROTECT)
		orl_check_add(c, ORL_CHECK_OK, "patching", NULL,
			      p->patch_reason ? "%u sites by mprotect; /proc/self/mem: %s"
					      : "%u sites by mprotect, as %s asks",
			      p->nr_sites,
			      p->patch_reason ? strerror(p->patch_reason) : "ORIEL_PATCH");
	else if (p->flags & ORL_PROC_PATCH_PROC_MEM)
		orl_check_add(c, ORL_CHECK_OK, "patching", NULL, "%u sites by /proc/self/mem",
			      p->nr_sites);
	else
		orl_check_add(c, ORL_CHECK_OK, "patching", NULL, "%u sites, none patched yet",
			      p->nr_sites);
}

static void check_rseq(struct orl_checks *c, const struct orl_process *p)
{
	if (p->flags & ORL_PROC_RSEQ_NONE)
		orl_check_add(c, ORL_CHECK_WARN, "rseq", NULL,
			      "none%s: its threads lease rings, an event "
			      "costs more",
			      p->flags & ORL_PROC_VALGRIND ? " under valgrind" : "");
	else if (p->flags & ORL_PROC_RSEQ_OWN)
		orl_check_add(c, ORL_CHECK_OK, "rseq", NULL,
			      "registered by Oriel, thread by thread");
	else if (p->flags & ORL_PROC_RSEQ_LIBC)
		orl_check_add(c, ORL_CHECK_OK, "rseq", NULL, "registered by the C library");
	else
		orl_check_add(c, ORL_CHECK_OK, "rseq", NULL, "not needed yet");
}

static const char *control_mode(const struct orl_process *p, char buf[64])
{
	if (p->flags & ORL_PROC_CONTROL_NONE)
		return "off";
	if (p->flags & ORL_PROC_CONTROL_THREAD)
		return "by its service thread";
	if (p->flags & ORL_PROC_CONTROL_POLL)
		return "by its event loop (poll)";
	snprintf(buf, 64, "by signal %d", p->signal);
	return buf;
}

static void check_control(struct orl_checks *c, const struct orl_process *p)
{
	char buf[64];
	const char *mode = control_mode(p, buf);

	if (p->reach == ORL_REACH_STOPPED || p->reach == ORL_REACH_DEAD)
		orl_check_add(c, ORL_CHECK_WARN, "control", orl_reach_advice(p->reach), "%s; it %s",
			      mode, orl_reach_reason(p->reach));
	else if (p->reach != ORL_REACH_OK)
		orl_check_add(c, ORL_CHECK_FAIL, "control", orl_reach_advice(p->reach), "%s; it %s",
			      mode, orl_reach_reason(p->reach));
	else if (p->slot < 0)
		orl_check_add(c, ORL_CHECK_OK, "control", NULL,
			      "%s; linked only, it attaches when it is first told something", mode);
	else
		orl_check_add(c, ORL_CHECK_OK, "control", NULL, "%s%s", mode,
			      p->is_current ? "" : "; it has not applied the newest rules");
}

static void check_errors(struct orl_checks *c, const struct orl_process *p)
{
	if (p->ring_error)
		orl_check_add(c, ORL_CHECK_FAIL, "rings",
			      p->ring_error == ENOSPC ? "free room in the domain's file system"
						      : NULL,
			      "it could not map the rings: %s", strerror(p->ring_error));
	if (p->refused)
		orl_check_add(c, ORL_CHECK_FAIL, "events", "give it an ORIEL_DOMAIN of its own",
			      "%u of its events found no room in the registry", p->refused);
	if (p->dropped)
		orl_check_add(c, ORL_CHECK_WARN, "records", NULL,
			      "%" PRIu64 " were dropped, too large for a page of the rings",
			      p->dropped);
}

static void check_permission(struct orl_checks *c, pid_t pid)
{
	int secure = is_secure(pid);
	long tracer = status_number(pid, "TracerPid");

	if (secure == 1)
		orl_check_add(
			c, ORL_CHECK_WARN, "privilege", NULL,
			"it runs with raised privileges (AT_SECURE): its environment is ignored");
	else if (secure == -EACCES || secure == -EPERM)
		orl_check_add(c, ORL_CHECK_WARN, "privilege", NULL,
			      "its /proc files are closed to you (not dumpable, or another user)");
	if (tracer > 0)
		orl_check_add(c, ORL_CHECK_OK, "ptrace", NULL,
			      "traced by process %ld, which may hold it when it is told something",
			      tracer);
}

/* Is what it shows as files within reach? Its memory may be closed to us, and it then answers. */
static void check_debugfs(struct orl_checks *c, const struct orl_session *s,
			  const struct orl_process *p)
{
	struct orl_dfs_view *view;
	struct orl_dfs_memory memory;
	struct orl_dfs_owner owner;
	int rc;

	if (orl_dfs_view_open(&view, s, p->slot))
		return;
	owner = *orl_dfs_view_owner(view);
	orl_dfs_view_close(view);
	rc = orl_dfs_memory_init(&memory, &owner);
	if (!rc)
		orl_check_add(c, ORL_CHECK_OK, "debugfs", NULL, "values are read in its memory%s",
			      owner.has_socket ? ", functions by its service thread" : "");
	else if (rc == -EPERM && owner.has_socket)
		orl_check_add(c, ORL_CHECK_OK, "debugfs", NULL,
			      "its service thread answers; its memory is closed to you");
	else if (rc == -EPERM)
		orl_check_add(c, ORL_CHECK_WARN, "debugfs",
			      "start it with ORIEL_CONTROL=thread, and it answers itself; or let "
			      "kernel.yama.ptrace_scope be 0",
			      "its values cannot be read: its memory is closed to you "
			      "(kernel.yama.ptrace_scope, or it is not dumpable)");
}

static void check_process(struct orl_checks *c, const struct orl_session *s,
			  const struct orl_process *p, bool is_first)
{
	char name[80];

	c->pid = p->pid;
	orl_check_add(c, ORL_CHECK_OK, "process", NULL, "%s%s, %u events",
		      orl_cli_escape(name, sizeof(name), p->comm),
		      is_first ? "" : " (another copy of the library)", p->nr_events);
	if (p->slot >= 0) {
		check_patching(c, p);
		check_rseq(c, p);
	}
	check_control(c, p);
	if (p->slot >= 0)
		check_debugfs(c, s, p);
	check_errors(c, p);
	if (is_first)
		check_permission(c, p->pid);
	c->pid = 0;
}

void orl_doctor_stranger(struct orl_checks *c, const struct orl_session *s, pid_t pid)
{
	c->pid = pid;
	if (!orl_process_is_alive(pid))
		orl_check_add(c, ORL_CHECK_FAIL, "process", NULL, "no such process");
	else
		orl_check_add(c, ORL_CHECK_FAIL, "process",
			      "compare its ORIEL_DOMAIN and "
			      "XDG_RUNTIME_DIR with yours; an unmodified program needs "
			      "oriel record --preload",
			      "%s: it does not use Oriel, or in another domain",
			      s ? "not in this domain" : "this domain does not exist");
	if (orl_process_is_alive(pid))
		check_permission(c, pid);
	c->pid = 0;
}

void orl_doctor_processes(struct orl_checks *c, struct orl_session *s, pid_t pid)
{
	struct orl_processes list;
	int32_t last = 0;

	if (orl_processes_list(&list, s, ORL_PROCS_LINKED, pid)) {
		c->failed = true;
		return;
	}
	if (list.nr_full)
		orl_check_add(c, ORL_CHECK_FAIL, "processes",
			      "give some an ORIEL_DOMAIN of their own",
			      "%u found no room in the domain", list.nr_full);
	if (!list.nr && pid)
		orl_doctor_stranger(c, s, pid);
	else if (!list.nr)
		orl_check_add(c, ORL_CHECK_OK, "processes", NULL, "none in this domain");
	for (uint32_t i = 0; i < list.nr; i++) {
		if (list.process[i].alive)
			check_process(c, s, &list.process[i], list.process[i].pid != last);
		last = list.process[i].pid;
	}
	orl_processes_fini(&list);
}
