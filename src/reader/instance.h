/* SPDX-License-Identifier: MIT */
/*
 * Instances of a domain, and what can be set in one: options, sizes, lists of processes, hooks.
 *
 * A session stands for one instance of a domain: orl_session_open() opens the top one, and
 * orl_session_open_instance() another. All that works on a session (rules, rings, cursors, merge,
 * control) works on its instance. s->set is the instance's desired state, mapped.
 *
 * All changes are made under the control file's lock and end with orl_set_publish().
 */
#ifndef ORL_READER_INSTANCE_H
#define ORL_READER_INSTANCE_H

#include "abi/hook.h"
#include "reader/session.h"

/** orl_session_open_instance() - open instance @name of the domain that @top has open; "" is the
 * top one. -ENOENT with text when there is none. */
int orl_session_open_instance(struct orl_session *s, const struct orl_session *top,
			      const char *name);

/** orl_instance_is_name() - may an instance be called that? (1..63 bytes, no '/', not "." "..") */
bool orl_instance_is_name(const char *name);

/** orl_instance_create() - mkdir instances/@name: 0, -EEXIST, -EINVAL (name), -ENOSPC (no entry, or
 * no memory) */
int orl_instance_create(struct orl_session *top, const char *name);

/** orl_instance_remove() - rmdir: 0, -ENOENT, -EBUSY (a session has it open for reading a pipe:
 * see orl_instance_hold()). Processes are nudged; the files are unlinked at once, memory goes when
 * the last process has let go. */
int orl_instance_remove(struct orl_session *top, const char *name);

/** orl_instance_foreach() - names of all but the top one, in order of creation */
void orl_instance_foreach(const struct orl_session *top,
			  bool (*fn)(const char *name, uint32_t id, void *arg), void *arg);

/** orl_instance_is_gone() - was the instance of this session removed since? */
bool orl_instance_is_gone(const struct orl_session *s);

/**
 * orl_instance_hold() - keep the session's instance from being removed, as a pipe that is read does
 *
 * Return: a descriptor, to be closed; or -ENODEV.
 */
int orl_instance_hold(struct orl_session *s);

/* ---- changing the set ---- */

/** orl_set_lock() - lock the control file for a change; a descriptor or -errno with text */
int orl_set_lock(struct orl_session *s);
/**
 * orl_set_publish() - the change is made: move the generations on, nudge (not waiting for anybody)
 * @changed_copies: what is kept twice was changed too; changes by the functions of this header are
 *                  known to it without that
 */
void orl_set_publish(struct orl_session *s, bool changed_copies);
void orl_set_unlock(int fd);

int orl_set_options(struct orl_session *s, uint64_t set_bits, uint64_t clear_bits);
/** orl_set_pids() - replace or extend set_event_pid (@notrace false) or set_event_notrace_pid;
 * -E2BIG beyond ORL_NR_PIDS */
int orl_set_pids(struct orl_session *s, bool notrace, const int32_t *pid, uint32_t nr, bool add);
/** orl_get_pids() - copy one of the lists to @pid, which has room for ORL_NR_PIDS; how many */
uint32_t orl_get_pids(const struct orl_session *s, bool notrace, int32_t *pid);
/** orl_set_cpumask() - CPUs that record, none perhaps; bit n of mask[n / 64] */
int orl_set_cpumask(struct orl_session *s, const uint64_t *mask, uint32_t nr_words);

/**
 * orl_set_size() - give the instance rings of another size
 * @cpu_bytes:  data bytes per CPU, rounded up to a power of two of at least two pages; 0: as it is
 * @page_bytes: 4096 .. 65536, a power of two; 0: as it is
 *
 * New rings are made, every process is told, and the old ones are given up when all have followed
 * (a stopped one follows when it goes on; what it writes until then is dropped). What was unread in
 * the old ones is lost, and counted: entries become overrun. A snapshot's rings become empty ones
 * of the new size. Waits up to some 100 ms for processes. Before the first event goes on only the
 * numbers are kept.
 *
 * Return: 0, -EINVAL, -ENOSPC (nothing has changed then), or -errno with text.
 */
int orl_set_size(struct orl_session *s, uint64_t cpu_bytes, uint32_t page_bytes);

/** orl_size_finish_locked() - give up what the last resize left to processes that had not followed;
 * the control file's lock is held. Returns how many still have not. */
int orl_size_finish_locked(struct orl_session *s);

/* ---- the snapshot ---- */

