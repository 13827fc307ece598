// SPDX-License-Identifier: MIT
/*
 * Loading the library: read the environment, install the nudge's handler, attach if the domain
 * exists. Nothing else: no thread, no descriptor, no file, unless the environment asks.
 *
 * And the list of objects: each program and shared object with Oriel headers in it registers itself
 * here.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/print.h"
#include "runtime/runtime.h"
#include "runtime/stack.h"

struct orl_runtime orl_rt;

/* By this note a tool knows a statically linked program that it may nudge. */
__asm__(".pushsection .note.oriel, \"a\", %note\n\t"
	".balign 4\n\t"
	".long 6, 8, 1\n\t"
	".asciz \"Oriel\"\n\t"
	".balign 4\n\t"
	".long 1, 0\n\t"
	".popsection");
static uint32_t init_state;		/* 0 not begun, 1 begun, 2 done */

static enum orl_control control_from(const char *s)
{
	if (s && !strcmp(s, "thread"))
		return ORL_CONTROL_THREAD;
	if (s && !strcmp(s, "poll"))
		return ORL_CONTROL_POLL;
	return s && !strcmp(s, "off") ? ORL_CONTROL_OFF : ORL_CONTROL_SIGNAL;
}

static enum orl_patch patch_from(const char *s)
{
	if (s && !strcmp(s, "proc-mem"))
		return ORL_PATCH_PROC_MEM;
	return s && !strcmp(s, "mprotect") ? ORL_PATCH_MPROTECT : ORL_PATCH_AUTO;
}

static void read_environment(void)
{
	const char *rseq = getenv("ORIEL_RSEQ");
	const char *events = getenv("ORIEL_EVENTS");

	orl_rt.control = control_from(getenv("ORIEL_CONTROL"));
	orl_rt.patch = patch_from(getenv("ORIEL_PATCH"));
	orl_rt.no_rseq = rseq && !strcmp(rseq, "off");
	orl_rt.events = events && *events ? events : NULL;
	orl_rt.valgrind = orl_arch_valgrind(0x1001, 0, 0) != 0;
	orl_dyndbg_init();
	orl_console_init();
	if (orl_domain_path(orl_rt.dir, sizeof(orl_rt.dir), getenv("ORIEL_DOMAIN"),
			    getenv("XDG_RUNTIME_DIR"), geteuid()))
		orl_rt.dir[0] = '\0';
}

void orl_init(void)
{
	uint32_t fresh = 0;

	if (orl_load_acquire(&init_state) ||
	    !__atomic_compare_exchange_n(&init_state, &fresh, 1, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE))
		return;
	orl_rt.inert = getauxval(AT_SECURE) != 0;
	if (!orl_rt.inert) {
		read_environment();
		orl_fork_init();
		orl_control_init();
		orl_apply(true);
	}
	orl_store_release(&init_state, 2);
}

__attribute__((constructor(101))) static void load(void)
{
	orl_init();
}

/* The last word about what is mapped where, for the stacks and prints that were taken. */
__attribute__((destructor(101))) static void leave(void)
{
	uint32_t pid = (uint32_t)syscall(SYS_getpid);
	struct orl_lock_state state;

	if ((!orl_rt.stacks && !orl_rt.names) || orl_load(&orl_wipe.epoch) != pid ||
	    !orl_lock(&state, true))
		return;
	if (orl_rt.proc && orl_load(&orl_rt.proc->pid) == pid)
		orl_maps_record();
	orl_unlock(&state);
}

static bool dso_is_known(const struct oriel_dso *dso)
{
	for (const struct oriel_dso *d = orl_rt.dsos; d; d = d->next) {
		if (d == dso)
			return true;
	}
	return false;
}

static uint32_t count_sites(void)
{
	uint32_t n = 0;

	for (const struct oriel_dso *d = orl_rt.dsos; d; d = d->next)
		n += (uint32_t)(d->sites_end - d->sites_start);
	return n;
}

static void add_dso(struct oriel_dso *dso, const char *modname)
{
	if (dso_is_known(dso))
		return;
	dso->next = orl_rt.dsos;
	orl_rt.dsos = dso;
	dso->registered = 1;
	orl_dyndbg_add_locked(dso, modname);
	orl_rt.nr_sites = count_sites();
	if (orl_slot_is_ours_locked()) {
		orl_rt.proc->nr_sites = orl_rt.nr_sites;
		for (struct trace_event_call *const *p = dso->events_start; p < dso->events_end;
		     p++)
			orl_event_register_locked(*p);
	}
}

void oriel_dso_register(struct oriel_dso *dso)
{
	char buf[ORL_MODNAME_MAX];
	struct orl_lock_state state;
	const char *modname;

	orl_init();
	if (dso->version != ORIEL_DSO_VERSION)
		return;
	modname = orl_dyndbg_name(dso, buf);
	if (!orl_lock(&state, true))
		return;
	add_dso(dso, modname);
	if (!orl_rt.proc)
		orl_dyndbg_sync_locked();	/* it may ask for tracing now */
	if (orl_rt.proc || orl_dyndbg_asks())
		orl_apply_locked();
	else
		orl_sites_sync_locked();
	orl_unlock(&state);
}

void oriel_dso_unregister(struct oriel_dso *dso)
{
	struct orl_lock_state state;

	if (!orl_lock(&state, true))
		return;
	for (struct oriel_dso **p = &orl_rt.dsos; *p; p = &(*p)->next) {
		if (*p != dso)
			continue;
		*p = dso->next;
		dso->registered = 0;
		for (struct trace_event_call *const *e = dso->events_start; e < dso->events_end;
		     e++)
			orl_event_forget_locked(*e);
		orl_dyndbg_forget_locked(dso);
		break;
	}
	orl_rt.nr_sites = count_sites();
	orl_unlock(&state);
}

const char *oriel_version(void)
{
	return ORIEL_VERSION_STRING;
}
