/* SPDX-License-Identifier: MIT */
/*
 * Text to number, with the kernel's names, rules and errors (linux/kstrtox.h).
 *
 * kstrto*() take a whole string: an optional sign, digits, one newline at most, the end. No blanks.
 * Base 0 finds the base: "0x" before a hexadecimal digit is 16, another leading "0" is 8, else 10;
 * base 16 takes an "0x" too. '+' may stand before any number, '-' before a signed one.
 *
 *   0         *res is set
 *   -EINVAL   that is no number
 *   -ERANGE   it does not fit *res; a number that fits 64 bits in no way is -ERANGE even before
 *             garbage
 * On an error *res keeps its value. All functions here are async-signal-safe and keep no state.
 *
 * simple_strto*() take digits as long as they come, and tell where they end; what does not fit
 * wraps. This header needs no library.
 */
#ifndef ORIEL_KSTRTO_H
#define ORIEL_KSTRTO_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef __cplusplus
#include <stdbool.h>
#endif

#define ORIEL_KSTRTO static inline __attribute__((unused))

/* The value of a digit in any base up to 16, or 16. */
ORIEL_KSTRTO unsigned int oriel_digit(char c)
{
	char lower = (char)(c | 0x20);

	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	return lower >= 'a' && lower <= 'f' ? (unsigned int)(lower - 'a') + 10 : 16;
}

/* The base that a text has by its prefix, which is skipped where it is not a digit itself. */
ORIEL_KSTRTO const char *oriel_digits_base(const char *s, unsigned int *base)
{
	bool is_hex = s[0] == '0' && (s[1] | 0x20) == 'x';

	if (!*base)
		*base = is_hex && oriel_digit(s[2]) < 16 ? 16 : s[0] == '0' ? 8 : 10;
	return *base == 16 && is_hex ? s + 2 : s;
}

/* Reads digits; where they end. *overflow: the value is what 64 bits keep of it. */
ORIEL_KSTRTO const char *oriel_digits(const char *s, unsigned int base, unsigned long long *value,
				      bool *overflow)
{
	unsigned long long n = 0;
	bool over = false;

	for (; oriel_digit(*s) < base; s++) {
		over |= __builtin_mul_overflow(n, base, &n);
		over |= __builtin_add_overflow(n, oriel_digit(*s), &n);
	}
	*value = n;
	*overflow = over;
	return s;
}

/* A number without a sign. */
ORIEL_KSTRTO int oriel_kstrto(const char *s, unsigned int base, unsigned long long *res)
{
	unsigned long long value;
	const char *start = oriel_digits_base(s, &base), *end;
	bool overflow;

	end = oriel_digits(start, base, &value, &overflow);
	if (overflow)
		return -ERANGE;
	if (end == start || end[*end == '\n'] != '\0')
		return -EINVAL;
	*res = value;
	return 0;
}

ORIEL_KSTRTO int kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	return oriel_kstrto(s + (*s == '+'), base, res);
}

ORIEL_KSTRTO int kstrtoll(const char *s, unsigned int base, long long *res)
{
	bool is_negative = *s == '-';
	unsigned long long value;
	int err;

	err = is_negative ? oriel_kstrto(s + 1, base, &value) : kstrtoull(s, base, &value);
	if (err)
		return err;
	if (value > (unsigned long long)INT64_MAX + is_negative)
		return -ERANGE;
	*res = (long long)(is_negative ? 0 - value : value);
	return 0;
}

/* A narrower number: what the wide function finds must survive the way there and back. */
#define ORIEL_KSTRTO_NARROW(name, type, wide, wide_type)                                           \
	ORIEL_KSTRTO int name(const char *s, unsigned int base, type *res)                         \
	{                                                                                          \
		wide_type value;                                                                   \
		int err = wide(s, base, &value);                                                   \
												   \
		if (err)                                                                           \
			return err;                                                                \
		if ((wide_type)(type)value != value)                                               \
			return -ERANGE;                                                            \
		*res = (type)value;                                                                \
		return 0;                                                                          \
	}

#define ORIEL_KSTRTO_UNSIGNED(name, type) \
	ORIEL_KSTRTO_NARROW(name, type, kstrtoull, unsigned long long)
#define ORIEL_KSTRTO_SIGNED(name, type) ORIEL_KSTRTO_NARROW(name, type, kstrtoll, long long)

ORIEL_KSTRTO_UNSIGNED(kstrtoul, unsigned long)
ORIEL_KSTRTO_UNSIGNED(kstrtouint, unsigned int)
ORIEL_KSTRTO_UNSIGNED(kstrtou64, unsigned long long)	/* the kernel's u64, not uint64_t */
ORIEL_KSTRTO_UNSIGNED(kstrtou32, uint32_t)
ORIEL_KSTRTO_UNSIGNED(kstrtou16, uint16_t)
ORIEL_KSTRTO_UNSIGNED(kstrtou8, uint8_t)
ORIEL_KSTRTO_SIGNED(kstrtol, long)
ORIEL_KSTRTO_SIGNED(kstrtoint, int)
ORIEL_KSTRTO_SIGNED(kstrtos64, long long)
ORIEL_KSTRTO_SIGNED(kstrtos32, int32_t)
ORIEL_KSTRTO_SIGNED(kstrtos16, int16_t)
ORIEL_KSTRTO_SIGNED(kstrtos8, int8_t)

