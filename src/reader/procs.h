/* SPDX-License-Identifier: MIT */
/*
 * The processes of a domain: those that attached (a slot in the control file, one per copy of the
 * library in the process), and those that merely link the library and wait for a first nudge (found
 * in /proc).
 */
#ifndef ORL_READER_PROCS_H
#define ORL_READER_PROCS_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/session.h"

/* Why a process does not follow a change of the rules, or that nothing hinders it. */
enum orl_reach {
	ORL_REACH_OK,			/* nothing known that hinders it */
	ORL_REACH_DEAD,
	ORL_REACH_STOPPED,		/* it applies the change when it goes on */
	ORL_REACH_BLOCKED,		/* its threads block the signal */
	ORL_REACH_REPLACED,		/* our signal handler is gone */
	ORL_REACH_NO_CONTROL,		/* ORIEL_CONTROL=off, or no signal was free */
	ORL_REACH_DENIED,		/* we may not signal it */
	ORL_REACH_SILENT,		/* everything looks right, but it did not answer in time */
};

struct orl_process {
	int32_t pid;
	int slot;			/* of the control file; -1: only linked, not attached */
	bool alive;
	char state;			/* of /proc/PID/stat: R S D T t Z ..., '?' if unknown */
	bool sig_caught, sig_blocked;	/* the nudge signal; blocked: by every thread */
	enum orl_reach reach;
	char comm[17];			/* from /proc or the slot; any bytes but NUL */
	/* of the slot; 0 for a merely linked process, but @signal */
	uint32_t applied;		/* generation that holds there */
	bool is_current;		/* applied >= the generation of the rules when listed */
	uint64_t copy;
	uint32_t flags;			/* ORL_PROC_* */
	int signal;
	int patch_error, ring_error;	/* errno values, 0 none */
	int patch_reason;		/* errno that kept /proc/self/mem from use, 0 none */
	uint32_t nr_events, nr_sites, refused;
	uint64_t dropped;
	uint64_t began_ns;		/* CLOCK_BOOTTIME; 0 unknown */
};

struct orl_processes {
	struct orl_process *process;	/* sorted by pid, slot */
	uint32_t nr;
	uint32_t nr_full;		/* processes that found no slot, ever */
};

#define ORL_PROCS_LINKED 1U		/* search /proc for merely linked ones too */
#define ORL_PROCS_DEAD 2U		/* list dead slots too */

/**
 * orl_processes_list() - list the processes of a domain
 * @flags: ORL_PROCS_*
 * @pid:   only this process; 0: all
 *
 * Slots of dead processes are freed on the way, unless the session is read-only or the flag asks
 * for them.
 * Return: 0 or -ENOMEM.
 */
int orl_processes_list(struct orl_processes *list, struct orl_session *s, unsigned int flags,
		       int32_t pid);
void orl_processes_fini(struct orl_processes *list);

/** orl_processes_any_linked() - does a process wait for the domain at @dir to be made? */
bool orl_processes_any_linked(const char *dir);

/** orl_process_is_alive() - does a process of this id exist and is no zombie? */
bool orl_process_is_alive(int32_t pid);

struct orl_proc;
/** orl_process_of_slot_is_alive() - does the process @pid live that took @slot? Not if another has
 * its number */
bool orl_process_of_slot_is_alive(int32_t pid, const struct orl_proc *slot);

/** orl_process_reach() - look at a listed process again; updates what of @p comes from /proc */
enum orl_reach orl_process_reach(struct orl_process *p);

/** orl_reach_reason() - "is stopped", to follow the name of a process; never NULL */
const char *orl_reach_reason(enum orl_reach reach);

/**
 * orl_reach_advice() - what the user can do about it, a sentence without its full stop; "" if
 * nothing
 */
const char *orl_reach_advice(enum orl_reach reach);

#endif /* ORL_READER_PROCS_H */
