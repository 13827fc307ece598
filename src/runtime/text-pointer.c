// SPDX-License-Identifier: MIT
/*
 * %p and the letters behind it: what is printed of what a pointer leads to. A pointer that leads
 * nowhere is told from data; anything else is believed.
 */
#include <string.h>

#include "runtime/runtime.h"
#include "runtime/text-impl.h"

#pragma GCC visibility push(default)
#include "oriel/fs.h"
#include "oriel/printk.h"
#pragma GCC visibility pop

#define HEX_MAX 64			/* bytes of %*ph */

static void put_hex(struct orl_fmt *t, unsigned char byte, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	orl_fmt_put(t, set[byte >> 4]);
	orl_fmt_put(t, set[byte & 15]);
}

static void put_word(struct orl_fmt *t, unsigned int v, unsigned int base)
{
	struct orl_fmt_spec spec = { .conv = base == 16 ? 'x' : 'u', .precision = -1 };

	orl_fmt_integer(t, &spec, v, false);
}

static void put_mac(struct orl_fmt *t, const struct orl_fmt_spec *spec, const unsigned char *p)
{
	char letter = spec->ext[1];
	char between = spec->ext[0] == 'm' ? '\0' : letter == 'F' ? '-' : ':';

	for (int i = 0; i < 6; i++) {
		if (i && between)
			orl_fmt_put(t, between);
		put_hex(t, p[letter == 'R' ? 5 - i : i], false);
	}
}

static void put_ip4(struct orl_fmt *t, const unsigned char *p, bool zeros, char order)
{
	bool reversed = order == 'l' ||
			(order == 'h' && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

	for (int i = 0; i < 4; i++) {
		unsigned int byte = p[reversed ? 3 - i : i];

		if (i)
			orl_fmt_put(t, '.');
		if (zeros && byte < 100)
			orl_fmt_put(t, '0');
		if (zeros && byte < 10)
			orl_fmt_put(t, '0');
		put_word(t, byte, 10);
	}
}

static unsigned int group(const unsigned char *p, int i)
{
	return (unsigned int)p[2 * i] << 8 | p[2 * i + 1];
}

/* The longest run of two or more groups of zeros, the first of equals. */
static int zero_run(const unsigned char *p, int nr, int *len)
{
	int best = -1;

	*len = 1;
	for (int i = 0; i < nr; i++) {
		int n = 0;

		while (i + n < nr && !group(p, i + n))
			n++;
		if (n > *len) {
			best = i;
			*len = n;
		}
	}
	return best;
}

static void put_ip6_short(struct orl_fmt *t, const unsigned char *p)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	/* IPv4 in IPv6: mapped, or of ISATAP */
	bool has_ip4 = !memcmp(p, mapped, 12) ||
		       ((group(p, 4) | 0x200) == 0x200 && group(p, 5) == 0x5efe);
	int nr = has_ip4 ? 6 : 8, run, len;

	run = zero_run(p, nr, &len);
	for (int i = 0; i < nr; i++) {
		if (i == run) {
			orl_fmt_bytes(t, "::", 2);
			i += len - 1;
			continue;
		}
		if (i && !(run >= 0 && i == run + len))
			orl_fmt_put(t, ':');
		put_word(t, group(p, i), 16);
	}
	if (!has_ip4)
		return;
	if (run < 0 || run + len != nr)
		orl_fmt_put(t, ':');
	put_ip4(t, p + 12, false, 'n');
}

static void put_ip6(struct orl_fmt *t, const unsigned char *p, bool colons)
{
	for (int i = 0; i < 16; i++) {
		if (colons && i && !(i & 1))
			orl_fmt_put(t, ':');
		put_hex(t, p[i], false);
	}
}

static void put_ip(struct orl_fmt *t, const struct orl_fmt_spec *spec, const unsigned char *p)
{
	bool is_long = spec->ext[0] == 'I';

	if (spec->ext[1] == '6' && spec->ext[2] == 'c' && is_long)
		put_ip6_short(t, p);
	else if (spec->ext[1] == '6')
		put_ip6(t, p, is_long);
	else
		put_ip4(t, p, !is_long, spec->ext[2]);
}

