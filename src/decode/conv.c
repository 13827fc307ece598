// SPDX-License-Identifier: MIT
/* Conversions of integers and byte strings, as printf() makes them. */
#include "decode/program.h"

/* Digits of @v at the end of @buf (24 bytes); returns the first. */
static char *digits(char *buf, uint64_t v, char conv)
{
	const char *set = conv == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned int base = conv == 'o' ? 8 : conv == 'x' || conv == 'X' ? 16 : 10;
	char *p = buf + 24;

	for (; v; v /= base)
		*--p = set[v % base];
	return p;
}

struct number {
	char prefix[3];
	size_t prefix_len;
	const char *text;
	size_t len;
	size_t zeros;	/* in front of the text */
};

static void put_number(struct orl_text *out, const struct orl_spec *s, const struct number *n)
{
	size_t len = n->prefix_len + n->zeros + n->len;
	size_t pad = s->width > len ? s->width - len : 0;
	bool zero = s->zero && !s->left && !s->has_prec;

	if (!s->left && !zero)
		orl_text_pad(out, ' ', pad);
	orl_text_write(out, n->prefix, n->prefix_len);
	orl_text_pad(out, '0', n->zeros + (zero ? pad : 0));
	orl_text_write(out, n->text, n->len);
	if (s->left)
		orl_text_pad(out, ' ', pad);
}

void orl_conv_int(struct orl_text *out, const struct orl_spec *s, uint64_t v)
{
	struct number n = {.prefix_len = 0};
	char buf[24], sign = 0;
	size_t want = s->has_prec ? s->prec : 1;

	v = orl_extend(v, s->size, s->conv == 'd');
	if (s->conv == 'd') {
		sign = (int64_t)v < 0 ? '-' : s->plus ? '+' : s->space ? ' ' : 0;
		v = (int64_t)v < 0 ? 0 - v : v;
	}
	n.text = digits(buf, v, s->conv);
	n.len = (size_t)(buf + sizeof(buf) - n.text);
	if (sign) {
		n.prefix[n.prefix_len++] = sign;
	} else if (s->alt && v && (s->conv == 'x' || s->conv == 'X')) {
		n.prefix[n.prefix_len++] = '0';
		n.prefix[n.prefix_len++] = s->conv;
	} else if (s->alt && s->conv == 'o' && want <= n.len) {
		want = n.len + 1;
	}
	if (want > n.len)
		n.zeros = want - n.len;
	put_number(out, s, &n);
}

void orl_conv_bytes(struct orl_text *out, const struct orl_spec *s, const void *str, size_t len)
{
	size_t pad;

	if (s->has_prec && len > s->prec)
		len = s->prec;
	pad = s->width > len ? s->width - len : 0;
	if (!s->left)
		orl_text_pad(out, ' ', pad);
	orl_text_escape(out, str, len);
	if (s->left)
		orl_text_pad(out, ' ', pad);
}

void orl_conv_hex(struct orl_text *out, const uint8_t *data, uint32_t len, char sep)
{
	static const char hex[] = "0123456789abcdef";
	char three[3] = {0, 0, sep};
	uint32_t i;

	for (i = 0; i < len; i++) {
		three[0] = hex[data[i] >> 4];
		three[1] = hex[data[i] & 15];
		orl_text_write(out, three, sep && i + 1 < len ? 3 : 2);
	}
}

void orl_conv_bitmask(struct orl_text *out, const uint8_t *data, uint32_t len)
{
	uint32_t nr_words = (len + 3) / 4, i, j, word;

	for (i = nr_words; i-- > 0;) {
		for (word = 0, j = 0; j < 4 && i * 4 + j < len; j++)
			word |= (uint32_t)data[i * 4 + j] << (8 * j);
		for (j = 8; j-- > 0;)
			orl_text_putc(out, "0123456789abcdef"[word >> (4 * j) & 15]);
		if (i)
			orl_text_putc(out, ',');
	}
}

static bool bit(const uint8_t *data, uint64_t i)
{
	return data[i / 8] >> (i % 8) & 1;
}

void orl_conv_bitlist(struct orl_text *out, const uint8_t *data, uint32_t len)
{
	uint64_t nr = 8ull * len, i = 0, from;
	bool first = true;

	while (i < nr) {
		if (!bit(data, i)) {
			i++;
			continue;
		}
		from = i;
		while (i < nr && bit(data, i))
			i++;
		if (!first)
			orl_text_putc(out, ',');
		first = false;
		orl_text_u64(out, from);
		if (i - 1 > from) {
			orl_text_putc(out, '-');
			orl_text_u64(out, i - 1);
		}
	}
}
