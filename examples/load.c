// SPDX-License-Identifier: MIT
/*
 * oriel-kv-load: load for oriel-kv.
 *
 *   oriel-kv-load PORT [SECONDS [CONNECTIONS [PIPELINE]]]      2 s, 4 connections, 16 requests
 *
 * Each connection has a thread that sends PIPELINE requests at once and waits for their answers:
 * nine gets to a set, over 10,000 keys of 10 to 40 characters. Prints the requests per second.
 */
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NR_KEYS 10000U
#define MAX_CONNECTIONS 64
#define MAX_PIPELINE 256
#define VALUE_SIZE 100

static char keys[NR_KEYS][41];
static unsigned int port;
static int pipeline = 16;
static bool stop;

struct client {
	pthread_t thread;
	uint64_t replies;
	uint32_t random;
	bool failed;
};

static void make_keys(void)
{
	for (unsigned int i = 0; i < NR_KEYS; i++) {
		unsigned int len = 10 + i * 7 % 31;

		snprintf(keys[i], sizeof(keys[i]), "user:%05u:profile:settings:of:a:visitor", i);
		keys[i][len] = '\0';
	}
}

static uint32_t next_random(struct client *c)
{
	c->random ^= c->random << 13;
	c->random ^= c->random >> 17;
	c->random ^= c->random << 5;
	return c->random;
}

static size_t compose(struct client *c, char *out, bool only_set, unsigned int first)
{
	static const char value[VALUE_SIZE] = { [0 ... VALUE_SIZE - 1] = 'v' };
	char *at = out;

	for (int i = 0; i < pipeline; i++) {
		uint32_t r = next_random(c);
		const char *key = keys[(only_set ? first + (unsigned int)i : r >> 8) % NR_KEYS];

		if (!only_set && r % 10)
			at += sprintf(at, "get %s\r\n", key);
		else
			at += sprintf(at, "set %s 0 0 %d\r\n%.*s\r\n", key, VALUE_SIZE, VALUE_SIZE,
				      value);
	}
	return (size_t)(at - out);
}

/* An answer ends with a line END or STORED; no value looks like one. */
static int count_answers(const char *at, const char *end, const char **rest)
{
	const char *line_end;
	int n = 0;

	while ((line_end = memchr(at, '\n', (size_t)(end - at)))) {
		n += !strncmp(at, "END\r", 4) || !strncmp(at, "STORED\r", 7);
		at = line_end + 1;
	}
	*rest = at;
	return n;
}

static int await_answers(int fd, int wanted)
{
	char in[65536];
	size_t have = 0;

	while (wanted > 0) {
		ssize_t n = read(fd, in + have, sizeof(in) - have);
		const char *rest;

		if (n <= 0)
			return -1;
		have += (size_t)n;
		wanted -= count_answers(in, in + have, &rest);
		have -= (size_t)(rest - in);
		memmove(in, rest, have);
	}
	return 0;
}

static int round_trip(struct client *c, int fd, bool only_set, unsigned int first)
{
	char out[MAX_PIPELINE * (VALUE_SIZE + 80)];
	size_t len = compose(c, out, only_set, first);

	if (write(fd, out, len) != (ssize_t)len || await_answers(fd, pipeline))
		return -1;
	c->replies += (uint64_t)pipeline;
	return 0;
}

static int dial(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	close(fd);
	return -1;
}

static void *drive(void *arg)
{
	struct client *c = arg;
	int fd = dial();

	c->failed = fd < 0;
	while (!c->failed && !__atomic_load_n(&stop, __ATOMIC_RELAXED))
		c->failed = round_trip(c, fd, false, 0);
	if (fd >= 0)
		close(fd);
	return NULL;
}

/* Every key has a value before the clock starts. */
static int fill(uint64_t *filled)
{
	struct client c = { .random = 1 };
	int fd = dial(), ret = fd < 0;

	for (unsigned int i = 0; i < NR_KEYS && !ret; i += (unsigned int)pipeline)
		ret = round_trip(&c, fd, true, i);
	if (fd >= 0)
		close(fd);
	*filled = c.replies;
	return ret;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int run(double seconds, int connections, uint64_t filled)
{
	static struct client clients[MAX_CONNECTIONS];
	struct timespec nap = { (time_t)seconds, (long)((seconds - (long)seconds) * 1e9) };
	double begin = now(), took;
	uint64_t replies = 0;
	bool failed = false;

	for (int i = 0; i < connections; i++) {
		clients[i].random = 2463534242U + (uint32_t)i;
		if (pthread_create(&clients[i].thread, NULL, drive, &clients[i]))
			return 1;
	}
	nanosleep(&nap, NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < connections; i++) {
		pthread_join(clients[i].thread, NULL);
		replies += clients[i].replies;
		failed |= clients[i].failed;
	}
	took = now() - begin;
	if (failed) {
		fprintf(stderr, "oriel-kv-load: the server went away\n");
		return 1;
	}
	printf("%.0f requests/s, %" PRIu64 " with the filling\n", (double)replies / took,
	       replies + filled);
	return 0;
}

int main(int argc, char **argv)
{
	double seconds = argc > 2 ? atof(argv[2]) : 2;
	int connections = argc > 3 ? atoi(argv[3]) : 4;
	uint64_t filled;

	port = argc > 1 ? (unsigned int)atoi(argv[1]) : 0;
	pipeline = argc > 4 ? atoi(argv[4]) : pipeline;
	if (!port || seconds <= 0 || connections < 1 || connections > MAX_CONNECTIONS ||
	    pipeline < 1 || pipeline > MAX_PIPELINE) {
		fprintf(stderr, "usage: oriel-kv-load PORT [SECONDS [CONNECTIONS [PIPELINE]]]\n");
		return 2;
	}
	make_keys();
	if (fill(&filled)) {
		fprintf(stderr, "oriel-kv-load: no answer from 127.0.0.1:%u\n", port);
		return 1;
	}
	return run(seconds, connections, filled);
}
