/* SPDX-License-Identifier: MIT */
/*
 * The inside of the library that traced programs link.
 *
 * State of three kinds:
 *   orl_rt     fixed when the library is loaded (environment, domain path), or written under
 * orl_lock() orl_wipe   a page that is zero in the child after any kind of fork: what must not be
 * inherited orl_tls    a thread's; static TLS, so that touching it never allocates
 *
 * Who may call what: everything that apply() does runs under orl_lock() with every signal blocked,
 * from start-up, the nudge's handler, the service thread or a caller's thread. An event takes no
 * lock and reads only its own struct, orl_wipe and orl_tls.
 */
#ifndef ORL_RUNTIME_RUNTIME_H
#define ORL_RUNTIME_RUNTIME_H

#define ORIEL_INTERNAL
#include <signal.h>
#include <stdbool.h>

#include "abi/ctl.h"
#include "arch/arch.h"
#include "domain/domain.h"

/* Everything here is compiled hidden; what programs call is not. */
#pragma GCC visibility push(default)
#include "oriel/oriel.h"
#include "oriel/trace_event.h"
#pragma GCC visibility pop

#define ORL_MAX_NESTING \
	4U /* leased rings of one thread: itself and signal handlers inside each other */
#define ORL_NR_LEASES_KNOWN 8U		/* rings that a thread remembers */
#define ORL_NR_VERDICTS 4U		/* instances whose process lists it remembers */
#define ORL_NR_PROBES 1024U

#define orl_load(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define orl_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define orl_store(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define orl_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define orl_cold __attribute__((noinline, cold))

enum orl_control { ORL_CONTROL_SIGNAL, ORL_CONTROL_THREAD, ORL_CONTROL_POLL, ORL_CONTROL_OFF };
enum orl_patch { ORL_PATCH_AUTO, ORL_PATCH_PROC_MEM, ORL_PATCH_MPROTECT, ORL_PATCH_NONE };

struct orl_runtime {
	bool inert;			/* AT_SECURE: nothing at all */
	enum orl_control control;
	enum orl_patch patch;		/* ORIEL_PATCH, or what the first change of sites found */
	bool no_rseq;			/* ORIEL_RSEQ=off */
	bool valgrind;
	bool handler;			/* the nudge's handler is ours */
	int signal;
	const char *events; /* ORIEL_EVENTS, or NULL; the process's own environment string */
	char dir[ORL_DOMAIN_DIR_MAX];	/* "" when the domain's name makes no sense */
	struct sigaction chain;		/* another copy's handler of the same signal */

	/* under orl_lock() */
	struct oriel_dso *dsos;
	struct orl_domain domain;	/* domain.ctl is NULL until attached */
	struct orl_proc *proc;
	struct orl_inst *inst[ORL_NR_INSTANCES]; /* instance.h; by place in the control file */
	uint32_t nr_sites;
	bool stacks;			/* some event takes stacks */
	bool names;			/* some line that was on names addresses by %pS */

	/* read by events */
	uint32_t leases;		/* a thread has leased a ring */
	uint32_t applied;		/* + 1 with each apply() */
};

extern struct orl_runtime orl_rt;

/* Zero in a forked child, whatever made the child. */
struct orl_wipe {
	uint32_t epoch; /* the process id once attached; 0 makes every thread take the slow path */
	uint32_t lock;			/* 0 free, else the holder's thread id */
	uint32_t pending;		/* somebody found the lock taken and wants apply() */
	uint32_t phase;			/* of the probes' grace period */
	int32_t readers[2];		/* threads inside probes, by phase */
	uint32_t thread;		/* the service thread runs */
	uint32_t waiting;		/* a thread waits for readers to leave */
	int32_t busy;			/* threads that write to rings in C, see append.c */
	uint32_t beginning;		/* service threads that do not run our code yet. A futex */
};

