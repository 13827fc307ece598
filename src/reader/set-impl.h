/* SPDX-License-Identifier: MIT */
/*
 * What the files that change an instance share.
 */
#ifndef ORL_READER_SET_IMPL_H
#define ORL_READER_SET_IMPL_H

#include "reader/instance.h"
#include "trigger/trigger.h"

/** orl_session_fail_no_room() - say that the file system is full; returns -ENOSPC */
int orl_session_fail_no_room(struct orl_session *s, const char *dir, const char *what);

/** orl_instance_map() - make @name's the instance of a session that has the top one; undone with
 * orl_instance_unmap(). -ENOENT, -EBADMSG with text. */
int orl_instance_map(struct orl_session *s, const char *name);
void orl_instance_unmap(struct orl_session *s);

/**
 * orl_set_copy_locked() - the copy of rules, exact, pids and notrace that may be written, by its
 * index; it begins as what holds now, and holds from orl_set_publish() on
 */
uint32_t orl_set_copy_locked(struct orl_session *s);

/** orl_exact_set_locked() - switch the event of a registry slot, softly where @targets says so */
void orl_exact_set_locked(struct orl_session *s, uint32_t slot, bool on, const uint64_t *targets);

/** orl_set_select_locked() - the generations move on, sleepers wake; no signal is sent */
void orl_set_select_locked(struct orl_session *s);

/** orl_nudge_processes() - as orl_control_nudge(), but needs no lock, and only those that have
 * attached: others have nothing yet that a change could concern; the number of those late */
int orl_nudge_processes(struct orl_session *s, unsigned int timeout_ms);

/** orl_domain_new_id() - an id that no instance, ring file or hist of this domain ever had */
uint32_t orl_domain_new_id(struct orl_session *s);

/** orl_domain_unlink() - remove a file of the domain; that there is none is no error */
void orl_domain_unlink(const struct orl_session *s, const char *base, uint32_t id);

/* Both halves of an instance's rings, mapped for writing, where they are there. */
struct orl_halves {
	struct orl_rings rings[2];
	struct orl_trigger_host host;
};

int orl_halves_open(struct orl_session *s, struct orl_halves *h);
void orl_halves_close(struct orl_halves *h);

/** orl_rings_mark() - set bits of the state of every ring, or take them away; ON goes with MASKED,
 * ASIDE and RETIRED at the latest when the rings are settled */
void orl_rings_mark(const struct orl_rings *r, uint64_t set_bits, uint64_t clear_bits);

/**
 * orl_states_fix() - bring the states of both halves in line with the set's options, mask,
 * tracing_on and active half; 0 also when there are no rings
 */
int orl_states_fix(struct orl_session *s);

/** orl_ring_clear_locked() - what is in the ring counts as neither read nor lost; under the lock */
struct orl_ring_view;
int orl_ring_clear_locked(const struct orl_ring_view *v);

/** orl_session_drop_rings() - unmap the session's rings */
void orl_session_drop_rings(struct orl_session *s);

/** orl_rings_make() - make a ring file by @want, for the written half or the one aside; its id */
int orl_rings_make(struct orl_session *s, const struct orl_set *want, bool is_aside, uint32_t *id);

int orl_snapshot_alloc_locked(struct orl_session *s);

/** orl_rings_clear() - clear the rings of one CPU, or of ORL_ALL_CPUS, in a ring file */
int orl_rings_clear(struct orl_session *s, const struct orl_rings *r, uint32_t cpu);

/** orl_rings_lock() - lock a ring file; a descriptor to close, or -errno with text */
int orl_rings_lock(struct orl_session *s, const struct orl_rings *r);

/* The hooks' file as a session has it mapped. */
struct orl_hooks {
	struct orl_hook *hook;		/* ORL_NR_HOOKS, or NULL */
	size_t len;
};

void orl_hooks_unmap(struct orl_hooks *h);

/** orl_hooks_targets() - events that enable_event and disable_event triggers speak of: a bit for
 * each registry slot, ORL_SET_EVENTS / 64 words */
void orl_hooks_targets(const struct orl_session *s, uint64_t *slots);

#endif /* ORL_READER_SET_IMPL_H */