static void put_uuid(struct orl_fmt *t, const struct orl_fmt_spec *spec, const unsigned char *p)
{
	static const uint8_t little[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	bool is_little = spec->ext[1] == 'l' || spec->ext[1] == 'L';
	bool upper = spec->ext[1] == 'B' || spec->ext[1] == 'L';

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			orl_fmt_put(t, '-');
		put_hex(t, p[is_little ? little[i] : i], upper);
	}
}

/* The field's width is the number of bytes. */
static void put_buffer(struct orl_fmt *t, const struct orl_fmt_spec *spec, const unsigned char *p)
{
	char letter = spec->ext[1];
	char between = letter == 'C' ? ':' : letter == 'D' ? '-' : letter == 'N' ? '\0' : ' ';
	int n = spec->width > 0 ? spec->width < HEX_MAX ? spec->width : HEX_MAX : 1;

	for (int i = 0; i < n; i++) {
		if (i && between)
			orl_fmt_put(t, between);
		put_hex(t, p[i], false);
	}
}

static void put_escaped(struct orl_fmt *t, const struct orl_fmt_spec *spec, const unsigned char *p)
{
	static const char from[] = "\a\b\t\n\v\f\r\x1b\"\\", to[] = "abtnvfre\"\\";

	for (int i = 0; i < (spec->width > 0 ? spec->width : 1); i++) {
		const char *special = p[i] ? strchr(from, p[i]) : NULL;

		if (!special && p[i] >= 0x20 && p[i] < 0x7f) {
			orl_fmt_put(t, (char)p[i]);
			continue;
		}
		orl_fmt_put(t, '\\');
		if (special) {
			orl_fmt_put(t, to[special - from]);
			continue;
		}
		orl_fmt_put(t, (char)('0' + (p[i] >> 6)));
		orl_fmt_put(t, (char)('0' + (p[i] >> 3 & 7)));
		orl_fmt_put(t, (char)('0' + (p[i] & 7)));
	}
}

static bool bit(const unsigned long *map, int i)
{
	return map[(size_t)i / (8 * sizeof(long))] >> ((size_t)i % (8 * sizeof(long))) & 1;
}

/* %*pbl: 0-3,8 */
static void put_bit_list(struct orl_fmt *t, const unsigned long *map, int nr)
{
	bool first = true;

	for (int i = 0; i < nr; i++) {
		int from = i;

		if (!bit(map, i))
			continue;
		while (i + 1 < nr && bit(map, i + 1))
			i++;
		if (!first)
			orl_fmt_put(t, ',');
		first = false;
		put_word(t, (unsigned int)from, 10);
		if (i == from)
			continue;
		orl_fmt_put(t, '-');
		put_word(t, (unsigned int)i, 10);
	}
}

/* %*pb: hex digits, 32 bits between commas */
static void put_bits(struct orl_fmt *t, const struct orl_fmt_spec *spec, const unsigned long *map)
{
	int nr = spec->width > 0 ? spec->width : 0;

	if (spec->ext[1] == 'l') {
		put_bit_list(t, map, nr);
		return;
	}
	for (int d = (nr + 3) / 4 - 1; d >= 0; d--) {
		unsigned int v = 0;

		for (int i = 3; i >= 0; i--)
			v = v << 1 | (4 * d + i < nr && bit(map, 4 * d + i));
		orl_fmt_put(t, "0123456789abcdef"[v]);
		if (d && !(d % 8))
			orl_fmt_put(t, ',');
	}
}

static void put_format(struct orl_fmt *t, const struct va_format *v)
{
	struct orl_args args;

	va_copy(args.ap, *v->va);
	orl_fmt_v(t, v->fmt, &args);
	va_end(args.ap);
}