union orl_wipe_page {
	struct orl_wipe w;
	char page[8192];
};
extern union orl_wipe_page orl_wipe_page;
#define orl_wipe (orl_wipe_page.w)

struct orl_tls {
	uint64_t tid; /* thread id << 32: the upper half of a record's common fields */
	uint32_t epoch;			/* of orl_wipe when tid was right */
	uint32_t depth;			/* appends to leased rings that are under way */
	uint64_t lease[ORL_NR_LEASES_KNOWN]; /* lease.c */
	int32_t probes[2];		/* its share of orl_wipe.readers */
	uint32_t lease_wait;		/* events to drop before the next search for a ring */
	uint32_t lease_wait_for;	/* of these rings */
	uint32_t vforked;		/* a child of vfork() may be running on this */
	uint32_t comm_applied;		/* orl_rt.applied + 1 when comm was right */
	char comm[16];
	uint64_t verdict[ORL_NR_VERDICTS]; /* about: */
};
extern __thread struct orl_tls orl_tls __attribute__((tls_model("initial-exec")));

/* init.c */
void orl_init(void);

/* lock.c: orl_lock() blocks every signal; false when this thread, or in a handler any thread, holds
 * it: then the holder applies. */
struct orl_lock_state {
	sigset_t mask;
};
bool orl_lock(struct orl_lock_state *state, bool wait);
void orl_unlock(struct orl_lock_state *state);
bool orl_lock_pending(void);

/* apply.c */
void orl_apply(bool wait);
void orl_apply_locked(void);
bool orl_event_listed(const struct trace_event_call *call);

/* attach.c */
int orl_attach_locked(bool create);
void orl_claim_slot_locked(void);
bool orl_slot_is_ours_locked(void);

/* registry.c */
void orl_event_register_locked(struct trace_event_call *call);
void orl_event_forget_locked(struct trace_event_call *call);

/* format.c: the text from "format:" on, to a sink that counts, hashes, and stores when dst is not
 * NULL */
struct orl_sink {
	char *dst;
	const char *cmp;		/* compare instead of storing */
	size_t len;
	uint64_t hash;
	bool differs;
};
void orl_sink_text(struct orl_sink *sink, const char *s, size_t len);
void orl_format_write(struct orl_sink *sink, const struct trace_event_call *call);

/* site.c */
void orl_sites_sync_locked(void);

/* key.c */
void orl_key_add_locked(struct static_key *key, int n);

/* commit.c */
struct orl_plan;
oriel_commit_fn orl_commit_fn(const struct orl_plan *plan);
/* what depends on which thread this is, brought in line once in a thread and after a fork */
void orl_thread_begin(void);

/* rseq.c */
void orl_rseq_init(struct orl_ringset *rs);
bool orl_rseq_thread(const struct orl_ringset *rs);
uint32_t orl_rseq_flags(void);
uint32_t orl_this_cpu(void);

/* task.c */
void orl_task_record(uint32_t tid);

/* control.c, thread.c, fork.c */
void orl_control_init(void);
int orl_thread_start(void);
/** orl_thread_create() - make a service thread, which itself needs @size bytes of stack; 0 or
 * -errno. The caller has every signal blocked. @fn calls orl_thread_has_begun() first of all. */
int orl_thread_create(const char *name, size_t size, void *(*fn)(void *), void *arg);
void orl_thread_has_begun(void);
/** orl_threads_settle() - wait, 1 s at most, until no service thread is beginning */
void orl_threads_settle(void);
void orl_fork_init(void);
bool orl_handler_is_ours(const struct sigaction *sa);

/* sys.h-like helpers that neither set errno for the caller nor cancel */
uint32_t orl_gettid(void);
int orl_futex_wait(uint32_t *word, uint32_t value, bool shared);
/* Of this process's memory: @ms milliseconds at most. */
int orl_futex_wait_ms(uint32_t *word, uint32_t value, uint64_t ms);
void orl_futex_wake(uint32_t *word, bool shared);

#endif
