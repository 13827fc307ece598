// SPDX-License-Identifier: MIT
/*
 * Sizes of the integer types that formats name. Words are compared after "const", "volatile" and
 * "signed" order have been taken out, so that "long unsigned int" and "unsigned long" are one.
 * The sizes are those of 64-bit Linux, user-space view (dev_t is the exception that the kernel
 * makes: casts to it are printed as a number either way).
 */
#include "decode/program.h"

static const struct {
	const char *name;
	uint8_t size;
	bool is_signed;
} typedefs[] = {
	{"bool", 1, false},       {"_Bool", 1, false},       {"u8", 1, false},
	{"__u8", 1, false},       {"uint8_t", 1, false},     {"u_int8_t", 1, false},
	{"s8", 1, true},          {"__s8", 1, true},         {"int8_t", 1, true},
	{"u16", 2, false},        {"__u16", 2, false},       {"uint16_t", 2, false},
	{"s16", 2, true},         {"__s16", 2, true},        {"int16_t", 2, true},
	{"__le16", 2, false},     {"__be16", 2, false},      {"umode_t", 2, false},
	{"u32", 4, false},        {"__u32", 4, false},       {"uint32_t", 4, false},
	{"s32", 4, true},         {"__s32", 4, true},        {"int32_t", 4, true},
	{"__le32", 4, false},     {"__be32", 4, false},      {"uint", 4, false},
	{"pid_t", 4, true},       {"uid_t", 4, false},       {"gid_t", 4, false},
	{"gfp_t", 4, false},      {"mode_t", 4, false},      {"clockid_t", 4, true},
	{"u64", 8, false},        {"__u64", 8, false},       {"uint64_t", 8, false},
	{"s64", 8, true},         {"__s64", 8, true},        {"int64_t", 8, true},
	{"__le64", 8, false},     {"__be64", 8, false},      {"size_t", 8, false},
	{"ssize_t", 8, true},     {"loff_t", 8, true},       {"off_t", 8, true},
	{"sector_t", 8, false},   {"ulong", 8, false},       {"uintptr_t", 8, false},
	{"intptr_t", 8, true},    {"ptrdiff_t", 8, true},    {"ktime_t", 8, true},
	{"time64_t", 8, true},    {"time_t", 8, true},       {"ino_t", 8, false},
	{"pgoff_t", 8, false},    {"dma_addr_t", 8, false},  {"phys_addr_t", 8, false},
	{"blkcnt_t", 8, false},   {"vm_flags_t", 8, false},  {"resource_size_t", 8, false},
};

struct words {
	unsigned int nr_long, nr_short, nr_char, nr_int, nr_signed, nr_unsigned, nr_other;
	const char *other;
	size_t other_len;
};

static bool word_is(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(s, word, len);
}

static void count_word(struct words *w, const char *s, size_t len)
{
	if (word_is(s, len, "long"))
		w->nr_long++;
	else if (word_is(s, len, "short"))
		w->nr_short++;
	else if (word_is(s, len, "char"))
		w->nr_char++;
	else if (word_is(s, len, "int"))
		w->nr_int++;
	else if (word_is(s, len, "signed"))
		w->nr_signed++;
	else if (word_is(s, len, "unsigned"))
		w->nr_unsigned++;
	else if (!word_is(s, len, "const") && !word_is(s, len, "volatile")) {
		w->nr_other++;
		w->other = s;
		w->other_len = len;
	}
}

static bool find_typedef(const struct words *w, struct orl_ctype *type)
{
	size_t i;

	for (i = 0; i < sizeof(typedefs) / sizeof(typedefs[0]); i++) {
		if (!word_is(w->other, w->other_len, typedefs[i].name))
			continue;
		type->size = typedefs[i].size;
		type->is_signed = typedefs[i].is_signed;
		return true;
	}
	return false;
}

bool orl_type_find(const char *name, size_t len, struct orl_ctype *type)
{
	struct words w = {0};
	unsigned int basic;
	size_t i = 0, start;

	while (i < len) {
		start = i;
		while (i < len && name[i] != ' ' && name[i] != '\t')
			i++;
		if (i > start)
			count_word(&w, name + start, i - start);
		else
			i++;
	}
	*type = (struct orl_ctype){0};
	basic = w.nr_long + w.nr_short + w.nr_char + w.nr_int + w.nr_signed + w.nr_unsigned;
	if (w.nr_other)
		return w.nr_other == 1 && !basic && find_typedef(&w, type);
	if (!basic)
		return false;
	type->size = w.nr_char ? 1 : w.nr_short ? 2 : w.nr_long ? 8 : 4;
	type->is_signed = !w.nr_unsigned;
	return true;
}
