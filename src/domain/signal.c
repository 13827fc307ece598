// SPDX-License-Identifier: MIT
/*
 * The nudge's signal, as ORIEL_SIGNAL names it.
 */
#include <signal.h>
#include <string.h>

#include "domain/domain.h"

/* A plain decimal number up to 64, or -1. */
static int small_number(const char *s)
{
	int n = 0;

	if (!*s)
		return -1;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		n = n * 10 + (*s - '0');
		if (n > 64)
			return -1;
	}
	return n;
}

int orl_signal_number(const char *s)
{
	static const struct {
		const char *name;
		int number;
	} names[] = { { "URG", SIGURG },     { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 },
		      { "WINCH", SIGWINCH }, { "IO", SIGIO },	  { "CONT", SIGCONT } };
	int base = 0, n;

	if (!s || !*s)
		return ORL_NUDGE_SIGNAL;
	if (!strncmp(s, "SIG", 3))
		s += 3;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(s, names[i].name))
			return names[i].number;
	}
	if (!strncmp(s, "RTMIN+", 6)) {
		base = SIGRTMIN;
		s += 6;
	}
	n = small_number(s);
	if (n < 0 || base + n < 1 || base + n > SIGRTMAX || base + n == SIGKILL ||
	    base + n == SIGSTOP)
		return 0;
	return base + n;
}
