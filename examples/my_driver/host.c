// SPDX-License-Identifier: MIT
/* The program that a driver lives in: its init ran before this, its exit runs behind it. */
#include <signal.h>
#include <stdio.h>

int main(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("ready");
	fflush(stdout);
	sigwait(&set, &sig);
	return 0;
}
