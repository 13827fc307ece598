// SPDX-License-Identifier: MIT
/*
 * Probes registered and unregistered while threads fire.
 *
 * Once unregister_trace_<name>() has returned nobody is in the probe and nobody enters it, also
 * when the probe blocks for a while, and when several threads unregister at once. A probe checks
 * that its data is alive; whoever unregistered it makes the data dead at once.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "race_trace.h"

#define load(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define NR_FIRING 4
#define NR_OWNERS 6

struct data {
	int is_alive;
	int blocks;
	unsigned long entered;
};

static int stop, failed;
static unsigned long rounds[NR_OWNERS];
static unsigned long fired[NR_FIRING];

static void fail(const char *what)
{
	if (!__atomic_exchange_n(&failed, 1, __ATOMIC_SEQ_CST))
		fprintf(stderr, "FAILED: %s\n", what);
}

static void probe(void *arg, unsigned int value)
{
	struct data *data = arg;
	const struct timespec nap = { .tv_nsec = value * 2654435761U % 8 * 40000 };

	if (!load(&data->is_alive))
		fail("a probe was entered after it was unregistered");
	__atomic_fetch_add(&data->entered, 1, __ATOMIC_RELAXED);
	if (data->blocks && value % 4 == 0)
		nanosleep(&nap, NULL);
	if (!load(&data->is_alive))
		fail("a probe was unregistered while a thread was in it");
}

/* A probe on the other tracepoint, so that both share the grace period. */
static void other_probe(void *arg, unsigned int ctx, unsigned int seq, unsigned long at,
			unsigned long sum, const unsigned int *words, unsigned int nr)
{
	probe(arg, seq);
}

static void *fire(void *arg)
{
	unsigned long *n = arg;

	for (unsigned int i = 0; !load(&stop); i++) {
		if (i % 2)
			trace_tiny(i);
		else
			trace_body(0, i / 2, 0, 0, &i, 1);
		__atomic_store_n(n, *n + 1, __ATOMIC_RELAXED);
		if (i % 256 == 0)
			sched_yield(); /* else the owners hardly run while the sites are off */
	}
	return NULL;
}

static int add(unsigned long who, struct data *data)
{
	return who % 2 ? register_trace_tiny(probe, data) : register_trace_body(other_probe, data);
}

static int take_away(unsigned long who, struct data *data)
{
	return who % 2 ? unregister_trace_tiny(probe, data)
		       : unregister_trace_body(other_probe, data);
}

static void *own(void *arg)
{
	unsigned long *n = arg, who = (unsigned long)(n - rounds);

	while (!load(&stop)) {
		struct data *data = calloc(1, sizeof(*data));

		data->is_alive = 1;
		data->blocks = who < NR_OWNERS - 1;
		if (add(who, data) || add(who, data) != -EEXIST)
			fail("register");
		/* let it be entered, so that there is somebody to wait for */
		while (!load(&data->entered) && !load(&stop))
			sched_yield();
		if (take_away(who, data))
			fail("unregister");
		__atomic_store_n(&data->is_alive, 0, __ATOMIC_SEQ_CST);
		if (*n % 16 == 0)
			sched_yield();
		if (take_away(who, data) != -ENOENT)
			fail("unregistered twice");
		free(data);
		__atomic_store_n(n, *n + 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned long want = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000, least = 0;
	pthread_t firing[NR_FIRING], owners[NR_OWNERS];

	for (int i = 0; i < NR_FIRING; i++)
		pthread_create(&firing[i], NULL, fire, &fired[i]);
	for (int i = 0; i < NR_OWNERS; i++)
		pthread_create(&owners[i], NULL, own, &rounds[i]);
	while (least < want && !load(&failed)) {
		usleep(1000);
		least = load(&rounds[0]);
		for (int i = 1; i < NR_OWNERS; i++)
			if (load(&rounds[i]) < least)
				least = load(&rounds[i]);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
	for (int i = 0; i < NR_OWNERS; i++)
		pthread_join(owners[i], NULL);
	for (int i = 0; i < NR_FIRING; i++)
		pthread_join(firing[i], NULL);
	if (static_key_enabled(&__tracepoint_tiny.key) ||
	    static_key_enabled(&__tracepoint_body.key))
		fail("a key is on without a probe");
	for (int i = 0; i < NR_OWNERS; i++)
		printf("owner %d: %lu rounds\n", i, rounds[i]);
	for (int i = 0; i < NR_FIRING; i++)
		printf("thread %d fired %lu times\n", i, fired[i]);
	return load(&failed);
}
