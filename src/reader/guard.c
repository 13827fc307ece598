// SPDX-License-Identifier: MIT
/*
 * A file that shrinks while it is mapped turns loads into SIGBUS. Nothing in a tool can go on from
 * there, so the handler says which kind of trouble it is and ends the process.
 */
#include "reader/guard.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "reader/session.h"

#define NR_RANGES 1024			/* of all sessions: the tree has one per open file */

#define CLAIMED 1			/* no mapping is so small */

/* size goes from 0 to CLAIMED to the size; the handler, which may run at any moment, reads it. */
static struct {
	const char *start;
	size_t size;
} ranges[NR_RANGES];

static const char *tool_name = "oriel";
static int status_to_exit = 1;

void orl_guard_add(const void *map, size_t size)
{
	for (int i = 0; i < NR_RANGES; i++) {
		size_t unused = 0;

		if (!__atomic_compare_exchange_n(&ranges[i].size, &unused, CLAIMED, false,
						 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			continue;
		__atomic_store_n(&ranges[i].start, map, __ATOMIC_RELAXED);
		__atomic_store_n(&ranges[i].size, size, __ATOMIC_RELEASE);
		return;
	}
}

static bool holds(int i, const char *at)
{
	size_t size = __atomic_load_n(&ranges[i].size, __ATOMIC_ACQUIRE);
	const char *start = __atomic_load_n(&ranges[i].start, __ATOMIC_RELAXED);

	return size > CLAIMED && at >= start && at < start + size;
}

void orl_guard_remove(const void *map)
{
	for (int i = 0; i < NR_RANGES; i++)
		if (holds(i, map))
			__atomic_store_n(&ranges[i].size, 0, __ATOMIC_RELEASE);
}

static void say(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

static void on_bus_error(int sig, siginfo_t *info, void *context)
{
	const char *at = info->si_addr;

	(void)context;
	for (int i = 0; i < NR_RANGES; i++) {
		if (!holds(i, at))
			continue;
		say(tool_name);
		say(": a file of the domain was cut short while it was read: it is damaged\n");
		_exit(status_to_exit);
	}
	/* not ours: the access happens again and takes its default course */
	signal(sig, SIG_DFL);
}

void orl_session_guard(const char *tool, int exit_status)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO, .sa_sigaction = on_bus_error };

	tool_name = tool;
	status_to_exit = exit_status;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGBUS, &sa, NULL);
}