int orl_snapshot_alloc(struct orl_session *s);	/* make the second half; 0 also when it is there */
int orl_snapshot_free(struct orl_session *s);
int orl_snapshot_swap(struct orl_session *s);	/* allocates if needed */
int orl_snapshot_clear(struct orl_session *s);	/* -EINVAL when there is none */
bool orl_snapshot_exists(const struct orl_session *s);

/** orl_session_open_snapshot() - a session whose rings are the snapshot's: read-only, for cursors
 * and merge; -ENOENT when there is none */
int orl_session_open_snapshot(struct orl_session *snap, const struct orl_session *s);

/* ---- hooks ---- */

/** orl_hook_get() - copy hook @i; false when the slot is free, or being written for too long */
bool orl_hook_get(const struct orl_session *s, uint32_t i, struct orl_hook *hook);

/** orl_hook_foreach() - every hook of an event id (0: of all), oldest first; stops when @fn returns
 * false. @i is the slot. */
int orl_hook_foreach(const struct orl_session *s, uint32_t event, uint32_t kind,
		     bool (*fn)(const struct orl_hook *hook, uint32_t i, void *arg), void *arg);

/** orl_hook_add() - store a hook under the lock that the caller holds; sets hook->order; the slot,
 * or -ENOSPC with text */
int orl_hook_add_locked(struct orl_session *s, struct orl_hook *hook);
/** orl_hook_replace_locked() - another content for slot @i */
int orl_hook_replace_locked(struct orl_session *s, uint32_t i, const struct orl_hook *hook);
void orl_hook_remove_locked(struct orl_session *s, uint32_t i);

/** orl_hist_create() - make a hist file; its id, or -errno with text */
int orl_hist_create(struct orl_session *s, const struct orl_hist_spec *spec, uint32_t size);
/** orl_hist_remove() - unlink it */
void orl_hist_remove(struct orl_session *s, uint32_t id);
/** orl_hist_read() - a copy of a hist file, to be freed; 0 or -errno */
int orl_hist_read(const struct orl_session *s, uint32_t id, void **copy, size_t *len);

/* ---- soft mode: enable_event ---- */

/** orl_soft_set_locked() - put an event into soft mode (its sites on, recording nothing), or end it
 */
void orl_soft_set_locked(struct orl_session *s, uint32_t event_id, bool soft_disabled);
bool orl_soft_get(const struct orl_session *s, uint32_t event_id);

/* ---- consuming pages: trace_pipe_raw ---- */

struct orl_consumer;

/**
 * orl_consumer_open() - read whole pages of one CPU and take them out of the ring
 * @cpu: 0 .. nr_cpus - 1. The leased rings k with k % nr_cpus == cpu come with it, merged by time
 *       into pages of our own making, so that a CPU's stream is in order.
 * @conv: ticks to the clock that the reader wants, must not decrease; NULL leaves ticks
 */
int orl_consumer_open(struct orl_consumer **out, struct orl_session *s, uint32_t cpu,
		      uint64_t (*conv)(void *arg, uint64_t ticks), void *arg);
void orl_consumer_close(struct orl_consumer *c);

/**
 * orl_consumer_page() - the next page
 * @buf: s->page_size bytes; the rest behind the data is zeroed; "missed" set as the kernel does
 * @partial: take the page that is being written too
 * Return: 1, 0 none, or -errno (-ENODEV: the instance is gone).
 */
int orl_consumer_page(struct orl_consumer *c, void *buf, bool partial);

/** orl_consumer_fill() - bytes unread, and bytes that the ring holds */
void orl_consumer_fill(const struct orl_consumer *c, uint64_t *unread, uint64_t *size);

/** orl_consumer_stats() - per_cpu/cpuN/stats: the CPU's ring and its share of the leased ones, with
 * what a resize threw away; see struct orl_ring_stats in ring.h */
struct orl_ring_stats;
int orl_cpu_stats(const struct orl_session *s, uint32_t cpu, struct orl_ring_stats *out);

/* ---- the error log, domain-wide per instance: file "errors[.ID]" ---- */

/** orl_errors_add() - append a text that stands in error_log as it is, times in @ns; the oldest of
 * 8 goes */
int orl_errors_add(struct orl_session *s, const char *text, size_t len);
/** orl_errors_clear(), orl_errors_read() - @copy to be freed */
int orl_errors_clear(struct orl_session *s);
int orl_errors_read(const struct orl_session *s, char **copy, size_t *len);

#endif