/**
 * kstrtobool() - yes or no
 * @s: its first letter decides: y t e 1 are true, n f d 0 are false, in either case; "on" and
 *     "off" by their second one. What comes behind is not looked at.
 *
 * Return: 0, or -EINVAL, also for NULL.
 */
ORIEL_KSTRTO int kstrtobool(const char *s, bool *res)
{
	char first, second;

	if (!s || !*s)
		return -EINVAL;
	first = (char)(s[0] | 0x20);
	second = (char)(s[1] | 0x20);
	if (s[0] == '1' || first == 'y' || first == 't' || first == 'e' ||
	    (first == 'o' && second == 'n'))
		*res = true;
	else if (s[0] == '0' || first == 'n' || first == 'f' || first == 'd' ||
		 (first == 'o' && second == 'f'))
		*res = false;
	else
		return -EINVAL;
	return 0;
}

/*
 * The same of @count bytes that a file's write() was given, which have no NUL at the end. Of a text
 * that is longer than any number of the type in base 2, only as much is looked at; so with the
 * kernel a value with that many zeros in front of it reads as what is left of it.
 */
#define ORIEL_KSTRTO_FROM_USER(name, type)                                                         \
	ORIEL_KSTRTO int name##_from_user(const char *s, size_t count, unsigned int base,          \
					  type *res)                                               \
	{                                                                                          \
		char buf[1 + sizeof(type) * 8 + 1 + 1];                                            \
												   \
		if (count > sizeof(buf) - 1)                                                       \
			count = sizeof(buf) - 1;                                                   \
		memcpy(buf, s, count);                                                             \
		buf[count] = '\0';                                                                 \
		return name(buf, base, res);                                                       \
	}

ORIEL_KSTRTO_FROM_USER(kstrtoull, unsigned long long)
ORIEL_KSTRTO_FROM_USER(kstrtoll, long long)
ORIEL_KSTRTO_FROM_USER(kstrtoul, unsigned long)
ORIEL_KSTRTO_FROM_USER(kstrtol, long)
ORIEL_KSTRTO_FROM_USER(kstrtouint, unsigned int)
ORIEL_KSTRTO_FROM_USER(kstrtoint, int)
ORIEL_KSTRTO_FROM_USER(kstrtou64, unsigned long long)
ORIEL_KSTRTO_FROM_USER(kstrtos64, long long)
ORIEL_KSTRTO_FROM_USER(kstrtou32, uint32_t)
ORIEL_KSTRTO_FROM_USER(kstrtos32, int32_t)
ORIEL_KSTRTO_FROM_USER(kstrtou16, uint16_t)
ORIEL_KSTRTO_FROM_USER(kstrtos16, int16_t)
ORIEL_KSTRTO_FROM_USER(kstrtou8, uint8_t)
ORIEL_KSTRTO_FROM_USER(kstrtos8, int8_t)

ORIEL_KSTRTO int kstrtobool_from_user(const char *s, size_t count, bool *res)
{
	char buf[4];			/* three bytes tell all words apart */

	if (count > sizeof(buf) - 1)
		count = sizeof(buf) - 1;
	memcpy(buf, s, count);
	buf[count] = '\0';
	return kstrtobool(buf, res);
}

/** simple_strtoull() - digits as long as they come; no sign; *endp (if not NULL) is behind them */
ORIEL_KSTRTO unsigned long long simple_strtoull(const char *s, char **endp, unsigned int base)
{
	unsigned long long value;
	bool overflow;
	union {
		const char *is;
		char *was;
	} end;

	s = oriel_digits_base(s, &base);
	end.is = oriel_digits(s, base, &value, &overflow);
	if (endp)
		*endp = end.was;
	return value;
}

ORIEL_KSTRTO unsigned long simple_strtoul(const char *s, char **endp, unsigned int base)
{
	return (unsigned long)simple_strtoull(s, endp, base);
}

/** simple_strtoll() - the same with a '-' before it */
ORIEL_KSTRTO long long simple_strtoll(const char *s, char **endp, unsigned int base)
{
	unsigned long long value = simple_strtoull(s + (*s == '-'), endp, base);

	return (long long)(*s == '-' ? 0 - value : value);
}

ORIEL_KSTRTO long simple_strtol(const char *s, char **endp, unsigned int base)
{
	return (long)simple_strtoll(s, endp, base);
}

#endif
