/* SPDX-License-Identifier: MIT */
/*
 * Finding, making and opening a domain: what the traced process and the tools do alike.
 *
 * Libc only, no malloc, no stdio: the runtime calls these from signal handlers and constructors.
 * All functions return 0 or -errno, leave errno alone only where they say so, and open everything
 * O_CLOEXEC.
 */
#ifndef ORL_DOMAIN_DOMAIN_H
#define ORL_DOMAIN_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi/ctl.h"
#include "abi/ring.h"

#define ORL_DOMAIN_DIR_MAX 512U
#define ORL_ERRORS_NAME "errors" /* a file of tools: the error log; ".ID" as for ORL_HOOKS_NAME */

/**
 * orl_domain_path() - the directory of a domain
 * @buf:  receives the absolute path, NUL-terminated
 * @name: value of ORIEL_DOMAIN: an absolute path, a short name, or NULL or "" for "default"
 * @xdg:  value of XDG_RUNTIME_DIR, or NULL
 * @uid:  whose domain
 *
 * Async-signal-safe. Return: 0, -EINVAL for a name with '/' in it that is not absolute, or "." or
 * "..", -ENAMETOOLONG.
 */
int orl_domain_path(char *buf, size_t size, const char *name, const char *xdg, uid_t uid);

struct orl_domain {
	struct orl_ctl *ctl;		/* mapped shared, ORL_CTL_SIZE bytes */
	char dir[ORL_DOMAIN_DIR_MAX];
};

#define ORL_DOMAIN_CREATE 1 /* make the directory and the control file where they are missing */
#define ORL_DOMAIN_READONLY 2		/* map for reading only */

/**
 * orl_domain_open() - open the domain in a directory
 * @d:     filled in; undone with orl_domain_close()
 * @dir:   from orl_domain_path()
 * @flags: ORL_DOMAIN_*
 *
 * The directory must be a directory (no link), owned by the caller's effective uid, and closed to
 * others. With CREATE missing parents of the default places are made too, mode 0700.
 * Async-signal-safe. No descriptor stays open.
 *
 * Return: 0, or
 *   -ENOENT   no domain there
 *   -ELOOP, -ENOTDIR  the path is a link, or not a directory
 *   -EPERM    the directory belongs to somebody else, or others may enter it
 *   -EBADMSG  the control file is damaged
 *   -EPROTO   the control file is of another version
 *   -ENOSPC   no room to make it
 *   or what open, mmap and fallocate return
 */
int orl_domain_open(struct orl_domain *d, const char *dir, int flags);
void orl_domain_close(struct orl_domain *d);

/** orl_domain_open_dir() - the domain's directory, checked as above; a descriptor or -errno */
int orl_domain_open_dir(const char *dir);

/** orl_domain_touch() - modify the nudge file, which wakes processes under ORIEL_CONTROL=poll; 0 or
 * -errno */
int orl_domain_touch(const char *dir);

struct orl_rings {
	char *map;
	size_t size;
	uint32_t id;
	struct orl_ring_file
		file; /* a checked copy: nothing in shared memory is trusted for addresses */
};

#define ORL_RINGS_READONLY 1

/**
 * orl_domain_name() - "ring", "ring.7": the name of a file of id @id; @buf has 32 bytes. Id 0 has
 * no number, but for what only instances have. Returns @buf.
 */
char *orl_domain_name(char *buf, const char *base, uint32_t id);

/** orl_domain_slot_name() - "sites.0": a file of the process in a slot; as above, but every number
 * is written */
char *orl_domain_slot_name(char *buf, const char *base, uint32_t slot);

/**
 * orl_domain_is_file_name() - may a domain's directory hold a file of this name?
 * What is finished, and what a maker that was killed leaves: ctl, nudge, ring[.ID], set.ID,
 * hooks[.ID], hist.ID, errors[.ID], dyndbg, prints, maps.PID.IMAGE, tmp-*, metrics-*; of the
 * process in a slot sites.SLOT, debugfs.SLOT, socket.SLOT.
 */
