// SPDX-License-Identifier: MIT
/*
 * Doubles in decimal, exactly: the number is written out in base 10^9 as far as it goes (a double
 * is a finite decimal), and rounded, half to even, at the last place that is asked for.
 *
 *   word[POINT], word[POINT + 1] ...   the integer part, lowest first
 *   word[POINT - 1], word[POINT - 2] ... the fraction
 *   place n is the digit of 10^n
 */
#include <string.h>

#include "runtime/text-impl.h"

#define BASE 1000000000U
#define FRACTION 120			/* words: 1,074 digits */
#define WORDS (FRACTION + 36)		/* and 309 digits in front */
#define POINT FRACTION
#define PRECISION_MAX 1080		/* behind it there is nothing but zeros */

struct decimal {
	uint32_t word[WORDS];
	int low, high;			/* words that are not zero are in [low, high] */
};

static const uint32_t power[9] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000 };

static void multiply(struct decimal *d, unsigned int bits)
{
	uint64_t carry = 0;

	for (int i = d->low; i <= d->high || carry; i++) {
		uint64_t v = ((uint64_t)d->word[i] << bits) + carry;

		d->word[i] = (uint32_t)(v % BASE);
		carry = v / BASE;
		if (i > d->high)
			d->high = i;
	}
}

/* @bits <= 9, by which the base can be divided. */
static void divide(struct decimal *d, unsigned int bits)
{
	uint32_t rest = 0;

	for (int i = d->high; i >= d->low; i--) {
		uint32_t v = d->word[i];

		d->word[i] = (v >> bits) + rest * (BASE >> bits);
		rest = v & ((1U << bits) - 1);
	}
	if (rest)
		d->word[--d->low] = rest * (BASE >> bits);
	while (d->high > POINT && !d->word[d->high])
		d->high--;
}

static void decimal_set(struct decimal *d, uint64_t mantissa, int exponent)
{
	memset(d, 0, sizeof(*d));
	d->low = d->high = POINT;
	for (uint64_t m = mantissa; m; m /= BASE)
		d->word[d->high++] = (uint32_t)(m % BASE);
	if (d->high > POINT)
		d->high--;
	for (; exponent > 0; exponent -= exponent < 29 ? exponent : 29)
		multiply(d, exponent < 29 ? (unsigned int)exponent : 29);
	for (; exponent < 0; exponent += exponent > -9 ? -exponent : 9)
		divide(d, exponent > -9 ? (unsigned int)-exponent : 9);
}

static int word_of(int place)
{
	return POINT + (place >= 0 ? place / 9 : -((-place + 8) / 9));
}

static unsigned int digit(const struct decimal *d, int place)
{
	int w = word_of(place);

	if (w < d->low || w > d->high)
		return 0;
	return d->word[w] / power[place - (w - POINT) * 9] % 10;
}

static bool is_zero_below(const struct decimal *d, int place)
{
	int w = word_of(place);

	for (int i = d->low; i < w && i <= d->high; i++) {
		if (d->word[i])
			return false;
	}
	return w < d->low || w > d->high || d->word[w] % power[place - (w - POINT) * 9] == 0;
}

/* Round to a multiple of 10^place; digits below it stay as they were. */
static void round_at(struct decimal *d, int place)
{
	unsigned int next = digit(d, place - 1);
	uint32_t add;
	int w;

	if (next < 5 ||
	    (next == 5 && is_zero_below(d, place - 1) && !(digit(d, place) & 1)))
		return;
	w = word_of(place);
	add = power[place - (w - POINT) * 9];
	while (w < WORDS) {
		if (w > d->high)
			d->high = w;
		if (w < d->low)
			d->low = w;
		d->word[w] += add;
		if (d->word[w] < BASE)
			return;
		d->word[w++] -= BASE;
		add = 1;
	}
}

/* The place of the first digit that is not zero; 0 when there is none. */
static int top_place(const struct decimal *d)
{
	for (int w = d->high; w >= d->low; w--) {
		for (int i = 8; d->word[w] && i >= 0; i--) {
			if (d->word[w] >= power[i])
				return (w - POINT) * 9 + i;
		}
	}
	return 0;
}

/* Digits from place @from down to @to, with a point behind place @point unless nothing follows. */
static void put_digits(struct orl_fmt *t, const struct decimal *d, int from, int to, int point,
		       bool always_point)
{
	for (int place = from; place >= to; place--) {
		orl_fmt_put(t, (char)('0' + digit(d, place)));
		if (place == point && (to < place || always_point))
			orl_fmt_put(t, '.');
	}
}

static void put_exponent(struct orl_fmt *t, char letter, int exponent)
{
	unsigned int e = (unsigned int)(exponent < 0 ? -exponent : exponent);

	orl_fmt_put(t, letter);
	orl_fmt_put(t, exponent < 0 ? '-' : '+');
	if (e >= 100)
		orl_fmt_put(t, (char)('0' + e / 100));
	orl_fmt_put(t, (char)('0' + e / 10 % 10));
	orl_fmt_put(t, (char)('0' + e % 10));
}

