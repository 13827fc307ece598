// SPDX-License-Identifier: MIT
/*
 * %p and the letters behind it. A plain %p prints a number; the others print the bytes that the
 * argument points to, which are always bytes of the record: %pI4, %pI6c, %pISpc (addresses), %pM
 * (MAC), %pU (UUID), %ph (hex), %pb (bitmap). Without a table of functions, %pS prints the address,
 * but for the one that every marker has.
 */
#include "decode/ftrace.h"
#include "decode/kallsyms.h"
#include "decode/program.h"

#define MAX_HEX_BYTES 65536u

static void put_ip4(struct orl_text *out, const uint8_t *a, const char *ext)
{
	bool reversed = ext[1] == '4' && (ext[2] == 'h' || ext[2] == 'l');
	int i, b;

	for (i = 0; i < 4; i++) {
		b = a[reversed ? 3 - i : i];
		if (i)
			orl_text_putc(out, '.');
		if (ext[0] == 'i' && b < 100)
			orl_text_pad(out, '0', b < 10 ? 2 : 1);
		orl_text_u64(out, (uint64_t)b);
	}
}

/* Where the longest run of two or more zero groups begins; its length in @run, 0 for none. */
static int zero_run(const uint8_t *a, int nr, int *run)
{
	int best = -1, i, j;

	*run = 0;
	for (i = 0; i < nr; i = j + 1) {
		for (j = i; j < nr && !a[2 * j] && !a[2 * j + 1]; j++)
			;
		if (j - i > *run && j - i > 1) {
			*run = j - i;
			best = i;
		}
	}
	return best;
}

static bool ends_in_ip4(const uint8_t *a)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (!memcmp(a, mapped, sizeof(mapped)))
		return true;
	return (a[8] | 2) == 2 && !a[9] && a[10] == 0x5e && a[11] == 0xfe; /* ISATAP */
}

static void put_ip6_short(struct orl_text *out, const uint8_t *a)
{
	bool ip4 = ends_in_ip4(a), colon = false;
	int nr = ip4 ? 6 : 8, run, at = zero_run(a, nr, &run), i;

	for (i = 0; i < nr; i++) {
		if (i == at) {
			orl_text_write(out, "::", 2);
			colon = false;
			i += run - 1;
			continue;
		}
		if (colon)
			orl_text_putc(out, ':');
		orl_text_hex(out, (uint64_t)a[2 * i] << 8 | a[2 * i + 1]);
		colon = true;
	}
	if (ip4) {
		if (colon)
			orl_text_putc(out, ':');
		put_ip4(out, a + 12, "I4");
	}
}

static void put_ip6(struct orl_text *out, const uint8_t *a, const char *ext)
{
	int i;

	if (ext[0] == 'I' && strchr(ext, 'c')) {
		put_ip6_short(out, a);
		return;
	}
	for (i = 0; i < 8; i++) {
		if (i && ext[0] == 'I')
			orl_text_putc(out, ':');
		orl_conv_hex(out, a + 2 * i, 2, 0);
	}
}

static void put_port(struct orl_text *out, const uint8_t *sa)
{
	orl_text_putc(out, ':');
	orl_text_u64(out, (uint64_t)sa[2] << 8 | sa[3]);
}

static void put_sockaddr(struct orl_text *out, const uint8_t *sa, uint32_t len, const char *ext)
{
	uint64_t family = len >= 2 ? orl_load(sa, 2) : 0;
	bool port = ext[0] == 'I' && strchr(ext, 'p');

	if (family == 2 && len >= 8) { /* AF_INET */
		put_ip4(out, sa + 4, ext);
		if (port)
			put_port(out, sa);
	} else if (family == 10 && len >= 24) { /* AF_INET6 */
		if (port)
			orl_text_putc(out, '[');
		put_ip6(out, sa + 8, ext);
		if (port)
			orl_text_putc(out, ']');
		if (port)
			put_port(out, sa);
	}
}

static void put_mac(struct orl_text *out, const uint8_t *a, const char *ext)
{
	char sep = ext[0] == 'm' ? 0 : ext[1] == 'F' ? '-' : ':';
	uint8_t mac[6];
	int i;

	for (i = 0; i < 6; i++)
		mac[i] = a[ext[1] == 'R' ? 5 - i : i];
	orl_conv_hex(out, mac, 6, sep);
}

