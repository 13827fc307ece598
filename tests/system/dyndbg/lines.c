// SPDX-License-Identifier: MIT
/*
 * A program with lines to switch, on strings: "lines obey" reads words and answers each with "ok".
 *
 *   print       comes by all lines once
 *   name TEXT   the thread's name
 *   block       blocks every signal
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "lines.h"

static void first(int n)
{
	pr_debug("first %d\n", n);
	pr_debug("second \"%s\"\t%d\n", "quoted", n);
}

static void classed(void)
{
	__pr_debug_cls(0, "of a class\n");
}

DECLARE_DYNDBG_CLASSMAP(classes, DD_CLASS_TYPE_DISJOINT_BITS, 0, "LINES_CORE", "LINES_IO");

static void obey(const char *word)
{
	sigset_t all;

	if (!strcmp(word, "print")) {
		first(1);
		classed();
		lines_other("other");
	} else if (!strncmp(word, "name ", 5)) {
		prctl(PR_SET_NAME, word + 5);
	} else if (!strcmp(word, "block")) {
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, NULL);
	}
	puts("ok");
	fflush(stdout);
}

int main(void)
{
	char word[128];

	while (fgets(word, sizeof(word), stdin)) {
		word[strcspn(word, "\n")] = '\0';
		obey(word);
	}
	return 0;
}
