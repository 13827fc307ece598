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

#define NR_RANGES 16

/*
 * Written by the thread that opens sessions; the handler may run at any moment and looks at size
 * first.
 */
static struct {
	const char *start;
	volatile size_t size;
} ranges[NR_RANGES];

static const char *tool_name = "oriel";
static int status_to_exit = 1;

void orl_guard_add(const void *map, size_t size)
{
	for (int i = 0; i < NR_RANGES; i++) {
		if (ranges[i].size)
			continue;
		ranges[i].start = map;
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		ranges[i].size = size;
		return;
	}
}

void orl_guard_remove(const void *map)
{
	for (int i = 0; i < NR_RANGES; i++)
		if (ranges[i].size && ranges[i].start == map)
			ranges[i].size = 0;
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
		const char *start = ranges[i].start;

		if (!ranges[i].size || at < start || at >= start + ranges[i].size)
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
