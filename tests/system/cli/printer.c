// SPDX-License-Identifier: MIT
/*
 * A program that prints lines when it is told to; reads lines and answers each with "ok".
 *
 *   printer obey
 *        hello                nothing
 *        plain N TEXT         pr_debug() with what libtraceevent can print
 *        odd N TEXT           pr_debug() with what it cannot
 *        bytes TEXT           pr_debug() of addresses and bytes, with control characters
 *        trace N              trace_printk() of a number and a function
 *        loose TEXT           trace_printk() of a format that is no constant
 *        dump TEXT            print_hex_dump_debug()
 */
#define pr_fmt(fmt) "unit: " fmt
#include <oriel/printk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_plain(int n, const char *text)
{
	pr_debug("plain %d %5u %#x %s %lld\n", n, (unsigned int)n, (unsigned int)n, text,
		 n * 10000000000LL);
}

static void print_odd(int n, const char *text)
{
	pr_debug("odd |%-5d|%c|%.2f|%hhd|%-6s|%d\n", n, text[0], n / 4.0, (signed char)n, text, n);
}

static void print_bytes(const char *text)
{
	static const unsigned char mac[6] = { 1, 2, 3, 4, 5, 6 }, ip[4] = { 10, 0, 0, 1 };

	pr_debug("bytes %pM %pI4 %*ph %s\x1b[2J\ttab\n", mac, ip, 3, mac, text);
}

static void print_trace(int n)
{
	trace_printk("trace %d from %ps\n", n, (const void *)print_trace);
}

static void print_loose(const char *text)
{
	const char *volatile format = "loose %s\n";

	trace_printk(format, text);
}

static void print_dump(const char *text)
{
	print_hex_dump_debug("dump: ", DUMP_PREFIX_OFFSET, 16, 1, text, strlen(text), true);
}

static void obey(char *line)
{
	char *what = strtok(line, " "), *first = strtok(NULL, " "), *second = strtok(NULL, "");
	int n = first ? atoi(first) : 0;

	if (!what || !first)
		return;
	if (!strcmp(what, "plain"))
		print_plain(n, second ? second : "");
	else if (!strcmp(what, "odd"))
		print_odd(n, second ? second : "");
	else if (!strcmp(what, "bytes"))
		print_bytes(first);
	else if (!strcmp(what, "trace"))
		print_trace(n);
	else if (!strcmp(what, "loose"))
		print_loose(first);
	else if (!strcmp(what, "dump"))
		print_dump(first);
}

int main(void)
{
	char line[256];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		obey(line);
		puts("ok");
		fflush(stdout);
	}
	return 0;
}
