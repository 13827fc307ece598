// SPDX-License-Identifier: MIT
/*
 * Reading commands: what the kernel accepts as a number, a word, a list of words.
 */
#include <errno.h>
#include <string.h>

#include "tree/impl.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int orl_store_number(const char *buf, size_t len, uint64_t *out)
{
	uint64_t v = 0;
	size_t i = 0;

	/* like a C string: "1\0" is 1 */
	len = strnlen(buf, len);
	if (len && buf[len - 1] == '\n')
		len--;
	if (len && buf[0] == '+')
		i = 1;
	if (i == len)
		return -EINVAL;
	for (; i < len; i++) {
		if (buf[i] < '0' || buf[i] > '9')
			return -EINVAL;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(buf[i] - '0'), &v))
			return -ERANGE;
	}
	*out = v;
	return 0;
}

char *orl_store_trim(char *buf, size_t *len)
{
	size_t end = strnlen(buf, *len), begin = 0;

	while (end && is_blank(buf[end - 1]))
		end--;
	while (begin < end && is_blank(buf[begin]))
		begin++;
	buf[end] = '\0';
	*len = end - begin;
	return buf + begin;
}

int orl_store_words(struct orl_file *f, char *buf, size_t len,
		    int (*fn)(struct orl_file *f, char *word))
{
	size_t at = 0, done = 0;

	while (at < len) {
		size_t begin, end;
		char last;
		int rc;

		while (at < len && (is_blank(buf[at]) || !buf[at]))
			at++;
		begin = at;
		while (at < len && !is_blank(buf[at]) && buf[at])
			at++;
		end = at;
		if (begin == end)
			break;
		last = buf[end];
		buf[end] = '\0';
		rc = fn(f, buf + begin);
		buf[end] = last;
		if (rc < 0)
			/* what came before holds; the writer learns of the error by its next write
			 */
			return done ? (int)done : rc;
		done = end < len ? end + 1 : end;
		at = done;
	}
	return 0;
}
