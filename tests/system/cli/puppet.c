// SPDX-License-Identifier: MIT
/*
 * A traced program on strings.
 *
 *   puppet obey                reads lines and answers each with "ok":
 *        ping N, pong N        N records
 *        say TEXT              one record with TEXT; "say-evil": one with control characters
 *        name TEXT             the thread's name
 *        block                 block every signal
 *        title X               write over the environment, as setproctitle does
 *        threads N COUNT       N threads, COUNT pings each
 *   puppet burst N STATUS      N pings, one pong, exit with STATUS
 *   puppet run                 pings until SIGTERM or SIGINT, then one pong; says "running" first
 *   puppet stubborn            the same, but ignores SIGINT and SIGTERM; ends when standard input
 * does puppet paced RATE SECONDS  RATE pings a second; says how many it made
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define CREATE_TRACE_POINTS
#include "puppet_trace.h"

static volatile sig_atomic_t is_over;

static void on_signal(int sig)
{
	is_over = sig;
}

static void ping(long nr)
{
	for (long i = 0; i < nr; i++)
		trace_ping((int)i, (unsigned long long)i * 3, (unsigned int)i & 1);
}

static void *ping_thread(void *arg)
{
	ping(*(long *)arg);
	return NULL;
}

static void threads(long nr, long count)
{
	pthread_t thread[64];

	if (nr > 64)
		nr = 64;
	for (long i = 0; i < nr; i++)
		pthread_create(&thread[i], NULL, ping_thread, &count);
	for (long i = 0; i < nr; i++)
		pthread_join(thread[i], NULL);
}

static void obey_line(const char *line)
{
	long a = 0, b = 0;
	sigset_t all;

	if (sscanf(line, "ping %ld", &a) == 1) {
		ping(a);
	} else if (sscanf(line, "pong %ld", &a) == 1) {
		for (long i = 0; i < a; i++)
			trace_pong((int)i);
	} else if (sscanf(line, "threads %ld %ld", &a, &b) == 2) {
		threads(a, b);
	} else if (!strcmp(line, "say-evil")) {
		trace_say("a\x1b[31mred\nnext\x07 \xc2\x9b end");
	} else if (!strncmp(line, "say ", 4)) {
		trace_say(line + 4);
	} else if (!strncmp(line, "name ", 5)) {
		prctl(PR_SET_NAME, line + 5);
	} else if (!strncmp(line, "title ", 6) && environ[0]) {
		for (char **e = environ; *e; e++)
			memset(*e, 0, strlen(*e));
		environ[0][0] = line[6];
	} else if (!strcmp(line, "block")) {
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, NULL);
	}
}

static int obey(void)
{
	char line[4096];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		obey_line(line);
		puts("ok");
		fflush(stdout);
	}
	return 0;
}

static int run(int is_stubborn)
{
	struct pollfd in = { .fd = 0, .events = POLLIN };

	signal(SIGINT, is_stubborn ? SIG_IGN : on_signal);
	signal(SIGTERM, is_stubborn ? SIG_IGN : on_signal);
	puts("running");
	fflush(stdout);
	while (!is_over && !(is_stubborn && poll(&in, 1, 0) > 0)) {
		ping(10);
		usleep(1000);
	}
	trace_pong(is_over);
	return 0;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static int paced(double rate, double seconds)
{
	uint64_t begin = now(), end = begin + (uint64_t)(seconds * 1e9), t;
	long done = 0;

	while ((t = now()) < end) {
		long due = (long)((double)(t - begin) * rate / 1e9);

		for (; done < due; done++)
			trace_ping((int)done, (unsigned long long)done, 0);
	}
	printf("%ld\n", done);
	return 0;
}

/*
 * Valgrind 3.19 cannot let the stack grow for a signal's frame: a program of six lines dies of it
 * ("Can't extend stack") where the frame would be the first to touch its page.
 */
__attribute__((noinline)) static void use_stack(void)
{
	volatile char used[32768];

	for (size_t i = 0; i < sizeof(used); i += 1024)
		used[i] = 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	use_stack();

	if (!strcmp(what, "obey"))
		return obey();
	if (!strcmp(what, "run") || !strcmp(what, "stubborn"))
		return run(what[0] == 's');
	if (!strcmp(what, "paced") && argc == 4)
		return paced(atof(argv[2]), atof(argv[3]));
	if (!strcmp(what, "burst") && argc == 4) {
		ping(atol(argv[2]));
		trace_pong(0);
		return atoi(argv[3]);
	}
	fputs("usage: puppet obey | burst N STATUS | run | stubborn | paced RATE SECONDS\n",
	      stderr);
	return 2;
}