/* %g leaves trailing zeros out. */
static int last_digit(const struct decimal *d, int from, int to)
{
	while (to < from && !digit(d, to))
		to++;
	return to;
}

/* 0x1.8p+3 */
static void put_hex(struct orl_fmt *t, const struct orl_fmt_spec *spec, uint64_t bits)
{
	const char *set = spec->conv == 'A' ? "0123456789ABCDEF" : "0123456789abcdef";
	int exponent = (int)(bits >> 52 & 2047);
	uint64_t m = bits & ((1ULL << 52) - 1);
	unsigned int e;
	int n = spec->precision;

	if (exponent)
		m |= 1ULL << 52;
	exponent = m ? (exponent ? exponent : 1) - 1023 : 0;
	if (n >= 0 && n < 13) {
		uint64_t unit = 1ULL << (52 - 4 * n), rest = m & (unit - 1);

		m -= rest;
		if (rest > unit / 2 || (rest == unit / 2 && (m & unit)))
			m += unit;
	}
	orl_fmt_put(t, set[m >> 52 & 15]);
	if (spec->flags & ORL_SPEC_ALT || n > 0 || (n < 0 && (m & ((1ULL << 52) - 1))))
		orl_fmt_put(t, '.');
	for (int i = 0; n < 0 ? i < 13 && (m << (12 + 4 * i)) : i < n; i++)
		orl_fmt_put(t, set[i < 13 ? m >> (48 - 4 * i) & 15 : 0]);
	orl_fmt_put(t, spec->conv == 'A' ? 'P' : 'p');
	orl_fmt_put(t, exponent < 0 ? '-' : '+');
	e = (unsigned int)(exponent < 0 ? -exponent : exponent);
	for (unsigned int p = e >= 1000 ? 1000 : e >= 100 ? 100 : e >= 10 ? 10 : 1; p; p /= 10)
		orl_fmt_put(t, (char)('0' + e / p % 10));
}

static void put_decimal(struct orl_fmt *t, const struct orl_fmt_spec *spec, struct decimal *d)
{
	int n = spec->precision < 0 ? 6 : spec->precision < PRECISION_MAX ? spec->precision :
									PRECISION_MAX;
	bool alt = spec->flags & ORL_SPEC_ALT, is_g = (spec->conv | 0x20) == 'g';
	bool is_e = (spec->conv | 0x20) == 'e';
	int top = top_place(d), to;

	if (is_g && !n)
		n = 1;
	if (is_e || is_g) {
		round_at(d, top - (is_g ? n - 1 : n));
		top = top_place(d);
	} else {
		round_at(d, -n);
		top = top_place(d);
	}
	if (is_g)
		is_e = top < -4 || top >= n;
	if (is_e) {
		to = top - (is_g ? n - 1 : n);
		put_digits(t, d, top, is_g && !alt ? last_digit(d, top, to) : to, top, alt);
		put_exponent(t, (char)(spec->conv & 0x20 ? 'e' : 'E'), top);
		return;
	}
	to = is_g ? top - (n - 1) : -n;
	if (is_g && !alt)
		to = last_digit(d, 0, to < 0 ? to : 0);
	put_digits(t, d, top > 0 ? top : 0, to < 0 ? to : 0, 0, alt);
}

static void put_finite(struct orl_fmt *t, const struct orl_fmt_spec *spec, uint64_t bits)
{
	int exponent = (int)(bits >> 52 & 2047);
	uint64_t m = bits & ((1ULL << 52) - 1);
	struct decimal d;

	if ((spec->conv | 0x20) == 'a') {
		put_hex(t, spec, bits);
		return;
	}
	decimal_set(&d, exponent ? m | 1ULL << 52 : m, (exponent ? exponent : 1) - 1075);
	put_decimal(t, spec, &d);
}

void orl_fmt_double(struct orl_fmt *t, const struct orl_fmt_spec *spec, double value)
{
	bool upper = !(spec->conv & 0x20), is_hex = (spec->conv | 0x20) == 'a';
	char digits[512], prefix[4] = "";
	struct orl_fmt sub = { .buf = digits, .size = sizeof(digits) };
	struct orl_fmt_spec plain = *spec;
	uint64_t bits;
	size_t at = 0;

	memcpy(&bits, &value, sizeof(bits));
	if (bits >> 63)
		prefix[at++] = '-';
	else if (spec->flags & (ORL_SPEC_PLUS | ORL_SPEC_SPACE))
		prefix[at++] = spec->flags & ORL_SPEC_PLUS ? '+' : ' ';
	if ((bits >> 52 & 2047) == 2047) {
		plain.flags &= ~ORL_SPEC_ZERO;
		orl_fmt_number(t, &plain, prefix,
				bits << 12 ? (upper ? "NAN" : "nan") : upper ? "INF" : "inf", 3);
		return;
	}
	if (is_hex) {
		prefix[at++] = '0';
		prefix[at] = upper ? 'X' : 'x';
	}
	put_finite(&sub, spec, bits);
	orl_fmt_number(t, &plain, prefix, digits,
		       sub.len < sizeof(digits) ? sub.len : sizeof(digits));
}
