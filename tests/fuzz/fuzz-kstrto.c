// SPDX-License-Identifier: MIT
/*
 * Fuzz target of text to numbers and plain values: texts written to a debugfs file, and the bytes
 * of a value, any of both.
 *
 * The input is a byte that chooses the base, one that chooses the kind of value, and the text.
 * Numbers are held against the C library's, which takes more than the kernel: blanks before the
 * sign. A value that was parsed must have a text that is parsed to the same value.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ORIEL_INTERNAL
#include <oriel/kstrto.h>

#include "domain/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool yes)
{
	if (!yes)
		abort();
}

/* A text that starts as a number does: to both, or to none. */
static bool is_plain(const char *text)
{
	const char *digits = text + (*text == '+' || *text == '-');

	/* newer C libraries take this one for base 2 */
	if (digits[0] == '0' && (digits[1] | 0x20) == 'b')
		return false;
	return isxdigit((unsigned char)*digits);
}

static void check_unsigned(char *text, unsigned int base)
{
	unsigned long long value = 7, want;
	int err = kstrtoull(text, base, &value);
	size_t len = strlen(text);
	char *end;

	must(!err || (value == 7 && (err == -EINVAL || err == -ERANGE)));
	if (!is_plain(text) || *text == '-')
		return;
	if (len && text[len - 1] == '\n')
		text[--len] = '\0';
	errno = 0;
	want = strtoull(text, &end, (int)base);
	if (errno == ERANGE)
		must(err == -ERANGE);
	else if (end == text + len)
		must(!err && value == want);
	else
		must(err == -EINVAL);
}

static void check_signed(const char *text, unsigned int base)
{
	unsigned long long magnitude;
	bool is_negative = *text == '-';
	long long value = 7;
	int err = kstrtoll(text, base, &value);
	int err_magnitude = kstrtoull(text + is_negative, base, &magnitude);

	if (is_negative && text[1] == '+')
		must(err == -EINVAL);
	else if (err_magnitude)
		must(err == err_magnitude);
	else if (magnitude > (unsigned long long)INT64_MAX + is_negative)
		must(err == -ERANGE);
	else
		must(!err && value == (long long)(is_negative ? 0 - magnitude : magnitude));
	must(!err || value == 7);
}

static void check_narrow(const char *text, size_t len, unsigned int base)
{
	unsigned long long wide;
	uint8_t u8 = 7;
	long number;
	char *end;
	bool yes;

	if (kstrtou8(text, base, &u8))
		must(u8 == 7);
	else
		must(!kstrtoull(text, base, &wide) && wide == u8);
	if (kstrtou8_from_user(text, len, base, &u8) == 0 && len < 10 && !memchr(text, 0, len))
		must(!kstrtou8(text, base, &u8));
	kstrtobool_from_user(text, len, &yes);
	number = simple_strtol(text, &end, base);
	must(end >= text && end <= text + strlen(text) && (number == 0 || end > text));
}

static void check_value(uint32_t kind, const char *text, size_t len)
{
	uint64_t value = 0, again = 0;
	char printed[ORL_VALUE_TEXT_MAX], *exact;
	size_t got;

	/* any bytes as a str, a blob, an array */
	got = orl_value_print(kind, text, len, NULL, 0);
	exact = malloc(got ? got : 1);
	must(exact && orl_value_print(kind, text, len, exact, got) == got);
	free(exact);
	if (orl_value_parse(kind, text, len, &value))
		return;
	got = orl_value_print(kind, &value, orl_value_size(kind), printed, sizeof(printed));
	must(got && got < sizeof(printed) && printed[got - 1] == '\n');
	must(!orl_value_parse(kind, printed, got, &again) && again == value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned int bases[] = { 0, 2, 8, 10, 16 };
	unsigned int base;
	uint32_t kind;
	char *text;

	if (size < 2)
		return 0;
	base = bases[data[0] % 5];
	kind = data[1] % (ORL_DFS_NR_KINDS + 1U);
	data += 2;
	size -= 2;
	/* exactly as long, so that a read behind it is seen */
	text = malloc(size ? size : 1);
	must(text);
	memcpy(text, data, size);
	check_value(kind, text, size);
	text = realloc(text, size + 1);
	must(text);
	text[size] = '\0';
	check_signed(text, base);
	check_narrow(text, size, base);
	check_unsigned(text, base);
	free(text);
	return 0;
}
