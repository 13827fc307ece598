// SPDX-License-Identifier: MIT
/* Linked first: its constructor runs before the library's, as that of a program which had SIGURG
 * for itself all along. */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

static void ours(int sig)
{
	(void)sig;
}

__attribute__((constructor(101))) static void take_the_signal(void)
{
	if (getenv("ROLE_OWN_HANDLER"))
		signal(SIGURG, ours);
}

__attribute__((destructor)) static void check_the_signal(void)
{
	struct sigaction sa;

	if (getenv("ROLE_OWN_HANDLER") && (sigaction(SIGURG, NULL, &sa) || sa.sa_handler != ours))
		abort();
}
