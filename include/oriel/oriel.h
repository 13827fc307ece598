/* SPDX-License-Identifier: MIT */
/*
 * What a program may ask of the library as a whole. None of it is needed to be traced: a program
 * that links Oriel and includes its headers can be attached to as it is.
 *
 * Environment, read once when the library is loaded, and not at all under AT_SECURE (set-user-id
 * programs):
 *   ORIEL_DOMAIN   the domain: an absolute path, or a name under $XDG_RUNTIME_DIR/oriel or
 *                  /dev/shm/oriel-<uid>
 *   ORIEL_EVENTS   "system:event,..." with globs: on from the start, for this process alone
 *   ORIEL_DYNDBG   queries of dynamic debug: lines that are on from the start (printk.h)
 *   ORIEL_LOGLEVEL 0 to 8: what the console shows (printk.h)
 *   ORIEL_CONTROL  signal (default), thread, poll, off: how tools reach the process
 *   ORIEL_SIGNAL   number or name of the nudge's signal; URG
 *   ORIEL_PATCH    proc-mem, mprotect: how sites are written
 *   ORIEL_RSEQ     off: lease rings instead of using restartable sequences
 */
#ifndef ORIEL_ORIEL_H
#define ORIEL_ORIEL_H

#include <oriel/base.h>

ORIEL_BEGIN_DECLS

#ifndef ORIEL_DISABLE
/**
 * oriel_start() - let a thread of the library take part in control
 *
 * For programs that block every signal. The thread is named "oriel", blocks every signal, has a
 * small stack, sleeps until a tool changes something, and is started again in the child after
 * fork(). Starting it twice does nothing.
 *
 * Any thread; not async-signal-safe.
 * Return: 0, -EPERM in a set-user-id program, -EAGAIN or -ENOMEM when no thread can be made,
 * -ENOSPC, -EACCES or another errno when the domain can be neither opened nor made.
 */
int oriel_start(void);

/**
 * oriel_control_fd() - a descriptor that polls readable when a tool changed something
 *
 * For event loops, under ORIEL_CONTROL=poll or besides the signal. Owned by the library,
 * close-on-exec; the same one at each call. When it is readable call oriel_control_dispatch().
 *
 * Any thread; not async-signal-safe.
 * Return: the descriptor, -EPERM in a set-user-id program, or -errno of making the domain or the
 * descriptor.
 */
int oriel_control_fd(void);

/**
 * oriel_control_dispatch() - take over the state that tools ask for
 *
 * Never blocks on anything but another thread that does the same. Async-signal-safe.
 */
void oriel_control_dispatch(void);

/** oriel_version() - the version of the library that is loaded, "major.minor.patch"; static, never
 * NULL */
const char *oriel_version(void);
#endif

ORIEL_END_DECLS

#endif