static void put_uuid(struct orl_text *out, const uint8_t *u, const char *ext)
{
	static const uint8_t le[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	bool upper = ext[1] == 'B' || ext[1] == 'L', swap = ext[1] == 'l' || ext[1] == 'L';
	const char *hex = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	int i;

	for (i = 0; i < 16; i++) {
		uint8_t b = u[swap ? le[i] : i];

		if (i == 4 || i == 6 || i == 8 || i == 10)
			orl_text_putc(out, '-');
		orl_text_putc(out, hex[b >> 4]);
		orl_text_putc(out, hex[b & 15]);
	}
}

static void put_hex(struct orl_text *out, const struct orl_spec *s, const uint8_t *data,
		    uint32_t len)
{
	uint32_t want = s->width ? s->width : 1;
	char sep = s->ext[1] == 'C' ? ':' : s->ext[1] == 'D' ? '-' : s->ext[1] == 'N' ? 0 : ' ';

	orl_conv_hex(out, data, want < len ? want : len, sep);
}

static void put_bitmap(struct orl_text *out, const struct orl_spec *s, const uint8_t *data,
		       uint32_t len)
{
	uint32_t bytes = (s->width + 7) / 8;

	if (bytes < len)
		len = bytes;
	if (s->ext[1] == 'l')
		orl_conv_bitlist(out, data, len);
	else
		orl_conv_bitmask(out, data, len);
}

/* With the offset where libtraceevent has it: it names %pB, but without one. */
static bool put_function(struct orl_text *out, const struct orl_spec *s,
			 const struct orl_kallsyms *functions, uint64_t addr)
{
	struct orl_function f;

	if (!orl_kallsyms_find(functions, addr, &f))
		return false;
	orl_text_escape(out, f.name, f.len);
	if (strchr("SF", s->ext[0])) {
		orl_text_write(out, "+0x", 3);
		orl_text_hex(out, addr - f.addr);
	}
	return true;
}

void orl_conv_address(struct orl_text *out, const struct orl_spec *s, enum orl_print_mode mode,
		      const struct orl_kallsyms *functions, uint64_t v)
{
	bool symbol = s->ext[0] && strchr("SsFfB", s->ext[0]);
	const struct orl_spec digits = {.conv = 'x', .size = 8, .has_prec = true, .prec = 16};

	if (symbol && functions && put_function(out, s, functions, v))
		return;
	if (symbol && !functions && v == ORL_FTRACE_MARKER_IP) {
		orl_text_puts(out, ORL_FTRACE_MARKER_NAME);
	} else if (mode == ORL_PRINT_KERNEL && !symbol) {
		orl_conv_int(out, &digits, v);
	} else if (!v && !symbol) {
		orl_text_puts(out, "(nil)");
	} else {
		orl_text_write(out, "0x", 2);
		orl_text_hex(out, v);
	}
}

/* What needs @need bytes and has fewer says so, in libtraceevent's words. */
static bool enough(struct orl_text *out, uint32_t len, uint32_t need, const char *what)
{
	if (len >= need)
		return true;
	orl_text_puts(out, "INVALID");
	orl_text_puts(out, what);
	return false;
}

static void put_ip(struct orl_text *out, const char *ext, const uint8_t *data, uint32_t len)
{
	if (ext[1] == '4') {
		if (enough(out, len, 4, "IPv4"))
			put_ip4(out, data, ext);
	} else if (ext[1] == '6') {
		if (enough(out, len, 16, "IPv6"))
			put_ip6(out, data, ext);
	} else if (ext[1] == 'S') {
		put_sockaddr(out, data, len, ext);
	}
}

void orl_conv_pointer(struct orl_eval *e, const struct orl_spec *s, uint32_t node,
		      struct orl_text *out)
{
	const uint8_t *data = NULL;
	uint32_t len = 0;

	if (!s->ext[0] || !strchr("MmIiUhb", s->ext[0])) {
		orl_conv_address(out, s, e->prog->mode, e->functions, orl_eval_number(e, node));
		return;
	}
	if (!orl_eval_bytes(e, node, &data, &len))
		len = 0;
	switch (s->ext[0]) {
	case 'M':
	case 'm':
		if (enough(out, len, 6, "MAC"))
			put_mac(out, data, s->ext);
		break;
	case 'I':
	case 'i':
		put_ip(out, s->ext, data, len);
		break;
	case 'U':
		if (enough(out, len, 16, "UUID"))
			put_uuid(out, data, s->ext);
		break;
	case 'h':
		put_hex(out, s, data, len < MAX_HEX_BYTES ? len : MAX_HEX_BYTES);
		break;
	case 'b':
		put_bitmap(out, s, data, len);
		break;
	}
}
