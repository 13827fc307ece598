// SPDX-License-Identifier: MIT
/* Small words of a filter's language: numbers and lists of CPUs. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "compile/impl.h"

static int digit_of(char c)
{
	if (orl_is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static int unsigned_number(const char *p, uint32_t len, uint64_t *v)
{
	unsigned int base = 10;
	uint64_t n = 0;

	if (len > 2 && p[0] == '0' && (p[1] | 0x20) == 'x' && digit_of(p[2]) < 16) {
		base = 16;
		p += 2;
		len -= 2;
	} else if (len && p[0] == '0') {
		base = 8;
	}
	if (!len)
		return -EINVAL;
	for (uint32_t i = 0; i < len; i++) {
		unsigned int d = (unsigned int)digit_of(p[i]);

		if (d >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(n, base, &n) || __builtin_add_overflow(n, d, &n))
			return -ERANGE;
	}
	*v = n;
	return 0;
}

int orl_compile_number(const char *text, uint32_t len, bool is_signed, uint64_t *v)
{
	bool is_negative = is_signed && len && *text == '-';
	int err = unsigned_number(text + is_negative, len - is_negative, v);

	if (err || !is_signed)
		return err;
	if (*v > (uint64_t)INT64_MAX + is_negative)
		return -ERANGE;
	if (is_negative)
		*v = -*v;
	return 0;
}

/* ---- lists of CPUs ---- */

struct cursor {
	const char *p, *end;
};

static bool skip(struct cursor *c, char want)
{
	if (c->p == c->end || *c->p != want)
		return false;
	c->p++;
	return true;
}

static bool is_separator(char c)
{
	return c == ',' || orl_is_blank(c);
}

static uint32_t last_cpu(void)
{
	long nr = sysconf(_SC_NPROCESSORS_CONF);

	return nr > 0 && nr <= (long)ORL_COMPILE_MAX_CPUS ? (uint32_t)nr - 1 : 0;
}

/* A number, or N for the last CPU. */
static bool cpu_number(struct cursor *c, uint32_t *n)
{
	const char *start = c->p;

	*n = 0;
	if (skip(c, 'N')) {
		*n = last_cpu();
		return true;
	}
	for (; c->p < c->end && orl_is_digit(*c->p); c->p++)
		if (*n < 1000000)
			*n = *n * 10 + (uint32_t)(*c->p - '0');
	return c->p > start;
}

/* "3", "0-3", "all", and behind the last two ":used/group" */
static bool cpu_region(struct cursor *c, uint8_t *mask)
{
	uint32_t first, last, used = 1, group = 1;
	bool is_range = true;

	if (c->end - c->p >= 3 && !strncasecmp(c->p, "all", 3)) {
		c->p += 3;
		first = 0;
		last = last_cpu();
	} else {
		if (!cpu_number(c, &first))
			return false;
		last = first;
		is_range = skip(c, '-');
		if (is_range && !cpu_number(c, &last))
			return false;
	}
	if (is_range && skip(c, ':') &&
	    (!cpu_number(c, &used) || !skip(c, '/') || !cpu_number(c, &group)))
		return false;
	if (c->p < c->end && !is_separator(*c->p))
		return false;
	if (first > last || last >= ORL_COMPILE_MAX_CPUS || !group || used > group)
		return false;
	for (uint32_t i = first; i <= last; i++)
		if ((i - first) % group < used)
			mask[i / 8] |= (uint8_t)(1U << (i % 8));
	return true;
}

int orl_compile_cpulist(const char *text, uint32_t len, uint8_t *mask)
{
	struct cursor c = { text, text + len };

	memset(mask, 0, ORL_COMPILE_MAX_CPUS / 8);
	for (;;) {
		while (c.p < c.end && is_separator(*c.p))
			c.p++;
		if (c.p == c.end)
			return 0;
		if (!cpu_region(&c, mask))
			return -EINVAL;
	}
}