static void put_address(struct orl_fmt *t, const struct orl_fmt_spec *spec, const void *p)
{
	struct orl_fmt_spec hex = { .conv = 'x', .precision = (int)(2 * sizeof(p)),
				.width = spec->width, .flags = spec->flags };
	char kind = spec->ext < spec->end ? *spec->ext : '\0';

	/* a function's or variable's name: there is none, so as the kernel prints what has none */
	if (kind == 'S' || kind == 's' || kind == 'F' || kind == 'f' || kind == 'B') {
		hex.flags |= ORL_SPEC_ALT;
		hex.precision = -1;
	}
	orl_fmt_integer(t, &hex, (uintptr_t)p, false);
}

static void put_error(struct orl_fmt *t, const struct orl_fmt_spec *spec, const void *p)
{
	const char *name = orl_fmt_errno((int)(0 - (uintptr_t)p));
	struct orl_fmt_spec number = { .conv = 'd', .precision = -1, .width = spec->width,
				   .flags = spec->flags };

	if ((uintptr_t)p < (uintptr_t)-4095)
		put_address(t, spec, p);
	else if (name)
		orl_fmt_field(t, spec, name, strlen(name));
	else
		orl_fmt_integer(t, &number, 0 - (uintptr_t)p, true);
}

static void put_name(struct orl_fmt *t, const struct orl_fmt_spec *spec, const struct dentry *d)
{
	orl_fmt_string(t, spec, d ? d->d_name.name : NULL);
}

/* What reads what @p leads to. False: there is no such letter. */
static bool put_data(struct orl_fmt *t, const struct orl_fmt_spec *spec, const void *p)
{
	switch (*spec->ext) {
	case 'M': case 'm':
		put_mac(t, spec, p);
		return true;
	case 'I': case 'i':
		if (spec->ext[1] != '4' && spec->ext[1] != '6')
			return false;
		put_ip(t, spec, p);
		return true;
	case 'U':
		put_uuid(t, spec, p);
		return true;
	case 'h':
		put_buffer(t, spec, p);
		return true;
	case 'E':
		put_escaped(t, spec, p);
		return true;
	case 'b':
		put_bits(t, spec, p);
		return true;
	case 'V':
		put_format(t, p);
		return true;
	case 'd':
		put_name(t, spec, p);
		return true;
	case 'D':
		put_name(t, spec, ((const struct file *)p)->f_path.dentry);
		return true;
	default:
		return false;
	}
}

/* Widths that mean something else to the letter are not a field's. */
static bool has_field(const struct orl_fmt_spec *spec)
{
	return spec->width > 0 && !strchr("hEbdD", *spec->ext);
}

/* A buffer of '*' bytes that has none: wherever it is, nothing of it is looked at. */
static bool is_nothing(const struct orl_fmt_spec *spec)
{
	return spec->width_arg && !spec->width && (*spec->ext == 'h' || *spec->ext == 'E');
}

void orl_fmt_pointer(struct orl_fmt *t, const struct orl_fmt_spec *spec, const void *p)
{
	bool bad = (uintptr_t)p < 4096 || (uintptr_t)p >= (uintptr_t)-4095;
	bool is_data = spec->ext < spec->end && strchr("MmIiUhEbVdD", *spec->ext);
	char field[128];
	struct orl_fmt sub = { .buf = field, .size = sizeof(field) };
	struct orl_fmt_spec plain = *spec;

	if (orl_fmt_spec_is_address(spec)) {
		put_address(t, spec, p);
	} else if (is_nothing(spec)) {
		return;
	} else if (*spec->ext == 'e') {
		put_error(t, spec, p);
	} else if (is_data && bad) {
		plain.precision = -1;
		if (!has_field(spec))
			plain.width = 0;
		orl_fmt_string(t, &plain, p);
	} else if (has_field(spec)) {
		plain.width = 0;
		if (!put_data(&sub, &plain, p))
			put_address(&sub, &plain, p);
		orl_fmt_field(t, spec, field, sub.len < sizeof(field) ? sub.len : sizeof(field));
	} else if (!put_data(t, spec, p)) {
		put_address(t, spec, p);
	}
}