bool orl_domain_is_file_name(const char *name);

/** orl_domain_map() - map a file of the domain's directory, shared; its checked size in @len
 * @writable: map for writing. Return: the address, or NULL and -errno in @err. */
void *orl_domain_map(const struct orl_domain *d, const char *name, bool writable, size_t *len,
		     int *err);

/**
 * orl_rings_create() - make ring file @id if there is none
 * @set: of the instance; its sizes are those of the rings
 *
 * Number of rings and clock come from the control file. The memory of the CPUs' rings is allocated
 * here; that of a leased ring when it is first leased. The rings' first state is orl_rings_state().
 * Lock-free: of two that do it at once, one wins.
 * Return: 0 (made, or there already), -ENOSPC when the file system is full (nothing is left
 * behind), or -errno.
 */
int orl_rings_create(const struct orl_domain *d, const struct orl_set *set, uint32_t id);

/**
 * orl_rings_state() - the state that ring @i of a file @f has by an instance's set: tracing_on,
 * tracing_cpumask, overwrite; for the half that is written
 */
uint64_t orl_rings_state(const struct orl_set *set, const struct orl_ring_file *f, uint32_t i);

/** orl_rings_map() - map ring file @id; -ENOENT when there is none, -EBADMSG when it is damaged */
int orl_rings_map(struct orl_rings *r, const struct orl_domain *d, uint32_t id, int flags);
void orl_rings_unmap(struct orl_rings *r);

/** orl_rings_alloc_lease() - allocate the memory of one leased ring, so that writing to it cannot
 * fault; to be called by its owner, before he first writes */
int orl_rings_alloc_lease(const struct orl_domain *d, const struct orl_rings *r, uint32_t lease);

/** orl_rings_get() - ring @i of the CPUs' (0 .. nr_cpus - 1) and then the leased ones (.. +
 * nr_leases - 1) */
struct orl_ring *orl_rings_get(const struct orl_rings *r, uint32_t i);

/** orl_rule_match() - does "system:event" match a pattern ("sys:ev" with globs * ? [..]; no colon
 * means "word:*")? */
bool orl_rule_match(const char *pattern, const char *system, const char *event);

/** orl_glob_match() - shell-style match of a whole string: * ? [a-z] [!a-z]; linear space, no
 * recursion */
bool orl_glob_match(const char *pattern, const char *s);

/** orl_rules_eval() - is an event on in process @pid by these rules? @rules may be any bytes. */
bool orl_rules_eval(const struct orl_rules *rules, int32_t pid, const char *system,
		    const char *event);

/**
 * orl_set_wants() - is an event on in process @pid?
 * @slot: of the registry; @set may be any bytes
 */
bool orl_set_wants(const struct orl_set *set, uint32_t slot, int32_t pid, const char *system,
		   const char *event);

/** orl_set_init() - what is wanted of a new instance @id: nothing is on, sizes as in @ctl */
void orl_set_init(struct orl_set *set, uint32_t id, const struct orl_ctl *ctl);

/**
 * orl_signal_number() - the signal that ORIEL_SIGNAL names
 * @s: a number, "RTMIN+n", or one of URG, USR1, USR2, WINCH, IO, CONT with or without SIG; NULL or
 * "": the default
 *
 * Return: the signal, or 0 when there is no such one or it cannot be caught. Async-signal-safe.
 */
int orl_signal_number(const char *s);

/** orl_clock_pick() - the ring counter for this machine: ORL_CLOCK_TSC where it is invariant and
 * the kernel trusts it */
uint32_t orl_clock_pick(void);
uint64_t orl_clock_ticks(uint32_t clock);
/** orl_clock_pair() - the same moment on both clocks, from the narrowest of several readings */
void orl_clock_pair(uint32_t clock, uint64_t *ticks, uint64_t *ns);

#endif
