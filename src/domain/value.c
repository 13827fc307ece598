// SPDX-License-Identifier: MIT
/* Plain values as text: one table says what each kind is, the rest is decimal and hexadecimal. */
#include <oriel/kstrto.h>

#include "domain/value.h"

enum { TEXT_NONE, TEXT_UNSIGNED, TEXT_SIGNED, TEXT_HEX, TEXT_BOOL };

static const struct shape {
	uint8_t text;
	uint8_t size;
} shapes[ORL_DFS_NR_KINDS] = {
	[ORL_DFS_U8] = { TEXT_UNSIGNED, 1 },
	[ORL_DFS_U16] = { TEXT_UNSIGNED, 2 },
	[ORL_DFS_U32] = { TEXT_UNSIGNED, 4 },
	[ORL_DFS_U64] = { TEXT_UNSIGNED, 8 },
	[ORL_DFS_X8] = { TEXT_HEX, 1 },
	[ORL_DFS_X16] = { TEXT_HEX, 2 },
	[ORL_DFS_X32] = { TEXT_HEX, 4 },
	[ORL_DFS_X64] = { TEXT_HEX, 8 },
	[ORL_DFS_SIZE_T] = { TEXT_UNSIGNED, sizeof(size_t) },
	[ORL_DFS_ATOMIC] = { TEXT_SIGNED, sizeof(int) },
	[ORL_DFS_BOOL] = { TEXT_BOOL, 1 },
};

static struct shape shape_of(uint32_t kind)
{
	return kind < ORL_DFS_NR_KINDS ? shapes[kind] : (struct shape){ TEXT_NONE, 0 };
}

size_t orl_value_size(uint32_t kind)
{
	return shape_of(kind).size;
}

/* ---- printing ---- */

struct out {
	char *buf;
	size_t size, len;
};

static void put(struct out *o, const void *bytes, size_t len)
{
	size_t room = o->len < o->size ? o->size - o->len : 0;

	if (room && len)
		memcpy(o->buf + o->len, bytes, len < room ? len : room);
	o->len += len;
}

static void put_number(struct out *o, uint64_t n, unsigned int base, unsigned int digits)
{
	char text[20];			/* UINT64_MAX has so many */
	unsigned int at = sizeof(text);

	do {
		text[--at] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n || sizeof(text) - at < digits);
	put(o, text + at, sizeof(text) - at);
}

static uint64_t load(const void *bytes, uint8_t size)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (size) {
	case 1:
		memcpy(&u8, bytes, 1);
		return u8;
	case 2:
		memcpy(&u16, bytes, 2);
		return u16;
	case 4:
		memcpy(&u32, bytes, 4);
		return u32;
	default:
		memcpy(&u64, bytes, 8);
		return u64;
	}
}

static void print_fixed(struct out *o, struct shape shape, const void *bytes)
{
	uint64_t n = load(bytes, shape.size);

	switch (shape.text) {
	case TEXT_SIGNED:
		if ((int32_t)n < 0)
			put(o, "-", 1);
		put_number(o, (uint32_t)((int32_t)n < 0 ? 0 - n : n), 10, 1);
		break;
	case TEXT_HEX:
		put(o, "0x", 2);
		put_number(o, n, 16, shape.size * 2U);
		break;
	case TEXT_BOOL:
		put(o, n ? "Y" : "N", 1);
		break;
	default:
		put_number(o, n, 10, 1);
	}
	put(o, "\n", 1);
}

static void print_array(struct out *o, const char *bytes, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		put_number(o, load(bytes + i * 4, 4), 10, 1);
		put(o, i + 1 < nr ? " " : "\n", 1);
	}
}

size_t orl_value_print(uint32_t kind, const void *bytes, size_t len, char *buf, size_t size)
{
	struct shape shape = shape_of(kind);
	struct out o = { buf, size, 0 };

	if (shape.size && shape.size == len)
		print_fixed(&o, shape, bytes);
	else if (kind == ORL_DFS_U32_ARRAY && len % 4 == 0)
		print_array(&o, bytes, len / 4);
	else if (kind == ORL_DFS_STR || kind == ORL_DFS_BLOB)
		put(&o, bytes, len);
	if (kind == ORL_DFS_STR)
		put(&o, "\n", 1);
	return o.len;
}

/* ---- parsing ---- */

static int parse_number(const char *text, bool is_signed, uint64_t *value)
{
	unsigned long long u;
	long long s;
	int err;

	if (is_signed) {
		err = kstrtoll(text, 0, &s);
		*value = err ? 0 : (uint64_t)s;
	} else {
		err = kstrtoull(text, 0, &u);
		*value = err ? 0 : u;
	}
	return err;
}

static void store(void *bytes, uint8_t size, uint64_t value)
{
	uint8_t u8 = (uint8_t)value;
	uint16_t u16 = (uint16_t)value;
	uint32_t u32 = (uint32_t)value;

	switch (size) {
	case 1:
		memcpy(bytes, &u8, 1);
		break;
	case 2:
		memcpy(bytes, &u16, 2);
		break;
	case 4:
		memcpy(bytes, &u32, 4);
		break;
	default:
		memcpy(bytes, &value, 8);
	}
}

int orl_value_parse(uint32_t kind, const char *text, size_t len, void *bytes)
{
	struct shape shape = shape_of(kind);
	char buf[ORL_VALUE_WRITE_MAX + 1];
	uint64_t value = 0;
	bool yes = false;
	int err;

	if (!shape.size)
		return -EACCES;
	if (shape.text == TEXT_BOOL) {
		err = kstrtobool_from_user(text, len, &yes);
		value = yes;
	} else {
		if (len > ORL_VALUE_WRITE_MAX)
			len = ORL_VALUE_WRITE_MAX;
		memcpy(buf, text, len);
		buf[len] = '\0';
		err = parse_number(buf, shape.text == TEXT_SIGNED, &value);
	}
	if (!err)
		store(bytes, shape.size, value);
	return err;
}
