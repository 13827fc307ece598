// SPDX-License-Identifier: MIT
/*
 * Takes the pages of all CPUs' trace_pipe_raw and counts the records in them.
 *
 *   drain FOLDER [PERCENT]     until SIGTERM, and then what is left; prints "records missed bytes".
 *                              PERCENT of the time it reads, the rest it sleeps (100)
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_CPUS 1024
#define PAGE 4096
#define MISSED (1U << 31)
#define MISSED_STORED (1U << 30)

static volatile sig_atomic_t is_over;
static uint64_t records, missed, bytes;

static void on_signal(int sig)
{
	is_over = sig;
}

static uint32_t word(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void count(const unsigned char *page, size_t size)
{
	uint64_t commit, lost;
	size_t used, at = 16;

	memcpy(&commit, page + 8, 8);
	used = 16 + (commit & 0x7ffffff);
	if (used > size)
		abort();
	if ((commit & MISSED) && (commit & MISSED_STORED) && used + 8 <= size) {
		memcpy(&lost, page + used, 8);
		missed += lost;
	}
	while (at + 4 <= used) {
		uint32_t head = word(page + at), kind = head & 31;

		if (kind == 0)
			at += 4 + ((word(page + at + 4) + 3) & ~3U);
		else if (kind <= 28)
			at += 4 + 4 * kind;
		else if (kind == 29)
			at += 4 + word(page + at + 4);
		else
			at += 8;
		records += kind <= 28;
	}
	bytes += used - 16;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv)
{
	static unsigned char page[65536];
	static int fds[MAX_CPUS];
	unsigned int percent = argc > 2 ? (unsigned int)atoi(argv[2]) : 100;
	int nr = 0;
	bool any;

	signal(SIGTERM, on_signal);
	for (; nr < MAX_CPUS && argc > 1; nr++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/per_cpu/cpu%d/trace_pipe_raw", argv[1], nr);
		fds[nr] = open(path, O_RDONLY | O_NONBLOCK);
		if (fds[nr] < 0)
			break;
	}
	puts("reading");
	fflush(stdout);
	do {
		bool was_over = is_over;
		uint64_t begin = now();

		any = !was_over;
		for (int i = 0; i < nr; i++) {
			ssize_t n = read(fds[i], page, sizeof(page));

			if (n < 16)
				continue;
			any = true;
			/* a long read may bring several */
			for (ssize_t at = 0; at < n; at += PAGE)
				count(page + at, PAGE);
		}
		if (percent < 100)
			usleep((useconds_t)((now() - begin) * (100 - percent) / percent / 1000));
	} while (any);
	printf("%llu %llu %llu\n", (unsigned long long)records, (unsigned long long)missed,
	       (unsigned long long)bytes);
	return 0;
}
