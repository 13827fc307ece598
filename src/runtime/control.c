// SPDX-License-Identifier: MIT
/*
 * How a tool's change reaches this process: the nudge's signal handler, or a descriptor for an
 * event loop (thread.c has the third way).
 *
 * The default signal is SIGURG: its default action is to be ignored. A nudge that is queued while
 * the process execs would kill the new image with a real-time signal, for exec takes handlers away
 * and keeps pending signals. An application's own handler is never replaced; that of another copy
 * of this library is recognised by its signal mask and called after ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/runtime.h"

static int control_fd = -1;

/* Every signal but these two: nobody else's mask looks like that. */
static void handler_mask(sigset_t *mask)
{
	sigfillset(mask);
	sigdelset(mask, SIGRTMIN + 13);
	sigdelset(mask, SIGRTMIN + 17);
}

bool orl_handler_is_ours(const struct sigaction *sa)
{
	sigset_t ours;

	if (!(sa->sa_flags & SA_SIGINFO))
		return false;
	handler_mask(&ours);
	for (int sig = 1; sig <= SIGRTMAX; sig++) {
		if (sig == SIGKILL || sig == SIGSTOP || (sig >= 32 && sig < SIGRTMIN))
			continue;
		if (sigismember(&sa->sa_mask, sig) != sigismember(&ours, sig))
			return false;
	}
	return true;
}

static void nudge(int sig, siginfo_t *info, void *context)
{
	int saved = errno;

	if (info->si_code == SI_QUEUE && (uint32_t)info->si_value.sival_int == ORL_NUDGE_VALUE)
		orl_apply(false);
	if (orl_rt.chain.sa_sigaction)
		orl_rt.chain.sa_sigaction(sig, info, context);
	errno = saved;
}

static void install_handler(void)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK };
	struct sigaction old;

	orl_rt.signal = orl_signal_number(getenv("ORIEL_SIGNAL"));
	if (!orl_rt.signal || sigaction(orl_rt.signal, NULL, &old))
		return;
	if ((old.sa_flags & SA_SIGINFO) ||
	    (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN)) {
		if (!orl_handler_is_ours(&old))
			return;
		orl_rt.chain = old;
	}
	sa.sa_sigaction = nudge;
	handler_mask(&sa.sa_mask);
	orl_rt.handler = !sigaction(orl_rt.signal, &sa, NULL);
}

void orl_control_init(void)
{
	if (orl_rt.control == ORL_CONTROL_SIGNAL)
		install_handler();
	else if (orl_rt.control == ORL_CONTROL_THREAD)
		orl_thread_start();
}

static int make_control_fd(void)
{
	char path[ORL_DOMAIN_DIR_MAX + sizeof(ORL_NUDGE_NAME) + 1];
	size_t len = strlen(orl_rt.dir);
	int err = orl_attach_locked(true);
	int fd;

	if (!err)
		err = orl_domain_touch(orl_rt.dir);	/* what is watched must be there */
	if (err)
		return err;
	memcpy(path, orl_rt.dir, len);
	path[len] = '/';
	memcpy(path + len + 1, ORL_NUDGE_NAME, sizeof(ORL_NUDGE_NAME));
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (inotify_add_watch(fd, path, IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

int oriel_control_fd(void)
{
	struct orl_lock_state state;
	int fd;

	orl_init();
	if (orl_rt.inert)
		return -EPERM;
	if (!orl_lock(&state, true))
		return -EDEADLK;
	if (control_fd < 0)
		control_fd = make_control_fd();
	fd = control_fd;
	if (fd >= 0 && orl_rt.proc)
		orl_rt.proc->flags =
			(orl_rt.proc->flags | ORL_PROC_CONTROL_POLL) & ~ORL_PROC_CONTROL_NONE;
	orl_unlock(&state);
	orl_apply(true);
	return fd;
}

void oriel_control_dispatch(void)
{
	char events[512];
	int saved = errno;

	if (control_fd >= 0) {
		while (syscall(SYS_read, control_fd, events, sizeof(events)) > 0)
			;
	}
	orl_apply(false);
	errno = saved;
}
