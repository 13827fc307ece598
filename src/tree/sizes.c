// SPDX-License-Identifier: MIT
/*
 * Sizes of an instance's rings, and which CPUs record.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tree/kinds.h"

int orl_show_size(struct orl_file *f, struct orl_text *out)
{
	orl_text_printf(out, "%llu\n", (unsigned long long)f->session->set->cpu_data_size >> 10);
	return 0;
}

int orl_show_total_size(struct orl_file *f, struct orl_text *out)
{
	uint64_t kb = f->session->set->cpu_data_size >> 10;

	orl_text_printf(out, "%llu\n", (unsigned long long)kb * orl_tree_nr_cpus(f->tree));
	return 0;
}

int orl_store_size(struct orl_file *f, char *buf, size_t len)
{
	uint64_t kb;
	int rc = orl_store_number(buf, len, &kb);

	if (rc)
		return rc;
	if (!kb)
		return orl_file_fail(f, -EINVAL, "a size is not 0");
	if (kb > UINT64_MAX >> 11)
		return orl_file_fail(f, -ENOMEM, "%llu KiB is more than any machine has",
				     (unsigned long long)kb);
	rc = orl_set_size(f->session, kb << 10, 0);
	if (rc < 0)
		orl_file_fail_session(f, rc);
	return rc == -ENOSPC ? -ENOMEM : rc;
}

int orl_show_subbuf_size(struct orl_file *f, struct orl_text *out)
{
	orl_text_printf(out, "%u\n", f->session->set->page_size >> 10);
	return 0;
}

int orl_store_subbuf_size(struct orl_file *f, char *buf, size_t len)
{
	uint32_t bytes = ORL_PAGE_MIN;
	uint64_t kb;
	int rc = orl_store_number(buf, len, &kb);

	if (rc)
		return rc;
	if (!kb || kb > ORL_PAGE_MAX >> 10)
		return orl_file_fail(f, -EINVAL, "a page has 4 to %u KiB", ORL_PAGE_MAX >> 10);
	while (bytes < kb << 10)
		bytes *= 2;
	rc = orl_set_size(f->session, 0, bytes);
	if (rc < 0)
		orl_file_fail_session(f, rc);
	return rc == -ENOSPC ? -ENOMEM : rc;
}

/* As the kernel's %*pb: groups of eight hex digits, the first with as many as the CPUs need. */
int orl_show_cpumask(struct orl_file *f, struct orl_text *out)
{
	const struct orl_set *set = f->session->set;
	uint32_t nr = orl_tree_nr_cpus(f->tree);
	uint32_t groups = (nr + 31) / 32;

	for (uint32_t i = groups; i-- > 0;) {
		uint32_t bits = i == groups - 1 && nr % 32 ? nr % 32 : 32;
		uint32_t mask = bits == 32 ? UINT32_MAX : (1U << bits) - 1;
		uint32_t off = (uint32_t)(set->cpumask_off[i / 2] >> (i % 2 * 32));

		orl_text_printf(out, "%0*x%s", (int)(bits + 3) / 4, ~off & mask, i ? "," : "");
	}
	orl_text_putc(out, '\n');
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Hex digits from the right, commas between groups. */
static int parse_mask(const char *text, size_t len, uint64_t *mask, uint32_t nr_cpus)
{
	uint32_t bit = 0;
	bool any = false;

	while (len-- > 0) {
		int digit = hex_digit(text[len]);

		if (text[len] == ',' && any) {
			bit = (bit + 31) / 32 * 32;
			continue;
		}
		if (digit < 0)
			return -EINVAL;
		any = true;
		for (int i = 0; i < 4; i++, bit++) {
			if (!(digit >> i & 1))
				continue;
			if (bit >= nr_cpus)
				return -EOVERFLOW;
			mask[bit / 64] |= 1ULL << bit % 64;
		}
	}
	return any ? 0 : -EINVAL;
}

int orl_store_cpumask(struct orl_file *f, char *buf, size_t len)
{
	uint64_t mask[64] = { 0 };
	const char *text = orl_store_trim(buf, &len);
	int rc = parse_mask(text, len, mask, orl_tree_nr_cpus(f->tree));

	if (rc)
		return orl_file_fail(f, rc, "'%s' is no hexadecimal mask of this machine's CPUs",
				     text);
	rc = orl_set_cpumask(f->session, mask, 64);
	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}
