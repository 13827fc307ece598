/* SPDX-License-Identifier: MIT */
/*
 * Formats with arguments. The first column of texts is ours; where libtraceevent 1.7 prints another
 * one by the format that it is given, that is the second.
 */
#ifndef TEST_PRINTS_CASES_H
#define TEST_PRINTS_CASES_H

#include "record.h"

static const struct {
	const char *format;
	const char *words[MAX_WORDS];
	const char *text, *theirs;	/* theirs NULL: the same */
} cases[] = {
	{ "plain\n", { NULL }, "plain" },
	{ "%d %i %u %x %X %o", { "i-5", "i6", "i-1", "i255", "i255", "i8" },
	  "-5 6 4294967295 ff FF 10" },
	{ "%ld %lld %Ld|%d", { "l-6", "l7", "l8", "i5" }, "-6 7 8|5" },
	{ "%d%ld%d", { "i1", "l2", "i3" }, "123" },
	{ "%zu %zd|%d", { "l6", "l-255", "i5" }, "6 -255|5" },
	{ "%llx %lx %llu", { "l-1", "l-1", "l-1" },
	  "ffffffffffffffff ffffffffffffffff 18446744073709551615" },
	{ "%5d|%05d|%.3d|%#x", { "i5", "i5", "i5", "i5" }, "    5|00005|005|0x5" },
	{ "%*d|%.*d|%d", { "i6", "i5", "i3", "i5", "i7" }, "     5|005|7" },
	{ "%08lx %d", { "l255", "i5" }, "000000ff 5" },
	{ "%s|%d", { "sabc", "i5" }, "abc|5" },
	{ "%s%s%s", { "sa", "s", "sbc" }, "abc" },
	{ "%5s|%.2s|%*s|%.*s|%d", { "sabc", "sabc", "i5", "sabc", "i1", "sabc", "i9" },
	  "  abc|ab|  abc|a|9" },
	{ "50%% of %s\n", { "sx" }, "50% of x" },
	{ "%p|%d", { "l0x1234", "i5" }, "0x1234|5" },
	{ "%pS|%ps|%d", { "l0x1010", "l0x1010", "i5" }, "my_func+0x10|my_func|5" },
	{ "%pM|%pI4|%pI6c|%pUb|%d", { "saa:bb:cc:dd:ee:ff", "s1.2.3.4", "s::1", "s1b4e", "i5" },
	  "aa:bb:cc:dd:ee:ff|1.2.3.4|::1|1b4e|5" },
	{ "%*ph|%*phC|%3phN|%d", { "i2", "saa bb", "i2", "saa:bb", "saabbcc", "i5" },
	  "aa bb|aa:bb|aabbcc|5" },
	{ "[%d] m:f:a.c:1: x %s\n", { "i77", "sy" }, "[77] m:f:a.c:1: x y" },
	{ "a\tb \"q\" \\ %d\n", { "i1" }, "a\tb \"q\" \\ 1" },
	{ "%y|%d", { "i5" }, ">y<|5" },
	/* The format that it is given is not the program's, but prints the same. */
	{ "%c%c|%s|%5c|%d", { "sA", "sB", "sx", "sC", "i5" }, "AB|x|    C|5" },
	{ "%hd %hhu %hhx|%d", { "i-6", "i200", "i200", "i5" }, "-6 200 c8|5" },
	{ "%td %jd %qd|%d", { "l1", "l2", "l3", "i5" }, "1 2 3|5" },
	{ "%px|%pK|%pB|%d", { "l0x1234", "l0x41", "l0x1010", "i5" },
	  "0x1234|0x41|my_func|5", "0x1234|0x41|my_func+0x10|5" },
	{ "%pSR|%d", { "l0x1010", "i5" }, "my_func+0x10|5" },
	{ "%pe|%pd|%pV|%d", { "s-ENOENT", "sx", "shi", "i5" }, "-ENOENT|x|hi|5" },
	{ "%*pbl|%d", { "i8", "s1-3", "i5" }, "1-3|5" },
	{ "%pd|%d", { "s", "i5" }, "|5" },
	/* It gets no nearer than this. */
	{ "%*.*s|%*.*d|%d", { "i5", "i2", "sabc", "i5", "i3", "i7", "i9" },
	  "   ab|  007|9", "5,ab|5,007|9" },
	{ "%.*f|%*.*f|%s", { "i2", "d1.5", "i6", "i1", "d1.5", "sabc" }, "1.50|   1.5|abc",
	  "2,0x3ff8000000000000|6,1,0x3ff8000000000000|abc" },
	{ "%-5d|%-*d|%-5s|%d", { "i1", "i4", "i2", "sab", "i5" }, "1    |2   |ab   |5",
	  "    1|   2|   ab|5" },
	{ "%-20pM|%d", { "saa:bb   ", "i5" }, "aa:bb   |5" },
	{ "%+d|% d|%d", { "i1", "i2", "i5" }, "+1| 2|5", "1|2|5" },
	{ "%f|%.2e|%G|%d", { "d1.5", "d2.5", "d1e10", "i5" }, "1.500000|2.50e+00|1E+10|5",
	  "0x3ff8000000000000|0x4004000000000000|0x4202a05f20000000|5" },
};

#define NR_CASES (sizeof(cases) / sizeof(cases[0]))

#endif
