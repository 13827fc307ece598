// SPDX-License-Identifier: MIT
/*
 * Makes records of vocab_trace.h and kernel_trace.h: vocab WHAT. The tests compile it as C and as
 * C++.
 *
 *   words       each event, with the values that vocab.py expects to read
 *   fn          prints how often the functions of TRACE_EVENT_FN were called; probes of the
 * program's own, too text A B    strings of A and B characters; -1 is NULL blob N...   dynamic
 * arrays of N bytes; then waits for the end of standard input
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CREATE_TRACE_POINTS
#include "kernel_trace.h"
#include "vocab_trace.h"

static int nr_reg, nr_unreg, nr_bare;

int watched_reg(void)
{
	nr_reg++;
	return 0;
}

void watched_unreg(void)
{
	nr_unreg++;
}

static void make_strings(const char *a, const char *b, int len, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	trace_strings(a, b, len, fmt, &args);
	va_end(args);
}

static void make_addresses(void)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	memset(&v4, 0, sizeof(v4));
	v4.sin_family = AF_INET;
	v4.sin_port = htons(8080);
	inet_pton(AF_INET, "192.0.2.33", &v4.sin_addr);
	trace_addresses((const struct sockaddr *)&v4, sizeof(v4));
	memset(&v6, 0, sizeof(v6));
	v6.sin6_family = AF_INET6;
	v6.sin6_port = htons(443);
	inet_pton(AF_INET6, "2001:db8::1:2", &v6.sin6_addr);
	trace_addresses((const struct sockaddr *)&v6, sizeof(v6));
}

static void words(void)
{
	const unsigned char bytes[16] = {
		0x20, 1, 0xd, 0xb8, 0, 0, 0xab, 0, 0, 0, 0, 0, 0, 0, 0, 9
	};
	const unsigned long mask[16] = {
		0x80000000000000f5UL, 0x3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
	};
	const int ints[4] = { 1, -1, 70000, 0 };
	const struct point point = { 1, 2, 3 };

	trace_numbers(0);
	trace_numbers(-2);
	trace_numbers(1234567890123LL);
	trace_fields(point, 250);
	make_strings("one", "twothree", 3, "%s-%d", "four", 5);
	make_strings("", "", 0, "%s", "");
	make_strings("sixteen charact.", "b", 1, "%0300d", 7);
	trace_arrays(ints, 4);
	trace_arrays(ints, 1);
	trace_masks(mask);
	make_addresses();
	trace_pointers((const void *)(size_t)0x12345678, bytes);
	trace_names(0, RED);
	trace_names(5, GREEN);
	trace_names(13, 4);
	trace_newer(3000000007ULL, 3);
	trace_newer(999999999ULL, 0);
	trace_pair_one(1, 2);
	trace_pair_two(3, 4);
	trace_pair_print(5, 6);
	trace_pair_if(7, 8);
	trace_pair_if(8, 7);
	trace_odd(2);
	trace_odd(3);
	trace_watched(4);
	trace_nothing(5);
}

static void probe_bare(void *data, int x, const char *y)
{
	if (data == &nr_bare && x == 3 && !strcmp(y, "three"))
		nr_bare++;
}

static void probe_watched(void *data, int x)
{
	*(int *)data += x;
}

/* Once by whoever is first, once when the last has gone; the events may be on as well. */
static void functions(void)
{
	int sum = 0;

	trace_bare(3, "three");
	if (register_trace_bare(probe_bare, &nr_bare) ||
	    register_trace_bare(probe_bare, &nr_bare) != -EEXIST)
		printf("register\n");
	trace_bare(3, "three");
	if (unregister_trace_bare(probe_bare, &nr_bare) ||
	    unregister_trace_bare(probe_bare, &nr_bare) != -ENOENT)
		printf("unregister\n");
	trace_bare(3, "three");
	printf("bare %d\n", nr_bare);
	printf("reg %d unreg %d\n", nr_reg, nr_unreg);
	register_trace_watched(probe_watched, &sum);
	trace_watched(20);
	unregister_trace_watched(probe_watched, &sum);
	trace_watched(30);
	printf("reg %d unreg %d sum %d\n", nr_reg, nr_unreg, sum);
}

static const char *characters(char *text, size_t size, const char *nr)
{
	int n = atoi(nr);

	if (n < 0 || (size_t)n >= size)
		return NULL;
	for (int i = 0; i < n; i++)
		text[i] = (char)('a' + i % 26);
	text[n] = '\0';
	return text;
}

static void strings(const char *a, const char *b)
{
	static char text[2][20000];

	trace_text(characters(text[0], sizeof(text[0]), a),
		   characters(text[1], sizeof(text[1]), b));
}

static void blobs(char **sizes)
{
	for (; *sizes; sizes++)
		trace_blob(atoll(*sizes));
	puts("done");
	fflush(stdout);
	while (getchar() != EOF)
		;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "words"))
		words();
	else if (!strcmp(what, "fn"))
		functions();
	else if (!strcmp(what, "text") && argc == 4)
		strings(argv[2], argv[3]);
	else if (!strcmp(what, "blob"))
		blobs(argv + 2);
	else
		return 2;
	return 0;
}
