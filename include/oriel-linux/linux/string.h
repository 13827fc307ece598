/* SPDX-License-Identifier: MIT */
/*
 * Strings: the C library's functions, and the kernel's own. The C library may ask for its own copy
 * of <linux/string.h>, which has nothing in it.
 */
#ifndef ORIEL_LINUX_STRING_H
#define ORIEL_LINUX_STRING_H

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/types.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/**
 * strscpy() - copy as much of a string as fits, always with a NUL
 * Return: bytes copied, without the NUL, or -E2BIG when that is not all (or @size is 0).
 */
__maybe_unused static inline ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t len = strnlen(from, size);

	if (!size)
		return -E2BIG;
	if (len < size) {
		memcpy(to, from, len + 1);
		return (ssize_t)len;
	}
	memcpy(to, from, size - 1);
	to[size - 1] = '\0';
	return -E2BIG;
}

/** strscpy_pad() - the same, and zeros up to @size */
__maybe_unused static inline ssize_t strscpy_pad(char *to, const char *from, size_t size)
{
	ssize_t len = strscpy(to, from, size);

	if (len >= 0)
		memset(to + len, 0, size - (size_t)len);
	return len;
}

/** skip_spaces() - where the first character that is no blank stands */
ORIEL_INLINE char *skip_spaces(const char *s)
{
	return (char *)s + strspn(s, " \f\n\r\t\v");
}

/** strim() - cut blanks off the end; the first character that is none */
__maybe_unused static inline char *strim(char *s)
{
	size_t len = strlen(s);

	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	s[len] = '\0';
	return skip_spaces(s);
}

#define strstrip(s) strim(s)

/** sysfs_streq() - are they equal but for one newline at the end of either? */
__maybe_unused static inline bool sysfs_streq(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return a[*a == '\n'] == '\0' && b[*b == '\n'] == '\0';
}

/** str_has_prefix() - the length of @prefix when @s begins with it, else 0 */
ORIEL_INLINE size_t str_has_prefix(const char *s, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(s, prefix, len) ? 0 : len;
}

ORIEL_INLINE bool strstarts(const char *s, const char *prefix)
{
	return str_has_prefix(s, prefix) || !*prefix;
}

/** match_string() - which of @nr strings (or those before a NULL) is @s; -EINVAL: none */
__maybe_unused static inline int match_string(const char *const *strings, size_t nr, const char *s)
{
	for (size_t i = 0; i < nr && strings[i]; i++)
		if (!strcmp(strings[i], s))
			return (int)i;
	return -EINVAL;
}

/** sysfs_match_string() - the same of an array, by sysfs_streq() */
#define sysfs_match_string(strings, s)                                                             \
	__sysfs_match_string(strings, sizeof(strings) / sizeof((strings)[0]), s)
__maybe_unused static inline int __sysfs_match_string(const char *const *strings, size_t nr,
						      const char *s)
{
	for (size_t i = 0; i < nr && strings[i]; i++)
		if (sysfs_streq(strings[i], s))
			return (int)i;
	return -EINVAL;
}

__maybe_unused static inline char *strreplace(char *s, char from, char to)
{
	for (char *p = s; *p; p++)
		if (*p == from)
			*p = to;
	return s;
}

/** memchr_inv() - the first byte that is not @c, or NULL */
__maybe_unused static inline void *memchr_inv(const void *start, int c, size_t len)
{
	const unsigned char *p = (const unsigned char *)start;

	for (; len; len--, p++)
		if (*p != (unsigned char)c)
			return (void *)p;
	return NULL;
}

#define memzero_explicit(s, len) explicit_bzero(s, len)

/* Copies, for kfree(); NULL where there is no memory, or nothing to copy. */
ORIEL_INLINE char *kstrdup(const char *s, gfp_t gfp)
{
	(void)gfp;
	return s ? strdup(s) : NULL;
}

ORIEL_INLINE char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	(void)gfp;
	return s ? strndup(s, max) : NULL;
}

__maybe_unused static inline void *kmemdup(const void *from, size_t len, gfp_t gfp)
{
	void *copy = malloc(len ? len : 1);

	(void)gfp;
	return copy ? memcpy(copy, from, len) : NULL;
}

/** kmemdup_nul() - the same with a NUL behind it */
__maybe_unused static inline char *kmemdup_nul(const char *from, size_t len, gfp_t gfp)
{
	char *copy = (char *)malloc(len + 1);

	(void)gfp;
	if (!copy)
		return NULL;
	copy[len] = '\0';
	return (char *)memcpy(copy, from, len);
}

/** memdup_user() - a copy of what a file's write() was given, for kfree(); or ERR_PTR(-ENOMEM) */
ORIEL_INLINE void *memdup_user(const void *from, size_t len)
{
	void *copy = kmemdup(from, len, 0);

	return copy ? copy : ERR_PTR(-ENOMEM);
}

/** memdup_user_nul() - the same with a NUL behind it */
__maybe_unused static inline void *memdup_user_nul(const void *from, size_t len)
{
	char *copy = kmemdup_nul((const char *)from, len, 0);

	return copy ? copy : ERR_PTR(-ENOMEM);
}

#endif
